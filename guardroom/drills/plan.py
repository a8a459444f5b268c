"""A drill that is planned: what the risk coordinator has said, and what has become of it so far.

While it is planned it lies in the vault alone (`guardroom.drills.vault`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal

How = Literal["fixed", "proposed", "sealed"]
"""A date and time were given; were drawn at once, for the coordinator to know; are drawn when the time has come."""

Press = Literal["helper", "program"]
"""Who raises the alarm: a helper presses the real button, or the program plays it."""

CONFIRMATIONS: tuple[str, ...] = (
    "stop_word",
    "leader_at_room",
    "police_told",
    "colleagues_considered",
    "not_forwarded",
)
"""What only people can know and somebody must have seen to before a drill may begin (rule M2)."""

Told = Literal["slot_missed", "put_off", "called_off", "window_over", "too_late", "drawn"]
"""What the coordinator is told of a plan."""


_NEWS_KEPT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a drill may be: days `first` to `last`, both included; weekdays from 0, Monday; months from 1, none: any;
    hours of the day.

    `apart_days`: no nearer to the drill before. Holidays, duty hours and the police in the house limit it besides.
    """

    first: date
    last: date
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    months: tuple[int, ...] = ()
    earliest: time = time(8)
    latest: time = time(15)
    apart_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something the coordinator is told. `detail` is a code or a local time that belongs to it."""

    at: datetime
    what: Told
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One planned drill. `id` is its number from the first day on and tells nothing.

    `rooms`: it is in one of these, none: in any that has a button; `room` once that is settled. `begins_at`: when it
    begins, None while nothing is drawn. `looked_at`: the last slot for which there was a draw, or that was missed.
    `notice_min`: the draw is so long before the slot. `wait_min`: so long a helper's press is waited for. `over`: it
    will not begin any more.
    """

    id: int
    how: How
    press: Press
    rooms: tuple[str, ...]
    limits: Limits
    planned_at: datetime
    planned_by: int
    room: str = ""
    begins_at: datetime | None = None
    looked_at: datetime | None = None
    notice_min: int = 0
    wait_min: int = 30
    led_by: str = ""
    helpers: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    over: bool = False
    news: tuple[News, ...] = ()
    messaged: int = 0

    @property
    def wanted(self) -> tuple[str, ...]:
        """What must have been seen to. Where nobody knows the time before, nobody can be at the room for it."""
        unknown = self.how == "sealed" and not self.notice_min
        return tuple(code for code in CONFIRMATIONS if not (unknown and code == "leader_at_room"))

    @property
    def to_message(self) -> bool:
        """Whether there is news that the coordinator must not find by chance: the time where notice was asked for, and
        that it could not begin or will not any more."""
        return any(
            each.what in ("called_off", "window_over", "too_late") or (each.what == "drawn" and self.notice_min > 0)
            for each in self.news[self.messaged :]
        )

    def told(self, at: datetime, what: Told, detail: str = "") -> Plan:
        """The plan with one more thing to tell; the same thing is told once."""
        if self.news and (self.news[-1].what, self.news[-1].detail) == (what, detail):
            return self
        kept = self.news[-_NEWS_KEPT:]
        messaged = max(0, self.messaged - (len(self.news) - len(kept)))
        return replace(self, news=(*kept, News(at=at, what=what, detail=detail)), messaged=messaged)
