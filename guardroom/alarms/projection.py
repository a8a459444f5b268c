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
from db.schema import sqlite_path
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.following import fold, state_at
from guardroom.alarms.journalling import STATE_VERSION, encode_state
from guardroom.alarms.state import State
from guardroom.clock import Clock, stamp
from guardroom.databases import set_aside_damaged
from guardroom.monitor_lock import MonitorLock
from guardroom.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger(__name__)

QUIET_S = 0.05
"""The database waits until no signal has come for this long, so that its work never delays an acknowledgement."""
LATEST_S = 5.0
"""But under a flood of signals no longer than this."""
AGAIN_S = 5.0
"""How long after trouble it is tried again, and how often a database that nothing is written to is asked after."""
ANSWER_S = 5.0
"""How long a server may take for a statement here: one that stands still is soon said to be away."""
BATCH = 100
SNAPSHOT_EVERY = 500


class Projector(threading.Thread):
    """Carries this station's journal into the main database until stopped. `before`: the number of the journal's last
    entry when the monitor began; where there was one, there was a database."""

    def __init__(self, settings: Settings, journal: Journal, desk: AlarmDesk, clock: Clock, before: int = 0) -> None:
        super().__init__(name="projector", daemon=True)
        self._settings = settings
        self._journal = journal
        self._desk = desk
        self._clock = clock
        self._carried = before
        self._news = threading.Event()
        self._ended = threading.Event()
        self._to_empty = threading.Event()
        file = sqlite_path(settings.database)
        self._right = None if file is None else MonitorLock(file)
        self._empties = file is None
        """Whether this monitor empties the WAL: of those that share a file one alone, as two that do so at once can
        damage it (see `db.sqlite.connect`)."""
        self._unsound = True
        """Whether the database's file is to be looked through before it is used: at the start, and after damage."""
        desk.on_stored(self._news.set)

    def empty_wal(self) -> None:
        """Have the database's WAL emptied soon, again and again until no reader is in the way. Left to the monitor that
        does so where several share the file: it hears of every purge."""
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
        try:
            self._run()
        finally:
            if self._right is not None:
                self._right.release()

    def _run(self) -> None:
        while True:
            try:
                if self._follow():
                    return
                continue
            except StorageError as problem:
                self._unsound = self._unsound or problem.code == "corrupt"
                self._desk.trouble("database", "database", detail=problem.code, text=problem.detail)
            except Exception as problem:
                log.exception("the main database cannot be written")
                self._desk.trouble("database", "database", detail="other", text=type(problem).__name__)
            if self._ended.wait(AGAIN_S):
                return

    def _follow(self) -> bool:
        """Follow until stopped; False where it is to begin again from the database's cursor."""
        # SQLAlchemy takes a quarter of a second to load: not before the panels are heard.
        from db.main import checkpoint, open_engine
        from db.schema import prepare_main

        aside = set_aside_damaged(self._settings) if self._unsound else None
        if aside is not None:
            self._desk.trouble("database_replaced", "database_replaced", detail=aside.name)
        self._unsound = False
        prepared = prepare_main(self._settings.database)
        if prepared.backup is not None:
            log.warning("the database was migrated; a copy from before lies at %s", prepared.backup)
        if prepared.created and self._carried and aside is None:
            log.error("the main database is not there any more: a new one is begun")
            self._desk.trouble("database_replaced", "database_replaced")
        self._take_right()
        engine = open_engine(self._settings.database, owner=self._empties, answer_s=ANSWER_S)
        try:
            number = self._reached(engine)
            if self._desk.go_on_above(number):
                self._desk.trouble("journal_behind", "journal_behind")
            state = state_at(self._journal, number)
            while True:
                self._news.clear()
                while batch := list(islice(self._journal.entries(after=state.number), BATCH)):
                    if not self._carry(engine, state, batch):
                        return False
                    if not self._ended.is_set():
                        self._give_way()
                self._carried = state.number
                if self._ended.is_set():
                    return True
                # Not before: one that can be read may still refuse to be written.
                self._desk.trouble_over("database")
                if self._to_empty.is_set() and self._empties and checkpoint(engine):
                    self._to_empty.clear()
                if self._news.wait(AGAIN_S):
                    self._give_way()
                elif self._take_right() or self._is_older(self._reached(engine), state):
                    return False
        finally:
            engine.dispose()

    def _take_right(self) -> bool:
        """Whether it is this monitor from now on that empties the WAL: whoever did has ended."""
        if self._empties or self._right is None or not self._right.take():
            return False
        self._empties = True
        return True

    def _is_older(self, reached: int, state: State) -> bool:
        """Whether somebody has put an older copy in its place, which lacks what was carried over up to `state`."""
        if older := reached < state.number:
            log.warning("the main database lacks what it had: it is carried over again")
        return older

    def _reached(self, engine: Engine) -> int:
        """How far the database has this station's journal. Asked as one who writes: where another program does not let
        that be, it is out of reach."""
        from db.main import cursor, writing

        with writing(engine, told=False) as session:
            return cursor(session, self._settings.station)

    def _give_way(self) -> None:
        """Wait until signals have paused."""
        latest = time.monotonic() + LATEST_S
        while not self._ended.is_set() and time.monotonic() < latest:
            self._news.clear()
            if not self._news.wait(QUIET_S):
                return

    def _carry(self, engine: Engine, state: State, batch: list[Entry]) -> bool:
        """Carry over what follows `state`; False, and nothing done, where the database lacks what came before."""
        from db.main import cursor, writing
        from guardroom.alarms.rows import carry

        with writing(engine) as session:
            if self._is_older(cursor(session, self._settings.station), state):
                return False
            for entry in batch:
                carry(session, self._settings, entry, fold(state, entry), state)
        if batch[-1].number // SNAPSHOT_EVERY > (batch[0].number - 1) // SNAPSHOT_EVERY:
            now = stamp(self._clock.now())
            self._journal.save_snapshot(state.number, now, STATE_VERSION, encode_state(state))
        return True
