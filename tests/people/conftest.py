"""A small town hall whose codes cost nothing to check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.house import SmallHouse, cheap_codes, small_house


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHouse]:
    cheap_codes(monkeypatch)
    with small_house(tmp_path) as made:
        yield made
