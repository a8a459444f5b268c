"""A program on a real pseudo-terminal, with a screen that a test can read."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import pyte

KEYS: dict[str, str] = {
    "enter": "\r",
    "esc": "\x1b",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "insert": "\x1b[2~",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    **{f"f{n}": f"\x1bO{letter}" for n, letter in enumerate("PQRS", 1)},
    **{f"f{n}": f"\x1b[{code}~" for n, code in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)},
    **{f"ctrl+{chr(code + 96)}": chr(code) for code in range(1, 27)},
}
"""What an xterm sends for the keys that have names."""

_ESCAPE_S = 0.2  # a lone escape is told from the start of a sequence by the pause after it
# pyte knows no sequences with these marks (keyboard protocols) and would print their ends.
_UNKNOWN = re.compile(rb"\x1b\[[<=>][\d;]*[a-zA-Z]")
_UNFINISHED = re.compile(rb"\x1b(\[[<=>]?[\d;]*)?$")
# The terminal becomes the program's own, as in a real one, so that closing it hangs up.
_LAUNCH = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"


class PtyProgram:
    """A program started on a pseudo-terminal of `size` rows and columns; ended when the `with` block is left.

    `env` is laid over this process's environment, where TERM is xterm-256color with 24-bit colours.
    `chunks` has everything the program wrote, with the monotonic time in ns at which it was read.
    """

    def __init__(
        self,
        argv: Sequence[str],
        size: tuple[int, int] = (36, 120),
        env: Mapping[str, str] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES") and not name.startswith("TEXTUAL")
        }
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"} | dict(env or {})
        self.chunks: list[tuple[int, bytes]] = []
        self._screen = pyte.Screen(size[1], size[0])
        self._stream = pyte.ByteStream(self._screen)
        self._rest = b""
        self._changed = threading.Condition()
        self._reading = threading.Event()
        self._reading.set()
        self._ended = False
        self._closed = False
        self.master, terminal = pty.openpty()
        self._set_size(size)
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _LAUNCH, *argv],
                stdin=terminal,
                stdout=terminal,
                stderr=terminal,
                env=environment,
                cwd=cwd,
                pass_fds=pass_fds,
                start_new_session=True,
            )
        except BaseException:
            os.close(self.master)
            raise
        finally:
            os.close(terminal)
        self._reader = threading.Thread(target=self._read, name="pty reader", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self.process.pid

    @property
    def output(self) -> bytes:
        """Everything that was read from the program."""
        with self._changed:
            return b"".join(data for _at, data in self.chunks)

    def screen_lines(self) -> list[str]:
        """What is on the glass, a string a row."""
        with self._changed:
            return list(self._screen.display)

    def screen_text(self) -> str:
        """What is on the glass, rows joined by line ends."""
        return "\n".join(self.screen_lines())

    def wipe(self) -> None:
        """Forget what is on the glass, as if every cell had been spoilt: only what is painted anew is seen."""
        with self._changed:
            self._screen.reset()

    def wait_for(self, wanted: str | Callable[[str], bool], timeout: float = 15) -> str:
        """Wait until a text is on the glass, or `wanted` says so of the screen's text. Returns that text.

        AssertionError, with the screen, after `timeout` seconds or when the program has ended without it.
        """
        found = wanted if callable(wanted) else lambda text: wanted in text
        end = time.monotonic() + timeout
        while True:
            with self._changed:
                text = "\n".join(self._screen.display)
                if found(text):
                    return text
                left = end - time.monotonic()
                if left <= 0 or self._ended:
                    why = "the program has ended" if self._ended else f"not seen in {timeout} s"
                    raise AssertionError(f"{wanted!r}: {why}; on the glass:\n{text}")
                self._changed.wait(min(left, 0.1))

    def press(self, *keys: str) -> None:
        """Press keys: names of `KEYS` (f12, esc, ctrl+s ...), anything else is typed as it stands."""
        for key in keys:
            os.write(self.master, KEYS.get(key, key).encode())
            if KEYS.get(key) == "\x1b":
                time.sleep(_ESCAPE_S)

    def resize(self, rows: int, columns: int) -> None:
        """Make the terminal this large; the program is told by SIGWINCH."""
        with self._changed:
            self._screen.resize(rows, columns)
        self._set_size((rows, columns))

    def stall(self) -> None:
        """Stop reading what the program writes, as a frozen terminal does."""
        self._reading.clear()

    def unstall(self) -> None:
        """Read again."""
        self._reading.set()

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the program itself."""
        self.process.send_signal(number)

    def wait(self, timeout: float = 15) -> int:
        """The exit code (negative: the signal) once the program has ended and its output has been read."""
        code = self.process.wait(timeout)
        if self._reading.is_set():
            self._reader.join(timeout=5)
        return code

    def hang_up(self) -> None:
        """Take the terminal away."""
        self._closed = True
        self._reading.set()
        self._reader.join(timeout=5)
        with suppress(OSError):
            os.close(self.master)
        self.master = -1

    def close(self) -> None:
        """End the program and everything in its process group, and give the terminal back."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)
        if self.master >= 0:
            self.hang_up()

    def _set_size(self, size: tuple[int, int]) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", size[0], size[1], 0, 0))

    def _read(self) -> None:
        while not self._closed:
            if not self._reading.wait(0.1) or not select.select([self.master], [], [], 0.05)[0]:
                continue
            if not self._reading.is_set():
                continue
            try:
                data = os.read(self.master, 65536)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                data = b""
            with self._changed:
                if not data:
                    self._ended = True
                    self._changed.notify_all()
                    return
                self.chunks.append((time.monotonic_ns(), data))
                self._feed(data)
                self._changed.notify_all()

    def _feed(self, data: bytes) -> None:
        data = _UNKNOWN.sub(b"", self._rest + data)
        unfinished = _UNFINISHED.search(data)
        cut = unfinished.start() if unfinished else len(data)
        self._rest = data[cut:]
        self._stream.feed(data[:cut])
