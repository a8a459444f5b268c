"""Tables as files for a spreadsheet, with nothing in them that it would take for a formula; and how any file that
somebody asked for comes to its place: whole or not at all, for its owner alone."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from guardroom.exchange.columns import harmless
from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.own_files import refuse_own
from guardroom.private_folder import private_folder
from guardroom.refusal import Refused
from guardroom.settings import Settings
from guardroom.text import clean

_LONGEST_CELL = 2000
_NARROWEST, _WIDEST = 10, 60


def cell(text: str) -> str:
    """A cell as it may stand in a spreadsheet."""
    return harmless(clean(text, _LONGEST_CELL).strip())


def csv_of(table: Sequence[Sequence[str]], *, danish: bool) -> bytes:
    """The table, whose cells went through `cell`, as a Danish or an English spreadsheet opens it."""
    out = io.StringIO(newline="")
    # All in quotation marks: a spreadsheet that expects another delimiter still sees where a cell ends.
    writer = csv.writer(out, delimiter=";" if danish else ",", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows(table)
    # With a mark at the start, by which Excel knows UTF-8.
    return out.getvalue().encode("utf-8-sig")


def xlsx_of(table: Sequence[Sequence[str]], title: str, widths: Sequence[int] = ()) -> bytes:
    """The table as a workbook with one sheet; `widths` in characters, by the longest cell where none are given."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row, line in enumerate(table, 1):
        for column, text in enumerate(line, 1):
            written = sheet.cell(row, column)
            written.value = text
            # Text, whatever it looks like.
            written.data_type = "s"
            if row == 1:
                written.font = Font(bold=True)
    longest = [
        min(max(_NARROWEST, *(len(text) + 2 for text in column)), _WIDEST) for column in zip(*table, strict=True)
    ]
    for column, width in enumerate(widths or longest, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refuse_place(path: Path, settings: Settings, *, overwrite: bool) -> None:
    """Raises Refused where `path` has the name of one of the program's own files, or is there already and not to be
    overwritten."""
    refuse_own(path, settings)
    if not overwrite and path.exists():
        raise Refused(_there(path))


@contextlib.contextmanager
def aside(path: Path, content: bytes, settings: Settings, *, overwrite: bool) -> Iterator[Callable[[], None]]:
    """The finished file beside `path`; calling what the block gets puts it there. Not called, nothing is left behind.

    Raises Refused where it cannot be written, and as `refuse_place`.
    """
    refuse_place(path, settings, overwrite=overwrite)
    beside = _beside(path, content)
    former = beside.with_suffix(".former")
    placed = False

    def place() -> None:
        nonlocal placed
        try:
            if overwrite and path.exists():
                path.replace(former)
            # The empty file holds the name: somebody else's file that came meanwhile is not written over.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            placed = True
            beside.replace(path)
        except FileExistsError as error:
            raise Refused(_there(path)) from error
        except OSError as error:
            raise not_written(path, error) from error

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
        beside.unlink(missing_ok=True)
        former.unlink(missing_ok=True)


def put_beside(folder: Path, stem: str, suffix: str, content: bytes) -> Path:
    """Write a file beside those that were written before, with a number where there are others of its name. Raises
    Refused."""
    try:
        private_folder(folder)
        for number in itertools.count(1):
            path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
            with contextlib.suppress(FileExistsError):
                path.touch(mode=0o600, exist_ok=False)
                break
    except OSError as error:
        raise not_written(folder / f"{stem}{suffix}", error) from error
    try:
        # Half a list looks like a whole one: it has its name when it is whole.
        _beside(path, content).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    return path


def not_written(path: Path, error: OSError) -> Refused:
    """That a file cannot be written, and why."""
    return Refused(_("{file} cannot be written: {reason}").format(file=shown(path), reason=why_not(error)))


def shown(path: Path) -> str:
    """A file's name in a sentence."""
    return clean(str(path), 300)


def _beside(path: Path, content: bytes) -> Path:
    try:
        opened, name = tempfile.mkstemp(prefix=".list-", suffix=".part", dir=path.parent)
    except OSError as error:
        raise not_written(path, error) from error
    try:
        with os.fdopen(opened, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise not_written(path, error) from error
    return Path(name)


def _there(path: Path) -> str:
    return _("{file} is there already: give another name, or write over it (--overwrite).").format(file=shown(path))
