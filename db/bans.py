"""The main database's questions about bans: one, a person's, those in force, their log, who has read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, load_only

from db.audit_tables import AuditRow
from db.ban_tables import BAN_LINE, BanEventRow, BanReadRow, BanRow
from db.incident_tables import IncidentRow, SubjectRow
from db.people_tables import PersonRow, UserRow


def ban(session: Session, ban_id: int, *, lock: bool = False) -> BanRow | None:
    """One ban; `lock` keeps other writers from it until the transaction ends."""
    return session.get(BanRow, ban_id, with_for_update=True if lock else None)


def _lines() -> Select[BanRow, PersonRow]:
    """Bans, each with the record that is kept of its person. What a line of a list shows is read at once, the rest
    when it is asked for."""
    record = aliased(PersonRow)
    return (
        select(BanRow, PersonRow)
        .join(record, record.id == BanRow.person_id)
        .join(PersonRow, PersonRow.id == func.coalesce(record.merged_into, record.id))
        .options(
            load_only(*BAN_LINE),
            load_only(PersonRow.name, PersonRow.birth_date, PersonRow.birth_year),
        )
    )


def _running(day: date) -> ColumnElement[bool]:
    """In force and not over on `day`: active or coming."""
    return and_(
        BanRow.stage == "in_force",
        or_(BanRow.ends_on.is_(None), BanRow.ends_on >= day),
        or_(BanRow.lifted_on.is_(None), BanRow.lifted_on > day),
    )


def _active(day: date) -> ColumnElement[bool]:
    return and_(_running(day), or_(BanRow.starts_on.is_(None), BanRow.starts_on <= day))


def _unread(user: int) -> ColumnElement[bool]:
    return ~exists().where(BanReadRow.ban_id == BanRow.id, BanReadRow.user_id == user)


def lines_of_all(session: Session) -> list[tuple[BanRow, PersonRow]]:
    """Every ban whatever its stage with its person, newest first."""
    return _rows(session, _lines().order_by(BanRow.id.desc()))


def lines_in(session: Session, stages: Iterable[str]) -> list[tuple[BanRow, PersonRow]]:
    """The bans in one of these stages with their persons, newest first."""
    return _rows(session, _lines().where(BanRow.stage.in_(list(stages))).order_by(BanRow.id.desc()))


def active_lines(session: Session, day: date) -> list[tuple[BanRow, PersonRow]]:
    """The bans that are active on `day` with their persons, by their last day."""
    return _rows(session, _lines().where(_active(day)).order_by(BanRow.ends_on, BanRow.id))


def lines_to_read(session: Session, day: date, user: int) -> list[tuple[BanRow, PersonRow]]:
    """The active and coming bans that the user has not confirmed to have read, by their last day, with persons."""
    return _rows(session, _lines().where(_running(day), _unread(user)).order_by(BanRow.ends_on, BanRow.id))


def count_to_read(session: Session, day: date, user: int) -> int:
    """How many active and coming bans the user has not confirmed to have read."""
    found = session.scalar(select(func.count()).select_from(BanRow).where(_running(day), _unread(user)))
    return found or 0


def count_active(session: Session, day: date, *, ending_by: date, normalise_by: date) -> tuple[int, int]:
    """How many bans are active on `day`; and of them those whose last day is not after `ending_by`, or whose attempt to
    normalise has not been made and whose decided end is not after `normalise_by`."""
    soon = or_(
        BanRow.lifted_on <= ending_by + timedelta(days=1),
        and_(BanRow.lifted_on.is_(None), BanRow.ends_on <= ending_by),
        and_(BanRow.normalised_on.is_(None), BanRow.ends_on <= normalise_by),
    )
    found = session.execute(
        select(func.count(), func.coalesce(func.sum(case((soon, 1), else_=0)), 0))
        .select_from(BanRow)
        .where(_active(day))
    ).one()
    return int(found[0]), int(found[1])


def _rows(session: Session, asked: Select[BanRow, PersonRow]) -> list[tuple[BanRow, PersonRow]]:
    return [(ban, person) for ban, person in session.execute(asked)]


def bans_of(session: Session, persons: Iterable[int]) -> list[BanRow]:
    """The bans about any of these records of persons, oldest first."""
    return list(session.scalars(select(BanRow).where(BanRow.person_id.in_(list(persons))).order_by(BanRow.id)))


def extensions_of(session: Session, ban_id: int) -> list[BanRow]:
    """The bans that go on from this one and were not given up, oldest first."""
    return list(
        session.scalars(
            select(BanRow).where(BanRow.extends_id == ban_id, BanRow.stage != "dropped").order_by(BanRow.id)
        )
    )


def all_ids(session: Session) -> set[int]:
    """Every ban there is."""
    return set(session.scalars(select(BanRow.id)))


def ever_begun(session: Session) -> set[int]:
    """Every ban of which the audit log says that it was begun, or taken over from the case system, and not that it was
    deleted when its time was up."""
    what = ("ban_begun", "ban_taken_over", "ban_purged")
    found = session.execute(
        select(AuditRow.subject_id, AuditRow.what).where(AuditRow.subject == "ban", AuditRow.what.in_(what))
    ).all()
    gone = {number for number, said in found if said == "ban_purged"}
    return {number for number, _said in found if number is not None and number not in gone}


def in_stages(session: Session, stages: Iterable[str]) -> list[BanRow]:
    """The bans in one of these stages, whatever their days, oldest first."""
    return list(session.scalars(select(BanRow).where(BanRow.stage.in_(list(stages))).order_by(BanRow.id)))


def kept_persons(session: Session, persons: Iterable[int]) -> dict[int, PersonRow]:
    """For each record of a person the one that is kept: itself, or the one it was merged into."""
    wanted = set(persons)
    rows = {row.id: row for row in session.scalars(select(PersonRow).where(PersonRow.id.in_(wanted)))}
    into = {row.merged_into for row in rows.values() if row.merged_into is not None} - rows.keys()
    if into:
        rows |= {row.id: row for row in session.scalars(select(PersonRow).where(PersonRow.id.in_(into)))}
    return {each: rows[rows[each].merged_into or each] for each in wanted if each in rows}


def kinds_of(session: Session, bans: Iterable[int]) -> dict[int, str]:
    """The kind of each of these bans."""
    asked = select(BanRow.id, BanRow.kind).where(BanRow.id.in_(list(bans)))
    return {row.id: row.kind for row in session.execute(asked)}


def incidents(session: Session, ids: Iterable[int]) -> list[IncidentRow]:
    """These incidents, oldest first."""
    return list(
        session.scalars(
            select(IncidentRow).where(IncidentRow.id.in_(list(ids))).order_by(IncidentRow.happened_at, IncidentRow.id)
        )
    )


def incidents_about(session: Session, persons: Iterable[int]) -> list[IncidentRow]:
    """The incidents about any of these records of persons, oldest first."""
    about = select(SubjectRow.incident_id).where(SubjectRow.person_id.in_(list(persons)))
    return list(
        session.scalars(
            select(IncidentRow).where(IncidentRow.id.in_(about)).order_by(IncidentRow.happened_at, IncidentRow.id)
        )
    )


def events(session: Session, ban_id: int) -> list[BanEventRow]:
    """The ban's log, oldest first."""
    return list(session.scalars(select(BanEventRow).where(BanEventRow.ban_id == ban_id).order_by(BanEventRow.id)))


def last_event(session: Session, ban_id: int, what: Iterable[str]) -> BanEventRow | None:
    """The newest line of these kinds in the ban's log."""
    return session.scalar(
        select(BanEventRow)
        .where(BanEventRow.ban_id == ban_id, BanEventRow.what.in_(list(what)))
        .order_by(BanEventRow.id.desc())
        .limit(1)
    )


def add_event(session: Session, ban_id: int, at: datetime, by: int, what: str, detail: str = "") -> None:
    """A line in the ban's log."""
    session.add(BanEventRow(ban_id=ban_id, at=at, by_id=by, what=what, detail=detail))


def enabled_users(session: Session, roles: Iterable[str]) -> list[UserRow]:
    """The users of these roles who may sign in, by initials."""
    return list(
        session.scalars(
            select(UserRow)
            .where(UserRow.role.in_(list(roles)), UserRow.disabled_at.is_(None))
            .order_by(UserRow.initials)
        )
    )


def readers(session: Session, ban_id: int) -> set[int]:
    """The users who have confirmed that they read the ban."""
    return set(session.scalars(select(BanReadRow.user_id).where(BanReadRow.ban_id == ban_id)))


def read_by(session: Session, user: int) -> set[int]:
    """The bans that the user has confirmed to have read."""
    return set(session.scalars(select(BanReadRow.ban_id).where(BanReadRow.user_id == user)))


def add_reader(session: Session, ban_id: int, user: int, at: datetime) -> None:
    """The user has read the ban."""
    session.add(BanReadRow(ban_id=ban_id, user_id=user, at=at))
