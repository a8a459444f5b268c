"""The bench of the link's tests; these need pseudo-terminals."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

if not hasattr(os, "openpty"):
    collect_ignore_glob = ["test_link_*.py", "test_record_*.py", "test_modbus_*.py", "test_every_driver_*.py"]
else:
    from link_bench import Bench

    @pytest.fixture
    def bench(tmp_path: Path) -> Iterator[Bench]:
        """Wires and links, put away after the test."""
        bench = Bench(tmp_path)
        yield bench
        bench.close()
