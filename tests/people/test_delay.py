"""How long wrong codes make somebody wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from guardroom.people import delay

NOON = datetime(2025, 11, 24, 12, tzinfo=UTC)
failures = st.integers(0, 10**9)
seconds = st.floats(-1e9, 1e9, allow_nan=False)


def test_the_delays_as_they_grow() -> None:
    assert [delay.delay_s(count) for count in range(10)] == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


@given(failures)
def test_the_delay_grows_and_ends(count: int) -> None:
    assert delay.delay_s(count) <= delay.delay_s(count + 1) <= 60


@given(failures, seconds)
def test_nobody_waits_longer_than_the_delay_whatever_the_clock_says(count: int, since: float) -> None:
    wait = delay.wait_s(count, NOON, NOON + timedelta(seconds=since))
    assert 0 <= wait <= delay.delay_s(count)


@given(failures, st.floats(0, 1e6))
def test_it_is_over_when_the_time_has_passed_and_not_before(count: int, since: float) -> None:
    wait = delay.wait_s(count, NOON, NOON + timedelta(seconds=since))
    if since < delay.delay_s(count) - 1e-3:
        assert wait > 0
    if since > delay.delay_s(count) + 1e-3:
        assert wait == 0


def test_forgetting_gives_no_more_attempts_than_waiting() -> None:
    free = sum(1 for count in range(100) if delay.delay_s(count) < delay.LONGEST_S)
    assert free < delay.FORGOTTEN_AFTER.total_seconds() / delay.LONGEST_S
