"""From a command to an armed monitor, to the board on the glass, and to the first ACK after a kill."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from harness.espa_line import ACK, ENQ, EOT, block
from harness.serial_pair import SerialPair
from harness.town import Town, command, gone, until
from measuring import NS_A_MS, Glass, guarded, settled, tell

RUNS = 15
EVERY_S = 0.05

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


def monitor_of(byby: Town) -> subprocess.Popen[bytes]:
    """A monitor just started; its log comes on stderr."""
    return subprocess.Popen(
        command("monitor", "--config", str(byby.config)), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def wait_for_log(monitor: subprocess.Popen[bytes], wanted: bytes) -> int:
    """When (monotonic ns) the log said it."""
    assert monitor.stderr is not None
    seen = b""
    with selectors.DefaultSelector() as selector:
        selector.register(monitor.stderr, selectors.EVENT_READ)
        while wanted not in seen:
            assert selector.select(20), seen
            data = os.read(monitor.stderr.fileno(), 65536)
            assert data, seen
            seen += data
    return time.monotonic_ns()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a monitor as `guardroom stop` does, else by force."""
    process.terminate()
    try:
        process.wait(20)
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def test_armed(byby: Town) -> None:
    armed, least = [], []
    # A journal with nothing in it yet asks the main database where it stands: only on a first day.
    monitor = monitor_of(byby)
    wait_for_log(monitor, b" is open")
    byby.panel.press_until_acknowledged("005")
    end(monitor)
    for _ in range(RUNS + 1):
        begin = time.monotonic_ns()
        subprocess.run([sys.executable, "-c", "pass"], check=True, stdin=subprocess.DEVNULL)
        least.append((time.monotonic_ns() - begin) / NS_A_MS)
        begin = time.monotonic_ns()
        monitor = monitor_of(byby)
        armed.append((wait_for_log(monitor, b" is open") - begin) / NS_A_MS)
        # The first run made the databases; every run ends only when all is loaded, so that the caches are the same.
        settled([monitor.pid])
        end(monitor)
    print()
    tell("floor: python -c pass", least[1:])
    tell("guardroom monitor to armed", armed[1:])


def painted(argv: list[str], *wanted: str) -> list[float]:
    """When each of the texts was first on the glass, ms from the start. The program is ended."""
    begin = time.monotonic_ns()
    with Glass(argv) as glass:
        for text in wanted:
            glass.wait_for_bytes(text.encode(), 0)
        times = []
        for text in wanted:
            at = glass.when(lambda screen, text=text: text in screen, begin)  # type: ignore[misc]
            times.append((at - begin) / NS_A_MS)
    return times


def test_first_paint(byby: Town) -> None:
    bare, board, live, beside = [], [], [], []
    peer = [sys.executable, str(Path(__file__).with_name("static_peer.py"))]
    argv = command("--config", str(byby.config))
    for _ in range(RUNS + 1):
        bare += painted(peer, "PEER READY")
        # With nothing running: the monitor starts beside the dashboard.
        first, panel = painted(argv, "RUM (", "blok-a ")
        board.append(first)
        live.append(panel)
        monitor = byby.monitor_pid()
        settled([monitor])
        # With a monitor that runs as a service.
        beside += painted(argv, "blok-a ")
        byby.run("stop")
        until(lambda monitor=monitor: gone(monitor))  # type: ignore[misc]
    print()
    tell("peer: one Static in Textual, first paint", bare[1:])
    tell("guardroom to first paint (board's frame)", board[1:], bare[1:])
    tell("guardroom to the live board, monitor starting too", live[1:], bare[1:])
    tell("guardroom to the live board, monitor running", beside[1:], bare[1:])


def first_ack(pair: SerialPair, text: str) -> int:
    """A panel that tries every 50 ms until its call is acknowledged; when (monotonic ns) it was."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        pair.write(EOT + b"1" + ENQ + b"2" + ENQ)
        if not pair.read(EVERY_S).endswith(ACK):
            continue
        pair.write(block("005", text))
        if pair.read(1).endswith(ACK):
            at = time.monotonic_ns()
            pair.write(EOT)
            return at
    raise AssertionError("never acknowledged")


def test_restart(byby: Town) -> None:
    started, least = [], []
    monitor = byby.start_monitor()
    for number in range(RUNS + 1):
        settled([monitor.pid])
        first_ack(byby.pair, f"OVERFALD A{number:04}")
        monitor.kill()
        monitor.wait()
        begin = time.monotonic_ns()
        subprocess.run([sys.executable, "-c", "pass"], check=True, stdin=subprocess.DEVNULL)
        least.append((time.monotonic_ns() - begin) / NS_A_MS)
        begin = time.monotonic_ns()
        monitor = monitor_of(byby)
        started.append((first_ack(byby.pair, f"OVERFALD B{number:04}") - begin) / NS_A_MS)
        settled([monitor.pid])
        if number < RUNS:
            monitor.kill()
            monitor.wait()
            assert monitor.stderr is not None
            monitor.stderr.close()
            monitor = byby.start_monitor()
    end(monitor)
    print()
    tell("floor: python -c pass", least[1:])
    tell("killed monitor started again, to the first ACK", started[1:])


def test_restart_under_the_program(byby: Town) -> None:
    killed = []
    with guarded(byby) as (_glass, pids):
        dashboard = pids[1]
        for number in range(RUNS + 1):
            monitor = byby.monitor_pid()
            settled([monitor, dashboard])
            begin = time.monotonic_ns()
            os.kill(monitor, signal.SIGKILL)
            killed.append((first_ack(byby.pair, f"OVERFALD {number:05}") - begin) / NS_A_MS)
            with suppress(AssertionError):
                until(lambda monitor=monitor: byby.monitor_pid() != monitor, 10)  # type: ignore[misc]
    print()
    tell("SIGKILL under guardroom, to the first ACK", killed[1:])
