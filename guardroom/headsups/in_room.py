"""Which meeting an alarm in a room is about. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from guardroom.alarms.view import HeadsUpLine
from guardroom.clock import moment
from guardroom.headsups.kinds import OPEN

EARLY = timedelta(minutes=15)
"""So long before its time a citizen may be there already."""

LATE = timedelta(minutes=60)
"""So long after its time a meeting that nobody has ended may still go on."""


def meeting_in(headsups: Iterable[HeadsUpLine], room: str | None, at: datetime) -> HeadsUpLine | None:
    """The meeting in this room at that moment: one that is known to go on, else the one that lies nearest."""
    if room is None:
        return None
    found = [
        line
        for line in headsups
        if line.room == room
        and line.status in OPEN
        and (moment(line.begins) - EARLY <= at or line.status == "running")
        and at < moment(line.until) + LATE
    ]
    return min(
        found, key=lambda line: (line.status != "running", abs(moment(line.begins) - at), line.number), default=None
    )
