"""Panels that several stations may read, on one board: each is told of once, by the station that reads it. Pure.

A station that was killed leaves its last board behind. What it said of a panel that another one reads by now is not so
any more; its open alarms stand, as nobody has said that they are over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from guardroom.alarms.view import BoardView, PanelView
from guardroom.stations.heard import Heard

_SAYS_NOTHING_ELSE = ("ready", "unknown", "no_panel")
"""States of a room that tell of its panel's line alone."""


def read_by(station: Heard) -> frozenset[str]:
    """The shared panels that a station says it reads itself."""
    panels = station.board.panels if station.board is not None else ()
    return frozenset(panel.name for panel in panels if panel.stations and panel.reader == station.station)


def readers(own: BoardView, heard: Iterable[Heard]) -> dict[str, str]:
    """Who reads each shared panel, of this station and those that are `heard` now. This station comes first."""
    found = {panel.name: own.station for panel in own.panels if panel.stations and panel.reader == own.station}
    for station in heard:
        for panel in read_by(station):
            found.setdefault(panel, station.station)
    return found


def without_handed_on(station: Heard, own: BoardView, readers: Mapping[str, str]) -> Heard:
    """What a station says, but for panels that are told of elsewhere: by whoever reads them, or by this station."""
    if station.board is None:
        return station
    ours = {panel.name for panel in own.panels if panel.stations}
    shared = {panel.name for panel in station.board.panels if panel.stations}
    handed_on = {name for name in shared if readers.get(name, station.station) != station.station}
    if not handed_on and not shared & ours:
        return station
    panels = station.board.panels
    gone = _rooms(panel for panel in panels if panel.name in handed_on)
    still = _rooms(panel for panel in panels if panel.name not in handed_on)
    board = replace(
        station.board,
        panels=tuple(panel for panel in panels if panel.name not in handed_on | (shared & ours)),
        rooms=tuple(
            room for room in station.board.rooms if room.id not in gone - still or room.state not in _SAYS_NOTHING_ELSE
        ),
    )
    return replace(station, board=board)


def _rooms(panels: Iterable[PanelView]) -> frozenset[str]:
    return frozenset(room for panel in panels for room in panel.rooms)


def as_read(own: Sequence[PanelView], heard: Collection[Heard], readers: Mapping[str, str]) -> tuple[PanelView, ...]:
    """This station's panels; of those that another one reads, with what that one says of their lines."""
    said = {
        (station.station, panel.name): panel
        for station in heard
        if station.board is not None
        for panel in station.board.panels
    }

    def seen(panel: PanelView) -> PanelView:
        reader = readers.get(panel.name, "") if panel.stands_by else ""
        there = said.get((reader, panel.name))
        if there is None:
            return panel
        return replace(panel, state=there.state, problem=there.problem, detail=there.detail, reader=reader)

    return tuple(seen(panel) for panel in own)
