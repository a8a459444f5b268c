"""The list of bans as a file for a spreadsheet or the case system: without reasons, and with nothing in it that a
spreadsheet would take for a formula."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from guardroom.bans import words
from guardroom.bans.kinds import Standing
from guardroom.days import written
from guardroom.exchange.columns import heading
from guardroom.exchange.table_file import aside, cell, csv_of, shown, xlsx_of
from guardroom.language import _
from guardroom.refusal import Refused
from guardroom.settings import Settings

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
def write_list(
    path: Path, lines: Sequence[Line], settings: Settings, *, overwrite: bool
) -> Iterator[Callable[[], None]]:
    """The finished file beside `path`; calling what the block gets puts it there. Not called, nothing is left behind.

    The name's ending says what it becomes, .csv or .xlsx. Raises Refused where it is neither, cannot be written, or
    is there already and not to be overwritten.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise Refused(_("{file}: a list is written as .csv or .xlsx; end its name so.").format(file=shown(path)))
    table = [[heading(column) for column in COLUMNS], *(_cells(line) for line in lines)]
    content = csv_of(table, danish=settings.language == "da") if kind == ".csv" else xlsx_of(table, _("Bans"), _WIDTHS)
    with aside(path, content, settings, overwrite=overwrite) as place:
        yield place


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
    return [cell(values[column]) for column in COLUMNS]
