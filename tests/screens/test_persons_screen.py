"""The register of persons: found, opened with a purpose, corrected, merged and told apart again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bans.ban_house import BanHouse, ban_house
from on_the_glass import glass, in_front, obeyed, said
from records_helper import answered, opened, records_app, signed_in, typed
from slow_house import SlowHouse, burst
from textual.pilot import Pilot
from textual.widgets import Input

from guardroom.people.roles import Role
from screens.app import GuardroomApp
from screens.form import Form
from screens.row_list import RowList

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[BanHouse]:
    """Three persons, of whom two may be one."""
    with ban_house(tmp_path) as made:
        made.person("Kristina Møgaard", "1979", case_ref="J-17", aliases=("Tina Møgaard",), description="høj")
        made.person("Christina Moegaard", "1979")
        made.person("Poul Friis", "1950")
        yield made


async def found(pilot: Pilot[Any], at: BanHouse, role: Role, name: str) -> GuardroomApp:
    """Somebody of this role has looked for `name`."""
    app = pilot.app
    assert isinstance(app, GuardroomApp)
    await signed_in(pilot, at.someone(role))
    await opened(pilot, "persons")
    await typed(pilot, name)
    await answered(pilot)
    return app


async def person_open(pilot: Pilot[Any], at: BanHouse, role: Role, name: str) -> GuardroomApp:
    """The first who is found under `name` is open."""
    app = await found(pilot, at, role, name)
    await pilot.press("enter")
    await answered(pilot)
    await said(pilot, app, "WHO THE PERSON IS")
    return app


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stage", ["hits", "person", "sure"])
def test_picture(
    snap_compare: Callable[..., bool], at: BanHouse, feed: Any, spoken: str, size: str, stage: str
) -> None:
    async def run_before(pilot: Pilot[Any]) -> None:
        await found(pilot, at, Role.LEADER, "kristina møgaard")
        if stage != "hits":
            await pilot.press("enter")
            await answered(pilot)
        if stage == "sure":
            await pilot.press("m")
            await typed(pilot, "kristina møgaard")
            await pilot.press("enter")
            await answered(pilot)

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def test_opening_is_logged_with_the_purpose_and_typing_is_not(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await found(pilot, at, Role.GUARD, "friis")
        assert "person_opened" not in at.house.told()
        await pilot.press("f5", "enter")
        await answered(pilot)
        await said(pilot, app, "Poul Friis")
        await pilot.press("e")
        await said(pilot, app, "Your role may not correct or merge persons.")
    (entry,) = [one for one in at.house.audit() if one.what == "person_opened"]
    assert entry.why == "here_now"


async def test_a_person_is_corrected_and_mistakes_stand_at_their_field(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await person_open(pilot, at, Role.BAN_REGISTRAR, "friis")
        await pilot.press("e", "tab", *"Polle", "comma", *" Ole", "tab", *["backspace"] * 4, *"2950", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Write the year of birth from 1900")
        await pilot.press(*["backspace"] * 4, *"1951", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Kept.")
        await said(pilot, app, "Polle, Ole")
        assert "1951" in glass(app)


async def test_two_are_merged_when_that_is_confirmed_and_told_apart_again(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await person_open(pilot, at, Role.LEADER, "kristina møgaard")
        await pilot.press("m")
        await said(pilot, app, "WHO IS THE SAME AS KRISTINA MØGAARD?")
        assert app.screen.query_one("#persons-typed", Input).value == ""
        await typed(pilot, "friis")
        await pilot.press("escape")
        await said(pilot, app, "WHO THE PERSON IS")
        await pilot.press("m")
        assert app.screen.query_one("#persons-typed", Input).value == ""
        await typed(pilot, "kristina møgaard")
        hits = str(app.screen.query_one("#persons-hits", RowList).render())
        assert "Christina Moegaard" in hits
        assert "Kristina Møgaard" not in hits, "the person is not offered as the other record"
        await pilot.press("enter")
        await said(pilot, app, "ARE THESE TWO THE SAME PERSON?")
        assert "person_merged" not in at.house.told()
        await pilot.press("escape", "m")
        await typed(pilot, "kristina møgaard")
        await pilot.press("enter", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Merged in     Christina Moegaard")
        await pilot.press("t")
        await said(pilot, app, "WHICH RECORD IS SOMEBODY ELSE?")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "The record is a person of its own again.")
        assert "Merged in" not in glass(app)
    assert at.house.told().count("person_merged") == at.house.told().count("person_separated") == 1


async def test_somebody_new_is_not_made_twice_without_a_warning(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await found(pilot, at, Role.LEADER, "poul friis")
        await pilot.press("ctrl+n", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "There may be a record already.")
        await said(pilot, app, "Known already: Poul Friis, 1950")
        assert at.house.told().count("person_created") == 3
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "WHO THE PERSON IS")
        assert at.house.told().count("person_created") == 4


async def test_a_ban_begins_with_a_person(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await person_open(pilot, at, Role.LEADER, "friis")
        await pilot.press("b")
        await answered(pilot)
        await in_front(pilot, app, "ban")
        await answered(pilot)
        await said(pilot, app, "FB-2025-001")
        await said(pilot, app, "Poul Friis")


async def test_escape_goes_back_step_by_step_and_rubbish_finds_nobody(at: BanHouse, feed: Any, scenario: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await person_open(pilot, at, Role.LEADER, "friis")
        await pilot.press("m", "escape")
        await said(pilot, app, "WHO THE PERSON IS")
        await pilot.press("escape")
        assert app.screen.query_one("#persons-typed", Input).value == "friis"
        await typed(pilot, scenario.nasty)
        await answered(pilot)
        assert not obeyed(glass(app))
        await pilot.press("enter", "escape")
        await in_front(pilot, app, "board")


async def test_the_desk_may_not_search_among_persons(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.desk)
        await opened(pilot, "bans")
        await pilot.press("f7")
        await said(pilot, app, "As front desk you may not do or see this.")


async def test_nothing_of_a_person_stays_after_signing_out(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await person_open(pilot, at, Role.LEADER, "friis")
        await pilot.press("e")
        await pilot.pause()
        app.sign_out()
        await answered(pilot)
        screen = app._named["persons"]
        assert screen.query_one("#persons-form").text("name") == ""  # type: ignore[attr-defined]
        assert screen._person is None  # type: ignore[attr-defined]


async def test_the_key_that_begins_a_ban_begins_one_however_often_it_is_pressed(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await person_open(pilot, at, Role.LEADER, "friis")
        await burst(pilot, "b", "b", "b")
        await in_front(pilot, app, "ban")
    assert len(at.bans.lines(at.leader, "drafts")) == 1


async def test_a_ban_that_has_begun_does_not_come_over_something_else(at: BanHouse, feed: Any) -> None:
    slow = SlowHouse(at.house)
    app = records_app(at.house, feed, open_house=slow)
    async with app.run_test(size=(120, 36)) as pilot:
        await person_open(pilot, at, Role.LEADER, "friis")
        slow.gate.clear()
        await pilot.press("b")
        app.open("incident_form")
        await in_front(pilot, app, "incident_form")
        slow.gate.set()
        await answered(pilot)
        assert app.screen is app._named["incident_form"]
        await said(pilot, app, "The draft FB-2025-001 was begun.")


async def test_a_half_written_correction_is_there_again_for_whoever_wrote_it(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        for role, there in ((Role.LEADER, False), (Role.CENTRE_HEAD, False), (Role.LEADER, True)):
            await person_open(pilot, at, role, "friis")
            await pilot.press("e")
            form = app.screen.query_one("#persons-form", Form)
            assert ("skæg" in form.text("description")) == there
            if role is Role.LEADER and not there:
                form.enter("description")
                await typed(pilot, "skæg")
            app.sign_out()
            await answered(pilot)
            assert form.text("description") == ""


async def test_escape_from_something_half_written_asks_once(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await person_open(pilot, at, Role.LEADER, "friis")
        await pilot.press("e", "x", "escape")
        await said(pilot, app, "Esc again leaves without what is written here.")
        await pilot.press("escape")
        await said(pilot, app, "WHO THE PERSON IS")
        await pilot.press("e")
        assert app.screen.query_one("#persons-form", Form).text("name") == "Poul Friis"
