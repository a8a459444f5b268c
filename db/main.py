"""The main database: opening it, its sessions, and the questions that are only about storage."""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from db.alarm_tables import AlarmLine, AlarmRow, ShiftRow, StationCursor
from db.drill_tables import ButtonTestRow
from db.errors import Code, StorageError, storage_error
from db.schema import sqlite_path
from db.sqlite import connect, identity, make_private, settle
from db.waking import CHANNEL

ANSWER_S = 20.0
"""How long a server may take for one statement, in seconds."""
_BUSY_MS = 5000
_CHECKPOINT_BUSY_MS = 250
_NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', '')")
_BY_SQLSTATE: dict[str | None, Code] = {
    # Given up for another's transaction: it may be tried again.
    "40001": "locked",
    "40P01": "locked",
    "55P03": "locked",
    "53100": "disk_full",
    # A server that only follows another one.
    "25006": "read_only",
    # The server has closed the transaction of a station that fell asleep in it.
    "25P03": "away",
}
"""What PostgreSQL's codes mean; other errors of its connections are `away`."""


def open_engine(url: str, *, owner: bool = False, answer_s: float | None = ANSWER_S) -> Engine:
    """The engine for a main database whose schema is current (see `db.schema.prepare_main`).

    `owner`: this process is the monitor, which alone checkpoints a SQLite file. `answer_s`: how long a server may take
    for one statement, in seconds; None: as long as it takes. Raises StorageError where a SQLite file is not there or
    the server's driver is not installed; a server is first called by the first session.
    """
    _load_tables()
    path = sqlite_path(url)
    if path is not None:
        if not path.exists():
            raise StorageError("missing", str(path))
        return open_file(path, owner=owner)
    try:
        # A station with a file needs no server's driver, which takes its time to load.
        from db.server import server_engine

        return server_engine(url, answer_s=answer_s)
    except (ImportError, exc.ArgumentError) as error:
        raise StorageError("other", str(error)) from error


def open_file(path: Path, *, owner: bool, foreign_keys: bool = True) -> Engine:
    """The engine for a SQLite file, which is created empty if need be. Raises StorageError."""
    _load_tables()
    make_private(path)

    def opened() -> sqlite3.Connection:
        connection = connect(path, write=True, busy_ms=_BUSY_MS)
        try:
            settle(connection, busy_ms=_BUSY_MS, checkpoint_pages=1000 if owner else 0)
            # What is deleted is overwritten (names of people); the WAL is emptied by `checkpoint`.
            connection.execute("PRAGMA secure_delete = ON")
            if not foreign_keys:
                connection.execute("PRAGMA foreign_keys = OFF")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(URL.create("sqlite", database=str(path)), creator=opened, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    _stay_with(engine, path)
    return engine


def _stay_with(engine: Engine, path: Path) -> None:
    """Have every session work on the file that lies there when it begins: a file that was set aside, or that a copy was
    put in the place of, goes on answering and taking what nobody will ever read."""

    def lies_there() -> tuple[int, int] | None:
        try:
            return identity(path)
        except OSError:
            return None

    @event.listens_for(engine, "connect")
    def opened(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info["file"] = lies_there()

    @event.listens_for(engine, "checkout")
    def asked_for(_connection: DBAPIConnection, record: ConnectionPoolEntry, _lent: PoolProxiedConnection) -> None:
        if record.info["file"] is None or record.info["file"] != lies_there():
            # The pool opens another one in its place.
            raise exc.DisconnectionError


def open_copy(path: Path) -> Engine:
    """The engine for a copy that nobody writes: it is read, and nothing is made beside it."""
    _load_tables()
    url = URL.create("sqlite", database=str(path))
    return create_engine(url, creator=lambda: connect(path, write=False), hide_parameters=True)


def _load_tables() -> None:
    """Load every table's class: SQLAlchemy joins them all at the first question, and one that another thread has half
    loaded by then would break it for good."""
    importlib.import_module("db.all_tables")


def _begin(connection: Connection) -> None:
    # A transaction that reads first and then writes fails at once when another writer was faster.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that reads one consistent state. Rows stay usable after it. Raises StorageError."""
    if engine.dialect.name != "sqlite":
        # Else each question would be answered from what is so at its own moment.
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with translated(), Session(engine, expire_on_commit=False) as session:
        yield session


@contextlib.contextmanager
def writing(engine: Engine, *, told: bool = True) -> Iterator[Session]:
    """One transaction that writes: committed at the end of the block, rolled back by an exception.

    Keep it short: whoever writes holds the only write lock, on a server too. `told`: a server wakes the other stations
    when it commits. Raises StorageError.
    """
    with (
        translated(),
        Session(engine.execution_options(writing=True), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session
        if told and engine.dialect.name == "postgresql":
            session.execute(_NOTIFY)


@contextlib.contextmanager
def translated(path: Path | None = None) -> Iterator[None]:
    """Turn SQLAlchemy's errors of storage into StorageError. Broken constraints and wrong SQL stay what they are."""
    try:
        yield
    except exc.TimeoutError as error:
        raise StorageError("locked", str(error)) from error
    except exc.DBAPIError as error:
        if isinstance(error, (exc.IntegrityError, exc.ProgrammingError)):
            raise
        if isinstance(error.orig, sqlite3.Error):
            raise storage_error(error.orig, path) from error
        code = _BY_SQLSTATE.get(getattr(error.orig, "sqlstate", None))
        if code is None:
            code = "away" if isinstance(error, (exc.OperationalError, exc.InterfaceError)) else "other"
        raise StorageError(code, str(error.orig)) from error


def checkpoint(engine: Engine) -> bool:
    """Empty the WAL of a SQLite file into the database, so that deleted text is gone from it too.

    For the monitor alone, on the engine that checkpoints by itself too. Waits for readers for a moment, as nobody can
    write meanwhile; False where the rest is left for the next time. On a server there is nothing to do. Raises
    StorageError.
    """
    if engine.dialect.name != "sqlite":
        return True
    with translated(), engine.connect() as connection:
        plain = connection.connection.dbapi_connection
        assert isinstance(plain, sqlite3.Connection)
        plain.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_BUSY_MS:d}")
        try:
            (busy, *_) = plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            plain.execute(f"PRAGMA busy_timeout = {_BUSY_MS:d}")
        return not busy


def cursor(session: Session, station: str) -> int:
    """The number of the last journal entry of `station` that is in this database; 0 when none is."""
    row = session.get(StationCursor, station)
    return 0 if row is None else row.number


def apply(
    session: Session,
    station: str,
    number: int,
    alarms: Sequence[AlarmRow] = (),
    shift: ShiftRow | None = None,
    tests: Sequence[ButtonTestRow] = (),
) -> bool:
    """Carry journal entry `number` of `station` into the database, within the caller's transaction.

    `alarms` are unattached rows: each as the entry left it, with the timeline lines that may be new. An alarm is
    found again by its station and opening number, a line by its entry. False, and nothing done, when the entry has
    been carried over before.
    """
    reached = session.get(StationCursor, station, with_for_update=True)
    if reached is None:
        session.add(StationCursor(station=station, number=number))
    elif reached.number >= number:
        return False
    else:
        reached.number = number
    for alarm in alarms:
        _keep(session, alarm)
    if shift is not None:
        session.merge(shift)
    session.add_all(tests)
    session.flush()
    return True


def _keep(session: Session, alarm: AlarmRow) -> None:
    kept = session.scalar(select(AlarmRow).where(AlarmRow.station == alarm.station, AlarmRow.number == alarm.number))
    if kept is None:
        session.add(alarm)
        return
    kept.take_over(alarm)
    fresh = list(alarm.lines)
    if not fresh:
        return
    # Asked by number: an alarm may have thousands of lines, and an entry brings one.
    there = set(
        session.scalars(
            select(AlarmLine.number).where(
                AlarmLine.alarm_id == kept.id,
                AlarmLine.station == alarm.station,
                AlarmLine.number.in_([line.number for line in fresh]),
            )
        )
    )
    alarm.lines.clear()
    for line in fresh:
        if line.number not in there:
            line.alarm_id = kept.id
            session.add(line)


def alarms(session: Session, since: datetime | None = None) -> list[AlarmRow]:
    """All alarms, or those pressed at `since` or later, oldest press first, with their lines."""
    query = select(AlarmRow).options(selectinload(AlarmRow.lines)).order_by(AlarmRow.pressed_at, AlarmRow.id)
    if since is not None:
        query = query.where(AlarmRow.pressed_at >= since)
    return list(session.scalars(query))


def shift(session: Session, station: str) -> ShiftRow | None:
    """Who came on duty last at `station`."""
    return session.scalar(select(ShiftRow).where(ShiftRow.station == station).order_by(ShiftRow.since.desc()).limit(1))
