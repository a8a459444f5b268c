"""Who may import whom, and what is not loaded before an alarm can be taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_the_import_rules_hold() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("module", ["guardroom.monitor", "guardroom.supervisor", "guardroom.feed_server"])
def test_alarms_are_taken_without_the_screens_and_before_the_database(module: str) -> None:
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys, {module}; print(*sorted(m.partition('.')[0] for m in sys.modules))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.split()
    assert {"textual", "screens", "sqlalchemy", "alembic"}.isdisjoint(loaded)
