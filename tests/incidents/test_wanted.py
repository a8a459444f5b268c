"""A field of an incident is marked as needed where the form is refused without it, and by the same rules."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from incident_house import EJECTION, THREAT

from guardroom.incidents.check import House, read, tidy
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.incidents.kinds import CHANNELS, KINDS, POLICE
from guardroom.incidents.wanted import wanted

HERE = House(now=datetime(2025, 11, 24, 12, tzinfo=UTC), zone=ZoneInfo("Europe/Copenhagen"))
NAMES = [field.name for field in fields(IncidentForm)]


def as_asked(form: IncidentForm) -> IncidentForm:
    """The form without answers to what is not asked: the screen leaves them out."""
    if form.asked != "yes":
        form = replace(form, asked_time="", asked_by="", complied="")
    return form if form.police else replace(form, police_time="")


answered = st.builds(
    replace,
    st.sampled_from([THREAT, EJECTION, IncidentForm()]),
    kind=st.sampled_from(["", *KINDS]),
    channel=st.sampled_from(CHANNELS),
    asked=st.sampled_from(["", "yes", "no"]),
    police=st.sampled_from(POLICE),
    complied=st.sampled_from(["", "yes"]),
    evidence=st.sampled_from(["", "yes"]),
    behaviours=st.sampled_from([(), ("shouting",)]),
    subjects=st.sampled_from([(), (SubjectForm(name="Kasper Eksempel"),), (SubjectForm(description="Mand i jakke"),)]),
    account=st.sampled_from(["", "Råbte og slog i bordet."]),
).map(as_asked)


@given(answered)
def test_whatever_is_refused_as_missing_was_marked(form: IncidentForm) -> None:
    form = tidy(form)
    missing = {mistake.field for mistake in read(form, HERE)[1] if not getattr(form, mistake.field)}
    assert missing <= wanted(form)


@given(answered, st.sampled_from(NAMES))
def test_what_is_not_marked_may_be_left_out(form: IncidentForm, name: str) -> None:
    form = tidy(form)
    without = replace(form, **{name: type(getattr(form, name))()})
    # Looked at as it stands without the answer: somebody described needs no name until the description is gone.
    marked = wanted(form) | wanted(without)
    if not form.kind or name in marked or name in ("channel", "subject_kind", "alarm", "ban"):
        return
    before = {mistake.field for mistake in read(form, HERE)[1]}
    assert name not in {mistake.field for mistake in read(without, HERE)[1]} - before


@pytest.mark.parametrize(("asked", "needed"), [("yes", True), ("no", False)])
def test_whether_they_left_is_wanted_once_an_ejection_says_that_they_were_asked(asked: str, needed: bool) -> None:
    assert ("complied" in wanted(replace(EJECTION, asked=asked, complied=""))) is needed
    assert "complied" not in wanted(replace(THREAT, asked="yes"))


def test_whom_it_was_about_is_wanted_until_somebody_is_named_or_described() -> None:
    assert "subjects" in wanted(replace(THREAT, subjects=()))
    assert "subjects" not in wanted(replace(THREAT, subjects=(SubjectForm(description="Mand i jakke"),)))
