"""How far the audit log had come, in a file beside the house's secret: an older copy of the whole database that was put
back does not have what is told there.

It is written by the monitor and read by `guardroom check`. Who can write both the database and this file can hide it.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy.orm import Session

from db.audit_tables import AuditHeadRow
from db.privacy_tables import AuditCutRow
from guardroom.people.keyed import keyed_digest
from guardroom.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The number of the audit log's last entry, and how often the log had been cut."""

    number: int
    cuts: int
    digest: str = ""


def anchor_path(settings: Settings) -> Path:
    """The file."""
    return settings.secret.with_suffix(".anchor")


def anchor_now(session: Session) -> Anchor:
    """How far the audit log is."""
    head, cut = session.get(AuditHeadRow, 1), session.get(AuditCutRow, 1)
    return Anchor(number=0 if head is None else head.number, cuts=0 if cut is None else cut.count)


def drop_anchor(path: Path, key: bytes, anchor: Anchor) -> None:
    """Write it down, for the owner alone and whole. Raises OSError."""
    aside = path.with_name(f"{path.name}.part")
    aside.unlink(missing_ok=True)
    signed = Anchor(number=anchor.number, cuts=anchor.cuts, digest=_digest(key, anchor))
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(msgspec.json.encode(signed))
        out.flush()
        os.fsync(out.fileno())
    aside.replace(path)


def read_anchor(path: Path, key: bytes) -> Anchor | None:
    """What was written down; None where nothing was, or not with this key."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Anchor)
    except (OSError, msgspec.DecodeError):
        return None
    return found if hmac.compare_digest(found.digest, _digest(key, found)) else None


def _digest(key: bytes, anchor: Anchor) -> str:
    return keyed_digest(key, ["anchor", anchor.number, anchor.cuts])
