"""When a sealed drill is: the chance of every slot, exactly; nothing before; nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardroom.drills.drawing import GRACE, SHORTEST_NOTICE, advanced, put_back
from guardroom.drills.plan import Limits, Plan
from guardroom.drills.slots import EVERY_MIN, fits, slots
from guardroom.settings import DrillPolicy, Hours, Policy
from guardroom.working_days import is_free_day

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
LIMITS = Limits(first=date(2026, 1, 1), last=date(2026, 12, 31))
WORKDAY = ((time(7, 30), time(16)),)
POLICY = Policy(
    name="test",
    municipality="Test",
    guard_word={},
    police_call="guard",
    guidance={},
    guard_hours=Hours((WORKDAY, WORKDAY, WORKDAY, WORKDAY, ((time(7, 30), time(13)),), (), ())),
    police_hours=Hours((((time(15, 30), time(16, 30)),), (), (), (), (), (), ())),
    drills=DrillPolicy(per_year=1),
)


def sealed(notice_min: int = 0) -> Plan:
    """A sealed plan of which nothing is drawn."""
    return Plan(
        id=1,
        how="sealed",
        press="program",
        rooms=("K1", "K2"),
        limits=LIMITS,
        planned_at=BEGIN - timedelta(days=30),
        planned_by=1,
        notice_min=notice_min,
    )


def some_slots(count: int) -> tuple[datetime, ...]:
    """So many slots, the second of them a day after the first, and so on."""
    return tuple(BEGIN + timedelta(days=number) for number in range(count))


def every_way(plan: Plan, moments: Sequence[datetime], of: Sequence[datetime]) -> Counter[datetime | None]:
    """With which chance each slot is drawn, where somebody looks at these moments: the whole tree of draws."""
    found: Counter[datetime | None] = Counter()

    def walk(answers: tuple[bool, ...], chance: Fraction) -> None:
        asked: list[int] = []

        def below(left: int) -> int:
            asked.append(left)
            hit = answers[len(asked) - 1] if len(asked) <= len(answers) else False
            return 0 if hit or left == 1 else left - 1

        now_plan = plan
        for moment in moments:
            now_plan = advanced(now_plan, moment, of, below)
        if len(asked) > len(answers):
            left = asked[len(answers)]
            if left > 1:
                walk((*answers, False), chance * Fraction(left - 1, left))
            walk((*answers, True), chance * Fraction(1, left))
            return
        found[now_plan.begins_at] += chance  # type: ignore[assignment]

    walk((), Fraction(1))
    return found


@pytest.mark.parametrize("notice_min", [0, 180, 24 * 60])
@pytest.mark.parametrize("count", [1, 2, 7, 30])
def test_every_slot_is_equally_likely_and_one_is_certain(count: int, notice_min: int) -> None:
    of = some_slots(count)
    moments = [slot - timedelta(minutes=notice_min) for slot in of]
    found = every_way(sealed(notice_min), moments, of)
    assert dict(found) == {slot: Fraction(1, count) for slot in of}


@given(st.integers(1, 12), st.data())
def test_slots_that_were_missed_are_shared_by_the_others(count: int, data: st.DataObject) -> None:
    of = some_slots(count)
    missed = data.draw(st.sets(st.integers(0, count - 1), max_size=count - 1))
    moments = [slot for at, slot in enumerate(of) if at not in missed]
    found = every_way(sealed(), moments, of)
    assert sum(found.values()) == 1
    if count - 1 not in missed:
        assert found[None] == 0, "while a slot is left it is certain"
    assert all(found[of[at]] == 0 for at in missed)
    assert all(slot >= moments[0] for slot in found if slot is not None)


def looked_at_work(days: int) -> list[datetime]:
    """Every half hour from 07:30 to 16:00 UTC of so many days from `BEGIN` on, without weekends: the PC is off."""
    first = BEGIN.replace(hour=7, minute=30)
    every = (first + timedelta(days=day, minutes=30 * half) for day in range(days) for half in range(18))
    return [moment for moment in every if moment.weekday() < 5]


@pytest.mark.parametrize("notice_min", [180, 24 * 60])
def test_a_pc_that_is_off_at_night_and_at_weekends_leaves_every_day_its_chance(notice_min: int) -> None:
    """From Tuesday on, four slots a day of two weeks: of a Monday as likely as of any other day, exactly."""
    of = tuple(
        BEGIN.replace(hour=hour) + timedelta(days=day)
        for day in range(1, 14)
        for hour in (9, 10, 12, 14)
        if (BEGIN + timedelta(days=day)).weekday() < 5
    )
    assert sum(slot.weekday() == 0 for slot in of) == 4
    found = every_way(sealed(notice_min), looked_at_work(14), of)
    assert dict(found) == {slot: Fraction(1, len(of)) for slot in of}


@given(
    st.sampled_from([0, 30, 180, 24 * 60]),
    st.lists(st.integers(0, 4 * 24 * 60), min_size=1, max_size=30).map(sorted),
    st.lists(st.integers(0, 4 * 24 * 4), min_size=1, max_size=8, unique=True).map(sorted),
)
def test_whenever_the_pc_is_on_a_slot_has_its_share_or_is_missed(
    notice_min: int, looks: list[int], quarters: list[int]
) -> None:
    """A slot that is drawn has at its draw what is left by those before it, and whoever wants notice has some."""
    of = tuple(BEGIN + timedelta(minutes=EVERY_MIN * quarter) for quarter in quarters)
    moments = [BEGIN + timedelta(minutes=minute) for minute in looks]
    found = every_way(sealed(notice_min), moments, of)
    notice = timedelta(minutes=notice_min)
    left = Fraction(1)
    for at, slot in enumerate(of):
        seen = next((moment for moment in moments if moment >= slot - notice), None)
        in_time = seen is not None and seen <= (slot - min(notice, SHORTEST_NOTICE) if notice_min else slot + GRACE)
        share = left / (len(of) - at) if in_time else Fraction(0)
        assert found[slot] == share
        left -= share
    assert found[None] == left


def test_before_its_moment_nothing_is_drawn_and_nothing_is_written() -> None:
    def never(left: int) -> int:
        raise AssertionError("a draw before its time")

    plan = sealed()
    assert advanced(plan, BEGIN - timedelta(seconds=1), some_slots(5), never) == plan


def test_what_is_stored_before_the_draw_does_not_depend_on_it() -> None:
    """Two courses of chance that differ only in what comes later leave the same plan until then."""
    of = some_slots(6)

    def course(hit_at: int) -> list[Plan]:
        plan, plans = sealed(), []
        for at, slot in enumerate(of[:hit_at]):
            plan = advanced(plan, slot, of, lambda left, at=at: 0 if at == hit_at else left - 1)  # type: ignore[misc]
            plans.append(plan)
        return plans

    assert course(4) == course(5)[:4]


def test_a_clock_that_is_set_back_draws_no_slot_twice() -> None:
    of = some_slots(5)
    asked: list[int] = []

    def never(left: int) -> int:
        asked.append(left)
        return left - 1

    plan = advanced(sealed(), of[2], (of[2], of[3], of[4]), never)
    plan = advanced(plan, of[0], of, never)
    plan = advanced(plan, of[2], of, never)
    assert asked == [3]
    assert not plan.over


def test_after_a_draw_that_could_not_begin_it_is_drawn_again_from_what_is_left() -> None:
    of = some_slots(4)
    plan = advanced(sealed(), of[0], of, lambda left: 0)
    assert plan.begins_at == of[0]
    again = put_back(plan, of[0] + GRACE, "alarm")
    assert (again.begins_at, again.over, again.news[-1].what, again.news[-1].detail) == (
        None,
        False,
        "put_off",
        "alarm",
    )
    assert dict(every_way(again, of[1:], of)) == {slot: Fraction(1, 3) for slot in of[1:]}


def test_a_window_that_has_gone_by_is_told() -> None:
    of = some_slots(3)
    plan = advanced(sealed(), of[2] + timedelta(days=2), of, lambda left: left - 1)
    assert plan.over
    assert [one.what for one in plan.news] == ["slot_missed", "window_over"]


# The slots


def test_the_slots_of_a_week() -> None:
    week = replace(LIMITS, first=date(2026, 2, 2), last=date(2026, 2, 8))
    found = [slot.astimezone(ZONE) for slot in slots(week, POLICY, ZONE)]
    assert found[0] == datetime(2026, 2, 2, 8, 0, tzinfo=ZONE)
    by_day = Counter(slot.weekday() for slot in found)
    # Monday: until 15.00; Friday: the whole drill before 13.00; no weekend.
    assert by_day == {0: 29, 1: 29, 2: 29, 3: 29, 4: 20}
    assert all(slot.minute % EVERY_MIN == 0 for slot in found)


@given(st.times(), st.times())
def test_the_slots_of_a_day_are_the_quarters_that_fit(earliest: time, latest: time) -> None:
    day = replace(LIMITS, first=date(2026, 2, 3), last=date(2026, 2, 3), earliest=earliest, latest=latest)
    quarters = [datetime(2026, 2, 3, number // 4, number % 4 * EVERY_MIN, tzinfo=ZONE) for number in range(96)]
    assert slots(day, POLICY, ZONE) == tuple(
        at.astimezone(UTC) for at in quarters if fits(at.astimezone(UTC), day, POLICY, ZONE)
    )


def test_no_drill_with_the_police_in_the_house() -> None:
    late = replace(LIMITS, first=date(2026, 2, 2), last=date(2026, 2, 2), latest=time(16))
    found = [slot.astimezone(ZONE).time() for slot in slots(late, POLICY, ZONE)]
    assert found[-1] == time(15, 15)


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 6, 5), date(2026, 4, 6), date(2026, 5, 14)])
def test_no_drill_on_a_free_day(day: date) -> None:
    assert is_free_day(day)
    assert slots(replace(LIMITS, first=day, last=day), POLICY, ZONE) == ()


def test_great_prayer_day_is_an_ordinary_day_now() -> None:
    assert not is_free_day(date(2026, 5, 1))


def test_without_duty_hours_there_is_no_drill() -> None:
    assert slots(LIMITS, replace(POLICY, guard_hours=Hours()), ZONE) == ()


def test_apart_from_the_last_one_and_from_what_is_going_on() -> None:
    limits = replace(LIMITS, first=date(2026, 2, 2), last=date(2026, 2, 6), apart_days=10)
    found = slots(limits, POLICY, ZONE, last_drill=date(2026, 1, 26))
    assert {slot.date() for slot in found} == {date(2026, 2, 5), date(2026, 2, 6)}
    busy = [(datetime(2026, 2, 5, 0, 0, tzinfo=UTC), datetime(2026, 2, 5, 23, 0, tzinfo=UTC))]
    assert {slot.date() for slot in slots(limits, POLICY, ZONE, date(2026, 1, 26), busy)} == {date(2026, 2, 6)}


@pytest.mark.parametrize("year", range(2026, 2046))
def test_whatever_the_year_each_slot_fits_and_the_hours_are_those_of_the_clock_on_the_wall(year: int) -> None:
    limits = replace(LIMITS, first=date(year, 1, 1), last=date(year, 12, 31))
    found = slots(limits, POLICY, ZONE)
    assert len(found) == len(set(found)) > 5000
    assert list(found) == sorted(found)
    for slot in found:
        local = slot.astimezone(ZONE)
        assert time(8) <= local.time() <= time(15)
        assert fits(slot, limits, POLICY, ZONE)
