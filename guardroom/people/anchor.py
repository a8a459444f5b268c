"""How far the audit log had come, in a file beside the house's secret: an older copy of the whole database that was put
back does not have what is told there.

Where a backup was restored the log says so itself, in an entry that cannot be made without the secret and that tells
how far the log had been: then it is not behind, at any station that shares the database.

It is written by the monitor and read by `guardroom check`. Who can write both the database and this file can hide it.
"""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.audit_tables import AuditHeadRow, AuditRow
from db.privacy_tables import AuditCutRow
from guardroom.clock import stamp
from guardroom.people import audit
from guardroom.people.keyed import keyed_digest
from guardroom.settings import Settings

RESTORED = "backup_restored"
"""The audit log's entry of a restored backup; its `before` is how far the log had been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The number of the audit log's last entry, how often the log had been cut, and when a backup was last restored
    ("" where none was)."""

    number: int
    cuts: int
    restored: str = ""
    digest: str = ""


def anchor_path(settings: Settings) -> Path:
    """The file."""
    return settings.secret.with_suffix(".anchor")


def anchor_now(session: Session) -> Anchor:
    """How far the audit log is."""
    head, cut = session.get(AuditHeadRow, 1), session.get(AuditCutRow, 1)
    restored = session.scalar(select(func.max(AuditRow.at)).where(AuditRow.what == RESTORED))
    return Anchor(
        number=0 if head is None else head.number,
        cuts=0 if cut is None else cut.count,
        restored="" if restored is None else stamp(restored),
    )


def is_behind(session: Session, key: bytes, known: Anchor) -> bool:
    """Whether the audit log is not as far as it is known to have been, and no backup that was restored since accounts
    for it."""
    now = anchor_now(session)
    if now.number >= known.number and now.cuts >= known.cuts:
        return False
    restored = audit.told(session, key, "", None, [RESTORED])
    return not any(
        stamp(entry.at) > known.restored and json.loads(entry.detail)["before"] >= known.number for entry in restored
    )


def drop_anchor(path: Path, key: bytes, anchor: Anchor) -> None:
    """Write it down, for the owner alone and whole. Raises OSError."""
    aside = path.with_name(f"{path.name}.part")
    aside.unlink(missing_ok=True)
    signed = replace(anchor, digest=_digest(key, anchor))
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
    return keyed_digest(key, ["anchor", anchor.number, anchor.cuts, anchor.restored])
