"""Initials: one to six letters, in capitals. They stay one person's for ever."""

from __future__ import annotations

import re
import unicodedata

LETTERS = "[A-Za-zÆØÅæøå]*"
"""What initials are typed with, as a pattern."""

_INITIALS = re.compile(r"[A-ZÆØÅ]{1,6}")
_READ = 100


def read_initials(typed: str) -> str:
    """The initials in capitals, or "" where they are none."""
    capitals = unicodedata.normalize("NFC", typed[:_READ]).strip().upper()
    return capitals if _INITIALS.fullmatch(capitals) else ""
