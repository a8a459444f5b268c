"""A list that another program wrote: which of its columns is which, and what parts its cells.

Headings are compared without case, accents, signs and spaces: every program names the same thing a little differently.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from guardroom.language import _
from guardroom.people.folding import fold
from guardroom.refusal import BadInput, Mistake
from guardroom.text import clean

HEADING_ROWS = 20
"""The headings stand among these first rows; above them there may be a title."""
_TOP = 20_000
_LONGEST_ROW = 40_000
_LONGEST_CELL = 400


def key(text: str) -> str:
    """What a heading or word is compared by."""
    return "".join(fold(text))


def by_key(headings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """From what a heading is compared by to the column it means."""
    return {key(text): column for column, texts in headings.items() for text in texts}


def recognised(headings: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Which column stands where; of two with the same meaning, the first. `columns` as `by_key` makes them."""
    found: dict[str, int] = {}
    for place, text in enumerate(headings):
        column = columns.get(key(text))
        if column is not None:
            found.setdefault(column, place)
    return found


def delimiter(text: str, known: Callable[[Sequence[str]], Collection[str]]) -> str:
    """What parts the cells of a CSV file: that by which the headings are known; a title above them may hold any sign.
    `known` are the columns that a row of headings names."""
    top = [line[:_LONGEST_ROW] for line in text[:_TOP].splitlines()[:HEADING_ROWS]]

    def fits(sign: str) -> tuple[int, int]:
        rows = [[cell[:_LONGEST_CELL].strip(' "') for cell in line.split(sign)] for line in top]
        return max((len(known(row)) for row in rows), default=0), "".join(top).count(sign)

    return max(";,\t", key=fits)


def not_imported(path: Path, reason: str) -> BadInput:
    """That a file cannot be used at all, and why."""
    sentence = _("{file} cannot be imported: {reason}.").format(file=clean(path.name or str(path), 120), reason=reason)
    return BadInput(Mistake("file", sentence))
