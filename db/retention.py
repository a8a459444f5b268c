"""The main database's questions about what is over, and its deletions: children before what they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from db.alarm_tables import AlarmLine, AlarmRow, ShiftRow
from db.audit_tables import AuditRow
from db.ban_tables import BanEventRow, BanIncidentRow, BanReadRow, BanRow, ReconciliationRow, SignatureRow
from db.drill_tables import ButtonTestRow, DrillRow, ImprovementRow
from db.duty_tables import DoorLockReadRow, DoorLockRow, HandoverNoteRow, HandoverReadRow, PhoneVerifiedRow
from db.followup_tables import FollowUpRow, IncidentClosingRow
from db.headsup_tables import AlarmLoanRow, ArrivalRow, HeadsUpRow, PrewarningRow
from db.incident_tables import AddendumRow, DraftRow, IncidentRow, IncidentSearchRow, SubjectRow
from db.outbox_tables import DeliveryRow, NoticeRow
from db.people_tables import CounterRow, NotPersonRow, PersonRow, UserRow
from db.privacy_tables import AccessRequestRow, PastIncidentRow

AT_ONCE = 100
"""So many rows go in one transaction: on SQLite it holds the only write lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEnd:
    """What says when an incident is over. `last`: the last moment at which something was done about it."""

    id: int
    last: datetime
    ban_id: int | None
    open: bool


def bans(session: Session) -> list[BanRow]:
    """Every ban."""
    return list(session.scalars(select(BanRow).order_by(BanRow.id)))


def ban_events(session: Session) -> dict[int, datetime]:
    """By ban, the last thing that stands in its log."""
    return _latest(session, BanEventRow.ban_id, BanEventRow.at)


def resting_on(session: Session) -> dict[int, set[int]]:
    """By ban, the incidents that it rests on."""
    found: dict[int, set[int]] = defaultdict(set)
    for ban, incident in session.execute(select(BanIncidentRow.ban_id, BanIncidentRow.incident_id)):
        found[ban].add(incident)
    return found


def bans_with_open_follow_ups(session: Session) -> set[int]:
    """The bans about which something must still be done."""
    asked = select(FollowUpRow.ban_id).where(FollowUpRow.closed_at.is_(None), FollowUpRow.ban_id.is_not(None))
    return {number for number in session.scalars(asked) if number is not None}


def is_still_open(session: Session, bans: Collection[int], incidents: Collection[int]) -> bool:
    """Whether something must still be done about one of these."""
    about = or_(FollowUpRow.ban_id.in_(bans), FollowUpRow.incident_id.in_(incidents))
    return session.scalar(select(FollowUpRow.id).where(FollowUpRow.closed_at.is_(None), about).limit(1)) is not None


def may_be_over(
    session: Session,
    *,
    bans: tuple[date, datetime] | None,
    incidents: datetime | None,
    persons: datetime | None,
) -> bool:
    """Whether anything is old enough at all to have ended before these moments (a ban: by this day); None: never."""
    asked: list[Select[int]] = []
    if bans is not None:
        by, before = bans
        asked.append(
            select(BanRow.id).where(or_(BanRow.ends_on <= by, BanRow.lifted_on <= by, BanRow.created_at < before))
        )
    if incidents is not None:
        asked.append(select(IncidentRow.id).where(IncidentRow.written_at < incidents))
    if persons is not None:
        asked.append(select(PersonRow.id).where(PersonRow.created_at < persons))
    return any(session.scalar(one.limit(1)) is not None for one in asked)


def incident_ends(session: Session) -> list[IncidentEnd]:
    """When the last thing was done about each incident, and whether anything is open."""
    ends = []
    closed = _latest(session, IncidentClosingRow.incident_id, IncidentClosingRow.at)
    added = _latest(session, AddendumRow.incident_id, AddendumRow.at)
    done = _latest(session, FollowUpRow.incident_id, FollowUpRow.closed_at)
    opened = select(FollowUpRow.incident_id).where(
        FollowUpRow.closed_at.is_(None), FollowUpRow.incident_id.is_not(None)
    )
    still = set(session.scalars(opened))
    asked = select(IncidentRow.id, IncidentRow.happened_at, IncidentRow.written_at, IncidentRow.ban_id)
    for number, happened, written, ban in session.execute(asked):
        last = max(happened, written, *(when[number] for when in (closed, added, done) if number in when))
        ends.append(IncidentEnd(id=number, last=last, ban_id=ban, open=number in still))
    return ends


def subjects(session: Session) -> dict[int, set[int]]:
    """By incident, the records of persons that it is about."""
    found: dict[int, set[int]] = defaultdict(set)
    asked = select(SubjectRow.incident_id, SubjectRow.person_id).where(SubjectRow.person_id.is_not(None))
    for incident, person in session.execute(asked):
        if person is not None:
            found[incident].add(person)
    return found


def persons(session: Session) -> dict[int, tuple[int, datetime]]:
    """By record: the person that it stands for, and when it was made."""
    asked = select(PersonRow.id, PersonRow.merged_into, PersonRow.created_at)
    return {number: (number if into is None else into, made) for number, into, made in session.execute(asked)}


def roots(session: Session, records: Collection[int]) -> set[int]:
    """The persons that these records stand for."""
    asked = select(func.coalesce(PersonRow.merged_into, PersonRow.id)).where(PersonRow.id.in_(records))
    return set(session.scalars(asked))


def asking(session: Session) -> set[int]:
    """All records of those whose access request is not answered."""
    return set(session.scalars(_asking()))


def meeting(session: Session, but_headsups: Collection[int], but_arrivals: Collection[int]) -> set[int]:
    """The records that a heads-up or an announced arrival is about, but these ones."""
    found = set(session.scalars(select(HeadsUpRow.person_id).where(HeadsUpRow.id.not_in(but_headsups))))
    found |= set(session.scalars(select(ArrivalRow.person_id).where(ArrivalRow.id.not_in(but_arrivals))))
    return {number for number in found if number is not None}


def draft_bodies(session: Session) -> list[str]:
    """Every half-written incident, as JSON."""
    return list(session.scalars(select(DraftRow.body)))


def delete_bans(session: Session, numbers: Collection[int]) -> list[IncidentRow]:
    """Delete these bans with all that is theirs. Returns the incidents that stay and named one of them."""
    left = list(session.scalars(select(IncidentRow).where(IncidentRow.ban_id.in_(numbers))))
    for incident in left:
        incident.ban_id = None
    session.flush()
    for child in (BanEventRow, BanReadRow, SignatureRow, BanIncidentRow, FollowUpRow):
        session.execute(delete(child).where(child.ban_id.in_(numbers)))
    # Those that go on from another one first.
    for number in sorted(numbers, reverse=True):
        session.execute(delete(BanRow).where(BanRow.id == number))
    return left


def delete_incidents(session: Session, numbers: Collection[int]) -> None:
    """Delete these incidents with all that is theirs; what is nobody's stays for the statistics."""
    for row in session.scalars(select(IncidentRow).where(IncidentRow.id.in_(numbers)).order_by(IncidentRow.id)):
        session.add(
            PastIncidentRow(
                happened_at=row.happened_at,
                kind=row.kind,
                room_id=row.room_id,
                area=row.area,
                channel=row.channel,
                subject_kind=row.subject_kind,
                assessed=row.assessed,
                off_duty=row.off_duty,
                behaviours=list(row.behaviours),
            )
        )
    session.flush()
    for child in (SubjectRow, AddendumRow, IncidentSearchRow, FollowUpRow, IncidentClosingRow):
        session.execute(delete(child).where(child.incident_id.in_(numbers)))
    session.execute(delete(IncidentRow).where(IncidentRow.id.in_(numbers)))


def delete_persons(session: Session, roots: Collection[int]) -> None:
    """Delete these persons, with the records that were merged into them."""
    records = list(session.scalars(select(PersonRow.id).where(PersonRow.merged_into.in_(roots)))) + list(roots)
    for child in (NotPersonRow, AccessRequestRow):
        session.execute(delete(child).where(child.person_id.in_(records)))
    session.execute(delete(PersonRow).where(PersonRow.merged_into.in_(roots)))
    session.execute(delete(PersonRow).where(PersonRow.id.in_(roots)))


# What goes by its own date alone: all of it, or no more than `most`.


def over_headsups(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Heads-ups that were over before this moment, but those about somebody whose access request is not answered."""
    over = and_(HeadsUpRow.until < before, or_(HeadsUpRow.over_at.is_(None), HeadsUpRow.over_at < before))
    return _ids(session, select(HeadsUpRow.id).where(over, _not_asking(HeadsUpRow.person_id)), most)


def over_arrivals(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Arrivals that were expected before this moment, but those of somebody whose access request is not answered."""
    over = and_(ArrivalRow.expected_at < before, ArrivalRow.told_at < before)
    return _ids(session, select(ArrivalRow.id).where(over, _not_asking(ArrivalRow.person_id)), most)


def over_follow_ups(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Follow-ups of no incident and no ban, that were due and closed before this moment."""
    return _ids(
        session,
        select(FollowUpRow.id).where(
            FollowUpRow.incident_id.is_(None),
            FollowUpRow.ban_id.is_(None),
            FollowUpRow.closed_at < before,
            FollowUpRow.due_at < before,
        ),
        most,
    )


def over_drafts(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Drafts that nobody has touched since."""
    return _ids(session, select(DraftRow.id).where(DraftRow.saved_at < before), most)


def over_locks(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Door locks that ended before this moment."""
    return _ids(session, select(DoorLockRow.id).where(DoorLockRow.ends_at < before), most)


def over_notes(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Notes to the next shift that were written before this moment."""
    return _ids(session, select(HandoverNoteRow.id).where(HandoverNoteRow.written_at < before), most)


def over_tries(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Tries of numbers before this moment, but the last one of each entry."""
    last = select(func.max(PhoneVerifiedRow.id)).group_by(PhoneVerifiedRow.entry)
    return _ids(
        session,
        select(PhoneVerifiedRow.id).where(PhoneVerifiedRow.verified_at < before, PhoneVerifiedRow.id.not_in(last)),
        most,
    )


def over_loans(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Loans of mobile alarms that came back before this moment."""
    return _ids(session, select(AlarmLoanRow.id).where(AlarmLoanRow.back_at < before), most)


def over_reconciliations(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Holdings against the case system's list before this moment, but the last one."""
    last = select(func.max(ReconciliationRow.id)).scalar_subquery()
    return _ids(
        session, select(ReconciliationRow.id).where(ReconciliationRow.at < before, ReconciliationRow.id != last), most
    )


def over_notices(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Notices that were made before this moment."""
    return _ids(session, select(NoticeRow.id).where(NoticeRow.made_at < before), most)


def over_alarms(session: Session, before: datetime, most: int | None = None, *, going: Collection[int]) -> list[int]:
    """Alarms that were closed before this moment and still say who or what, but those that an incident is written about
    (other than one of those `going`) or whose drill is not finished."""
    written = exists().where(
        IncidentRow.alarm_station == AlarmRow.station,
        IncidentRow.alarm_number == AlarmRow.number,
        IncidentRow.id.not_in(going),
    )
    drilled = exists().where(
        DrillRow.station == AlarmRow.station, DrillRow.alarm == AlarmRow.number, DrillRow.finished_at.is_(None)
    )
    says = or_(AlarmRow.text != "", AlarmRow.acknowledged_by != "", _typed_place(), _line_says())
    return _ids(session, select(AlarmRow.id).where(AlarmRow.closed_at < before, says, ~written, ~drilled), most)


def empty_alarms(session: Session, numbers: Collection[int]) -> None:
    """Take out of these alarms what was written and by whom."""
    session.execute(
        update(AlarmLine).where(AlarmLine.alarm_id.in_(numbers)).values(text="", by=""),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(AlarmRow).where(AlarmRow.id.in_(numbers), _typed_place()).values(place=""),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(AlarmRow).where(AlarmRow.id.in_(numbers)).values(text="", acknowledged_by=""),
        execution_options={"synchronize_session": False},
    )


def over_tests(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Tests of buttons before this moment that still say who made them."""
    return _ids(session, select(ButtonTestRow.id).where(ButtonTestRow.at < before, ButtonTestRow.by != ""), most)


def empty_tests(session: Session, numbers: Collection[int]) -> None:
    """Take out who made these tests."""
    session.execute(
        update(ButtonTestRow).where(ButtonTestRow.id.in_(numbers)).values(by=""),
        execution_options={"synchronize_session": False},
    )


def over_shifts(session: Session, before: datetime, most: int | None = None) -> list[tuple[str, datetime]]:
    """Shifts that began before this moment, but the last one of each station."""
    later = aliased(ShiftRow)
    another = exists().where(later.station == ShiftRow.station, later.since > ShiftRow.since)
    rows = session.execute(select(ShiftRow.station, ShiftRow.since).where(ShiftRow.since < before, another).limit(most))
    return [(station, since) for station, since in rows]


def delete_shifts(session: Session, shifts: Iterable[tuple[str, datetime]]) -> None:
    """Delete these shifts."""
    for station, since in shifts:
        session.execute(delete(ShiftRow).where(ShiftRow.station == station, ShiftRow.since == since))


def over_drills(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Drills that were finished before this moment and still say who or what, and have nothing open."""
    open_ = exists().where(ImprovementRow.drill_id == DrillRow.id, ImprovementRow.done_on.is_(None))
    says = or_(DrillRow.led_by != "", DrillRow.evaluation != "")
    return _ids(session, select(DrillRow.id).where(DrillRow.finished_at < before, says, ~open_), most)


def empty_drills(session: Session, numbers: Collection[int]) -> None:
    """Take out of these drills who led them and what was written afterwards."""
    session.execute(delete(ImprovementRow).where(ImprovementRow.drill_id.in_(numbers)))
    session.execute(
        update(DrillRow).where(DrillRow.id.in_(numbers)).values(led_by="", evaluation=""),
        execution_options={"synchronize_session": False},
    )


def over_users(session: Session, before: datetime, most: int | None = None) -> list[int]:
    """Users who cannot sign in since before this moment and are still named."""
    named = or_(UserRow.name != "", UserRow.title != "", UserRow.code_hash != "")
    return _ids(session, select(UserRow.id).where(UserRow.disabled_at < before, named), most)


def delete_headsups(session: Session, numbers: Collection[int]) -> None:
    """Delete these heads-ups with the police's pre-warnings."""
    session.execute(delete(PrewarningRow).where(PrewarningRow.headsup_id.in_(numbers)))
    session.execute(delete(HeadsUpRow).where(HeadsUpRow.id.in_(numbers)))


def delete_arrivals(session: Session, numbers: Collection[int]) -> None:
    """Delete these announced arrivals."""
    session.execute(delete(ArrivalRow).where(ArrivalRow.id.in_(numbers)))


def delete_follow_ups(session: Session, numbers: Collection[int]) -> None:
    """Delete these follow-ups."""
    session.execute(delete(FollowUpRow).where(FollowUpRow.id.in_(numbers)))


def delete_drafts(session: Session, numbers: Collection[int]) -> None:
    """Delete these drafts."""
    session.execute(delete(DraftRow).where(DraftRow.id.in_(numbers)))


def delete_locks(session: Session, numbers: Collection[int]) -> None:
    """Delete these door locks."""
    session.execute(delete(DoorLockReadRow).where(DoorLockReadRow.lock_id.in_(numbers)))
    session.execute(delete(DoorLockRow).where(DoorLockRow.id.in_(numbers)))


def delete_notes(session: Session, numbers: Collection[int]) -> None:
    """Delete these notes to the next shift."""
    session.execute(delete(HandoverReadRow).where(HandoverReadRow.note_id.in_(numbers)))
    session.execute(delete(HandoverNoteRow).where(HandoverNoteRow.id.in_(numbers)))


def delete_tries(session: Session, numbers: Collection[int]) -> None:
    """Delete these tries of numbers."""
    session.execute(delete(PhoneVerifiedRow).where(PhoneVerifiedRow.id.in_(numbers)))


def delete_loans(session: Session, numbers: Collection[int]) -> None:
    """Delete these loans of mobile alarms."""
    session.execute(delete(AlarmLoanRow).where(AlarmLoanRow.id.in_(numbers)))


def delete_reconciliations(session: Session, numbers: Collection[int]) -> None:
    """Delete that the list was held against the case system's on these occasions."""
    session.execute(delete(ReconciliationRow).where(ReconciliationRow.id.in_(numbers)))


def delete_notices(session: Session, numbers: Collection[int]) -> None:
    """Delete these notices."""
    session.execute(delete(DeliveryRow).where(DeliveryRow.notice_id.in_(numbers)))
    session.execute(delete(NoticeRow).where(NoticeRow.id.in_(numbers)))


def audit_upto(session: Session, cut: int, before: datetime, now: datetime) -> int:
    """The number of the last entry of the audit log that was written before this moment, and before the first that was
    not; `cut` where there is none after that number.

    Numbers grow with time, but a station's clock may be wrong: an entry that is dated back does not make those before
    it old, and one that is dated ahead of `now` does not keep those after it.
    """
    young = (
        select(AuditRow.number)
        .where(AuditRow.number > cut, AuditRow.at >= before, AuditRow.at <= now)
        .order_by(AuditRow.number)
        .limit(1)
    )
    old = select(func.max(AuditRow.number)).where(AuditRow.number > cut, AuditRow.at < before)
    if (end := session.scalar(young)) is not None:
        old = old.where(AuditRow.number < end)
    return session.scalar(old) or cut


def audit_count(session: Session, upto: int) -> int:
    """How many entries of the audit log there are up to this number."""
    return session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.number <= upto)) or 0


def audit_behind(
    session: Session,
    upto: int,
    of_incidents: Collection[str],
    of_bans: Collection[str],
    *,
    incidents: Collection[int],
    bans: Collection[int],
) -> set[int]:
    """The entries up to this number that an incident or a ban which is still there rests on, but these ones."""
    incident = and_(
        AuditRow.subject == "incident",
        AuditRow.what.in_(of_incidents),
        AuditRow.subject_id.in_(select(IncidentRow.id).where(IncidentRow.id.not_in(incidents))),
    )
    ban = and_(
        AuditRow.subject == "ban",
        AuditRow.what.in_(of_bans),
        AuditRow.subject_id.in_(select(BanRow.id).where(BanRow.id.not_in(bans))),
    )
    return set(session.scalars(select(AuditRow.number).where(AuditRow.number <= upto, or_(incident, ban))))


def audit_about(session: Session, upto: int, what: Collection[str], records: Collection[int]) -> set[int]:
    """These entries up to this number that are about these records of persons, their bans or their incidents."""
    bans = select(BanRow.id).where(BanRow.person_id.in_(records))
    incidents = select(SubjectRow.incident_id).where(SubjectRow.person_id.in_(records))
    about = or_(
        and_(AuditRow.subject == "person", AuditRow.subject_id.in_(records)),
        and_(AuditRow.subject == "ban", AuditRow.subject_id.in_(bans)),
        and_(AuditRow.subject == "incident", AuditRow.subject_id.in_(incidents)),
    )
    return set(session.scalars(select(AuditRow.number).where(AuditRow.number <= upto, AuditRow.what.in_(what), about)))


def audit_of_users(session: Session, upto: int, what: Collection[str]) -> set[int]:
    """The last of these entries about each user, where it stands up to this number."""
    last = select(func.max(AuditRow.number)).where(AuditRow.subject == "user", AuditRow.what.in_(what))
    rows = session.scalars(last.group_by(AuditRow.subject_id))
    return {number for number in rows if number <= upto}


def counter(session: Session, name: str) -> int:
    """How far a counter has come."""
    return session.scalar(select(CounterRow.value).where(CounterRow.name == name)) or 0


def _latest(
    session: Session,
    of: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    at: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
) -> dict[int, datetime]:
    rows = session.execute(select(of, func.max(at)).where(of.is_not(None), at.is_not(None)).group_by(of))
    return {number: when for number, when in rows if number is not None and when is not None}


def _typed_place() -> ColumnElement[bool]:
    """Raised by hand at no room of the house: the place is what somebody typed."""
    return and_(AlarmRow.manual, AlarmRow.room_id.is_(None), AlarmRow.place != "")


def _line_says() -> ColumnElement[bool]:
    return exists().where(AlarmLine.alarm_id == AlarmRow.id, or_(AlarmLine.text != "", AlarmLine.by != ""))


def _asking() -> Select[int]:
    asker = aliased(PersonRow)
    asked = select(AccessRequestRow.person_id).where(AccessRequestRow.answered_at.is_(None))
    roots = select(func.coalesce(asker.merged_into, asker.id)).where(asker.id.in_(asked))
    return select(PersonRow.id).where(func.coalesce(PersonRow.merged_into, PersonRow.id).in_(roots))


def _not_asking(person: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    return or_(person.is_(None), person.not_in(_asking()))


def _ids(session: Session, asked: Select[int], most: int | None) -> list[int]:
    return list(session.scalars(asked.limit(most)))
