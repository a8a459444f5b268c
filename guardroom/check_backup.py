"""What `guardroom check` says of the backups: are they made, how old is the last one, and is it sound?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.backup.asking import ask, is_answered
from guardroom.days import written_in
from guardroom.file_trouble import why_not
from guardroom.finding import Finding
from guardroom.language import _, n_
from guardroom.refusal import Refused
from guardroom.settings import Settings

if TYPE_CHECKING:
    from guardroom.backup.keeping import Kept

ANSWER_S = 15.0
"""How long the folder may take to say what is in it."""
LOOK_S = 60.0
"""How long it may take to look a backup through; and so much longer for each MiB of it:"""
MIB_S = 2.0


@dataclass(frozen=True, slots=True)
class _Folder:
    """What a quick look at the folder tells. `same_disk`: it lies on the disk of the journal."""

    can_be_written: bool
    same_disk: bool
    found: tuple[Kept, ...]


def backup_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The folder, the last backup's age, and whether it is sound: all of it is looked through, which takes a while."""
    what, folder = _("backup"), settings.backup.folder
    if folder is None:
        yield Finding("unset", what, _("no folder is set under [backup]: no backups are made"))
        return
    asked = ask(partial(_looked_at, folder, settings))
    if not is_answered(asked, ANSWER_S):
        yield Finding("wrong", what, _("{folder} does not answer").format(folder=folder))
        return
    try:
        there = asked.result()
    except OSError as error:
        said = _("{folder} cannot be read: {reason}")
        yield Finding("wrong", what, said.format(folder=folder, reason=why_not(error)))
        return
    if not there.can_be_written:
        yield Finding("wrong", what, _("{folder} cannot be written to").format(folder=folder))
        return
    from guardroom.backup.keeping import is_too_old, newest

    last = newest(there.found, now)
    if last is None:
        said = _("{folder}: there is no backup yet; the monitor makes them, `guardroom backup` makes one now")
        yield Finding("unset", what, said.format(folder=folder))
        return
    when = written_in(last.manifest.at, settings.site.zone)
    try:
        if not _is_looked_through(settings, last):
            said = _("{folder}: the last one, from {when}, could not be looked through in time: it is read too slowly")
            yield Finding("wrong", what, said.format(folder=folder, when=when))
            return
    except Refused as refused:
        yield Finding("wrong", what, refused.sentence)
        return
    count = n_("{count} backup", "{count} backups", len(there.found)).format(count=len(there.found))
    if is_too_old(settings.backup, last.manifest.at, now):
        said = _("{folder}: {count}; the last one, from {when}, is too old")
        yield Finding("wrong", what, said.format(folder=folder, count=count, when=when))
        return
    if there.same_disk:
        said = _("{folder}: {count}; the last one, from {when}, is sound, but lies on the same disk as the journal")
        yield Finding("unset", what, said.format(folder=folder, count=count, when=when))
        return
    said = _("{folder}: {count}; the last one, from {when}, was looked through and is sound")
    yield Finding("ok", what, said.format(folder=folder, count=count, when=when))


def _looked_at(folder: Path, settings: Settings) -> _Folder:
    """Raises OSError where what is in the folder cannot be told."""
    from guardroom.backup.keeping import kept

    can_be_written = _can_be_written(folder)
    try:
        found = kept(folder, settings.station) if can_be_written else ()
    except FileNotFoundError:
        found = ()
    return _Folder(can_be_written, _same_disk(folder, settings.journal.parent), found)


def _is_looked_through(settings: Settings, last: Kept) -> bool:
    """Look all through a backup; False where that takes too long. Raises Refused where it is not sound."""
    from guardroom.backup.making import house_secret
    from guardroom.restore.restoring import verified

    looked = ask(partial(verified, settings, last.folder, house_secret(settings)))
    size = sum(part.size for part in last.manifest.parts)
    if not is_answered(looked, LOOK_S + MIB_S * size / (1 << 20)):
        return False
    looked.result()
    return True


def _can_be_written(folder: Path) -> bool:
    there = next((each for each in (folder, *folder.parents) if each.exists()), None)
    return there is not None and there.is_dir() and os.access(there, os.W_OK)


def _same_disk(one: Path, other: Path) -> bool:
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError:
        return False
