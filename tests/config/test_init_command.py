"""`guardroom init`: a configuration to fill in, the databases, the first administrator."""

from __future__ import annotations

import io
import os
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from db.main import open_engine, reading, writing
from db.people import users
from db.schema import journal_status, main_status
from guardroom.__main__ import main
from guardroom.clock import SystemClock
from guardroom.config import example_text, load
from guardroom.ground import open_ground
from guardroom.people.signin import SignIn


class Terminal(io.StringIO):
    """A keyboard that somebody has typed on."""

    def isatty(self) -> bool:
        return True


def people(file: Path) -> list[tuple[str, str]]:
    engine = open_engine(load(file).database)
    try:
        with reading(engine) as session:
            return [(user.initials, user.role) for user in users(session)]
    finally:
        engine.dispose()


def test_everything_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "new" / "guardroom.toml"
    assert main(["init", "--config", str(file), "--admin", "mhø"]) == 0
    assert file.read_text(encoding="utf-8") == example_text()
    settings = load(file)
    assert main_status(settings.database).standing == "current"
    assert journal_status(settings.journal).standing == "current"
    assert people(file) == [("MHØ", "admin")]
    captured = capsys.readouterr()
    assert captured.err == ""
    assert len(captured.out.splitlines()) == 6
    assert f"give each of them `--config {file}`" in captured.out
    assert "MHØ" in captured.out
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        assert settings.secret.stat().st_mode & 0o777 == 0o600


def test_the_administrator_signs_in_with_the_code_that_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "guardroom.toml"
    assert main(["init", "--config", str(file), "--admin", "MH"]) == 0
    (code,) = re.findall(r"\b\d{6}\b", capsys.readouterr().out)
    ground = open_ground(load(file), SystemClock())
    try:
        signing = SignIn(ground)
        who = signing.sign_in("MH", code, "Vagtstuen")
        assert who.role == "admin"
        assert signing.must_change(who)
    finally:
        ground.engine.dispose()


def test_a_house_that_is_there_keeps_its_users_and_its_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "guardroom.toml"
    assert main(["init", "--config", str(file), "--admin", "MH"]) == 0
    secret = tmp_path / "guardroom.secret"
    kept = secret.read_text()
    file.unlink()
    capsys.readouterr()
    assert main(["init", "--config", str(file), "--admin", "EVIL"]) == 0
    said = capsys.readouterr().out
    assert "EVIL was not added" in said
    assert "`guardroom users add INITIALS ROLE --as ADMINISTRATOR`" in said
    assert people(file) == [("MH", "admin")]
    assert not re.search(r"\b\d{6}\b", said)
    file.unlink()
    secret.rename(tmp_path / "elsewhere")
    assert main(["init", "--config", str(file), "--admin", "EVIL"]) == 1
    assert "without it nobody can sign in" in capsys.readouterr().err
    assert not secret.exists()
    assert (tmp_path / "elsewhere").read_text() == kept
    (tmp_path / "elsewhere").rename(secret)
    assert main(["init", "--config", str(file)]) == 0
    assert people(file) == [("MH", "admin")]
    said = capsys.readouterr().out
    assert "`guardroom users add INITIALS ROLE --as ADMINISTRATOR`" in said
    assert "`guardroom users add INITIALS admin`" not in said


def test_an_administrator_whose_one_time_code_ran_out_is_given_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "guardroom.toml"
    assert main(["init", "--config", str(file), "--admin", "MH"]) == 0
    engine = open_engine(load(file).database)
    with writing(engine) as session:
        (user,) = users(session)
        user.code_given_at = SystemClock().now() - timedelta(days=8)
    engine.dispose()
    file.unlink()
    capsys.readouterr()
    assert main(["init", "--config", str(file), "--admin", "MH"]) == 0
    assert people(file) == [("MH", "admin")]
    assert re.search(r"MH is its administrator, with the one-time code \d{6}", capsys.readouterr().out)


def test_without_a_name_the_file_is_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--admin", "MH"]) == 0
    assert (tmp_path / "guardroom.toml").exists()
    assert "--config" not in capsys.readouterr().out


def test_a_file_that_exists_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "guardroom.toml"
    file.write_text("# mine\n")
    assert main(["init", "--config", str(file), "--admin", "MH"]) == 2
    assert file.read_text() == "# mine\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["guardroom.toml"]
    assert "exists and is left as it is" in capsys.readouterr().err


@pytest.mark.parametrize("initials", ["", "M1", "ABCDEFG", "M H", "\x1b[2J"])
def test_what_are_no_initials_is_refused_before_anything_is_made(
    tmp_path: Path, initials: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--config", str(tmp_path / "g.toml"), "--admin", initials]) == 2
    assert list(tmp_path.iterdir()) == []
    assert "initials are one to six letters" in capsys.readouterr().err


def test_the_administrator_is_asked_for_until_the_answer_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("1234\næøå\n"))
    file = tmp_path / "guardroom.toml"
    assert main(["init", "--config", str(file)]) == 0
    assert people(file) == [("ÆØÅ", "admin")]
    assert capsys.readouterr().out.count("Initials of the first administrator") == 2


def test_nobody_need_be_administrator_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    file = tmp_path / "guardroom.toml"
    assert main(["init", "--config", str(file)]) == 0
    assert people(file) == []
    assert "`guardroom users add INITIALS admin`" in capsys.readouterr().out
    assert (tmp_path / "guardroom.secret").exists()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["init", "--config", str(tmp_path / "file" / "guardroom.toml"), "--admin", "MH"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_database_of_something_else_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "guardroom.db").write_bytes(b"not a database, but somebody's file" * 100)
    assert main(["init", "--config", str(tmp_path / "guardroom.toml"), "--admin", "MH"]) == 1
    captured = capsys.readouterr()
    assert "cannot be made" in captured.err
    assert captured.out == ""
    (tmp_path / "guardroom.db").unlink()
    assert main(["init", "--config", str(tmp_path / "guardroom.toml"), "--admin", "MH"]) == 0, "nothing is in its way"
