"""The main database's tables of the daily duties: locked doors, notes to the next shift, numbers that were tried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base


class DoorLockRow(Base):
    """The doors to a part of the house are locked for a while (I1); `area` is "" for the whole house.

    Whether it is active follows from the times. `told_over`: its end by itself has been told.
    """

    __tablename__ = "door_lock"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    area: Mapped[str] = mapped_column(Text)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    decided_by: Mapped[int]
    decided_role: Mapped[str]
    made_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)
    lifted_by: Mapped[int | None] = mapped_column(default=None)
    told_over: Mapped[bool] = mapped_column(default=False)
    reads: Mapped[list[DoorLockReadRow]] = relationship(
        default_factory=list,
        order_by="DoorLockReadRow.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
        repr=False,
    )


class DoorLockReadRow(Base):
    """Somebody has confirmed that they have read of a door lock (I2, H12)."""

    __tablename__ = "door_lock_read"
    __table_args__ = (UniqueConstraint("lock_id", "user_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    lock_id: Mapped[int] = mapped_column(ForeignKey("door_lock.id", ondelete="CASCADE"), init=False, index=True)
    user_id: Mapped[int]
    at: Mapped[datetime]


class HandoverNoteRow(Base):
    """What one shift tells the next one at its station."""

    __tablename__ = "handover_note"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    station: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[int]
    written_at: Mapped[datetime] = mapped_column(index=True)
    read: Mapped[HandoverReadRow | None] = relationship(
        default=None, cascade="all, delete-orphan", passive_deletes=True, repr=False
    )


class HandoverReadRow(Base):
    """The next shift has confirmed a note: once, by one of them."""

    __tablename__ = "handover_read"

    note_id: Mapped[int] = mapped_column(
        ForeignKey("handover_note.id", ondelete="CASCADE"), init=False, primary_key=True
    )
    user_id: Mapped[int]
    at: Mapped[datetime]


class PhoneVerifiedRow(Base):
    """Somebody has rung this number of an entry of the phone card, and it is right."""

    __tablename__ = "phone_verified"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    entry: Mapped[str] = mapped_column(Text, index=True)
    number: Mapped[str] = mapped_column(Text)
    verified_by: Mapped[int]
    verified_at: Mapped[datetime]
