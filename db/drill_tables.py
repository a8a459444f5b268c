"""The main database's tables of drills and button tests."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base


class DrillVaultRow(Base):
    """Where a planned drill lies encrypted. There is one row, `id` 1."""

    __tablename__ = "drill_vault"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class DrillRow(Base):
    """A drill that has begun. `number` is what it is called, "Ø-2025-1".

    `how` and `press` as in `guardroom.drills.plan`; `station` and `alarm` name its alarm, as the journal numbers it.
    `why` says how it ended. Times in seconds after the press; None where it did not happen. `aims` and `evaluation` are
    JSON. Locked when it is finished.
    """

    __tablename__ = "drill"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(unique=True)
    how: Mapped[str]
    press: Mapped[str]
    room_id: Mapped[str]
    place: Mapped[str] = mapped_column(Text)
    station: Mapped[str]
    alarm: Mapped[int] = mapped_column(BigInteger)
    planned_at: Mapped[datetime]
    planned_by: Mapped[int]
    led_by: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime] = mapped_column(index=True)
    aims: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    why: Mapped[str] = mapped_column(default="")
    shown: Mapped[bool] = mapped_column(default=False)
    acknowledged_s: Mapped[float | None] = mapped_column(default=None)
    on_scene_s: Mapped[float | None] = mapped_column(default=None)
    stopped_s: Mapped[float | None] = mapped_column(default=None)
    leader_s: Mapped[float | None] = mapped_column(default=None)
    evaluation: Mapped[str] = mapped_column(Text, default="")
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_by: Mapped[int | None] = mapped_column(default=None)
    improvements: Mapped[list[ImprovementRow]] = relationship(
        default_factory=list,
        order_by="ImprovementRow.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
        repr=False,
    )


class ImprovementRow(Base):
    """Something that a drill showed can be better: who sees to it, by when, and when it was done."""

    __tablename__ = "drill_improvement"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    drill_id: Mapped[int] = mapped_column(ForeignKey("drill.id", ondelete="CASCADE"), init=False, index=True)
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    done_on: Mapped[date | None] = mapped_column(default=None)
    done_by: Mapped[int | None] = mapped_column(default=None)


class ButtonTestRow(Base):
    """One test of a button. `station` and `number` are the journal entry that tells of it.

    `by` are the initials of the shift. Without a press, `worked` False, no panel has said anything: only the room is
    known. Of a mobile alarm `room_id` is "mobile:" and its id.
    """

    __tablename__ = "button_test"
    __table_args__ = (UniqueConstraint("station", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    station: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    room_id: Mapped[str] = mapped_column(index=True)
    by: Mapped[str]
    worked: Mapped[bool]
    panel: Mapped[str] = mapped_column(default="")
    account: Mapped[str | None] = mapped_column(default=None)
    area: Mapped[str | None] = mapped_column(default=None)
    point: Mapped[str | None] = mapped_column(default=None)
