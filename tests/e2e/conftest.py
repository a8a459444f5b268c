"""The real program, real processes, real pseudo-terminals (POSIX)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.town import Town, town


@pytest.fixture
def byby(tmp_path: Path) -> Iterator[Town]:
    """A town hall with one panel, in Danish."""
    with town(tmp_path) as made:
        yield made
