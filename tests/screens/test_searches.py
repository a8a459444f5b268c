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
from screens.form import Form
from screens.searches import AGAIN_S, STANDS_S

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


async def stood(pilot: Pilot[Any], at: BanHouse) -> None:
    """What is on the screen has stood there long enough, and has been logged."""
    app = desk_of(pilot)
    at.house.clock.advance(STANDS_S)
    app.searches.turned()
    await answered(pilot)


async def test_a_lookup_of_bans_is_logged_with_its_purpose_once(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.someone(Role.DESK))
        await opened(pilot, "bans")
        await typed(pilot, "krist")
        app.searches.turned()
        await answered(pilot)
        assert logged(at) == [], "it has not stood for a second"
        await stood(pilot, at)
        assert logged(at) == [("Kristian Moe", "here_now")]
        await typed(pilot, "ian")
        await stood(pilot, at)
        assert len(logged(at)) == 1, "the same person for the same purpose, a moment later"
        await pilot.press("f5")
        await stood(pilot, at)
        assert logged(at)[1:] == [("Kristian Moe", "heads_up")]
        at.house.clock.advance(AGAIN_S)
        await pilot.press("backspace")
        await answered(pilot)
        await stood(pilot, at)
        assert len(logged(at)) == 3


async def test_what_flits_by_while_a_name_is_typed_is_not(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.someone(Role.GUARD))
        await opened(pilot, "persons")
        await typed(pilot, "ul")
        await typed(pilot, "rikke")
        await stood(pilot, at)
    assert logged(at) == [("Ulrikke Dam", "other")]


async def test_whoever_is_searched_for_as_the_other_record_is_work(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.someone(Role.LEADER))
        await opened(pilot, "persons")
        await typed(pilot, "bang")
        await pilot.press("enter")
        await answered(pilot)
        await pilot.press("m")
        await typed(pilot, "dam")
        await stood(pilot, at)
    assert logged(at) == [("Ulrikke Dam", "work")]


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
        await typed(pilot, "Dam")
        await stood(pilot, at)
    assert logged(at) == [("Ulrikke Dam", why)]


async def test_whoever_signs_out_at_once_has_seen_them_too(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        guard = at.someone(Role.GUARD)
        await signed_in(pilot, guard)
        await opened(pilot, "persons")
        await typed(pilot, "dam")
        app.sign_out()
        await stood(pilot, at)
        assert logged(at) == [("Ulrikke Dam", "other")]
        (entry,) = [one for one in at.house.audit() if one.what == "person_shown"]
        assert entry.user_id == guard.user
        await signed_in(pilot, guard)
        await opened(pilot, "persons")
        await typed(pilot, "kristian")
    assert logged(at)[1:] == [("Kristian Moe", "other")], "and whoever ends the program"


async def test_what_cannot_be_logged_is_told_and_logged_when_it_can(at: BanHouse, feed: Any) -> None:
    away = Away(at.house)
    app = records_app(at.house, feed, open_house=away.open)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.someone(Role.GUARD))
        await opened(pilot, "persons")
        await typed(pilot, "dam")
        away.away = True
        await stood(pilot, at)
        await said(pilot, app, "The database")
        assert logged(at) == []
        away.away = False
        app.screen.query_one("#persons-typed", Input).value = "ulrikke"
        await answered(pilot)
        await stood(pilot, at)
        assert logged(at) == [("Ulrikke Dam", "other")]
