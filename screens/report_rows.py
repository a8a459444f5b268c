"""A report as rows of text: its tables in columns that fit, cells wrapped where they must be."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from guardroom.reports.document import Document, Table
from screens.plain import fitted, plain
from screens.wrapping import wrapped

_GAP = 2
_NARROWEST = 8


def rows_of(document: Document, width: int) -> list[Content]:
    """The whole report in rows of at most `width` cells."""
    return list(_rows(document, width))


def _rows(document: Document, width: int) -> Iterator[Content]:
    for fact in document.facts:
        yield from wrapped(fact, width, "$quiet")
    for section in document.sections:
        yield Content("")
        yield plain(fitted(section.heading.upper(), width), "bold reverse")
        for sentence in section.sentences:
            yield from wrapped(sentence, width)
        for table in section.tables:
            if table.heading != section.heading:
                yield Content("")
                yield from wrapped(table.heading, width, "bold")
            yield from _table(table, width)
    yield Content("")
    yield from wrapped(document.foot, width, "$quiet")


def _table(table: Table, width: int) -> Iterator[Content]:
    numbers = not table.heads[0]
    widths = _widths(table, width, numbers=numbers)
    yield from _cells(table.heads, widths, numbers=numbers, style="$quiet")
    for row in table.rows:
        yield from _cells(row, widths, numbers=numbers)
    if table.note:
        yield from wrapped(table.note, width, "$quiet")


def _widths(table: Table, width: int, *, numbers: bool) -> list[int]:
    """The columns' widths: as wide as their cells, until they are too wide together; then the widest gives way.
    The heads of numbers are wrapped rather than make their columns wide."""
    shown = table.rows if numbers else (table.heads, *table.rows)
    widths = [max((Content(row[at]).cell_length for row in shown), default=0) for at in range(len(table.heads))]
    if numbers:
        widths = [widths[0], *(max(each, _NARROWEST) for each in widths[1:])]
    room = max(width - _GAP * (len(widths) - 1), len(widths))
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    if numbers:
        widths[0] = room - sum(widths[1:])
    return widths


def _cells(row: tuple[str, ...], widths: list[int], *, numbers: bool, style: str = "") -> Iterator[Content]:
    """One row of a table, in as many rows as its highest cell needs."""
    indents = [len(text) - len(text.lstrip()) for text in row]
    parts = [
        wrapped(text.strip(), cells - indent, style) for text, cells, indent in zip(row, widths, indents, strict=True)
    ]
    for at in range(max(len(part) for part in parts)):
        said = Content("")
        for column, (part, cells) in enumerate(zip(parts, widths, strict=True)):
            text = part[at] if at < len(part) else Content("")
            filled = Content(" " * max(0, cells - indents[column] - text.cell_length))
            indent = Content(" " * indents[column])
            said += filled + text if numbers and column else indent + text + filled
            if column + 1 < len(widths):
                said += Content(" " * _GAP)
        yield said
