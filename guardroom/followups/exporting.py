"""The list of follow-ups for a spreadsheet: kinds, deadlines and references, nobody's name."""

from __future__ import annotations

import contextlib
import csv
import itertools
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from guardroom.days import written, written_in
from guardroom.exchange.columns import harmless
from guardroom.file_trouble import why_not
from guardroom.followups import words
from guardroom.followups.view import FollowUpLine
from guardroom.language import _
from guardroom.refusal import Refused
from guardroom.text import clean


def write_csv(
    folder: Path, lines: Iterable[FollowUpLine], which: str, now: datetime, zone: ZoneInfo, language: str
) -> Path:
    """Write the list beside those that were written before; returns where. Raises Refused."""
    name = f"follow-ups-{which}-{now.astimezone(zone):%Y-%m-%d-%H%M}"
    # As the list of bans: cells in quotation marks, UTF-8 with the mark that a spreadsheet knows it by.
    delimiter = ";" if language == "da" else ","
    path = folder / f"{name}.csv"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = _new_file(folder, name)
        try:
            with path.open("w", encoding="utf-8-sig", newline="") as out:
                table = csv.writer(out, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
                table.writerow(_heading())
                table.writerows(_cells(line, zone) for line in lines)
        except BaseException:
            # Half a list looks like a whole one.
            with contextlib.suppress(OSError):
                path.unlink()
            raise
    except OSError as error:
        raise Refused(
            _("{file} cannot be written: {reason}").format(file=clean(str(path)), reason=why_not(error))
        ) from error
    return path


def _new_file(folder: Path, name: str) -> Path:
    """An empty file that was not there, for its owner alone; with a number where there are others of the same minute.
    Raises OSError."""
    for number in itertools.count(1):
        path = folder / (f"{name}.csv" if number == 1 else f"{name}-{number}.csv")
        with contextlib.suppress(FileExistsError):
            path.touch(mode=0o600, exist_ok=False)
            return path
    raise AssertionError("there is always a next number")


def _heading() -> list[str]:
    return [
        _("Deadline"),
        _("Warning"),
        _("Case"),
        _("Task"),
        _("Owner"),
        _("Rule"),
        _("State"),
        _("Done on"),
        _("Reference"),
        _("Number"),
        _("Area"),
    ]


def _cells(line: FollowUpLine, zone: ZoneInfo) -> list[str]:
    cells = [
        written_in(line.due_at, zone),
        words.level(line.level),
        line.number,
        words.kind(line.kind),
        words.owner(line.owner_role),
        words.rule(line.rule),
        words.state(line.state),
        written(line.done_on),
        line.reference,
        words.so_far(line.count, line.expected) or ("" if line.count is None else str(line.count)),
        line.area,
    ]
    return [harmless(clean(cell)) for cell in cells]
