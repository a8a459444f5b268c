"""The shell of the dashboard: which screen is on the glass, what keys do, and what is said when nothing is known."""

from __future__ import annotations

import importlib
import pkgutil
import threading
from dataclasses import replace
from typing import Any

import pytest
from on_the_glass import glass, in_front, until
from textual import events
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Input

import screens
from guardroom.alarms.acts import ActReply
from guardroom.alarms.view import BoardView
from guardroom.settings import ACKNOWLEDGE_KEYS, REMAPPABLE, TAKEN_KEYS
from screens import interrupted
from screens.app import GuardroomApp
from screens.frame import INPUT_GUARD_S, GuardScreen
from screens.help import Help
from screens.keys import KEYS, keys_of, works_while_typing
from screens.police import Police
from screens.response import Response
from screens.shift import initials
from screens.takeover import Takeover


async def ready(pilot: Pilot[Any], app: GuardroomApp) -> None:
    """The dashboard has started and every screen has been made."""
    await until(pilot, lambda: app._warm and app.view is not None)


async def show(pilot: Pilot[Any], app: GuardroomApp, feed: Any, view: BoardView) -> None:
    """A view comes and is on the glass."""
    feed.show(view)
    await until(pilot, lambda: app.view is view)
    await pilot.pause()


async def test_starts_on_the_board_and_ends_the_line_to_the_monitor(app: GuardroomApp, feed: Any) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        assert app.screen is app._named["board"]
        assert "Kontaktrum" not in glass(app)
        assert "K2" in glass(app)
    assert feed.stopped


async def test_an_alarm_takes_the_screen_over_and_leaves_by_itself(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.one_alarm())
        assert isinstance(app.screen, Takeover)
        await pilot.press("escape")
        assert isinstance(app.screen, Takeover), "an unacknowledged alarm stays on the glass"
        await show(pilot, app, feed, scenario.in_progress())
        assert app.screen is app._named["board"], "acknowledged elsewhere"
        assert "IN PROGRESS" in glass(app)


async def test_it_tells_how_long_nobody_has_needed_it(scenario: Any, feed: Any, clock: Any) -> None:
    told: list[float] = []
    app = GuardroomApp(scenario.settings(), feed, None, clock, turned=told.append)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        clock.advance(2)
        await until(pilot, lambda: bool(told) and told[-1] == 2)
        await pilot.press("8")
        await until(pilot, lambda: told[-1] == 0)
        clock.advance(2)
        await show(pilot, app, feed, scenario.one_alarm())
        told.clear()
        await until(pilot, lambda: bool(told))
        assert set(told) == {0}


async def test_f12_acknowledges_what_was_seen_and_opens_the_response(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.with_alarms(scenario.quiet(), scenario.alarm(presses=2)))
        clock.advance(1)
        await pilot.press("f12")
        (act,) = feed.of("acknowledge")
        assert (act.alarm, act.press, act.by, act.station) == (459, 2, "MH + JB", "vagtstuen")
        await show(pilot, app, feed, scenario.in_progress())
        assert isinstance(app.screen, Response)
        await pilot.press("escape")
        assert app.screen is app._named["board"]
        await pilot.press("enter")
        assert isinstance(app.screen, Response), "Enter on the board goes back to the alarm in front"


@pytest.mark.parametrize("key", ["f12", "f8", "s", "p", "f11", "question_mark"])
async def test_keys_do_nothing_until_a_new_alarm_has_been_seen(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any, key: str
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.one_alarm())
        clock.advance(0.6)
        await pilot.press(key)
        assert feed.acts == []
        assert isinstance(app.screen, Takeover)


async def test_a_press_of_this_moment_is_not_acknowledged_and_another_alarm_begins_the_guard(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.one_alarm())
        clock.advance(5)
        await show(pilot, app, feed, scenario.with_alarms(scenario.quiet(), scenario.alarm(presses=2)))
        await pilot.press("f12")
        assert [act.press for act in feed.of("acknowledge")] == [1], "the press of this moment has not been seen"
        clock.advance(0.8)
        await pilot.press("f12")
        assert [act.press for act in feed.of("acknowledge")] == [1, 2]
        second = scenario.alarm(460, "A-03")
        await show(pilot, app, feed, scenario.with_alarms(scenario.quiet(), scenario.alarm(presses=2), second))
        clock.advance(5)
        await show(
            pilot, app, feed, scenario.with_alarms(scenario.quiet(), scenario.acknowledged(scenario.alarm()), second)
        )
        await pilot.press("f12")
        assert len(feed.of("acknowledge")) == 2, "a key held down does not acknowledge the next alarm unseen"
        clock.advance(0.8)
        await pilot.press("f12")
        assert [act.alarm for act in feed.of("acknowledge")] == [459, 459, 460]


async def test_the_next_alarm_waits_for_nobody_and_the_response_comes_after_the_last(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    first, second = scenario.alarm(), scenario.alarm(460, "A-03", 2.0)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.with_alarms(scenario.quiet(), first, second))
        clock.advance(1)
        await pilot.press("f12")
        await show(pilot, app, feed, scenario.with_alarms(scenario.quiet(), scenario.acknowledged(first), second))
        assert isinstance(app.screen, Takeover)
        clock.advance(1)
        await pilot.press("f12")
        both = (scenario.acknowledged(first), scenario.acknowledged(second, 1.0))
        await show(pilot, app, feed, scenario.with_alarms(scenario.quiet(), *both))
        assert isinstance(app.screen, Response)


async def test_a_half_written_text_survives_a_takeover_with_its_focus(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await pilot.press("i", "m", "h", "æ")
        typed = app.screen.query_one("#initials", Input)
        assert typed.value == "mhæ"
        await show(pilot, app, feed, scenario.one_alarm())
        await pilot.press("x", "y", "enter", "backspace")
        assert isinstance(app.screen, Takeover)
        assert feed.acts == []
        await show(pilot, app, feed, scenario.in_progress())
        assert app.screen.focused is typed
        await pilot.press("ø")
        assert typed.value == "mhæø"


async def test_whoever_writes_on_through_an_alarm_neither_silences_it_nor_opens_anything(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupted, "PAUSE_AFTER_S", 0.01)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await pilot.press("i", "m")
        await show(pilot, app, feed, scenario.one_alarm())
        clock.advance(INPUT_GUARD_S)
        for letter in "spise, s":
            clock.advance(0.2)
            await pilot.press(letter)
        clock.advance(8)
        app.post_message(events.Key("s", "s"))
        app.post_message(events.Key("p", "p"))
        await pilot.pause(0.05)
        assert isinstance(app.screen, Takeover)
        assert feed.acts == []
        clock.advance(2)
        await pilot.press("s")
        await until(pilot, lambda: [act.kind for act in feed.acts] == ["silence"])


async def test_where_nobody_was_writing_a_letter_is_a_key_at_once(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.one_alarm())
        clock.advance(INPUT_GUARD_S)
        await pilot.press("s")
        assert [act.kind for act in feed.acts] == ["silence"]


async def test_letters_and_digits_are_only_letters_and_digits_while_typing(app: GuardroomApp, feed: Any) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await pilot.press("i")
        letters = sorted({key.keys[0] for key in KEYS if len(key.keys[0]) == 1})
        await pilot.press(*letters)
        assert app.screen is app._named["shift"]
        assert app.screen.query_one("#initials", Input).value == "".join(letters)
        assert feed.acts == []


async def test_f12_acknowledges_the_alarm_while_typing(app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.faulty())
        await pilot.press("i", "m", "f8")
        assert [act.fault for act in feed.of("acknowledge_fault")] == ["panel_silent blok-a"]
        assert app.screen.query_one("#initials", Input).value == "m"


async def test_caps_lock_changes_nothing(app: GuardroomApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await pilot.press("I")
        assert app.screen is app._named["shift"]


async def test_keys_are_mapped_anew_by_the_town_hall(feed: Any, scenario: Any, clock: Any) -> None:
    settings = replace(scenario.settings(), keys={"acknowledge": ("f5",), "shift": ("v",), "button_tests": ("w",)})
    app = GuardroomApp(settings, feed, None, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.one_alarm())
        assert "F5" in glass(app)
        clock.advance(1)
        await pilot.press("f12")
        assert feed.acts == []
        await pilot.press("f5")
        assert len(feed.of("acknowledge")) == 1
        await show(pilot, app, feed, scenario.quiet())
        await pilot.press("i")
        assert app.screen is app._named["board"]
        await pilot.press("v")
        assert app.screen is app._named["shift"]
        await pilot.press("escape", "t")
        assert app.screen is app._named["board"]
        await pilot.press("w")
        assert app.screen is app._named["button_tests"]


def test_no_key_does_two_things_on_one_screen() -> None:
    screens = {screen for key in KEYS for screen in key.where}
    for screen in screens:
        pressed = [name for key in KEYS if screen in key.where for name in key.keys]
        assert len(pressed) == len(set(pressed)), screen
    for key in KEYS:
        if key.name != "acknowledge":
            assert not {"f12", "f8"} & set(key.keys), "F12 and F8 acknowledge and do nothing else"
        assert not {"@", "{", "}", "[", "]", "\\", "|", "/"} & set(key.keys), "needs AltGr on a Danish keyboard"
    assert keys_of("acknowledge", {}) == ("f12", "f8")
    assert set(REMAPPABLE) <= {key.name for key in KEYS}


def test_a_key_outside_the_table_has_no_action_that_rests_while_typing() -> None:
    """It would rest as well, in a field where it is wanted."""
    resting: list[str] = []
    for module in pkgutil.iter_modules(screens.__path__, "screens."):
        for found in vars(importlib.import_module(module.name)).values():
            ours = isinstance(found, type) and found.__module__ == module.name
            for binding in vars(found).get("BINDINGS", ()) if ours else ():
                # Those of the table have its names.
                if isinstance(binding, Binding) and not binding.id:
                    action = binding.action.partition("(")[0]
                    if not works_while_typing(action):
                        resting.append(f"{found.__name__}: {binding.action}")
    assert resting == []


async def test_a_thousand_views_at_once(app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
    views = [replace(scenario.one_alarm(), number=2000 + number) for number in range(1000)]
    views.append(scenario.with_alarms(replace(scenario.quiet(), number=5000), scenario.alarm(501, "B-01", 1.0)))
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        shown: list[int] = []
        front = app._named["takeover"].render_view
        app._named["takeover"].render_view = lambda view, age: (shown.append(view.number), front(view, age))[1]  # type: ignore[method-assign]
        sender = threading.Thread(target=lambda: [feed.show(view) for view in views])
        sender.start()
        await until(pilot, lambda: app.view is views[-1])
        sender.join()
        await pilot.pause()
        assert isinstance(app.screen, Takeover)
        assert "Borgerservice" in glass(app)
        assert len(shown) < 500, "views that wait are overtaken by the newest"
        clock.advance(1)
        await pilot.press("f12")
        assert [act.alarm for act in feed.of("acknowledge")] == [501]


async def test_a_police_script_is_not_taken_away_from_whoever_reads_it(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.one_alarm())
        clock.advance(1)
        await pilot.press("p")
        assert isinstance(app.screen, Police)
        await show(pilot, app, feed, scenario.in_progress())
        assert isinstance(app.screen, Police)
        await pilot.press("escape")
        assert app.screen is app._named["board"]


async def test_a_new_alarm_comes_before_a_police_script(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.one_alarm())
        clock.advance(1)
        await pilot.press("p")
        await show(pilot, app, feed, scenario.two_alarms())
        assert isinstance(app.screen, Takeover)


async def test_help_says_every_key_of_the_three_screens(app: GuardroomApp) -> None:
    async with app.run_test(size=(120, 80)) as pilot:
        await ready(pilot, app)
        await pilot.press("question_mark")
        assert isinstance(app.screen, Help)
        said = glass(app)
        for key in KEYS:
            if key.where & {"board", "takeover", "response"}:
                assert key.label in said
        await pilot.press("escape")
        assert app.screen is app._named["board"]


async def test_nothing_is_known_when_no_view_comes(app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        assert "ready" in glass(app)
        clock.advance(3.5)
        await until(pilot, lambda: app.lost)
        await pilot.pause()
        said = glass(app)
        assert "MONITOR OUT OF REACH" in said
        assert "[NO MONITOR]" in said
        assert " ready " not in said.replace("Signs: ready ", "")
        assert said.count("UNKNOWN") >= len(scenario.quiet().rooms)
        await show(pilot, app, feed, scenario.quiet())
        assert "MONITOR OUT OF REACH" not in glass(app)


@pytest.mark.parametrize(
    ("code", "sentence"), [("gone", "does not answer"), ("version", "another version"), ("key", "does not know")]
)
async def test_why_the_monitor_is_out_of_reach(
    app: GuardroomApp, feed: Any, code: str, sentence: str, scenario: Any
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        feed.down(code)
        await until(pilot, lambda: app.lost)
        await pilot.pause()
        assert sentence in glass(app)
        await pilot.press("f12")
        assert feed.acts == []


async def test_an_alarm_stays_on_the_glass_when_the_monitor_goes(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.one_alarm())
        feed.answer = lambda act: None
        feed.down()
        await until(pilot, lambda: app.lost)
        clock.advance(20)
        await pilot.pause()
        assert isinstance(app.screen, Takeover)
        await pilot.press("f12")
        assert len(feed.of("acknowledge")) == 1, "it is sent when the monitor answers again"
        assert "out of reach" in glass(app)


async def test_before_the_first_view_nothing_is_ready(scenario: Any, clock: Any, make_feed: Any) -> None:
    app = GuardroomApp(scenario.settings(), make_feed(None), None, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app._warm)
        assert " ready " not in glass(app).replace("Signs: ready ", "")
        clock.advance(4)
        await until(pilot, lambda: app.lost)
        await pilot.pause()
        assert "MONITOR OUT OF REACH" in glass(app)


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("MH JB", ("MH", "JB")),
        ("mh + jb", ("MH", "JB")),
        ("MH, JB,MH", ("MH", "JB")),
        ("øæå", ("ØÆÅ",)),
        ("", None),
        ("M4", None),
        ("MARTINH", None),
        ("Mikkelsen JB", None),
        ("MH \x1b[2J", None),
    ],
)
def test_initials(typed: str, people: tuple[str, ...] | None) -> None:
    assert initials(typed) == people


async def test_a_shift_signs_on_and_then_hears_the_loudspeaker(
    scenario: Any, clock: Any, feed: Any, sounds: Any
) -> None:
    app = GuardroomApp(scenario.settings(), feed, sounds, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await pilot.press("i", "m", "4", "enter")
        assert "Initials are one to six letters" in glass(app)
        assert feed.acts == []
        await pilot.press("backspace", "h", "space", "j", "b", "enter")
        assert [act.people for act in feed.of("shift")] == [("MH", "JB")]
        await pilot.pause()
        assert app.screen is app._named["sound_check"]
        assert sounds.tested == 1
        await pilot.press("n")
        assert "Turn the loudspeaker on" in glass(app)
        assert feed.of("sound_checked") == []
        await pilot.press("l", "j")
        assert len(feed.of("sound_checked")) == 1
        assert sounds.tested == 2
        assert app.screen is app._named["board"]


@pytest.mark.parametrize(("typed", "new"), [("mh zq", "ZQ"), ("mh jb", "")])
async def test_whoever_was_never_on_duty_here_may_be_a_slip(app: GuardroomApp, feed: Any, typed: str, new: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await pilot.press("i", *[{" ": "space"}.get(letter, letter) for letter in typed], "enter")
        await in_front(pilot, app, "sound_check")
        await pilot.pause()
        assert len(feed.of("shift")) == 1
        assert (f"Never on duty here before: {new}. If that is a slip" in glass(app)) == bool(new)


async def test_sounds_hear_every_view_and_the_silence(scenario: Any, clock: Any, feed: Any, sounds: Any) -> None:
    app = GuardroomApp(scenario.settings(), feed, sounds, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        alarm = scenario.one_alarm()
        feed.show(alarm)
        assert sounds.heard[-1] is alarm, "told by the feed's thread, not by a screen that may be busy"
        feed.down()
        assert sounds.lost == 1
        app.sound_problem("no_player")
        await until(pilot, lambda: bool(feed.of("sound_fault")))
        assert feed.of("sound_fault")[0].detail == "no_player"


async def test_quitting_is_asked_and_says_what_goes_on(app: GuardroomApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await pilot.press("ctrl+q")
        assert "monitor keeps running" in glass(app)
        await pilot.press("escape")
        assert app.screen is app._named["board"]
        await pilot.press("ctrl+q", "y")
    assert app.return_code == 0


async def test_quitting_is_not_offered_over_an_alarm(app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.one_alarm())
        clock.advance(1)
        await pilot.press("ctrl+q", "ctrl+c", "ctrl+z", "1", "i", "r")
        assert isinstance(app.screen, Takeover)
        assert feed.acts == []


async def test_a_refusal_is_told_as_a_sentence(app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        feed.answer = lambda act: ActReply(id=act.id, refused="unknown_fault")
        await show(pilot, app, feed, scenario.faulty())
        await pilot.press("f12")
        await pilot.pause()
        assert "That fault is over already." in glass(app)
        feed.answer = lambda act: ActReply(id=act.id, stored=False)
        await pilot.press("f12")
        await pilot.pause()
        assert "could not be written to disk" in glass(app)
        clock.advance(11)
        await show(pilot, app, feed, scenario.faulty())
        await until(pilot, lambda: "could not be written" not in glass(app))


async def test_a_click_on_the_strip_opens_the_alarm(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.in_progress())
        await pilot.click("#strip")
        assert isinstance(app.screen, Response)


async def test_a_click_on_the_banner_acknowledges_the_fault(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.faulty())
        await pilot.click("#banner")
        assert len(feed.of("acknowledge_fault")) == 1


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (40, 10), (200, 60)])
@pytest.mark.parametrize("what", ["quiet", "faulty", "many_rooms", "one_alarm", "two_alarms", "in_progress"])
async def test_any_size_of_terminal(
    scenario: Any, make_feed: Any, clock: Any, size: tuple[int, int], what: str
) -> None:
    feed = make_feed(getattr(scenario, what)())
    app = GuardroomApp(scenario.settings(), feed, None, clock)
    async with app.run_test(size=size) as pilot:
        await ready(pilot, app)
        clock.advance(1)
        await pilot.press("question_mark", "escape", "i", "escape", "l", "escape", "enter", "escape")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        await pilot.resize_terminal(*size)
        await pilot.pause()
        if what == "one_alarm" and size == (20, 5):
            assert "K2" in glass(app).upper() or "KONTAKTRUM 2" in glass(app).upper()


def test_keys_that_cannot_be_chosen_are_those_that_work_while_typing_and_cannot_be_moved() -> None:
    fixed = {
        key
        for entry in KEYS
        if entry.typing and entry.name not in REMAPPABLE
        for key in entry.keys
        if key.startswith(("f", "ctrl+")) and key not in ACKNOWLEDGE_KEYS
    }
    assert fixed <= TAKEN_KEYS


def test_where_tabs_are_shown_their_digits_are_in_the_table() -> None:
    tabs = {key.name: key.where for key in KEYS if key.name.startswith("tab_")}
    shown: set[str] = set()
    for module in pkgutil.iter_modules(screens.__path__, "screens."):
        for found in vars(importlib.import_module(module.name)).values():
            if isinstance(found, type) and issubclass(found, GuardScreen) and found.NAME and found.TABS:
                shown.add(found.NAME)
    assert {"board", "bans", "messages", "reports"} <= shown
    for name, where in tabs.items():
        assert shown <= where, name


async def test_help_has_a_section_for_every_screen_with_keys_of_its_own(app: GuardroomApp) -> None:
    async with app.run_test(size=(120, 900)) as pilot:
        await ready(pilot, app)
        await pilot.press("question_mark")
        drawn = glass(app)
        for key in KEYS:
            if key.where - {"help", "sound_check", "quit"}:
                assert key.label in drawn
        for title in ("DRILLS", "FOLLOW-UPS", "PHONES", "HANDOVER", "LOCKED DOORS", "TESTING THE BUTTONS"):
            assert title in drawn
        places = [drawn.index(title) for title in ("BOARD", "ALARM ON THE WHOLE SCREEN", "RESPONSE", "THE OTHER SCR")]
        assert places == sorted(places)


@pytest.mark.parametrize("size", [(80, 24), (80, 20)])
async def test_the_safety_keys_stay_at_the_bottom_of_a_small_screen(
    app: GuardroomApp, feed: Any, scenario: Any, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await ready(pilot, app)
        await show(pilot, app, feed, scenario.in_progress())
        app.open_response(None)
        await until(pilot, lambda: isinstance(app.screen, Response))
        app._show()
        await pilot.pause()
        drawn = glass(app)
        for told in ("P Police script", "T Late entry", "Ctrl+S Close the alarm", "Police: not rung yet"):
            assert told in drawn
        assert "Nobody is told outside: no recipients are set." in drawn
        assert ("Esc Back" in drawn) is (size[1] >= 24)
