"""The table "what a signal does", row by row, through the desk and a real journal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from db.journal import read_entries
from drivers.base import Cause, Kind
from drivers.link import LinkState

if TYPE_CHECKING:
    from conftest import Guardroom, MovedClock


def duplicates(guardroom: Guardroom) -> list[bool]:
    return [json.loads(e.body)["duplicate"] for e in read_entries(guardroom.settings.journal) if e.type == "signal"]


@pytest.mark.parametrize("cause", [Cause.HOLD_UP, Cause.PANIC, Cause.DURESS])
def test_an_alarm_from_a_room_puts_the_room_in_alarm(guardroom: Guardroom, cause: Cause) -> None:
    assert guardroom.signal(Kind.ALARM, cause=cause)
    assert guardroom.alarm.state == "active_unacknowledged"
    assert guardroom.alarm.place == "Kontaktrum 2"
    assert guardroom.room("K2") == "alarm"


def test_a_copy_within_the_repeat_time_is_a_repeat_and_never_a_press(guardroom: Guardroom, clock: MovedClock) -> None:
    for _ in range(5):
        guardroom.press(text="OVERFALD K2")
        clock.pass_(119)
    assert (guardroom.alarm.presses, guardroom.alarm.repeats) == (1, 4)
    assert duplicates(guardroom) == [False, True, True, True, True]


def test_a_copy_differs_by_more_than_spacing_and_case(guardroom: Guardroom) -> None:
    guardroom.press(text="Overfald  K2 ")
    guardroom.press(text="OVERFALD K2")
    assert guardroom.alarm.presses == 1
    guardroom.press(text="OVERFALD K2 IGEN")
    assert guardroom.alarm.presses == 2


def test_after_the_repeat_time_the_same_call_is_a_second_press(guardroom: Guardroom, clock: MovedClock) -> None:
    guardroom.press()
    guardroom.acknowledge()
    clock.pass_(121)
    guardroom.press()
    assert guardroom.alarm.presses == 2
    assert guardroom.alarm.state == "active_unacknowledged"


def test_a_panel_that_sends_once_never_repeats(guardroom: Guardroom) -> None:
    guardroom.press("5", panel="once")
    guardroom.press("5", panel="once")
    assert guardroom.alarm.presses == 2


def test_another_point_of_the_room_is_a_second_press(guardroom: Guardroom) -> None:
    guardroom.press("005")
    guardroom.acknowledge()
    guardroom.press("6", panel="once")
    assert guardroom.alarm.presses == 2
    assert guardroom.alarm.unacknowledged


def test_after_a_restore_the_same_call_is_a_second_press(guardroom: Guardroom) -> None:
    guardroom.press()
    guardroom.signal(Kind.RESTORE)
    assert guardroom.alarm.state == "restored_unacknowledged"
    guardroom.press()
    assert (guardroom.alarm.presses, guardroom.alarm.state) == (2, "active_unacknowledged")


def test_a_press_that_came_while_the_key_went_down_is_not_acknowledged(guardroom: Guardroom) -> None:
    guardroom.press("5", panel="once")
    seen = guardroom.alarm
    guardroom.press("5", panel="once")
    guardroom.acknowledge(seen)
    assert guardroom.alarm.state == "active_unacknowledged"
    assert guardroom.alarm.acknowledged_by == "MH"


def test_repeats_after_closing_open_no_alarm(guardroom: Guardroom, clock: MovedClock) -> None:
    guardroom.press()
    guardroom.acknowledge()
    guardroom.close()
    clock.pass_(60)
    guardroom.press()
    assert not guardroom.view.alarms
    assert guardroom.room("K2") == "still_in_alarm"
    clock.pass_(121)
    assert guardroom.room("K2") == "ready"
    guardroom.press()
    assert guardroom.alarm.presses == 1


def test_a_restore_ends_still_in_alarm(guardroom: Guardroom) -> None:
    guardroom.press()
    guardroom.acknowledge()
    guardroom.close()
    assert guardroom.room("K2") == "still_in_alarm"
    guardroom.signal(Kind.RESTORE)
    assert guardroom.room("K2") == "ready"


def test_a_restore_of_an_acknowledged_alarm(guardroom: Guardroom) -> None:
    guardroom.press()
    guardroom.acknowledge()
    guardroom.signal(Kind.RESTORE)
    assert guardroom.alarm.state == "restored_acknowledged"


def test_an_alarm_of_two_points_is_restored_by_both(guardroom: Guardroom) -> None:
    guardroom.press("5", panel="once")
    guardroom.press("6", panel="once")
    guardroom.signal(Kind.RESTORE, "5", panel="once")
    assert guardroom.alarm.state == "active_unacknowledged"
    guardroom.signal(Kind.RESTORE, "6", panel="once")
    assert guardroom.alarm.state == "restored_unacknowledged"


def test_a_restore_with_a_text_restores_that_call_of_a_shared_pager(guardroom: Guardroom) -> None:
    guardroom.press("9", text="OVERFALD K3")
    guardroom.press("9", text="OVERFALD K4")
    guardroom.signal(Kind.RESTORE, "9", text="OVERFALD K4")
    assert {a.place: a.state for a in guardroom.view.alarms} == {
        "Kontaktrum 3": "active_unacknowledged",
        "Kontaktrum 4": "restored_unacknowledged",
    }


def test_a_restore_without_a_text_restores_the_whole_pager(guardroom: Guardroom) -> None:
    guardroom.press("9", text="OVERFALD K3")
    guardroom.press("9", text="OVERFALD K4")
    guardroom.signal(Kind.RESTORE, "9")
    assert {a.state for a in guardroom.view.alarms} == {"restored_unacknowledged"}


def test_a_cancel_is_noted_and_changes_no_state(guardroom: Guardroom) -> None:
    guardroom.press()
    guardroom.signal(Kind.CANCEL)
    assert guardroom.alarm.cancelled
    assert guardroom.alarm.state == "active_unacknowledged"
    assert [line.what for line in guardroom.alarm.timeline] == ["press", "cancel"]


@pytest.mark.parametrize("cause", [Cause.FIRE, Cause.INTRUSION, Cause.MEDICAL, Cause.OTHER])
def test_other_causes_live_the_same_life_beside_an_alarm_of_people(guardroom: Guardroom, cause: Cause) -> None:
    guardroom.signal(Kind.ALARM, cause=cause, text="FIRST")
    guardroom.press(text="SECOND")
    assert [(a.cause, a.threatens_people) for a in guardroom.view.alarms] == [(cause.value, False), ("hold_up", True)]


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        (Kind.TAMPER, Kind.TAMPER_RESTORE),
        (Kind.FAULT, Kind.FAULT_RESTORE),
        (Kind.LOW_BATTERY, Kind.BATTERY_RESTORE),
        (Kind.BYPASS, Kind.UNBYPASS),
    ],
)
def test_a_fault_stands_until_its_own_restore(guardroom: Guardroom, kind: Kind, ends: Kind) -> None:
    guardroom.signal(kind)
    guardroom.signal(kind)
    (fault,) = guardroom.view.faults
    assert (fault.kind, fault.rooms) == (kind.value, ("K2",))
    assert guardroom.room("K2") == "fault"
    assert not guardroom.view.alarms
    assert duplicates(guardroom) == [False, True]
    guardroom.signal(ends)
    assert not guardroom.view.faults
    assert guardroom.room("K2") == "ready"


def test_a_general_reset_of_the_point_ends_its_fault(guardroom: Guardroom) -> None:
    guardroom.signal(Kind.TAMPER, text="SABOTAGE K2")
    guardroom.signal(Kind.RESTORE, text="SABOTAGE K2")
    assert not guardroom.view.faults


def test_a_fault_that_no_panel_ends_is_cleared_by_hand(guardroom: Guardroom) -> None:
    guardroom.signal(Kind.LOW_BATTERY)
    key = guardroom.view.faults[0].key
    assert guardroom.act("clear_fault", fault=key).refused == "fault_stands"
    assert not guardroom.act("acknowledge_fault", fault=key).refused
    assert guardroom.view.faults[0].acknowledged
    assert not guardroom.act("clear_fault", fault=key).refused
    assert not guardroom.view.faults


def test_a_test_signal_is_shown_briefly(guardroom: Guardroom, clock: MovedClock) -> None:
    guardroom.signal(Kind.TEST)
    assert [(note.what, note.place) for note in guardroom.view.notes] == [("test", "Kontaktrum 2")]
    clock.pass_(61)
    assert not guardroom.view.notes


def test_an_alarm_that_no_room_owns_is_never_dropped(guardroom: Guardroom) -> None:
    guardroom.press("777", text="UKENDT STED")
    assert guardroom.alarm.room is None
    assert guardroom.alarm.place == "espa:777 UKENDT STED"


def test_an_alarm_without_any_point_is_never_dropped(guardroom: Guardroom) -> None:
    guardroom.signal(Kind.ALARM, None)
    assert guardroom.alarm.place == "espa"


def test_an_unknown_code_is_a_fault_that_names_the_room_and_the_code(guardroom: Guardroom) -> None:
    guardroom.signal(Kind.UNKNOWN, code="Z9")
    (fault,) = guardroom.view.faults
    assert (fault.kind, fault.place, fault.detail) == ("unknown_code", "Kontaktrum 2", "Z9")
    guardroom.act("acknowledge_fault", fault=fault.key)
    assert not guardroom.view.faults


@pytest.mark.parametrize(("state", "kind"), [(LinkState.STALE, "panel_silent"), (LinkState.LOST, "panel_lost")])
def test_rooms_of_a_panel_that_is_not_heard_are_unknown(guardroom: Guardroom, state: LinkState, kind: str) -> None:
    guardroom.panel("espa", state, "no_bytes")
    (fault,) = guardroom.view.faults
    assert (fault.kind, fault.rooms) == (kind, ("K1", "K2", "K3", "K4"))
    assert guardroom.room("K1") == "unknown"
    guardroom.panel("espa", LinkState.ALIVE)
    assert not guardroom.view.faults
    assert guardroom.room("K1") == "ready"


@pytest.mark.parametrize("state", [LinkState.OPENING, LinkState.SILENT])
def test_a_room_is_not_ready_before_its_panel_is_heard(guardroom: Guardroom, state: LinkState) -> None:
    guardroom.panel("espa", state)
    assert guardroom.room("K1") == "unknown"
    assert not guardroom.view.faults


def test_a_line_that_does_not_notice_its_own_silence_is_not_believed(guardroom: Guardroom, clock: MovedClock) -> None:
    guardroom.panel("espa", LinkState.ALIVE, heard=clock.monotonic())
    clock.pass_(60)
    assert guardroom.view.panels[0].state == "stale"
    assert guardroom.room("K1") == "unknown"


def test_an_alarm_is_shown_also_where_its_panel_is_silent(guardroom: Guardroom) -> None:
    guardroom.press()
    guardroom.panel("espa", LinkState.STALE, "no_bytes")
    assert guardroom.room("K2") == "alarm"


@pytest.mark.parametrize("moment", ["before", "between", "after"])
def test_a_restart_changes_nothing(guardroom: Guardroom, clock: MovedClock, moment: str) -> None:
    if moment == "before":
        guardroom.restart()
    guardroom.press(text="OVERFALD")
    guardroom.acknowledge()
    if moment == "between":
        guardroom.restart()
    clock.pass_(10)
    guardroom.press(text="OVERFALD")
    guardroom.act("step", alarm=guardroom.alarm.id, detail="on_scene")
    if moment == "after":
        guardroom.restart()
    alarm = guardroom.alarm
    assert (alarm.presses, alarm.repeats, alarm.state) == (1, 1, "active_acknowledged")
    assert [line.what for line in alarm.timeline] == ["press", "acknowledge", "step"]


def test_a_panel_that_is_not_heard_cannot_be_cleared_away(guardroom: Guardroom) -> None:
    guardroom.panel("espa", LinkState.LOST, "hung_up")
    key = guardroom.view.faults[0].key
    guardroom.act("acknowledge_fault", fault=key)
    assert guardroom.act("clear_fault", fault=key).refused == "fault_stands"
    assert guardroom.view.faults
