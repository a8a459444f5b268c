"""When a sealed drill is: drawn at each slot from what is left, so that nobody can know it before. Pure.

At a slot with n slots left, itself included, the drill is drawn with probability 1/n. So each slot of the window is
equally likely, one of them is certain, and before the draw there is nothing that could be read anywhere. A slot that
was missed is not drawn any more; the slots after it share what it had.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from guardroom.drills.plan import Plan

GRACE = timedelta(minutes=10)
"""A drill begins no later than this after its slot, and a draw without notice takes place no later."""

SHORTEST_NOTICE = timedelta(hours=1)
"""Where nobody looked when a slot was due to be drawn, as a PC that is off at night and at weekends, the next look
draws it while so much of the notice is left: else a Monday that wants a day's notice would never have a drill."""

Below = Callable[[int], int]
"""A whole number from 0 up to, and without, the one that is given; all of them equally likely."""


def draws(left: int, below: Below) -> bool:
    """Whether it is this slot, of so many that are left."""
    return below(left) == 0


def advanced(plan: Plan, now: datetime, slots: Sequence[datetime], below: Below) -> Plan:
    """The plan after every draw that is due. Each slot is drawn once at most, also where the clock was set back."""
    if plan.over or plan.how != "sealed" or plan.begins_at is not None:
        return plan
    notice = timedelta(minutes=plan.notice_min)
    first = bisect_left(slots, plan.planned_at + notice)
    if plan.looked_at is not None:
        first = max(first, bisect_right(slots, plan.looked_at))
    for at in range(first, len(slots)):
        slot = slots[at]
        if slot - notice > now:
            return plan
        plan = replace(plan, looked_at=slot)
        if now > latest_draw(slot, notice):
            plan = plan.told(now, "slot_missed")
        elif draws(len(slots) - at, below):
            return replace(plan, begins_at=slot).told(now, "drawn")
    return replace(plan, over=True).told(now, "window_over")


def latest_draw(slot: datetime, notice: timedelta) -> datetime:
    """Until when a slot may be drawn."""
    return slot - min(notice, SHORTEST_NOTICE) if notice else slot + GRACE


def put_back(plan: Plan, now: datetime, why: str) -> Plan:
    """The plan when its drill could not begin: a sealed one is drawn again from what is left, another one is over."""
    if plan.how == "sealed":
        return replace(plan, begins_at=None, room="").told(now, "put_off", why)
    return replace(plan, over=True).told(now, "too_late", why)


def latest_start(plan: Plan, begins_at: datetime) -> datetime:
    """Until when a drill may begin that begins at `begins_at`."""
    return begins_at + (timedelta(minutes=plan.wait_min) if plan.press == "helper" else GRACE)
