"""The dashboard's sign of life to its supervisor: a datagram on loopback, each second, from the screen's loop."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

_PORT = "GUARDROOM_ALIVE_PORT"


class Listener:
    """The supervisor's end."""

    def __init__(self, patience_s: float) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(patience_s)

    def environment(self) -> dict[str, str]:
        """What a dashboard must find in its environment to be heard here."""
        return {_PORT: str(self._socket.getsockname()[1])}

    def hear(self, pid: int) -> bool:
        """Wait a little; True when the process told that it is alive."""
        try:
            return self._socket.recv(32) == str(pid).encode()
        except TimeoutError:
            return False


class Teller:
    """The dashboard's end; call it to tell."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self._socket.setblocking(False)
        self._word = str(os.getpid()).encode()

    def __call__(self) -> None:
        with suppress(OSError):
            self._socket.send(self._word)


def teller() -> Teller | None:
    """The line to this process's supervisor, None where it has none."""
    port = os.environ.pop(_PORT, "")
    return Teller(int(port)) if port.isdigit() else None
