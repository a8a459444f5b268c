"""The risk coordinator plans a drill, sees what became of it, and writes down what it showed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from drills.drill_house import DrillHouse, drill_house
from on_the_glass import glass, in_front, said
from records_helper import NOON, answered, key_of, opened, records_app, signed_in, typed
from textual.pilot import Pilot

from guardroom.drills.plan import CONFIRMATIONS
from guardroom.drills.view import Evaluation
from guardroom.people.roles import Role
from screens.app import GuardroomApp
from screens.drill_step import DrillStep
from screens.form import Form

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[DrillHouse]:
    """Fredensborg, with a panel."""
    with drill_house(tmp_path) as made:
        yield made


def held(at: DrillHouse) -> int:
    """A drill was held an hour ago, answered and closed."""
    begins = NOON.replace(minute=0, second=0) - timedelta(hours=1)
    local = begins + timedelta(hours=1)
    at.planner.plan(at.coordinator, at.form(how="fixed", day=f"{local:%d-%m-%Y}", time=f"{local:%H:%M}"))
    at.at(begins)
    at.tick()
    alarm = at.desk.view().alarms[0].id
    at.clock.advance(11)
    at.act("acknowledge", alarm=alarm, press=1)
    at.clock.advance(150)
    at.act("step", alarm=alarm, detail="on_scene")
    at.act("close", alarm=alarm, detail="left_by_themselves")
    at.carried()
    at.tick()
    drill = at.planner.overview(at.coordinator).drills[0].id
    at.planner.evaluate(
        at.coordinator, drill, Evaluation(strengths="Rolig stemme.", to_improve="Skiltet ved K7 kan ikke ses.")
    )
    at.planner.improve(at.coordinator, drill, "Nyt skilt ved K7", "Teknisk", "01-02-2026")
    return drill


async def planner(pilot: Pilot[Any], at: DrillHouse) -> GuardroomApp:
    """The coordinator is signed in, with the planner in front."""
    app = pilot.app
    assert isinstance(app, GuardroomApp)
    await signed_in(pilot, at.coordinator)
    await opened(pilot, "drills")
    return app


def form(app: GuardroomApp) -> Form:
    """The form that is shown."""
    assert isinstance(app.screen, DrillStep)
    return app.screen._form


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stage", ["nothing", "planned", "held", "form"])
def test_picture(
    snap_compare: Callable[..., bool], at: DrillHouse, feed: Any, spoken: str, size: str, stage: str
) -> None:
    if stage == "held":
        held(at)
    if stage == "planned":
        at.planner.plan(at.coordinator, at.form(last="12-12-2025", rooms=("K7", "K8"), confirmed=CONFIRMATIONS[:3]))

    async def run_before(pilot: Pilot[Any]) -> None:
        await planner(pilot, at)
        if stage == "form":
            await pilot.press("n")
            await answered(pilot)

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def test_a_drill_is_planned_seen_to_and_called_off(at: DrillHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await planner(pilot, at)
        await pilot.press("n")
        await answered(pilot)
        await in_front(pilot, app, "drill_step")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "drills")
        await said(pilot, app, "The drill is planned.")
        await said(pilot, app, "sealed: drawn when the time has come")
        await said(pilot, app, "[!!] a stop word is agreed")
        await pilot.press("n")
        await said(pilot, app, "A drill is planned already: call it off first.")
        await pilot.press("k")
        await answered(pilot)
        await pilot.press("1", "2")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "[ok] a stop word is agreed")
        await pilot.press("x")
        await said(pilot, app, "X again calls the drill off.")
        await pilot.press("x")
        await answered(pilot)
        await said(pilot, app, "Nothing. N plans a drill.")


async def test_a_time_is_proposed_and_what_is_wrong_stands_at_its_field(at: DrillHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await planner(pilot, at)
        await pilot.press("n")
        await answered(pilot)
        await pilot.press("f9")
        await answered(pilot)
        assert form(app).text("how") == "proposed"
        assert form(app).text("day")
        form(app).fill({"day": "24-12-2025", "time": "10:00", "how": "fixed"})
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "That is a holiday: nobody is in the house.")
        await pilot.press("escape")
        await said(pilot, app, "Esc again leaves without what is written here.")
        await pilot.press("escape")
        await in_front(pilot, app, "drills")
    assert at.planner.overview(at.coordinator).plan is None


async def test_whoever_asks_for_notice_is_told_when_it_may_be_shorter(at: DrillHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await planner(pilot, at)
        await pilot.press("n")
        await answered(pilot)
        await said(pilot, app, "there is no date until it begins")
        form(app).enter("notice")
        await pilot.press("3")
        await said(pilot, app, "when it is on again, an hour before at the latest")
        form(app).enter("how")
        await pilot.press("3")
        await said(pilot, app, "there is no date until it begins")


async def test_a_field_that_goes_hands_the_focus_on(at: DrillHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await planner(pilot, at)
        await pilot.press("n")
        await answered(pilot)
        form(app).enter("notice")
        await pilot.press("f9")
        await answered(pilot)
        assert form(app).text("how") == "proposed"
        assert app.focused is form(app).field("rooms").control


async def test_what_it_showed_is_written_printed_and_locked(at: DrillHouse, feed: Any) -> None:
    drill = held(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await planner(pilot, at)
        await said(pilot, app, "Skiltet ved K7 kan ikke ses.")
        await said(pilot, app, "NO")
        await pilot.press("f")
        await answered(pilot)
        await typed(pilot, "Øv flugtvejen")
        await pilot.press("tab")
        await typed(pilot, "Leder")
        await pilot.press("tab")
        await typed(pilot, "01-03-2026")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Øv flugtvejen")
        await pilot.press("g")
        await answered(pilot)
        await pilot.press("u")
        await answered(pilot)
        await said(pilot, app, "Oe-2025-1.html")
        await pilot.press("l")
        await said(pilot, app, "Will be locked: Ø-2025-1")
        await pilot.press("l")
        await answered(pilot)
        await said(pilot, app, "Finished on")
        await pilot.press("e")
        await said(pilot, app, "nothing in it is changed any more")
    page = (at.settings.letters.folder / "Oe-2025-1.html").read_text("utf-8")
    assert "Drill Ø-2025-1" in page
    assert "<td>on the scene</td><td>&lt; 2:00</td><td>2:41</td><td>no</td>" in page
    assert at.planner.drill(at.coordinator, drill).locked


async def test_a_drill_that_is_stopped_is_told_as_it_goes_on(at: DrillHouse, feed: Any) -> None:
    begins = NOON.replace(second=0) - timedelta(minutes=1)
    local = begins + timedelta(hours=1)
    at.planner.plan(at.coordinator, at.form(how="fixed", day=f"{local:%d-%m-%Y}", time=f"{local:%H:%M}"))
    at.at(begins)
    at.tick()
    alarm = at.desk.view().alarms[0].id
    at.clock.advance(14.6)
    at.act("acknowledge", alarm=alarm, press=1)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await planner(pilot, at)
        feed.show(at.desk.view())
        await said(pilot, app, "STOP the drill")
        await said(pilot, app, "it is not over yet")
        assert "does not count" not in glass(app)
        at.act("drill_stop", alarm=alarm)
        feed.show(at.desk.view())
        await said(pilot, app, "it is over; the times come within a minute")
        assert "STOP the drill" not in glass(app)
        at.act("close", alarm=alarm, detail="left_by_themselves")
        at.carried()
        at.tick()
        at.clock.advance(5)
        feed.show(at.desk.view())
        await said(pilot, app, "it counts for the year")
        await said(pilot, app, "0:14")


async def test_a_time_is_proposed_where_one_plans_and_nowhere_else(at: DrillHouse, feed: Any) -> None:
    held(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await planner(pilot, at)
        for key, offered in (("n", True), ("e", False)):
            await pilot.press(key)
            await answered(pilot)
            await in_front(pilot, app, "drill_step")
            assert ("Propose a time" in glass(app)) is offered
            await pilot.press("escape")
            await in_front(pilot, app, "drills")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RISK_COORDINATOR])
async def test_nobody_else_is_shown_that_there_is_such_a_screen(at: DrillHouse, feed: Any, role: Role) -> None:
    at.planner.plan(at.coordinator, at.form())
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.house.who(role))
        assert "Drills" not in glass(app)
        await pilot.press(key_of("6"))
        await answered(pilot)
        app.open("drills")
        await answered(pilot)
        assert app.screen.NAME != "drills"  # type: ignore[attr-defined]


async def test_a_plan_that_was_half_written_is_there_again(at: DrillHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        for written in ("", "27-11-2025"):
            await planner(pilot, at)
            await pilot.press("n")
            await answered(pilot)
            assert form(app).text("day") == written
            assert form(app).field("day").display == bool(written)
            assert ("What you had begun to write is here again." in glass(app)) == bool(written)
            form(app).fill({"how": "fixed", "day": "27-11-2025"})
            app.sign_out()
            await in_front(pilot, app, "board")


async def test_signing_out_leaves_nothing_of_it(at: DrillHouse, feed: Any) -> None:
    begins = datetime(2025, 11, 27, 9, 15, tzinfo=UTC)
    at.planner.plan(at.coordinator, at.form(how="fixed", day="27-11-2025", time=f"{begins:%H}:15"))
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await planner(pilot, at)
        await said(pilot, app, "27-11-2025 09:15")
        app.sign_out()
        await answered(pilot)
        await in_front(pilot, app, "board")
        assert app._named["drills"]._overview is None  # type: ignore[attr-defined]
