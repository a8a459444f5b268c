"""Restoring a backup.

First everything is made ready beside what is there: copied, held against the manifest, looked through, brought up to
date, and given what the present journal has that the backup's has not. Only then the files change places, each in one
step: the main database first, which a journal may be ahead of but never behind. Where one cannot, those before it
change back.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from itertools import islice
from pathlib import Path

from msgspec import structs
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db.alarm_tables import StationCursor
from db.audit_tables import AuditHeadRow
from db.errors import ForeignDatabase, NewerDatabase, StorageError
from db.journal import Entry, EntryConflict, Journal, read_entries, read_last_number
from db.main import open_copy, open_engine, open_file, reading, writing
from db.outbox_tables import LeaseRow
from db.people_tables import CounterRow
from db.schema import JOURNAL, MAIN, OUTBOX, Schema, main_status, prepare_file, prepare_main, sqlite_path
from db.schemas_aside import name_aside
from db.sqlite import have_alone, keep_beside, make_private, put_in_place, sync_file, take_back
from guardroom.backup import manifest as told
from guardroom.backup import server
from guardroom.backup.looking import NOT_LOOKED_AT, look_at_journal, look_at_main, look_at_notices
from guardroom.backup.making import house_secret
from guardroom.backup.manifest import Manifest, NotSound
from guardroom.clock import Clock, boot_id, stamp
from guardroom.databases import carried_over, refusal_sentence
from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.monitor_lock import MonitorLock
from guardroom.notices.station import outbox_path
from guardroom.people import audit
from guardroom.people.anchor import RESTORED, anchor_path, read_anchor
from guardroom.people.secret import Secret
from guardroom.privacy.plain_entry import plain_entry
from guardroom.private_folder import private_folder
from guardroom.refusal import Refused
from guardroom.restore.purging import purge_at_once
from guardroom.settings import Settings
from guardroom.text import clean

LABEL = "before-restore"
"""What is in the names of the files that were set aside."""

_PART = ".restored.part"
_BATCH = 500


class NotRestored(Refused):
    """Nothing was restored, and `sentence` says why; what is there is as it was."""


class HalfRestored(NotRestored):
    """A part was restored and could not be taken back: `sentence` says which, and where what was there lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was done. `manifest` is the backup's.

    `brought_in`: entries of the journal that are newer than the backup and were taken from the present journal;
    `left_out` says why not all of them were, "" where they were. `aside`: where what was there lies now.
    """

    manifest: Manifest
    brought_in: int
    left_out: str
    aside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """A thing that changes places with the backup's. `aside`: where it lies then, "" where there was none; `undo`: None
    where it cannot be taken back."""

    what: str
    aside: str
    undo: Callable[[], None] | None


def verified(settings: Settings, folder: Path, secret: Secret | None) -> Manifest:
    """Look all through a backup; nothing is changed. Raises NotSound."""
    manifest = told.read(folder)
    told.hold(folder, manifest, secret)
    journal = look_at_journal(folder / told.JOURNAL)
    if (journal.number, journal.damaged) != (manifest.journal, manifest.damaged):
        raise NotSound(_("{file} is not as it was made").format(file=told.JOURNAL))
    if manifest.part(told.NOTICES) is not None:
        look_at_notices(folder / told.NOTICES)
    if manifest.part(told.DATABASE) is not None:
        facts = look_at_main(folder / told.DATABASE, manifest.station, secret)
        broken = facts.audit_break if manifest.audit_break == NOT_LOOKED_AT else manifest.audit_break
        if (facts.audit, facts.audit_head, facts.audit_break) != (manifest.audit, manifest.audit_head, broken):
            raise NotSound(_("{file} is not as it was made").format(file=told.DATABASE))
    elif manifest.part(told.DUMP) is not None:
        server.look_at_dump(settings, folder / told.DUMP)
    return manifest


def put_into(settings: Settings, folder: Path, into: Path) -> Manifest:
    """Put the backup's files, looked through, into an empty folder, for a look; nothing in use is changed. Raises
    NotRestored."""
    shown = clean(str(into), 300)
    with _sentences():
        manifest = verified(settings, folder, house_secret(settings))
        private_folder(into)
        if any(into.iterdir()):
            raise NotRestored(_("{folder} is not empty; give a new folder").format(folder=shown))
        for part in manifest.parts:
            _copy(folder / part.name, into / part.name)
            if told.part_of(into / part.name, part.schema) != part:
                raise NotSound(_("{file} is not as it was made").format(file=part.name))
    return manifest


def restore(settings: Settings, clock: Clock, folder: Path) -> Restored:
    """Put the backup in the place of what is there. Raises NotRestored."""
    with _sentences():
        secret = house_secret(settings)
        manifest = verified(settings, folder, secret)
        _refuse_other(settings, manifest)
        private_folder(settings.journal.parent)
        lock = MonitorLock(settings.journal)
        # Held to the end: no monitor begins meanwhile.
        if not lock.take():
            raise NotRestored(_("the monitor runs; end it first with `guardroom stop`"))
        try:
            return _Restore(settings, clock, folder, manifest, secret).done()
        finally:
            lock.release()


class _Restore:
    """One restore, from a backup that is sound, under the monitor's lock."""

    def __init__(
        self, settings: Settings, clock: Clock, folder: Path, manifest: Manifest, secret: Secret | None
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._manifest = manifest
        self._secret = secret
        self._now = clock.now().astimezone(UTC)
        self._mono = clock.monotonic()
        self._main = sqlite_path(settings.database) if manifest.database == "sqlite" else None
        self._notices = outbox_path(settings.journal)
        self._changes: list[_Change] = []
        self._parts: list[Path] = []

    def done(self) -> Restored:
        """Make everything ready, then change places."""
        settings, manifest = self._settings, self._manifest
        present = [path for path in (self._main, self._notices, settings.journal) if path is not None]
        for path in present:
            self._have_alone(path)
        if manifest.database == "postgresql":
            self._refuse_other_monitors()
        try:
            journal, brought_in, left_out = self._ready_journal()
            notices = self._ready_notices(read_last_number(journal))
            main = None if self._main is None else self._ready_main(self._main)
            if manifest.database:
                purge_at_once(settings.journal)
            with self._all_or_none():
                if main is not None and self._main is not None:
                    self._change(main, self._main)
                elif manifest.database == "postgresql":
                    self._put_back()
                if notices is not None:
                    self._change(notices, self._notices)
                self._change(journal, settings.journal)
        finally:
            for part in self._parts:
                # One that stays is no reason to say that nothing was restored: it is purged.
                with suppress(OSError):
                    _remove(part)
        aside = tuple(change.aside for change in self._changes if change.aside)
        return Restored(manifest=manifest, brought_in=brought_in, left_out=left_out, aside=aside)

    def _have_alone(self, path: Path) -> None:
        try:
            have_alone(path)
        except StorageError as problem:
            if problem.code != "locked":
                return  # it goes as it is: a restore is wanted most where what is there cannot be read
            raise NotRestored(
                _("another program has {file} open; end it first, a dashboard too").format(file=clean(str(path), 300))
            ) from problem

    def _refuse_other_monitors(self) -> None:
        engine = open_engine(self._settings.database)
        try:
            if main_status(self._settings.database).standing not in ("current", "older"):
                return
            with reading(engine) as session:
                held = session.scalars(select(LeaseRow).where(LeaseRow.until > self._now)).first()
        finally:
            engine.dispose()
        if held is not None:
            raise NotRestored(
                _(
                    "the monitor of {station} runs on the same database; end it there first, and wait three minutes "
                    "where it was not ended in an orderly way"
                ).format(station=clean(held.holder.rsplit(" ", 2)[0], 80))
            )

    def _ready_main(self, path: Path) -> Path:
        was = _before(open_copy(path)) if path.exists() else _Before()
        part = self._ready(told.DATABASE, path, MAIN)
        self._note(part, was)
        look_at_main(part, self._settings.station, self._secret)
        return part

    def _note(self, part: Path, was: _Before) -> None:
        with _written(open_file(part, owner=True)) as session:
            self._note_in(session, was)
        have_alone(part)

    def _note_in(self, session: Session, before: _Before) -> None:
        """The audit log goes on from the backup's end, and says itself that it was put back. Incidents and bans are
        numbered on from what was here: the numbers given since the backup stand on paper and in other systems."""
        for name, value in before.counters.items():
            known = session.get(CounterRow, name)
            session.merge(CounterRow(name=name, value=value if known is None else max(known.value, value)))
        if self._secret is not None:
            key = self._secret.key("audit")
            # Further than the database that was here could be read.
            anchor = read_anchor(anchor_path(self._settings), key)
            was = before.audit if anchor is None else max(before.audit, anchor.number)
            audit.note(
                session,
                key,
                self._now,
                None,
                RESTORED,
                station=self._settings.station,
                detail={"made_at": self._manifest.made_at, "entries": self._manifest.audit, "before": was},
            )

    def _ready_journal(self) -> tuple[Path, int, str]:
        """The backup's journal, with what the present one has that it has not: the journal is the truth, and the main
        database takes what it lacks from it."""
        path = self._settings.journal
        part = self._ready(told.JOURNAL, path, JOURNAL)
        with Journal.open(part) as journal:
            brought_in, left_out = _bring_in(journal, path, self._manifest.journal)
            # Numbers that the main database has had are never given again: it would take the new for the old.
            number = max(journal.last_number(), self._carried()) + 1
            journal.append([self._entry(number)])
        have_alone(part)
        look_at_journal(part)
        return part, brought_in, left_out

    def _entry(self, number: int) -> Entry:
        body = f'{{"restored": "{self._manifest.made_at}"}}'
        return Entry(number, stamp(self._now), boot_id(), self._mono, "note", body)

    def _carried(self) -> int:
        """How far the main database has the journal, where it is not replaced. Raises StorageError."""
        return 0 if self._manifest.database else carried_over(self._settings)

    def _ready_notices(self, number: int) -> Path | None:
        """The alarms' notices: what the journal has by now was told when it happened, and is not told again."""
        if self._manifest.part(told.NOTICES) is None:
            return None
        part = self._ready(told.NOTICES, self._notices, OUTBOX)
        with _written(open_file(part, owner=True)) as session:
            session.merge(StationCursor(station=self._settings.station, number=number))
        have_alone(part)
        return part

    def _ready(self, name: str, path: Path, schema: Schema) -> Path:
        """A copy of the backup's file beside the present one, brought up to date."""
        part = path.with_name(f"{path.name}{_PART}")
        private_folder(path.parent)
        _remove(part)
        self._parts.append(part)
        _copy(self._folder / name, part)
        expected = self._manifest.part(name)
        assert expected is not None
        if structs.replace(told.part_of(part, expected.schema), name=name) != expected:
            raise NotSound(_("{file} is not as it was made").format(file=name))
        prepared = prepare_file(schema, part)
        if prepared.backup is not None:
            # The backup itself is the copy from before.
            prepared.backup.unlink()
        have_alone(part)
        return part

    def _change(self, part: Path, path: Path) -> None:
        aside = keep_beside(path, LABEL)
        undo = partial(take_back, path, aside)
        self._changes.append(_Change(str(path), "" if aside is None else str(aside), undo))
        put_in_place(part, path)

    @contextmanager
    def _all_or_none(self) -> Iterator[None]:
        """Where something cannot change places, what already has is taken back. Raises HalfRestored where that fails
        too."""
        try:
            yield
        except BaseException as problem:
            left = [change for change in reversed(self._changes) if not _is_undone(change)]
            if left:
                raise HalfRestored(_half_sentence(problem, left)) from problem
            raise

    def _put_back(self) -> None:
        """The server's database."""
        settings = self._settings
        name = name_aside(self._now)
        was = _before(open_engine(settings.database))
        what = _("the main database")
        there = server.set_aside(settings, name)
        if there:
            aside = _("schema {name} of the database").format(name=name)
            self._changes.append(_Change(what, aside, partial(server.undo, settings, name)))
        server.put_back(settings, self._folder / told.DUMP)
        if not there:
            self._changes.append(_Change(what, "", None))
        prepare_main(settings.database)
        facts = server.facts_now(settings, self._secret)
        broken = facts.audit_break if self._manifest.audit_break == NOT_LOOKED_AT else self._manifest.audit_break
        if (facts.audit, facts.audit_head, facts.audit_break) != (
            self._manifest.audit,
            self._manifest.audit_head,
            broken,
        ):
            raise NotSound(_("{file} is not as it was made").format(file=told.DUMP))
        with _written(open_engine(settings.database)) as session:
            self._note_in(session, was)


def _bring_in(journal: Journal, present: Path, upto: int) -> tuple[int, str]:
    """Append what the present journal has after entry `upto`. Returns how many, and why not all, "" where all.

    A journal that tells the same entries otherwise is another one: nothing is taken from it.
    """
    if not present.exists():
        return 0, _("there was no journal here")
    if not _goes_on_from(journal, present, upto):
        return 0, _("the journal that was here is another one")
    brought_in = 0
    later = read_entries(present, after=upto)
    while True:
        try:
            batch = list(islice(later, _BATCH))
        except StorageError as problem:
            said = _("the journal that was here cannot be read on ({reason})")
            return brought_in, said.format(reason=clean(problem.detail, 200))
        if not batch:
            return brought_in, ""
        try:
            journal.append(batch)
        except EntryConflict:
            return brought_in, _("the journal that was here is another one")
        brought_in += len(batch)


def _goes_on_from(journal: Journal, present: Path, upto: int) -> bool:
    """Whether the present journal, as far as it can be read up to there, has the same entries and no others. Of those
    that were crossed out there, what is left is compared."""
    ours = journal.entries(upto=upto)
    try:
        crossed_out = Journal(present).crossed_out()
        for entry in read_entries(present, upto=upto):
            same = next((own for own in ours if own.number >= entry.number), None)
            if same is not None and entry.number <= crossed_out:
                same, entry = plain_entry(same), plain_entry(entry)
            if same != entry:
                return False
    except StorageError:
        pass  # what cannot be read says nothing against it
    return True


@dataclass(frozen=True, slots=True)
class _Before:
    """How far the database that was here had come: where its audit log ends, and its counters."""

    audit: int = 0
    counters: Mapping[str, int] = field(default_factory=dict)


def _before(engine: Engine) -> _Before:
    """What a database says that is not needed afterwards; nothing where it cannot be read."""
    try:
        with reading(engine) as session:
            head = session.get(AuditHeadRow, 1)
            counters = {row.name: row.value for row in session.scalars(select(CounterRow))}
            return _Before(0 if head is None else head.number, counters)
    except (StorageError, SQLAlchemyError):
        return _Before()
    finally:
        engine.dispose()


def _refuse_other(settings: Settings, manifest: Manifest) -> None:
    """A backup of another station, or for another kind of database, is not for here. Raises NotRestored."""
    if manifest.station != settings.station:
        raise NotRestored(
            _("the backup is of the station {other}, and this is {station}; restore it there").format(
                other=clean(manifest.station, 80), station=settings.station
            )
        )
    if (manifest.database == "sqlite") == (sqlite_path(settings.database) is None) and manifest.database:
        raise NotRestored(
            _("the backup has a main database of another kind than `database` in guardroom.toml names ({kind})").format(
                kind=manifest.database
            )
        )


def _remove(part: Path) -> None:
    """Delete a part with its companions: SQLite would take what a restore that was killed left in them for the next
    one's."""
    for ending in ("", "-wal", "-shm", "-journal"):
        part.with_name(f"{part.name}{ending}").unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    make_private(target)
    shutil.copyfile(source, target)
    sync_file(target)


@contextmanager
def _written(engine: Engine) -> Iterator[Session]:
    """One transaction that writes, and then the engine is no longer needed. Raises StorageError."""
    try:
        with writing(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def _sentences() -> Iterator[None]:
    """Everything that keeps a restore from being done, as one sentence."""
    try:
        yield
    except NotRestored:
        raise
    except (StorageError, OSError, NewerDatabase, ForeignDatabase, Refused) as problem:
        raise NotRestored(_reason(problem)) from problem


def _reason(problem: BaseException) -> str:
    match problem:
        case StorageError():
            return clean(problem.detail, 300)
        case OSError():
            return why_not(problem)
        case NewerDatabase() | ForeignDatabase():
            return refusal_sentence(problem)
        case Refused():
            return problem.sentence
        case _:
            return _("it was stopped")


def _is_undone(change: _Change) -> bool:
    if change.undo is None:
        return False
    try:
        change.undo()
    except StorageError:
        return False
    return True


def _half_sentence(problem: BaseException, left: Iterable[_Change]) -> str:
    replaced = [
        _("{what} was replaced, and what was there is {aside} now").format(what=change.what, aside=change.aside)
        if change.aside
        else _("{what} is there now and was not before").format(what=change.what)
        for change in left
    ]
    said = _("only a part was restored ({reason}), and it could not be taken back: {replaced}; restore it again")
    return clean(said.format(reason=_reason(problem), replaced=", ".join(replaced)), 1500)
