"""Word that somebody has written to the main database. A hint only: whoever is woken reads the rows.

PostgreSQL tells by NOTIFY, which `db.main.writing` sends in the transaction that writes. A SQLite file has a number
that changes with every commit of another connection; reading it costs some microseconds.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from db.errors import StorageError, storage_error
from db.schema import sqlite_path
from db.sqlite import connect, identity

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection, Engine

CHANNEL = "guardroom"
"""The name under which PostgreSQL tells of changes."""
POLL_S = 0.05
"""How often a SQLite file's number is read."""
CHECK_S = 5.0
"""A server that has said nothing for so long is asked whether it is still there."""


class Watch(Protocol):
    """A kept connection that hears of changes. For one thread."""

    def wait(self, timeout: float) -> bool:
        """Wait for a change, or `timeout` seconds; True where there was, or may have been, one. Raises StorageError."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


def watch(url: str) -> Watch:
    """Begin to hear of changes. Raises StorageError where the database is away."""
    path = sqlite_path(url)
    return _ServerWatch(url) if path is None else _FileWatch(path)


class _FileWatch:
    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = identity(path)
            self._connection = connect(path, write=False)
            self._version = self._read()
        except (sqlite3.Error, OSError) as error:
            raise storage_error(error, path) from error

    def wait(self, timeout: float) -> bool:
        end = time.monotonic() + timeout
        try:
            while True:
                version = self._read()
                if version != self._version:
                    self._version = version
                    return True
                left = end - time.monotonic()
                if left <= 0:
                    break
                time.sleep(min(POLL_S, left))
            if identity(self._path) != self._file:
                # Restored or replaced: the kept connection would look at the old file for ever.
                raise StorageError("missing", str(self._path))
        except (sqlite3.Error, OSError) as error:
            raise storage_error(error, self._path) from error
        return False

    def close(self) -> None:
        self._connection.close()

    def _read(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


class _ServerWatch:
    def __init__(self, url: str) -> None:
        from db.main import translated

        self._engine = _listening_engine(url)
        self._connection: Connection | None = None
        try:
            with translated():
                self._connection = self._engine.connect()
                self._line = _psycopg(self._connection)
            self._do(f"LISTEN {CHANNEL}")
        except BaseException:
            self.close()
            raise
        self._checked = time.monotonic()

    def wait(self, timeout: float) -> bool:
        import psycopg

        try:
            for _hint in self._line.notifies(timeout=timeout, stop_after=1):
                self._checked = time.monotonic()
                return True
        except psycopg.Error as error:
            raise StorageError("away", str(error)) from error
        if time.monotonic() - self._checked < CHECK_S:
            return False
        # A cable that was pulled says nothing by itself. What is told while this is asked is lost: look all the same.
        self._do("SELECT 1")
        self._checked = time.monotonic()
        return True

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Exception):
                # Not given back to the pool: that would speak with the server once more.
                self._connection.invalidate()
        self._engine.dispose()

    def _do(self, statement: str) -> None:
        import psycopg

        try:
            self._line.execute(statement.encode())
        except psycopg.Error as error:
            raise StorageError("away", str(error)) from error


def _listening_engine(url: str) -> Engine:
    from db.main import open_engine

    return open_engine(url).execution_options(isolation_level="AUTOCOMMIT")


def _psycopg(connection: Connection) -> psycopg.Connection[tuple[object, ...]]:
    import psycopg

    line = connection.connection.driver_connection
    assert isinstance(line, psycopg.Connection)
    return line
