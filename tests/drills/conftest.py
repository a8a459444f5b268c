"""What the tests of drills share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from drills.drill_house import DrillHouse, drill_house


@pytest.fixture
def at(tmp_path: Path) -> Iterator[DrillHouse]:
    """Fredensborg, a Monday, 10:00: two guards on duty, one drill a year."""
    with drill_house(tmp_path) as made:
        yield made
