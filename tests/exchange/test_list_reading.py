"""Lists from real files: which rows are whole, which are broken and why, and which files cannot be used at all."""

from __future__ import annotations

import io
import os
import random
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from guardroom import language
from guardroom.exchange import reading as reading_module
from guardroom.exchange.reading import BanList, as_form, read_list
from guardroom.refusal import Refused

TODAY = date(2025, 11, 24)
HEAD = "Navn;Fra;Til"


def csv_list(tmp_path: Path, text: str, encoding: str = "utf-8") -> BanList:
    file = tmp_path / "liste.csv"
    file.write_bytes(text.encode(encoding))
    return read_list(file, TODAY)


def xlsx_list(tmp_path: Path, *rows: Sequence[object]) -> BanList:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "liste.xlsx")
    return read_list(tmp_path / "liste.xlsx", TODAY)


def broken(listed: BanList) -> dict[int, str]:
    return {row.row: row.reason for row in listed.broken}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_as_people_save_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [
        ("Borgerens navn", "Fødselsår", "Sags nr.", "Acadre dokumentnr.", "Type", "Omfang", "Gælder fra", "Til og med"),
        ("Søren Ågård", "1984", "J-2231", "D-77", "Fremmødeforbud", "hele rådhuset", "01-09-2025", "2026-03-01"),
    ]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    (row,) = csv_list(tmp_path, text, encoding).rows
    assert (row.row, row.name, row.birth, row.case_ref, row.letter_ref) == (2, "Søren Ågård", "1984", "J-2231", "D-77")
    assert (row.kind, row.scope, row.starts_on, row.ends_on) == ("full", (), date(2025, 9, 1), date(2026, 3, 1))


def test_xlsx_with_dates_and_numbers_and_a_title_above(tmp_path: Path) -> None:
    listed = xlsx_list(
        tmp_path,
        ["Forbudsliste pr. i dag"],
        [],
        ["Name", "Year of birth", "Case number", "Start date", "End date", "Remarks"],
        ["Bo Eks", 1984, 2231, datetime(2025, 9, 1), date(2026, 3, 1), "x"],  # noqa: DTZ001 - as Excel keeps days
        ["Ida Eks", 1990.0, "J 1", "1/9 2025", "2026-03-01 00:00:00", None],
    )
    first, second = listed.rows
    assert (first.row, first.birth, first.case_ref) == (4, "1984", "2231")
    assert (first.starts_on, first.ends_on) == (date(2025, 9, 1), date(2026, 3, 1))
    assert (second.birth, second.starts_on, second.ends_on) == ("1990", first.starts_on, first.ends_on)
    assert (listed.source, listed.kind) == ("liste.xlsx", "XLSX")


def test_given_and_family_name(tmp_path: Path) -> None:
    (row,) = csv_list(tmp_path, "Fornavn;Efternavn;Fra;Til\nIda;Eks;1-9-2025;1-3-2026").rows
    assert row.name == "Ida Eks"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (";1-9-2025;1-3-2026;", "It has no name."),
        ("Bo;31-02-2026;1-3-2026;", "“31-02-2026” in From is no day there is."),
        ("Bo;;1-3-2026;", "From is empty."),
        ("Bo;1-9-2025;i morgen;", "“i morgen” in Until is no day there is."),
        ("Bo;1-11-9999;1-12-9999;", "“1-11-9999” in From does not lie in the years from 2000 to 2100."),
        ("Bo;1-11-1025;1-12-2025;", "“1-11-1025” in From does not lie in the years from 2000 to 2100."),
        ("Bo;1-3-2026;1-9-2025;", "before it begins"),
        ("Bo;1-9-2025;1-9-2099;", "at the latest"),
        ("Bo;1-9-2025;1-3-2026;husarrest", "“husarrest” is no kind of ban that is known here."),
        ("Bo;1-9-2025;1-3-2026;afdelingsforbud", "which parts"),
        ("Bo;snart;x;", "“snart” in From is no day there is. “x” in Until is no day there is."),
        ("12345;1-9-2025;1-3-2026;", ""),
    ],
)
def test_a_broken_row_is_named_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    listed = csv_list(tmp_path, f"Navn;Fra;Til;Type\nIda;1-9-2025;1-3-2026;\n{line}\n\nIb;1-9-2025;1-3-2026;x")
    assert [row.name for row in listed.rows if row.name != "12345"] == ["Ida", "Ib"]
    assert listed.rows[-1].row == 5
    if reason:
        assert list(broken(listed)) == [3]
        assert reason in broken(listed)[3]
    else:
        assert not listed.broken


@pytest.mark.parametrize(
    "cpr", ["2411851234", "241185-1234", "24 11 85 1234", "Bo 241185-1234", "0101851234", "101851234"]
)
def test_a_row_with_a_cpr_number_is_refused_whole_and_the_number_not_repeated(tmp_path: Path, cpr: str) -> None:
    for heading in ("CPR-nr", "Bemærkning"):
        listed = csv_list(tmp_path, f"{HEAD};{heading}\nBo;1-9-2025;1-3-2026;{cpr}")
        assert broken(listed) == {2: "It holds a CPR number, which is never kept here."}
        assert not listed.rows
    assert "1234" not in repr(listed)


def test_a_cpr_number_that_a_spreadsheet_took_for_a_number(tmp_path: Path) -> None:
    listed = xlsx_list(tmp_path, ["Navn", "Fra", "Til", "Id"], ["Bo", date(2025, 9, 1), date(2026, 3, 1), 101851234])
    assert "CPR" in broken(listed)[2]


def test_a_formula_is_never_worked_out(tmp_path: Path) -> None:
    """A file that no spreadsheet has worked out holds no values."""
    listed = xlsx_list(tmp_path, ["Navn", "Fra", "Til"], ['=HYPERLINK("http://x","Bo")', "1-9-2025", "1-3-2026"])
    said = "Name holds a formula without a value: open the list in a spreadsheet and save it again."
    assert broken(listed) == {2: said}


def test_a_formula_without_a_value_is_said_where_it_stands(tmp_path: Path) -> None:
    listed = xlsx_list(
        tmp_path,
        ["Navn", "Fra", "Til", "Noter"],
        ["Bo", "1-9-2025", "=B2+180", "=1+1"],
        ["Ib", "1-9-2025", "1-3-2026", "=1+1"],
        ["Ida", "1-9-2025", None, "=1+1"],
        [None, None, None, "=1+1"],
    )
    assert [(row.name, row.lacks[-1:]) for row in listed.rows] == [("Ib", ("letter_ref",)), ("Ida", ("ends_on",))]
    (said,) = broken(listed).items()
    assert said[0] == 2
    assert said[1].startswith("Until holds a formula without a value")


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","klik")', "+45", "-Bo", "@Bo", "\t=1+1", "＝1+1"])
def test_a_name_that_begins_a_formula_is_a_broken_row(tmp_path: Path, name: str) -> None:
    quoted = name.replace('"', '""')
    listed = csv_list(tmp_path, f'Navn;Fra;Til\n"{quoted}";1-9-2025;1-3-2026\nBo-Ida @;1-9-2025;1-3-2026')
    assert [row.name for row in listed.rows] == ["Bo-Ida @"]
    assert "a sign with which a spreadsheet begins a formula" in broken(listed)[2]
    (row,) = csv_list(tmp_path, "Navn;Fra;Til\n'=Bo;1-9-2025;1-3-2026").rows
    assert row.name == "=Bo", "as our own export writes somebody who is called so here"


def test_what_a_terminal_would_obey_is_dropped(tmp_path: Path) -> None:
    (row,) = csv_list(tmp_path, f"{HEAD}\nBo\x1b[2J \u202eIb;1-9-2025;1-3-2026").rows
    assert row.name == "Bo[2J Ib"


def test_quoted_cells_may_hold_line_ends_and_signs(tmp_path: Path) -> None:
    listed = csv_list(tmp_path, f'{HEAD};Omfang\n"Bo ""B""\nEks";1-9-2025;1-3-2026;"Jobcenter; Borgerservice"')
    (row,) = listed.rows
    assert (row.name, row.scope, row.kind) == ('Bo "B" Eks', ("Jobcenter", "Borgerservice"), "department")


def test_ways_of_contact(tmp_path: Path) -> None:
    listed = csv_list(
        tmp_path, f"{HEAD};Kontakt\nBo;1-9-2025;1-3-2026;tlf. og Digital Post\nIb;1-9-2025;1-3-2026;efter aftale"
    )
    first, second = listed.rows
    assert as_form(first).channels == ("phone", "digital_post")
    blocked = csv_list(tmp_path, f"{HEAD};Kontakt;Type\nBo;1-9-2025;1-3-2026;mail;Mailspærring").rows[0]
    assert (as_form(blocked).channels, blocked.open_channels) == (("mail",), ())
    assert (as_form(second).channels, second.open_channels) == (("appointment",), ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "these columns are missing: Name, From, Until; it has no headings"),
        ("Navn;Adresse;Til\nBo;x;1-3-2026", "these columns are missing: From; its headings are: Navn, Adresse, Til"),
        ("PK\x03\x04nonsense", "it is no spreadsheet that can be read"),
        ("a\0b;c", "it is neither CSV nor XLSX"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        csv_list(tmp_path, text)
    assert sentence in refused.value.sentence
    assert "liste.csv" in refused.value.sentence


def test_files_that_are_too_large_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = tmp_path / "stor.csv"
    with large.open("wb") as file:
        file.truncate(10_000_001)
    with pytest.raises(Refused, match="larger than 10 MB"):
        read_list(large, TODAY)
    with pytest.raises(Refused, match=r"væk\.csv cannot be imported"):
        read_list(tmp_path / "væk.csv", TODAY)
    old = tmp_path / "gammel.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(Refused, match="old Excel format"):
        read_list(old, TODAY)
    with pytest.raises(Refused, match="the quotation marks in row 2 do not belong together"):
        csv_list(tmp_path, f'{HEAD}\n"{"x" * 200_000}')
    monkeypatch.setattr(reading_module, "LARGEST_UNPACKED", 1_000_000)
    bomb = tmp_path / "bombe.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", bytes(1_000_001))
    with pytest.raises(Refused, match="unpacked it is larger than 1 MB"):
        read_list(bomb, TODAY)


@pytest.mark.skipif(os.name != "posix", reason="there are no pipes in folders")
def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    """Read on the thread that answers every question of the station, it would hold up them all."""
    os.mkfifo(tmp_path / "rør.csv")
    for path in (tmp_path / "rør.csv", Path("/dev/zero"), tmp_path):
        with pytest.raises(Refused, match="it is no file, but a folder or a device"):
            read_list(path, TODAY)


@pytest.mark.parametrize(
    "line", ['"Jens;1-9-2025;1-3-2026\nIb;1-9-2025;1-3-2026', '"Jens" Olsen;1-9-2025;1-3-2026', '"Bo;x\n"Ib;x;y']
)
def test_a_quotation_mark_without_its_fellow_swallows_no_rows(tmp_path: Path, line: str) -> None:
    with pytest.raises(Refused, match="the quotation marks in row 3 do not belong together"):
        csv_list(tmp_path, f"{HEAD}\nGo;1-9-2025;1-3-2026\n{line}\nHa;1-9-2025;1-3-2026\n")


@pytest.mark.parametrize("title", ["Liste, pr. 21. november, 2026, kl. 9", "a\tb\tc\td\te", "sep=;", "\n"])
def test_a_title_does_not_say_what_parts_the_cells(tmp_path: Path, title: str) -> None:
    (row,) = csv_list(tmp_path, f"{title}\n{HEAD};Født\nBo;1-9-2025;1-3-2026;1984").rows
    assert (row.name, row.birth) == ("Bo", "1984")


def test_a_sheet_that_was_formatted_to_its_end_is_refused(tmp_path: Path) -> None:
    padded = [["Bo", "1-9-2025", "1-3-2026"], *([None] for _each in range(reading_module.LAST_ROW)), ["x"]]
    with pytest.raises(Refused, match="its rows go on below row 50000"):
        xlsx_list(tmp_path, ["Navn", "Fra", "Til"], *padded)


def test_a_list_s_first_hundred_columns_are_looked_at(tmp_path: Path) -> None:
    (row,) = xlsx_list(tmp_path, ["Navn", "Fra", "Til"], ["Bo", "1-9-2025", "1-3-2026", *["x"] * 300]).rows
    assert row.name == "Bo"


@pytest.mark.parametrize("inside", [False, True])
def test_a_damaged_spreadsheet_is_refused_in_a_sentence(tmp_path: Path, inside: bool) -> None:
    xlsx_list(tmp_path, ["Navn", "Fra", "Til"], ["Bo", "1-9-2025", "1-3-2026"])
    whole, chance = (tmp_path / "liste.xlsx").read_bytes(), random.Random(1)
    refused = []
    for _each in range(120):
        (tmp_path / "x.xlsx").write_bytes(damaged(whole, chance, inside=inside))
        try:
            read_list(tmp_path / "x.xlsx", TODAY)
        except Refused as error:
            refused.append(error.sentence)
    assert len(refused) > 10
    assert all("x.xlsx cannot be imported" in sentence for sentence in refused)


def damaged(whole: bytes, chance: random.Random, *, inside: bool) -> bytes:
    """The file with some bytes wrong: anywhere in it, or inside one of its parts, which is then packed properly."""
    if not inside:
        some = bytearray(whole)
        for _each in range(chance.randint(1, 6)):
            some[chance.randrange(4, len(some))] = chance.randrange(256)
        return bytes(some)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as parts, zipfile.ZipFile(out, "w") as made:
        hit = chance.choice(parts.namelist())
        for name in parts.namelist():
            content = parts.read(name)
            if name == hit:
                values = [found.span(1) for found in re.finditer(rb'="([^"]*)"', content)] or [(0, len(content))]
                begin, end = chance.choice(values)
                content = content[:begin] + chance.choice([b"", b"-1", b"99999999999", b"x", b'"<']) + content[end:]
            made.writestr(name, content)
    return out.getvalue()


def test_what_a_row_lacks_to_be_in_force(tmp_path: Path) -> None:
    lines = ("J-1;D-1;1-3-2026", "J-1;;1-3-2026", "J-1;j 1;1-3-2026", ";D-1;1-3-2026", "J-1;D-1;")
    text = "\n".join(f"Bo {number};1-9-2025;{line}" for number, line in enumerate(lines))
    listed = csv_list(tmp_path, f"Navn;Fra;Sagsnr;Journalnr;Til\n{text}")
    assert [row.lacks for row in listed.rows] == [(), ("letter_ref",), ("letter_ref",), ("case_ref",), ("ends_on",)]


@pytest.mark.parametrize(
    "row",
    [
        "Anna 240590;1990;1234;J-1;",
        "Anna Ask;24-05-1990;1234;J-1;",
        "Anna Ask;1990;S-1;101901234;",
        "Anna Ask;1990;S-1;J-1;240590, 1234",
        "Anna Ask;1990;S-1;J-1;24051990 / 12 / 34",
        "Anna Ask;1990;240590-1234;J-1;",
    ],
)
def test_a_cpr_number_in_two_fields_or_without_its_zero(tmp_path: Path, row: str) -> None:
    listed = csv_list(tmp_path, f"Navn;Født;Sagsnr;Journalnr;Omfang;Fra;Til\n{row};1-9-2025;1-3-2026")
    assert list(broken(listed)) == [2]


def test_case_and_journal_numbers_that_look_like_one_go_through(tmp_path: Path) -> None:
    rows = "\n".join(
        f"Bo {n};24-05-1990;{case};10190123{n};1-9-2025;1-3-2026"
        for n, case in enumerate(("25/44", "2511201234", "2012-123456", "1234-25"))
    )
    listed = csv_list(tmp_path, f"Navn;Født;Sagsnr;Journalnr;Fra;Til\n{rows}")
    assert len(listed.rows) == 4


def test_the_day_of_the_decision(tmp_path: Path) -> None:
    lines = "\n".join(f"Bo;1-9-2025;1-3-2026;{day}" for day in ("28-8-2025", "", "25-11-2025"))
    listed = csv_list(tmp_path, f"{HEAD};Afgørelsesdato\n{lines}")
    assert [row.decided_on for row in listed.rows] == [date(2025, 8, 28), None]
    assert "still to come" in broken(listed)[4]


def test_a_list_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_module, "MOST_ROWS", 30)
    text = f"{HEAD}\n" + "Bo;1-9-2025;1-3-2026\n" * 30
    assert len(csv_list(tmp_path, text).rows) == 30
    with pytest.raises(Refused, match="it has more than 30 rows"):
        csv_list(tmp_path, text + "Ib;1-9-2025;1-3-2026")


@pytest.mark.parametrize("spoken", ["da", "en"])
def test_kinds_in_both_languages(tmp_path: Path, spoken: str) -> None:
    language.choose(spoken)
    words = ("Kontaktbegrænsning", "contact restriction", "contact", "MAILSPÆRRING", "Attendance ban", "")
    text = "\n".join(f"Bo {number};1-9-2025;1-3-2026;{word}" for number, word in enumerate(words))
    listed = csv_list(tmp_path, f"{HEAD};Type\n{text}")
    assert [row.kind for row in listed.rows] == ["contact", "contact", "contact", "mail_block", "full", ""]
