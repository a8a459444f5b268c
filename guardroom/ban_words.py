"""What a town hall calls a ban: its own word in place of the usual one, in every text that people see (rule X-H: the
guidelines say "mødeforbud", "fremmødeforbud" and plain "forbud" for the same thing).

Only words that are declined as the usual one is: Danish ones that end in "forbud" are all neuter and have its endings,
English ones differ in the article alone. "Karantæne" or "bortvisning" would want other articles and adjectives.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

USUAL: Final = "forbud"
"""The word that the texts of the program are written with."""
BAN_WORDS: Final = (USUAL, "mødeforbud", "fremmødeforbud", "adgangsforbud")
"""What may be chosen: as the Danish guidelines call it."""
ENGLISH: Final = {
    USUAL: "ban",
    "mødeforbud": "meeting ban",
    "fremmødeforbud": "attendance ban",
    "adgangsforbud": "entry ban",
}
KEPT: Final = frozenset(
    (
        "Made contact in another way or at another time than ban {number} allows.",
        "They may be here: the ban is about how they contact the municipality.",
        "They may be here: the ban is about mail.",
        "Wrote mail from the address that ban {number} blocks.",
        "Wrote mail to an employee in spite of ban {number}.",
        "ban from coming to parts of the town hall",
        "ban from parts of the town hall",
        "ban registrar",
        "to ban you from coming to parts of the town hall",
    )
)
"""Texts about bans that keep nobody away from a meeting, a role's name and a verb: they stand as they are."""

_NO_GAP = r"(?<![\w{])", r"(?![\w}])"
_DANISH = re.compile(_NO_GAP[0] + r"(?:fremmøde)?(forbud)(det|dets|dene|denes|s)?" + _NO_GAP[1], re.IGNORECASE)
_ENGLISH = re.compile(_NO_GAP[0] + r"(?:(an?)(\s+))?(?:attendance\s+)?(ban)(s?)" + _NO_GAP[1], re.IGNORECASE)
_REMEMBERED = 4096


def in_place_of_the_usual(language: str, word: str) -> Callable[[str, str], str] | None:
    """What says a translated text with this town hall's word; None where that is the usual one.

    It is given the text's key in the catalogue (what the source says) and the translation.
    """
    if word == USUAL:
        return None
    said = _in_danish if language == "da" else _in_english

    @lru_cache(_REMEMBERED)
    def replaced(message: str, text: str) -> str:
        return text if message in KEPT else said(text, word)

    return replaced


def _in_danish(text: str, word: str) -> str:
    def other(found: re.Match[str]) -> str:
        return _as_written(found[0], word) + (found[2] or "")

    return _DANISH.sub(other, text)


def _in_english(text: str, word: str) -> str:
    return _ENGLISH.sub(partial(_other_english, ENGLISH[word]), text)


def _other_english(word: str, found: re.Match[str]) -> str:
    article = found[1]
    if article is None:
        return _as_written(found[0], word) + found[4]
    right = "an" if word[0] in "aeiou" else "a"
    loud = found[3].isupper()
    begun = right.upper() if loud else right.capitalize() if article[0].isupper() else right
    return begun + found[2] + (word.upper() if loud else word) + found[4]


def _as_written(before: str, word: str) -> str:
    """`word` in capitals, or with one, where what it takes the place of had them."""
    if before.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if before[0].isupper() else word
