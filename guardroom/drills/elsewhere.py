"""While a drill runs here: whether somebody needs help at another station (rule M1: a real alarm ends it everywhere).

Other stations' alarms come through the main database. It is asked in a thread of its own, so that one that hangs holds
up nothing; while it does not answer a drill goes on and ends by itself.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from db.errors import StorageError
from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import moment
from guardroom.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger(__name__)

LOOK_S = 1.0
_CLOCKS = timedelta(seconds=10)
"""Stations' clocks differ by so much at most."""


class Elsewhere(threading.Thread):
    """Looks once a second while a drill runs or is expected, until stopped."""

    def __init__(self, settings: Settings, engine: Engine, desk: AlarmDesk) -> None:
        super().__init__(name="elsewhere", daemon=True)
        self._settings = settings
        self._engine = engine
        self._desk = desk
        self._ended = threading.Event()

    def stop(self) -> None:
        """End soon."""
        self._ended.set()

    def run(self) -> None:
        """Look, again and again."""
        while not self._ended.wait(LOOK_S):
            try:
                self.look()
            except StorageError as problem:
                log.warning("other stations' alarms are not known: %s", problem.code)

    def look(self) -> None:
        """End the drill that runs where there is a real alarm elsewhere. Raises StorageError."""
        from db import drills as stored
        from db.main import reading

        drill = self._desk.drill()
        running = drill is not None and drill.over is None
        if not running and not self._desk.expects_drill():
            return
        since = moment(drill.began.at) - _CLOCKS if drill is not None and running else moment(self._desk.now().at)
        with reading(self._engine) as session:
            real = stored.real_alarm_elsewhere(session, self._settings.station, since)
        if real:
            self._desk.end_drill()
