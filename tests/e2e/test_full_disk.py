"""Something else has filled the disk that the journal is on: alarms are stored and shown all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from harness.small_disk import small_disk
from harness.town import Town, until

pytestmark = pytest.mark.soak


def status(town: Town) -> dict[str, object]:
    found: dict[str, object] = json.loads(town.run("status", "--json", check=False).stdout)
    return found


def stored(town: Town) -> list[bool]:
    """Of each alarm, whether it is in the journal."""
    return [alarm["stored"] for alarm in status(town)["alarms"]]  # type: ignore[attr-defined]


def test_it_fills_while_the_monitor_runs_and_is_full_when_one_begins(byby: Town, tmp_path: Path) -> None:
    with small_disk(tmp_path, "64m") as disk:
        journal, reserve = disk.path / "journal.db", disk.path / "journal-reserve"
        byby.config.write_text(byby.config.read_text("utf-8").replace('"journal.db"', f'"{journal}"'), "utf-8")
        byby.start_monitor()
        until(reserve.exists)
        disk.fill()
        for number in range(20):
            assert byby.panel.press("005", f"OVERFALD {number}")
        assert all(stored(byby))
        assert not reserve.exists(), "nothing was stored in the room that was kept free"
        until(lambda: "disk" in {fault["kind"] for fault in status(byby)["faults"]}, timeout=90)  # type: ignore[attr-defined]
        byby.run("stop")

        disk.free()
        byby.start_monitor()
        until(reserve.exists)
        byby.run("stop")
        disk.fill()
        byby.start_monitor()
        assert not reserve.exists()
        assert byby.panel.press("006", "OVERFALD 20")
        assert all(stored(byby))
        byby.run("stop")
