"""A list of bans from the case system or a spreadsheet, read: the rows that are whole, and those that are not and why.

CSV (UTF-8, UTF-16 with a mark, else Windows-1252; semicolon, comma or tab) and XLSX. Formulas are never worked out.
A file is refused before it is taken apart where it is too large, and as a whole where any of it is damaged.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from guardroom.bans.check import read_form
from guardroom.bans.decision import Decision
from guardroom.bans.form import BanForm
from guardroom.days import read_day, written
from guardroom.exchange.columns import (
    begins_formula,
    channels_of,
    heading,
    kind_of,
    meant,
    missing,
    recognised,
    scope_of,
)
from guardroom.file_trouble import why_not
from guardroom.foreign_file import decoded, read_regular
from guardroom.form_reading import FIRST_YEAR, LAST_YEAR
from guardroom.language import _
from guardroom.list_columns import HEADING_ROWS, delimiter, not_imported
from guardroom.people.cpr import holds_cpr, lost_its_zero
from guardroom.people.folding import fold
from guardroom.people.person import PersonForm, cleaned, mistakes
from guardroom.refusal import BadInput, Refused
from guardroom.text import clean

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FileKind = Literal["CSV", "XLSX"]

LARGEST = 10_000_000
LARGEST_UNPACKED = 60_000_000
MOST_ROWS = 5_000
"""More bans than any town hall has; so many are read in some two seconds."""
LAST_ROW = 50_000
"""No row of a list stands further down: below are only cells that somebody has formatted."""
_MOST_COLUMNS = 100
_SEVERAL = 3
_LONGEST_CELL = 400
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_TIME_OF_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")
_NUMBERS = frozenset(("number", "case_ref", "letter_ref"))
_NAMES = ("name", "given", "family")
_NO_VALUE = "\0"
"""Stands for a cell with a formula that nobody has worked out yet; no cell that was read has this sign."""
_DAYS = ("starts_on", "ends_on", "decided_on")

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One ban as the list has it; `row` is its row in the file. What the list does not say is "", None or empty."""

    row: int
    name: str
    starts_on: date
    ends_on: date | None
    birth: str = ""
    case_ref: str = ""
    number: str = ""
    letter_ref: str = ""
    kind: str = ""
    scope: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    mail_to: str = ""
    area: str = ""
    decided_on: date | None = None

    @property
    def open_channels(self) -> tuple[str, ...]:
        """The ways that really are open to the citizen, as far as the list says."""
        return Decision(kind=self.kind or "full", channels=self.channels).open_channels

    @property
    def lacks(self) -> tuple[str, ...]:
        """The columns without which it is taken over as a draft only: a ban is in force with a case, a filed letter
        with a number of its own, an end, and what its kind needs (H2, H7, H17, H20, G7). No list has the contact person
        of a contact restriction."""
        letter = fold(self.letter_ref)
        filed = bool(letter) and letter != fold(self.case_ref)
        said = {
            "case_ref": bool(self.case_ref),
            "letter_ref": filed,
            "ends_on": self.ends_on is not None,
            "contact_person": self.kind != "contact",
            "mail_to": bool(self.mail_to) or self.kind not in ("mail_redirect", "mail_block"),
        }
        return tuple(column for column, there in said.items() if not there)


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be used, and the sentence why; a CPR number in it is not repeated."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BanList:
    """A list as it was read. `source` is the file's name without its folder, which whoever chose it is shown; it may
    say anything and is never kept, the `kind` is."""

    source: str
    kind: FileKind = "CSV"
    rows: tuple[ListRow, ...] = ()
    broken: tuple[BrokenRow, ...] = ()


def read_list(path: Path, today: date) -> BanList:
    """The list in this file. Raises BadInput where the file cannot be used at all, with a sentence why."""
    raw = _bytes(path)
    if raw.startswith(_OLD_EXCEL):
        raise not_imported(
            path, _("it is in the old Excel format, or locked with a password; save it as .xlsx or .csv")
        )
    if raw.startswith(b"PK"):
        return _list(path, "XLSX", _xlsx(path, raw), today)
    return _list(path, "CSV", _csv(path, raw), today)


def _list(path: Path, kind: FileKind, lines: Iterator[tuple[int, Cells]], today: date) -> BanList:
    columns: dict[str, int] = {}
    best: Cells = ()
    for looked, (_number, cells) in enumerate(lines, 1):
        found = recognised(cells)
        if not missing(found):
            columns = found
            break
        if not best or len(found) > len(recognised(best)):
            best = cells
        if looked == HEADING_ROWS:
            break
    if not columns:
        raise _no_columns(path, best)
    read: list[tuple[int, Cells]] = []
    for count, line in enumerate(lines, 1):
        if count > MOST_ROWS:
            raise not_imported(path, _("it has more than {count} rows").format(count=MOST_ROWS))
        number, cells = line
        asked = set(columns.values())
        cells = tuple(cell if at in asked or cell != _NO_VALUE else "" for at, cell in enumerate(cells))
        if any(cells):
            read.append((number, cells))
    rows: list[ListRow] = []
    broken: list[BrokenRow] = []
    nine_digits = _nine_digits([cells for _number, cells in read], columns)
    for number, cells in read:
        row = _row(number, cells, columns, nine_digits, today)
        if isinstance(row, ListRow):
            rows.append(row)
        else:
            broken.append(row)
    return BanList(source=clean(path.name, 120), kind=kind, rows=tuple(rows), broken=tuple(broken))


def _nine_digits(lines: Sequence[Cells], columns: dict[str, int]) -> frozenset[int]:
    """The columns of numbers in which all have nine digits, so that none of them is another's that lost its zero."""
    found: set[int] = set()
    for place in (place for column, place in columns.items() if column in _NUMBERS):
        there = [cells[place] for cells in lines if place < len(cells) and cells[place]]
        if len(there) >= _SEVERAL and all(len(cell) == 9 and cell.isdecimal() for cell in there):
            found.add(place)
    return frozenset(found)


def _row(
    number: int, cells: Cells, columns: dict[str, int], nine_digits: frozenset[int], today: date
) -> ListRow | BrokenRow:
    if empty := [heading(column) for column, place in columns.items() if cells[place : place + 1] == (_NO_VALUE,)]:
        return BrokenRow(
            number,
            _("{column} holds a formula without a value: open the list in a spreadsheet and save it again.").format(
                column=", ".join(empty)
            ),
        )
    numbers = {place for column, place in columns.items() if column in _NUMBERS}
    if any(_is_cpr(cell, place in numbers, place in nine_digits) for place, cell in enumerate(cells)):
        return BrokenRow(number, _("It holds a CPR number, which is never kept here."))

    def cell(column: str) -> str:
        place = columns.get(column)
        return "" if place is None or place >= len(cells) else meant(cells[place])

    # What an export of ours has put behind an apostrophe is somebody's name here, odd as it is.
    formula = any(begins_formula(cells[at]) for at in map(columns.get, _NAMES) if at is not None and at < len(cells))
    name = cell("name") or f"{cell('given')} {cell('family')}".strip()
    person = cleaned(PersonForm(name=name, birth=_day_text(cell("birth")), case_ref=cell("case_ref")))
    reasons = [_("It has no name.")] if not person.name else [m.sentence for m in mistakes(person, today)]
    if formula:
        reasons = [_("The name begins with a sign with which a spreadsheet begins a formula; no name does.")]
    days: dict[str, date | None] = {}
    for column in _DAYS:
        days[column], trouble = _day(column, cell(column))
        reasons += trouble
    decided_on = days["decided_on"]
    if decided_on is not None and decided_on > today:
        reasons.append(
            _("{column}: {day} is still to come.").format(column=heading("decided_on"), day=written(decided_on))
        )
    kind, scope = kind_of(cell("kind")) if cell("kind") else "", scope_of(cell("scope"))
    if kind is None:
        reasons.append(_("“{typed}” is no kind of ban that is known here.").format(typed=cell("kind")[:40]))
    elif kind in ("", "full") and scope:
        kind = "department"
    elif kind == "department" and not scope:
        reasons.append(_("It does not say which parts of the town hall it is about."))
    starts_on, ends_on = days["starts_on"], days["ends_on"]
    if reasons or starts_on is None or kind is None:
        return BrokenRow(number, " ".join(reasons))
    row = ListRow(
        row=number,
        name=person.name,
        starts_on=starts_on,
        ends_on=ends_on,
        birth=person.birth,
        case_ref=person.case_ref,
        number=cell("number"),
        letter_ref=cell("letter_ref"),
        kind=kind,
        scope=scope,
        channels=channels_of(cell("channels")),
        mail_to=cell("mail_to"),
        area=cell("area"),
        decided_on=decided_on,
    )
    try:
        # The register's own rules. That a row has run out is no mistake in it.
        read_form(as_form(row), today if ends_on is None else min(today, ends_on), lambda _area: True, frozenset())
    except BadInput as wrong:
        return BrokenRow(number, wrong.sentence)
    return row


def as_form(row: ListRow) -> BanForm:
    """The row as a ban's form. Which ways are open to the citizen where it does not say so, the decision letter says
    and not the register."""
    return BanForm(
        kind=row.kind or "full",
        area=row.area,
        scope=row.scope,
        starts_on=written(row.starts_on),
        ends_on=written(row.ends_on),
        channels=row.channels,
        mail_to=row.mail_to,
        case_ref=row.case_ref,
    )


def _is_cpr(cell: str, numbered: bool = False, nine_digits: bool = False) -> bool:
    # A spreadsheet drops the zero in front of a number.
    if numbered:
        return holds_cpr(cell, number=True) or (not nine_digits and lost_its_zero(cell))
    return holds_cpr(cell) or (len(cell) == 9 and cell.isdecimal() and holds_cpr(f"0{cell}"))


def _day(column: str, typed: str) -> tuple[date | None, list[str]]:
    """The day in a cell, and what is wrong with it. The first day must be there; without an end or a day of the
    decision a row is not broken."""
    if not typed:
        return None, [_("{column} is empty.").format(column=heading(column))] if column == "starts_on" else []
    day = read_day(_day_text(typed))
    if day is None:
        return None, [_("“{typed}” in {column} is no day there is.").format(typed=typed[:40], column=heading(column))]
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None, [
            _("“{typed}” in {column} does not lie in the years from {first} to {last}.").format(
                typed=typed[:40], column=heading(column), first=FIRST_YEAR, last=LAST_YEAR
            )
        ]
    return day, []


def _day_text(text: str) -> str:
    found = _TIME_OF_DAY.fullmatch(text)
    return found[1] if found else text


class _Unknown:
    """The value of a formula that was never worked out."""


def _cell(value: object) -> str:
    if isinstance(value, _Unknown):
        return _NO_VALUE
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return written(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(clean(str(value), _LONGEST_CELL).split())


def _bytes(path: Path) -> bytes:
    try:
        raw = read_regular(path, LARGEST)
    except OSError as error:
        raise not_imported(path, why_not(error)) from error
    if raw is None:
        raise not_imported(path, _("it is no file, but a folder or a device"))
    if len(raw) > LARGEST:
        raise not_imported(path, _("it is larger than 10 MB"))
    return raw


def _csv(path: Path, raw: bytes) -> Iterator[tuple[int, Cells]]:
    text = decoded(raw)
    if "\0" in text[:1000]:
        raise not_imported(path, _("it is neither CSV nor XLSX"))
    # Strict: a quotation mark without its fellow would swallow all rows up to the next one.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text, recognised), strict=True)
    number = 0
    try:
        for number, line in enumerate(reader, 1):
            cells = tuple(_cell(value) for value in line[:_MOST_COLUMNS])
            if any(cells):
                yield number, cells
    except csv.Error as error:
        raise not_imported(
            path, _("the quotation marks in row {row} do not belong together").format(row=number + 1)
        ) from error


def _xlsx(path: Path, raw: bytes) -> Iterator[tuple[int, Cells]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
                raise not_imported(
                    path, _("unpacked it is larger than {size} MB").format(size=LARGEST_UNPACKED // 1_000_000)
                )
            formulas = any(b"<f" in parts.read(name) for name in parts.namelist() if "worksheets/" in name)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            lines = sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
            for number, line in enumerate(_with_formulas(raw, sheet) if formulas else lines, 1):
                if number > LAST_ROW:
                    raise not_imported(
                        path,
                        _("its rows go on below row {row}: delete the rows under the list, empty ones too").format(
                            row=LAST_ROW
                        ),
                    )
                cells = tuple(_cell(value) for value in line)
                if any(cells):
                    yield number, cells
        finally:
            book.close()
    except Refused:
        raise
    except Exception as error:
        # What is damaged or made on purpose shows in the libraries below as any exception there is.
        raise not_imported(path, _("it is no spreadsheet that can be read; save it again as .xlsx or .csv")) from error


def _with_formulas(raw: bytes, sheet: Worksheet) -> Iterator[tuple[object, ...]]:
    """The values of each row, `_Unknown` where there is a formula that was never worked out."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
    try:
        as_written = book.worksheets[0].iter_rows(max_col=_MOST_COLUMNS, values_only=True)
        for cells, written_there in zip(sheet.iter_rows(max_col=_MOST_COLUMNS), as_written, strict=False):
            yield tuple(
                # A formula whose value is an empty text has the type of a text.
                _Unknown() if cell.value is None and said is not None and cell.data_type == "n" else cell.value
                for cell, said in zip(cells, written_there, strict=False)
            )
    finally:
        book.close()


def _no_columns(path: Path, headings: Sequence[str]) -> Refused:
    lacking = ", ".join(heading(column) for column in missing(recognised(headings)))
    there = ", ".join(text[:40] for text in headings if text not in ("", _NO_VALUE) and not _is_cpr(text))
    if not there:
        return not_imported(path, _("these columns are missing: {missing}; it has no headings").format(missing=lacking))
    return not_imported(
        path,
        _("these columns are missing: {missing}; its headings are: {found}").format(missing=lacking, found=there[:300]),
    )
