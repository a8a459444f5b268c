"""What others write to the main database and this station must know soon: heads-ups, locks, other stations' alarms,
and that the lists of records have changed.

Looked for when somebody has written there, and every second, in a thread of its own, so that a database that hangs
holds up nothing. What the desk has been told stays there while the database is away.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from db.errors import StorageError
from guardroom.alarms.desk import AlarmDesk
from guardroom.changes import Changes
from guardroom.clock import Clock
from guardroom.databases import opened
from guardroom.duties.watching import show_duties, show_hours
from guardroom.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from guardroom.drills.elsewhere import Elsewhere
    from guardroom.headsups.watch import HeadsUpWatch

log = logging.getLogger(__name__)

EVERY_S = 1.0
GIVE_WAY_S = 0.02
"""What stations tell each other of alarms goes first."""
PAUSE_S = 0.15
"""Between two looks, however often it is woken."""
WHOLE_EVERY_S = 60.0
"""So many seconds apart everything is read, changed or not: the day goes on."""

_END_S = 5.0


class News(threading.Thread):
    """Looks until stopped."""

    def __init__(self, settings: Settings, desk: AlarmDesk, clock: Clock) -> None:
        super().__init__(name="news", daemon=True)
        self._settings = settings
        self._desk = desk
        self._clock = clock
        self._ended = threading.Event()
        self._woken = threading.Event()
        self._engine: Engine | None = None
        self._changes = Changes()
        self._watches: tuple[HeadsUpWatch, Elsewhere] | None = None

    def stop(self) -> None:
        """End; a look that is under way is waited for, though not for long."""
        self._ended.set()
        self._woken.set()
        if self.is_alive():
            self.join(_END_S)

    def run(self) -> None:
        """Look, again and again."""
        whole_at = float("-inf")
        while True:
            self._woken.wait(EVERY_S)
            if self._ended.is_set():
                break
            self._woken.clear()
            self._ended.wait(GIVE_WAY_S)
            try:
                whole = self._clock.monotonic() - whole_at >= WHOLE_EVERY_S
                self.look(whole=whole)
                whole_at = self._clock.monotonic() if whole else whole_at
            except StorageError as problem:
                log.debug("the main database does not answer: %s", problem.code)
            except Exception as problem:
                log.error("what is new could not be looked at: %s", type(problem).__name__)
            self._ended.wait(PAUSE_S)
        self.close()

    def wake(self) -> None:
        """Somebody has written to the main database: look at once. Safe from any thread."""
        self._woken.set()

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()

    def look(self, *, whole: bool) -> None:
        """Look once; `whole`: read everything, changed or not. Raises StorageError."""
        from db.main import reading
        from guardroom.notices import outbox
        from guardroom.notices.missed import show_missed

        if whole:
            # Needs no database.
            show_hours(self._settings, self._desk, self._clock.now())
        if self._watches is None:
            self._engine = opened(self._settings)
            if self._engine is None:
                return
            from guardroom.drills.elsewhere import Elsewhere
            from guardroom.headsups.watch import HeadsUpWatch

            self._watches = (
                HeadsUpWatch(self._settings, self._engine, self._desk, self._clock),
                Elsewhere(self._settings, self._engine, self._desk),
            )
        headsups, elsewhere = self._watches
        elsewhere.look()
        if whole:
            headsups.tick()
        else:
            headsups.look()
        with reading(headsups.engine) as session:
            show_duties(session, self._desk, self._clock.now())
            self._desk.show_records(self._changes.look(session))
            missed = outbox.not_told(session, self._clock.now())
        newest = max((row.notice.key for row in missed), default="")
        names = [row.recipient for row in missed]
        show_missed(self._desk, "notices:others", names, missed[-1].error if missed else "", newest)
