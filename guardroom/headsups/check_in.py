"""When somebody must look in on a meeting, and whether nobody has (rules D22, D23). From times alone, whenever asked:
no job sets it, so a restart loses nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

GRACE = timedelta(minutes=2)
"""So long after it was due it is missed."""

EARLY = timedelta(minutes=10)
"""Whoever looks in so much before the agreed time has looked in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """What was agreed, and what has been. Either `at` or `every_min`; neither: nobody looks in. `open`: the meeting is
    to come or goes on. `well_at`: when somebody last found all well."""

    begins: datetime
    until: datetime
    at: datetime | None = None
    every_min: int = 0
    begun_at: datetime | None = None
    well_at: datetime | None = None
    open: bool = True

    @property
    def agreed(self) -> bool:
        """Whether somebody looks in at all."""
        return self.at is not None or self.every_min > 0


def due(check: CheckIn) -> datetime | None:
    """When the next look is due; None where none is. The end is one too, which only a look after it meets: whoever
    looks in is told that it is over (D23). A meeting that nobody marked as begun is taken to have begun as planned: a
    forgotten key hides nothing."""
    if not (check.open and check.agreed):
        return None
    if check.every_min:
        since = check.begun_at or check.begins
        if check.well_at is not None:
            since = max(since, check.well_at)
        return since + timedelta(minutes=check.every_min)
    well_at = check.well_at
    if check.at is not None and (well_at is None or well_at < check.at - EARLY):
        return min(check.at, check.until)
    # That all was well shortly before the end does not tell that it is over.
    return check.until if well_at is None or well_at < check.until else None


def missed(due_at: datetime | None, now: datetime) -> bool:
    """Whether nobody looked in when it was due."""
    return due_at is not None and now >= due_at + GRACE
