"""The main database's questions about people: users, wrong codes, persons, counters."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.people_tables import CounterRow, SignInFailureRow, UserRow


def users(session: Session) -> list[UserRow]:
    """All users, also those that are disabled, by initials."""
    return list(session.scalars(select(UserRow).order_by(UserRow.initials)))


def user_called(session: Session, initials: str, *, hold: bool = False) -> UserRow | None:
    """The user with these initials, disabled or not: initials stay one person's.

    `hold`: nobody else changes them before the caller's writing transaction ends.
    """
    query = select(UserRow).where(UserRow.initials == initials)
    return session.scalar(query.with_for_update() if hold else query)


def first_user_at(session: Session) -> datetime | None:
    """When the first user was added; None where there is none."""
    return session.scalar(select(func.min(UserRow.created_at)))


def initials(session: Session, users: Iterable[int]) -> dict[int, str]:
    """The initials of these users."""
    found = session.execute(select(UserRow.id, UserRow.initials).where(UserRow.id.in_(set(users))))
    return dict(found.all())


def anybody_has_a_code(session: Session, given_since: datetime) -> bool:
    """Whether there is a code, for whomever, also for somebody disabled: chosen, or given at `given_since` or later."""
    counts = or_(UserRow.code_given_at.is_(None), UserRow.code_given_at >= given_since)
    return session.scalar(select(UserRow.id).where(UserRow.code_hash != "", counts).limit(1)) is not None


def users_of_role(session: Session, role: str) -> list[UserRow]:
    """Everybody of a role, disabled or not; held until the caller's writing transaction ends."""
    query = select(UserRow).where(UserRow.role == role).with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(query))


def failure(session: Session, initials: str, station: str) -> SignInFailureRow | None:
    """The wrong codes for these initials at this station; held until the caller's writing transaction ends."""
    return session.get(SignInFailureRow, (initials, station), with_for_update=True)


def forget_failures(session: Session, initials: str, station: str) -> None:
    """The right code was typed."""
    session.execute(
        delete(SignInFailureRow).where(SignInFailureRow.initials == initials, SignInFailureRow.station == station)
    )


def forget_failures_before(session: Session, moment: datetime) -> None:
    """Forget everybody's wrong codes whose last one lies before this moment."""
    session.execute(delete(SignInFailureRow).where(SignInFailureRow.last_at < moment))


def count_up(session: Session, name: str) -> int:
    """The next value of a counter, the first being 1; within the caller's writing transaction."""
    # The update takes the row's lock, so that two stations never get the same number.
    more = update(CounterRow).where(CounterRow.name == name).values(value=CounterRow.value + 1)
    if not session.execute(more).rowcount:  # type: ignore[attr-defined]
        # On a server two stations may begin it at the same time.
        with contextlib.suppress(IntegrityError), session.begin_nested():
            session.execute(insert(CounterRow).values(name=name, value=0))
        session.execute(more)
    return session.scalars(select(CounterRow.value).where(CounterRow.name == name)).one()
