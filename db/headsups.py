"""The main database's questions about heads-ups, mobile alarms that are lent, and announced arrivals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from db.ban_tables import BanRow
from db.headsup_tables import AlarmLoanRow, ArrivalRow, HeadsUpRow
from db.people_tables import CounterRow, PersonRow

COUNTER = "headsup"
"""The counter that says how often heads-ups have changed."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A room that a meeting has for a while."""

    headsup: int
    room: str
    begins: datetime
    until: datetime


def between(session: Session, begin: datetime, end: datetime) -> list[HeadsUpRow]:
    """The heads-ups whose time touches the one from `begin` to `end`, whatever has come of them; oldest first."""
    return list(
        session.scalars(
            select(HeadsUpRow)
            .options(selectinload(HeadsUpRow.prewarnings))
            .where(HeadsUpRow.begins < end, HeadsUpRow.until > begin)
            .order_by(HeadsUpRow.begins, HeadsUpRow.id)
        )
    )


def before(session: Session, moment: datetime, limit: int) -> list[HeadsUpRow]:
    """The heads-ups whose time was up by this moment, the latest first."""
    return list(
        session.scalars(
            select(HeadsUpRow)
            .options(selectinload(HeadsUpRow.prewarnings))
            .where(HeadsUpRow.until <= moment)
            .order_by(HeadsUpRow.until.desc(), HeadsUpRow.id.desc())
            .limit(limit)
        )
    )


def taken(session: Session, begin: datetime, end: datetime) -> list[Taken]:
    """The rooms that meetings have which are to come or go on and touch this time, whoever entered them."""
    query = select(HeadsUpRow.id, HeadsUpRow.room_id, HeadsUpRow.begins, HeadsUpRow.until).where(
        HeadsUpRow.begins < end,
        HeadsUpRow.until > begin,
        HeadsUpRow.stage == "planned",
        HeadsUpRow.over_at.is_(None),
    )
    return [Taken(number, room, *times) for number, room, *times in session.execute(query) if room is not None]


def of_origin(session: Session, origin: str) -> list[HeadsUpRow]:
    """What was taken over from this meeting of a calendar."""
    return list(session.scalars(select(HeadsUpRow).where(HeadsUpRow.origin == origin).order_by(HeadsUpRow.id)))


def headsup(session: Session, number: int, *, hold: bool = False) -> HeadsUpRow | None:
    """One heads-up; `hold`: nobody else changes it before the caller's writing transaction ends."""
    return session.get(HeadsUpRow, number, with_for_update=True if hold else None, populate_existing=hold)


def changes(session: Session) -> int:
    """How often heads-ups have changed."""
    return session.scalar(select(CounterRow.value).where(CounterRow.name == COUNTER)) or 0


def loans(session: Session) -> list[AlarmLoanRow]:
    """The mobile alarms that are not back, the first that is due before the others."""
    query = select(AlarmLoanRow).where(AlarmLoanRow.back_at.is_(None)).order_by(AlarmLoanRow.due_at, AlarmLoanRow.id)
    return list(session.scalars(query))


def loan(session: Session, number: int) -> AlarmLoanRow | None:
    """One loan, held until the caller's writing transaction ends."""
    return session.get(AlarmLoanRow, number, with_for_update=True, populate_existing=True)


def arrivals(session: Session, since: datetime) -> list[ArrivalRow]:
    """The announced arrivals that are expected since then or not decided, by when they are expected."""
    query = select(ArrivalRow).where(or_(ArrivalRow.expected_at >= since, ArrivalRow.decision == ""))
    return list(session.scalars(query.order_by(ArrivalRow.expected_at, ArrivalRow.id)))


def arrival(session: Session, number: int, *, hold: bool) -> ArrivalRow | None:
    """One announced arrival. `hold`: nobody else changes it before the caller's writing transaction ends."""
    return session.get(ArrivalRow, number, with_for_update=True if hold else None, populate_existing=hold)


def bans_about(session: Session, persons: Iterable[int]) -> Mapping[int, list[BanRow]]:
    """The bans of each of these persons, whichever of their records they stand with."""
    wanted = set(persons)
    if not wanted:
        return {}
    kept = {
        row.id: row.merged_into or row.id for row in session.scalars(select(PersonRow).where(PersonRow.id.in_(wanted)))
    }
    roots = set(kept.values())
    record_of = {
        row.id: row.merged_into or row.id
        for row in session.scalars(select(PersonRow).where(PersonRow.id.in_(roots) | PersonRow.merged_into.in_(roots)))
    }
    found: dict[int, list[BanRow]] = {root: [] for root in roots}
    for row in session.scalars(select(BanRow).where(BanRow.person_id.in_(record_of))):
        found[record_of[row.person_id]].append(row)
    return {person: found[root] for person, root in kept.items()}
