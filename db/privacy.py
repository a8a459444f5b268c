"""The main database's questions about everything that is kept of one citizen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload

from db.alarm_tables import AlarmLine, AlarmRow
from db.audit_tables import AuditRow
from db.ban_tables import BanRow
from db.duty_tables import HandoverNoteRow
from db.followup_tables import FollowUpRow
from db.headsup_tables import ArrivalRow, HeadsUpRow
from db.incident_tables import DraftRow, IncidentRow, SubjectRow
from db.people_tables import NotPersonRow, PersonRow, UserRow
from db.privacy_tables import AccessRequestRow


def open_request(session: Session, records: Collection[int]) -> AccessRequestRow | None:
    """The request of one of these records that is not answered."""
    return session.scalar(
        select(AccessRequestRow)
        .where(AccessRequestRow.person_id.in_(records), AccessRequestRow.answered_at.is_(None))
        .order_by(AccessRequestRow.id)
        .limit(1)
    )


def requests(session: Session, records: Collection[int]) -> list[AccessRequestRow]:
    """All requests of these records, oldest first."""
    asked = select(AccessRequestRow).where(AccessRequestRow.person_id.in_(records)).order_by(AccessRequestRow.id)
    return list(session.scalars(asked))


def incidents(session: Session, records: Collection[int]) -> list[IncidentRow]:
    """The incidents about these records, with all that was added, oldest first."""
    ids = select(SubjectRow.incident_id).where(SubjectRow.person_id.in_(records))
    asked = select(IncidentRow).options(selectinload(IncidentRow.addenda), selectinload(IncidentRow.subjects))
    return list(session.scalars(asked.where(IncidentRow.id.in_(ids)).order_by(IncidentRow.happened_at)))


def drafts(session: Session) -> list[DraftRow]:
    """Every half-written incident, the one kept first first: whom it is about stands in its body."""
    return list(session.scalars(select(DraftRow).order_by(DraftRow.saved_at, DraftRow.id)))


def handover_notes(session: Session) -> list[HandoverNoteRow]:
    """Everything that one shift told the next, oldest first."""
    return list(session.scalars(select(HandoverNoteRow).order_by(HandoverNoteRow.written_at, HandoverNoteRow.id)))


def alarm_texts(session: Session) -> list[tuple[datetime, str]]:
    """What was written with alarms, and when, oldest first: by the panel, by whoever raised one, and as notes on
    them."""
    first = select(AlarmRow.pressed_at, AlarmRow.text).where(AlarmRow.text != "")
    later = select(AlarmLine.at, AlarmLine.text).where(AlarmLine.what.in_(("raise", "note")), AlarmLine.text != "")
    return sorted({(at, text) for asked in (first, later) for at, text in session.execute(asked)})


def bans(session: Session, records: Collection[int]) -> list[BanRow]:
    """The bans about these records, oldest first."""
    return list(session.scalars(select(BanRow).where(BanRow.person_id.in_(records)).order_by(BanRow.id)))


def headsups(session: Session, records: Collection[int]) -> list[HeadsUpRow]:
    """The heads-ups about these records, oldest first."""
    asked = select(HeadsUpRow).options(selectinload(HeadsUpRow.prewarnings))
    return list(session.scalars(asked.where(HeadsUpRow.person_id.in_(records)).order_by(HeadsUpRow.begins)))


def arrivals(session: Session, records: Collection[int]) -> list[ArrivalRow]:
    """The announced arrivals of these records, oldest first."""
    return list(session.scalars(select(ArrivalRow).where(ArrivalRow.person_id.in_(records)).order_by(ArrivalRow.id)))


def mistaken(session: Session, records: Collection[int]) -> list[NotPersonRow]:
    """When somebody was taken for these records and was not, oldest first."""
    asked = select(NotPersonRow).where(NotPersonRow.person_id.in_(records)).order_by(NotPersonRow.at, NotPersonRow.id)
    return list(session.scalars(asked))


def follow_ups(session: Session, incidents: Collection[int], bans: Collection[int]) -> list[FollowUpRow]:
    """What must be, or was, done about these incidents and bans."""
    about = or_(FollowUpRow.incident_id.in_(incidents), FollowUpRow.ban_id.in_(bans))
    return list(session.scalars(select(FollowUpRow).where(about).order_by(FollowUpRow.created_at, FollowUpRow.id)))


def entries(
    session: Session, what: Collection[str], persons: Iterable[int], bans: Iterable[int], incidents: Iterable[int]
) -> list[tuple[datetime, str, str]]:
    """When the audit log has one of these entries about any of these, which, and for what purpose; oldest first."""
    about = or_(
        *(
            and_(AuditRow.subject == subject, AuditRow.subject_id.in_(list(ids)))
            for subject, ids in (("person", persons), ("ban", bans), ("incident", incidents))
        )
    )
    asked = select(AuditRow.at, AuditRow.what, AuditRow.why).where(about, AuditRow.what.in_(what))
    return [(at, code, why) for at, code, why in session.execute(asked.order_by(AuditRow.number))]


def other_names(session: Session, records: Collection[int]) -> list[str]:
    """The names of everybody the house knows but these records: citizens, and whoever signs in."""
    found: list[str] = []
    rows = session.execute(select(PersonRow.name, PersonRow.aliases).where(PersonRow.id.not_in(records)))
    for name, aliases in rows:
        found += [name, *aliases]
    found += session.scalars(select(UserRow.name).where(UserRow.name != ""))
    return found


def initials(session: Session) -> list[str]:
    """Everybody's initials who signs in, or has."""
    return list(session.scalars(select(UserRow.initials)))
