"""What the tests of the daily duties share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house
from notices.conftest import recipient

from db.journal import Journal
from db.schema import prepare_journal
from guardroom.alarms.desk import AlarmDesk


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """Albertslund, which locks doors, on a Monday, 10:00."""
    told = (recipient("Centre", "centres"), recipient("Gang", "corridor"), recipient("Leder", "leaders"))
    with small_house(tmp_path, policy="albertslund", recipients=told) as made:
        yield made


@pytest.fixture
def desk(house: SmallHouse) -> Iterator[AlarmDesk]:
    """The desk of the house's monitor, on a real journal."""
    settings = house.ground.settings
    prepare_journal(settings.journal)
    journal = Journal.open(settings.journal)
    yield AlarmDesk(settings, journal, house.clock, "test")
    journal.close()
