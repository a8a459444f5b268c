"""What comes again: made once in its time, whoever looks and however often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from followups.followup_house import FollowUpHouse, followup_house
from hypothesis import given
from hypothesis import strategies as st

from db.main import writing
from guardroom.followups.daily import due
from guardroom.followups.recurring import due_in, part_of_year
from guardroom.people.roles import Role
from guardroom.settings import FollowUpPolicy, RecurringPolicy

HERE = ZoneInfo("Europe/Copenhagen")


@pytest.fixture
def at(tmp_path: Path) -> Iterator[FollowUpHouse]:
    """Albertslund, which evaluates twice a year (N1)."""
    with followup_house(tmp_path, policy="albertslund") as made:
        yield made


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(1, 12))
def test_the_parts_of_a_year_cover_it_without_a_gap(day: date, per_year: int) -> None:
    number, first, last = part_of_year(day, per_year)
    assert first <= day <= last
    assert 1 <= number <= per_year
    if number < per_year:
        assert part_of_year(last + timedelta(days=1), per_year)[:2] == (number + 1, last + timedelta(days=1))
    else:
        assert (last.month, last.day) == (12, 31)


def test_the_half_yearly_evaluation() -> None:
    policy = FollowUpPolicy(evaluation=RecurringPolicy(per_year=2, owner="hs_leader"))
    (spring,) = due_in(policy, date(2026, 6, 30), HERE)
    (autumn,) = due_in(policy, date(2026, 7, 1), HERE)
    assert (spring.key, autumn.key) == ("evaluation:2026:1/2", "evaluation:2026:2/2")
    assert spring.wanted.due_at.astimezone(HERE).date() == date(2026, 6, 30)
    assert autumn.wanted.due_at.astimezone(HERE).date() == date(2026, 12, 31)
    assert spring.wanted.owner == "hs_leader"


def test_how_often_is_changed_within_a_year() -> None:
    """The second half is not the second quarter."""
    quarters, halves = (FollowUpPolicy(evaluation=RecurringPolicy(per_year=count)) for count in (4, 2))
    keys = [
        one.key
        for policy, months in ((quarters, (1, 4, 7, 10)), (halves, (1, 7)))
        for month in months
        for one in due_in(policy, date(2025, month, 1), HERE)
    ]
    assert len(set(keys)) == len(keys) == 6


def test_a_year_of_days_makes_each_once(at: FollowUpHouse) -> None:
    ground = at.house.ground
    made = 0
    for day in range(366):
        with writing(ground.engine) as session:
            made += due(session, ground, date(2026, 1, 1) + timedelta(days=day % 365))
    assert made == 2 + 4
    leader, admin = at.house.who(Role.HS_LEADER), at.house.who(Role.ADMIN)
    assert [line.kind for line in at.followups.page(leader).lines] == ["evaluation"] * 2
    assert [line.kind for line in at.followups.page(admin).lines] == ["phone_list"] * 4


def test_a_ban_that_was_in_force_before_has_its_attempt_made_once(at: FollowUpHouse) -> None:
    """H8."""
    person = at.incidents.person()
    ban = at.incidents.ban(person, until=date(2026, 5, 24))
    at.incidents.ban(person, until=date(2025, 11, 23), starts_on=date(2025, 5, 24))
    ground = at.house.ground
    made = []
    for _look in range(2):
        with writing(ground.engine) as session:
            made.append(due(session, ground, date(2025, 11, 24)))
    assert made == [1 + 2, 0]
    (line,) = [line for line in at.followups.page(at.leader, "all").lines if line.kind == "normalisation"]
    assert (line.ban, line.due_at.astimezone(HERE).date()) == (ban, date(2026, 4, 24))
