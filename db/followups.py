"""The main database's questions about follow-ups: one, a list of them, how many there are, what an incident has."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.ban_tables import BanRow
from db.followup_tables import FollowUpRow, IncidentClosingRow
from db.incident_tables import IncidentRow
from db.people_tables import UserRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a user may see of the list. `everything`: not only their own and what is of these `kinds`.

    `areas`: the parts of the house (folded) that they see, None for all; `own_areas`: those that are their own. `bans`:
    also what is about bans.
    """

    user: int
    role: str
    everything: bool
    kinds: tuple[str, ...]
    areas: tuple[str, ...] | None
    own_areas: tuple[str, ...] | None
    bans: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many open ones there are of a kind for somebody: of them `overdue`, due before a moment (`near`, without the
    overdue), and with a reminder for the day."""

    kind: str
    owner_role: str
    owner_id: int | None
    area: str
    open: int
    overdue: int
    near: int
    reminders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the list says of an incident, and what decides who may read its account. `reported`: its injury report is
    made."""

    number: int
    off_duty: bool
    written_by: int
    area: str
    took_part: list[str]
    reported: bool


class Listed(NamedTuple):
    """What a whole list says of one, and what decides who may read it all; as the columns of a follow-up, but
    `held_by` as in `FollowUpRow`, and `so_far` is its count."""

    kind: str
    owner_role: str
    held_by: int | None
    area: str
    incident_id: int | None
    ban_id: int | None
    began_at: datetime
    due_at: datetime
    rule: str
    state: str
    closed_at: datetime | None
    closed_by: int | None
    done_on: date | None
    reference: str
    so_far: int | None
    expected: int | None


def follow_up(session: Session, number: int, *, lock: bool = False) -> FollowUpRow | None:
    """One; `lock`: as it is now, and held until the caller's writing transaction ends. Whoever holds several of an
    incident holds the incident first."""
    return session.get(FollowUpRow, number, with_for_update=True if lock else None)


def with_key(session: Session, key: str) -> FollowUpRow | None:
    """The one with this key."""
    return session.scalar(select(FollowUpRow).where(FollowUpRow.key == key))


def add(session: Session, row: FollowUpRow) -> bool:
    """Store one unless there is one with its key; whether it was stored."""
    if with_key(session, row.key) is not None:
        return False
    # On a server another station may have stored it just now.
    with contextlib.suppress(IntegrityError), session.begin_nested():
        session.add(row)
        session.flush()
        return True
    return False


def open_page(
    session: Session, sight: Sight, own: bool, area: bool, after: tuple[datetime, int] | None, limit: int
) -> list[FollowUpRow]:
    """Open ones by their deadline; `own`: those of the user, `area`: of their part of the house. `after`: due later
    than this moment and id."""
    row = FollowUpRow
    query = select(row).where(row.closed_at.is_(None), _listed(sight, own, area))
    if after is not None:
        moment, last = after
        query = query.where(row.due_at >= moment, or_(row.due_at > moment, row.id > last))
    return list(session.scalars(query.order_by(row.due_at, row.id).limit(limit)))


def closed_page(session: Session, sight: Sight, before: tuple[datetime, int] | None, limit: int) -> list[FollowUpRow]:
    """Closed ones, the one closed last first. `before`: closed earlier than this moment and id."""
    row = FollowUpRow
    query = select(row).where(row.closed_at.is_not(None), seen(sight))
    if before is not None:
        moment, last = before
        query = query.where(row.closed_at <= moment, or_(row.closed_at < moment, row.id < last))
    return list(session.scalars(query.order_by(row.closed_at.desc(), row.id.desc()).limit(limit)))


def how_many(session: Session, sight: Sight, own: bool, area: bool, closed: bool) -> int:
    """How many there are on a list: of the open ones as `open_page` has them, or of the closed ones."""
    row = FollowUpRow
    query = select(func.count()).select_from(row)
    if closed:
        query = query.where(row.closed_at.is_not(None), seen(sight))
    else:
        query = query.where(row.closed_at.is_(None), _listed(sight, own, area))
    return session.scalar(query) or 0


def whole_list(
    session: Session, sight: Sight, own: bool, area: bool, closed: bool, at_once: int
) -> Iterator[list[Listed]]:
    """All of a list in its order, so many `at_once`, without making an object of the mapping of each: there may be many
    years' of them. The session is used for nothing else that writes meanwhile."""
    row, holder = FollowUpRow, UserRow
    holds = and_(holder.id == row.owner_id, holder.disabled_at.is_(None), holder.role == row.owner_role)
    others = {"held_by": holder.id, "so_far": row.count}
    columns = [others[name] if name in others else getattr(row, name) for name in Listed._fields]
    query = select(*columns).select_from(row).outerjoin(holder, holds)
    if closed:
        query = query.where(row.closed_at.is_not(None), seen(sight)).order_by(row.closed_at.desc(), row.id.desc())
    else:
        query = query.where(row.closed_at.is_(None), _listed(sight, own, area)).order_by(row.due_at, row.id)
    for found in session.execute(query.execution_options(yield_per=at_once)).partitions():
        yield [Listed._make(each) for each in found]


def of_incident(session: Session, incident: int) -> list[FollowUpRow]:
    """All of an incident, open and closed, by their deadline; as they are now, for whoever holds the incident."""
    query = select(FollowUpRow).where(FollowUpRow.incident_id == incident).order_by(FollowUpRow.due_at, FollowUpRow.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def open_of_ban(session: Session, ban: int, kind: str) -> list[FollowUpRow]:
    """The open ones of this kind of a ban."""
    row = FollowUpRow
    query = select(row).where(row.ban_id == ban, row.kind == kind, row.closed_at.is_(None))
    return list(session.scalars(query.with_for_update()))


def unnormalised(session: Session, today: date) -> list[BanRow]:
    """The bans in force that end today or later, are not lifted, and whose attempt to normalise is not noted."""
    query = select(BanRow).where(
        BanRow.stage == "in_force",
        BanRow.ends_on >= today,
        BanRow.lifted_on.is_(None),
        BanRow.normalised_on.is_(None),
    )
    return list(session.scalars(query.order_by(BanRow.id)))


def tallies(
    session: Session, now: datetime, near: datetime, today: date, where: ColumnElement[bool] | None = None
) -> list[Tally]:
    """How many open ones each has of each kind; one person's who cannot see to them any more are the whole role's."""
    row = FollowUpRow
    query = select(
        row.kind,
        row.owner_role,
        row.owner_id,
        row.area,
        func.count(),
        func.sum(_one(row.due_at < now)),
        func.sum(_one(and_(row.due_at >= now, row.due_at < near))),
        func.sum(_one(row.remind_on <= today)),
    ).where(row.closed_at.is_(None), true() if where is None else where)
    found = session.execute(query.group_by(row.owner_role, row.owner_id, row.area, row.kind)).all()
    users = {one.owner_id for one in found if one.owner_id is not None}
    active = select(UserRow.id, UserRow.role).where(UserRow.id.in_(users), UserRow.disabled_at.is_(None))
    there = {(user, role) for user, role in session.execute(active)}
    counted: dict[tuple[str, str, int | None, str], tuple[int, ...]] = {}
    for kind, role, user, area, *counts in found:
        key = (kind, role, user if (user, role) in there else None, area)
        before = counted.get(key, (0,) * len(counts))
        counted[key] = tuple(a + b for a, b in zip(before, counts, strict=True))
    return [
        Tally(
            kind=kind,
            owner_role=role,
            owner_id=user,
            area=area,
            open=count,
            overdue=overdue,
            near=soon,
            reminders=reminders,
        )
        for (kind, role, user, area), (count, overdue, soon, reminders) in counted.items()
    ]


def seen(sight: Sight) -> ColumnElement[bool]:
    """Which ones a user may see."""
    row = FollowUpRow
    if not sight.everything:
        return or_(is_own(sight), row.kind.in_(sight.kinds) if sight.kinds else false())
    allowed: ColumnElement[bool] = true() if sight.areas is None else row.area.in_(sight.areas)
    if not sight.bans:
        allowed = and_(allowed, row.ban_id.is_(None))
    # Where everything may be seen, it is not asked whose it is: the index is then enough.
    return allowed if sight.areas is None and sight.bans else or_(allowed, is_own(sight))


def is_own(sight: Sight) -> ColumnElement[bool]:
    """Which ones a user is to see to."""
    row = FollowUpRow
    # Who cannot sign in any more, or has another role, holds nothing.
    there = select(UserRow.id).where(UserRow.role == sight.role, UserRow.disabled_at.is_(None))
    of_role = or_(row.owner_id.is_(None), row.owner_id.not_in(there))
    if sight.own_areas is not None:
        of_role = and_(of_role, row.area.in_(sight.own_areas))
    return and_(row.owner_role == sight.role, or_(of_role, row.owner_id == sight.user))


def places(session: Session, incidents: Iterable[int]) -> dict[int, Place]:
    """What the list says of these incidents."""
    wanted, row = set(incidents), IncidentRow
    reports = select(FollowUpRow.incident_id).where(
        FollowUpRow.incident_id.in_(wanted), FollowUpRow.kind == "injury_report", FollowUpRow.state == "done"
    )
    reported = set(session.scalars(reports))
    query = select(row.id, row.number, row.off_duty, row.written_by, row.area, row.took_part).where(row.id.in_(wanted))
    return {
        one.id: Place(
            number=one.number,
            off_duty=one.off_duty,
            written_by=one.written_by,
            area=one.area,
            took_part=one.took_part,
            reported=one.id in reported,
        )
        for one in session.execute(query)
    }


def ban_numbers(session: Session, bans: Collection[int]) -> dict[int, str]:
    """The numbers of these bans."""
    return dict(session.execute(select(BanRow.id, BanRow.number).where(BanRow.id.in_(set(bans)))).all())


def closing(session: Session, incident: int) -> IncidentClosingRow | None:
    """Since when an incident is closed; None where it is open."""
    return session.get(IncidentClosingRow, incident)


def active_user(session: Session, initials: str) -> UserRow | None:
    """The user with these initials who can sign in."""
    return session.scalar(select(UserRow).where(UserRow.initials == initials, UserRow.disabled_at.is_(None)))


def _listed(sight: Sight, own: bool, area: bool) -> ColumnElement[bool]:
    """Which of the open ones stand on a list; one's own are all seen."""
    if own:
        return is_own(sight)
    if area and sight.own_areas is not None:
        return and_(seen(sight), FollowUpRow.area.in_(sight.own_areas))
    return seen(sight)


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
