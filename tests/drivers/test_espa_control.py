"""`guardroom` as the control station, and as a tap."""

from __future__ import annotations

from espa_line import block, reply, signals, told

from drivers.base import Driver, Kind
from drivers.registry import make

EOT, ACK = b"\x04", b"\x06"
CALL = block(("1", "005"), ("2", "KONTAKTRUM 2"), ("6", "1"))


def control(**options: object) -> Driver:
    driver = make("espa444", {"role": "control", **options})
    assert reply(driver.opened(0.0)) == EOT
    assert reply(driver.tick(0.5)) == b""
    return driver


def polled(**options: object) -> Driver:
    driver = control(**options)
    assert reply(driver.tick(1.0)) == b"2\x05"
    return driver


def test_it_polls_its_stations_in_turn_and_an_eot_is_their_heartbeat() -> None:
    driver = control(poll=["2", "4"])
    now = 1.0
    for station in "2424":
        assert reply(driver.tick(now)) == station.encode() + b"\x05"
        steps = driver.feed(EOT, now + 0.1)
        assert [(s.kind, s.point) for s in signals(steps)] == [(Kind.HEARTBEAT, station)]
        assert steps[-1].alive
        assert not reply(steps)
        assert reply(driver.tick(now + 1.0)) == b""
        now += 1.2


def test_the_panel_selects_it_sends_two_blocks_and_gives_control_back() -> None:
    driver = polled()
    assert reply(driver.feed(b"1\x05", 1.1)) == ACK
    for at in (1.2, 1.3):
        (step,) = driver.feed(CALL, at)
        assert ([s.kind for s in step.signals], step.reply) == ([Kind.ALARM], ACK)
    assert reply(driver.feed(EOT, 1.4)) == b""
    assert reply(driver.tick(1.5)) == b"2\x05"  # asked again at once


def test_no_answer_to_a_poll_ends_it_after_the_reply_timeout() -> None:
    driver = polled()
    assert reply(driver.tick(1.9)) == b""
    assert reply(driver.tick(2.1)) == EOT
    assert reply(driver.tick(2.2)) == b""
    assert reply(driver.tick(3.2)) == b"2\x05"


def test_control_is_regained_after_ten_seconds_without_a_valid_transaction() -> None:
    driver = polled()
    driver.feed(b"1\x05", 1.1)
    assert reply(driver.tick(11.0)) == b""
    assert reply(driver.tick(11.2)) == EOT


def test_a_bad_block_is_refused_and_a_late_select_is_accepted() -> None:
    driver = polled()
    driver.feed(b"1\x05", 1.1)
    assert reply(driver.feed(CALL[:-1] + b"\x7f", 1.2)) == b"1\x15"
    driver.tick(11.3)
    steps = driver.feed(b"1\x05", 11.4)
    assert (reply(steps), steps[-1].alive) == (ACK, True)


def test_its_own_echo_is_no_sign_of_life() -> None:
    driver = polled()
    assert driver.feed(b"2\x05", 1.01) == ()
    driver.tick(2.1)
    assert driver.feed(EOT, 2.11) == ()
    assert reply(driver.tick(3.2)) == b"2\x05"


def test_a_call_to_another_station_is_kept_and_not_answered() -> None:
    driver = polled()
    driver.feed(b"3\x05", 1.1)
    steps = driver.feed(CALL, 1.2)
    assert [(s.kind, s.account) for s in signals(steps)] == [(Kind.INFO, "3")]
    assert reply(steps) == b""


def test_it_does_not_poll_into_a_frame() -> None:
    driver = polled()
    driver.feed(EOT, 1.1)
    driver.feed(CALL[:9], 2.5)
    assert reply(driver.tick(2.6)) == b""
    assert [s.reason for s in signals(driver.tick(3.6))] == ["cut off"]


def test_a_tap_never_transmits_and_hears_both_sides() -> None:
    driver = make("espa444", {"role": "tap"})
    assert not driver.transmits
    line = b"2\x05\x04" + b"1\x052\x05\x06" + CALL + b"1\x15" + CALL + b"\x06\x04" + b"1\x053\x05\x06" + CALL
    steps = [*driver.opened(0.0), *driver.feed(line, 1.0), *driver.tick(9.0)]
    assert all(step.reply == b"" for step in steps)
    assert [s.point for s in signals(steps) if s.kind is Kind.HEARTBEAT] == ["2", "1", "2", "1", "3"]
    assert [s.kind for s in signals(steps) if s.kind is not Kind.HEARTBEAT] == [Kind.ALARM] * 3


def test_a_tap_takes_the_receivers_answers_for_no_sign_of_the_panel() -> None:
    driver = make("espa444", {"role": "tap"})
    assert driver.feed(b"\x06\x062\x15\x06", 1.0) == ()


def test_a_tap_tells_noise_and_a_lonely_digit() -> None:
    found = told(make("espa444", {"role": "tap"}), b"hej" + CALL + b"\x05" + b"x2")
    assert [(s.kind, s.raw, s.reason) for s in found] == [
        (Kind.REJECTED, b"hej", "not part of a frame"),
        (Kind.ALARM, CALL, None),
        (Kind.REJECTED, b"\x05", "request without an address"),
        (Kind.REJECTED, b"x", "not part of a frame"),
        (Kind.REJECTED, b"2", "cut off"),
    ]
