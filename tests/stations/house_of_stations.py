"""Several stations on one main database: each with its own journal, desk and exchange, in step with the test."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from db.journal import Journal
from db.schema import prepare_journal
from drivers.base import Cause, Kind, Signal
from guardroom.alarms.acts import Act, ActKind, ActReply
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.view import AlarmView, BoardView
from guardroom.clock import stamp
from guardroom.settings import Claim, PanelSettings, Policy, Room, Settings, Site
from guardroom.stations.exchange import Exchange

START = datetime(2025, 11, 24, 12, 42, 7, tzinfo=UTC)


class MovedClock:
    """Stands still until a test moves it; its time of day may be another than the others'."""

    def __init__(self, ahead_s: float = 0) -> None:
        self.moment = START + timedelta(seconds=ahead_s)
        self.running = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.running

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.running += seconds


def settings_of(name: str, database: str, folder: Path, rooms: tuple[str, ...]) -> Settings:
    """A station whose panel, named as itself, hears the buttons of `rooms`; it knows every room of the house."""
    everywhere = ("K1", "K2", "B1")
    return Settings(
        path=folder / f"{name}.toml",
        language="en",
        database=database,
        journal=folder / f"{name}.db",
        station=name,
        site=Site(name="Rådhuset", address="Egevej 1", entrance="syd", phone="11", zone=ZoneInfo("Europe/Copenhagen")),
        policy=Policy(name="test", municipality="Test", guard_word={}, police_call="guard", guidance={}),
        blocks=(),
        panels=(PanelSettings(name=f"panel-{name}", driver="espa444", port="/dev/null", repeat_s=0),) if rooms else (),
        rooms=tuple(
            Room(
                id=room,
                name=f"Rum {room}",
                block="A",
                route=f"from {name}",
                claims=(Claim(panel=f"panel-{name}", text=re.compile(room)),) if room in rooms else (),
            )
            for room in everywhere
        ),
    )


class Station:
    """One station. `meet` is a round of its exchange: what it wrote before is there for the others."""

    def __init__(
        self, name: str, database: str, folder: Path, rooms: tuple[str, ...], *, ahead_s: float = 0, program: str = "1"
    ) -> None:
        self.name = name
        self.settings = settings_of(name, database, folder, rooms)
        self.clock = MovedClock(ahead_s)
        self.program = program
        prepare_journal(self.settings.journal)
        self.open()

    def open(self) -> None:
        """Start its monitor."""
        self.journal = Journal.open(self.settings.journal)
        self.desk = AlarmDesk(self.settings, self.journal, self.clock, self.program)
        self.exchange = Exchange(self.settings, self.desk, self.clock, self.program)
        self.replies: list[ActReply] = []

    def close(self) -> None:
        """End it, as a power cut does: nothing is told."""
        self.exchange.close()
        self.journal.close()

    def meet(self) -> None:
        self.exchange.round()

    @property
    def view(self) -> BoardView:
        return self.desk.view()

    @property
    def alarm(self) -> AlarmView:
        (alarm,) = self.view.alarms
        return alarm

    def room(self, room: str) -> str:
        return next(each.state for each in self.view.rooms if each.id == room)

    def faults(self) -> list[str]:
        return [fault.key for fault in self.view.faults if fault.kind.startswith("station")]

    def press(self, room: str) -> None:
        signal = Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="1", text=room)
        assert self.desk.store(f"panel-{self.name}", [signal])

    def act(self, kind: ActKind, alarm: AlarmView | None = None, **fields: object) -> Act:
        """What a guard here does, to an alarm of whichever station; the answers come into `replies`."""
        about: dict[str, object] = {} if alarm is None else {"alarm": alarm.id, "owner": alarm.owner}
        asked = stamp(self.clock.now())
        act = Act(kind=kind, by=f"G{self.name[0]}", station=self.name, asked=asked, **about, **fields)  # type: ignore[arg-type]
        self.send(act)
        return act

    def send(self, act: Act) -> None:
        """As the feed does."""
        if act.owner:
            self.exchange.ask(act, self.replies.append)
        else:
            self.replies.append(self.desk.act(act))

    def acknowledge(self) -> Act:
        return self.act("acknowledge", self.alarm, press=self.alarm.presses)


Make = Callable[..., Station]


def meet(*stations: Station, times: int = 4) -> None:
    """Rounds in turn, until what anybody has said has reached everybody."""
    for _round in range(times):
        for station in stations:
            station.meet()


def pass_(seconds: float, *stations: Station) -> None:
    """Time goes on for all of them."""
    for station in stations:
        station.clock.advance(seconds)
