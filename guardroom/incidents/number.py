"""An incident's number as the house writes and types it: `H-0459`."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[hH]-?([0-9]{1,9})")


def written_number(number: int) -> str:
    """The number as it is shown: at least four digits."""
    return f"H-{number:04d}"


def read_number(typed: str) -> int | None:
    """The number in `H-0459`, `h459`; None where it is none."""
    found = _NUMBER.fullmatch(typed)
    return None if found is None else int(found[1])
