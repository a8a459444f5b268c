"""The main database's tables of incidents: what happened, who it was about, what was added, what is half written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base


class IncidentRow(Base):
    """One incident, as it was saved: it is never changed afterwards, only added to.

    Words in `kind`, `channel`, `behaviours` … are codes of `guardroom.incidents.kinds`. `alarm_station` and
    `alarm_number` name the alarm it came from, None where there was none. `complied`: left when asked, None where not
    asked. `ban_id`: the ban that was breached.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_alarm_station_alarm_number", "alarm_station", "alarm_number"),
        Index("ix_incident_written_by_happened_at", "written_by", "happened_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    kind: Mapped[str]
    happened_at: Mapped[datetime] = mapped_column(index=True)
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    station: Mapped[str]
    account: Mapped[str] = mapped_column(Text)
    room_id: Mapped[str | None] = mapped_column(default=None)
    place: Mapped[str] = mapped_column(Text, default="")
    area: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[str] = mapped_column(default="in_person")
    subject_kind: Mapped[str] = mapped_column(default="citizen")
    off_duty: Mapped[bool] = mapped_column(default=False)
    behaviours: Mapped[list[str]] = mapped_column(default_factory=list)
    felt: Mapped[str] = mapped_column(default="")
    assessed: Mapped[str] = mapped_column(default="")
    asked_to_leave_at: Mapped[datetime | None] = mapped_column(default=None)
    asked_by: Mapped[str] = mapped_column(Text, default="")
    complied: Mapped[bool | None] = mapped_column(default=None)
    police: Mapped[str] = mapped_column(default="")
    police_at: Mapped[datetime | None] = mapped_column(default=None)
    police_ref: Mapped[str] = mapped_column(default="")
    injured: Mapped[list[str]] = mapped_column(default_factory=list)
    sick_leave: Mapped[bool | None] = mapped_column(default=None)
    evidence: Mapped[str] = mapped_column(default="")
    took_part: Mapped[list[str]] = mapped_column(default_factory=list)
    alarm_station: Mapped[str | None] = mapped_column(default=None)
    alarm_number: Mapped[int | None] = mapped_column(BigInteger, default=None)
    ban_id: Mapped[int | None] = mapped_column(ForeignKey("ban.id"), default=None, index=True)
    subjects: Mapped[list[SubjectRow]] = relationship(
        default_factory=list, order_by="SubjectRow.id", cascade="all, delete-orphan", passive_deletes=True, repr=False
    )
    addenda: Mapped[list[AddendumRow]] = relationship(
        default_factory=list, order_by="AddendumRow.id", cascade="all, delete-orphan", passive_deletes=True, repr=False
    )


class SubjectRow(Base):
    """Somebody an incident is about: a known person, or a description until the person is known.

    `name` is what a writer wrote who may not see whom incidents are about: they go on seeing that, whatever becomes
    known later. For all other writers it is "".
    """

    __tablename__ = "incident_subject"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"), init=False, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None, index=True)
    description: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(Text, default="")


class AddendumRow(Base):
    """A later correction or addition; the text that was saved stays as it is.

    `what` is "text"; or "joined" where a subject became a known person, and "parted" where it was not that person:
    `text` is then the subject's id.
    """

    __tablename__ = "incident_addendum"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"), init=False, index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(default="text")


class IncidentSearchRow(Base):
    """What a search of the history looks through: one narrow row for each incident, kept in the order of the history.

    Words are folded (`guardroom.people.folding`). `facts` everybody may look through who sees the incident, `about`
    (descriptions of people not known) whoever may see whom it is about, `named` (`SubjectRow.name`) its writer, `words`
    (account and addenda, each word once) whoever may read them: `took_part` (initials, a blank around each),
    `written_by` and `area` tell who that is.
    """

    __tablename__ = "incident_search"
    __table_args__ = ({"sqlite_with_rowid": False},)

    happened_at: Mapped[datetime] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str]
    written_by: Mapped[int]
    area: Mapped[str] = mapped_column(Text)
    took_part: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    named: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)


class DraftRow(Base):
    """A form that is half written: seen by its owner only, gone when it is saved or thrown away. `body` is JSON."""

    __tablename__ = "draft"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    kind: Mapped[str]
    saved_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    alarm_station: Mapped[str | None] = mapped_column(default=None)
    alarm_number: Mapped[int | None] = mapped_column(BigInteger, default=None)
