"""Follow-ups are made in the transaction of what asks for them: an incident, a police report, a ban in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from db import followups as stored
from db.ban_tables import BanRow
from db.followup_tables import FollowUpRow
from db.incident_tables import IncidentRow
from guardroom.bans.life import normalise_by
from guardroom.followups import rules
from guardroom.followups.rules import Facts, Wanted
from guardroom.ground import Ground
from guardroom.incidents.access import folded_area
from guardroom.people.who import Who
from guardroom.settings import Settings


def created(session: Session, ground: Ground, row: IncidentRow) -> None:
    """An incident has been saved: make what it asks for."""
    settings, now = ground.settings, ground.clock.now()
    wanted = rules.of_incident(facts_of(row, settings), settings.policy.follow_ups, settings.site.zone)
    for_incident(session, row.id, row.area, wanted, now)


def for_incident(session: Session, incident: int, area: str, wanted: Iterable[Wanted], now: datetime) -> None:
    """Make these for an incident, those that it does not have yet."""
    for one in wanted:
        put(session, one, f"incident:{incident}:{one.kind}", now, incident=incident, area=area)


def again(
    session: Session,
    incident: IncidentRow,
    there: Sequence[FollowUpRow],
    wanted: Iterable[Wanted],
    now: datetime,
    because: str = "",
) -> None:
    """Make these for an incident whatever was done of the same kind before, `there` being all that it has: one that is
    open is enough. Whoever asks holds the incident. `because`: what alone asks for them, to be taken back with it."""
    for one in wanted:
        same = [row for row in there if row.kind == one.kind]
        if any(row.closed_at is None for row in same):
            continue
        key = f"incident:{incident.id}:{one.kind}" + (f":{len(same) + 1}" if same else "")
        key += f":{because}" if because else ""
        put(session, one, key, now, incident=incident.id, area=incident.area)


def is_because(row: FollowUpRow, because: str) -> bool:
    """Whether it was made because of this alone."""
    return row.key.endswith(f":{because}")


def ban_in_force(session: Session, settings: Settings, row: BanRow, now: datetime) -> None:
    """A ban has come into force (rules H3, H4, H8, H12): make what it asks for."""
    zone, policy = settings.site.zone, settings.policy
    by = normalise_by(row.starts_on, row.ends_on, policy.bans.normalise_before_days)
    for one in rules.of_ban(policy.follow_ups, now, by, zone):
        put(session, one, f"ban:{row.id}:{one.kind}", now, ban=row.id, area=row.area)


def normalise_bans(session: Session, settings: Settings, today: date, now: datetime) -> int:
    """Make the attempt before the end (H8) of every ban in force that has none yet: it came into force before there
    were follow-ups. How many were made."""
    days, made = settings.policy.bans.normalise_before_days, 0
    for row in stored.unnormalised(session, today):
        by = normalise_by(row.starts_on, row.ends_on, days)
        wanted = None if by is None else rules.normalisation(by, now, settings.site.zone)
        if wanted is not None:
            made += put(session, wanted, f"ban:{row.id}:{wanted.kind}", now, ban=row.id, area=row.area)
    return made


def ban_normalised(session: Session, who: Who, ban: int, on: date, now: datetime) -> None:
    """The attempt before a ban's end has been noted on it: nothing is left to do."""
    for row in stored.open_of_ban(session, ban, "normalisation"):
        row.state, row.closed_at, row.closed_by, row.done_on = "done", now, who.user, on


def ban_lifted(session: Session, who: Who, ban: int, now: datetime) -> None:
    """A ban ends before its time: there is no end to make an attempt before."""
    for row in stored.open_of_ban(session, ban, "normalisation"):
        row.state, row.closed_at, row.closed_by = "not_relevant", now, who.user


def put(
    session: Session,
    wanted: Wanted,
    key: str,
    now: datetime,
    *,
    incident: int | None = None,
    ban: int | None = None,
    area: str = "",
) -> bool:
    """Make one, unless there is one with this key; whether it was made."""
    return stored.add(
        session,
        FollowUpRow(
            key=key,
            kind=wanted.kind,
            owner_role=wanted.owner,
            began_at=wanted.began_at,
            due_at=wanted.due_at,
            rule=wanted.rule,
            created_at=now,
            incident_id=incident,
            ban_id=ban,
            area=folded_area(area),
        ),
    )


def facts_of(row: IncidentRow, settings: Settings) -> Facts:
    """What of an incident decides what must be done."""
    room = settings.room(row.room_id) if row.room_id is not None else None
    return Facts(
        kind=row.kind,
        happened_at=row.happened_at,
        written_at=row.written_at,
        behaviours=tuple(row.behaviours),
        channel=row.channel,
        alarm=row.alarm_number is not None,
        video=room is not None and room.cctv and row.channel == "in_person",
        off_duty=row.off_duty,
        sick_leave=bool(row.sick_leave),
    )
