"""A drill's press and its copies, what ends a drill, and what it leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drivers.base import Cause, Kind, Signal
from guardroom.alarms.state import DrillOrder

if TYPE_CHECKING:
    from conftest import Guardroom

ORDER = DrillOrder(id=7, room="K2", place="Kontaktrum 2", panel="espa", point="005", length_s=900.0)


@pytest.fixture
def drilling(guardroom: Guardroom) -> Guardroom:
    """The helper has pressed the button of K2."""
    assert guardroom.desk.expect_drill(ORDER, 1800)
    guardroom.press("005")
    assert guardroom.view.drill is not None
    return guardroom


def test_a_drill_is_an_ordinary_alarm_to_whoever_looks(drilling: Guardroom) -> None:
    alarm = drilling.alarm
    assert (alarm.state, alarm.cause, alarm.place, alarm.presses) == (
        "active_unacknowledged",
        "hold_up",
        "Kontaktrum 2",
        1,
    )
    drill = drilling.view.drill
    assert drill is not None
    assert (drill.alarm, drill.shown, drill.running) == (alarm.id, False, True)


def test_the_panels_copies_stay_the_drill(drilling: Guardroom) -> None:
    for _ in range(5):
        drilling.clock.pass_(20)
        drilling.press("005")
    assert drilling.view.drill is not None
    assert drilling.view.drill.running
    assert (drilling.alarm.presses, drilling.alarm.repeats) == (1, 5)


@pytest.mark.parametrize("again", ["after its restore", "another button", "a number's"])
def test_a_second_press_in_the_room_is_real(drilling: Guardroom, again: str) -> None:
    first = drilling.alarm.id
    drilling.acknowledge()
    match again:
        case "after its restore":
            drilling.signal(Kind.RESTORE, "005")
            drilling.press("005")
        case "another button":
            drilling.press("6", panel="once")
        case _:
            signal = Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="005", by_user=True)
            drilling.desk.store("espa", [signal])
    assert drilling.alarm.id != first
    assert drilling.alarm.unacknowledged
    drill = drilling.view.drill
    assert drill is not None
    assert (drill.running, drill.shown) == (False, True)
    assert drill.why == ("second_press" if drilling.alarm.room == "K2" else "real_alarm")


def test_nobody_pressed_and_the_first_press_is_real(guardroom: Guardroom) -> None:
    assert guardroom.desk.play_drill(ORDER)
    drill = guardroom.alarm.id
    guardroom.press("005")
    assert guardroom.alarm.id != drill
    assert guardroom.alarm.unacknowledged


@pytest.mark.parametrize("marks", [{"late": True}, {"found": True}, {"again": True}, {"by_user": True}])
def test_what_may_be_another_press_is_real(guardroom: Guardroom, marks: dict[str, bool]) -> None:
    assert guardroom.desk.expect_drill(ORDER, 1800)
    guardroom.desk.store("espa", [Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="005", **marks)])
    assert guardroom.view.drill is None
    assert guardroom.alarm.unacknowledged


def test_a_press_that_comes_too_late_is_real(guardroom: Guardroom) -> None:
    assert guardroom.desk.expect_drill(ORDER, 600)
    guardroom.clock.pass_(601)
    guardroom.press("005")
    assert guardroom.view.drill is None


def test_after_a_restart_it_is_still_a_drill_and_ends_by_itself(drilling: Guardroom) -> None:
    drilling.journal.close()
    drilling.restart()
    assert drilling.view.drill is not None
    assert drilling.view.drill.running
    drilling.clock.pass_(901)
    drilling.desk.tick()
    drill = drilling.view.drill
    assert (drill.running, drill.why, drilling.view.alarms) == (False, "time", ())
    drilling.clock.pass_(901)
    assert drilling.view.drill is None, "it is told for a while only"


def test_a_restart_before_the_press_makes_it_real(guardroom: Guardroom) -> None:
    assert guardroom.desk.expect_drill(ORDER, 1800)
    before = guardroom.settings.journal.read_bytes()
    assert b"drill" not in before.lower(), "nothing on the disk says that one is to come"
    guardroom.journal.close()
    guardroom.restart()
    guardroom.press("005")
    assert guardroom.view.drill is None


def test_a_drill_counts_nowhere(drilling: Guardroom) -> None:
    drilling.acknowledge()
    drilling.act("step", alarm=drilling.alarm.id, detail="on_scene")
    drilling.close("left_by_themselves")
    view = drilling.view
    assert (view.alarms_30_days, view.median_acknowledge_s, view.median_on_scene_s) == (0, None, None)
    assert view.recent[0].drill
    assert view.drill is not None
    assert view.drill.why == "closed"


def test_before_the_police_are_called_everybody_is_shown(drilling: Guardroom) -> None:
    assert not drilling.act("drill_reveal").refused
    assert drilling.view.drill is not None
    assert drilling.view.drill.shown
    assert drilling.view.drill.running
    assert drilling.alarm.timeline[-1].what == "drill_revealed"
    assert not drilling.act("drill_stop").refused
    assert drilling.act("drill_stop").refused == "no_drill"
    assert drilling.view.alarms == ()


def test_what_was_meant_for_another_drill_does_nothing(drilling: Guardroom) -> None:
    wrong = drilling.alarm.id + 7
    assert drilling.act("drill_reveal", alarm=wrong).refused == "no_drill"
    assert drilling.act("drill_stop", alarm=wrong).refused == "no_drill"
    assert not drilling.act("drill_stop", alarm=drilling.alarm.id).refused


def test_a_text_that_names_another_room_makes_it_real(guardroom: Guardroom) -> None:
    order = DrillOrder(id=7, room="K3", place="Kontaktrum 3", panel="espa", point="9", length_s=900.0)
    assert guardroom.desk.expect_drill(order, 1800)
    guardroom.press("9", text="K3")
    assert guardroom.view.drill is not None
    signal = Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="9", text="K4", again=True)
    guardroom.desk.store("espa", [signal])
    assert guardroom.alarm.room == "K4"
    assert guardroom.alarm.unacknowledged
    assert not guardroom.view.drill.running


@pytest.mark.parametrize("kind", ["drill_time", "test_over"])
def test_what_only_time_does_nobody_does(drilling: Guardroom, kind: str) -> None:
    assert drilling.act(kind).refused == "bad_act"  # type: ignore[arg-type]


def test_no_drill_where_an_alarm_stands(guardroom: Guardroom) -> None:
    guardroom.press("001")
    assert not guardroom.desk.expect_drill(ORDER, 1800)
    assert not guardroom.desk.play_drill(ORDER)


def test_a_drill_that_nobody_presses_has_the_text_of_the_buttons_last_test(guardroom: Guardroom) -> None:
    order = DrillOrder(id=7, room="K2", place="Kontaktrum 2", panel="once", point="5", length_s=900)
    guardroom.act("test_open", room="K2")
    guardroom.press("5", panel="once", text="OVERFALD KONTAKTRUM 2")
    assert guardroom.desk.play_drill(order)
    assert guardroom.alarm.text == "OVERFALD KONTAKTRUM 2"
