"""A station as this one has heard it last."""

from __future__ import annotations

from dataclasses import dataclass

from guardroom.stations.board import StationBoard


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A station as it was heard last, at `heard_at` of this monitor's running clock; its board was `older_s` old then.

    `board` is None where this program cannot read what the station publishes. `other_version`: it runs `program`, and
    this one is another.
    """

    station: str
    program: str
    board: StationBoard | None
    heard_at: float
    older_s: float = 0.0
    other_version: bool = False

    @property
    def guards_rooms(self) -> bool:
        """Whether somebody may be in need without being seen while it is not heard."""
        return self.board is None or bool(self.board.panels or self.board.alarms)


def is_silent(station: Heard, now: float, limit_s: float) -> bool:
    """Whether the station has not been heard for too long."""
    return now - station.heard_at > limit_s
