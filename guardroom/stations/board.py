"""What a station publishes of its board for the others: plain values as JSON. Pure.

A board is published when something has happened, not because time goes on: `same` compares without what ages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from guardroom.alarms.view import AlarmView, BoardView, DrillView, FaultView, PanelView, RoomView, ToldView

encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class StationBoard:
    """One station's own alarms and rooms at `at`, by its clock. Rooms are those whose buttons it hears, or that are in
    alarm all the same; faults are those of its panels."""

    at: str
    alarms: tuple[AlarmView, ...] = ()
    rooms: tuple[RoomView, ...] = ()
    panels: tuple[PanelView, ...] = ()
    faults: tuple[FaultView, ...] = ()
    told: tuple[ToldView, ...] = ()
    drill: DrillView | None = None


_decode = msgspec.json.Decoder(StationBoard).decode


def decode(said: str) -> StationBoard | None:
    """The board as a station published it; None where this program cannot read it."""
    try:
        return _decode(said)
    except msgspec.DecodeError:
        return None


def board_of(view: BoardView) -> StationBoard:
    """What others are told of a station's own view."""
    return StationBoard(
        at=view.at,
        alarms=view.alarms,
        rooms=tuple(room for room in view.rooms if room.state != "no_panel"),
        panels=tuple(
            PanelView(
                name=panel.name,
                driver=panel.driver,
                state=panel.state,
                port=panel.port,
                rooms=panel.rooms,
                supervised=panel.supervised,
                problem=panel.problem,
                detail=panel.detail,
                stations=panel.stations,
                reader=panel.reader,
            )
            for panel in view.panels
        ),
        faults=tuple(fault for fault in view.faults if fault.panel),
        told=view.told,
        drill=view.drill,
    )


def same(one: StationBoard, other: StationBoard) -> bool:
    """Whether nothing has happened between the two but time."""
    return aged(one, None) == aged(other, None)


def aged(board: StationBoard, by: float | None) -> StationBoard:
    """The board, its ages `by` seconds greater; None: with every age 0 and no time of its own."""

    def age(seconds: float) -> float:
        return 0.0 if by is None else seconds + by

    def lasted(seconds: float | None) -> float | None:
        return None if seconds is None else age(seconds)

    drill = board.drill
    return replace(
        board,
        at="" if by is None else board.at,
        alarms=tuple(
            replace(alarm, age_s=age(alarm.age_s), last_press_age_s=age(alarm.last_press_age_s))
            for alarm in board.alarms
        ),
        rooms=tuple(replace(room, since_age_s=lasted(room.since_age_s)) for room in board.rooms),
        faults=tuple(replace(fault, age_s=age(fault.age_s)) for fault in board.faults),
        drill=None if drill is None else replace(drill, over_age_s=lasted(drill.over_age_s)),
    )
