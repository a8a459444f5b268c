"""What the tests of bans share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ban_house import BanHouse, ban_house


@pytest.fixture
def at(tmp_path: Path) -> Iterator[BanHouse]:
    """Fredensborg: two sign, six months are proposed."""
    with ban_house(tmp_path) as made:
        yield made
