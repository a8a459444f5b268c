"""Import, reconciliation and export through the service, with a real database and real files."""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house
from openpyxl import Workbook, load_workbook
from sqlalchemy import event, func, select

from db.ban_tables import BanRow, ReconciliationRow
from db.main import reading
from db.people_tables import PersonRow
from guardroom import language
from guardroom.bans.register import BanRegister
from guardroom.days import day_in
from guardroom.exchange import exchange as exchange_module
from guardroom.exchange.exchange import Difference, Exchange
from guardroom.exchange.reading import BanList
from guardroom.people.lookup import Lookup
from guardroom.people.person import PersonForm
from guardroom.people.persons import Persons
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused

HEAD = "Navn;Født;Sagsnr;Journalnr;Type;Omfang;Fra;Til;Kontakt;Enhed"
BO = "Bo Eks;1984;J-1;D-1;Fremmødeforbud;;01-09-2025;01-03-2026;telefon;Jobcenter"
IDA = "Ida Holm;24-11-1990;J-2;D-2;Forbud;Jobcenter;01-10-2025;01-04-2026;;Ukendt"
BROKEN = "Ib Skov;1970;J-3;;Forbud;;01-10-2025;31-02-2026;;"


class Desk:
    """A house, its registrar, and the list from the case system as a file."""

    def __init__(self, house: SmallHouse, folder: Path) -> None:
        self.house = house
        self.persons = Persons(house.ground)
        self.bans = BanRegister(house.ground, self.persons)
        self.exchange = Exchange(house.ground, self.bans, self.persons)
        self.registrar = house.who(Role.BAN_REGISTRAR)
        self.file = folder / "acadre.csv"

    def compared(self, *lines: str) -> Difference:
        self.file.write_text("\n".join((HEAD, *lines)), "utf-8")
        return self.exchange.compare(self.registrar, self.exchange.read(self.registrar, self.file))

    def read(self) -> BanList:
        return self.exchange.read(self.registrar, self.file)

    def take(self, *lines: str) -> int:
        return self.exchange.apply(self.registrar, self.compared(*lines), True)

    def counted(self) -> tuple[int, int, int]:
        """Persons, bans, reconciliations."""
        with reading(self.house.ground.engine) as session:
            counts = [
                session.scalar(select(func.count()).select_from(table)) or 0
                for table in (PersonRow, BanRow, ReconciliationRow)
            ]
        return counts[0], counts[1], counts[2]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with small_house(tmp_path) as house:
        yield Desk(house, tmp_path)


def test_comparing_changes_nothing(desk: Desk) -> None:
    difference = desk.compared(BO, IDA, BROKEN)
    assert [row.name for row in difference.new] == ["Bo Eks", "Ida Holm"]
    assert [row.row for row in difference.broken] == [4]
    assert not difference.agrees
    assert desk.counted() == (0, 0, 0)
    assert desk.house.told() == []


def test_new_bans_are_taken_over_in_force(desk: Desk) -> None:
    assert desk.take(BO, IDA) == 2
    first, second = sorted(desk.bans.lines(desk.registrar, "active"), key=lambda line: line.number)
    assert (first.name, first.born, first.kind, first.scope, first.area) == ("Bo Eks", "1984", "full", (), "Jobcenter")
    assert (second.kind, second.scope, second.area) == ("department", ("Jobcenter",), "")
    view = desk.bans.read(desk.registrar, first.id)
    assert (view.letter_ref, view.form.case_ref, view.form.channels) == ("D-1", "J-1", ("phone",))
    assert [line.what for line in view.log] == ["taken_over", "activated"]
    log = desk.bans.read(desk.house.who(Role.LEADER), first.id).log
    assert log[1].detail == "taken over from the case system's list (CSV)"
    assert not any(signature.at for signature in view.signatures)
    # When it was decided is not known, and not made up.
    assert view.decided_at is None
    # Nothing is said of contact in the second row, and nothing is made up.
    assert desk.bans.read(desk.registrar, second.id).form.channels == ()
    card = desk.bans.card(desk.registrar, second.id, "here_now")
    assert card.allowed[0] == "reach the municipality as the decision letter says: it is not in this list"
    assert "Say that the decision letter tells how they reach the municipality." in card.do_now
    lacking = desk.bans.read(desk.registrar, second.id).not_listed
    assert {"ways to reach us", "signatures", "reasons", "service on the citizen"} <= set(lacking)
    assert desk.compared(BO, IDA).agrees
    assert desk.house.first_break() is None


@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        (BO.replace(";D-1;", ";;"), ("letter_ref",)),
        (BO.replace(";D-1;", ";J-1;"), ("letter_ref",)),
        (BO.replace(";J-1;", ";;"), ("case_ref",)),
        (BO.replace(";01-03-2026;", ";;"), ("ends_on",)),
        (BO.replace(";J-1;D-1;", ";;;"), ("case_ref", "letter_ref")),
        # What a ban of its kind is about would not be known.
        (BO.replace("Fremmødeforbud", "Kontaktbegrænsning"), ("contact_person",)),
        (BO.replace("Fremmødeforbud", "Mailspærring"), ("mail_to",)),
        (BO.replace("Fremmødeforbud", "Mail omstillet"), ("mail_to",)),
    ],
)
def test_what_lacks_something_is_a_draft(desk: Desk, row: str, lacks: tuple[str, ...]) -> None:
    """H2: a ban is in force with a case and a filed letter of its own."""
    (new,) = desk.compared(row).new
    assert new.lacks == lacks
    assert desk.take(row) == 1
    for role in (Role.GUARD, Role.DESK):
        assert Lookup(desk.house.ground).bans(desk.house.who(role), "bo eks") == ()
    (line,) = desk.bans.lines(desk.registrar, "all")
    assert line.standing == "draft"
    assert desk.bans.read(desk.registrar, line.id).letter_ref == ""
    # The case system has it in force: that is different until it is here as well, and it is not taken twice.
    again = desk.compared(row)
    assert not again.new
    assert [pair.differs[-1].what for pair in again.different] == ["Status"]
    last = desk.exchange.latest(desk.registrar)
    assert last is not None
    assert (last.same, last.different, last.agrees) == (0, 1, False)


def test_the_day_of_the_decision_is_kept_where_the_list_has_it(desk: Desk) -> None:
    desk.file.write_text(f"{HEAD};Afgørelsesdato\n{BO};28-08-2025", "utf-8")
    desk.exchange.apply(desk.registrar, desk.exchange.compare(desk.registrar, desk.read()), True)
    (line,) = desk.bans.lines(desk.registrar)
    decided_at = desk.bans.read(desk.registrar, line.id).decided_at
    assert decided_at is not None
    assert day_in(decided_at, desk.house.ground.settings.site.zone) == date(2025, 8, 28)


def test_nobody_is_banned_for_a_namesake(desk: Desk) -> None:
    other = desk.persons.create(desk.registrar, PersonForm(name="Mohammed Ali", birth="05-07-1991", case_ref="J-77"))
    desk.take("Mohammed Ali;12-03-1991;25/44;D-9;Forbud;;01-11-2025;01-05-2026;;")
    (line,) = desk.bans.lines(desk.registrar)
    assert (line.person != other.id, line.born) == (True, "12-03-1991")


def test_nobody_is_banned_for_a_namesake_of_the_same_year(desk: Desk) -> None:
    desk.persons.create(desk.registrar, PersonForm(name="Mohammed Ali", birth="05-07-1991", case_ref="J-77"))
    difference = desk.compared(
        "Mohammed Ali;1991;25/44;D-9;Forbud;;01-11-2025;01-05-2026;;",
        "Jens Olsen;1970;26/1;D-10;Forbud;;01-11-2025;01-02-2026;;",
        "Jens Olsen;1970;26/2;D-11;Forbud;;02-02-2026;01-05-2026;;",
    )
    assert (difference.new, [row.row for row in difference.broken]) == ((), [2, 3, 4])
    assert desk.exchange.apply(desk.registrar, difference, True, good_rows=True) == 0
    assert desk.counted()[:2] == (1, 0)


def test_a_long_list_is_taken_over_in_parts_that_each_stand(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_module, "MOST_AT_ONCE", 2)
    rows = [f"Bo {name};19{n};J-{n};D-{n};Forbud;;01-09-2025;01-03-2026;;" for n, name in enumerate("ABCDE", 70)]
    difference = desk.compared(*rows)
    assert (len(difference.new), difference.at_once) == (5, 2)
    assert desk.exchange.apply(desk.registrar, difference, True) == 2
    last = desk.exchange.latest(desk.registrar)
    assert last is not None
    assert (last.same, last.new, last.agrees) == (2, 3, False)
    assert [desk.take(*rows) for _each in range(3)] == [2, 1, 0]
    assert desk.compared(*rows).agrees


def test_two_active_bans_of_one_person_are_never_taken(desk: Desk) -> None:
    second = BO.replace("01-09-2025;01-03-2026", "01-10-2025;01-06-2026").replace("D-1", "D-9")
    difference = desk.compared(BO, second)
    assert ([row.row for row in difference.new], [row.row for row in difference.broken]) == ([2], [3])
    assert "overlaps with row 2" in difference.broken[0].reason
    assert desk.exchange.apply(desk.registrar, difference, True, good_rows=True) == 1
    difference = desk.compared(BO, second)
    assert "overlaps with FB-2025-001" in difference.broken[0].reason
    assert len(desk.bans.lines(desk.registrar, "all")) == 1


def test_a_list_of_names_only_doubles_nobody(desk: Desk) -> None:
    desk.take(BO)
    desk.file.write_text("Navn;Fra;Til\nBo Eks;01-09-2025;01-03-2026\n", "utf-8")
    difference = desk.exchange.compare(desk.registrar, desk.read())
    assert (difference.new, [row.row for row in difference.broken]) == ((), [2])
    assert "a name alone is nobody" in difference.broken[0].reason
    assert desk.exchange.apply(desk.registrar, difference, True, good_rows=True) == 0
    assert desk.counted()[:2] == (1, 1)


def test_a_mail_block_with_mail_only_does_not_stop_the_others(desk: Desk) -> None:
    assert desk.take(BO, "Go G;1981;J-9;D-9;Mailspærring;;01-11-2025;01-05-2026;mail;") == 2
    blocked = next(line for line in desk.bans.lines(desk.registrar, "all") if line.kind == "mail_block")
    view = desk.bans.read(desk.registrar, blocked.id)
    assert (view.standing, view.form.channels, view.not_listed) == ("draft", ("mail",), ())


def test_a_taken_over_ban_can_be_extended(desk: Desk) -> None:
    desk.take(BO)
    (line,) = desk.bans.lines(desk.registrar, "active")
    leader = desk.house.who(Role.LEADER)
    assert desk.bans.extend(leader, line.id).extends == line.number


def test_a_person_who_is_known_is_not_made_again(desk: Desk) -> None:
    known = desk.persons.create(desk.registrar, PersonForm(name="Eks, BO", birth="1984"))
    desk.take(BO, BO.replace("01-09-2025;01-03-2026", "02-03-2026;01-09-2026"))
    assert desk.counted()[:2] == (1, 2)
    assert {line.person for line in desk.bans.lines(desk.registrar, "all")} == {known.id}


def test_of_two_people_who_fit_neither_is_taken(desk: Desk) -> None:
    for _each in range(2):
        desk.persons.create(desk.registrar, PersonForm(name="Bo Eks", birth="1984"))
    desk.take(BO)
    assert desk.counted()[0] == 3


def test_broken_rows_are_left_only_after_a_word(desk: Desk) -> None:
    difference = desk.compared(BO, BROKEN)
    with pytest.raises(Refused, match="1 row of the list is broken"):
        desk.exchange.apply(desk.registrar, difference, True)
    assert desk.counted() == (0, 0, 0)
    assert desk.exchange.apply(desk.registrar, difference, True, good_rows=True) == 1
    assert desk.counted() == (1, 1, 1)


def test_nothing_is_half_taken(desk: Desk) -> None:
    """One row that the register refuses takes all the others back."""
    difference = desk.compared(BO, IDA)
    first, second = difference.new
    with pytest.raises(BadInput):
        desk.exchange.apply(desk.registrar, replace(difference, new=(first, replace(second, name="241185-1234"))), True)
    assert desk.counted() == (0, 0, 0)
    assert desk.house.told() == []


def test_what_is_different_or_gone_is_left_to_people(desk: Desk) -> None:
    desk.take(BO, IDA)
    difference = desk.compared(BO.replace("01-03-2026", "01-06-2026"))
    assert [pair.ours.name for pair in difference.different] == ["Bo Eks"]
    assert [ban.name for ban in difference.gone] == ["Ida Holm"]
    before = desk.bans.lines(desk.registrar, "all")
    assert desk.exchange.apply(desk.registrar, difference, True) == 0
    assert desk.bans.lines(desk.registrar, "all") == before


def test_the_last_reconciliation_is_kept_and_shown_to_whoever_looks_up(desk: Desk) -> None:
    guard = desk.house.who(Role.GUARD)
    assert desk.exchange.latest(guard) is None
    desk.take(BO, IDA)
    last = desk.exchange.latest(guard)
    assert last is not None
    assert last.agrees
    assert (last.same, last.new, last.gone, last.different, last.broken) == (2, 0, 0, 0, 0)
    assert (last.by, last.source, last.at) == (desk.registrar.initials, "CSV", desk.house.clock.now())
    desk.exchange.apply(desk.registrar, desk.compared(BO, BROKEN), False)
    last = desk.exchange.latest(guard)
    assert last is not None
    assert not last.agrees
    assert (last.same, last.gone, last.broken) == (1, 1, 1)
    assert desk.house.told()[-1] == "bans_reconciled"
    assert "Eks" not in desk.house.audit()[-1].detail


def test_a_list_compared_before_something_changed_is_not_applied(desk: Desk) -> None:
    difference = desk.compared(BO)
    desk.take(IDA)
    with pytest.raises(Refused, match="compare them again"):
        desk.exchange.apply(desk.registrar, difference, True)
    again = desk.compared(BO)
    desk.house.clock.advance(days=1)
    with pytest.raises(Refused, match="compare them again"):
        desk.exchange.apply(desk.registrar, again, True)
    assert desk.counted()[1] == 1


@pytest.mark.usefixtures("on_a_file")
def test_the_file_s_name_is_kept_nowhere(desk: Desk) -> None:
    desk.file = desk.file.with_name("forbud 240590-1234 Jens Hansen.csv")
    desk.take(BO)
    last = desk.exchange.latest(desk.house.who(Role.DESK))
    assert last is not None
    assert last.source == "CSV"
    kept = (desk.file.parent / "guardroom.db").read_bytes() + (desk.file.parent / "guardroom.db-wal").read_bytes()
    assert b"Jens Hansen" not in kept


def test_a_guard_who_confirms_a_ban_does_not_void_a_comparison(desk: Desk) -> None:
    desk.take(BO)
    (line,) = desk.bans.lines(desk.registrar)
    difference = desk.compared(BO, IDA)
    desk.bans.confirm_read(desk.house.who(Role.GUARD), line.id)
    assert desk.exchange.apply(desk.registrar, difference, True) == 1


def test_only_the_registrar_may(desk: Desk) -> None:
    difference = desk.compared(BO)
    for role in set(Role) - {Role.BAN_REGISTRAR}:
        who = desk.house.who(role)
        for forbidden in (
            lambda who=who: desk.exchange.read(who, desk.file),
            lambda who=who: desk.exchange.apply(who, difference, True),
            lambda who=who: desk.exchange.export(who, desk.file.with_name("ud.csv")),
        ):
            with pytest.raises(Forbidden):
                forbidden()
    with pytest.raises(Forbidden):
        desk.exchange.latest(desk.house.who(Role.ADMIN))
    assert not desk.file.with_name("ud.csv").exists()


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_our_own_export_is_the_same_as_ours(tmp_path: Path, spoken: str, ending: str) -> None:
    with small_house(tmp_path, language=spoken) as house:
        desk = Desk(house, tmp_path)
        language.choose(spoken)
        odd = "'=1+1 Bo;1984;J-5;-9;Forbud;;01-09-2025;01-03-2026;brev;"
        mail = "'@Ida <x>;1991;J-6;D-6;Fremmødeforbud;;01-09-2025;01-03-2026;tlf, brev;"
        desk.take(BO, IDA, odd, mail)
        out = tmp_path / f"ud{ending}"
        assert desk.exchange.export(desk.registrar, out) == 4
        again = desk.exchange.compare(desk.registrar, desk.exchange.read(desk.registrar, out))
        assert again.agrees
        assert len(again.same) == 4


def test_an_export_holds_no_formula_and_no_reason(desk: Desk) -> None:
    desk.take('"\'=HYPERLINK(""http://x"";""Bo"")";1984;J-5;+45 1;Forbud;@SUM(A1);01-09-2025;01-03-2026;;')
    out = desk.file.with_name("ud.csv")
    desk.exchange.export(desk.registrar, out)
    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        heading, line = csv.reader(file)
    assert "Reasons" not in heading
    assert [cell for cell in line if cell[:1] in ("=", "+", "-", "@")] == []
    assert '\'=HYPERLINK("http://x";"Bo")' in line
    assert {"'+45 1", "'@SUM(A1)"} <= set(line)
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    sheet = out.with_suffix(".xlsx")
    desk.exchange.export(desk.registrar, sheet)
    book = load_workbook(sheet)
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row if cell.value} == {"s"}


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_an_export_holds_no_formula_for_a_spreadsheet_that_parts_cells_elsewhere(desk: Desk, delimiter: str) -> None:
    desk.take('"Jens;=1+1, +2";1984;J-5;D-1;Forbud;"a, =cmd|\' /C calc\'!A0";01-09-2025;01-03-2026;;')
    out = desk.file.with_name("ud.csv")
    desk.exchange.export(desk.registrar, out)
    for line in out.read_text("utf-8-sig").splitlines():
        assert line.startswith('"')
        assert all(not cell.strip(' "').startswith(("=", "+", "-", "@")) for cell in line.split(delimiter))
    again = desk.exchange.compare(desk.registrar, desk.exchange.read(desk.registrar, out))
    assert again.agrees


def test_an_export_never_writes_over_a_file_unasked(desk: Desk) -> None:
    desk.take(BO)
    out = desk.file.with_name("ud.csv")
    out.write_text("somebody else's")
    told = len(desk.house.told())
    with pytest.raises(Refused, match="is there already"):
        desk.exchange.export(desk.registrar, out)
    assert out.read_text() == "somebody else's"
    assert len(desk.house.told()) == told
    assert desk.exchange.export(desk.registrar, out, overwrite=True) == 1
    assert desk.house.told()[-1] == "bans_exported"
    with pytest.raises(Refused, match=r"written as \.csv or \.xlsx"):
        desk.exchange.export(desk.registrar, out.with_suffix(".txt"))
    with pytest.raises(Refused, match="cannot be written"):
        desk.exchange.export(desk.registrar, out.parent / "ingen" / "ud.csv")
    assert not list(out.parent.glob(".list-*"))


@pytest.mark.parametrize("before", ["", "somebody else's"])
def test_an_export_that_is_not_logged_is_not_left_behind(desk: Desk, before: str) -> None:
    desk.take(BO)
    out = desk.file.with_name("ud.csv")
    if before:
        out.write_text(before)

    def fail(_connection: object) -> None:
        assert out.read_bytes().startswith(b"\xef\xbb\xbf")
        raise OSError("disk full")

    event.listen(desk.house.ground.engine, "commit", fail)
    with pytest.raises(OSError, match="disk full"):
        desk.exchange.export(desk.registrar, out, overwrite=True)
    event.remove(desk.house.ground.engine, "commit", fail)
    assert (out.read_text() if out.exists() else "") == before
    assert not list(out.parent.glob(".list-*"))
    assert desk.house.told()[-1] == "bans_reconciled"


def test_an_export_of_all_has_those_that_are_over(desk: Desk) -> None:
    desk.take(BO)
    desk.house.clock.advance(days=200)
    out = desk.file.with_name("ud.csv")
    assert desk.exchange.export(desk.registrar, out) == 0
    assert desk.exchange.export(desk.registrar, out, everything=True, overwrite=True) == 1
    assert "expired" in out.read_text("utf-8-sig")


def test_a_spreadsheet_as_a_secretary_keeps_it(desk: Desk, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Borger", "Fødselsår", "Sag", "Forbud", "Fra dato", "Udløber", "Acadre nr."])
    sheet.append(["Bo Eks", 1984, "J-1", "Mødeforbud", date(2025, 9, 1), date(2026, 3, 1), "D-1"])
    sheet.append(["Ib Skov", 1970, "J-3", "Mødeforbud", date(2025, 9, 1), None, None])
    book.save(tmp_path / "liste.xlsx")
    desk.take(BO)
    difference = desk.exchange.compare(desk.registrar, desk.exchange.read(desk.registrar, tmp_path / "liste.xlsx"))
    assert [pair.row.name for pair in difference.same] == ["Bo Eks"]
    assert [(row.row, row.lacks) for row in difference.new] == [(3, ("letter_ref", "ends_on"))]
