"""The phone card: whom to ring, who answers now, who may order, which numbers are missing or were long not tried. Pure.

Rules F1-F3, J13-J19, O2, O11. It is for sudden illness and whatever else too, not for alarms alone (O10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from guardroom.days import day_in, months_on
from guardroom.duties.hours import Stretch, begins_next, runs_until, stretches
from guardroom.language import _
from guardroom.settings import PHONE_KINDS, Hours, Settings

VERIFIED_MONTHS = 6
"""After so many months a number is to be tried again (O11)."""

NONE_STATED = Hours()

_BEFORE = 4
"""Stretches ahead that are looked at to find one in which no other provider answers."""

Standing = Literal["ok", "overdue", "unverified", "unknown", "missing", "constant"]
"""How sure a number is: tried within six months, longer ago, never, or that is not known; not set; or the same all over
the country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """When a number was tried last, and by whom (initials)."""

    number: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the card. `key` names it; `hours` and `order` are said in words by whoever shows them.

    `answers` says whether they answer now, None where that is not stated; `changes_at` when that is otherwise.
    `otherwise`: they answer while no other provider does.
    """

    key: str
    kind: str
    name: str
    number: str
    role: str = ""
    hours: Hours = NONE_STATED
    otherwise: bool = False
    order: tuple[str, ...] = ()
    note: str = ""
    person: bool = False
    answers: bool | None = None
    changes_at: datetime | None = None
    standing: Standing = "unverified"
    verified_on: date | None = None
    verified_by: str = ""


KINDS: tuple[str, ...] = (*PHONE_KINDS[:3], "house", *PHONE_KINDS[3:])
"""The card's headings, in its order; `house` are the numbers of the house's parts."""


def card(
    settings: Settings, now: datetime | None, verified: Mapping[str, Verified], *, persons: bool
) -> tuple[Entry, ...]:
    """The whole card, by kind. `now` None: neither who answers nor which
    numbers were tried is known. `verified` has the last try of each entry, by key;
    one of another number counts for nothing. `persons`: also what is called by a person's name."""
    known = [each for each in _entries(settings) if persons or not each.person]
    crisis = [each for each in known if each.kind == "crisis"]
    by_kind = sorted(known, key=lambda each: KINDS.index(each.kind))
    return tuple(_entry(each, crisis, settings, now, verified.get(each.key)) for each in by_kind)


def numbers_missing(entries: tuple[Entry, ...]) -> list[str]:
    """What is called so has no number."""
    return [entry.name for entry in entries if entry.standing == "missing"]


def to_verify(entries: tuple[Entry, ...]) -> list[str]:
    """What is called so has a number that was not tried for six months, or never."""
    return [entry.name for entry in entries if entry.standing in ("overdue", "unverified")]


def _entries(settings: Settings) -> list[Entry]:
    found = [
        Entry(key="112", kind="police", name="112", number="112", role=_("danger now")),
        Entry(key="114", kind="police", name="114", number="114", role=_("not urgent")),
        Entry(
            key="house",
            kind="house",
            name=settings.site.name,
            number=settings.site.phone,
            role=_("main number"),
            note=_("CVR {number}").format(number=settings.site.cvr) if settings.site.cvr else "",
        ),
        Entry(key="leader", kind="leader", name=_("Leader on duty"), number=settings.leader),
        Entry(
            key="technician",
            kind="technician",
            name=_("Technician"),
            number=settings.technician,
            role=_("panels and cables"),
        ),
    ]
    found += [
        Entry(key=f"block:{block.name}", kind="house", name=block.name, number=block.phone, role=_("looks after it"))
        for block in settings.blocks
        if block.name
    ]
    numbers = {phone.name.casefold(): phone for phone in settings.phones if phone.kind == "crisis"}
    for provider in settings.policy.crisis:
        own = numbers.pop(provider.name.casefold(), None)
        found.append(
            Entry(
                key=f"phone:{provider.name}",
                kind="crisis",
                name=provider.name,
                number=own.number if own is not None else "",
                role=own.role if own is not None else "",
                hours=own.hours if own is not None and own.hours else provider.hours,
                otherwise=provider.otherwise and not (own is not None and own.hours),
                order=own.order if own is not None and own.order else provider.order,
                note=own.note if own is not None and own.note else provider.note.get(settings.language, ""),
            )
        )
    found += [
        Entry(
            key=f"phone:{phone.name}",
            kind=phone.kind,
            name=phone.name,
            number=phone.number,
            role=phone.role,
            hours=phone.hours,
            order=phone.order,
            note=phone.note,
            person=phone.person,
        )
        for phone in settings.phones
        if phone.kind != "crisis" or phone.name.casefold() in numbers
    ]
    return found


def _entry(
    known: Entry, crisis: list[Entry], settings: Settings, now: datetime | None, tried: Verified | None
) -> Entry:
    """An entry as it is now, and as sure as its last try makes it."""
    tried = tried if tried is not None and tried.number == known.number else None
    day = None if tried is None else day_in(tried.at, settings.site.zone)
    answers, changes = (None, None) if now is None else _answers(known, crisis, settings, now)
    return replace(
        known,
        answers=answers,
        changes_at=changes,
        standing=_standing(known, day, None if now is None else day_in(now, settings.site.zone)),
        verified_on=day,
        verified_by="" if tried is None else tried.by,
    )


def _standing(known: Entry, tried: date | None, today: date | None) -> Standing:
    if known.key in ("112", "114"):
        return "constant"
    if not known.number:
        return "missing"
    if today is None:
        return "unknown"
    if tried is None:
        return "unverified"
    return "overdue" if months_on(tried, VERIFIED_MONTHS) < today else "ok"


def _answers(
    known: Entry, crisis: list[Entry], settings: Settings, now: datetime
) -> tuple[bool | None, datetime | None]:
    """Whether they answer now, and when that changes."""
    zone = settings.site.zone
    if known.hours:
        found = stretches(known.hours, zone, now)
        until = runs_until(found, now)
        return until is not None, until or begins_next(found, now)
    if not known.otherwise:
        return None, None
    others = [stretches(each.hours, zone, now, _BEFORE) for each in crisis if each.hours]
    until = _covered_until(others, now)
    if until is not None:
        return False, until
    return True, min((begin for found in others if (begin := begins_next(found, now)) is not None), default=None)


def _covered_until(others: list[tuple[Stretch, ...]], now: datetime) -> datetime | None:
    """Until when some other one answers without a break from now on; None where none does."""
    until: datetime | None = None
    while ends := [end for found in others if (end := runs_until(found, until or now)) is not None]:
        until = max(ends)
    return until
