"""The it100 driver: lines captured from modules, the guide's codes, status reports, and a module at the other end."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from harness.conversation import Conversation, check_steps
from harness.every_driver import size_of
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import registry
from drivers.base import Cause, Driver, Kind, Signal, Step, Trouble

NAME = "it100"


def line(said: str) -> bytes:
    """A line with its check, written out as the guide says."""
    return f"{said}{sum(said.encode()) & 0xFF:02X}\r\n".encode()


def signals(steps: Sequence[Step]) -> list[Signal]:
    return [signal for step in check_steps(steps) for signal in step.signals]


def told(*lines: bytes, **options: object) -> list[Signal]:
    driver = registry.make_decoder(NAME, options)
    driver.opened(0.0)
    return signals(driver.feed(b"".join(lines), 0.0))


def facts(signal: Signal) -> tuple[object, ...]:
    return signal.kind, signal.cause or signal.trouble, signal.area, signal.point


def connected(*report: str, **options: object) -> Driver:
    """A driver that has read a report with these messages."""
    driver = registry.make(NAME, options)
    assert driver.opened(0.0)[0].request == b"00191\r\n"
    driver.feed(b"".join(line(said) for said in ("500001", *report)), 0.1)
    driver.tick(4.0)
    return driver


def test_captured_lines() -> None:
    assert told(b"50000025\r\n") == [Signal(kind=Kind.HEARTBEAT, code="500", text="000", raw=b"50000025")]
    assert told(b"60900231\r\n") == [Signal(kind=Kind.STATUS, code="609", point="002", raw=b"60900231")]
    assert told(b"6501CC\r\n") == [Signal(kind=Kind.STATUS, code="650", area="1", raw=b"6501CC")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("6011005", (Kind.ALARM, Cause.INTRUSION, "1", "005")),
        ("6022064", (Kind.RESTORE, Cause.INTRUSION, "2", "064")),
        ("6011007", (Kind.ALARM, Cause.HOLD_UP, "1", "007")),  # by the site's word
        ("6021007", (Kind.RESTORE, Cause.HOLD_UP, "1", "007")),
        ("6031005", (Kind.TAMPER, Trouble.SENSOR, "1", "005")),
        ("6041005", (Kind.TAMPER_RESTORE, Trouble.SENSOR, "1", "005")),
        ("605005", (Kind.FAULT, Trouble.SENSOR, None, "005")),
        ("606005", (Kind.FAULT_RESTORE, Trouble.SENSOR, None, "005")),
        ("6200000", (Kind.ALARM, Cause.DURESS, None, "0000")),
        ("621", (Kind.ALARM, Cause.FIRE, None, None)),
        ("623", (Kind.ALARM, Cause.MEDICAL, None, None)),
        ("625", (Kind.ALARM, Cause.PANIC, None, None)),
        ("626", (Kind.RESTORE, Cause.PANIC, None, None)),
        ("631", (Kind.ALARM, Cause.OTHER, None, None)),
        ("65213", (Kind.INFO, None, "1", None)),
        ("6551", (Kind.INFO, None, "1", None)),
        ("70010007", (Kind.INFO, None, "1", "0007")),
        ("800", (Kind.LOW_BATTERY, Trouble.BATTERY, None, None)),
        ("803", (Kind.FAULT_RESTORE, Trouble.MAINS, None, None)),
        ("806", (Kind.FAULT, Trouble.BELL, None, None)),
        ("810", (Kind.FAULT, Trouble.PHONE_LINE, None, "1")),
        ("813", (Kind.FAULT_RESTORE, Trouble.PHONE_LINE, None, "2")),
        ("814", (Kind.FAULT, Trouble.COMMUNICATION, None, None)),
        ("821005", (Kind.LOW_BATTERY, Trouble.BATTERY, None, "005")),
        ("826003", (Kind.BATTERY_RESTORE, Trouble.RADIO, None, "003")),
        ("827003", (Kind.LOW_BATTERY, Trouble.KEYPAD, None, "003")),
        ("829", (Kind.TAMPER, Trouble.MODULE, None, None)),
        ("896", (Kind.FAULT, Trouble.UNIT, None, None)),
        ("9031", (Kind.HEARTBEAT, None, None, None)),
        ("999", (Kind.UNKNOWN, None, None, None)),
        ("60911005", (Kind.UNKNOWN, None, None, None)),  # not its length
    ],
)
def test_messages(said: str, expected: tuple[object, ...]) -> None:
    (signal,) = told(line(said), hold_up_zones=["007"])
    assert facts(signal) == expected
    assert signal.code == said[:3]


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("6251", Cause.PANIC),
        ("601005", Cause.INTRUSION),
        ("601007", Cause.HOLD_UP),
        ("60111007", Cause.INTRUSION),
        ("620", Cause.DURESS),
    ],
)
def test_an_alarm_is_an_alarm_whatever_its_length(said: str, cause: Cause) -> None:
    ended = str(int(said[:3]) + 1) + said[3:]
    alarm, *over = told(line(said), line(ended), hold_up_zones=["007"])
    assert (*facts(alarm), alarm.text) == (Kind.ALARM, cause, None, None, said[3:] or None)
    if cause is not Cause.DURESS:
        assert [(signal.kind, signal.cause, signal.text) for signal in over] == [(Kind.RESTORE, cause, said[3:])]


@pytest.mark.parametrize(
    ("said", "by_user"),
    [
        ("70010007", True),
        ("75010007", True),
        ("6200040", True),
        ("825003", True),
        ("827003", False),
        ("6011005", False),
    ],
)
def test_a_persons_number_is_told_from_a_zones(said: str, by_user: bool) -> None:
    (signal,) = told(line(said))
    assert (signal.point, signal.by_user) == (said[-4:] if said[:2] in ("62", "70", "75") else said[-3:], by_user)


def test_time_stamps_that_another_program_switched_on() -> None:
    for stamped in (line("12:34:56 625"), b"12:34:56 " + line("625")):
        (signal,) = told(stamped)
        assert (signal.kind, signal.panel_time) == (Kind.ALARM, "12:34:56")


def test_commands_in_a_capture_are_passed_over() -> None:
    assert told(line("000"), line("001"), line("0331123400"), line("060P")) == []


def test_zones_that_an_envisalink_says_are_bypassed() -> None:
    found = told(line("6160500000000000080"), line("6160400000000000000"))
    assert [(signal.kind, signal.point) for signal in found] == [
        (Kind.BYPASS, "001"), (Kind.BYPASS, "003"), (Kind.BYPASS, "064"), (Kind.UNBYPASS, "001"), (Kind.UNBYPASS, "064")
    ]  # fmt: skip


def test_a_wrong_check_is_rejected_and_a_report_asked_for() -> None:
    driver = connected()
    (step,) = driver.feed(b"6011005FF\r\n", 10.0)
    assert [(signal.kind, signal.reason) for signal in step.signals] == [(Kind.REJECTED, "wrong checksum")]
    assert [step.request for step in driver.tick(10.1)] == [b"00191\r\n"]


def test_two_lines_without_their_line_end_cost_only_the_first() -> None:
    found = told(line("6011004")[:-2] + line("625"))
    assert [signal.kind for signal in found] == [Kind.REJECTED, Kind.ALARM]


def test_what_a_damaged_line_ends_with_is_believed_only_if_it_is_a_whole_known_message() -> None:
    for ending in ("999", "6001", "62", "60112", "000"):
        assert [signal.kind for signal in told(b"60110" + line(ending))] == [Kind.REJECTED]


def test_it_polls_and_asks_for_reports_until_they_are_answered() -> None:
    driver = registry.make(NAME, {})
    driver.opened(0.0)
    requests = [step.request for now in range(1, 20) for step in driver.tick(float(now)) if step.request]
    assert requests[:4] == [b"00191\r\n"] * 4
    assert b"00090\r\n" in requests
    for moment in (20.0, 20.1, 20.2):
        driver.feed(line("500000") + line("500001"), moment)
    later = [step.request for now in range(25, 60) for step in driver.tick(float(now)) if step.request]
    assert set(later) == {b"00090\r\n"}


def test_a_report_after_a_gap_tells_what_is_new() -> None:
    driver = connected("6011004", hold_up_zones=["004", "005"])
    driver.opened(100.0)
    found = signals(
        driver.feed(b"".join(map(line, ("500001", "6011004", "6011005", "6021006", "6541", "609005"))), 100.1)
    )
    found = [signal for signal in found if signal.kind is not Kind.HEARTBEAT]
    assert [(*facts(signal), signal.found, signal.late) for signal in found] == [
        (Kind.ALARM, Cause.HOLD_UP, "1", "004", True, True),  # known already: the desk will know whether it is news
        (Kind.ALARM, Cause.HOLD_UP, "1", "005", True, True),
        (Kind.RESTORE, Cause.INTRUSION, "1", "006", True, True),
    ]
    assert [signal for now in range(101, 110) for signal in signals(driver.tick(float(now)))] == []
    (live,) = signals(driver.feed(line("6011004"), 115.0))
    assert (live.found, live.late) == (False, False)


def test_a_report_that_tells_only_of_the_partition_raises_an_alarm() -> None:
    driver = connected("6501")
    driver.opened(100.0)
    assert [s.kind for s in signals(driver.feed(line("500001") + line("6541"), 100.1))] == [Kind.HEARTBEAT]
    (alarm,) = [signal for now in range(101, 105) for signal in signals(driver.tick(float(now)))]
    assert (*facts(alarm), alarm.found, alarm.late) == (Kind.ALARM, Cause.OTHER, "1", None, True, True)
    driver.feed(line("500001") + line("6541"), 400.0)
    assert [signal for now in range(401, 410) for signal in signals(driver.tick(float(now)))] == []
    (over, disarmed) = signals(driver.feed(line("6551"), 500.0))
    assert (over.kind, over.area, disarmed.kind) == (Kind.RESTORE, "1", Kind.INFO)


def test_a_partition_in_alarm_beside_its_zone_is_no_second_alarm() -> None:
    for said in (("6541", "6011005"), ("6011005", "6541"), ("625", "6541"), ("6541", "6200000")):
        driver = connected()
        found = signals(driver.feed(b"".join(map(line, said)), 20.0))
        found += [signal for now in range(21, 30) for signal in signals(driver.tick(float(now)))]
        assert len([signal for signal in found if signal.kind is Kind.ALARM]) == 1


def test_the_trouble_light_alone_is_a_fault_and_beside_a_trouble_is_none() -> None:
    for said, faults in ((("8401",), [Trouble.UNIT]), (("802", "8401"), [Trouble.MAINS]), (("8401", "8411"), [])):
        driver = connected()
        found = signals(driver.feed(b"".join(map(line, said)), 20.0)) + signals(driver.tick(23.0))
        assert [signal.trouble for signal in found if signal.kind is Kind.FAULT] == faults


def test_ends_that_the_gap_has_swallowed() -> None:
    driver = connected("6541", "6011005")
    driver.feed(line("625"), 20.0)
    driver.opened(100.0)
    found = signals(driver.feed(line("500001") + line("6501"), 100.1)) + signals(driver.tick(103.0))
    over = [signal for signal in found if signal.kind is Kind.RESTORE]
    assert [(signal.cause, signal.point, signal.found) for signal in over] == [
        (Cause.INTRUSION, "005", True),
        (Cause.PANIC, None, True),
    ]


@pytest.mark.parametrize("key", ["621", "623", "625", "6200040"])
def test_a_panic_key_is_news_even_while_a_report_is_read_unless_it_stands(key: str) -> None:
    driver = connected()
    for moment, found in ((100.1, False), (400.1, True), (700.1, True)):
        said = signals(driver.feed(line("500001") + line(key), moment)) + signals(driver.tick(moment + 20.0))
        assert [signal.found for signal in said if signal.kind is Kind.ALARM] == [found]
    assert [signal.found for signal in signals(driver.feed(line(key), 800.0))] == [False]


def heard(driver: Driver, moment: float, *said: str) -> list[Signal]:
    """What it tells of these messages, but for signs of life and passing states."""
    found = signals(driver.feed(b"".join(map(line, said)), moment))
    return [signal for signal in found if signal.kind not in (Kind.HEARTBEAT, Kind.STATUS, Kind.INFO)]


def later(driver: Driver, begin: float, seconds: int) -> list[Signal]:
    """What it tells of itself in this time."""
    return [signal for second in range(seconds) for signal in signals(driver.tick(begin + second))]


def test_the_end_of_an_alarm_is_told_though_its_line_was_damaged_after_disarming() -> None:
    driver = connected("6501")
    heard(driver, 10.0, "6011005", "6541")
    heard(driver, 20.0, "6551")
    driver.feed(line("6021005").replace(b"2", b"3", 1), 21.0)
    found = heard(driver, 26.0, "500001", "6501", "610005") + later(driver, 26.1, 5)
    assert [(*facts(signal), signal.found) for signal in found] == [
        (Kind.RESTORE, Cause.INTRUSION, "1", "005", True),
    ]
    driver.opened(1000.0)
    assert [s.kind for s in heard(driver, 1001.0, "500001", "6011005", "6541")] == [Kind.ALARM]


def test_a_restore_that_comes_in_a_report_is_told_once() -> None:
    driver = connected("6501")
    heard(driver, 10.0, "6011005")
    heard(driver, 20.0, "6551")
    assert heard(driver, 20.1, "500001", "6501") == []
    assert [facts(s) for s in heard(driver, 20.5, "6021005")] == [(Kind.RESTORE, Cause.INTRUSION, "1", "005")]
    assert later(driver, 21.0, 20) == heard(driver, 320.0, "500001", "6021005", "6041005")[1:] == []
    assert [s.kind for s in heard(driver, 340.0, "6021005", "6061005")] == [Kind.RESTORE, Kind.UNKNOWN]


def test_a_report_that_the_module_begins_late_makes_no_new_presses() -> None:
    for pause in (1.1, 2.5, 9.0):
        driver = connected("6501")
        heard(driver, 10.0, "6011005", "6541")
        heard(driver, 300.0, "500001", "609012")
        assert later(driver, 300.5, 1) == []
        driver.tick(300.0 + pause - 0.1)
        (copy,) = heard(driver, 300.0 + pause, "6011005", "6541")
        assert (copy.point, copy.found) == ("005", True)


def test_what_a_report_says_twice_happens_now() -> None:
    driver = connected()
    heard(driver, 10.0, "6011005")
    assert [s.found for s in heard(driver, 300.0, "500001", "6011005")] == [True]
    assert [s.found for s in heard(driver, 300.5, "6011005")] == [False]
    assert [s.found for s in heard(driver, 311.0, "6011005")] == [False]


def test_a_busy_building_does_not_lengthen_a_report() -> None:
    driver = connected()
    driver.opened(100.0)
    heard(driver, 100.0, "500001", "6501", "609012")
    for tenths in range(1, 30):
        driver.feed(line("610012" if tenths % 8 else "609012"), 100.0 + tenths / 10)
    (press,) = heard(driver, 103.0, "6011005")
    assert (press.found, press.late) == (False, False)


@pytest.mark.parametrize(
    ("report", "over"),
    [
        ((), False),
        (("609005",), False),
        (("6541",), False),
        (("6501",), False),  # of partition 2 it says nothing
        (("6501", "6542"), False),
        (("6501", "6502"), True),
        (("65213", "6552"), True),
    ],
)
def test_a_keypads_key_is_over_where_a_report_says_that_no_partition_is_in_alarm(
    report: tuple[str, ...], over: bool
) -> None:
    driver = connected("6501", "6502")
    heard(driver, 10.0, "625")
    heard(driver, 300.0, "500001", *report)
    ends = [signal.cause for signal in later(driver, 300.1, 20) if signal.kind is Kind.RESTORE]
    assert ends == ([Cause.PANIC] if over else [])


def test_a_damaged_report_ends_only_what_it_says_is_over() -> None:
    driver = connected("6501", "6502")
    heard(driver, 10.0, "625", "6011005", "6012006")
    damaged = line("6542").replace(b"4", b"5", 1)
    driver.feed(line("500001") + line("6501") + damaged, 300.0)
    assert [(signal.cause, signal.point) for signal in later(driver, 300.1, 3)] == [(Cause.INTRUSION, "005")]
    heard(driver, 305.0, "500001", "6501", "6502")
    assert [(s.cause, s.point) for s in later(driver, 305.1, 3)] == [(Cause.PANIC, None), (Cause.INTRUSION, "006")]


def test_what_a_damaged_report_left_out_is_late_all_the_same() -> None:
    driver = connected("6501")
    driver.opened(100.0)
    driver.feed(line("500001") + line("6501") + line("6011005").replace(b"5", b"4", 1), 100.1)
    later(driver, 100.2, 3)
    assert [signal.late for signal in heard(driver, 105.0, "500001", "6541", "6011005")] == [True]


def test_lines_that_only_look_like_zones_do_not_fill_the_memory() -> None:
    driver = connected()
    most = 0
    for round_ in range(3):
        for number in range(4000):
            driver.feed(line(f"601{round_}{number:05}") + line(f"602{round_}{number:05}x"), 10.0)
        grown = size_of(driver)
        most = most or grown
    assert grown <= most * 1.2


def test_a_zone_that_a_report_tells_of_is_not_over_though_its_partition_is_calm() -> None:
    driver = connected("6501")
    heard(driver, 10.0, "6011005")
    for moment, report in ((300.0, ("6501", "6011005")), (600.0, ("6011005", "6501"))):
        assert [s.found for s in heard(driver, moment, "500001", *report)] == [True]
        assert later(driver, moment, 20) == []


def test_a_standing_key_does_not_account_for_the_alarm_of_another_partition() -> None:
    driver = connected("6501", "6502")
    heard(driver, 10.0, "625", "6541")
    assert later(driver, 10.1, 10) == []
    damaged = line("6012020").replace(b"2020", b"2021")
    driver.feed(damaged + line("6542"), 60.0)
    assert [facts(signal) for signal in later(driver, 60.1, 10)] == [(Kind.ALARM, Cause.OTHER, "2", None)]
    heard(driver, 300.0, "500001", "6541", "6542")
    assert later(driver, 300.1, 20) == []


def test_two_keys_account_for_two_partitions() -> None:
    driver = connected("6501", "6502")
    heard(driver, 10.0, "6542", "625", "621", "6541")
    assert later(driver, 10.1, 10) == []
    heard(driver, 300.0, "500001", "6542", "6501")
    assert [signal.kind for signal in later(driver, 300.1, 20)] == [Kind.RESTORE]


def test_the_end_of_one_telephone_line_leaves_the_other() -> None:
    driver = connected()
    found = heard(driver, 10.0, "810", "812", "811")
    assert [(signal.kind, signal.point) for signal in found] == [
        (Kind.FAULT, "1"), (Kind.FAULT, "2"), (Kind.FAULT_RESTORE, "1")
    ]  # fmt: skip


SENT = [
    *(Signal(kind=Kind.ALARM, cause=cause, point=point) for cause, point in (
        (Cause.HOLD_UP, "005"), (Cause.PANIC, "006"), (Cause.FIRE, "007"), (Cause.MEDICAL, "008"),
        (Cause.INTRUSION, "999"), (Cause.PANIC, None), (Cause.FIRE, None), (Cause.MEDICAL, None),
        (Cause.DURESS, "0000"), (Cause.DURESS, "0040"),
    )),
    Signal(kind=Kind.RESTORE, cause=Cause.HOLD_UP, point="005"),
    Signal(kind=Kind.RESTORE, cause=Cause.PANIC),
    Signal(kind=Kind.TAMPER, trouble=Trouble.SENSOR, point="005"),
    Signal(kind=Kind.TAMPER_RESTORE, trouble=Trouble.SENSOR, point="005"),
    Signal(kind=Kind.FAULT, trouble=Trouble.SENSOR, point="005"),
    Signal(kind=Kind.FAULT, trouble=Trouble.MAINS),
    Signal(kind=Kind.FAULT_RESTORE, trouble=Trouble.MAINS),
    Signal(kind=Kind.FAULT, trouble=Trouble.PHONE_LINE, point="1"),
    Signal(kind=Kind.FAULT_RESTORE, trouble=Trouble.PHONE_LINE, point="2"),
    Signal(kind=Kind.LOW_BATTERY, trouble=Trouble.BATTERY, point="005"),
    Signal(kind=Kind.LOW_BATTERY, trouble=Trouble.BATTERY),
    Signal(kind=Kind.BATTERY_RESTORE, trouble=Trouble.BATTERY),
]  # fmt: skip
ZONES = {"hold_up_zones": ["005"], "panic_zones": ["006"], "fire_zones": ["007"], "medical_zones": ["008"]}


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: f"{sent.kind} {sent.cause or sent.trouble} {sent.point}")
def test_what_the_module_says_is_read_back(sent: Signal) -> None:
    conversation = Conversation(NAME, ZONES)
    conversation.run(lambda: False, 5.0)
    conversation.panel.send(sent)
    conversation.run(lambda: False, 5.0)
    assert (conversation.panel.idle, conversation.panel.acknowledged) == (True, 1)
    (read,) = conversation.heard(sent.kind)
    assert (read.cause, read.trouble, read.point, read.found) == (sent.cause, sent.trouble, sent.point, False)


def test_an_alarm_of_the_gap_is_found() -> None:
    conversation = Conversation(NAME, ZONES)
    conversation.run(lambda: False, 5.0)
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="005"))
    conversation.panel.tick(conversation.now)  # nobody hears it
    for _time in range(2):
        conversation.reopen()
        conversation.run(lambda: False, 20.0)
    assert [(s.cause, s.point, s.found, s.late) for s in conversation.heard(Kind.ALARM)] == [
        (Cause.HOLD_UP, "005", True, True)
    ] * 2


def test_what_a_panel_cannot_say() -> None:
    panel = registry.make_panel_side(NAME, {**ZONES, "tries": 0})
    for signal in (
        Signal(kind=Kind.TEST, point="005"),
        Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="006"),
        Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, point="005"),
        Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP),
        Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, point="0005"),
        Signal(kind=Kind.TAMPER),
    ):
        with pytest.raises(ValueError, match="DSC panel"):
            panel.send(signal)
    assert panel.feed(b"00091\r\n", 0.0) == line("501")


def test_a_listener_never_transmits() -> None:
    driver = registry.make(NAME, {"passive": True})
    assert not driver.transmits
    assert not driver.opened(0.0)
    assert not [step for now in range(1, 400) for step in driver.tick(float(now))]
    assert [signal.kind for signal in signals(driver.feed(line("625"), 400.0))] == [Kind.ALARM]
    assert registry.defaults(NAME, {"passive": True}).supervision_s == 0


def test_wrong_options() -> None:
    wrong = {"passive": "no", "hold_up_zones": ["05"], "panic_zones": [5], "tries": 1}
    assert {mistake.key for mistake in registry.check_options(NAME, wrong)} == set(wrong)
    assert not registry.check_options(NAME, ZONES)


@settings(max_examples=60, deadline=None)
@given(
    garbage=st.binary(max_size=400),
    said=st.sampled_from(("6011005", "625", "802", "6200000")),
    cut=st.integers(0, 450),
)
def test_after_garbage_the_next_line_is_read(garbage: bytes, said: str, cut: int) -> None:
    data = garbage + b"\r\n" + line(said)
    driver = registry.make_decoder(NAME, {})
    driver.opened(0.0)
    found = signals(driver.feed(data[:cut], 0.0)) + signals(driver.feed(data[cut:], 0.0))
    assert found[-1].code == said[:3]
