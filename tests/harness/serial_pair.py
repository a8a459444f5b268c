"""A pair of pseudo-terminals in place of a serial cable, with a stable name as under /dev/serial/by-id."""

from __future__ import annotations

import os
import pty
import select
import time
import tty
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class SerialPair:
    """The program opens `path` (a link to the device); the test is the panel and has the other end.

    `device` is what the link leads to now. The device stays there while nobody has it open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._master = self._slave = -1
        self._plug_in()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def fileno(self) -> int:
        """The test's end, for `select`."""
        return self._master

    def write(self, data: bytes) -> None:
        """Send bytes to the program; waits while the device's buffer is full."""
        while data:
            data = data[os.write(self._master, data) :]

    def read(self, timeout: float = 5) -> bytes:
        """What the program has sent, as soon as there is any; b"" after `timeout` seconds without."""
        if not select.select([self._master], [], [], timeout)[0]:
            return b""
        return os.read(self._master, 65536)

    def read_exactly(self, count: int, timeout: float = 5) -> bytes:
        """The next `count` bytes. AssertionError, with what came, if they do not come in `timeout` seconds."""
        end = time.monotonic() + timeout
        data = b""
        while len(data) < count:
            if not select.select([self._master], [], [], max(0.0, end - time.monotonic()))[0]:
                raise AssertionError(f"{count} bytes expected in {timeout} s, had {data!r}")
            data += os.read(self._master, count - len(data))
        return data

    def hang_up(self) -> None:
        """Pull the plug: the device fails for whoever has it open, and its name leads nowhere."""
        for end in (self._master, self._slave):
            with suppress(OSError):
                os.close(end)
        self._master = self._slave = -1
        self.path.unlink(missing_ok=True)

    def replug(self) -> None:
        """Pull the plug and put it in again: another device behind the same name."""
        # The new one is made first, so that it does not get the old one's number.
        old = self._master, self._slave
        self._plug_in()
        for end in old:
            with suppress(OSError):
                os.close(end)

    def close(self) -> None:
        """Take it all away."""
        self.hang_up()

    def _plug_in(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        tty.setraw(self._master)
        self.device = os.ttyname(self._slave)
        link = self.path.with_name(self.path.name + ".new")
        link.unlink(missing_ok=True)
        link.symlink_to(self.device)
        link.replace(self.path)
