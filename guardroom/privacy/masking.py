"""Other people's names taken out of what is handed to a citizen: those that the house knows, in any spelling.

A whole name goes however it is written, a single word of one only where it has a capital letter: many are ordinary
words too. So a first name in small letters stays, and a text may name somebody whom the house does not know: whoever
hands it on reads it through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from guardroom.people.folding import fold

MASK = "[…]"
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_MASKS = re.compile(rf"{re.escape(MASK)}(?:[ ,]{{1,2}}{re.escape(MASK)})+")
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Masking:
    """Whom to take out: folded words of others' names, which of them follow one another in a name, and initials as they
    are written; never what is `kept`."""

    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    initials: frozenset[str]
    kept: frozenset[str]

    def besides(self, names: Iterable[str]) -> Masking:
        """The same, with these names taken out too."""
        more = [_words(name) for name in names]
        return replace(self, words=self.words | {*chain(*more)} - self.kept, pairs=self.pairs | _pairs(more))

    def masked(self, text: str) -> str:
        """The text with `MASK` for each name."""
        whole = self._in_whole_names(text)

        def one(found: re.Match[str]) -> str:
            word = found[0]
            # Names are written with a capital letter: a lane (en vej) stays, Vej does not.
            named = (word[0].isupper() or found.start() in whole) and any(map(self._is_name, fold(word)))
            return MASK if named or word in self.initials else word

        return _MASKS.sub(MASK, _WORD.sub(one, text))

    def _in_whole_names(self, text: str) -> set[int]:
        """Where the words begin that follow one another as in somebody's name, the last one also in the genitive."""
        words = [(found.start(), word) for found in _WORD.finditer(text) for word in fold(found[0])]
        return {
            at
            for (first_at, first), (last_at, last) in pairwise(words)
            if (first, last) in self.pairs or (first, last.removesuffix("s")) in self.pairs
            for at in (first_at, last_at)
        }

    def _is_name(self, word: str) -> bool:
        return word in self.words or word.removesuffix("s") in self.words


def masking(others: Iterable[str], own: Iterable[str], initials: Iterable[str]) -> Masking:
    """What to take out of texts about a citizen: the words of others' names, but those that are the citizen's too."""
    kept = frozenset(word for name in own for word in fold(name))
    return Masking(frozenset(), frozenset(), frozenset(initials), kept).besides(others)


def _words(name: str) -> list[str]:
    return [word for word in fold(name) if len(word) >= _SHORTEST]


def _pairs(names: Iterable[list[str]]) -> set[tuple[str, str]]:
    """Which words follow one another, where a name may stand without its middle, and with the last one first."""
    return {
        pair
        for words in names
        if len(words) > 1
        for pair in (*pairwise(words), (words[0], words[-1]), (words[-1], words[0]))
    }
