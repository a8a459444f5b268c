"""Rooms out of service, the cards, the introduction for new guards, and mobile alarms on the glass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from harness.house import SmallHouse, small_house
from hypothesis import given
from hypothesis import strategies as st
from on_the_glass import glass, in_front
from records_helper import answered, records_app

from guardroom import language
from guardroom.alarms.acts import ActReply
from guardroom.alarms.view import BoardView, HandoverView
from guardroom.settings import REMAPPABLE
from screens.app import GuardroomApp
from screens.keys import KEYS
from screens.out_of_service import typed_until
from screens.police import script

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
ZONE = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2025, 11, 24, 12, 42, 16, tzinfo=UTC)
"""Monday, 13:42:16 in Copenhagen."""

CHECKLIST = {
    "da": ("Du ved, hvor alarmtrykket sidder, hvordan det tages ud, og hvordan det virker.", "Flugtvejen står åben."),
    "en": ("You know where the button sits, how it is taken out and how it works.", "The escape route stands open."),
}
CALMING = {
    "da": ("Lav stemme, rolige bevægelser, åbne hænder.", "Hold afstand: den personlige zone er typisk ca. 1 meter."),
    "en": (
        "Low voice, calm movements, open hands.",
        "Keep your distance: the personal zone is about 1 metre.",
    ),
}


def made(scenario: Any, feed: Any, clock: Any, speak: str = "en") -> GuardroomApp:
    """The dashboard of a town hall that has written its cards."""
    language.choose(speak)
    settings = scenario.settings(speak)
    policy = replace(settings.policy, checklist=CHECKLIST, deescalation=CALMING)
    rooms = tuple(
        replace(room, button="Under bordet til højre.", hold_s=2) if room.id == "K1" else room
        for room in settings.rooms
    )
    return GuardroomApp(replace(settings, policy=policy, rooms=rooms), feed, None, clock)


def out(view: BoardView, *rooms: str, reason: str = "knappen tages ned") -> BoardView:
    """The board with these rooms out of service until three."""
    return replace(
        view,
        rooms=tuple(
            replace(room, state="out_of_service", out_until="2025-11-24T14:00:00.000Z", out_reason=reason, out_by="MH")
            if room.id in rooms
            else room
            for room in view.rooms
        ),
    )


def mobile(scenario: Any, **changes: Any) -> BoardView:
    """Mobile alarm 3 has just been pressed by LD."""
    pressed = scenario.alarm(
        room="K2",
    )
    pressed = replace(
        pressed,
        **{
            "room": None,
            "place": "Mobil 3",
            "block": "",
            "floor": "",
            "route": "",
            "escape_route": "",
            "phone": "",
            "cctv": False,
            "point": "903",
            "text": "MOBIL 3",
            "mobile": "M3",
            "holder": "LD",
            "whereabouts": "Borgerens hjem, Byvej 1",
            **changes,
        },
    )
    quiet: BoardView = scenario.quiet()
    return replace(quiet, number=quiet.number + 1, alarms=(pressed,))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """A town hall with a database."""
    with small_house(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def _english_afterwards() -> Any:
    yield
    language.choose("en")


# Until when


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:00", datetime(2025, 11, 24, 14, tzinfo=ZONE)),
        (" 14.05 ", datetime(2025, 11, 24, 14, 5, tzinfo=ZONE)),
        ("9:00", datetime(2025, 11, 24, 9, tzinfo=ZONE)),
        ("14", datetime(2025, 11, 24, 14, tzinfo=ZONE)),
        ("25-11 14:00", datetime(2025, 11, 25, 14, tzinfo=ZONE)),
        ("25.11 14.00", datetime(2025, 11, 25, 14, tzinfo=ZONE)),
        ("24/12 08:00", datetime(2025, 12, 24, 8, tzinfo=ZONE)),
        ("02-01 08:00", datetime(2026, 1, 2, 8, tzinfo=ZONE)),
        ("25-11-2025 14:00", datetime(2025, 11, 25, 14, tzinfo=ZONE)),
        ("2025-11-25 14:00", datetime(2025, 11, 25, 14, tzinfo=ZONE)),
        ("24-11 09:00", datetime(2025, 11, 24, 9, tzinfo=ZONE)),
    ],
)
def test_what_is_typed_is_a_moment_by_the_houses_clock(typed: str, meant: datetime) -> None:
    assert typed_until(typed, NOW, ZONE) == meant


@pytest.mark.parametrize("typed", ["", "25:00", "14:60", "31-02 14:00", "i morgen 14:00", "25-11", "9-9-9 1:1:1"])
def test_what_is_no_moment_is_none(typed: str) -> None:
    assert typed_until(typed, NOW, ZONE) is None


@given(typed=st.text(max_size=20))
def test_nothing_typed_breaks_it(typed: str) -> None:
    found = typed_until(typed, NOW, ZONE)
    assert found is None or found.tzinfo is not None


@given(days=st.integers(0, 300), minute=st.integers(0, 1439))
def test_a_day_without_its_year_is_the_next_one(days: int, minute: int) -> None:
    day = NOW.astimezone(ZONE).date() + timedelta(days=days)
    found = typed_until(f"{day:%d-%m} {minute // 60:02d}:{minute % 60:02d}", NOW, ZONE)
    assert found is not None
    assert abs(found.astimezone(ZONE).date() - day) <= timedelta(days=1)
    assert found >= NOW - timedelta(days=1)


# The dialog


async def test_a_room_is_put_out_of_service_from_the_board(scenario: Any, feed: Any, clock: Any) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("m")
        await in_front(pilot, app, "out_of_service")
        await pilot.press("k", "2", "enter")
        await pilot.press(*"knap", "enter", *"15:00")
        await pilot.pause()
        assert "Enter: K2 OUT OF SERVICE until 15:00" in glass(app)
        await pilot.press("enter")
        (act,) = feed.of("out_of_service")
        assert (act.room, act.text, act.until) == ("K2", "knap", "2025-11-24T14:00:00.000Z")
        await in_front(pilot, app, "board")


async def test_the_same_dialog_brings_it_back(scenario: Any, feed: Any, clock: Any) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        feed.show(out(scenario.quiet(), "K3"))
        await pilot.press("m")
        await in_front(pilot, app, "out_of_service")
        await pilot.press("down", "down", "down")
        await pilot.pause()
        assert "Enter: K3 IS IN SERVICE AGAIN" in glass(app)
        await pilot.press("enter")
        assert [act.room for act in feed.of("in_service")] == ["K3"]
        assert feed.of("out_of_service") == []
        await in_front(pilot, app, "board")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("ctrl+s",), "Choose a room."),
        (("k", "1", "ctrl+s"), "Say why the room is out of service"),
        (("k", "1", "tab", "x", "ctrl+s"), "Say until when"),
        (("k", "1", "tab", "x", "tab", *"13:00", "enter"), "That time is past."),
        (("k", "1", "tab", "x", "tab", *"25-12 13:00", "enter"), ""),
        (("k", "1", "tab", "x", "tab", *"26-12 13:00", "enter"), "At most 31 days"),
    ],
)
async def test_what_is_missing_is_said_and_what_is_typed_stays(
    scenario: Any, feed: Any, clock: Any, typed: tuple[str, ...], said: str
) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("m")
        await in_front(pilot, app, "out_of_service")
        await pilot.press(*("space" if key == " " else key for key in typed))
        await pilot.pause()
        assert bool(feed.of("out_of_service")) != bool(said)
        if said:
            assert said in glass(app)
            assert app.screen is app._named["out_of_service"]


async def test_what_the_monitor_refuses_is_said_and_the_dialog_stays(scenario: Any, feed: Any, clock: Any) -> None:
    app = made(scenario, feed, clock)
    feed.answer = lambda act: ActReply(id=act.id, refused="bad_end")
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("m")
        await in_front(pilot, app, "out_of_service")
        await pilot.press("k", "1", "tab", "x", "tab", *"15:00", "enter")
        await pilot.pause()
        assert "a time that comes, within 31 days" in glass(app)
        assert app.screen is app._named["out_of_service"]


# The board


async def test_the_board_marks_it_in_its_own_word_and_sign(scenario: Any, feed: Any, clock: Any) -> None:
    app = made(scenario, feed, clock, "da")
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        feed.show(out(scenario.quiet(), "K2"))
        await pilot.pause()
        assert "UDE AF DRIFT" in glass(app)
        assert "= K2 ude af drift til 15:00: knappen tages ned" in glass(app)
        feed.show(scenario.quiet())
        await pilot.pause()
        assert "ude af drift" not in glass(app)


async def test_many_are_counted(scenario: Any, feed: Any, clock: Any) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        feed.show(out(scenario.quiet(), "K1", "K2", "K3", "K4", "A-03", "A-04"))
        await pilot.pause()
        assert "= 3 more rooms out of service: M" in glass(app)


# The cards


@pytest.mark.parametrize("beneath", ["board", "response", "raise_alarm", "police", "help", "panels", "phone_card"])
async def test_the_cards_are_one_key_away(scenario: Any, feed: Any, clock: Any, beneath: str) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        if beneath == "response":
            feed.show(scenario.in_progress())
            await pilot.pause()
            app.open_response(None)
        elif beneath == "police":
            app.open_police(None)
        elif beneath != "board":
            app.open(beneath)
        await in_front(pilot, app, beneath)
        await pilot.press("f3")
        await in_front(pilot, app, "cards")
        await pilot.press("escape")
        await in_front(pilot, app, beneath)


async def test_the_checklist_has_the_rooms_own_texts_and_says_what_nobody_wrote_down(
    scenario: Any, feed: Any, clock: Any
) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("f3")
        await in_front(pilot, app, "cards")
        assert "[ ] The escape route stands open." in glass(app)
        assert "Under bordet til højre. Hold it for 2 seconds." in glass(app)
        await pilot.press("down")
        await pilot.pause()
        assert "Kontaktrum 2" in glass(app)
        assert "this room has none" in glass(app)
        await pilot.press("f3")
        await pilot.pause()
        assert "Low voice, calm movements, open hands." in glass(app)


async def test_in_an_alarm_what_calms_comes_first_and_the_checklist_is_of_its_room(
    scenario: Any, feed: Any, clock: Any
) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        feed.show(scenario.in_progress())
        await pilot.pause()
        await pilot.press("f3")
        await in_front(pilot, app, "cards")
        assert "WHAT CALMS" in glass(app)
        await pilot.press("f3")
        await pilot.pause()
        assert "Kontaktrum 2" in glass(app)


def test_nobody_needs_to_be_signed_in_or_have_a_right_for_them() -> None:
    for name in ("cards", "cards_too", "out_of_service", "introduction"):
        (key,) = [key for key in KEYS if key.name == name]
        assert not key.needs
    assert "out_of_service" in REMAPPABLE


# The introduction


async def test_somebody_new_is_shown_the_introduction_and_then_the_handover(
    scenario: Any, feed: Any, clock: Any
) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        feed.show(replace(scenario.quiet(), handover=HandoverView(waiting=1)))
        await pilot.pause()
        await pilot.press("i", *"mh", "space", *"lv", "enter")
        await in_front(pilot, app, "sound_check")
        await pilot.press("j")
        await in_front(pilot, app, "introduction")
        assert "NEW ON SHIFT 1/5" in glass(app)
        for _page in range(4):
            await pilot.press("enter")
        await pilot.pause()
        assert "NEW ON SHIFT 5/5" in glass(app)
        await pilot.press("pageup")
        await pilot.pause()
        assert "NEW ON SHIFT 4/5" in glass(app)
        await pilot.press("enter", "enter")
        # The handover has names in it: it asks who is there.
        await in_front(pilot, app, "sign_in")


async def test_those_who_have_been_here_are_not_shown_it(scenario: Any, feed: Any, clock: Any) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("i", *"mh", "space", *"kk", "enter")
        await in_front(pilot, app, "sound_check")
        await pilot.press("j")
        await in_front(pilot, app, "board")


async def test_escape_skips_it_and_help_shows_it_again(scenario: Any, feed: Any, clock: Any) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("i", *"lv", "enter")
        await in_front(pilot, app, "sound_check")
        await pilot.press("escape")
        await in_front(pilot, app, "introduction")
        await pilot.press("escape")
        await in_front(pilot, app, "board")
        await pilot.press("f1", "i")
        await in_front(pilot, app, "introduction")
        await pilot.press("escape")
        await in_front(pilot, app, "board")


@pytest.mark.parametrize("beneath", ["introduction", "cards", "out_of_service"])
async def test_an_alarm_always_breaks_through(scenario: Any, feed: Any, clock: Any, beneath: str) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        app.open(beneath)
        await in_front(pilot, app, beneath)
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        await pilot.press("f3")
        await pilot.pause()
        assert app.screen is app._named["takeover"], "nothing lies over an alarm that nobody has acknowledged"


# Mobile alarms


async def test_the_takeover_says_the_mobile_who_has_it_and_where(scenario: Any, feed: Any, clock: Any) -> None:
    app = made(scenario, feed, clock, "da")
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        feed.show(mobile(scenario))
        await in_front(pilot, app, "takeover")
        assert "Mobil 3 · hos LD · Borgerens hjem, Byvej 1" in glass(app)
        assert "Intet rum ejer" not in glass(app)


@pytest.mark.parametrize(
    ("holder", "said"), [("", "Mobil 3 · no loan is noted"), (None, "Mobil 3 · who has it is not known")]
)
async def test_without_a_loan_that_is_said(scenario: Any, feed: Any, clock: Any, holder: str | None, said: str) -> None:
    app = made(scenario, feed, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        feed.show(mobile(scenario, holder=holder, whereabouts=""))
        await in_front(pilot, app, "takeover")
        assert said in glass(app)


def test_the_police_are_not_sent_to_the_town_hall(scenario: Any) -> None:
    settings = scenario.settings("en")
    (alarm,) = mobile(scenario).alarms
    said = " ".join(script(alarm, settings))
    assert "Borgerens hjem, Byvej 1" in said
    assert settings.site.address not in said
    assert "hall." not in said
    said = " ".join(script(replace(alarm, whereabouts=""), settings))
    assert "find out where" in said
    assert settings.site.address not in said


# Pictures


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("speak", ["da", "en"])
@pytest.mark.parametrize(
    "what", ["board", "dialog", "back", "checklist", "calming", "introduction_1", "introduction_3", "mobile"]
)
def test_picture(
    snap_compare: Any, scenario: Any, make_feed: Any, clock: Any, what: str, speak: str, size: str
) -> None:
    feed = make_feed(out(scenario.quiet(), "K2") if what in ("board", "back") else scenario.quiet())
    app = made(scenario, feed, clock, speak)

    async def prepared(pilot: Any) -> None:
        await in_front(pilot, app, "board")
        keys: dict[str, tuple[str, ...]] = {
            "board": (),
            "dialog": ("m", "k", "2", "tab", *"ny knap", "tab", *"26-11 12:00"),
            "back": ("m", "k", "2"),
            "checklist": ("f3",),
            "calming": ("f3", "f3"),
            "introduction_1": ("f1", "i"),
            "introduction_3": ("f1", "i", "enter", "enter"),
            "mobile": (),
        }
        if what == "mobile":
            feed.show(mobile(scenario))
            await in_front(pilot, app, "takeover")
        for key in keys[what]:
            await pilot.press("space" if key == " " else key)
        await pilot.pause()

    assert snap_compare(app, run_before=prepared, terminal_size=SIZES[size])


async def test_the_rooms_cards_are_printed_without_anybody_signed_in(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("f3")
        await in_front(pilot, app, "cards")
        await pilot.press("u")
        await answered(pilot)
        assert "The rooms' cards lie in" in glass(app)
    assert (house.ground.settings.letters.folder / "room-cards.html").read_text("utf-8").count("<section>") == 2
