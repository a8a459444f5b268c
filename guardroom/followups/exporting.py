"""The list of follow-ups for a spreadsheet: kinds, deadlines and references, nobody's name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from guardroom.days import written, written_in
from guardroom.exchange.table_file import cell, csv_of, put_beside
from guardroom.followups import words
from guardroom.followups.view import FollowUpLine
from guardroom.language import _


def write_csv(
    folder: Path, lines: Iterable[FollowUpLine], which: str, now: datetime, zone: ZoneInfo, language: str
) -> Path:
    """Write the list beside those that were written before; returns where. Raises Refused."""
    table = [headings(), *([cell(text) for text in cells(line, zone)] for line in lines)]
    content = csv_of(table, danish=language == "da")
    return put_beside(folder, f"follow-ups-{which}-{now.astimezone(zone):%Y-%m-%d-%H%M}", ".csv", content)


def headings() -> list[str]:
    """The columns, as people read them."""
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


def cells(line: FollowUpLine, zone: ZoneInfo) -> list[str]:
    """One line, in the order of `headings`."""
    return [
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
