"""The half years that a report is about, and those it is held against. Pure.

No other days: what is withheld of one report could be worked out from the difference between two that share days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from guardroom.language import _

_HALF_YEAR = re.compile(r"(\d{4})-([12])")
_FIRST_YEAR = 2000
_LAST_YEAR = 2999


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half year: January to June, or July to December."""

    year: int
    half: Literal[1, 2]

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    def before(self) -> Period:
        """The half year before."""
        return Period(self.year, 1) if self.half == 2 else Period(self.year - 1, 2)

    def after(self) -> Period:
        """The half year after."""
        return Period(self.year, 2) if self.half == 1 else Period(self.year + 1, 1)

    def beside(self) -> tuple[Period, ...]:
        """What it is held against: the half year before it, and the same one of the year before."""
        return self.before(), Period(self.year - 1, self.half)

    @property
    def code(self) -> str:
        """As it is told apart: "2026-1"."""
        return f"{self.year}-{self.half}"

    def named(self) -> str:
        """As people say it."""
        if self.half == 1:
            return _("1st half of {year}").format(year=self.year)
        return _("2nd half of {year}").format(year=self.year)


def half_year_of(day: date) -> Period:
    """The half year that a day lies in."""
    return Period(day.year, 1 if day.month <= 6 else 2)


def read_half_year(typed: str) -> Period | None:
    """The half year in `2026-1`; None where it is none."""
    found = _HALF_YEAR.fullmatch(typed.strip())
    if found is None or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
        return None
    return Period(int(found[1]), 1 if found[2] == "1" else 2)
