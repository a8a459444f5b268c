"""What a report says, whatever it becomes: sections with tables, some of which are also drawn. Words, no codes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from guardroom.language import _
from guardroom.settings import Settings

HIDDEN = "?"
"""The mark of a bar of which nothing at all may be told."""


def report_folder(settings: Settings) -> Path:
    """Where reports are written: in the letters' folder."""
    return settings.letters.folder / "reports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Bars: for each label one bar of each series. A value that is withheld is None, and `marks` says so there."""

    labels: tuple[str, ...]
    series: tuple[str, ...]
    values: tuple[tuple[int | None, ...], ...]
    """For each series its values, one for each label."""
    marks: tuple[tuple[str, ...], ...]
    """As the values: what is written at the bar."""

    def explained(self, series: int | None = None) -> str:
        """What the mark means of which it cannot be seen, where there is one, in this series or in any; else ""."""
        marks = self.marks if series is None else (self.marks[series],)
        if not any(HIDDEN in each for each in marks):
            return ""
        return _("{mark}: not shown, as small numbers could be worked out").format(mark=HIDDEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; the first column names its rows. `plot` shows the same numbers."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    plot: Plot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some tables under a heading, and sentences before them."""

    heading: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report. `language` is "da" or "en"; `facts` stand beneath the title, `foot` at the end."""

    title: str
    language: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: str = ""

    @property
    def drawn(self) -> tuple[Table, ...]:
        """The tables that have a plot, in their order."""
        return tuple(table for section in self.sections for table in section.tables if table.plot is not None)
