"""Where the monitor of a configuration is reached: `<journal>.monitor`, beside the journal, tells its address and the
key of its socket, and can be read by its user only."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from dataclasses import asdict, dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, answer_challenge, deliver_challenge
from pathlib import Path

ANSWER_S = 3.0
"""How long a monitor may take to say its first word."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running monitor's process, address on loopback, key, and program version."""

    pid: int
    port: int
    key: str
    program: str

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return ("127.0.0.1", self.port)


def endpoint_path(journal: Path) -> Path:
    """The file that tells a monitor's address."""
    return journal.with_name(journal.name + ".monitor")


def write_endpoint(journal: Path, endpoint: Endpoint) -> None:
    """Tell where the monitor is; whole or not at all, and for its own user only."""
    path = endpoint_path(journal)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(endpoint), file)
    fresh.replace(path)


def read_endpoint(journal: Path) -> Endpoint | None:
    """The monitor's address as last told, None where there is none. It may be gone all the same."""
    try:
        return Endpoint(**json.loads(endpoint_path(journal).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def dial(endpoint: Endpoint) -> Connection[bytes, bytes]:
    """Connect and prove to each other that both know the key. Raises OSError, EOFError or AuthenticationError."""
    line: Connection[bytes, bytes] = Client(endpoint.address)
    try:
        _without_delay(line)
        key = bytes.fromhex(endpoint.key)
        await_word(line)
        answer_challenge(line, key)
        deliver_challenge(line, key)
    except (OSError, EOFError, AuthenticationError):
        line.close()
        raise
    except (ValueError, AssertionError) as strange:
        line.close()
        raise AuthenticationError(str(strange)) from strange
    return line


def await_word(line: Connection[bytes, bytes]) -> None:
    """Wait until the other side says something. Raises TimeoutError: it may be stopped, or no monitor at all."""
    if not line.poll(ANSWER_S):
        raise TimeoutError("no answer")


def admit(line: Connection[bytes, bytes], key: bytes) -> None:
    """The monitor's side of `dial`. Raises OSError, EOFError or AuthenticationError."""
    _without_delay(line)
    deliver_challenge(line, key)
    answer_challenge(line, key)


def hang_up(line: Connection[bytes, bytes]) -> None:
    """End a line for both sides: whoever waits on it gets EOF. The thread that reads it closes it afterwards.

    Closing it here would pull the handle from under the thread that is using it.
    """
    with contextlib.suppress(OSError):
        twin = socket.socket(fileno=line.fileno())
        try:
            twin.shutdown(socket.SHUT_RDWR)
        finally:
            twin.detach()


def _without_delay(line: Connection[bytes, bytes]) -> None:
    # Small messages that follow each other must not wait for the other side's delayed acknowledgement.
    twin = socket.socket(fileno=line.fileno())
    try:
        twin.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    finally:
        twin.detach()
