"""When something is due, over weekends, holidays and the nights in which the clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardroom.followups.deadlines import due_at, end_of, level
from guardroom.settings import Term
from guardroom.working_days import working_days_on

HERE = ZoneInfo("Europe/Copenhagen")
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2034, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def local(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=HERE)


@pytest.mark.parametrize(
    ("episode", "due"),
    [
        (local(2025, 11, 24, 13, 42), local(2025, 11, 27, 13, 42)),
        (local(2025, 11, 21, 18, 54), local(2025, 11, 24, 18, 54)),  # Friday to Monday: the weekend counts
        (local(2026, 3, 27, 12, 0), local(2026, 3, 30, 13, 0)),  # an hour was left out on Sunday
        (local(2025, 10, 24, 12, 0), local(2025, 10, 27, 11, 0)),  # an hour came twice
        (local(2025, 12, 23, 15, 0), local(2025, 12, 26, 15, 0)),  # Christmas counts too
    ],
)
def test_72_hours_are_72_hours(episode: datetime, due: datetime) -> None:
    """K1."""
    assert due_at(Term(72, "hours"), episode, HERE) == due


@given(MOMENTS, st.integers(1, 500))
def test_hours_are_real_hours_whatever_the_clock_shows(since: datetime, hours: int) -> None:
    assert due_at(Term(hours, "hours"), since, HERE) - since == timedelta(hours=hours)


@given(MOMENTS, st.integers(0, 60))
def test_days_end_with_the_houses_own_day(since: datetime, days: int) -> None:
    due = due_at(Term(days, "days"), since, HERE)
    here = due.astimezone(HERE)
    assert here.date() == since.astimezone(HERE).date() + timedelta(days=days)
    assert (here.hour, here.minute) == (23, 59)
    assert due + timedelta(minutes=1) > since


CLOSED_2026 = (
    "01-01 02-04 03-04 06-04 14-05 25-05 05-06 24-12 25-12 31-12"  # New Year, Easter, Ascension, Whit Monday …
)
"""The weekdays of 2026 on which the town halls are closed, from the calendar on the wall."""


@given(st.dates(date(2026, 1, 1), date(2026, 11, 30)), st.integers(1, 15))
def test_working_days_are_those_on_which_the_town_hall_is_open(day: date, count: int) -> None:
    end = working_days_on(day, count)
    between = [day + timedelta(days=number) for number in range(1, (end - day).days + 1)]
    open_days = [each for each in between if each.weekday() < 5 and f"{each:%d-%m}" not in CLOSED_2026.split()]
    assert len(open_days) == count
    assert open_days[-1] == end


@pytest.mark.parametrize(
    ("day", "count", "end"),
    [
        (date(2025, 11, 21), 1, date(2025, 11, 24)),  # Friday: Monday
        (date(2025, 12, 23), 1, date(2025, 12, 29)),  # Christmas Eve to Boxing Day, and a weekend
        (date(2026, 4, 1), 2, date(2026, 4, 8)),  # Easter
        (date(2026, 6, 4), 1, date(2026, 6, 8)),  # Constitution Day
    ],
)
def test_working_days_over_holidays(day: date, count: int, end: date) -> None:
    assert working_days_on(day, count) == end


def test_time_travel_over_the_72_hours() -> None:
    """Under a quarter `!`, under twelve hours `!!`, past it `X`: on the minute."""
    began = local(2026, 3, 27, 12, 0)
    due = due_at(Term(72, "hours"), began, HERE)
    marks = {hours: level(began, due, began.astimezone(UTC) + timedelta(hours=hours)) for hours in range(74)}
    assert [hours for hours, mark in marks.items() if mark == "!"] == list(range(55, 61))
    assert [hours for hours, mark in marks.items() if mark == "!!"] == list(range(61, 73))
    assert [hours for hours, mark in marks.items() if mark == "X"] == [73]


@given(MOMENTS, st.integers(1, 2000), st.integers(0, 3000), st.integers(0, 100))
def test_a_warning_never_becomes_less(began: datetime, length: int, now: int, later: int) -> None:
    due = began + timedelta(hours=length)
    first, second = (level(began, due, began + timedelta(hours=hours)) for hours in (now, now + later))
    order = ("", "!", "!!", "X")
    assert order.index(first) <= order.index(second)
    assert (second == "X") == (now + later > length)


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_the_last_minute_of_every_day_there_is(day: date) -> None:
    assert end_of(day, HERE).astimezone(HERE).date() == day
    assert (end_of(day, HERE) + timedelta(minutes=1)).astimezone(HERE).date() == day + timedelta(days=1)
