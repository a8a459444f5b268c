"""A restore puts back only what is sound, deletes nothing, and takes what is newer from the journal that was there."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from backup.backup_house import journalled, made, noted, numbers
from harness.house import SmallHouse
from sqlalchemy import text

from db.journal import Journal, read_last_number
from db.main import cursor, open_engine, reading, writing
from db.people import count_up
from db.schema import MAIN, prepare_outbox
from guardroom.__main__ import main
from guardroom.alarms.desk import AlarmDesk
from guardroom.backup.manifest import FILE, NotSound, read, write
from guardroom.check import findings
from guardroom.monitor_lock import MonitorLock
from guardroom.notices.station import outbox_path
from guardroom.people.secret import make_secret
from guardroom.privacy.clockwork import Clockwork
from guardroom.privacy.now import drop_anchor_of, purge_now
from guardroom.restore.purging import purge_at_once, purge_marker
from guardroom.restore.restoring import HalfRestored, NotRestored, Restored, put_into, restore, verified


def restored(house: SmallHouse, folder: Path) -> Restored:
    house.ground.engine.dispose()
    return restore(house.ground.settings, house.clock, folder)


def database(house: SmallHouse) -> Path:
    return house.config.with_name("guardroom.db")


def everything(folder: Path) -> dict[str, object]:
    """Every file of the house with what is in it; the lock's file is none of its facts."""
    return {
        str(each.relative_to(folder)): rows(each) if each.suffix == ".db" else each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.is_file() and not each.name.endswith((".lock", "-shm", "-wal"))
    }


def rows(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_what_was_there_comes_back_and_what_is_newer_of_alarms_too(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    journalled(house, 21, 30)
    noted(house, 4)
    house.clock.advance(3600)
    done = restored(house, backup)
    assert (done.brought_in, done.left_out) == (10, "")
    settings = house.ground.settings
    assert numbers(settings.journal) == list(range(1, 31))
    assert house.told() == ["tested"] * 3 + ["backup_restored"]
    assert house.first_break() is None
    entry = house.audit()[-1]
    assert json.loads(entry.detail) == {"made_at": "2025-11-24T09:00:00.000Z", "entries": 3, "before": 7}
    assert purge_marker(settings.journal).exists()
    with reading(house.ground.engine) as session:
        assert cursor(session, "Vagtstuen") == 0, "what follows is carried over when the monitor starts"
    aside = [Path(each) for each in done.aside]
    assert len(aside) == 2
    assert numbers(aside[1]) == list(range(1, 31))
    with sqlite3.connect(aside[0]) as connection:
        assert connection.execute("SELECT count(*) FROM audit").fetchone() == (7,)
    connection.close()
    assert {each.stat().st_mode & 0o777 for each in (*aside, database(house), settings.journal)} == {0o600}
    assert not list(house.config.parent.glob("*.part"))


def test_an_empty_computer(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    house.ground.engine.dispose()
    for each in ("guardroom.db", "journal.db"):
        house.config.with_name(each).unlink()
    done = restored(house, backup)
    assert done.aside == ()
    assert done.left_out == "there was no journal here"
    assert numbers(house.ground.settings.journal) == list(range(1, 21))
    assert house.first_break() is None


def flipped(folder: Path) -> None:
    path = folder / "guardroom.db"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncated(folder: Path) -> None:
    path = folder / "journal.db"
    os.truncate(path, path.stat().st_size - 4096)


def manifest_changed(folder: Path) -> None:
    path = folder / FILE
    path.write_text(path.read_text("utf-8").replace('"journal": 20', '"journal": 21'), "utf-8")


def another_manifest(folder: Path) -> None:
    (folder / FILE).write_text('{"form": 1}', "utf-8")


def no_manifest(folder: Path) -> None:
    (folder / FILE).unlink()


def gone(folder: Path) -> None:
    shutil.rmtree(folder)


def outside(folder: Path) -> None:
    path = folder / FILE
    path.write_text(path.read_text("utf-8").replace('"guardroom.toml"', '"../guardroom.toml"'), "utf-8")


def foreign(folder: Path) -> None:
    """Somebody else's database, in a manifest that fits it: whoever made it has not the secret."""
    with sqlite3.connect(folder / "other.db") as connection:
        connection.execute("CREATE TABLE notes (said TEXT)")
    connection.close()
    (folder / "other.db").replace(folder / "guardroom.db")
    write(folder, read(folder), None)


def missing(folder: Path) -> None:
    (folder / "journal.db").unlink()


def a_link(folder: Path) -> None:
    (folder / "journal.db").rename(folder.parent / "journal.db")
    (folder / "journal.db").symlink_to(folder.parent / "journal.db")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (flipped, "guardroom.db is not as it was made"),
        (truncated, "journal.db has .* bytes, and had"),
        (manifest_changed, "manifest.json was changed, or the backup is of a house with another secret"),
        (another_manifest, "manifest.json is damaged, or from a newer version"),
        (no_manifest, "is no backup of guardroom: manifest.json is not in it"),
        (gone, "cannot be read: there is no such file or folder"),
        (outside, "names what this version of the program does not know"),
        (foreign, "manifest.json was changed, or the backup is of a house with another secret"),
        (missing, "journal.db is missing"),
        pytest.param(
            a_link, "journal.db is missing", marks=pytest.mark.skipif(sys.platform == "win32", reason="links")
        ),
    ],
)
def test_what_is_not_sound_is_refused_and_nothing_is_touched(
    house: SmallHouse, tmp_path: Path, change: Callable[[Path], None], said: str
) -> None:
    backup = made(house, tmp_path / "backups").folder
    change(backup)
    house.ground.engine.dispose()
    before = everything(house.config.parent)
    with pytest.raises(NotRestored, match=said):
        restored(house, backup)
    assert everything(house.config.parent) == before


@pytest.mark.parametrize("name", ["guardroom.db", "journal.db"])
def test_every_byte_counts(house: SmallHouse, tmp_path: Path, name: str) -> None:
    backup = made(house, tmp_path / "backups").folder
    sound = (backup / name).read_bytes()
    for place in range(0, len(sound), len(sound) // 23):
        (backup / name).write_bytes(sound[:place] + bytes([sound[place] ^ 0x10]) + sound[place + 1 :])
        with pytest.raises(NotSound, match=f"{name} is not as it was made"):
            verified(house.ground.settings, backup, house.ground.secret)
    (backup / name).write_bytes(sound)
    assert verified(house.ground.settings, backup, house.ground.secret).journal == 20


@pytest.mark.parametrize(("file", "database_of"), [("guardroom.db", "main"), ("journal.db", "journal")])
def test_one_of_a_newer_version_is_refused(house: SmallHouse, tmp_path: Path, file: str, database_of: str) -> None:
    """Sealed as it should be: made by a program that this one does not know."""
    from msgspec import structs

    from guardroom.backup.manifest import part_of

    backup = made(house, tmp_path / "backups").folder
    with sqlite3.connect(backup / file) as connection:
        connection.execute(f"UPDATE alembic_version SET version_num = '{database_of}_9999'")
    connection.close()
    manifest = read(backup)
    parts = tuple(part_of(backup / part.name, part.schema) for part in manifest.parts)
    write(backup, structs.replace(manifest, parts=parts), house.ground.secret)
    with pytest.raises(NotRestored, match=rf"{file}: made by a newer version of the program \({database_of}_9999\)"):
        restored(house, backup)


def test_an_older_one_is_brought_up_to_date(house: SmallHouse, tmp_path: Path) -> None:
    from db.schema import Schema, prepare_main

    house.ground.engine.dispose()
    database(house).unlink()
    older = Schema(MAIN.folder, MAIN.revisions[:-1])
    prepare_main(house.ground.settings.database, older)
    backup = made(house, tmp_path / "backups")
    assert backup.manifest.part("guardroom.db").schema == MAIN.revisions[-2]  # type: ignore[union-attr]
    restored(house, backup.folder)
    with reading(house.ground.engine) as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == MAIN.head
    assert not [each for each in os.listdir(house.config.parent) if "before-main" in each]


def test_without_the_houses_secret_it_is_not_believed(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    house.ground.settings.secret.unlink()
    with pytest.raises(NotRestored, match="put that file back first"):
        restored(house, backup)
    make_secret(house.ground.settings.secret)
    with pytest.raises(NotRestored, match="another secret"):
        restored(house, backup)


def test_not_while_a_monitor_runs(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    lock = MonitorLock(house.ground.settings.journal)
    assert lock.take()
    try:
        with pytest.raises(NotRestored, match="the monitor runs; end it first with `guardroom stop`"):
            restored(house, backup)
    finally:
        lock.release()
    restored(house, backup)
    assert lock.take(), "the lock is free again"
    lock.release()


def test_not_while_a_dashboard_has_the_database_open(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    house.ground.engine.dispose()
    other = open_engine(house.ground.settings.database)
    with reading(other) as session:
        session.execute(text("SELECT 1 FROM audit")).first()
    try:
        with pytest.raises(NotRestored, match=r"another program has .*guardroom\.db open"):
            restored(house, backup)
    finally:
        other.dispose()
    restored(house, backup)


def test_another_stations_backup(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    house.ground.engine.dispose()
    desk = replace(house.ground.settings, station="Receptionen")
    with pytest.raises(NotRestored, match="the backup is of the station Vagtstuen, and this is Receptionen"):
        restore(desk, house.clock, backup)
    server = replace(house.ground.settings, database="postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(NotRestored, match="a main database of another kind"):
        restore(server, house.clock, backup)


def test_a_journal_that_was_begun_anew(house: SmallHouse, tmp_path: Path) -> None:
    """Its numbers go on above the old one's: its entries are taken over."""
    backup = made(house, tmp_path / "backups").folder
    house.ground.settings.journal.unlink()
    journalled(house, 1021, 1024)
    done = restored(house, backup)
    assert (done.brought_in, done.left_out) == (4, "")
    assert numbers(house.ground.settings.journal) == [*range(1, 21), *range(1021, 1025)]


def test_a_journal_that_tells_otherwise(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    house.ground.settings.journal.unlink()
    journalled(house, 1, 30, ("KK",))
    done = restored(house, backup)
    assert (done.brought_in, done.left_out) == (0, "the journal that was here is another one")
    assert numbers(house.ground.settings.journal) == list(range(1, 21))
    assert numbers(Path(done.aside[-1])) == list(range(1, 31))


@pytest.mark.parametrize("same", [True, False])
def test_a_journal_in_which_old_entries_were_crossed_out_since(house: SmallHouse, tmp_path: Path, same: bool) -> None:
    """It is known by what is left of them; another one is still another one."""
    settings = house.ground.settings
    backup = made(house, tmp_path / "backups").folder
    if not same:
        settings.journal.unlink()
        house.clock.advance(60)
        journalled(house, 1, 20)
    with writing(house.ground.engine) as session:
        session.execute(text("INSERT INTO station_cursor (station, number) VALUES ('Vagtstuen', 20)"))
    house.clock.advance(days=800)
    journalled(house, 21, 30)
    assert purge_now(settings, house.clock)["journal"] == 20
    done = restored(house, backup)
    if same:
        assert (done.brought_in, done.left_out) == (10, "")
    else:
        assert (done.brought_in, done.left_out) == (0, "the journal that was here is another one")
    assert numbers(settings.journal) == list(range(1, 31 if same else 21))


def test_a_journal_that_is_damaged(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    journalled(house, 21, 2000)
    journal = house.ground.settings.journal
    size = journal.stat().st_size
    with journal.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * (size // 4))
    done = restored(house, backup)
    assert done.left_out.startswith("the journal that was here cannot be read on")
    found = numbers(journal)
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= 20
    assert Path(done.aside[-1]).stat().st_size == size


def test_a_main_database_that_cannot_be_read(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    house.ground.engine.dispose()
    database(house).write_bytes(b"something else entirely " * 400)
    done = restored(house, backup)
    assert Path(done.aside[0]).read_bytes() == b"something else entirely " * 400
    assert house.told() == ["tested"] * 3 + ["backup_restored"]


def test_an_incidents_number_that_stands_on_paper_is_not_given_to_another(house: SmallHouse, tmp_path: Path) -> None:
    with writing(house.ground.engine) as session:
        assert count_up(session, "incident") == 1
    backup = made(house, tmp_path / "backups").folder
    with writing(house.ground.engine) as session:
        assert [count_up(session, name) for name in ("incident", "ban 2025")] == [2, 1]
    restored(house, backup)
    with writing(house.ground.engine) as session:
        assert [count_up(session, name) for name in ("incident", "ban 2025")] == [3, 2]


def test_numbers_that_the_database_has_had_are_never_given_again(house: SmallHouse, tmp_path: Path) -> None:
    """A backup of the journal alone, and the present journal is gone: the main database knows more than the backup."""
    from guardroom.backup.making import make

    settings = house.ground.settings
    backup = make(settings, house.clock, tmp_path / "backups", database=False).folder
    with writing(house.ground.engine) as session:
        session.execute(text("INSERT INTO station_cursor (station, number) VALUES ('Vagtstuen', 500)"))
    settings.journal.unlink()
    done = restored(house, backup)
    assert done.manifest.database == ""
    assert read_last_number(settings.journal) == 501
    assert house.told() == ["tested"] * 3, "the main database is as it was"
    assert not purge_marker(settings.journal).exists()


def test_what_was_told_is_not_told_again(house: SmallHouse, tmp_path: Path) -> None:
    settings = house.ground.settings
    prepare_outbox(outbox_path(settings.journal))
    backup = made(house, tmp_path / "backups")
    assert backup.manifest.part("notices.db") is not None
    journalled(house, 21, 25)
    restored(house, backup.folder)
    with sqlite3.connect(outbox_path(settings.journal)) as connection:
        told = connection.execute("SELECT station, number FROM station_cursor").fetchall()
    connection.close()
    assert told == [("Vagtstuen", read_last_number(settings.journal))]


def test_for_a_look(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    house.ground.engine.dispose()
    before = everything(house.config.parent)
    put_into(house.ground.settings, backup, tmp_path / "look")
    assert sorted(os.listdir(tmp_path / "look")) == ["guardroom.db", "guardroom.toml", "journal.db"]
    assert everything(house.config.parent) == before
    with pytest.raises(NotRestored, match="is not empty"):
        put_into(house.ground.settings, backup, tmp_path / "look")


def test_a_disk_that_fills_up_changes_nothing(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from guardroom.restore import restoring

    backup = made(house, tmp_path / "backups").folder
    house.ground.engine.dispose()
    before = everything(house.config.parent)
    copied = shutil.copyfile

    def full(source: Path, target: Path) -> None:
        if Path(source).name == "guardroom.db":
            Path(target).write_bytes(b"half")
            raise OSError(errno.ENOSPC, "full")
        copied(source, target)

    monkeypatch.setattr(restoring.shutil, "copyfile", full)
    with pytest.raises(NotRestored, match="the disk is full"):
        restored(house, backup)
    assert everything(house.config.parent) == before


def test_what_a_restore_left_that_was_killed_gets_into_no_other_one(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    part = database(house).with_name("guardroom.db.restored.part")
    shutil.copyfile(backup / "guardroom.db", part)
    with closing(sqlite3.connect(part)) as killed:
        killed.execute("PRAGMA journal_mode = WAL")
        killed.execute("DELETE FROM audit")
        killed.commit()
        kept = (tmp_path / "wal").write_bytes(part.with_name(f"{part.name}-wal").read_bytes())
    assert kept
    (tmp_path / "wal").rename(part.with_name(f"{part.name}-wal"))
    restored(house, backup)
    assert house.told() == ["tested"] * 3 + ["backup_restored"]
    assert not list(house.config.parent.glob("*.part*"))


def test_a_place_that_cannot_be_taken_leaves_no_second_name_of_what_is_there(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = made(house, tmp_path / "backups").folder
    house.ground.engine.dispose()
    before = everything(house.config.parent)

    def refused(_part: Path, _target: Path) -> None:
        raise PermissionError(errno.EACCES, "a sharing violation")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(NotRestored):
        restored(house, backup)
    purge_marker(house.ground.settings.journal).unlink()
    assert everything(house.config.parent) == before


def refuse(monkeypatch: pytest.MonkeyPatch, refused: Callable[[Path], bool]) -> None:
    """Files for which that is so can be given no other's name."""
    real = Path.replace

    def replace_(part: Path, target: Path) -> Path:
        if refused(part):
            raise PermissionError(errno.EACCES, "a sharing violation")
        return real(part, target)

    monkeypatch.setattr(Path, "replace", replace_)


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("there", [True, False])
def test_where_the_journal_cannot_change_places_the_rest_changes_back(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool, there: bool
) -> None:
    marker = purge_marker(house.ground.settings.journal)
    prepare_outbox(outbox_path(house.ground.settings.journal))
    backup = made(house, tmp_path / "backups").folder
    noted(house, 4)
    house.ground.engine.dispose()
    if not there:
        database(house).unlink()
    before = everything(house.config.parent)

    def no_links(*_names: Path) -> None:
        raise OSError(errno.EPERM, "this file system has none")

    refuse(monkeypatch, lambda part: part.name == "journal.db.restored.part")
    if not linked:
        monkeypatch.setattr("os.link", no_links)
    with pytest.raises(NotRestored) as raised:
        restored(house, backup)
    assert not isinstance(raised.value, HalfRestored)
    marker.unlink()
    assert everything(house.config.parent) == before


def test_what_cannot_change_back_is_told(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = made(house, tmp_path / "backups").folder
    noted(house, 4)
    house.ground.engine.dispose()
    before = rows(database(house))
    refuse(monkeypatch, lambda part: part.name != "guardroom.db.restored.part")
    assert main(["restore", str(backup), "--config", str(house.config)]) == 1
    said = capsys.readouterr().err
    (aside,) = house.config.parent.glob("guardroom.db.before-restore.*")
    assert rows(aside) == before
    assert f"{database(house)} was replaced, and what was there is {aside} now; restore it again" in said
    assert "only a part was restored (" in said
    assert "nothing was restored" not in said
    monkeypatch.undo()
    restored(house, backup)
    assert house.told() == ["tested"] * 3 + ["backup_restored"]


def test_a_part_that_stays_makes_no_restore_undone(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from guardroom.restore import restoring

    backup = made(house, tmp_path / "backups").folder
    real, removed = restoring._remove, set[Path]()

    def once(part: Path) -> None:
        if part in removed:
            raise PermissionError(errno.EACCES, "a sharing violation")
        removed.add(part)
        real(part)

    monkeypatch.setattr(restoring, "_remove", once)
    restored(house, backup)
    assert house.told() == ["tested"] * 3 + ["backup_restored"]


def log_is_behind(house: SmallHouse) -> bool:
    """Whether the check says that entries of the audit log are missing; then the monitor's daily look at it."""
    wrong = [each for each in findings(house.ground.settings, house.clock, 0) if each.standing == "wrong"]
    drop_anchor_of(house.ground)
    return "audit log" in [each.what for each in wrong]


def test_a_restored_log_is_not_behind_whichever_station_looks(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups").folder
    noted(house, 4)
    drop_anchor_of(house.ground)
    restored(house, backup)
    # Another station has no file that asks for a purge: the log itself tells it.
    purge_marker(house.ground.settings.journal).unlink()
    assert not log_is_behind(house)
    # A copy of just after the restore is put back behind everybody's back.
    house.ground.engine.dispose()
    kept = shutil.copyfile(database(house), tmp_path / "kept.db")
    noted(house, 2)
    drop_anchor_of(house.ground)
    house.ground.engine.dispose()
    for each in (database(house).with_name("guardroom.db-wal"), database(house).with_name("guardroom.db-shm")):
        each.unlink(missing_ok=True)
    shutil.copyfile(kept, database(house))
    assert log_is_behind(house)
    assert log_is_behind(house)


def test_a_file_that_asks_for_a_purge_hides_no_older_copy(house: SmallHouse, tmp_path: Path) -> None:
    settings = house.ground.settings
    house.ground.engine.dispose()
    older = shutil.copyfile(database(house), tmp_path / "older.db")
    noted(house, 4)
    drop_anchor_of(house.ground)
    house.ground.engine.dispose()
    for each in (database(house).with_name("guardroom.db-wal"), database(house).with_name("guardroom.db-shm")):
        each.unlink(missing_ok=True)
    shutil.copyfile(older, database(house))
    purge_at_once(settings.journal)
    with Journal.open(settings.journal) as journal:
        desk = AlarmDesk(settings, journal, house.clock, "test")
        Clockwork(journal, desk, lambda: None).purge(house.ground, ours=True)
    assert log_is_behind(house)


def test_nothing_is_purged_while_a_monitor_runs(house: SmallHouse, tmp_path: Path) -> None:
    from guardroom.restore.command import _purged

    settings = house.ground.settings
    restored(house, made(house, tmp_path / "backups").folder)
    monitor = MonitorLock(settings.journal)
    assert monitor.take()
    try:
        assert not _purged(settings)
    finally:
        monitor.release()
    assert purge_marker(settings.journal).exists()
    assert _purged(settings)
    assert not purge_marker(settings.journal).exists()
