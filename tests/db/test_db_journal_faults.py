"""When the disk, another process or somebody's hand gets in the way: nothing is promised that is not kept."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from db.journal import Entry, Journal, StorageError, open_writer, quick_check, read_entries
from db.schema import prepare_journal
from db.sqlite import connect

WRITES_UNTIL_KILLED = """
import sys
from pathlib import Path
from db.journal import Entry, Journal

journal = Journal.open(Path(sys.argv[1]))
number = journal.last_number()
while True:
    number += 1
    journal.append([Entry(number, "2026-11-21T08:00:00.000Z", "b1", 0.5, "signal", "{}", raw=b"x" * 300)])
    print(number, flush=True)
"""


def entry(number: int, size: int = 2) -> Entry:
    return Entry(number, "2026-11-21T08:00:00.000Z", "b1", 0.5, "signal", "x" * size)


def numbers(path: Path) -> list[int]:
    return [found.number for found in read_entries(path)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    prepare_journal(path)
    return path


class Fault:
    """Stands between the journal and SQLite; `before` and `after` break the next commit, on that side of it."""

    def __init__(self) -> None:
        self.before: int | None = None
        self.after: int | None = None
        self.checkpoint: int | None = None
        self.opened = 0

    def open(self, path: Path) -> sqlite3.Connection:
        self.opened += 1
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=Breaking)
        connection.fault = self
        return connection

    def strike(self, side: str) -> None:
        code: int | None = getattr(self, side)
        if code is not None:
            setattr(self, side, None)
            error = sqlite3.OperationalError("injected")
            error.sqlite_errorcode = code
            raise error


class Breaking(sqlite3.Connection):
    fault: Fault

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if sql == "COMMIT":
            self.fault.strike("before")
        if "wal_checkpoint" in sql:
            self.fault.strike("checkpoint")
        cursor = super().execute(sql, *parameters)
        if sql == "COMMIT":
            self.fault.strike("after")
        return cursor


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize(
    ("errorcode", "code"),
    [(sqlite3.SQLITE_IOERR_FSYNC, "io"), (sqlite3.SQLITE_FULL, "disk_full"), (sqlite3.SQLITE_CORRUPT, "corrupt")],
)
def test_a_commit_that_failed_is_tried_again_on_a_new_connection(
    path: Path, side: str, errorcode: int, code: str
) -> None:
    fault = Fault()
    with Journal.open(path, fault.open) as journal:
        journal.append([entry(1)])
        setattr(fault, side, errorcode)
        with pytest.raises(StorageError) as caught:
            journal.append([entry(2), entry(3)])
        assert caught.value.code == code
        assert fault.opened == 1
        journal.append([entry(2), entry(3)])
        assert fault.opened == 2
        assert numbers(path) == [1, 2, 3]
    assert quick_check(path) is None


def test_after_a_failed_sync_nothing_is_stored_before_the_log_was_brought_home(path: Path) -> None:
    """What a failed sync left in the log may be readable and yet not on the disk."""
    fault = Fault()
    reader = connect(path, write=False)
    with Journal.open(path, fault.open) as journal, contextlib.closing(reader):
        reader.execute("SELECT * FROM entry").fetchall()
        fault.after = sqlite3.SQLITE_IOERR_FSYNC
        with pytest.raises(StorageError):
            journal.append([entry(1)])
        assert numbers(path) == [1]
        fault.checkpoint = sqlite3.SQLITE_IOERR_FSYNC
        with pytest.raises(StorageError):
            journal.append([entry(1)])
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entry").fetchall()
        with pytest.raises(StorageError) as caught:
            journal.append([entry(1)])
        assert caught.value.code == "locked"
        reader.execute("ROLLBACK")
        journal.append([entry(1)])
        assert path.with_name("journal.db-wal").stat().st_size == 0
        assert numbers(path) == [1]


def test_an_old_log_that_cannot_be_brought_home_does_not_keep_the_journal_shut(path: Path) -> None:
    fault = Fault()
    fault.checkpoint = sqlite3.SQLITE_FULL
    with Journal.open(path, fault.open) as journal:
        journal.append([entry(1)])
        assert numbers(path) == [1]


def test_a_full_disk(path: Path) -> None:
    room = 40

    def small(path: Path) -> sqlite3.Connection:
        connection = open_writer(path)
        connection.execute(f"PRAGMA max_page_count = {room}")
        return connection

    stored = 0

    def fill(journal: Journal) -> None:
        nonlocal stored
        while True:
            journal.append([entry(stored + 1, size=3000)])
            stored += 1

    with Journal.open(path, small) as journal:
        with pytest.raises(StorageError) as caught:
            fill(journal)
        assert caught.value.code == "disk_full"
        assert numbers(path) == list(range(1, stored + 1))
        with pytest.raises(StorageError):
            journal.append([entry(stored + 1, size=3000)])
        room = 1000
        journal.append([entry(stored + 1, size=3000)])
        assert journal.last_number() == stored + 1


def test_another_process_holds_the_lock(
    path: Path, locked_by_another: Callable[[Path], AbstractContextManager[None]]
) -> None:
    with Journal.open(path) as journal:
        with locked_by_another(path):
            with pytest.raises(StorageError) as caught:
                journal.append([entry(1)])
            assert caught.value.code == "locked"
            assert journal.last_number() == 0
        journal.append([entry(1)])
        assert numbers(path) == [1]


def test_a_disk_that_became_read_only(path: Path) -> None:
    writable = True

    def opener(path: Path) -> sqlite3.Connection:
        return (
            open_writer(path)
            if writable
            else sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        )

    with Journal.open(path, opener) as journal:
        journal.append([entry(1)])
    writable = False
    with Journal.open(path, opener) as journal:
        with pytest.raises(StorageError) as caught:
            journal.append([entry(2)])
        assert caught.value.code == "read_only"
        writable = True
        journal.append([entry(2)])
        assert numbers(path) == [1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps an open file in its place")
@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_was_taken_away_takes_no_more_entries(path: Path, replaced: bool) -> None:
    with Journal.open(path) as journal:
        journal.append([entry(1)])
        for file in list(path.parent.iterdir()):
            file.rename(file.with_name("away-" + file.name))
        if replaced:
            prepare_journal(path)
        with pytest.raises(StorageError) as caught:
            journal.append([entry(2)])
        assert caught.value.code == "missing"
        if not replaced:
            with pytest.raises(StorageError) as caught:
                journal.append([entry(2)])
            assert caught.value.code == "missing"
            prepare_journal(path)
        journal.append([entry(2)])
        assert numbers(path) == [2]


@pytest.mark.parametrize(
    "ask",
    [
        lambda path: Journal.open(path),
        lambda path: list(read_entries(path)),
        lambda path: prepare_journal(path / "no" / "such.db"),
    ],
)
def test_a_file_that_is_not_there(tmp_path: Path, ask: Callable[[Path], object]) -> None:
    with pytest.raises(StorageError) as caught:
        ask(tmp_path / "journal.db")
    assert caught.value.code == "missing"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def kill_after(path: Path) -> Iterator[Callable[[int], int]]:
    """Let a child append and kill it when it has told of so many more; returns the last number it told of."""
    children: list[subprocess.Popen[str]] = []

    def run(lines: int) -> int:
        child = subprocess.Popen(
            [sys.executable, "-c", WRITES_UNTIL_KILLED, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(lines)]
        child.send_signal(signal.SIGKILL)
        told += child.stdout.readlines()
        child.wait(30)
        return int([line for line in told if line.endswith("\n")][-1])

    yield run
    for child in children:
        child.kill()
        child.wait(30)
        assert child.stdout is not None
        child.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_what_was_told_to_be_stored_is_there_after_a_kill(path: Path, kill_after: Callable[[int], int]) -> None:
    for lines in (1, 7, 60, 200, 33):
        told = kill_after(lines)
        found = numbers(path)
        assert found == list(range(1, len(found) + 1))
        assert told <= len(found) <= told + 1
        assert quick_check(path) is None
