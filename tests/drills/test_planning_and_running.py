"""A drill from its planning to its end, by the coordinator's planner and the monitor's keeper."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from drills.drill_house import DrillHouse
from sqlalchemy import text

from db.main import reading
from drivers.base import Cause
from guardroom.clock import stamp
from guardroom.drills.form import DrillForm
from guardroom.drills.obligation import years
from guardroom.drills.plan import CONFIRMATIONS
from guardroom.drills.slots import slots
from guardroom.drills.view import Evaluation
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused

ZONE = ZoneInfo("Europe/Copenhagen")
TUESDAY = datetime(2025, 11, 25, 9, 15, tzinfo=UTC)
"""10:15 in Denmark."""


def fixed(at: DrillHouse, **said: object) -> DrillForm:
    """A drill on Tuesday, 10:15."""
    return at.form(**({"how": "fixed", "day": "25-11-2025", "time": "10:15"} | said))


def mistakes(caught: pytest.ExceptionInfo[BadInput]) -> dict[str, str]:
    """What was wrong, by field."""
    return {mistake.field: mistake.sentence for mistake in caught.value.mistakes}


class TestFixed:
    @pytest.mark.usefixtures("both_databases")
    def test_it_begins_at_its_time_and_ends_by_itself(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, fixed(at))
        at.at(TUESDAY - timedelta(minutes=1))
        at.tick()
        assert at.desk.view().alarms == ()
        at.at(TUESDAY)
        at.on_duty()
        at.tick()
        (alarm,) = at.desk.view().alarms
        assert (alarm.room, alarm.cause, alarm.state) == ("K7", "hold_up", "active_unacknowledged")
        at.clock.advance(12)
        at.act("acknowledge", alarm=alarm.id, press=1)
        at.clock.advance(30)
        at.act("step", alarm=alarm.id, detail="on_scene")
        at.clock.advance(20)
        at.act("step", alarm=alarm.id, detail="conversation_stopped")
        at.clock.advance(900)
        at.tick()
        assert at.desk.view().alarms == ()
        at.carried()
        at.tick()
        (past,) = at.planner.overview(at.coordinator).drills
        assert (past.number, past.place, past.why, past.counts) == ("Ø-2025-1", "Kontaktrum 7", "time", True)
        assert [(aim.code, aim.measured_s, aim.met) for aim in past.aims] == [
            ("acknowledged", 12.0, True),
            ("on_scene", 42.0, True),
            ("stopped", 62.0, True),
            ("leader", None, None),
        ]
        assert at.planner.overview(at.coordinator).years[0].state == "done"
        assert "drill_begun" in at.house.told()

    def test_nothing_is_logged_or_written_before(self, at: DrillHouse) -> None:
        before = at.house.told()
        at.planner.plan(at.coordinator, fixed(at, led_by="RK", helpers="JB"))
        at.at(TUESDAY - timedelta(minutes=5))
        at.tick()
        assert at.house.told() == before
        found = at.bytes_on_disk()
        for hint in (b"25-11-2025", b"2025-11-25", b"10:15", b"fixed", b"helper", b"Kontaktrum 7"):
            assert hint not in found, hint

    @pytest.mark.parametrize(
        ("said", "field", "sentence"),
        [
            ({"day": "31-02-2026"}, "day", "02-2026 has 28 days"),
            ({"day": "02-31-2026"}, "day", "no month 31"),
            ({"day": "next week"}, "day", "Give the day as 08-12-2025"),
            ({"day": "24-11-2025", "time": "8"}, "time", "gone by"),
            ({"day": "24-12-2025"}, "day", "holiday"),
            ({"day": "23-11-2025"}, "day", "gone by"),
            ({"day": "25-11-2030"}, "day", "two years"),
            ({"day": "29-11-2025"}, "time", "not on duty"),
            ({"time": "17:55"}, "time", "not on duty"),
            ({"time": "25:00"}, "time", "Give the time"),
            ({"day": "01-12-2025", "time": "15:45"}, "time", "police"),
            ({"rooms": ("K2",)}, "rooms", "no button"),
            ({"led_by": "010190-1234"}, "led_by", "CPR"),
        ],
    )
    def test_what_cannot_be(self, at: DrillHouse, said: dict[str, object], field: str, sentence: str) -> None:
        with pytest.raises(BadInput) as caught:
            at.planner.plan(at.coordinator, fixed(at, **said))
        assert sentence in mistakes(caught)[field]
        assert at.planner.overview(at.coordinator).plan is None

    def test_two_at_once(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, fixed(at))
        with pytest.raises(Refused, match="planned already"):
            at.planner.plan(at.coordinator, fixed(at))
        at.planner.call_off(at.coordinator)
        at.planner.plan(at.coordinator, fixed(at))

    def test_a_pc_that_was_off_tells_it(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, fixed(at))
        at.crash()
        at.at(TUESDAY + timedelta(hours=2))
        at.start()
        at.tick()
        plan = at.planner.overview(at.coordinator).plan
        assert plan is not None
        assert (plan.over, plan.news[-1].what, plan.news[-1].detail) == (True, "too_late", "missed")
        assert at.desk.view().alarms == ()
        assert at.planner.overview(at.coordinator).years[0].state == "missing"

    @pytest.mark.parametrize("why", ["alarm", "staffing", "not_confirmed", "test_open", "room_out_of_service"])
    def test_the_gate(self, at: DrillHouse, why: str) -> None:
        form = fixed(at)
        at.planner.plan(at.coordinator, replace(form, confirmed=()) if why == "not_confirmed" else form)
        at.at(TUESDAY)
        match why:
            case "alarm":
                at.press("008")
            case "staffing":
                at.act("shift", people=("MH",))
            case "test_open":
                at.act("test_open", room="K8")
            case "room_out_of_service":
                at.act("out_of_service", room="K7", until=stamp(TUESDAY + timedelta(hours=1)), text="knappen")
        at.tick()
        assert at.desk.drill() is None
        plan = at.planner.overview(at.coordinator).plan
        assert plan is not None
        assert (plan.news[-1].what, plan.news[-1].detail) == ("called_off", why)
        at.clock.advance(660)
        at.tick()
        plan = at.planner.overview(at.coordinator).plan
        assert plan is not None
        assert (plan.over, plan.news[-1].detail) == (True, why)

    def test_a_room_that_is_out_of_service_is_not_drawn_where_another_one_is_not(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, fixed(at, rooms=("K7", "K8")))
        at.chance.say = lambda _count: 0
        at.act("out_of_service", room="K7", until=stamp(TUESDAY + timedelta(hours=1)), text="knappen")
        at.at(TUESDAY)
        at.tick()
        drill = at.desk.drill()
        assert drill is not None
        assert drill.order.room == "K8"


class TestTheYears:
    def test_one_without_a_drill_stays_overdue_for_the_whole_year_after(self, at: DrillHouse) -> None:
        def shown() -> list[tuple[int, str, int]]:
            return [
                (year.year, year.state, year.days_left)
                for year in at.planner.overview(at.coordinator).years
                if year.year >= at.clock.now().year - 1
            ]

        assert shown() == [(2025, "missing", 37)], "of the years before the program it knows nothing"
        at.at(datetime(2026, 1, 1, 10, 0, tzinfo=UTC))
        assert shown() == [(2026, "missing", 364), (2025, "missing", 0)]
        at.at(datetime(2026, 12, 31, 10, 0, tzinfo=UTC))
        assert shown()[1] == (2025, "missing", 0)

    @pytest.mark.parametrize("per_year", [0, 1, 2])
    def test_every_year_since_the_program_or_the_first_drill(self, per_year: int) -> None:
        done = [date(2024, 5, 2), date(2026, 3, 3)]
        found = years(per_year, done, None, date(2027, 1, 1), date(2025, 6, 1))
        assert [year.year for year in found] == [2027, 2026, 2025, 2024]
        want = {0: ["not_asked"] * 4, 1: ["missing", "done", "missing", "done"], 2: ["missing"] * 4}
        assert [year.state for year in found] == want[per_year]


class TestHelper:
    def test_the_next_press_is_the_drill_and_a_restart_waits_on(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, fixed(at, press="helper"))
        at.at(TUESDAY)
        at.tick()
        assert at.desk.view().drill is None
        at.restart()
        at.clock.advance(600)
        at.tick()
        at.press()
        drill = at.desk.view().drill
        assert drill is not None
        at.restart()
        at.tick()
        assert at.desk.view().drill == drill
        assert at.planner.overview(at.coordinator).plan is None
        assert len(at.planner.overview(at.coordinator).drills) == 1

    def test_nobody_pressed(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, fixed(at, press="helper"))
        at.at(TUESDAY)
        at.tick()
        at.clock.advance(31 * 60)
        at.tick()
        at.press()
        assert at.desk.view().drill is None, "real"
        plan = at.planner.overview(at.coordinator).plan
        assert plan is not None
        assert plan.news[-1].detail == "no_press"

    def test_a_real_alarm_before_the_press(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, fixed(at, press="helper"))
        at.at(TUESDAY)
        at.tick()
        at.press("008", Cause.FIRE)
        at.press()
        assert at.desk.view().drill is None
        assert len(at.desk.view().alarms) == 2


class TestCalledOffInTime:
    @pytest.fixture
    def waiting(self, at: DrillHouse) -> DrillHouse:
        """A helper's press is waited for."""
        at.planner.plan(at.coordinator, fixed(at, press="helper"))
        at.at(TUESDAY)
        at.tick()
        assert at.desk.expects_drill()
        return at

    @pytest.mark.parametrize("how", ["called off", "not seen to", "too few guards", "vault unreadable"])
    def test_the_next_press_is_real(self, waiting: DrillHouse, how: str) -> None:
        match how:
            case "called off":
                waiting.planner.call_off(waiting.coordinator)
            case "not seen to":
                waiting.planner.confirm(waiting.coordinator, ())
            case "too few guards":
                waiting.act("shift", people=())
            case _:
                waiting.spoil_vault()
        waiting.tick()
        waiting.press()
        assert waiting.desk.view().drill is None
        assert waiting.desk.view().alarms[0].unacknowledged

    def test_where_nobody_looks_any_more_a_press_is_real(self, waiting: DrillHouse) -> None:
        waiting.clock.advance(120)
        waiting.press()
        assert waiting.desk.view().drill is None

    def test_a_drill_that_was_called_off_a_moment_too_late_is_written_down(self, waiting: DrillHouse) -> None:
        waiting.press()
        waiting.planner.call_off(waiting.coordinator)
        waiting.tick()
        (past,) = waiting.planner.overview(waiting.coordinator).drills
        assert past.place == "Kontaktrum 7"


class TestSealed:
    def test_it_begins_at_the_slot_that_is_drawn(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, at.form(rooms=("K7", "K8")))
        slot = datetime(2025, 11, 27, 10, 30, tzinfo=UTC)
        while at.clock.now() < slot:
            at.tick()
            assert at.desk.drill() is None
            at.clock.advance(900)
        at.chance.say = lambda count: 0
        at.on_duty()
        at.tick()
        assert at.desk.view().drill is not None

    @pytest.mark.usefixtures("on_a_file")
    def test_nobody_waits_for_the_database_while_the_slots_are_worked_out(
        self, at: DrillHouse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A window of a whole year takes a while, the calendar of holidays with it."""
        worked_out: list[int] = []

        def writing_beside(*limits: Any) -> tuple[datetime, ...]:
            with contextlib.closing(sqlite3.connect(at.settings.path.parent / "guardroom.db", timeout=0)) as other:
                other.execute("BEGIN IMMEDIATE")
                other.rollback()
            found = slots(*limits)
            worked_out.append(len(found))
            return found

        at.planner.plan(at.coordinator, at.form())
        monkeypatch.setattr("guardroom.drills.keeper.slots", writing_beside)
        at.chance.say = lambda count: 0
        at.tick()
        assert at.desk.drill() is not None
        at.tick()
        assert len(worked_out) == 1

    def test_nobody_has_to_be_at_the_room_where_nobody_knows_the_time(self, at: DrillHouse) -> None:
        form = at.form(confirmed=tuple(code for code in CONFIRMATIONS if code != "leader_at_room"))
        assert "leader_at_room" not in at.planner.plan(at.coordinator, form).wanted
        at.chance.say = lambda count: 0
        at.tick()
        assert at.desk.drill() is not None
        assert "leader_at_room" in at.planner.plan(at.coordinator, replace(form, notice="day")).wanted

    def test_the_last_slot_is_certain(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, at.form(last="24-11-2025", latest="12:00"))
        for _ in range(20):
            at.tick()
            at.clock.advance(900)
        assert at.desk.drill() is not None
        assert at.chance.asked[:3] == [2**31 - 1, 8, 7] or at.chance.asked[1] == at.chance.asked[2] + 1

    def test_with_notice_only_the_coordinator_is_told(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, at.form(notice="day", press="helper"))
        at.chance.say = lambda count: 0
        for _ in range(96 * 2):
            at.tick()
            plan = at.planner.overview(at.coordinator).plan
            assert plan is not None
            if plan.begins_at is not None:
                break
            at.clock.advance(900)
        assert plan.begins_at is not None
        assert timedelta(hours=23) < plan.begins_at - at.clock.now() <= timedelta(hours=24)
        with pytest.raises(Forbidden):
            at.planner.overview(at.house.who(Role.DIRECTOR))
        local = plan.begins_at.astimezone(ZONE)
        found = at.bytes_on_disk()
        assert f"{local:%H:%M}".encode() not in found
        assert plan.begins_at.strftime("%Y-%m-%dT%H:%M").encode() not in found

    def test_only_in_the_months_that_are_chosen(self, at: DrillHouse) -> None:
        plan = at.planner.plan(at.coordinator, at.form(months=("12",)))
        assert plan.limits.months == (12,)
        at.chance.say = lambda count: 0
        at.tick()
        assert at.desk.drill() is None
        at.at(datetime(2025, 12, 1, 7, 0, tzinfo=UTC))
        at.on_duty()
        at.tick()
        assert at.desk.drill() is not None
        with pytest.raises(BadInput) as caught:
            at.planner.propose(at.coordinator, at.form(months=("3",)))
        assert "No time in the window fits" in mistakes(caught)["first"]

    def test_a_window_too_short_for_the_notice(self, at: DrillHouse) -> None:
        with pytest.raises(BadInput) as caught:
            at.planner.plan(at.coordinator, at.form(last="24-11-2025", notice="day"))
        assert "No time in the window fits" in mistakes(caught)["first"]

    def test_a_helper_without_notice_and_a_window_without_a_slot(self, at: DrillHouse) -> None:
        with pytest.raises(BadInput) as caught:
            at.planner.plan(at.coordinator, at.form(press="helper"))
        assert "notice" in mistakes(caught)
        with pytest.raises(BadInput) as caught:
            at.planner.plan(at.coordinator, at.form(first="29-11-2025", last="30-11-2025"))
        assert "No time in the window fits" in mistakes(caught)["first"]
        with pytest.raises(BadInput) as caught:
            at.planner.plan(at.coordinator, at.form(last="01-11-2025"))
        assert "ends before" in mistakes(caught)["last"]

    def test_what_could_not_begin_is_drawn_again(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, at.form())
        at.chance.say = lambda count: 0
        at.press("008")
        at.tick()
        at.clock.advance(11 * 60)
        at.tick()
        plan = at.planner.overview(at.coordinator).plan
        assert plan is not None
        assert (plan.begins_at, plan.over, plan.news[-1].what) == (None, False, "put_off")

    def test_proposed_at_once(self, at: DrillHouse) -> None:
        at.chance.say = lambda count: 3
        form = at.planner.propose(at.coordinator, at.form())
        assert (form.how, form.day, form.time) == ("proposed", "24-11-2025", "11:00")
        assert at.planner.overview(at.coordinator).plan is None
        at.planner.plan(at.coordinator, form)
        at.at(datetime(2025, 11, 24, 10, 0, tzinfo=UTC))
        at.tick()
        assert at.desk.view().drill is not None


class TestTheVault:
    def test_it_looks_the_same_whatever_is_in_it_and_is_written_every_time(self, at: DrillHouse) -> None:
        def sealed() -> bytes:
            with reading(at.house.ground.engine) as session:
                found: bytes = session.execute(text("SELECT sealed FROM drill_vault")).scalar_one()
                return found

        at.tick()
        empty = sealed()
        at.planner.plan(at.coordinator, at.form())
        planned = sealed()
        at.clock.advance(60)
        at.tick()
        assert len({empty, planned, sealed()}) == 3
        assert len(empty) == len(planned) == len(sealed())

    def test_an_unreadable_one_can_be_put_away(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, at.form())
        at.spoil_vault()
        at.planner.call_off(at.coordinator)
        assert at.planner.overview(at.coordinator).plan is None
        at.tick()
        assert at.desk.view().faults == ()

    def test_one_that_was_changed_is_told(self, at: DrillHouse) -> None:
        at.planner.plan(at.coordinator, at.form())
        at.spoil_vault()
        at.tick()
        assert [fault.kind for fault in at.desk.view().faults] == ["drill_vault"]
        with pytest.raises(Refused, match="cannot be read"):
            at.planner.overview(at.coordinator)


class TestEvaluating:
    @pytest.fixture
    def over(self, at: DrillHouse) -> int:
        """A drill that guards answered and that is over."""
        at.planner.plan(at.coordinator, fixed(at))
        at.at(TUESDAY)
        at.tick()
        alarm = at.desk.view().alarms[0].id
        at.clock.advance(40)
        at.act("acknowledge", alarm=alarm, press=1)
        at.act("close", alarm=alarm, detail="left_by_themselves")
        at.carried()
        at.tick()
        return at.planner.overview(at.coordinator).drills[0].id

    def test_it_is_written_improved_and_locked(self, at: DrillHouse, over: int) -> None:
        with pytest.raises(Refused, match="what went well"):
            at.planner.finish(at.coordinator, over)
        said = Evaluation(strengths="Ro på.", to_improve="Skiltet ved K7.", leader="0:45", debriefed=True)
        past = at.planner.evaluate(at.coordinator, over, said)
        assert [(aim.code, aim.measured_s, aim.met) for aim in past.aims][-1] == ("leader", 45.0, True)
        assert past.aims[0].met is False, "forty seconds"
        past = at.planner.improve(at.coordinator, over, "Nyt skilt", "Teknisk", "01-02-2026")
        assert at.planner.finish(at.coordinator, over).locked
        with pytest.raises(Refused, match="finished"):
            at.planner.evaluate(at.coordinator, over, Evaluation())
        at.clock.advance(days=400)
        (left,) = at.planner.overview(at.coordinator).open_improvements
        assert (left.what, left.overdue) == ("Nyt skilt", True)
        at.planner.improved(at.coordinator, left.id)
        assert at.planner.overview(at.coordinator).open_improvements == ()
        assert [year.state for year in at.planner.overview(at.coordinator).years] == ["missing", "done"]

    @pytest.mark.parametrize(
        ("what", "owner", "due", "field"),
        [("", "A", "01-02-2026", "what"), ("B", "", "01-02-2026", "owner"), ("B", "A", "01-02-2020", "due")],
    )
    def test_what_an_improvement_wants(
        self, at: DrillHouse, over: int, what: str, owner: str, due: str, field: str
    ) -> None:
        with pytest.raises(BadInput) as caught:
            at.planner.improve(at.coordinator, over, what, owner, due)
        assert list(mistakes(caught)) == [field]

    def test_no_incident_is_written_about_it(self, at: DrillHouse, over: int) -> None:
        from guardroom.house import on_ground
        from guardroom.incidents.form import AlarmRef

        house, guard = on_ground(at.house.ground), at.house.who(Role.GUARD)
        drill = at.desk.drill()
        assert drill is not None
        ref = AlarmRef(station=at.settings.station, number=drill.alarm)
        with pytest.raises(Refused, match="was a drill"):
            house.incidents.from_alarm(guard, ref)
        form = replace(house.incidents.blank(guard), kind="turned_away", account="Blev afvist.", alarm=ref)
        with pytest.raises(Refused, match="was a drill"):
            house.incidents.save(guard, form)

    def test_it_counts_in_no_list_of_alarms_to_write_about(self, at: DrillHouse, over: int) -> None:
        from guardroom.house import on_ground

        house = on_ground(at.house.ground)
        assert house.incidents.unwritten(at.house.who(Role.GUARD)) == ()
        assert re.match(r"Ø-2025-1", at.planner.drill(at.coordinator, over).number)
