"""SIA (DC-03) event codes: what two letters mean."""

from __future__ import annotations

from drivers.base import Cause, Kind
from drivers.codes import UNKNOWN, Meaning

_CODES = {"HA": Meaning(Kind.ALARM, Cause.HOLD_UP)}


def meaning(code: str) -> Meaning:
    """What event `code` (two letters) means."""
    return _CODES.get(code, UNKNOWN)
