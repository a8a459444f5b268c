"""Dates and times as the house writes them. Our own formatter: the system's locale may be anything."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from guardroom.clock import local
from guardroom.language import _


def weekday(moment: datetime) -> str:
    """The three-letter day of the week."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[moment.weekday()]


def month(moment: datetime) -> str:
    """The three-letter month."""
    return (
        _("Jan"),
        _("Feb"),
        _("Mar"),
        _("Apr"),
        _("May"),
        _("Jun"),
        _("Jul"),
        _("Aug"),
        _("Sep"),
        _("Oct"),
        _("Nov"),
        _("Dec"),
    )[moment.month - 1]


def day_and_time(moment: datetime) -> str:
    """A local moment with date and seconds: `man 24-11-2025 13:42:07`, `Mon 24 Nov 2025 13:42:07`."""
    # Translators: the order and form of a date; Danish is {day:02d}-{month_number:02d}-{year}.
    date = _("{day} {month} {year}").format(
        day=moment.day, month=month(moment), month_number=moment.month, year=moment.year
    )
    return f"{weekday(moment)} {date} {moment:%H:%M:%S}"


def time_of(stamped: str, zone: ZoneInfo) -> str:
    """The local time of a stored UTC moment with seconds: `13:42:07`; "" where there is none."""
    return f"{local(stamped, zone):%H:%M:%S}" if stamped else ""


def short_time(stamped: str, zone: ZoneInfo) -> str:
    """The local time of a stored UTC moment to the minute: `13:42`; "" where there is none."""
    return f"{local(stamped, zone):%H:%M}" if stamped else ""


def day_of(stamped: str, now: datetime, zone: ZoneInfo) -> str:
    """When something was, seen from `now`: `today 13:42`, `Fri 18:54` within a week, else the date."""
    when = local(stamped, zone)
    days = (now.astimezone(zone).date() - when.date()).days
    if days == 0:
        return _("today {time}").format(time=f"{when:%H:%M}")
    if 0 < days < 7:
        return f"{weekday(when)} {when:%H:%M}"
    return f"{when:%d-%m-%Y}"
