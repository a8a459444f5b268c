"""A drill keeps away from meetings, incidents and other stations' alarms, and sends its coordinator word."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from drills.drill_house import DrillHouse, drill_house
from drills.test_elsewhere import alarm
from harness.mail_server import MailServer

from db.main import reading
from db.outbox_tables import NoticeRow
from guardroom.drills import vault
from guardroom.drills.form import DrillForm
from guardroom.drills.plan import Plan
from guardroom.headsups.form import HeadsUpForm
from guardroom.headsups.headsups import HeadsUps
from guardroom.incidents.form import IncidentForm
from guardroom.incidents.log import IncidentLog
from guardroom.people.lookup import Lookup
from guardroom.people.persons import Persons
from guardroom.people.roles import Role
from guardroom.refusal import BadInput
from guardroom.settings import Recipient

TUESDAY = datetime(2025, 11, 25, 9, 15, tzinfo=UTC)
"""10:15 in Denmark."""


def told_of_a_meeting(at: DrillHouse, begins: str = "10:20", ends: str = "11:00", day: str = "25-11-2025") -> int:
    """The guards are told of a meeting in another room than the drill's."""
    persons = Persons(at.house.ground, Lookup(at.house.ground))
    form = HeadsUpForm(day=day, begins=begins, ends=ends, room="K8", reason="bad_news", staff="LD JB", posture="near")
    return HeadsUps(at.house.ground, persons).save(at.house.who(Role.GUARD), form).id


def planned(at: DrillHouse) -> Plan | None:
    """What lies in the vault."""
    with reading(at.house.ground.engine) as session:
        return vault.read(session, at.house.ground.secret).plan


def fixed(at: DrillHouse, **more: object) -> DrillForm:
    return at.form(how="fixed", day="25-11-2025", time="10:15", press="program", **more)


def test_a_time_with_a_meeting_is_refused_when_it_is_planned(at: DrillHouse) -> None:
    told_of_a_meeting(at)
    with pytest.raises(BadInput) as refused:
        at.planner.plan(at.coordinator, fixed(at))
    assert [(each.field, each.sentence) for each in refused.value.mistakes] == [
        ("time", "Guards are told of a meeting at that time: choose another one, or let F9 propose one.")
    ]
    assert planned(at) is None


def test_a_time_beside_a_meeting_is_not(at: DrillHouse) -> None:
    told_of_a_meeting(at, "10:30", "11:00")
    assert at.planner.plan(at.coordinator, fixed(at)).begins_at == TUESDAY


def test_a_meeting_that_came_later_holds_it_back(at: DrillHouse) -> None:
    at.planner.plan(at.coordinator, fixed(at))
    told_of_a_meeting(at)
    at.at(TUESDAY)
    at.tick()
    plan = planned(at)
    assert plan is not None
    assert [(each.what, each.detail) for each in plan.news] == [("called_off", "meeting")]
    assert at.desk.view().alarms == ()


def test_a_meeting_that_goes_on_longer_than_was_meant_holds_it_back_too(at: DrillHouse) -> None:
    at.planner.plan(at.coordinator, fixed(at))
    persons = Persons(at.house.ground, Lookup(at.house.ground))
    number = told_of_a_meeting(at, "09:00", "09:30")
    at.at(TUESDAY - timedelta(minutes=75))
    HeadsUps(at.house.ground, persons).begin(at.house.who(Role.GUARD), number)
    at.at(TUESDAY)
    at.tick()
    plan = planned(at)
    assert plan is not None
    assert plan.news[-1].detail == "meeting"
    HeadsUps(at.house.ground, persons).end(at.house.who(Role.GUARD), number)
    at.clock.advance(60)
    at.tick()
    assert at.desk.view().drill is not None, "it begins when nothing speaks against it any more"


def test_proposed_and_sealed_times_keep_away_from_meetings(at: DrillHouse) -> None:
    limits = {"first": "25-11-2025", "last": "25-11-2025", "earliest": "10:00", "latest": "11:30"}
    told_of_a_meeting(at, "10:20", "11:10")
    at.chance.say = lambda count: count - 1
    assert at.planner.propose(at.coordinator, at.form(**limits)).time == "11:30"
    at.chance.say = lambda _count: 0
    # 10:15 would last into it; 10:00 does not.
    assert at.planner.propose(at.coordinator, at.form(**limits)).time == "10:00"
    at.chance.asked.clear()
    at.chance.say = lambda count: count - 1 if count > 1 else 0
    at.planner.plan(at.coordinator, at.form(**limits, press="program"))
    at.at(TUESDAY.replace(hour=8, minute=55))
    for _minute in range(160):
        at.clock.advance(60)
        at.tick()
        if at.desk.view().drill is not None:
            break
    drill = at.desk.drill()
    assert drill is not None
    began = datetime.fromisoformat(drill.began.at)
    assert not TUESDAY.replace(minute=5) < began < TUESDAY.replace(hour=10, minute=10), "not into the meeting"


def test_a_window_full_of_meetings_is_refused(at: DrillHouse) -> None:
    told_of_a_meeting(at, "08:00", "15:30")
    with pytest.raises(BadInput) as refused:
        at.planner.plan(at.coordinator, at.form(first="25-11-2025", last="25-11-2025", press="program"))
    assert "a meeting that guards are told of" in refused.value.mistakes[0].sentence


def test_a_fresh_incident_holds_it_back_until_it_is_old_or_closed(at: DrillHouse) -> None:
    at.planner.plan(at.coordinator, fixed(at))
    guard = at.house.who(Role.GUARD)
    log = IncidentLog(at.house.ground, Persons(at.house.ground, Lookup(at.house.ground)))
    at.at(TUESDAY - timedelta(minutes=30))
    log.save(guard, replace(log.blank(guard), kind="other", account="Råbte i forhallen.", place="Forhal"))
    at.at(TUESDAY)
    at.tick()
    plan = planned(at)
    assert plan is not None
    assert plan.news[-1].detail == "incident"
    assert at.planner.overview(at.coordinator).around.incident


def test_a_press_by_accident_does_not(at: DrillHouse) -> None:
    at.planner.plan(at.coordinator, fixed(at))
    guard = at.house.who(Role.GUARD)
    log = IncidentLog(at.house.ground, Persons(at.house.ground, Lookup(at.house.ground)))
    at.at(TUESDAY - timedelta(minutes=30))
    log.save(guard, IncidentForm(kind="accidental", day="25-11-2025", time="09:40", place="K7", account="Kom til det."))
    at.at(TUESDAY)
    at.tick()
    assert at.desk.view().drill is not None


def test_another_stations_alarm_holds_it_back(at: DrillHouse) -> None:
    at.planner.plan(at.coordinator, fixed(at))
    at.at(TUESDAY)
    alarm(at, minutes=-5)
    at.tick()
    plan = planned(at)
    assert plan is not None
    assert plan.news[-1].detail == "alarm"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        yield made


@pytest.fixture
def mailed(tmp_path: Path, server: MailServer) -> Iterator[DrillHouse]:
    """The house, with a coordinator who is sent word."""
    with drill_house(tmp_path) as made:
        rk = Recipient(name="Risikokoordinator", groups=("risk_coordinator",), mail="rk@byby.example")
        guard = Recipient(name="Vagt", groups=("guards",), mail="vagt@byby.example")
        made.settings = replace(made.settings, mail=server.mail(), recipients=(rk, guard))
        made.keeper.settings = made.settings
        yield made


def ticked(at: DrillHouse) -> None:
    """A minute's look, with the message that it sends."""
    at.tick()
    for thread in threading.enumerate():
        if thread.name == "messenger":
            thread.join(20)


def test_whoever_asked_for_notice_is_told_to_sign_in_and_nothing_else(mailed: DrillHouse, server: MailServer) -> None:
    mailed.chance.say = lambda _count: 0
    mailed.planner.plan(mailed.coordinator, mailed.form(notice="day", press="program"))
    mailed.at(TUESDAY)
    for _minute in range(3):
        ticked(mailed)
        mailed.clock.advance(60)
    plan = planned(mailed)
    assert plan is not None
    assert plan.begins_at is not None
    ((to, message),) = server.taken
    assert to == "rk@byby.example"
    assert str(message["Subject"]) == "Sign in to guardroom."
    assert message.get_content().strip() == "Sign in to guardroom."
    with reading(mailed.house.ground.engine) as session:
        assert session.query(NoticeRow).count() == 0, "nothing in the database tells that there was a message"


def test_without_notice_nobody_is_told_of_a_draw(mailed: DrillHouse, server: MailServer) -> None:
    mailed.chance.say = lambda _count: 0
    mailed.planner.plan(mailed.coordinator, mailed.form(press="program"))
    mailed.at(TUESDAY)
    mailed.tick()
    assert mailed.desk.view().drill is not None
    assert server.taken == []


def test_one_that_could_not_begin_is_told_too_and_again_until_it_arrives(
    mailed: DrillHouse, server: MailServer
) -> None:
    mailed.planner.plan(mailed.coordinator, fixed(mailed))
    told_of_a_meeting(mailed)
    server.refuse["rk@byby.example"] = "451 later"
    mailed.at(TUESDAY)
    ticked(mailed)
    assert server.taken == []
    del server.refuse["rk@byby.example"]
    mailed.restart()
    mailed.keeper.settings = mailed.settings
    for _minute in range(3):
        mailed.clock.advance(60)
        ticked(mailed)
    assert [to for to, _message in server.taken] == ["rk@byby.example"]
