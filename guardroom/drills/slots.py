"""The times at which a drill may begin: every quarter of an hour that fits all limits. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from guardroom.drills.plan import Limits
from guardroom.settings import Policy
from guardroom.working_days import is_free_day

EVERY_MIN = 15
"""Slots lie so far apart."""

Busy = Sequence[tuple[datetime, datetime]]
"""Times with something in the house that a drill must not disturb, as aware moments."""


def slots(
    limits: Limits, policy: Policy, zone: ZoneInfo, last_drill: date | None = None, busy: Busy = ()
) -> tuple[datetime, ...]:
    """All slots within the limits, in order, UTC. The whole drill lies within duty hours and apart from the police.

    Where the town hall has not said when guards are on duty there are none.
    """
    return tuple(_slots(limits, policy, zone, last_drill, busy))


def fits(
    slot: datetime, limits: Limits, policy: Policy, zone: ZoneInfo, last_drill: date | None = None, busy: Busy = ()
) -> bool:
    """Whether a drill may begin at this moment, which need not be a slot."""
    length = timedelta(minutes=policy.drills.length_min)
    local, end = slot.astimezone(zone), (slot + length).astimezone(zone)
    day = local.date()
    return (
        limits.first <= day <= limits.last
        and local.weekday() in limits.weekdays
        and (not limits.months or day.month in limits.months)
        and limits.earliest <= local.time() <= limits.latest
        and (last_drill is None or (day - last_drill).days >= limits.apart_days)
        and policy.guard_hours.cover(local, end)
        and not policy.police_hours.touch(local, end)
        and not any(begin < slot + length and slot < until for begin, until in busy)
        and not is_free_day(day)
    )


def _slots(limits: Limits, policy: Policy, zone: ZoneInfo, last_drill: date | None, busy: Busy) -> Iterator[datetime]:
    day = limits.first
    begin, end = (at.hour * 60 + at.minute for at in (limits.earliest, limits.latest))
    begin += -begin % EVERY_MIN
    while day <= limits.last:
        if day.weekday() in limits.weekdays and policy.guard_hours.days[day.weekday()]:
            for minute in range(begin, end + 1, EVERY_MIN):
                local = datetime.combine(day, time(minute // 60, minute % 60), zone)
                slot = local.astimezone(UTC)
                # An hour that the clock leaves out is no time at all; one that it has twice is the first of them.
                if slot.astimezone(zone).time() == local.time() and fits(slot, limits, policy, zone, last_drill, busy):
                    yield slot
        day += timedelta(days=1)
