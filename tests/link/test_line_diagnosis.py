"""What bytes without a valid frame look like: read with the wrong parity, speed or driver, on a line made of bits."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from harness.every_driver import CASES, stream
from hypothesis import given, settings
from hypothesis import strategies as st
from link_bench import Bench, FrameDriver, HandClock, ListSink, until
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from drivers.base import Driver
from drivers.diagnosis import SPEEDS, causes, claimed_by, listeners
from drivers.health import Condition
from drivers.ports import unnamed_adapter

CALL = b"\x011\x021\x1f005\x1e2\x1fOVERFALD KONTAKTRUM 2\x1e4\x1f3\x1e6\x1f1\x03k"
TEXT = b"2026-11-21 05:40:13 OVERFALD KONTAKTRUM 2 JOBCENTER STUEN\r\n"

words = st.lists(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=4, max_size=30), min_size=4, max_size=8
).filter(lambda found: len(set("".join(found))) >= 20)


def bits(data: bytes, *, width: int = 8, parity: str = "N", pause: int = 0) -> list[int]:
    """The line's level in each bit time: start bit, data from the lowest bit on, parity, stop bit, and rest."""
    level: list[int] = []
    for byte in data:
        value = byte & ((1 << width) - 1)
        level += [0, *(value >> number & 1 for number in range(width))]
        if parity != "N":
            level.append((value.bit_count() + (parity == "O")) % 2)
        level += [1] * (1 + pause)
    return level + [1] * 20


def read(level: list[int], ratio: float = 1.0) -> bytes:
    """What a receiver of 8N1 makes of it that reads `ratio` times as fast as the panel speaks."""

    def at(moment: float) -> int:
        return level[int(moment)] if moment < len(level) else 1

    got, now = bytearray(), 1
    level = [1, *level]
    while now < len(level):
        if level[now - 1] == 0 or level[now] == 1:
            now += 1
            continue
        got.append(sum(at(now + (number + 1.5) / ratio) << number for number in range(8)))
        # A missing stop bit is not told: the byte stands as it was read, the next one begins at the next edge.
        now = max(now + 1, int(now + 9.5 / ratio))
    return bytes(got)


def first(data: bytes, baudrate: int = 9600) -> str:
    """The likeliest cause."""
    return next(iter(causes(data, baudrate)), "")


def test_a_line_that_is_read_as_it_was_sent() -> None:
    assert read(bits(CALL + TEXT)) == CALL + TEXT


@given(words, st.sampled_from(["E", "O"]), st.integers(0, 3))
@settings(max_examples=80, deadline=None)
def test_seven_bits_with_parity_read_as_eight_without(found: list[str], parity: str, pause: int) -> None:
    sent = "\r\n".join(found).encode() * 2
    assert first(read(bits(sent, width=7, parity=parity, pause=pause))) == f"7{parity}"


def test_a_few_bytes_of_noise_do_not_hide_the_parity() -> None:
    got = bytearray(read(bits(CALL * 3, width=7, parity="E")))
    got[10] ^= 1
    got[70] ^= 4
    assert first(bytes(got)) == "7E"


def test_few_frames_that_happen_to_have_one_parity_prove_nothing() -> None:
    """A poll of one register, sent again and again: every byte even, half of them with the highest bit."""
    assert first(bytes.fromhex("8103 0000 8181 c3a5") * 20) == ""


@pytest.mark.parametrize("pause", [0, 3, 30])
@pytest.mark.parametrize("sent", [CALL * 4, TEXT * 4, random.Random(1).randbytes(200)], ids=["call", "text", "random"])
@pytest.mark.parametrize(("panel", "port"), [(4800, 9600), (2400, 9600), (1200, 9600), (9600, 38400), (19200, 38400)])
def test_a_panel_slower_than_the_port_tells_its_speed(panel: int, port: int, sent: bytes, pause: int) -> None:
    assert first(read(bits(sent, pause=pause), port / panel), port) == f"baud:{panel}"


def test_a_speed_that_no_panel_has_is_not_named() -> None:
    assert first(read(bits(TEXT * 4), 3.0), 9600) == "baud"


def test_a_much_slower_panel_leaves_only_zeros() -> None:
    assert first(read(bits(TEXT * 4), 16.0)) == "zeros"
    assert first(bytes(100)) == "zeros"


@pytest.mark.parametrize("ratio", [1 / 2, 1 / 4, 1 / 6, 1 / 12])
def test_a_faster_panel_that_says_little_at_a_time(ratio: float) -> None:
    assert first(read(bits(CALL * 4, pause=30), ratio)) == "baud"


@given(st.binary(max_size=700), st.sampled_from(SPEEDS))
@settings(max_examples=150, deadline=None)
def test_whatever_comes_there_is_at_most_a_known_code(data: bytes, baudrate: int) -> None:
    for code in causes(data, baudrate):
        assert code.partition(":")[0] in ("zeros", "baud", "7E", "7O", "text")


def test_random_bytes_look_like_nothing() -> None:
    dice = random.Random(7)
    for _time in range(50):
        assert causes(dice.randbytes(512), 9600, listeners()) == ()


def test_too_few_bytes_look_like_nothing() -> None:
    assert causes(TEXT[:15], 9600, listeners()) == ()


def test_lines_of_text_that_nobody_claims() -> None:
    assert causes("Overfald på kontaktrum 2, økonomi, stuen\r\n".encode("cp865") * 4, 9600, listeners()) == ("text",)


@pytest.mark.parametrize(("name", "options"), [case for case in CASES if case.values[0] != "line"])
def test_every_driver_knows_its_own_panel_and_no_other_claims_it(name: str, options: dict[str, object]) -> None:
    assert claimed_by(stream(name, options)[-512:], listeners())[:1] == (name,)


def test_a_driver_that_fails_has_no_say() -> None:
    def broken() -> Driver:
        raise RuntimeError("what now")

    assert claimed_by(CALL * 4, {"broken": broken}) == ()


def test_a_line_is_looked_at_again_when_much_more_has_come() -> None:
    condition = Condition("port", 15, 0.0)
    condition.opened(0.0, True)
    condition.fed(TEXT * 2, [], 1.0)
    assert condition.health(20.0).detail == "text"
    for _time in range(20):
        condition.fed(read(bits(TEXT, width=7, parity="E")), [], 2.0)
        condition.health(20.0)
    assert condition.health(20.0).detail == "7E"


@pytest.mark.skipif(sys.platform == "win32", reason="the ports here are ptys")
def test_the_link_names_the_driver_whose_frames_come(bench: Bench) -> None:
    wire, clock = bench.wire(), HandClock()
    link = bench.link(wire.port, FrameDriver(), ListSink(), clock=clock)
    wire.send(stream("modbus", {})[-128:] * 2)
    until(lambda: link.health().last_raw != "")
    clock.seconds += 16
    until(lambda: link.health().detail == "driver:modbus")
    assert link.health().problem == "garbage"


def usb(device: Path, serial_number: str | None) -> ListPortInfo:
    """A USB adapter."""
    info = ListPortInfo(str(device))
    info.vid, info.pid, info.serial_number = 0x1A86, 0x7523, serial_number
    return info


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names for sockets")
def test_a_usb_adapter_without_a_serial_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nameless, named, other = (tmp_path / name for name in ("ttyUSB0", "ttyUSB1", "ttyS0"))
    for device in (nameless, named, other):
        device.touch()
    by_path = tmp_path / "by-path"
    monkeypatch.setattr(
        list_ports, "comports", lambda: [usb(nameless, None), usb(named, "A50285BI"), ListPortInfo(str(other))]
    )
    assert unnamed_adapter(str(nameless), by_path) == ""
    by_path.mkdir()
    socket = by_path / "pci-0-usb-0:2"
    socket.symlink_to(nameless)
    assert unnamed_adapter(str(nameless), by_path) == str(socket)
    assert unnamed_adapter(str(socket), by_path) is None, "it is called by its socket already"
    assert unnamed_adapter(str(named), by_path) is None
    assert unnamed_adapter(str(other), by_path) is None
    assert unnamed_adapter(str(tmp_path / "nothing"), by_path) is None
    assert unnamed_adapter("socket://127.0.0.1:4001", by_path) is None
