"""`guardroom bans import` and `export` as somebody types them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.house import SmallHouse, cheap_codes, small_house

from guardroom.__main__ import main
from guardroom.people.person import PersonForm
from guardroom.people.persons import Persons
from guardroom.people.roles import Role

CODE = "417 skeer i skuffen"
# The command has the computer's own clock.
GOOD = "Navn;Født;Fra;Til;Sagsnr;Journalnr\nBo Eks;1984;{first};{last};J-1;D-1\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHouse]:
    cheap_codes(monkeypatch)
    with small_house(tmp_path) as made:
        made.who(Role.BAN_REGISTRAR, initials="FA", code=CODE)
        made.who(Role.GUARD, initials="VT", code=CODE)
        yield made


@pytest.fixture
def run(house: SmallHouse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str, user: str = "FA") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{CODE}\n"))
        code = main(["bans", "--config", str(house.config), "--as", user, *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    from datetime import UTC, datetime, timedelta

    today = datetime.now(UTC).date()
    file = tmp_path / "liste.csv"
    first, last = today - timedelta(days=30), today + timedelta(days=90)
    file.write_text(GOOD.format(first=first.isoformat(), last=last.isoformat()), "utf-8")
    return file


def test_import_shows_first_and_takes_when_told(run: Run, listed: Path) -> None:
    code, out, _err = run("import", str(listed))
    assert code == 0
    assert "row 2: new, in force: Bo Eks" in out
    assert "Nothing was changed" in out
    assert "1 ban taken over." in run("import", str(listed), "--apply")[1]
    assert "1 the same, 0 different, 0 new there, 0 gone there, 0 broken" in run("import", str(listed))[1]


def test_what_a_row_will_be_and_of_whom_is_said_before(run: Run, listed: Path, house: SmallHouse) -> None:
    Persons(house.ground).create(house.who(Role.BAN_REGISTRAR, initials="FA"), PersonForm(name="Bo Eks", birth="1984"))
    listed.write_text(listed.read_text("utf-8").replace("J-1;D-1", "J-1;"), "utf-8")
    out = run("import", str(listed))[1]
    assert "row 2: new, as a draft (the list lacks: Journal number): Bo Eks" in out
    assert "(about Bo Eks, 1984, who is known here)" in out
    (facts,) = json.loads(run("import", str(listed), "--json")[1])
    (row,) = facts["new"]
    assert (row["in_force"], row["lacks"], row["known_as"]) == (False, ["letter_ref"], "Bo Eks")


def test_broken_rows_on_the_command_line(run: Run, listed: Path) -> None:
    listed.write_text(listed.read_text("utf-8") + "Ib;1970;i går;01-03-2026\n", "utf-8")
    code, out, _err = run("import", str(listed))
    assert code == 1
    assert "row 3: broken: “i går” in From is no day there is." in out
    code, out, err = run("import", str(listed), "--apply")
    assert (code, out) == (1, "")
    assert "1 row of the list is broken" in err
    assert "(--good-rows)" in err
    code, out, _err = run("import", str(listed), "--apply", "--good-rows")
    assert code == 0
    assert "1 ban taken over." in out


def test_export_and_json(run: Run, listed: Path) -> None:
    run("import", str(listed), "--apply")
    out = listed.with_name("ud.csv")
    assert run("export", str(out))[:2] == (0, "1 ban written.\n")
    code, _out, err = run("export", str(out))
    assert code == 1
    assert "is there already" in err
    assert "(--overwrite)" in err
    (facts,) = json.loads(run("import", str(out), "--json")[1])
    assert (len(facts["same"]), facts["new"], facts["broken"], facts["taken"]) == (1, [], [], None)


def test_refusals_are_one_sentence(run: Run, listed: Path) -> None:
    code, out, err = run("import", str(listed), user="VT")
    assert (code, out) == (1, "")
    assert "As guard you may not do or see this." in err
    code, _out, err = run("import", str(listed.with_name("væk.csv")))
    assert code == 2
    assert err.count("\n") == 1
