"""Signing: everybody with their own code, at whichever screen the decision lies open on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bans.ban_house import BanHouse, ban_house
from harness.house import cheap_codes
from on_the_glass import glass, in_front, said, until
from records_helper import answered, key_of, records_app, signed_in
from slow_house import SlowHouse, burst
from textual.pilot import Pilot
from textual.widgets import Input

from guardroom.people.roles import Role
from screens.app import GuardroomApp
from screens.ban import open_ban

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
CODE = "417 skeer"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BanHouse]:
    """A house in which centre head and director have codes of their own."""
    cheap_codes(monkeypatch)
    with ban_house(tmp_path) as made:
        for role in (Role.CENTRE_HEAD, Role.DIRECTOR, Role.GUARD):
            made.house.who(role, code=CODE)
        yield made


async def asked(pilot: Pilot[Any], at: BanHouse, ban: int) -> GuardroomApp:
    """The leader is signed in, and the signature under this ban is asked for."""
    app = pilot.app
    assert isinstance(app, GuardroomApp)
    await signed_in(pilot, at.leader)
    open_ban(app, ban)
    await in_front(pilot, app, "ban")
    await answered(pilot)
    await pilot.press("u")
    await in_front(pilot, app, "ban_sign")
    return app


async def signs(pilot: Pilot[Any], initials: str, code: str = CODE) -> None:
    """Somebody types initials and code, and Enter."""
    await pilot.press(*initials, "enter", *[key_of(letter) for letter in code], "enter")
    await answered(pilot)


@pytest.mark.parametrize("size", SIZES)
def test_picture(snap_compare: Callable[..., bool], at: BanHouse, feed: Any, spoken: str, size: str) -> None:
    ban = at.ban("hearing").id

    async def run_before(pilot: Pilot[Any]) -> None:
        await asked(pilot, at, ban)
        await pilot.press(*"DX", "enter", *"abc")

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def test_others_sign_with_their_own_code_and_the_leader_stays_signed_in(at: BanHouse, feed: Any) -> None:
    ban = at.ban("hearing").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, at, ban)
        await said(pilot, app, "Still to sign: centre head, director.")
        await signs(pilot, at.head.initials)
        await in_front(pilot, app, "ban")
        await said(pilot, app, f"Signed by {at.head.initials}.")
        await said(pilot, app, "[BEING SIGNED]")
        assert app.who == at.leader
        await pilot.press("u")
        await in_front(pilot, app, "ban_sign")
        await signs(pilot, at.director.initials)
        await said(pilot, app, "The decision is made.")
        assert app.who == at.leader
    view = at.bans.read(at.leader, ban)
    assert view.standing == "decided"
    assert [one.name for one in view.signatures] == ["Carl Høj", "Dorte Berg"]
    assert at.house.told().count("signed_in") >= 2


async def test_a_wrong_code_or_role_signs_nothing_and_the_code_is_gone(at: BanHouse, feed: Any) -> None:
    ban = at.ban("hearing").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot, at, ban)
        await pilot.press("enter", "enter")
        await said(pilot, app, "Give your initials and your code.")
        await signs(pilot, at.head.initials, "000 forkert")
        assert app.screen is app._named["ban_sign"]
        assert app.screen.query_one("#sign-code", Input).value == ""
        assert "Enter signs" not in glass(app)
        await pilot.press("escape")
        await in_front(pilot, app, "ban")
        await pilot.press("u")
        await in_front(pilot, app, "ban_sign")
        await signs(pilot, at.guard.initials)
        await said(pilot, app, "As guard you may not do or see this.")
    assert all(one.at is None for one in at.bans.read(at.leader, ban).signatures)


async def test_whoever_may_not_sign_is_noted_and_not_whoever_is_signed_in(at: BanHouse, feed: Any) -> None:
    ban = at.ban("hearing").id
    guard = at.house.who(Role.GUARD)
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot, at, ban)
        await signs(pilot, guard.initials)
        await said(pilot, app, "As guard you may not")
    (refused,) = [entry for entry in at.house.audit() if entry.what == "refused"]
    assert (refused.user_id, refused.subject, refused.subject_id) == (guard.user, "ban", ban)


async def test_a_code_that_somebody_else_gave_signs_nothing(at: BanHouse, feed: Any) -> None:
    from guardroom.people.users import Users

    ban = at.ban("hearing").id
    admin = at.house.who(Role.ADMIN)
    given = Users(at.house.ground).new_code(admin, at.head.initials)
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot, at, ban)
        await signs(pilot, at.head.initials, given)
        await said(pilot, app, "Your code was given to you by somebody else")
    assert all(one.at is None for one in at.bans.read(at.leader, ban).signatures)


async def test_nobody_signs_while_something_is_missing(at: BanHouse, feed: Any) -> None:
    person = at.person()
    ban = at.bans.begin(at.leader, person).id
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.leader)
        open_ban(app, ban)
        await in_front(pilot, app, "ban")
        await answered(pilot)
        await pilot.press("u")
        await said(pilot, app, "It cannot be signed yet. Missing first, of")


async def test_a_code_that_is_typed_in_one_burst_is_never_in_clear(at: BanHouse, feed: Any) -> None:
    ban = at.ban("hearing").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot, at, ban)
        await burst(pilot, "d", "x", "enter", *"9182")
        assert app.screen.query_one("#sign-initials", Input).value == "dx"
        assert app.screen.query_one("#sign-code", Input).value == "9182"
        assert "9182" not in glass(app)


async def test_what_is_typed_before_the_dialog_is_there_does_nothing_else(at: BanHouse, feed: Any) -> None:
    ban = at.ban("hearing").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.leader)
        open_ban(app, ban)
        await in_front(pilot, app, "ban")
        await answered(pilot)
        for _time in range(2):
            await burst(pilot, "u", "p", "d", "enter", *"391?")
            await in_front(pilot, app, "ban_sign")
            assert app.screen.query_one("#sign-initials", Input).value == "pd"
            assert app.screen.query_one("#sign-code", Input).value == "391?"
            app.screen.set_focus(None)
            await pilot.press("3", "1", "p")
            assert app.screen is app._named["ban_sign"]
            await pilot.press("escape")
            await in_front(pilot, app, "ban")


async def test_a_typed_code_is_gone_when_names_are_hidden_or_an_alarm_comes(
    at: BanHouse, feed: Any, scenario: Any
) -> None:
    ban = at.ban("hearing").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot, at, ban)
        code = app.screen.query_one("#sign-code", Input)
        await burst(pilot, "d", "x", "enter", *"9182")
        app.cover(locked=False)
        await until(pilot, lambda: code.value == "")
        app.uncover()
        await in_front(pilot, app, "ban_sign")
        await pilot.press(*"9182")
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        assert code.value == ""


async def test_a_signature_that_was_given_under_an_alarm_closes_the_dialog(
    at: BanHouse, feed: Any, scenario: Any
) -> None:
    ban = at.ban("hearing").id
    slow = SlowHouse(at.house)
    app = records_app(at.house, feed, open_house=slow)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, at, ban)
        slow.gate.clear()
        await pilot.press(*at.head.initials, "enter", *[key_of(letter) for letter in CODE], "enter")
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        slow.gate.set()
        await answered(pilot)
        feed.show(scenario.quiet())
        await in_front(pilot, app, "ban")
        await said(pilot, app, f"Signed by {at.head.initials}.")
    assert sum(one.at is not None for one in at.bans.read(at.leader, ban).signatures) == 1
