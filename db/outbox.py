"""The outbox's questions: what is due, what has failed, and who does it."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager, selectinload

from db.outbox_tables import DeliveryRow, LeaseRow, NoticeRow

_LONGEST = timedelta(hours=2)
_LONGEST_URGENT = timedelta(minutes=5)
"""No try is further ahead than this."""


def is_known(session: Session, key: str) -> bool:
    """Whether there is a notice of this already."""
    return session.scalar(select(NoticeRow.id).where(NoticeRow.key == key)) is not None


def due(session: Session, now: datetime, channels: Collection[str], limit: int) -> list[DeliveryRow]:
    """Deliveries that are to be tried by these channels now, with their notices: urgent ones first, then the oldest."""
    query = (
        select(DeliveryRow)
        .join(DeliveryRow.notice)
        .options(contains_eager(DeliveryRow.notice))
        .where(DeliveryRow.state == "waiting", _is_due(now), DeliveryRow.channel.in_(channels))
        .order_by(NoticeRow.urgent.desc(), DeliveryRow.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def claim(session: Session, number: int, now: datetime, lasts: timedelta) -> bool:
    """Take a delivery for the one who tries it now, in a transaction of its own: nobody else finds it due meanwhile."""
    query = (
        select(DeliveryRow)
        .join(DeliveryRow.notice)
        .where(DeliveryRow.id == number, DeliveryRow.state == "waiting", _is_due(now))
        .with_for_update(of=DeliveryRow)
    )
    row = session.scalar(query)
    if row is None:
        return False
    row.next_at = now + lasts
    return True


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Its time has come; or lies further ahead than any wait, because the clock was set back. Of a delivery joined with
    its notice."""
    longest = DeliveryRow.next_at > now + _LONGEST
    further = longest | (NoticeRow.urgent & (DeliveryRow.next_at > now + _LONGEST_URGENT))
    return (DeliveryRow.next_at <= now) | further


def delivery(session: Session, number: int) -> DeliveryRow | None:
    """One delivery with its notice and all that notice's deliveries, held until the caller's transaction ends."""
    return session.scalar(
        select(DeliveryRow)
        .options(selectinload(DeliveryRow.notice).selectinload(NoticeRow.deliveries))
        .where(DeliveryRow.id == number)
        .with_for_update()
    )


def failing(session: Session, since: datetime) -> list[DeliveryRow]:
    """Deliveries that have failed at least once, have not succeeded, and are not given up since before `since`."""
    tried: ColumnElement[bool] = (DeliveryRow.state == "waiting") & (DeliveryRow.tries > 0)
    given_up = (DeliveryRow.state == "failed") & (DeliveryRow.tried_at > since)
    query = (
        select(DeliveryRow)
        .join(DeliveryRow.notice)
        .options(contains_eager(DeliveryRow.notice))
        .where(tried | given_up)
        .order_by(DeliveryRow.id)
    )
    return list(session.scalars(query))


def of_alarms(session: Session, alarms: Collection[int]) -> list[NoticeRow]:
    """The notices about these alarms, the oldest first, with their deliveries."""
    query = (
        select(NoticeRow)
        .options(selectinload(NoticeRow.deliveries))
        .where(NoticeRow.alarm.in_(alarms))
        .order_by(NoticeRow.id)
    )
    return list(session.scalars(query))


def with_prefix(session: Session, prefix: str) -> list[NoticeRow]:
    """The notices whose keys begin so, the newest first."""
    query = select(NoticeRow).where(NoticeRow.key.startswith(prefix, autoescape=True))
    return list(session.scalars(query.order_by(NoticeRow.made_at.desc(), NoticeRow.id.desc())))


def newest(session: Session, limit: int) -> list[NoticeRow]:
    """The notices that were made last, the newest first, with their deliveries."""
    query = (
        select(NoticeRow)
        .options(selectinload(NoticeRow.deliveries))
        .order_by(NoticeRow.made_at.desc(), NoticeRow.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def forget(session: Session, before: datetime) -> None:
    """Delete notices that were made before, and all that wait in them."""
    session.execute(delete(NoticeRow).where(NoticeRow.made_at < before))


def take_lease(session: Session, name: str, holder: str, now: datetime, lasts: timedelta) -> bool:
    """Whether `holder` may do `name` until `now + lasts`: it did so already, or nobody does any more.

    A holder whose clock was ahead keeps nobody waiting for more than twice as long.
    """
    row = session.get(LeaseRow, name, with_for_update=True)
    if row is None:
        with contextlib.suppress(IntegrityError), session.begin_nested():
            session.execute(insert(LeaseRow).values(name=name, holder=holder, until=now + lasts))
            return True
        # On a server another may take it for the first time at the same moment.
        return False
    if row.holder != holder and now < row.until <= now + 2 * lasts:
        return False
    row.holder, row.until = holder, now + lasts
    return True


def drop_lease(session: Session, name: str, holder: str) -> None:
    """Let others do it at once."""
    session.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder))
