"""Alarm receivers: every kind of line, what is answered and when, and the receiver at the other end."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
from harness.conversation import Conversation
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from drivers import registry
from drivers.base import Cause, Driver, Kind, OptionError, Signal, Step, Trouble

ACK, NAK = b"\x06", b"\x15"
HEARTBEAT = b"1011           @    \x14"
DURESS = b"5011 181234E12101001\x14"
HOLD_UP = b"5011 181234E12201001\x14"
PANIC = b"5011 181234E12001001\x14"

D6500: Mapping[str, object] = {"format": "d6500"}
ADEMCO: Mapping[str, object] = {"format": "ademco685"}


def decode(said: bytes, options: Mapping[str, object] | None = None) -> list[Signal]:
    driver = registry.make_decoder("receiver", options or {})
    steps = [*driver.opened(0.0), *driver.feed(said, 0.0), *driver.tick(60.0)]
    assert all(step.reply == b"" for step in steps)
    return [signal for step in steps for signal in step.signals if signal.kind is not Kind.HEARTBEAT]


def opened(options: Mapping[str, object] | None = None) -> Driver:
    driver = registry.make("receiver", options or {})
    assert list(driver.opened(0.0)) == []
    return driver


def only(steps: object) -> Step:
    assert isinstance(steps, list | tuple)
    (step,) = steps
    assert isinstance(step, Step)
    return step


# --- lines ---------------------------------------------------------------------------------------------------------

LINES: tuple[tuple[bytes, Signal], ...] = (
    # From devices and from makers' manuals.
    (b"1061      7002    TH\x14", Signal(kind=Kind.UNKNOWN, account="7002", code="TH", point="TH")),
    (
        DURESS,
        Signal(kind=Kind.ALARM, cause=Cause.DURESS, account="1234", area="01", point="001", code="E121", by_user=True),
    ),
    (
        b"5011 181234E14401002\x14",
        Signal(kind=Kind.TAMPER, trouble=Trouble.SENSOR, account="1234", area="01", point="002", code="E144"),
    ),
    (
        b"1011      0012 C1128\x14",
        Signal(kind=Kind.INFO, account="0012", area="1", point="128", code="C", by_user=True),
    ),
    (
        b"S01002[#1234|NBA01]\x14",
        Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, account="1234", point="01", code="BA"),
    ),
    (
        b"S011[#1234|Nri1BA01]\x14",
        Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, account="1234", area="1", point="01", code="BA"),
    ),
    (b"1011      0000 P  04\x14", Signal(kind=Kind.INFO, account="0000", point="4", code="P04")),
    # By the makers' descriptions.
    (HOLD_UP, Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, account="1234", area="01", point="001", code="E122")),
    (
        b"501A23 181234R12201001\x14",
        Signal(kind=Kind.RESTORE, cause=Cause.HOLD_UP, account="1234", area="01", point="001", code="R122"),
    ),
    (
        b"5011 181234P12001007\x14",
        Signal(kind=Kind.ALARM, cause=Cause.PANIC, account="1234", area="01", point="007", code="P120", found=True),
    ),
    (b"5011 181234E99801007\x14", Signal(kind=Kind.UNKNOWN, account="1234", area="01", point="007", code="E998")),
    (b"1011      1234 2 012\x14", Signal(kind=Kind.ALARM, cause=Cause.PANIC, account="1234", point="012", code="2")),
    (
        b"101002    123456 12 12\x14",
        Signal(kind=Kind.ALARM, cause=Cause.FIRE, account="123456", area="2", point="12", code="1"),
    ),
    (b"1011      1234 9 012\x14", Signal(kind=Kind.RESTORE, account="1234", point="012", code="9")),
    (b"1011      1234 ? 012\x14", Signal(kind=Kind.UNKNOWN, account="1234", point="012", code="?")),
    (b"1011      1234   012\x14", Signal(kind=Kind.UNKNOWN, account="1234", point="012", code="012")),
    (
        b"3011      1234HA0012\x14",
        Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, account="1234", point="0012", code="HA"),
    ),
    (
        b"301002      1234PA  12\x14",
        Signal(kind=Kind.ALARM, cause=Cause.PANIC, account="1234", point="12", code="PA"),
    ),
    (b"6011      1234 A0012\x14", Signal(kind=Kind.ALARM, cause=Cause.OTHER, account="1234", point="0012", code="A")),
    (b"6011      1234QQ0012\x14", Signal(kind=Kind.UNKNOWN, account="1234", point="0012", code="QQ")),
    (
        b"80111234 1555 5555 1\x14",
        Signal(kind=Kind.ALARM, cause=Cause.DURESS, account="1234", point="1", code="11", by_user=True),
    ),
    (b"U011  1234        0045123456\x14", Signal(kind=Kind.INFO, account="1234", text="0045123456")),
    (b"T011  1234 E  12\x14", Signal(kind=Kind.UNKNOWN, code="T", text="T011  1234 E  12")),
    (b"5011 181234O12201003\x14", Signal(kind=Kind.UNKNOWN, account="1234", area="01", point="003", code="O122")),
)


@pytest.mark.parametrize(("said", "told"), LINES)
def test_a_line_is_read(said: bytes, told: Signal) -> None:
    (signal,) = decode(said)
    assert signal.raw == said
    assert signal == replace(told, raw=said)
    assert only(opened().feed(said, 0.0)).reply == ACK


@pytest.mark.parametrize(
    ("options", "beats"),
    [
        ({}, [HEARTBEAT, b"101000           @    \x14"]),
        (D6500, [b"1010           @    \x14", b" 1010           @    \x14", b"\x021010           @    \x14"]),
        (ADEMCO, [b"\n11 OKAY @ \r"]),
    ],
)
def test_heartbeats_are_answered(options: Mapping[str, object], beats: list[bytes]) -> None:
    driver = opened(options)
    for beat in beats:
        step = only(driver.feed(beat, 1.0))
        assert (step.reply, step.alive) == (ACK, True)
        assert [signal.kind for signal in step.signals] == [Kind.HEARTBEAT]


@pytest.mark.parametrize(
    ("line", "options", "by_user"),
    [
        (b"5011 181234R12101005\x14", {}, True),
        (b"5011 181234E40601005\x14", {}, True),
        (b"5011 181234E46501005\x14", {}, True),
        (HOLD_UP, {}, False),
        (b"S011[#1234|NOC005]\x14", {}, True),
        (b"S011[#1234|Nid005/BC]\x14", {}, True),
        (b"S011[#1234|Nid005/pi010/BC]\x14", {}, True),
        (b"S011[#1234|Nid005/HA]\x14", {}, True),
        (b"S011[#1234|NBC]\x14", {}, False),
        (b"S011[#1234|Nid005/HA005]\x14", {}, False),
        (b"3011      1234OP 005\x14", {}, True),
        (b"\n11 1234 18 E121 01 U005\r", ADEMCO, True),
        (b"\n11 1234 18 E122 01 U005\r", ADEMCO, True),
        (b"\n11 1234 18 E121 01 C005\r", ADEMCO, False),
        (b"80111234 1555 5555 7\x14", {}, False),
    ],
)
def test_a_persons_number_is_told_from_a_zones(line: bytes, options: Mapping[str, object], by_user: bool) -> None:
    (signal,) = decode(line, options)
    assert signal.by_user is by_user


@pytest.mark.parametrize(
    ("begins", "ends", "trouble"),
    [
        (b"1010      0000 A  01\x14", b"1010      0000 R  02\x14", Trouble.PRINTER),
        (b"1010      0000 A  05\x14", b"1010      0000 R  06\x14", Trouble.COMMUNICATION),
        (b"1010      0000 A  15\x14", b"1010      0000 R  16\x14", Trouble.MAINS),
        (b"1012      0000 A  20\x14", b"1012      0000 R  30\x14", Trouble.PHONE_LINE),
        (b"1010      0000 A  F3\x14", b"1010      0000 A  E3\x14", Trouble.MODULE),
        (b"0011[#0000|NLT011]\x14", b"0011[#0000|NLR011]\x14", Trouble.PHONE_LINE),
        (b"001000[#0000|NYT0000]\x14", b"001000[#0000|NYR0000]\x14", Trouble.BATTERY),
    ],
)
def test_the_receivers_own_troubles_begin_and_end(begins: bytes, ends: bytes, trouble: Trouble) -> None:
    new, over = decode(begins + ends)
    assert new.kind in (Kind.FAULT, Kind.LOW_BATTERY)
    assert over.kind in (Kind.FAULT_RESTORE, Kind.BATTERY_RESTORE)
    assert (new.trouble, over.trouble) == (trouble, trouble)
    assert (new.account, new.point) == (over.account, over.point)


def test_what_a_receiver_says_of_itself_and_nobody_knows_is_kept() -> None:
    assert [s.kind for s in decode(b"0011[#0000|NQZ01]\x14")] == [Kind.UNKNOWN]


def test_an_account_of_zeros_may_be_a_panel_all_the_same() -> None:
    (signal,) = decode(b"1011      0000 2 012\x14")
    assert (signal.kind, signal.cause, signal.point) == (Kind.ALARM, Cause.PANIC, "012")


@pytest.mark.parametrize(
    ("channels", "told"),
    [
        ("5115 5555 7", [(Kind.ALARM, Cause.OTHER, "2"), (Kind.ALARM, Cause.OTHER, "3")]),
        ("5555 1555 1", [(Kind.ALARM, Cause.OTHER, "12")]),
        ("5355 5555 7", [(Kind.RESTORE, Cause.OTHER, "2")]),
        ("1555 5555 3", [(Kind.BYPASS, None, "1")]),
        ("3555 5555 5", [(Kind.FAULT_RESTORE, None, "1")]),
        ("1155 5555 6", [(Kind.FAULT, None, "1"), (Kind.LOW_BATTERY, None, "2")]),
        ("2555 5555 2", [(Kind.INFO, None, "1")]),
        ("0555 5555 7", [(Kind.FAULT, None, "1")]),
        ("1555 5555 A", [(Kind.UNKNOWN, None, "1")]),
        ("1555 5555 9", [(Kind.TEST, None, None)]),
        ("5555 5555 7", [(Kind.STATUS, None, None)]),
        ("5555 5555 5555 5551 7", [(Kind.ALARM, Cause.OTHER, "16")]),
    ],
)
def test_high_speed_channels(channels: str, told: list[tuple[Kind, Cause | None, str | None]]) -> None:
    for head, options in (("80111234", {}), ("8010011234", {}), ("f011  1234", D6500)):
        signals = decode(f"{head} {channels}\x14".encode(), options)
        assert [(s.kind, s.cause, s.point) for s in signals] == told
        assert {s.account for s in signals} == {"1234"}


def test_a_channel_that_is_still_in_alarm_is_no_new_press() -> None:
    (signal,) = decode(b"80111234 6555 5555 7\x14")
    assert (signal.kind, signal.found) == (Kind.ALARM, True)


@pytest.mark.parametrize("qualifier", ["E", "1"])
@pytest.mark.parametrize("header", [b"", b" ", b"\x02"])
def test_d6500_lines(header: bytes, qualifier: str) -> None:
    said = header + f"a011 123418{qualifier}12201001\x14".encode()
    (signal,) = decode(said, D6500)
    assert signal == Signal(
        kind=Kind.ALARM, cause=Cause.HOLD_UP, account="1234", area="01", point="001", code=qualifier + "122", raw=said
    )
    said = header + b"S011[#1234|NHA01]\x14"
    (signal,) = decode(said, D6500)
    assert signal == Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, account="1234", point="01", code="HA", raw=said)
    (signal,) = decode(header + b"1011      1234 T0012\x14", D6500)
    assert (signal.kind, signal.point) == (Kind.FAULT, "0012")


def test_ademco_685_lines() -> None:
    said = b"\n11 1234 18 E122 01 C005\r"
    (signal,) = decode(said, ADEMCO)
    assert signal == Signal(
        kind=Kind.ALARM, cause=Cause.HOLD_UP, account="1234", area="01", point="005", code="E122", raw=said
    )
    assert only(opened(ADEMCO).feed(said, 0.0)).reply == ACK
    assert only(opened(ADEMCO).feed(said + b"\n", 0.0)).reply == ACK


def test_the_layout_of_another_maker_is_no_sur_gard_line() -> None:
    (signal,) = decode(b"5011123418113001015\x14")
    assert signal.kind is Kind.REJECTED


def test_seven_bits_with_parity_read_as_eight_are_understood_where_every_parity_is_right() -> None:
    said = bytes(byte | (byte.bit_count() % 2) << 7 for byte in HOLD_UP)
    assert [(s.cause, s.point, s.raw) for s in decode(said)] == [(Cause.HOLD_UP, "001", said)]
    wrong = bytes([said[0] ^ 1]) + said[1:]
    assert [s.kind for s in decode(wrong)] == [Kind.REJECTED]
    said = bytes(byte | (byte.bit_count() % 2) << 7 for byte in b"\n11 1234 18 E122 01 C005\r\n11 OKAY @ \r")
    step = only(opened(ADEMCO).feed(said, 1.0))
    assert [(s.kind, s.point) for s in step.signals] == [(Kind.ALARM, "005"), (Kind.HEARTBEAT, None)]
    assert step.reply == ACK


# --- answers -------------------------------------------------------------------------------------------------------


def test_however_many_lines_have_come_there_is_one_answer() -> None:
    step = only(opened().feed(HOLD_UP + HOLD_UP + HEARTBEAT + PANIC, 1.0))
    assert step.reply == ACK
    assert [(s.cause, s.again) for s in step.signals if s.kind is Kind.ALARM] == [
        (Cause.HOLD_UP, False),
        (Cause.HOLD_UP, True),
        (Cause.PANIC, False),
    ]


def test_a_copy_is_what_comes_again_before_the_receiver_can_have_gone_on() -> None:
    driver = opened()
    for said, now, again in (
        (HOLD_UP, 1.0, False),
        (HOLD_UP, 5.1, True),  # our answer was lost
        (HOLD_UP, 15.1, True),  # one make waits so long
        (HOLD_UP, 27.0, False),
        (HOLD_UP, 28.0, False),  # too soon for a copy: pressed again
        (HEARTBEAT, 28.5, False),
        (HOLD_UP, 32.0, False),
    ):
        assert [s.again for s in only(driver.feed(said, now)).signals] == [again]
    assert [s.again for s in decode(HOLD_UP + HOLD_UP + ACK + HOLD_UP)] == [False, True, False]


def test_a_line_that_has_begun_again_is_answered_when_it_is_whole() -> None:
    driver = opened()
    assert only(driver.feed(HOLD_UP + HOLD_UP[:7], 1.0)).reply == b""
    assert only(driver.feed(HOLD_UP[7:], 1.1)).reply == ACK


@pytest.mark.parametrize("stray", [b" ", b"\xff", b"\x03", b"?", b"@@@@"])
def test_a_stray_byte_behind_a_line_withholds_no_answer(stray: bytes) -> None:
    driver = opened()
    assert only(driver.feed(HOLD_UP + stray, 1.0)).reply == ACK
    assert not any(step.reply for step in driver.tick(2.5))
    step = only(driver.feed(PANIC, 3.0))
    assert (step.reply, step.signals[-1].cause) == (ACK, Cause.PANIC)


def test_what_only_looked_like_the_next_line_does_not_keep_the_answer_back() -> None:
    driver = opened()
    assert only(driver.feed(HOLD_UP + b"5", 1.0)).reply == b""
    assert list(driver.tick(1.5)) == []
    step = only(driver.tick(2.1))
    assert step.reply == ACK
    assert [(s.kind, s.again) for s in step.signals] == [(Kind.REJECTED, False), (Kind.ALARM, True)]
    assert list(driver.tick(9.0)) == []


def test_an_answer_held_back_is_forgotten_when_another_is_given_or_the_port_opened() -> None:
    driver = opened()
    driver.feed(HOLD_UP + b"5", 1.0)
    assert only(driver.feed(PANIC[1:] + b"5", 1.1)).reply == b""
    step = only(driver.tick(3.0))
    assert [s.cause for s in step.signals if s.kind is Kind.ALARM] == [Cause.PANIC]
    driver.feed(HOLD_UP + b"5", 4.0)
    driver.opened(4.1)
    assert list(driver.tick(9.0)) == []
    driver.feed(HOLD_UP + b"5", 10.0)
    assert only(driver.feed(HOLD_UP[1:], 10.1)).reply == ACK
    assert list(driver.tick(19.0)) == []


def test_a_line_that_was_cut_off_is_given_up_without_an_answer() -> None:
    driver = opened()
    assert list(driver.feed(HOLD_UP[:9], 1.0)) == []
    assert list(driver.tick(1.5)) == []
    step = only(driver.tick(2.1))
    assert ([s.kind for s in step.signals], step.reply) == ([Kind.REJECTED], b"")
    assert only(driver.feed(HOLD_UP, 5.0)).reply == ACK


def test_what_is_no_line_is_refused_twice_and_then_kept_aside() -> None:
    driver = opened()
    wrong = b"5011 18xxxxE12101001\x14"
    for _time in range(2):
        step = only(driver.feed(wrong, 1.0))
        assert ([s.kind for s in step.signals], step.reply) == ([Kind.REJECTED], NAK)
    step = only(driver.feed(wrong, 9.0))
    assert [(s.kind, s.raw) for s in step.signals] == [(Kind.UNKNOWN, wrong)]
    assert step.reply == ACK
    assert (step.signals[0].reason or "").startswith("kept aside")


def test_an_alarm_behind_noise_is_heard_at_once() -> None:
    step = only(opened().feed(b"\xff1011 181" + HOLD_UP, 1.0))
    assert [s.kind for s in step.signals] == [Kind.REJECTED, Kind.ALARM]
    assert step.reply == ACK


def test_an_alarm_behind_a_foreign_line_without_its_end_is_heard() -> None:
    step = only(opened().feed(b"T011  1234 E  12" + HOLD_UP, 1.0))
    assert [s.cause for s in step.signals if s.kind is Kind.ALARM] == [Cause.HOLD_UP]


def test_an_event_that_could_not_be_stored_comes_again() -> None:
    conversation = Conversation("receiver", {})
    conversation.stores = False
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="005"))
    assert not conversation.run(lambda: bool(conversation.signals), 6.0)
    conversation.stores = True
    assert conversation.run(lambda: conversation.panel.idle, 10.0)
    assert [s.point for s in conversation.heard(Kind.ALARM)] == ["005"]


def test_what_a_receiver_kept_while_nobody_answered_comes_late() -> None:
    conversation = Conversation("receiver", {})
    conversation.stores = False
    for point in ("001", "002", "003"):
        conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point=point))
    assert not conversation.run(lambda: conversation.panel.idle, 20.0)
    conversation.stores = True
    conversation.reopen()
    assert conversation.run(lambda: conversation.panel.idle, 40.0)
    assert [(s.point, s.late) for s in conversation.heard(Kind.ALARM)] == [("001", True), ("002", True), ("003", True)]
    conversation.run(lambda: False, 5.0)
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="004"))
    assert conversation.run(lambda: conversation.panel.idle, 5.0)
    assert [(s.point, s.late) for s in conversation.heard(Kind.ALARM)][3:] == [("004", False)]


def test_a_receiver_that_did_not_miss_us_has_kept_nothing() -> None:
    driver = opened()
    for said, late in ((HOLD_UP, False), (HEARTBEAT, False), (PANIC, False)):
        step = only(driver.feed(said, 1.0))
        assert {signal.late for signal in step.signals} == {late}


def test_what_was_kept_while_the_line_was_dead_comes_late_though_the_port_stayed_open() -> None:
    driver = opened()
    driver.feed(HEARTBEAT, 1.0)
    for said, now, late in (
        (HOLD_UP, 20.0, False),
        (HEARTBEAT, 50.0, False),
        (PANIC, 50.2, False),
        (HEARTBEAT, 3600.0, False),
        (HOLD_UP, 3600.2, True),
        (HOLD_UP, 3604.2, True),  # its answer was lost: as old as it was
        (PANIC, 3604.3, True),
        (PANIC, 3620.0, False),
    ):
        assert {s.late for s in only(driver.feed(said, now)).signals} == {late}


def test_what_a_receiver_kept_because_nothing_could_be_stored_comes_late() -> None:
    conversation = Conversation("receiver", {})
    conversation.stores = False
    for point in ("001", "002"):
        conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point=point))
    assert not conversation.run(lambda: conversation.panel.idle, 100.0)
    conversation.stores = True
    assert conversation.run(lambda: conversation.panel.idle, 60.0)
    assert [(s.point, s.late) for s in conversation.heard(Kind.ALARM)] == [("001", True), ("002", True)]


def test_a_listener_never_answers_and_reads_both_directions() -> None:
    driver = opened({"passive": True})
    assert not driver.transmits
    steps = list(driver.feed(HEARTBEAT + ACK + HOLD_UP + NAK + HOLD_UP + ACK + b"?\x14" * 5, 1.0))
    steps += driver.tick(60.0)
    assert not any(step.reply or step.request for step in steps)
    kinds = [signal.kind for step in steps for signal in step.signals]
    assert kinds == [Kind.HEARTBEAT, Kind.ALARM, Kind.ALARM, *[Kind.REJECTED] * 5]


# --- damage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "beat"), [({}, HEARTBEAT), (D6500, b" 1010           @    \x14"), (ADEMCO, b"\n11 OKAY @ \r")]
)
def test_no_single_wrong_bit_makes_an_alarm_of_a_heartbeat(options: Mapping[str, object], beat: bytes) -> None:
    for place in range(len(beat)):
        for bit in range(8):
            harmed = bytearray(beat)
            harmed[place] ^= 1 << bit
            assert not [s for s in decode(bytes(harmed), options) if s.kind not in (Kind.REJECTED, Kind.UNKNOWN)]


@pytest.mark.parametrize("said", [HOLD_UP, b"S011[#1234|NHA001]\x14", b"1011      1234 2 012\x14"])
def test_no_single_wrong_bit_makes_another_form_of_a_line(said: bytes) -> None:
    """An event that is damaged beyond its form must be refused, so that it comes again."""
    for place in (0, len(said) - 1):
        for bit in range(8):
            harmed = bytearray(said)
            harmed[place] ^= 1 << bit
            assert [s.kind for s in decode(bytes(harmed))] in ([Kind.REJECTED], [])


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=700), cuts=st.lists(st.integers(0, 760), max_size=6))
def test_after_any_noise_the_next_line_is_read_however_it_is_cut(noise: bytes, cuts: list[int]) -> None:
    # At most the line that the noise runs into may be lost; nothing but the terminator separates them.
    said = noise + b"\x14" + HOLD_UP
    driver = registry.make("receiver", {})
    driver.opened(0.0)
    whole = [s for step in driver.feed(said, 0.0) for s in step.signals]
    assert whole[-1].cause is Cause.HOLD_UP
    edges = [0, *sorted(min(cut, len(said)) for cut in cuts), len(said)]
    driver.opened(0.0)
    pieces = [said[begin:end] for begin, end in pairwise(edges)]
    assert [s for piece in pieces for step in driver.feed(piece, 0.0) for s in step.signals] == whole


# --- the receiver's end --------------------------------------------------------------------------------------------

SAYABLE = [
    *((Kind.ALARM, cause, None) for cause in Cause),
    *((Kind.RESTORE, cause, None) for cause in Cause),
    *((kind, None, None) for kind in (Kind.TAMPER, Kind.TAMPER_RESTORE, Kind.FAULT, Kind.FAULT_RESTORE)),
    *((kind, None, None) for kind in (Kind.LOW_BATTERY, Kind.BATTERY_RESTORE, Kind.TEST, Kind.BYPASS, Kind.UNBYPASS)),
    *((Kind.FAULT, None, trouble) for trouble in (Trouble.MAINS, Trouble.PHONE_LINE, Trouble.SUPERVISION)),
    *((Kind.FAULT_RESTORE, None, trouble) for trouble in (Trouble.MAINS, Trouble.PHONE_LINE)),
]


@pytest.mark.parametrize(
    ("options", "unsayable"),
    [
        ({}, 0),
        ({"lines": "sia"}, 2),  # duress
        ({"lines": "basic"}, 6),
        ({"format": "d6500"}, 0),
        ({"format": "d6500", "lines": "sia"}, 2),
        ({"format": "ademco685"}, 0),
        ({"passive": True}, 0),
    ],
)
def test_what_the_receiver_sends_is_read_back(options: Mapping[str, object], unsayable: int) -> None:
    receiver = {key: value for key, value in options.items() if key != "lines"}
    refused = 0
    for kind, cause, trouble in SAYABLE:
        conversation = Conversation("receiver", options, driver=registry.make("receiver", receiver))
        sent = Signal(kind=kind, cause=cause, trouble=trouble, point="005", account="4711")
        try:
            conversation.panel.send(sent)
        except ValueError:
            refused += 1
            continue
        assert conversation.run(lambda c=conversation: c.panel.idle and c.signals, 5.0)  # type: ignore[misc]
        (told,) = conversation.signals
        if options.get("lines") != "basic":
            assert (told.kind, told.cause) == (kind, cause)
            assert trouble in (None, told.trouble)
        elif kind is Kind.ALARM:
            assert (told.kind, told.cause) == (kind, cause)
        assert (told.point, told.account, told.late) == ("005", "4711", False)
    assert refused == unsayable


def test_a_restore_tells_of_the_alarm_that_stood() -> None:
    conversation = Conversation("receiver", {})
    with pytest.raises(ValueError, match="cause"):
        conversation.panel.send(Signal(kind=Kind.RESTORE, point="005"))
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="005"))
    conversation.panel.send(Signal(kind=Kind.RESTORE, point="005"))
    assert conversation.run(lambda: conversation.panel.idle)
    assert [(s.kind, s.cause) for s in conversation.signals] == [
        (Kind.ALARM, Cause.PANIC),
        (Kind.RESTORE, Cause.PANIC),
    ]


def test_the_receiver_says_a_code_as_it_is_told() -> None:
    panel = registry.make_panel_side("receiver", {})
    panel.send(Signal(kind=Kind.ALARM, code="E129", point="005"))
    assert panel.tick(0.0) == b"5011 181234E12901005\x14"
    with pytest.raises(ValueError, match="code"):
        panel.send(Signal(kind=Kind.ALARM, code="129", point="005"))
    with pytest.raises(ValueError, match="point"):
        panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="K2"))


def test_the_receiver_tries_three_times_waits_for_a_heartbeat_and_gives_up_at_last() -> None:
    panel = registry.make_panel_side("receiver", {"tries": 2})
    panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="001"))
    said = [panel.tick(second / 2) for second in range(160)]
    assert [(place / 2, line) for place, line in enumerate(said) if line] == [
        (0.0, HOLD_UP),
        (4.0, HOLD_UP),
        (8.0, HOLD_UP),
        (30.0, HEARTBEAT),
        (60.0, HEARTBEAT),
    ]
    assert (panel.acknowledged, panel.abandoned, panel.idle) == (0, 1, True)


def test_the_receiver_repeats_at_once_what_is_refused() -> None:
    panel = registry.make_panel_side("receiver", {"tries": 0})
    panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="001"))
    assert panel.tick(0.0) == HOLD_UP
    assert panel.feed(NAK, 0.1) == HOLD_UP
    assert panel.feed(b"?" + ACK, 0.2) == b""
    assert panel.acknowledged == 1
    assert panel.feed(ACK, 0.3) == b""
    assert panel.acknowledged == 1


# --- options -------------------------------------------------------------------------------------------------------


def test_every_mistake_in_the_options_is_told() -> None:
    wrong = {"format": "galaxy", "passive": "yes", "tries": 3}
    assert {mistake.key for mistake in registry.check_options("receiver", wrong)} == {"format", "passive", "tries"}
    for make in (registry.make, registry.make_decoder):
        with pytest.raises(OptionError):
            make("receiver", wrong)
    with pytest.raises(OptionError, match="lines"):
        registry.make_panel_side("receiver", {"format": "ademco685", "lines": "sia"})
    assert registry.defaults("receiver", wrong).supervision_s == 90
