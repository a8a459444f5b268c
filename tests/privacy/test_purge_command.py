"""`guardroom purge`, and the purge that the monitor does by itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from full_house import NAME, fill, fill_files
from harness.house import MovedClock, SmallHouse, small_house
from sqlalchemy import func, select

from db import outbox
from db.errors import StorageError
from db.incident_tables import IncidentRow
from db.journal import Journal
from db.main import reading, writing
from db.people import count_up
from db.sqlite import connect
from guardroom import language
from guardroom.__main__ import main
from guardroom.alarms.desk import AlarmDesk
from guardroom.due import Due
from guardroom.ground import Ground
from guardroom.monitor_lock import MonitorLock
from guardroom.people.anchor import anchor_path
from guardroom.privacy.clockwork import Clockwork
from guardroom.privacy.now import purge_now
from guardroom.privacy.purge import RAN


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made


def incidents(house: SmallHouse) -> int:
    with reading(house.ground.engine) as session:
        return session.scalar(select(func.count()).select_from(IncidentRow)) or 0


def purge(house: SmallHouse, capsys: pytest.CaptureFixture[str], *more: str) -> list[str]:
    assert main(["purge", "--config", str(house.config), *more]) == 0
    language.choose("en")
    return capsys.readouterr().out.splitlines()


def filled(house: SmallHouse) -> None:
    fill(house)
    fill_files(house).close()


def test_a_dry_run_counts_and_changes_nothing(
    house: SmallHouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(house)
    later = MovedClock(house.clock.now() + timedelta(days=800))
    monkeypatch.setattr("guardroom.people.command_line.SystemClock", lambda: later)
    told = house.told()
    lines = purge(house, capsys, "--dry-run")
    assert {"incidents: 1 due", "bans: 1 due", "persons: 2 due", "the journal's texts: 6 due"} <= set(lines)
    assert house.told() == told
    rows = {row["kind"]: row for row in json.loads("\n".join(purge(house, capsys, "--dry-run", "--json")))}
    assert (rows["incidents"], rows["users"]) == (
        {"kind": "incidents", "count": 1, "set": True},
        {"kind": "users", "count": 0, "set": True},
    )
    assert "incidents: 1 deleted" in purge(house, capsys)
    assert incidents(house) == 0
    assert purge(house, capsys) == ["Nothing is past its time."]
    assert NAME not in str([entry.detail for entry in house.audit()])


def test_beside_a_monitor_its_files_are_left_to_it(house: SmallHouse, capsys: pytest.CaptureFixture[str]) -> None:
    lock = MonitorLock(house.ground.settings.journal)
    assert lock.take()
    try:
        assert purge(house, capsys)[-1].startswith("The monitor runs")
    finally:
        lock.release()


@pytest.mark.usefixtures("on_a_file")
def test_a_shared_files_wal_is_left_to_the_monitor_that_alone_empties_it(
    house: SmallHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another station's; at this one none runs."""
    filled(house)
    wal = tmp_path / "guardroom.db-wal"
    monitor = MonitorLock(tmp_path / "guardroom.db")
    assert monitor.take()
    try:
        purge(house, capsys)
        assert wal.stat().st_size > 0
    finally:
        monitor.release()
    purge(house, capsys)
    assert wal.stat().st_size == 0


def test_the_monitor_purges_once_a_day_and_after_each_command(house: SmallHouse) -> None:
    filled(house)
    house.clock.advance(days=800)
    settings = house.ground.settings
    journal = Journal.open(settings.journal)
    emptied: list[int] = []
    desk = AlarmDesk(settings, journal, house.clock, "test")
    due = Due(settings, desk, house.clock, Clockwork(journal, desk, lambda: emptied.append(1)))
    assert due.look()
    assert incidents(house) == 0
    assert all(NAME not in entry.body for entry in journal.entries())
    assert (anchor_path(settings).exists(), emptied) == (True, [1])
    told = house.told()
    assert due.look()
    assert (house.told(), emptied) == (told, [1])
    with writing(house.ground.engine) as session:
        count_up(session, RAN)
    assert due.look()
    assert emptied == [1, 1]
    house.clock.advance(days=1)
    assert due.look()
    assert len(emptied) == 3
    due.close()
    journal.close()


def test_a_monitor_without_the_lease_purges_its_own_files_alone(house: SmallHouse) -> None:
    filled(house)
    house.clock.advance(days=800)
    with writing(house.ground.engine) as session:
        assert outbox.take_lease(session, "duties", "another", house.clock.now(), timedelta(seconds=150))
    journal = Journal.open(house.ground.settings.journal)
    desk = AlarmDesk(house.ground.settings, journal, house.clock, "test")
    due = Due(house.ground.settings, desk, house.clock, Clockwork(journal, desk, lambda: None))
    assert due.look()
    assert incidents(house) == 1
    assert all(NAME not in entry.body for entry in journal.entries())
    due.close()
    journal.close()


def out_of_reach(*_: object) -> NoReturn:
    raise StorageError("disk_full", "no space left")


def told_of_files(house: SmallHouse) -> list[tuple[str, int]]:
    """What the audit log says of this PC's files: which kind, and how many."""
    details = [json.loads(entry.detail) for entry in house.audit() if entry.what == "purged"]
    return [(detail["kind"], detail["count"]) for detail in details if detail.get("files")]


def test_a_command_notes_the_files_even_where_it_ends_at_the_journal(
    house: SmallHouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(house)
    later = MovedClock(house.clock.now() + timedelta(days=800))
    monkeypatch.setattr("guardroom.people.command_line.SystemClock", lambda: later)
    monkeypatch.setattr(Journal, "cross_out", out_of_reach)
    assert main(["purge", "--config", str(house.config)]) == 1
    language.choose("en")
    capsys.readouterr()
    assert dict(told_of_files(house)).keys() == {"letters", "raw_logs"}


@pytest.mark.parametrize("away", ["guardroom.privacy.now.note_files", "db.journal.Journal.cross_out"])
def test_the_monitor_knows_which_files_went_until_it_has_noted_them(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, away: str
) -> None:
    filled(house)
    house.clock.advance(days=800)
    settings = house.ground.settings
    with Journal.open(settings.journal) as journal:
        clockwork = Clockwork(journal, AlarmDesk(settings, journal, house.clock, "test"), lambda: None)
        with monkeypatch.context() as patched:
            patched.setattr(away, out_of_reach)
            for _ in range(2):
                with pytest.raises(StorageError):
                    clockwork.clean(house.ground)
        clockwork.clean(house.ground)
        clockwork.clean(house.ground)
    noted = told_of_files(house)
    assert dict(noted).keys() == {"letters", "raw_logs", "journal"}
    assert len(noted) == 3, "each once"


@pytest.mark.parametrize("by", ["monitor", "command"])
def test_what_was_crossed_out_is_noted_also_where_the_rest_of_the_journal_fails(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    filled(house)
    house.clock.advance(days=800)
    settings = house.ground.settings
    monkeypatch.setattr("db.journal._CROSSED_AT_ONCE", 1)
    calls = 0

    def full_after_the_first(journal: Journal) -> AbstractContextManager[sqlite3.Connection]:
        nonlocal calls
        calls += 1
        if calls > 2:
            out_of_reach()
        return transaction(journal)

    transaction = Journal._transaction
    with Journal.open(settings.journal) as journal:
        clockwork = Clockwork(journal, AlarmDesk(settings, journal, house.clock, "test"), lambda: None)
        with monkeypatch.context() as patched:
            patched.setattr(Journal, "_transaction", full_after_the_first)
            with pytest.raises(StorageError):
                clockwork.clean(house.ground) if by == "monitor" else purge_now(settings, house.clock)
        first = journal.crossed_out()
        clockwork.clean(house.ground) if by == "monitor" else purge_now(settings, house.clock)
        assert 0 < first < journal.crossed_out()
    noted = [count for kind, count in told_of_files(house) if kind == "journal"]
    assert noted == [2, 4]


def test_a_wal_that_somebody_reads_is_emptied_later(house: SmallHouse) -> None:
    filled(house)
    house.clock.advance(days=800)
    settings = house.ground.settings
    journal = Journal.open(settings.journal)
    desk = AlarmDesk(settings, journal, house.clock, "test")
    clockwork = Clockwork(journal, desk, lambda: None)
    ground: Ground = replace(house.ground)
    reader = connect(settings.journal, write=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entry").fetchone()
    wal = settings.journal.with_name("journal.db-wal")
    clockwork.clean(ground)
    assert wal.stat().st_size > 0
    reader.execute("COMMIT")
    reader.close()
    clockwork.clean(ground)
    assert wal.stat().st_size == 0
    assert NAME.encode() not in settings.journal.read_bytes()
    journal.close()
