"""The lists of bans: what is active, what ends soon, what is a draft; for each role what it may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bans.ban_house import BanHouse, ban_house
from harness.house import SmallHouse
from on_the_glass import glass, in_front, said
from records_helper import answered, opened, records_app, signed_in
from textual.pilot import Pilot

from guardroom import language
from guardroom.bans.view import BanLine
from guardroom.people.roles import Role
from screens.row_list import window

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[BanHouse]:
    """A long ban that nobody has read, one that ends in nine days, one draft."""
    with ban_house(tmp_path, filled=three_bans) as made:
        yield made


def three_bans(house: SmallHouse) -> None:
    """The house of this file."""
    made = BanHouse(house)
    for name, more in (
        ("Christian Møller-Eksempel", {}),
        ("Kristian Moe", {"ends_on": "03-12-2025", "kind": "department", "scope": ("Jobcenter",)}),
    ):
        person = made.person(name)
        made.incident(person)
        made.ban(person=person, **more)
    made.bans.begin(made.leader, made.person("Kristina Møgaard", "1979"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("which", ["a", "u"])
def test_picture(
    snap_compare: Callable[..., bool], at: BanHouse, feed: Any, spoken: str, size: str, which: str
) -> None:
    async def run_before(pilot: Pilot[Any]) -> None:
        await signed_in(pilot, at.guard if which == "a" else at.someone(Role.BAN_REGISTRAR))
        await opened(pilot, "ban_list")
        await pilot.press(which)
        await answered(pilot)

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


@pytest.mark.parametrize("width", [80, 120])
async def test_the_town_halls_word_for_a_ban_cuts_no_tab(at: BanHouse, feed: Any, width: int) -> None:
    app = records_app(at.house, feed, "da")
    language.choose("da", "fremmødeforbud")
    async with app.run_test(size=(width, 24)) as pilot:
        await signed_in(pilot, at.leader)
        await opened(pilot, "ban_list")
        await said(pilot, app, "AKTIVE FREMMØDEFORBUD (2)")
        _header, tabs, *_rest = glass(app).splitlines()
        assert ("[3 Fremmødeforbud]" if width == 120 else "[3 Forbud]") in tabs
        assert "8 Telefoner" in tabs
    language.choose("en")


async def test_each_list_has_what_belongs_to_it(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await opened(pilot, "ban_list")
        await said(pilot, app, "ACTIVE BANS (2)")
        await pilot.press("u")
        await answered(pilot)
        assert "Moe" in glass(app)
        assert "9 days left ! NORMALISE" in glass(app)
        assert "Møller" not in glass(app)
        await pilot.press("d")
        await answered(pilot)
        await said(pilot, app, "UNDER WAY: NOT IN FORCE YET (1)")
        await pilot.press("l")
        await answered(pilot)
        await said(pilot, app, "ALL BANS, PAST ONES TOO (3)")
        await pilot.press("t")
        await said(pilot, app, "This list is not for your role.")
        await pilot.press("d")
        await answered(pilot)
        await pilot.press("enter")
        await answered(pilot)
        await in_front(pilot, app, "ban")
        await said(pilot, app, "Kristina Møgaard")


@pytest.mark.parametrize("stage", ["signing", "decided", "served"])
async def test_a_ban_stays_on_the_work_list_until_it_is_in_force(at: BanHouse, feed: Any, stage: str) -> None:
    person = at.person("Bodil Eksempel")
    at.incident(person)
    ban = at.ban(stage, person=person)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await opened(pilot, "ban_list")
        await pilot.press("d")
        await answered(pilot)
        assert "Bodil Eksempel" in glass(app)
        at.lead_on(ban.id)
        await pilot.press("a", "d")
        await answered(pilot)
        assert "Bodil Eksempel" not in glass(app)


async def test_a_guard_gets_the_card_and_no_drafts(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await opened(pilot, "ban_list")
        assert "D Under way" not in glass(app)
        await pilot.press("d")
        await said(pilot, app, "This list is not for your role.")
        await pilot.press("down", "enter")
        await answered(pilot)
        await in_front(pilot, app, "ban_card")
        await said(pilot, app, "CHRISTIAN MØLLER-EKSEMPEL")
        await pilot.press("escape", "s")
        await in_front(pilot, app, "bans")


async def test_the_desk_has_no_list(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.desk)
        await opened(pilot, "bans")
        await pilot.press("f4")
        await answered(pilot)
        assert app.screen is app._named["bans"]
        await said(pilot, app, "As front desk you may not do or see this.")


async def test_a_click_chooses_and_a_second_one_opens(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await opened(pilot, "ban_list")
        await pilot.click("#list-rows", offset=(5, 1))
        await pilot.pause()
        await pilot.click("#list-rows", offset=(5, 1))
        await answered(pilot)
        await in_front(pilot, app, "ban_card")
        await said(pilot, app, "CHRISTIAN MØLLER-EKSEMPEL")


@pytest.mark.parametrize("at_row", [0, 1, 50, 98, 99])
def test_the_chosen_row_of_a_long_list_is_always_among_those_shown(at_row: int) -> None:
    shown = window(100, at_row, 10)
    assert at_row in shown
    assert len(shown) == 10
    assert window(3, 0, 10) == range(3)
    assert window(0, 0, 10) == range(0)


def _line(number: int) -> BanLine:
    return BanLine(
        id=number,
        number=f"FB-2025-{number:03d}",
        person=number,
        name=f"Person {number}",
        born="1984",
        kind="full",
        standing="active",
        starts_on=None,
        ends_on=None,
    )


async def test_the_last_of_three_hundred_is_reached(at: BanHouse, feed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from guardroom.bans.register import BanRegister

    monkeypatch.setattr(BanRegister, "lines", lambda self, who, which, why: tuple(_line(n) for n in range(300)))
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.guard)
        await opened(pilot, "ban_list")
        await pilot.press(*["pagedown"] * 31)
        await said(pilot, app, "> FB-2025-299")
        await pilot.press(*["pageup"] * 31)
        await said(pilot, app, "> FB-2025-000")


async def test_list_and_ban_are_logged_with_the_purpose_on_the_screen(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.someone(Role.BAN_REGISTRAR))
        await opened(pilot, "ban_list")
        await pilot.press("f5")
        await answered(pilot)
        await pilot.press("enter")
        await in_front(pilot, app, "ban")
        await answered(pilot)
    logged = [(one.what, one.why) for one in at.house.audit() if one.what in ("bans_listed", "ban_opened")]
    assert logged[-3:] == [("bans_listed", "shift"), ("bans_listed", "other"), ("ban_opened", "other")]
