"""The processes of a living town hall (`harness.living`) that are killed: its monitor, and who writes incidents.

They are forked from a server that has loaded all of the program, so that thousands of them can be started.
"""

from __future__ import annotations

import faulthandler
import logging
import signal
import sys
from contextlib import suppress
from ctypes import c_double
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from sqlalchemy.orm import configure_mappers

from db.errors import StorageError
from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.days import written
from guardroom.ground import open_ground
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.incidents.log import IncidentLog
from guardroom.monitor import Monitor, settle_process
from guardroom.people.persons import Persons
from guardroom.people.roles import Role
from guardroom.people.who import Who

configure_mappers()


@dataclass(frozen=True, slots=True)
class Tempo:
    """The time that a living town keeps: `speed` times as fast as ours since `began`, its clocks set wrong by `step`
    seconds (shared by all its processes; running time takes no notice of it)."""

    speed: float
    began: float
    epoch: datetime
    step: c_double

    def now(self) -> datetime:
        """The time of day."""
        passed = (SystemClock().monotonic() - self.began) * self.speed
        return self.epoch + timedelta(seconds=passed + self.step.value)

    def monotonic(self) -> float:
        """Running time."""
        return SystemClock().monotonic() * self.speed


def run_monitor(config: Path, tempo: Tempo) -> None:
    """The monitor's process, as `guardroom monitor` is, with the town's clock."""
    with (config.parent / "monitor.log").open("a", encoding="utf-8") as log:
        sys.stderr = sys.stdout = log
        logging.basicConfig(stream=log, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        settle_process()
        # Where one stands still, its log tells where.
        faulthandler.register(signal.SIGUSR1, log)
        monitor = Monitor(load(config), tempo)

        def stop(_signal: int, _frame: FrameType | None) -> None:
            monitor.stop()

        signal.signal(signal.SIGTERM, stop)
        try:
            monitor.run()
        except Exception:
            # The file is closed before anybody else could tell.
            logging.exception("the monitor has ended by itself")
            raise


def run_clerk(config: Path, tempo: Tempo, user: int, line: Connection[str, str]) -> None:
    """Saves the incident that the line asks for, by its account, and answers when it is saved; again and again."""
    ground = open_ground(load(config), tempo)
    log = IncidentLog(ground, Persons(ground))
    who = Who(user=user, initials="KK", role=Role.GUARD, station="Vagtstuen", name="Kim Kær", title="vagt")
    with suppress(EOFError):
        while account := line.recv():
            here = (tempo.epoch - timedelta(hours=1)).astimezone(ground.settings.site.zone)
            form = IncidentForm(
                kind="threat",
                day=written(here.date()),
                time=f"{here:%H:%M}",
                place="K2",
                behaviours=("shouting",),
                subjects=(SubjectForm(name="Kasper Eksempel"),),
                took_part="KK",
                account=account,
            )
            while True:
                try:
                    log.save(who, form)
                except StorageError:
                    continue
                break
            line.send(account)
