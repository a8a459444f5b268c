"""How long a pattern may search: `re` tries every way to match, and nothing else in the program runs meanwhile.

The ways are counted in the pattern itself. A repeat that can leave off in one place only, since what follows begins
with other letters (`\\S+ \\d+`), has one way; any other has as many as a line has letters, and ways multiply.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from importlib import import_module
from itertools import combinations
from typing import Any, TypeAlias

# The only module that reads a pattern as `re` itself does.
_parser: Any = import_module("re._parser")

Items: TypeAlias = Sequence[tuple[Any, Any]]
Letters: TypeAlias = frozenset[str]

MOST_WAYS = 2**27
"""Ways times letters: milliseconds as a rule, and no second for the worst pattern and line that were found."""

_OTHER = "\u4e2d"  # stands for every letter behind these
_ALL: Letters = frozenset((*map(chr, range(0x180)), _OTHER))
_NONE: Letters = frozenset()
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_LOOKS = ("ASSERT", "ASSERT_NOT")
_CLASSES = {"DIGIT": r"\d", "NOT_DIGIT": r"\D", "SPACE": r"\s", "NOT_SPACE": r"\S", "WORD": r"\w", "NOT_WORD": r"\W"}


def is_quick(pattern: str, letters: int) -> bool:
    """Whether a search in a text of `letters` letters ends soon, whatever the text. The pattern compiles."""
    try:
        items = _parser.parse(pattern)
        ways = _ways(items, _NONE, letters)
    except RecursionError:
        return False
    starts = 1 if _at_the_beginning(items) else letters
    return starts * ways * letters <= MOST_WAYS


def _at_the_beginning(items: Any) -> bool:
    first = str(items[0][1]) if len(items) and str(items[0][0]) == "AT" else ""
    return first == "AT_BEGINNING_STRING" or (first == "AT_BEGINNING" and not items.state.flags & re.MULTILINE)


def _ways(items: Items, follow: Letters, letters: int) -> int:
    """In how many ways a sequence matches, at most. `follow`: the letters that what comes behind it begins with."""
    ways = 1
    for item in reversed(items):
        ways = min(ways * _ways_of(*item, follow, letters), MOST_WAYS + 1)
        first, empty = _begins(*item)
        follow = first | follow if empty else first
    return ways


def _ways_of(operator: Any, value: Any, follow: Letters, letters: int) -> int:
    name = str(operator)
    if name in _REPEATS:
        least, most, body = value
        first, empty = _sequence_begins(body)
        if empty and most > 1:
            return MOST_WAYS + 1
        ends = min(most - least + 1, letters) if first & follow else 1
        inside = _ways(body, first | follow if most > 1 else follow, letters)
        return int(ends * inside ** min(most, letters))
    parts = _parts(name, value)
    each = [_ways(part, _NONE if name in _LOOKS else follow, letters) for part in parts]
    if len(each) > 1:
        begins = [_sequence_begins(part) for part in parts]
        apart = all(not one & other for (one, _), (other, _) in combinations(begins, 2))
        return max(each) if apart and not any(empty for _, empty in begins) else sum(each)
    return sum(each) or 1


def _parts(name: str, value: Any) -> list[Items]:
    """The sequences inside an item, one of which matches."""
    if name == "SUBPATTERN":
        return [value[3]]
    if name in _LOOKS:
        return [value[1]]
    if name == "ATOMIC_GROUP":
        return [value]
    if name == "BRANCH":
        return list(value[1])
    if name == "GROUPREF_EXISTS":
        return [value[1], value[2] or ()]
    return []


def _sequence_begins(items: Items) -> tuple[Letters, bool]:
    """The letters that a sequence may begin with, and whether it may be empty."""
    letters = _NONE
    for item in items:
        first, empty = _begins(*item)
        letters |= first
        if not empty:
            return letters, False
    return letters, True


def _begins(operator: Any, value: Any) -> tuple[Letters, bool]:
    name = str(operator)
    if name in _REPEATS:
        first, empty = _sequence_begins(value[2])
        return first, empty or value[0] == 0
    if name == "AT":
        return _NONE, True
    if name in _LOOKS or name == "GROUPREF":
        return _ALL, True  # it may fail anywhere, or be anything
    if parts := _parts(name, value):
        begins = [_sequence_begins(part) for part in parts]
        return _NONE.union(*(first for first, _ in begins)), any(empty for _, empty in begins)
    return _letters(name, value), False


def _letters(name: str, value: Any) -> Letters:
    """The letters that an item of one letter matches, whatever their case."""
    if name == "LITERAL":
        return _either_case({_letter(value)})
    if name == "NOT_LITERAL":
        return _ALL - ({_letter(value)} - {_OTHER})
    if name == "RANGE":
        return _either_case({_letter(code) for code in range(value[0], min(value[1], 0x180) + 1)} or {_OTHER})
    if name == "CATEGORY":
        one = re.compile(_CLASSES[str(value).removeprefix("CATEGORY_")])
        return frozenset(letter for letter in _ALL if one.match(letter))
    if name == "IN":
        negated = str(value[0][0]) == "NEGATE"
        listed = _NONE.union(*(_letters(str(operator), each) for operator, each in value[negated:]))
        return _ALL - (listed - {_OTHER}) if negated else listed
    return _ALL


def _letter(code: int) -> str:
    return chr(code) if code < 0x180 else _OTHER


def _either_case(letters: Collection[str]) -> Letters:
    return frozenset(case for letter in letters for case in (letter, letter.lower(), letter.upper()))
