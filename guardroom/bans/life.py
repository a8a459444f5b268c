"""The life of a ban, as rules: what can be done when, and what the ban is on a given day. No database, no clock.

draft → hearing → signing → decided → served → in_force, and from there nothing but the calendar: a ban is coming,
active and expired by its dates, the last day included, and lifted from the day on which it is lifted. Before
anybody has signed it can be dropped; signatures can be withdrawn until the last one is given. An answer to the hearing
that comes after somebody has signed is noted, and changes nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from guardroom.bans.kinds import ATTENDANCE, Stage, Standing
from guardroom.days import day_in, months_on
from guardroom.people.roles import Right


@dataclass(frozen=True, slots=True)
class Move:
    """One step: what the ban must be for it, and the rights of which one is needed."""

    standings: frozenset[Standing]
    rights: tuple[Right, ...]


def _move(*standings: Standing, rights: tuple[Right, ...]) -> Move:
    return Move(frozenset(standings), rights)


_DRAFTS = (Right.BAN_DRAFT,)
_SERVES = (Right.BAN_SERVE,)

MOVES: Mapping[str, Move] = {
    "change": _move("draft", "hearing", rights=_DRAFTS),
    "send_hearing": _move("draft", "hearing", rights=_DRAFTS),
    "skip_hearing": _move("draft", "hearing", rights=_DRAFTS),
    "answer_hearing": _move("hearing", "signing", "decided", "served", rights=_DRAFTS),
    "sign": _move("hearing", "signing", rights=(Right.BAN_SIGN,)),
    "withdraw_signatures": _move("signing", rights=(Right.BAN_SIGN, Right.BAN_DRAFT)),
    "file_letter": _move("decided", "served", rights=_SERVES),
    "serve": _move("decided", "served", rights=_SERVES),
    "activate": _move("served", rights=_SERVES),
    "normalise": _move("active", "expired", rights=_DRAFTS),
    "extend": _move("active", rights=_DRAFTS),
    "lift": _move("decided", "served", "coming", "active", rights=(Right.BAN_LIFT,)),
    "drop": _move("draft", "hearing", rights=_DRAFTS),
    "confirm_read": _move("coming", "active", rights=(Right.BAN_READ,)),
}
"""Every step, in the order in which they are offered."""

UNDECIDED: frozenset[Stage] = frozenset(("draft", "hearing", "signing"))
"""Stages in which the decision has not been made."""

UNDER_WAY: frozenset[Stage] = UNDECIDED | {"decided", "served"}
"""Stages in which there is still something to do before it is in force."""

STANDS: frozenset[Stage] = frozenset(("decided", "served", "in_force"))
"""Stages of a decision that stands: no other may overlap with it."""

ENDING_DAYS = 30
"""A ban with no more days left than this is on the list of those that end soon."""


def standing(
    stage: Stage, starts_on: date | None, ends_on: date | None, lifted_on: date | None, today: date
) -> Standing:
    """What a ban is on the day `today`. The last day is included; a lifted ban is lifted from `lifted_on` on."""
    if stage != "in_force":
        return stage
    if lifted_on is not None and lifted_on <= today:
        return "lifted"
    if ends_on is not None and ends_on < today:
        return "expired"
    if starts_on is not None and today < starts_on:
        return "coming"
    return "active"


class Dated(Protocol):
    """A ban by its stage and days."""

    @property
    def stage(self) -> str: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def lifted_on(self) -> date | None: ...
    @property
    def served_on(self) -> date | None: ...
    @property
    def decided_at(self) -> datetime | None: ...
    @property
    def created_at(self) -> datetime: ...


def binds_on(ban: Dated, day: date, zone: ZoneInfo) -> bool:
    """Whether the citizen could breach it on that day: it was in force, had begun, and had been served on them. A ban
    from the case system's list has no day of service here: it binds no earlier than it was decided or, where the list
    does not say when that was, taken over. `zone` is the house's."""
    known = ban.served_on or day_in(ban.decided_at or ban.created_at, zone)
    if day < known:
        return False
    return standing(cast(Stage, ban.stage), ban.starts_on, ban.ends_on, ban.lifted_on, day) == "active"


def first_day(starts_on: date | None, served_on: date | None) -> date | None:
    """The first day on which it binds: a decision that reaches the citizen later binds from then on."""
    if starts_on is None or served_on is None:
        return starts_on
    return max(starts_on, served_on)


def last_day(ends_on: date | None, lifted_on: date | None) -> date | None:
    """The last day on which it binds, unless it was lifted before it began."""
    if lifted_on is None:
        return ends_on
    return lifted_on - timedelta(days=1)


def proposed_start(today: date, hearing_days: int) -> date:
    """The first day that is proposed for a draft: when the time to answer the hearing is over, where there is one."""
    return today + timedelta(days=hearing_days + 1) if hearing_days else today


def proposed_end(starts_on: date, months: int) -> date | None:
    """The end that the policy proposes (H7), so that it runs exactly so many months, both days included: six from 14
    October end on 13 April. None where it proposes nothing."""
    if not months:
        return None
    after = months_on(starts_on, months)
    # A month without such a day ends the period with its own last day.
    return after - timedelta(days=1) if after.day == starts_on.day else after


def normalise_by(starts_on: date | None, ends_on: date | None, days: int) -> date | None:
    """The day by which the attempt to normalise is due (H8): so many days before the end, not before it begins."""
    if ends_on is None:
        return None
    due = ends_on - timedelta(days=days)
    return due if starts_on is None else max(due, starts_on)


def collide(kind: str, other_kind: str) -> bool:
    """Whether bans of these kinds may not run at the same time for one person: both forbid being somewhere, or both
    are of one kind."""
    return kind == other_kind or {kind, other_kind} <= ATTENDANCE


def share_a_day(
    starts_on: date | None, last: date | None, other_starts_on: date | None, other_last: date | None
) -> bool:
    """Whether two periods have a day in common; last days included. A period with an open end has none yet."""
    if starts_on is None or last is None or other_starts_on is None or other_last is None:
        return False
    return max(starts_on, other_starts_on) <= min(last, other_last)
