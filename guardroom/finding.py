"""What `guardroom check` says of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guardroom.text import clean

Standing = Literal["ok", "wrong", "unset"]

SYMBOLS: dict[Standing, str] = {"ok": "ok", "wrong": "!!", "unset": "--"}
"""How a line begins; the same signs in every language, so that a script can read them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `unset` is what the town hall has not set yet, or need not: nothing is wrong."""

    standing: Standing
    what: str
    said: str

    def line(self) -> str:
        """The finding as it is printed, safe for a terminal."""
        return clean(f"{SYMBOLS[self.standing]}  {self.what}: {self.said}", 1000)
