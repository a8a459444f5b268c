"""The databases' schemas: which revision a file has, and bringing it to the one this program knows.

Tables are made and changed by the Alembic scripts under `migrations/` alone. Loading Alembic takes longer than
everything else until alarms are received, so a file that is up to date is recognised with the standard library.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db.errors import ForeignDatabase, NewerDatabase, StorageError, storage_error
from db.sqlite import backup, connect, make_private, quick_check

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = [
    "JOURNAL",
    "MAIN",
    "OUTBOX",
    "ForeignDatabase",
    "NewerDatabase",
    "Prepared",
    "Schema",
    "Status",
    "StorageError",
    "file_status",
    "journal_status",
    "main_status",
    "prepare_file",
    "prepare_journal",
    "prepare_main",
    "prepare_outbox",
    "server_status",
    "sqlite_path",
]

Standing = Literal["new", "current", "older", "newer", "foreign", "unreadable"]
_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADING = threading.Lock()
"""Alembic knows one upgrade at a time in a process: its scripts find theirs in a module's globals."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One database's migrations: the folder of its scripts and their revisions, oldest first."""

    folder: Path
    revisions: tuple[str, ...]

    @property
    def head(self) -> str:
        """The revision that this program works with."""
        return self.revisions[-1]


JOURNAL = Schema(_MIGRATIONS / "journal", ("journal_0001",))
MAIN = Schema(
    _MIGRATIONS / "main",
    (
        "main_0001",
        "main_0002",
        "main_0003",
        "main_0004",
        "main_0005",
        "main_0006",
        "main_0007",
        "main_0008",
        "main_0009",
    ),
)
OUTBOX = Schema(_MIGRATIONS / "outbox", ("outbox_0001",))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What had to be done. `backup` is the copy from before a migration (None on a server: that has its own)."""

    created: bool = False
    migrated_from: str | None = None
    backup: Path | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How a database stands; `revision` is what it has, `detail` what is wrong with one that is unreadable."""

    standing: Standing
    revision: str | None = None
    detail: str = ""


def prepare_journal(path: Path, schema: Schema = JOURNAL) -> Prepared:
    """Make the journal file ready: created, or migrated after a backup copy, or left as it is.

    Raises NewerDatabase, ForeignDatabase, StorageError; the file is then as it was.
    """
    return _prepare_file(schema, path)


def prepare_main(url: str, schema: Schema = MAIN) -> Prepared:
    """Make the main database ready: created, or migrated (a SQLite file after a backup copy), or left as it is.

    Raises NewerDatabase, ForeignDatabase, StorageError; the database is then as it was.
    """
    path = sqlite_path(url)
    return _prepare_server(schema, url) if path is None else _prepare_file(schema, path)


def prepare_outbox(path: Path, schema: Schema = OUTBOX) -> Prepared:
    """Make the file of the alarms' notices ready: created, or migrated after a backup copy, or left as it is.

    Raises NewerDatabase, ForeignDatabase, StorageError; the file is then as it was.
    """
    return _prepare_file(schema, path)


def journal_status(path: Path, schema: Schema = JOURNAL, *, thorough: bool = True) -> Status:
    """How the journal file stands; changes nothing. `thorough`: also whether it is sound, which takes time."""
    return _file_status(schema, path, thorough)


def main_status(url: str, schema: Schema = MAIN, *, thorough: bool = True) -> Status:
    """How the main database stands; changes nothing. `thorough`: also whether a file is sound, which takes time."""
    path = sqlite_path(url)
    if path is not None:
        return _file_status(schema, path, thorough)
    try:
        return _server_status(schema, url)
    except StorageError as error:
        return Status("unreadable", detail=error.detail)


def file_status(schema: Schema, path: Path) -> Status:
    """How a file stands of which nothing but its schema is wanted; changes nothing."""
    return _file_status(schema, path, thorough=False)


def prepare_file(schema: Schema, path: Path) -> Prepared:
    """Make a file of this schema ready, as `prepare_main` and `prepare_journal` do theirs. Raises as they do."""
    return _prepare_file(schema, path)


def server_status(connection: Connection) -> Status:
    """How the main database on a server stands, as this connection's transaction sees it."""
    return _server_standing(MAIN, connection)


def sqlite_path(url: str) -> Path | None:
    """The file that a SQLite URL names (`sqlite:///guardroom.db`), or None for a server's URL.

    Raises ValueError where it names no file (`sqlite://`, in memory): what is kept has to be on a disk.
    """
    scheme, _, rest = url.partition(":")
    if scheme not in ("sqlite", "sqlite+pysqlite"):
        return None
    name = rest.partition("?")[0].removeprefix("///")
    if not rest.startswith("///") or name in ("", ":memory:"):
        raise ValueError(url)
    return Path(name)


def _prepare_file(schema: Schema, path: Path) -> Prepared:
    try:
        exists = path.exists()
    except OSError as error:
        raise storage_error(error) from error
    status = _read_file(schema, path) if exists else Status("new")
    _refuse(status, str(path))
    make_private(path)
    if status.standing == "current":
        return Prepared()
    if status.standing == "older":
        copy = backup(path, f"before-{schema.head}")
        _upgrade_file(schema, path)
        return Prepared(migrated_from=status.revision, backup=copy)
    _upgrade_file(schema, path)
    return Prepared(created=True)


def _file_status(schema: Schema, path: Path, thorough: bool) -> Status:
    try:
        if not path.exists():
            return Status("new")
        if thorough and (wrong := quick_check(path)) is not None:
            return Status("unreadable", detail=wrong)
        return _read_file(schema, path)
    except StorageError as error:
        return Status("unreadable", detail=error.detail)
    except OSError as error:
        return Status("unreadable", detail=str(error))


def _read_file(schema: Schema, path: Path) -> Status:
    try:
        with contextlib.closing(connect(path, write=False)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            revisions: list[str] = []
            if "alembic_version" in tables:
                revisions = [row[0] for row in connection.execute("SELECT version_num FROM alembic_version")]
    except sqlite3.Error as error:
        raise storage_error(error, path) from error
    return _judge(schema, revisions, tables)


def _judge(schema: Schema, revisions: list[str], tables: set[str]) -> Status:
    if not revisions:
        own = {"alembic_version", "sqlite_sequence"}
        return Status("foreign") if tables - own else Status("new")
    revision = ", ".join(revisions)
    if revision == schema.head:
        return Status("current", revision)
    if revision in schema.revisions:
        return Status("older", revision)
    if any(revision in other.revisions for other in (JOURNAL, MAIN, OUTBOX)):
        return Status("foreign", revision)
    return Status("newer", revision)


def _refuse(status: Status, where: str) -> None:
    if status.standing == "newer":
        raise NewerDatabase(where, status.revision or "")
    if status.standing == "foreign":
        raise ForeignDatabase(where)


def _upgrade_file(schema: Schema, path: Path) -> None:
    from db.main import open_file, translated

    # Foreign keys are off while tables are rebuilt (sqlite.org/lang_altertable.html) and checked before the commit.
    engine = open_file(path, foreign_keys=False, owner=True).execution_options(writing=True)
    try:
        with translated(path), engine.begin() as connection:
            _upgrade(schema, connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
            if broken is not None:
                raise StorageError("corrupt", f"foreign key of table {broken[0]}")
    finally:
        engine.dispose()


def _prepare_server(schema: Schema, url: str) -> Prepared:
    from sqlalchemy import text

    from db.main import open_engine, translated

    # Nothing to do is the usual case, and is found out within the usual time.
    if _server_status(schema, url).standing == "current":
        return Prepared()
    # A large table takes its time, and the other station's migration too.
    engine = open_engine(url, answer_s=None)
    try:
        with translated(), engine.begin() as connection:
            # Two stations that start together: the second waits and then finds nothing left to do.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('guardroom schema'))"))
            status = _server_standing(schema, connection)
            _refuse(status, engine.url.render_as_string())
            if status.standing == "current":
                return Prepared()
            _upgrade(schema, connection)
            return Prepared(created=status.standing == "new", migrated_from=status.revision)
    finally:
        engine.dispose()


def _server_status(schema: Schema, url: str) -> Status:
    from db.main import open_engine, translated

    engine = open_engine(url)
    try:
        with translated(), engine.connect() as connection:
            return _server_standing(schema, connection)
    finally:
        engine.dispose()


def _server_standing(schema: Schema, connection: Connection) -> Status:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import inspect

    revisions = MigrationContext.configure(connection).get_current_heads()
    return _judge(schema, list(revisions), set(inspect(connection).get_table_names()))


def _upgrade(schema: Schema, connection: Connection) -> None:
    """Run the scripts inside the connection's transaction: all of them or none."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(schema.folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _UPGRADING:
        command.upgrade(config, schema.head)
