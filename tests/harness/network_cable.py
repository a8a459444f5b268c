"""A network cable between a program and a server that can be pulled: then nothing is answered, nor refused."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from types import TracebackType
from typing import Self


class NetworkCable:
    """Connect to `port` on 127.0.0.1 to reach `server`; new connections too wait while the cable is out."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._plugged = threading.Event()
        self._plugged.set()
        self._wake, self._ending = socket.socketpair()
        self._peers: dict[socket.socket, socket.socket] = {}
        self._ends = selectors.DefaultSelector()
        self._thread = threading.Thread(target=self._carry, name="network cable", daemon=True)

    @property
    def port(self) -> int:
        """Where programs connect to."""
        port: int = self._listener.getsockname()[1]
        return port

    def pull(self) -> None:
        """Nothing comes through any more, either way; what was sent waits."""
        self._plugged.clear()

    def plug(self) -> None:
        """Everything comes through again."""
        self._plugged.set()

    def __enter__(self) -> Self:
        for end in (self._listener, self._wake):
            self._ends.register(end, selectors.EVENT_READ)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.send(b"!")
        self._plugged.set()
        self._thread.join()
        for end in (self._listener, self._wake, self._ending, *self._peers):
            end.close()
        self._ends.close()

    def _carry(self) -> None:
        while True:
            for key, _events in self._ends.select():
                end = key.fileobj
                assert isinstance(end, socket.socket)
                if end is self._wake:
                    return
                self._plugged.wait()
                if end is self._listener:
                    self._join(end.accept()[0])
                elif end in self._peers:
                    self._pass_on(end)

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._server, timeout=5)
        except OSError:
            near.close()
            return
        self._peers |= {near: far, far: near}
        for end in (near, far):
            self._ends.register(end, selectors.EVENT_READ)

    def _pass_on(self, end: socket.socket) -> None:
        other = self._peers[end]
        with contextlib.suppress(OSError):
            if data := end.recv(65536):
                other.sendall(data)
                return
        for each in (end, other):
            self._ends.unregister(each)
            del self._peers[each]
            each.close()
