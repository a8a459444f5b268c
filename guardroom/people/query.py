"""What somebody typed into the lookup, taken apart: names, a birth year or day, case numbers, in any order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guardroom.days import read_day
from guardroom.people.folding import fold
from guardroom.people.name_families import PARTICLES
from guardroom.people.person import FIRST_YEAR
from guardroom.text import clean

LENGTH = 100
"""As much of it as is read."""

_MOST_WORDS = 8
_COMPACT_DAY = re.compile(r"(\d\d)(\d\d)(\d\d|\d{4})")
_CASE_PARTS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`words` are folded; the last is a name in progress where `open_end`. `years` has every year that is meant:
    both 1925 and 2025 for 25. `cases` are case numbers, folded as `case_keys` folds them."""

    words: tuple[str, ...] = ()
    open_end: bool = False
    years: frozenset[int] = frozenset()
    day: date | None = None
    cases: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """True where there is too little to search for: two letters or digits are the least."""
        return not (self.years or self.cases or any(len(word) > 1 for word in self.words))


def read_query(typed: str, today: date) -> Query:
    """Take what was typed apart. Nothing that can be typed is refused."""
    text = clean(typed, LENGTH)
    words: list[str] = []
    years: set[int] = set()
    cases: list[str] = []
    day: date | None = None
    ends_in_name = False
    for token in text.split():
        bare = token.strip("()[],;:'’.\"")
        ends_in_name = False
        if not any(character.isdigit() for character in bare):
            words += fold(bare)
            ends_in_name = True
        elif (found := _day(bare, today)) is not None:
            day = found
            years.add(found.year)
        else:
            years |= _years(bare, today)
            if len(key := case_key(bare)) > 2:
                cases.append(key)
    return Query(
        words=tuple(dict.fromkeys(words))[:_MOST_WORDS],
        open_end=ends_in_name and bool(words) and not typed.endswith((" ", "\t")),
        years=frozenset(years),
        day=day,
        cases=tuple(cases),
    )


def case_key(text: str) -> str:
    """A case number without what parts it, in small letters."""
    return "".join(_CASE_PARTS.findall(text.casefold()))


def case_keys(text: str) -> frozenset[str]:
    """What a case number may be looked for by: all of it, all of it from any of its parts on, its digits alone."""
    parts = _CASE_PARTS.findall(text.casefold())
    tails: Iterable[str] = ("".join(parts[begin:]) for begin in range(len(parts)))
    return frozenset(
        key for tail in tails for key in (tail, tail.lstrip("abcdefghijklmnopqrstuvwxyzæøå")) if len(key) > 2
    )


def _day(token: str, today: date) -> date | None:
    """A day of birth; six or eight digits in a row are one too where they can be."""
    if found := _COMPACT_DAY.fullmatch(token):
        token = "-".join(found.groups())
    day = read_day(token)
    if day is not None and day > today:
        day = day.replace(year=day.year - 100) if str(day.year) not in token else None
    return day


def _years(token: str, today: date) -> frozenset[int]:
    digits = token.strip("'’")
    if not digits.isascii() or not digits.isdigit():
        return frozenset()
    number = int(digits)
    if len(digits) == 4 and FIRST_YEAR <= number <= today.year:
        return frozenset((number,))
    if len(digits) == 2:
        return frozenset(year for year in (1900 + number, 2000 + number) if year <= today.year)
    return frozenset()


def optional(word: str) -> bool:
    """Whether a typed word may be missing in a name without telling against it."""
    return word in PARTICLES
