"""Panels that several stations may read: opens and lets go of their lines as `turns` says, and keeps their leases.

Two threads: one carries out whose turn it is, also while the database hangs; the other speaks with the database.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from db.errors import StorageError
from drivers.health import LinkHealth, LinkState
from drivers.link import Link
from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import Clock, stamp
from guardroom.databases import opened
from guardroom.settings import PanelSettings, Settings
from guardroom.stations.turns import START_S, Lease, Line, Turn

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from db.outbox_tables import LeaseRow
    from guardroom.stations.turns import Write

log = logging.getLogger(__name__)

LOOK_S = 0.25
ASK_S = 1.0
PAUSE_S = 0.05
"""Whoever is woken by every write of others pauses between two questions: panels are answered meanwhile."""
UNREAD_S = START_S + 3.0
"""A panel that nobody has been known to read for so long is a fault: the time that a handing over may take."""
TWICE_S = 5.0
"""Two stations that call themselves its reader for so long both read it: one board may be older than the other."""
_END_S = 5.0


@dataclass(slots=True)
class _Shared:
    """One panel that may be read from here. `link` is None while this station stands by."""

    panel: PanelSettings
    turn: Turn
    since: float
    """When somebody was last known to read it."""
    link: Link | None = None
    read_here: bool | None = None
    twice_since: float | None = None


class Reading:
    """The shared panels of one station, from `start` to `stop`. `make_link` makes a panel's line, which is not started.

    `order` and `wake` may be called from any thread.
    """

    def __init__(
        self, settings: Settings, desk: AlarmDesk, clock: Clock, make_link: Callable[[PanelSettings], Link]
    ) -> None:
        self._settings = settings
        self._desk = desk
        self._clock = clock
        self._make_link = make_link
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._news = threading.Event()
        self._engine: Engine | None = None
        now = clock.monotonic()
        self._shared = {
            panel.name: _Shared(
                panel,
                Turn(
                    settings.station,
                    panel.stations,
                    one_client=panel.one_client,
                    lease_s=settings.take_over_s,
                    read_before=desk.read_before(panel.name),
                    now=now,
                ),
                now,
            )
            for panel in settings.panels
            if panel.stations
        }
        self._threads = (
            threading.Thread(target=self._carry_out, name="shared panels", daemon=True),
            threading.Thread(target=self._keep_leases, name="panel leases", daemon=True),
        )
        for name in self._shared:
            desk.attach(name, self._health_of(name), self._reader_of(name))
        desk.on_take_panel(self.order)

    def start(self) -> None:
        """Begin, where there is a shared panel at all."""
        if self._shared:
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        """Let go of every line. The leases run out by themselves: a monitor that is only started anew goes on."""
        self._ended.set()
        self._news.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(_END_S)
        for each in self._shared.values():
            if each.link is not None:
                each.link.stop()

    def wake(self) -> None:
        """Somebody has written to the main database."""
        self._news.set()

    @property
    def is_well(self) -> bool:
        """Whether every line that is to be heard here is."""
        links = [each.link for each in self._shared.values()]
        return not self._shared or (
            all(thread.is_alive() for thread in self._threads)
            and all(link.is_alive() for link in links if link is not None)
        )

    def order(self, panel: str) -> None:
        """Somebody wants this station to read the panel."""
        with self._lock:
            self._shared[panel].turn.order(self._clock.monotonic())
        self._news.set()

    def _health_of(self, panel: str) -> Callable[[], LinkHealth | None]:
        def health() -> LinkHealth | None:
            link = self._shared[panel].link
            return None if link is None else link.health()

        return health

    def _reader_of(self, panel: str) -> Callable[[], str]:
        def reader() -> str:
            with self._lock:
                return self._shared[panel].turn.reader(self._clock.monotonic())

        return reader

    # Lines

    def _carry_out(self) -> None:
        while not self._ended.wait(LOOK_S):
            for each in self._shared.values():
                try:
                    self._look(each)
                except Exception:
                    log.exception("panel %s: whose turn it is could not be carried out", each.panel.name)

    def _look(self, each: _Shared) -> None:
        now = self._clock.monotonic()
        if each.link is not None and not each.link.is_alive():
            # It was told to end, perhaps a while ago, or ended by itself: whoever reads from here on opens another.
            each.link = None
            self._news.set()
        state = LinkState.LOST if each.link is None else each.link.health().state
        line = Line(closed=each.link is None, open=state not in (LinkState.OPENING, LinkState.LOST))
        with self._lock:
            each.turn.turn(now, line)
            reads, reader, shared_with = each.turn.reads, each.turn.reader(now), each.turn.seen_shared()
        name = each.panel.name
        if shared_with:
            self._desk.trouble(f"panel_twice:{name}", "panel_twice", detail=shared_with, text=name)
        if reads and each.link is None:
            each.link = self._make_link(each.panel)
            each.link.start()
        elif not reads and each.link is not None:
            each.link.stop()
        self._note(each, reader, now)
        self._look_for_faults(each, reader, now)

    def _note(self, each: _Shared, reader: str, now: float) -> None:
        """Write down when this station begins or ceases to read."""
        here = reader == self._settings.station
        if not reader or here == each.read_here:
            # While it is handed on, nobody reads for a moment.
            return
        each.read_here = here
        self._desk.note_reader(each.panel.name, reader)
        log.warning("panel %s: read by %s", each.panel.name, reader)
        if here and each.link is not None:
            # What its line said while it only tried was no fault of this station's yet.
            self._desk.health_changed(each.panel.name, each.link.health())

    def _look_for_faults(self, each: _Shared, reader: str, now: float) -> None:
        name = each.panel.name
        if reader:
            each.since = now
            self._desk.trouble_over(f"panel_unread:{name}")
        elif now - each.since > UNREAD_S:
            self._desk.trouble(f"panel_unread:{name}", "panel_unread", text=name)
        others = self._desk.others.readers(name) if reader == self._settings.station else ()
        if not others:
            each.twice_since = None
        elif each.twice_since is None:
            each.twice_since = now
        elif now - each.twice_since > TWICE_S:
            self._desk.trouble(f"panel_twice:{name}", "panel_twice", detail=", ".join(others), text=name)

    # Leases

    def _keep_leases(self) -> None:
        while not self._ended.is_set():
            try:
                self.ask()
            except StorageError as problem:
                log.debug("the main database does not answer: %s", problem.code)
                if self._engine is not None:
                    self._engine.dispose()
            except Exception as problem:
                # Two stations that write a lease for the first time: the one that was late reads it the next time.
                log.info("the panels' leases could not be kept: %s", type(problem).__name__)
            self._ended.wait(PAUSE_S)
            self._news.wait(ASK_S)
            self._news.clear()
        if self._engine is not None:
            self._engine.dispose()

    def ask(self) -> None:
        """Ask the database who reads, and tell it what it is to know. Raises StorageError."""
        self._engine = self._engine or opened(self._settings)
        if self._engine is None:
            return
        from db.main import reading, writing

        with reading(self._engine) as session:
            heard = [(each, self._hear(session, each, held=False)) for each in self._shared.values()]
        due = [(each, write) for each, write in heard if write is not None]
        if not due:
            return
        # That a reader goes on is no news to anybody.
        told = any(write.news for _each, write in due)
        written: list[tuple[_Shared, Write, Lease | None]] = []
        with writing(self._engine, told=told) as session:
            for each, _before in due:
                # What was read before may have changed since.
                if (write := self._hear(session, each, held=True)) is not None:
                    written.append((each, write, self._write(session, each, write)))
        with self._lock:
            for each, write, lease in written:
                each.turn.written(self._clock.monotonic(), write, lease)

    def _hear(self, session: Session, each: _Shared, *, held: bool) -> Write | None:
        from db import leases

        row = leases.panel_lease(session, each.panel.name, held=held)
        wish = leases.panel_wish(session, each.panel.name)
        with self._lock:
            return each.turn.answered(self._clock.monotonic(), _lease(row), _lease(wish))

    def _write(self, session: Session, each: _Shared, write: Write) -> Lease | None:
        from db import leases

        name, station = each.panel.name, self._settings.station
        until = self._clock.now() + timedelta(seconds=self._settings.take_over_s)
        if write.holder:
            leases.give_panel(session, name, write.holder, until)
        if write.wishes:
            leases.wish(session, name, station, until)
        elif write.wishes is False:
            leases.unwish(session, name, station)
        return Lease(write.holder, stamp(until)) if write.holder else None


def _lease(row: LeaseRow | None) -> Lease | None:
    return None if row is None else Lease(row.holder, stamp(row.until))
