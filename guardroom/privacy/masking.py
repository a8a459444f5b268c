"""Other people's names taken out of what is handed to a citizen: those that the house knows, in any spelling.

A text may name somebody whom the house does not know: whoever hands it on reads it through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from guardroom.people.folding import fold

MASK = "[…]"
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_MASKS = re.compile(rf"{re.escape(MASK)}(?:[ ,]{{1,2}}{re.escape(MASK)})+")
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Masking:
    """Whom to take out: folded words of others' names, and initials as they are written; never what is `kept`."""

    words: frozenset[str]
    initials: frozenset[str]
    kept: frozenset[str] = frozenset()

    def besides(self, names: Iterable[str]) -> Masking:
        """The same, with the words of these names taken out too."""
        return replace(self, words=self.words | _words(names) - self.kept)

    def masked(self, text: str) -> str:
        """The text with `MASK` for each name."""
        return _MASKS.sub(MASK, _WORD.sub(self._one, text))

    def _one(self, found: re.Match[str]) -> str:
        word = found[0]
        if word in self.initials:
            return MASK
        # Names are written with a capital letter: a lane (en vej) stays, Vej does not.
        if not word[0].isupper():
            return word
        folded = fold(word)
        genitive = tuple(each.removesuffix("s") for each in folded)
        return MASK if any(each in self.words for each in (*folded, *genitive)) else word


def masking(others: Iterable[str], own: Iterable[str], initials: Iterable[str]) -> Masking:
    """What to take out of texts about a citizen: the words of others' names, but those that are the citizen's too."""
    kept = frozenset(word for name in own for word in fold(name))
    return Masking(_words(others) - kept, frozenset(initials), kept)


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in fold(name) if len(word) >= _SHORTEST)
