"""A main database on a server: copied and put back by PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session

from db.errors import StorageError
from db.main import open_engine, translated
from db.schema import server_status
from db.sqlite import make_private, sync_file
from guardroom.backup.looking import MainFacts, known_revision, main_facts
from guardroom.backup.manifest import NotSound
from guardroom.config_table import harmless
from guardroom.language import _
from guardroom.passwords import for_server
from guardroom.people.secret import Secret
from guardroom.refusal import Refused
from guardroom.settings import Settings
from guardroom.text import one_line

LONGEST_S = 3600.0
"""A copy that is not done by then is given up."""

_SCHEMA = "public"
_ENTRIES = ("TABLE DATA public alembic_version", "TABLE DATA public station_cursor")
"""What the list of any copy of ours has."""


class NoServerProgram(Refused):
    """A program of PostgreSQL's is not there, or failed."""


def size(settings: Settings) -> int:
    """How large the database is, in bytes; a copy is smaller. Raises StorageError."""
    engine = open_engine(settings.database)
    try:
        with translated(), engine.connect() as connection:
            found: int = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
            return found
    finally:
        engine.dispose()


def dump(settings: Settings, target: Path, secret: Secret | None) -> MainFacts:
    """Copy the database into the file `target`, and say what that state of it is: nothing that others write meanwhile
    is in either. Raises NoServerProgram, NotSound, StorageError."""
    program = _program(settings, "pg_dump")
    engine = open_engine(settings.database)
    try:
        with translated(), engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            revision = known_revision(harmless(settings.database), server_status(connection))
            shared = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            with Session(connection) as session:
                facts = main_facts(session, revision, settings.station, secret)
                make_private(target)
                _run(
                    settings,
                    [
                        program,
                        "--format=custom",
                        f"--schema={_SCHEMA}",
                        f"--snapshot={shared}",
                        "--no-password",
                        f"--file={target}",
                        f"--dbname={_address(settings)}",
                    ],
                )
    finally:
        engine.dispose()
    sync_file(target)
    look_at_dump(settings, target)
    return facts


def look_at_dump(settings: Settings, path: Path) -> None:
    """Have the server's program list what is in a copy. Raises NoServerProgram, NotSound."""
    try:
        listed = _run(settings, [_program(settings, "pg_restore"), "--list", str(path)])
    except NoServerProgram as refused:
        raise NotSound(_("{file} is damaged: {reason}").format(file=path.name, reason=refused.sentence)) from refused
    if not all(entry in listed for entry in _ENTRIES):
        raise NotSound(_("{file} is not a database of guardroom's").format(file=path.name))


def set_aside(settings: Settings, aside: str) -> bool:
    """Put the database's tables into the schema `aside` of the same database; False where there are none. Raises
    NoServerProgram where nothing could be put in their place, StorageError."""
    _program(settings, "pg_restore")
    engine = open_engine(settings.database)
    try:
        return _move(engine, _SCHEMA, aside)
    finally:
        engine.dispose()


def put_back(settings: Settings, path: Path) -> None:
    """Put a copy in the place of the tables that were set aside. Raises NoServerProgram, StorageError; nothing of it is
    there then."""
    _run(
        settings,
        [
            _program(settings, "pg_restore"),
            f"--schema={_SCHEMA}",
            "--no-owner",
            "--single-transaction",
            "--exit-on-error",
            "--no-password",
            f"--dbname={_address(settings)}",
            str(path),
        ],
    )


def undo(settings: Settings, aside: str) -> None:
    """Put the tables that were set aside back; what was put in their place goes. Raises StorageError."""
    engine = open_engine(settings.database)
    try:
        with translated(), engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {_SCHEMA} CASCADE"))
            connection.execute(text(f'ALTER SCHEMA "{aside}" RENAME TO {_SCHEMA}'))
    finally:
        engine.dispose()


def facts_now(settings: Settings, secret: Secret | None) -> MainFacts:
    """What the database on the server says of itself now. Raises NotSound, StorageError."""
    engine = open_engine(settings.database)
    try:
        with translated(), engine.connect() as connection:
            revision = known_revision(harmless(settings.database), server_status(connection))
            with Session(connection) as session:
                return main_facts(session, revision, settings.station, secret)
    finally:
        engine.dispose()


def _move(engine: Engine, schema: str, aside: str) -> bool:
    """Rename the schema and make an empty one; False where it has no tables and stays."""
    with translated(), engine.begin() as connection:
        count = connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = :schema"), {"schema": schema}
        ).scalar_one()
        if not count:
            return False
        connection.execute(text(f'ALTER SCHEMA {schema} RENAME TO "{aside}"'))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        return True


def _program(settings: Settings, name: str) -> str:
    folder = settings.backup.programs
    found = shutil.which(name, path=None if folder is None else str(folder))
    if found is None:
        raise NoServerProgram(
            _(
                "the program {name} is not there; install PostgreSQL's client programs of the server's version, or "
                "name their folder as `programs` under [backup]"
            ).format(name=name)
        )
    return found


def _address(settings: Settings) -> str:
    """The database's URL as the server's programs take it; there is no password in it."""
    return make_url(settings.database).set(drivername="postgresql").render_as_string()


def _run(settings: Settings, command: Sequence[str]) -> str:
    """What a program of the server's has written. Raises NoServerProgram with its last words, StorageError."""
    environment = dict(os.environ)
    if (told := for_server()) is not None:
        environment["PGPASSWORD"] = told
    # A table that others hold for long is told, not waited for.
    environment["PGOPTIONS"] = f"{environment.get('PGOPTIONS', '')} -c lock_timeout=10000".strip()
    name = Path(command[0]).stem
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, env=environment, timeout=LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise NoServerProgram(_("{name} did not end within an hour").format(name=name)) from late
    except OSError as error:
        raise StorageError("other", str(error)) from error
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode != 0:
        words = one_line(harmless(said[0] if said else str(done.returncode)), 200)
        raise NoServerProgram(_("{name} failed: {reason}").format(name=name, reason=words))
    return done.stdout.decode("utf-8", "replace")
