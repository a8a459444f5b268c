"""There is only one monitor of a journal: it holds `<journal>.lock`, beside the journal, for as long as it lives.

The operating system lets go of the lock however the process ends.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
from pathlib import Path

log = logging.getLogger(__name__)


class MonitorLock:
    """The right to be the monitor of a journal. SQLite holds the lock: the same on every operating system."""

    def __init__(self, journal: Path) -> None:
        self._path = journal.with_name(journal.name + ".lock")
        self._connection: sqlite3.Connection | None = None

    def take(self) -> bool:
        """Take the lock; False when another process has it."""
        with contextlib.suppress(OSError):
            # SQLite gives what it makes beside the file the rights of the file. One that is there is not opened:
            # closing it would take the lock from this process where it has it already.
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                connection.close()
                return False
            # A disk that takes nothing takes no lock either; receiving alarms is worth more than being alone.
            log.warning("no lock can be taken: %s", error)
        with contextlib.suppress(OSError):
            self._path.chmod(0o600)
        self._connection = connection
        return True

    def release(self) -> None:
        """Let go of the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def is_running(journal: Path) -> bool:
    """Whether a monitor runs for this journal."""
    if not journal.parent.exists():
        return False
    probe = MonitorLock(journal)
    if probe.take():
        probe.release()
        return False
    return True


def mark_stopped(journal: Path, *, stopped: bool) -> None:
    """Note that somebody stopped the monitor on purpose, or that it has been started again."""
    mark = journal.with_name(journal.name + ".stopped")
    with contextlib.suppress(OSError):
        if stopped:
            mark.touch(0o600)
        else:
            mark.unlink(missing_ok=True)


def was_stopped(journal: Path) -> bool:
    """Whether the monitor was stopped on purpose and not started since."""
    return journal.with_name(journal.name + ".stopped").exists()
