"""Making a backup: each copy in one step beside its writer, looked through, and named only when all of it is sound.

The main database is copied first, then the alarms' notices, then the journal: both know how far they have the journal,
and must not know more than its copy has.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from db.errors import StorageError
from db.schema import sqlite_path
from db.sqlite import copy_to, sync_file, sync_folder
from guardroom.backup import manifest as told
from guardroom.backup import server
from guardroom.backup.looking import NOT_LOOKED_AT, MainFacts, look_at_journal, look_at_main, look_at_notices
from guardroom.backup.manifest import PART, PREFIX, Manifest, NotSound, Part, name_at, part_of
from guardroom.clock import Clock, stamp
from guardroom.disk import space_at
from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.notices.station import outbox_path
from guardroom.passwords import credential
from guardroom.people.secret import Secret, read_secret
from guardroom.private_folder import private_folder
from guardroom.refusal import Refused
from guardroom.settings import Settings
from guardroom.text import clean
from guardroom.version import VERSION

_LEFT_S = 24 * 3600.0
"""A backup that was never finished is removed so long after."""


class NotMade(Refused):
    """There is no new backup; `sentence` says why. Nothing of it is left."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that has been looked through: its folder, and what it says of itself."""

    folder: Path
    manifest: Manifest

    @property
    def size(self) -> int:
        """All its files, in bytes."""
        return sum(part.size for part in self.manifest.parts)


def make(settings: Settings, clock: Clock, to: Path, *, database: bool) -> Made:
    """Make a backup in a folder of its own in `to`. `database`: the main database is in it. Raises NotMade."""
    try:
        secret = house_secret(settings)
        private_folder(to)
        _remove_left(to)
        _look_at_space(settings, to, database=database)
        return _made(settings, clock, to, secret, database=database)
    except StorageError as problem:
        raise NotMade(_not_made(_storage(problem))) from problem
    except OSError as error:
        said = _("{folder} cannot be written: {reason}").format(folder=clean(str(to), 300), reason=why_not(error))
        raise NotMade(_not_made(said)) from error
    except NotMade:
        raise
    except Refused as refused:
        raise NotMade(_not_made(refused.sentence)) from refused


def house_secret(settings: Settings) -> Secret | None:
    """The house's secret; None where it has none yet. Raises NoSecret where it cannot be read."""
    if credential("secret") is None and not settings.secret.exists():
        return None
    return read_secret(settings.secret)


def _made(settings: Settings, clock: Clock, to: Path, secret: Secret | None, *, database: bool) -> Made:
    now = clock.now().astimezone(UTC)
    name = name_at(now)
    part = to / f"{name}{PART}"
    try:
        part.mkdir(mode=0o700)
    except FileExistsError:
        raise NotMade(_not_made(_("another backup is being made there"))) from None
    try:
        manifest = _copied(settings, stamp(now), part, secret, database=database)
        told.write(part, manifest, secret)
        # As whoever restores it will: what was written is read back.
        manifest = told.read(part)
        told.hold(part, manifest, secret)
        folder = to / name
        if folder.exists():
            raise NotMade(_not_made(_("{folder} is there already").format(folder=clean(str(folder), 300))))
        part.rename(folder)
        sync_folder(to)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Made(folder, manifest)


def _copied(settings: Settings, made_at: str, part: Path, secret: Secret | None, *, database: bool) -> Manifest:
    parts: list[Part] = []
    path = sqlite_path(settings.database)
    facts: MainFacts | None = None
    if database and path is not None:
        copy_to(path, part / told.DATABASE)
        facts = look_at_main(part / told.DATABASE, settings.station, secret)
        parts.append(part_of(part / told.DATABASE, facts.revision))
    elif database:
        facts = server.dump(settings, part / told.DUMP, secret)
        parts.append(part_of(part / told.DUMP, facts.revision))
    if (notices := outbox_path(settings.journal)).exists():
        copy_to(notices, part / told.NOTICES)
        parts.append(part_of(part / told.NOTICES, look_at_notices(part / told.NOTICES)))
    copy_to(settings.journal, part / told.JOURNAL)
    journal = look_at_journal(part / told.JOURNAL)
    parts.append(part_of(part / told.JOURNAL, journal.revision))
    if facts is not None and facts.cursor > journal.number:
        raise NotSound(
            _("the main database has entry {cursor} of the journal, which ends at {last}").format(
                cursor=facts.cursor, last=journal.number
            )
        )
    parts.append(_copied_configuration(settings, part))
    return Manifest(
        program=VERSION,
        station=settings.station,
        made_at=made_at,
        database="" if facts is None else "postgresql" if path is None else "sqlite",
        journal=journal.number,
        damaged=journal.damaged,
        audit=0 if facts is None else facts.audit,
        audit_head="" if facts is None else facts.audit_head,
        audit_break=NOT_LOOKED_AT if facts is None else facts.audit_break,
        parts=tuple(parts),
    )


def _copied_configuration(settings: Settings, part: Path) -> Part:
    copy = part / told.CONFIGURATION
    copy.touch(0o600)
    shutil.copyfile(settings.path, copy)
    sync_file(copy)
    return part_of(copy)


def _look_at_space(settings: Settings, to: Path, *, database: bool) -> None:
    """Refuse where the disk would be nearly full with it: the alarms' journal may be on the same one."""
    files = [settings.journal, outbox_path(settings.journal)]
    needed = 0
    if database and (path := sqlite_path(settings.database)) is not None:
        files.append(path)
    elif database:
        needed = server.size(settings)
    for file in files:
        for each in (file, file.with_name(f"{file.name}-wal")):
            needed += each.stat().st_size if each.exists() else 0
    space = space_at(to)
    if space.free - needed < space.least:
        raise NotMade(
            _not_made(
                _("{folder} has {free} MiB free; {needed} MiB are needed, and {least} MiB stay free").format(
                    folder=clean(str(to), 200),
                    free=space.free >> 20,
                    needed=-(-needed >> 20),
                    least=space.least >> 20,
                )
            )
        )


def _remove_left(to: Path) -> None:
    """Remove what a backup left that was ended from outside: it was never named, and nothing will be made of it."""
    for left in to.glob(f"{PREFIX}*{PART}"):
        if left.is_dir() and time.time() - left.stat().st_mtime > _LEFT_S:
            shutil.rmtree(left, ignore_errors=True)


def _storage(problem: StorageError) -> str:
    return {
        "disk_full": _("the disk is full"),
        "missing": _("a database is not there yet: the monitor makes it when it starts"),
        "away": _("the database server does not answer"),
    }.get(problem.code, clean(problem.detail, 200))


def _not_made(why: str) -> str:
    return _("no backup was made: {reason}").format(reason=why)
