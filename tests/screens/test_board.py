"""The board: every room, every panel, the latest alarms, in whatever space there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardroom import language
from guardroom.alarms import fault_words
from guardroom.alarms.view import FaultView, RoomView
from guardroom.settings import Settings
from screens import words
from screens.app import GuardroomApp
from screens.board import draw_panels, draw_recent, draw_rooms, sign
from screens.strip import in_front

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}

Snap = Callable[..., bool]


@pytest.fixture
def board(scenario: Any, make_feed: Any, clock: Any) -> Callable[..., GuardroomApp]:
    """A dashboard that shows this view."""

    def make(view: object, spoken: str = "en") -> GuardroomApp:
        return GuardroomApp(scenario.settings(spoken), make_feed(view), None, clock)

    return make


async def settle(pilot: Any) -> None:
    """Until every screen has been made and the view is shown."""
    while not pilot.app._warm:
        await pilot.pause()
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("what", ["quiet", "faulty", "in_progress"])
def test_picture(snap_compare: Snap, board: Any, scenario: Any, spoken: str, size: str, what: str) -> None:
    app = board(getattr(scenario, what)(), spoken)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=settle)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["question_mark", "i", "l", "ctrl+q"])
def test_picture_of_dialogs(snap_compare: Snap, board: Any, scenario: Any, spoken: str, size: str, key: str) -> None:
    async def opened(pilot: Any) -> None:
        await settle(pilot)
        await pilot.press(key)

    assert snap_compare(board(scenario.quiet(), spoken), terminal_size=SIZES[size], run_before=opened)


def test_picture_of_sixty_rooms(snap_compare: Snap, board: Any, scenario: Any) -> None:
    assert snap_compare(board(scenario.many_rooms()), terminal_size=(120, 36), run_before=settle)


def test_picture_without_colours(
    snap_compare: Snap, board: Any, scenario: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    view = scenario.with_alarms(scenario.faulty(), scenario.acknowledged(scenario.alarm()))
    assert snap_compare(board(view), terminal_size=(120, 36), run_before=settle)


def test_picture_on_the_linux_console(
    snap_compare: Snap, board: Any, scenario: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "linux")
    view = scenario.with_alarms(scenario.faulty(), scenario.acknowledged(scenario.alarm()))
    assert snap_compare(board(view), terminal_size=(80, 24), run_before=settle)


def test_picture_without_a_monitor(snap_compare: Snap, board: Any, scenario: Any, clock: Any) -> None:
    async def alone(pilot: Any) -> None:
        await settle(pilot)
        pilot.app.feed.down("gone")
        clock.advance(4)
        while not pilot.app.lost:
            await pilot.pause()
        await pilot.pause()

    assert snap_compare(board(scenario.quiet()), terminal_size=(120, 36), run_before=alone)


async def test_only_ascii_frames_on_the_linux_console(
    board: Any, scenario: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "linux")
    app = board(scenario.faulty(), "da")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        for key in ("i", "escape", "question_mark", "escape"):
            await pilot.press(key)
            glass = "".join(strip.text for strip in app.screen._compositor.render_strips())
            assert {sign for sign in glass if ord(sign) > 255} <= {"…"}


def test_every_state_of_a_room_has_a_word_and_a_sign(spoken: str) -> None:
    states = ["ready", "alarm", "acknowledged", "restored", "still_in_alarm", "fault", "unknown", "no_panel"]
    said = {state: words.room_state(state) for state in states}
    assert len(set(said.values())) == len(states)
    assert sign("ready") == " "
    assert all(sign(state) != " " for state in states if state != "ready")
    assert all(sign(state) == "/" for state in ("fault", "unknown", "never heard of"))
    assert not {sign(state) for state in ("fault", "unknown")} & {sign("alarm"), sign("acknowledged")}


room_states = st.sampled_from(["ready"] * 6 + ["alarm", "acknowledged", "restored", "fault", "unknown", "no_panel"])


@given(st.lists(room_states, max_size=90), st.integers(1, 130), st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_no_room_in_alarm_is_hidden_by_the_quiet_ones(states: list[Any], width: int, height: int) -> None:
    rooms = tuple(
        RoomView(id=f"R{number:02d}", name="", block=f"B{number // 20}", floor="", state=state, since_age_s=3.0)
        for number, state in enumerate(states)
    )
    drawn = draw_rooms(rooms, 0.0, width, height).plain.split("\n")
    assert len(drawn) <= max(1, height) + 1
    columns = max(1, (width - 1) // 19)
    wrong = [room.id for room in rooms if room.state != "ready"]
    if width >= 20 and len(wrong) <= columns * max(1, height - 1):
        for room_id in wrong:
            assert any(room_id in row for row in drawn)


def test_panels_that_are_not_well_come_first_where_space_is_short(scenario: Any) -> None:
    panels = scenario.faulty().panels
    drawn = draw_panels(panels, 0.0, 30, 2).plain.split("\n")
    assert drawn[0].startswith("/ blok-a")
    assert drawn[1] == "2 more panels"


@pytest.mark.parametrize(
    ("name", "said"), [("blok-a", "  Vagtstuen: blok-a "), ("borgerservice", "  Vag…: borgerservice ")]
)
def test_another_stations_panel_keeps_its_own_name(scenario: Any, name: str, said: str) -> None:
    panel = replace(scenario.quiet().panels[0], name=name, owner="Vagtstuen", heard_age_s=None)
    assert draw_panels((panel,), 0.0, 30, 2).plain.startswith(said)


def test_a_panel_without_supervision_says_so(scenario: Any) -> None:
    assert "no supervision" in draw_panels(scenario.quiet().panels, 0.0, 40, 20).plain


@pytest.mark.parametrize("problem", ["no_such_port", "busy", "permission", "hung_up", "open_failed", "garbage"])
def test_why_a_panel_cannot_be_heard(scenario: Any, problem: str) -> None:
    panel = replace(scenario.quiet().panels[0], state="lost", problem=problem, detail="guardroom 4711")
    drawn = draw_panels((panel,), 0.0, 100, 20).plain
    assert "LOST" in drawn
    assert "guardroom 4711" in drawn
    assert problem not in drawn


def test_the_latest_alarms_show_how_quickly_somebody_answered(scenario: Any) -> None:
    drawn = draw_recent(scenario.quiet(), scenario.settings(), 90, 8).plain.split("\n")
    assert drawn[1].split() == ["Thu", "15:20", "K2", "panic", "alarm", "9", "s", "54", "s", "Escorted", "out"]
    assert "30 days: 4 closed alarms · acknowledged median 9 s, longest 21 s · there median 54 s" in drawn[-1]


FAULTS = [
    "panel_silent",
    "panel_lost",
    "tamper",
    "fault",
    "low_battery",
    "bypass",
    "unknown_code",
    "storage",
    "database",
    "sound",
    "disk",
    "clock",
    "journal_replaced",
    "database_replaced",
    "monitor_gone",
    "drill_vault",
    "heartbeat",
    "due",
    "something_new",
]


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_says_what_is_wrong_and_what_to_do(scenario: Any, spoken: str, kind: str) -> None:
    house: Settings = scenario.settings(spoken)
    fault = replace(scenario.faulty().faults[0], kind=kind)
    title = fault_words.title(fault)
    assert title
    assert kind not in title
    to_do = words.fault_do_now(fault, scenario.faulty(), house)
    assert to_do
    assert all(to_do)
    if kind in ("panel_silent", "panel_lost"):
        assert any("Blok A" in step and "5900" in step for step in to_do)
        assert any("44 55 66 77" in step for step in to_do)


def test_what_somebody_has_called_themselves_is_told_as_it_is() -> None:
    fault = FaultView(key="notices", kind="notices", age_s=0.0, since="", detail="Vagt {nat}", text="451 {try} later")
    assert fault_words.title(fault) == "MESSAGES DO NOT ARRIVE: Vagt {nat}"
    assert fault_words.facts(fault) == ["The last answer: 451 {try} later"]


def test_a_drill_plan_that_cannot_be_read_is_said_and_tells_nobody_of_a_drill(scenario: Any, spoken: str) -> None:
    house: Settings = scenario.settings(spoken)
    fault = FaultView(key="drill_vault", kind="drill_vault", age_s=0.0, since="")
    title = fault_words.title(fault)
    assert not title.endswith(":")
    said = " ".join([title, *words.fault_do_now(fault, scenario.quiet(), house)])
    assert any(word in said for word in ("risk coordinator", "risikokoordinator"))
    assert not any(character.isdigit() for character in said), "no day, no time"


def test_what_was_due_and_is_not_done_is_named() -> None:
    fault = FaultView(key="due", kind="due", age_s=0.0, since="", detail="meetings purge")
    assert fault_words.facts(fault) == ["Not done: messages about meetings, deletion of what is past its time"]


def test_a_fault_that_waits_comes_before_one_that_somebody_has_seen(scenario: Any) -> None:
    silent = scenario.faulty().faults[0]
    seen = replace(silent, key="a", acknowledged=True)
    battery = replace(silent, key="b", kind="low_battery", age_s=9000.0)
    assert [fault.key for fault in in_front((seen, battery, silent))] == [silent.key, "b", "a"]


async def test_an_alarm_comes_before_a_fault(board: Any, scenario: Any) -> None:
    app = board(scenario.with_alarms(scenario.faulty(), scenario.acknowledged(scenario.alarm())))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        strip, banner = app.screen.query_one("#strip"), app.screen.query_one("#banner")
        assert strip.region.y < banner.region.y
        assert banner.region.height == 1


@pytest.mark.parametrize("others", [0, 3])
async def test_every_step_of_a_fault_is_seen_whole_on_a_small_screen(
    board: Any, scenario: Any, spoken: str, others: int
) -> None:
    silent = replace(scenario.faulty().faults[0], panel="blok-a og jobcenter", rooms=("K1", "K2", "A-03", "A-04"))
    more = tuple(replace(silent, key=str(number), kind="low_battery") for number in range(others))
    view = replace(scenario.faulty(), faults=(silent, *more))
    app = board(view, spoken)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        rows = [strip.text for strip in app.screen._compositor.render_strips()]
        for number, step in enumerate(words.fault_do_now(silent, view, app.settings), start=1):
            assert any(row.startswith(" / ") and f"{number} {step}" in row for row in rows), step
        assert any(row.startswith(" /// ") and (not others or " · 3 " in row) for row in rows)
        assert any(row.startswith(" F12 ") for row in rows)


async def test_five_alarms_are_a_strip_of_four_lines(board: Any, scenario: Any) -> None:
    rooms = ("K1", "K2", "K3", "K4", "A-03", "A-04")
    alarms = [scenario.acknowledged(scenario.alarm(number, room)) for number, room in enumerate(rooms, start=1)]
    app = board(scenario.with_alarms(scenario.quiet(), *alarms))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        strip = app.screen.query_one("#strip")
        assert strip.region.height == 4
        glass = [line.text for line in app.screen._compositor.render_strips()][2:6]
        assert "Kontaktrum 1" in glass[0]
        assert "3 more below" in glass[3]


async def test_danish_board_speaks_no_english(board: Any, scenario: Any) -> None:
    language.choose("da")
    app = board(scenario.with_alarms(scenario.faulty(), scenario.acknowledged(scenario.alarm())), "da")
    async with app.run_test(size=(160, 60)) as pilot:
        await settle(pilot)
        for key in ("question_mark", "escape", "i", "escape", "l", "escape", "ctrl+q", "escape"):
            glass = " ".join(strip.text for strip in app.screen._compositor.render_strips()).lower().split()
            english = {"the", "and", "alarms", "room", "rooms", "ready", "fault", "sound", "shift", "yes", "help", "of"}
            assert not english & set(glass), key
            await pilot.press(key)
