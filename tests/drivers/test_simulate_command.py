"""`guardroom simulate` over a real pseudo-terminal, against a driver that reads it."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import Driver, Kind, Signal
from drivers.registry import make


class Reader(threading.Thread):
    """The receiver: a driver at the other end of the pseudo-terminal, storing in memory."""

    def __init__(self, driver: Driver) -> None:
        super().__init__(daemon=True)
        self.master, self._slave = pty.openpty()
        tty.setraw(self.master)
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self.stored: list[Signal] = []
        self.heartbeats = 0
        self._driver = driver
        self._ended = threading.Event()

    def run(self) -> None:
        steps = list(self._driver.opened(time.monotonic()))
        while not self._ended.is_set():
            for step in steps:
                self.heartbeats += sum(s.kind is Kind.HEARTBEAT for s in step.signals)
                self.stored += [s for s in step.signals if s.kind is not Kind.HEARTBEAT]
                if step.reply:
                    os.write(self.master, step.reply)
            data = os.read(self.master, 4096) if select.select([self.master], [], [], 0.02)[0] else b""
            now = time.monotonic()
            steps = [*(self._driver.feed(data, now) if data else ()), *self._driver.tick(now)]

    def end(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join(10)
        os.close(self.master)
        os.close(self._slave)


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader(make("espa444", {}))
    yield made
    made.end()


def simulate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False
    )


def command(*arguments: str) -> list[str]:
    code = (
        "import argparse, sys; from guardroom import simulate as s; p = argparse.ArgumentParser(); "
        "s.add_arguments(p); sys.exit(s.run(p.parse_args()))"
    )
    # A busy machine must not make the panel repeat what it has said.
    patience = ["--option", "reply_timeout_s=10"]
    return [sys.executable, "-c", code, "--driver", "espa444", *patience, *arguments]


def test_two_presses_and_a_restore_are_acknowledged(reader: Reader) -> None:
    reader.start()
    ended = simulate(
        "--port", reader.port, "--send", "hold_up 005 KONTAKTRUM 2", "--send", "fire 006", "--send", "restore 005"
    )  # fmt: skip
    assert ended.stdout.splitlines() == [
        "acknowledged hold_up 005 KONTAKTRUM 2",
        "acknowledged fire 006",
        "acknowledged restore 005",
        "3 sent, 3 acknowledged",
    ]
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [(s.kind, s.cause, s.point, s.text) for s in reader.stored] == [
        ("alarm", "hold_up", "005", "KONTAKTRUM 2"),
        ("alarm", "fire", "006", "BRAND 006"),
        ("restore", None, "005", None),
    ]


def test_every_kind_arrives_as_itself(reader: Reader) -> None:
    reader.start()
    kinds = {
        **dict.fromkeys(["hold_up", "panic", "duress", "intrusion", "fire", "medical", "other"], "alarm"),
        "tamper": "tamper",
        "fault": "fault",
        "low_battery": "low_battery",
        "test": "test",
        "hold_up_restore": "restore",
        "tamper_restore": "tamper_restore",
        "fault_restore": "fault_restore",
        "low_battery_restore": "battery_restore",
    }
    sends = [word for kind in kinds for word in ("--send", f"{kind} 01")]
    assert simulate("--port", reader.port, *sends).returncode == 0
    assert [str(s.kind) for s in reader.stored] == list(kinds.values())


def test_a_script_has_its_own_times(reader: Reader, tmp_path: Path) -> None:
    reader.start()
    script = tmp_path / "script"
    script.write_text("# a morning\n0 hold_up 005\n\n0.2 restore 005  # over\n0.1 tamper 006 LÅG\n", "utf-8")
    assert simulate("--port", reader.port, "--script", str(script)).returncode == 0
    assert [(s.kind, s.point) for s in reader.stored] == [("alarm", "005"), ("tamper", "006"), ("restore", "005")]


def test_a_rate_goes_through_the_points(reader: Reader) -> None:
    reader.start()
    assert simulate("--port", reader.port, "--rate", "50", "--count", "10").returncode == 0
    assert [s.point for s in reader.stored] == [f"{n:03}" for n in range(1, 11)]


def test_a_receiver_that_does_not_answer_is_exit_1(reader: Reader) -> None:
    ended = simulate(
        "--port", reader.port, "--option", "tries=1", "--option", "reply_timeout_s=0.1", "--send", "hold_up 005"
    )
    assert ended.returncode == 1
    assert ended.stdout == "given up, not acknowledged: hold_up 005\n"


def test_without_a_signal_it_polls_until_ctrl_c(reader: Reader) -> None:
    reader.start()
    process = subprocess.Popen(
        command("--port", reader.port, "--option", "poll_s=0.05"),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while reader.heartbeats < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert reader.heartbeats >= 3
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()


def test_a_receiver_that_is_the_control_station() -> None:
    reader = Reader(make("espa444", {"role": "control", "poll_s": 0.1, "reply_timeout_s": 10}))
    reader.start()
    try:
        ended = simulate("--port", reader.port, "--option", "role=control", "--send", "hold_up 005")
        assert (ended.returncode, [s.point for s in reader.stored]) == (0, ["005"])
    finally:
        reader.end()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--send", "hldup 005"], "'hldup'"),
        (["--send", "hold_up"], "no point"),
        (["--send", ""], "''"),
        (["--send", f"hold_up {'5' * 17}"], "at most 16"),
        (["--rate", "0"], "--rate"),
        (["--rate", "nan"], "--rate"),
        (["--count", "3"], "--count"),
        (["--script", "SCRIPT"], "line 2"),
        (["--script", "NONE"], "NONE"),
        (["--option", "tries=-1"], "tries"),
    ],
)
def test_a_usage_error_is_one_clear_line_and_exit_2(
    arguments: list[str], word: str, reader: Reader, tmp_path: Path
) -> None:
    (tmp_path / "SCRIPT").write_text("1 hold_up 005\nsoon hold_up 005\n")
    ended = simulate("--port", reader.port, *[a.replace("SCRIPT", str(tmp_path / "SCRIPT")) for a in arguments])
    assert (ended.returncode, ended.stdout) == (2, "")
    assert word in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_port_that_does_not_open_is_one_clear_line_and_exit_1(tmp_path: Path) -> None:
    ended = simulate("--port", str(tmp_path / "ttyNONE"), "--send", "hold_up 005")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "ttyNONE" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_port_that_goes_away_is_one_clear_line_and_exit_1() -> None:
    reader = Reader(make("espa444", {}))
    process = subprocess.Popen(
        command("--port", reader.port, "--option", "poll_s=0.05"),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert select.select([reader.master], [], [], 30)[0]
        reader.end()
        output, errors = process.communicate(timeout=30)
        assert (process.returncode, output) == (1, "")
        assert "has gone" in errors
        assert errors.count("\n") == 1
    finally:
        process.kill()
        process.wait()
