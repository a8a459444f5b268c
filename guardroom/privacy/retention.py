"""What is due to be deleted on a day, as rules. No database, no clock.

A ban goes so long after its last day, an incident after it was closed, a person once nothing refers to them. What is
not over keeps what it rests on: an active ban its person and the incidents it rests on or that breached it, an open
follow-up its incident or ban, an open access request everything about its person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from guardroom.days import months_on
from guardroom.settings import Keep

CLOCKS_APART = timedelta(days=1)
"""An entry that is dated further ahead than this was written under a clock that was wrong."""
_DAY = timedelta(days=1)


def gone_on(ended: date, keep: Keep) -> date:
    """The day on which something that ended on this day is deleted: 30 days after 12 November is 12 December, and 24
    months after 29 February the last day of February."""
    return ended + timedelta(days=keep.count) if keep.unit == "days" else months_on(ended, keep.count)


def due_if_ended_by(today: date, keep: Keep) -> date:
    """The last day of which everything that ended on it, or before, is due today."""
    if keep.unit == "days":
        return today - timedelta(days=keep.count)
    day = months_on(today, -keep.count)
    # The last days of a long month are over together with the last one of a short month.
    while gone_on(day + _DAY, keep) <= today:
        day += _DAY
    return day


def cut_month(today: date, keep: Keep) -> date:
    """The first day of the month in which the audit log's next entry may lie: it is cut by whole months."""
    return due_if_ended_by(today, keep).replace(day=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BanHeld:
    """A ban, by its id. `ended`: its last day, or the day it was given up; None while something about it is open.
    `extends` is the ban it goes on from, `incidents` what it rests on."""

    person: int
    ended: date | None
    extends: int | None = None
    incidents: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentHeld:
    """An incident, by its id. `ended`: the day of the last thing that was done about it; None while something is open.
    `breached` is the ban that was breached."""

    ended: date | None
    persons: frozenset[int] = frozenset()
    breached: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a house keeps of people. `persons` are by id with the day on which the record was made, those merged into
    one as that one. `asking` have an access request that is not answered; `elsewhere` are named by something else that
    stays: a heads-up, an arrival, a draft."""

    bans: Mapping[int, BanHeld]
    incidents: Mapping[int, IncidentHeld]
    persons: Mapping[int, date]
    asking: frozenset[int] = frozenset()
    elsewhere: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePeople:
    """What is due, by id."""

    bans: frozenset[int]
    incidents: frozenset[int]
    persons: frozenset[int]


def due_people(
    held: Holdings, today: date, *, bans: Keep | None, incidents: Keep | None, persons: Keep | None
) -> DuePeople:
    """The bans, incidents and persons that are due; of a kind without a time nothing is."""
    gone_bans = _due_bans(held, today, bans)
    gone_incidents = _due_incidents(held, today, incidents, gone_bans)
    gone_persons: frozenset[int] = frozenset()
    if persons is not None:
        named = held.asking | held.elsewhere
        named |= {ban.person for number, ban in held.bans.items() if number not in gone_bans}
        for number, incident in held.incidents.items():
            if number not in gone_incidents:
                named |= incident.persons
        by = due_if_ended_by(today, persons)
        gone_persons = frozenset(person for person, made in held.persons.items() if person not in named and made <= by)
    return DuePeople(bans=gone_bans, incidents=gone_incidents, persons=gone_persons)


def _due_bans(held: Holdings, today: date, keep: Keep | None) -> frozenset[int]:
    if keep is None:
        return frozenset()
    by = due_if_ended_by(today, keep)
    gone = {
        number
        for number, ban in held.bans.items()
        if ban.ended is not None and ban.ended <= by and ban.person not in held.asking
    }
    # A ban that another goes on from stays as long as that one; the newest are looked at first.
    for number in sorted(held.bans, reverse=True):
        extends = held.bans[number].extends
        if number not in gone and extends is not None:
            gone.discard(extends)
    return frozenset(gone)


def _due_incidents(held: Holdings, today: date, keep: Keep | None, gone_bans: frozenset[int]) -> frozenset[int]:
    if keep is None:
        return frozenset()
    by = due_if_ended_by(today, keep)
    resting = {one for number, ban in held.bans.items() if number not in gone_bans for one in ban.incidents}
    not_over = {number for number, ban in held.bans.items() if ban.ended is None or ban.ended >= today}
    return frozenset(
        number
        for number, incident in held.incidents.items()
        if incident.ended is not None
        and incident.ended <= by
        and number not in resting
        and incident.breached not in not_over
        and not incident.persons & held.asking
    )
