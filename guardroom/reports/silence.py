"""How long panels were silent: from what this station's journal says of their health. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from guardroom.alarms.state import Health
from guardroom.reports.figures import Silence


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when a panel was silent. `lasting`: at `end` nothing had been heard of it yet."""

    begin: datetime
    end: datetime
    lasting: bool = False

    @property
    def seconds(self) -> float:
        """How long, as far as it is told."""
        return (self.end - self.begin).total_seconds()


def spans(told: Iterable[tuple[datetime, Health]], panel: str, begin: datetime, end: datetime) -> list[Span]:
    """When the panel was silent or its port gone between two moments; what had begun before is cut off there, and what
    still lasts at the end."""
    found: list[Span] = []
    since: datetime | None = None
    for at, health in told:
        if health.panel != panel:
            continue
        if health.kind and since is None:
            since = at
        elif not health.kind and since is not None:
            found.append(Span(since, at))
            since = None
    if since is not None:
        found.append(Span(since, end, lasting=True))
    return [
        Span(max(span.begin, begin), min(span.end, end), span.lasting or span.end > end)
        for span in found
        if span.end > begin and span.begin < end
    ]


def silences(
    told: Sequence[tuple[datetime, Health]], panels: Iterable[str], begin: datetime, end: datetime
) -> tuple[Silence, ...]:
    """For each panel how often and how long it was silent between two moments."""
    made = []
    for panel in panels:
        lasted = [span.seconds for span in spans(told, panel, begin, end)]
        made.append(Silence(panel=panel, times=len(lasted), seconds=sum(lasted), longest_s=max(lasted, default=0.0)))
    return tuple(made)
