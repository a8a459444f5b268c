"""Which entry of the audit log was the last to tell of a change: whoever shows a list knows by it whether it is old."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.audit_tables import AuditRow


def last_entry(session: Session, after: int, but: Collection[str] = ()) -> int:
    """The number of the last entry after number `after` that is of another kind than these; 0 where there is none."""
    asked = select(AuditRow.number).where(AuditRow.number > after)
    if but:
        asked = asked.where(AuditRow.what.not_in(but))
    return session.scalar(asked.order_by(AuditRow.number.desc()).limit(1)) or 0
