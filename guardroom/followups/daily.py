"""What the monitor does about follow-ups: makes the recurring ones when their time comes, and tells what is overdue.
Nobody is signed in for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from db import followups as stored
from guardroom.days import day_in
from guardroom.followups.digest import Digest, digests
from guardroom.followups.making import normalise_bans, put
from guardroom.followups.recurring import due_in
from guardroom.ground import Ground

_NEAR = timedelta(days=1)


def due(session: Session, ground: Ground, today: date) -> int:
    """Make the recurring follow-ups whose time has come, and the attempts to normalise that are not on the list yet,
    each once; how many were made. Once a day; more often does no harm. Within the caller's writing transaction."""
    settings, now = ground.settings, ground.clock.now()
    found = due_in(settings.policy.follow_ups, today, settings.site.zone)
    made = sum(put(session, one.wanted, one.key, now) for one in found)
    return made + normalise_bans(session, settings, today, now)


def digests_now(session: Session, ground: Ground, now: datetime) -> tuple[Digest, ...]:
    """What each owner would be told now."""
    today = day_in(now, ground.settings.site.zone)
    return digests(stored.tallies(session, now, now + _NEAR, today))


def overdue(session: Session, ground: Ground, now: datetime) -> dict[tuple[str, str], int]:
    """How many are overdue, by owner's role and part of the house (folded); only where there are any."""
    today = day_in(now, ground.settings.site.zone)
    counts: dict[tuple[str, str], int] = {}
    for one in stored.tallies(session, now, now, today):
        if one.overdue:
            counts[one.owner_role, one.area] = counts.get((one.owner_role, one.area), 0) + one.overdue
    return counts
