"""When something is due, and how near that is. Works on aware moments; hours are real hours, also over a night in which
the clock is changed (rule K1); days end with the house's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from guardroom.settings import Term
from guardroom.working_days import working_days_on

Level = Literal["", "!", "!!", "X"]
_NEAR = timedelta(hours=12)
_LAST_MINUTE = time(23, 59)


def due_at(term: Term, since: datetime, zone: ZoneInfo) -> datetime:
    """The moment by which it is to be done, UTC."""
    if term.unit == "hours":
        return since.astimezone(UTC) + timedelta(hours=term.count)
    day = since.astimezone(zone).date()
    if term.unit == "days":
        return end_of(day + timedelta(days=term.count), zone)
    return end_of(working_days_on(day, term.count), zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last minute of a day of the house's calendar, UTC."""
    return datetime.combine(day, _LAST_MINUTE, zone).astimezone(UTC)


def level(began: datetime, due: datetime, now: datetime) -> Level:
    """How near it is: `X` where the moment has passed, `!!` with less than twelve hours left, `!` with less than a
    quarter of the whole time."""
    left = due - now
    if left < timedelta(0):
        return "X"
    if left < _NEAR:
        return "!!"
    return "!" if left < (due - began) / 4 else ""
