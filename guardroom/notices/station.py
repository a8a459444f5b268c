"""A station's own notices: what its journal gives to tell of alarms, told whether or not the main database is there.

They lie in a file beside the journal. The file says how far the journal has been looked through, in the transaction
that puts the notices in; what is looked through twice after a crash is known by its keys, and told once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from db.errors import ForeignDatabase, NewerDatabase, StorageError
from db.journal import Entry, Journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.following import fold, state_at
from guardroom.alarms.state import Alarm, State
from guardroom.alarms.view import ToldState, ToldView
from guardroom.clock import Clock, stamp
from guardroom.language import _
from guardroom.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from db.outbox_tables import NoticeRow
    from guardroom.notices.notice import Notice
    from guardroom.notices.sender import Sender

log = logging.getLogger(__name__)

TICK_S = 1.0
AGAIN_S = 5.0
_BATCH = 100
_CURSOR_EVERY = 200
_TROUBLE = "notices"


def outbox_path(journal: Path) -> Path:
    """The file of the notices, beside the journal."""
    return journal.with_name(f"{journal.stem}-notices.db")


class StationNotices(threading.Thread):
    """Follows the journal until stopped. `since`: where to begin in a journal that was never looked through: what
    happened before there were notices is not told."""

    def __init__(self, settings: Settings, journal: Journal, desk: AlarmDesk, clock: Clock, since: int) -> None:
        super().__init__(name="notices", daemon=True)
        self._settings = settings
        self._journal = journal
        self._desk = desk
        self._clock = clock
        self._since = since
        self._news = threading.Event()
        self._ended = threading.Event()
        self._known: set[str] = set()
        self._direct: set[str] = set()
        self._open: tuple[Engine, Sender] | None = None
        self._kept = since
        desk.on_stored(self.look)

    def look(self) -> None:
        """Look now at what is due; by itself it does so once a second."""
        self._news.set()

    def stop(self, timeout: float = 5.0) -> None:
        """End, with everything that was stored looked through."""
        self._ended.set()
        self.look()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Follow; after trouble with the file begin again from its cursor."""
        while True:
            try:
                self._follow()
                self._close()
                return
            except (NewerDatabase, ForeignDatabase):
                why = _("{file} is not ours").format(file=self._path.name)
            except StorageError as problem:
                why = problem.code
            except Exception as problem:
                log.exception("notices of alarms cannot be kept")
                why = type(problem).__name__
            self._desk.trouble("outbox", _TROUBLE, text=why)
            self._tell_directly(self._desk.standing_alarms())
            if self._ended.wait(AGAIN_S):
                self._close()
                return

    @property
    def _path(self) -> Path:
        return outbox_path(self._settings.journal)

    def _follow(self) -> None:
        engine, sender = self._opened()
        state = state_at(self._journal, self._begin(engine))
        self._desk.trouble_over("outbox")
        self._show(engine)
        while True:
            self._news.clear()
            while batch := list(islice(self._journal.entries(after=state.number), _BATCH)):
                self._carry(engine, sender, state, batch)
            self._escalate(engine, sender, state)
            self._tell_directly(self._desk.standing_alarms(unstored=True))
            if state.alarms:
                # A drill may have been revealed meanwhile.
                self._show(engine)
            if self._ended.is_set():
                return
            self._news.wait(TICK_S)

    def _opened(self) -> tuple[Engine, Sender]:
        """The file and its sender: one for all the time, as it remembers what it sent but could not note."""
        if self._open is None:
            # SQLAlchemy takes a quarter of a second to load: not before the panels are heard.
            from db.main import open_file
            from db.schema import prepare_outbox
            from guardroom.notices.sender import Sender

            prepare_outbox(self._path)
            engine = open_file(self._path, owner=True)
            sender = Sender(self._settings, engine, self._clock, lambda: self._show(engine))
            self._open = engine, sender
            sender.start()
        return self._open

    def _close(self) -> None:
        if self._open is not None:
            engine, sender = self._open
            sender.stop()
            engine.dispose()

    def _begin(self, engine: Engine) -> int:
        from db.alarm_tables import StationCursor
        from db.main import writing

        with writing(engine) as session:
            row = session.get(StationCursor, self._settings.station)
            self._kept = self._since if row is None else row.number
            self._keep_cursor(session, self._kept)
        return self._kept

    def _carry(self, engine: Engine, sender: Sender, state: State, batch: list[Entry]) -> None:
        from guardroom.notices import alarms

        found: list[Notice] = []
        acknowledged: set[int] = set()
        for entry in batch:
            change = fold(state, entry)
            found += alarms.of_change(self._settings, state, change)
            acknowledged |= {number for number, line in change.lines if line.what in ("acknowledge", "close")}
        if found or acknowledged or state.number - self._kept >= _CURSOR_EVERY:
            self._put(engine, sender, state, found, acknowledged)

    def _escalate(self, engine: Engine, sender: Sender, state: State) -> None:
        if not (state.alarms or state.faults):
            return
        from guardroom.notices import alarms

        now = self._desk.now()
        due = (*alarms.escalations(self._settings, state, now), *alarms.of_faults(self._settings, state, now))
        if found := [notice for notice in due if notice.key not in self._known]:
            self._put(engine, sender, state, found, set())

    def _tell_directly(self, standing: Iterable[Alarm]) -> None:
        """What cannot be kept is told at once, each by one way, and not tried again: better than not at all."""
        from guardroom.notices import alarms
        from guardroom.notices.sender import at_once

        for alarm in standing:
            notice = alarms.of_alarm(self._settings, alarm)
            if notice.key not in self._known:
                self._known.add(notice.key)
                self._direct.add(notice.key)
                told = (self._settings, notice, self._clock.now())
                threading.Thread(target=at_once, args=told, name="notice", daemon=True).start()

    def _put(self, engine: Engine, sender: Sender, state: State, found: list[Notice], acknowledged: set[int]) -> None:
        from db import outbox as stored
        from db.main import writing
        from guardroom.notices import alarms, outbox

        now = self._clock.now()
        with writing(engine) as session:
            for notice in found:
                if notice.key not in self._direct:
                    outbox.put(session, notice, now)
            if quiet := [number for number in acknowledged if not _waits(state, number)]:
                outbox.stop(
                    session, [row for row in stored.of_alarms(session, quiet) if row.occasion in alarms.ESCALATIONS]
                )
            self._keep_cursor(session, state.number)
        self._kept = state.number
        if not (state.alarms or state.faults):
            self._known.clear()
            self._direct.clear()
        self._known |= {notice.key for notice in found}
        sender.wake()
        self._show(engine)

    def _keep_cursor(self, session: Session, number: int) -> None:
        from db.alarm_tables import StationCursor

        session.merge(StationCursor(station=self._settings.station, number=number))

    def _show(self, engine: Engine) -> None:
        """Tell the desk who has been told of the alarms that stand, and who could not be."""
        from db import outbox as stored
        from db.main import reading
        from guardroom.notices import outbox
        from guardroom.notices.missed import show_missed

        blind = self._blind()
        open_alarms = [alarm.id for alarm in self._desk.standing_alarms() if blind is None or alarm.id != blind.id]
        with reading(engine) as session:
            told = _told(stored.of_alarms(session, open_alarms))
            self._desk.show_told((*told, *self._as_if(blind)))
            missed = outbox.not_told(session, self._clock.now())
            show_missed(
                self._desk,
                "notices:alarms",
                [row for row in missed if blind is None or row.notice.alarm != blind.id],
            )

    def _blind(self) -> Alarm | None:
        """The alarm of a drill that nobody is to know for one."""
        drill = self._desk.drill()
        if drill is None or drill.over is not None or drill.shown or drill.order.marked:
            return None
        return next((alarm for alarm in self._desk.standing_alarms() if alarm.id == drill.alarm), None)

    def _as_if(self, blind: Alarm | None) -> Iterator[ToldView]:
        """Such a drill looks like any alarm: as if those had been told whom a real one is told."""
        if blind is None:
            return
        from guardroom.notices import alarms

        notice = alarms.of_alarm(self._settings, replace(blind, drill=0))
        for recipient in notice.recipients:
            if recipient.ways:
                yield ToldView(
                    alarm=blind.id,
                    occasion=notice.occasion,
                    recipient=recipient.name,
                    channel=recipient.ways[0][0],
                    state="sent",
                    at=blind.opened.at,
                )


def _told(rows: Iterable[NoticeRow]) -> Iterator[ToldView]:
    for row in rows:
        for each in row.deliveries:
            yield ToldView(
                alarm=row.alarm,
                occasion=row.occasion,
                recipient=each.recipient,
                channel=each.channel,
                state="failing" if each.state == "waiting" and each.tries else cast("ToldState", each.state),
                at=stamp(each.tried_at) if each.tried_at is not None else "",
                why=each.error,
            )


def _waits(state: State, number: int) -> bool:
    alarm = state.alarms.get(number)
    return alarm is not None and alarm.unacknowledged
