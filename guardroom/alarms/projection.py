"""From the journal into the main database: every entry once, in order, each in one transaction with its cursor.

Runs behind the alarms, in a thread of its own, and gives way to them: the database may be slow or away, and what it
lacks it gets later. It also keeps snapshots of the fold, so that a restart reads little.
"""

from __future__ import annotations

import logging
import threading
import time
from itertools import islice
from typing import TYPE_CHECKING

from db.journal import Entry, Journal, StorageError
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.following import fold, state_at
from guardroom.alarms.journalling import STATE_VERSION, encode_state
from guardroom.alarms.state import State
from guardroom.clock import Clock, stamp
from guardroom.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger(__name__)

QUIET_S = 0.05
"""The database waits until no signal has come for this long, so that its work never delays an acknowledgement."""
LATEST_S = 5.0
"""But under a flood of signals no longer than this."""
AGAIN_S = 5.0
BATCH = 100
SNAPSHOT_EVERY = 500


class Projector(threading.Thread):
    """Carries this station's journal into the main database until stopped."""

    def __init__(self, settings: Settings, journal: Journal, desk: AlarmDesk, clock: Clock) -> None:
        super().__init__(name="projector", daemon=True)
        self._settings = settings
        self._journal = journal
        self._desk = desk
        self._clock = clock
        self._news = threading.Event()
        self._ended = threading.Event()
        self._to_empty = threading.Event()
        desk.on_stored(self._news.set)

    def empty_wal(self) -> None:
        """Have the database's WAL emptied soon, again and again until no reader is in the way.

        Here, because two connections that checkpoint at once can damage the file (see `db.sqlite.connect`).
        """
        self._to_empty.set()
        self._news.set()

    def stop(self, timeout: float = 5.0) -> None:
        """Carry over what is stored already, then end."""
        self._ended.set()
        self._news.set()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Catch up, then follow; after trouble with the database begin again from its cursor."""
        while True:
            try:
                self._follow()
                return
            except StorageError as problem:
                self._desk.trouble("database", "database", detail=problem.code, text=problem.detail)
            except Exception as problem:
                log.exception("the main database cannot be written")
                self._desk.trouble("database", "database", detail="other", text=type(problem).__name__)
            if self._ended.wait(AGAIN_S):
                return

    def _follow(self) -> None:
        # SQLAlchemy takes a quarter of a second to load: not before the panels are heard.
        from db.main import checkpoint, cursor, open_engine, reading
        from db.schema import prepare_main

        prepared = prepare_main(self._settings.database)
        if prepared.backup is not None:
            log.warning("the database was migrated; a copy from before lies at %s", prepared.backup)
        engine = open_engine(self._settings.database, owner=True)
        try:
            with reading(engine) as session:
                number = cursor(session, self._settings.station)
            state = state_at(self._journal, number)
            self._desk.trouble_over("database")
            while True:
                self._news.clear()
                while batch := list(islice(self._journal.entries(after=state.number), BATCH)):
                    self._carry(engine, state, batch)
                    if not self._ended.is_set():
                        self._give_way()
                if self._ended.is_set():
                    return
                if self._to_empty.is_set() and checkpoint(engine):
                    self._to_empty.clear()
                self._news.wait(AGAIN_S if self._to_empty.is_set() else None)
                self._give_way()
        finally:
            engine.dispose()

    def _give_way(self) -> None:
        """Wait until signals have paused."""
        latest = time.monotonic() + LATEST_S
        while not self._ended.is_set() and time.monotonic() < latest:
            self._news.clear()
            if not self._news.wait(QUIET_S):
                return

    def _carry(self, engine: Engine, state: State, batch: list[Entry]) -> None:
        from db.main import writing
        from guardroom.alarms.rows import carry

        with writing(engine) as session:
            for entry in batch:
                carry(session, self._settings, entry, fold(state, entry), state)
        if batch[-1].number // SNAPSHOT_EVERY > (batch[0].number - 1) // SNAPSHOT_EVERY:
            now = stamp(self._clock.now())
            self._journal.save_snapshot(state.number, now, STATE_VERSION, encode_state(state))
