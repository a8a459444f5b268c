"""What a citizen would be given who asks what is kept of them: seen first, then noted as asked for, then written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse, small_house
from on_the_glass import glass, said
from records_helper import answered, opened, records_app, services, signed_in, typed
from textual.pilot import Pilot

from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role
from screens.app import GuardroomApp

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        house, leader = services(made), made.who(Role.LEADER)
        person = house.persons.create(leader, PersonForm(name="Poul Friis", birth="1950", case_ref="J-77")).id
        house.persons.create(leader, PersonForm(name="Malthe Ejegod"))
        house.incidents.save(
            leader,
            IncidentForm(
                kind="threat",
                day="24-11-2025",
                time="09:10",
                place="K2",
                behaviours=("shouting",),
                account="Poul Friis råbte ad Malthe Ejegod.",
                subjects=(SubjectForm(person=person, name="Poul Friis"),),
            ),
        )
        yield made


async def shown(pilot: Pilot[Any], house: SmallHouse, role: Role = Role.LEADER) -> GuardroomApp:
    """Somebody of this role has opened the person and pressed the key for what they would be given."""
    app = pilot.app
    assert isinstance(app, GuardroomApp)
    await signed_in(pilot, house.who(role))
    await opened(pilot, "persons")
    await typed(pilot, "friis")
    await pilot.press("enter")
    await answered(pilot)
    await pilot.press("i")
    await answered(pilot)
    return app


@pytest.mark.parametrize("size", SIZES)
def test_picture(snap_compare: Callable[..., bool], house: SmallHouse, feed: Any, spoken: str, size: str) -> None:
    async def run_before(pilot: Pilot[Any]) -> None:
        await shown(pilot, house)
        await pilot.press("a")
        await answered(pilot)

    assert snap_compare(records_app(house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def test_it_is_seen_then_asked_for_then_written(house: SmallHouse, feed: Any, tmp_path: Path) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 60)) as pilot:
        await shown(pilot, house)
        await said(pilot, app, "Nobody has noted that they ask.")
        await said(pilot, app, "råbte ad […]")
        assert "Ejegod" not in glass(app)
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "No request of this person is open")
        await pilot.press("a")
        await answered(pilot)
        await said(pilot, app, "the answer is due within a month")
        assert "No request of this person is open" not in glass(app), "one is now"
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "WHO THE PERSON IS")
        await pilot.press("i")
        await answered(pilot)
        await said(pilot, app, "Answered today 13:42. Where they ask again, A notes it")
    assert {path.name for path in (tmp_path / "letters").iterdir()} == {"access-1.html", "access-1.json"}


async def test_that_it_was_noted_is_said_where_the_top_is_scrolled_away(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, house)
        await pilot.press("down", "down", "down")
        assert "Nobody has noted that they ask." not in glass(app)
        await pilot.press("a")
        await answered(pilot)
        await said(pilot, app, "Noted that they ask: the answer is due within a month.")
        await pilot.press("a")
        await answered(pilot)
        await said(pilot, app, "It is noted already that they ask.")


async def test_a_guard_has_no_such_key(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot, house, Role.GUARD)
        await said(pilot, app, "WHO THE PERSON IS")
        assert "access_shown" not in house.told()


async def test_nothing_of_it_stays_when_names_are_hidden(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot, house)
        app.screen.forget()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "råbte" not in glass(app)


async def test_the_keys_that_count_now_are_told(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.LEADER))
        await opened(pilot, "persons")
        assert "Save" not in str(app.screen.query_one("#footer").render())
        await typed(pilot, "friis")
        await pilot.press("enter")
        await answered(pilot)
        assert "Save" not in str(app.screen.query_one("#footer").render())
        await pilot.press("i")
        await answered(pilot)
        assert "A Note that they ask   Ctrl+S Write the answer   Esc Back" in glass(app)
        assert "New person" not in str(app.screen.query_one("#footer").render())
