"""The purge of one PC's own files: the journal, raw logs, letters, logs, copies. By the monitor, which owns them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path

from db.journal import Journal, read_entries
from guardroom.alarms.following import state_at
from guardroom.alarms.journalling import STATE_VERSION, encode_state
from guardroom.clock import Clock, stamp
from guardroom.days import day_in, midnights
from guardroom.privacy.files import destroy, drop_lines, growing_files, is_older, old_lines, whole_files
from guardroom.privacy.plain_entry import plain_entry
from guardroom.privacy.register import Kind, time_of
from guardroom.privacy.retention import CLOCKS_APART, due_if_ended_by
from guardroom.settings import Settings

log = logging.getLogger(__name__)


class StationPurge:
    """One PC's files."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def due(self) -> Mapping[Kind, int]:
        """How many files, or entries of the journal, are due; changes nothing. Raises StorageError."""
        found: dict[Kind, int] = {}
        for each in whole_files(self._settings):
            before = self._before(each.kind)
            if before is not None and is_older(each.path, before):
                found[each.kind] = found.get(each.kind, 0) + 1
        for each in growing_files(self._settings):
            before = self._before(each.kind)
            if before is not None and _quietly(partial(_has_old, each.path, before)):
                found[each.kind] = found.get(each.kind, 0) + 1
        if (before := self._before("journal")) is not None and self._settings.journal.exists():
            journal = Journal(self._settings.journal)
            entries = read_entries(journal.path, journal.crossed_out(), self._old_upto(journal, before))
            if count := sum(plain_entry(entry) != entry for entry in entries):
                found["journal"] = count
        return found

    def files(self) -> Mapping[Kind, int]:
        """Delete the files, and lines, that are due; how many files it was. What cannot be deleted now is tried again
        the next time."""
        done: dict[Kind, int] = {}
        for each in whole_files(self._settings):
            before = self._before(each.kind)
            if before is not None and is_older(each.path, before) and _quietly(partial(_gone, each.path)):
                done[each.kind] = done.get(each.kind, 0) + 1
        for each in growing_files(self._settings):
            before = self._before(each.kind)
            if before is not None and _quietly(partial(drop_lines, each.path, before)):
                done[each.kind] = done.get(each.kind, 0) + 1
        return done

    def journal(self, journal: Journal, carried: int, open_alarms: Iterable[int]) -> Iterator[int]:
        """Cross out in the journal what is due; a page at a time, how many entries it was. `carried`: how far it has
        been carried into the main database; what has not stays, and so do the entries from an open alarm on. Raises
        StorageError."""
        before = self._before("journal")
        if before is None:
            return
        upto = min(self._old_upto(journal, before), carried, *(number - 1 for number in open_alarms))
        yield from journal.cross_out(upto, plain_entry)
        newest = journal.snapshot()
        if newest is not None and newest.at < stamp(before):
            # It may hold what was written about an alarm that was open then.
            last = journal.last_number()
            journal.save_snapshot(last, stamp(self._clock.now()), STATE_VERSION, encode_state(state_at(journal, last)))
        journal.forget_snapshots(stamp(before))

    def _old_upto(self, journal: Journal, before: datetime) -> int:
        return journal.old_upto(stamp(before), stamp(self._clock.now() + CLOCKS_APART))

    def _before(self, kind: Kind) -> datetime | None:
        keep = time_of(self._settings.policy, kind)
        if keep is None:
            return None
        day = due_if_ended_by(self._today, keep)
        return midnights(day, day, self._settings.site.zone)[1]

    @property
    def _today(self) -> date:
        return day_in(self._clock.now(), self._settings.site.zone)


def _has_old(path: Path, before: datetime) -> bool:
    return old_lines(path, before) > 0


def _gone(path: Path) -> bool:
    destroy(path)
    return True


def _quietly(done: Callable[[], bool]) -> bool:
    """Whether it was done; where the system refuses it is said, and tried again the next time."""
    try:
        return done()
    except OSError as problem:
        log.warning("a file past its time cannot be deleted: %s", problem.strerror)
        return False
