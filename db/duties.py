"""The main database's questions about door locks, notes to the next shift, and numbers that were tried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from db.alarm_tables import ShiftRow
from db.duty_tables import DoorLockRow, HandoverNoteRow, PhoneVerifiedRow


def standing_locks(session: Session, now: datetime) -> list[DoorLockRow]:
    """The door locks that are not over, those to come too, by their begin."""
    query = (
        select(DoorLockRow)
        .options(selectinload(DoorLockRow.reads))
        .where(DoorLockRow.lifted_at.is_(None), DoorLockRow.ends_at > now)
        .order_by(DoorLockRow.begins_at, DoorLockRow.id)
    )
    return list(session.scalars(query))


def past_locks(session: Session, now: datetime, most: int) -> list[DoorLockRow]:
    """The last door locks that are over, the newest first."""
    query = (
        select(DoorLockRow)
        .options(selectinload(DoorLockRow.reads))
        .where(DoorLockRow.lifted_at.is_not(None) | (DoorLockRow.ends_at <= now))
        .order_by(DoorLockRow.id.desc())
        .limit(most)
    )
    return list(session.scalars(query))


def ended_locks(session: Session, now: datetime) -> list[DoorLockRow]:
    """The door locks that have ended by themselves, of which nobody has been told yet; held until the caller's writing
    transaction ends."""
    query = (
        select(DoorLockRow)
        .where(DoorLockRow.lifted_at.is_(None), DoorLockRow.ends_at <= now, DoorLockRow.told_over.is_(False))
        .order_by(DoorLockRow.id)
        .with_for_update()
    )
    return list(session.scalars(query))


def lock(session: Session, number: int) -> DoorLockRow | None:
    """One door lock, held until the caller's writing transaction ends."""
    return session.get(DoorLockRow, number, with_for_update=True)


def open_notes(session: Session) -> list[HandoverNoteRow]:
    """The notes that nobody has confirmed, the oldest first."""
    query = select(HandoverNoteRow).where(~HandoverNoteRow.read.has()).order_by(HandoverNoteRow.id)
    return list(session.scalars(query))


def confirmed_notes(session: Session, most: int) -> list[HandoverNoteRow]:
    """The last notes that were confirmed, the newest first."""
    query = (
        select(HandoverNoteRow)
        .options(joinedload(HandoverNoteRow.read))
        .where(HandoverNoteRow.read.has())
        .order_by(HandoverNoteRow.id.desc())
        .limit(most)
    )
    return list(session.scalars(query))


def note(session: Session, number: int) -> HandoverNoteRow | None:
    """One note, held until the caller's writing transaction ends."""
    return session.get(HandoverNoteRow, number, with_for_update=True)


def shift_began_after(session: Session, station: str, moment: datetime) -> bool:
    """Whether another shift has come on duty at a station since a moment."""
    return bool(session.scalar(select(exists().where(ShiftRow.station == station, ShiftRow.since > moment))))


def last_verified(session: Session) -> list[PhoneVerifiedRow]:
    """The last time that each entry's number was tried, whichever number it was."""
    newest = select(func.max(PhoneVerifiedRow.id)).group_by(PhoneVerifiedRow.entry)
    return list(session.scalars(select(PhoneVerifiedRow).where(PhoneVerifiedRow.id.in_(newest))))
