"""Where a planned drill lies: one blob in the main database that always looks the same.

It is encrypted under the house's secret, which is not in the database, always of one length, and written anew every
minute whether or not anything has changed: neither the database, nor a backup, nor comparing two of them tells whether
a drill is planned, or drawn, or when and where it is.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy.orm import Session

from db.drill_tables import DrillVaultRow
from guardroom.drills.plan import Plan
from guardroom.people.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LENGTH = 16_384
_NONCE = 12
_ONLY = 1
_CONTEXT = b"guardroom drills"


class Unreadable(Exception):
    """The vault was changed, or made under another secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What lies in the vault."""

    plan: Plan | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Content).decode


def read(session: Session, secret: Secret, *, hold: bool = False) -> Content:
    """What lies in the vault; nothing where there is none yet. `hold`: until the caller's transaction ends. Raises
    Unreadable."""
    row = session.get(DrillVaultRow, _ONLY, with_for_update=hold, populate_existing=hold)
    if row is None:
        return Content()
    from cryptography.exceptions import InvalidTag

    try:
        plain = _cipher(secret).decrypt(row.sealed[:_NONCE], row.sealed[_NONCE:], _CONTEXT)
        return _decode(plain.rstrip(b" "))
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def write(session: Session, secret: Secret, content: Content) -> None:
    """Put this into the vault in place of what was there."""
    nonce = os.urandom(_NONCE)
    plain = _encode(content).ljust(LENGTH, b" ")
    if len(plain) != LENGTH:
        raise ValueError("a plan is far shorter")
    sealed = nonce + _cipher(secret).encrypt(nonce, plain, _CONTEXT)
    row = session.get(DrillVaultRow, _ONLY)
    if row is None:
        session.add(DrillVaultRow(id=_ONLY, sealed=sealed))
    else:
        row.sealed = sealed
    session.flush()


def _cipher(secret: Secret) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(secret.key("drills"))
