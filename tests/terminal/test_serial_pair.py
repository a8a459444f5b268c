"""The stand-in for a serial cable behaves as pyserial sees a real one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import serial
from harness import SerialPair

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


def test_bytes_go_both_ways_unchanged(tmp_path: Path) -> None:
    every = bytes(range(256))
    with SerialPair(tmp_path / "panel") as pair, serial.Serial(str(pair.path), timeout=5) as port:
        pair.write(every)
        assert port.read(256) == every
        port.write(every)
        assert pair.read_exactly(256) == every
        assert pair.read(timeout=0) == b""


def test_the_device_outlives_whoever_has_it_open(tmp_path: Path) -> None:
    with SerialPair(tmp_path / "panel") as pair:
        for _time in range(2):
            with serial.Serial(str(pair.path), timeout=5) as port:
                port.write(b"x")
                assert pair.read() == b"x"


def test_plugged_in_again_it_is_another_device_under_the_same_name(tmp_path: Path) -> None:
    with SerialPair(tmp_path / "panel") as pair, serial.Serial(str(pair.path), timeout=5) as old:
        before = pair.device
        pair.replug()
        assert pair.device != before
        with pytest.raises((serial.SerialException, OSError)):
            old.read(1)
        with serial.Serial(str(pair.path), timeout=5) as new:
            pair.write(b"\x05")
            assert new.read(1) == b"\x05"


def test_hung_up_it_is_gone_until_plugged_in_again(tmp_path: Path) -> None:
    with SerialPair(tmp_path / "panel") as pair:
        pair.hang_up()
        with pytest.raises(serial.SerialException):
            serial.Serial(str(pair.path))
        pair.replug()
        with serial.Serial(str(pair.path), timeout=5) as port:
            pair.write(b"\x05")
            assert port.read(1) == b"\x05"
