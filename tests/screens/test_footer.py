"""The line of keys at the bottom, in terminals of any width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse, small_house
from on_the_glass import glass, in_front, until
from records_helper import records_app, signed_in

from guardroom.people.roles import Role
from screens.app import GuardroomApp


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made


@pytest.mark.parametrize("height", [20, 24])
async def test_what_matters_least_gives_way_first(app: GuardroomApp, feed: Any, scenario: Any, height: int) -> None:
    by_cap_alone = 0
    async with app.run_test(size=(120, height)) as pilot:
        await in_front(pilot, app, "board")
        feed.show(view := scenario.in_progress())
        await until(pilot, lambda: app.shown is view)
        app.open_response(None)
        await in_front(pilot, app, "response")
        for width in range(40, 140, 3):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            shown = str(app.screen.query_one("#footer").render())
            assert max(map(len, shown.splitlines())) <= width
            assert "P Police script" in shown, width
            helps, leads_back = " ? Help" in shown, " Esc Back" in shown
            if width >= 50:  # in less there is room for what safety hangs on
                assert " ?" in shown, width
                assert " Esc" in shown, width
            by_cap_alone += (not helps and " ?" in shown) or (not leads_back and " Esc" in shown)
    assert by_cap_alone, "there is a width at which the words do not fit and the sign does"


@pytest.mark.parametrize("who", ["", "guard"])
async def test_whoever_is_not_signed_in_is_told_how(house: SmallHouse, feed: Any, spoken: str, who: str) -> None:
    app = records_app(house, feed, spoken)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        if who:
            await signed_in(pilot, house.who(Role.GUARD))
        shown = str(app.screen.query_one("#footer").render())
        assert (" F2 " in shown) == (not who)
        assert " ?" in shown


@pytest.mark.parametrize("name", ["sound_check", "quit"])
async def test_yes_is_the_letter_that_the_question_names(app: GuardroomApp, name: str, spoken: str) -> None:
    letter = {"da": "J  ", "en": "Y  "}[spoken]
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        app.open(name)
        await in_front(pilot, app, name)
        assert letter in glass(app)
        assert str(app.screen.query_one("#footer").render()).startswith(f" {letter.strip()} ")
