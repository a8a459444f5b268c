"""A drill on the glass: hidden it is nowhere to be seen, shown it is marked everywhere, and nobody rings the police."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from on_the_glass import glass, in_front, obeyed, said, until
from textual.pilot import Pilot

from guardroom import language
from guardroom.alarms import words as alarm_words
from guardroom.alarms.view import BoardView, DrillView, TimelineLine
from screens import words
from screens.app import GuardroomApp
from screens.board import draw_recent
from screens.drill import over_rows
from screens.frame import GuardScreen
from screens.interlock import interlock

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
WHY = ("time", "closed", "stopped", "real_alarm", "second_press")
GUARDED = 1.0
"""Longer than the input guard."""


def drilled(view: BoardView, **changes: Any) -> BoardView:
    """`view`, in which the alarm of K2 is a drill that runs and is shown to nobody."""
    drill = DrillView(id=3, alarm=459, room="K2", place="Kontaktrum 2", began="2025-11-24T12:42:07.000Z")
    return replace(view, number=view.number + 1, drill=replace(drill, **changes))


def over(view: BoardView, why: str = "stopped", **changes: Any) -> BoardView:
    """`view`, in which the drill has been over for ten seconds."""
    return drilled(view, shown=True, over_age_s=10.0, why=why, **changes)


def app_on(scenario: Any, make_feed: Any, clock: Any, view: object, spoken: str = "en") -> GuardroomApp:
    """A dashboard that shows this view."""
    language.choose(spoken)
    return GuardroomApp(scenario.settings(spoken), make_feed(view), None, clock)


@pytest.fixture
def dashboard(scenario: Any, make_feed: Any, clock: Any) -> Callable[..., GuardroomApp]:
    """A dashboard that shows this view."""
    return lambda view, spoken="en": app_on(scenario, make_feed, clock, view, spoken)


async def kept_from_calling(pilot: Pilot[None], app: GuardroomApp) -> None:
    """P has been pressed while a drill runs."""
    await in_front(pilot, app, "board")
    await pilot.press("p")
    await in_front(pilot, app, "police")


# -- the police ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_the_interlock(
    snap_compare: Callable[..., bool], dashboard: Any, scenario: Any, spoken: str, size: str
) -> None:
    async def show(pilot: Any) -> None:
        await kept_from_calling(pilot, pilot.app)
        pilot.app.feed.show(drilled(scenario.in_progress(), shown=True))
        await pilot.pause()

    app = dashboard(drilled(scenario.in_progress()), spoken)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=show)


@pytest.mark.parametrize("shown", [False, True], ids=["hidden", "shown"])
async def test_instead_of_the_script_it_says_that_it_is_a_drill(dashboard: Any, scenario: Any, shown: bool) -> None:
    app = dashboard(drilled(scenario.in_progress(), shown=shown))
    async with app.run_test(size=(120, 36)) as pilot:
        await kept_from_calling(pilot, app)
        seen = glass(app)
        assert "The alarm in Kontaktrum 2 (K2) at 13:42 is a drill" in seen
        assert "Real danger, there or anywhere else: ring 112 at once." in seen
        for never in ("RING THE POLICE", "read this aloud", "Egevej", "112 rung", "114", "I have rung"):
            assert never not in seen
        await pilot.press("1", "4", "2")
        assert app.feed.of("police_called") == []
        await pilot.press("escape")
        await in_front(pilot, app, "board")


async def test_everybody_is_told_once(dashboard: Any, scenario: Any) -> None:
    app = dashboard(drilled(scenario.in_progress()))
    async with app.run_test(size=(80, 24)) as pilot:
        await kept_from_calling(pilot, app)
        await pilot.press("escape", "p", "escape", "p")
        app.feed.show(drilled(scenario.in_progress(), shown=True))
        await pilot.pause()
        assert [(act.kind, act.by, act.station) for act in app.feed.acts] == [("drill_reveal", "MH + JB", "vagtstuen")]
        app.feed.show(drilled(scenario.in_progress(), id=4))
        await until(pilot, lambda: len(app.feed.of("drill_reveal")) == 2)


async def test_nobody_has_to_be_told_of_a_drill_that_is_shown(dashboard: Any, scenario: Any) -> None:
    app = dashboard(drilled(scenario.in_progress(), shown=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await kept_from_calling(pilot, app)
        assert app.feed.acts == []


async def test_on_the_takeover_too(dashboard: Any, scenario: Any, clock: Any) -> None:
    app = dashboard(drilled(scenario.one_alarm()))
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "takeover")
        clock.advance(GUARDED)
        await pilot.press("p")
        await in_front(pilot, app, "police")
        assert "is a drill" in glass(app)
        await pilot.press("f12")
        assert [act.alarm for act in app.feed.of("acknowledge")] == [459]
        await pilot.press("escape")
        await in_front(pilot, app, "takeover")


async def test_the_step_that_says_police_called_is_kept_too(dashboard: Any, scenario: Any, clock: Any) -> None:
    app = dashboard(drilled(scenario.in_progress()))
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("enter")
        await in_front(pilot, app, "response")
        clock.advance(GUARDED)
        await pilot.press("5")
        await in_front(pilot, app, "police")
        assert (app.feed.of("step"), len(app.feed.of("drill_reveal"))) == ([], 1)
        await pilot.press("escape")
        await in_front(pilot, app, "response")
        await pilot.press("3")
        assert [act.detail for act in app.feed.of("step")] == ["asked_to_leave"]


async def test_a_real_alarm_brings_the_takeover_and_then_the_script(dashboard: Any, scenario: Any, clock: Any) -> None:
    app = dashboard(drilled(scenario.in_progress()))
    async with app.run_test(size=(120, 36)) as pilot:
        await kept_from_calling(pilot, app)
        real = scenario.with_alarms(scenario.quiet(), scenario.alarm(460, "A-03", 2.0))
        app.feed.show(over(real, "real_alarm"))
        await in_front(pilot, app, "takeover")
        assert "The drill is over: this alarm is REAL." in glass(app)
        clock.advance(GUARDED)
        await pilot.press("p")
        await in_front(pilot, app, "police")
        assert "Panic alarm in Samtalerum 3" in glass(app)
        seen = scenario.with_alarms(scenario.quiet(), scenario.acknowledged(scenario.alarm(460, "A-03", 5.0)))
        app.feed.show(over(seen, "real_alarm"))
        await in_front(pilot, app, "police")
        assert "Panic alarm in Samtalerum 3" in glass(app)
        await pilot.press("1")
        assert [act.alarm for act in app.feed.of("police_called")] == [460]


async def test_a_real_alarm_that_somebody_has_acknowledged_already_brings_the_script(
    dashboard: Any, scenario: Any
) -> None:
    app = dashboard(drilled(scenario.in_progress()))
    async with app.run_test(size=(80, 24)) as pilot:
        await kept_from_calling(pilot, app)
        seen = scenario.with_alarms(scenario.quiet(), scenario.acknowledged(scenario.alarm(460, "A-03", 5.0)))
        app.feed.show(over(seen, "real_alarm"))
        await said(pilot, app, "RING THE POLICE")
        assert "DO NOT CALL" not in glass(app)


@pytest.mark.parametrize("beneath", ["board", "takeover"])
async def test_when_the_drill_ends_nobody_is_asked_to_ring(
    dashboard: Any, scenario: Any, clock: Any, beneath: str
) -> None:
    app = dashboard(drilled(scenario.in_progress() if beneath == "board" else scenario.one_alarm()))
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, beneath)
        clock.advance(GUARDED)
        await pilot.press("p")
        await in_front(pilot, app, "police")
        app.feed.show(over(scenario.quiet(), "time"))
        await in_front(pilot, app, "board")
        assert "DRILL OVER" in glass(app)
        await pilot.press("p")
        await in_front(pilot, app, "police")
        assert "RING THE POLICE" in glass(app)


async def test_a_script_that_was_open_before_gives_way(dashboard: Any, scenario: Any, clock: Any) -> None:
    app = dashboard(scenario.quiet())
    async with app.run_test(size=(120, 36)) as pilot:
        await kept_from_calling(pilot, app)
        assert "RING THE POLICE" in glass(app)
        app.feed.show(drilled(scenario.one_alarm()))
        await in_front(pilot, app, "takeover")
        assert app.feed.acts == [], "nobody has seen it yet"
        clock.advance(GUARDED)
        await pilot.press("f12")
        app.feed.show(drilled(scenario.in_progress()))
        await in_front(pilot, app, "response")
        assert [act.kind for act in app.feed.acts] == ["acknowledge"]
        await pilot.press("p")
        await in_front(pilot, app, "police")
        assert "is a drill" in glass(app)
        assert [act.kind for act in app.feed.acts] == ["acknowledge", "drill_reveal"]
        await pilot.press("escape")
        await in_front(pilot, app, "response")


async def test_without_the_monitor_nobody_is_kept_from_calling(dashboard: Any, scenario: Any, clock: Any) -> None:
    app = dashboard(drilled(scenario.in_progress()))
    async with app.run_test(size=(120, 36)) as pilot:
        await kept_from_calling(pilot, app)
        app.feed.down("gone")
        clock.advance(4)
        await said(pilot, app, "RING THE POLICE")
        await said(pilot, app, "A drill ran in Kontaktrum 2")


@given(
    st.text(max_size=60),
    st.integers(1, 130),
    st.integers(1, 45),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_do_not_call_is_said_in_any_space(scenario: Any, place: str, width: int, height: int) -> None:
    drill = DrillView(id=1, alarm=1, room="K2", place=place, began="2025-11-24T12:42:07.000Z")
    drawn = interlock(drill, scenario.settings("en"), width, height, block="█", key="Esc").plain
    assert obeyed(drawn) == set()
    rows = drawn.split("\n")
    if width >= 20:
        assert len(rows) <= height
        assert "DO NOT CALL" in drawn or sum("█" in row for row in rows) == 10
    if width >= 60 and height >= 6:
        assert "ring 112 at once" in drawn


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (40, 10), (200, 60)])
async def test_any_size_of_terminal(dashboard: Any, scenario: Any, size: tuple[int, int]) -> None:
    app = dashboard(drilled(scenario.in_progress()))
    async with app.run_test(size=size) as pilot:
        await kept_from_calling(pilot, app)
        app.feed.show(over(scenario.quiet()))
        await in_front(pilot, app, "board")


# -- hidden ----------------------------------------------------------------------------------------------------

EVERYWHERE = ("board", "response", "help", "raise_alarm", "shift", "sound_check", "panels", "button_tests", "quit")


async def _looked_at(app: GuardroomApp, size: tuple[int, int], clock: Any) -> list[str]:
    """What stands on every screen, header, strip, footer and help with it."""
    seen: list[str] = []

    async def look(name: str) -> None:
        await in_front(pilot, app, name)
        app._show()
        await pilot.pause()
        seen.append(glass(app))

    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app._warm)
        if app.shown.alarms[0].unacknowledged:
            await look("takeover")
            clock.advance(GUARDED)
            await pilot.press("s")
            await look("takeover")
            await pilot.press("question_mark")
            await look("help")
            return seen
        for name in EVERYWHERE:
            app.open_response(None) if name == "response" else app.open(name)
            await look(name)
            if name != "board":
                screen = app.screen
                assert isinstance(screen, GuardScreen)
                app.leave(screen)
    return seen


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", ["one_alarm", "in_progress"])
async def test_a_hidden_drill_is_nowhere_to_be_seen(
    scenario: Any, make_feed: Any, clock: Any, state: str, size: str, spoken: str
) -> None:
    seen = []
    for hidden in (False, True):
        view = getattr(scenario, state)()
        view = drilled(view) if hidden else replace(view, number=view.number + 1)
        own = type(clock)()
        seen.append(await _looked_at(app_on(scenario, make_feed, own, view, spoken), SIZES[size], own))
    assert seen[0] == seen[1]


# -- shown -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_takeover_that_is_shown_as_a_drill(
    snap_compare: Callable[..., bool], dashboard: Any, scenario: Any, spoken: str, size: str
) -> None:
    async def show(pilot: Any) -> None:
        await in_front(pilot, pilot.app, "takeover")

    app = dashboard(drilled(scenario.one_alarm(), shown=True), spoken)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=show)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_response_that_is_shown_as_a_drill(
    snap_compare: Callable[..., bool], dashboard: Any, scenario: Any, spoken: str, size: str
) -> None:
    async def show(pilot: Any) -> None:
        await in_front(pilot, pilot.app, "board")
        await pilot.press("enter")
        await in_front(pilot, pilot.app, "response")

    app = dashboard(drilled(scenario.in_progress(), shown=True), spoken)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=show)


@pytest.mark.parametrize("size", SIZES)
async def test_a_hidden_drill_is_not_called_real_and_its_script_not_shown(
    dashboard: Any, scenario: Any, clock: Any, size: str
) -> None:
    """What is said of every alarm must be true of a hidden drill too; and nobody can ring past the key for it."""
    for view in (scenario.in_progress(), scenario.one_alarm()):
        for seen in await _looked_at(dashboard(drilled(view)), SIZES[size], clock):
            assert "DRILL" not in seen or "DO NOT CALL" in seen
            for never in ("REAL", "Egevej", "read this aloud", "We meet you in the hall"):
                assert never not in seen


@pytest.mark.parametrize("size", SIZES)
async def test_every_screen_marks_a_drill_that_is_shown(dashboard: Any, scenario: Any, clock: Any, size: str) -> None:
    for view in (scenario.in_progress(), scenario.one_alarm()):
        app = dashboard(drilled(view, shown=True))
        for seen in await _looked_at(app, SIZES[size], clock):
            assert "DRILL" in seen
            assert "I have rung" not in seen


async def test_only_its_own_alarm_is_marked(dashboard: Any, scenario: Any) -> None:
    app = dashboard(drilled(scenario.in_progress(), shown=True, alarm=7))
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        assert "DRILL" not in glass(app)


# -- over ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_the_board_after_a_drill(
    snap_compare: Callable[..., bool], dashboard: Any, scenario: Any, spoken: str, size: str
) -> None:
    quiet = scenario.quiet()
    past = replace(quiet.recent[0], pressed_at="2025-11-24T12:42:07.000Z", outcome="drill", drill=True)

    async def show(pilot: Any) -> None:
        await in_front(pilot, pilot.app, "board")

    app = dashboard(over(replace(quiet, recent=(past, *quiet.recent))), spoken)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=show)


@pytest.mark.parametrize("size", SIZES)
async def test_every_screen_tells_that_it_is_over(dashboard: Any, scenario: Any, clock: Any, size: str) -> None:
    view = over(scenario.with_alarms(scenario.quiet(), scenario.acknowledged(scenario.alarm(460, "A-03"))))
    for seen in await _looked_at(dashboard(view), SIZES[size], clock):
        assert "Ø DRILL OVER: the alarm in Kontaktrum 2 at 13:42 was a drill." in seen or "Ø DRILL OVER: Kon" in seen


async def test_no_key_is_spent_on_it_and_it_goes_by_itself(dashboard: Any, scenario: Any) -> None:
    app = dashboard(over(scenario.quiet(), "closed"))
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        assert "F12" not in glass(app)
        await pilot.press("f12")
        await said(pilot, app, "There is nothing to acknowledge.")
        assert app.feed.acts == []
        assert "DRILL OVER: the alarm in Kontaktrum 2 at 13:42 was a drill. Its alarm was closed." in glass(app)
        app.feed.show(scenario.quiet())
        await until(pilot, lambda: "DRILL OVER" not in glass(app))


async def test_a_second_press_is_told_to_be_real(dashboard: Any, scenario: Any, clock: Any) -> None:
    app = dashboard(over(scenario.with_alarms(scenario.quiet(), scenario.alarm(460)), "second_press"))
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "takeover")
        seen = glass(app)
        assert "The drill is over: this alarm is REAL." in seen
        assert "was a drill" not in seen
        clock.advance(GUARDED)
        await pilot.press("f12")
        assert [act.alarm for act in app.feed.of("acknowledge")] == [460]
        view = scenario.with_alarms(scenario.quiet(), scenario.acknowledged(scenario.alarm(460)))
        app.feed.show(over(view, "second_press"))
        await in_front(pilot, app, "response")
        assert "DRILL OVER: Kontaktrum 2 at 13:42. Pressed again: that is real." in glass(app)


async def test_an_alarm_can_still_be_raised_under_the_bar(dashboard: Any, scenario: Any) -> None:
    app = dashboard(over(scenario.quiet(), place="Kontaktrum med et navn der er langt nok til to linjer"))
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("r")
        await in_front(pilot, app, "raise_alarm")
        await pilot.press(*"a-03")
        await said(pilot, app, "Enter: RAISE THE ALARM in A-03")


async def test_a_drill_that_was_closed_wants_no_incident(dashboard: Any, scenario: Any) -> None:
    done = scenario.in_progress()
    done = replace(done, alarms=(replace(done.alarms[0], outcome="left_by_themselves"),))
    app = dashboard(drilled(done))
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("enter")
        await in_front(pilot, app, "response")
        await pilot.press("ctrl+s")
        app.feed.show(over(scenario.quiet(), "closed"))
        await in_front(pilot, app, "board")
        assert "writes what happened" not in glass(app)


@given(st.sampled_from(WHY), st.text(max_size=80), st.integers(1, 140), st.integers(1, 40), st.booleans())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_bar_takes_little_room(scenario: Any, why: str, place: str, width: int, height: int, alarm: bool) -> None:
    house = scenario.settings("en")
    quiet = scenario.quiet()
    view = over(scenario.with_alarms(quiet, scenario.alarm(460)) if alarm else quiet, why, place=place)
    rows = over_rows(view, house, width, height)
    assert len(rows) in ((1,) if alarm or height < 20 else (1, 2))
    assert all(row.cell_length == width for row in rows)
    assert all(obeyed(row.plain) == set() for row in rows)
    assert over_rows(drilled(view), house, width, height) == []


def test_a_past_drill_is_no_outcome(scenario: Any) -> None:
    past = replace(scenario.quiet().recent[0], drill=True)
    drawn = draw_recent(replace(scenario.quiet(), recent=(past,)), scenario.settings("en"), 90, 8).plain
    assert "Ø DRILL" in drawn
    assert "Escorted out" not in drawn


def test_every_code_of_a_drill_has_words(spoken: str) -> None:
    told = [words.timeline(TimelineLine(at="", what="drill_over", detail=why), ZoneInfo("UTC")) for why in WHY]
    told += [words.timeline(TimelineLine(at="", what="drill_revealed"), ZoneInfo("UTC"))]
    told += [words.note(code) for code in ("tested", "test_failed")]
    told += [words.refusal(code) for code in ("no_drill", "alarm_stands", "unknown_room")]
    assert len(set(told)) == len(told)
    assert not any("_" in text or any(text.endswith(f" {why}") for why in WHY) for text in told)
    assert alarm_words.outcome("drill") != "drill"
