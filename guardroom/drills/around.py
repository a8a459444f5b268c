"""What goes on in the house beside a drill: meetings, incidents, other stations, as the main database tells."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from db import drills as stored
from db import headsups
from guardroom.days import day_in, midnights
from guardroom.drills.gate import Around
from guardroom.headsups.kinds import OPEN
from guardroom.headsups.rows import status_of
from guardroom.settings import Settings

FRESH = timedelta(hours=2)
"""An incident that nobody has closed keeps people busy for so long; what is still to be done after that goes on for
weeks, and a drill does not wait for it."""

_MORE = timedelta(minutes=15)
_LONGEST = timedelta(hours=12)
"""A meeting that began so long ago is over, whatever is noted."""


def around(
    session: Session,
    settings: Settings,
    now: datetime,
    days: tuple[date, date] | None = None,
    since: datetime | None = None,
) -> Around:
    """What goes on now, and the meetings of these days, both included; without any, of today. `since`: also those that
    are over and were held at this moment or later."""
    zone = settings.site.zone
    first, last = days or (day_in(now, zone), day_in(now, zone))
    begin, end = midnights(first, last, zone)
    begin = max(since or now, begin)
    found = []
    for row in headsups.between(session, begin - _LONGEST, end):
        status = status_of(row)
        # One that goes on for longer than was meant goes on.
        until = max(row.until, now + _MORE) if status == "running" else row.until
        held = since is not None and status == "over"
        if (status in OPEN or held) and until > (since or now):
            found.append((row.begins, until))
    return Around(
        incident=stored.open_incident(session, now - FRESH),
        elsewhere=stored.real_alarm_elsewhere(session, settings.station, now),
        meetings=tuple(found),
    )
