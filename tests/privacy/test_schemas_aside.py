"""What a restore on a server has left aside goes when copies go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness import databases
from harness.house import START, SmallHouse, small_house
from sqlalchemy import text

from db.main import reading, writing
from db.schemas_aside import name_aside, schemas_aside
from guardroom.privacy.purge import Purge

ASKED = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before%' ORDER BY nspname")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """A house on a server."""
    before = databases.chosen()
    databases.choose("postgres")
    with small_house(tmp_path) as made:
        yield made
    databases.choose(before)


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


def test_a_file_has_none(tmp_path: Path) -> None:
    with small_house(tmp_path) as house, reading(house.ground.engine) as session:
        assert schemas_aside(session, START) == []
