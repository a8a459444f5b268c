"""Foreign text: whatever a panel, a person or a file wrote. One cleaning, where it comes in and where it goes out."""

from __future__ import annotations

import unicodedata

_BIDI_AND_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f"
    "\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
)


def clean(text: str, limit: int = 500) -> str:
    """`text` as it may be stored and shown: one line, nothing a terminal would obey, at most `limit` characters.

    Composed (NFC); tab and line ends become a space; control characters (C0, DEL, C1), characters that turn the
    writing direction or cannot be seen, lone surrogates and private or unassigned characters are dropped.
    Cleaning what is clean changes nothing.
    """
    text = text[: limit * 4]
    if text.isprintable() and _BIDI_AND_INVISIBLE.isdisjoint(text) and unicodedata.is_normalized("NFC", text):
        return text[:limit]
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        if character in "\t\n\r\v\f\x85\u2028\u2029":
            kept.append(" ")
        elif character not in _BIDI_AND_INVISIBLE and unicodedata.category(character) not in (
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Cn",
        ):
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))[:limit]


def one_line(text: str, limit: int = 500) -> str:
    """`text` cleaned, without blanks around it and never two in a row; at most `limit` characters."""
    return " ".join(clean(text, limit).split())
