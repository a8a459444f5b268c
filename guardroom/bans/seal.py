"""The keyed digests under a signature: of everything that was read and signed, whom it is about, and who signed when.

The key is not in the database: whoever can only write there can neither change a signed text nor add a signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import date, datetime

from guardroom.bans.decision import Facts, Named
from guardroom.clock import stamp

KEY = "signatures"
"""The purpose of the key (`Secret.key`)."""


def seal(key: bytes, ban: Facts, named: str = "") -> str:
    """HMAC-SHA-256 of number, person, decision with its incidents, and hearing in one fixed writing; what happens
    later is not part of it. `named`: the digest of a person as named at another time, in the place of today's."""
    return _digest(
        key,
        {
            "number": ban.number,
            "person": ban.person,
            "named": named or named_seal(key, ban.named),
            "extends": "" if ban.extends is None else ban.extends.number,
            "decision": asdict(ban.decision),
            "hearing": asdict(ban.hearing),
        },
    )


def named_seal(key: bytes, named: Named) -> str:
    """HMAC-SHA-256 of whom a ban is about: which record is kept, with what name and birth."""
    return _digest(key, asdict(named))


def signature(key: bytes, sealed: str, *, user: int, role: str, name: str, title: str, at: datetime) -> str:
    """HMAC-SHA-256 of one signature: the seal of the text, and who put what name under it, as what, when."""
    return _digest(key, {"seal": sealed, "user": user, "role": role, "name": name, "title": title, "at": stamp(at)})


def _digest(key: bytes, said: dict[str, object]) -> str:
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_day)
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def _day(value: object) -> str:
    assert isinstance(value, date)
    return value.isoformat()
