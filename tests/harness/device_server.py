"""A network device server with one serial port, as town halls have them: bytes from TCP to a panel and back."""

from __future__ import annotations

import contextlib
import queue
import selectors
import socket
import threading
from types import TracebackType
from typing import Self


class DeviceServer:
    """The test is the panel. With `one_client` it hangs up on whoever comes while somebody holds the line; else every
    byte that comes is anybody's, and what the panel says goes to all."""

    def __init__(self, *, one_client: bool = True) -> None:
        self._one_client = one_client
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._clients: list[socket.socket] = []
        self._lock = threading.Lock()
        self._come: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._wake, self._ending = socket.socketpair()
        self._ends = selectors.DefaultSelector()
        self._thread = threading.Thread(target=self._carry, name="device server", daemon=True)
        self._stopped = False
        self.refused = 0

    @property
    def url(self) -> str:
        """What the program opens."""
        return f"socket://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def clients(self) -> int:
        """How many hold the line now."""
        with self._lock:
            return len(self._clients)

    def write(self, data: bytes) -> None:
        """Send bytes to whoever holds the line; nobody hears them else."""
        with self._lock:
            for client in self._clients:
                with contextlib.suppress(OSError):
                    client.sendall(data)

    def read(self, timeout: float = 5) -> bytes:
        """What clients have sent, as soon as there is any; b"" after `timeout` seconds without."""
        try:
            data = self._come.get(timeout=timeout)
            while not self._come.empty():
                data += self._come.get()
        except queue.Empty:
            return b""
        return data

    def __enter__(self) -> Self:
        for end in (self._listener, self._wake):
            self._ends.register(end, selectors.EVENT_READ)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Be gone, as one that has no power."""
        if self._stopped:
            return
        self._stopped = True
        self._ending.send(b"!")
        self._thread.join()
        for end in (self._listener, self._wake, self._ending, *self._clients):
            end.close()
        self._ends.close()

    def _carry(self) -> None:
        while True:
            for key, _events in self._ends.select():
                end = key.fileobj
                assert isinstance(end, socket.socket)
                if end is self._wake:
                    return
                if end is self._listener:
                    self._admit(end.accept()[0])
                else:
                    self._take(end)

    def _admit(self, client: socket.socket) -> None:
        with self._lock:
            if self._one_client and self._clients:
                self.refused += 1
                client.close()
                return
            self._clients.append(client)
        self._ends.register(client, selectors.EVENT_READ)

    def _take(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if data := client.recv(4096):
                self._come.put(data)
                return
        self._ends.unregister(client)
        with self._lock:
            self._clients.remove(client)
        client.close()
