"""The ladder: which incidents count, where a person stands, and what the policy asks for. It never decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from incident_house import EJECTION, THREAT, IncidentHouse, incident_house

from guardroom.days import day_in, months_on
from guardroom.incidents.form import SubjectForm
from guardroom.incidents.kinds import KINDS
from guardroom.incidents.ladder import Occurrence, counts, standing
from guardroom.incidents.view import LadderStanding
from guardroom.people.roles import Role
from guardroom.refusal import Forbidden
from guardroom.settings import LADDER_STEPS, LadderPolicy

ZONE = ZoneInfo("Europe/Copenhagen")
POLICY = LadderPolicy(steps=LADDER_STEPS, look_back_months=12)
NOW = datetime(2025, 11, 24, 12, 0, tzinfo=UTC)


def ejected(days_ago: float, number: int | None = None) -> Occurrence:
    return Occurrence(happened_at=NOW - timedelta(days=days_ago), kind="ejected_left", number=number)


@pytest.mark.parametrize("kind", KINDS)
def test_what_counts(kind: str) -> None:
    harmless = kind in ("near_miss", "accidental", "turned_away")
    assert counts(kind, ("shouting",)) == (not harmless)
    assert counts(kind, ()) == (kind.startswith("ejected") or kind in ("ban_breach", "remote"))


def test_the_three_steps() -> None:
    first = standing(POLICY, ejected(0), [], ZONE)
    assert first == LadderStanding(step=1, asks_for="conduct_letter", next_asks_for="leader_involved")
    second = standing(POLICY, ejected(0), [ejected(84, 1)], ZONE)
    assert (second.step, second.asks_for, second.next_asks_for) == (2, "leader_involved", "propose_ban")
    assert second.earlier == (("H-0001", "01-09-2025"),)
    third = standing(POLICY, ejected(0), [ejected(1, 2), ejected(84, 1)], ZONE)
    assert (third.step, third.asks_for, third.next_asks_for) == (3, "propose_ban", "")
    assert [number for number, _day in third.earlier] == ["H-0001", "H-0002"]
    tenth = standing(POLICY, ejected(0), [ejected(day, day) for day in range(1, 10)], ZONE)
    assert (tenth.step, tenth.asks_for) == (3, "propose_ban")


def test_the_look_back_is_in_calendar_months_and_includes_its_first_day() -> None:
    def at(*moment: int) -> Occurrence:
        return Occurrence(happened_at=datetime(*moment, tzinfo=ZONE), kind="remote", number=1)  # type: ignore[arg-type]

    this = replace(at(2025, 3, 31, 12, 0), number=2)
    short = replace(POLICY, look_back_months=1)
    assert standing(short, this, [at(2025, 2, 28, 0, 0)], ZONE).step == 2
    assert standing(short, this, [at(2025, 2, 27, 23, 59)], ZONE).step == 1


def test_a_town_hall_without_a_ladder_asks_for_nothing() -> None:
    found = standing(LadderPolicy(), ejected(0), [ejected(1, 1)], ZONE)
    assert (found.step, found.asks_for, found.next_asks_for) == (0, "", "")
    assert len(found.earlier) == 1


def test_what_does_not_count_stands_nowhere() -> None:
    this = Occurrence(happened_at=NOW, kind="near_miss", behaviours=("shouting",))
    found = standing(POLICY, this, [ejected(1, 1)], ZONE)
    assert (found.step, found.asks_for) == (0, "")


_occurrences = st.lists(
    st.builds(
        Occurrence,
        happened_at=st.integers(-1000, 400).map(lambda days: NOW + timedelta(days=days, hours=days % 24)),
        kind=st.sampled_from(KINDS),
        behaviours=st.sampled_from([(), ("shouting",)]),
    ),
    max_size=12,
).map(lambda made: [replace(one, number=number) for number, one in enumerate(made, start=1)])


@given(others=_occurrences, months=st.integers(1, 24), steps=st.integers(0, 3))
def test_a_step_is_the_number_of_those_that_count(others: list[Occurrence], months: int, steps: int) -> None:
    policy = LadderPolicy(steps=LADDER_STEPS[:steps], look_back_months=months)
    this = ejected(0)
    found = standing(policy, this, others, ZONE)
    first = months_on(day_in(NOW, ZONE), -months)
    before = [
        one
        for one in others
        if counts(one.kind, one.behaviours) and one.happened_at <= NOW and day_in(one.happened_at, ZONE) >= first
    ]
    assert {number for number, _day in found.earlier} == {f"H-{one.number:04d}" for one in before}
    assert found.step == min(len(before) + 1, steps)
    # One more never lowers the step, and every incident that is saved stands where it stood when it was written.
    assert standing(policy, ejected(0), [*others, ejected(0.5, 99)], ZONE).step >= found.step
    for one in before:
        saved = standing(policy, one, others, ZONE)
        assert (f"H-{one.number:04d}", saved.step) not in [(number, saved.step) for number, _day in saved.earlier]
    assert standing(policy, replace(this, number=50), [*others, replace(this, number=50)], ZONE) == found


def test_a_person_is_all_their_records(at: IncidentHouse) -> None:
    one, other = at.person("Kasper Eksempel"), at.person("Casper Eksempel")
    first = at.save(subjects=(SubjectForm(person=one),), day="01-09-2025")
    second = at.save(subjects=(SubjectForm(person=other),), day="02-09-2025")
    at.save(subjects=(SubjectForm(person=other),), kind="turned_away", day="03-09-2025")
    form = replace(EJECTION, subjects=(SubjectForm(person=one),))
    assert at.log.ladder(at.guard, one, form).step == 2
    at.persons.merge(at.leader, one, other)
    for record in (one, other):
        found = at.log.ladder(at.guard, record, form)
        assert (found.step, found.asks_for) == (3, "propose_ban")
        assert found.earlier == ((first.number, "01-09-2025"), (second.number, "02-09-2025"))
    at.persons.separate(at.leader, other)
    assert at.log.ladder(at.guard, other, form).step == 2


def test_somebody_new_is_on_the_first_step(at: IncidentHouse) -> None:
    assert at.log.ladder(at.guard, None, EJECTION).asks_for == "conduct_letter"
    assert at.log.ladder(at.guard, None, replace(EJECTION, kind="", behaviours=())).step == 0


def test_what_is_written_late_stands_where_it_happened(at: IncidentHouse) -> None:
    person = at.person()
    known = (SubjectForm(person=person),)
    later = at.save(subjects=known, day="20-11-2025")
    assert at.log.ladder(at.guard, person, replace(THREAT, day="19-11-2025")).step == 1
    earlier = at.save(subjects=known, day="19-11-2025")
    assert at.log.ladder_of(at.guard, earlier.id, person).step == 1
    assert at.log.ladder_of(at.guard, later.id, person).earlier == ((earlier.number, "19-11-2025"),)
    # A year and a day after the first of the two.
    at.clock.advance(days=365)
    assert at.log.ladder(at.guard, person, replace(THREAT, day="20-11-2026")).step == 2


def test_from_an_alarm_the_alarms_time_counts(at: IncidentHouse) -> None:
    person = at.person()
    at.save(subjects=(SubjectForm(person=person),), time="09:50")
    alarm = at.alarm()
    assert at.log.ladder(at.guard, person, replace(THREAT, alarm=alarm, time="09:55")).step == 1


def test_looking_at_the_ladder_is_logged_once_and_not_with_every_word(at: IncidentHouse) -> None:
    one, other = at.person("Kim Eksempel"), at.person("Bo Eksempel")
    saved = at.save(subjects=(SubjectForm(person=one),))
    before = len(at.house.told())
    for person in (one, one, None, other, one):
        at.log.ladder(at.guard, person, EJECTION)
    at.log.ladder(at.leader, one, EJECTION)
    at.clock.advance(3600)
    at.log.ladder_of(at.leader, saved.id, one)
    told = [(entry.what, entry.subject_id, entry.user_id) for entry in at.house.audit()[before:]]
    assert told == [
        ("ladder_opened", one, at.guard.user),
        ("ladder_opened", other, at.guard.user),
        ("ladder_opened", one, at.guard.user),
        ("ladder_opened", one, at.leader.user),
        ("ladder_opened", one, at.leader.user),
    ]


def test_the_ladder_is_for_those_who_may_see_whom_incidents_are_about(at: IncidentHouse, tmp_path: Path) -> None:
    saved = at.save(who=at.desk)
    with pytest.raises(Forbidden):
        at.log.ladder(at.desk, None, EJECTION)
    with pytest.raises(Forbidden):
        at.log.ladder_of(at.desk, saved.id, 1)
    for role in (Role.BAN_REGISTRAR, Role.CENTRE_HEAD, Role.SAFETY_REP, Role.DIRECTOR):
        with pytest.raises(Forbidden):
            at.log.ladder(at.house.who(role), 1, EJECTION)
    folder = tmp_path / "none"
    folder.mkdir()
    with incident_house(folder, policy="fredensborg") as other:
        assert other.log.ladder(other.guard, None, EJECTION).step == 0
