"""The sheet that says in its frame that there is more of it than there is room for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bans.ban_house import BanHouse, ban_house
from on_the_glass import glass, in_front, said
from records_helper import answered, records_app, signed_in
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from guardroom import language
from screens.ban import open_ban
from screens.more import Sheet

HEIGHT = 10


class Shown(App[None]):
    """One sheet of so many rows; with a frame of its own, or in the frame of the pane that it fills."""

    CSS = "#pane, .pane { border: solid white; height: 10; } Sheet { height: 1fr; } #text { height: auto; }"

    def __init__(self, rows: int, own: bool) -> None:
        super().__init__()
        self._rows, self._own = rows, own

    def compose(self) -> ComposeResult:
        """The sheet."""
        text = Static("\n".join(str(row) for row in range(self._rows)), id="text")
        if self._own:
            with Sheet(id="sheet", classes="pane"):
                yield text
        else:
            with Vertical(id="pane"), Sheet(id="sheet"):
                yield text

    @property
    def sheet(self) -> Sheet:
        """It."""
        return self.query_one(Sheet)

    @property
    def told(self) -> str:
        """What its frame says."""
        frame: Widget = self.sheet if self._own else self.query_one("#pane")
        return str(frame.border_subtitle or "")

    def write(self, rows: int) -> None:
        """There are so many rows now."""
        self.query_one("#text", Static).update("\n".join(str(row) for row in range(rows)))


@pytest.fixture(params=[True, False], ids=["own-frame", "of-its-pane"])
def own(request: pytest.FixtureRequest) -> bool:
    """Whether the frame is the sheet's own."""
    language.choose("en")
    return bool(request.param)


@asynccontextmanager
async def shown(rows: int, own: bool) -> AsyncIterator[tuple[Shown, Pilot[None]]]:
    app = Shown(rows, own)
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield app, pilot


@pytest.mark.parametrize(("rows", "told"), [(1, ""), (HEIGHT - 2, ""), (HEIGHT - 1, "more below"), (40, "more below")])
async def test_it_says_so_from_the_first_row_that_has_no_room(own: bool, rows: int, told: str) -> None:
    async with shown(rows, own) as (app, _pilot):
        assert app.told == told


async def test_it_says_where_the_rest_is_as_it_is_scrolled(own: bool) -> None:
    async with shown(40, own) as (app, pilot):
        for to, told in ((3, "more above and below"), (40, "more above"), (0, "more below")):
            app.sheet.scroll_to(y=to, animate=False)
            await pilot.pause()
            await pilot.pause()
            assert app.told == told


async def test_it_follows_what_is_written_and_how_much_room_there_is(own: bool) -> None:
    async with shown(4, own) as (app, pilot):
        app.write(30)
        await pilot.pause()
        await pilot.pause()
        assert app.told == "more below"
        app.write(HEIGHT)
        await pilot.pause()
        await pilot.pause()
        assert app.told == "more below"
        (app.sheet if own else app.query_one("#pane")).styles.height = HEIGHT + 2
        await pilot.pause()
        await pilot.pause()
        assert app.told == ""


async def test_the_one_that_is_shown_says_it(own: bool) -> None:
    async with shown(40, own) as (app, pilot):
        app.sheet.display = False
        await pilot.pause()
        app.write(2)
        await pilot.pause()
        app.sheet.display = True
        await pilot.pause()
        await pilot.pause()
        assert app.told == ""


@pytest.fixture
def at(tmp_path: Path) -> Iterator[BanHouse]:
    """A house with bans."""
    with ban_house(tmp_path) as made:
        yield made


async def test_the_page_of_a_ban_says_it_where_its_panes_stand_under_each_other(at: BanHouse, feed: Any) -> None:
    ban = at.ban()
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.leader)
        open_ban(app, ban.id)
        await in_front(pilot, app, "ban")
        await answered(pilot)
        await said(pilot, app, "more below")
        for _turn in range(12):
            await pilot.press("pagedown")
            await pilot.pause()
        await said(pilot, app, "more above")
        assert "below" not in glass(app)
