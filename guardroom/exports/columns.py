"""What each list has for columns. A cell has what people read and what a program reads; columns of persons are left
out unless they were asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from guardroom.clock import stamp
from guardroom.days import written, written_in
from guardroom.language import _, said_number

Stored = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its code, its heading, and whether it says who."""

    code: str
    heading: str
    persons: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What people read, and what a program reads."""

    said: str
    stored: Stored


@dataclass(frozen=True, slots=True)
class Listing:
    """A whole list: its columns, and for each row a cell of each by the column's code."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Cell]]

    def table(self, *, names: bool) -> list[list[str]]:
        """As people read it, the headings first."""
        columns = self.shown(names=names)
        return [
            [column.heading for column in columns],
            *([row[column.code].said for column in columns] for row in self.rows),
        ]

    def facts(self, *, names: bool) -> list[dict[str, Stored]]:
        """As a program reads it."""
        columns = self.shown(names=names)
        return [{column.code: row[column.code].stored for column in columns} for row in self.rows]

    def shown(self, *, names: bool) -> tuple[Column, ...]:
        """The columns that are there; without `names`, those of nobody."""
        return tuple(column for column in self.columns if names or not column.persons)


def text(said: str) -> Cell:
    """Words, or a number in its own form."""
    return Cell(said, said or None)


def coded(said: str, code: str) -> Cell:
    """A code and its words."""
    return Cell(said if code else "", code or None)


def several(said: Sequence[str], codes: Sequence[str]) -> Cell:
    """Several codes and their words."""
    return Cell(", ".join(said), tuple(codes))


def at(moment: datetime | None, zone: ZoneInfo) -> Cell:
    """A moment."""
    return Cell("", None) if moment is None else Cell(written_in(moment, zone), stamp(moment))


def on(day: date | None) -> Cell:
    """A day."""
    return Cell(written(day), None if day is None else day.isoformat())


def count(number: int | float | None) -> Cell:
    """A number; seconds to the tenth."""
    if number is None:
        return Cell("", None)
    return Cell(said_number(number, 1) if isinstance(number, float) else str(number), number)


def flag(value: bool | None) -> Cell:
    """Yes or no."""
    return Cell("" if value is None else _("yes") if value else _("no"), value)
