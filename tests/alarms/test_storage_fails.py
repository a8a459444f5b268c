"""When the disk refuses: nothing is acknowledged, everything is shown, and it recovers by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from db.journal import Entry, Journal, StorageError, read_entries
from guardroom.alarms.acts import Act

if TYPE_CHECKING:
    from conftest import Guardroom


@pytest.fixture
def broken(guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch) -> Guardroom:
    """A guard room whose disk is full from now on; `monkeypatch.undo()` frees it."""

    def full(_self: Journal, _entries: Sequence[Entry]) -> None:
        raise StorageError("disk_full", "database or disk is full")

    monkeypatch.setattr(Journal, "append", full)
    return guardroom


def signals(path: Path) -> int:
    return sum(entry.type == "signal" for entry in read_entries(path))


def test_a_signal_that_cannot_be_stored_is_shown_loudly_and_not_acknowledged(broken: Guardroom) -> None:
    assert not broken.press()
    assert broken.alarm.state == "active_unacknowledged"
    assert not broken.alarm.stored
    assert [(fault.kind, fault.detail) for fault in broken.view.faults] == [("storage", "disk_full")]


def test_the_panels_retry_is_the_same_signal(broken: Guardroom, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not broken.press("5", panel="once")
    assert not broken.press("5", panel="once")
    assert broken.alarm.presses == 1
    monkeypatch.undo()
    assert broken.press("5", panel="once")
    assert broken.alarm.presses == 1
    assert signals(broken.settings.journal) == 1
    assert not broken.view.faults
    assert broken.press("5", panel="once")
    assert broken.alarm.presses == 2


def test_what_waits_is_stored_as_soon_as_the_disk_takes_it(broken: Guardroom, monkeypatch: pytest.MonkeyPatch) -> None:
    broken.press()
    reply = broken.acknowledge()
    assert (reply.refused, reply.stored) == ("", False)
    monkeypatch.undo()
    broken.desk.tick()
    assert not broken.view.faults
    assert broken.alarm.stored
    broken.journal.close()
    broken.restart()
    assert broken.alarm.state == "active_acknowledged"


def test_a_commit_that_failed_but_reached_the_disk_is_not_doubled(
    guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Journal.append

    def lies(self: Journal, entries: Sequence[Entry]) -> None:
        real(self, entries)
        raise StorageError("io", "sync failed")

    monkeypatch.setattr(Journal, "append", lies)
    assert not guardroom.press("5", panel="once")
    monkeypatch.undo()
    assert guardroom.press("5", panel="once")
    assert signals(guardroom.settings.journal) == 1
    assert guardroom.alarm.presses == 1


def test_the_storage_fault_can_be_acknowledged_while_it_stands(broken: Guardroom) -> None:
    broken.press()
    broken.desk.act(Act(kind="acknowledge_fault", fault="storage", by="MH"))
    assert broken.view.faults[0].acknowledged_by == "MH"
