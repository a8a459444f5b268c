"""The main database on a real PostgreSQL server: made, migrated, numbered and written by several at a time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from harness.postgres import Server, fresh_database, the_server
from sqlalchemy import Engine, inspect, text

from db.all_tables import Base
from db.errors import ForeignDatabase, NewerDatabase, StorageError
from db.main import open_engine, reading, writing
from db.people import count_up
from db.schema import MAIN, Schema, main_status, prepare_main

PREPARES = "import sys, db.schema; print(db.schema.prepare_main(sys.argv[1]).created)"


@pytest.fixture(scope="module")
def server() -> Server:
    return the_server()


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = open_engine(fresh_database())
    yield engine
    engine.dispose()


@pytest.fixture
def empty() -> str:
    return fresh_database(migrated=False)


def described(url: str) -> dict[str, object]:
    """Tables, columns, keys and indexes as the server has them."""
    engine = open_engine(url)
    try:
        seen = inspect(engine)
        return {
            table: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in seen.get_columns(table)],
                sorted(str(key) for key in seen.get_foreign_keys(table)),
                sorted(str(index) for index in seen.get_indexes(table)),
            )
            for table in seen.get_table_names()
        }
    finally:
        engine.dispose()


def test_the_database_is_what_the_tables_say(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("known", range(1, len(MAIN.revisions)))
def test_an_older_database_is_migrated(empty: str, known: int) -> None:
    older = Schema(MAIN.folder, MAIN.revisions[:known])
    assert prepare_main(empty, older).created
    assert main_status(empty).standing == "older"
    prepared = prepare_main(empty)
    assert (prepared.created, prepared.migrated_from) == (False, MAIN.revisions[known - 1])
    assert described(empty) == described(fresh_database())
    assert not prepare_main(empty).migrated_from


def test_two_stations_that_start_together_make_it_once(empty: str) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-c", PREPARES, empty], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [child.communicate(timeout=60) for child in both]
    assert sorted(out for out, _err in said) == ["False\n", "True\n"], said
    assert main_status(empty).standing == "current"


def test_a_newer_one_and_another_programs_are_refused_and_left_alone(empty: str) -> None:
    engine = open_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id int)"))
    with pytest.raises(ForeignDatabase):
        prepare_main(empty)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num text)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('main_9999')"))
    with pytest.raises(NewerDatabase, match="main_9999"):
        prepare_main(empty)
    assert set(inspect(engine).get_table_names()) == {"invoices", "alembic_version"}
    engine.dispose()


def test_numbers_are_given_once_and_without_gaps(engine: Engine) -> None:
    def take(_turn: int) -> int:
        with writing(engine) as session:
            return count_up(session, "incident:2025")

    with ThreadPoolExecutor(8) as stations:
        assert sorted(stations.map(take, range(80))) == list(range(1, 81))


def test_who_reads_and_then_writes_is_not_overtaken(engine: Engine) -> None:
    """What was read is still so when it is written: one station writes at a time, as on a file."""
    with writing(engine) as session:
        session.execute(text("INSERT INTO counter (name, value) VALUES ('x', 0)"))

    def one_more(_turn: int) -> None:
        with writing(engine) as session:
            value = session.execute(text("SELECT value FROM counter WHERE name = 'x'")).scalar_one()
            session.execute(text("UPDATE counter SET value = :value WHERE name = 'x'"), {"value": value + 1})

    with ThreadPoolExecutor(6) as stations:
        list(stations.map(one_more, range(60)))
    with reading(engine) as session:
        assert session.execute(text("SELECT value FROM counter WHERE name = 'x'")).scalar_one() == 60


def test_who_reads_sees_one_state(engine: Engine) -> None:
    asked = text("SELECT count(*) FROM counter")
    with reading(engine) as session:
        assert session.execute(asked).scalar_one() == 0
        with writing(engine) as other:
            count_up(other, "ban")
        assert session.execute(asked).scalar_one() == 0
    with reading(engine) as session:
        assert session.execute(asked).scalar_one() == 1


def test_a_station_that_falls_asleep_while_it_writes_holds_up_nobody_for_long(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.server._IDLE_S", 1)
    asleep = open_engine(engine.url.render_as_string(hide_password=False))

    def fall_asleep() -> None:
        with writing(asleep) as session:
            count_up(session, "ban")
            with writing(engine) as other:
                assert count_up(other, "ban") == 1
            session.execute(text("SELECT 1"))

    with pytest.raises(StorageError) as given_up:
        fall_asleep()
    assert given_up.value.code == "away"
    asleep.dispose()


def test_a_server_that_stands_still_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.server.GRACE_S", 0.2)
    engine = open_engine(fresh_database(), answer_s=0.5)
    with reading(engine) as session:
        session.execute(text("SELECT 1"))
    server.freeze()
    try:
        with pytest.raises(StorageError) as given_up, reading(engine) as session:
            session.execute(text("SELECT 1"))
    finally:
        server.thaw()
    assert given_up.value.code == "away"
    with reading(engine) as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()


def test_a_slow_question_is_refused_by_the_server(engine: Engine) -> None:
    impatient = open_engine(engine.url.render_as_string(hide_password=False), answer_s=0.5)
    with pytest.raises(StorageError) as refused, reading(impatient) as session:
        session.execute(text("SELECT pg_sleep(30)"))
    assert refused.value.code == "away"
    impatient.dispose()


def test_a_writer_that_waits_too_long_is_told_it_is_locked(engine: Engine) -> None:
    impatient = open_engine(engine.url.render_as_string(hide_password=False), answer_s=1)
    with writing(engine) as session:
        count_up(session, "ban")
        with pytest.raises(StorageError) as refused, writing(impatient) as other:
            count_up(other, "ban")
    assert refused.value.code == "locked"
    impatient.dispose()
