"""A small town hall, a clock that tests move, and an alarm desk on a real journal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from db.journal import Journal
from db.schema import prepare_journal
from drivers.base import Cause, Kind, Signal
from drivers.link import LinkHealth, LinkState
from guardroom.alarms.acts import Act, ActKind, ActReply
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.view import AlarmView, BoardView
from guardroom.settings import Claim, PanelSettings, Policy, Room, Settings, Site


class MovedClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 11, 24, 12, 42, 7, tzinfo=UTC)
        self.running = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.running

    def pass_(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.running += seconds


def town(folder: Path) -> Settings:
    """Two panels: `espa` repeats for 120 s, `once` sends each signal once. K3 and K4 share a pager on `espa`."""
    return Settings(
        path=folder / "guardroom.toml",
        language="en",
        database=f"sqlite:///{folder / 'guardroom.db'}",
        journal=folder / "journal.db",
        station="Guard station",
        site=Site(name="Rådhuset", address="Egevej 1", entrance="syd", phone="11", zone=ZoneInfo("Europe/Copenhagen")),
        policy=Policy(name="test", municipality="Test", guard_word={}, police_call="guard", guidance={}),
        blocks=(),
        panels=(
            PanelSettings(name="espa", driver="espa444", port="/dev/null", repeat_s=120),
            PanelSettings(name="once", driver="espa444", port="/dev/null", repeat_s=0),
        ),
        rooms=(
            Room(id="K1", name="Kontaktrum 1", block="A", claims=(Claim(panel="espa", point="001"),)),
            Room(
                id="K2",
                name="Kontaktrum 2",
                block="A",
                claims=(
                    Claim(panel="espa", point="005"),
                    Claim(panel="once", point="5"),
                    Claim(panel="once", point="6"),
                ),
            ),
            Room(
                id="K3", name="Kontaktrum 3", block="A", claims=(Claim(panel="espa", point="9", text=re.compile("K3")),)
            ),
            Room(
                id="K4", name="Kontaktrum 4", block="A", claims=(Claim(panel="espa", point="9", text=re.compile("K4")),)
            ),
        ),
    )


class Guardroom:
    """A desk with handles for tests: what panels say, what guards do, what the board shows."""

    def __init__(self, folder: Path, clock: MovedClock) -> None:
        self.settings = town(folder)
        self.clock = clock
        prepare_journal(self.settings.journal)
        self.restart()

    def restart(self) -> None:
        """As after a crash: everything in memory is gone."""
        self.journal = Journal.open(self.settings.journal)
        self.desk = AlarmDesk(self.settings, self.journal, self.clock, "test")
        self.panel("espa", LinkState.ALIVE)
        self.panel("once", LinkState.ALIVE)

    def panel(self, name: str, state: LinkState, problem: str = "", *, heard: float | None = None) -> None:
        """Let a panel's line be in a state, heard just now (or last at `heard`)."""
        since = self.clock.monotonic()

        def health() -> LinkHealth:
            return LinkHealth(
                state=state,
                since=since,
                port="/dev/null",
                device="/dev/null",
                heard=self.clock.monotonic() if heard is None else heard,
                problem=problem,
            )

        self.desk.attach(name, health)
        self.desk.health_changed(name, health())

    def signal(
        self,
        kind: Kind,
        point: str | None = "005",
        *,
        panel: str = "espa",
        cause: Cause | None = None,
        text: str | None = None,
        code: str | None = None,
    ) -> bool:
        """A panel says something."""
        if kind is Kind.ALARM and cause is None:
            cause = Cause.HOLD_UP
        return self.desk.store(panel, [Signal(kind=kind, cause=cause, point=point, text=text, code=code)])

    def press(self, point: str = "005", *, panel: str = "espa", text: str | None = None) -> bool:
        """A panic button is pressed."""
        return self.signal(Kind.ALARM, point, panel=panel, text=text)

    def act(self, kind: ActKind, **fields: object) -> ActReply:
        """A guard does something."""
        return self.desk.act(Act(kind=kind, by="MH", station="Guard station", **fields))  # type: ignore[arg-type]

    def acknowledge(self, alarm: AlarmView | None = None) -> ActReply:
        """F12 on the alarm in front."""
        front = alarm or self.alarm
        return self.act("acknowledge", alarm=front.id, press=front.presses)

    def close(self, outcome: str = "escorted_out") -> ActReply:
        """The alarm in front is over."""
        return self.act("close", alarm=self.alarm.id, detail=outcome)

    @property
    def view(self) -> BoardView:
        """The board now."""
        return self.desk.view()

    @property
    def alarm(self) -> AlarmView:
        """The one open alarm."""
        (alarm,) = self.view.alarms
        return alarm

    def room(self, room_id: str) -> str:
        """A room's state on the board."""
        return next(room.state for room in self.view.rooms if room.id == room_id)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def guardroom(tmp_path: Path, clock: MovedClock) -> Iterator[Guardroom]:
    made = Guardroom(tmp_path, clock)
    yield made
    made.journal.close()


@pytest.fixture
def make_guardroom() -> Callable[[Path], Guardroom]:
    """Makes guard rooms, for tests that need many."""
    return lambda folder: Guardroom(folder, MovedClock())
