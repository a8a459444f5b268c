"""When guards are on duty and the police in the house: on weekdays, holidays, and when the clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardroom import language
from guardroom.drills.slots import is_free_day
from guardroom.duties import words
from guardroom.duties.hours import begins_next, runs_until, stretches
from guardroom.settings import Hours, Span

ZONE = ZoneInfo("Europe/Copenhagen")


def hours(**spans: str) -> Hours:
    """`mon="07:30-18:00"` and so on, several with a comma."""
    days = []
    for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        parts = [part.split("-") for part in spans.get(name, "").split(",") if part]
        days.append(tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in parts))
    return Hours(tuple(days))


GUARDS = hours(mon="07:30-18:00", tue="07:30-16:00", wed="07:30-16:00", thu="07:30-16:00", fri="07:30-13:00")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "until", "begins"),
    [
        ("2025-11-24T10:00", "2025-11-24T18:00", "2025-11-25T07:30"),
        ("2025-11-24T07:29", None, "2025-11-24T07:30"),
        ("2025-11-24T07:30", "2025-11-24T18:00", "2025-11-25T07:30"),
        ("2025-11-24T18:00", None, "2025-11-25T07:30"),
        ("2025-11-28T13:00", None, "2025-12-01T07:30"),
        ("2025-12-23T17:00", None, "2025-12-29T07:30"),  # Christmas, and a weekend
        ("2025-06-05T09:00", None, "2025-06-06T07:30"),  # Constitution Day
        ("2026-04-01T17:00", None, "2026-04-07T07:30"),  # Easter
    ],
)
def test_a_year_of_fredensborg(now: str, until: str | None, begins: str) -> None:
    found = stretches(GUARDS, ZONE, local(now))
    assert runs_until(found, local(now)) == (None if until is None else local(until))
    assert begins_next(found, local(now)) == local(begins)


def test_stretches_that_adjoin_are_one() -> None:
    found = stretches(hours(mon="07:30-12:00,12:00-16:00,17:00-18:00"), ZONE, local("2025-11-24T09:00"))
    assert found[0] == (local("2025-11-24T07:30"), local("2025-11-24T16:00"))
    assert found[1] == (local("2025-11-24T17:00"), local("2025-11-24T18:00"))


@pytest.mark.parametrize(
    ("day", "span", "length"),
    [
        ("2026-03-29", "01:00-05:00", 3),  # the clock is put forward at 2
        ("2025-10-26", "01:00-05:00", 5),  # and back at 3
        ("2026-03-29", "02:30-05:00", 2),  # half past two is not there: from three on
        ("2026-03-29", "01:00-02:30", 1),
        ("2025-10-26", "02:30-05:00", 3.5),  # from the first half past two on
    ],
)
def test_a_night_when_the_clock_is_changed(day: str, span: str, length: float) -> None:
    found = stretches(hours(sun=span), ZONE, local(f"{day}T00:00"), 1)
    assert (found[0][1] - found[0][0]) / timedelta(hours=1) == length


def test_a_stretch_that_the_clock_leaves_out_is_none() -> None:
    found = stretches(hours(sun="02:10-02:50"), ZONE, local("2026-03-29T00:00"), 1)
    assert found[0][0].astimezone(ZONE).date() == date(2026, 4, 12)  # the week after is Easter


def test_without_hours_there_is_nothing() -> None:
    assert stretches(Hours(), ZONE, local("2025-11-24T09:00")) == ()


TIMES = st.times(min_value=time(0, 0), max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def _weeks(draw: st.DrawFn) -> Hours:
    days: list[tuple[Span, ...]] = []
    for _day in range(7):
        found = sorted(set(draw(st.lists(TIMES, max_size=4))))
        days.append(tuple(zip(found[::2], found[1::2], strict=False)))
    return Hours(tuple(days))


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@settings(max_examples=200, deadline=None)
@given(_weeks(), MOMENTS)
def test_whatever_the_hours_the_stretches_follow_one_another(week: Hours, now: datetime) -> None:
    found = stretches(week, ZONE, now, 6)
    assert all(begin < end and now < end for begin, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    for begin, end in found:
        assert not is_free_day(begin.astimezone(ZONE).date())
        assert begin.astimezone(ZONE).date() == end.astimezone(ZONE).date()


@settings(max_examples=200, deadline=None)
@given(_weeks(), MOMENTS)
def test_on_duty_is_what_the_clock_on_the_wall_says(week: Hours, now: datetime) -> None:
    here = now.astimezone(ZONE)
    changed = {(here.replace(hour=hour, minute=0)).utcoffset() for hour in (0, 1, 2, 3, 4)}
    wall = not is_free_day(here.date()) and any(a <= here.time() < b for a, b in week.days[here.weekday()])
    if len(changed) == 1:
        assert (runs_until(stretches(week, ZONE, now), now) is not None) == wall


@pytest.mark.parametrize(
    ("spoken", "said"),
    [
        ("en", "Mon 07:30-18:00, Tue-Thu 07:30-16:00, Fri 07:30-13:00"),
        ("da", "man 07:30-18:00, tir-tor 07:30-16:00, fre 07:30-13:00"),
    ],
)
def test_a_week_in_words(spoken: str, said: str) -> None:
    language.choose(spoken)
    assert words.week(GUARDS) == said
    assert words.week(Hours()) == ""
