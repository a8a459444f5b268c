"""While a drill runs here: whether somebody needs help at another station (rule M1: a real alarm ends it everywhere).

Other stations' alarms come through the main database; while that does not answer a drill goes on and ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from db import drills as stored
from db.main import reading
from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import moment
from guardroom.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

_CLOCKS = timedelta(seconds=10)
"""Stations' clocks differ by so much at most."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One station's look at the others."""

    settings: Settings
    engine: Engine
    desk: AlarmDesk

    def look(self) -> None:
        """End the drill that runs or is expected where there is a real alarm elsewhere. Raises StorageError."""
        drill = self.desk.drill()
        running = drill is not None and drill.over is None
        if not running and not self.desk.expects_drill():
            return
        since = moment(drill.began.at) - _CLOCKS if drill is not None and running else moment(self.desk.now().at)
        with reading(self.engine) as session:
            real = stored.real_alarm_elsewhere(session, self.settings.station, since)
        if real:
            self.desk.end_drill()
