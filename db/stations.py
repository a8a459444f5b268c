"""The questions of stations that share the main database: who is there, and what one asks another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from db.station_tables import RequestRow, StationRow


@dataclass(frozen=True, slots=True)
class Sign:
    """A station's sign of life, without its board."""

    station: str
    program: str
    run: str
    edition: int
    beat: int
    seen_at: datetime


def signs(session: Session) -> list[Sign]:
    """Every station that has ever published and was not forgotten, by name."""
    query = select(
        StationRow.station, StationRow.program, StationRow.run, StationRow.edition, StationRow.beat, StationRow.seen_at
    ).order_by(StationRow.station)
    return [Sign(*row) for row in session.execute(query)]


def board(session: Session, station: str) -> str:
    """A station's board as it was published last; "" where there is none."""
    return session.scalar(select(StationRow.board).where(StationRow.station == station)) or ""


def publish(session: Session, row: StationRow) -> None:
    """Put this in the place of what the station has published before."""
    said = {
        "program": row.program,
        "run": row.run,
        "edition": row.edition,
        "beat": row.beat,
        "seen_at": row.seen_at,
        "board": row.board,
    }
    # Not read before it is written: that would take as long again.
    known = session.execute(update(StationRow).where(StationRow.station == row.station).values(said))
    if not cast("CursorResult[object]", known).rowcount:
        session.add(row)


def give_sign(session: Session, station: str, beat: int, seen_at: datetime) -> None:
    """The station lives; its board is as it was."""
    session.execute(update(StationRow).where(StationRow.station == station).values(beat=beat, seen_at=seen_at))


def forget(session: Session, station: str) -> None:
    """The station is no more. One that is still there publishes anew."""
    session.execute(delete(StationRow).where(StationRow.station == station))


def mail(session: Session, station: str) -> list[RequestRow]:
    """What this station is asked and has not answered, and what it has asked and was answered; the oldest first."""
    asked = (RequestRow.owner == station) & RequestRow.answer.is_(None)
    answered = (RequestRow.asker == station) & RequestRow.answer.is_not(None)
    return list(session.scalars(select(RequestRow).where(or_(asked, answered)).order_by(RequestRow.asked_at)))


def ask(session: Session, row: RequestRow) -> None:
    """Ask, once: what was asked before stays as it is."""
    if session.get(RequestRow, row.id) is None:
        session.add(row)


def answer(session: Session, request: str, said: str) -> None:
    """Answer a request; nothing where whoever asked has taken it back."""
    session.execute(update(RequestRow).where(RequestRow.id == request).values(answer=said))


def drop(session: Session, requests: Collection[str]) -> None:
    """Delete requests: their answers were read, or they are not wanted any more."""
    session.execute(delete(RequestRow).where(RequestRow.id.in_(requests)))


def expire(session: Session, before: datetime) -> None:
    """Delete what was asked before: whoever asked does not read it any more."""
    session.execute(delete(RequestRow).where(RequestRow.asked_at < before))
