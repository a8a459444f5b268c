"""Reports on the glass: the figures with their drawings, moved through time, printed; and a day's shift report."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse
from on_the_glass import glass, said
from records_helper import answered, opened, records_app, signed_in
from reports.half_year import filled_house
from textual.pilot import Pilot

from guardroom import language
from guardroom.monitor_lock import MonitorLock
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.reports.document import Document, Plot, Section, Table
from guardroom.reports.period import Period
from screens.app import GuardroomApp
from screens.keys import cap
from screens.report_plot import ReportPlot
from screens.reports import ReportScreen, ReportsScreen

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
WAIT_S = 20.0
TURN_S = 0.005


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """The made-up half year."""
    with filled_house(tmp_path) as made:
        yield made


@pytest.fixture
def monitor(house: SmallHouse) -> Iterator[None]:
    """A monitor runs."""
    lock = MonitorLock(house.ground.settings.journal)
    assert lock.take()
    yield
    lock.release()


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


async def drawing_shown(pilot: Pilot[Any], house: SmallHouse) -> ReportsScreen:
    """The figures with a drawing in front, also in a small terminal."""
    screen = (await shown(pilot, house.who(Role.SAFETY_REP))).screen
    assert isinstance(screen, ReportsScreen)
    await pilot.press("g")
    await answered(pilot)
    return screen


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


@pytest.mark.usefixtures("monitor")
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


async def test_the_half_years_end_with_that_of_today(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot, house.who(Role.SAFETY_REP))
        await pilot.press("right")
        await made(pilot)
        for _turn in range(2):
            assert "<  2nd half of 2025" in glass(app)
            assert "2025  >" not in glass(app)
            assert "Real alarms" in glass(app)
            await pilot.press("right")
            await pilot.click("#report-period", offset=(110, 0))
            await made(pilot)
        await pilot.press("left")
        await made(pilot)
        assert "<  1st half of 2025  >" in glass(app)


@pytest.mark.parametrize("size", SIZES)
async def test_no_old_drawing_stays_where_there_are_no_figures(house: SmallHouse, feed: Any, size: str) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=SIZES[size]) as pilot:
        screen = await drawing_shown(pilot, house)
        assert "Samtalerum 1 4┤" in glass(app) or "Saturday 0┤" in glass(app)
        screen.show_period(Period(2026, 1))
        screen.look_again()
        await made(pilot)
        for _turn in range(2):
            assert "1st half of 2026 has not begun yet." in glass(app)
            assert "┤" not in glass(app)
            assert "Real alarms" not in glass(app)
            await pilot.press("g")
            await answered(pilot)
        await pilot.press("left", "left")
        await made(pilot)
        assert "┤" in glass(app)


@pytest.mark.parametrize("size", SIZES)
async def test_no_old_drawing_stays_while_other_figures_are_counted(
    house: SmallHouse, feed: Any, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=SIZES[size]) as pilot:
        screen = await drawing_shown(pilot, house)
        assert "┤" in glass(app)
        goes_on, real = threading.Event(), screen.made

        def held(*given: Any) -> Document:
            goes_on.wait(WAIT_S)
            return real(*given)

        monkeypatch.setattr(screen, "made", held)
        await pilot.press("left")
        try:
            await said(pilot, app, "One moment")
            assert "┤" not in glass(app)
        finally:
            goes_on.set()
        await made(pilot)
        assert "<  2nd half of 2024  >" in glass(app)
        assert "One moment" not in glass(app)


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


async def test_the_days_end_with_today(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot, house.who(Role.GUARD, initials="MH"), "shift_report")
        today = glass(app).split("<  ")[1][:10].rstrip()
        for _turn in range(2):
            assert f"<  {today}  " in glass(app)
            assert f"<  {today}  >" not in glass(app)
            await pilot.press("right")
            await made(pilot)
        await pilot.press("left")
        await made(pilot)
        assert f"<  {today}" not in glass(app)
        await pilot.press("right")
        await made(pilot)
        assert f"<  {today}  " in glass(app)


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


def built(drawing: ReportPlot, height: int) -> str:
    """The drawing as text, in so many rows."""
    drawing.lay_out(60, height)
    return re.sub(r"\x1b\[[0-9;]*m", "", drawing.plt.build()).rstrip()


def bars(counts: list[int | None]) -> Plot:
    """A drawing of rooms with so many alarms."""
    return Plot(
        labels=tuple(f"Room {at:02}" for at in range(len(counts))),
        series=("2026",),
        values=(tuple(counts),),
        marks=(tuple("<3" if count is None else str(count) for count in counts),),
    )


def test_the_axis_of_a_drawing_begins_at_nothing() -> None:
    """Also where there is no bar; and a label that does not fit is seen to be cut."""
    drawing = ReportPlot()
    labels, marks = ("ejections", "threat by telephone, mail or letter"), (("0", "?"),)
    drawing.draw(Plot(labels=labels, series=("2026",), values=((0, None),), marks=marks))
    shown = built(drawing, 12)
    assert "-1" not in shown
    assert "threat by telephone, …" in shown
    drawing.draw(Plot(labels=labels, series=("2026",), values=((7, 3),), marks=(("7", "3"),)))
    assert "7" in built(drawing, 12).splitlines()[-1]


@pytest.mark.parametrize("height", [6, 9, 12, 16, 17, 23])
@pytest.mark.parametrize("count", [1, 2, 7, 12, 13, 14, 20])
def test_a_drawing_leaves_no_bar_out_without_saying_so(height: int, count: int) -> None:
    """Every bar told of stands in the row of its label, as long as its count."""
    drawing = ReportPlot()
    drawing.draw(bars([5 + 7 * at % 20 for at in range(count)]))
    shown = built(drawing, height)
    assert len(shown.splitlines()) <= height
    told = [(int(label), int(said), bar) for label, said, bar in re.findall(r"Room (\d\d) +(\d+)┤(█*)", shown)]
    more = re.search(r"and (\d+) more", shown)
    assert len(told) + (int(more[1]) if more else 0) == count
    assert bool(more) == (count > height - 3)
    assert [label for label, _said, _bar in told] == sorted(label for label, _said, _bar in told)
    lengths = [len(bar) for _label, _said, bar in sorted(told, key=lambda each: each[1])]
    assert lengths == sorted(lengths)
    assert len(set(lengths)) == len(lengths)
    left_out = {5 + 7 * at % 20 for at in range(count)} - {said for _label, said, _bar in told}
    assert max(left_out, default=0) < min(said for _label, said, _bar in told)


@pytest.mark.parametrize("width", [1, 5, 20, 30])
@pytest.mark.parametrize("height", range(1, 8))
@pytest.mark.parametrize("counts", [[3], [None], [0], [3, 4], [1, 2, 3, 4, 5]])
def test_a_drawing_is_made_in_the_smallest_room(width: int, height: int, counts: list[int | None]) -> None:
    drawing = ReportPlot()
    drawing.draw(bars(counts))
    drawing.lay_out(width, height)
    assert len(drawing.plt.build().rstrip().splitlines()) <= height


def test_of_too_many_bars_those_with_the_most_alarms_are_drawn() -> None:
    """What is withheld is more than nothing."""
    drawing = ReportPlot()
    drawing.draw(bars([0, 3, None, 0, 9, 0]))
    shown = built(drawing, 7)
    assert re.findall(r"Room \d\d", shown) == ["Room 01", "Room 02", "Room 04"]
    assert "and 3 more" in shown


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("hidden", [True, False])
async def test_the_mark_of_what_is_not_shown_is_explained(
    house: SmallHouse, feed: Any, monkeypatch: pytest.MonkeyPatch, size: str, hidden: bool
) -> None:
    plot = Plot(
        labels=("Room",), series=("2026",), values=((None if hidden else 3,),), marks=(("?" if hidden else "3",),)
    )
    table = Table(heading="Rooms", heads=("", "2026"), rows=(), plot=plot)
    drawn = Document(title="One", language="en", facts=(), sections=(Section(heading="Rooms", tables=(table,)),))
    monkeypatch.setattr(ReportsScreen, "made", lambda *_given: drawn)
    app = records_app(house, feed)
    async with app.run_test(size=SIZES[size]) as pilot:
        await shown(pilot, house.who(Role.SAFETY_REP))
        if app.size.width < 100:
            await pilot.press("g")
            await answered(pilot)
        assert "Room " in glass(app)
        assert ("?: not shown, as small numbers" in glass(app)) == hidden


async def test_the_half_year_that_runs_does_not_look_finished(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot, house.who(Role.SAFETY_REP))
        await pilot.press("right")
        await made(pilot)
        assert "01-07-2025 - 31-12-2025, not over: counted until 24-11-2025" in glass(app)


async def test_the_bars_that_fit_are_those_of_the_terminal(
    house: SmallHouse, feed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(heading="Rooms", heads=("", "2026"), rows=(), plot=bars(list(range(1, 21))))
    many = Document(title="Many", language="en", facts=(), sections=(Section(heading="Rooms", tables=(table,)),))
    monkeypatch.setattr(ReportsScreen, "made", lambda *_given: many)
    app = records_app(house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, house.who(Role.SAFETY_REP))
        await pilot.press("g")
        await answered(pilot)
        assert len(re.findall(r"Room \d\d", glass(app))) == 13
        assert "and 7 more" in glass(app)
        await pilot.resize_terminal(80, 34)
        await said(pilot, app, "Room 00")
        assert len(re.findall(r"Room \d\d", glass(app))) == 20
        assert "more" not in glass(app).split("Room 00")[1]


def test_the_arrows_have_danish_names() -> None:
    language.choose("da")
    try:
        assert [cap(key) for key in ("up", "down", "left", "right")] == [
            "Pil op",
            "Pil ned",
            "Pil venstre",
            "Pil højre",
        ]
    finally:
        language.choose("en")
