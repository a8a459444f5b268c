"""Names as they are compared: what people write differently and mean the same is made the same.

There are two steps. `fold` undoes the keyboard: Søren, Soeren and Sören are one spelling, and so are Ågård and
Aagaard. `sound` undoes the ear, a word at a time: Kristian and Christian, Sofie and Sophie, Mejer and Meyer sound
the same. What no rule catches, such as Mohammed and Mehmet, is in `name_families`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from datetime import date

from guardroom.days import written

_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "ä": "ae",
        "œ": "oe",
        "ø": "oe",
        "ö": "oe",
        "å": "aa",
        "ß": "ss",
        "ı": "i",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ŋ": "ng",
        "ə": "e",
    }
)
_APOSTROPHES = re.compile("['’‘`´ʼʻʹʿʾ′]")
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> tuple[str, ...]:
    """The words of a text in small letters without marks, in their order; hyphens part words, apostrophes do not."""
    # Upper case first: a capital with a dot (İ) and sharp s fold alike in either case.
    lower = unicodedata.normalize("NFKC", text).upper().casefold()
    composed = unicodedata.normalize("NFC", _APOSTROPHES.sub("", lower)).translate(_LETTERS)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", composed) if not unicodedata.combining(letter))
    return tuple(_WORD.findall(plain))


_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        # Several letters for one consonant.
        (r"ph", "f"),
        (r"sch|sh|sj|cz", "s"),
        (r"ch|ck", "k"),
        (r"dj", "j"),
        (r"^kj", "k"),
        (r"^hj", "j"),
        (r"^hv", "v"),
        (r"dt|th", "t"),
        (r"qu(?=[aeio])", "kv"),
        (r"q", "k"),
        (r"x", "ks"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"w", "v"),
        (r"z", "s"),
        # An h that is not heard: before a consonant, after one, at the end.
        (r"(?<=[^aeiouy])(?<!^)h|h(?![aeiouy])", ""),
        # Vowels written in several ways.
        (r"ae", "e"),
        (r"oe", "o"),
        (r"aa", "a"),
        (r"ou|oo|ue", "u"),
        (r"[ae][ijy]+", "ei"),
        (r"(?<!e)ie", "i"),
        (r"[jy]", "i"),
        (r"(.)\1+", r"\1"),
        (r"(?<=..)son$", "sen"),
    )
)


@functools.lru_cache(maxsize=1 << 16)
def sound(word: str) -> str:
    """How a folded word sounds, roughly, as a key to compare; never empty."""
    key = word
    for pattern, put in _SOUNDS:
        key = pattern.sub(put, key)
    return key or word


def born(birth_date: date | None, birth_year: int | None) -> str:
    """When somebody was born as it is shown and typed: the day, else the year, else ""."""
    if birth_date is not None:
        return written(birth_date)
    return "" if birth_year is None else str(birth_year)
