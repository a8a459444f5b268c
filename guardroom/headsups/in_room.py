"""Which meetings an alarm in a room may be about. Pure."""

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

FORGOTTEN = timedelta(hours=12)
"""So long after its time one that is marked as begun is over, whatever is noted."""


def meetings_in(headsups: Iterable[HeadsUpLine], room: str | None, at: datetime) -> tuple[HeadsUpLine, ...]:
    """The meetings that may be in this room at that moment, the likeliest first. Nobody can tell whether one that
    should be over is: it hides none that comes after it, and none hides it."""
    if room is None:
        return ()
    found = [line for line in headsups if line.room == room and line.status in OPEN and _may_be(line, at)]
    return tuple(sorted(found, key=lambda line: (_away(line, at), line.status != "running", line.begins, line.number)))


def _may_be(line: HeadsUpLine, at: datetime) -> bool:
    running = line.status == "running"
    after = FORGOTTEN if running else LATE
    return (running or moment(line.begins) - EARLY <= at) and at < moment(line.until) + after


def _away(line: HeadsUpLine, at: datetime) -> timedelta:
    """How far that moment is from the meeting's time."""
    begins = min(moment(line.begun or line.begins), moment(line.begins))
    return max(begins - at, at - moment(line.until), timedelta())
