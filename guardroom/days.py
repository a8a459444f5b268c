"""Days of the house's calendar: today, months on, and how a day is read and written."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_NUMERIC = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ]{1,2}(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def day_in(moment: datetime, zone: ZoneInfo) -> date:
    """The day that an aware moment lies in, in the house's zone."""
    return moment.astimezone(zone).date()


def midnights(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the midnight before the first of these days to the one after the last, by the house's clock; in UTC."""
    begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + timedelta(days=1)))
    return begin, end


def months_on(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def read_day(typed: str) -> date | None:
    """The day in `24-11-2025`, `24.11.25`, `24/11 2025` or `2025-11-24`; None where it is none there is."""
    text = typed.strip()
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _NUMERIC.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        year += 2000 if len(found[3]) == 2 else 0
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def time_of_day(told: str) -> time:
    """The time of day in `13:42` or `13.42`. Raises ValueError where it is none."""
    hour, minute = told.strip().replace(".", ":").split(":")
    return time(int(hour), int(minute))


def written_in(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people there write it: day and time."""
    return f"{moment.astimezone(zone):%d-%m-%Y %H:%M}"


def written(day: date | None) -> str:
    """A day as the house writes it: `24-11-2025`; "" for none."""
    return "" if day is None else f"{day:%d-%m-%Y}"
