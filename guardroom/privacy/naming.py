"""Whether a text names a citizen, whatever the keyboard made of it: for texts that nobody has connected with anybody.

Only whole names count: a first or a last name alone may be somebody else's, whose data would be handed out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guardroom.people.folding import fold

_SHORTEST_CASE = 4


@dataclass(frozen=True, slots=True)
class Naming:
    """What a citizen is known by, as folded words that follow one another; made by `naming`."""

    names: frozenset[tuple[str, ...]]

    def stands_in(self, text: str) -> bool:
        """Whether one of the names does, also in the genitive."""
        words = fold(text)
        return any(
            _same(words[at : at + len(name)], name) for name in self.names for at in range(len(words) - len(name) + 1)
        )


def naming(names: Iterable[str], cases: Iterable[str]) -> Naming:
    """What these names and case references are looked for by: a name whole, without those in its middle, and with the
    last one first. A case reference that is short enough to be a room's number is not looked for."""
    known = {words for name in names if len(words := fold(name)) > 1}
    known |= {(words[0], words[-1]) for words in known}
    known |= {(words[-1], *words[:-1]) for words in known}
    return Naming(frozenset(known | {words for case in cases if len("".join(words := fold(case))) >= _SHORTEST_CASE}))


def _same(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return words[:-1] == name[:-1] and words[-1] in (name[-1], f"{name[-1]}s")
