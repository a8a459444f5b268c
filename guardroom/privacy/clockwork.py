"""The monitor's part in the purge: once a day, and whenever a command has purged, what this PC's files still hold goes.

The main database is purged by the monitor that does it for all (`guardroom.due`); its own files by each.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from db.errors import StorageError
from db.journal import Journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.days import day_in
from guardroom.restore.purging import purge_marker

if TYPE_CHECKING:
    from guardroom.ground import Ground
    from guardroom.privacy.register import Kind

log = logging.getLogger(__name__)

_AGAIN_S = 900
"""What was given up, because somebody always wrote, is tried again so long after."""


class Clockwork:
    """One monitor's purging; for one thread. `empty_main` has the main database's WAL emptied, soon."""

    def __init__(self, journal: Journal, desk: AlarmDesk, empty_main: Callable[[], None]) -> None:
        self._journal = journal
        self._desk = desk
        self._empty_main = empty_main
        self._purged_on: date | None = None
        self._again_at = float("-inf")
        self._cleaned_on: date | None = None
        self._seen: int | None = None
        self._gone: Counter[Kind] = Counter()
        """What has gone from this PC's files and is not noted yet: it is not found again."""
        self._to_empty = False

    def purge(self, ground: Ground, *, ours: bool) -> None:
        """Purge the main database, once a day where that is `ours` to do; where a backup was put back here, at once;
        again after a while where something was left. Raises StorageError."""
        from guardroom.privacy.purge import Purge

        today = day_in(ground.clock.now(), ground.settings.site.zone)
        asked = purge_marker(ground.settings.journal)
        wanted = asked.exists() or (ours and self._purged_on != today)
        if wanted and ground.clock.monotonic() >= self._again_at:
            purge = Purge(ground, ground.settings.station)
            done = purge.run()
            if done:
                log.info("purged: %s", ", ".join(f"{kind} {count}" for kind, count in done.items()))
            if purge.left:
                self._again_at = ground.clock.monotonic() + _AGAIN_S
                return
            self._purged_on = today
            asked.unlink(missing_ok=True)

    def clean(self, ground: Ground) -> None:
        """Purge this PC's files, once a day and after each purge of the main database. Raises StorageError."""
        from db.main import cursor, reading
        from guardroom.privacy.now import drop_anchor_of
        from guardroom.privacy.purge import times_purged
        from guardroom.privacy.station import StationPurge

        settings = ground.settings
        today = day_in(ground.clock.now(), settings.site.zone)
        with reading(ground.engine) as session:
            times, carried = times_purged(session), cursor(session, settings.station)
        if (self._cleaned_on, self._seen) != (today, times):
            station = StationPurge(settings, ground.clock)
            self._gone.update(station.files())
            self._note_gone(ground)
            for crossed in station.journal(self._journal, carried, [one.id for one in self._desk.standing().alarms]):
                self._gone["journal"] += crossed
            self._note_gone(ground)
            drop_anchor_of(ground)
            self._to_empty = True
            self._empty_main()
            self._cleaned_on, self._seen = today, times
        if self._to_empty:
            # A reader may be in the way: again at the next look.
            try:
                self._to_empty = not self._journal.empty_wal()
            except StorageError as problem:
                log.warning("the journal's WAL cannot be emptied: %s", problem.code)

    def _note_gone(self, ground: Ground) -> None:
        from guardroom.privacy.now import note_files

        note_files(ground, +self._gone)
        self._gone.clear()
