"""What can be kept of a ban's form, and what cannot be so: one sentence for each mistake. No database, no clock.

A draft may be incomplete; what is wrong in it may not be kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from guardroom.bans.decision import Decision
from guardroom.bans.form import BanForm
from guardroom.bans.kinds import CHANNELS, KINDS, MEETINGS
from guardroom.days import months_on, read_day, written
from guardroom.form_reading import Reading
from guardroom.language import _
from guardroom.people.cpr import cpr_mistake, parted

LONGEST_MONTHS = 60
"""No ban runs longer: such an end is a slip of the hand."""

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"\+?[0-9 ()/-]*")
_FEWEST_DIGITS = 8
"""So many has a Danish number: the citizen rings from outside, where the house's own short numbers lead nowhere."""


def read_form(
    form: BanForm,
    today: date,
    sees_area: Callable[[str], bool],
    linkable: frozenset[int],
    areas: tuple[str, ...] | None = None,
) -> Decision:
    """The form's values. `sees_area`: whether whoever writes sees that part of the house; `linkable`: the incidents
    of the person; `areas`: the parts of the house, None where they have been looked at before. Raises BadInput with
    every mistake, in the order of the form."""
    read = Reading()
    kind = read.word("kind", form.kind, KINDS)
    area = _area(read, form.area, areas)
    if not sees_area(area):
        read.wrong("area", _("You see another part of the house only: leave this ban in yours."))
    scope = tuple(dict.fromkeys(part for part in (read.line("scope", each) for each in form.scope) if part))
    if parted(*scope):
        read.mistakes += cpr_mistake("scope")
    starts_on = read.day("starts_on", form.starts_on)
    ends_on = read.day("ends_on", form.ends_on)
    _check_period(read, starts_on, ends_on, today)
    for channel in form.channels:
        read.word("channels", channel, CHANNELS)
    decision = Decision(
        kind=kind,
        area=area,
        scope=scope,
        starts_on=starts_on,
        ends_on=ends_on,
        channels=tuple(channel for channel in CHANNELS if channel in form.channels),
        contact_person=read.line("contact_person", form.contact_person),
        contact_phone=_phone(read, form),
        contact_hours=read.line("contact_hours", form.contact_hours),
        mail_to=_address(read, form.mail_to),
        meeting=read.word("meeting", form.meeting, MEETINGS),
        reasons=read.text("reasons", form.reasons),
        incidents=_incidents(read, form.incidents, linkable),
        less_intrusive=read.text("less_intrusive", form.less_intrusive),
        casework_reviewed=form.casework_reviewed,
        appeal_guidance=form.appeal_guidance,
        case_ref=read.line("case_ref", form.case_ref, number=True),
        normalisation=read.text("normalisation", form.normalisation),
    )
    read.finish()
    return decision


def form_of(decision: Decision) -> BanForm:
    """The form that reads as this decision."""
    return BanForm(
        kind=decision.kind,
        area=decision.area,
        scope=decision.scope,
        starts_on=written(decision.starts_on),
        ends_on=written(decision.ends_on),
        channels=decision.channels,
        contact_person=decision.contact_person,
        contact_phone=decision.contact_phone,
        contact_hours=decision.contact_hours,
        mail_to=decision.mail_to,
        meeting=decision.meeting,
        reasons=decision.reasons,
        incidents=decision.incidents,
        less_intrusive=decision.less_intrusive,
        casework_reviewed=decision.casework_reviewed,
        appeal_guidance=decision.appeal_guidance,
        case_ref=decision.case_ref,
        normalisation=decision.normalisation,
    )


def _check_period(read: Reading, starts_on: date | None, ends_on: date | None, today: date) -> None:
    if ends_on is None:
        return
    if ends_on < today:
        read.wrong("ends_on", _("{day} has passed: a ban ends today or later.").format(day=written(ends_on)))
    if starts_on is None:
        return
    if ends_on < starts_on:
        read.wrong(
            "ends_on",
            _("The ban would end on {last}, before it begins on {first}.").format(
                last=written(ends_on), first=written(starts_on)
            ),
        )
    elif ends_on > months_on(starts_on, LONGEST_MONTHS):
        read.wrong(
            "ends_on",
            _("The ban would run until {last}: it ends by {latest} at the latest.").format(
                last=written(ends_on), latest=written(months_on(starts_on, LONGEST_MONTHS))
            ),
        )


def _area(read: Reading, typed: str, areas: tuple[str, ...] | None) -> str:
    area = read.line("area", typed)
    if not area or areas is None:
        return area
    known = next((each for each in areas if each.casefold() == area.casefold()), None)
    if known is not None:
        return known
    # Else whoever sees one part of the house only would lose the ban from sight.
    read.wrong(
        "area",
        _("“{typed}” is no part of the house: choose {parts}, or none for the whole house.").format(
            typed=area[:40], parts=", ".join(areas)
        ),
    )
    return area


def _phone(read: Reading, form: BanForm) -> str:
    number = read.line("contact_phone", form.contact_phone)
    if parted(form.contact_person, number):
        read.mistakes += cpr_mistake("contact_phone")
    digits = sum(character.isdigit() for character in number)
    if read_day(number) is not None:
        read.wrong("contact_phone", _("“{typed}” is a day, not a telephone number.").format(typed=number))
    elif number and (not _PHONE.fullmatch(number) or digits < _FEWEST_DIGITS):
        read.wrong("contact_phone", _("A telephone number is written in digits, at least eight, such as 11 22 33 44."))
    return number


def _address(read: Reading, typed: str) -> str:
    address = read.line("mail_to", typed)
    if address and not _ADDRESS.fullmatch(address):
        read.wrong("mail_to", _("A mail address looks like name@example.dk."))
    return address


def _incidents(read: Reading, chosen: tuple[int, ...], linkable: frozenset[int]) -> tuple[int, ...]:
    if not linkable.issuperset(chosen):
        read.wrong("incidents", _("Only incidents about this person can be linked, and none that was an accident."))
    return tuple(sorted(set(chosen)))
