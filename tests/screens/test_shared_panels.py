"""A panel that several stations may read: who does, on the board and on its page, and that nobody does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from on_the_glass import in_front

from guardroom.alarms import fault_words
from guardroom.alarms.view import FaultView, PassingNote
from screens import words
from screens.app import GuardroomApp
from screens.panels import fact_rows

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
STATIONS = ("Vagtstuen", "Receptionen")


def read_elsewhere(scenario: Any) -> Any:
    """Of the quiet board's panels the first is read by the other station, and was not before."""
    view = scenario.quiet()
    first, *others = view.panels
    first = replace(
        first, state="alive", port="socket://10.0.0.5:4001", stations=STATIONS, reader="Receptionen", stands_by=True
    )
    note = PassingNote(at=view.at, age_s=4.0, what="panel_read", place=first.name, text="Receptionen")
    return replace(view, panels=(first, *others), notes=(note,))


def unread(scenario: Any) -> Any:
    """Nobody is known to read the first panel: its rooms are unknown."""
    view = read_elsewhere(scenario)
    first, *others = view.panels
    first = replace(first, state="standby", reader="")
    fault = FaultView(key=f"panel_unread:{first.name}", kind="panel_unread", age_s=18.0, since="", text=first.name)
    rooms = tuple(
        replace(room, state="unknown", since_age_s=None) if room.id in first.rooms else room for room in view.rooms
    )
    return replace(view, panels=(first, *others), faults=(fault,), rooms=rooms, notes=())


@pytest.fixture
def page(scenario: Any, make_feed: Any, clock: Any) -> Callable[..., GuardroomApp]:
    """A dashboard on such a view."""

    def make(spoken: str, view: Any) -> GuardroomApp:
        return GuardroomApp(scenario.settings(spoken), make_feed(view), None, clock)

    return make


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_panel_that_another_station_reads(
    snap_compare: Callable[..., bool], page: Any, scenario: Any, spoken: str, size: str
) -> None:
    async def run_before(pilot: Any) -> None:
        await in_front(pilot, pilot.app, "board")
        await pilot.press("a")
        await in_front(pilot, pilot.app, "panels")

    assert snap_compare(page(spoken, read_elsewhere(scenario)), terminal_size=SIZES[size], run_before=run_before)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_panel_that_nobody_reads(
    snap_compare: Callable[..., bool], page: Any, scenario: Any, spoken: str, size: str
) -> None:
    async def run_before(pilot: Any) -> None:
        await in_front(pilot, pilot.app, "board")

    assert snap_compare(page(spoken, unread(scenario)), terminal_size=SIZES[size], run_before=run_before)


def test_the_page_says_who_reads_and_who_else_may(scenario: Any) -> None:
    panel = read_elsewhere(scenario).panels[0]
    assert panel.well
    assert "Receptionen (may read it too: Vagtstuen)" in fact_rows(panel, (), 0.0, 90).plain
    nobody = unread(scenario).panels[0]
    assert not nobody.well
    assert "nobody that is known" in fact_rows(nobody, (), 0.0, 90).plain


@pytest.mark.parametrize("kind", ["panel_unread", "panel_twice"])
def test_the_faults_say_which_panel_and_what_to_do(scenario: Any, kind: str) -> None:
    view, settings = unread(scenario), scenario.settings("en")
    fault = replace(view.faults[0], kind=kind, detail="Receptionen", text="blok-a")
    assert "blok-a" in fault_words.title(fault).lower()
    facts = " ".join(words.fault_facts(fault, view, 0.0, settings))
    assert "guardroom takeover blok-a" in facts if kind == "panel_unread" else "Receptionen" in facts
    assert words.fault_do_now(fault, view, settings)[0] == "send the guard round"
