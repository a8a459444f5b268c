"""What a restore on a server has left aside goes when copies go."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness import databases
from harness.house import START, SmallHouse, small_house
from sqlalchemy import make_url, text

from db.main import open_engine, reading, writing
from db.schemas_aside import name_aside, schemas_aside
from guardroom.privacy.purge import Purge

ASKED = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before%' ORDER BY nspname")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """A house on a server."""
    with databases.on("postgres"), small_house(tmp_path) as made:
        yield made


def aside(house: SmallHouse, *names: str) -> None:
    with writing(house.ground.engine) as session:
        for name in names:
            session.execute(text(f'CREATE SCHEMA "{name}"'))
            session.execute(text(f'CREATE TABLE "{name}".person (name text)'))


def there(house: SmallHouse) -> list[str]:
    with reading(house.ground.engine) as session:
        return list(session.scalars(ASKED))


def test_it_is_named_by_its_moment() -> None:
    assert name_aside(datetime(2025, 11, 24, 9, 5, 7, tzinfo=UTC)) == "before_restore_20251124t090507z"


def test_they_go_after_their_time_and_nobody_elses_does(house: SmallHouse) -> None:
    old, new = name_aside(START - timedelta(days=40)), name_aside(START - timedelta(days=3))
    aside(house, old, new, "before_restore_mine")
    assert Purge(house.ground).due() == {"copies": 1}
    assert Purge(house.ground).run() == {"copies": 1}
    assert there(house) == [new, "before_restore_mine"]
    assert house.told().count("purged") == 1
    assert Purge(house.ground).run() == {}


def test_one_that_belongs_to_somebody_else_keeps_nothing_else_from_going(
    house: SmallHouse, caplog: pytest.LogCaptureFixture
) -> None:
    ours, theirs = name_aside(START - timedelta(days=40)), name_aside(START - timedelta(days=41))
    aside(house, ours, theirs)
    database = make_url(house.ground.settings.database)
    role = f"lodger_{database.database}"
    with writing(house.ground.engine) as session:
        for granted in (
            f'CREATE ROLE "{role}" LOGIN',
            f'GRANT ALL ON ALL TABLES IN SCHEMA public TO "{role}"',
            f'GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
            f'ALTER SCHEMA "{ours}" OWNER TO "{role}"',
        ):
            session.execute(text(granted))
    engine = open_engine(database.set(username=role).render_as_string(hide_password=False))
    try:
        with caplog.at_level(logging.WARNING):
            assert Purge(replace(house.ground, engine=engine)).run() == {"copies": 1}
    finally:
        engine.dispose()
    assert there(house) == [theirs]
    assert f"{theirs} cannot be deleted: must be owner" in caplog.text


def test_a_file_has_none(tmp_path: Path) -> None:
    with databases.on("sqlite"), small_house(tmp_path) as house, reading(house.ground.engine) as session:
        assert schemas_aside(session, START) == []
