"""NetworX NX-584 and NX-8E: messages in binary and ASCII, log events."""

from __future__ import annotations

import pytest
from harness.conversation import check_steps
from hypothesis import given, settings
from hypothesis import strategies as st
from nx584_line import (
    AUDIBLE,
    FIRE,
    MODES,
    NOT_TAKEN,
    ORDINARY,
    PARTITION,
    SILENT,
    STAMP,
    SYSTEM,
    TAKEN,
    asked,
    configuration,
    line,
    log,
    only,
    panel_and_receiver,
    read,
    ready,
    system,
    told,
    zone,
)

from drivers import nx584
from drivers.base import Cause, Kind, Signal, Trouble
from drivers.nx584.frames import Scanner, build
from drivers.standing import RESTORE_OF


@pytest.mark.parametrize(
    "digits",
    [
        "09860000000000010082139A",  # real
        "0C8804000000000200000A019F45FA",  # real
        "098600200000400104827784",  # real
        "088404010105C400005CF5",
        "0A85010010000010001000C07F",
    ],
)
def test_captured_and_printed_messages_are_good_and_acknowledged(digits: str) -> None:
    step = check_steps(ready().feed(line(digits), 0.0))[-1]
    assert (step.reply, step.alive) == (TAKEN, True)
    (signal,) = step.signals
    assert (signal.kind, signal.code) == (Kind.HEARTBEAT, f"{int(digits[2:4], 16) & 0x3F:02X}")


def test_acknowledgements_are_no_signals_and_get_no_answer() -> None:
    assert not ready().feed(TAKEN, 0.0)
    assert not nx584.make_decoder({}).feed(TAKEN + NOT_TAKEN, 0.0)


def test_messages_in_binary() -> None:
    message = bytes([0x8A, 0x7E, 0x7D, 22, 0, 2]) + STAMP
    frame = build(message, ascii_=False)
    assert frame.count(b"\x7e") == 1
    (alarm,) = read(frame)
    assert (alarm.kind, alarm.cause, alarm.area, alarm.point) == (Kind.ALARM, Cause.PANIC, "3", "keypad")
    driver = nx584.make({"mode": "binary"})
    assert only(driver.feed(frame, 0.0)).reply == b"\x7e\x01\x1d\x1e\x1f"


@pytest.mark.parametrize(
    ("type_", "kind", "cause", "trouble", "point", "area"),
    [
        (0, Kind.ALARM, Cause.HOLD_UP, None, "005", "1"),
        (1, Kind.RESTORE, None, None, "005", "1"),
        (2, Kind.BYPASS, None, None, "005", None),
        (4, Kind.TAMPER, None, Trouble.SENSOR, "005", None),
        (5, Kind.TAMPER_RESTORE, None, Trouble.SENSOR, "005", None),
        (8, Kind.LOW_BATTERY, None, Trouble.BATTERY, "005", None),
        (10, Kind.FAULT, None, Trouble.SUPERVISION, "005", None),
        (18, Kind.ALARM, Cause.DURESS, None, "keypad", "1"),
        (19, Kind.ALARM, Cause.FIRE, None, "keypad", "1"),
        (20, Kind.ALARM, Cause.PANIC, None, "keypad", "1"),
        (22, Kind.ALARM, Cause.PANIC, None, "keypad", "1"),
        (23, Kind.TAMPER, None, Trouble.KEYPAD, "keypad", "1"),
        (24, Kind.TAMPER, None, Trouble.BOX, "4", None),
        (26, Kind.FAULT, None, Trouble.MAINS, "4", None),
        (28, Kind.LOW_BATTERY, None, Trouble.BATTERY, "4", None),
        (38, Kind.FAULT, None, Trouble.COMMUNICATION, None, None),
        (40, Kind.INFO, None, None, "4", "1"),
        (44, Kind.TEST, None, None, None, None),
        (49, Kind.CANCEL, None, None, "4", "1"),
        (99, Kind.UNKNOWN, None, None, "4", "1"),
    ],
)
def test_log_events(
    type_: int, kind: Kind, cause: Cause | None, trouble: Trouble | None, point: str | None, area: str | None
) -> None:
    step = check_steps(ready().feed(log(type_), 0.0))[-1]
    (signal,) = step.signals
    assert (signal.kind, signal.cause, signal.trouble, signal.point, signal.area) == (kind, cause, trouble, point, area)
    assert (signal.code, signal.panel_time) == (str(type_), "11-21 08:30")
    assert (signal.found, signal.late, step.reply) == (False, False, TAKEN)
    assert signal.by_user == (type_ in (40, 49))


@pytest.mark.parametrize(
    ("types", "cause"),
    [
        (SILENT, Cause.HOLD_UP),
        (AUDIBLE, Cause.PANIC),
        (FIRE, Cause.FIRE),
        (ORDINARY, Cause.INTRUSION),
    ],
)
def test_the_kind_of_zone_tells_the_cause(types: bytes, cause: Cause) -> None:
    alarm, restore = read(zone(4, types, condition=1), log(0), log(1, number=8))
    assert (alarm.kind, alarm.cause, restore.kind, restore.cause) == (Kind.ALARM, cause, Kind.RESTORE, cause)


def test_what_a_zone_is_for_may_be_given() -> None:
    decoder = nx584.make_decoder({"hold_up_zones": ["005"]})
    assert [signal.cause for signal in told(decoder, zone(4, ORDINARY, condition=1), log(0))] == [Cause.HOLD_UP]


def test_a_copy_of_a_log_event_is_told_as_such() -> None:
    first, copy, next_ = told(ready(), log(22), log(22), log(22, number=8))
    assert [first.again, copy.again, next_.again] == [False, True, False]
    assert not copy.found


def test_a_zone_of_unknown_type_is_taken_for_a_button_and_its_end_ends_just_that() -> None:
    alarm, restore, later, over = read(
        log(0), zone(4, ORDINARY, condition=1), log(1, number=8), log(0, number=9), log(1, number=10)
    )
    assert (alarm.cause, restore.cause) == (Cause.HOLD_UP, Cause.HOLD_UP)
    assert (later.cause, over.cause) == (Cause.INTRUSION, Cause.INTRUSION)


def test_after_the_panel_was_programmed_the_types_of_its_zones_are_learned_anew() -> None:
    assert [s.cause for s in read(zone(4, ORDINARY, condition=1), log(46), log(0, number=8))] == [None, Cause.HOLD_UP]


def test_the_end_of_alarms_of_several_causes_ends_them_all() -> None:
    *_alarms, restore = read(log(0), zone(4, ORDINARY, condition=1), log(0, number=8), log(1, number=9))
    assert (restore.kind, restore.cause) == (Kind.RESTORE, None)


def test_troubles_of_a_zone_begin_and_end() -> None:
    signals = read(zone(4, ORDINARY, condition=0x6E), zone(4, ORDINARY, condition=0x08), zone(4, ORDINARY))
    assert [(signal.kind, signal.trouble, signal.point, signal.found) for signal in signals] == [
        (Kind.TAMPER, Trouble.SENSOR, "005", True),
        (Kind.FAULT, Trouble.SENSOR, "005", True),
        (Kind.BYPASS, None, "005", True),
        (Kind.LOW_BATTERY, Trouble.BATTERY, "005", True),
        (Kind.FAULT, Trouble.SUPERVISION, "005", True),
        (Kind.TAMPER_RESTORE, Trouble.SENSOR, "005", True),
        (Kind.FAULT_RESTORE, Trouble.SENSOR, "005", True),
        (Kind.BATTERY_RESTORE, Trouble.BATTERY, "005", True),
        (Kind.FAULT_RESTORE, Trouble.SUPERVISION, "005", True),
        (Kind.UNBYPASS, None, "005", True),
    ]


def test_what_the_log_told_the_status_does_not_tell_again() -> None:
    signals = read(log(4), zone(4, ORDINARY, condition=0x02), zone(4, ORDINARY), log(5, number=8))
    assert [signal.kind for signal in signals] == [Kind.TAMPER, Kind.TAMPER_RESTORE, Kind.TAMPER_RESTORE]


def test_troubles_of_the_panel() -> None:
    signals = read(system(9, 0xC0), system(9, 0, 0x08, 0x08), system(9))
    assert [(signal.kind, signal.trouble) for signal in signals] == [
        (Kind.LOW_BATTERY, Trouble.BATTERY),
        (Kind.FAULT, Trouble.MAINS),
        (Kind.BATTERY_RESTORE, Trouble.BATTERY),
        (Kind.FAULT_RESTORE, Trouble.MAINS),
        (Kind.FAULT, Trouble.MODULE),
        (Kind.FAULT, Trouble.CLOCK),
        (Kind.FAULT_RESTORE, Trouble.MODULE),
        (Kind.FAULT_RESTORE, Trouble.CLOCK),
    ]


def test_troubles_of_modules_are_told_apart() -> None:
    driver = ready()
    told(driver, log(36, 3), log(36, 5, number=8))
    assert [(s.kind, s.point) for s in told(driver, log(37, 5, number=9))] == [(Kind.FAULT_RESTORE, "5")]
    assert not told(driver, system(9, modules=0x08))
    assert [(s.kind, s.trouble, s.point) for s in told(driver, system(9))] == [
        (Kind.FAULT_RESTORE, Trouble.MODULE, "3")
    ]


def test_a_keypads_tamper_ends_with_a_right_code_and_not_with_a_status() -> None:
    driver = ready()
    told(driver, log(23, partition=1))
    assert not told(driver, system(7))
    assert [s.kind for s in told(driver, log(40, partition=0, number=8))] == [Kind.INFO]
    opening, over = told(driver, log(40, partition=1, number=9))
    assert (opening.kind, over.kind, over.point, over.area) == (Kind.INFO, Kind.TAMPER_RESTORE, "keypad", "2")


def test_a_panel_that_does_not_send_its_log_is_a_fault_of_all_its_buttons() -> None:
    signals = read(configuration(0x01), configuration(0x05))
    assert {"keypad", "001", "192"} <= set(signals[0].unheard)
    assert [(s.kind, s.trouble) for s in signals] == [
        (Kind.FAULT, Trouble.PROGRAM),
        (Kind.FAULT_RESTORE, Trouble.PROGRAM),
    ]


def test_a_bad_message_is_refused_and_its_third_copy_kept_aside() -> None:
    driver = ready()
    bad = log(22)[:-2] + b"0\r"
    for _copy in range(2):
        step = only(driver.feed(bad, 0.0))
        assert ([signal.kind for signal in step.signals], step.reply) == ([Kind.REJECTED], NOT_TAKEN)
    step = only(driver.feed(bad, 0.0))
    assert [signal.kind for signal in step.signals] == [Kind.REJECTED, Kind.UNKNOWN]
    assert step.reply == TAKEN


def test_a_status_that_could_not_be_stored_is_told_again_with_its_copy() -> None:
    driver = ready()
    message = zone(4, ORDINARY, condition=0x02)
    first = told(driver, message)
    assert first
    assert told(driver, message) == first


def test_everything_is_asked_for_until_it_is_answered() -> None:
    driver = nx584.make({"mode": "ascii"})
    assert asked(driver.opened(0.0)) == "0128"
    for second in (3.0, 6.0, 9.0, 12.0, 15.0):
        assert asked(driver.tick(second)) == "0128"
    steps = driver.feed(SYSTEM, 16.0)
    assert asked(steps) == "022A9F"  # the entry that it names, as history
    assert asked(driver.feed(line("011C1D1E"), 16.0)) == "0121"
    # Something was answered: what is not answered three times is left out, if the panel is still there.
    assert [asked(driver.tick(16.0 + 3 * turn)) for turn in (1, 2, 3)] == ["0121", "0121", "0128"]
    assert [asked(driver.tick(25.0 + 3 * turn)) for turn in range(1, 9)] == ["0128"] * 8
    assert asked(driver.feed(SYSTEM, 50.0)) == "0127"
    assert asked(driver.feed(line("011F2021"), 51.0)) == "022500"
    assert not any(step.request for step in driver.feed(line("011C1D1E"), 52.0))
    assert asked(driver.tick(62.0)) == "0128"


def test_the_way_a_panel_writes_is_found_out() -> None:
    driver = nx584.make({})
    assert only(driver.opened(0.0)).request.startswith(b"\x7e")
    assert only(driver.tick(3.0)).request.startswith(b"\n")
    assert check_steps(driver.feed(build(bytes([8, *bytes(11)]), ascii_=True), 4.0))[-1].request.startswith(b"\n")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_end_of_a_line_behind_a_message_withholds_no_answer_and_is_no_message(end: bytes) -> None:
    driver = ready()
    step = only(driver.feed(log(22) + end, 0.1))
    assert (step.reply, len(step.signals)) == (TAKEN, 1)
    assert not driver.tick(1.0)
    assert only(driver.feed(log(22, number=8) + end, 1.1)).reply == TAKEN


def test_the_beginning_of_the_next_message_withholds_the_answer() -> None:
    driver = ready()
    assert not only(driver.feed(log(22) + b"\n0", 0.1)).reply


def test_a_message_is_refused_as_it_was_written_and_an_echo_is_no_sign_of_life() -> None:
    driver = nx584.make({})
    driver.opened(0.0)
    (step,) = driver.feed(log(22)[:-2] + b"0\r", 0.1)
    assert step.reply == NOT_TAKEN
    assert not driver.feed(step.reply, 0.2)


def test_a_listener_asks_and_answers_nothing() -> None:
    driver = nx584.make({"passive": True})
    assert not driver.transmits
    steps = [*driver.opened(0.0), *driver.feed(log(22) + log(22)[:-2] + b"0\r", 0.0), *driver.tick(60.0)]
    assert steps
    assert not any(step.reply or step.request for step in steps)
    assert nx584.defaults({"passive": True}).supervision_s == 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (Kind.ALARM, Cause.HOLD_UP),
        (Kind.ALARM, Cause.PANIC),
        (Kind.ALARM, Cause.FIRE),
        (Kind.ALARM, Cause.INTRUSION),
        (Kind.TAMPER, None),
        (Kind.FAULT, None),
        (Kind.LOW_BATTERY, None),
        (Kind.BYPASS, None),
        (Kind.TEST, None),
    ],
)
def test_what_the_panel_says_of_a_zone_is_read_back(mode: str, kind: Kind, cause: Cause | None) -> None:
    talk = panel_and_receiver(mode)
    talk.panel.send(Signal(kind=kind, cause=cause, point="105", area="2"))
    assert talk.run(lambda: talk.panel.idle, 5.0)
    signal = talk.heard(kind)[0]
    assert signal.cause == cause
    assert signal.point == (None if kind is Kind.TEST else "105")


@pytest.mark.parametrize("cause", [Cause.DURESS, Cause.PANIC, Cause.FIRE])
def test_alarms_of_a_keypad(cause: Cause) -> None:
    talk = panel_and_receiver()
    talk.panel.send(Signal(kind=Kind.ALARM, cause=cause, area="4"))
    assert talk.run(lambda: talk.panel.idle, 5.0)
    assert [(s.cause, s.point, s.area) for s in talk.heard(Kind.ALARM)] == [(cause, "keypad", "4")]


def test_who_cancels_is_a_person() -> None:
    talk = panel_and_receiver()
    talk.panel.send(Signal(kind=Kind.CANCEL, point="12", area="4"))
    assert talk.run(lambda: talk.panel.idle, 5.0)
    assert [(s.point, s.by_user, s.area) for s in talk.heard(Kind.CANCEL)] == [("12", True, "4")]


@pytest.mark.parametrize("begin", [Kind.ALARM, Kind.TAMPER, Kind.FAULT, Kind.LOW_BATTERY, Kind.BYPASS])
def test_what_stands_ends(begin: Kind) -> None:
    talk = panel_and_receiver()
    talk.panel.send(Signal(kind=begin, cause=Cause.HOLD_UP, point="005"))
    talk.panel.send(Signal(kind=RESTORE_OF[begin], point="005"))
    assert talk.run(lambda: talk.panel.idle, 5.0)
    assert talk.heard(begin)
    assert talk.heard(RESTORE_OF[begin])


@pytest.mark.parametrize(
    "signal",
    [
        Signal(kind=Kind.ALARM, cause=Cause.DURESS, point="005"),
        Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP),
        Signal(kind=Kind.ALARM, point="K2"),
        Signal(kind=Kind.ALARM, point="000"),
        Signal(kind=Kind.ALARM, cause=Cause.PANIC, area="9"),
        Signal(kind=Kind.STATUS, point="005"),
    ],
)
def test_what_the_panel_cannot_say(signal: Signal) -> None:
    with pytest.raises(ValueError, match=r"."):
        nx584.make_panel_side({}).send(signal)


def test_the_panel_gives_up_after_its_tries() -> None:
    panel = nx584.make_panel_side({"tries": 2})
    panel.send(Signal(kind=Kind.ALARM, point="005"))
    assert sum(bool(panel.tick(now / 10)) for now in range(200)) == 2
    assert panel.idle
    assert panel.abandoned == 1


@settings(max_examples=80, deadline=None)
@given(data=st.data(), ascii_=st.booleans())
def test_any_message_is_read_back_whatever_stands_before_it(data: st.DataObject, ascii_: bool) -> None:
    message = data.draw(st.binary(min_size=1, max_size=18))
    noise = data.draw(st.binary(max_size=40).filter(lambda noise: not noise.endswith(b"\x7d")))
    scanner = Scanner("auto")
    found = [*scanner.feed(noise + build(message, ascii_=ascii_)), *scanner.expire()]
    read_ = [item for item in found if not hasattr(item, "reason")]
    assert any(item.data == message[1:] and item.type == message[0] & 0x3F for item in read_)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_cutting_changes_nothing(data: st.DataObject) -> None:
    frames = (log(22), zone(4, SILENT, 0x02), SYSTEM, PARTITION, TAKEN, b"\x7e\x01", b"\n0", b"\r\n", b"\x7d")
    stream = b"".join(data.draw(st.lists(st.sampled_from(frames), max_size=12)))
    whole, cut = nx584.make_decoder({}), nx584.make_decoder({})
    assert told(whole, stream) == told(cut, *(bytes([byte]) for byte in stream))


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=200))
def test_any_data_in_a_good_frame_is_survived(noise: bytes) -> None:
    driver = ready()
    for begin in range(0, len(noise), 12):
        message = noise[begin : begin + 12]
        check_steps(driver.feed(build(message, ascii_=True), 0.0))
    check_steps(driver.tick(50.0))


def test_options() -> None:
    assert not nx584.check_options({"mode": "binary", "passive": True})
    assert [wrong.key for wrong in nx584.check_options({"mode": "x", "passive": 1, "tries": 3})] == [
        "tries",
        "mode",
        "passive",
    ]
