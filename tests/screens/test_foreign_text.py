"""What a panel, a person or a file wrote is shown and never obeyed, on every screen."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.content import Content
from textual.widgets import Input

from screens.app import GuardroomApp
from screens.plain import Field, fitted, lines, plain

pieces = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "\x1b[2J",
            "\x1b]0;title\x07",
            "\x9b31m",
            "\u202e",
            "\u2066",
            "\u200b",
            "[/]",
            "[bold]",
            "[/b]",
            "[@click=app.exit]x[/]",
            "[",
            "\\[",
            "$alarm",
            "{0}",
            "{place}",
            "%s",
            "\r\n",
            "\t",
            "\ud800",
            "e\u0301",
            "漢字",
            "👩‍🚒",
            "\x00",
        ]
    ),
)
foreign_text = st.lists(pieces, max_size=6).map("".join)


def obeyed(text: str) -> list[str]:
    """The characters in `text` that a terminal or a reader would be led astray by."""
    return [sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co")]


@given(foreign_text, st.integers(0, 40))
def test_plain_is_never_markup_and_holds_no_control_character(text: str, width: int) -> None:
    shown = plain(text)
    assert obeyed(shown.plain) == []
    assert shown.spans == []
    assert "\n" not in shown.plain
    cut = fitted(text, width)
    assert Content(cut).cell_length == width
    assert obeyed(lines(plain(text), plain(text)).plain.replace("\n", "", 1)) == []


async def glass(pilot: Any) -> str:
    """What is on the screen now; the strips are what Textual writes to the terminal."""
    await pilot.pause()
    strips = pilot.app.screen._compositor.render_strips()
    for strip in strips:
        for segment in strip:
            assert segment.style is None or "@click" not in segment.style.meta
            assert obeyed(segment.text) == []
    return "\n".join(strip.text for strip in strips)


async def walk(scenario: Any, make_feed: Any, clock: Any, text: str, size: tuple[int, int]) -> None:
    """Show `text` in every place of every screen."""
    view = scenario.foreign(text)
    feed = make_feed(view)
    house = scenario.settings()
    house = replace(
        house,
        technician=text,
        leader=text,
        site=replace(house.site, name=text, address=text, entrance=text, phone=text),
        rooms=tuple(replace(room, name=text, block=text, route=text) for room in house.rooms[:4]),
        blocks=tuple(replace(block, name=text, phone=text) for block in house.blocks),
        policy=replace(house.policy, guard_word={"da": text}, guidance={"da": (text,)}),
    )
    app = GuardroomApp(house, feed, None, clock)
    async with app.run_test(size=size) as pilot:
        while not app._warm:
            await pilot.pause()
        await glass(pilot)
        clock.advance(1)
        await pilot.press("p")
        await glass(pilot)
        await pilot.press("escape", "question_mark")
        await glass(pilot)
        feed.show(replace(view, alarms=(scenario.acknowledged(view.alarms[0]),)))
        while app.shown.alarms[0].unacknowledged:
            await pilot.pause()
        await glass(pilot)
        await pilot.press("enter")
        await glass(pilot)
        await pilot.press("escape", "r")
        await glass(pilot)
        await pilot.press("escape", "i")
        await glass(pilot)
        feed.down("gone")
        while not app.lost:
            await pilot.pause()
        await glass(pilot)
        assert app.is_running, "no markup of theirs ended the program"
        assert feed.acts == []


@pytest.mark.parametrize("size", [(120, 36), (40, 12)])
async def test_the_worst_text_on_every_screen(scenario: Any, make_feed: Any, clock: Any, size: tuple[int, int]) -> None:
    await walk(scenario, make_feed, clock, scenario.nasty, size)


@given(foreign_text)
@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_any_text_on_every_screen(scenario: Any, make_feed: Any, clock: Any, text: str) -> None:
    await walk(scenario, make_feed, clock, text, (120, 36))


async def test_what_is_pasted_into_an_input_is_cleaned(app: GuardroomApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        while not app._warm:
            await pilot.pause()
        await pilot.press("i")
        field = app.screen.query_one("#initials", Field)
        field.insert_text_at_cursor("M\x1b[2J\u202eH")
        assert field.value == "M[2JH"
        await glass(pilot)


def test_every_input_is_one_that_cleans() -> None:
    from screens import raise_alarm, response, shift

    for module in (raise_alarm, response, shift):
        assert isinstance(module.__dict__.get("Field"), type), module.__name__
        assert issubclass(module.Field, Input)
