"""The list of follow-ups for a spreadsheet: kinds, deadlines and references, nobody's name."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
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
    folder: Path, lines: Sequence[FollowUpLine], which: str, now: datetime, zone: ZoneInfo, language: str
) -> Path:
    """Write the list, over one that was written the same minute; returns where. Raises Refused."""
    path = folder / f"follow-ups-{which}-{now.astimezone(zone):%Y-%m-%d-%H%M}.csv"
    table = [_heading(), *(_cells(line, zone) for line in lines)]
    out = io.StringIO(newline="")
    # As the list of bans: cells in quotation marks, UTF-8 with the mark that a spreadsheet knows it by.
    delimiter = ";" if language == "da" else ","
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(table)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(out.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise Refused(
            _("{file} cannot be written: {reason}").format(file=clean(str(path)), reason=why_not(error))
        ) from error
    return path


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
        "" if line.count is None else str(line.count),
        line.area,
    ]
    return [harmless(clean(cell)) for cell in cells]
