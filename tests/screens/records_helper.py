"""A dashboard over a house with records, and what a test does on it: sign in, open a screen, wait for the answers.

@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made

async def test_something(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD))
        await opened(pilot, "incidents")
        await pilot.press("n")
        await answered(pilot)
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from harness.house import SmallHouse
from on_the_glass import in_front
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from db.alarm_tables import AlarmLine, AlarmRow
from db.errors import StorageError
from db.main import writing
from guardroom import language
from guardroom.house import House, on_ground
from guardroom.incidents.form import AlarmRef, IncidentForm, SubjectForm
from guardroom.incidents.view import IncidentView
from guardroom.people.who import Who
from screens.app import GuardroomApp

WAIT_S = 20.0
TURN_S = 0.002
NOON = datetime(2025, 11, 24, 12, 42, 16, tzinfo=UTC)
"""The moment that the views of `conftest` show: Monday, 13:42:16 in Denmark."""


def services(house: SmallHouse) -> House:
    """The house's services, as the dashboard has them."""
    return on_ground(house.ground)


def records_app(
    house: SmallHouse, feed: Any, spoken: str = "en", open_house: Callable[[], House] | None = None
) -> GuardroomApp:
    """The dashboard over this house, whose clock is moved on to 13:42:16. `open_house` may stand for its services."""
    house.clock.advance(max(0.0, (NOON - house.clock.now()).total_seconds()))
    settings = replace(house.ground.settings, language=spoken)
    language.choose(spoken)  # reading the house's configuration chose its own
    return GuardroomApp(settings, feed, None, house.clock, open_house=open_house or (lambda: services(house)))


def desk_of(pilot: Pilot[Any]) -> GuardroomApp:
    """The dashboard that the pilot steers."""
    assert isinstance(pilot.app, GuardroomApp)
    return pilot.app


async def answered(pilot: Pilot[Any]) -> None:
    """Wait until everything that was asked of the house has been answered and painted."""
    app = desk_of(pilot)
    await pilot.pause()
    for _turn in range(round(WAIT_S / TURN_S)):
        if not app.records.busy:
            break
        await asyncio.sleep(TURN_S)  # without a look at every widget, which holds up whoever answers
    assert not app.records.busy
    await pilot.pause()
    await pilot.pause()


async def signed_in(pilot: Pilot[Any], who: Who) -> None:
    """`who` is signed in, and the board is in front."""
    app = desk_of(pilot)
    await in_front(pilot, app, "board")
    app.signed_in(who)
    await answered(pilot)


async def signs_in(pilot: Pilot[Any], initials: str, code: str) -> None:
    """Somebody types initials and code into the sign-in that is in front."""
    app = desk_of(pilot)
    await in_front(pilot, app, "sign_in")
    await pilot.press(*initials, "enter", *[key_of(letter) for letter in code], "enter")
    await answered(pilot)


def key_of(letter: str) -> str:
    """The key of a letter, as the pilot names it."""
    return {" ": "space", ",": "comma", ".": "full_stop", "-": "minus", "/": "slash"}.get(letter, letter)


async def opened(pilot: Pilot[Any], name: str) -> None:
    """The screen of this name is opened, in front, and has been told everything it asked."""
    app = desk_of(pilot)
    app.open(name)
    await in_front(pilot, app, name)
    await answered(pilot)


async def typed(pilot: Pilot[Any], text: str) -> None:
    """`text` arrives in the field that has the focus as if it had been pasted; key by key is slow."""
    field = desk_of(pilot).screen.focused
    assert isinstance(field, Input | TextArea), field
    desk_of(pilot).post_message(events.Paste(text))
    await answered(pilot)


def closed_alarm(
    house: SmallHouse,
    number: int = 459,
    outcome: str = "escorted_out",
    *,
    room: str = "K2",
    minutes_ago: float = 20,
    steps: tuple[str, ...] = ("on_scene", "asked_to_leave", "left"),
    by: str = "MH",
) -> AlarmRef:
    """An alarm that has reached the main database closed; its steps were taken a minute apart; `by` "": by nobody who
    had signed in."""
    settings = house.ground.settings
    where = settings.room(room)
    assert where is not None
    pressed = NOON - timedelta(minutes=minutes_ago)
    alarm = AlarmRow(
        station=settings.station,
        number=number,
        cause="hold_up",
        state="closed",
        pressed_at=pressed,
        room_id=room,
        place=where.name,
        block=where.block,
        acknowledged_at=pressed + timedelta(seconds=11),
        acknowledged_by="MH",
        closed_at=pressed + timedelta(minutes=10),
        outcome=outcome,
    )
    for at, step in enumerate(steps, start=1):
        alarm.lines.append(
            AlarmLine(
                station=settings.station,
                number=number + at,
                at=pressed + timedelta(minutes=at),
                what="step",
                detail=step,
                by=by,
            )
        )
    with writing(house.ground.engine) as session:
        session.add(alarm)
    return AlarmRef(station=settings.station, number=number)


def wrote(house: SmallHouse, who: Who, **said: Any) -> IncidentView:
    """`who` has written an incident: an ejection an hour ago where nothing else is said."""
    hour_ago = (NOON - timedelta(hours=1)).astimezone(house.ground.settings.site.zone)
    form = IncidentForm(
        kind="ejected_escorted",
        day=f"{hour_ago:%d-%m-%Y}",
        time=f"{hour_ago:%H:%M}",
        place="K2",
        asked="yes",
        asked_time=f"{hour_ago + timedelta(minutes=1):%H:%M}",
        asked_by="MH",
        complied="yes",
        took_part="MH",
        behaviours=("shouting", "threat_violence"),
        subjects=(SubjectForm(name="Karl Vinther", birth="1984", case_ref="J-2231"),),
        account="Råbte og slog i bordet. Fulgt ud ad syd.",
    )
    house.clock.advance(max(0.0, (NOON - house.clock.now()).total_seconds()))
    return services(house).incidents.save(who, replace(form, **said))


class Away:
    """A database that can be away for a while."""

    def __init__(self, house: SmallHouse) -> None:
        self._house = house
        self.away = False

    def open(self) -> Any:
        """The services, each of which fails while the database is away."""
        real = services(self._house)

        class Sometimes:
            def __getattr__(_self, name: str) -> Any:  # noqa: N805
                if self.away:
                    raise StorageError("io", "disk I/O error")
                return getattr(real, name)

        return Sometimes()


class Slow:
    """A database that answers only while the gate is open."""

    def __init__(self, house: SmallHouse) -> None:
        self._house = house
        self.gate = threading.Event()
        self.gate.set()

    def open(self) -> Any:
        """The services, each of which waits for the gate."""
        real = services(self._house)

        class InTime:
            def __getattr__(_self, name: str) -> Any:  # noqa: N805
                self.gate.wait(WAIT_S)
                return getattr(real, name)

        return InTime()
