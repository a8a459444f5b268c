"""The health of the panels: every fact of a line, what is wrong with it, and what to do about that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from on_the_glass import glass, in_front, obeyed, said, until
from textual.pilot import Pilot

from guardroom import language, line_words
from guardroom.alarms.view import PanelView
from screens.app import GuardroomApp
from screens.panels import fact_rows, list_rows

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
LAST_RAW = " ".join(["4b", "cf", "4e", "d4"] * 8)


def troubled(scenario: Any) -> Any:
    """Four panels: one well, one not understood, one without a heartbeat, one whose port somebody else holds."""
    view = scenario.faulty()
    well, unread, no_heartbeat = view.panels
    unread = replace(
        unread,
        state="silent",
        heard_age_s=None,
        frames=0,
        attempts=0,
        problem="garbage",
        detail="7E",
        line="9600 8N1",
        device="/dev/ttyUSB0",
        last_raw=LAST_RAW,
        by_path="/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0",
    )
    held = replace(
        well, name="økonomi", state="lost", problem="busy", detail="minicom (4711)", attempts=14, next_attempt_s=7.0
    )
    return replace(view, panels=(well, unread, no_heartbeat, held))


async def opened(pilot: Pilot[None], app: GuardroomApp) -> None:
    """The page is in front."""
    await in_front(pilot, app, "board")
    await pilot.press("a")
    await in_front(pilot, app, "panels")


@pytest.fixture
def page(scenario: Any, make_feed: Any, clock: Any) -> Callable[..., GuardroomApp]:
    """A dashboard on the troubled panels."""

    def make(spoken: str = "en", view: Any = None) -> GuardroomApp:
        return GuardroomApp(scenario.settings(spoken), make_feed(view or troubled(scenario)), None, clock)

    return make


@pytest.mark.parametrize("size", SIZES)
def test_picture(snap_compare: Callable[..., bool], page: Any, spoken: str, size: str) -> None:
    async def run_before(pilot: Any) -> None:
        await opened(pilot, pilot.app)

    assert snap_compare(page(spoken), terminal_size=SIZES[size], run_before=run_before)


def test_picture_without_colours(snap_compare: Callable[..., bool], page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def run_before(pilot: Any) -> None:
        await opened(pilot, pilot.app)

    assert snap_compare(page(), terminal_size=SIZES["80x24"], run_before=run_before)


async def test_it_begins_with_the_panel_that_is_not_well(page: Any) -> None:
    app = page()
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, app)
        shown = " ".join(glass(app).split())
        assert ">/ blok-a" in shown
        assert "7 data bits with even parity" in shown
        assert 'Set bytesize = 7 and parity = "E"' in shown
        assert "no valid frame yet (limit 15 s)" in shown
        assert "/dev/serial/by-id/usb-FTDI_1 = /dev/ttyUSB0" in shown
        assert "9600 8N1" in shown
        assert "4b cf 4e d4" in shown
        assert "A-03, A-04, A-05, A-06" in shown
        assert "no serial number" in shown


async def test_what_a_panel_has_reported_itself_stands_on_its_page(page: Any, scenario: Any) -> None:
    quiet = scenario.faulty()
    well = quiet.panels[0]
    fault = replace(quiet.faults[0], key="f", kind="fault", panel=well.name, place="knapper:2", trouble="unit")
    app = page(view=replace(quiet, faults=(fault,), panels=quiet.panels[:1]))
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, app)
        shown = " ".join(glass(app).split())
        assert f">/ {well.name}" in shown
        assert "FAULT: knapper:2, an input unit does not answer" in shown
        await pilot.press("question_mark")
        await in_front(pilot, app, "help")


async def test_arrows_choose_and_escape_goes_back(page: Any) -> None:
    app = page()
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, app)
        await pilot.press("down")
        await said(pilot, app, "This panel has no heartbeat")
        await pilot.press("down", "down", "down")
        await said(pilot, app, "Held by minicom (4711)")
        shown = " ".join(glass(app).split())
        assert "14 attempts to open the port failed, the next in 7 s" in shown
        await pilot.press("up", "up", "up", "up", "up")
        await said(pilot, app, "jobcenter · espa444")
        assert "48211 valid, 3 rejected (<1%)" in glass(app)
        await pilot.press("escape")
        await in_front(pilot, app, "board")


async def test_what_does_not_fit_is_scrolled_to(page: Any) -> None:
    app = page()
    async with app.run_test(size=(80, 20)) as pilot:
        await opened(pilot, app)
        assert "which is the" not in glass(app)
        await pilot.press("pagedown", "pagedown", "pagedown", "pagedown")
        await said(pilot, app, "which is the")
        await pilot.press("up", "down")
        await said(pilot, app, "blok-a · espa444")


async def test_f12_acknowledges_the_fault_here_too(page: Any) -> None:
    app = page()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await pilot.press("f12")
        assert [act.fault for act in app.feed.of("acknowledge_fault")] == ["panel_silent blok-a"]


async def test_an_alarm_takes_the_page_over(page: Any, scenario: Any, clock: Any) -> None:
    app = page()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        app.feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        clock.advance(1)
        await pilot.press("f12")
        assert [act.alarm for act in app.feed.of("acknowledge")] == [459]


async def test_without_the_monitor_nothing_is_known(page: Any, clock: Any) -> None:
    app = page()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        app.feed.down("gone")
        clock.advance(4)
        await until(pilot, lambda: app.lost)
        await said(pilot, app, "UNKNOWN: the monitor does not answer.")
        assert "blok-a · espa444" not in glass(app)


async def test_a_chosen_panel_that_is_gone_makes_way(page: Any, scenario: Any) -> None:
    app = page()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        quiet = scenario.quiet()
        app.feed.show(replace(quiet, panels=quiet.panels[:1]))
        await said(pilot, app, "jobcenter · espa444")
        app.feed.show(replace(quiet, panels=()))
        await said(pilot, app, "No panel is connected")
        await pilot.press("down")


async def test_foreign_text_is_shown_and_not_obeyed(page: Any, scenario: Any) -> None:
    foreign = replace(scenario.foreign(), alarms=())
    panel = replace(foreign.panels[0], device=scenario.nasty, by_path=scenario.nasty, line=scenario.nasty)
    app = page(view=replace(foreign, panels=(panel,)))
    async with app.run_test(size=(120, 50)) as pilot:
        await opened(pilot, app)
        assert obeyed(glass(app)) == set()
        assert "[bold]x[/b]" in glass(app)


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (40, 10), (200, 60)])
async def test_any_size_of_terminal(page: Any, size: tuple[int, int]) -> None:
    app = page()
    async with app.run_test(size=size) as pilot:
        await opened(pilot, app)
        await pilot.press("down", "pagedown")


def test_the_danish_page_speaks_no_english(scenario: Any) -> None:
    language.choose("da")
    for panel in troubled(scenario).panels:
        shown = fact_rows(panel, (), 0.0, 70).plain.lower().split()
        assert not {"the", "frames", "valid", "panel", "heard", "rooms", "state", "set"} & set(shown)
    language.choose("en")


CODES = ["", "7E", "7O", "zeros", "baud", "baud:2400", "text", "driver:ness", "driver:espa444"]
PROBLEMS = [
    *("no_such_port", "busy", "permission", "hung_up", "open_failed", "bad_url", "driver_error", "no_bytes", "shared"),
    *("store_failed", "write_blocked"),
]


def test_every_problem_has_a_sentence_and_a_remedy_of_its_own(spoken: str) -> None:
    told = [("garbage", code) for code in CODES] + [(problem, "") for problem in PROBLEMS]
    sentences = [line_words.problem(problem, detail, "espa444") for problem, detail in told]
    remedies = [line_words.remedy(problem, detail, "espa444") for problem, detail in told]
    assert len(set(sentences)) == len(set(remedies)) == len(told)
    assert not any(code in sentence for code in PROBLEMS for sentence in sentences)
    assert line_words.remedy("garbage", "text", "line") != line_words.remedy("garbage", "text", "ness")
    assert "something new" in line_words.problem("garbage", "something new", "espa444")


def test_a_cable_and_an_adapter_that_were_pulled_are_told_apart(scenario: Any) -> None:
    panel = replace(scenario.quiet().panels[0], state="lost", problem="hung_up", present=True)
    assert "adapter is not plugged in" not in fact_rows(panel, (), 0.0, 70).plain
    assert "adapter is not plugged in" in fact_rows(replace(panel, present=False), (), 0.0, 70).plain


def test_many_rejected_frames_are_remarked_upon(scenario: Any) -> None:
    panel = replace(scenario.quiet().panels[0], frames=80, rejected=20)
    assert "80 valid, 20 rejected (20%). So many" in " ".join(fact_rows(panel, (), 0.0, 70).plain.split())
    assert "So many" not in fact_rows(replace(panel, rejected=2, frames=3), (), 0.0, 70).plain


@given(st.integers(1, 40), st.data(), st.integers(20, 100), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_the_chosen_panel_is_always_in_sight(count: int, data: st.DataObject, width: int, height: int) -> None:
    chosen = data.draw(st.integers(0, count - 1))
    panels = tuple(PanelView(name=f"p{number}", driver="line", state="alive", port="") for number in range(count))
    rows = list_rows(panels, frozenset(), chosen, 0.0, width, height).plain.split("\n")
    assert len(rows) == min(count, height)
    assert sum(row.startswith(">") for row in rows) == 1
