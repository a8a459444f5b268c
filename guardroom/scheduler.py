"""The monitor's one clockwork: looks every minute what is due.

What is due lives in our own tables and is found by asking them; nothing is kept in a job store. So nothing is due
twice, and nothing is lost to a restart, a sleeping PC or a night on which the clock changes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

EVERY_S = 60


class Scheduler:
    """Calls `look` once a minute in a thread of its own, and at once when it starts."""

    def __init__(self, look: Callable[[], None], every_s: float = EVERY_S) -> None:
        self._look = look
        self._every_s = every_s
        self._running: BackgroundScheduler | None = None

    def start(self) -> None:
        """Begin. Loading it takes a while: not before the panels are heard."""
        from apscheduler.schedulers.background import BackgroundScheduler

        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        scheduler.add_job(
            self._tick, "interval", seconds=self._every_s, next_run_time=datetime.now(UTC) + timedelta(milliseconds=1)
        )
        scheduler.start()
        self._running = scheduler

    def stop(self) -> None:
        """End; waits for a look that is under way."""
        if self._running is not None:
            self._running.shutdown()
            self._running = None

    def _tick(self) -> None:
        try:
            self._look()
        except Exception as problem:
            # Its text may hold what must not be read in a log before its time.
            log.error("what is due could not be looked at: %s", type(problem).__name__)
