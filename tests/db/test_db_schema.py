"""Schemas: made, migrated after a copy, refused when they are from the future or not ours."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from db.all_tables import Base
from db.journal import Entry, Journal, read_entries
from db.main import open_engine
from db.schema import (
    JOURNAL,
    MAIN,
    OUTBOX,
    ForeignDatabase,
    NewerDatabase,
    Prepared,
    Schema,
    Status,
    StorageError,
    journal_status,
    main_status,
    prepare_journal,
    prepare_main,
    prepare_outbox,
    sqlite_path,
)

LATER = '''"""A later version's change."""
import sqlalchemy as sa
from alembic import op

revision = "journal_9999"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("entry") as table:
        table.add_column(sa.Column("colour", sa.Text))
    {more}
'''
PREPARES = """
import sys
from pathlib import Path
import db.journal
import db.schema
assert not db.schema.prepare_journal(Path(sys.argv[1])).created
with db.journal.Journal.open(Path(sys.argv[1])) as journal:
    journal.append([db.journal.Entry(1, "2026-11-21T08:00:00.000Z", "b1", 0.5, "signal", "{}")])
assert not db.schema.prepare_main("sqlite:///" + sys.argv[2]).created
print([name for name in ("sqlalchemy", "alembic", "guardroom", "drivers") if name in sys.modules])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def later(tmp_path: Path) -> Callable[[str], Schema]:
    """The journal's schema as a later version of the program would know it."""

    def make(more: str = "") -> Schema:
        folder = tmp_path / "100 % later"
        shutil.copytree(JOURNAL.folder, folder)
        (folder / "versions" / "9999_later.py").write_text(LATER.format(head=JOURNAL.head, more=more))
        return Schema(folder, (*JOURNAL.revisions, "journal_9999"))

    return make


def with_one_entry(path: Path) -> None:
    prepare_journal(path)
    with Journal.open(path) as journal:
        journal.append([Entry(1, "2026-11-21T08:00:00.000Z", "b1", 0.5, "signal", "{}")])


def columns(path: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {row[1] for row in connection.execute("PRAGMA table_info(entry)")}


def say(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize("schema", [JOURNAL, MAIN, OUTBOX], ids=["journal", "main", "outbox"])
def test_the_known_revisions_are_those_of_the_scripts(schema: Schema) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.folder))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == schema.revisions
    assert scripts.get_heads() == [schema.head]


def test_the_main_database_is_what_the_tables_say(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/guardroom.db"
    prepare_main(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_new_file_is_made_once(path: Path) -> None:
    assert prepare_journal(path) == Prepared(created=True)
    assert prepare_journal(path) == Prepared()
    assert [file.name for file in path.parent.iterdir() if ".before-" in file.name] == []


def test_an_empty_file_counts_as_new(path: Path) -> None:
    path.touch()
    assert journal_status(path) == Status("new")
    assert prepare_journal(path) == Prepared(created=True)


def test_an_up_to_date_file_needs_no_sqlalchemy(path: Path, tmp_path: Path) -> None:
    main = tmp_path / "guardroom.db"
    prepare_journal(path)
    prepare_main(f"sqlite:///{main}")
    done = subprocess.run(
        [sys.executable, "-c", PREPARES, str(path), str(main)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_an_older_file_is_migrated_after_a_copy(path: Path, later: Callable[[str], Schema]) -> None:
    with_one_entry(path)
    schema = later("")
    assert journal_status(path, schema) == Status("older", JOURNAL.head)
    done = prepare_journal(path, schema)
    assert done.migrated_from == JOURNAL.head
    assert not done.created
    assert "colour" in columns(path)
    assert [entry.number for entry in read_entries(path)] == [1]

    assert done.backup is not None
    assert done.backup.name.startswith("journal.db.before-journal_9999-20")
    assert "colour" not in columns(done.backup)
    assert [entry.number for entry in read_entries(done.backup)] == [1]
    if sys.platform != "win32":
        assert stat.S_IMODE(done.backup.stat().st_mode) == 0o600
    assert prepare_journal(path, schema) == Prepared()


def test_the_copy_has_what_was_still_in_the_log(path: Path, later: Callable[[str], Schema]) -> None:
    prepare_journal(path)
    with Journal.open(path) as journal:
        journal.append([Entry(1, "2026-11-21T08:00:00.000Z", "b1", 0.5, "signal", "{}")])
        done = prepare_journal(path, later(""))
    assert done.backup is not None
    assert [entry.number for entry in read_entries(done.backup)] == [1]


def test_a_migration_that_fails_changes_nothing(path: Path, later: Callable[[str], Schema]) -> None:
    with_one_entry(path)
    with pytest.raises(StorageError):
        prepare_journal(path, later('op.execute("INSERT INTO entry (nonsense) VALUES (1)")'))
    assert "colour" not in columns(path)
    assert prepare_journal(path) == Prepared()
    assert [entry.number for entry in read_entries(path)] == [1]


def test_a_migration_that_breaks_a_reference_changes_nothing(path: Path, later: Callable[[str], Schema]) -> None:
    with_one_entry(path)
    more = 'op.execute("CREATE TABLE odd (number INTEGER REFERENCES entry)"); op.execute("INSERT INTO odd VALUES (7)")'
    with pytest.raises(StorageError) as caught:
        prepare_journal(path, later(more))
    assert caught.value.code == "corrupt"
    assert "colour" not in columns(path)


def test_a_newer_file_is_refused_untouched(path: Path, later: Callable[[str], Schema]) -> None:
    with_one_entry(path)
    prepare_journal(path, later(""))
    before = path.read_bytes()
    with pytest.raises(NewerDatabase) as caught:
        prepare_journal(path)
    assert (caught.value.path, caught.value.revision) == (str(path), "journal_9999")
    assert journal_status(path) == Status("newer", "journal_9999")
    assert path.read_bytes() == before


def test_a_newer_main_database_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/guardroom.db"
    prepare_main(url)
    say(tmp_path / "guardroom.db", "UPDATE alembic_version SET version_num = 'zzzz'")
    with pytest.raises(NewerDatabase):
        prepare_main(url)
    assert main_status(url) == Status("newer", "zzzz")


def test_another_programs_database_is_refused(path: Path) -> None:
    say(path, "CREATE TABLE photographs (name)")
    with pytest.raises(ForeignDatabase):
        prepare_journal(path)
    assert journal_status(path) == Status("foreign")


def test_the_main_database_is_no_journal(path: Path) -> None:
    prepare_main(f"sqlite:///{path}")
    with pytest.raises(ForeignDatabase):
        prepare_journal(path)
    assert journal_status(path) == Status("foreign", MAIN.head)


def test_how_a_file_stands(path: Path) -> None:
    assert journal_status(path) == Status("new")
    assert not path.exists()
    prepare_journal(path)
    assert journal_status(path) == Status("current", JOURNAL.head)
    path.write_bytes(b"something else entirely " * 100)
    assert journal_status(path).standing == "unreadable"
    assert main_status("sqlite:///" + str(path)).standing == "unreadable"


def test_one_process_may_prepare_several_databases_at_once(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def prepare(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    works: list[Callable[[], object]] = []
    for number in range(4):
        works.append(lambda number=number: prepare_main(f"sqlite:///{tmp_path / f'main-{number}.db'}"))
        works.append(lambda number=number: prepare_outbox(tmp_path / f"outbox-{number}.db"))
    threads = [threading.Thread(target=prepare, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_two_may_prepare_at_once(tmp_path: Path) -> None:
    """Two programs started together: one makes the database, the other finds it made."""
    code = "import sys; from db.schema import prepare_main; prepare_main(sys.argv[1])"
    url = f"sqlite:///{tmp_path}/guardroom.db"
    both = [
        subprocess.Popen([sys.executable, "-c", code, url], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    errors = [child.communicate(timeout=60)[1].decode() for child in both]
    assert [child.returncode for child in both] == [0, 0], errors
    assert main_status(url) == Status("current", MAIN.head)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///guardroom.db", "guardroom.db"),
        ("sqlite:////srv/town hall/guardroom.db", "/srv/town hall/guardroom.db"),
        ("sqlite+pysqlite:///C:/data/guardroom.db", "C:/data/guardroom.db"),
        ("sqlite:///guardroom.db?timeout=3", "guardroom.db"),
        ("postgresql+psycopg://guard@server/guardroom", None),
    ],
)
def test_the_file_of_a_url(url: str, path: str | None) -> None:
    assert sqlite_path(url) == (None if path is None else Path(path))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:guardroom.db"])
def test_a_url_that_names_no_file(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite"):
        sqlite_path(url)
