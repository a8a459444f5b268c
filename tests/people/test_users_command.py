"""`guardroom users`: on a keyboard, from a script, and at the beginning."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.house import SmallHouse, cheap_codes, small_house
from harness.town import command

from db.main import writing
from db.people import failure, user_called
from db.schema import prepare_main
from guardroom.__main__ import main
from guardroom.clock import SystemClock
from guardroom.people.roles import Role
from guardroom.people.signin import SignIn
from guardroom.people.users import Users

Run = Callable[..., tuple[int, str, str]]

CODE = "417 heste"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHouse]:
    cheap_codes(monkeypatch)
    monkeypatch.delenv("GUARDROOM_USER", raising=False)
    with small_house(tmp_path) as made:
        made.who(Role.ADMIN, initials="MH", code=CODE)
        yield made


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give the command with lines on its input; returns its exit code and what it said on stdout and stderr."""

    def run(*arguments: str, lines: tuple[str, ...] = (CODE,)) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(line + "\n" for line in lines)))
        code = main(["users", "--config", str(tmp_path / "guardroom.toml"), *arguments])
        said = capsys.readouterr()
        assert len(said.err.splitlines()) == (0 if code == 0 else 1)
        return code, said.out, said.err

    return run


def one_time_code(said: str) -> str:
    (found,) = re.findall(r"\b\d{6}\b", said)
    return str(found)


def test_the_list_for_people_and_for_scripts(house: SmallHouse, run: Run) -> None:
    house.who(Role.LEADER, "Jobcenter", initials="LD")
    code, said, _err = run("--as", "MH")
    assert code == 0
    assert said.splitlines() == ["LD  leader  Lone Dam  teamleder  Jobcenter  (has no code)", "MH  administrator"]
    for arguments in (["--json", "--as", "mh"], ["list", "--as", "mh", "--json"], ["--as", "mh", "list", "--json"]):
        _code, said, _err = run(*arguments)
        assert json.loads(said)[0] == {
            "initials": "LD",
            "role": "leader",
            "name": "Lone Dam",
            "title": "teamleder",
            "area": "Jobcenter",
            "disabled": False,
            "has_code": False,
            "must_change": False,
            "code_until": None,
        }
    assert house.told() == ["signed_in", "signed_out"] * 4


def test_who_it_is_may_be_in_the_environment(house: SmallHouse, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run()[0] == 2
    monkeypatch.setenv("GUARDROOM_USER", "mh")
    assert run()[0] == 0
    assert [entry.station for entry in house.audit()] == ["Vagtstuen (command line)"] * 2


def test_a_user_from_beginning_to_end(house: SmallHouse, run: Run) -> None:
    code, said, _err = run("--as", "MH", "add", "vt", "guard", "--name", "Vagn Torp", "--area", "jobcenter")
    assert (code, "VT" in said) == (0, True)
    given = one_time_code(said)

    code, said, err = run("--as", "VT", lines=(given,))
    assert (code, said) == (1, "")
    assert "guardroom users passcode" in err

    assert run("passcode", "--as", "VT", lines=(given, "123456"))[0] == 2
    assert run("passcode", "--as", "VT", lines=(given,))[0] == 1
    assert run("passcode", "--as", "VT", lines=(given, "blå heste"))[0] == 0
    code, said, err = run("--as", "VT", lines=("blå heste",))
    assert (code, said) == (1, "")
    assert "As guard you may not" in err

    assert run("--as", "MH", "change", "VT", "--title", "betjent", "--area", "")[0] == 0
    assert run("--as", "MH", "disable", "VT")[0] == 0
    assert "VT  guard  Vagn Torp  betjent  (disabled)" in run("--as", "MH")[1]
    assert run("--as", "VT", lines=("blå heste",))[0] == 1
    assert run("--as", "MH", "enable", "VT")[0] == 0
    given = one_time_code(run("--as", "MH", "code", "VT")[1])
    assert re.search(
        r"VT  guard  Vagn Torp  betjent  \(has a one-time code until \d\d-\d\d-\d{4}\)", run("--as", "MH")[1]
    )
    (found,) = [user for user in json.loads(run("--as", "MH", "--json")[1]) if user["initials"] == "VT"]
    assert found["must_change"]
    assert found["code_until"]
    assert house.told().count("signed_in") == house.told().count("signed_out")
    assert house.first_break() is None


def test_a_new_code_that_is_repeated_must_be_the_same(house: SmallHouse, run: Run) -> None:
    house.who(Role.GUARD, initials="VT", code=CODE)
    code, _said, err = run("passcode", "--as", "VT", lines=(CODE, "blå heste", "grå heste"))
    assert (code, "The two are not the same; nothing was changed." in err) == (1, True)
    assert run("passcode", "--as", "VT", lines=(CODE, "blå heste", "blå heste"))[0] == 0
    assert run("passcode", "--as", "VT", lines=("blå heste", "grå heste"))[0] == 0


def test_what_somebody_may_not_is_noted(house: SmallHouse, run: Run) -> None:
    guard = house.who(Role.GUARD, initials="VT", code=CODE)
    assert run("--as", "VT", "disable", "MH")[0] == 1
    assert house.told() == ["signed_in", "refused", "signed_out"]
    entry = house.audit()[1]
    assert (entry.user_id, entry.detail) == (guard.user, '{"act": "users disable"}')


def test_whoever_has_a_one_time_code_is_signed_out_again(house: SmallHouse, run: Run) -> None:
    given = one_time_code(run("--as", "MH", "add", "VT", "guard")[1])
    assert run("--as", "VT", lines=(given,))[0] == 1
    assert run("passcode", "--as", "VT", lines=(given, "123456"))[0] == 2
    assert run("passcode", "--as", "VT", lines=(given, CODE))[0] == 0
    assert house.told()[4:] == [*["signed_in", "signed_out"] * 2, "signed_in", "code_changed", "signed_out"]


def test_a_one_time_code_that_has_run_out(house: SmallHouse, run: Run) -> None:
    # It was given by the house's clock, a long time before the real one's now.
    given = Users(house.ground).add(house.who(Role.ADMIN, initials="MH"), "VT", "guard")
    assert "VT  guard  (has a one-time code that has run out)" in run("--as", "MH")[1]
    code, _said, err = run("passcode", "--as", "VT", lines=(given, CODE))
    assert code == 1
    assert "more than 7 days ago" in err


@pytest.mark.parametrize(
    ("arguments", "lines", "expected", "said"),
    [
        (["--as", "MH"], (), 1, "No code was given"),
        (["--as", "MH"], ("",), 1, "No code was given"),
        (["--as", "MH"], ("417 geder",), 1, "do not belong together"),
        (["--as", "\x1b[2J"], (CODE,), 1, "do not belong together"),
        (["--as", "MH", "disable", "MH"], (CODE,), 1, "last administrator"),
        (["--as", "MH", "code", "MH"], (CODE,), 1, "last administrator"),
        (["--as", "MH", "change", "MH", "--role", "guard"], (CODE,), 2, "Nobody changes their own role"),
        (["--as", "MH", "change", "MH"], (CODE,), 2, "Say what changes: --role, --name, --title or --area."),
        (["--as", "MH", "disable", "XX"], (CODE,), 2, "no user with these initials"),
        (["--as", "MH", "add", "MH", "guard"], (CODE,), 2, "MH is taken"),
        (["--as", "MH", "add", "M1", "guard"], (CODE,), 2, "one to six letters"),
        (["--as", "MH", "add", "LD", "leader"], (CODE,), 2, "need a name"),
        (["--as", "MH", "add", "VT", "guard", "--area", "Kælderen"], (CODE,), 2, "no such part of the house"),
        (["add", "VT", "admin"], (CODE,), 2, "--as INITIALS"),
        (["code", "MH"], (CODE,), 2, "--as INITIALS"),
    ],
)
def test_what_is_refused_is_one_sentence(
    house: SmallHouse, run: Run, arguments: list[str], lines: tuple[str, ...], expected: int, said: str
) -> None:
    code, out, err = run(*arguments, lines=lines)
    assert (code, out) == (expected, "")
    assert said in err


def test_a_role_there_is_not(house: SmallHouse, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--as", "MH", "add", "VT", "boss")
    assert ended.value.code == 2
    assert "guard" in capsys.readouterr().err


def test_wrong_codes_here_hold_nobody_up_at_the_screen(house: SmallHouse, run: Run) -> None:
    assert run("--as", "MH", lines=("417 geder",))[0] == 1
    with writing(house.ground.engine) as session:
        failed = failure(session, "MH", "Vagtstuen (command line)")
        assert failed is not None
        # As many as it takes to be refused for a minute from now.
        failed.failures, failed.last_at = 7, SystemClock().now()
    code, _said, err = run("--as", "MH")
    assert code == 1
    assert "next attempt is possible in" in err
    assert SignIn(house.ground).sign_in("MH", CODE, "Vagtstuen").initials == "MH"


def test_a_lost_secret_is_never_made_anew(house: SmallHouse, run: Run) -> None:
    secret = house.ground.settings.secret
    secret.unlink()
    for arguments in (["add", "VT", "admin"], ["code", "MH"], ["--as", "MH"]):
        code, _said, err = run(*arguments)
        assert code == 1
        assert "without it nobody can sign in" in err
        assert not secret.exists()


def test_a_secret_that_others_can_read_is_refused(house: SmallHouse, run: Run) -> None:
    house.ground.settings.secret.chmod(0o644)
    code, _said, err = run("--as", "MH")
    assert code == 1
    assert "chmod 600" in err


def test_a_house_from_before_there_were_codes_gets_going(house: SmallHouse, run: Run) -> None:
    """Its database has an administrator without a code, and there is no secret."""
    secret = house.ground.settings.secret
    secret.unlink()
    with writing(house.ground.engine) as session:
        row = user_called(session, "MH")
        assert row is not None
        row.code_hash = ""
    assert run("--as", "MH")[0] == 1
    assert not secret.exists()
    assert run("code", "XX", lines=())[0] == 2
    code, said, _err = run("code", "MH", lines=())
    assert code == 0
    assert secret.stat().st_mode & 0o777 == 0o600
    assert run("passcode", "--as", "MH", lines=(one_time_code(said), CODE))[0] == 0
    assert run("--as", "MH")[0] == 0
    assert run("code", "MH", lines=())[0] == 2


def test_a_house_without_anybody_gets_going(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    cheap_codes(monkeypatch)
    monkeypatch.delenv("GUARDROOM_USER", raising=False)
    (tmp_path / "guardroom.toml").write_text('language = "en"\n')
    code, _said, err = run("add", "MH", "admin", lines=())
    assert code == 1
    assert "start `guardroom` once" in err
    prepare_main(f"sqlite:///{tmp_path / 'guardroom.db'}")
    assert run("add", "VT", "guard", lines=())[0] == 2
    code, said, _err = run("add", "MH", "admin", lines=())
    assert code == 0
    assert run("passcode", "--as", "MH", lines=(one_time_code(said), CODE))[0] == 0
    assert run("--as", "MH", "add", "VT", "guard")[0] == 0


def test_the_real_program_reads_the_code_from_its_input(house: SmallHouse) -> None:
    done = subprocess.run(
        command("users", "--as", "MH", "--json", "--config", str(house.config)),
        input=f"{CODE}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [user["initials"] for user in json.loads(done.stdout)] == ["MH"]


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
def test_on_a_keyboard_the_code_is_asked_for_and_not_shown(house: SmallHouse) -> None:
    from harness.terminal import PtyProgram

    with PtyProgram(command("users", "--as", "MH", "--config", str(house.config))) as program:
        program.wait_for("Your code: ")
        program.press(CODE, "enter")
        program.wait_for("MH  administrator")
        assert program.wait() == 0
        assert CODE.encode() not in program.output
        assert b"heste" not in program.output
