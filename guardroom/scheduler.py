"""The monitor's one clockwork: looks every minute what is due.

What is due lives in our own tables and is found by asking them; nothing is kept in a job store. So nothing is due
twice, and nothing is lost to a restart, a sleeping PC or a night on which the clock changes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from guardroom.clock import Clock

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

EVERY_S = 60.0
AGAIN_S = 3.0
_SOON = timedelta(milliseconds=1)
_JOB = "look"
_END_S = 5.0


class Scheduler:
    """Calls `look` once a minute in a thread of its own, and at once when it starts; where it says that it could not
    look, as no database was there, again soon.

    The scheduler only says when: a look that hangs, at a database that does, keeps nothing from ending.
    """

    def __init__(self, look: Callable[[], bool], clock: Clock, every_s: float = EVERY_S) -> None:
        self._look = look
        self._clock = clock
        self._every_s = every_s
        self._said_at = clock.monotonic()
        self._due = threading.Event()
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._run, name="due", daemon=True)
        self._running: BackgroundScheduler | None = None

    def start(self) -> None:
        """Begin. Loading it takes a while: not before the panels are heard."""
        from apscheduler.schedulers.background import BackgroundScheduler

        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        scheduler.add_job(
            self._say, "interval", seconds=self._every_s, id=_JOB, next_run_time=datetime.now(UTC) + _SOON
        )
        scheduler.start()
        self._running = scheduler
        self._looking.start()

    def keep_time(self) -> None:
        """Once a second: where the clock was set back, the next look would be as much later; it is now."""
        if self._running is not None and self._clock.monotonic() - self._said_at > 1.5 * self._every_s:
            self._said_at = self._clock.monotonic()
            self._running.modify_job(_JOB, next_run_time=datetime.now(UTC) + _SOON)

    def look_now(self) -> None:
        """Something has happened that what is due depends on."""
        self._due.set()

    def stop(self) -> None:
        """End; a look that is under way is waited for, though not for long."""
        self._ended.set()
        self._due.set()
        if self._running is not None:
            self._running.shutdown()
            self._running = None
            self._looking.join(_END_S)

    def _say(self) -> None:
        self._said_at = self._clock.monotonic()
        self._due.set()

    def _run(self) -> None:
        looked = True
        while True:
            self._due.wait(None if looked else AGAIN_S)
            self._due.clear()
            if self._ended.is_set():
                return
            try:
                looked = self._look()
            except Exception as problem:
                # Its text may hold what must not be read in a log before its time.
                log.error("what is due could not be looked at: %s", type(problem).__name__)
