"""`guardroom monitor`: ports, journal and alarm desk, without a screen. What must survive everything else.

Armed first (journal ready, ports open), then reachable for dashboards, then the main database: what is not needed to
take an alarm is not waited for.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from db.journal import Journal, StorageError
from db.schema import ForeignDatabase, NewerDatabase
from drivers.link import Link, LinkSettings
from drivers.rawlog import RawLog, raw_log_path
from drivers.registry import make
from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import Clock, SystemClock
from guardroom.config import load
from guardroom.databases import ready_journal, refusal_sentence, refuse_unknown
from guardroom.endpoint import endpoint_path, read_endpoint
from guardroom.language import _
from guardroom.memory import GiveBack, hold_memory_flat
from guardroom.monitor_lock import MonitorLock, mark_stopped
from guardroom.private_folder import private_folder
from guardroom.reserve import Reserve
from guardroom.service import ServiceManager
from guardroom.settings import PanelSettings, Settings
from guardroom.version import VERSION

if TYPE_CHECKING:
    from guardroom.feed_server import FeedServer
    from guardroom.heartbeat import HeartbeatCalls
    from guardroom.scheduler import Scheduler

log = logging.getLogger(__name__)

TICK_S = 1.0
LOCK_S = 0.3
LOCK_AGAIN_S = 0.02
DISK_EVERY = 60
END_S = 3.0
"""How long what needs the main database may take to end."""
SWITCH_S = 0.001
"""How long another thread may keep the interpreter from the one that answers a panel."""


class AlreadyRunning(Exception):
    """Another monitor has this journal; `pid` is its process, 0 where that is not known."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self.pid = pid


class Monitor:
    """One station's panels, journal and desk, from start to stop."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = MonitorLock(settings.journal)
        self._ended = threading.Event()

    def stop(self) -> None:
        """End `run` soon. Safe from any thread and from a signal handler."""
        self._ended.set()

    def _stop_on_purpose(self) -> None:
        mark_stopped(self._settings.journal, stopped=True)
        self.stop()

    def run(self) -> None:
        """Run until stopped.

        Raises AlreadyRunning, NewerDatabase, ForeignDatabase or StorageError when it cannot begin.
        """
        journal_path = self._settings.journal
        private_folder(journal_path.parent)
        if not self._take_lock():
            running = read_endpoint(journal_path)
            raise AlreadyRunning(running.pid if running else 0)
        try:
            self._run(journal_path)
        finally:
            self._lock.release()

    def _take_lock(self) -> bool:
        # Whoever only asks whether a monitor runs holds the lock for a moment.
        deadline = self._clock.monotonic() + LOCK_S
        while not self._lock.take():
            if self._clock.monotonic() > deadline:
                return False
            time.sleep(LOCK_AGAIN_S)
        return True

    def _run(self, journal_path: Path) -> None:
        refuse_unknown(self._settings)
        reserve = Reserve(journal_path)
        reserve.use()
        ready = ready_journal(self._settings, self._clock)
        # Opened by the first entry: a disk that refuses now must not keep the panels from being heard.
        journal = Journal(journal_path, make_room=reserve.use)
        desk = AlarmDesk(self._settings, journal, self._clock, VERSION, above=ready.above)
        if ready.lost:
            aside = "" if ready.aside is None else ready.aside.name
            desk.trouble("journal_replaced", "journal_replaced", detail=aside)
        before = desk.number
        links = [self._link(panel, desk) for panel in self._settings.panels if not panel.stations]
        for link in links:
            desk.attach(link.panel, link.health)
            link.start()
        log.info("armed: %d panels", len(links))
        manager = ServiceManager()
        manager.ready()

        # Not needed to take an alarm, so not loaded before: dashboards' line, then the main database.
        from guardroom.alarms.projection import Projector
        from guardroom.due import Due
        from guardroom.feed_server import FeedServer
        from guardroom.news import News
        from guardroom.notices.station import StationNotices
        from guardroom.privacy.clockwork import Clockwork
        from guardroom.scheduler import Scheduler
        from guardroom.stations.exchange import Exchange
        from guardroom.stations.reading import Reading
        from guardroom.stations.waking import Waking

        # Whose turn it is the main database says, so these are armed a moment later.
        shared = Reading(self._settings, desk, self._clock, lambda panel: self._link(panel, desk))
        shared.start()
        mark_stopped(journal_path, stopped=False)
        exchange = Exchange(self._settings, desk, self._clock)
        server = FeedServer(desk, journal_path, self._stop_on_purpose, exchange)
        projector = Projector(self._settings, journal, desk, self._clock, before)
        projector.start()
        notices = StationNotices(self._settings, journal, desk, self._clock, before)
        notices.start()
        due = Due(self._settings, desk, self._clock, Clockwork(journal, desk, projector.empty_wal))
        news = News(self._settings, desk, self._clock)
        news.start()
        exchange.start()
        waking = Waking(self._settings)
        waking.on_change(exchange.wake)
        waking.on_change(news.wake)
        waking.on_change(shared.wake)
        waking.start()
        scheduler = Scheduler(due.look, self._clock)
        scheduler.start()
        heartbeat = self._heartbeat(desk)
        gc.freeze()

        def well() -> None:
            # A watcher that hears nothing more does better than a panel that nobody hears.
            if shared.is_well and all(link.is_alive() for link in links):
                manager.alive()
                if heartbeat is not None:
                    heartbeat.turned()

        try:
            self._tick(desk, server, scheduler, reserve, well)
        finally:
            manager.stopping()
            if heartbeat is not None:
                heartbeat.stop()
            for link in links:
                link.stop()
            shared.stop()
            desk.tick()
            _end_together(
                (scheduler.stop, due.close),
                (waking.stop,),
                (exchange.stop,),
                (news.stop,),
                (notices.stop,),
                (projector.stop,),
            )
            server.stop()
            endpoint_path(journal_path).unlink(missing_ok=True)
            journal.close()
            log.info("stopped")

    def _heartbeat(self, desk: AlarmDesk) -> HeartbeatCalls | None:
        if self._settings.heartbeat is None:
            return None
        from guardroom.heartbeat import HeartbeatCalls

        calls = HeartbeatCalls(self._settings, self._settings.heartbeat, desk, self._clock)
        calls.start()
        return calls

    def _tick(
        self, desk: AlarmDesk, server: FeedServer, scheduler: Scheduler, reserve: Reserve, well: Callable[[], None]
    ) -> None:
        ticks = 0
        known = desk.drill()
        parent = os.getppid()
        memory = GiveBack(self._clock)
        while not self._ended.wait(TICK_S):
            if self._settings.demo and os.getppid() != parent:
                # A demonstration whose window was closed leaves nothing behind.
                return
            try:
                desk.tick()
                server.announce()
                scheduler.keep_time()
                if (drill := desk.drill()) != known:
                    # It began, or is over: that is written down at once.
                    known = drill
                    scheduler.look_now()
                if ticks % DISK_EVERY == 0:
                    desk.look_at_disk()
                    reserve.keep()
                memory.turned(lambda: not desk.standing().alarms)
                well()
            except Exception:
                # Panels are heard by threads of their own; whatever is wrong here, they go on.
                log.exception("the monitor's round failed")
            ticks += 1

    def _link(self, panel: PanelSettings, desk: AlarmDesk) -> Link:
        line = LinkSettings(
            port=panel.port,
            baudrate=panel.baudrate,
            bytesize=panel.bytesize,
            parity=panel.parity,
            stopbits=panel.stopbits,
            xonxoff=panel.xonxoff,
            rtscts=panel.rtscts,
            supervision_s=panel.supervision_s,
        )
        raw_log = RawLog(raw_log_path(self._settings.journal, panel.name))
        return Link(panel.name, line, make(panel.driver, panel.options), desk, raw_log, self._clock)


def _end_together(*ends: Sequence[Callable[[], None]]) -> None:
    """Carry these out side by side, each sequence in its order. A server that hangs holds up each of them: what has not
    ended in time is left, as no panel is heard meanwhile; it is caught up with from the journal."""

    def end(steps: Sequence[Callable[[], None]]) -> None:
        for step in steps:
            try:
                step()
            except Exception:
                log.exception("something could not be ended")

    ending = [threading.Thread(target=end, args=(steps,), name="end", daemon=True) for steps in ends]
    for each in ending:
        each.start()
    deadline = time.monotonic() + END_S
    for each in ending:
        each.join(max(0.0, deadline - time.monotonic()))


def settle_process() -> None:
    """Make this process one that answers panels, for months."""
    sys.setswitchinterval(SWITCH_S)
    hold_memory_flat()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom monitor [--config FILE]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))


def run(args: argparse.Namespace) -> int:
    """Run the monitor in the foreground until SIGTERM, SIGINT or `guardroom stop`; logs to stderr."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settle_process()
    monitor = Monitor(load(args.config), SystemClock())

    def stop(_signal: int, _frame: FrameType | None) -> None:
        monitor.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        monitor.run()
    except AlreadyRunning as other:
        print(
            _("A monitor already runs for this configuration (process {pid}).").format(pid=other.pid or "?"),
            file=sys.stderr,
        )
        return 1
    except (NewerDatabase, ForeignDatabase) as refused:
        print(refusal_sentence(refused), file=sys.stderr)
        return 1
    except StorageError as problem:
        print(
            _("The journal cannot be opened ({detail}); alarms could not be kept.").format(detail=problem.detail),
            file=sys.stderr,
        )
        return 1
    return 0
