"""Mobile alarms: an alarm with a holder instead of a room, decided when the signal comes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from drivers.base import Cause, Kind
from guardroom.alarms.acts import Act
from guardroom.alarms.following import fold
from guardroom.alarms.places import is_mobile, mobile_key
from guardroom.alarms.state import State
from guardroom.alarms.view import AlarmView, LoanLine
from guardroom.notices.alarms import of_change
from guardroom.settings import Claim, Mobile

if TYPE_CHECKING:
    from conftest import Guardroom, MovedClock

MOBILES = (
    Mobile(id="M3", name="Mobil 3", claims=(Claim(panel="espa", point="903"),)),
    Mobile(id="M4", name="Mobil 4", claims=(Claim(panel="once", point="904"), Claim(panel="espa", point="904"))),
    Mobile(id="M9", name="Mobil 9", claims=(Claim(panel="espa", point="9", text=re.compile("M9")),)),
)
LENT = LoanLine(device="mobil  3", holder="LD", place="Borgerens hjem")


@pytest.fixture
def with_mobiles(guardroom: Guardroom) -> Guardroom:
    """The town hall with three mobile alarms, one of them lent to LD."""
    policy = replace(guardroom.settings.policy, button_test_days=90)
    guardroom.settings = replace(guardroom.settings, mobiles=MOBILES, policy=policy)
    guardroom.restart()
    guardroom.desk.set_loans([LENT])
    return guardroom


def carried(alarm: AlarmView) -> tuple[str, str | None, str]:
    """Which mobile alarm, who has it and where they are."""
    return alarm.place, alarm.holder, alarm.whereabouts


def test_a_press_names_the_mobile_and_its_holder(with_mobiles: Guardroom) -> None:
    with_mobiles.press("903")
    alarm = with_mobiles.alarm
    assert (alarm.room, alarm.mobile, alarm.cause) == (None, "M3", "hold_up")
    assert carried(alarm) == ("Mobil 3", "LD", "Borgerens hjem")
    assert all(room.state == "ready" for room in with_mobiles.view.rooms)


@pytest.mark.parametrize("device", ["M3", "m3", "MOBIL 3", " Mobil   3 "])
def test_a_loan_names_it_by_id_or_name(with_mobiles: Guardroom, device: str) -> None:
    with_mobiles.desk.set_loans([LoanLine(device=device, holder="JB", place="")])
    with_mobiles.press("903")
    assert carried(with_mobiles.alarm) == ("Mobil 3", "JB", "")


def test_without_a_loan_and_without_knowing(with_mobiles: Guardroom) -> None:
    with_mobiles.press("904")
    assert carried(with_mobiles.alarm) == ("Mobil 4", "", "")
    with_mobiles.acknowledge()
    with_mobiles.close()
    with_mobiles.journal.close()
    with_mobiles.restart()
    with_mobiles.press("903")
    assert carried(with_mobiles.alarm) == ("Mobil 3", None, ""), "nobody has told the desk of loans yet"


def test_who_has_it_is_decided_when_the_signal_comes_and_survives_a_restart(with_mobiles: Guardroom) -> None:
    with_mobiles.press("903")
    with_mobiles.desk.set_loans([LoanLine(device="Mobil 3", holder="VT", place="Byvej")])
    assert with_mobiles.alarm.holder == "LD"
    with_mobiles.journal.close()
    with_mobiles.restart()
    assert carried(with_mobiles.alarm) == ("Mobil 3", "LD", "Borgerens hjem")


def test_pressed_again_by_another_holder_it_is_one_alarm_where_they_are(with_mobiles: Guardroom) -> None:
    with_mobiles.press("904", panel="once")
    with_mobiles.acknowledge()
    with_mobiles.desk.set_loans([LoanLine(device="M4", holder="VT", place="Byvej")])
    with_mobiles.press("904", panel="once")
    assert (with_mobiles.alarm.presses, with_mobiles.alarm.unacknowledged) == (2, True)
    assert carried(with_mobiles.alarm) == ("Mobil 4", "VT", "Byvej")


def test_two_mobiles_are_two_alarms_and_a_fire_is_another(with_mobiles: Guardroom) -> None:
    with_mobiles.press("903")
    with_mobiles.press("904")
    with_mobiles.signal(Kind.ALARM, "903", cause=Cause.FIRE)
    assert [alarm.place for alarm in with_mobiles.view.alarms] == ["Mobil 3", "Mobil 4", "Mobil 3"]


def test_repeats_restore_and_cancel_are_as_for_a_room(with_mobiles: Guardroom) -> None:
    with_mobiles.press("903")
    with_mobiles.press("903")
    assert (with_mobiles.alarm.presses, with_mobiles.alarm.repeats) == (1, 1)
    with_mobiles.signal(Kind.RESTORE, "903")
    assert with_mobiles.alarm.state == "restored_unacknowledged"


def test_a_pattern_tells_rooms_and_mobiles_of_one_pager_apart(with_mobiles: Guardroom) -> None:
    with_mobiles.press("9", text="MOBIL M9")
    with_mobiles.press("9", text="K3 kontaktrum")
    assert [(alarm.room, alarm.mobile) for alarm in with_mobiles.view.alarms] == [(None, "M9"), ("K3", "")]


def test_a_press_of_a_mobile_is_no_test_and_ends_one(with_mobiles: Guardroom) -> None:
    with_mobiles.act("test_open", room="K1")
    with_mobiles.press("903")
    assert with_mobiles.alarm.mobile == "M3"
    assert with_mobiles.view.test is None


def test_notices_and_the_history_say_the_mobiles_name_and_nothing_that_was_typed(with_mobiles: Guardroom) -> None:
    with_mobiles.press("903")
    with_mobiles.acknowledge()
    with_mobiles.close()
    state, told = State(), []
    for entry in with_mobiles.journal.entries():
        told += list(of_change(with_mobiles.settings, state, fold(state, entry)))
    assert [notice.subject.partition(",")[0] for notice in told] == ["ALARM: Mobil 3", "Alarm closed: Mobil 3"]
    assert not any("Borgerens" in f"{notice.subject} {notice.body}" or "LD" in notice.subject for notice in told)
    assert with_mobiles.view.recent[0].place == "Mobil 3"


def test_its_faults_name_it(with_mobiles: Guardroom) -> None:
    with_mobiles.signal(Kind.LOW_BATTERY, "903")
    assert [fault.place for fault in with_mobiles.view.faults] == ["Mobil 3"]


def test_a_guard_who_was_never_on_a_shift_here_is_known_afterwards(guardroom: Guardroom) -> None:
    assert guardroom.view.known_guards == ()
    guardroom.act("shift", people=("MH", "JB"))
    guardroom.act("shift", people=("MH", "KK"))
    guardroom.journal.close()
    guardroom.restart()
    assert guardroom.view.known_guards == ("MH", "JB", "KK")


# Their tests, in the register of the rooms' buttons


def registered(at: Guardroom) -> dict[str, str]:
    """How the mobile alarms stand in the register."""
    return {button.label: button.state for button in at.view.buttons if is_mobile(button.room)}


def test_a_mobile_is_tested_like_a_rooms_button(with_mobiles: Guardroom, clock: MovedClock) -> None:
    at = with_mobiles
    assert registered(at) == {
        "espa:903": "untested",
        "once:904": "untested",
        "espa:904": "untested",
        "espa:9": "untested",
    }
    at.desk.act(Act(kind="test_open", by="MH", station="Guard station", room=mobile_key("M3"), asked=at.view.at))
    test = at.view.test
    assert test is not None
    assert (test.room, test.place) == ("mobile:M3", "Mobil 3")
    at.press("903")
    assert at.view.alarms == ()
    assert registered(at)["espa:903"] == "tested"
    assert {button.state for button in at.view.buttons if not is_mobile(button.room)} == {"untested"}
    at.restart()
    assert registered(at)["espa:903"] == "tested"
    clock.pass_(91 * 86_400)
    assert registered(at)["espa:903"] == "overdue"


def test_another_press_is_real_while_a_mobile_is_tested(with_mobiles: Guardroom) -> None:
    """Also that of a room that is called as the mobile alarm is."""
    at = with_mobiles
    for point in ("904", "001"):
        at.desk.act(Act(kind="test_open", by="MH", station="Guard station", room=mobile_key("M3"), asked=at.view.at))
        at.press(point)
        assert len(at.view.alarms) == 1
        assert at.view.test is None
        at.acknowledge()
        at.close("accidental")
    assert registered(at)["espa:903"] == "untested"


def test_a_mobile_that_does_not_answer_has_failed_and_no_stranger_is_tested(
    with_mobiles: Guardroom, clock: MovedClock
) -> None:
    at = with_mobiles
    asked = Act(kind="test_open", by="MH", station="Guard station", room=mobile_key("M7"), asked=at.view.at)
    assert at.desk.act(asked).refused == "unknown_room"
    at.desk.act(Act(kind="test_open", by="MH", station="Guard station", room=mobile_key("M4"), asked=at.view.at))
    clock.pass_(61)
    at.desk.tick()
    assert [registered(at)[label] for label in ("once:904", "espa:904")] == ["failed", "failed"]
    asked = Act(kind="out_of_service", by="MH", room=mobile_key("M4"), text="knap", until="2025-11-25T12:00:00.000Z")
    assert at.desk.act(asked).refused == "unknown_room"
