"""The days on which people are at a Danish town hall. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_SATURDAY = 5


def is_free_day(day: date) -> bool:
    """Whether nobody is expected at a Danish town hall: public holidays, Constitution Day, Christmas and New Year's
    Eve. Weekends are for the caller to see to."""
    return day in _holidays(day.year) or (day.month, day.day) in ((6, 5), (12, 24), (12, 31))


def is_working_day(day: date) -> bool:
    """Whether people are at work: neither a weekend nor a free day."""
    return day.weekday() < _SATURDAY and not is_free_day(day)


def working_day_before(day: date) -> date:
    """The last working day before this one."""
    before = day - timedelta(days=1)
    while not is_working_day(before):
        before -= timedelta(days=1)
    return before


def working_days_on(day: date, count: int) -> date:
    """The day so many working days later."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@cache
def _holidays(year: int) -> frozenset[date]:
    # Not needed to take an alarm, and slow to load.
    from holidays import country_holidays

    return frozenset(country_holidays("DK", years=year))
