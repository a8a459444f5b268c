"""Follow-ups as they are shown: rows of the database as lines, with only what whoever asks may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from db import followups as stored
from db.followup_tables import FollowUpRow
from db.people import initials
from guardroom.followups import access, closing
from guardroom.followups.deadlines import level
from guardroom.followups.kinds import EVIDENCE, REGISTERS
from guardroom.followups.view import FollowUpLine
from guardroom.incidents.number import written_number
from guardroom.people.who import Who
from guardroom.settings import FollowUpPolicy, Settings


def lines(
    session: Session, settings: Settings, who: Who, rows: Sequence[FollowUpRow], now: datetime
) -> tuple[FollowUpLine, ...]:
    """These as lines of a list."""
    places = stored.places(session, [row.incident_id for row in rows if row.incident_id is not None])
    bans = stored.ban_numbers(session, [row.ban_id for row in rows if row.ban_id is not None])
    users = {user for row in rows for user in (row.owner_id, row.closed_by) if user is not None}
    named = initials(session, users)
    areas = {block.name.casefold(): block.name for block in settings.blocks}
    policy = settings.policy.follow_ups
    return tuple(_line(policy, who, row, now, places, bans, named, areas) for row in rows)


def _line(
    policy: FollowUpPolicy,
    who: Who,
    row: FollowUpRow,
    now: datetime,
    places: Mapping[int, stored.Place],
    bans: Mapping[int, str],
    named: Mapping[int, str],
    areas: Mapping[str, str],
) -> FollowUpLine:
    place = places.get(row.incident_id or 0)
    number = written_number(place.number) if place is not None else bans.get(row.ban_id or 0, "")
    whole = access.reads_whole(who, row, place)
    reads_why = access.leads(who, row.area) or row.closed_by == who.user
    return FollowUpLine(
        id=row.id,
        kind=row.kind,
        number=number,
        owner_role=row.owner_role,
        due_at=row.due_at,
        # The same for all reports: one that is left out only where somebody is absent would tell it too.
        rule=row.rule if whole or row.kind != "injury_report" else "policy",
        level=level(row.began_at, row.due_at, now) if row.closed_at is None else "",
        incident=row.incident_id,
        ban=row.ban_id,
        area=areas.get(row.area, row.area),
        owner=named.get(row.held_by or 0, ""),
        from_role=row.from_role,
        remind_on=row.remind_on,
        system=_system(policy, row.kind, off_duty=place is not None and place.off_duty),
        mode=policy.police_report.mode if row.kind == "police_report" else "",
        asks_for=EVIDENCE.get(row.kind, ()),
        results=closing.results(row.kind, policy, place is not None and place.reported),
        reasons=closing.reasons(row.kind, policy),
        may_close=row.closed_at is None and access.may_close(who, row),
        state=row.state,
        closed_at=row.closed_at,
        closed_by=named.get(row.closed_by or 0, ""),
        done_on=row.done_on,
        reference=row.reference if whole else "",
        count=row.count,
        expected=row.expected,
        yes_no=row.yes_no if whole else None,
        company=row.company if whole else "",
        reason=row.reason if reads_why else "",
        reason_text=row.reason_text if reads_why else "",
    )


def _system(policy: FollowUpPolicy, kind: str, *, off_duty: bool) -> str:
    if kind not in REGISTERS:
        return ""
    return policy.injury.off_duty_system if off_duty and policy.injury.off_duty_system else policy.injury.system
