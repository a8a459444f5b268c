"""Asking a running monitor."""

from __future__ import annotations

import time
from multiprocessing import AuthenticationError
from pathlib import Path

import msgspec

from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.view import BoardView
from guardroom.endpoint import await_word, dial, read_endpoint
from guardroom.feed import LARGEST_MESSAGE, FromMonitor, ToMonitor, decode_from_monitor, encode
from guardroom.monitor_lock import is_running
from guardroom.version import VERSION

STOP_S = 10.0
POLL_S = 0.02


class OtherVersion(Exception):
    """The running monitor is of another program version, `program`."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program


def ask(journal: Path, *, stop: bool = False) -> FromMonitor | None:
    """Call the monitor: its first view, or the wish that it stops. None when none answers.

    Raises `OtherVersion` where the two programs would not understand each other.
    """
    endpoint = read_endpoint(journal)
    if endpoint is None:
        return None
    try:
        with dial(endpoint) as line:
            line.send_bytes(encode(ToMonitor(program=VERSION, stop=stop)))
            await_word(line)
            welcome = decode_from_monitor(line.recv_bytes(LARGEST_MESSAGE))
            if welcome.refused:
                raise OtherVersion(welcome.program)
            if stop:
                return welcome
            await_word(line)
            first = decode_from_monitor(line.recv_bytes(LARGEST_MESSAGE))
            return FromMonitor(program=welcome.program, pid=welcome.pid, view=first.view)
    except (OSError, EOFError, AuthenticationError, msgspec.DecodeError):
        return None


def act_of(journal: Path, act: Act) -> ActReply | None:
    """Have the monitor carry out an act of its own station: its answer, None where none answers."""
    endpoint = read_endpoint(journal)
    if endpoint is None:
        return None
    try:
        with dial(endpoint) as line:
            line.send_bytes(encode(ToMonitor(program=VERSION)))
            line.send_bytes(encode(ToMonitor(act=act)))
            while True:
                await_word(line)
                said = decode_from_monitor(line.recv_bytes(LARGEST_MESSAGE))
                if said.refused:
                    return None
                if said.reply is not None and said.reply.id == act.id:
                    return said.reply
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
