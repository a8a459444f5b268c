"""What must be done, on the glass: the list, closing with what proves it, handing on, and the incident's own."""

from __future__ import annotations

import asyncio
import csv
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from followups.followup_house import ACCIDENT, FollowUpHouse, followup_house
from on_the_glass import glass, in_front, said
from records_helper import answered, opened, records_app, signed_in, typed, wrote
from textual.pilot import Pilot

from db.main import writing
from guardroom.followups import followups as followups_service
from guardroom.followups.daily import due
from guardroom.people.roles import Role
from guardroom.people.who import Who
from screens.app import GuardroomApp
from screens.followup_step import ask_followup

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
STEPS = {"list": (), "closed": ("f", "f", "f"), "close": ("l",), "exempt": ("u",), "hand_on": ("d",)}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[FollowUpHouse]:
    """Fredensborg, four days after an incident and an hour after another one."""
    with followup_house(tmp_path) as made:
        made.clock.advance(days=-4)
        old = made.saved(day="20-11-2025", time="09:30", asked_time="")
        made.close(old, "safety_org")
        made.close(old, "debriefing", count="4")
        made.clock.advance(days=4)
        wrote(made.house, made.house.who(Role.GUARD))
        made.clock.advance(-15 * 60)
        made.saved(ACCIDENT, pressed=True)
        made.clock.advance(15 * 60)
        yield made


async def listed(pilot: Pilot[Any], who: Who) -> GuardroomApp:
    """`who` is signed in, with the list in front."""
    app = pilot.app
    assert isinstance(app, GuardroomApp)
    await signed_in(pilot, who)
    await opened(pilot, "followups")
    return app


async def chosen(pilot: Pilot[Any], app: GuardroomApp, kind: str) -> None:
    """Go down until this is the chosen one."""
    for _turn in range(30):
        if any(row.lstrip("│ ").startswith("> ") and kind in row for row in glass(app).splitlines()):
            return
        await pilot.press("down")
    raise AssertionError(glass(app))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stage", STEPS)
def test_picture(
    snap_compare: Callable[..., bool], at: FollowUpHouse, feed: Any, spoken: str, size: str, stage: str
) -> None:
    async def run_before(pilot: Pilot[Any]) -> None:
        app = await listed(pilot, at.leader)
        if stage in ("close", "exempt", "hand_on"):
            await pilot.press("down", "down", "down")
        for key in STEPS[stage]:
            await pilot.press(key)
            await answered(pilot)
        if stage in ("close", "exempt", "hand_on"):
            await in_front(pilot, app, "followup_step")

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("form", ["accounts", "company", "reminder", "absence"])
def test_picture_of_what_came_later(
    snap_compare: Callable[..., bool], tmp_path: Path, feed: Any, spoken: str, size: str, form: str
) -> None:
    """Accounts that come one by one, who goes along to questioning, a reminder in the list, and absence."""
    with followup_house(tmp_path, policy="albertslund") as at:
        saved = at.saved()
        at.followups.add(at.leader, saved, "company")
        at.close(saved, "written_accounts", result="so_far", count="1", expected="3")
        lines = at.lines(saved)
        at.followups.hand_on(at.leader, lines["police_report"].id, "leader", remind="26-11-2025")

        async def run_before(pilot: Pilot[Any]) -> None:
            app = await listed(pilot, at.leader)
            if form == "reminder":
                return
            if form == "absence":
                ask_followup(app, "absence", incident=saved, number="H-0001")
            else:
                ask_followup(app, "close", line=lines["written_accounts" if form == "accounts" else "company"])
            await answered(pilot)
            await in_front(pilot, app, "followup_step")
            if form == "accounts":
                await pilot.press("shift+tab", "4", "tab")

        assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_an_incidents_own(
    snap_compare: Callable[..., bool], at: FollowUpHouse, feed: Any, spoken: str, size: str
) -> None:
    async def run_before(pilot: Pilot[Any]) -> None:
        app = await listed(pilot, at.leader)
        await pilot.press("enter")
        await answered(pilot)
        await in_front(pilot, app, "incident")
        await answered(pilot)

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


def with_the_law_checked(at: FollowUpHouse) -> None:
    """The house has its CVR number, and somebody has looked the law up."""
    settings = at.house.ground.settings
    text = replace(settings.policy.text, law119_checked_on=date(2025, 11, 1))
    site = replace(settings.site, cvr="12345678")
    changed = replace(settings, site=site, policy=replace(settings.policy, text=text))
    at.house.ground = replace(at.house.ground, settings=changed)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_police_report_being_closed(
    snap_compare: Callable[..., bool], at: FollowUpHouse, feed: Any, spoken: str, size: str
) -> None:
    with_the_law_checked(at)

    async def run_before(pilot: Pilot[Any]) -> None:
        app = await listed(pilot, at.leader)
        await chosen(pilot, app, {"da": "politianmeldelse", "en": "police report"}[spoken])
        await pilot.press("l")
        await answered(pilot)
        await in_front(pilot, app, "followup_step")

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def test_who_closes_a_police_report_reads_the_law_and_how_sure_it_is(at: FollowUpHouse, feed: Any) -> None:
    """Rules F8, K14, K16: the law as the town hall has it, and the municipality's number in place of a person's."""
    for checked in (False, True):
        if checked:
            with_the_law_checked(at)
        app = records_app(at.house, feed)
        async with app.run_test(size=(120, 36)) as pilot:
            await listed(pilot, at.leader)
            await chosen(pilot, app, "police report")
            await pilot.press("l")
            await answered(pilot)
            await in_front(pilot, app, "followup_step")
            shown = " ".join(glass(app).replace("│", " ").split())
        assert "§ 119" in shown
        assert ("(Checked on 01-11-2025.)" in shown, "(Nobody has checked the wording.)" in shown) == (
            checked,
            not checked,
        )
        assert ("CVR 12345678" in shown) is checked


async def test_one_is_closed_with_what_proves_it(at: FollowUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await listed(pilot, at.leader)
        await said(pilot, app, "X  OVERDUE")
        await chosen(pilot, app, "work injury report")
        await pilot.press("l")
        await answered(pilot)
        await in_front(pilot, app, "followup_step")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Write the number that it has there")
        await typed(pilot, "C-2025-17")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Will be locked: How it ends: done")
        assert "C-2025-17" in glass(app)
        assert not [line for line in at.followups.page(at.leader, "closed").lines if line.kind == "injury_report"]
        await pilot.press("backspace", "7")
        await said(pilot, app, "Ctrl+S keeps it.")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "followups")
        await said(pilot, app, "Closed.")
    closed = [line for line in at.followups.page(at.leader, "closed").lines if line.kind == "injury_report"]
    assert [line.reference for line in closed] == ["C-2025-17"]


async def test_an_exemption_is_given_with_its_reason(at: FollowUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await listed(pilot, at.leader)
        await chosen(pilot, app, "police report")
        await pilot.press("u")
        await answered(pilot)
        await in_front(pilot, app, "followup_step")
        await pilot.press("1", "tab", "tab")
        await typed(pilot, "Barnet er ti år.")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Exempted.")
    (line,) = [line for line in at.followups.page(at.leader, "closed").lines if line.kind == "police_report"]
    assert (line.reason, line.reason_text) == ("under_15", "Barnet er ti år.")


async def test_a_reminder_stands_on_the_list(at: FollowUpHouse, feed: Any) -> None:
    line = next(line for line in at.followups.page(at.leader).lines if line.kind == "police_report")
    at.followups.hand_on(at.leader, line.id, "leader", remind="26-11-2025")
    for size in SIZES.values():
        app = records_app(at.house, feed)
        async with app.run_test(size=size) as pilot:
            await listed(pilot, at.leader)
            await said(pilot, app, "26-11 reminder: police")


async def test_what_is_not_shown_is_not_sent(at: FollowUpHouse, feed: Any) -> None:
    """What was written before another end was chosen does not count, and cannot be what is wrong."""
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await listed(pilot, at.leader)
        await chosen(pilot, app, "work injury report")
        await pilot.press("l")
        await answered(pilot)
        await in_front(pilot, app, "followup_step")
        await pilot.press("tab")
        await typed(pilot, "240584-1234")
        await pilot.press("shift+tab", "shift+tab", "2", "tab")
        await typed(pilot, "Ingen skade.")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "followups")
    (line,) = [line for line in at.followups.page(at.leader, "closed").lines if line.kind == "injury_report"]
    assert (line.state, line.reference) == ("not_relevant", "")


async def test_accounts_that_have_come_are_counted(tmp_path: Path, feed: Any) -> None:
    with followup_house(tmp_path, policy="albertslund") as at:
        at.saved()
        app = records_app(at.house, feed)
        async with app.run_test(size=(120, 36)) as pilot:
            await listed(pilot, at.leader)
            await chosen(pilot, app, "written accounts")
            await pilot.press("l")
            await answered(pilot)
            await in_front(pilot, app, "followup_step")
            await pilot.press("shift+tab", "4", "tab")
            await typed(pilot, "1")
            await pilot.press("tab")
            await typed(pilot, "3")
            await pilot.press("ctrl+s", "ctrl+s")
            await answered(pilot)
            await in_front(pilot, app, "followups")
            await said(pilot, app, "written accounts 1 of 3")


async def test_absence_is_told_and_taken_back(at: FollowUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await listed(pilot, at.leader)
        await chosen(pilot, app, "work injury report")
        await pilot.press("enter")
        await answered(pilot)
        await in_front(pilot, app, "incident")
        await pilot.press("x")
        await answered(pilot)
        await in_front(pilot, app, "followup_step")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "by the earliest day that was told")
        await pilot.press("x")
        await answered(pilot)
        await in_front(pilot, app, "followup_step")
        await pilot.press("shift+tab", "2", "ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Taken back")
    assert at.house.told()[-2:] == ["incident_absence", "incident_absence_withdrawn"]


async def test_one_is_handed_on_and_seen_there(at: FollowUpHouse, feed: Any) -> None:
    app, rep = records_app(at.house, feed), at.house.who(Role.SAFETY_REP)
    async with app.run_test(size=(120, 36)) as pilot:
        await listed(pilot, at.leader)
        await chosen(pilot, app, "work injury report")
        await pilot.press("d")
        await answered(pilot)
        await pilot.press("6", "ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Handed on.")
    assert [line.kind for line in at.followups.page(rep).lines] == ["injury_report"]


async def test_the_lists_are_mine_the_areas_all_and_the_closed(at: FollowUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await listed(pilot, at.leader)
        for title in ("mine", "my area", "all", "closed", "mine"):
            await said(pilot, app, f"FOLLOW-UPS: {title}")
            await pilot.press("f")
            await answered(pilot)


async def test_an_incident_is_closed_once_it_is_registered(at: FollowUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await listed(pilot, at.leader)
        await chosen(pilot, app, "internal registration")
        await pilot.press("enter")
        await answered(pilot)
        await in_front(pilot, app, "incident")
        await said(pilot, app, "close the incident")
        await pilot.press("l")
        await answered(pilot)
        await said(pilot, app, "Neither an injury report nor an internal registration is made")
        await pilot.press("escape")
        await in_front(pilot, app, "followups")
        await pilot.press("l")
        await answered(pilot)
        await typed(pilot, "")
        await pilot.press("tab")
        await typed(pilot, "REG-4")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "followups")
        await pilot.press("f", "f", "f")
        await answered(pilot)
        await chosen(pilot, app, "internal registration")
        await pilot.press("enter")
        await answered(pilot)
        await in_front(pilot, app, "incident")
        await pilot.press("l")
        await answered(pilot)
        await said(pilot, app, "open the incident again")
    assert at.house.told()[-1] == "incident_closed"


async def test_the_list_is_exported_without_names(at: FollowUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await listed(pilot, at.leader)
        await pilot.press("e")
        await answered(pilot)
        await said(pilot, app, "follow-ups-mine-")
    (path,) = at.house.ground.settings.letters.folder.glob("*.csv")
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert len(rows) > 5
    assert not any("Vinther" in cell or "Eksempel" in cell for row in rows for cell in row)


async def test_a_long_list_is_written_while_other_things_are_asked(
    at: FollowUpHouse, feed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is slow holds up nobody who closes something meanwhile."""
    begun, go_on = threading.Event(), threading.Event()
    whole = followups_service.write_csv

    def slow(*told: Any) -> Path:
        begun.set()
        assert go_on.wait(20)
        return whole(*told)

    monkeypatch.setattr(followups_service, "write_csv", slow)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await listed(pilot, at.leader)
        await pilot.press("e")
        assert await asyncio.to_thread(begun.wait, 20)
        await pilot.press("e")
        await said(pilot, app, "The list is being written.")
        await pilot.press("f")
        await said(pilot, app, "my area")
        assert list(at.house.ground.settings.letters.folder.glob("*.csv")) == [], "half a list is nobody's to find"
        go_on.set()
        await answered(pilot)
    assert len(list(at.house.ground.settings.letters.folder.glob("*.csv"))) == 1


@pytest.mark.parametrize("role", [Role.DESK, Role.RISK_COORDINATOR, Role.LEGAL])
async def test_whoever_sees_to_nothing_is_not_shown_the_list(at: FollowUpHouse, feed: Any, role: Role) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.house.who(role))
        assert "Follow-ups" not in glass(app)
        app.open("followups")
        await answered(pilot)
        assert app.screen.NAME == "board"  # type: ignore[attr-defined]


async def test_what_was_half_written_is_there_again_in_the_same_form(at: FollowUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await listed(pilot, at.leader)
        await chosen(pilot, app, "debriefing")
        await pilot.press("u")
        await answered(pilot)
        app.screen._form.fill({"text": "Har selv"})  # type: ignore[attr-defined]
        app.sign_out()
        await in_front(pilot, app, "board")
        await listed(pilot, at.leader)
        await chosen(pilot, app, "debriefing")
        for key, text in (("d", ""), ("u", "Har selv")):
            await pilot.press(key)
            await answered(pilot)
            await in_front(pilot, app, "followup_step")
            assert app.screen._form.values.get("text", "") == text  # type: ignore[attr-defined]
            assert ("What you had begun to write is here again." in glass(app)) == bool(text)
            await pilot.press("escape")


async def test_signing_out_leaves_nothing_of_it(at: FollowUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await listed(pilot, at.leader)
        app.sign_out()
        await answered(pilot)
        await in_front(pilot, app, "board")
        assert app._named["followups"]._lines == ()  # type: ignore[attr-defined]


async def test_the_evaluation_opens_the_figures_of_its_half_year(tmp_path: Path, feed: Any) -> None:
    """N1: what is evaluated is one key away from the task."""
    with followup_house(tmp_path, policy="albertslund") as at:
        with writing(at.house.ground.engine) as session:
            due(session, at.house.ground, date(2025, 11, 24))
        app = records_app(at.house, feed)
        async with app.run_test(size=(120, 36)) as pilot:
            await listed(pilot, at.house.who(Role.HS_LEADER))
            await chosen(pilot, app, "evaluation")
            await pilot.press("enter")
            await in_front(pilot, app, "reports")
            await said(pilot, app, "<  2nd half of 2025")
            await said(pilot, app, "THE MAIN FIGURES")
