"""The command line as a contract: what scripts get, what people are told, exit codes, and never a traceback."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest
from harness.town import Town, command, until


def guardroom(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command line to its end."""
    done = subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL, cwd=cwd
    )
    assert "Traceback" not in done.stderr + done.stdout
    return done


def test_status_in_words_and_for_scripts(byby: Town) -> None:
    nothing = byby.run("status", "--json", check=False)
    assert (nothing.returncode, json.loads(nothing.stdout)["monitor"]) == (1, None)
    byby.start_monitor()
    with byby.panel.polling():
        until(lambda: byby.run("status", check=False).returncode == 0)
    assert byby.panel.press("005")
    facts = json.loads(byby.run("status", "--json", check=False).stdout)
    assert [alarm["place"] for alarm in facts["alarms"]] == ["Kontaktrum 2"]
    assert facts["panels"][0]["name"] == "blok-a"
    assert "Kontaktrum 2: ALARM, " in byby.run("status", check=False).stdout
    byby.pair.hang_up()
    until(lambda: "/ ANLÆG KAN IKKE NÅS: blok-a." in byby.run("status", check=False).stdout)
    assert "blok-a: VÆK, " in byby.run("status", check=False).stdout


def test_the_lists_are_json_arrays_also_when_empty(byby: Town) -> None:
    assert byby.signals() == []
    assert byby.alarms() == []


def test_a_new_town_hall(tmp_path: Path) -> None:
    config = tmp_path / "guardroom.toml"
    made = guardroom("init", "--config", str(config), "--admin", "æøå")
    assert made.returncode == 0, made.stderr
    assert config.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "journal.db").exists()
    again = guardroom("init", "--config", str(config), "--admin", "MH")
    assert again.returncode == 2
    assert "guardroom.toml" in again.stderr
    checked = guardroom("check", "--config", str(config))
    assert checked.returncode == 1
    wrong = [line for line in checked.stdout.splitlines() if line.startswith("!!")]
    assert wrong
    assert all("port" in line for line in wrong), "only the example's ports are wrong"


def test_all_mistakes_of_a_configuration_at_once(byby: Town) -> None:
    text = byby.config.read_text("utf-8").replace('language = "da"', 'language = "en"\nlangauge = "da"')
    byby.config.write_text(text.replace('policy = "fredensborg"', 'policy = "atlantis"'), "utf-8")
    for arguments in (["status"], ["monitor"], []):
        done = guardroom(*arguments, "--config", str(byby.config))
        assert done.returncode == 2
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 2
        assert any("langauge" in line and "language" in line for line in lines)
        assert any("atlantis" in line and "fredensborg" in line for line in lines)
        assert all("guardroom.toml" in line for line in lines)


def test_no_configuration_at_all(tmp_path: Path) -> None:
    done = guardroom("status", "--config", str(tmp_path / "nowhere.toml"))
    assert done.returncode == 2
    assert "guardroom init" in done.stderr


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["status", "--nonsense"], ["decode"], ["simulate", "--driver", "no"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    done = guardroom(*arguments)
    assert done.returncode == 2
    assert done.stderr.strip()


@pytest.mark.parametrize(
    ("file", "who"), [("journal.db", "monitor"), ("guardroom.db", "monitor"), ("guardroom.db", "")]
)
def test_a_database_of_a_newer_version_is_refused(byby: Town, file: str, who: str) -> None:
    byby.start_monitor()
    until(lambda: (byby.folder / "guardroom.db").exists() and "alarm" in tables(byby.folder / "guardroom.db"))
    byby.run("stop")
    with sqlite3.connect(byby.folder / file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    connection.close()
    done = guardroom(*([who] if who else []), "--config", str(byby.config))
    assert done.returncode == 1
    assert "from_the_future" in done.stderr
    assert file in done.stderr


def tables(path: Path) -> set[str]:
    """The tables of a SQLite file."""
    connection = sqlite3.connect(path)
    try:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        connection.close()


def test_a_damaged_journal_is_set_aside_and_alarms_go_on(byby: Town) -> None:
    byby.start_monitor()
    assert byby.panel.press("005", "OVERFALD 1")
    until(lambda: len(byby.alarms()) == 1)
    byby.run("stop")
    journal = byby.folder / "journal.db"
    journal.write_bytes(b"\0" * 4096 + journal.read_bytes()[4096:])
    byby.start_monitor()
    assert byby.panel.press("005", "OVERFALD 2")
    assert list(byby.folder.glob("journal.db.corrupt.*"))
    facts = json.loads(byby.run("status", "--json", check=False).stdout)
    assert "journal_replaced" in [fault["kind"] for fault in facts["faults"]]
    until(lambda: len(byby.alarms()) == 2)


def test_a_lost_journal_is_told_and_does_not_make_the_database_deaf(byby: Town) -> None:
    byby.start_monitor()
    assert byby.panel.press("005", "OVERFALD 1")
    until(lambda: len(byby.alarms()) == 1)
    byby.run("stop")
    for file in byby.folder.glob("journal.db*"):
        file.unlink()
    byby.start_monitor()
    assert "JOURNALEN VAR BESKADIGET ELLER VÆK, og en ny er begyndt" in byby.run("status", check=False).stdout
    assert byby.panel.press("005", "OVERFALD 2")
    until(lambda: len(byby.alarms()) == 2)


def test_what_a_panel_sends_is_shown_and_not_obeyed(byby: Town) -> None:
    # In the standard's own character set the brackets would be Danish letters.
    text = byby.config.read_text("utf-8").replace(
        "repeat_s = 120\n", 'repeat_s = 120\n[panels.options]\ncharset = "latin-1"\n'
    )
    byby.config.write_text(text, "utf-8")
    with byby.dashboard() as screen:
        screen.wait_for("K2")
        assert byby.panel.press("005", "[b]X[/] [/] \x1b[2J\x1b]0;HACKED\x07[@click=app.exit]Y[/]")
        screen.wait_for(lambda glass: "A L A R M" in glass and "[b]X[/] [/]" in glass)
        assert b"HACKED\x07" not in screen.output
