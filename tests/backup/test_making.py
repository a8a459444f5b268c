"""A backup is all of what was acknowledged before it, or it is not there at all."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from backup.backup_house import Writer, made, numbers
from harness.house import SmallHouse
from harness.town import PATIENCE

from db.errors import StorageError
from guardroom.backup import making
from guardroom.backup.manifest import FILE, hold, read
from guardroom.disk import Space

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits and signals of POSIX")


def test_everything_is_in_it_but_the_secret(house: SmallHouse, tmp_path: Path) -> None:
    backup = made(house, tmp_path / "backups")
    assert backup.folder.name == "guardroom-20251124T090000Z"
    assert sorted(os.listdir(backup.folder)) == ["guardroom.db", "guardroom.toml", "journal.db", FILE]
    assert {each.stat().st_mode & 0o777 for each in backup.folder.iterdir()} == {0o600}
    assert backup.folder.stat().st_mode & 0o777 == 0o700
    secret = house.ground.settings.secret.read_bytes().strip()
    assert not [each for each in backup.folder.iterdir() if secret in each.read_bytes()]
    manifest = read(backup.folder)
    assert (manifest.journal, manifest.audit, manifest.audit_break, manifest.database) == (20, 3, 0, "sqlite")
    assert manifest.part("guardroom.toml") is not None
    hold(backup.folder, manifest, house.ground.secret)


def test_what_was_acknowledged_before_is_in_it_while_somebody_writes(house: SmallHouse, tmp_path: Path) -> None:
    with Writer(house, 21).writing() as writer:
        for count in range(5):
            before = writer.acknowledged
            house.clock.advance(60)
            backup = made(house, tmp_path / "backups")
            found = numbers(backup.folder / "journal.db")
            assert found == list(range(1, len(found) + 1))
            assert before <= found[-1] <= writer.acknowledged + 1, count
            assert backup.manifest.journal == found[-1]
            assert backup.manifest.audit_break == 0
    assert writer.acknowledged > found[-1], "it wrote on"
    assert house.first_break() is None


def test_a_broken_chain_is_copied_as_it_is_and_told(house: SmallHouse, tmp_path: Path) -> None:
    path = house.ground.settings.path.with_name("guardroom.db")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE audit SET what = 'nothing' WHERE number = 2")
    connection.close()
    assert made(house, tmp_path / "backups").manifest.audit_break == 2


def test_a_damaged_database_makes_no_backup(house: SmallHouse, tmp_path: Path) -> None:
    house.ground.engine.dispose()
    path = house.ground.settings.path.with_name("guardroom.db")
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\0" * 40960)
    with pytest.raises(making.NotMade, match=r"no backup was made: .*"):
        made(house, tmp_path / "backups")
    assert os.listdir(tmp_path / "backups") == []


def test_a_journal_that_ends_before_the_database_has_it_makes_no_backup(house: SmallHouse, tmp_path: Path) -> None:
    with sqlite3.connect(house.ground.settings.path.with_name("guardroom.db")) as connection:
        connection.execute("INSERT INTO station_cursor (station, number) VALUES ('Vagtstuen', 21)")
    connection.close()
    with pytest.raises(making.NotMade, match="has entry 21 of the journal, which ends at 20"):
        made(house, tmp_path / "backups")


def test_the_disk_is_looked_at_first(house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "space_at", lambda folder: Space(free=10 << 20, total=100 << 20))
    with pytest.raises(making.NotMade, match="10 MiB free; 1 MiB are needed, and 10 MiB stay free") as refused:
        made(house, tmp_path / "backups")
    assert str(tmp_path) in refused.value.sentence
    assert os.listdir(tmp_path / "backups") == []


def test_a_disk_that_is_full_in_the_middle(house: SmallHouse, tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(making.NotMade, match="no backup was made"):
            made(house, tmp_path / "backups")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert os.listdir(tmp_path / "backups") == []


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_small_disk(house: SmallHouse, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)], check=False)
    if mounted.returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        with pytest.raises(making.NotMade, match="0 MiB free"):
            made(house, small)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(making, "_look_at_space", lambda *_args, **_more: None)
            with pytest.raises(making.NotMade, match="the disk is full"):
                made(house, small)
        assert os.listdir(small) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


KILLED = """
import os, signal, sys
from pathlib import Path
from guardroom.backup import making
from guardroom.clock import SystemClock
from guardroom.config import load

step = getattr(making, sys.argv[3]) if sys.argv[3] != "write" else making.told.write
def killed(*args, **more):
    step(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "write":
    making.told.write = killed
else:
    setattr(making, sys.argv[3], killed)
making.make(load(Path(sys.argv[1])), SystemClock(), Path(sys.argv[2]), database=True)
"""


@pytest.mark.parametrize("step", ["copy_to", "look_at_main", "look_at_journal", "_copied_configuration", "write"])
def test_one_that_is_killed_in_the_middle_is_not_taken_for_a_backup(
    house: SmallHouse, tmp_path: Path, step: str
) -> None:
    from guardroom.backup.keeping import kept

    folder = tmp_path / "backups"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(house.config), str(folder), step], capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    (left,) = folder.iterdir()
    assert left.name.endswith(".part")
    assert kept(folder, "Vagtstuen") == ()
    assert made(house, folder).folder.exists()
    assert left.exists(), "it may be another program's that is at it now"
    long_ago = datetime(2025, 1, 1, tzinfo=UTC).timestamp()
    os.utime(left, (long_ago, long_ago))
    house.clock.advance(1)
    made(house, folder)
    assert not left.exists()
    assert len(kept(folder, "Vagtstuen")) == 2


def test_one_that_is_ended_leaves_nothing(house: SmallHouse, tmp_path: Path) -> None:
    ended = subprocess.Popen(
        [sys.executable, "-P", "-c", STOPPED, str(house.config), str(tmp_path / "backups")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    with ended:
        try:
            assert ended.stdout is not None
            assert ended.stdout.readline() == b"copied\n"
            ended.send_signal(signal.SIGTERM)
            assert ended.wait(PATIENCE) == 1
        finally:
            ended.kill()
    assert os.listdir(tmp_path / "backups") == []


STOPPED = """
import sys, time
from guardroom.__main__ import main
from guardroom.backup import making

def waits(path, secret, *more):
    print("copied", flush=True)
    while True:  # a signal that came just before one long wait would not be looked at until that had ended
        time.sleep(0.01)

making.look_at_main = waits
sys.exit(main(["backup", "--config", sys.argv[1], "--to", sys.argv[2]]))
"""


def test_a_house_without_a_secret(house: SmallHouse, tmp_path: Path) -> None:
    house.ground.settings.secret.unlink()
    backup = made(house, tmp_path / "backups")
    assert backup.manifest.audit_break == -1
    hold(backup.folder, backup.manifest, None)


def test_a_journal_that_is_not_there(house: SmallHouse, tmp_path: Path) -> None:
    house.ground.settings.journal.unlink()
    with pytest.raises(making.NotMade, match="a database is not there yet"):
        made(house, tmp_path / "backups")
    assert not house.ground.settings.journal.exists()


def test_two_at_the_same_moment(house: SmallHouse, tmp_path: Path) -> None:
    first = made(house, tmp_path / "backups")
    with pytest.raises(making.NotMade, match="is there already"):
        made(house, tmp_path / "backups")
    hold(first.folder, first.manifest, house.ground.secret)


def test_the_manifest_can_be_read_by_others(house: SmallHouse, tmp_path: Path) -> None:
    told = json.loads((made(house, tmp_path / "backups").folder / FILE).read_text("utf-8"))
    assert {part["name"] for part in told["parts"]} == {"guardroom.db", "journal.db", "guardroom.toml"}
    assert all(len(part["sha256"]) == 64 and part["size"] > 0 for part in told["parts"])


def test_a_server_that_is_away(house: SmallHouse, tmp_path: Path) -> None:
    from dataclasses import replace

    away = replace(house.ground.settings, database="postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises((making.NotMade, StorageError), match="no backup was made: the database server does not answer"):
        making.make(away, house.clock, tmp_path / "backups", database=True)
    without = making.make(away, house.clock, tmp_path / "backups", database=False)
    assert without.manifest.database == ""
    assert without.manifest.journal == 20
