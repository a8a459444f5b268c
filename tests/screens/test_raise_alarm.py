"""A manual alarm: R, a few letters, Enter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from on_the_glass import glass, in_front, obeyed, said, until
from textual.pilot import Pilot

from guardroom import language
from guardroom.alarms.acts import Act, ActReply
from screens.app import GuardroomApp
from screens.raise_alarm import matching

WIDE, SMALL = (120, 36), (80, 24)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    language.choose("en")
    yield
    language.choose("en")


async def _raising(pilot: Pilot[None], app: GuardroomApp) -> None:
    await in_front(pilot, app, "board")
    await pilot.press("r")
    await in_front(pilot, app, "raise_alarm")


async def test_three_keys_and_enter(app: GuardroomApp, feed: Any) -> None:
    """R, k2, Enter: the room is raised and the form is gone."""
    async with app.run_test(size=SMALL) as pilot:
        await _raising(pilot, app)
        await pilot.press("k", "2", "enter")
        await in_front(pilot, app, "board")
        assert [(act.kind, act.room, act.text) for act in feed.acts] == [("raise", "K2", "")]


async def test_the_key_that_opens_is_no_letter(app: GuardroomApp, feed: Any) -> None:
    """Enter on the empty form raises nothing; Esc leaves."""
    async with app.run_test(size=WIDE) as pilot:
        await _raising(pilot, app)
        await pilot.press("enter")
        await said(pilot, app, "Choose a room")
        await pilot.press("escape")
        await in_front(pilot, app, "board")
        assert feed.acts == []


async def test_arrows_choose(app: GuardroomApp, feed: Any) -> None:
    """Down and up walk through the rooms that fit, without a letter typed too."""
    async with app.run_test(size=WIDE) as pilot:
        await _raising(pilot, app)
        await pilot.press("down", "down", "down", "up", "enter")
        await in_front(pilot, app, "board")
        assert [act.room for act in feed.of("raise")] == ["K2"]


async def test_what_is_happening(app: GuardroomApp, feed: Any) -> None:
    """Tab goes to the optional text; Enter raises from there too."""
    async with app.run_test(size=WIDE) as pilot:
        await _raising(pilot, app)
        await pilot.press("k", "4", "tab", *"råber", "enter")
        await in_front(pilot, app, "board")
        assert [(act.room, act.text) for act in feed.of("raise")] == [("K4", "råber")]


async def test_a_place_that_is_no_room(app: GuardroomApp, feed: Any) -> None:
    """Free words are a place; what is happening follows them."""
    async with app.run_test(size=WIDE) as pilot:
        await _raising(pilot, app)
        await pilot.press(*"parkering syd", "tab", *"slag", "enter")
        await in_front(pilot, app, "board")
        assert [(act.room, act.text) for act in feed.of("raise")] == [("", "parkering syd: slag")]


async def test_the_mouse(app: GuardroomApp, feed: Any) -> None:
    """A click on a room chooses it, a click on the bar raises."""
    async with app.run_test(size=WIDE) as pilot:
        await _raising(pilot, app)
        await pilot.click("#rooms", offset=(4, 2))
        await said(pilot, app, "RAISE THE ALARM in K3")
        await pilot.click("#raise-bar", offset=(4, 0))
        await in_front(pilot, app, "board")
        assert [act.room for act in feed.of("raise")] == ["K3"]


async def test_a_refusal_keeps_the_form(app: GuardroomApp, feed: Any) -> None:
    """Nothing typed is lost where the monitor refuses; it can be sent again."""

    def refuse(act: Act) -> ActReply | None:
        return ActReply(id=act.id, refused="unknown_room")

    feed.answer = refuse
    async with app.run_test(size=WIDE) as pilot:
        await _raising(pilot, app)
        await pilot.press("k", "2", "enter")
        await said(pilot, app, "There is no such room.")
        assert app.screen.NAME == "raise_alarm"
        feed.answer = lambda act: ActReply(id=act.id)
        await pilot.press("enter")
        await in_front(pilot, app, "board")
        assert len(feed.of("raise")) == 2


async def test_every_opening_begins_afresh(app: GuardroomApp, feed: Any) -> None:
    """What was typed last time must not raise this one."""
    async with app.run_test(size=WIDE) as pilot:
        await _raising(pilot, app)
        await pilot.press("k", "2", "escape")
        await _raising(pilot, app)
        await pilot.press("enter")
        await said(pilot, app, "Choose a room")
        assert feed.acts == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("k2", "K2"),
        ("K 2", "K2"),
        ("kontaktrum 3", "K3"),
        ("a03", "A-03"),
        ("oekonomi", "B-04"),
        ("ældre", "B-03"),
        ("samtale 5", "A-05"),
        ("pas", "B-02"),
    ],
)
def test_the_likeliest_room_comes_first(scenario: Any, typed: str, first: str) -> None:
    """Ids and names, with or without hyphen, Danish letters on any keyboard."""
    assert matching(scenario.settings().rooms, typed)[0].id == first


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=30))
def test_anything_may_be_typed(scenario: Any, typed: str) -> None:
    """Every room found is one of the house, each once."""
    rooms = scenario.settings().rooms
    found = matching(rooms, typed)
    assert len({room.id for room in found}) == len(found) <= len(rooms)


async def test_foreign_text_is_shown_and_not_obeyed(app: GuardroomApp, scenario: Any) -> None:
    """Pasted text is letters."""
    async with app.run_test(size=SMALL) as pilot:
        await _raising(pilot, app)
        app.screen.query_one("#where").value = scenario.nasty  # type: ignore[attr-defined]
        await said(pilot, app, "another place")
        await until(pilot, lambda: "[bold]" in glass(app))
        shown = glass(app)
        assert obeyed(shown) == set()


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
@pytest.mark.parametrize("spoken", ["da", "en"])
def test_picture(snap_compare: Any, feed: Any, scenario: Any, clock: Any, size: tuple[int, int], spoken: str) -> None:
    """The form as it looks, with a letter typed."""
    language.choose(spoken)
    app = GuardroomApp(scenario.settings(spoken), feed, None, clock)

    async def show(pilot: Pilot[None]) -> None:
        await _raising(pilot, app)
        await pilot.press("k")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=show)
