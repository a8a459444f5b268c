"""One keyed digest of whatever is sealed: whoever can only write in the database can make none that fits."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date, datetime

from guardroom.clock import stamp


def keyed_digest(key: bytes, said: object) -> str:
    """HMAC-SHA-256 of values in one fixed writing: JSON in ASCII, names in their order, times to the millisecond, as
    every database gives them back."""
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_written)
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return stamp(value)
    assert isinstance(value, date)
    return value.isoformat()
