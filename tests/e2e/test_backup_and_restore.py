"""The drill that every town hall should hold: a backup while alarms come, the PC is lost, and all of it is back."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from e2e.test_commands import guardroom
from harness.town import Town, until

from guardroom.backup.manifest import PREFIX, name_at
from guardroom.people.secret import make_secret


@pytest.fixture
def to(byby: Town, tmp_path: Path) -> Path:
    """The folder that the town's configuration names for backups."""
    folder = tmp_path / "elsewhere"
    byby.config.write_text(
        byby.config.read_text("utf-8").replace('language = "da"', 'language = "en"')
        + f'\n[backup]\nfolder = "{folder.as_posix()}"\n',
        "utf-8",
    )
    make_secret(byby.folder / "guardroom.secret")
    return folder


def finished(to: Path) -> list[Path]:
    """The backups there, oldest first."""
    return sorted(to.glob(f"{PREFIX}*Z"))


def pressed(byby: Town, point: str) -> None:
    """An alarm that is in the main database too."""
    before = len(byby.alarms())
    with byby.panel.polling():
        assert byby.panel.press(point)
    until(lambda: len(byby.alarms()) == before + 1)


@pytest.mark.timeout(300)
def test_restore_drill(byby: Town, to: Path) -> None:
    byby.start_monitor()
    with byby.panel.polling():
        until(lambda: byby.run("status", check=False).returncode == 0)
    pressed(byby, "005")
    # The monitor makes its first at once; a second one is not made beside it, nor under the same second's name.
    until(lambda: bool(finished(to)))
    last = finished(to)[-1]
    until(lambda: name_at(datetime.now(UTC)) > last.name)
    made = byby.run("backup")
    assert "looked through and sound" in made.stdout
    assert "The house's secret is not in it" in made.stdout
    backup = finished(to)[-1]
    assert backup != last
    pressed(byby, "006")
    signals, alarms = byby.signals(), byby.alarms()
    refused = byby.run("restore", str(backup), check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "the monitor runs; end it first with `guardroom stop`" in refused.stderr
    byby.run("stop")
    # Somebody has emptied the main database.
    (byby.folder / "guardroom.db").write_bytes(b"")
    restored = byby.run("restore", str(backup))
    assert "Alarms are not missing" in restored.stdout
    byby.start_monitor()
    until(lambda: len(byby.alarms()) == 2)
    assert byby.signals() == signals
    assert [(each["place"], each["pressed_at"]) for each in byby.alarms()] == [
        (each["place"], each["pressed_at"]) for each in alarms
    ]
    with byby.panel.polling():
        assert byby.panel.press("005")
    until(lambda: len(byby.signals()) == len(signals) + 1)
    byby.run("stop")


@pytest.mark.timeout(300)
def test_a_lost_computer(byby: Town, to: Path) -> None:
    byby.start_monitor()
    with byby.panel.polling():
        until(lambda: byby.run("status", check=False).returncode == 0)
    pressed(byby, "005")
    byby.run("backup")
    signals = byby.signals()
    byby.run("stop")
    new = byby.folder / "new"
    new.mkdir()
    backup = finished(to)[-1]
    shutil.copyfile(backup / "guardroom.toml", new / "guardroom.toml")
    without = guardroom("restore", str(backup), "--config", str(new / "guardroom.toml"))
    assert without.returncode == 1
    assert "put that file back first" in without.stderr
    shutil.copy(byby.folder / "guardroom.secret", new / "guardroom.secret")
    done = guardroom("restore", str(backup), "--config", str(new / "guardroom.toml"))
    assert done.returncode == 0, done.stderr
    byby.config = new / "guardroom.toml"
    assert byby.signals() == signals
    checked = guardroom("check", "--config", str(byby.config), "--listen", "0").stdout
    assert "ok  backup" in checked or "--  backup" in checked


def test_where_to_is_asked(byby: Town) -> None:
    done = byby.run("backup", check=False)
    assert done.returncode == 2
    assert "[backup]" in done.stderr


def test_the_monitor_makes_them_by_itself(byby: Town, to: Path) -> None:
    byby.config.write_text(
        byby.config.read_text("utf-8")
        .replace("[backup]", "[backup]\nevery_hours = 1")
        .replace("[site]", '[site]\nzone = "Etc/GMT"'),
        "utf-8",
    )
    from datetime import UTC, datetime

    if datetime.now(UTC).hour in (0, 1, 2, 3):
        byby.config.write_text(byby.config.read_text("utf-8").replace("Etc/GMT", "Etc/GMT-8"), "utf-8")
    byby.start_monitor()
    until(lambda: bool(finished(to)))
    byby.run("stop")
