"""What was done to a ban, kept twice: a line in its own log, and an entry of the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from db import bans as stored
from db.ban_tables import BanRow
from guardroom.people import audit
from guardroom.people.who import Who


def note(
    session: Session, key: bytes, who: Who, row: BanRow, now: datetime, what: str, detail: str = "", **codes: object
) -> None:
    """A line in a ban's log and one in the audit log, which gets the codes only."""
    stored.add_event(session, row.id, now, who.user, what, detail)
    audit.note(session, key, now, who, f"ban_{what}", "ban", row.id, detail=codes)
