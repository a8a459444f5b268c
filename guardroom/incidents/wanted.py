"""What must be answered before an incident can be saved, after what has been answered so far.

The rules that refuse a form are asked, with an answer missing wherever one can be: a field is marked as needed exactly
where the form would be refused without it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from guardroom.incidents.check import House, read
from guardroom.incidents.form import IncidentForm, SubjectForm

_STEERING = ("kind", "channel", "asked", "police")
"""The answers that decide what else must be answered."""

_UNTIL_CHOSEN = "threat"
"""As long as no kind is chosen, as much is wanted as for most of them."""

_ANY = House(now=datetime(2000, 1, 1, tzinfo=UTC), zone=ZoneInfo("UTC"))
"""What is missing is so in every house."""

_SOMEBODY = (SubjectForm(description="-"),)


def wanted(form: IncidentForm) -> frozenset[str]:
    """The fields that must be answered, named as mistakes in them are."""
    answers = tuple(str(getattr(form, name)) for name in _STEERING)
    if not form.kind:
        answers = (_UNTIL_CHOSEN, *answers[1:])
    return _wanted(answers, any(subject.description and not subject.name for subject in form.subjects))


@cache
def _wanted(answers: tuple[str, ...], described: bool) -> frozenset[str]:
    """`described`: somebody is described whose name is not known, so that no name is needed."""
    so_far = IncidentForm(
        **dict(zip(_STEERING, answers, strict=True)),  # type: ignore[arg-type]
        subjects=_SOMEBODY if described else (),
    )
    missing = {mistake.field for mistake in read(so_far, _ANY)[1]}
    for name in _STEERING:
        without = replace(so_far, **{name: ""})  # type: ignore[arg-type]
        if any(mistake.field == name for mistake in read(without, _ANY)[1]):
            missing.add(name)
    return frozenset(missing)
