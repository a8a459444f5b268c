"""An outbox of a station's own, with its sender: the file beside the journal, or memory while that takes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, QueuePool, create_engine

from db import outbox as stored
from db.alarm_tables import StationCursor
from db.all_tables import Base
from db.main import open_file, reading, writing
from db.outbox_tables import DeliveryRow, NoticeRow
from db.schema import prepare_outbox
from db.sqlite import quick_check, set_aside
from guardroom.clock import Clock
from guardroom.notices import outbox
from guardroom.notices.faults import prefix
from guardroom.notices.notice import Notice
from guardroom.notices.sender import Sender
from guardroom.settings import Settings

log = logging.getLogger(__name__)


class Box:
    """One outbox and its sender. Its methods raise StorageError."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock, changed: Callable[[str], None]) -> None:
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self.sender = Sender(settings, engine, clock, changed)

    def cursor(self) -> int | None:
        """How far the journal has been looked through; None where it never was."""
        with reading(self._engine) as session:
            row = session.get(StationCursor, self._settings.station)
            return None if row is None else row.number

    def put(self, found: Iterable[Notice], quiet: Collection[int], over: Collection[int], cursor: int) -> None:
        """Have these told, in one transaction with how far the journal has been looked through.

        Of the alarms in `quiet`, which somebody has acknowledged, the escalation is not told any more; of those that
        are `over` nothing that still waits.
        """
        now = self._clock.now()
        with writing(self._engine) as session:
            if over:
                outbox.stop(session, stored.of_alarms(session, over))
            if quiet:
                rows = stored.of_alarms(session, quiet)
                outbox.stop(session, [row for row in rows if row.occasion in outbox.ESCALATIONS])
            for notice in found:
                outbox.put(session, notice, now)
            session.merge(StationCursor(station=self._settings.station, number=cursor))
        self.sender.wake()

    def told(self, alarms: Collection[int]) -> list[NoticeRow]:
        """The notices about these alarms."""
        with reading(self._engine) as session:
            return stored.of_alarms(session, alarms)

    def faults(self) -> list[tuple[str, str, datetime]]:
        """What has been told of this station's faults, the newest first: keys, subjects, and when."""
        with reading(self._engine) as session:
            rows = stored.with_prefix(session, prefix(self._settings.station))
            return [(row.key, row.subject, row.made_at) for row in rows]

    def missed(self) -> list[DeliveryRow]:
        """Whom nothing has reached."""
        with reading(self._engine) as session:
            return outbox.not_told(session, self._clock.now())

    def close(self) -> None:
        """End."""
        self.sender.stop()
        self._engine.dispose()


def file_box(settings: Settings, path: Path, clock: Clock, changed: Callable[[str], None]) -> Box:
    """The outbox in this file; one that is damaged is set aside and a new one begun. Raises StorageError,
    NewerDatabase or ForeignDatabase."""
    if path.exists() and (damage := quick_check(path)) is not None:
        log.error("the outbox %s is damaged (%s): it is kept aside and a new one begun", path, damage)
        set_aside(path)
    prepare_outbox(path)
    return Box(settings, open_file(path, owner=True), clock, changed)


def memory_box(settings: Settings, clock: Clock, changed: Callable[[str], None]) -> Box:
    """An outbox that is gone with the program: better than none."""
    # One connection for everybody in turn: it is the database.
    one = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
    engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, **one)
    tables = (NoticeRow.__table__, DeliveryRow.__table__, StationCursor.__table__)
    Base.metadata.create_all(engine, [Base.metadata.tables[str(table)] for table in tables])
    return Box(settings, engine, clock, changed)
