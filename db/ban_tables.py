"""The main database's tables of bans: the decision, what it rests on, who signed it, and what became of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base


class BanRow(Base):
    """One decision about one person. Its words are codes of `guardroom.bans.kinds`.

    `stage` is how far the decision has come; whether it is active today is computed from it and the dates. `area` is
    the part of the house it belongs to. `hearing_skipped` says why there was none, the code of the law's ground first;
    `hearing_about` and `hearing_length` (days) tell the text that was sent for it from later ones. `extends_id`: the
    ban that this one goes on from. `changed` is the value of the counter "ban" at the last change. Dates are days of
    the house's own calendar, the last day included.
    """

    __tablename__ = "ban"
    __table_args__ = (
        Index("ix_ban_stage_ends_on", "stage", "ends_on"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    stage: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    changed: Mapped[int] = mapped_column(BigInteger, index=True)
    area: Mapped[str] = mapped_column(Text, default="")
    scope: Mapped[list[str]] = mapped_column(default_factory=list)
    channels: Mapped[list[str]] = mapped_column(default_factory=list)
    contact_person: Mapped[str] = mapped_column(Text, default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    contact_hours: Mapped[str] = mapped_column(Text, default="")
    mail_to: Mapped[str] = mapped_column(Text, default="")
    meeting: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date | None] = mapped_column(default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    reasons: Mapped[str] = mapped_column(Text, default="")
    less_intrusive: Mapped[str] = mapped_column(Text, default="")
    casework_reviewed: Mapped[bool] = mapped_column(default=False)
    appeal_guidance: Mapped[bool] = mapped_column(default=False)
    case_ref: Mapped[str] = mapped_column(default="")
    hearing_sent_on: Mapped[date | None] = mapped_column(default=None)
    hearing_due_on: Mapped[date | None] = mapped_column(default=None)
    hearing_answered_on: Mapped[date | None] = mapped_column(default=None)
    hearing_answer: Mapped[str] = mapped_column(Text, default="")
    hearing_skipped: Mapped[str] = mapped_column(Text, default="")
    hearing_about: Mapped[str] = mapped_column(default="")
    hearing_length: Mapped[int | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    letter_ref: Mapped[str] = mapped_column(default="")
    served_on: Mapped[date | None] = mapped_column(default=None)
    served_how: Mapped[str] = mapped_column(default="")
    normalisation: Mapped[str] = mapped_column(Text, default="")
    normalised_on: Mapped[date | None] = mapped_column(default=None)
    normalisation_result: Mapped[str] = mapped_column(Text, default="")
    extends_id: Mapped[int | None] = mapped_column(ForeignKey("ban.id"), default=None, index=True)
    lifted_on: Mapped[date | None] = mapped_column(default=None)
    lifted_reason: Mapped[str] = mapped_column(Text, default="")
    incidents: Mapped[list[BanIncidentRow]] = relationship(
        default_factory=list, order_by="BanIncidentRow.incident_id", cascade="all, delete-orphan", repr=False
    )
    signatures: Mapped[list[SignatureRow]] = relationship(
        default_factory=list, order_by="SignatureRow.id", cascade="all, delete-orphan", repr=False
    )


BAN_LINE = (
    BanRow.number,
    BanRow.kind,
    BanRow.stage,
    BanRow.starts_on,
    BanRow.served_on,
    BanRow.ends_on,
    BanRow.lifted_on,
    BanRow.scope,
    BanRow.area,
    BanRow.normalised_on,
)
"""What a line of a list shows of a ban; the rest is read when it is asked for."""


class BanIncidentRow(Base):
    """An incident that a ban rests on."""

    __tablename__ = "ban_incident"

    ban_id: Mapped[int] = mapped_column(ForeignKey("ban.id", ondelete="CASCADE"), init=False, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), primary_key=True, index=True)


class SignatureRow(Base):
    """A signature under a decision, given with the signer's own code. `digest` is of the text that was signed and of
    this row, under a key that is not in the database (`guardroom.bans.seal`)."""

    __tablename__ = "ban_signature"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    ban_id: Mapped[int] = mapped_column(ForeignKey("ban.id", ondelete="CASCADE"), init=False, index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str]
    name: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    digest: Mapped[str]


class BanEventRow(Base):
    """One line of a ban's log: `what` was done, by whom, when. Lines are never changed."""

    __tablename__ = "ban_event"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    ban_id: Mapped[int] = mapped_column(ForeignKey("ban.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    what: Mapped[str]
    detail: Mapped[str] = mapped_column(Text, default="")


class BanReadRow(Base):
    """A guard has read a ban since it became active."""

    __tablename__ = "ban_read"

    ban_id: Mapped[int] = mapped_column(ForeignKey("ban.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    at: Mapped[datetime]


class ReconciliationRow(Base):
    """The list was held against the one in the case system: how many were the same, new, gone or different."""

    __tablename__ = "reconciliation"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    source: Mapped[str] = mapped_column(Text)
    same: Mapped[int]
    new: Mapped[int]
    gone: Mapped[int]
    different: Mapped[int]
    broken: Mapped[int]
