"""Journal and main database at the start: refused, migrated, set aside, or new."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db.journal import quick_check, read_last_number, set_aside
from db.schema import (
    ForeignDatabase,
    NewerDatabase,
    StorageError,
    journal_status,
    main_status,
    prepare_journal,
    sqlite_path,
)
from guardroom.clock import Clock
from guardroom.language import _
from guardroom.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger(__name__)

GAP = 1000
"""How far above a damaged journal's last readable number its successor begins: it may have had more."""
_NO_ENTRY_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


def refuse_unknown(settings: Settings) -> None:
    """Raise NewerDatabase or ForeignDatabase where a file was made by a newer program, or by another one.

    A server is not asked here: a station takes its alarms also while the server is away.
    """
    standings = [(str(settings.journal), journal_status(settings.journal, thorough=False))]
    if sqlite_path(settings.database) is not None:
        standings.append((settings.database, main_status(settings.database, thorough=False)))
    for where, status in standings:
        if status.standing == "newer":
            raise NewerDatabase(where, status.revision or "?")
        if status.standing == "foreign":
            raise ForeignDatabase(where)


def refusal_sentence(refused: NewerDatabase | ForeignDatabase) -> str:
    """The sentence for a database that is not to be touched."""
    if isinstance(refused, NewerDatabase):
        return _("{path} was made by a newer guardroom ({revision}): start that one, or restore an older copy.").format(
            path=refused.path, revision=refused.revision
        )
    return _("{path} belongs to another program; give guardroom a file of its own.").format(path=refused.path)


@dataclass(frozen=True, slots=True)
class ReadyJournal:
    """A journal that takes entries. `lost`: it is not the one that was there, which was damaged (`aside`: where it lies
    now) or is gone. `above`: the number above which the entries begin: a new journal goes on above an old one's, so
    that the main database never takes new entries for old ones."""

    lost: bool = False
    aside: Path | None = None
    above: int = 0


def ready_journal(settings: Settings, clock: Clock) -> ReadyJournal:
    """Make or migrate the journal; a damaged one is set aside and a new one begun. Raises StorageError."""
    path = settings.journal
    aside = None
    above = 0
    if path.exists() and (damage := quick_check(path)) is not None:
        log.error("the journal %s is damaged (%s): it is kept aside and a new one begun", path, damage)
        aside = set_aside(path)
        above = read_last_number(aside) + GAP
    prepared = prepare_journal(path)
    if prepared.backup is not None:
        log.warning("the journal was migrated; a copy from before lies at %s", prepared.backup)
    lost = aside is not None
    if read_last_number(path) == 0:
        try:
            projected = carried_over(settings)
            lost = lost or projected > 0
        except StorageError as problem:
            log.warning("the main database does not say how far it has the journal: %s", problem)
            # An entry a second, day and night, would not have come so far: too high a number costs nothing, one that
            # the database has already would cost the alarm.
            projected = max(0, int((clock.now() - _NO_ENTRY_BEFORE).total_seconds()))
        above = max(above, projected)
    if lost and aside is None:
        log.error("the main database has entries of a journal that is not at %s any more: a new one is begun", path)
    return ReadyJournal(lost, aside, above)


def set_aside_damaged(settings: Settings) -> Path | None:
    """Where a main database's file lies now that was damaged: the next one is made from the journal, which has the
    alarms; the rest is in a backup. None where it is sound, or on a server. Raises StorageError."""
    path = sqlite_path(settings.database)
    if path is None or (damage := quick_check(path)) is None:
        return None
    aside = set_aside(path)
    log.error("the main database %s is damaged (%s): it is kept as %s and a new one begun", path, damage, aside.name)
    return aside


def opened(settings: Settings) -> Engine | None:
    """The main database, where it is there and of this version: making and migrating it is the projector's. Raises
    StorageError."""
    from db.main import open_engine

    if main_status(settings.database, thorough=False).standing != "current":
        return None
    return open_engine(settings.database)


def carried_over(settings: Settings) -> int:
    """How far the main database has this station's journal, 0 where it has none. Raises StorageError where it cannot be
    asked."""
    from db.main import cursor, open_engine, reading

    found = main_status(settings.database)
    if found.standing == "new":
        return 0
    if found.standing == "unreadable":
        raise StorageError("away", found.detail)
    engine = open_engine(settings.database)
    try:
        with reading(engine) as session:
            return cursor(session, settings.station)
    finally:
        engine.dispose()
