"""The terminal that the dashboard lives in: it may be slow, frozen, closed, or taken away, and the dashboard copes.

Textual hands its output to a bounded queue and waits when that is full, so a terminal that nobody reads (a frozen
SSH session, a selection made in a console window) would stop the whole program. Here output that cannot be shown is
dropped, and the screen is painted anew, whole, when the terminal is read again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import select
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from textual.drivers._writer_thread import WriterThread

if TYPE_CHECKING:
    from textual.app import App

if sys.platform == "win32":
    from textual.drivers.windows_driver import WindowsDriver as _Driver
else:
    import termios

    from textual.drivers.linux_driver import LinuxDriver as _Driver

_WAITING = 128 * 1024  # characters that may wait for the terminal: a few whole screens
_PIECE = 16 * 1024  # bytes in one write to it
_LEAVE_S = 3.0  # what is left of the program when its terminal has gone has this long to end by itself

_MODE = re.compile(r"(\x1b\[(?!\?2026[hl])[?<>=][\d;]*\$?[a-zA-Z])+")
"""Switches and questions of the terminal (alternate screen, mouse, keys), which must arrive even when paint cannot;
the marks around a paint (2026) belong to the paint."""

_log = logging.getLogger(__name__)


class DroppingWriter(WriterThread):
    """Writes to the terminal in a thread, and never makes the program wait.

    `dropped` is True from the moment that something could not be shown; all further paint is dropped then, as it
    would be old when it is seen. When the terminal has taken what was on its way, `on_drained` is called (in the
    writer's thread); its answer is `resume` and a whole repaint.
    """

    def __init__(self, file: IO[str], on_drained: Callable[[], object]) -> None:
        super().__init__(file)
        self._on_drained = on_drained
        self._handle = _own_handle(file)
        self._waiting: list[str] = []
        self._size = 0
        self._busy = False
        self._ending = False
        self._hurry = False
        self._gone = False
        self._changed = threading.Condition()
        self.dropped = False

    def write(self, text: str) -> None:
        """Take `text` for writing, or drop it. Returns at once, from whichever thread."""
        with self._changed:
            if self._gone:
                return
            if _MODE.fullmatch(text) is None:
                if self.dropped:
                    return
                if self._size + len(text) > _WAITING and self._busy:
                    self._drop()
                    return
            self._waiting.append(text)
            self._size += len(text)
            self._changed.notify()

    def _drop(self) -> None:
        self.dropped = True
        self._waiting = [text for text in self._waiting if _MODE.fullmatch(text)]
        self._size = sum(map(len, self._waiting))

    def resume(self) -> None:
        """Accept paint again: a whole repaint follows."""
        with self._changed:
            self.dropped = False

    def run(self) -> None:
        """Write until stopped."""
        try:
            self._write_until_stopped()
        finally:
            if self._handle >= 0:
                os.close(self._handle)

    def _write_until_stopped(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                drained = self.dropped and not self._waiting and not self._ending
            if drained:
                self._on_drained()
            with self._changed:
                while not self._waiting and not self._ending:
                    self._changed.wait()
                if not self._waiting:
                    return
                text = "".join(self._waiting)
                self._waiting, self._size, self._busy = [], 0, True
            try:
                self._put(text)
            except (OSError, ValueError):
                # The terminal has gone; whoever watches it ends the program.
                with self._changed:
                    self._gone, self._busy, self._waiting, self._size = True, False, [], 0
                return

    def _put(self, text: str) -> None:
        if sys.platform == "win32":
            self._file.write(text)
            self._file.flush()
            return
        left = memoryview(text.encode("utf-8", "replace"))
        while left and not self._hurry:
            try:
                left = left[os.write(self._handle, left[:_PIECE]) :]
            except BlockingIOError:
                select.select([], [self._handle], [], 0.1)
        if left:
            # A control sequence may have been cut: CAN ends it.
            with self._changed:
                self._hurry = False
                self._waiting.insert(0, "\x18")

    def stop(self) -> None:
        """Write what is left and end, within about a second and a half even where nobody reads the terminal.

        A terminal that is not read loses what waits for it; only its switches are set back.
        """
        with self._changed:
            self._ending = True
            self._changed.notify()
        self.join(timeout=0.5)
        if sys.platform != "win32" and self.is_alive():
            with self._changed:
                self._drop()
                self._hurry = self._busy
            with suppress(OSError, ValueError, termios.error):
                termios.tcflush(self._file.fileno(), termios.TCOFLUSH)
            self.join(timeout=1)


def _own_handle(file: IO[str]) -> int:
    """The terminal behind `file`, opened once more: what is set on it (not to wait) is not set for the shell too.

    Where it cannot be opened by its name (another user's terminal, after `su`) writes wait, and only the thread
    that makes them with them.
    """
    if sys.platform == "win32":
        return -1
    try:
        return os.open(os.ttyname(file.fileno()), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return os.dup(file.fileno())


class SafeDriver(_Driver):
    """The platform's driver with a `DroppingWriter` in place of Textual's writer: `App(driver_class=SafeDriver)`.

    After output was dropped the whole screen is painted anew, not only what has changed since.
    """

    _writer: DroppingWriter | None = None

    # Textual's drivers make their own writer as they start; it is exchanged as it is put in its place.
    @property
    def _writer_thread(self) -> WriterThread | None:
        return self._writer

    @_writer_thread.setter
    def _writer_thread(self, writer: WriterThread | None) -> None:
        self._writer = None if writer is None else DroppingWriter(writer._file, self._drained)

    def _drained(self) -> None:
        with suppress(RuntimeError):  # the loop has just ended
            self._app.call_later(self._repaint)

    def _repaint(self) -> None:
        if self._writer is not None:
            self._writer.resume()
        if self._app.screen_stack:
            self._app.screen.refresh(layout=True)


def watch(app: App[Any]) -> None:
    """Look after `app`'s terminal from now on; to be called when the app is mounted. Does nothing without a screen.

    Leaves orderly on SIGTERM, SIGHUP and SIGINT, and ends the program when its terminal has gone, where Textual would
    go round and round reading from nothing.
    """
    if app.is_headless:
        return
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGBREAK"):
        _leave_on(name, loop, app.exit)
    if sys.platform != "win32" and sys.__stdin__ is not None and sys.__stdin__.isatty():
        threading.Thread(
            target=_leave_with_terminal, args=(sys.__stdin__.fileno(), loop, app), name="hang-up", daemon=True
        ).start()


def ring(app: App[Any]) -> None:
    """The terminal's bell, from any thread, without waiting for the app's loop."""
    if not app.is_headless and app._driver is not None:
        with suppress(Exception):  # before the driver has started and after it has ended there is no bell
            app._driver.write("\a")


def _leave_on(name: str, loop: asyncio.AbstractEventLoop, leave: Callable[[], None]) -> None:
    number = getattr(signal, name, None)
    if number is None:
        return
    try:
        loop.add_signal_handler(number, leave)
    except NotImplementedError:  # Windows
        signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(leave) and None)
    except (RuntimeError, ValueError):
        _log.warning("%s cannot be handled outside the main thread", name)


if sys.platform != "win32":

    def _leave_with_terminal(terminal: int, loop: asyncio.AbstractEventLoop, app: App[Any]) -> None:
        """Wait for the terminal's end, then for the app's; end the program (129, as a hang-up would) if it stays."""
        poll = select.poll()
        poll.register(terminal, 0)
        while True:
            events = [event for _file, event in poll.poll(10_000)]
            if any(event & (select.POLLHUP | select.POLLERR) for event in events):
                break
            if events:  # a system whose poll does not know terminals
                return
        _log.warning("the terminal has gone")
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(app.exit)
        threading.Event().wait(_LEAVE_S)
        if app.is_running:
            os._exit(129)
