"""What a guard can do with an alarm, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from guardroom.alarms.acts import Act
from guardroom.alarms.view import STEPS
from guardroom.clock import stamp

if TYPE_CHECKING:
    from conftest import Guardroom, MovedClock


def test_the_whole_response(guardroom: Guardroom, clock: MovedClock) -> None:
    guardroom.press()
    clock.pass_(11)
    guardroom.acknowledge()
    for step in STEPS:
        clock.pass_(10)
        assert not guardroom.act("step", alarm=guardroom.alarm.id, detail=step).refused
    assert guardroom.alarm.acknowledged_s == pytest.approx(11)
    assert not guardroom.act("outcome", alarm=guardroom.alarm.id, detail="escorted_out").refused
    assert not guardroom.act("close", alarm=guardroom.alarm.id).refused
    (past,) = guardroom.view.recent
    assert (past.place, past.outcome, past.acknowledged_s, past.on_scene_s) == (
        "Kontaktrum 2",
        "escorted_out",
        pytest.approx(11),
        pytest.approx(21),
    )
    assert guardroom.view.alarms_30_days == 1


def test_the_board_forgets_what_is_older_than_30_days(guardroom: Guardroom, clock: MovedClock) -> None:
    guardroom.press()
    guardroom.acknowledge()
    guardroom.close()
    clock.pass_(31 * 86400)
    assert guardroom.view.alarms_30_days == 0


def test_closing_wants_an_acknowledgement_and_an_outcome(guardroom: Guardroom) -> None:
    guardroom.press()
    assert guardroom.close().refused == "not_acknowledged"
    guardroom.acknowledge()
    assert guardroom.act("close", alarm=guardroom.alarm.id).refused == "no_outcome"
    assert guardroom.act("close", alarm=guardroom.alarm.id, detail="nonsense").refused == "unknown_outcome"
    assert not guardroom.close().refused
    assert guardroom.act("note", alarm=1, text="too late").refused == "unknown_alarm"


def test_all_acknowledgements_are_kept_and_the_first_counts(guardroom: Guardroom, clock: MovedClock) -> None:
    guardroom.press()
    clock.pass_(5)
    alarm = guardroom.alarm
    for who in ("MH", "JB"):
        guardroom.desk.act(Act(kind="acknowledge", alarm=alarm.id, press=1, by=who, station="here"))
        clock.pass_(5)
    assert (guardroom.alarm.acknowledged_by, guardroom.alarm.acknowledged_s) == ("MH", pytest.approx(5))
    assert [line.by for line in guardroom.alarm.timeline if line.what == "acknowledge"] == ["MH", "JB"]


def test_a_late_entry_is_marked_and_keeps_its_time(guardroom: Guardroom, clock: MovedClock) -> None:
    guardroom.press()
    guardroom.acknowledge()
    clock.pass_(30)
    told = stamp(clock.now())
    clock.pass_(600)
    guardroom.act("step", alarm=guardroom.alarm.id, detail="on_scene", at=told)
    line = guardroom.alarm.steps["on_scene"]
    assert (line.at, line.late) == (told, True)


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_late_entry_before_the_press_or_in_the_future_is_refused(
    guardroom: Guardroom, clock: MovedClock, seconds: int
) -> None:
    guardroom.press()
    guardroom.acknowledge()
    clock.pass_(60)
    at = stamp(clock.now().replace(year=2024) if seconds < 0 else clock.now().replace(year=2027))
    assert guardroom.act("step", alarm=guardroom.alarm.id, detail="on_scene", at=at).refused == "bad_time"
    assert guardroom.act("step", alarm=guardroom.alarm.id, detail="on_scene", at="teatime").refused == "bad_time"


def test_a_step_marked_by_mistake_is_withdrawn_and_both_are_on_the_timeline(guardroom: Guardroom) -> None:
    guardroom.press()
    guardroom.acknowledge()
    guardroom.act("step", alarm=guardroom.alarm.id, detail="left")
    guardroom.act("withdraw_step", alarm=guardroom.alarm.id, detail="left")
    assert "left" not in guardroom.alarm.steps
    assert [line.what for line in guardroom.alarm.timeline][-2:] == ["step", "withdraw_step"]
    assert guardroom.act("withdraw_step", alarm=guardroom.alarm.id, detail="left").refused == "unknown_step"


def test_silence_is_not_an_acknowledgement_expires_and_is_broken(guardroom: Guardroom, clock: MovedClock) -> None:
    guardroom.press()
    guardroom.act("silence")
    assert guardroom.alarm.state == "active_unacknowledged"
    assert guardroom.view.silenced_s == pytest.approx(60)
    clock.pass_(20)
    assert guardroom.view.silenced_s == pytest.approx(40)
    guardroom.press("001")
    assert guardroom.view.silenced_s is None
    guardroom.act("silence")
    clock.pass_(61)
    assert guardroom.view.silenced_s is None


def test_a_second_press_breaks_silence(guardroom: Guardroom) -> None:
    guardroom.press("5", panel="once")
    guardroom.act("silence")
    guardroom.press("5", panel="once")
    assert guardroom.view.silenced_s is None


def test_a_manual_alarm_in_a_room(guardroom: Guardroom) -> None:
    reply = guardroom.act("raise", room="K1", text="råb fra gangen")
    assert reply.alarm == guardroom.alarm.id
    assert (guardroom.alarm.place, guardroom.alarm.manual, guardroom.alarm.text) == (
        "Kontaktrum 1",
        True,
        "råb fra gangen",
    )
    assert guardroom.room("K1") == "alarm"


def test_a_manual_alarm_elsewhere(guardroom: Guardroom) -> None:
    guardroom.act("raise", text="Forhallen")
    assert (guardroom.alarm.place, guardroom.alarm.room) == ("Forhallen", None)


def test_a_cpr_number_in_what_is_typed_about_an_alarm_is_crossed_out_and_never_holds_it_up(
    guardroom: Guardroom,
) -> None:
    assert guardroom.act("raise", text="Forhallen, 240590-1234").refused == ""
    assert guardroom.alarm.place == "Forhallen, xxxxxx-xxxx"
    guardroom.act("note", alarm=guardroom.alarm.id, text="det er 24. maj 1990-1234 kl. 13.42")
    guardroom.restart()
    said = " ".join(line.text for line in guardroom.alarm.timeline)
    assert "1234" not in said
    entries = repr(list(guardroom.journal.entries()))
    assert "1234" not in entries


def test_a_manual_alarm_where_the_button_was_pressed_too_is_a_second_press(guardroom: Guardroom) -> None:
    guardroom.press()
    guardroom.act("raise", room="K2")
    assert guardroom.alarm.presses == 2


def test_an_act_sent_twice_is_done_once(guardroom: Guardroom) -> None:
    guardroom.press()
    act = Act(kind="note", alarm=guardroom.alarm.id, text="ser rolig ud", by="MH", station="here")
    assert guardroom.desk.act(act) == guardroom.desk.act(act)
    guardroom.restart()
    guardroom.desk.act(act)
    assert [line.what for line in guardroom.alarm.timeline].count("note") == 1


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"kind": "acknowledge", "alarm": 99}, "unknown_alarm"),
        ({"kind": "acknowledge"}, "unknown_alarm"),
        ({"kind": "raise", "room": "K99"}, "unknown_room"),
        ({"kind": "raise", "text": "  "}, "nothing_said"),
        ({"kind": "acknowledge_fault", "fault": "none"}, "unknown_fault"),
        ({"kind": "shift", "people": ("M1",)}, "bad_initials"),
        ({"kind": "shift", "people": ("TOOLONGNAME",)}, "bad_initials"),
    ],
)
def test_refusals(guardroom: Guardroom, fields: dict[str, object], refused: str) -> None:
    before = guardroom.view.number
    assert guardroom.act(**fields).refused == refused  # type: ignore[arg-type]
    assert guardroom.view.number == before


def test_the_shift(guardroom: Guardroom) -> None:
    guardroom.act("shift", people=("MH", "ÆØÅ"))
    guardroom.restart()
    assert guardroom.view.shift == ("MH", "ÆØÅ")


def test_no_way_to_make_a_sound_is_a_fault_until_there_is_one(guardroom: Guardroom) -> None:
    guardroom.act("sound_fault", detail="no_player")
    assert [(fault.kind, fault.detail) for fault in guardroom.view.faults] == [("sound", "no_player")]
    guardroom.act("sound_fault", detail="")
    assert not guardroom.view.faults


def test_a_step_of_the_clock_is_told_and_durations_do_not_suffer(guardroom: Guardroom, clock: MovedClock) -> None:
    guardroom.press()
    clock.pass_(10)
    clock.moment = clock.moment.replace(year=2026)
    guardroom.desk.tick()
    guardroom.acknowledge()
    assert guardroom.alarm.acknowledged_s == pytest.approx(10)
    (fault,) = guardroom.view.faults
    assert fault.kind == "clock"
    guardroom.act("acknowledge_fault", fault=fault.key)
    assert not guardroom.view.faults
