"""A main database on a real PostgreSQL server: copied by the server's programs, and put back."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from backup.backup_house import journalled, numbers
from harness.house import MovedClock, small_house
from harness.postgres import fresh_database, plain, the_server
from sqlalchemy import text

from db.errors import StorageError
from db.main import open_engine, reading, writing
from db.outbox import take_lease
from db.people import count_up
from guardroom.backup.making import NotMade, make
from guardroom.backup.manifest import DUMP
from guardroom.ground import Ground
from guardroom.people import audit
from guardroom.people.audit import first_break
from guardroom.restore.restoring import HalfRestored, NotRestored, restore
from guardroom.settings import BackupPlan, Settings


class Shared:
    """A station whose main database is on a server."""

    def __init__(self, settings: Settings, ground: Ground, clock: MovedClock) -> None:
        self.settings = settings
        self.clock = clock
        self.ground = ground

    def note(self, count: int = 1) -> None:
        """So many entries of the audit log."""
        with writing(self.ground.engine) as session:
            for _each in range(count):
                audit.note(session, self.ground.audit_key, self.clock.now(), None, "tested", station="Vagtstuen")

    def told(self) -> list[str]:
        """What the audit log says."""
        with reading(self.ground.engine) as session:
            assert first_break(session, self.ground.audit_key) is None
            return list(session.execute(text("SELECT what FROM audit ORDER BY number")).scalars())


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    url = fresh_database()
    with small_house(tmp_path) as house:
        journalled(house, 1, 20)
        programs = the_server().programs
        # Its own client programs, as far as it has any: those of the system may be older than it is.
        plan = BackupPlan(programs=programs if (programs / "pg_dump").exists() else None)
        settings = replace(house.ground.settings, database=url, backup=plan)
        engine = open_engine(url)
        shared = Shared(settings, replace(house.ground, settings=settings, engine=engine), house.clock)
        shared.note(3)
        yield shared
        engine.dispose()
    the_server().drop(url)


def test_backup_and_restore(shared: Shared, tmp_path: Path) -> None:
    made = make(shared.settings, shared.clock, tmp_path / "backups", database=True)
    assert made.manifest.database == "postgresql"
    assert (made.manifest.audit, made.manifest.audit_break) == (3, 0)
    assert (made.folder / DUMP).stat().st_mode & 0o777 == 0o600
    shared.note(4)
    with writing(shared.ground.engine) as session:
        assert count_up(session, "incident") == 1
    shared.ground.engine.dispose()
    done = restore(shared.settings, shared.clock, made.folder)
    with writing(shared.ground.engine) as session:
        assert count_up(session, "incident") == 2, "the first one's number stands on paper"
    assert shared.told() == ["tested"] * 3 + ["backup_restored"]
    (schema,) = [each for each in done.aside if "schema" in each]
    name = schema.split()[1]
    with reading(shared.ground.engine) as session:
        assert session.execute(text(f'SELECT count(*) FROM "{name}".audit')).scalar_one() == 7
    assert numbers(shared.settings.journal) == list(range(1, 21))
    # And what was set aside is not in the next one.
    shared.clock.advance(60)
    again = make(shared.settings, shared.clock, tmp_path / "backups", database=True)
    assert again.manifest.audit == 4
    shared.ground.engine.dispose()
    shared.clock.advance(60)
    restore(shared.settings, shared.clock, again.folder)
    assert shared.told() == ["tested"] * 3 + ["backup_restored"] * 2


def test_a_dump_that_is_damaged(shared: Shared, tmp_path: Path) -> None:
    made = make(shared.settings, shared.clock, tmp_path / "backups", database=True)
    os.truncate(made.folder / DUMP, 1000)
    with pytest.raises(NotRestored, match=r"guardroom\.dump has 1000 bytes"):
        restore(shared.settings, shared.clock, made.folder)
    assert shared.told() == ["tested"] * 3


def test_one_that_the_server_refuses_changes_nothing(
    shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from guardroom.backup import server

    made = make(shared.settings, shared.clock, tmp_path / "backups", database=True)
    shared.ground.engine.dispose()
    run = server._run

    def fails(settings: Settings, command: list[str]) -> str:
        if "--single-transaction" in command:
            command = [*command[:-1], str(tmp_path / "nothing.dump")]
        return run(settings, command)

    monkeypatch.setattr(server, "_run", fails)
    with pytest.raises(NotRestored, match="pg_restore failed"):
        restore(shared.settings, shared.clock, made.folder)
    assert shared.told() == ["tested"] * 3


@pytest.mark.parametrize("undone", [True, False])
def test_where_the_journal_cannot_change_places_the_tables_come_back(
    shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undone: bool
) -> None:
    from guardroom.backup import server

    made = make(shared.settings, shared.clock, tmp_path / "backups", database=True)
    shared.note(4)
    shared.ground.engine.dispose()

    def refused(_part: Path, _target: Path) -> None:
        raise PermissionError(errno.EACCES, "a sharing violation")

    def away(_settings: Settings, _aside: str) -> None:
        raise StorageError("away", "no answer")

    monkeypatch.setattr(Path, "replace", refused)
    if not undone:
        monkeypatch.setattr(server, "undo", away)
    with pytest.raises(NotRestored) as raised:
        restore(shared.settings, shared.clock, made.folder)
    assert isinstance(raised.value, HalfRestored) is not undone
    assert shared.told() == (["tested"] * 7 if undone else ["tested"] * 3 + ["backup_restored"])
    if not undone:
        assert "the main database was replaced, and what was there is schema before_restore_" in raised.value.sentence


def test_not_while_another_stations_monitor_looks_after_it(shared: Shared, tmp_path: Path) -> None:
    made = make(shared.settings, shared.clock, tmp_path / "backups", database=True)
    with writing(shared.ground.engine) as session:
        take_lease(session, "duties", "Receptionen abc 17", shared.clock.now(), timedelta(seconds=150))
    shared.ground.engine.dispose()
    with pytest.raises(NotRestored, match="the monitor of Receptionen runs on the same database"):
        restore(shared.settings, shared.clock, made.folder)
    shared.clock.advance(180)
    restore(shared.settings, shared.clock, made.folder)


def test_without_the_servers_programs(shared: Shared, tmp_path: Path) -> None:
    settings = replace(shared.settings, backup=BackupPlan(programs=tmp_path / "nowhere"))
    with pytest.raises(NotMade, match="the program pg_dump is not there; install PostgreSQL's client programs"):
        make(settings, shared.clock, tmp_path / "backups", database=True)
    assert os.listdir(tmp_path / "backups") == []


def test_a_password_is_asked_for_and_told_nobody(
    shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the server's program is handed: a URL without it, and the password beside."""
    seen = tmp_path / "seen"
    programs = tmp_path / "programs"
    programs.mkdir()
    real = shutil.which("pg_dump", path=str(shared.settings.backup.programs or "") or None)
    fake = programs / "pg_dump"
    fake.write_text(f'#!/bin/sh\necho "$@ / $PGPASSWORD" > {seen}\nexec {real} "$@"\n')
    fake.chmod(0o755)
    (programs / "pg_restore").symlink_to(Path(str(real)).with_name("pg_restore"))
    monkeypatch.setenv("GUARDROOM_POSTGRESQL_PASSWORD", "hemmelig")
    settings = replace(shared.settings, backup=BackupPlan(programs=programs))
    make(settings, shared.clock, tmp_path / "backups", database=True)
    arguments, password = seen.read_text().strip().split(" / ")
    assert password == "hemmelig"
    assert "hemmelig" not in arguments
    assert plain(settings.database) in arguments
