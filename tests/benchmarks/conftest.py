"""The benchmarks' town hall; they need pseudo-terminals and, to see when a process rests, Linux."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]
else:
    from harness.town import Town, town

    @pytest.fixture
    def byby(tmp_path: Path) -> Iterator[Town]:
        """A town hall with one panel, in Danish."""
        with town(tmp_path, supervision_s=120) as made:
            yield made
