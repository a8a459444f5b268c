"""Days of the house's calendar and times of its day: today, months on, and how both are read and written."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from guardroom.language import _

EXAMPLE_DAY = date(2025, 11, 24)
"""The day that stands for "a day" in the hints of a form, where the form shows one from the clock."""
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


def an_example(today: date) -> date:
    """A day to come that stands as an example where one is asked for."""
    return today + timedelta(days=14)


def read_day(typed: str) -> date | None:
    """The day in `24-11-2025`, `24.11.25`, `24/11 2025` or `2025-11-24`; None where it is none there is."""
    if (parts := _parts(typed)) is None:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def _parts(typed: str) -> tuple[int, int, int] | None:
    """Year, month and day as they are written, whether there is such a day or not; None where it is no day."""
    text = typed.strip()
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _NUMERIC.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        year += 2000 if len(found[3]) == 2 else 0
    else:
        return None
    return year, month, day


def no_such_day(typed: str) -> str:
    """What is wrong with a day that its month has not, such as 31-02-2026, as a sentence; "" where that is not it."""
    if (parts := _parts(typed)) is None:
        return ""
    year, month, day = parts
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return _("There is no month {month}: the day is written before the month.").format(month=month)
    count = calendar.monthrange(year, month)[1]
    if 1 <= day <= count:
        return ""
    return _("There is no such day: {month:02d}-{year} has {count} days.").format(month=month, year=year, count=count)


def read_clock(typed: str) -> time | None:
    """The time of day in `13:42`, `13.42`, `1342`, `942` or, on the hour, `14`; None where it is none."""
    digits = typed.strip().replace(".", ":")
    hours, colon, minutes = digits.partition(":")
    if not colon:
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) in (3, 4) else (digits, "00")
    if not (hours.isascii() and hours.isdecimal() and minutes.isascii() and minutes.isdecimal()):
        return None
    if len(hours) > 2 or len(minutes) != 2 or int(hours) > 23 or int(minutes) > 59:
        return None
    return time(int(hours), int(minutes))


def time_of_day(told: str) -> time:
    """The time of day as `read_clock` reads it. Raises ValueError where it is none."""
    found = read_clock(told)
    if found is None:
        raise ValueError(told)
    return found


def written_in(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people there write it: day and time."""
    return f"{moment.astimezone(zone):%d-%m-%Y %H:%M}"


def written(day: date | None) -> str:
    """A day as the house writes it: `24-11-2025`; "" for none."""
    return "" if day is None else f"{day:%d-%m-%Y}"


def weekday(code: str) -> str:
    """A day of the week by its code: `mon` to `sun`."""
    return {
        "mon": _("Monday"),
        "tue": _("Tuesday"),
        "wed": _("Wednesday"),
        "thu": _("Thursday"),
        "fri": _("Friday"),
        "sat": _("Saturday"),
        "sun": _("Sunday"),
    }[code]
