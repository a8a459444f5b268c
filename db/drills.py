"""The main database's questions about drills."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, selectinload

from db.alarm_tables import AlarmRow
from db.drill_tables import DrillRow, ImprovementRow
from db.followup_tables import IncidentClosingRow
from db.incident_tables import IncidentRow


def drills(session: Session) -> list[DrillRow]:
    """Every drill that has begun, with its improvements, the newest first."""
    query = select(DrillRow).options(selectinload(DrillRow.improvements)).order_by(DrillRow.began_at.desc())
    return list(session.scalars(query))


def drill(session: Session, number: int) -> DrillRow | None:
    """One drill, held until the caller's writing transaction ends."""
    return session.get(DrillRow, number, with_for_update=True)


def unended(session: Session) -> list[DrillRow]:
    """Drills whose end is not written down yet."""
    return list(session.scalars(select(DrillRow).where(DrillRow.ended_at.is_(None))))


def last_number(session: Session, prefix: str) -> int:
    """The highest number among drills that are called so; 0 where there is none."""
    numbers = session.scalars(select(DrillRow.number).where(DrillRow.number.startswith(prefix)))
    return max((int(number.removeprefix(prefix)) for number in numbers), default=0)


def last_began(session: Session) -> datetime | None:
    """When the last drill began that somebody answered."""
    return session.scalar(select(func.max(DrillRow.began_at)).where(DrillRow.acknowledged_s.is_not(None)))


def drilled_rooms(session: Session) -> set[str]:
    """The rooms that have had a drill."""
    return set(session.scalars(select(DrillRow.room_id).distinct()))


def improvement(session: Session, number: int) -> ImprovementRow | None:
    """One improvement, held until the caller's writing transaction ends."""
    return session.get(ImprovementRow, number, with_for_update=True)


def alarm_of(session: Session, row: DrillRow) -> AlarmRow | None:
    """The alarm that a drill was, with its timeline; None while the database has not got it yet."""
    query = (
        select(AlarmRow)
        .options(selectinload(AlarmRow.lines))
        .where(AlarmRow.station == row.station, AlarmRow.number == row.alarm)
    )
    return session.scalar(query)


def real_alarm_elsewhere(session: Session, station: str, since: datetime) -> bool:
    """Whether another station has a real alarm that is open, or came at `since` or later."""
    query = select(AlarmRow.id).where(
        AlarmRow.station != station,
        AlarmRow.mode == "real",
        AlarmRow.closed_at.is_(None) | (AlarmRow.pressed_at >= since),
    )
    return session.scalar(query.limit(1)) is not None


def open_incident(session: Session, since: datetime) -> bool:
    """Whether an incident that happened at `since` or later is not closed."""
    closed = exists().where(IncidentClosingRow.incident_id == IncidentRow.id)
    query = select(IncidentRow.id).where(IncidentRow.happened_at >= since, IncidentRow.kind != "accidental", ~closed)
    return session.scalar(query.limit(1)) is not None
