"""How one board is made of several, whatever they say and in whatever order their acts come."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.base import Cause, Kind, Signal
from guardroom.alarms.acts import Act
from guardroom.alarms.life import apply
from guardroom.alarms.state import Done, Moment, Received, State
from guardroom.alarms.view import (
    AlarmView,
    BoardView,
    DrillView,
    FaultView,
    PanelState,
    PanelView,
    RoomState,
    RoomView,
    in_order,
)
from guardroom.stations.board import StationBoard, aged, board_of, decode, encode, same
from guardroom.stations.heard import Heard
from guardroom.stations.merging import ANSWER_S, Sent, merged, worse
from guardroom.stations.others import silence_left

LIMIT_S = 15.0
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ROUTES = {"K1": "from here"}


def alarm(number: int, room: str | None = "K1", **changes: object) -> AlarmView:
    made = AlarmView(
        id=number, state="active_unacknowledged", cause="hold_up", room=room, place="x", pressed_at=f"2025-{number:04}"
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def room(name: str, state: RoomState = "ready", **changes: object) -> RoomView:
    return replace(RoomView(id=name, name=name, block="", floor="", state=state), **changes)  # type: ignore[arg-type]


def view(*alarms: AlarmView, rooms: tuple[RoomView, ...] = (), **changes: object) -> BoardView:
    made = BoardView(number=1, at="", program="1", station="here", site="", alarms=alarms, rooms=rooms)
    return replace(made, **changes)  # type: ignore[arg-type]


def heard(station: str, board: StationBoard | None, at: float = 0.0, **changes: object) -> Heard:
    return replace(Heard(station=station, program="1", board=board, heard_at=at), **changes)  # type: ignore[arg-type]


def panel(name: str = "p") -> PanelView:
    return PanelView(name=name, driver="espa444", state="alive", port="x")


STATES = st.sampled_from(
    ["ready", "alarm", "acknowledged", "restored", "still_in_alarm", "fault", "unknown", "out_of_service", "no_panel"]
)
ROOMS = st.lists(
    st.builds(room, st.sampled_from(["K1", "K2", "B1"]), STATES), max_size=3, unique_by=lambda each: each.id
).map(tuple)
ALARMS = st.lists(
    st.builds(
        alarm,
        st.integers(1, 9),
        st.sampled_from(["K1", "K2", None]),
        state=st.sampled_from(["active_unacknowledged", "active_acknowledged", "restored_unacknowledged"]),
        cause=st.sampled_from(["hold_up", "fire"]),
        age_s=st.floats(0, 1e4),
    ),
    max_size=3,
    unique_by=lambda each: each.id,
).map(tuple)
BOARDS = st.builds(
    lambda alarms, rooms: StationBoard(at="", alarms=alarms, rooms=rooms, panels=(panel(),)), ALARMS, ROOMS
)
STATIONS = st.lists(
    st.builds(heard, st.sampled_from(["Vagten", "Skranken", "Leder"]), BOARDS, st.floats(0, 40)),
    max_size=3,
    unique_by=lambda each: each.station,
)


@patient
@given(ALARMS, ROOMS, STATIONS, st.floats(40, 80))
def test_no_alarm_is_lost_and_no_room_is_better_than_what_is_known(
    alarms: tuple[AlarmView, ...], rooms: tuple[RoomView, ...], stations: list[Heard], now: float
) -> None:
    own = view(*alarms, rooms=rooms)
    whole = merged(own, stations, (), now, LIMIT_S, ROUTES)
    keys = [each.key for each in whole.alarms]
    assert len(keys) == len(set(keys)) == len(alarms) + sum(len(each.board.alarms) for each in stations if each.board)
    assert len({each.id for each in whole.rooms}) == len(whole.rooms)
    for station in stations:
        silent = now - station.heard_at > LIMIT_S
        assert any(fault.key == f"station_silent:{station.station}" for fault in whole.faults) == silent
        assert station.board is not None
        for told in station.board.rooms:
            shown = next(each for each in whole.rooms if each.id == told.id)
            if silent:
                assert shown.state not in ("ready", "no_panel", "out_of_service", "fault"), "nobody knows"
            else:
                assert worse(shown, told).state == shown.state


@patient
@given(ALARMS, STATIONS)
def test_every_station_makes_the_same_order_of_them(alarms: tuple[AlarmView, ...], stations: list[Heard]) -> None:
    whole = merged(view(*alarms), stations, (), 0, 1e9, {})
    if any(each.owner for each in whole.alarms):
        ordered = in_order(whole.alarms)
        assert ordered == in_order(tuple(reversed(whole.alarms)))
        urgent = [each.unacknowledged for each in ordered]
        assert urgent == sorted(urgent, reverse=True)


@patient
@given(BOARDS, st.floats(0, 1e4))
def test_time_alone_is_no_news_and_a_board_travels_whole(board: StationBoard, seconds: float) -> None:
    assert same(board, aged(board, seconds))
    assert decode(encode(board).decode()) == board


@patient
@given(BOARDS)
def test_anything_else_is_news(board: StationBoard) -> None:
    assert not same(board, replace(board, alarms=(*board.alarms, alarm(99))))


def test_a_room_that_no_panel_here_hears_is_as_its_station_says() -> None:
    board = StationBoard(at="", rooms=(room("B1", "ready", button="overdue"),), panels=(panel(),))
    (shown,) = merged(view(rooms=(room("B1", "no_panel"),)), [heard("Skranken", board)], (), 0, LIMIT_S, {}).rooms
    assert (shown.state, shown.button) == ("ready", "overdue")


def test_what_is_published_is_what_this_station_hears() -> None:
    own = view(
        alarm(1),
        rooms=(room("K1"), room("B1", "no_panel")),
        panels=(replace(panel(), heard_age_s=1.0, frames=9),),
        faults=(
            FaultView(key="disk", kind="disk", age_s=0, since=""),
            FaultView(key="t", kind="tamper", age_s=0, since="", panel="p"),
        ),
    )
    told = board_of(own)
    assert [each.id for each in told.rooms] == ["K1"]
    assert [each.key for each in told.faults] == ["t"]
    assert told.panels == (panel(),)


def drill(**changes: object) -> DrillView:
    return replace(DrillView(id=1, alarm=5, room="K1", place="x", began=""), **changes)  # type: ignore[arg-type]


def test_a_drill_elsewhere_is_told_but_keeps_nobody_from_calling_about_another_alarm() -> None:
    there = heard("Vagten", StationBoard(at="", alarms=(alarm(5),), drill=drill(), panels=(panel(),)))
    shown = merged(view(), [there], (), 0, LIMIT_S, {}).drill
    assert shown is not None
    assert shown.alarm_key == ("Vagten", 5)
    assert merged(view(alarm(5)), [there], (), 0, LIMIT_S, {}).drill is None, "ours has the same number, and is real"
    assert merged(view(), [there], (), 100, LIMIT_S, {}).drill is None, "whether it still runs nobody knows"


def test_what_was_sent_stands_with_its_alarm_and_is_loud_when_nobody_answers() -> None:
    there = heard("Vagten", StationBoard(at="", alarms=(alarm(5),), panels=(panel(),)), at=0)
    sent = [Sent(Act(kind="acknowledge", alarm=5, press=1, owner="Vagten"), 0.0)]
    early = merged(view(alarm(5)), [there], sent, ANSWER_S, LIMIT_S, {})
    own, others = early.alarms
    assert (own.sent, len(others.sent), others.unanswered) == ((), 1, False)
    assert in_order(early.alarms)[0] is own, "what nobody has answered yet comes first"
    late = merged(view(), [there], sent, ANSWER_S + 0.1, LIMIT_S, {})
    assert late.alarms[0].unanswered
    assert [fault.key for fault in late.faults] == ["station_unanswered:Vagten"]
    assert [f.key for f in merged(view(), [], sent, 9, LIMIT_S, {}).faults] == ["station_unanswered:Vagten"]


@pytest.mark.parametrize(
    ("own_left", "own_rings", "left", "seen", "silent"),
    [
        (None, False, 40.0, 1, 40.0),
        (None, False, 40.0, 0, None),
        (None, False, -1.0, 1, None),
        (30.0, True, 40.0, 1, 30.0),
        (None, True, 40.0, 1, None),
        (30.0, True, 40.0, 0, None),
    ],
)
def test_silence_counts_where_everything_that_sounds_is_covered(
    own_left: float | None, own_rings: bool, left: float, seen: int, silent: float | None
) -> None:
    alarms = (alarm(3, owner="Vagten"), *((alarm(1),) if own_rings else ()))
    assert silence_left(view(*alarms, silenced_s=own_left), left, {("Vagten", 3): seen}) == silent


BY = st.sampled_from(["GV", "GS", "GL"])
STEPS = st.one_of(
    st.just("press"),
    st.builds(lambda by, press: Act(kind="acknowledge", by=by, alarm=1, press=press), BY, st.integers(1, 4)),
    st.builds(lambda by: Act(kind="step", by=by, alarm=1, detail="on_scene"), BY),
    st.builds(lambda by: Act(kind="note", by=by, alarm=1, text="x"), BY),
)


@patient
@given(st.lists(STEPS, max_size=12), st.data())
def test_acts_of_several_stations_in_any_order(steps: list[str | Act], data: st.DataObject) -> None:
    """The owner's journal is the order: every acknowledgement is kept, the first counts, copies change nothing, and a
    press that nobody had seen stays unacknowledged."""
    state = State()
    press = Received("p", Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="1"), "K1", "K1", 0, duplicate=False)
    number, acks, covered, presses = 1, [], 0, 1
    apply(state, number, Moment("2025-11-24T12:00:00.000Z", "b", 0.0), press)
    for step in steps:
        if isinstance(step, Act) and step.id in state.acts:
            continue
        number += 1
        now = Moment("2025-11-24T12:00:00.000Z", "b", float(number))
        apply(state, number, now, press if isinstance(step, str) else Done(step))
        if isinstance(step, str):
            presses += 1
        elif step.kind == "acknowledge":
            acks.append(step.by)
            covered = max(covered, min(step.press or 0, presses))
        if data.draw(st.booleans()):
            apply(state, number, now, press if isinstance(step, str) else Done(step))
    found = state.alarms[1]
    assert [line.by for line in found.timeline if line.what == "acknowledge"] == acks
    assert found.acknowledged_by == (acks[0] if acks else "")
    assert found.unacknowledged == (covered < presses)
    assert found.presses == presses


def shared(reader: str, state: PanelState = "alive") -> PanelView:
    """The panel of K1 that both Vagten and this station may read."""
    made = replace(panel(), rooms=("K1",), stations=("here", "Vagten"), state=state)
    return replace(made, reader=reader, stands_by=reader != "here")


def test_a_panel_that_another_station_reads_is_shown_once_as_that_one_sees_it() -> None:
    board = StationBoard(at="", rooms=(room("K1"),), panels=(shared("Vagten", "stale"),))
    own = view(rooms=(room("K1", "no_panel"),), panels=(shared("Vagten", "standby"),))
    whole = merged(own, [heard("Vagten", board)], (), 0, LIMIT_S, {})
    assert [(each.name, each.reader, each.state, each.owner) for each in whole.panels] == [("p", "Vagten", "stale", "")]
    assert [each.state for each in whole.rooms] == ["ready"]


@pytest.mark.parametrize("said", ["ready", "unknown"])
def test_what_a_dead_station_said_of_a_panel_is_gone_when_another_reads_it(said: RoomState) -> None:
    board = StationBoard(
        at="", rooms=(room("K1", said), room("B1")), panels=(shared("Vagten"), replace(panel("q"), rooms=("B1",)))
    )
    own = view(rooms=(room("K1"),), panels=(shared("here"),))
    whole = merged(own, [heard("Vagten", board)], (), LIMIT_S + 1, LIMIT_S, {})
    assert {each.id: each.state for each in whole.rooms} == {"K1": "ready", "B1": "unknown"}
    assert [(each.name, each.owner) for each in whole.panels] == [("p", ""), ("q", "Vagten")]
    assert [fault.rooms for fault in whole.faults] == [("B1",)]


def test_an_alarm_of_a_dead_station_stands_though_its_panel_is_read_by_another() -> None:
    board = StationBoard(at="", alarms=(alarm(1),), rooms=(room("K1", "alarm"),), panels=(shared("Vagten"),))
    own = view(rooms=(room("K1"),), panels=(shared("here"),))
    whole = merged(own, [heard("Vagten", board)], (), LIMIT_S + 1, LIMIT_S, {})
    assert [each.key for each in whole.alarms] == [("Vagten", 1)]
    assert [each.state for each in whole.rooms] == ["alarm"]


def test_a_dead_readers_rooms_are_unknown_until_another_reads() -> None:
    board = StationBoard(at="", rooms=(room("K1"),), panels=(shared("Vagten"),))
    own = view(rooms=(room("K1", "no_panel"),), panels=(shared("Vagten", "standby"),))
    whole = merged(own, [heard("Vagten", board)], (), LIMIT_S + 1, LIMIT_S, {})
    assert [each.state for each in whole.rooms] == ["unknown"]
    assert [each.state for each in whole.panels] == ["standby"]


def test_a_third_station_shows_the_panel_of_whoever_reads_it() -> None:
    dead = StationBoard(at="", rooms=(room("K1"),), panels=(shared("Vagten"),))
    alive = StationBoard(at="", rooms=(room("K1"),), panels=(shared("Skranken"),))
    stations = [heard("Vagten", dead), heard("Skranken", alive, at=LIMIT_S)]
    whole = merged(view(), stations, (), LIMIT_S + 1, LIMIT_S, {})
    assert [(each.name, each.owner) for each in whole.panels] == [("p", "Skranken")]
    assert [each.state for each in whole.rooms] == ["ready"]
