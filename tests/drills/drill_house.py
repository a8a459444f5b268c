"""A town hall with a panel, a desk on a real journal, the risk coordinator's planner and the monitor's keeper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from harness.house import SmallHouse, small_house
from sqlalchemy import text

from db.journal import Journal
from db.schema import prepare_journal
from drivers.base import Cause, Kind, Signal
from drivers.link import LinkHealth, LinkState
from guardroom.alarms.acts import Act, ActKind, ActReply
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.projection import Projector
from guardroom.drills.form import DrillForm
from guardroom.drills.keeper import DrillKeeper
from guardroom.drills.plan import CONFIRMATIONS
from guardroom.drills.planner import Planner
from guardroom.people.roles import Role

TOWN = """
[[panels]]
name = "blok-b"
driver = "espa444"
port = "socket://127.0.0.1:9"
baudrate = 9600
supervision_s = 0
repeat_s = 0

[[rooms]]
id = "K7"
name = "Kontaktrum 7"
block = "Jobcenter"
points = ["blok-b:007"]

[[rooms]]
id = "K8"
name = "Kontaktrum 8"
block = "Jobcenter"
points = ["blok-b:008"]
"""


class Chance:
    """A source of chance that says what it is told to; "never" where nothing is said."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.say: Callable[[int], int] = lambda count: count - 1

    def __call__(self, count: int) -> int:
        self.asked.append(count)
        return self.say(count)


class DrillHouse:
    """The house with handles for tests."""

    def __init__(self, house: SmallHouse) -> None:
        self.house = house
        self.clock = house.clock
        self.settings = house.ground.settings
        self.chance = Chance()
        self.planner = Planner(house.ground, self.chance)
        self.coordinator = house.who(Role.RISK_COORDINATOR)
        prepare_journal(self.settings.journal)
        self.start()

    def start(self) -> None:
        """The monitor starts."""
        self.journal = Journal.open(self.settings.journal)
        self.desk = AlarmDesk(self.settings, self.journal, self.clock, "test")
        health = LinkHealth(
            state=LinkState.ALIVE, since=0, port="x", device="x", heard=self.clock.monotonic(), problem=""
        )
        self.desk.attach("blok-b", lambda: health)
        self.desk.health_changed("blok-b", health)
        self.keeper = DrillKeeper(
            self.settings, self.house.ground.engine, self.house.ground.secret, self.desk, self.clock, self.chance
        )

    def crash(self) -> None:
        """The monitor is gone with what it had in memory."""
        self.journal.close()

    def restart(self) -> None:
        """It is gone, and comes again."""
        self.crash()
        self.start()

    def carried(self) -> None:
        """What the journal says is in the main database."""
        projector = Projector(self.settings, self.journal, self.desk, self.clock)
        projector.start()
        projector.stop()

    def tick(self) -> None:
        """A minute's look."""
        self.desk.tick()
        self.keeper.tick()

    def at(self, moment: datetime) -> None:
        """Set the clock."""
        self.clock.advance((moment - self.clock.now()).total_seconds())

    def press(self, point: str = "007", cause: Cause = Cause.HOLD_UP) -> None:
        """A button is pressed."""
        self.desk.store("blok-b", [Signal(kind=Kind.ALARM, cause=cause, point=point)])

    def act(self, kind: ActKind, **fields: object) -> ActReply:
        """A guard does something."""
        return self.desk.act(Act(kind=kind, by="MH", station="Vagtstuen", **fields))  # type: ignore[arg-type]

    def on_duty(self) -> None:
        """Two guards have signed on."""
        self.act("shift", people=("MH", "JB"))

    def form(self, **said: object) -> DrillForm:
        """A form with everything seen to."""
        usual = DrillForm(
            first="24-11-2025", last="05-12-2025", rooms=("K7",), confirmed=CONFIRMATIONS, apart_days="0", led_by="RK"
        )
        return DrillForm(**{name: said.get(name, getattr(usual, name)) for name in usual.__slots__})  # type: ignore[arg-type]

    def spoil_vault(self) -> None:
        """Somebody changes it in the database."""
        with self.house.ground.engine.execution_options(writing=True).begin() as connection:
            sealed: bytes = connection.execute(text("SELECT sealed FROM drill_vault")).scalar_one()
            connection.execute(text("UPDATE drill_vault SET sealed = :sealed"), {"sealed": bytes(len(sealed))})

    def bytes_on_disk(self) -> bytes:
        """Everything in the house's databases as it lies on the disk."""
        return b"".join(path.read_bytes() for path in sorted(self.settings.path.parent.glob("*.db*")))


@contextmanager
def drill_house(folder: Path, *, toml: str = "", **more: str) -> Iterator[DrillHouse]:
    """A house in this folder that is closed at the end; `toml` is what it has besides."""
    with small_house(folder, toml=TOWN + toml, **more) as house:  # type: ignore[arg-type]
        made = DrillHouse(house)
        made.on_duty()
        try:
            yield made
        finally:
            made.crash()
