"""When guards are on duty, the police in the house, a number answered: hours of the week on the house's clock. Pure.

On days when nobody is expected at the town hall (public holidays and the like) there are no hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from guardroom.settings import Hours
from guardroom.working_days import is_free_day

AHEAD_DAYS = 60
"""Nothing further ahead is looked for."""

Stretch = tuple[datetime, datetime]
"""From a moment to a later one, UTC, the end not included."""


def stretches(hours: Hours, zone: ZoneInfo, now: datetime, most: int = 2) -> tuple[Stretch, ...]:
    """The next ones that are not over, in order; the first may run already. Those that adjoin are one."""
    return tuple(islice(_not_over(hours, zone, now), most))


def runs_until(found: tuple[Stretch, ...], now: datetime) -> datetime | None:
    """The end of the stretch that runs; None where none does."""
    return next((end for begin, end in found if begin <= now < end), None)


def begins_next(found: tuple[Stretch, ...], now: datetime) -> datetime | None:
    """When the next stretch begins; None where none is known."""
    return next((begin for begin, _end in found if begin > now), None)


def _not_over(hours: Hours, zone: ZoneInfo, now: datetime) -> Iterator[Stretch]:
    if not hours:
        return
    first = now.astimezone(zone).date()
    for ahead in range(AHEAD_DAYS):
        for begin, end in _of_day(hours, zone, first + timedelta(days=ahead)):
            if now < end:
                yield begin, end


def _of_day(hours: Hours, zone: ZoneInfo, day: date) -> list[Stretch]:
    spans = hours.days[day.weekday()]
    if not spans or is_free_day(day):
        return []
    found: list[Stretch] = []
    for a, b in spans:
        begin, end = _moment(day, a, zone), _moment(day, b, zone)
        if found and found[-1][1] == begin:
            begin = found.pop()[0]
        if begin < end:
            found.append((begin, end))
    return found


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When it is so late. Of a time that the clock has twice it is the first; one that it leaves out is the moment when
    the clock is put forward."""
    local = datetime.combine(day, at, zone).replace(fold=0)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    minute, after = timedelta(minutes=1), moment.astimezone(zone).utcoffset()
    moment = moment.replace(second=0, microsecond=0)
    while (moment - minute).astimezone(zone).utcoffset() == after:
        moment -= minute
    return moment
