"""One board of several stations' boards. Pure.

Another station's alarm is shown as urgently as one of our own. What is not known is never shown as well: a station that
has not been heard for a while leaves its rooms unknown; its open alarms stand, as nobody has said that they are over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from guardroom.alarms.acts import Act
from guardroom.alarms.view import (
    AlarmKey,
    AlarmView,
    BoardView,
    ButtonState,
    DrillView,
    FaultView,
    RoomState,
    RoomView,
    TimelineLine,
)
from guardroom.stations.board import StationBoard, aged
from guardroom.stations.handed_on import as_read, readers, without_handed_on
from guardroom.stations.heard import Heard, is_silent

ANSWER_S = 3.0
"""A station that has not answered for so long is said not to."""

_IN_ALARM: tuple[RoomState, ...] = ("alarm", "restored", "acknowledged", "still_in_alarm")
_WORST: tuple[RoomState, ...] = (*_IN_ALARM, "unknown", "fault", "out_of_service", "ready", "no_panel")
_WORST_BUTTON: tuple[ButtonState, ...] = ("failed", "untested", "overdue", "tested")


@dataclass(frozen=True, slots=True)
class Sent:
    """An act that another station was asked for at `sent_at` (running clock), and that it has not answered."""

    act: Act
    sent_at: float

    def unanswered(self, now: float) -> bool:
        """Whether nobody may rely on it any more."""
        return now - self.sent_at > ANSWER_S


def merged(
    own: BoardView, heard: Iterable[Heard], sent: Sequence[Sent], now: float, limit_s: float, routes: Mapping[str, str]
) -> BoardView:
    """This station's view with what is known of the others, at `now` by the running clock.

    `routes` are the ways from here to the rooms that this station knows too.
    """
    stations = [each for each in heard if each.guards_rooms or not is_silent(each, now, limit_s)]
    if not stations and not sent:
        return own
    near = [each for each in stations if not is_silent(each, now, limit_s)]
    read = readers(own, near)
    panels = as_read(own.panels, near, read)
    stations = [without_handed_on(each, own, read) for each in stations]
    boards = [(each.station, _as_known(each, now, limit_s)) for each in stations]
    others = [_others_alarm(alarm, station, sent, now, routes) for station, board in boards for alarm in board.alarms]
    alarms = (*own.alarms, *others)
    return replace(
        own,
        alarms=alarms,
        faults=(
            *station_faults(stations, sent, now, limit_s),
            *own.faults,
            *(replace(fault, owner=station) for station, board in boards for fault in board.faults),
        ),
        rooms=_rooms(own.rooms, [room for _, board in boards for room in board.rooms]),
        panels=(*panels, *(replace(panel, owner=station) for station, board in boards for panel in board.panels)),
        told=(*own.told, *(replace(told, owner=station) for station, board in boards for told in board.told)),
        drill=_drill(
            own.drill,
            [replace(board.drill, owner=station) for station, board in boards if board.drill is not None],
            [alarm.key for alarm in alarms],
        ),
    )


def station_faults(
    stations: Iterable[Heard], sent: Iterable[Sent], now: float, limit_s: float
) -> tuple[FaultView, ...]:
    """What is wrong between the stations, at `now` by the running clock."""
    faults: list[FaultView] = []
    for each in stations:
        silent_s = now - each.heard_at
        if silent_s > limit_s:
            rooms = tuple(room.id for room in each.board.rooms) if each.board is not None else ()
            faults.append(_fault("station_silent", each.station, silent_s, rooms=rooms))
        elif each.other_version or each.board is None:
            faults.append(_fault("station_version", each.station, 0.0, detail=each.program))
    waiting = [each for each in sent if each.unanswered(now)]
    for station in dict.fromkeys(each.act.owner for each in waiting):
        longest = max(now - each.sent_at for each in waiting if each.act.owner == station)
        faults.append(_fault("station_unanswered", station, longest))
    return tuple(faults)


def _fault(kind: str, station: str, age_s: float, *, detail: str = "", rooms: tuple[str, ...] = ()) -> FaultView:
    return FaultView(
        key=f"{kind}:{station}", kind=kind, age_s=age_s, since="", place=station, detail=detail, rooms=rooms
    )


def _as_known(station: Heard, now: float, limit_s: float) -> StationBoard:
    """The station's board as it is known now."""
    if station.board is None:
        return StationBoard(at="")
    board = aged(station.board, station.older_s + max(0.0, now - station.heard_at))
    if not is_silent(station, now, limit_s):
        return board
    # Its faults are covered by the one fault that it is not heard, and whether a drill still runs nobody knows.
    return replace(
        board,
        rooms=tuple(
            room if room.state in _IN_ALARM else replace(room, state="unknown", since_age_s=None, detail="")
            for room in board.rooms
        ),
        panels=tuple(replace(panel, state="stale", problem="", detail="") for panel in board.panels),
        faults=(),
        drill=None,
    )


def _others_alarm(
    alarm: AlarmView, station: str, sent: Iterable[Sent], now: float, routes: Mapping[str, str]
) -> AlarmView:
    asked = [each for each in sent if (each.act.owner, each.act.alarm) == (station, alarm.id)]
    return replace(
        alarm,
        owner=station,
        route=routes.get(alarm.room or "") or alarm.route,
        sent=tuple(_line(each.act) for each in asked),
        unanswered=any(each.unanswered(now) for each in asked),
    )


def _line(act: Act) -> TimelineLine:
    detail = str(act.press or "") if act.kind == "acknowledge" else act.detail
    return TimelineLine(at=act.asked, what=act.kind, detail=detail, by=act.by, station=act.station, text=act.text)


def _rooms(own: Iterable[RoomView], others: Iterable[RoomView]) -> tuple[RoomView, ...]:
    """Every room once, with the worst that any station says of it; those that only others know come last."""
    rooms = {room.id: room for room in own}
    for room in others:
        rooms[room.id] = worse(rooms[room.id], room) if room.id in rooms else room
    return tuple(rooms.values())


def worse(room: RoomView, other: RoomView) -> RoomView:
    """`room`, named as it is, in the worse of both states; out of service where either says so."""
    state = min(room, other, key=lambda each: _WORST.index(each.state))
    out = room if room.out_until else other
    return replace(
        room,
        state=state.state,
        since_age_s=state.since_age_s,
        detail=state.detail,
        button=min(room.button, other.button, key=_WORST_BUTTON.index),
        out_until=out.out_until,
        out_reason=out.out_reason,
        out_by=out.out_by,
    )


def _drill(own: DrillView | None, others: Sequence[DrillView], alarms: Sequence[AlarmKey]) -> DrillView | None:
    """The drill that everybody is told of: one that runs before one that is over, our own first.

    One at another station that runs beside any other alarm is as good as over: it must keep nobody from calling.
    """
    there = [each for each in others if not each.running or all(key == each.alarm_key for key in alarms)]
    known = [each for each in (own, *there) if each is not None]
    return min(known, key=lambda each: not each.running, default=None)
