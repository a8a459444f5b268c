"""What is due on a day: dates of every length of month, and what keeps what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardroom.privacy.retention import (
    BanHeld,
    Holdings,
    IncidentHeld,
    due_if_ended_by,
    due_people,
    gone_on,
)
from guardroom.settings import Keep

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
KEEPS = st.builds(Keep, st.integers(1, 60), st.sampled_from(("days", "months")))
MONTH = Keep(30, "days")
TODAY = date(2026, 6, 1)
LONG_AGO = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("ended", "keep", "gone"),
    [
        (date(2025, 11, 12), Keep(30, "days"), date(2025, 12, 12)),  # screens.md: expired 12-11, deleted 12-12
        (date(2024, 2, 29), Keep(24, "months"), date(2026, 2, 28)),
        (date(2026, 2, 28), Keep(24, "months"), date(2028, 2, 28)),
        (date(2025, 8, 31), Keep(6, "months"), date(2026, 2, 28)),
        (date(2023, 8, 31), Keep(6, "months"), date(2024, 2, 29)),
    ],
)
def test_the_day_on_which_it_goes(ended: date, keep: Keep, gone: date) -> None:
    assert gone_on(ended, keep) == gone


@given(DAYS, DAYS, KEEPS)
def test_what_is_due_is_what_has_reached_its_day(ended: date, today: date, keep: Keep) -> None:
    assert (ended <= due_if_ended_by(today, keep)) == (gone_on(ended, keep) <= today)


@given(DAYS, KEEPS)
def test_nothing_that_is_due_today_is_not_due_tomorrow(today: date, keep: Keep) -> None:
    assert due_if_ended_by(today, keep) <= due_if_ended_by(today + timedelta(days=1), keep) <= today


def held(**changes: object) -> Holdings:
    """One person with an old incident and a ban that rests on it, all over long ago."""
    usual = Holdings(
        bans={1: BanHeld(person=7, ended=LONG_AGO, incidents=frozenset({3}))},
        incidents={3: IncidentHeld(ended=LONG_AGO, persons=frozenset({7}))},
        persons={7: LONG_AGO},
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def due(held: Holdings, today: date = TODAY) -> tuple[set[int], set[int], set[int]]:
    found = due_people(held, today, bans=MONTH, incidents=MONTH, persons=MONTH)
    return set(found.bans), set(found.incidents), set(found.persons)


def test_what_is_over_goes_together() -> None:
    assert due(held()) == ({1}, {3}, {7})


@pytest.mark.parametrize("ended", [None, TODAY, TODAY + timedelta(days=90)])
def test_a_ban_that_is_not_over_keeps_its_person_and_incidents(ended: date | None) -> None:
    bans = {1: BanHeld(person=7, ended=ended, incidents=frozenset({3}))}
    assert due(held(bans=bans)) == (set(), set(), set())


def test_a_ban_that_is_not_over_keeps_the_incidents_that_breached_it() -> None:
    bans = {1: BanHeld(person=7, ended=TODAY + timedelta(days=1))}
    breach = {3: IncidentHeld(ended=LONG_AGO, persons=frozenset({8}), breached=1)}
    assert due(held(bans=bans, incidents=breach, persons={7: LONG_AGO, 8: LONG_AGO})) == (set(), set(), set())


def test_a_ban_stays_as_long_as_one_that_goes_on_from_it() -> None:
    bans = {
        1: BanHeld(person=7, ended=LONG_AGO),
        2: BanHeld(person=7, ended=LONG_AGO, extends=1),
        3: BanHeld(person=7, ended=None, extends=2),
    }
    assert due(held(bans=bans))[0] == set()


def test_an_incident_with_something_open_stays_and_keeps_its_person() -> None:
    incidents = {3: IncidentHeld(ended=None, persons=frozenset({7}))}
    assert due(held(bans={}, incidents=incidents)) == (set(), set(), set())


def test_an_open_access_request_keeps_everything_about_the_person() -> None:
    assert due(held(asking=frozenset({7}))) == (set(), set(), set())


def test_a_person_whom_something_else_names_stays() -> None:
    assert due(held(elsewhere=frozenset({7}))) == ({1}, {3}, set())


def test_a_person_is_not_deleted_at_once_after_being_written_down() -> None:
    assert due(held(bans={}, incidents={}, persons={7: TODAY - timedelta(days=29), 8: TODAY - timedelta(days=30)}))[
        2
    ] == {8}


def test_of_a_kind_without_a_time_nothing_is_due() -> None:
    nothing = due_people(held(), TODAY, bans=None, incidents=None, persons=None)
    assert (nothing.bans, nothing.incidents, nothing.persons) == (set(), set(), set())
    # Nor anything that it rests on, or whom it is about.
    only_others = due_people(held(), TODAY, bans=None, incidents=MONTH, persons=MONTH)
    assert (only_others.bans, only_others.incidents, only_others.persons) == (set(), set(), set())


ENDS = st.none() | DAYS
PERSONS = st.integers(1, 4)


@given(
    st.dictionaries(
        st.integers(1, 6),
        st.builds(
            BanHeld,
            person=PERSONS,
            ended=ENDS,
            extends=st.none(),
            incidents=st.frozensets(st.integers(1, 6), max_size=3),
        ),
    ),
    st.dictionaries(
        st.integers(1, 6),
        st.builds(
            IncidentHeld,
            ended=ENDS,
            persons=st.frozensets(PERSONS, max_size=2),
            breached=st.none() | st.integers(1, 6),
        ),
    ),
    st.frozensets(PERSONS, max_size=2),
    DAYS,
)
def test_nothing_that_stays_names_what_goes(
    bans: dict[int, BanHeld], incidents: dict[int, IncidentHeld], asking: frozenset[int], today: date
) -> None:
    every = Holdings(bans=bans, incidents=incidents, persons=dict.fromkeys(range(1, 5), LONG_AGO), asking=asking)
    found = due_people(every, today, bans=MONTH, incidents=Keep(2, "months"), persons=MONTH)
    for number, ban in bans.items():
        if number not in found.bans:
            assert ban.person not in found.persons
            assert not ban.incidents & found.incidents
    for number, incident in incidents.items():
        if number not in found.incidents:
            assert not incident.persons & found.persons
    assert not asking & found.persons
    assert all(bans[one].ended is not None for one in found.bans)
    assert all(incidents[one].ended is not None for one in found.incidents)
