"""The main database's questions about incidents: one, the history and a search of it, a person's, drafts, alarms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, delete, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, load_only, selectinload

from db.alarm_tables import AlarmRow, ShiftRow
from db.audit_tables import AuditRow
from db.incident_tables import DraftRow, IncidentRow, IncidentSearchRow, SubjectRow
from db.people_tables import PersonRow, UserRow

_Found = TypeVar("_Found")

SEALED = ("incident_saved", "incident_added_to", "incident_joined", "incident_parted", "incident_unlinked")
"""Entries of the audit log that hold what an incident says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a user may look through. `own_only`: nothing but what they wrote.

    `people`: whom any incident is about; else only of what they wrote, as far as they wrote it. `areas` are the parts
    of the house (folded) whose accounts they may read, () for none, None for all; `took_part` their initials where
    those count, else "". What they wrote themselves they always may read.
    """

    user: int
    own_only: bool
    people: bool
    areas: tuple[str, ...] | None
    took_part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Somebody an incident is about: the record that is kept, where a person is known. `name`: as the writer wrote it,
    where they may not see more than that."""

    id: int
    incident: int
    description: str
    name: str
    person: PersonRow | None


def incident(session: Session, incident_id: int, *, lock: bool = False) -> IncidentRow | None:
    """One incident; `lock` keeps other writers from it until the transaction ends."""
    return session.get(IncidentRow, incident_id, with_for_update=True if lock else None)


def lines(
    session: Session, written_by: int | None, before: tuple[datetime, int] | None, limit: int
) -> list[IncidentRow]:
    """The history, newest first, without the accounts; only what one user wrote where `written_by` is given.

    `before`: older than this moment and id.
    """
    query = _newest(_lines(), IncidentRow.happened_at, IncidentRow.id, before, limit)
    if written_by is not None:
        query = query.where(IncidentRow.written_by == written_by)
    return list(session.scalars(query))


def found(
    session: Session,
    words: Sequence[tuple[str, Sequence[str]]],
    sight: Sight,
    before: tuple[datetime, int] | None,
    limit: int,
    *,
    number: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[IncidentRow]:
    """As `lines`, those in which all `words` are found where the user may look: folded, each with kinds that it means.

    `number`: only that incident. `since`, `until`: only what happened from then on, and before then.
    """
    row = IncidentSearchRow
    query = _newest(select(row.incident_id), row.happened_at, row.incident_id, before, limit)
    if sight.own_only:
        query = query.where(row.written_by == sight.user)
    if number is not None:
        query = query.where(row.incident_id.in_(select(IncidentRow.id).where(IncidentRow.number == number)))
    if since is not None:
        query = query.where(row.happened_at >= since)
    if until is not None:
        query = query.where(row.happened_at < until)
    # The longest is the rarest, most of the time: where it is not found, the others are not looked for.
    for word, kinds in sorted(words, key=lambda one: -len(one[0])):
        query = query.where(_says(word, kinds, sight))
    ids = list(session.scalars(query))
    rows = {each.id: each for each in session.scalars(_lines().where(IncidentRow.id.in_(ids)))}
    return [rows[each] for each in ids]


def _says(word: str, kinds: Sequence[str], sight: Sight) -> ColumnElement[bool]:
    # Folded words have letters and digits only: nothing in them is a wildcard.
    row, pattern = IncidentSearchRow, f"%{word}%"
    own = row.written_by == sight.user
    root = func.coalesce(PersonRow.merged_into, PersonRow.id)
    called = select(root).where(PersonRow.folded.like(pattern))
    records = select(PersonRow.id).where(root.in_(called))
    about = row.incident_id.in_(select(SubjectRow.incident_id).where(SubjectRow.person_id.in_(records)))
    # Who they are by now is known to those only who may see people.
    called_so = about if sight.people else and_(own, row.named.like(pattern))
    return or_(
        row.facts.like(pattern),
        row.kind.in_(kinds) if kinds else false(),
        and_(_may_read(sight), row.words.like(pattern)),
        and_(true() if sight.people else own, row.about.like(pattern)),
        called_so,
    )


def _may_read(sight: Sight) -> ColumnElement[bool]:
    row = IncidentSearchRow
    if sight.areas is None:
        return true()
    allowed = [row.written_by == sight.user]
    if sight.areas:
        allowed.append(row.area.in_(sight.areas))
    if sight.took_part:
        allowed.append(row.took_part.like(f"% {sight.took_part} %"))
    return or_(*allowed)


def _lines() -> Select[IncidentRow]:
    return select(IncidentRow).options(
        load_only(
            IncidentRow.number,
            IncidentRow.happened_at,
            IncidentRow.kind,
            IncidentRow.place,
            IncidentRow.area,
            IncidentRow.police,
            IncidentRow.written_by,
            IncidentRow.took_part,
            IncidentRow.alarm_number,
            raiseload=True,
        )
    )


def _newest(
    query: Select[_Found],
    at: InstrumentedAttribute[datetime],
    number: InstrumentedAttribute[int],
    before: tuple[datetime, int] | None,
    limit: int,
) -> Select[_Found]:
    if before is not None:
        moment, last = before
        # Said in this way the index is entered at the moment.
        query = query.where(at <= moment, or_(at < moment, number < last))
    return query.order_by(at.desc(), number.desc()).limit(limit)


def all_incidents(
    session: Session, written_by: int | None, after: tuple[datetime, int] | None, limit: int
) -> list[IncidentRow]:
    """Incidents oldest first, with everything; only what one user wrote where `written_by` is given.

    `after`: later than this moment and id.
    """
    query = select(IncidentRow).options(selectinload(IncidentRow.addenda))
    if written_by is not None:
        query = query.where(IncidentRow.written_by == written_by)
    if after is not None:
        moment, last = after
        query = query.where(
            IncidentRow.happened_at >= moment, or_(IncidentRow.happened_at > moment, IncidentRow.id > last)
        )
    return list(session.scalars(query.order_by(IncidentRow.happened_at, IncidentRow.id).limit(limit)))


def sealed_entries(session: Session) -> list[tuple[int, str]]:
    """What the audit log holds of each saving of an incident and adding to it: the incident, and the entry's detail; in
    the order in which it was done. Nothing of those that were deleted when their time was up."""
    purged = select(AuditRow.subject_id).where(
        AuditRow.subject == "incident", AuditRow.what == "incident_purged", AuditRow.subject_id.is_not(None)
    )
    asked = (
        select(AuditRow.subject_id, AuditRow.detail)
        .where(AuditRow.subject == "incident", AuditRow.what.in_(SEALED))
        .where(AuditRow.subject_id.not_in(purged))
        .order_by(AuditRow.number)
    )
    return [(row.subject_id, row.detail) for row in session.execute(asked) if row.subject_id is not None]


def about(session: Session, incidents: Iterable[int]) -> list[About]:
    """Whom these incidents are about, in the order in which they were named."""
    own, kept = aliased(PersonRow), aliased(PersonRow)
    rows = session.execute(
        select(SubjectRow, own, kept)
        .outerjoin(own, own.id == SubjectRow.person_id)
        .outerjoin(kept, kept.id == own.merged_into)
        .where(SubjectRow.incident_id.in_(list(incidents)))
        .order_by(SubjectRow.id)
    )
    return [
        About(
            id=subject.id,
            incident=subject.incident_id,
            description=subject.description,
            name=subject.name,
            person=record if into is None else into,
        )
        for subject, record, into in rows
    ]


def incidents_of(session: Session, persons: Iterable[int]) -> list[IncidentRow]:
    """The incidents about any of these records of persons: when, what kind, which behaviour; in no certain order."""
    ids = select(SubjectRow.incident_id).where(SubjectRow.person_id.in_(list(persons)))
    return list(
        session.scalars(
            select(IncidentRow)
            .options(
                load_only(
                    IncidentRow.number,
                    IncidentRow.happened_at,
                    IncidentRow.kind,
                    IncidentRow.behaviours,
                    raiseload=True,
                )
            )
            .where(IncidentRow.id.in_(ids))
        )
    )


def hold_writer(session: Session, user: int) -> None:
    """Keep this user's other windows from saving until the transaction ends."""
    session.execute(select(UserRow.id).where(UserRow.id == user).with_for_update(key_share=True))


def just_written(session: Session, user: int, happened_at: datetime, since: datetime) -> list[IncidentRow]:
    """What a user has saved since then of what happened at that moment, in the order in which it was saved."""
    return list(
        session.scalars(
            select(IncidentRow)
            .where(
                IncidentRow.written_by == user,
                IncidentRow.happened_at == happened_at,
                IncidentRow.written_at >= since,
            )
            .order_by(IncidentRow.id)
        )
    )


def last_breach(session: Session, ban: int, station: str, since: datetime) -> IncidentRow | None:
    """The last breach of a ban since then that was logged at this station."""
    return session.scalar(
        select(IncidentRow)
        .where(
            IncidentRow.ban_id == ban,
            IncidentRow.kind == "ban_breach",
            IncidentRow.station == station,
            IncidentRow.happened_at >= since,
        )
        .order_by(IncidentRow.id.desc())
        .limit(1)
    )


def keep_for_search(session: Session, row: IncidentSearchRow) -> None:
    """Make an incident findable; the incident itself is stored."""
    session.add(row)
    session.flush()


def search_row(session: Session, incident_id: int) -> IncidentSearchRow | None:
    """What a search finds an incident by."""
    return session.scalar(select(IncidentSearchRow).where(IncidentSearchRow.incident_id == incident_id))


def alarm(session: Session, station: str, number: int) -> AlarmRow | None:
    """An alarm with its timeline; None where this database does not have it (yet)."""
    return session.scalar(
        select(AlarmRow)
        .options(selectinload(AlarmRow.lines))
        .where(AlarmRow.station == station, AlarmRow.number == number)
    )


def on_duty(session: Session, station: str, moment: datetime) -> list[str]:
    """The initials of who was on duty at a station at a moment."""
    people = session.scalar(
        select(ShiftRow.people)
        .where(ShiftRow.station == station, ShiftRow.since <= moment)
        .order_by(ShiftRow.since.desc())
        .limit(1)
    )
    return list(people or ())


def unwritten_alarms(session: Session, since: datetime) -> list[AlarmRow]:
    """The real alarms closed since then of which no incident was written, newest press first, without their lines."""
    written = exists().where(IncidentRow.alarm_station == AlarmRow.station, IncidentRow.alarm_number == AlarmRow.number)
    return list(
        session.scalars(
            select(AlarmRow)
            .where(AlarmRow.mode == "real", AlarmRow.closed_at >= since, ~written)
            .order_by(AlarmRow.pressed_at.desc(), AlarmRow.id.desc())
        )
    )


def drafts(session: Session, owner: int) -> list[DraftRow]:
    """A user's drafts, the one kept last first."""
    return list(
        session.scalars(
            select(DraftRow).where(DraftRow.owner_id == owner).order_by(DraftRow.saved_at.desc(), DraftRow.id.desc())
        )
    )


def draft(session: Session, owner: int, draft_id: int, *, lock: bool = False) -> DraftRow | None:
    """A draft of this user's; None where it is gone or somebody else's. `lock` keeps other writers from it until the
    transaction ends."""
    asked = select(DraftRow).where(DraftRow.id == draft_id, DraftRow.owner_id == owner)
    return session.scalar(asked.with_for_update() if lock else asked)


def drop_draft(session: Session, owner: int, draft_id: int) -> bool:
    """Delete a draft of this user's; whether it was there."""
    asked = delete(DraftRow).where(DraftRow.id == draft_id, DraftRow.owner_id == owner).returning(DraftRow.id)
    return session.scalar(asked) is not None
