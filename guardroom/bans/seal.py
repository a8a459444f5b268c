"""The keyed digests under a signature: of everything that was read and signed, whom it is about, and who signed when.

The key is not in the database: whoever can only write there can neither change a signed text nor add a signature.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from guardroom.bans.decision import Facts, Named
from guardroom.people.keyed import keyed_digest

KEY = "signatures"
"""The purpose of the key (`Secret.key`)."""


def seal(key: bytes, ban: Facts, named: str = "") -> str:
    """HMAC-SHA-256 of number, person, decision with its incidents, and hearing in one fixed writing; what happens
    later is not part of it. `named`: the digest of a person as named at another time, in the place of today's."""
    return keyed_digest(
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
    return keyed_digest(key, asdict(named))


def signature(key: bytes, sealed: str, *, user: int, role: str, name: str, title: str, at: datetime) -> str:
    """HMAC-SHA-256 of one signature: the seal of the text, and who put what name under it, as what, when."""
    return keyed_digest(key, {"seal": sealed, "user": user, "role": role, "name": name, "title": title, "at": at})
