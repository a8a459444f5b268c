"""What the tests of incidents share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from incident_house import IncidentHouse, incident_house


@pytest.fixture
def at(tmp_path: Path) -> Iterator[IncidentHouse]:
    """Albertslund: it has a ladder, and what follows a press is judged."""
    with incident_house(tmp_path, policy="albertslund") as made:
        yield made
