"""What has been told to whom, on the glass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse, small_house
from on_the_glass import glass, in_front
from records_helper import NOON, answered, records_app, signed_in
from textual.pilot import Pilot

from db.main import open_file, writing
from db.outbox_tables import DeliveryRow, NoticeRow
from db.schema import prepare_outbox
from guardroom.notices.station import outbox_path
from guardroom.people.roles import Role

WIDE, SMALL = (120, 36), (80, 24)


def delivery(recipient: str, **more: Any) -> DeliveryRow:
    usual = {
        "channel": "mail",
        "address": "a@byby.example",
        "next_at": NOON,
        "state": "sent",
        "tries": 1,
        "tried_at": NOON,
    }
    return DeliveryRow(recipient=recipient, **{**usual, **more})


def notice(key: str, subject: str, *deliveries: DeliveryRow, minutes: int = 0, **more: Any) -> NoticeRow:
    made = NOON - timedelta(minutes=minutes)
    usual = {"occasion": "ban", "body": f"{subject}\n\nLog ind i guardroom."}
    return NoticeRow(key=key, subject=subject, made_at=made, deliveries=list(deliveries), **{**usual, **more})


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        with writing(made.ground.engine) as session:
            session.add(
                notice(
                    "ban:1", "Et nyt forbud gælder: FB-2025-1", delivery("Centrene"), delivery("Vagterne"), minutes=90
                )
            )
        path = outbox_path(made.ground.settings.journal)
        prepare_outbox(path)
        engine = open_file(path, owner=False)
        with writing(engine) as session:
            refused = delivery("Leder, Borgerservice", state="failed", error="550 No such user", tries=1)
            later = delivery("Sikkerhed", state="waiting", tries=3, error="451 try later", channel="sms")
            session.add(
                notice(
                    "s:1:over",
                    "Alarm afsluttet: Kontaktrum 2",
                    delivery("Vagterne"),
                    occasion="alarm_over",
                    alarm=1,
                    minutes=200,
                )
            )
            session.add(
                notice(
                    "s:1:press:1",
                    "ALARM: Kontaktrum 2 (Jobcenter), 13:42:07",
                    delivery("Vagterne"),
                    refused,
                    later,
                    occasion="alarm",
                    alarm=1,
                )
            )
            session.add(
                notice(
                    "s:2:press:1",
                    "ØVELSE/DRILL: ALARM: Kontaktrum 3, 13:30:00",
                    delivery("Prøve"),
                    occasion="alarm",
                    alarm=2,
                    minutes=12,
                )
            )
        engine.dispose()
        yield made


async def messages(pilot: Pilot[Any], house: SmallHouse, role: Role = Role.GUARD) -> None:
    await signed_in(pilot, house.who(role))
    await pilot.press("b")
    await in_front(pilot, pilot.app, "messages")  # type: ignore[arg-type]
    await answered(pilot)


async def test_the_newest_first_from_both_places(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=WIDE) as pilot:
        await messages(pilot, house)
        shown = glass(app)
        assert shown.index("ALARM: Kontaktrum 2") < shown.index("Et nyt forbud")
        assert "! 2 not reached" in shown
        assert "Leder, Borgerservice (mail): NOT REACHED, given up, 13:42:16, 550 No such user" in shown
        assert "Sikkerhed (text message): not reached after 3 tries" in shown
        await pilot.press("down")
        await answered(pilot)
        assert "Centrene (mail): arrived at the server" in glass(app)


async def test_an_alarm_is_not_among_them_while_it_stands(house: SmallHouse, feed: Any) -> None:
    """Else one that is missing would tell that it is a drill."""
    app = records_app(house, feed)
    engine = open_file(outbox_path(house.ground.settings.journal), owner=False)
    with writing(engine) as session:
        session.add(notice("s:3:press:1", "ALARM: Kontaktrum 4", delivery("Vagterne"), occasion="alarm", alarm=3))
    engine.dispose()
    async with app.run_test(size=WIDE) as pilot:
        await messages(pilot, house)
        assert "Kontaktrum 4" not in glass(app)


async def test_a_drill_is_not_among_them_while_it_runs(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    path = outbox_path(house.ground.settings.journal)
    async with app.run_test(size=WIDE) as pilot:
        await messages(pilot, house)
        assert "Kontaktrum 3" not in glass(app)
        engine = open_file(path, owner=False)
        with writing(engine) as session:
            session.add(
                notice("s:2:over", "ØVELSE/DRILL: Øvelsen er slut: Kontaktrum 3", occasion="drill_over", alarm=2)
            )
        engine.dispose()
        await pilot.press("escape")
        await pilot.press("b")
        await answered(pilot)
        assert "ALARM: Kontaktrum 3" in glass(app)


async def test_whom_they_are_not_for(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=WIDE) as pilot:
        await signed_in(pilot, house.who(Role.RISK_COORDINATOR))
        await pilot.press("b")
        await answered(pilot)
        assert "Kontaktrum 2 (Jobcenter), 13:42:07" not in glass(app)


async def test_where_nobody_is_named(tmp_path: Path, feed: Any) -> None:
    with small_house(tmp_path) as bare:
        app = records_app(bare, feed)
        async with app.run_test(size=WIDE) as pilot:
            await messages(pilot, bare)
            assert "Nobody is named for messages: see [[recipients]] in guardroom.toml." in glass(app)


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
@pytest.mark.parametrize("spoken", ["da", "en"])
def test_picture(snap_compare: Any, house: SmallHouse, feed: Any, size: tuple[int, int], spoken: str) -> None:
    """The list, and who was not reached."""
    app = records_app(house, feed, spoken)

    async def show(pilot: Pilot[Any]) -> None:
        await messages(pilot, house, Role.LEADER)

    assert snap_compare(app, terminal_size=size, run_before=show)
