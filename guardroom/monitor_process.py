"""The monitor as a process of its own: starting one, and asking a running one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from multiprocessing import AuthenticationError
from pathlib import Path

import msgspec

from guardroom.alarms.view import BoardView
from guardroom.endpoint import dial, is_running, program_version, read_endpoint
from guardroom.feed import LARGEST_MESSAGE, FromMonitor, ToMonitor, decode_from_monitor, encode
from guardroom.settings import Settings

START_S = 10.0
STOP_S = 10.0
POLL_S = 0.02


class OtherVersion(Exception):
    """The running monitor is of another program version, `program`."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program


def command(name: str, config: Path) -> list[str]:
    """The command line that starts a part of this same program. `-P`: never import from the folder one stands in."""
    return [sys.executable, "-P", "-m", "guardroom", name, "--config", str(config)]


def monitor_log(settings: Settings) -> Path:
    """Where a monitor that was started in the background writes its log."""
    return settings.journal.with_name(settings.journal.stem + "-monitor.log")


def start_monitor(settings: Settings) -> subprocess.Popen[bytes]:
    """Start the monitor, detached from this terminal, so that it outlives it."""
    settings.journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = os.open(monitor_log(settings), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    try:
        return subprocess.Popen(
            command("monitor", settings.path),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            creationflags=flags,
            cwd=settings.journal.parent,
        )
    finally:
        os.close(log)


def ask(journal: Path, *, stop: bool = False) -> FromMonitor | None:
    """Call the monitor: its first view, or the wish that it stops. None when none answers.

    Raises `OtherVersion` where the two programs would not understand each other.
    """
    endpoint = read_endpoint(journal)
    if endpoint is None:
        return None
    try:
        with dial(endpoint) as line:
            line.send_bytes(encode(ToMonitor(program=program_version(), stop=stop)))
            welcome = decode_from_monitor(line.recv_bytes(LARGEST_MESSAGE))
            if welcome.refused:
                raise OtherVersion(welcome.program)
            if stop:
                return welcome
            first = decode_from_monitor(line.recv_bytes(LARGEST_MESSAGE))
            return FromMonitor(program=welcome.program, pid=welcome.pid, view=first.view)
    except (OSError, EOFError, AuthenticationError, msgspec.DecodeError):
        return None


def stop_monitor(journal: Path) -> bool:
    """Ask the monitor to stop and wait until it has. False where none runs (or it does not stop in 10 s)."""
    if ask(journal, stop=True) is None:
        return False
    deadline = time.monotonic() + STOP_S
    while time.monotonic() < deadline:
        if not is_running(journal):
            return True
        time.sleep(POLL_S)
    return False


def view_of(journal: Path) -> tuple[int, BoardView] | None:
    """The monitor's process id and present view, None when none answers."""
    answer = ask(journal)
    return (answer.pid, answer.view) if answer is not None and answer.view is not None else None
