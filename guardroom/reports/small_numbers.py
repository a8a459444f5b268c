"""Small numbers are not shown, and cannot be worked out from what is (law.md: nobody is to be known again).

A count of 1 up to the limit is told as "few". As the parts add up to a total that is shown, another part is held back
too: it is told that it is no small number, not which one. Which one goes by its place, and it is always one: what is
held back where would else tell of the numbers, to whoever knows this rule. Where even that would give a small one away,
none of the parts is told. Parts of something that is not told are not told either, so that each sum can be looked at by
itself: no equation goes across two of them. What remains: parts that are all small and all alike (4 and 4) are told by
their total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Withheld = Literal["", "few", "held", "hidden", "unknown"]
"""Why a number is not told: it is small; it is not, and would give away one that is; nothing at all is told of it;
nothing is known of the time (`guardroom.reports.known`)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One number as it may be told: `count` is None where it is withheld."""

    count: int | None
    withheld: Withheld = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a total, counted; its own `parts`, where it has some, add up to it."""

    code: str
    count: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """A total and the parts it falls into, which add up to it."""

    total: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ToldPart:
    """A part as it may be told."""

    code: str
    cell: Cell
    parts: tuple[ToldPart, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldSplit:
    """A total and its parts as they may be told."""

    total: Cell
    parts: tuple[ToldPart, ...]

    def cells(self) -> Mapping[str, Cell]:
        """Every part's cell by its code, parts of parts under "whole/part"."""
        return dict(_cells(self.parts, ""))


def alone(count: int, fewer_than: int) -> Cell:
    """A count that nothing adds up with."""
    return Cell(None, "few") if 0 < count < fewer_than else Cell(count)


def told(split: Split, fewer_than: int) -> ToldSplit:
    """The total and its parts as they may be told. `fewer_than`: counts below it, but 0, are small; 3 at least."""
    total = alone(split.total, fewer_than)
    return ToldSplit(total, _parts(split.parts, total, fewer_than))


def _parts(parts: Sequence[Part], whole: Cell, fewer_than: int) -> tuple[ToldPart, ...]:
    if whole.count is None:
        return _hidden(parts)
    cells = [alone(part.count, fewer_than) for part in parts]
    if any(cell.withheld for cell in cells):
        others = [at for at, cell in enumerate(cells) if cell.count is not None and cell.count >= fewer_than]
        if others:
            cells[others[-1]] = Cell(None, "held")
        if _gives_away(cells, whole.count, fewer_than):
            return _hidden(parts)
    return tuple(
        ToldPart(part.code, cell, _parts(part.parts, cell, fewer_than)) for part, cell in zip(parts, cells, strict=True)
    )


def _gives_away(cells: Sequence[Cell], whole: int, fewer_than: int) -> bool:
    """Whether some withheld cell can have one value only, when all that is told is held together."""
    few = sum(cell.withheld == "few" for cell in cells)
    held = sum(cell.withheld == "held" for cell in cells)
    if not few + held:
        return False
    left = whole - sum(cell.count or 0 for cell in cells)
    # What the withheld ones have together beyond their smallest values; each can be at that value and above it only
    # where there is some to spare, and where not all of them must be at their greatest.
    spare = left - few - held * fewer_than
    most = few * (fewer_than - 2)
    return spare <= 0 or (not held and spare >= most) or few + held == 1


def without_parts(split: Split, fewer_than: int) -> ToldSplit:
    """The total alone: none of its parts is told."""
    return ToldSplit(alone(split.total, fewer_than), _hidden(split.parts))


def _hidden(parts: Sequence[Part]) -> tuple[ToldPart, ...]:
    return tuple(ToldPart(part.code, Cell(None, "hidden"), _hidden(part.parts)) for part in parts)


def _cells(parts: Sequence[ToldPart], before: str) -> list[tuple[str, Cell]]:
    found = []
    for part in parts:
        found.append((before + part.code, part.cell))
        found += _cells(part.parts, f"{before}{part.code}/")
    return found
