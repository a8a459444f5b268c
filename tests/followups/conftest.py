"""Houses for the tests of follow-ups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from followups.followup_house import FollowUpHouse, followup_house


@pytest.fixture
def at(tmp_path: Path) -> Iterator[FollowUpHouse]:
    """Fredensborg."""
    with followup_house(tmp_path) as made:
        yield made
