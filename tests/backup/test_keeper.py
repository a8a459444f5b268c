"""The monitor's backups: made by the real program, old ones removed after a new one, and never silence."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from backup.backup_house import journalled, noted
from harness.house import MovedClock, SmallHouse, small_house
from harness.town import until

from db.journal import Journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.view import FaultView
from guardroom.backup.keeper import AGAIN_S, FAULT, BackupKeeper
from guardroom.backup.keeping import Kept, kept, remove
from guardroom.backup.manifest import FILE, name_at, read, write
from guardroom.settings import BackupPlan

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the folder is made unwritable as POSIX does")


@dataclass
class At:
    """A house, its board, and the keeper; the clock begins at the computer's, which the program's copies go by."""

    house: SmallHouse
    desk: AlarmDesk
    keeper: BackupKeeper
    clock: MovedClock
    folder: Path

    def look(self) -> None:
        """Look, and wait until what was begun has ended and was looked at."""
        # The program names its copies by the computer's second, which may still be the last one's.
        until(lambda: not (self.folder / name_at(datetime.now(UTC))).exists())
        self.keeper.look(leads=True)
        running = self.keeper._running
        if running is not None:
            until(lambda: running.poll() is not None)
            self.clock.advance(1)
            self.keeper.look(leads=True)
            tidying = self.keeper._tidying
            until(lambda: tidying is None or tidying.done())

    def faults(self) -> list[FaultView]:
        """What the board says of backups."""
        return [fault for fault in self.desk.view().faults if fault.kind == FAULT]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    folder = tmp_path / "backups"
    clock = MovedClock(datetime.now(UTC))
    # Whatever time it is now, the night is over.
    zone = "Etc/GMT" if clock.now().hour in range(4, 24) else "Etc/GMT-8"
    toml = f'\n[backup]\nfolder = "{folder.as_posix()}"\nevery_hours = 6\nkeep = 2\n'
    with small_house(tmp_path, toml=toml) as house:
        config = house.config
        config.write_text(config.read_text("utf-8").replace("[site]", f'[site]\nzone = "{zone}"'), "utf-8")
        from guardroom.config import load

        settings = load(config)
        journalled(house, 1, 5)
        noted(house)
        with Journal.open(settings.journal) as journal:
            desk = AlarmDesk(settings, journal, clock, "test")
            keeper = BackupKeeper(settings, desk, clock)
            yield At(house, desk, keeper, clock, folder)
            keeper.close()


def dated(folder: Path, at: datetime, house: SmallHouse) -> None:
    """Make a backup say that it was made then."""
    from msgspec import structs

    from guardroom.clock import stamp

    write(folder, structs.replace(read(folder), made_at=stamp(at)), house.ground.secret)


def test_the_first_is_made_at_once_and_the_next_when_it_is_due(at: At) -> None:
    at.look()
    (first,) = kept(at.folder, "Vagtstuen")
    assert first.manifest.journal == 5
    assert at.faults() == []
    at.look()
    assert len(kept(at.folder, "Vagtstuen")) == 1, "not due yet"
    dated(first.folder, at.clock.now() - timedelta(hours=6), at.house)
    at.clock.advance(AGAIN_S)
    at.look()
    assert len(kept(at.folder, "Vagtstuen")) == 2


def only_copies(at: At, name: str, *days: int) -> None:
    """A backup is made, and only copies of it are left, dated so many days from now."""
    at.look()
    (first,) = kept(at.folder, "Vagtstuen")
    for away in days:
        copy = at.folder / f"guardroom-{name}{abs(away)}"
        shutil.copytree(first.folder, copy)
        dated(copy, at.clock.now() + timedelta(days=away), at.house)
    shutil.rmtree(first.folder)


def test_old_ones_go_only_when_a_new_one_is_sound(at: At) -> None:
    only_copies(at, "old", -1, -2, -3)
    journal = at.house.ground.settings.journal
    aside = journal.rename(journal.with_name("elsewhere.db"))
    at.clock.advance(AGAIN_S)
    at.look()
    assert len(kept(at.folder, "Vagtstuen")) == 3, "none was removed"
    aside.rename(journal)
    at.clock.advance(AGAIN_S)
    at.look()
    assert [each.folder.name[:13] for each in kept(at.folder, "Vagtstuen")] == ["guardroom-old", "guardroom-202"]


def test_those_that_are_dated_ahead_drive_out_no_new_one(at: At) -> None:
    only_copies(at, "ahead", 1, 2, 3)
    at.clock.advance(AGAIN_S)
    at.look()
    assert [each.folder.name[:13] for each in kept(at.folder, "Vagtstuen")] == ["guardroom-202"] + ["guardroom-ahe"] * 3


def test_one_that_fails_is_a_fault_until_one_is_made(at: At) -> None:
    journal = at.house.ground.settings.journal
    aside = journal.rename(journal.with_name("elsewhere.db"))
    at.look()
    (fault,) = at.faults()
    assert fault.detail == "there is no backup yet"
    assert fault.text.endswith("no backup was made: a database is not there yet: the monitor makes it when it starts")
    aside.rename(journal)
    at.look()
    assert len(at.faults()) == 1, "it is not tried again at once"
    at.clock.advance(AGAIN_S)
    at.look()
    assert at.faults() == []
    assert len(kept(at.folder, "Vagtstuen")) == 1


def test_one_that_is_too_old_is_a_fault(at: At) -> None:
    at.look()
    (first,) = kept(at.folder, "Vagtstuen")
    dated(first.folder, at.clock.now() - timedelta(hours=13), at.house)
    at.keeper.look(leads=True)
    (fault,) = at.faults()
    assert fault.detail.startswith("the last good backup is from")
    assert fault.text == ""


@pytest.mark.usefixtures("on_a_file")
def test_that_there_never_was_one_is_a_fault_as_late(at: At) -> None:
    (at.house.config.parent / "guardroom.db").unlink()
    at.keeper.look(leads=True)
    assert at.faults() == []
    at.clock.advance(13 * 3600)
    at.keeper.look(leads=True)
    (fault,) = at.faults()
    assert fault.detail == "there is no backup yet"


def test_one_that_never_ends_hides_no_fault_and_is_ended(at: At) -> None:
    at.look()
    (first,) = kept(at.folder, "Vagtstuen")
    dated(first.folder, at.clock.now() - timedelta(hours=11), at.house)
    config, aside = at.house.config, at.house.config.with_name("aside.toml")
    config.rename(aside)
    # Nobody ever answers at the other end.
    os.mkfifo(config)
    at.clock.advance(AGAIN_S)
    at.keeper.look(leads=True)
    running = at.keeper._running
    assert running is not None
    assert at.faults() == []
    at.clock.advance(2 * 3600)
    at.keeper.look(leads=True)
    assert running.poll() is None
    assert [fault.text for fault in at.faults()] == [""], "the last one is too old by now"
    at.clock.advance(4 * 3600)
    at.keeper.look(leads=True)
    assert [fault.text for fault in at.faults()] == ["it was not done in 6 hours, and was ended"]
    until(lambda: running.poll() is not None)
    config.unlink()
    aside.rename(config)
    at.look()
    assert at.faults() == [], "the next one was made"


def test_a_folder_that_does_not_answer_is_told_and_holds_up_nothing(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardroom.backup.keeper.ANSWER_S", 0.1)
    at.look()
    (first,) = kept(at.folder, "Vagtstuen")
    manifest = first.folder / FILE
    aside = manifest.rename(at.folder / "aside")
    # Nobody ever answers at the other end.
    os.mkfifo(manifest)
    threads = threading.active_count()
    for _minute in range(3):
        at.keeper.look(leads=True)
        assert [fault.text for fault in at.faults()] == ["the folder of the backups does not answer"]
    assert threading.active_count() == threads + 1, "it is asked once, however often it is looked"
    with manifest.open("wb") as other_end:
        other_end.write(aside.read_bytes())
    until(lambda: threading.active_count() == threads)
    manifest.unlink()
    aside.rename(manifest)
    at.look()
    assert at.faults() == []
    assert at.keeper._running is None, "there is one that is young enough"


def test_a_removal_that_takes_long_is_no_fault_and_is_never_done_twice(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardroom.backup.keeper.ANSWER_S", 0.5)
    only_copies(at, "old", -1, -2, -3)
    goes_on, removed = threading.Event(), []

    def slow(one: Kept) -> None:
        assert goes_on.wait(30)
        removed.append(one.folder.name)
        remove(one)

    monkeypatch.setattr("guardroom.backup.keeper.remove", slow)
    at.clock.advance(AGAIN_S)
    at.keeper.look(leads=True)
    running = at.keeper._running
    assert running is not None
    until(lambda: running.poll() is not None)
    at.clock.advance(1)
    for _minute in range(2):
        at.keeper.look(leads=True)
        assert at.faults() == []
    tidying = at.keeper._tidying
    assert tidying is not None
    at.keeper._to_tidy = True
    at.keeper.look(leads=True)
    assert at.keeper._tidying is tidying, "what the next one leaves to remove waits for it"
    goes_on.set()
    until(tidying.done)
    assert removed == ["guardroom-old3", "guardroom-old2"]
    at.keeper.look(leads=True)
    second = at.keeper._tidying
    assert second is not None
    until(second.done)
    assert at.faults() == []
    assert len(removed) == len(kept(at.folder, "Vagtstuen")) == 2


def test_what_is_not_known_is_not_said(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    """A monitor that starts while the folder does not answer."""
    monkeypatch.setattr("guardroom.backup.keeper.ANSWER_S", 0.1)
    goes_on = threading.Event()

    def slow(folder: Path, station: str) -> tuple[Kept, ...]:
        assert goes_on.wait(30)
        return kept(folder, station)

    at.look()
    at.clock.advance(60)
    monkeypatch.setattr("guardroom.backup.keeper.kept", slow)
    keeper = BackupKeeper(at.keeper._settings, at.desk, at.clock)
    keeper.look(leads=True)
    (fault,) = at.faults()
    assert fault.text == "the folder of the backups does not answer"
    assert fault.detail == "it is not known from when the last good backup is"
    goes_on.set()
    until(lambda: keeper._answer is not None and keeper._answer.done())
    keeper.look(leads=True)
    assert at.faults() == []
    assert keeper._running is None


def test_a_folder_that_cannot_be_read_is_not_taken_for_an_empty_one(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    at.look()
    at.clock.advance(60)
    at.keeper.look(leads=True)

    def away(_folder: Path, _station: str) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("guardroom.backup.keeper.kept", away)
    at.clock.advance(7 * 3600)
    at.keeper.look(leads=True)
    (fault,) = at.faults()
    assert fault.text == "the folder of the backups cannot be read: the disk fails"
    assert fault.detail.startswith("the last good backup is from")
    assert at.keeper._running is None, "nothing is begun"
    monkeypatch.setattr("guardroom.backup.keeper.kept", kept)
    at.look()
    assert at.faults() == []
    assert len(kept(at.folder, "Vagtstuen")) == 2


def test_a_folder_that_was_there_is_not_made_anew(at: At) -> None:
    """Its disk may have been taken away: another one would get what is kept of people."""
    at.look()
    at.clock.advance(60)
    at.keeper.look(leads=True)
    away = at.folder.rename(at.folder.with_name("away"))
    at.clock.advance(7 * 3600)
    at.look()
    (fault,) = at.faults()
    assert fault.text == "the folder of the backups is not there any more"
    assert fault.detail.startswith("the last good backup is from")
    assert not at.folder.exists()
    away.rename(at.folder)
    at.look()
    assert at.faults() == []
    assert len(kept(at.folder, "Vagtstuen")) == 2


def test_nothing_is_made_or_said_where_no_folder_is_set(at: At) -> None:
    from dataclasses import replace

    settings = replace(at.house.ground.settings, backup=BackupPlan(at=time(5)))
    keeper = BackupKeeper(settings, at.desk, at.clock)
    keeper.look(leads=True)
    assert keeper._running is None
    assert at.faults() == []


def test_it_ends_with_the_monitor(at: At) -> None:
    at.keeper.look(leads=True)
    at.keeper.close()
    assert not list(at.folder.glob("*.part"))


@pytest.mark.usefixtures("on_a_file")
def test_whoever_leads_wants_the_main_database_in_it(at: At) -> None:
    """Where stations share a server, a backup of the journal alone does not count for the one that leads."""
    from dataclasses import replace

    from guardroom.backup.making import make

    make(at.house.ground.settings, at.clock, at.folder, database=False)
    at.clock.advance(1)
    at.keeper.look(leads=False)
    assert at.keeper._running is None
    at.look()
    assert [each.manifest.database for each in kept(at.folder, "Vagtstuen")] == ["", "sqlite"]
    missing = replace(at.house.ground.settings, database="sqlite:////nowhere/guardroom.db")
    keeper = BackupKeeper(missing, at.desk, at.clock)
    at.clock.advance(days=1)
    keeper.look(leads=True)
    assert keeper._running is None, "the projector has not made it yet"
