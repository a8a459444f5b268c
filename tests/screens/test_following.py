"""Lists that are open while somebody writes elsewhere: they say what is so now, and nobody's lookup is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bans.ban_house import BanHouse
from followups.followup_house import FollowUpHouse, followup_house
from harness.house import SmallHouse
from headsups.headsup_house import HeadsUpHouse, headsup_house
from on_the_glass import glass, said
from records_helper import answered, desk_of, opened, records_app, services, signed_in, typed, wrote
from textual.pilot import Pilot

from db.journal import Journal
from db.schema import prepare_journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import SystemClock
from guardroom.followups.closing import ClosingForm
from guardroom.news import News
from guardroom.people.roles import Role
from guardroom.people.who import Who


@pytest.fixture
def at(tmp_path: Path) -> Iterator[FollowUpHouse]:
    """Fredensborg, with what one incident asks for."""
    with followup_house(tmp_path) as made:
        wrote(made.house, made.house.who(Role.GUARD))
        yield made


@pytest.fixture
def meetings(tmp_path: Path) -> Iterator[HeadsUpHouse]:
    """Fredensborg, with nothing entered yet."""
    with headsup_house(tmp_path) as made:
        yield made


def banned(house: SmallHouse, name: str) -> BanHouse:
    """A ban of this citizen is in force."""
    bans = BanHouse(house)
    person = bans.person(name)
    bans.incident(person)
    bans.ban(person=person)
    return bans


def changed(house: SmallHouse) -> int:
    """The number of the last change, as the monitor's thread reads it."""
    return services(house).last_change(0)


async def heard(pilot: Pilot[Any], house: SmallHouse, feed: Any) -> None:
    """The board comes with the number of the last change, and what is asked because of it is answered."""
    app = desk_of(pilot)
    feed.show(replace(app.shown, records=changed(house)))
    await answered(pilot)
    await answered(pilot)


def rows(pilot: Pilot[Any], mark: str) -> list[str]:
    return [row for row in glass(desk_of(pilot)).splitlines() if mark in row]


def looked(house: SmallHouse) -> list[str]:
    return list(house.told())


async def test_a_follow_up_that_was_closed_elsewhere_leaves_the_list(at: FollowUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await opened(pilot, "followups")
        await heard(pilot, at.house, feed)
        for _turn in range(3):
            await pilot.press("down")
        chosen = rows(pilot, "> ")[0]
        first = at.followups.page(at.leader, "mine").lines[0]
        assert first.kind not in chosen
        before = looked(at.house)
        at.followups.close(at.leader, first.id, ClosingForm(on="24-11-2025", reference="P-1", count="1", yes_no="no"))
        await heard(pilot, at.house, feed)
        gone = [line.id for line in at.followups.page(at.leader, "mine").lines]
        assert first.id not in gone
        await said(pilot, app, f"3 of {len(gone)}")
        # The same row is chosen still, though it stands elsewhere now, and looking was not logged.
        assert rows(pilot, "> ")[0].split("> ")[1] == chosen.split("> ")[1]
        assert looked(at.house) == [*before, "follow_up_done"]


async def test_nothing_is_read_again_when_somebody_only_looked(
    at: FollowUpHouse, feed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = records_app(at.house, feed)
    asked: list[str] = []
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await opened(pilot, "followups")
        await heard(pilot, at.house, feed)
        usual = app.records.ask
        monkeypatch.setattr(app.records, "ask", lambda *said, **more: (asked.append("asked"), usual(*said, **more)))
        number = changed(at.house)
        services(at.house).incidents.page(at.leader)
        services(at.house).bans.lines(at.leader)
        services(at.house).sign_in.sign_out(at.leader)
        await heard(pilot, at.house, feed)
        assert (changed(at.house), asked) == (number, [])
        wrote(at.house, at.house.who(Role.GUARD), account="Kom tilbage og råbte.")
        await heard(pilot, at.house, feed)
        assert changed(at.house) > number
        assert asked


async def test_what_one_has_written_oneself_is_no_news(at: FollowUpHouse, feed: Any) -> None:
    bans = BanHouse(at.house)
    ban = bans.ban()
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, bans.guard)
        before = changed(at.house)
        bans.bans.confirm_read(bans.guard, ban.id)
        # The board still has the number from before: what the list is read with is newer.
        feed.show(replace(app.shown, records=before))
        await opened(pilot, "ban_list")
        await heard(pilot, at.house, feed)
        assert changed(at.house) > before
        assert "changed elsewhere" not in glass(app)


@pytest.mark.parametrize("screen", ["incidents", "ban_list"])
async def test_a_list_whose_reading_is_logged_says_that_it_is_old(at: FollowUpHouse, feed: Any, screen: str) -> None:
    banned(at.house, "Kristian Moe")
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.leader)
        await opened(pilot, screen)
        await heard(pilot, at.house, feed)
        assert "changed elsewhere" not in glass(app)
        incident = wrote(at.house, at.house.who(Role.GUARD), account="Kom tilbage og råbte.")
        banned(at.house, "Bodil Eksempel")
        before = looked(at.house)
        await heard(pilot, at.house, feed)
        assert "changed elsewhere: Ctrl+R" in glass(app)
        new = incident.number if screen == "incidents" else "Bodil"
        assert new not in glass(app)
        assert looked(at.house) == before
        await pilot.press("ctrl+r")
        await answered(pilot)
        assert "changed elsewhere" not in glass(app)
        assert new in glass(app)


async def test_what_is_being_typed_stays_and_is_looked_up_again(at: FollowUpHouse, feed: Any) -> None:
    bans = banned(at.house, "Kristian Moe")
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, bans.guard)
        await opened(pilot, "bans")
        await typed(pilot, "Kristian")
        await said(pilot, app, "1 POSSIBLE")
        banned(at.house, "Christian Møller-Eksempel")
        await heard(pilot, at.house, feed)
        await said(pilot, app, "2 POSSIBLE")
        assert rows(pilot, "> ")[0].count("Kristian Moe") == 1
        await pilot.press("s")
        await answered(pilot)
        assert "Kristians" in glass(app)


async def test_a_meeting_that_was_entered_elsewhere_is_in_the_list(meetings: HeadsUpHouse, feed: Any) -> None:
    app = records_app(meetings.house, feed)
    today = {"day": "24-11-2025"}
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, meetings.guard)
        await opened(pilot, "headsups")
        await heard(pilot, meetings.house, feed)
        meetings.entered(**today, begins="14:30", ends="15:00")
        await heard(pilot, meetings.house, feed)
        await said(pilot, app, "TODAY (1)")
        # One about a known person would be a lookup of their bans: that is left to whoever sits there.
        meetings.entered(**today, begins="15:00", ends="15:30", person=meetings.person())
        before = looked(meetings.house)
        await heard(pilot, meetings.house, feed)
        assert "changed elsewhere: Ctrl+R" in glass(app)
        assert looked(meetings.house) == before
        await pilot.press("ctrl+r")
        await answered(pilot)
        await said(pilot, app, "TODAY (2)")
        assert "changed elsewhere" not in glass(app)


@pytest.mark.usefixtures("both_databases")
def test_another_station_hears_of_a_change_and_of_no_lookup(tmp_path: Path) -> None:
    with followup_house(tmp_path) as at:
        settings = replace(at.house.ground.settings, station="Receptionen", journal=tmp_path / "there.db")
        prepare_journal(settings.journal)
        journal = Journal.open(settings.journal)
        desk = AlarmDesk(settings, journal, at.clock, "test")
        news = News(settings, desk, SystemClock())
        news.start()
        try:
            wrote(at.house, at.house.who(Role.GUARD))
            number = changed(at.house)
            wait_for(desk, number)
            look(at.house, at.leader)
            news.look(whole=False)
            assert desk.view().records == number == changed(at.house)
        finally:
            news.stop()
            journal.close()


def look(house: SmallHouse, who: Who) -> None:
    """Something is read that is logged."""
    before = len(looked(house))
    services(house).incidents.page(who)
    assert len(looked(house)) == before + 1


def wait_for(desk: AlarmDesk, number: int) -> None:
    """Wait until the board has this number."""
    version = -1
    for _change in range(60):
        if desk.view().records == number:
            return
        version = desk.wait(version, 0.5)
    raise AssertionError(desk.view().records)
