"""How long panels were silent: from what this station's journal says of their health. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from guardroom.alarms.state import Health
from guardroom.reports.figures import Silence


def spans(
    told: Iterable[tuple[datetime, Health]], panel: str, begin: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """When the panel was silent or its port gone between two moments; what had begun before is cut off there, and what
    still lasts at the end."""
    found: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for at, health in told:
        if health.panel != panel:
            continue
        if health.kind and since is None:
            since = at
        elif not health.kind and since is not None:
            found.append((since, at))
            since = None
    if since is not None:
        found.append((since, end))
    return [(max(first, begin), min(last, end)) for first, last in found if last > begin and first < end]


def silences(
    told: Sequence[tuple[datetime, Health]], panels: Iterable[str], begin: datetime, end: datetime
) -> tuple[Silence, ...]:
    """For each panel how often and how long it was silent between two moments."""
    made = []
    for panel in panels:
        lasted = [(last - first).total_seconds() for first, last in spans(told, panel, begin, end)]
        made.append(Silence(panel=panel, times=len(lasted), seconds=sum(lasted), longest_s=max(lasted, default=0.0)))
    return tuple(made)
