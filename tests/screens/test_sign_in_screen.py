"""Who is there: signing in, changing user, and names that hide themselves. Alarms need none of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse, cheap_codes, small_house
from on_the_glass import glass, in_front, said, until
from records_helper import answered, key_of, records_app, signs_in
from textual import events
from textual.pilot import Pilot

from db.errors import StorageError
from guardroom import language
from guardroom.house import House
from guardroom.people.roles import Role
from guardroom.people.users import Users
from screens.app import GuardroomApp

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
CODE = "417283"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHouse]:
    """A house with a guard MH and a leader LD."""
    cheap_codes(monkeypatch)
    with small_house(tmp_path) as made:
        made.who(Role.GUARD, initials="MH", code=CODE)
        made.who(Role.LEADER, initials="LD", code="918273")
        made.who(Role.RISK_COORDINATOR, initials="RK", code="555271")
        yield made


async def asked(pilot: Pilot[Any], app: GuardroomApp, key: str = "f2") -> None:
    """The sign-in is in front, after `key` on the board."""
    await in_front(pilot, app, "board")
    await pilot.press(key)
    await in_front(pilot, app, "sign_in")


async def away_for(pilot: Pilot[Any], app: GuardroomApp, house: SmallHouse, seconds: float) -> None:
    """Nobody touches a key for so long, and the app looks at the clock."""
    house.clock.advance(seconds)
    app._look_who_is_there()
    await pilot.pause()


async def test_initials_and_code_sign_in(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app)
        await signs_in(pilot, "mh", CODE)
        await in_front(pilot, app, "board")
        assert app.who is not None
        assert (app.who.initials, app.who.role) == ("MH", Role.GUARD)
        assert "MH signed in" in glass(app)
    assert house.told()[0] == "signed_in"


async def test_a_wrong_code_is_refused_and_forgotten(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app)
        await signs_in(pilot, "mh", "417284")
        await said(pilot, app, "do not belong together")
        assert app.who is None
        assert "417284" not in glass(app)
        # Too early: not even the right code is looked at.
        await pilot.press(*CODE, "enter")
        await answered(pilot)
        assert app.who is None
        house.clock.advance(2)
        await pilot.press(*CODE, "enter")
        await answered(pilot)
        assert app.who is not None


async def test_the_code_is_never_on_the_glass(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app)
        await pilot.press("m", "h", "enter", *CODE)
        await pilot.pause()
        assert CODE not in glass(app)


async def test_a_code_that_is_typed_too_fast_is_not_seen_among_the_initials(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app)
        # All at once, as from a terminal that was held up.
        for key in ("m", "h", "enter", *CODE, "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await answered(pilot)
        await in_front(pilot, app, "board")
        assert app.who is not None


async def test_a_screen_with_names_asks_who_is_there_and_then_opens(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app, "2")
        await signs_in(pilot, "mh", CODE)
        await in_front(pilot, app, "incidents")


async def test_a_role_that_may_not_is_told_so(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app, "3")
        await signs_in(pilot, "rk", "555271")
        await in_front(pilot, app, "board")
        await said(pilot, app, "As risk coordinator you may not do or see this.")


async def test_a_code_from_somebody_else_is_changed_first(house: SmallHouse, feed: Any) -> None:
    given = Users(house.ground).new_code(house.who(Role.ADMIN), "MH")
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app)
        await signs_in(pilot, "mh", given)
        await said(pilot, app, "A CODE OF YOUR OWN")
        assert app.who is None
        await pilot.press(*"121212", "enter", *"121212", "enter")
        await answered(pilot)
        assert app.who is None
        assert "121212" not in glass(app)
        await pilot.press("tab", *["backspace"] * 6, *[key_of(letter) for letter in "den blå gravko"], "enter")
        await pilot.press(*[key_of(letter) for letter in "den blå gravko"], "enter")
        await answered(pilot)
        assert app.who is not None
        await in_front(pilot, app, "board")


async def test_two_different_new_codes_are_refused(house: SmallHouse, feed: Any) -> None:
    given = Users(house.ground).new_code(house.who(Role.ADMIN), "MH")
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app)
        await signs_in(pilot, "mh", given)
        await pilot.press(*"827364", "enter", *"827365", "enter")
        await said(pilot, app, "not the same")
        assert app.who is None


async def test_another_user_takes_over_with_one_key_and_a_code(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app, "2")
        await signs_in(pilot, "mh", CODE)
        await in_front(pilot, app, "incidents")
        await pilot.press("f2")
        await signs_in(pilot, "ld", "918273")
        assert app.who is not None
        assert app.who.initials == "LD"
        # What the other had open is closed.
        await in_front(pilot, app, "board")
    assert [what for what in house.told() if what.startswith("signed")] == ["signed_in", "signed_in", "signed_out"]


async def test_names_hide_after_a_while_and_any_key_shows_them_again(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app, "2")
        await signs_in(pilot, "mh", CODE)
        await in_front(pilot, app, "incidents")
        await away_for(pilot, app, house, 59)
        assert not app.covered
        await away_for(pilot, app, house, 2)
        await in_front(pilot, app, "sign_in")
        assert "NAMES ARE HIDDEN" in glass(app)
        await pilot.press("x")
        await in_front(pilot, app, "incidents")


async def test_names_hidden_for_long_want_the_code(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app, "2")
        await signs_in(pilot, "mh", CODE)
        await away_for(pilot, app, house, 61)
        await away_for(pilot, app, house, 121)
        await in_front(pilot, app, "sign_in")
        await pilot.press("x", "backspace")
        await in_front(pilot, app, "sign_in")
        await pilot.press(*CODE, "enter")
        await answered(pilot)
        await in_front(pilot, app, "incidents")


async def test_the_mask_key_hides_at_once_and_wants_the_code(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app, "2")
        await signs_in(pilot, "mh", CODE)
        await in_front(pilot, app, "incidents")
        await pilot.press("ctrl+l")
        await in_front(pilot, app, "sign_in")
        await pilot.press("escape")
        await in_front(pilot, app, "board")
        await pilot.press("2")
        await in_front(pilot, app, "sign_in")
        await pilot.press(*CODE, "enter")
        await answered(pilot)
        await in_front(pilot, app, "incidents")


async def test_the_mask_key_locks_where_names_are_hidden_already(house: SmallHouse, feed: Any) -> None:
    """Whoever goes presses it, and may not see that the names have just been hidden by themselves."""
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown_names(pilot, app)
        await away_for(pilot, app, house, 61)
        await in_front(pilot, app, "sign_in")
        await pilot.press("ctrl+l")
        await said(pilot, app, "Your code shows them again")
        await pilot.press("x")
        await in_front(pilot, app, "sign_in")
        assert app.covered


async def test_being_signed_out_leaves_whoever_signs_in_at_it(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown_names(pilot, app)
        await away_for(pilot, app, house, 61)
        await away_for(pilot, app, house, 1700)
        await pilot.press("f2", "l")
        await away_for(pilot, app, house, 101)
        assert app.who is None
        await in_front(pilot, app, "sign_in")
        await signs_in(pilot, "d", "918273")
        assert app.who is not None
        assert app.who.initials == "LD"
        await in_front(pilot, app, "board")


async def test_whoever_stays_away_is_signed_out(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app)
        await signs_in(pilot, "mh", CODE)
        await away_for(pilot, app, house, 61)
        await away_for(pilot, app, house, 1801)
        assert app.who is None
        await answered(pilot)
    assert house.told()[-1] == "signed_out"


async def test_alarms_come_through_hidden_names_and_leave_them_hidden(
    house: SmallHouse, feed: Any, scenario: Any
) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app, "2")
        await signs_in(pilot, "mh", CODE)
        await pilot.press("ctrl+l")
        await in_front(pilot, app, "sign_in")
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        house.clock.advance(1)
        await pilot.press("f12")
        assert [act.kind for act in feed.acts] == ["acknowledge"]
        feed.show(scenario.quiet())
        await in_front(pilot, app, "sign_in")
        assert app.covered


async def test_an_alarm_is_acknowledged_with_nobody_signed_in(house: SmallHouse, feed: Any, scenario: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        house.clock.advance(1)
        await pilot.press("f12")
        assert [act.kind for act in feed.acts] == ["acknowledge"]
        assert app.who is None


async def test_a_database_that_is_away_is_said_in_a_sentence(house: SmallHouse, feed: Any) -> None:
    def away() -> House:
        raise StorageError("away", "no route to host")

    app = records_app(house, feed, open_house=away)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app)
        await signs_in(pilot, "mh", CODE)
        await said(pilot, app, "The database does not answer")
        assert app.who is None


async def test_nobody_is_signed_in_after_signing_out(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app)
        await signs_in(pilot, "mh", CODE)
        await asked(pilot, app)
        await pilot.press("ctrl+o")
        await in_front(pilot, app, "board")
        assert app.who is None


@pytest.mark.parametrize("alarms", [0, 4])
@pytest.mark.parametrize("spoken", ["da", "en"])
async def test_the_demonstration_s_sign_in_is_seen_whole_beneath_alarms_and_faults(
    house: SmallHouse, feed: Any, scenario: Any, spoken: str, alarms: int
) -> None:
    app = records_app(house, feed, spoken)
    app.settings = replace(app.settings, demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot, app)
        await signs_in(pilot, "mh", "417284")
        open_ones = [scenario.acknowledged(scenario.alarm(number)) for number in range(alarms)]
        feed.show(scenario.with_alarms(scenario.faulty(), *open_ones))
        await until(pilot, lambda: bool(app.shown.faults))
        await pilot.pause()
        shown = glass(app)
        assert "┏" in shown
        assert "271828" in shown
        assert "│ mh " in shown
        assert shown.count("└") == 2, "both inputs"
        assert shown.count("┗") == 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("spoken", ["da", "en"])
@pytest.mark.parametrize("state", ["empty", "refused", "hidden"])
def test_picture(
    house: SmallHouse, feed: Any, snap_compare: Any, state: str, spoken: str, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    language.choose(spoken)
    app = records_app(house, feed, spoken)

    async def shown(pilot: Pilot[Any]) -> None:
        await asked(pilot, app)
        if state == "refused":
            await signs_in(pilot, "mh", "417284")
        elif state == "hidden":
            await signs_in(pilot, "mh", CODE)
            await pilot.press("2")
            await in_front(pilot, app, "incidents")
            await pilot.press("ctrl+l")
            await in_front(pilot, app, "sign_in")
            await answered(pilot)

    assert snap_compare(app, terminal_size=SIZES[size], run_before=shown)


async def shown_names(pilot: Pilot[Any], app: GuardroomApp) -> None:
    """MH is signed in and looks at the incidents."""
    await asked(pilot, app, "2")
    await signs_in(pilot, "mh", CODE)
    await in_front(pilot, app, "incidents")


async def test_names_that_hide_during_an_alarm_are_hidden_after_it(house: SmallHouse, feed: Any, scenario: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown_names(pilot, app)
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        await away_for(pilot, app, house, 61)
        await in_front(pilot, app, "takeover")
        feed.show(scenario.quiet())
        await in_front(pilot, app, "sign_in")
        assert "NAMES ARE HIDDEN" in glass(app)


async def test_what_has_no_names_in_it_is_never_hidden(house: SmallHouse, feed: Any, scenario: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown_names(pilot, app)
        feed.show(scenario.in_progress())
        await until(pilot, lambda: bool(app.shown.alarms))
        app.open_response(None)
        await in_front(pilot, app, "response")
        await away_for(pilot, app, house, 61)
        await in_front(pilot, app, "response")
        await pilot.press("3")
        assert [act.kind for act in feed.acts] == ["step"]
        await pilot.press("escape")
        await in_front(pilot, app, "sign_in")


async def test_a_police_script_stays_when_somebody_is_signed_out(house: SmallHouse, feed: Any, scenario: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown_names(pilot, app)
        feed.show(scenario.in_progress())
        await until(pilot, lambda: bool(app.shown.alarms))
        app.open_police(None)
        await in_front(pilot, app, "police")
        await away_for(pilot, app, house, 61)
        await away_for(pilot, app, house, 1801)
        assert app.who is None
        await in_front(pilot, app, "police")
        await pilot.press("escape")
        await in_front(pilot, app, "board")


async def test_somebody_else_signs_in_where_names_are_hidden(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown_names(pilot, app)
        await pilot.press("ctrl+l")
        await in_front(pilot, app, "sign_in")
        await pilot.press("f2")
        await said(pilot, app, "Initials:")
        await signs_in(pilot, "ld", "918273")
        assert app.who is not None
        assert app.who.initials == "LD"
        await in_front(pilot, app, "board")


async def test_a_sign_in_that_was_left_signs_nobody_in(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app, "3")
        # Left before the answer has come.
        for key in ("m", "h", "enter", *CODE, "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        while not app.records.busy:
            await pilot.pause(0.001)
        app._sign_in.action_back()
        await answered(pilot)
        assert app.who is None
        await in_front(pilot, app, "board")
        # Nor does what was wanted open for whoever comes next.
        await asked(pilot, app)
        await signs_in(pilot, "ld", "918273")
        await in_front(pilot, app, "board")
    assert house.told()[:2] == ["signed_in", "signed_out"]


async def test_what_was_wanted_opens_once_the_alarm_is_answered(house: SmallHouse, feed: Any, scenario: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(pilot, app, "2")
        await pilot.press("m", "h", "enter", *CODE)
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        feed.show(scenario.quiet())
        await in_front(pilot, app, "sign_in")
        await pilot.press("enter")
        await answered(pilot)
        await in_front(pilot, app, "incidents")
