"""Stations on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.postgres import fresh_database
from stations.house_of_stations import Make, Station

from db.schema import prepare_main


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a main database that several stations share."""
    if request.param == "postgresql":
        return fresh_database()
    url = f"sqlite:///{tmp_path / 'guardroom.db'}"
    prepare_main(url)
    return url


@pytest.fixture
def station(database: str, tmp_path: Path) -> Iterator[Make]:
    """Makes stations; all are closed at the end."""
    made: list[Station] = []

    def make(name: str, *rooms: str, ahead_s: float = 0, program: str = "1") -> Station:
        made.append(Station(name, database, tmp_path, rooms, ahead_s=ahead_s, program=program))
        return made[-1]

    yield make
    for each in made:
        each.close()
