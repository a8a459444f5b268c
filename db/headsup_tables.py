"""The main database's tables of heads-ups: what the guards are told before a meeting, and what belongs to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base


class HeadsUpRow(Base):
    """A meeting that the guards are told of. Its number is made from `id`.

    A citizen is a known person or a few words, never a name of their own here. `staff` are initials. `told_at` is when
    the guards were told of what stands here now. `posture`, `reason`, `ready` and `stage` as in
    `guardroom.headsups.kinds`; what has come of it is told by the times. `check_in_every` are minutes, 0 for none.
    `area` is the room's part of the house, outside the house that of whoever entered it. `origin` tells a meeting of a
    calendar from every other, without saying what it is called there; "" where it was entered by hand.
    """

    __tablename__ = "headsup"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    told_at: Mapped[datetime]
    begins: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(Text)
    room_id: Mapped[str | None] = mapped_column(default=None)
    area: Mapped[str] = mapped_column(Text, default="")
    posture: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    staff: Mapped[list[str]] = mapped_column(default_factory=list)
    case_ref: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None, index=True)
    citizen: Mapped[str] = mapped_column(Text, default="")
    stop_signal: Mapped[str] = mapped_column(Text, default="")
    check_in_at: Mapped[datetime | None] = mapped_column(default=None)
    check_in_every: Mapped[int] = mapped_column(default=0)
    ready: Mapped[list[str]] = mapped_column(default_factory=list)
    note: Mapped[str] = mapped_column(Text, default="")
    stage: Mapped[str] = mapped_column(default="planned")
    version: Mapped[int] = mapped_column(default=1)
    taken_at: Mapped[datetime | None] = mapped_column(default=None)
    taken_by: Mapped[str] = mapped_column(default="")
    begun_at: Mapped[datetime | None] = mapped_column(default=None)
    well_at: Mapped[datetime | None] = mapped_column(default=None)
    watched_at: Mapped[datetime | None] = mapped_column(default=None)
    watched_until: Mapped[datetime | None] = mapped_column(default=None)
    over_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_early: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(default="", index=True)
    prewarnings: Mapped[list[PrewarningRow]] = relationship(
        default_factory=list,
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="PrewarningRow.id",
        repr=False,
    )


class PrewarningRow(Base):
    """The police were warned of a meeting: why, filed where, and who was asked before it and when (D12, D13). `about`:
    when it was to begin as they were told. Never changed: what is noted again is a row of its own."""

    __tablename__ = "headsup_prewarning"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    headsup_id: Mapped[int] = mapped_column(ForeignKey("headsup.id", ondelete="CASCADE"), init=False, index=True)
    about: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    case_ref: Mapped[str]
    leader: Mapped[str]
    leader_at: Mapped[datetime]
    legal: Mapped[str]
    legal_at: Mapped[datetime]
    noted_at: Mapped[datetime]
    noted_by: Mapped[int] = mapped_column(ForeignKey("user.id"))


class AlarmLoanRow(Base):
    """A mobile alarm that somebody, by their initials, has taken out of the house (A20). `area`: that of whoever
    noted it."""

    __tablename__ = "alarm_loan"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    device: Mapped[str] = mapped_column(Text)
    holder: Mapped[str]
    place: Mapped[str] = mapped_column(Text)
    lent_at: Mapped[datetime]
    lent_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    due_at: Mapped[datetime] = mapped_column(index=True)
    area: Mapped[str] = mapped_column(Text, default="")
    back_at: Mapped[datetime | None] = mapped_column(default=None)


class ArrivalRow(Base):
    """A threatening citizen has said that they come, without appointment (D6, D7). `decision` is "" until there is one,
    and as in `guardroom.headsups.kinds`. The citizen as for a heads-up. `area` is that of whoever noted it."""

    __tablename__ = "announced_arrival"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    expected_at: Mapped[datetime] = mapped_column(index=True)
    told_at: Mapped[datetime]
    told_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None, index=True)
    citizen: Mapped[str] = mapped_column(Text, default="")
    case_ref: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[str] = mapped_column(default="")
