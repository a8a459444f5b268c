"""The police script: what is read aloud, who decides, and the call noted with its number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from on_the_glass import glass, in_front, obeyed, said, until
from textual.pilot import Pilot

from guardroom import language
from guardroom.alarms.view import TimelineLine
from screens import police
from screens.app import GuardroomApp

WIDE, SMALL = (120, 36), (80, 24)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    language.choose("en")
    yield
    language.choose("en")


async def _reading(pilot: Pilot[None], app: GuardroomApp, feed: Any, view: Any) -> None:
    await in_front(pilot, app, "board")
    feed.show(view)
    await until(pilot, lambda: app.shown is view)
    await pilot.press("p")
    await in_front(pilot, app, "police")


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
async def test_the_script(app: GuardroomApp, feed: Any, scenario: Any, size: tuple[int, int]) -> None:
    """Address, entrance, room with block and floor, and where the police are met: whole at both sizes."""
    async with app.run_test(size=size) as pilot:
        await _reading(pilot, app, feed, scenario.in_progress())
        for words in (
            "Rådhuset, Egevej 1, 3000 Byby.",
            "Indgang syd.",
            "Panic alarm in Kontaktrum 2, Jobcenter, Stuen.",
            "72 56 50 00",
            "We meet you in the hall.",
            "danger now",
            "not urgent",
            "112",
        ):
            assert words in glass(app)


async def test_the_call_is_noted(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """1 is 112, 4 is 114; Esc goes back and notes nothing."""
    async with app.run_test(size=WIDE) as pilot:
        await _reading(pilot, app, feed, scenario.in_progress())
        await pilot.press("1")
        await said(pilot, app, "Noted: 112 rung for Kontaktrum 2.")
        await pilot.press("4")
        await said(pilot, app, "Noted: 114 rung for Kontaktrum 2.")
        assert [(act.kind, act.alarm, act.detail) for act in feed.acts] == [
            ("police_called", 459, "112"),
            ("police_called", 459, "114"),
        ]
        await pilot.press("escape")
        await in_front(pilot, app, "board")


async def test_a_script_that_was_open_before_the_alarm_comes_to_the_front(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    """P works on the takeover and in the response too, whatever lies beneath them."""
    async with app.run_test(size=WIDE) as pilot:
        await _reading(pilot, app, feed, scenario.quiet())
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        clock.advance(1)
        await pilot.press("p")
        await in_front(pilot, app, "police")
        await pilot.press("escape")
        await in_front(pilot, app, "takeover")
        await pilot.press("f12")
        feed.show(scenario.in_progress())
        await in_front(pilot, app, "response")
        await pilot.press("p")
        await said(pilot, app, "Panic alarm in Kontaktrum 2")
        await in_front(pilot, app, "police")


async def test_calls_made_stand_with_their_time(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """Who rang which number when."""
    rung = TimelineLine(at="2025-11-24T12:44:31.000Z", what="police_called", detail="112", by="MH")
    one = scenario.acknowledged(scenario.alarm(age_s=144.0), 11.0)
    async with app.run_test(size=WIDE) as pilot:
        view = scenario.with_alarms(scenario.quiet(), replace(one, timeline=(*one.timeline, rung)))
        await _reading(pilot, app, feed, view)
        assert "Rung 112 at 13:44:31 MH" in glass(app)


async def test_the_step_alone_tells_that_they_were_rung(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """Where step 5 was marked and no number noted, nothing says that nobody has rung."""
    step = TimelineLine(at="2025-11-24T12:44:31.000Z", what="step", detail="refused_police_called", by="MH")
    one = scenario.acknowledged(scenario.alarm(age_s=144.0), 11.0)
    one = replace(one, steps={step.detail: step}, timeline=(*one.timeline, step))
    async with app.run_test(size=WIDE) as pilot:
        await in_front(pilot, app, "board")
        feed.show(view := scenario.with_alarms(scenario.quiet(), one))
        await until(pilot, lambda: app.shown is view)
        app.open_response(None)
        await in_front(pilot, app, "response")
        assert "Not rung yet" not in glass(app)
        assert "Rung at 13:44:31 MH, number not noted" in glass(app)
        noted = TimelineLine(at="2025-11-24T12:45:02.000Z", what="police_called", detail="112", by="JB")
        feed.show(scenario.with_alarms(scenario.quiet(), replace(one, timeline=(*one.timeline, noted))))
        await said(pilot, app, "Rung 112 at 13:45:02 JB")
        assert "number not noted" not in glass(app)


async def test_without_an_alarm_nothing_is_noted(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """The script is there all the same; the place is for the caller to say."""
    async with app.run_test(size=SMALL) as pilot:
        await _reading(pilot, app, feed, scenario.quiet())
        assert "say which room" in glass(app)
        await pilot.press("1")
        await said(pilot, app, "No alarm is open")
        assert feed.acts == []


def test_who_decides_is_the_town_hall_s_policy(scenario: Any) -> None:
    """With a leader where the policy says so; 112 in danger is always free."""
    house = scenario.settings("en")
    assert "The guard decides" in police.who_decides(house)
    led = replace(house, policy=replace(house.policy, police_call="with_leader"))
    assert "leader" in police.who_decides(led)
    assert "112" in police.who_decides(led)


def test_what_is_not_set_is_not_read(scenario: Any) -> None:
    """No empty sentences where the town hall has set nothing."""
    house = scenario.settings("en")
    bare = replace(house, site=replace(house.site, entrance="", phone=""))
    assert not [sentence for sentence in police.script(None, bare) if sentence.strip(". ") == ""]
    assert len(police.script(None, bare)) == len(police.script(None, house)) - 2


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_any_place_can_be_read(scenario: Any, text: str) -> None:
    """What a panel calls the place is shown and never obeyed."""
    one = scenario.alarm(place=text, block=text, floor=text)
    shown = police.plain(" ".join(police.script(one, scenario.settings("en"))))
    assert obeyed(shown.plain) == set()


async def test_foreign_text_is_shown_and_not_obeyed(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """Escape sequences, bidi tricks and markup are letters."""
    foreign = scenario.foreign()
    view = replace(foreign, alarms=(replace(foreign.alarms[0], state="active_acknowledged"),))
    async with app.run_test(size=WIDE) as pilot:
        await _reading(pilot, app, feed, view)
        assert obeyed(glass(app)) == set()
        assert "[bold]x[/b]" in glass(app)


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
@pytest.mark.parametrize("spoken", ["da", "en"])
def test_picture(snap_compare: Any, feed: Any, scenario: Any, clock: Any, size: tuple[int, int], spoken: str) -> None:
    """The script as it looks."""
    language.choose(spoken)
    app = GuardroomApp(scenario.settings(spoken), feed, None, clock)

    async def show(pilot: Pilot[None]) -> None:
        await _reading(pilot, app, feed, scenario.in_progress())

    assert snap_compare(app, terminal_size=size, run_before=show)
