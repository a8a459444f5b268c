"""The main database's tables of alarms: what each station's journal tells, carried over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, Mode


class StationCursor(Base):
    """How far a station's journal has been carried into this database: the number of the last entry."""

    __tablename__ = "station_cursor"

    station: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class AlarmRow(Base):
    """One alarm. `station` and `number` say where it is from: the journal entry that opened it.

    `room_id` is None where no room owns the point; `place` is then the raw point. `presses` counts presses,
    `repeats` the panel's copies of one. `acknowledged_s` and `on_scene_s` are seconds after the first press; None
    where it did not happen. Texts are "" where there is nothing.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        UniqueConstraint("station", "number"),
        CheckConstraint("mode IN ('real', 'drill', 'test')", name="mode"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    station: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    cause: Mapped[str]
    state: Mapped[str]
    pressed_at: Mapped[datetime] = mapped_column(index=True)
    room_id: Mapped[str | None] = mapped_column(default=None)
    place: Mapped[str] = mapped_column(Text, default="")
    block: Mapped[str] = mapped_column(Text, default="")
    panel: Mapped[str] = mapped_column(default="")
    point: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Text, default="")
    manual: Mapped[bool] = mapped_column(default=False)
    presses: Mapped[int] = mapped_column(default=1)
    repeats: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[bool] = mapped_column(default=False)
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    acknowledged_by: Mapped[str] = mapped_column(default="")
    acknowledged_s: Mapped[float | None] = mapped_column(default=None)
    on_scene_s: Mapped[float | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(default="")
    mode: Mapped[Mode] = mapped_column(default="real")
    lines: Mapped[list[AlarmLine]] = relationship(
        default_factory=list,
        order_by="AlarmLine.number",
        cascade="all, delete-orphan",
        passive_deletes=True,
        repr=False,
    )

    def take_over(self, newer: AlarmRow) -> None:
        """Become what `newer` says of the same alarm; the lines are not touched."""
        for name in _CHANGING:
            value: Any = getattr(newer, name)
            setattr(self, name, value)


class AlarmLine(Base):
    """One line of an alarm's timeline. `station` and `number` are the journal entry that it tells of.

    `what` and `detail` are codes, `text` what a person or a panel wrote. `late`: `at` is a time that a person gave
    afterwards.
    """

    __tablename__ = "alarm_line"
    __table_args__ = (
        UniqueConstraint("station", "number", "alarm_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    alarm_id: Mapped[int] = mapped_column(ForeignKey("alarm.id", ondelete="CASCADE"), init=False, index=True)
    station: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    what: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    by: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Text, default="")
    late: Mapped[bool] = mapped_column(default=False)


class ShiftRow(Base):
    """Who is on duty at a station from a moment on (initials), until the next such row."""

    __tablename__ = "shift"

    station: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    people: Mapped[list[str]]


_CHANGING = tuple(column.key for column in AlarmRow.__table__.columns if column.key not in ("id", "station", "number"))
