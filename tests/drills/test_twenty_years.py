"""Twenty years of sealed drills on a simulated clock, with a PC that is off at random: nothing is missed in silence."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from drills.test_drawing import LIMITS, POLICY, ZONE, sealed

from guardroom.drills.drawing import GRACE, SHORTEST_NOTICE, advanced
from guardroom.drills.plan import Plan
from guardroom.drills.slots import slots

YEARS = range(2026, 2046)


@pytest.mark.parametrize(("seed", "notice_min"), [(1, 0), (2, 180)])
def test_every_year_has_one_drill_or_the_coordinator_is_told(seed: int, notice_min: int) -> None:
    chance = random.Random(seed)
    last: date | None = None
    drills: list[datetime] = []
    for year in YEARS:
        limits = replace(LIMITS, first=date(year, 1, 1), last=date(year, 12, 31), apart_days=60)
        of = slots(limits, POLICY, ZONE, last)
        planned = datetime(year, 1, 1, 12, 0, tzinfo=UTC)
        plan = replace(sealed(notice_min), limits=limits, planned_at=planned)
        plan = _a_year(plan, of, chance)
        if plan.begins_at is None:
            assert plan.over
            assert plan.news[-1].what == "window_over"
            continue
        assert plan.begins_at in of
        last = plan.begins_at.astimezone(ZONE).date()
        drills.append(plan.begins_at)
    assert len(drills) >= len(YEARS) - 1
    assert len({drill.year for drill in drills}) == len(drills)
    assert len({(drill.month, drill.weekday()) for drill in drills}) > 5, "not always the same"


def _a_year(plan: Plan, of: tuple[datetime, ...], chance: random.Random) -> Plan:
    """The monitor looks at every slot while the PC is on; now and then it is off for up to three weeks."""
    off_until = of[0] - timedelta(days=1)
    notice = timedelta(minutes=plan.notice_min)
    for slot in of:
        now = slot - notice + timedelta(seconds=chance.randrange(0, 60))
        if now < off_until:
            continue
        if chance.random() < 0.002:
            off_until = now + timedelta(hours=chance.randrange(1, 500))
            continue
        before = plan
        plan = advanced(plan, now, of, chance.randrange)
        if plan.begins_at is not None:
            assert before.begins_at is None
            assert now <= (plan.begins_at - min(notice, SHORTEST_NOTICE) if notice else plan.begins_at + GRACE)
            return plan
    return advanced(plan, of[-1] + timedelta(days=1), of, chance.randrange)
