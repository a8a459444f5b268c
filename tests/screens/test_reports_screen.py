"""Reports on the glass: the figures with their drawings, moved through time, printed; and a day's shift report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse
from on_the_glass import glass, said
from records_helper import answered, opened, records_app, signed_in
from reports.half_year import filled_house
from textual.pilot import Pilot

from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.reports.document import Plot
from screens.app import GuardroomApp
from screens.report_plot import ReportPlot
from screens.reports import ReportScreen

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
WAIT_S = 20.0
TURN_S = 0.005


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """The made-up half year."""
    with filled_house(tmp_path) as made:
        yield made


async def made(pilot: Pilot[Any]) -> None:
    """Wait until the report in front is counted, or printed."""
    screen = pilot.app.screen
    assert isinstance(screen, ReportScreen)
    await answered(pilot)
    for _turn in range(round(WAIT_S / TURN_S)):
        if not screen.working:
            break
        await asyncio.sleep(TURN_S)
    assert not screen.working
    await answered(pilot)


async def shown(pilot: Pilot[Any], who: Who, name: str = "reports") -> GuardroomApp:
    """`who` is signed in, with the report in front."""
    app = pilot.app
    assert isinstance(app, GuardroomApp)
    await signed_in(pilot, who)
    await opened(pilot, name)
    await made(pilot)
    return app


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stage", ["figures", "drawing"])
def test_picture(
    snap_compare: Callable[..., bool], house: SmallHouse, feed: Any, spoken: str, size: str, stage: str
) -> None:
    async def run_before(pilot: Pilot[Any]) -> None:
        await shown(pilot, house.who(Role.SAFETY_REP))
        if stage == "drawing":
            await pilot.press("g", "pagedown")
            await answered(pilot)

    assert snap_compare(records_app(house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_shift(
    snap_compare: Callable[..., bool], house: SmallHouse, feed: Any, spoken: str, size: str
) -> None:
    async def run_before(pilot: Pilot[Any]) -> None:
        await shown(pilot, house.who(Role.GUARD, initials="MH"), "shift_report")

    assert snap_compare(records_app(house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def test_keys_and_clicks_move_through_the_half_years(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot, house.who(Role.SAFETY_REP))
        assert "<  1st half of 2025  >" in glass(app)
        assert "Real alarms" in glass(app)
        await pilot.press("left")
        await made(pilot)
        assert "<  2nd half of 2024  >" in glass(app)
        await pilot.click("#report-period", offset=(110, 0))
        await made(pilot)
        assert "<  1st half of 2025  >" in glass(app)
        await pilot.press("right", "right")
        await made(pilot)
        assert "1st half of 2026 has not begun yet." in glass(app)


@pytest.mark.parametrize(("key", "form"), [("u", "html"), ("d", "pdf")])
async def test_it_is_printed_into_the_folder(house: SmallHouse, feed: Any, key: str, form: str) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot, house.who(Role.SAFETY_REP))
        await pilot.press(key)
        await made(pilot)
        await said(pilot, app, f"figures-2025-1.{form}")
    file = house.ground.settings.letters.folder / "reports" / f"figures-2025-1.{form}"
    assert file.read_bytes()[:4] == {"html": b"<!DO", "pdf": b"%PDF"}[form]
    assert file.stat().st_mode & 0o077 == 0


async def test_nothing_of_it_is_left_when_somebody_signs_out(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot, house.who(Role.SAFETY_REP))
        screen = app.screen
        assert isinstance(screen, ReportScreen)
        screen.forget()
        await answered(pilot)
        assert "Real alarms" not in glass(app)


async def test_an_answer_to_somebody_who_has_gone_is_shown_to_nobody(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot, house.who(Role.SAFETY_REP))
        screen = app.screen
        assert isinstance(screen, ReportScreen)
        screen.look_again()
        screen.forget()
        await answered(pilot)
        await app.workers.wait_for_complete()
        await answered(pilot)
        assert "Real alarms" not in glass(app)


async def test_the_shift_report_is_one_key_from_the_handover(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await opened(pilot, "handover")
        await pilot.press("r")
        await made(pilot)
        assert "Shift report 24-11-2025" in glass(app)
        await pilot.press("u")
        await made(pilot)
        await said(pilot, app, "shift-2025-11-24.html")
    assert house.told()[-1] == "shift_report_printed"


async def test_guards_have_no_tab_for_the_figures(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await pilot.press("7")
        await answered(pilot)
        assert "7 Reports" not in glass(app)
        assert "[1 Board]" in glass(app)


def test_the_axis_of_a_drawing_begins_at_nothing() -> None:
    """Also where there is no bar; and a label that does not fit is seen to be cut."""
    drawing = ReportPlot()
    drawing.plt.plot_size(60, 12)
    labels, marks = ("ejections", "threat by telephone, mail or letter"), (("0", "?"),)
    drawing.draw(Plot(labels=labels, series=("2026",), values=((0, None),), marks=marks))
    shown = drawing.plt.build()
    assert "-1" not in shown
    assert "threat by telephone, …" in shown
    drawing.draw(Plot(labels=labels, series=("2026",), values=((7, 3),), marks=(("7", "3"),)))
    assert "7" in drawing.plt.build().splitlines()[-1]
