"""Purging at once, where no monitor runs: by hand, and of a copy that was restored."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from db.journal import Journal
from db.main import checkpoint, cursor, open_engine, reading, writing
from db.schema import sqlite_path
from guardroom.alarms.following import state_at
from guardroom.clock import Clock, SystemClock
from guardroom.ground import Ground, open_ground
from guardroom.monitor_lock import MonitorLock
from guardroom.people import audit
from guardroom.people.anchor import anchor_now, anchor_path, drop_anchor, is_behind, read_anchor
from guardroom.privacy.purge import Purge
from guardroom.privacy.register import Kind
from guardroom.privacy.station import StationPurge
from guardroom.settings import Settings

log = logging.getLogger(__name__)


def purge_now(settings: Settings, clock: Clock | None = None) -> Mapping[Kind, int]:
    """Purge the main database and this PC's files, while no monitor runs for them; how many of each kind went. Raises
    StorageError, NoSecret."""
    ground = open_ground(settings, clock or SystemClock())
    try:
        done = dict(Purge(ground, settings.station).run())
        for kind, count in purge_station(ground).items():
            done[kind] = done.get(kind, 0) + count
        return done
    finally:
        ground.engine.dispose()


def purge_station(ground: Ground) -> Mapping[Kind, int]:
    """Purge this PC's files and empty the WALs; the caller holds the monitor's lock. Raises StorageError."""
    settings = ground.settings
    station = StationPurge(settings, ground.clock)
    done = dict(station.files())
    # At once: what is gone is not found again.
    note_files(ground, done)
    if settings.journal.exists():
        with reading(ground.engine) as session:
            carried = cursor(session, settings.station)
        with Journal.open(settings.journal) as journal:
            open_alarms = state_at(journal, journal.last_number()).alarms
            crossed = 0
            try:
                for page in station.journal(journal, carried, open_alarms):
                    crossed += page
            finally:
                if crossed:
                    done["journal"] = crossed
                    note_files(ground, {"journal": crossed})
            emptied = journal.empty_wal()
    else:
        emptied = True
    drop_anchor_of(ground)
    if not (_empty_main(settings) and emptied):
        log.warning("somebody is reading: what was deleted leaves the files when the monitor runs")
    return done


def _empty_main(settings: Settings) -> bool:
    """Empty the main database's WAL; False where somebody is reading. Where another station's monitor has the right to,
    it is left to that one, which hears of every purge. Raises StorageError."""
    file = sqlite_path(settings.database)
    right = None if file is None else MonitorLock(file)
    if right is None or not right.take():
        return True
    try:
        owner = open_engine(settings.database, owner=True)
        try:
            return checkpoint(owner)
        finally:
            owner.dispose()
    finally:
        right.release()


def note_files(ground: Ground, files: Mapping[Kind, int]) -> None:
    """Note in the audit log how many files of each kind were deleted on this PC. Raises StorageError."""
    if not files:
        return
    with writing(ground.engine) as session:
        for kind, count in files.items():
            audit.note(
                session,
                ground.audit_key,
                ground.clock.now(),
                None,
                "purged",
                station=ground.settings.station,
                detail={"kind": kind, "count": count, "files": True},
            )


def drop_anchor_of(ground: Ground) -> None:
    """Write down how far the audit log is, but not where it has lost entries: else nobody would see that an older copy
    was put in its place. Raises StorageError."""
    path = anchor_path(ground.settings)
    known = read_anchor(path, ground.audit_key)
    with reading(ground.engine) as session:
        anchor = anchor_now(session)
        lost = known is not None and is_behind(session, ground.audit_key, known)
    if lost:
        log.error("the audit log had been further than it is: see `guardroom check`")
        return
    try:
        drop_anchor(path, ground.audit_key, anchor)
    except OSError as problem:
        log.warning("how far the audit log is cannot be written down: %s", problem.strerror)
