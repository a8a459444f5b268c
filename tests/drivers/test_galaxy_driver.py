"""Honeywell Galaxy: blocks of SIA DC-03, in a session with an answer to each."""

from __future__ import annotations

import pytest
from harness.conversation import Conversation, check_steps
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import galaxy
from drivers.base import Cause, Driver, Kind, Signal, Step, Trouble
from drivers.galaxy import build_block

TAKEN = bytes.fromhex("403887")
REJECTED = bytes.fromhex("403986")
ACCOUNT = bytes.fromhex("46233031323334359b")
BURGLARY = bytes.fromhex("4e4e746931313a34362f424131303131f7")
TEXT = bytes.fromhex("5b412b494e42524f54542020202020202020495220536f7672756d209934")
END = bytes.fromhex("40308f")


def told(driver: Driver, *pieces: bytes) -> list[Signal]:
    return [signal for piece in pieces for step in check_steps(driver.feed(piece, 0.0)) for signal in step.signals]


def only(steps: object) -> Step:
    (step,) = check_steps(steps)
    return step


def read(event: str, function: str = "N") -> list[Signal]:
    return told(galaxy.make_decoder({}), build_block(function, event.encode()))


def test_a_real_session_is_told_block_by_block_and_each_block_is_taken() -> None:
    driver = galaxy.make({})
    step = only(driver.feed(ACCOUNT, 0.0))
    assert step == Step((Signal(kind=Kind.HEARTBEAT, account="012345", raw=ACCOUNT),), TAKEN, True)
    alarm = Signal(
        kind=Kind.ALARM,
        cause=Cause.INTRUSION,
        point="1011",
        code="BA",
        account="012345",
        panel_time="11:46",
        raw=BURGLARY,
    )
    assert only(driver.feed(BURGLARY, 0.0)) == Step((alarm,), TAKEN, True)
    (text,) = only(driver.feed(TEXT, 0.0)).signals
    assert (text.kind, text.cause, text.point, text.account) == (alarm.kind, alarm.cause, "1011", "012345")
    assert (text.text, text.again, text.raw) == ("+INBROTT        IR Sovrum Ö", True, TEXT)
    assert only(driver.feed(END, 0.0)) == Step((), TAKEN, True)


def test_a_capture_that_lost_two_spaces_is_rejected() -> None:
    printed = TEXT.replace(b" " * 8, b" " * 6)
    driver = galaxy.make({})
    assert not driver.feed(printed, 0.0)
    step = only(driver.tick(10.0))
    assert step == Step((Signal(kind=Kind.REJECTED, raw=printed, reason="cut off"),))
    rejected = told(galaxy.make_decoder({}), printed + END)
    assert {signal.kind for signal in rejected} == {Kind.REJECTED}
    assert rejected[0].raw == printed + END[:2]


def test_a_text_without_an_event_is_told_as_it_is() -> None:
    (info,) = told(galaxy.make_decoder({}), TEXT)
    assert (info.kind, info.text) == (Kind.INFO, "+INBROTT        IR Sovrum Ö")


def test_a_text_behind_several_events_belongs_to_none_of_them() -> None:
    *events, text = told(galaxy.make_decoder({}), build_block("N", b"ri02/HA1005/PA1006") + TEXT)
    assert [(s.cause, s.area, s.point) for s in events] == [
        (Cause.HOLD_UP, "02", "1005"),
        (Cause.PANIC, "02", "1006"),
    ]
    assert (text.kind, text.point) == (Kind.INFO, None)


@pytest.mark.parametrize(
    ("event", "kind", "cause", "area", "point", "panel_time"),
    [
        ("ti14:03/ri01/HA1005", Kind.ALARM, Cause.HOLD_UP, "01", "1005", "14:03"),
        ("HA1005", Kind.ALARM, Cause.HOLD_UP, None, "1005", None),
        ("PA", Kind.ALARM, Cause.PANIC, None, None, None),
        ("ti11:45/id001/pi010/HA", Kind.ALARM, Cause.HOLD_UP, None, "010", "11:45"),
        ("ti11:45/id001/pi010/CL", Kind.INFO, None, None, "010", "11:45"),
        ("id001/OP", Kind.INFO, None, None, "001", None),
        ("da11-21/ti11:45/HH1005", Kind.RESTORE, Cause.HOLD_UP, None, "1005", "11-21 11:45"),
        ("ti14:03/ri01/HA 1005 ", Kind.ALARM, Cause.HOLD_UP, "01", "1005", "14:03"),
        ("NHA1005", Kind.ALARM, Cause.HOLD_UP, None, "1005", None),
        ("ri1HA1005", Kind.ALARM, Cause.HOLD_UP, "1", "1005", None),
        ("va1440/RP", Kind.TEST, None, None, None, None),
        ("ri3/TA0101", Kind.TAMPER, None, "3", "0101", None),
        ("XY9", Kind.UNKNOWN, None, None, "9", None),
        ("ti11:45", Kind.UNKNOWN, None, None, None, None),
        ("", Kind.UNKNOWN, None, None, None, None),
    ],
)
def test_events(
    event: str, kind: Kind, cause: Cause | None, area: str | None, point: str | None, panel_time: str | None
) -> None:
    (signal,) = read(event)
    assert (signal.kind, signal.cause, signal.area, signal.point) == (kind, cause, area, point)
    assert (signal.panel_time, signal.late, signal.again) == (panel_time, False, False)


def test_what_cannot_be_read_is_unknown_with_what_was_there() -> None:
    (signal,) = read("ti11:45/?!")
    assert (signal.kind, signal.text, signal.panel_time) == (Kind.UNKNOWN, "?!", "11:45")
    (signal,) = read("ti11:45/HA?5")
    assert (signal.kind, signal.code, signal.text) == (Kind.UNKNOWN, "HA", "HA?5")


def test_an_old_event_is_late() -> None:
    (signal,) = read("ti03:12/HA1005", "O")
    assert signal.late
    assert signal.panel_time == "03:12"


def test_other_blocks_are_taken_and_kept_as_status() -> None:
    for function in "@CEP&":
        step = only(galaxy.make({}).feed(build_block(function, b"SL2"), 0.0))
        (status,) = step.signals
        assert (status.kind, status.code, status.text, step.reply) == (Kind.STATUS, function, "SL2", TAKEN)


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("cp865", b"\x92\x9d\x8f \x91\x9b\x86"),
        ("cp865", b"\x92\xe9\x8f \x91\xed\x86"),
        ("cp850", b"\x92\x9d\x8f \x91\x9b\x86"),
        ("latin-1", "ÆØÅ æøå".encode("latin-1")),
    ],
)
def test_danish_letters(charset: str, data: bytes) -> None:
    (info,) = told(galaxy.make_decoder({"charset": charset}), build_block("A", data))
    assert info.text == "ÆØÅ æøå"


@pytest.mark.parametrize("bits", [0x80, 0xC0])
def test_other_bits_beside_the_length_are_believed_where_the_check_byte_proves_the_block(bits: int) -> None:
    block = bytearray(BURGLARY)
    block[-1] ^= block[0] ^ (bits | (block[0] & 0x3F))
    block[0] = bits | (block[0] & 0x3F)
    (signal,) = told(galaxy.make_decoder({}), bytes(block))
    assert (signal.kind, signal.point) == (Kind.ALARM, "1011")


def test_a_text_longer_than_six_bits_tell_is_read() -> None:
    (info,) = told(galaxy.make_decoder({}), build_block("A", b"x" * 150))
    assert info.text == "x" * 150


def test_a_bad_block_is_rejected_and_its_third_copy_kept_aside() -> None:
    driver = galaxy.make({})
    bad = build_block("N", b"ti14:03/ri01/HA1005")[:-1] + b"\x80"
    for _copy in range(2):
        step = only(driver.feed(bad, 0.0))
        assert step.reply == REJECTED
        assert {signal.kind for signal in step.signals} == {Kind.REJECTED}
    step = only(driver.feed(bad, 0.0))
    assert step.reply == TAKEN
    assert [s.reason for s in step.signals if s.kind is Kind.UNKNOWN] == ["kept aside: wrong checksum"]
    (alarm,) = only(driver.feed(BURGLARY, 0.0)).signals[-1:]
    assert alarm.kind is Kind.ALARM


def test_what_other_receivers_answer_is_no_signal() -> None:
    assert not galaxy.make_decoder({}).feed(TAKEN + REJECTED, 0.0)
    assert not galaxy.make({}).feed(TAKEN, 0.0)


def test_copies_that_piled_up_are_answered_once_and_are_no_new_presses() -> None:
    step = only(galaxy.make({}).feed(BURGLARY + BURGLARY, 0.0))
    assert [signal.again for signal in step.signals] == [False, True]
    assert step.reply == TAKEN


def test_no_answer_while_the_next_copy_is_on_its_way() -> None:
    driver = galaxy.make({})
    step = only(driver.feed(BURGLARY + BURGLARY[:5], 0.0))
    assert step.signals
    assert not step.reply
    assert only(driver.feed(BURGLARY[5:], 0.0)).reply == TAKEN


def test_the_same_event_in_a_later_session_is_a_new_one() -> None:
    driver = galaxy.make({})
    signals = told(driver, ACCOUNT, BURGLARY, END, ACCOUNT, BURGLARY)
    assert [s.again for s in signals if s.kind is Kind.ALARM] == [False, False]


def test_the_same_event_much_later_is_a_new_one_though_no_session_has_ended() -> None:
    driver = galaxy.make({})
    event = build_block("N", b"HA1005")
    again = [only(driver.feed(event, now)).signals[0].again for now in (1.0, 4.0, 7204.0)]
    assert again == [False, True, False]


def test_a_session_that_begins_anew_brings_no_new_press() -> None:
    driver = galaxy.make({})
    signals = told(driver, ACCOUNT, BURGLARY)
    driver.opened(0.0)
    signals += told(driver, ACCOUNT, BURGLARY, TEXT, END)
    assert [(s.again, s.text is None) for s in signals if s.kind is Kind.ALARM] == [
        (False, True),
        (True, True),
        (True, False),
    ]


def test_a_text_that_comes_long_after_its_event_is_told_by_itself() -> None:
    driver = galaxy.make({})
    driver.feed(BURGLARY, 1.0)
    (text,) = only(driver.feed(TEXT, 500.0)).signals
    assert (text.kind, text.point) == (Kind.INFO, None)


def test_the_text_behind_an_event_that_was_kept_aside_is_not_given_to_the_one_before() -> None:
    driver = galaxy.make({})
    told(driver, ACCOUNT, BURGLARY, TEXT)
    bad = build_block("N", b"ri02/HA1006")[:-1] + b"\x80"
    *signals, text = told(driver, bad, bad, bad, build_block("A", b"+HOLDUP ROOM6"))
    assert [s.kind for s in signals if s.kind is not Kind.REJECTED] == [Kind.UNKNOWN]
    assert (text.kind, text.point, text.text) == (Kind.INFO, None, "+HOLDUP ROOM6")


def test_a_restoral_ends_alarm_and_trouble_and_its_text_belongs_to_it() -> None:
    *signals, text = told(galaxy.make_decoder({}), build_block("N", b"ri02/HR1005") + TEXT)
    assert [(s.kind, s.cause, s.trouble, s.point) for s in signals] == [
        (Kind.RESTORE, Cause.HOLD_UP, None, "1005"),
        (Kind.FAULT_RESTORE, None, Trouble.SENSOR, "1005"),
    ]
    assert (text.kind, text.point, text.again) == (Kind.RESTORE, "1005", True)


@pytest.mark.parametrize(
    ("event", "point", "by_user"),
    [
        ("id001/pi010/HA", "010", False),
        ("id001/HA", "001", True),
        ("id001/HA1005", "1005", False),
        ("id001/pi010/BC", "001", True),
        ("id001/OP", "001", True),
        ("pi010/CL", "010", False),
        ("id001/AT", None, False),
    ],
)
def test_a_persons_number_is_told_from_a_zones(event: str, point: str | None, by_user: bool) -> None:
    (signal,) = read(event)
    assert (signal.point, signal.by_user) == (point, by_user)


@pytest.mark.parametrize("function", "DBFabz:;!")
def test_a_block_that_nobody_knows_is_taken_where_its_check_is_right(function: str) -> None:
    block = build_block(function, b"12 3")
    step = only(galaxy.make({}).feed(block, 0.0))
    assert [(s.kind, s.code, s.text) for s in step.signals] == [(Kind.UNKNOWN, function, "12 3")]
    assert step.reply == TAKEN
    driver = galaxy.make({})
    steps = [*driver.feed(block[:-1] + b"\x80", 0.0), *driver.tick(1.0)]
    assert {s.kind for step in steps for s in step.signals} == {Kind.REJECTED}


@pytest.mark.parametrize("stray", [b"\x00", b"\xff", b"@", b"P", b"Hello"])
def test_a_stray_byte_behind_a_block_keeps_no_answer_back(stray: bytes) -> None:
    driver = galaxy.make({})
    steps = [*driver.feed(BURGLARY + stray, 0.0), *driver.tick(1.0), *driver.tick(2.0)]
    (answer,) = [step for step in steps if step.reply]
    assert answer.reply == TAKEN
    alarms = [s for step in steps for s in step.signals if s.kind is Kind.ALARM]
    assert [s.again for s in alarms] in ([False], [False, True])
    assert alarms[-1] in answer.signals


def test_a_good_block_that_a_damaged_length_swallowed_is_found_and_answered() -> None:
    driver = galaxy.make({})
    assert not driver.feed(b"\x7fA" + BURGLARY, 0.0)
    step = only(driver.tick(1.0))
    assert step.reply == TAKEN
    assert [signal.kind for signal in step.signals] == [Kind.REJECTED, Kind.ALARM]


def test_a_listener_never_answers() -> None:
    driver = galaxy.make({"passive": True})
    assert not driver.transmits
    for data in (BURGLARY, BURGLARY[:-1] + b"\x80"):
        assert all(not step.reply for step in driver.feed(data, 0.0))


SAYABLE = (
    *((Kind.ALARM, cause) for cause in Cause if cause is not Cause.DURESS),
    *((Kind.RESTORE, cause) for cause in Cause if cause is not Cause.DURESS),
    (Kind.TAMPER, None),
    (Kind.TAMPER_RESTORE, None),
    (Kind.FAULT, None),
    (Kind.FAULT_RESTORE, None),
    (Kind.LOW_BATTERY, None),
    (Kind.BATTERY_RESTORE, None),
    (Kind.BYPASS, None),
    (Kind.UNBYPASS, None),
    (Kind.TEST, None),
)


@pytest.mark.parametrize("passive", [False, True])
@pytest.mark.parametrize(("kind", "cause"), SAYABLE)
def test_what_the_panel_says_is_read_back(kind: Kind, cause: Cause | None, passive: bool) -> None:
    line = Conversation("galaxy", {"passive": passive})
    line.panel.send(Signal(kind=kind, cause=cause, point="1005", area="3", text="Kontaktrum 2 æøå", panel_time="08:30"))
    assert line.run(lambda: line.panel.idle and len(line.heard(kind)) == 2, 5.0)
    event, text = line.heard(kind)
    assert (event.cause, event.point, event.area, event.panel_time) == (cause, "1005", "3", "08:30")
    assert (event.text, text.text) == (None, "Kontaktrum 2 æøå")
    assert (event.again, text.again) == (False, True)
    assert line.panel.acknowledged == 1


def test_a_restore_without_a_cause_ends_what_stands_at_the_point() -> None:
    line = Conversation("galaxy", {})
    line.panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="1005"))
    line.panel.send(Signal(kind=Kind.RESTORE, point="1005"))
    assert line.run(lambda: line.panel.idle, 5.0)
    assert [signal.cause for signal in line.heard(Kind.RESTORE)] == [Cause.PANIC]


@pytest.mark.parametrize(
    "signal",
    [
        Signal(kind=Kind.ALARM, cause=Cause.DURESS, point="1005"),
        Signal(kind=Kind.RESTORE, cause=Cause.DURESS, point="1005"),
        Signal(kind=Kind.STATUS, point="1005"),
        Signal(kind=Kind.ALARM, point="K/2"),
        Signal(kind=Kind.ALARM, point="2", area="a/b"),
        Signal(kind=Kind.ALARM, point="2", panel_time="x" * 60),
    ],
)
def test_what_sia_cannot_say(signal: Signal) -> None:
    with pytest.raises(ValueError, match=r"."):
        galaxy.make_panel_side({}).send(signal)


def test_the_panel_gives_up_after_its_tries() -> None:
    panel = galaxy.make_panel_side({"tries": 2})
    panel.send(Signal(kind=Kind.ALARM, point="1005"))
    said = [panel.tick(now / 10) for now in range(100)]
    assert sum(map(bool, said)) == 2
    assert panel.idle
    assert panel.abandoned == 1


def test_what_was_rejected_is_sent_again_at_once() -> None:
    panel = galaxy.make_panel_side({})
    panel.send(Signal(kind=Kind.ALARM, point="1005"))
    first = panel.tick(0.0)
    assert panel.feed(REJECTED, 0.1) == first
    assert b"HA1005" in panel.feed(TAKEN, 0.2)


def test_an_alarm_that_was_not_stored_is_told_again() -> None:
    line = Conversation("galaxy", {})
    line.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="1005"))
    assert line.run(lambda: len(line.said) == 2, 5.0)  # the account is taken, the event is on its way
    line.stores = False
    line.run(lambda: False, 4.0)
    line.stores = True
    assert line.run(lambda: line.panel.idle, 10.0)
    assert line.heard(Kind.ALARM)


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=60), place=st.integers(0, 16), bit=st.integers(0, 7))
def test_after_noise_and_a_damaged_block_the_next_is_read(noise: bytes, place: int, bit: int) -> None:
    damaged = bytearray(BURGLARY)
    damaged[place] ^= 1 << bit
    driver = galaxy.make({})
    check_steps(driver.feed(noise + bytes(damaged), 0.0))
    check_steps(driver.tick(1.0))
    signals = [s for step in (*driver.feed(BURGLARY, 1.0), *driver.tick(2.0)) for s in step.signals]
    assert any(s.kind is Kind.ALARM and s.point == "1011" for s in signals)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_cutting_changes_nothing(data: st.DataObject) -> None:
    blocks = (ACCOUNT, BURGLARY, TEXT, END, TAKEN, b"\x7fA", TEXT[:9], b"\r\n")
    stream = b"".join(data.draw(st.lists(st.sampled_from(blocks), max_size=12)))
    whole, cut = galaxy.make_decoder({}), galaxy.make_decoder({})
    assert told(whole, stream) == told(cut, *(bytes([byte]) for byte in stream))
    assert whole.tick(1.0) == cut.tick(1.0)


def test_options() -> None:
    assert not galaxy.check_options({"charset": "cp850", "passive": True})
    assert [wrong.key for wrong in galaxy.check_options({"charset": "x", "passive": 1, "tries": 3})] == [
        "tries",
        "charset",
        "passive",
    ]
    assert galaxy.defaults({"charset": "x"}).supervision_s == 0


def test_troubles_say_what_they_are_about() -> None:
    assert [signal.trouble for code in ("AT", "YT", "XQ") for signal in read(code)] == [
        Trouble.MAINS,
        Trouble.BATTERY,
        Trouble.RADIO,
    ]
