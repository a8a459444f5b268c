"""The raw log: every byte that came and went on a panel's line, with its time. It is what a town hall sends when a
panel misbehaves. One JSON object a line: `{"at": "…Z", "mono": 12.345678, "dir": "in", "hex": "0201"}`.
"""

from __future__ import annotations

import logging
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

_log = logging.getLogger(__name__)

RETRY_S = 5.0
"""How long a log that could not be written is left alone."""


def raw_log_path(journal: Path, panel: str) -> Path:
    """Where the raw log of `panel` is kept: in a folder beside the journal.

    The panel's name becomes a file name that every system takes: other characters than letters, digits, `-`, `_`
    and `.` are written as `%` and their number, so that two panels never share a file.
    """
    name = re.sub(r"[^\w.-]", lambda found: f"%{ord(found.group()):x}", panel) or "%"
    name = re.sub(r"^\.", "%2e", name)
    return journal.with_name(f"{journal.stem}-raw") / f"{name}.jsonl"


def rotated(path: Path, number: int) -> Path:
    """The `number`-th older file of a raw log, 1 being the newest of them."""
    return path.with_name(f"{path.name}.{number}")


def record_line(direction: str, data: bytes, at: datetime, mono: float) -> str:
    """One line of a raw log or recording. `direction` is "in" (from the panel) or "out"."""
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f'{{"at": "{stamp}", "mono": {mono:.6f}, "dir": "{direction}", "hex": "{data.hex()}"}}\n'


class RawLog:
    """A panel's raw log, in `files` files of at most about `max_bytes` each. For one thread.

    It never fails: what cannot be written is lost, said once in the program's log, and tried again later.
    Each record is handed to the system at once but not forced to the disk.
    """

    def __init__(self, path: Path, *, max_bytes: int = 5 * 1024 * 1024, files: int = 4) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._files = files
        self._file: IO[str] | None = None
        self._size = 0
        self._resume = 0.0
        self._failed = False

    def write(self, direction: str, data: bytes, at: datetime, mono: float) -> None:
        """Add one record: `direction` is "in" or "out", `at` the time of day, `mono` monotonic seconds."""
        if self._failed and mono < self._resume:
            return
        line = record_line(direction, data, at, mono)
        try:
            file = self._ready(len(line))
            file.write(line)
            file.flush()
        except OSError as error:
            if not self._failed:
                _log.warning("%s: bytes are not recorded: %s", self.path, error)
            self._failed = True
            self._resume = mono + RETRY_S
            self.close()
            return
        self._size += len(line)
        if self._failed:
            self._failed = False
            _log.info("%s: bytes are recorded again", self.path)

    def close(self) -> None:
        """Close the file; the next `write` opens it again."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                _log.debug("%s: %s", self.path, error)

    def _ready(self, length: int) -> IO[str]:
        if self._file is not None and self._size and self._size + length > self._max_bytes:
            self._rotate()
        if self._file is None:
            self._open()
            if self._size and self._size + length > self._max_bytes:
                self._rotate()
                self._open()
        assert self._file is not None
        return self._file

    def _open(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = open(  # noqa: SIM115  # kept open; `Path.open` takes no opener
            self.path, "a", encoding="ascii", newline="\n", opener=_private
        )
        self._size = os.fstat(self._file.fileno()).st_size

    def _rotate(self) -> None:
        self.close()
        try:
            for number in range(self._files - 1, 0, -1):
                older = self.path if number == 1 else rotated(self.path, number - 1)
                if older.exists():
                    older.replace(rotated(self.path, number))
        except OSError as error:
            # Windows does not rename a file that somebody is reading: go on in it, but never without an end.
            if self.path.exists() and self.path.stat().st_size > 2 * self._max_bytes:
                raise
            _log.debug("%s: %s", self.path, error)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
