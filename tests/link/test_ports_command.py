"""`guardroom ports`: what it says of the ports there are."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from guardroom import ports


def adapter(device: str) -> ListPortInfo:
    """A USB adapter whose maker put control characters into its name."""
    info = ListPortInfo(device)
    info.manufacturer, info.product = "FTDI", "FT232R\x1b[2J USB UART"
    info.vid, info.pid, info.serial_number = 0x0403, 0x6001, "A50285BI"
    return info


def say(monkeypatch: pytest.MonkeyPatch, found: list[ListPortInfo], *, as_json: bool = False) -> int:
    """Run the command where the system tells of `found`."""
    monkeypatch.setattr(list_ports, "comports", lambda: found)
    return ports.run(argparse.Namespace(json=as_json))


def test_no_ports(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(monkeypatch, []) == 0
    assert capsys.readouterr().out == "No serial ports found.\n"
    assert say(monkeypatch, [], as_json=True) == 0
    assert capsys.readouterr().out == "[]\n"


def test_a_port_with_its_lasting_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    other = tmp_path / "ttyUSB1"
    other.touch()
    for kind, name, target in [
        ("by-id", "usb-FTDI_A50285BI", device),
        ("by-path", "pci-0-usb-1", device),
        ("by-path", "pci-0-usb-2", other),
    ]:
        (tmp_path / kind).mkdir(exist_ok=True)
        (tmp_path / kind / name).symlink_to(target)
    monkeypatch.setattr(list_ports, "comports", lambda: [ListPortInfo(str(other)), adapter(str(device))])
    first, second = ports.serial_ports(tmp_path)
    assert (first.port, second.port) == (str(device), str(other))
    assert first.by_id == (str(tmp_path / "by-id" / "usb-FTDI_A50285BI"),)
    assert first.by_path == (str(tmp_path / "by-path" / "pci-0-usb-1"),)
    assert (first.vid, first.pid, first.serial_number) == ("0403", "6001", "A50285BI")
    assert (second.by_id, second.vid, second.product) == ((), None, None)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells who holds a port")
def test_the_holder_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    with device.open():
        assert say(monkeypatch, [adapter(str(device))]) == 0
        printed = capsys.readouterr().out
        assert printed.startswith(f"{device}  FTDI FT232R[2J USB UART (0403:6001, serial number A50285BI)\n")
        assert f"(process {os.getpid()})" in printed
        assert say(monkeypatch, [adapter(str(device))], as_json=True) == 0
        told = json.loads(capsys.readouterr().out)
    assert [holder["pid"] for holder in told[0]["holders"]] == [os.getpid()]
    assert (told[0]["port"], told[0]["vendor"], told[0]["by_id"]) == (str(device), "FTDI", [])


def test_a_system_that_does_not_tell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> list[ListPortInfo]:
        raise OSError("no /sys here")

    monkeypatch.setattr(list_ports, "comports", fail)
    assert ports.run(argparse.Namespace(json=False)) == 1
    assert capsys.readouterr().err == "The serial ports cannot be listed: no /sys here.\n"


def test_as_a_program() -> None:
    command = [sys.executable, "-m", "guardroom", "ports", "--json"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert isinstance(json.loads(done.stdout), list)
