"""Modbus inputs: which frames say what, who is asked when, and what becomes of units that do not answer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
from harness.conversation import Conversation, check_steps
from hypothesis import given, settings
from hypothesis import strategies as st
from modbus_line import ASK_1, INPUTS_1_AND_3, REFUSED, TWO, Line, decoded, framed, inputs, news, request, signals
from msgspec.structs import replace

from drivers.base import Cause, Driver, Kind, OptionError, Signal, Trouble
from drivers.registry import check_options, defaults, make, make_panel_side

# Frames


@pytest.mark.parametrize("captured", [INPUTS_1_AND_3, ASK_1 + INPUTS_1_AND_3])
def test_the_inputs_of_a_reply(captured: bytes) -> None:
    alarm = Signal(
        kind=Kind.ALARM,
        cause=Cause.HOLD_UP,
        point="1.1",
        area="1",
        raw=INPUTS_1_AND_3,
        found=True,
        late=True,
    )
    assert decoded(captured) == [alarm, replace(alarm, point="1.3")]


def test_an_exception_is_a_fault_with_its_code() -> None:
    (fault,) = decoded(REFUSED)
    assert (fault.kind, fault.area, fault.point, fault.code) == (Kind.FAULT, "1", None, "02")
    assert (fault.trouble, fault.raw) == (Trouble.PROGRAM, REFUSED)
    assert {"1.1", "1.8"} <= set(fault.unheard)


def test_coils_as_printed_by_a_maker() -> None:
    """Matrix PEL-8000, page 29: one coil is asked for, so the other bits of the byte say nothing."""
    asked, answer = bytes.fromhex("01 01 05 10 00 01 fc c3"), bytes.fromhex("01 01 01 48 51 be")
    options = {"units": [{"address": 1, "function": 1, "first": 0x510}]}
    assert [s.kind for s in decoded(asked + answer, options)] == [Kind.HEARTBEAT]
    one = bytes.fromhex("01 01 05 13 00 01") + framed(1, 1, 5, 0x13, 0, 1)[-2:]
    assert [s.point for s in decoded(one + framed(1, 1, 1, 1), options)] == ["1.4"]


def test_registers_have_their_first_input_in_the_lowest_bit() -> None:
    options = {"units": [{"address": 9, "function": 4, "inputs": 20, "first": 768}]}
    asked = framed(9, 4, 3, 0, 0, 2)
    assert request(make("modbus", options).opened(0.0)) == asked
    found = decoded(asked + framed(9, 4, 4, 0x80, 0x01, 0x00, 0x08), options)
    assert [s.point for s in found] == ["9.1", "9.16", "9.20"]


def test_what_another_program_writes_is_no_garbage() -> None:
    others = framed(1, 5, 0, 3, 0xFF, 0) * 2 + framed(1, 16, 0, 0, 0, 1, 2, 0, 1) + framed(1, 16, 0, 0, 0, 1)
    assert decoded(others + framed(3, 4, 0, 0, 0, 1) + framed(3, 4, 2, 7, 7), {"units": [1]}) == [
        Signal(kind=Kind.HEARTBEAT, area="3", raw=framed(3, 4, 2, 7, 7))
    ]


def test_a_wrong_checksum_is_rejected_and_the_next_frame_read() -> None:
    line = make("modbus", {"debounce": 1})
    line.opened(0.0)
    steps = line.feed(INPUTS_1_AND_3[:-1] + b"\x8c" + INPUTS_1_AND_3, 0.01)
    rejected, *rest = signals(steps)
    assert (rejected.kind, rejected.reason) == (Kind.REJECTED, "wrong checksum")
    assert [s.point for s in rest if s.kind is Kind.ALARM] == ["1.1", "1.3"]
    assert decoded(INPUTS_1_AND_3[:-1] + b"\x8c")[0].kind is Kind.REJECTED


# Inputs


def test_a_press_is_told_when_two_readings_agree_and_so_is_its_end() -> None:
    line = Line({}, {1: 0})
    assert line.run(1) == [(Kind.FAULT_RESTORE, "1")]
    line.answers[1] = 0b100
    assert line.run(1) == [(Kind.ALARM, "1.3")]
    (alarm,) = [s for s in line.told if s.kind is Kind.ALARM]
    assert (alarm.area, alarm.cause, alarm.found, alarm.late) == ("1", Cause.HOLD_UP, False, False)
    line.answers[1] = 0
    assert line.run(1) == [(Kind.RESTORE, "1.3")]


def test_a_button_that_stays_pressed_is_told_once_more_as_found() -> None:
    line = Line({}, {1: 1})
    line.run(30.0)
    pressed = [s for s in line.told if s.kind is Kind.ALARM]
    assert [(s.point, s.found, s.late) for s in pressed] == [("1.1", True, True), ("1.1", True, False)]
    line.answers[1] = 0
    assert line.run(2.0) == [(Kind.RESTORE, "1.1")]


def test_what_is_read_once_only_is_no_press() -> None:
    driver = make("modbus", {})
    driver.opened(0.0)
    bits = (0, 0, 1, 0, 1, 0, 0)
    told = [signal for bit in bits for signal in signals(driver.feed(inputs(1, bit), 0.1))]
    assert {s.kind for s in told} == {Kind.HEARTBEAT, Kind.FAULT_RESTORE}


def test_what_inputs_say_is_the_town_halls_choice() -> None:
    contacts = [
        {"input": 1, "cause": "panic"},
        {"input": 2, "kind": "tamper", "nc": True},
        {"input": 3, "kind": "low_battery"},
        {"input": 5, "kind": "test"},
    ]
    line = Line({"units": [{"address": 4, "nc": [4], "contacts": contacts}]}, {4: 0b01010})
    line.run(1)
    line.answers[4] = 0b10101
    line.run(1)
    told = [(s.kind, s.cause, s.point) for s in line.told if s.point]
    assert told == [
        (Kind.ALARM, Cause.PANIC, "4.1"),
        (Kind.TAMPER, None, "4.2"),
        (Kind.LOW_BATTERY, None, "4.3"),
        (Kind.ALARM, Cause.HOLD_UP, "4.4"),
        (Kind.TEST, None, "4.5"),
    ]
    line.answers[4] = 0b01010
    assert line.run(1) == [
        (Kind.RESTORE, "4.1"),
        (Kind.TAMPER_RESTORE, "4.2"),
        (Kind.BATTERY_RESTORE, "4.3"),
        (Kind.RESTORE, "4.4"),
    ]


def test_what_stands_after_a_reconnect_is_told_once_and_as_late() -> None:
    line = Line({}, {1: 0b001})
    line.run(1)
    line.reopen()
    assert line.run(1) == []
    line.answers[1] = 0b010
    line.reopen()
    assert line.run(1) == [(Kind.RESTORE, "1.1"), (Kind.ALARM, "1.2")]
    assert all(s.found and s.late for s in line.told if s.point)


def test_what_changes_after_the_first_readings_is_no_find() -> None:
    line = Line({}, {1: 0})
    line.run(1)
    line.reopen()
    line.run(0.3)
    line.answers[1] = 1
    line.run(1)
    assert [(s.point, s.found, s.late) for s in line.told if s.point] == [("1.1", False, False)]


# Units


def test_a_silent_unit_is_a_fault_of_its_buttons_until_it_answers() -> None:
    line = Line({"units": [1, {"address": 2, "contacts": [{"input": 8, "kind": "tamper"}]}]}, {1: 0, 2: 0})
    line.run(1)
    line.answers[2] = None
    assert line.run(5) == [(Kind.FAULT, "2")]
    fault = line.told[-1] if line.told[-1].kind is Kind.FAULT else next(s for s in line.told if s.kind is Kind.FAULT)
    assert (fault.point, fault.area, fault.trouble) == (None, "2", Trouble.UNIT)
    assert fault.unheard == tuple(f"2.{number}" for number in range(1, 8))
    line.reopen()
    assert line.run(5) == []
    line.answers[2] = 0b1
    assert line.run(5) == [(Kind.FAULT_RESTORE, "2"), (Kind.ALARM, "2.1")]
    assert [s.late for s in line.told if s.point] == [True]


def test_one_lost_answer_is_no_fault() -> None:
    line = Line(TWO, {1: 0, 2: 0})
    line.run(1)
    for _time in range(5):
        line.answers[2] = None
        line.run(0.5)
        line.answers[2] = 0
        assert line.run(1) == []


def test_units_that_are_away_do_not_keep_the_others_from_being_read() -> None:
    line = Line({"units": [1, 2, 3, 4, 5, 6, 7, 8]}, dict.fromkeys(range(1, 9), None) | {5: 0})
    line.run(30)
    read = [at for at, unit in line.asked if unit == 5]
    assert max(after - before for before, after in pairwise(read)) < 1.0
    line.answers[5] = 1
    assert (Kind.ALARM, "5.1") in line.run(2)


def test_units_that_are_read_too_seldom_for_a_press_are_a_fault_until_they_are_not() -> None:
    """Twenty units need 0.02 s each at 9600 baud; at 2400 it is more, and two readings do not fit into two seconds."""
    line = Line({"units": list(range(1, 21))}, dict.fromkeys(range(1, 21), 0))
    assert len(line.run(20)) == 20, "only what the first answers end"
    line.exchange_s = 0.06
    assert line.run(30) == [(Kind.FAULT, None)]
    (fault,) = (s for s in line.told if s.kind is Kind.FAULT)
    assert (fault.trouble, fault.area) == (Trouble.PACE, None)
    line.exchange_s = 0.02
    assert line.run(30) == [(Kind.FAULT_RESTORE, None)]


@pytest.mark.parametrize(("exchange_s", "debounce"), [(0.045, 2), (0.09, 1)])
def test_units_that_are_read_often_enough_are_none(exchange_s: float, debounce: int) -> None:
    units = range(1, 21)
    line = Line({"units": list(units), "debounce": debounce}, dict.fromkeys(units, 0), exchange_s)
    line.run(20)
    line.now += 60
    line.run(20)
    line.reopen()
    line.run(20)
    assert not [s for s in line.told if s.kind is Kind.FAULT]


def test_every_unit_that_answers_is_read_in_each_round_and_no_oftener_than_wanted() -> None:
    line = Line({"units": list(range(1, 9)), "poll_s": 0.2}, dict.fromkeys(range(1, 9), 0))
    line.run(20)
    for unit in range(1, 9):
        at = [moment for moment, asked in line.asked if asked == unit]
        gaps = [after - before for before, after in pairwise(at)]
        assert min(gaps) >= 0.199
        assert max(gaps) <= 0.4


def test_nothing_is_asked_while_an_answer_is_awaited() -> None:
    driver = make("modbus", TWO)
    assert request(driver.opened(0.0)) == ASK_1
    assert request(driver.tick(0.1)) == b""
    assert request(driver.feed(inputs(2, 0), 0.15)) == b""
    assert request(driver.feed(INPUTS_1_AND_3[:3], 0.29)) == b""
    assert request(driver.tick(0.31)) == b"", "its answer is coming in"
    assert request(driver.feed(INPUTS_1_AND_3[3:], 0.35))[0] == 2


def test_a_device_that_never_stops_talking_does_not_stop_the_polling() -> None:
    driver = make("modbus", TWO)
    driver.opened(0.0)
    asked = []
    for turn in range(1, 40):
        asked.append(request(driver.feed(b"\xff\x01", turn / 20)) or request(driver.tick(turn / 20)))
    assert any(data.startswith(b"\x02") for data in asked)


def test_a_late_answer_of_one_unit_is_not_taken_for_anothers() -> None:
    driver = make("modbus", TWO | {"debounce": 1})
    driver.opened(0.0)
    assert request(driver.tick(0.4))[0] == 2
    late = driver.feed(inputs(1, 0b10), 0.45)
    assert news(late) == [(Kind.FAULT_RESTORE, "1"), (Kind.ALARM, "1.2")]
    assert request(late) == b"", "unit 2 has not answered yet"
    assert request(driver.feed(inputs(2, 0), 0.5)) != b""


def test_an_answer_of_the_wrong_length_is_none() -> None:
    driver = make("modbus", {"debounce": 1})
    driver.opened(0.0)
    steps = [*driver.feed(framed(1, 2, 2, 1, 0), 0.1), *driver.tick(0.3)]
    assert news(steps) == []
    assert not any(step.alive for step in steps)


def test_an_adapter_that_hears_itself() -> None:
    driver = make("modbus", {"debounce": 1})
    echo = request(driver.opened(0.0))
    steps = driver.feed(echo, 0.01)
    assert not steps, "an echo is no sign of life"
    assert news(driver.feed(INPUTS_1_AND_3, 0.02))[1:] == [(Kind.ALARM, "1.1"), (Kind.ALARM, "1.3")]


def test_a_unit_that_refuses_is_alive_and_told_with_its_code() -> None:
    line = Line({}, {1: 0})
    line.run(1)
    line.answers[1] = REFUSED
    assert line.run(3) == [(Kind.FAULT, "1")]
    (fault,) = [s for s in line.told if s.kind is Kind.FAULT]
    assert (fault.code, fault.trouble, len(fault.unheard)) == ("02", Trouble.PROGRAM, 8)
    line.answers[1] = 0
    assert line.run(1) == [(Kind.FAULT_RESTORE, "1")]
    assert line.told[-1].kind is Kind.HEARTBEAT


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_answers_come_what_is_told_is_what_was_read_twice(data: st.DataObject) -> None:
    """Silences, refusals, echoes and noise between the readings of one unit change none of what it says."""
    driver = make("modbus", {"units": [1], "inputs": 3, "retries": 20})
    driver.opened(0.0)
    now, state, told, last = 0.0, 0, 0, [-1, -1]
    for _turn in range(data.draw(st.integers(1, 20))):
        now += 0.05
        match data.draw(st.sampled_from(["read", "read", "read", "refuse", "echo", "wait", "noise"])):
            case "read":
                bits = data.draw(st.integers(0, 7))
                steps = driver.feed(inputs(1, bits), now)
                last = [last[1], bits]
                for place in range(3):
                    if len({bits >> place & 1 for bits in last}) == 1 and -1 not in last:
                        state = state & ~(1 << place) | last[1] & 1 << place
            case "refuse":
                steps = driver.feed(REFUSED, now)
            case "echo":
                steps = driver.feed(framed(1, 2, 0, 0, 0, 3), now)
            case "wait":
                now += 0.5
                steps = driver.tick(now)
            case _:
                steps = [*driver.feed(data.draw(st.binary(max_size=6)), now), *driver.tick(now + 0.2)]
                now += 0.2
        for signal in signals(check_steps(steps)):
            if signal.kind is Kind.ALARM and signal.point:
                told |= 1 << int(signal.point[2:]) - 1
            elif signal.kind is Kind.RESTORE and signal.point:
                told &= ~(1 << int(signal.point[2:]) - 1)
        assert told == state


# The units' side


def test_a_press_is_read_and_released_after_two_seconds() -> None:
    conversation = Conversation("modbus", {"units": [{"address": 1, "nc": True}, 2]})
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="1.3"))
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="010"))
    assert conversation.run(lambda: conversation.panel.idle)
    assert conversation.panel.acknowledged == 2
    assert conversation.run(lambda: len(conversation.heard(Kind.RESTORE)) == 2, 5)
    assert sorted(s.point or "" for s in conversation.heard(Kind.ALARM)) == ["1.3", "2.2"]


def test_a_press_that_is_held_stands_until_its_restore() -> None:
    driver = make("modbus", {})
    panel = make_panel_side("modbus", {"hold_s": 0})
    press = Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="1.3")
    for signal in (press, press, replace(press, kind=Kind.RESTORE, cause=None)):
        panel.send(signal)
    told = play(driver, panel, 20)
    assert told == [(kind, "1.3") for kind in (Kind.ALARM, Kind.RESTORE) * 2]
    assert panel.acknowledged == 3


def play(driver: Driver, panel: object, seconds: float) -> list[tuple[Kind, str | None]]:
    """What is told of inputs in so many seconds."""
    conversation = Conversation("modbus", {}, driver=driver)
    conversation.panel = panel  # type: ignore[assignment]
    conversation.run(lambda: False, seconds)
    return [(s.kind, s.point) for s in conversation.signals if s.point]


def test_a_press_that_nobody_reads_is_given_up() -> None:
    panel = make_panel_side("modbus", {"tries": 2})
    panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="1.3"))
    for second in range(10):
        panel.tick(float(second))
    assert (panel.abandoned, panel.acknowledged, panel.idle) == (1, 0, True)
    assert panel.feed(ASK_1, 11.0) == inputs(1, 0)


@pytest.mark.parametrize(
    ("kind", "cause", "point"),
    [
        (Kind.ALARM, Cause.PANIC, "1.1"),
        (Kind.TAMPER, None, "1.1"),
        (Kind.ALARM, Cause.HOLD_UP, "1.9"),
        (Kind.ALARM, Cause.HOLD_UP, "3.1"),
        (Kind.ALARM, Cause.HOLD_UP, "0"),
        (Kind.ALARM, Cause.HOLD_UP, ""),
    ],
)
def test_what_no_contact_can_say(kind: Kind, cause: Cause | None, point: str) -> None:
    with pytest.raises(ValueError, match="input"):
        make_panel_side("modbus", TWO).send(Signal(kind=kind, cause=cause, point=point))


def test_units_refuse_what_they_have_not() -> None:
    panel = make_panel_side("modbus", {})
    assert panel.feed(framed(1, 2, 0, 4, 0, 8), 0.0) == framed(1, 0x82, 2)
    assert panel.feed(framed(1, 4, 0, 0, 0, 1), 0.0) == framed(1, 0x84, 1)
    assert panel.feed(framed(9, 2, 0, 0, 0, 8), 0.0) == b""


# Options


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"units": []}, "units"),
        ({"units": "1"}, "units"),
        ({"units": [0]}, "units[1].address"),
        ({"units": [1, 1]}, "units[2].address"),
        ({"units": [True]}, "units[1].address"),
        ({"units": [{"inputs": 8}]}, "units[1].address"),
        ({"units": ["1"]}, "units[1]"),
        ({"units": [{"address": 1, "colour": 2}]}, "units[1].colour"),
        ({"units": [{"address": 1, "inputs": 4, "nc": [5]}]}, "units[1].nc"),
        ({"function": 5}, "function"),
        ({"nc": 1}, "nc"),
        ({"contacts": [{"input": 9}]}, "contacts[1].input"),
        ({"contacts": [{"cause": "panic"}]}, "contacts[1].input"),
        ({"contacts": [{"input": 1, "kind": "tamper", "cause": "panic"}]}, "contacts[1].cause"),
        ({"cause": "boredom"}, "cause"),
        ({"reply_timeout_s": 60}, "reply_timeout_s"),
        ({"units": list(range(1, 60))}, "units"),
        ({"units": [1, 2], "reply_timeout_s": 1.5}, "units"),
        ({"tries": 3}, "tries"),
    ],
)
def test_wrong_options_are_named(options: Mapping[str, object], key: str) -> None:
    assert [wrong.key for wrong in check_options("modbus", options)] == [key]
    with pytest.raises(OptionError):
        make("modbus", options)
    assert defaults("modbus", options).baudrate == 9600


def test_too_many_units_for_the_two_seconds_of_a_press_say_so() -> None:
    (wrong,) = check_options("modbus", {"units": list(range(1, 60))})
    assert "a button is held for 2 s" in wrong.allowed
    assert not check_options("modbus", {"units": list(range(1, 17))})
    assert not check_options("modbus", {"units": list(range(1, 60)), "passive": True})


def test_what_a_usual_panel_gets() -> None:
    usual = defaults("modbus", {"units": [7]})
    assert (usual.baudrate, usual.bytesize, usual.parity, usual.stopbits) == (9600, 8, "N", 1)
    assert (usual.repeat_s, usual.supervision_s, usual.point) == (0, 5.0, "7.1")
