"""The room that is kept free for the journal, and what it is given up for."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from db.journal import Entry, Journal, StorageError, open_writer, read_entries
from db.schema import prepare_journal
from guardroom import reserve as keeping
from guardroom.disk import Space
from guardroom.reserve import RESERVE_BYTES, Reserve

PLENTY, LITTLE, FULL = Space(100 << 30, 200 << 30), Space(100 << 20, 200 << 30), Space(4096, 200 << 30)


@pytest.fixture
def reserve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reserve:
    """A reserve on a disk with plenty of room."""
    has(monkeypatch, PLENTY)
    return Reserve(tmp_path / "journal.db")


def has(monkeypatch: pytest.MonkeyPatch, space: Space) -> None:
    """The disk has this from now on."""
    monkeypatch.setattr(keeping, "space_at", lambda _folder: space)


def test_room_is_set_aside_for_the_owner_alone(reserve: Reserve) -> None:
    reserve.keep()
    reserve.keep()
    found = reserve.path.stat()
    assert found.st_size == RESERVE_BYTES
    if sys.platform == "linux":
        assert found.st_blocks * 512 >= RESERVE_BYTES, "a file with holes keeps nothing"
        assert found.st_mode & 0o777 == 0o600


def test_a_half_made_one_is_made_anew(reserve: Reserve) -> None:
    reserve.path.write_bytes(b"half")
    reserve.keep()
    assert reserve.path.stat().st_size == RESERVE_BYTES


def test_a_disk_that_is_nearly_full_is_left_its_room(reserve: Reserve, monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, LITTLE)
    reserve.keep()
    assert not reserve.path.exists()


def test_it_is_given_up_once_and_only_where_the_disk_is_full(reserve: Reserve, monkeypatch: pytest.MonkeyPatch) -> None:
    reserve.keep()
    has(monkeypatch, LITTLE)
    assert not reserve.use()
    assert reserve.path.exists()
    has(monkeypatch, FULL)
    assert reserve.use()
    assert not reserve.path.exists()
    assert not reserve.use()


def test_a_quota_is_full_on_a_disk_that_is_not(reserve: Reserve) -> None:
    reserve.keep()
    assert not reserve.use(StorageError("io", "disk I/O error"))
    assert reserve.path.exists()
    assert reserve.use(StorageError("disk_full", "database or disk is full"))
    assert not reserve.path.exists()


def test_where_room_cannot_be_asked_for_it_is_written(reserve: Reserve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.posix_fallocate", raising=False)
    reserve.keep()
    assert reserve.path.stat().st_size == RESERVE_BYTES


def test_what_cannot_be_asked_or_made_harms_nothing(tmp_path: Path) -> None:
    nowhere = Reserve(tmp_path / "gone" / "journal.db")
    nowhere.keep()
    assert not nowhere.use()


def test_an_alarm_is_stored_in_the_room_that_was_given_up(
    reserve: Reserve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.db"
    prepare_journal(path)
    reserve.keep()
    has(monkeypatch, FULL)

    def opened(at: Path) -> sqlite3.Connection:
        if reserve.path.exists():
            raise StorageError("disk_full", "database or disk is full")
        return open_writer(at)

    entry = Entry(number=1, at="2025-11-24T12:00:00.000Z", boot="b", mono=1.0, type="note", body="{}")
    with Journal(path, opened) as journal, pytest.raises(StorageError):
        journal.append([entry])
    assert reserve.path.exists()
    with Journal(path, opened, reserve.use) as journal:
        journal.append([entry])
    assert [one.number for one in read_entries(path)] == [1]
