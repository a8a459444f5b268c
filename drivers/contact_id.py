"""Contact ID (SIA DC-05): what an event code means."""

from __future__ import annotations

from drivers.base import Cause, Kind
from drivers.codes import UNKNOWN, Meaning

_CODES = {"120": Meaning(Kind.ALARM, Cause.PANIC)}


def meaning(code: str, qualifier: str) -> Meaning:
    """What event `code` (three hex digits) means with `qualifier` "1" or "E" (new), "3" or "R" (restore), "6" or "P"
    (still present)."""
    return _CODES.get(code, UNKNOWN)
