"""The main database's table of the audit log: who did or looked up what, when, where and why; only appended to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class AuditRow(Base):
    """One entry, chained to the one before by `digest`. Ids only, no names.

    `number` grows by one. `what` is a code, `subject` what it was done to ("ban", "incident", "person", "user", "")
    and `subject_id` which; `why` the purpose that was given; `detail` JSON.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject_subject_id_what", "subject", "subject_id", "what"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None]
    role: Mapped[str]
    station: Mapped[str]
    what: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int | None]
    why: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    digest: Mapped[str]


class AuditHeadRow(Base):
    """The last entry of the chain: a chain that was cut short does not end here. There is one row, `id` 1."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
