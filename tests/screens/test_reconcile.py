"""The list held against the case system's: everything that differs is shown before anything changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bans.ban_house import BanHouse, ban_house
from harness.house import SmallHouse
from on_the_glass import glass, in_front, obeyed, said
from records_helper import answered, opened, records_app, services, signed_in, typed
from textual.pilot import Pilot

from guardroom.people.roles import Role
from guardroom.people.who import Who
from screens.app import GuardroomApp

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
HEADING = "nummer;navn;født;sag;fra;til\n"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[BanHouse]:
    """Two active bans."""
    with ban_house(tmp_path, filled=two_bans) as made:
        yield made


def two_bans(house: SmallHouse) -> None:
    """The house of this file."""
    made = BanHouse(house)
    for name in ("Christian Møller-Eksempel", "Kristian Moe"):
        person = made.person(name)
        made.incident(person)
        made.ban(person=person)


@pytest.fixture
def registrar(at: BanHouse) -> Who:
    """Whoever keeps the list."""
    return at.someone(Role.BAN_REGISTRAR)


def listed(tmp_path: Path, *rows: str) -> Path:
    """The case system's list."""
    path = tmp_path / "acadre.csv"
    path.write_text(HEADING + "".join(row + "\n" for row in rows), "utf-8")
    return path


DIFFERENT = (
    "FB-2025-001;Christian Møller-Eksempel;1984;J-2231;24-11-2025;24-05-2027",
    ";Ny Person [b]x[/b];1990;J-9;01-11-2025;01-05-2026",
    ";Uden Dato;1990;J-8;;",
)


async def compared(pilot: Pilot[Any], registrar: Who, path: Path) -> GuardroomApp:
    """The list in this file has been read and compared."""
    app = pilot.app
    assert isinstance(app, GuardroomApp)
    await signed_in(pilot, registrar)
    await opened(pilot, "reconcile")
    await typed(pilot, str(path))
    await pilot.press("enter")
    await answered(pilot)
    return app


@pytest.mark.parametrize("size", SIZES)
def test_picture(
    snap_compare: Callable[..., bool], at: BanHouse, registrar: Who, feed: Any, spoken: str, size: str, tmp_path: Path
) -> None:
    path = listed(tmp_path, *DIFFERENT)

    async def run_before(pilot: Pilot[Any]) -> None:
        app = await compared(pilot, registrar, path)
        app.screen.query_one("#reconcile-path").value = "acadre.csv"  # type: ignore[attr-defined]

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def test_differences_are_shown_and_nothing_changes_until_it_is_kept(
    at: BanHouse, registrar: Who, feed: Any, tmp_path: Path
) -> None:
    before = at.house.told()
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await compared(pilot, registrar, listed(tmp_path, *DIFFERENT))
        shown = " ".join(glass(app).split())
        assert "0 the same · 1 new there · 1 gone there · 1 different · 1 row broken" in shown
        assert "here 24-05-2026, there 24-05-2027" in shown
        assert "FB-2025-002 Kristian Moe" in shown
        assert "Ny Person [b]x[/b]" in shown
        assert "row 4:" in shown
        assert not obeyed(glass(app))
        assert at.house.told() == before
        await said(pilot, app, "[ ] take 1 new ban over (without the broken rows)")
        await pilot.press("t")
        await said(pilot, app, "[x] take 1 new ban over")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "1 ban was taken over")
    assert "bans_reconciled" in at.house.told()
    latest = services(at.house).exchange.latest(registrar)
    assert latest is not None
    # The new one has no filed letter: it runs there, and is a draft here.
    assert (latest.gone, latest.different, latest.broken) == (1, 2, 1)
    assert len(at.bans.lines(at.leader, "all")) == 3


async def test_the_same_lists_say_so_and_the_lookup_tells_the_registrar(
    at: BanHouse, registrar: Who, feed: Any, tmp_path: Path
) -> None:
    path = listed(
        tmp_path,
        "FB-2025-001;Christian Møller-Eksempel;1984;J-2231;24-11-2025;24-05-2026",
        "FB-2025-002;Kristian Moe;1984;J-2231;24-11-2025;24-05-2026",
    )
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await compared(pilot, registrar, path)
        await said(pilot, app, "Both lists say the same.")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Noted: the list was held against acadre.csv.")
        assert len(at.bans.lines(at.leader, "all")) == 2
        await opened(pilot, "bans")
        await said(pilot, app, "2 in both. [AGREES]")


@pytest.mark.parametrize("name", ["", "findes-ikke.csv", ".", "[bold]x[/b].csv", "\x1b[2J.xlsx"])
async def test_a_file_that_is_none_is_told_in_a_sentence(
    at: BanHouse, registrar: Who, feed: Any, tmp_path: Path, name: str
) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await compared(pilot, registrar, tmp_path / name if name else Path())
        await in_front(pilot, app, "reconcile")
        assert not obeyed(glass(app))
        await pilot.press("ctrl+s")
        await said(pilot, app, "Enter compares the lists first; nothing is changed by that.")


async def test_a_list_that_changed_meanwhile_is_compared_again(
    at: BanHouse, registrar: Who, feed: Any, tmp_path: Path
) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await compared(pilot, registrar, listed(tmp_path, *DIFFERENT))
        at.person("En Anden")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "compare them again")
        await pilot.press("escape")
        await pilot.press("escape")
        await in_front(pilot, app, "board")


async def test_only_the_registrar_gets_there(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.leader)
        await opened(pilot, "ban_list")
        await pilot.press("i")
        await said(pilot, app, "As leader you may not do or see this.")


async def test_a_new_one_says_whom_it_is_about_and_what_the_list_lacks(
    at: BanHouse, registrar: Who, feed: Any, tmp_path: Path
) -> None:
    at.person("Poul Friis", "1950", case_ref="J-4711")
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        path = listed(tmp_path, ";Poul Friis;1950;J-4711;01-11-2025;01-05-2026", *DIFFERENT[1:2])
        await compared(pilot, registrar, path)
        shown = " ".join(glass(app).split())
        assert "about Poul Friis, 1950, J-4711, who is known here" in shown
        assert shown.count("who is known here") == 1
        assert shown.count("taken over as a draft: the list lacks Journal number") == 2
