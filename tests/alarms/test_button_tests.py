"""Buttons that are tried out: the window, what is a test and what is not, and what is known of each button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drivers.base import Cause, Kind, Signal
from guardroom.alarms.acts import Act
from guardroom.alarms.state import NOTES_LENGTH

if TYPE_CHECKING:
    from conftest import Guardroom


def known(guardroom: Guardroom) -> dict[str, str]:
    """What is known of each button."""
    return {button.label: button.state for button in guardroom.view.buttons}


@pytest.fixture
def testing(guardroom: Guardroom) -> Guardroom:
    """The button of K1 is being tested."""
    assert not guardroom.act("test_open", room="K1").refused
    return guardroom


def test_a_press_in_the_window_is_a_test_and_no_alarm(testing: Guardroom) -> None:
    assert testing.view.test is not None
    assert (testing.view.test.place, testing.view.test.left_s) == ("Kontaktrum 1", 60.0)
    testing.press("001")
    view = testing.view
    assert (view.alarms, view.test) == ((), None)
    assert view.notes[0].what == "tested"
    assert known(testing) == {
        "espa:001": "tested",
        "espa:005": "untested",
        "once:5": "untested",
        "once:6": "untested",
        "espa:9": "untested",
    }
    assert [(b.at[:10], b.by) for b in view.buttons if b.label == "espa:001"] == [("2025-11-24", "MH")]


def test_its_copies_are_copies_of_the_test(testing: Guardroom) -> None:
    for _ in range(4):
        testing.press("001")
        testing.clock.pass_(20)
    assert testing.view.alarms == ()


def test_a_second_press_is_real(guardroom: Guardroom) -> None:
    guardroom.act("test_open", room="K2")
    guardroom.press("5", panel="once")
    assert guardroom.view.alarms == ()
    guardroom.press("5", panel="once")
    assert guardroom.alarm.room == "K2"


@pytest.mark.parametrize(
    ("point", "panel", "cause"),
    [
        ("005", "espa", Cause.HOLD_UP),
        ("99", "espa", Cause.PANIC),
        ("001", "espa", Cause.DURESS),
        ("001", "espa", Cause.FIRE),
    ],
)
def test_what_is_not_that_button_is_real(testing: Guardroom, point: str, panel: str, cause: Cause) -> None:
    testing.signal(Kind.ALARM, point, panel=panel, cause=cause)
    assert testing.alarm.unacknowledged
    assert testing.view.test is None, "somebody needs help: no press that follows is a test"
    testing.acknowledge()
    testing.press("001")
    assert any(alarm.unacknowledged for alarm in testing.view.alarms)


def test_where_no_press_comes_the_button_has_failed(testing: Guardroom) -> None:
    testing.clock.pass_(61)
    testing.desk.tick()
    assert (testing.view.test, known(testing)["espa:001"]) == (None, "failed")
    assert [room.button for room in testing.view.rooms if room.id == "K1"] == ["failed"]


def test_a_press_that_comes_too_late_is_real(testing: Guardroom) -> None:
    testing.clock.pass_(61)
    testing.press("001")
    assert testing.alarm.room == "K1"


@pytest.mark.parametrize("what", ["shout", "duress", "another room", "two rooms"])
def test_no_press_is_a_test_while_an_alarm_stands(guardroom: Guardroom, what: str) -> None:
    assert not guardroom.act("test_open", room="K2").refused
    match what:
        case "shout":
            guardroom.act("raise", room="K2")
        case "duress":
            guardroom.signal(Kind.ALARM, "005", cause=Cause.DURESS)
        case "another room":
            guardroom.press("001")
        case _:
            guardroom.press("9")
    guardroom.acknowledge()
    before = guardroom.view.number
    guardroom.press("6", panel="once")
    alarms = guardroom.view.alarms
    assert any(alarm.unacknowledged and alarm.room == "K2" for alarm in alarms), before
    assert guardroom.act("test_open", room="K1").refused == "alarm_stands"


def test_a_text_behind_the_event_that_names_another_room_makes_it_an_alarm(guardroom: Guardroom) -> None:
    assert not guardroom.act("test_open", room="K3").refused
    guardroom.press("9", text="K3")
    assert guardroom.view.alarms == ()
    signal = Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="9", text="K4", again=True)
    guardroom.desk.store("espa", [signal])
    assert guardroom.alarm.room == "K4"
    assert guardroom.alarm.unacknowledged


def test_what_was_asked_for_long_ago_opens_no_window(guardroom: Guardroom) -> None:
    asked = "2025-11-24T12:41:50.000Z"
    assert guardroom.act("test_open", room="K1", asked=asked).refused == "too_late"
    assert not guardroom.act("test_open", room="K1", asked="2025-11-24T12:42:06.000Z").refused


def test_a_test_says_who_made_it(guardroom: Guardroom) -> None:
    nobody = Act(kind="test_open", by="", station="Guard station", room="K1")
    assert guardroom.desk.act(nobody).refused == "nobody_on_duty"
    assert guardroom.view.test is None
    guardroom.press("001")
    assert guardroom.alarm.room == "K1", "real"


def test_another_stations_window_is_not_taken_from_it(testing: Guardroom) -> None:
    other = Act(kind="test_open", by="JB", station="Reception", room="K2")
    assert testing.desk.act(other).refused == "another_tests"


def test_a_test_says_nothing_of_another_room_or_button(guardroom: Guardroom) -> None:
    guardroom.act("test_open", room="K2")
    guardroom.clock.pass_(61)
    guardroom.desk.tick()
    guardroom.act("test_open", room="K2")
    guardroom.press("6", panel="once")
    assert known(guardroom) == {
        "espa:001": "untested",
        "espa:005": "failed",
        "once:5": "failed",
        "once:6": "tested",
        "espa:9": "untested",
    }


def test_it_is_tested_again_and_works(testing: Guardroom) -> None:
    testing.clock.pass_(61)
    testing.desk.tick()
    testing.act("test_open", room="K1")
    testing.press("001")
    assert known(testing)["espa:001"] == "tested"


def test_the_window_can_be_closed(testing: Guardroom) -> None:
    testing.act("test_close")
    testing.press("001")
    assert testing.alarm.room == "K1"
    assert known(testing)["espa:001"] == "untested"


def test_one_room_at_a_time(testing: Guardroom) -> None:
    testing.act("test_open", room="K2")
    testing.press("001")
    assert testing.alarm.room == "K1"
    assert testing.act("test_open", room="K1").refused == "alarm_stands"
    assert testing.act("test_open", room="nowhere").refused == "unknown_room"


def test_all_of_it_outlives_a_restart(testing: Guardroom) -> None:
    testing.journal.close()
    testing.restart()
    testing.press("001")
    assert testing.view.alarms == ()
    testing.journal.close()
    testing.restart()
    assert known(testing)["espa:001"] == "tested"


def test_what_is_shown_briefly_does_not_pile_up(guardroom: Guardroom) -> None:
    for _ in range(NOTES_LENGTH + 5):
        guardroom.act("test_open", room="K2")
        guardroom.press("5", panel="once")
    assert len(guardroom.view.notes) == NOTES_LENGTH
