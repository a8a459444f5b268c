"""What a panel tells late, or only when it is asked, and faults that are told apart by what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from db.journal import StorageError
from drivers.base import Cause, Kind, Signal, Trouble

if TYPE_CHECKING:
    from conftest import Guardroom, MovedClock

PRESS = Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="5", area="01", code="1122", account="1234")
FOUND = Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="5", found=True, late=True)


def tell(guardroom: Guardroom, *signals: Signal) -> None:
    assert guardroom.desk.store("once", signals)


def test_what_is_found_after_an_outage_is_an_alarm_marked_late(guardroom: Guardroom) -> None:
    tell(guardroom, replace(FOUND, panel_time="21:44"))
    alarm = guardroom.alarm
    assert (alarm.state, alarm.received_late, alarm.panel_time) == ("active_unacknowledged", True, "21:44")
    assert [(line.what, line.text) for line in alarm.timeline] == [("late_press", "once:5 [21:44]")]


@pytest.mark.parametrize("found", [FOUND, replace(FOUND, area="01"), replace(FOUND, point=None, area="01")])
def test_what_is_found_and_stands_already_is_no_press(guardroom: Guardroom, found: Signal) -> None:
    tell(guardroom, PRESS)
    tell(guardroom, found, found)
    assert (guardroom.alarm.presses, guardroom.alarm.received_late) == (1, False)


@pytest.mark.parametrize(
    "found", [replace(FOUND, point="6"), replace(FOUND, area="02"), replace(FOUND, cause=Cause.FIRE)]
)
def test_what_is_found_elsewhere_is_another_press_or_alarm(guardroom: Guardroom, found: Signal) -> None:
    tell(guardroom, PRESS)
    tell(guardroom, found)
    assert sum(alarm.presses for alarm in guardroom.view.alarms) == 2


def test_what_is_found_after_a_restore_is_a_press(guardroom: Guardroom) -> None:
    tell(guardroom, PRESS, replace(PRESS, kind=Kind.RESTORE, code="3122"))
    tell(guardroom, FOUND)
    assert guardroom.alarm.presses == 2


def test_a_fresh_press_after_a_late_one_is_not_late(guardroom: Guardroom) -> None:
    tell(guardroom, replace(PRESS, late=True))
    tell(guardroom, PRESS)
    assert (guardroom.alarm.presses, guardroom.alarm.received_late) == (2, False)


def test_late_is_kept_over_a_restart(guardroom: Guardroom) -> None:
    tell(guardroom, FOUND)
    guardroom.restart()
    assert guardroom.alarm.received_late
    tell(guardroom, FOUND)
    assert guardroom.alarm.presses == 1


def test_a_text_that_comes_with_a_found_copy_is_added(guardroom: Guardroom) -> None:
    tell(guardroom, PRESS)
    tell(guardroom, replace(FOUND, text="KONTAKTRUM 2"))
    assert (guardroom.alarm.presses, guardroom.alarm.text) == (1, "KONTAKTRUM 2")


def test_a_call_found_after_closing_stands_until_its_restore(guardroom: Guardroom) -> None:
    tell(guardroom, PRESS)
    guardroom.acknowledge()
    guardroom.close()
    tell(guardroom, FOUND)
    assert guardroom.room("K2") == "still_in_alarm"
    tell(guardroom, replace(FOUND, kind=Kind.RESTORE))
    assert guardroom.room("K2") == "ready"


def test_a_call_whose_restore_was_missed_does_not_hide_what_is_found_later(
    guardroom: Guardroom, clock: MovedClock
) -> None:
    tell(guardroom, PRESS)
    guardroom.acknowledge()
    guardroom.close()
    clock.pass_(3600)
    tell(guardroom, FOUND)
    assert (guardroom.alarm.state, guardroom.alarm.received_late) == ("active_unacknowledged", True)


def test_what_was_found_before_a_restart_is_an_alarm_when_it_is_found_again(
    guardroom: Guardroom, clock: MovedClock
) -> None:
    tell(guardroom, PRESS)
    guardroom.acknowledge()
    guardroom.close()
    tell(guardroom, FOUND)
    assert guardroom.room("K2") == "still_in_alarm"
    clock.pass_(3600)
    tell(guardroom, FOUND)
    assert guardroom.room("K2") == "still_in_alarm"
    guardroom.restart()
    assert guardroom.room("K2") == "ready"
    clock.pass_(3600)
    tell(guardroom, FOUND)
    assert guardroom.room("K2") == "alarm"


def test_a_found_panic_without_a_place_is_no_other_cause(guardroom: Guardroom) -> None:
    tell(guardroom, PRESS)
    guardroom.acknowledge()
    tell(guardroom, replace(FOUND, point=None, cause=Cause.DURESS))
    assert len(guardroom.view.alarms) == 2


def test_what_is_found_without_a_place_and_was_not_there_before_is_news(guardroom: Guardroom) -> None:
    keypad = Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="f0", area="82")
    tell(guardroom, keypad)
    radio = Signal(kind=Kind.ALARM, cause=Cause.PANIC, area="82", found=True)
    tell(guardroom, radio)
    tell(guardroom, radio)
    assert [(alarm.point, alarm.presses) for alarm in guardroom.view.alarms] == [("f0", 1), ("", 1)]


def test_a_cancel_by_a_person_is_noted_at_what_stands_in_the_area(guardroom: Guardroom) -> None:
    tell(guardroom, PRESS)
    tell(guardroom, Signal(kind=Kind.CANCEL, area="02", point="5", account="1234", by_user=True))
    assert not guardroom.alarm.cancelled
    tell(guardroom, Signal(kind=Kind.CANCEL, area="01", point="9", account="1234", by_user=True))
    assert guardroom.alarm.cancelled
    tell(guardroom, PRESS)
    assert not guardroom.alarm.cancelled


def test_a_cancelled_burglary_cancels_no_hold_up(guardroom: Guardroom) -> None:
    tell(guardroom, PRESS)
    tell(guardroom, Signal(kind=Kind.CANCEL, cause=Cause.INTRUSION, point="5", area="01"))
    assert not guardroom.alarm.cancelled


def test_a_persons_restore_ends_no_zone_of_the_same_number(guardroom: Guardroom) -> None:
    tell(guardroom, PRESS)
    tell(guardroom, Signal(kind=Kind.RESTORE, cause=Cause.DURESS, point="5", area="01", by_user=True))
    assert guardroom.alarm.state == "active_unacknowledged"


def test_many_unknown_messages_of_a_panel_are_not_as_many_faults(guardroom: Guardroom) -> None:
    for number in range(100):
        tell(guardroom, Signal(kind=Kind.UNKNOWN, code=f"{number:03}", raw=b"?"))
    assert len(guardroom.view.faults) == 20
    guardroom.restart()
    assert len(guardroom.view.faults) == 20


def test_what_is_told_once_and_equal_to_what_could_not_be_stored_is_another_press(
    guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(guardroom.journal, "append", refuse)
        assert not guardroom.desk.store("once", [PRESS], told_once=True)
        assert not guardroom.desk.store("once", [replace(PRESS, kind=Kind.RESTORE)], told_once=True)
        assert not guardroom.desk.store("once", [PRESS], told_once=True)
        assert (guardroom.alarm.presses, guardroom.alarm.state) == (2, "active_unacknowledged")
    assert guardroom.desk.store("once", (), told_once=True)
    guardroom.restart()
    assert guardroom.alarm.presses == 2


def refuse(_entries: object) -> None:
    raise StorageError("disk_full", "no space left")


def test_an_alarm_by_a_persons_code_says_that_the_room_may_be_wrong(guardroom: Guardroom) -> None:
    tell(guardroom, replace(PRESS, cause=Cause.DURESS, by_user=True))
    assert (guardroom.alarm.room, guardroom.alarm.by_user) == ("K2", True)
    tell(guardroom, PRESS)
    assert not guardroom.alarm.by_user


def test_what_a_person_does_at_a_keypad_is_not_told_of_the_room_with_the_same_number(guardroom: Guardroom) -> None:
    tell(guardroom, Signal(kind=Kind.INFO, point="5", by_user=True, text="armed"))
    assert [note.place for note in guardroom.view.notes] == ["once:5 armed"]


AGAIN = replace(PRESS, again=True, text="KONTAKTRUM 3 OVERFALD")


def test_a_text_behind_its_event_is_no_press_and_brings_the_room(guardroom: Guardroom) -> None:
    unowned = replace(PRESS, point="77")
    assert guardroom.desk.store("espa", [replace(unowned, point="9")])
    assert guardroom.alarm.room is None
    assert guardroom.desk.store("espa", [replace(unowned, point="9", again=True, text="K3 OVERFALD")])
    alarm = guardroom.alarm
    assert (alarm.presses, alarm.room, alarm.text) == (1, "K3", "K3 OVERFALD")
    assert guardroom.room("K3") == "alarm"


def test_a_text_behind_its_event_does_not_make_the_call_stand(guardroom: Guardroom) -> None:
    tell(guardroom, PRESS, AGAIN)
    guardroom.acknowledge()
    guardroom.close()
    assert guardroom.room("K2") == "ready"


def test_a_text_behind_another_event_makes_no_second_note_or_fault(guardroom: Guardroom) -> None:
    for kind in (Kind.TEST, Kind.UNKNOWN):
        tell(guardroom, replace(PRESS, kind=kind, cause=None))
        tell(guardroom, replace(AGAIN, kind=kind, cause=None))
    assert len(guardroom.view.notes) == 1
    assert [fault.text for fault in guardroom.view.faults] == [AGAIN.text]


def test_a_restore_of_another_cause_restores_nothing(guardroom: Guardroom) -> None:
    key_press = Signal(kind=Kind.ALARM, cause=Cause.PANIC, area="1")
    tell(guardroom, key_press)
    tell(guardroom, Signal(kind=Kind.RESTORE, cause=Cause.FIRE, area="1"))
    assert guardroom.alarm.state == "active_unacknowledged"
    tell(guardroom, Signal(kind=Kind.RESTORE, cause=Cause.PANIC, area="1"))
    assert guardroom.alarm.state == "restored_unacknowledged"


def troubles(guardroom: Guardroom) -> list[str]:
    return sorted(fault.trouble for fault in guardroom.view.faults)


def test_two_troubles_of_one_place_end_one_by_one(guardroom: Guardroom) -> None:
    for trouble in (Trouble.MAINS, Trouble.BELL):
        tell(guardroom, Signal(kind=Kind.FAULT, trouble=trouble))
    assert troubles(guardroom) == ["bell", "mains"]
    tell(guardroom, Signal(kind=Kind.FAULT_RESTORE, trouble=Trouble.MAINS))
    assert troubles(guardroom) == ["bell"]
    tell(guardroom, Signal(kind=Kind.FAULT_RESTORE))
    assert troubles(guardroom) == []


def test_the_same_trouble_of_two_areas_ends_one_by_one(guardroom: Guardroom) -> None:
    for area in ("1", "2"):
        tell(guardroom, Signal(kind=Kind.FAULT, trouble=Trouble.UNIT, area=area))
    tell(guardroom, Signal(kind=Kind.FAULT_RESTORE, trouble=Trouble.UNIT, area="1"))
    assert len(guardroom.view.faults) == 1


def test_rooms_behind_a_silent_unit_are_unknown_and_named(guardroom: Guardroom) -> None:
    tell(guardroom, Signal(kind=Kind.FAULT, trouble=Trouble.UNIT, area="1", unheard=("5", "7")))
    assert (guardroom.room("K2"), guardroom.room("K1")) == ("unknown", "ready")
    assert [fault.rooms for fault in guardroom.view.faults] == [("K2",)]
    tell(guardroom, Signal(kind=Kind.FAULT_RESTORE, trouble=Trouble.UNIT, area="1"))
    assert guardroom.room("K2") == "ready"
