"""SQLite files: how they are opened, made private, checked, copied and set aside. Standard library only."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from db.errors import StorageError, storage_error

BUSY_MS = 1500
"""How long to wait for a lock on the way of an alarm: panels repeat after some 2 to 4 s without an answer."""
CACHE_KIB = 512
"""What a connection may keep of its file; the system keeps the rest. SQLite's own 2 MiB fill up over weeks, once for
each of a monitor's connections."""
STATEMENTS = 32
"""How many statements a connection keeps prepared. Python's own 128 fill up over days, at some 10 KiB each: a question
about three rows and one about four are two statements."""
_COMPANIONS = ("-wal", "-shm")


class _Cursor(sqlite3.Cursor):
    """One that tells of a damaged file as that, also where SQLite's words for it quote what is damaged."""

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        """Carry it out. Raises sqlite3.Error."""
        try:
            return super().execute(sql, parameters)
        except UnicodeDecodeError as quoted:
            damage = sqlite3.DatabaseError(quoted.object.decode("utf-8", "replace"))
            damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damage from quoted


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        """Where statements are carried out."""
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Carry it out, with a cursor of its own. Raises sqlite3.Error."""
        cursor: sqlite3.Cursor = self.cursor().execute(sql, parameters)
        return cursor


def connect(path: Path, *, write: bool, busy_ms: int = BUSY_MS) -> sqlite3.Connection:
    """A connection that never creates the file and starts no transaction by itself.

    `busy_ms`: how long to wait for another process's lock. A reader (`write=False`) cannot change the file and does
    not checkpoint either: SQLite up to 3.51.2 can corrupt a file in WAL mode when two connections do so at once.
    Raises sqlite3.Error.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'rw' if write else 'ro'}",
        uri=True,
        timeout=busy_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=STATEMENTS,
        factory=_Connection,
    )
    if not write:
        connection.execute("PRAGMA query_only = ON")
    return connection


def identity(path: Path) -> tuple[int, int]:
    """Which file the name means now. Raises OSError."""
    found = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, at every entry of the journal
    return found.st_dev, found.st_ino


def settle(connection: sqlite3.Connection, *, busy_ms: int = BUSY_MS, checkpoint_pages: int = 1000) -> None:
    """Make every commit of this writer durable when it returns: WAL with a sync at each commit.

    `checkpoint_pages`: length of the WAL at which a commit also checkpoints; 0 for writers that never may.
    Raises sqlite3.Error, or StorageError where the file system cannot do WAL.
    """
    connection.execute(f"PRAGMA busy_timeout = {busy_ms:d}")
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StorageError("other", f"journal_mode is {mode}")
    connection.execute("PRAGMA synchronous = FULL")
    # On macOS a plain fsync leaves the data in the drive's cache; elsewhere these two do nothing.
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB:d}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {checkpoint_pages:d}")


def make_private(path: Path) -> None:
    """Create the file if it is not there, readable and writable for its owner only (0600), and so its companions.

    SQLite gives `-wal` and `-shm` the mode of the database, which would be 0644 under the usual umask. Windows has
    its own inherited permissions, which are left alone. Raises StorageError.
    """
    try:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            sync_folder(path.parent)
        if os.name == "posix":
            for file in (path, *_companions(path)):
                # Whoever closes the database last takes its companions away.
                with contextlib.suppress(FileNotFoundError):
                    if file.stat().st_mode & 0o077:
                        file.chmod(0o600)
    except OSError as error:
        raise storage_error(error) from error


def quick_check(path: Path) -> str | None:
    """What is wrong with the file, in SQLite's words; None when it is sound, empty or not there.

    Takes about 1 ms per MiB. A single flipped byte inside a value goes unnoticed.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        with contextlib.closing(connect(path, write=False)) as connection:
            found: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        if storage_error(error).code == "corrupt":
            return str(error)
        raise storage_error(error, path) from error
    return None if found == "ok" else found


def integrity_check(path: Path) -> str | None:
    """What is wrong with a copy, looked through as thoroughly as SQLite can; None when it is sound. Some ms per MiB."""
    try:
        with contextlib.closing(connect(path, write=False)) as connection:
            found: str = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                return found
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return None if broken is None else f"foreign key of table {broken[0]}"


def set_aside(path: Path, label: str = "corrupt") -> Path:
    """Rename a file, with its companions, to `<name>.<label>.<UTC>`; returns its new name. Nothing is deleted.

    Raises StorageError, for instance on Windows where another program has the file open.
    """
    aside = _free_name(path, f"{label}.")
    try:
        # The companions first: a WAL left beside a new file would be thrown away by SQLite.
        for companion in _companions(path):
            companion.rename(f"{aside}{companion.name[len(path.name) :]}")
        path.rename(aside)
        sync_folder(path.parent)
    except OSError as error:
        raise storage_error(error) from error
    return aside


def keep_beside(path: Path, label: str) -> Path | None:
    """Give what has this name `<name>.<label>.<UTC>` too, which is returned; None where there is nothing.

    Where the file system cannot give it two names, or it has companions, it is set aside. Raises StorageError.
    """
    if not path.exists():
        return None
    aside = _free_name(path, f"{label}.")
    try:
        # Companions belong to the file that goes: they must not be found beside the new one.
        if any(_companions(path)):
            raise OSError
        os.link(path, aside)
    except OSError:
        return set_aside(path, label)
    return aside


def put_in_place(part: Path, path: Path) -> None:
    """Give `part` the name `path`, in one step. Raises StorageError."""
    try:
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise storage_error(error) from error


def take_back(path: Path, aside: Path | None) -> None:
    """Give what `keep_beside` has kept its name again, whatever has it now; where it kept nothing, there is nothing
    again. Raises StorageError."""
    try:
        if aside is None:
            path.unlink(missing_ok=True)
        elif path.exists() and path.samefile(aside):
            # A second name of the file that stays in use.
            aside.unlink()
        else:
            aside.replace(path)
            for companion in _companions(aside):
                companion.rename(f"{path}{companion.name[len(aside.name) :]}")
        sync_folder(path.parent)
    except OSError as error:
        raise storage_error(error) from error


def have_alone(path: Path) -> None:
    """Make sure that no other program has the file open, and that all of it is in the one file.

    Raises StorageError: "locked" where another program has it open.
    """
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        with contextlib.closing(connect(path, write=True)) as connection:
            # Leaving WAL mode needs the file for itself.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise storage_error(error, path) from error


def copy_to(path: Path, target: Path) -> None:
    """A private, synced copy of the database as the new file `target`; others may write meanwhile.

    Raises StorageError.
    """
    try:
        make_private(target)
        with (
            contextlib.closing(connect(path, write=False)) as source,
            contextlib.closing(connect(target, write=True)) as written,
        ):
            # In one step: a copy in several steps starts again whenever somebody commits.
            source.backup(written, pages=-1)
            written.execute("PRAGMA journal_mode = DELETE")
        sync_file(target)
    except (sqlite3.Error, OSError) as error:
        raise storage_error(error, path) from error


def backup(path: Path, label: str) -> Path:
    """A checked, private copy of the database beside it, named `<name>.<label>-<UTC>`; others may write meanwhile.

    One file, complete in itself: it has its name only after it was copied, checked and synced. Raises StorageError.
    """
    copy = _free_name(path, f"{label}-")
    part = copy.with_name(f"{copy.name}.part")
    try:
        copy_to(path, part)
        if (wrong := quick_check(part)) is not None:
            raise StorageError("corrupt", wrong)
        part.rename(copy)
        sync_folder(path.parent)
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        part.unlink(missing_ok=True)
    return copy


def sync_file(path: Path) -> None:
    """Have what is in the file on the disk when this returns. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make new and changed names in the folder survive a power cut, where the system offers it (POSIX)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _companions(path: Path) -> Iterator[Path]:
    for ending in _COMPANIONS:
        companion = path.with_name(path.name + ending)
        if companion.exists():
            yield companion


def _free_name(path: Path, label: str) -> Path:
    wanted = path.with_name(f"{path.name}.{label}{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    free, number = wanted, 1
    while free.exists():
        number += 1
        free = wanted.with_name(f"{wanted.name}.{number}")
    return free
