"""What a ban is on which day: the last day included, lifted from its day on, days are local ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from ban_house import BanHouse
from hypothesis import given
from hypothesis import strategies as st

from guardroom.bans.life import collide, last_day, normalise_by, proposed_end, share_a_day, standing
from guardroom.refusal import BadInput, Refused

DAYS = st.dates(date(2025, 1, 1), date(2025, 3, 31))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2024, 2, 29), date(2024, 8, 28)),
        (date(2025, 9, 1), date(2026, 2, 28)),
        (date(2026, 10, 14), date(2027, 4, 13)),
        (date(2025, 12, 31), date(2026, 6, 30)),
    ],
)
def test_six_months_on(start: date, end: date) -> None:
    assert proposed_end(start, 6) == end


def test_nothing_is_proposed_where_the_town_hall_proposes_nothing() -> None:
    assert proposed_end(date(2025, 8, 31), 0) is None


@given(start=DAYS, length=st.integers(0, 60), lifted=st.none() | st.integers(-20, 60), today=DAYS)
def test_what_a_ban_in_force_is_today(start: date, length: int, lifted: int | None, today: date) -> None:
    end = start + timedelta(days=length)
    lifted_on = None if lifted is None else min(start + timedelta(days=lifted), end)
    # Counted day by day, as a calendar on the wall would have it.
    bound = {start + timedelta(days=n) for n in range(length + 1)}
    if lifted_on is not None:
        bound = {day for day in bound if day < lifted_on}
    found = standing("in_force", start, end, lifted_on, today)
    assert (found == "active") == (today in bound)
    if found == "lifted":
        assert lifted_on is not None
        assert today >= lifted_on
    if found == "expired":
        assert today > end
        assert lifted_on is None
    if found == "coming":
        assert today < start
    last = last_day(end, lifted_on)
    assert last is not None
    assert max(bound, default=last) == last


@pytest.mark.parametrize("stage", ["draft", "hearing", "signing", "decided", "served", "lifted", "dropped"])
def test_dates_mean_nothing_before_a_ban_is_in_force(stage: str) -> None:
    day = date(2025, 11, 24)
    assert standing(stage, day, day, None, day) == stage  # type: ignore[arg-type]


@given(first=DAYS, length=st.integers(0, 30), other=DAYS, other_length=st.integers(0, 30))
def test_periods_that_share_a_day(first: date, length: int, other: date, other_length: int) -> None:
    mine = {first + timedelta(days=n) for n in range(length + 1)}
    theirs = {other + timedelta(days=n) for n in range(other_length + 1)}
    assert share_a_day(first, max(mine), other, max(theirs)) == bool(mine & theirs)


@pytest.mark.parametrize(
    ("kind", "other", "both"),
    [
        ("full", "full", True),
        ("full", "department", True),
        ("department", "full", True),
        ("full", "contact", False),
        ("contact", "mail_block", False),
        ("mail_block", "mail_block", True),
        ("contact", "contact", True),
    ],
)
def test_which_kinds_may_not_run_together(kind: str, other: str, both: bool) -> None:
    assert collide(kind, other) == both


def test_the_attempt_to_normalise_is_due_before_the_end_and_not_before_the_beginning() -> None:
    assert normalise_by(date(2025, 12, 10), date(2026, 6, 10), 30) == date(2026, 5, 11)
    assert normalise_by(date(2025, 12, 10), date(2025, 12, 20), 30) == date(2025, 12, 10)
    assert normalise_by(date(2025, 12, 10), None, 30) is None


@pytest.mark.parametrize(
    ("last", "still", "over"),
    [
        # Winter time, summer time, and the two nights on which the clock is moved.
        ("28-02-2026", datetime(2026, 2, 28, 22, 59, tzinfo=UTC), datetime(2026, 2, 28, 23, 0, tzinfo=UTC)),
        ("28-03-2026", datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),
        ("29-03-2026", datetime(2026, 3, 29, 21, 59, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
        ("24-10-2026", datetime(2026, 10, 24, 21, 59, tzinfo=UTC), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
        ("25-10-2026", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
    ],
)
def test_the_last_day_lasts_until_midnight_in_denmark(at: BanHouse, last: str, still: datetime, over: datetime) -> None:
    ban = at.ban(ends_on=last)
    at.move_to(still)
    assert [line.days_left for line in at.bans.lines(at.leader, "active")] == [0]
    at.move_to(over)
    assert at.bans.lines(at.guard, "active") == ()
    assert at.bans.read(at.leader, ban.id).standing == "expired"


def test_a_ban_that_begins_tomorrow_is_coming_and_active_from_midnight(at: BanHouse) -> None:
    ban = at.ban(starts_on="25-11-2025")
    assert ban.standing == "coming"
    at.move_to(datetime(2025, 11, 24, 22, 59, tzinfo=UTC))
    assert at.bans.lines(at.guard) == ()
    at.move_to(datetime(2025, 11, 24, 23, 0, tzinfo=UTC))
    assert [line.number for line in at.bans.lines(at.guard)] == [ban.number]


def test_numbers_are_of_the_local_year(at: BanHouse) -> None:
    person = at.person()
    at.move_to(datetime(2025, 12, 31, 22, 59, tzinfo=UTC))
    numbers = [at.bans.begin(at.leader, person, beside=True).number for _n in range(2)]
    at.move_to(datetime(2025, 12, 31, 23, 0, tzinfo=UTC))
    numbers += [at.bans.begin(at.leader, person, beside=True).number for _n in range(2)]
    assert numbers == ["FB-2025-001", "FB-2025-002", "FB-2026-001", "FB-2026-002"]


def test_lifted_from_the_day_on(at: BanHouse) -> None:
    ban = at.ban(ends_on="24-05-2026")
    at.bans.lift(at.leader, ban.id, "01-12-2025", "Forholdet er normaliseret.")
    assert at.bans.read(at.leader, ban.id).standing == "active"
    at.move_to(datetime(2025, 11, 30, 12, 0, tzinfo=UTC))
    assert at.bans.lines(at.guard)[0].days_left == 0
    at.clock.advance(days=1)
    assert at.bans.lines(at.guard) == ()
    assert at.bans.read(at.leader, ban.id).standing == "lifted"


@pytest.mark.parametrize("step", ["lift", "extend"])
def test_what_is_lifted_from_a_day_to_come_is_neither_lifted_again_nor_extended(at: BanHouse, step: str) -> None:
    ban = at.ban()
    assert step in at.bans.read(at.leader, ban.id).may
    assert step not in at.bans.lift(at.leader, ban.id, "10-12-2025", "Aftale med borgeren.").may
    typed = ("01-12-2025", "Tidligere.") if step == "lift" else ()
    with pytest.raises(Refused, match="It is lifted from 10-12-2025"):
        getattr(at.bans, step)(at.leader, ban.id, *typed)


def test_a_list_says_when_a_lifted_ban_ends(at: BanHouse) -> None:
    ban = at.ban()
    at.bans.lift(at.leader, ban.id, "10-12-2025", "Aftale med borgeren.")
    (line,) = at.bans.lines(at.guard)
    assert (line.ends_on, line.days_left) == (date(2025, 12, 9), 15)


@pytest.mark.parametrize(
    ("stage", "on", "sentence"),
    [
        ("in_force", "23-11-2025", "23-11-2025 has passed"),
        ("in_force", "25-05-2026", "ends on 24-05-2026 anyway"),
        ("in_force", "31-02-2026", "02-2026 has 28 days"),
        ("decided", "25-11-2025", "lifted today, 24-11-2025"),
    ],
)
def test_days_on_which_it_cannot_be_lifted(at: BanHouse, stage: str, on: str, sentence: str) -> None:
    ban = at.ban(stage)
    with pytest.raises(BadInput, match=sentence) as refused:
        at.bans.lift(at.leader, ban.id, on, "Grund.")
    assert [mistake.field for mistake in refused.value.mistakes] == ["on"]


def test_a_decision_that_was_never_in_force_is_lifted_for_good(at: BanHouse) -> None:
    ban = at.ban("served")
    assert at.bans.lift(at.leader, ban.id, "", "Forkert person.").standing == "lifted"
    with pytest.raises(Refused, match="is lifted"):
        at.bans.activate(at.leader, ban.id)


def test_a_ban_whose_end_has_passed_cannot_be_put_in_force(at: BanHouse) -> None:
    ban = at.ban("served", ends_on="30-11-2025")
    at.clock.advance(days=7)
    with pytest.raises(Refused, match="the last day has not passed"):
        at.bans.activate(at.leader, ban.id)


def test_which_end_soon(at: BanHouse) -> None:
    at.ban(ends_on="25-12-2025", person=_with_incident(at))
    soon = at.ban(ends_on="24-12-2025", person=_with_incident(at))
    assert [line.number for line in at.bans.lines(at.leader, "ending")] == [soon.number]
    # Also where the attempt to normalise has been made, until it ends.
    at.bans.normalise(at.leader, soon.id, "", "God samtale.")
    assert [line.number for line in at.bans.lines(at.leader, "ending")] == [soon.number]
    counts = at.bans.counts(date(2025, 11, 24))
    assert (counts.active, counts.ending) == (2, 1)
    assert at.bans.counts(date(2025, 12, 25)).active == 1


def test_the_attempt_to_normalise_is_asked_for_until_it_was_made(at: BanHouse) -> None:
    ban = at.ban(ends_on="24-05-2026")
    (line,) = at.bans.lines(at.leader)
    assert line.normalise_by == date(2026, 4, 24) == ban.normalise_by
    at.clock.advance(days=10)
    with pytest.raises(BadInput, match="still to come"):
        at.bans.normalise(at.leader, ban.id, "05-12-2025", "God samtale.")
    with pytest.raises(BadInput, match="began on 24-11-2025"):
        at.bans.normalise(at.leader, ban.id, "23-11-2025", "God samtale.")
    done = at.bans.normalise(at.leader, ban.id, "03-12-2025", "God samtale.")
    assert (done.normalised_on, done.normalise_by) == (date(2025, 12, 3), None)
    assert at.bans.lines(at.leader)[0].normalise_by is None


def _with_incident(at: BanHouse) -> int:
    person = at.person()
    at.incident(person)
    return person
