"""`guardroom record`: what comes and goes on a panel's line, into a file to send when a panel misbehaves."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import dumps
from pathlib import Path
from types import FrameType
from typing import IO

from drivers.ports import PORT_ERRORS, PortProblem, close_port, receive
from drivers.rawlog import raw_log_path, record_line, rotated
from guardroom.clock import Clock, SystemClock, stamp
from guardroom.language import _
from guardroom.panel_port import open_panel_port
from guardroom.settings import PanelSettings
from guardroom.text import clean

LOOK_S = 0.2
"""How often the monitor's own log is looked at for news."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom record --panel NAME FILE [--config FILE]`."""
    parser.add_argument(
        "--panel", required=True, metavar="NAME", help=_("the panel, as it is named in the configuration")
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=_("the file to write; it must not exist yet"))
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))


def run(args: argparse.Namespace) -> int:
    """Record until Ctrl+C or SIGTERM. 2 where the panel or the file is wrong, 1 where the port cannot be read."""
    from guardroom.config import load
    from guardroom.monitor_lock import is_running

    settings = load(args.config)
    panel = next((panel for panel in settings.panels if panel.name == args.panel), None)
    if panel is None:
        names = ", ".join(panel.name for panel in settings.panels) or _("none")
        return _refuse(
            _("There is no panel “{name}”; the configuration has: {names}."), 2, name=args.panel, names=names
        )
    clock = SystemClock()
    source: Source
    try:
        if is_running(settings.journal):
            source = MonitorLog(raw_log_path(settings.journal, panel.name))
            said = _("The monitor runs: its bytes of panel {panel} are recorded. Ctrl+C ends.")
        else:
            source = OpenPort(panel, clock)
            said = _(
                "No monitor runs: this listens to panel {panel} and answers nothing; no alarm is taken meanwhile. "
                "Ctrl+C ends."
            )
    except PortProblem as problem:
        return _refuse(_sentence(problem), 1, port=panel.port, detail=clean(problem.detail))
    try:
        with _new(args.file) as file, _ending() as ended:
            head = {"guardroom": "record", "panel": panel.name, "driver": panel.driver, "at": stamp(clock.now())}
            file.write(dumps(head) + "\n")
            file.flush()
            print(clean(said.format(panel=panel.name)), file=sys.stderr, flush=True)
            count = _copy(source, file, ended)
    except FileExistsError:
        return _refuse(_("{file} exists already; name another file."), 2, file=args.file)
    except OSError as error:
        return _refuse(_("{file} cannot be written: {detail}."), 2, file=args.file, detail=error.strerror or error)
    finally:
        source.close()
    print(_("{count} records are in {file}.").format(count=count, file=args.file), file=sys.stderr)
    if source.ended:
        return _refuse(_("The line went away: {detail}."), 1, detail=clean(source.ended))
    return 0


class Source:
    """Where records come from. `ended` says why no more will come, "" while they may."""

    ended = ""

    def lines(self, ended: threading.Event) -> str:
        """The new records, whole lines; waits a moment where there are none."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the source."""


class OpenPort(Source):
    """The panel's port itself, opened for this program alone, and only listened to. Raises `PortProblem`."""

    def __init__(self, panel: PanelSettings, clock: Clock) -> None:
        self._clock = clock
        self._line = open_panel_port(panel, LOOK_S)

    def lines(self, ended: threading.Event) -> str:
        """What has come, as one record."""
        try:
            data = receive(self._line)
        except PORT_ERRORS as error:
            self.ended = str(error) or type(error).__name__
            return ""
        return record_line("in", data, self._clock.now(), self._clock.monotonic()) if data else ""

    def close(self) -> None:
        """Close the port."""
        close_port(self._line)


class MonitorLog(Source):
    """The raw log that the running monitor writes, from now on, across its changes of file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rest = b""
        self._file = _identity(path)
        self._read = path.stat().st_size if self._file else 0

    def lines(self, ended: threading.Event) -> str:
        """The whole lines that have been added."""
        now = _identity(self._path)
        if now != self._file:
            if self._file is not None and _identity(rotated(self._path, 1)) == self._file:
                self._rest += self._tail(rotated(self._path, 1))
            self._file, self._read = now, 0
        self._rest += self._tail(self._path)
        whole, newline, self._rest = self._rest.rpartition(b"\n")
        if not newline:
            ended.wait(LOOK_S)
        return (whole + newline).decode("ascii", errors="replace")

    def _tail(self, path: Path) -> bytes:
        # Opened for each look: Windows does not rename a file that is kept open.
        try:
            with path.open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except OSError:
            return b""
        self._read += len(data)
        return data


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _copy(source: Source, file: IO[str], ended: threading.Event) -> int:
    """Records from `source` to `file` until it is over: how many."""
    count = 0
    while not ended.is_set() and not source.ended:
        lines = source.lines(ended)
        if lines:
            file.write(lines)
            file.flush()
            count += lines.count("\n")
    return count


@contextmanager
def _ending() -> Iterator[threading.Event]:
    """An event that Ctrl+C and SIGTERM set, instead of what they do otherwise."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _new(path: Path) -> IO[str]:
    """A new file that only its user can read: it holds what panels say of people."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="\n")


def _sentence(problem: PortProblem) -> str:
    sentences: dict[str, Callable[[], str]] = {
        "no_such_port": lambda: _("There is no port {port}."),
        "busy": lambda: (
            _("{port} is in use by {detail}.") if problem.detail else _("{port} is in use by another program.")
        ),
        "permission": lambda: _("This user may not open {port}."),
        "bad_url": lambda: _("{port} is no port: {detail}."),
    }
    return sentences.get(problem.code, lambda: _("{port} cannot be opened: {detail}."))()


def _refuse(sentence: str, code: int, **values: object) -> int:
    print(sentence.format(**values), file=sys.stderr)
    return code
