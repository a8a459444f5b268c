"""The dashboard in a browser's window: alarms are shown and not acted on, records are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse, small_house
from on_the_glass import in_front
from records_helper import answered, services, wrote

from guardroom import language
from guardroom.incidents.form import SubjectForm
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.serve.house import WatchingFeed
from guardroom.serve.window import SIGNED_OUT
from guardroom.settings import Serve
from screens.ban import open_ban
from screens.keys import KEYS, label
from screens.window import WindowApp
from screens.window_keys import FILE_KEYS, STATION_KEYS, STATION_SCREENS, WRITING_KEYS, WRITING_SCREENS

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
ACTS_ELSEWHERE = "In the browser nobody acts on alarms: that is done at a station in the town hall."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made


@pytest.fixture
def leader(house: SmallHouse) -> Who:
    return house.who(Role.LEADER, station="Vagtstuen (browser)")


@pytest.fixture
def window(house: SmallHouse, leader: Who, scenario: Any, clock: Any) -> Callable[..., WindowApp]:
    """A leader's window over this line to the monitor."""

    def make(feed: Any, spoken: str = "en", *, read_only: bool = True) -> WindowApp:
        settings = replace(scenario.settings(spoken), serve=Serve(read_only=read_only))
        language.choose(spoken)
        return WindowApp(settings, WatchingFeed(feed), clock, leader, open_house=lambda: services(house))

    return make


def on_the_glass(app: WindowApp) -> str:
    """The message above the footer."""
    return str(app.screen.query_one("#message").render())


async def ready(pilot: Any) -> None:
    """The board is in front, and whoever the window is for is signed in."""
    await in_front(pilot, pilot.app, "board")
    while not pilot.app._warm:
        await pilot.pause()
    await answered(pilot)


@pytest.mark.parametrize("size", SIZES)
def test_picture(
    snap_compare: Callable[..., bool], window: Any, scenario: Any, make_feed: Any, spoken: str, size: str
) -> None:
    app = window(make_feed(scenario.one_alarm()), spoken)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=ready)


async def test_an_alarm_takes_nothing_over_and_nothing_is_sent(window: Any, scenario: Any, make_feed: Any) -> None:
    feed = make_feed(scenario.one_alarm())
    app = window(feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        assert app.who is not None
        for key in ("f12", "f8"):
            await pilot.press(key)
            await pilot.pause()
            assert ACTS_ELSEWHERE in on_the_glass(app)
        for key in ("s", "enter", "1", "escape", "l", "escape", "i"):
            await pilot.press(key)
        await in_front(pilot, app, "board")
    assert feed.acts == []


async def test_the_steps_of_a_response_are_refused(window: Any, scenario: Any, make_feed: Any, clock: Any) -> None:
    feed = make_feed(scenario.in_progress())
    app = window(feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        app.open_response(None)
        await in_front(pilot, app, "response")
        await answered(pilot)
        clock.advance(1)
        await pilot.press("1")
        await answered(pilot)
        assert ACTS_ELSEWHERE in on_the_glass(app)
    assert feed.acts == []


@pytest.mark.parametrize(("read_only", "opened"), [(True, "board"), (False, "incident_form")])
async def test_a_form_is_not_begun_where_nothing_may_be_written(
    window: Any, scenario: Any, make_feed: Any, read_only: bool, opened: str
) -> None:
    app = window(make_feed(scenario.quiet()), read_only=read_only)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await pilot.press("n")
        await in_front(pilot, app, opened)
        if read_only:
            assert "In the browser records are only read" in on_the_glass(app)


@pytest.mark.parametrize("read_only", [True, False])
async def test_what_is_only_refused_is_not_told_of(window: Any, scenario: Any, make_feed: Any, read_only: bool) -> None:
    app = window(make_feed(scenario.in_progress()), read_only=read_only)
    async with app.run_test(size=(160, 48)) as pilot:
        await ready(pilot)
        for name in ("board", "incidents", "headsups", "followups", "phone_card"):
            app.open(name)
            await in_front(pilot, app, name)
            await answered(pilot)
            footer = str(app.screen.query_one("#footer").render())
            told = {key.name for key in KEYS if key.footer and name in key.where and f" {label(key)}" in footer}
            assert not told & (STATION_KEYS | FILE_KEYS), name
            assert not (read_only and told & WRITING_KEYS), name
        await pilot.press("question_mark")
        await in_front(pilot, app, "help")
        await pilot.pause()
        said = str(app.screen.query_one("#help-keys").render())
        for hidden in ("At the room", "112 rung", "Fault is mended", "FORM OF AN INCIDENT", "Put in force"):
            assert (hidden in said) is (not read_only and hidden in ("FORM OF AN INCIDENT", "Put in force")), hidden
        assert "Help" in said


@pytest.mark.parametrize("read_only", [True, False])
async def test_a_page_lists_nothing_that_is_only_refused(
    window: Any, house: SmallHouse, leader: Who, scenario: Any, make_feed: Any, read_only: bool
) -> None:
    at = services(house)
    person = at.persons.create(leader, PersonForm(name="Anders Prøve")).id
    ban = at.bans.begin(leader, person).id
    incident = wrote(house, leader, subjects=(SubjectForm(person=person),)).id
    app = window(make_feed(scenario.quiet()), read_only=read_only)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        app.open_incident(incident)
        await in_front(pilot, app, "incident")
        await answered(pilot)
        said = str(app.screen.query_one("#incident-acts").render())
        assert ("ask for more to be done" in said) is not read_only
        open_ban(app, ban)
        await in_front(pilot, app, "ban")
        await answered(pilot)
        said = str(app.screen.query_one("#ban-steps").render())
        assert (label_of("ban_change") in said) is not read_only


def label_of(name: str) -> str:
    """What a key is said to do."""
    return label(next(key for key in KEYS if key.name == name))


def test_what_is_not_told_of_are_keys_and_screens_that_there_are() -> None:
    names = {key.name for key in KEYS}
    assert names >= STATION_KEYS | FILE_KEYS | WRITING_KEYS
    assert not WRITING_KEYS & (STATION_KEYS | FILE_KEYS)
    assert {screen for key in KEYS for screen in key.where} >= STATION_SCREENS | WRITING_SCREENS


async def test_nobody_else_signs_in_here(window: Any, scenario: Any, make_feed: Any) -> None:
    app = window(make_feed(scenario.quiet()))
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await pilot.press("f2")
        await in_front(pilot, app, "board")
        assert "This browser is CX's: the button on top signs out." in on_the_glass(app)


async def test_leaving_signs_out(window: Any, scenario: Any, make_feed: Any) -> None:
    app = window(make_feed(scenario.quiet()))
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app.return_code == SIGNED_OUT


async def test_whoever_stays_away_is_signed_out(window: Any, scenario: Any, make_feed: Any, clock: Any) -> None:
    app = window(make_feed(scenario.quiet()))
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        clock.advance(61)
        app._look_who_is_there()
        assert app.covered
        clock.advance(1801)
        app._look_who_is_there()
        await pilot.pause()
    assert app.return_code == SIGNED_OUT
