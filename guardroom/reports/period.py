"""The days that a report is about, and those it is held against. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from guardroom.days import months_on, written
from guardroom.language import _

_HALF_YEAR = re.compile(r"(\d{4})-([12])")
_FIRST_YEAR = 2000
_LAST_YEAR = 2999
LONGEST_DAYS = 366 * 2
"""A report is about no more days than these."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    @property
    def half(self) -> int | None:
        """1 or 2 where this is a half year, else None."""
        return next((half for half in (1, 2) if self == half_year(self.first.year, half)), None)

    def before(self) -> Period:
        """The half year before; of other periods as many days before."""
        if self.half is not None:
            return half_year(self.first.year, 1) if self.half == 2 else half_year(self.first.year - 1, 2)
        return Period(self.first - (self.last - self.first) - timedelta(days=1), self.first - timedelta(days=1))

    def after(self) -> Period:
        """The half year after; of other periods as many days after."""
        if self.half is not None:
            return half_year(self.first.year, 2) if self.half == 1 else half_year(self.first.year + 1, 1)
        return Period(self.last + timedelta(days=1), self.last + (self.last - self.first) + timedelta(days=1))

    def year_before(self) -> Period:
        """The same days of the year before."""
        if self.half is not None:
            return half_year(self.first.year - 1, self.half)
        return Period(months_on(self.first, -12), months_on(self.last, -12))

    def beside(self) -> tuple[Period, ...]:
        """What it is held against: the period before it and that of the year before; one of them where they share days,
        as what is withheld of a month in one would be told in the other."""
        before, year_before = self.before(), self.year_before()
        if year_before.last < before.first:
            return before, year_before
        return (year_before if year_before.last < self.first else before,)

    @property
    def code(self) -> str:
        """As it is told apart: "2026-1", or the two days."""
        return f"{self.first.year}-{self.half}" if self.half else f"{self.first}_{self.last}"

    def named(self) -> str:
        """As people say it."""
        if self.half == 1:
            return _("1st half of {year}").format(year=self.first.year)
        if self.half == 2:
            return _("2nd half of {year}").format(year=self.first.year)
        return f"{written(self.first)} - {written(self.last)}"


def half_year(year: int, half: int) -> Period:
    """A half year; `half` is 1 or 2."""
    return Period(date(year, 1, 1), date(year, 6, 30)) if half == 1 else Period(date(year, 7, 1), date(year, 12, 31))


def half_year_of(day: date) -> Period:
    """The half year that a day lies in."""
    return half_year(day.year, 1 if day.month <= 6 else 2)


def read_half_year(typed: str) -> Period | None:
    """The half year in `2026-1`; None where it is none."""
    found = _HALF_YEAR.fullmatch(typed.strip())
    if found is None or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
        return None
    return half_year(int(found[1]), int(found[2]))
