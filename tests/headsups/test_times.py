"""When guards are told in time, and when a look is due or missed: whatever the days, holidays and clocks are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardroom.alarms.view import HeadsUpLine
from guardroom.clock import stamp
from guardroom.headsups.check_in import GRACE, CheckIn, due, missed
from guardroom.headsups.in_room import meetings_in
from guardroom.headsups.warnings import is_off_duty, is_too_late
from guardroom.settings import HeadsUpPolicy, Hours, Policy
from guardroom.working_days import is_working_day, working_day_before

ZONE = ZoneInfo("Europe/Copenhagen")
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
PREVIOUS = HeadsUpPolicy(lead="previous_day")
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
MINUTES = st.integers(0, 600).map(lambda count: timedelta(minutes=count))


def local(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE).astimezone(UTC)


@given(DAYS)
def test_the_working_day_before_is_one_and_none_lies_between(day: date) -> None:
    before = working_day_before(day)
    assert before < day
    assert is_working_day(before)
    assert not any(is_working_day(before + timedelta(days=n)) for n in range(1, (day - before).days))


@given(DAYS, CLOCKS, CLOCKS)
def test_told_on_the_working_day_before_is_in_time_and_later_is_not(day: date, at: time, told: time) -> None:
    begins, before = local(day, at), working_day_before(day)
    assert not is_too_late(begins, local(before, told), PREVIOUS, ZONE)
    assert is_too_late(begins, local(before + timedelta(days=1), told), PREVIOUS, ZONE)
    assert is_too_late(begins, local(day, time()), PREVIOUS, ZONE)


@pytest.mark.parametrize(
    ("meeting", "in_time", "late"),
    [
        (date(2025, 11, 24), date(2025, 11, 21), date(2025, 11, 22)),  # a Monday: Friday
        (date(2025, 4, 22), date(2025, 4, 16), date(2025, 4, 17)),  # after Easter: the Wednesday before
        (date(2026, 1, 2), date(2025, 12, 30), date(2025, 12, 31)),  # New Year's Eve is free
        (date(2026, 3, 30), date(2026, 3, 27), date(2026, 3, 29)),  # the clocks go forward on that Sunday
    ],
)
def test_the_day_before_over_weekends_and_holidays(meeting: date, in_time: date, late: date) -> None:
    begins = local(meeting, time(9))
    assert not is_too_late(begins, local(in_time, time(23, 59)), PREVIOUS, ZONE)
    assert is_too_late(begins, local(late, time(0, 0)), PREVIOUS, ZONE)


@given(MOMENTS, st.integers(1, 300), st.integers(-20_000, 20_000))
def test_hours_are_hours_that_pass_whatever_the_clock_shows(begins: datetime, hours: int, minutes: int) -> None:
    policy = HeadsUpPolicy(lead="hours", lead_hours=hours)
    told = begins - timedelta(minutes=minutes)
    assert is_too_late(begins, told, policy, ZONE) == (minutes < hours * 60)


@given(MOMENTS, MOMENTS)
def test_where_nothing_is_said_nobody_is_late_and_nothing_is_off_duty(begins: datetime, told: datetime) -> None:
    policy = Policy(name="x", municipality="", guard_word={}, police_call="guard", guidance={})
    assert not is_too_late(begins, told, policy.headsups, ZONE)
    assert not is_off_duty(begins, begins + timedelta(hours=1), policy, ZONE)


def test_off_duty_is_by_the_house_s_clock_on_both_sides_of_a_change() -> None:
    hours = Hours((((time(8), time(16)),),) * 7)
    policy = Policy(name="x", municipality="", guard_word={}, police_call="guard", guidance={}, guard_hours=hours)
    for day in (date(2026, 3, 27), date(2026, 3, 30)):
        assert not is_off_duty(local(day, time(8)), local(day, time(16)), policy, ZONE)
        assert is_off_duty(local(day, time(7, 59)), local(day, time(9)), policy, ZONE)


@given(begins=MOMENTS, length=MINUTES, every=st.integers(5, 240), begun=st.none() | MINUTES, well=st.none() | MINUTES)
def test_every_so_often_it_is_due_again_until_the_meeting_is_over(
    begins: datetime, length: timedelta, every: int, begun: timedelta | None, well: timedelta | None
) -> None:
    begun_at = None if begun is None else begins + begun
    well_at = None if well is None else begins + well
    check = CheckIn(begins=begins, until=begins + length, every_min=every, begun_at=begun_at, well_at=well_at)
    following = due(check)
    assert following is not None
    last = max(moment for moment in (begun_at or begins, well_at) if moment is not None)
    assert following - last == timedelta(minutes=every)
    assert not missed(following, following + GRACE - timedelta(seconds=1))
    assert missed(following, following + GRACE)
    over = CheckIn(begins=begins, until=begins + length, every_min=every, well_at=well_at, open=False)
    assert due(over) is None
    assert not missed(due(over), begins + timedelta(days=30))


TWELVE = datetime(2025, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("well", "due_after"),
    [
        (None, 30),
        (0, 30),
        (19, 30),
        (20, 60),  # ten minutes early is early enough
        (30, 60),
        (50, 60),  # that all was well shortly before the end does not tell that it is over
        (59, 60),
        (60, None),
        (75, None),
    ],
)
def test_at_a_time_it_is_due_then_and_again_when_it_should_be_over(well: int | None, due_after: int | None) -> None:
    """A meeting from 12 to 13, looked in on at 12:30."""
    well_at = None if well is None else TWELVE + timedelta(minutes=well)
    hour, agreed = timedelta(hours=1), TWELVE + timedelta(minutes=30)
    found = due(CheckIn(begins=TWELVE, until=TWELVE + hour, at=agreed, well_at=well_at))
    assert found == (None if due_after is None else TWELVE + timedelta(minutes=due_after))


@given(begins=MOMENTS, at=st.integers(1, 300), more=st.integers(0, 300), looks=st.lists(MINUTES, max_size=4))
def test_it_is_missed_until_somebody_looks_after_its_end_and_never_after_that(
    begins: datetime, at: int, more: int, looks: list[timedelta]
) -> None:
    agreed = begins + timedelta(minutes=at)
    until = agreed + timedelta(minutes=more)
    last = max(looks, default=None)
    well_at = None if last is None else begins + last
    found = due(CheckIn(begins=begins, until=until, at=agreed, well_at=well_at))
    looked_after_the_end = well_at is not None and well_at >= until
    assert missed(found, until + GRACE) != looked_after_the_end
    assert not missed(found, agreed)
    closed = CheckIn(begins=begins, until=until, at=agreed, well_at=well_at, open=False)
    assert due(closed) is None


@given(MOMENTS, MINUTES)
def test_where_nobody_looks_in_nothing_is_missed(begins: datetime, length: timedelta) -> None:
    check = CheckIn(begins=begins, until=begins + length)
    assert not check.agreed
    assert due(check) is None


def _line(number: str, begins: datetime, minutes: int = 60, status: str = "taken", room: str = "K2") -> HeadsUpLine:
    return HeadsUpLine(
        number=number,
        begins=stamp(begins),
        until=stamp(begins + timedelta(minutes=minutes)),
        place="Kontaktrum 2",
        room=room,
        staff=("MH",),
        status=status,
    )


TEN = datetime(2025, 11, 24, 9, tzinfo=UTC)


def found_at(minutes: int, *headsups: HeadsUpLine, room: str | None = "K2") -> list[str]:
    """The numbers of the meetings that may be in the room so long after ten."""
    return [line.number for line in meetings_in(headsups, room, TEN + timedelta(minutes=minutes))]


def test_a_meeting_may_be_in_its_room_from_a_while_before_until_a_while_after() -> None:
    one = _line("V-1", TEN)
    assert [found_at(minutes, one) for minutes in (-16, -15, 30, 119, 120)] == [[], ["V-1"], ["V-1"], ["V-1"], []]
    assert found_at(0, _line("V-3", TEN, status="over"), _line("V-4", TEN, room="K1")) == []
    assert found_at(0, one, room=None) == []


def test_one_that_goes_on_for_longer_than_was_meant_is_there() -> None:
    running = _line("V-1", TEN, status="running")
    assert found_at(4 * 60, running) == ["V-1"]
    assert found_at(13 * 60, running) == []
    early = _line("V-2", TEN + timedelta(hours=2), status="running")
    assert found_at(0, early) == ["V-2"]


def test_of_two_that_may_be_there_both_are_told_the_likelier_first() -> None:
    following = _line("V-2", TEN + timedelta(minutes=90))
    forgotten = _line("V-1", TEN, status="running")
    assert found_at(62, forgotten, following) == ["V-1"]
    assert found_at(80, forgotten, following) == ["V-2", "V-1"]
    assert found_at(95, forgotten, following) == ["V-2", "V-1"]
    adjoining = _line("V-3", TEN + timedelta(minutes=60))
    assert found_at(50, adjoining, forgotten) == ["V-1", "V-3"]
    assert found_at(60, adjoining, forgotten) == ["V-1", "V-3"]
