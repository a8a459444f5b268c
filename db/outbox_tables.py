"""The outbox's tables: what is to be told, and to whom by which way.

They stand in two databases: in the main one for what is caused there, and in a file beside each station's journal for
its alarms, so that those are told while the main database is away.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base


class NoticeRow(Base):
    """Something that is to be told. `key` says what caused it: the same thing is told once.

    `occasion` as in `guardroom.settings.OCCASIONS`; `alarm` is the number of the alarm it is about, 0 where it is about
    none. The text is as it goes out: it holds no personal data. `urgent` goes first and is tried again sooner.
    """

    __tablename__ = "notice"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    occasion: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    urgent: Mapped[bool] = mapped_column(default=False)
    alarm: Mapped[int] = mapped_column(BigInteger, default=0, index=True)
    deliveries: Mapped[list[DeliveryRow]] = relationship(
        default_factory=list,
        back_populates="notice",
        order_by="DeliveryRow.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
        repr=False,
    )


class DeliveryRow(Base):
    """One notice to one recipient by one channel ("mail", "sms", "webhook").

    `state`: "waiting" until it is "sent"; "failed" when it was given up; "stopped" where it is not needed any more.
    `reserve`: made because another way failed. `error` is why the last try failed, as a code and what the server said.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "recipient", "channel"),
        Index("ix_delivery_state_next_at", "state", "next_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), init=False, index=True)
    recipient: Mapped[str] = mapped_column(Text)
    channel: Mapped[str]
    address: Mapped[str] = mapped_column(Text)
    next_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    reserve: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str] = mapped_column(Text, default="")
    notice: Mapped[NoticeRow] = relationship(back_populates="deliveries", init=False, repr=False)


class LeaseRow(Base):
    """Which monitor does something that one of them does for all, until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime]
