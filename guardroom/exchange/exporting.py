"""The list of bans as a file for a spreadsheet or the case system: without reasons, and with nothing in it that a
spreadsheet would take for a formula."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from guardroom.bans import words
from guardroom.bans.kinds import Standing
from guardroom.days import written
from guardroom.exchange.columns import harmless, heading
from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.refusal import Refused
from guardroom.text import clean

COLUMNS: tuple[str, ...] = (
    "number", "name", "birth", "case_ref", "letter_ref", "kind", "scope", "starts_on", "ends_on", "standing",
    "channels", "mail_to", "area",
)  # fmt: skip
_WIDTHS = (14, 30, 12, 16, 18, 28, 30, 12, 12, 12, 30, 26, 18)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One ban of an export; kinds, channels and standing are codes."""

    number: str
    name: str
    birth: str
    case_ref: str
    letter_ref: str
    kind: str
    scope: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    standing: Standing
    channels: tuple[str, ...]
    mail_to: str
    area: str


@contextlib.contextmanager
def write_list(path: Path, lines: Sequence[Line], *, overwrite: bool, danish: bool) -> Iterator[Callable[[], None]]:
    """The finished file beside `path`; calling what the block gets puts it there. Not called, nothing is left behind.

    The name's ending says what it becomes, .csv or .xlsx. Raises Refused where it is neither, cannot be written, or
    is there already and not to be overwritten.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise Refused(_("{file}: a list is written as .csv or .xlsx; end its name so.").format(file=_shown(path)))
    if not overwrite and path.exists():
        raise Refused(_there(path))
    table = [[heading(column) for column in COLUMNS], *(_cells(line) for line in lines)]
    content = _csv(table, ";" if danish else ",") if kind == ".csv" else _xlsx(table)
    aside = _aside(path, content)

    former = aside.with_suffix(".former")
    placed = False

    def place() -> None:
        nonlocal placed
        try:
            if overwrite and path.exists():
                path.replace(former)
            # The empty file holds the name: somebody else's file that came meanwhile is not written over.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            placed = True
            aside.replace(path)
        except FileExistsError as error:
            raise Refused(_there(path)) from error
        except OSError as error:
            raise _not_written(path, error) from error

    try:
        yield place
    except BaseException:
        # What was not kept in the log was not written either; what was there before is there again.
        if placed:
            path.unlink(missing_ok=True)
        if former.exists():
            former.replace(path)
        raise
    finally:
        aside.unlink(missing_ok=True)
        former.unlink(missing_ok=True)


def _cells(line: Line) -> list[str]:
    values = {
        "number": line.number,
        "name": line.name,
        "birth": line.birth,
        "case_ref": line.case_ref,
        "letter_ref": line.letter_ref,
        "kind": words.kind(line.kind),
        "scope": ", ".join(line.scope),
        "starts_on": written(line.starts_on),
        "ends_on": written(line.ends_on),
        "standing": words.standing(line.standing),
        "channels": ", ".join(words.channel(code) for code in line.channels),
        "mail_to": line.mail_to,
        "area": line.area,
    }
    return [harmless(clean(values[column], 2000).strip()) for column in COLUMNS]


def _csv(table: list[list[str]], delimiter: str) -> bytes:
    out = io.StringIO(newline="")
    # All in quotation marks: a spreadsheet that expects another delimiter still sees where a cell ends.
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(table)
    # With a mark at the start, by which Excel knows UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _xlsx(table: list[list[str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("Bans")
    for row, line in enumerate(table, 1):
        for column, text in enumerate(line, 1):
            cell = sheet.cell(row, column)
            cell.value = text
            # Text, whatever it looks like.
            cell.data_type = "s"
            if row == 1:
                cell.font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _aside(path: Path, content: bytes) -> Path:
    try:
        opened, name = tempfile.mkstemp(prefix=".list-", suffix=".part", dir=path.parent)
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        with os.fdopen(opened, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise _not_written(path, error) from error
    return Path(name)


def _there(path: Path) -> str:
    return _("{file} is there already: give another name, or write over it (--overwrite).").format(file=_shown(path))


def _not_written(path: Path, error: OSError) -> Refused:
    return Refused(_("{file} cannot be written: {reason}").format(file=_shown(path), reason=why_not(error)))


def _shown(path: Path) -> str:
    return clean(str(path), 300)
