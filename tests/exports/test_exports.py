"""Lists as files: without names unless they are asked for by somebody who may, and with nothing that is a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.house import SmallHouse, cheap_codes
from openpyxl import load_workbook
from reports.half_year import NAME, SECRET, filled_house

from db.main import writing
from db.people_tables import PersonRow
from guardroom.__main__ import main
from guardroom.exports.exports import LISTS, Exports
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused

WHO = {
    "incidents": Role.GUARD,
    "bans": Role.BAN_REGISTRAR,
    "alarms": Role.GUARD,
    "followups": Role.LEADER,
    "headsups": Role.GUARD,
    "drills": Role.RISK_COORDINATOR,
    "button-tests": Role.GUARD,
}
LINES = {"incidents": 24, "bans": 0, "alarms": 22, "followups": 13, "headsups": 1, "drills": 1, "button-tests": 3}
NAMED = {"incidents": NAME, "headsups": NAME, "alarms": "MH", "button-tests": "MH", "drills": "Lone Dam"}
CODE = "417 skeer"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with filled_house(tmp_path) as made:
        yield made


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a .csv as they are."""
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_every_list_is_tried() -> None:
    assert set(WHO) == set(LISTS) == set(LINES)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("what", LISTS)
def test_without_names(house: SmallHouse, tmp_path: Path, what: str, form: str) -> None:
    path = tmp_path / f"list.{form}"
    count = Exports(house.ground).export(house.who(WHO[what]), what, form, path)  # type: ignore[arg-type]
    assert count == LINES[what]
    assert path.stat().st_mode & 0o077 == 0
    if form == "xlsx":
        cells = [str(cell) for row in load_workbook(path).active.iter_rows(values_only=True) for cell in row]  # type: ignore[union-attr]
        found = "\n".join(cells)
    else:
        found = path.read_text("utf-8-sig")
    for hidden in (NAME, SECRET, "J-2231", "S-99", "Lone Dam", '"MH"', '"JB"', "MH, JB"):
        assert hidden not in found


@pytest.mark.parametrize("what", NAMED)
def test_with_names_for_a_purpose(house: SmallHouse, tmp_path: Path, what: str) -> None:
    path = tmp_path / "list.json"
    who = house.who(WHO[what])
    with pytest.raises(BadInput, match="--purpose"):
        Exports(house.ground).export(who, what, "json", path, names=True)
    assert not path.exists()
    Exports(house.ground).export(who, what, "json", path, names=True, purpose="police")
    assert NAMED[what] in path.read_text("utf-8")
    assert SECRET not in path.read_text("utf-8")
    entry = house.audit()[-1]
    assert (entry.what, entry.why) == ("exported", "police")
    assert json.loads(entry.detail) == {"list": what, "count": LINES[what], "names": True, "form": "json"}


@pytest.mark.parametrize(
    ("what", "role"),
    [
        ("incidents", Role.SAFETY_REP),
        ("incidents", Role.HS_LEADER),
        ("bans", Role.GUARD),
        ("alarms", Role.RISK_COORDINATOR),
        ("followups", Role.GUARD),
        ("headsups", Role.DESK),
        ("headsups", Role.LEGAL),
        ("button-tests", Role.RISK_COORDINATOR),
    ],
)
def test_names_are_not_for_everybody_who_sees_the_list(
    house: SmallHouse, tmp_path: Path, what: str, role: Role
) -> None:
    path = tmp_path / "list.csv"
    Exports(house.ground).export(house.who(role), what, "csv", path)
    path.unlink()
    with pytest.raises(Forbidden):
        Exports(house.ground).export(house.who(role), what, "csv", path, names=True, purpose="other")
    assert not path.exists()


@pytest.mark.parametrize("what", LISTS)
def test_who_may_not_at_all(house: SmallHouse, tmp_path: Path, what: str) -> None:
    outsiders = {Role.ADMIN} if what != "followups" else {Role.DESK}
    for role in outsiders:
        with pytest.raises(Forbidden):
            Exports(house.ground).export(house.who(role), what, "csv", tmp_path / "list.csv")


def test_nothing_in_it_is_a_formula(house: SmallHouse, tmp_path: Path) -> None:
    with writing(house.ground.engine) as session:
        session.get_one(PersonRow, 1).name = "=HYPERLINK(1)"
    path = tmp_path / "list.csv"
    exports = Exports(house.ground)
    exports.export(house.who(Role.GUARD), "headsups", "csv", path, names=True, purpose="other")
    assert rows(path)[0]["Citizen"] == "'=HYPERLINK(1)"
    path = tmp_path / "list.xlsx"
    exports.export(house.who(Role.GUARD), "headsups", "xlsx", path, names=True, purpose="other")
    cells = [cell for row in load_workbook(path).active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert "f" not in {cell.data_type for cell in cells}
    assert "'=HYPERLINK(1)" in [cell.value for cell in cells]


def test_what_was_said_where_it_is_no_room_is_left_out(house: SmallHouse, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    Exports(house.ground).export(house.who(Role.GUARD), "alarms", "csv", path)
    assert {row["Room"] for row in rows(path)} == {"Kontaktrum 2", "Akutrum Ærø", "Samtalerum 1"}


def test_of_some_days_only(house: SmallHouse, tmp_path: Path) -> None:
    from datetime import date

    path, exports, who = tmp_path / "list.csv", Exports(house.ground), house.who(Role.GUARD)
    assert exports.export(who, "alarms", "csv", path, first=date(2025, 2, 3), last=date(2025, 2, 4)) == 2
    with pytest.raises(BadInput, match="last day lies before"):
        exports.export(who, "alarms", "csv", path, first=date(2025, 2, 3), last=date(2025, 2, 2), overwrite=True)


def test_a_file_that_is_there_stays(house: SmallHouse, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("mine", "utf-8")
    with pytest.raises(Refused, match="is there already"):
        Exports(house.ground).export(house.who(Role.GUARD), "alarms", "csv", path)
    assert path.read_text("utf-8") == "mine"


def test_a_drill_that_runs_is_an_alarm_like_any_other(house: SmallHouse, tmp_path: Path) -> None:
    with writing(house.ground.engine) as session:
        from db.alarm_tables import AlarmRow

        row = session.query(AlarmRow).filter_by(mode="drill").one()
        row.closed_at = None
    path = tmp_path / "list.json"
    Exports(house.ground).export(house.who(Role.GUARD), "alarms", "json", path)
    assert {row["mode"] for row in json.loads(path.read_text("utf-8"))} == {"real", "test"}


def test_the_commands(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cheap_codes(monkeypatch)
    house.who(Role.SAFETY_REP, initials="AM", code=CODE)
    config = ["--config", str(house.config), "--as", "AM"]

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(CODE + "\n"))
        code = main([*arguments, *config])
        told = capsys.readouterr()
        return code, told.out, told.err

    assert run("export", "incidents", "-o", str(tmp_path / "a.csv"))[:2] == (0, "24 lines written.\n")
    assert run("export", "incidents", "-o", str(tmp_path / "a.txt"))[0] == 2
    code, _out, err = run("export", "incidents", "--format", "csv", "-o", str(tmp_path / "a.xlsx"))
    assert code == 2
    assert "--format csv does not go with a name that ends in .xlsx" in err
    assert not (tmp_path / "a.xlsx").exists()
    assert run("export", "incidents", "--names", "--purpose", "police", "-o", str(tmp_path / "b.csv"))[0] == 1
    code, out, _err = run("report", "--half-year", "2025-1")
    assert code == 0
    assert "Real alarms" in out
    assert "fewer than 3" in out
    assert run("report", "--half-year", "2025-1", "--pdf", "-o", str(tmp_path / "r.pdf"))[0] == 0
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert run("report", "--half-year", "2025-3")[0] == 2
    assert run("report", "--shift", "10-02-2025")[0] == 1  # the guards' own
    assert run("report", "--anchor", "1-0000000000000000")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "incidents", "--format", "json", "-o", "-"],
        ["report", "--json", "-o", "-"],
        ["report", "--shift", "10-02-2025", "--half-year", "2025-1"],
        ["report", "--anchor", "1-0000000000000000", "--half-year", "2025-1"],
    ],
)
def test_what_cannot_be_is_refused_before_anybody_signs_in(
    house: SmallHouse, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--config", str(house.config), "--as", "AM"])
    assert left.value.code == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "give a file's name" in said or "not allowed with" in said


def test_a_report_is_what_its_files_name_says(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cheap_codes(monkeypatch)
    house.who(Role.SAFETY_REP, initials="AM", code=CODE)

    def report(*arguments: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(CODE + "\n"))
        return main(["report", "--half-year", "2025-1", *arguments, "--config", str(house.config), "--as", "AM"])

    path = tmp_path / "r.html"
    assert report("--pdf", "-o", str(path)) == 2
    assert "--pdf does not go with a name that ends in .html" in capsys.readouterr().err
    assert not path.exists()
    assert report("--html", "-o", str(path)) == 0
    assert report("--json", "-o", str(tmp_path / "r.txt")) == 0
    assert report("-o", str(tmp_path / "s.txt")) == 2
