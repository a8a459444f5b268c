"""The main database's tables of privacy: what citizens asked for, where the audit log was cut, what stays of incidents
that are gone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class AccessRequestRow(Base):
    """A citizen has asked what is kept of them (GDPR art. 15): until it is answered nothing of it is deleted."""

    __tablename__ = "access_request"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    noted_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"), default=None)


class PastIncidentRow(Base):
    """What stays of an incident that was deleted when its time was up: when, where and of what kind; nobody."""

    __tablename__ = "past_incident"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    room_id: Mapped[str | None]
    area: Mapped[str] = mapped_column(Text)
    channel: Mapped[str]
    subject_kind: Mapped[str]
    assessed: Mapped[str]
    off_duty: Mapped[bool]
    behaviours: Mapped[list[str]]


class AuditCutRow(Base):
    """Where the audit log was cut last: every entry up to `number` is gone but those in `audit_kept`. One row, `id` 1.

    `seal` is what the next entry is chained to, `count` how often it has been cut, `kept` a digest over the entries
    that were kept. `digest` signs all of it, under a key that is not in the database.
    """

    __tablename__ = "audit_cut"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    seal: Mapped[str]
    kept: Mapped[str]
    digest: Mapped[str]


class AuditKeptRow(Base):
    """An entry that was kept at a cut, because what it stands behind is still there. `before` is the seal of the entry
    that it was chained to."""

    __tablename__ = "audit_kept"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    before: Mapped[str]
