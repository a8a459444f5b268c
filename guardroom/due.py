"""What the monitor looks at every minute: what our tables say is due now."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from db.errors import StorageError
from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import Clock
from guardroom.people.secret import NoSecret, read_secret
from guardroom.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from guardroom.drills.keeper import DrillKeeper

log = logging.getLogger(__name__)


class Due:
    """Everything that becomes due at this station. Without the database or the secret it is looked at the next time."""

    def __init__(self, settings: Settings, desk: AlarmDesk, clock: Clock) -> None:
        self._settings = settings
        self._desk = desk
        self._clock = clock
        self._engine: Engine | None = None
        self._drills: DrillKeeper | None = None

    def look(self) -> None:
        """Do what is due. The projector makes and migrates the database: until then there is nothing to look at."""
        try:
            keeper = self._keeper()
            if keeper is not None:
                keeper.tick()
        except StorageError as problem:
            log.warning("the main database does not answer: %s", problem.code)

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()

    def _keeper(self) -> DrillKeeper | None:
        if self._drills is not None:
            return self._drills
        from db.main import open_engine
        from db.schema import main_status
        from guardroom.drills.keeper import DrillKeeper

        if main_status(self._settings.database, thorough=False).standing != "current":
            return None
        try:
            secret = read_secret(self._settings.secret)
        except NoSecret:
            return None
        self._engine = open_engine(self._settings.database)
        self._drills = DrillKeeper(self._settings, self._engine, secret, self._desk, self._clock)
        return self._drills
