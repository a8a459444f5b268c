"""The journal file: what is in it, in which order, and under which guarantees."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db.journal import (
    Entry,
    EntryConflict,
    Journal,
    StorageError,
    open_writer,
    quick_check,
    read_entries,
    read_first_at,
    read_last_number,
    set_aside,
    tells_of,
)
from db.schema import prepare_journal


def entry(number: int, act_id: str | None = None) -> Entry:
    return Entry(
        number=number,
        at="2026-11-21T08:00:00.000Z",
        boot="b1",
        mono=12.25,
        type="act" if act_id else "signal",
        body='{"kind": "alarm"}',
        panel="blok-a",
        act_id=act_id,
        raw=b"\x01\x00\xff",
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    prepare_journal(path)
    return path


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal.open(path)
    yield journal
    journal.close()


def test_entries_come_back_as_they_were_in_their_order(journal: Journal) -> None:
    written = [entry(1), entry(2, "act-2"), replace(entry(5), panel=None, raw=None, body="æ\u0000ø")]
    journal.append(written[:1])
    journal.append(written[1:])
    assert list(journal.entries()) == written
    assert journal.last_number() == 5


def test_an_empty_journal(journal: Journal) -> None:
    journal.append([])
    assert journal.last_number() == 0
    assert list(journal.entries()) == []
    assert journal.snapshot() is None


@pytest.mark.parametrize(
    ("after", "upto", "limit", "first", "last"),
    [(0, None, None, 1, 1203), (700, None, None, 701, 1203), (10, 30, None, 11, 30), (10, None, 501, 11, 511)],
)
def test_a_range_of_entries(
    journal: Journal, after: int, upto: int | None, limit: int | None, first: int, last: int
) -> None:
    journal.append([entry(number) for number in range(1, 1204)])
    assert [found.number for found in journal.entries(after, upto, limit)] == list(range(first, last + 1))


def test_of_what_time_it_tells(journal: Journal, path: Path) -> None:
    """A note is no sign that anybody listened."""
    first, last = "2026-11-21T08:00:00.000Z", "2026-11-23T08:00:00.000Z"
    assert read_first_at(path) is None
    journal.append(
        [replace(entry(1), type="note", at="2026-11-20T08:00:00.000Z"), entry(2), replace(entry(3), at=last)]
    )
    assert read_first_at(path) == first
    assert tells_of(path, first, "2026-11-21T08:00:00.001Z")
    assert not tells_of(path, "2026-11-21T08:00:00.001Z", last)
    assert not tells_of(path, "2026-11-20T00:00:00.000Z", first)


def test_no_entries_are_wanted(journal: Journal) -> None:
    journal.append([entry(1)])
    assert list(journal.entries(limit=0)) == []
    assert list(journal.entries(after=1)) == []


def test_appending_again_changes_nothing(journal: Journal) -> None:
    journal.append([entry(1), entry(2, "act-2")])
    journal.append([entry(1), entry(2, "act-2"), entry(3)])
    assert [found.number for found in journal.entries()] == [1, 2, 3]


@pytest.mark.parametrize(
    "wrong",
    [replace(entry(2), body="{}"), entry(9, "act-1"), entry(2, "act-1")],
    ids=["number taken", "act taken", "both"],
)
def test_a_number_or_an_act_never_stands_for_two_things(journal: Journal, wrong: Entry) -> None:
    kept = [entry(1, "act-1"), entry(2)]
    journal.append(kept)
    with pytest.raises(EntryConflict) as caught:
        journal.append([entry(8), wrong])
    assert caught.value.number == wrong.number
    assert list(journal.entries()) == kept
    journal.append([entry(10)])
    assert journal.last_number() == 10


def test_the_newest_three_snapshots_are_kept(journal: Journal) -> None:
    for number in (10, 20, 30, 40):
        journal.save_snapshot(number, "2026-11-21T08:00:00.000Z", "0.1.0", b"state %d" % number)
    newest = journal.snapshot()
    assert newest is not None
    assert (newest.number, newest.version, newest.state) == (40, "0.1.0", b"state 40")
    older = journal.snapshot(at_most=39)
    assert older is not None
    assert older.number == 30
    assert journal.snapshot(at_most=19) is None


def test_a_snapshot_of_the_same_entry_replaces_the_older_one(journal: Journal) -> None:
    journal.save_snapshot(10, "2026-11-21T08:00:00.000Z", "0.1.0", b"old")
    journal.save_snapshot(10, "2026-11-21T08:01:00.000Z", "0.2.0", b"new")
    newest = journal.snapshot()
    assert newest is not None
    assert (newest.version, newest.state) == ("0.2.0", b"new")


def test_every_connection_of_the_writer_is_durable(path: Path) -> None:
    made: list[sqlite3.Connection] = []

    def remembering(path: Path) -> sqlite3.Connection:
        made.append(open_writer(path))
        return made[-1]

    journal = Journal.open(path, remembering)
    made[0].close()
    with pytest.raises(StorageError):
        journal.append([entry(1)])
    journal.append([entry(1)])
    assert len(made) == 2
    asked = {
        name: made[1].execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys", "fullfsync")
    }
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 1500,
        "foreign_keys": 1,
        "fullfsync": 1,
    }
    journal.close()


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_the_files_are_the_owners_alone(path: Path) -> None:
    path.chmod(0o644)
    prepare_journal(path)
    journal = Journal.open(path)
    journal.append([entry(1)])
    list(journal.entries())
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(("journal.db", "journal.db-wal", "journal.db-shm"), 0o600)
    journal.close()


def test_a_slow_reader_keeps_nobody_from_writing(journal: Journal, path: Path) -> None:
    journal.append([entry(number) for number in range(1, 601)])
    slow = journal.entries()
    assert next(slow).number == 1
    journal.append([entry(601)])
    journal.checkpoint()
    with sqlite3.connect(path) as other:
        busy = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    other.close()
    assert busy == 0
    assert [found.number for found in slow][-1] == 601


def test_many_threads_may_append(journal: Journal) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 25):
            journal.append([entry(number)])

    threads = [threading.Thread(target=write, args=(first,)) for first in (1, 26, 51, 76)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [found.number for found in journal.entries()] == list(range(1, 101))


def test_nothing_is_written_after_the_end(path: Path) -> None:
    journal = Journal.open(path)
    journal.append([entry(1)])
    journal.close()
    with pytest.raises(StorageError):
        journal.append([entry(2)])
    assert [file.name for file in path.parent.iterdir()] == ["journal.db"]
    assert [found.number for found in read_entries(path)] == [1]


def test_a_reader_can_neither_write_nor_checkpoint(journal: Journal, path: Path) -> None:
    journal.append([entry(1)])
    before = path.with_name("journal.db-wal").stat().st_size
    assert [found.number for found in read_entries(path)] == [1]
    assert path.with_name("journal.db-wal").stat().st_size == before > 0


def test_a_damaged_file_is_found_and_set_aside_whole(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.append([entry(number) for number in range(1, 400)])
    assert quick_check(path) is None
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(bytes(4096))
    damaged = path.read_bytes()
    path.with_name("journal.db-wal").write_bytes(b"what was in the log")
    assert quick_check(path) is not None

    aside = set_aside(path)
    assert aside.name.startswith("journal.db.corrupt.20")
    assert aside.read_bytes() == damaged
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"what was in the log"
    assert not path.exists()

    assert prepare_journal(path).created
    second = set_aside(path)
    assert second != aside
    assert aside.read_bytes() == damaged


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be looked at" * 20, b"SQLite format 3"]
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(content)
    assert quick_check(path) is not None
    assert read_last_number(path) == 0
    with pytest.raises(StorageError) as caught:
        prepare_journal(path)
    assert caught.value.code == "corrupt"
    assert path.read_bytes() == content


def test_a_file_that_is_not_there_or_empty_is_sound(tmp_path: Path) -> None:
    assert quick_check(tmp_path / "journal.db") is None
    (tmp_path / "empty.db").touch()
    assert quick_check(tmp_path / "empty.db") is None


def test_the_last_number_of_a_file_at_rest(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.append([entry(7)])
    assert read_last_number(path) == 7
    assert read_last_number(path.with_name("other.db")) == 0
