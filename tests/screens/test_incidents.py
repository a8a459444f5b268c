"""The history of incidents: what each role sees of it, searching, and leafing through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse, small_house
from hypothesis import given, settings
from hypothesis import strategies as st
from on_the_glass import glass, in_front, obeyed, said, until
from records_helper import answered, opened, records_app, services, signed_in, typed, wrote
from sqlalchemy import insert
from textual.content import Content

from db.incident_tables import IncidentRow, SubjectRow
from db.main import writing
from db.people_tables import PersonRow
from guardroom.incidents.form import SubjectForm
from guardroom.incidents.view import DraftView, IncidentLine
from guardroom.people.roles import Role
from screens.app import GuardroomApp
from screens.incidents import Incidents, first_shown, heading, list_rows

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
NIGHT = datetime(2025, 11, 23, 22, 0, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """A town hall."""
    with small_house(tmp_path) as made:
        yield made


@pytest.fixture
def desk(house: SmallHouse, feed: Any) -> GuardroomApp:
    """Its dashboard."""
    return records_app(house, feed)


def some(house: SmallHouse) -> None:
    """A few incidents of several kinds, and a draft."""
    guard, other = house.who(Role.GUARD, initials="MH"), house.who(Role.GUARD, initials="JB")
    wrote(house, guard)
    wrote(house, other, took_part="JB", police="112", police_time="12:50", kind="ejected_refused", complied="no")
    wrote(house, other, took_part="JB", subjects=(SubjectForm(description="Høj mand i rød jakke"),), place="Forhallen")
    wrote(
        house,
        guard,
        kind="remote",
        channel="phone",
        evidence="secured",
        asked="",
        asked_time="",
        asked_by="",
        complied="",
        place="Telefonen",
        subjects=(SubjectForm(name="Åse Ærø", birth="1971"), SubjectForm(name="Bo Ærø")),
    )
    service = services(house).incidents
    service.keep_draft(guard, replace(service.blank(guard), kind="near_miss", place="B1"), None)


def many(house: SmallHouse, count: int) -> None:
    """So many incidents, an hour apart, of MH."""
    guard = house.who(Role.GUARD, initials="MH")
    with writing(house.ground.engine) as session:
        session.execute(
            insert(PersonRow),
            [
                {"name": "Karl Vinther", "folded": "karl vinther", "changed": 0, "created_at": NIGHT}
                | {"created_by": guard.user, "aliases": [], "case_ref": "", "description": ""}
            ],
        )
        session.execute(
            insert(IncidentRow),
            [
                {"number": number, "kind": "turned_away", "happened_at": NIGHT - timedelta(hours=count - number)}
                | {"written_at": NIGHT, "written_by": guard.user, "station": "x", "account": "x", "folded": ""}
                | {"place": f"Sted {number}", "area": "", "channel": "in_person", "subject_kind": "citizen"}
                | {"off_duty": False, "behaviours": [], "felt": "", "assessed": "", "asked_by": "", "police": ""}
                | {"police_ref": "", "injured": [], "evidence": "", "took_part": ["MH"]}
                for number in range(1, count + 1)
            ],
        )
        session.execute(
            insert(SubjectRow),
            [{"incident_id": number, "person_id": 1, "description": ""} for number in range(1, count + 1)],
        )


def screen(app: GuardroomApp) -> Incidents:
    """The history's screen."""
    found = app._named["incidents"]
    assert isinstance(found, Incidents)
    return found


@pytest.mark.parametrize("size", SIZES)
def test_picture(snap_compare: Callable[..., bool], house: SmallHouse, feed: Any, spoken: str, size: str) -> None:
    some(house)

    async def run_before(pilot: Any) -> None:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await pilot.press("2")
        await answered(pilot)
        await pilot.press("down", "down")
        await answered(pilot)

    assert snap_compare(records_app(house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def test_newest_first_own_drafts_on_top(desk: GuardroomApp, house: SmallHouse) -> None:
    some(house)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await opened(pilot, "incidents")
        rows = [row for row in glass(desk).split("\n") if "H-000" in row or "DRAFT" in row]
        assert [row.split()[1] for row in rows] == ["YOUR", "H-0004", "H-0003", "H-0002", "H-0001"]
        assert "near miss" in rows[0]
        assert "Åse Ærø, Bo Ærø" in rows[1]
        assert "112" in rows[3]
        await pilot.press("enter")
        await answered(pilot)
        await in_front(pilot, desk, "incident_form")
        assert "near miss" in glass(desk)


async def test_each_sees_what_the_role_may_see(desk: GuardroomApp, house: SmallHouse) -> None:
    some(house)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.HS_LEADER))
        await opened(pilot, "incidents")
        assert "H-0001" in glass(desk)
        assert "Vinther" not in glass(desk)
        assert "DRAFT" not in glass(desk), "a draft is its owner's"
        await pilot.press("enter")
        await said(pilot, desk, "You read those that you wrote or took part in")
        desk.signed_in(house.who(Role.LEADER, "Borgerservice"))
        await answered(pilot)
        await opened(pilot, "incidents")
        await pilot.press("end", "enter")
        await said(pilot, desk, "This is of another part of the house")
        desk.signed_in(house.who(Role.LEGAL))
        await answered(pilot)
        desk.open("incidents")
        await said(pilot, desk, "As legal you may not do or see this.")
        assert "H-0001" not in glass(desk)


async def test_typing_filters_and_escape_takes_it_back(desk: GuardroomApp, house: SmallHouse) -> None:
    some(house)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await opened(pilot, "incidents")
        await pilot.press("s", *"ærø", "1")
        await answered(pilot)
        await said(pilot, desk, "Nothing fits that.")
        await pilot.press("backspace")
        await answered(pilot)
        assert "H-0004" in glass(desk)
        assert "H-0001" not in glass(desk)
        assert "DRAFT" not in glass(desk)
        await pilot.press("enter", "enter")
        await answered(pilot)
        await in_front(pilot, desk, "incident")
        await pilot.press("escape")
        await answered(pilot)
        assert "ærø" in glass(desk), "what was searched for is still there"
        await pilot.press("escape")
        await answered(pilot)
        assert "H-0001" in glass(desk)
        await pilot.press("escape")
        await in_front(pilot, desk, "board")


async def test_what_is_searched_for_is_shown_and_never_obeyed(
    desk: GuardroomApp, house: SmallHouse, scenario: Any
) -> None:
    some(house)
    async with desk.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await opened(pilot, "incidents")
        await pilot.press("s")
        await typed(pilot, scenario.nasty)
        assert obeyed(glass(desk)) == set()
        await typed(pilot, "%_'\"; DROP TABLE incident 010185-1234 " * 5)
        await said(pilot, desk, "Nothing fits that.")


async def test_leafing_asks_for_older_ones_as_it_goes(desk: GuardroomApp, house: SmallHouse) -> None:
    many(house, 130)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await opened(pilot, "incidents")
        assert "H-0130" in glass(desk)
        assert "1 of the newest 50, PgDn: older" in glass(desk)
        await pilot.press("up", "pagedown")
        await answered(pilot)
        assert screen(desk)._chosen == screen(desk)._height() - 1
        await pilot.press("end")
        await answered(pilot)
        assert "100 of the newest 100" in glass(desk)
        assert "H-0031" in glass(desk)
        await pilot.press("pagedown")
        await answered(pilot)
        assert f"{99 + screen(desk)._height()} of 130" in glass(desk)
        await pilot.press("end", "down")
        await answered(pilot)
        assert "130 of 130" in glass(desk)
        assert "H-0001" in glass(desk)
        await pilot.press("home", "pageup")
        await answered(pilot)
        assert "H-0130" in glass(desk)
        await pilot.press("3")


async def test_a_click_chooses_and_a_second_opens(desk: GuardroomApp, house: SmallHouse) -> None:
    many(house, 5)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await opened(pilot, "incidents")
        await pilot.click("#incidents-rows", offset=(4, 3))
        await pilot.pause()
        assert screen(desk)._chosen == 3
        await pilot.click("#incidents-rows", offset=(4, 20))
        assert screen(desk)._chosen == 3
        await pilot.click("#incidents-rows", offset=(4, 3))
        await answered(pilot)
        await in_front(pilot, desk, "incident")
        assert "H-0002" in glass(desk)


async def test_what_another_has_written_since_is_there_when_one_comes_back(
    desk: GuardroomApp, house: SmallHouse
) -> None:
    many(house, 3)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await opened(pilot, "incidents")
        await pilot.press("down", "question_mark")
        await in_front(pilot, desk, "help")
        with writing(house.ground.engine) as session:
            row = session.get(IncidentRow, 3)
            assert row is not None
            row.place = "Et andet sted"
        await pilot.press("escape")
        await until(pilot, lambda: "Et andet sted" in glass(desk))
        assert screen(desk)._chosen == 1, "the chosen line stays chosen"


async def test_nothing_of_it_stays_after_signing_out(desk: GuardroomApp, house: SmallHouse) -> None:
    some(house)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await opened(pilot, "incidents")
        await pilot.press("s", "k")
        desk.sign_out()
        await answered(pilot)
        assert screen(desk)._rows == ()
        assert screen(desk)._search.value == ""
        await in_front(pilot, desk, "board")


async def test_a_database_that_is_away_is_said_so(house: SmallHouse, feed: Any) -> None:
    from db.errors import StorageError

    def gone() -> Any:
        raise StorageError("away", "no route")

    desk = records_app(house, feed, open_house=gone)
    async with desk.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await opened(pilot, "incidents")
        assert glass(desk).count("The database does not answer") == 2
        await pilot.press("down", "end", "enter", "pagedown")


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (200, 60)])
async def test_any_size_of_terminal(desk: GuardroomApp, house: SmallHouse, size: tuple[int, int]) -> None:
    some(house)
    async with desk.run_test(size=size) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        await opened(pilot, "incidents")
        await pilot.press("down", "pagedown", "end", "s", "x")
        await answered(pilot)


@given(st.integers(0, 60), st.data(), st.integers(1, 160), st.integers(1, 40), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_the_chosen_line_is_always_in_sight(
    count: int, data: st.DataObject, width: int, height: int, text: str
) -> None:
    rows: list[Any] = [
        IncidentLine(id=n, number=f"H-{n:04d}", happened_at=NIGHT, kind="other", place=text, who=text)
        for n in range(count)
    ]
    rows[:0] = [DraftView(id=1, saved_at=NIGHT, place=text)]
    chosen = data.draw(st.integers(0, count))
    shown = list_rows(rows, chosen, width, height, NIGHT, settings_zone())
    assert len(shown.plain.split("\n")) == min(count + 1, height)
    assert sum("reverse" in str(span.style) for span in shown.spans) == 1
    assert all(Content(row).cell_length == width for row in shown.plain.split("\n"))
    assert first_shown(count + 1, chosen, height) <= chosen
    assert heading(width).cell_length == width


def settings_zone() -> Any:
    """The zone of the house."""
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Copenhagen")
