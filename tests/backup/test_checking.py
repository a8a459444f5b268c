"""What `guardroom check` says of the backups: one line, whatever their folder does."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from backup.backup_house import made
from harness.house import SmallHouse
from harness.town import until

from guardroom.check_backup import backup_findings
from guardroom.finding import Finding
from guardroom.settings import Settings


@pytest.fixture
def settings(house: SmallHouse, tmp_path: Path) -> Iterator[Settings]:
    """The house's, with a folder for its backups; when the test ends nobody asks about it any more."""
    threads = threading.active_count()
    plan = replace(house.ground.settings.backup, folder=tmp_path / "backups")
    yield replace(house.ground.settings, backup=plan)
    until(lambda: threading.active_count() <= threads)


def found(house: SmallHouse, settings: Settings) -> Finding:
    """The one line."""
    (finding,) = backup_findings(settings, house.clock.now())
    return finding


def test_a_backup_is_looked_through(house: SmallHouse, settings: Settings, tmp_path: Path) -> None:
    nothing = found(house, settings)
    assert nothing.standing == "unset"
    assert "there is no backup yet" in nothing.said
    journal = made(house, tmp_path / "backups").folder / "journal.db"
    sound = found(house, settings)
    assert sound.standing == "unset"
    assert sound.said.endswith("is sound, but lies on the same disk as the journal")
    content = bytearray(journal.read_bytes())
    content[-1] ^= 1
    journal.write_bytes(content)
    assert found(house, settings).standing == "wrong"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes among its files")
def test_a_folder_that_does_not_answer_holds_up_nothing(
    house: SmallHouse, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardroom.check_backup.ANSWER_S", 0.1)
    manifest = made(house, tmp_path / "backups").folder / "manifest.json"
    manifest.unlink()
    # Nobody ever answers at the other end.
    os.mkfifo(manifest)
    finding = found(house, settings)
    assert finding == Finding("wrong", "backup", f"{tmp_path / 'backups'} does not answer")
    manifest.write_bytes(b"")


def test_one_that_is_read_too_slowly_holds_up_nothing(
    house: SmallHouse, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardroom.check_backup.LOOK_S", 0.1)
    monkeypatch.setattr("guardroom.check_backup.MIB_S", 0)
    made(house, tmp_path / "backups")
    goes_on = threading.Event()
    monkeypatch.setattr("guardroom.restore.restoring.verified", lambda *_given: goes_on.wait(30))
    finding = found(house, settings)
    goes_on.set()
    assert finding.standing == "wrong"
    assert finding.said.endswith("could not be looked through in time: it is read too slowly")


def test_a_folder_that_cannot_be_read_is_told(
    house: SmallHouse, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(house, tmp_path / "backups")

    def away(_path: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("os.listdir", away)
    finding = found(house, settings)
    assert finding == Finding("wrong", "backup", f"{tmp_path / 'backups'} cannot be read: the disk fails")
