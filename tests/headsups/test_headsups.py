"""Heads-ups from being entered until they are over: warnings, steps, what guards have seen, loans, arrivals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from headsups.headsup_house import MOBILES, ROOMS, HeadsUpHouse, headsup_house

from db import headsups as stored
from db.main import reading
from guardroom.headsups.form import ArrivalForm, HeadsUpForm, LoanForm, PrewarningForm
from guardroom.headsups.kinds import decisions
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused

PREWARNING = PrewarningForm(
    reason="Har truet med kniv ved seneste møde.",
    case_ref="25/1234",
    leader="LD",
    leader_at="09:10",
    legal="JK",
    legal_at="23-11-2025 15:40",
    version=1,
)


def test_what_was_entered_is_there_with_what_it_is_warned_of(at: HeadsUpHouse) -> None:
    made = at.entered(posture="near", stop_signal="jeg henter kaffe", check_in_at="13:30", ready=("alarm_in_reach",))
    assert made.number == "V-0001"
    assert (made.status, made.staff, made.posture, made.room) == ("planned", ("LD", "VT"), "near", "K7")
    assert made.begins == datetime(2025, 11, 25, 12, tzinfo=UTC)
    assert made.due_at == datetime(2025, 11, 25, 12, 30, tzinfo=UTC)
    assert made.advice.warnings == ()
    seen = at.headsups.overview(at.guard)
    assert [each.number for each in seen.coming] == ["V-0001"]
    assert seen.today == ()
    assert at.headsups.read(at.guard, made.id) == made
    assert at.house.told() == ["headsup_entered"]


@pytest.mark.parametrize(
    ("said", "warned"),
    [
        ({"day": "24-11-2025", "begins": "15:00", "ends": "15:30"}, {"too_late"}),
        ({"begins": "15:30", "ends": "16:30"}, {"off_duty"}),
        ({"begins": "15:30", "ends": "16:30", "staff": "LD"}, {"off_duty", "alone"}),
        ({"day": "25-12-2025"}, {"off_duty"}),
        ({"staff": "LD"}, set()),
        ({"room": "K2"}, {"no_escape_route", "no_cctv"}),
        ({"room": "K8"}, {"no_cctv"}),
        ({"room": "K8", "posture": "watched"}, {"no_cctv"}),
        ({"room": "M1"}, {"not_a_contact_room", "no_escape_route", "no_cctv"}),
        ({"room": "Cafeen i Byby"}, {"other_place"}),
        ({"posture": "outside_door"}, {"posture_unknown"}),
    ],
)
def test_what_it_is_warned_of(at: HeadsUpHouse, said: dict[str, Any], warned: set[str]) -> None:
    assert set(at.headsups.advise(at.leader, at.form(**said)).warnings) == warned
    assert set(at.entered(**said).advice.warnings) == warned


def test_a_room_that_is_out_of_service_then_is_warned_of_and_never_suggested(at: HeadsUpHouse) -> None:
    begins = datetime(2025, 11, 25, 12, tzinfo=UTC)
    out = {"K7": begins + timedelta(minutes=5)}
    found = at.headsups.advise(at.leader, at.form(), out=out)
    assert (found.warnings, found.out_until) == (("out_of_service",), begins + timedelta(minutes=5))
    assert found.rooms == ("K8", "K2", "B1"), "whatever can be used is better"
    assert at.headsups.advise(at.leader, at.form(reason="other"), out=out).rooms == ("K8", "K2", "B1")
    assert at.headsups.advise(at.leader, at.form(room="K2"), out=out).rooms == ("K8",)
    assert at.headsups.advise(at.leader, at.form(), out={"K7": begins}).warnings == (), "it is in service again by then"
    assert at.headsups.advise(at.leader, at.form(room="Cafeen i Byby"), out=out).out_until is None
    at.entered()
    (shown,) = at.headsups.overview(at.guard, out).coming
    assert shown.advice.warnings == ("out_of_service",)
    assert at.headsups.overview(at.guard).coming[0].advice.warnings == ()


@pytest.mark.parametrize(("policy", "reason"), [("albertslund", "enforcement"), ("aabenraa", "bad_news")])
def test_two_of_the_staff_where_the_guideline_wants_them(tmp_path: Path, policy: str, reason: str) -> None:
    with headsup_house(tmp_path, policy=policy) as at:
        assert "alone" in at.entered(staff="LD", reason=reason).advice.warnings
        assert "alone" not in at.entered(staff="LD VT", reason=reason).advice.warnings
        assert "alone" not in at.entered(staff="LD", reason="other").advice.warnings


def test_the_police_and_better_rooms_are_suggested_for_hard_talks(at: HeadsUpHouse) -> None:
    found = at.headsups.advise(at.leader, at.form(room="K2"))
    assert found.police == (datetime(2025, 12, 1, 14, 30, tzinfo=UTC), datetime(2025, 12, 1, 15, 30, tzinfo=UTC))
    assert found.rooms == ("K7", "K8")
    assert at.headsups.advise(at.leader, at.form(room="K2", reason="other")).police is None
    assert at.headsups.advise(at.leader, at.form(day="01-12-2025", begins="15:30", ends="16:00")).police is None
    at.entered(begins="13:30", ends="14:30")
    assert at.headsups.advise(at.leader, at.form(room="K2")).rooms == ("K8",)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"day": "i morgen"}, "day"),
        ({"day": "23-11-2025"}, "day"),
        ({"day": "25-11-2028"}, "day"),
        ({"begins": "25:00"}, "begins"),
        ({"begins": "14:00", "ends": "13:00"}, "ends"),
        ({"begins": "07:00", "ends": "18:00"}, "ends"),
        ({"room": ""}, "room"),
        ({"reason": ""}, "reason"),
        ({"posture": "on_the_roof"}, "posture"),
        ({"staff": ""}, "staff"),
        ({"staff": "Lone Damgaard"}, "staff"),
        ({"case_ref": "%%"}, "case_ref"),
        ({"case_ref": "010190-1234"}, "case_ref"),
        ({"citizen": "mand 010190-1234"}, "citizen"),
        ({"note": "ring 0101901234"}, "note"),
        ({"name": "Karl Vinther"}, "name"),
        ({"check_in_at": "12:00"}, "check_in_at"),
        ({"check_in_at": "15:00"}, "check_in_at"),
        ({"check_in_every": "2"}, "check_in_every"),
        ({"check_in_every": "ofte"}, "check_in_every"),
        ({"check_in_every": "0240999"}, "check_in_every"),
        ({"check_in_every": "0240999999999"}, "check_in_every"),
        ({"day": "01-01-0001"}, "day"),
        ({"day": "31-12-9999"}, "day"),
        ({"check_in_at": "13:30", "check_in_every": "15"}, "check_in_every"),
        ({"day": "29-03-2026", "begins": "02:30", "ends": "04:00"}, "begins"),
    ],
)
def test_what_cannot_be_so_is_said_at_its_field(at: HeadsUpHouse, said: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        at.entered(**said)
    assert [mistake.field for mistake in refused.value.mistakes] == [field]
    assert at.headsups.overview(at.guard).coming == ()


def test_nobody_looks_in_on_a_meeting_that_has_not_begun(at: HeadsUpHouse) -> None:
    number = at.entered().id
    with pytest.raises(Refused, match="has not begun"):
        at.headsups.all_well(at.guard, number)
    at.at(datetime(2025, 11, 25, 12, 2, tzinfo=UTC))
    assert at.headsups.all_well(at.guard, number).well_at == at.clock.now()


def test_it_goes_from_step_to_step(at: HeadsUpHouse) -> None:
    number = at.entered(posture="watched").id
    assert at.headsups.take(at.guard, number).taken_by == "MH"
    at.at(datetime(2025, 11, 25, 12, 2, tzinfo=UTC))
    assert at.headsups.begin(at.guard, number).status == "running"
    watched = at.headsups.watch(at.guard, number)
    assert (watched.watched_at, watched.watched_until) == (at.clock.now(), None)
    with pytest.raises(Refused, match="goes on"):
        at.headsups.postpone(at.leader, number)
    at.clock.advance(600)
    over = at.headsups.end(at.guard, number, early=True)
    assert (over.status, over.ended_early, over.watched_until) == ("over", True, at.clock.now())
    with pytest.raises(Refused, match="is over"):
        at.headsups.all_well(at.guard, number)
    told = at.house.told()
    assert told == [f"headsup_{what}" for what in ("entered", "taken", "begun", "watched", "over")]


@pytest.mark.parametrize("day", ["01-01-0001", "31-12-9999", "24-11-2027"])
def test_no_day_so_far_away_is_taken_anywhere(at: HeadsUpHouse, day: str) -> None:
    number = at.entered().id
    acts: tuple[tuple[str, Callable[[], object]], ...] = (
        (
            "due_day",
            lambda: at.headsups.lend(
                at.leader, LoanForm(device="M1", holder="VT", place="by", due_day=day, due_time="00:00")
            ),
        ),
        ("day", lambda: at.headsups.announce(at.leader, ArrivalForm(day=day, time="00:00", citizen="mand"))),
        (
            "leader_at",
            lambda: at.headsups.prewarn(at.leader, number, replace(PREWARNING, leader_at=f"{day} 00:00")),
        ),
    )
    for field, act in acts:
        with pytest.raises(BadInput) as refused:
            act()
        assert [mistake.field for mistake in refused.value.mistakes] == [field]


def test_only_a_conversation_that_is_to_be_watched_is_watched(at: HeadsUpHouse) -> None:
    with pytest.raises(Refused, match="asked for"):
        at.headsups.watch(at.guard, at.entered(posture="near").id)


def test_postponed_it_is_given_a_new_time(at: HeadsUpHouse) -> None:
    made = at.entered()
    at.headsups.postpone(at.leader, made.id)
    assert at.headsups.read(at.guard, made.id).status == "postponed"
    form = replace(at.headsups.form(at.leader, made.id), day="27-11-2025")
    again = at.headsups.save(at.leader, form, made.id)
    assert (again.status, again.begins) == ("planned", made.begins + timedelta(days=2))
    at.headsups.call_off(at.leader, made.id)
    with pytest.raises(Refused, match="called off"):
        at.headsups.save(at.leader, replace(form, version=again.version), made.id)


def test_guards_see_again_what_changed_for_them_and_are_told_of_it_anew(at: HeadsUpHouse) -> None:
    made = at.entered()
    at.headsups.take(at.guard, made.id)
    at.at(datetime(2025, 11, 25, 9, tzinfo=UTC))
    form = at.headsups.form(at.leader, made.id)
    noted = at.headsups.save(at.leader, replace(form, note="Tag vand med."), made.id)
    assert (noted.status, noted.advice.warnings) == ("taken", ())
    moved = at.headsups.save(at.leader, replace(form, begins="13:30", version=noted.version), made.id)
    assert (moved.status, moved.advice.warnings) == ("planned", ("too_late",))
    with pytest.raises(Refused, match="open it again"):
        at.headsups.save(at.leader, form, made.id)


def test_a_ban_that_binds_that_day_is_told_and_no_other(at: HeadsUpHouse) -> None:
    person = at.person()
    at.banned(person, "24-11-2025", "30-11-2025")
    assert at.entered(person=person).advice.warnings[0] == "banned"
    assert at.headsups.advise(at.leader, at.form(person=person)).warnings[0] == "banned"
    assert "banned" not in at.entered(person=person, day="01-12-2025").advice.warnings
    assert "banned" not in at.entered(person=at.person("Søren Test")).advice.warnings
    shown = at.headsups.overview(at.house.who(Role.HS_LEADER)).coming
    assert all("banned" not in each.advice.warnings for each in shown)
    merged = at.person("Chris Moe")
    at.services.persons.merge(at.leader, person, merged)
    assert at.entered(person=merged).advice.warnings[0] == "banned"


def test_the_name_is_shown_to_whoever_may_search_persons_and_that_is_logged(at: HeadsUpHouse) -> None:
    made = at.entered(person=at.person())
    assert made.known
    assert "Møller" not in repr(made) + repr(at.headsups.overview(at.guard))
    assert at.headsups.name_of(at.guard, made.id) == "Christian Møller-Eksempel"
    assert at.house.told()[-1] == "headsup_named"
    with pytest.raises(Forbidden):
        at.headsups.name_of(at.desk, made.id)
    with pytest.raises(Forbidden):
        at.headsups.save(at.desk, at.form(person=1))
    with pytest.raises(Refused, match="no known person"):
        at.headsups.name_of(at.guard, at.entered().id)


def test_leaders_see_their_own_part_of_the_house(at: HeadsUpHouse) -> None:
    made = at.entered(room="K8")
    other = at.house.who(Role.LEADER, "Jobcenter")
    assert at.headsups.overview(other).coming == ()
    with pytest.raises(Refused):
        at.headsups.end(other, made.id)
    own = at.headsups.save(other, at.form(room="K8"))
    assert [each.id for each in at.headsups.overview(other).coming] == [own.id]


@pytest.mark.parametrize("missing", ["reason", "case_ref", "leader", "leader_at", "legal", "legal_at"])
def test_no_police_prewarning_without_reason_number_and_both_checks(at: HeadsUpHouse, missing: str) -> None:
    number = at.entered().id
    with pytest.raises(BadInput) as refused:
        at.headsups.prewarn(at.leader, number, replace(PREWARNING, **{missing: ""}))
    assert [mistake.field for mistake in refused.value.mistakes] == [missing]
    assert at.headsups.read(at.leader, number).prewarning is None


def test_a_police_prewarning_and_who_may_read_why(at: HeadsUpHouse) -> None:
    number = at.entered().id
    made = at.headsups.prewarn(at.leader, number, PREWARNING).prewarning
    assert made is not None
    assert made.reason == PREWARNING.reason
    assert made.legal_at == datetime(2025, 11, 23, 14, 40, tzinfo=UTC)
    with pytest.raises(Refused, match="open it again"):
        at.headsups.prewarn(at.leader, number, replace(PREWARNING, legal="KK"))
    again = at.headsups.prewarn(at.leader, number, replace(PREWARNING, legal="KK", version=2)).prewarning
    assert again is not None
    assert (again.legal, again.earlier) == ("KK", 1)
    shown = at.headsups.read(at.guard, number).prewarning
    assert shown is not None
    assert (shown.case_ref, shown.reason) == ("25/1234", "")
    with pytest.raises(BadInput):
        at.headsups.prewarn(at.leader, number, replace(PREWARNING, leader_at="24-11-2025 11:00"))
    with pytest.raises(Forbidden):
        at.headsups.prewarn(at.guard, number, PREWARNING)


def test_a_mobile_alarm_is_lent_once_and_overdue_when_it_is_not_back(at: HeadsUpHouse) -> None:
    form = LoanForm(device="MOBIL 1", holder="jh", place="Byvej", due_day="24-11-2025", due_time="15:00")
    lent = at.headsups.lend(at.guard, form)
    assert (lent.holder, lent.overdue) == ("JH", False)
    with pytest.raises(Refused, match="is lent to JH"):
        at.headsups.lend(at.desk, replace(form, device="mobil 1"))
    at.at(datetime(2025, 11, 24, 14, 1, tzinfo=UTC))
    assert [each.overdue for each in at.headsups.overview(at.guard).loans] == [True]
    at.headsups.give_back(at.desk, lent.id)
    assert at.headsups.overview(at.guard).loans == ()
    with pytest.raises(Refused):
        at.headsups.give_back(at.desk, lent.id)
    with pytest.raises(BadInput) as refused:
        at.headsups.lend(at.guard, LoanForm(due_day="24-11-2025", due_time="09:00"))
    assert [each.field for each in refused.value.mistakes] == ["device", "holder", "place", "due_day"]


def test_a_mobile_alarm_of_the_house_is_lent_once_whichever_of_its_names_is_written(tmp_path: Path) -> None:
    with headsup_house(tmp_path, toml=ROOMS + MOBILES) as at:
        form = LoanForm(device="m1", holder="JH", place="Byvej", due_day="24-11-2025", due_time="15:00")
        assert at.headsups.lend(at.guard, form).device == "Mobil 1", "as the house calls it"
        for named in ("M1", " mobil  1 "):
            with pytest.raises(Refused, match=r"Mobil 1 is lent to JH: note first that it is back\."):
                at.headsups.lend(at.desk, replace(form, device=named, holder="VT"))
        assert at.headsups.lend(at.desk, replace(form, device="Mobil 7")).device == "Mobil 7", "one it has not named"


@pytest.mark.parametrize(
    ("arrival", "open_to"),
    [
        ("decide", ("appointment_made", "no_meeting")),
        ("appointment", ("appointment_made",)),
        ("no_meeting", ("no_meeting",)),
    ],
)
def test_an_announced_arrival_is_decided_as_the_town_hall_leaves_it_open(
    tmp_path: Path, arrival: str, open_to: tuple[str, ...]
) -> None:
    toml = f'{ROOMS}\n[override.headsups]\narrival = "{arrival}"\n'
    with headsup_house(tmp_path, toml=toml) as at:
        assert decisions(at.settings.policy.headsups) == open_to
        for decision in ("appointment_made", "no_meeting"):
            form = ArrivalForm(day="24-11-2025", time="14:00", case_ref="J-2231")
            told = at.headsups.announce(at.desk, form)
            assert told.decision == ""
            if decision in open_to:
                assert at.headsups.decide(at.leader, told.id, decision).decision == decision
                with pytest.raises(Refused):
                    at.headsups.decide(at.leader, told.id, decision)
            else:
                with pytest.raises(BadInput):
                    at.headsups.decide(at.leader, told.id, decision)
        with pytest.raises(Forbidden):
            at.headsups.decide(at.desk, 1, "no_meeting")


def test_an_arrival_of_somebody_with_a_ban_says_so_and_one_of_nobody_is_refused(at: HeadsUpHouse) -> None:
    person = at.person()
    at.banned(person, "24-11-2025", "30-11-2025")
    assert at.headsups.announce(at.guard, ArrivalForm(day="24-11-2025", time="14:00", person=person)).banned
    with pytest.raises(BadInput, match="Say whom"):
        at.headsups.announce(at.guard, ArrivalForm(day="24-11-2025", time="14:00"))
    at.clock.advance(days=3)
    assert [each.decision for each in at.headsups.overview(at.guard).arrivals] == [""]


def test_today_coming_and_past_each_once(at: HeadsUpHouse) -> None:
    first = at.entered(day="24-11-2025", begins="11:00", ends="12:00")
    second = at.entered()
    third = at.entered(day="26-11-2025")
    at.at(datetime(2025, 11, 25, 22, 59, tzinfo=UTC))  # 23:59 in Denmark
    seen = at.headsups.overview(at.guard)
    found = tuple([each.id for each in part] for part in (seen.past, seen.today, seen.coming))
    assert found == ([first.id], [second.id], [third.id])


def test_between_gives_what_touches_the_time_whatever_became_of_it(at: HeadsUpHouse) -> None:
    made = at.entered()
    at.headsups.call_off(at.leader, made.id)

    def found(begin: datetime, end: datetime) -> list[int]:
        with reading(at.house.ground.engine) as session:
            return [row.id for row in stored.between(session, begin, end)]

    hour = timedelta(hours=1)
    assert found(made.begins - hour, made.begins) == []
    assert found(made.begins - hour, made.begins + hour / 2) == [made.id]
    assert found(made.begins + hour / 4, made.begins + hour / 2) == [made.id]
    assert found(made.until, made.until + hour) == []


# Rooms, bans and parts of the house


def test_a_room_that_is_taken_is_suggested_nowhere(at: HeadsUpHouse) -> None:
    at.entered(room="K7")
    hard = {"room": "K2", "reason": "bad_news", "staff": "XX YY"}
    assert at.headsups.advise(at.leader, at.form(**hard)).rooms == ("K8",)
    made = at.entered(**hard)
    assert made.advice.rooms == ("K8",)
    assert at.headsups.read(at.leader, made.id).advice.rooms == ("K8",)
    other = at.house.who(Role.LEADER, "Borgerservice")
    theirs = at.headsups.save(other, at.form(**{**hard, "room": "B1"}))
    assert theirs.advice.rooms == ("K8",)
    assert [each.advice.rooms for each in at.headsups.overview(other).coming] == [("K8",)]
    at.headsups.call_off(at.leader, 1)
    assert at.headsups.read(at.leader, made.id).advice.rooms == ("K7", "K8")


def test_whoever_may_not_search_persons_learns_nothing_from_their_numbers(at: HeadsUpHouse) -> None:
    person = at.person()
    at.banned(person, "24-11-2025", "30-11-2025")
    with pytest.raises(Forbidden):
        at.headsups.advise(at.desk, at.form(person=person))
    made = at.entered(person=person)
    # What a leader has chosen may stay where the desk changes something else.
    form = at.headsups.form(at.desk, made.id)
    assert at.headsups.advise(at.desk, form, made.id).warnings[0] == "banned"


def test_every_lookup_of_a_ban_is_logged_once_a_day(at: HeadsUpHouse) -> None:
    person = at.person()
    at.entered(person=person)
    begun = len(at.house.told())
    for _again in range(3):
        at.headsups.overview(at.desk)
    assert at.house.told()[begun:] == ["lookup"]
    at.headsups.overview(at.guard)
    at.headsups.advise(at.guard, at.form(person=person))
    assert at.house.told()[begun:] == ["lookup"] * 2
    at.headsups.overview(at.house.who(Role.HS_LEADER))  # who may look up no ban
    assert at.house.told()[begun:] == ["lookup"] * 2
    at.clock.advance(days=1)
    at.headsups.overview(at.desk)
    assert at.house.told()[begun:] == ["lookup"] * 3


def test_what_is_outside_the_house_is_seen_by_the_part_that_entered_it(at: HeadsUpHouse) -> None:
    jobcenter = at.house.who(Role.LEADER, "Jobcenter")
    other = at.house.who(Role.LEADER, "Borgerservice")
    made = at.headsups.save(jobcenter, at.form(room="Hjemmebesøg Egevej", citizen="kvinde, 40", case_ref="J-77"))
    loan = at.headsups.lend(
        jobcenter, LoanForm(device="MOBIL 1", holder="JH", place="Egevej", due_day="24-11-2025", due_time="15:00")
    )
    arrival = at.headsups.announce(jobcenter, ArrivalForm(day="24-11-2025", time="14:00", case_ref="J-77"))
    assert made.area == "Jobcenter"
    seen = at.headsups.overview(other)
    assert (seen.coming, seen.loans, seen.arrivals) == ((), (), ())
    acts: tuple[Callable[[], object], ...] = (
        lambda: at.headsups.read(other, made.id),
        lambda: at.headsups.give_back(other, loan.id),
        lambda: at.headsups.decide(other, arrival.id, "no_meeting"),
        lambda: at.headsups.withdraw(other, arrival.id),
    )
    for act in acts:
        with pytest.raises(Refused):
            act()
    everything = at.headsups.overview(at.guard)
    assert [len(part) for part in (everything.coming, everything.loans, everything.arrivals)] == [1, 1, 1]
    inside = at.headsups.save(jobcenter, at.form(room="K8"))
    form = replace(at.headsups.form(jobcenter, inside.id), room="Cafeen")
    assert at.headsups.save(jobcenter, form, inside.id).area == "Jobcenter"


# Moved, put off, warned of anew


@pytest.mark.parametrize("moved", [{"day": "27-11-2025"}, {"begins": "11:45"}])
def test_a_meeting_that_goes_on_is_not_moved_to_another_time_to_come(at: HeadsUpHouse, moved: dict[str, str]) -> None:
    made = at.entered(day="24-11-2025", begins="11:00", ends="12:00", check_in_every="15")
    at.at(datetime(2025, 11, 24, 10, 5, tzinfo=UTC))
    at.headsups.begin(at.guard, made.id)
    form = at.headsups.form(at.leader, made.id)
    with pytest.raises(Refused, match="The meeting goes on"):
        at.headsups.save(at.leader, replace(form, **moved), made.id)
    longer = at.headsups.save(at.leader, replace(form, ends="12:30"), made.id)
    assert (longer.status, longer.until) == ("running", made.until + timedelta(minutes=30))


def test_what_was_so_of_the_old_time_is_not_of_the_new_one(at: HeadsUpHouse) -> None:
    made = at.entered(posture="watched")
    at.headsups.take(at.guard, made.id)
    at.headsups.watch(at.guard, made.id)
    at.headsups.prewarn(at.leader, made.id, PREWARNING)
    at.headsups.postpone(at.leader, made.id)
    form = replace(at.headsups.form(at.leader, made.id), day="10-12-2025")
    again = at.headsups.save(at.leader, form, made.id)
    assert (again.status, again.watched_at) == ("planned", None)
    assert again.prewarning is not None
    assert again.prewarning.about == made.begins != again.begins
    anew = at.headsups.prewarn(at.leader, made.id, replace(PREWARNING, version=again.version)).prewarning
    assert anew is not None
    assert (anew.about, anew.earlier) == (again.begins, 1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"legal": "LD"}, "legal"),
        ({"leader": "VT"}, "leader"),
        ({"legal": "VT"}, "legal"),
        ({"leader": "JJ"}, "leader"),
    ],
)
def test_leader_and_legal_are_two_people_who_are_what_they_were_asked_as(
    at: HeadsUpHouse, said: dict[str, Any], field: str
) -> None:
    at.house.who(Role.LEGAL, initials="JJ")
    number = at.entered().id
    with pytest.raises(BadInput) as refused:
        at.headsups.prewarn(at.leader, number, replace(PREWARNING, **said))
    assert [mistake.field for mistake in refused.value.mistakes] == [field]
    assert at.headsups.prewarn(at.leader, number, replace(PREWARNING, legal="JJ")).prewarning is not None


def test_police_hours_are_none_on_a_holiday(at: HeadsUpHouse) -> None:
    at.at(datetime(2026, 4, 1, 8, tzinfo=UTC))
    easter = at.form(day="06-04-2026", begins="15:40", ends="16:10")  # a Monday
    found = at.headsups.advise(at.leader, easter).police
    assert found == (datetime(2026, 4, 13, 13, 30, tzinfo=UTC), datetime(2026, 4, 13, 14, 30, tzinfo=UTC))


# Announced arrivals


@pytest.mark.parametrize(("day", "clock"), [("24-11-2025", "08:00"), ("24-11-2025", "09:59"), ("26-11-2026", "10:00")])
def test_nobody_says_that_they_come_yesterday_or_in_years(at: HeadsUpHouse, day: str, clock: str) -> None:
    with pytest.raises(BadInput) as refused:
        at.headsups.announce(at.desk, ArrivalForm(day=day, time=clock, citizen="mand"))
    assert [mistake.field for mistake in refused.value.mistakes] == ["day"]


def test_an_arrival_is_taken_back_by_the_desk_and_then_not_decided(at: HeadsUpHouse) -> None:
    told = at.headsups.announce(at.desk, ArrivalForm(day="24-11-2025", time="10:00", citizen="mand"))
    assert at.headsups.withdraw(at.desk, told.id).decision == "withdrawn"
    assert at.house.told()[-1] == "arrival_withdrawn"
    with pytest.raises(Refused, match="decided already"):
        at.headsups.decide(at.leader, told.id, "no_meeting")
    with pytest.raises(Refused, match="decided already"):
        at.headsups.withdraw(at.desk, told.id)
    at.clock.advance(days=1)
    assert at.headsups.overview(at.desk).arrivals == ()


def test_an_appointment_is_entered_with_what_is_known_of_the_arrival(at: HeadsUpHouse) -> None:
    person = at.person()
    told = at.headsups.announce(
        at.guard, ArrivalForm(day="24-11-2025", time="14:00", person=person, citizen="vred", case_ref="J-2240")
    )
    at.headsups.decide(at.leader, told.id, "appointment_made")
    form = at.headsups.form_for_arrival(at.leader, told.id)
    assert form == HeadsUpForm(
        day="24-11-2025", begins="14:00", reason="threat_before", case_ref="J-2240", person=person, citizen="vred"
    )
    made = at.headsups.save(at.leader, replace(form, ends="14:30", room="K7", staff="LD VT"))
    assert (made.known, made.begins) == (True, told.expected_at)


def test_a_meeting_that_nobody_ended_is_still_today_s(at: HeadsUpHouse) -> None:
    made = at.entered(day="24-11-2025", begins="19:00", ends="20:00")
    at.headsups.begin(at.guard, made.id)
    at.at(datetime(2025, 11, 25, 8, tzinfo=UTC))
    seen = at.headsups.overview(at.guard)
    assert ([each.id for each in seen.today], seen.past) == ([made.id], ())
    at.headsups.end(at.guard, made.id)
    seen = at.headsups.overview(at.guard)
    assert (seen.today, [each.id for each in seen.past]) == ((), [made.id])
