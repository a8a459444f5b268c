"""`guardroom record`, as a program of its own, on a port and beside a monitor."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from link_bench import Bench, Wire, until

from drivers.ports import close_port, open_port
from drivers.rawlog import RawLog, raw_log_path, rotated
from guardroom.monitor_lock import MonitorLock

CONFIG = """
language = "en"
database = "sqlite:///guardroom.db"
journal = "journal.db"
policy = "fredensborg"

[site]
name = "Rådhuset"
address = "Torvet 1"

[[panels]]
name = "blok-a"
driver = "espa444"
port = "{port}"
"""


class House:
    """A configuration with one panel, and the programs started for it."""

    def __init__(self, folder: Path, wire: Wire) -> None:
        self.wire = wire
        self.file = folder / "recording.jsonl"
        self.journal = folder / "journal.db"
        self.said = folder / "said.txt"
        self.config = folder / "guardroom.toml"
        self.config.write_text(CONFIG.format(port=wire.port), encoding="utf-8")
        self.programs: list[subprocess.Popen[str]] = []

    def record(self, panel: str = "blok-a") -> subprocess.Popen[str]:
        """Start `guardroom record`."""
        command = [sys.executable, "-m", "guardroom", "record", "--panel", panel, str(self.file)]
        command += ["--config", str(self.config)]
        with self.said.open("w") as said:
            program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=said, text=True)
        self.programs.append(program)
        return program

    def refused(self, panel: str = "blok-a") -> tuple[int, str]:
        """Exit code and the one line of a recording that does not begin."""
        code = self.record(panel).wait(20)
        return code, self.said.read_text()

    def records(self) -> list[dict[str, str]]:
        """What has been recorded by now."""
        if not self.file.exists():
            return []
        return [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]

    def came(self) -> bytes:
        """The bytes that came from the panel."""
        return b"".join(bytes.fromhex(record["hex"]) for record in self.records()[1:])


@pytest.fixture
def house(bench: Bench, tmp_path: Path) -> Iterator[House]:
    """A house with a panel on a wire."""
    house = House(tmp_path, bench.wire())
    yield house
    for program in house.programs:
        if program.poll() is None:
            program.kill()
            program.wait(20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_without_a_monitor_the_port_is_listened_to(house: House, number: int) -> None:
    program = house.record()
    until(lambda: house.records())
    house.wire.send(b"\x011\x02")
    until(lambda: house.came() == b"\x011\x02")
    house.wire.send(b"\xff")
    until(lambda: house.came() == b"\x011\x02\xff")
    program.send_signal(number)
    assert program.wait(20) == 0
    head, first = house.records()[:2]
    assert (head["guardroom"], head["panel"], head["driver"]) == ("record", "blok-a", "espa444")
    assert (first["dir"], first["at"][-1]) == ("in", "Z")
    assert house.file.stat().st_mode & 0o777 == 0o600
    assert "answers nothing" in house.said.read_text()
    assert house.wire.received() == b""


def test_a_file_that_exists_is_not_touched(house: House) -> None:
    house.file.write_text("precious")
    code, said = house.refused()
    assert (code, said) == (2, f"{house.file} exists already; name another file.\n")
    assert house.file.read_text() == "precious"


def test_an_unknown_panel_is_answered_with_those_there_are(house: House) -> None:
    code, said = house.refused("blok-x")
    assert (code, said) == (2, "There is no panel “blok-x”; the configuration has: blok-a.\n")
    assert not house.file.exists()


def test_a_port_of_another_program_is_left_to_it(house: House) -> None:
    line = open_port(house.wire.port, baudrate=9600, bytesize=8, parity="N", stopbits=1)
    try:
        code, said = house.refused()
    finally:
        close_port(line)
    assert code == 1
    assert said.count("\n") == 1
    assert f"({os.getpid()})" in said
    assert not house.file.exists()


def test_a_line_that_goes_away_ends_the_recording(house: House) -> None:
    program = house.record()
    until(lambda: house.records())
    house.wire.send(b"\x01")
    until(lambda: house.came() == b"\x01")
    house.wire.pull()
    assert program.wait(20) == 1
    assert "The line went away" in house.said.read_text()


def test_beside_a_monitor_its_raw_log_is_followed_from_now_on(house: House) -> None:
    lock = MonitorLock(house.journal)
    assert lock.take()
    try:
        log = RawLog(raw_log_path(house.journal, "blok-a"), max_bytes=1000)
        at = datetime(2025, 11, 24, 12, 42, tzinfo=UTC)
        log.write("in", b"before", at, 0.0)
        program = house.record()
        until(lambda: house.records())
        wanted = b""
        for number in range(100):
            log.write("out" if number % 2 else "in", bytes([number]), at, number)
            wanted += bytes([number])
            if number % 10 == 0:
                until(lambda: house.came() == wanted)  # noqa: B023  # called at once
        until(lambda: house.came() == wanted)
        assert rotated(log.path, 1).exists()
        program.terminate()
        assert program.wait(20) == 0
        assert house.records()[2]["dir"] == "out"
        log.close()
    finally:
        lock.release()
