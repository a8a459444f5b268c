"""The journal: everything that came from a panel or was done about it, in the order it came, on the disk of this PC.

Append-only. What `append` has returned for survives a power cut; only then may a panel be told that its signal was
received. This file is on the way to the first alarm after a start: it needs nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from db.errors import StorageError, storage_error
from db.sqlite import BUSY_MS, connect, identity, quick_check, set_aside, settle

__all__ = [
    "Entry",
    "EntryConflict",
    "EntryType",
    "Journal",
    "Snapshot",
    "StorageError",
    "quick_check",
    "read_entries",
    "read_first_at",
    "read_kind",
    "read_last_number",
    "set_aside",
    "tells_of",
]

EntryType = Literal["signal", "act", "health", "note"]
_COLUMNS = "number, at, boot, mono, type, panel, act_id, body, raw"
_INSERT = f"INSERT INTO entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(number) DO NOTHING"  # noqa: S608
_SELECT = f"SELECT {_COLUMNS} FROM entry"  # noqa: S608
_SNAPSHOTS_KEPT = 3
_PAGE = 500
_CROSSED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal.

    `number` is given by the writer and only ever grows. `at` is UTC, ISO 8601. `mono` is monotonic seconds, which
    can be compared between entries of the same `boot` only. `body` is JSON. `act_id` is the unique id of an act,
    `raw` the bytes of a panel's frame.
    """

    number: int
    at: str
    boot: str
    mono: float
    type: EntryType
    body: str
    panel: str | None = None
    act_id: str | None = None
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state after entry `number`, as `version` of the program wrote it."""

    number: int
    at: str
    version: str
    state: bytes


class EntryConflict(Exception):
    """An entry's number, or its act, is in the journal already and says something else. Nothing was stored."""

    def __init__(self, number: int) -> None:
        super().__init__(f"entry {number} is in the journal with other content, or its act under another number")
        self.number = number


def open_writer(path: Path) -> sqlite3.Connection:
    """The journal's own connection. Raises sqlite3.Error."""
    return connect(path, write=True)


class Journal:
    """The one writer of a journal file whose schema is current (see `db.schema.prepare_journal`). Thread-safe.

    After a failure the connection is closed and a new one opened by the next call: a sync that failed must not be
    tried again on the same handle, it may report success for data that the system has dropped. Only after waiting
    in vain for another process's lock (1.5 s) the connection is kept.
    Reads use connections of their own, so that no slow reader keeps a signal from being stored.
    `make_room` is told what cannot be stored; where it says that there is room now, it is tried once more.
    """

    def __init__(
        self,
        path: Path,
        opener: Callable[[Path], sqlite3.Connection] = open_writer,
        make_room: Callable[[StorageError], bool] = lambda _refused: False,
    ) -> None:
        self.path = path
        self._opener = opener
        self._make_room = make_room
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._suspect = False
        self._closed = False

    @classmethod
    def open(cls, path: Path, opener: Callable[[Path], sqlite3.Connection] = open_writer) -> Journal:
        """The journal in `path`, ready to write. `opener` is a seam for tests. Raises StorageError."""
        journal = cls(path, opener)
        with journal._lock, journal._writer():
            return journal

    def append(self, entries: Sequence[Entry]) -> None:
        """Store the entries, all or none; they are on the disk when this returns.

        When it raised StorageError nobody knows whether they are stored: call again with the same entries, and those
        that are there already are left alone. Raises EntryConflict where a number is taken by something else.
        """
        if not entries:
            return
        try:
            self._append(entries)
        except StorageError as refused:
            if not self._make_room(refused):
                raise
            self._append(entries)

    def _append(self, entries: Sequence[Entry]) -> None:
        with self._lock, self._transaction() as connection:
            before = connection.total_changes
            for entry in entries:
                try:
                    connection.execute(_INSERT, _row(entry))
                except sqlite3.IntegrityError as error:
                    raise EntryConflict(entry.number) from error
            if connection.total_changes - before != len(entries):
                _require_same(connection, entries)

    def last_number(self) -> int:
        """The number of the last entry; 0 when there is none. Raises StorageError."""
        with self._lock, self._writer() as connection:
            return _last_number(connection)

    def entries(self, after: int = 0, upto: int | None = None, limit: int | None = None) -> Iterator[Entry]:
        """Entries in order: those above `after`, up to and with `upto`, at most `limit`. Raises StorageError."""
        return read_entries(self.path, after, upto, limit)

    def save_snapshot(self, number: int, at: str, version: str, state: bytes) -> None:
        """Keep the state after entry `number`; the newest three are kept. Raises StorageError."""
        with self._lock, self._transaction() as connection:
            connection.execute(
                "INSERT INTO snapshot (number, at, version, state) VALUES (?, ?, ?, ?)"
                " ON CONFLICT(number) DO UPDATE"
                " SET at = excluded.at, version = excluded.version, state = excluded.state",
                (number, at, version, state),
            )
            connection.execute(
                "DELETE FROM snapshot WHERE number NOT IN (SELECT number FROM snapshot ORDER BY number DESC LIMIT ?)",
                (_SNAPSHOTS_KEPT,),
            )

    def snapshot(self, at_most: int | None = None) -> Snapshot | None:
        """The newest snapshot, or the newest not after entry `at_most`. Raises StorageError."""
        with _reading(self.path) as connection:
            row = connection.execute(
                "SELECT number, at, version, state FROM snapshot WHERE ? IS NULL OR number <= ?"
                " ORDER BY number DESC LIMIT 1",
                (at_most, at_most),
            ).fetchone()
        return None if row is None else Snapshot(*row)

    def checkpoint(self) -> None:
        """Move what is in the WAL into the database as far as readers allow, without waiting for them.

        For quiet moments: it spares the commit that would otherwise do so in the middle of an alarm.
        Raises StorageError.
        """
        with self._lock, self._writer() as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def crossed_out(self) -> int:
        """The number of the last entry that `cross_out` has dealt with. Raises StorageError."""
        with _reading(self.path) as connection:
            number: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return number

    def old_upto(self, before: str, now: str) -> int:
        """The number of the last entry from before the moment `before`, and before the first that is not, of those that
        `cross_out` has not dealt with; else of the last that it has.

        Times are as `Entry.at`. Numbers grow with time, but this computer's clock may have been wrong: an entry that is
        dated back does not make those before it old, and one that is dated ahead of `now` does not keep those after it.
        Raises StorageError.
        """
        with _reading(self.path) as connection:
            reached: int = connection.execute("PRAGMA user_version").fetchone()[0]
            young = connection.execute(
                "SELECT number FROM entry WHERE number > ? AND at >= ? AND at <= ? ORDER BY number LIMIT 1",
                (reached, before, now),
            ).fetchone()
            (old,) = connection.execute(
                "SELECT max(number) FROM entry WHERE number > ? AND at < ? AND (? IS NULL OR number < ?)",
                (reached, before, *(young or (None,)) * 2),
            ).fetchone()
        return reached if old is None else old

    def cross_out(self, upto: int, plain: Callable[[Entry], Entry]) -> Iterator[int]:
        """Write `plain` of each entry over it: of those up to and with the number `upto`.

        Number, time and kind stay: the journal is folded as it was. What was there is overwritten, here and in the
        WAL once `empty_wal` has succeeded. In pages, so that a signal is held up for no longer than by another one;
        after each page, how many of its entries were others than before. Raises StorageError.
        """
        reached = self.crossed_out()
        while True:
            page = list(read_entries(self.path, reached, upto, _CROSSED_AT_ONCE))
            if not page:
                return
            others = [(other.body, other.raw, entry.number) for entry in page if (other := plain(entry)) != entry]
            reached = page[-1].number
            with self._lock, self._transaction() as connection:
                connection.executemany("UPDATE entry SET body = ?, raw = ? WHERE number = ?", others)
                connection.execute(f"PRAGMA user_version = {reached:d}")
            yield len(others)

    def forget_snapshots(self, before: str) -> None:
        """Drop the snapshots that were saved before this moment, except where it is the only one. Raises
        StorageError."""
        with self._lock, self._transaction() as connection:
            connection.execute(
                "DELETE FROM snapshot WHERE at < ? AND number < (SELECT max(number) FROM snapshot)", (before,)
            )

    def empty_wal(self) -> bool:
        """Move everything in the WAL into the database and empty it; False where a reader is in the way. Raises
        StorageError."""
        with self._lock, self._writer() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        return not busy

    def close(self) -> None:
        """End. Later calls raise StorageError."""
        with self._lock:
            self._closed = True
            self._drop()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _writer(self) -> Iterator[sqlite3.Connection]:
        """The connection, opened if need be; after an error of storage it is dropped. The lock is held."""
        try:
            yield self._current()
        except (sqlite3.Error, OSError) as error:
            failure = storage_error(error, self.path)
            self._fail(failure)
            raise failure from error
        except StorageError as failure:
            self._fail(failure)
            raise

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writer() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except EntryConflict:
                connection.execute("ROLLBACK")
                raise
            except sqlite3.Error:
                raise
            except BaseException:
                self._drop()
                raise

    def _current(self) -> sqlite3.Connection:
        if self._closed:
            raise StorageError("other", "the journal is closed")
        if self._connection is not None:
            # A deleted or replaced file would go on taking entries that nobody can ever read.
            if identity(self.path) == self._file:
                return self._connection
            raise StorageError("missing", f"{self.path} was moved, replaced or deleted")
        connection = self._opener(self.path)
        try:
            settle(connection)
            # What is crossed out is overwritten.
            connection.execute("PRAGMA secure_delete = ON")
            self._start_clean(connection)
            self._file = identity(self.path)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        self._suspect = False
        return connection

    def _start_clean(self, connection: sqlite3.Connection) -> None:
        """Bring what an earlier connection left in the WAL into the database, synced, and begin the WAL anew.

        After a failed sync the WAL may hold a transaction that is readable now but not on the disk, and that nothing
        would ever write again: it, and whatever is chained after it, would vanish in a power cut. So after such a
        failure the checkpoint has to succeed; at an ordinary start it may be put off, to receive alarms all the same.
        """
        if self._suspect:
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise StorageError("locked", "another process is reading the journal")
            return
        connection.execute("PRAGMA busy_timeout = 0")
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")

    def _fail(self, failure: StorageError) -> None:
        kept = self._connection
        if failure.code == "locked" and kept is not None and not kept.in_transaction:
            return  # nothing was begun, and opening again would wait for the same lock
        self._drop()
        if failure.code not in ("disk_full", "locked", "read_only", "missing"):
            self._suspect = True

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()


def read_entries(path: Path, after: int = 0, upto: int | None = None, limit: int | None = None) -> Iterator[Entry]:
    """Entries of any journal file, read beside its writer: those above `after`, up to `upto`, at most `limit`.

    Read in pages, so that a reader that dawdles holds up no checkpoint. Raises StorageError.
    """
    wanted = -1 if limit is None else max(limit, 0)
    with _reading(path) as connection:
        while wanted:
            page = _PAGE if wanted < 0 else min(_PAGE, wanted)
            rows = connection.execute(
                f"{_SELECT} WHERE number > ? AND (? IS NULL OR number <= ?) ORDER BY number LIMIT ?",
                (after, upto, upto, page),
            ).fetchall()
            for number, at, boot, mono, kind, panel, act_id, body, raw in rows:
                yield Entry(number, at, boot, mono, kind, body, panel, act_id, raw)
            if len(rows) < page:
                return
            after = rows[-1][0]
            wanted = wanted - page if wanted > 0 else wanted


def read_kind(path: Path, kind: EntryType, since: str, until: str) -> Iterator[Entry]:
    """Entries of one type made from `since` until before `until` (as `Entry.at`), read beside the writer. Raises
    StorageError."""
    with _reading(path) as connection:
        rows = connection.execute(
            f"{_SELECT} WHERE type = ? AND at >= ? AND at < ? ORDER BY number", (kind, since, until)
        ).fetchall()
    for number, at, boot, mono, entry_type, panel, act_id, body, raw in rows:
        yield Entry(number, at, boot, mono, entry_type, body, panel, act_id, raw)


def read_first_at(path: Path) -> str | None:
    """When the first entry was made (as `Entry.at`), None where there is none; notes are not counted. Raises
    StorageError."""
    with _reading(path) as connection:
        row = connection.execute("SELECT at FROM entry WHERE type != 'note' ORDER BY number LIMIT 1").fetchone()
    return None if row is None else row[0]


def tells_of(path: Path, since: str, until: str) -> bool:
    """Whether an entry was made from `since` until before `until` (as `Entry.at`); notes are not counted. Raises
    StorageError."""
    with _reading(path) as connection:
        row = connection.execute(
            "SELECT 1 FROM entry WHERE type != 'note' AND at >= ? AND at < ? LIMIT 1", (since, until)
        ).fetchone()
    return row is not None


def read_last_number(path: Path) -> int:
    """The highest number that can be read in a journal file, damaged or not; 0 where nothing can be."""
    try:
        with _reading(path) as connection:
            return _last_number(connection)
    except StorageError:
        return 0


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with contextlib.closing(connect(path, write=False)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise storage_error(error, path) from error


def _last_number(connection: sqlite3.Connection) -> int:
    number: int = connection.execute("SELECT coalesce(max(number), 0) FROM entry").fetchone()[0]
    return number


def _row(entry: Entry) -> tuple[int, str, str, float, str, str | None, str | None, str, bytes | None]:
    return (
        entry.number,
        entry.at,
        entry.boot,
        entry.mono,
        entry.type,
        entry.panel,
        entry.act_id,
        entry.body,
        entry.raw,
    )


def _require_same(connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """A number that is taken must be taken by this very entry, else something would be lost unseen."""
    for entry in entries:
        if connection.execute(f"{_SELECT} WHERE number = ?", (entry.number,)).fetchone() != _row(entry):
            raise EntryConflict(entry.number)
