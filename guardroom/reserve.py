"""A little room that is kept free for the journal on its disk: a file that is there to be given up.

Where something else has filled the disk, a monitor can still begin and dashboards can still find it, and the next
alarms are still stored and acknowledged; the board says meanwhile that the disk is full.
"""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

from db.errors import StorageError
from guardroom.disk import space_at

log = logging.getLogger(__name__)

RESERVE_BYTES = 2 << 20
"""Room for some hundred alarms, and for the small files that a monitor makes when it begins."""

_FULL_BYTES = 256 << 10
"""With less than this a disk is full: SQLite cannot open a journal any more."""


class Reserve:
    """The room beside one journal."""

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_name(f"{journal.stem}-reserve")

    def keep(self) -> None:
        """Set the room aside, where there is none and the disk is not nearly full. What fails is tried the next
        time."""
        try:
            if self._is_kept() or space_at(self.path.parent).nearly_full:
                return
            self.path.unlink(missing_ok=True)
            _set_aside(self.path)
        except OSError as problem:
            log.info("no room is kept free for the journal: %s", problem)
            with contextlib.suppress(OSError):
                self.path.unlink()

    def use(self, refused: StorageError | None = None) -> bool:
        """Give the room up where the disk is full, by what it says of itself or because it has `refused` something as
        that; whether there is room now that there was not. A quota is full on a disk that is not."""
        try:
            is_full = refused is not None and refused.code == "disk_full"
            if not is_full and space_at(self.path.parent).free >= _FULL_BYTES:
                return False
            self.path.unlink()
        except OSError:
            return False
        log.warning("the disk is full: the room that was kept free for the journal is given up")
        return True

    def _is_kept(self) -> bool:
        try:
            return self.path.stat().st_size == RESERVE_BYTES
        except FileNotFoundError:
            return False


def _set_aside(path: Path) -> None:
    # Windows would write two bytes for each line's end.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
        else:
            # Written, as a file with holes keeps nothing.
            file.write(os.urandom(RESERVE_BYTES))
