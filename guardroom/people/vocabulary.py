"""The distinct words of all names, and what a typed word may mean among them.

There are few distinct words even in many names: each typed word is compared with all of them, by spelling, by sound
(`folding.sound`), by family (`name_families`) and with a typing error or two. What it costs to take a typed word for
one of them is the measure of how well a person fits; 0 is the same spelling.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from guardroom.people.folding import sound
from guardroom.people.name_families import relatives, sounds_of_families

Fit = Literal["spelling", "sound", "family", "begins", "one_error", "two_errors"]
"""How a word was found."""

_SPELLING = 0
_SOUND = 10
_BEGINS = 14
_FAMILY = 20
_SOUND_BEGINS = 24
_INITIAL = 30
_INNER_BEGINS = 44
_ONE_ERROR = 50
_ERROR_BEGINS = 62
_ERROR_AND_FAMILY = 66
_TWO_ERRORS = 84

SURE = _FAMILY
"""The dearest that has neither an error in it nor a beginning of which the sound alone is the same."""

PLAIN = _INITIAL
"""The dearest without an error and without the beginning of a word that was typed as a whole one."""

_FITS: Mapping[int, Fit] = {
    _SPELLING: "spelling",
    _SOUND: "sound",
    _BEGINS: "begins",
    _FAMILY: "family",
    _SOUND_BEGINS: "begins",
    _INITIAL: "begins",
    _INNER_BEGINS: "begins",
    _ONE_ERROR: "one_error",
    _ERROR_BEGINS: "one_error",
    _ERROR_AND_FAMILY: "one_error",
    _TWO_ERRORS: "two_errors",
}

_ERRORS_FROM = 3  # letters of a word that may have an error in it
_ERROR_IN_BEGINNING_FROM = 4
_TWO_ERRORS_FROM = 8
_TWO_ERRORS_IN_NEED_FROM = 4
_CACHED = 256

Costs = Mapping[int, int]
"""By the number of a spelling: what it costs to take the typed word for it."""


def fit_of(cost: int) -> Fit:
    """How a word was found that cost so much."""
    return _FITS[cost]


@dataclass(slots=True)
class Words:
    """Distinct words in order of arrival, with what is needed to find those that begin alike or lie near."""

    ids: dict[str, int] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    sorted: list[str] = field(default_factory=list)
    by_length: dict[int, list[str]] = field(default_factory=dict)
    beginnings: dict[int, list[str]] = field(default_factory=dict)
    in_order: bool = True

    def id_of(self, word: str) -> tuple[int, bool]:
        """The word's number, and whether it is new."""
        known = self.ids.get(word)
        if known is not None:
            return known, False
        self.ids[word] = len(self.ids)
        self.listed.append(word)
        self.sorted.append(word)
        self.by_length.setdefault(len(word), []).append(word)
        self.beginnings.clear()
        self.in_order = False
        return len(self.ids) - 1, True

    def beginning_with(self, prefix: str) -> Sequence[str]:
        """The words that begin so, in order."""
        if not self.in_order:
            self.sorted.sort()
            self.in_order = True
        begin = bisect_left(self.sorted, prefix)
        return self.sorted[begin : bisect_left(self.sorted, prefix + "\U0010ffff", begin)]

    def near(self, word: str, errors: int) -> Iterator[tuple[str, int]]:
        """The words within so many errors, with how many: none where there may be none."""
        if not errors:
            return
        for length in range(max(1, len(word) - errors), len(word) + errors + 1):
            if words := self.by_length.get(length):
                yield from _within(word, words, errors)

    def beginning_near(self, prefix: str) -> Iterator[str]:
        """The words whose beginning lies one error from the prefix."""
        for length in range(len(prefix) - 1, len(prefix) + 2):
            if length not in self.beginnings:
                self.beginnings[length] = list({word[:length] for word in self.sorted if len(word) > length})
            for beginning, _errors in _within(prefix, self.beginnings[length], 1):
                yield from self.beginning_with(beginning)


def _within(word: str, choices: Sequence[str], errors: int) -> Iterator[tuple[str, int]]:
    for choice, distance, _index in process.extract(
        word, choices, scorer=OSA.distance, score_cutoff=errors, limit=None
    ):
        yield choice, int(distance)


def _family_names() -> Words:
    names = Words()
    for key in sounds_of_families():
        names.id_of(key)
    return names


_FAMILIES = _family_names()


class Vocabulary:
    """Spellings and their sounds, each with a number in order of arrival."""

    def __init__(self) -> None:
        self._spellings = Words()
        self._sounds = Words()
        self._spelled: list[list[int]] = []  # by sound: its spellings
        self._cached: dict[tuple[str, bool, bool], Costs] = {}

    def add(self, word: str) -> tuple[int, bool]:
        """The number of a folded word, and whether it is new."""
        spelling, new = self._spellings.id_of(word)
        if new:
            key, unheard = self._sounds.id_of(sound(word))
            if unheard:
                self._spelled.append([])
            self._spelled[key].append(spelling)
            self._cached.clear()
        return spelling, new

    def knows(self, word: str, open_end: bool) -> bool:
        """Whether a word, or where it may go on its beginning, is known by spelling, sound or family; quick."""
        key = sound(word)
        if word in self._spellings.ids or any(form in self._sounds.ids for form in (key, *relatives(key))):
            return True
        return open_end and bool(self._spellings.beginning_with(word) or self._sounds.beginning_with(key))

    def word(self, spelling: int) -> str:
        """The word with this number."""
        return self._spellings.listed[spelling]

    def meant_by(self, word: str, open_end: bool, in_need: bool) -> Costs:
        """The words that a typed word may mean. `open_end`: it may go on. `in_need`: more errors are forgiven."""
        asked = (word, open_end, in_need)
        known = self._cached.get(asked)
        if known is None:
            if len(self._cached) >= _CACHED:
                self._cached.clear()
            known = self._cached[asked] = self._look_up(word, open_end, in_need)
        return known

    def _look_up(self, word: str, open_end: bool, in_need: bool) -> Costs:
        costs: dict[int, int] = {}
        spellings, sounds = self._spellings, self._sounds

        def spelled(words: Iterable[str], cost: int) -> None:
            for found in words:
                costs.setdefault(spellings.ids[found], cost)

        def sounding(keys: Iterable[str], cost: int) -> None:
            for key in keys:
                if (known := sounds.ids.get(key)) is not None:
                    for spelling in self._spelled[known]:
                        costs.setdefault(spelling, cost)

        # From the cheapest to the dearest: the first cost that a word is given stays.
        if word in spellings.ids:
            spelled((word,), _SPELLING)
        if len(word) == 1:
            spelled(spellings.beginning_with(word), _INITIAL)
            return costs
        key = sound(word)
        sounding((key,), _SOUND)
        if open_end:
            spelled(spellings.beginning_with(word), _BEGINS)
        sounding(relatives(key), _FAMILY)
        if open_end:
            sounding(sounds.beginning_with(key) if len(key) > 1 else (), _SOUND_BEGINS)
        elif len(word) > 2:
            spelled(spellings.beginning_with(word), _INNER_BEGINS)
        near = [(errors, True, found) for found, errors in sounds.near(key, _forgiven(key, in_need))]
        if in_need:
            # An error can change the sound by more than one: Jospeh, where ph is no f.
            near += [(errors, False, found) for found, errors in spellings.near(word, _forgiven(word, in_need))]
        near.sort()
        one = [(heard, found) for errors, heard, found in near if errors <= 1]
        for heard, found in one:
            (sounding if heard else spelled)((found,), _ONE_ERROR)
        if open_end and len(key) >= _ERROR_IN_BEGINNING_FROM:
            sounding(sounds.beginning_near(key), _ERROR_BEGINS)
        # Names that have a family, whether or not anybody has them: nobody's name leaves a trace in what is found.
        for found, _errors in _FAMILIES.near(key, min(1, _forgiven(key, in_need))):
            sounding(relatives(found), _ERROR_AND_FAMILY)
        for errors, heard, found in near:
            if errors > 1:
                (sounding if heard else spelled)((found,), _TWO_ERRORS)
        return costs


def _forgiven(word: str, in_need: bool) -> int:
    """How many errors may be in a word of this length."""
    if len(word) >= (_TWO_ERRORS_IN_NEED_FROM if in_need else _TWO_ERRORS_FROM):
        return 2
    return 1 if len(word) >= _ERRORS_FROM else 0
