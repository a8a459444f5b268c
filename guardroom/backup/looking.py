"""Looking through copies of the databases: is all of it there, and can it be read as the program reads it?"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from db.alarm_tables import StationCursor
from db.audit_tables import AuditHeadRow
from db.errors import StorageError
from db.journal import read_entries
from db.main import open_copy, reading
from db.schema import JOURNAL, MAIN, OUTBOX, Schema, Status, file_status
from db.sqlite import integrity_check
from guardroom.alarms.journalling import event_of, moment_of
from guardroom.alarms.life import apply
from guardroom.alarms.state import State
from guardroom.backup.manifest import NotSound
from guardroom.language import _
from guardroom.people.audit import first_break
from guardroom.people.secret import Secret
from guardroom.text import clean

NOT_LOOKED_AT = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class MainFacts:
    """A main database: its schema's revision, how far it has the station's journal, and the audit log's end.

    `audit_break`: the first entry at which the chain does not hold; 0: it holds; -1: there was no secret to look with.
    """

    revision: str
    cursor: int
    audit: int
    audit_head: str
    audit_break: int


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """A journal: its schema's revision, its last entry's number, and how many entries cannot be read."""

    revision: str
    number: int
    damaged: int


def look_at_main(path: Path, station: str, secret: Secret | None) -> MainFacts:
    """Look all through a copy of the main database. Raises NotSound."""
    revision = _sound(path, MAIN)
    engine = open_copy(path)
    try:
        with reading(engine) as session:
            return main_facts(session, revision, station, secret)
    except StorageError as problem:
        raise _damaged(path, problem.detail) from problem
    finally:
        engine.dispose()


def main_facts(session: Session, revision: str, station: str, secret: Secret | None) -> MainFacts:
    """What one state of a main database says of itself."""
    tables = inspect(session.connection()).get_table_names()
    cursor = session.get(StationCursor, station) if StationCursor.__tablename__ in tables else None
    head = session.get(AuditHeadRow, 1) if AuditHeadRow.__tablename__ in tables else None
    broken = None if head is None or secret is None else first_break(session, secret.key("audit"))
    return MainFacts(
        revision=revision,
        cursor=0 if cursor is None else cursor.number,
        audit=0 if head is None else head.number,
        audit_head="" if head is None else head.digest,
        audit_break=NOT_LOOKED_AT if head is not None and secret is None else 0 if broken is None else broken.number,
    )


def look_at_journal(path: Path) -> JournalFacts:
    """Look all through a copy of a journal: the file, and every entry as the alarm desk reads it. Raises NotSound."""
    revision = _sound(path, JOURNAL)
    state, damaged = State(), 0
    try:
        for entry in read_entries(path):
            event = event_of(entry)
            if event is not None:
                apply(state, entry.number, moment_of(entry), event)
            elif entry.type != "note":
                damaged += 1
            state.number = entry.number
    except StorageError as problem:
        raise _damaged(path, problem.detail) from problem
    return JournalFacts(revision, state.number, damaged)


def look_at_notices(path: Path) -> str:
    """Look through a copy of the file of the alarms' notices; its schema's revision. Raises NotSound."""
    return _sound(path, OUTBOX)


def _sound(path: Path, schema: Schema) -> str:
    if (wrong := integrity_check(path)) is not None:
        raise _damaged(path, wrong)
    return known_revision(path.name, file_status(schema, path))


def known_revision(name: str, status: Status) -> str:
    """The revision of a database that this program can work with. Raises NotSound for any other."""
    if status.standing in ("current", "older"):
        return status.revision or ""
    if status.standing == "newer":
        raise NotSound(
            _("{file}: made by a newer version of the program ({revision}); use that version").format(
                file=name, revision=clean(status.revision or "?", 60)
            )
        )
    if status.standing == "unreadable":
        raise NotSound(_("{file} is damaged: {reason}").format(file=name, reason=clean(status.detail, 200)))
    raise NotSound(_("{file} is not a database of guardroom's").format(file=name))


def _damaged(path: Path, reason: str) -> NotSound:
    with contextlib.suppress(OSError):
        if not path.exists():
            return NotSound(_("{file} is missing").format(file=path.name))
    return NotSound(_("{file} is damaged: {reason}").format(file=path.name, reason=clean(reason, 200)))
