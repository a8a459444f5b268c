"""What the tests of heads-ups share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from headsups.headsup_house import HeadsUpHouse, headsup_house


@pytest.fixture
def at(tmp_path: Path) -> Iterator[HeadsUpHouse]:
    """Fredensborg, a Monday, 10:00: told the working day before, near or watched."""
    with headsup_house(tmp_path) as made:
        yield made
