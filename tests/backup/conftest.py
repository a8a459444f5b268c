"""What the tests of backups share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from backup.backup_house import journalled, noted
from harness.house import SmallHouse, small_house


@pytest.fixture
def house(tmp_path: Path, on_a_file: None) -> Iterator[SmallHouse]:
    """A house with twenty entries in its journal and three in its audit log; `test_server` has one on a server."""
    (tmp_path / "house").mkdir()
    with small_house(tmp_path / "house") as opened:
        journalled(opened, 1, 20)
        noted(opened, 3)
        yield opened
