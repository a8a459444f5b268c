"""`guardroom` as an ESPA 4.4.4 station: what it reads and what it answers."""

from __future__ import annotations

import pytest
from espa_line import block, reply, signals, told

from drivers.base import Cause, Driver, Kind
from drivers.registry import make, make_decoder

EOT, ACK, NAK1 = b"\x04", b"\x06", b"1\x15"
SELF_POLL = b"1\x05"
OURS = b"2\x05"
CALL = block(("1", "005"), ("2", "KONTAKTRUM 2"), ("6", "1"))


def station(**options: object) -> Driver:
    driver = make("espa444", options)
    driver.opened(0.0)
    return driver


def answers(driver: Driver, *pieces: bytes) -> list[bytes]:
    return [reply(driver.feed(piece, 1.0 + number / 100)) for number, piece in enumerate(pieces)]


PRINTED = [
    # The specification's example 1, with the check character of its wording; the minimal call; example 2.
    ("01 31 02 31 1f 31 32 33 1e 35 1f 33 1e 36 1f 32 03 2c", (Kind.INFO, None, "123", None, None)),
    ("01 31 02 31 1f 31 32 33 1e 35 1f 33 1e 36 1f 33 03 2d", (Kind.INFO, None, "123", None, None)),
    ("01 31 02 31 1f 41 03 5f", (Kind.INFO, None, "A", None, None)),
    (
        "01 32 02 31 1f 31 32 33 1e 33 1f 31 1e 32 1f 34 35 36 37 1e 37 1f 33 03 18",
        (Kind.STATUS, None, "123", "4567", "2"),
    ),
]


@pytest.mark.parametrize("role", ["station", "control", "tap"])
@pytest.mark.parametrize(("frame", "meant"), PRINTED)
def test_printed_frames(frame: str, meant: tuple[object, ...], role: str) -> None:
    raw = bytes.fromhex(frame)
    found = told(make("espa444", {"role": role}), raw)
    assert [(s.kind, s.cause, s.point, s.text, s.code) for s in found] == [meant]
    assert found[0].raw == raw


@pytest.mark.parametrize("wanted", [0x01, 0x03, 0x04, 0x05, 0x06, 0x15, 0x1E, 0x1F, 0x31])
def test_the_check_character_can_be_any_byte(wanted: int) -> None:
    frames = [
        frame
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@"
        for second in " @!1aAbcdefghijklmnopqrstuvwxyzABCDEFGHIJK0123456789"
        if (frame := block(("1", "55" + letter + second), ("6", "1")))[-1] == wanted
    ]
    assert frames
    driver = station()
    assert answers(driver, SELF_POLL, OURS) == [b"", ACK]
    for frame in frames:
        steps = driver.feed(frame, 1.0)
        assert [s.kind for s in signals(steps)] == [Kind.ALARM]
        assert reply(steps) == ACK


def test_a_poll_is_answered_with_eot_and_is_a_heartbeat() -> None:
    driver = station()
    for _ in range(3):
        steps = driver.feed(OURS, 1.0)
        assert reply(steps) == EOT
        assert [(s.kind, s.point, s.raw) for s in signals(steps)] == [(Kind.HEARTBEAT, "2", OURS)]
        assert steps[-1].alive


def test_self_poll_select_two_blocks_end() -> None:
    driver = station()
    second = block(("1", "006"), ("6", "1"))
    assert answers(driver, EOT, SELF_POLL, OURS, CALL, second, EOT) == [b"", b"", ACK, ACK, ACK, b""]
    assert answers(driver, OURS) == [EOT]  # after the end the first request is a poll again


def test_the_signal_and_its_acknowledgement_are_one_step() -> None:
    driver = station()
    answers(driver, SELF_POLL, OURS)
    (step,) = driver.feed(CALL, 1.0)
    assert (step.signals[0].kind, step.signals[0].cause, step.reply) == (Kind.ALARM, Cause.HOLD_UP, ACK)


def test_the_first_request_after_an_end_is_a_poll_also_where_its_address_was_lost() -> None:
    driver = station()
    assert answers(driver, EOT, b"\x7f\x05", OURS) == [b"", b"", ACK]


def test_a_select_is_repeated_and_a_third_in_a_row_is_a_poll() -> None:
    driver = station()
    assert answers(driver, SELF_POLL, OURS, OURS, OURS, OURS) == [b"", ACK, ACK, EOT, EOT]


def test_a_bad_block_is_refused_whatever_its_check_character_is() -> None:
    for wrong in set(range(128)) - {CALL[-1], 0x01}:  # SOH may be the next block's
        assert answers(station(), SELF_POLL, OURS, CALL[:-1] + bytes([wrong]))[-1] == NAK1, wrong


def test_a_bad_block_is_refused_when_we_were_selected_and_its_copy_is_taken() -> None:
    driver = station()
    bad = CALL[:5] + b"9" + CALL[6:]
    answers(driver, SELF_POLL, OURS)
    steps = driver.feed(bad, 1.0)
    assert [(s.kind, s.raw, s.reason) for s in signals(steps)] == [(Kind.REJECTED, bad, "wrong checksum")]
    assert reply(steps) == NAK1
    assert not steps[-1].alive
    assert answers(driver, CALL) == [ACK]


def test_a_bad_block_is_not_refused_when_we_were_not_selected() -> None:
    assert answers(station(), CALL[:-1] + b"\x7f") == [b""]


def test_a_block_without_a_select_is_told_and_not_answered() -> None:
    driver = station()
    steps = driver.feed(CALL, 1.0)
    assert [s.kind for s in signals(steps)] == [Kind.ALARM]
    assert reply(steps) == b""


def test_a_block_for_another_station_is_kept_and_not_answered() -> None:
    driver = station()
    answers(driver, SELF_POLL, b"3\x05")
    steps = driver.feed(CALL, 1.0)
    assert [(s.kind, s.cause, s.account, s.point) for s in signals(steps)] == [(Kind.INFO, None, "3", "005")]
    assert reply(steps) == b""


def test_requests_that_piled_up_get_one_answer() -> None:
    session = SELF_POLL + OURS
    assert answers(station(), session + OURS) == [ACK]
    assert answers(station(), session + CALL + CALL) == [ACK]
    assert len(signals(station().feed(session + CALL + CALL, 1.0))) == 4


@pytest.mark.parametrize("after", [EOT, b"2", b"\x01", b"\x00", SELF_POLL, b"\x01\x31\x02"])
def test_a_request_that_something_follows_is_stale(after: bytes) -> None:
    assert answers(station(), SELF_POLL + OURS + CALL + after) == [b""]


def test_a_frame_that_stands_still_is_given_up_and_the_session_goes_on() -> None:
    driver = station()
    answers(driver, SELF_POLL, OURS)
    assert driver.feed(CALL[:9], 10.0) == ()
    assert signals(driver.tick(10.9)) == []
    (cut,) = signals(driver.tick(11.1))
    assert (cut.kind, cut.raw, cut.reason) == (Kind.REJECTED, CALL[:9], "cut off")
    assert reply(driver.feed(CALL, 11.2)) == ACK


def test_after_ten_silent_seconds_the_next_request_is_a_poll() -> None:
    driver = station()
    answers(driver, SELF_POLL, OURS)
    driver.tick(20.0)
    assert reply(driver.feed(OURS, 20.1)) == EOT


def test_reopening_forgets_half_a_frame_and_the_session() -> None:
    driver = station()
    answers(driver, SELF_POLL, OURS, CALL[:9])
    driver.opened(2.0)
    assert reply(driver.feed(OURS, 2.0)) == EOT


def test_a_cut_block_does_not_swallow_the_select_behind_it() -> None:
    driver = station()
    steps = driver.feed(CALL[:12] + EOT + SELF_POLL + OURS, 1.0)
    assert [s.kind for s in signals(steps)] == [Kind.REJECTED, Kind.HEARTBEAT, Kind.HEARTBEAT]
    assert reply(steps) == ACK


def test_an_endless_block_is_given_up_and_what_follows_is_read() -> None:
    found = told(station(), b"\x01" + b"A" * 5000 + CALL)
    assert found[0].reason == "too long"
    assert len(found[0].raw) == 1024
    assert found[-1].kind is Kind.ALARM


@pytest.mark.parametrize("role", ["station", "control", "tap"])
def test_two_mebibytes_of_noise_leave_nothing_behind(role: str) -> None:
    noise = bytes((n * 7919 + n // 251) % 256 for n in range(1 << 21))
    driver = make("espa444", {"role": role})
    found = told(driver, noise, size=65536)
    assert sum(len(s.raw) for s in found) <= 2 * len(noise)
    assert any(s.kind is Kind.ALARM for s in told(driver, CALL))


def test_seven_bits_with_parity_read_on_an_eight_bit_port() -> None:
    with_parity = bytes(byte | 0x80 if byte.bit_count() % 2 else byte for byte in CALL)
    assert with_parity != CALL
    driver = station()
    assert answers(driver, b"\xb1\x05", b"\xb2\x05") == [b"", ACK]
    steps = driver.feed(with_parity, 1.0)
    assert [(s.kind, s.text, s.raw) for s in signals(steps)] == [(Kind.ALARM, "KONTAKTRUM 2", with_parity)]
    assert reply(steps) == ACK


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("iso646-dk", b"K[BE \\ L]S {|}"),
        ("latin-1", "KÆBE Ø LÅS æøå".encode("latin-1")),
        ("cp850", "KÆBE Ø LÅS æøå".encode("cp850")),
        ("cp865", "KÆBE Ø LÅS æøå".encode("cp865")),
    ],
)
def test_danish_letters(charset: str, raw: bytes) -> None:
    frame = block(("2", raw.decode("latin-1")), charset="latin-1")
    (found,) = told(make_decoder("espa444", {"charset": charset}), frame)
    assert found.text == "KÆBE Ø LÅS æøå"


def test_trailing_rs_unknown_records_and_a_space_before_the_id() -> None:
    frame = block((" 1", "550"), ("99", "x"), ("6", "1"), end=b"\x1e")
    (found,) = told(station(), frame)
    assert (found.kind, found.point) == (Kind.ALARM, "550")
    assert found.raw == frame
