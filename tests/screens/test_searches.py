"""Whom a search shows is logged once it has stood a moment: with its purpose, once, and never without a word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bans.ban_house import BanHouse, ban_house
from on_the_glass import said
from records_helper import Away, answered, desk_of, opened, records_app, signed_in, typed
from textual.pilot import Pilot
from textual.widgets import Input

from guardroom.people.roles import Role
from guardroom.people.users import Users
from screens.app import GuardroomApp
from screens.form import Form
from screens.searches import AGAIN_S, LATE_S, STANDS_S

NAMES = ("Kristian Moe", "Ulla Bang", "Ulrikke Dam")


@pytest.fixture
def at(tmp_path: Path) -> Iterator[BanHouse]:
    """Two persons whose names begin the same, one of them with an active ban, and another."""
    with ban_house(tmp_path) as made:
        kristian, *_others = (made.person(name) for name in NAMES)
        made.incident(kristian)
        made.ban(person=kristian)
        yield made


def logged(at: BanHouse) -> list[tuple[str, str]]:
    """Who has been logged as shown so far, and for what."""
    return [(NAMES[(one.subject_id or 0) - 1], one.why) for one in at.house.audit() if one.what == "person_shown"]


async def stood(pilot: Pilot[Any], at: BanHouse, seconds: float = STANDS_S) -> None:
    """What is on the screen has stood there so long, and whoever stood there long enough has been logged."""
    app = desk_of(pilot)
    at.house.clock.advance(seconds)
    app._tick()
    await answered(pilot)


async def searching(pilot: Pilot[Any], at: BanHouse, role: Role, screen: str, name: str) -> GuardroomApp:
    """Somebody of this role has just searched for `name`."""
    await signed_in(pilot, at.someone(role))
    await opened(pilot, screen)
    await typed(pilot, name)
    return desk_of(pilot)


async def test_a_lookup_of_bans_is_logged_with_its_purpose_once(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await searching(pilot, at, Role.DESK, "bans", "krist")
        await stood(pilot, at, 0.9)
        assert logged(at) == [], "not for a second yet"
        await stood(pilot, at, 0.1)
        assert logged(at) == [("Kristian Moe", "here_now")]
        await typed(pilot, "ian")
        for _while in range(round(AGAIN_S / 50)):
            await pilot.press("home")
            await stood(pilot, at, 50)
        assert len(logged(at)) == 1, "still there"
        await pilot.press("f5")
        await stood(pilot, at)
        assert logged(at)[1:] == [("Kristian Moe", "heads_up")]
        await pilot.press("escape")
        for _while in range(round(AGAIN_S / 50)):
            await pilot.press("home")
            await stood(pilot, at, 50)
        await opened(pilot, "bans")
        await typed(pilot, "krist")
        await stood(pilot, at)
        assert logged(at)[2:] == [("Kristian Moe", "here_now")], "again, after a while"


async def test_whoever_stays_while_more_is_typed_is_and_whoever_flits_by_is_not(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await searching(pilot, at, Role.GUARD, "persons", "ul")
        await stood(pilot, at, 0.6)
        await typed(pilot, "rikke")
        await stood(pilot, at, 0.6)
        assert logged(at) == [("Ulrikke Dam", "other")]
        await pilot.press(*["backspace"] * len("rikke"))
        await answered(pilot)
        await pilot.press("backspace")
        await stood(pilot, at)
    assert len(logged(at)) == 1, "nobody stands there any more"


async def test_a_change_that_comes_meanwhile_begins_nothing_anew(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await searching(pilot, at, Role.GUARD, "bans", "krist")
        for _change in range(3):
            await stood(pilot, at, 0.4)
            await pilot.press("f5", "f5", "f5", "f5")
            app.screen.action_refresh()  # type: ignore[attr-defined]
            await answered(pilot)
        assert logged(at) == []
        for _change in range(3):
            await stood(pilot, at, 0.4)
            app.screen.action_refresh()  # type: ignore[attr-defined]
            await answered(pilot)
    assert logged(at) == [("Kristian Moe", "here_now")]


async def test_whoever_is_searched_for_as_the_other_record_is_work(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await searching(pilot, at, Role.LEADER, "persons", "bang")
        await pilot.press("enter")
        await answered(pilot)
        await pilot.press("m")
        await typed(pilot, "dam")
        await stood(pilot, at)
    assert logged(at) == [("Ulrikke Dam", "work")]


async def test_whoever_is_hidden_behind_a_person_is_not(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await searching(pilot, at, Role.LEADER, "persons", "ul")
        await pilot.press("enter")
        await answered(pilot)
        await said(pilot, app, "WHO THE PERSON IS")
        await pilot.press("f5")
        await stood(pilot, at)
        await pilot.press("m", "escape", "e", "f5")
        await answered(pilot)
        await stood(pilot, at)
    assert logged(at) == []


@pytest.mark.parametrize(
    ("screen", "field", "why"), [("incident_form", "name_0", "work"), ("headsup_form", "name", "heads_up")]
)
async def test_whom_a_form_offers_is(at: BanHouse, feed: Any, screen: str, field: str, why: str) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.someone(Role.GUARD))
        await opened(pilot, screen)
        app.screen.query_one(Form).enter(field)
        await pilot.pause()
        await typed(pilot, "Ulla")
        await pilot.press("tab")
        await stood(pilot, at)
        assert logged(at) == [], "the list closed at once"
        app.screen.query_one(Form).enter(field)
        await pilot.pause()
        app.screen.focused.value = "Dam"  # type: ignore[union-attr]
        await answered(pilot)
        await stood(pilot, at)
    assert logged(at) == [("Ulrikke Dam", why)]


async def test_whoever_signs_out_has_seen_them_too(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await searching(pilot, at, Role.GUARD, "persons", "dam")
        guard = app.who
        at.house.clock.advance(STANDS_S)
        app.sign_out()
        await stood(pilot, at)
        (entry,) = [one for one in at.house.audit() if one.what == "person_shown"]
        assert guard is not None
        assert (entry.user_id, entry.subject_id) == (guard.user, 1 + NAMES.index("Ulrikke Dam"))


async def test_whoever_lost_the_right_meanwhile_is_refused_once(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await searching(pilot, at, Role.GUARD, "persons", "dam")
        Users(at.house.ground).disable(at.house.who(Role.ADMIN), at.someone(Role.GUARD).initials)
        await stood(pilot, at)
        await said(pilot, app, "Your rights have been changed")
        for _time in range(2):
            await stood(pilot, at, LATE_S)
    assert at.house.told().count("refused") == 1
    assert logged(at) == []


@pytest.mark.parametrize("begun", [False, True])
async def test_what_stands_there_at_the_end_of_the_program_is_logged(at: BanHouse, feed: Any, begun: bool) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await searching(pilot, at, Role.GUARD, "persons", "dam")
        at.house.clock.advance(STANDS_S)
        if begun:
            app._tick()
    assert logged(at) == [("Ulrikke Dam", "other")]


async def test_what_cannot_be_logged_is_told_and_logged_when_it_can(
    at: BanHouse, feed: Any, caplog: pytest.LogCaptureFixture
) -> None:
    away = Away(at.house)
    app = records_app(at.house, feed, open_house=away.open)
    async with app.run_test(size=(120, 36)) as pilot:
        await searching(pilot, at, Role.GUARD, "persons", "dam")
        away.away = True
        await stood(pilot, at)
        await said(pilot, app, "The database")
        assert "whom a search has shown cannot be logged" in caplog.text
        assert "Dam" not in caplog.text
        await stood(pilot, at, LATE_S)
        assert logged(at) == []
        away.away = False
        await stood(pilot, at, LATE_S)
        assert logged(at) == [("Ulrikke Dam", "other")]
        away.away = True
        await typed(pilot, "x")
        app.screen.query_one("#persons-typed", Input).value = "bang"
        away.away = False
        await answered(pilot)
        away.away = True
        await stood(pilot, at)
        away.away = False
    assert logged(at)[1:] == [("Ulla Bang", "other")], "at the latest when the program ends"
