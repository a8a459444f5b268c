"""What `guardroom check` says of the backups: are they made, how old is the last one, and is it sound?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from guardroom.days import written_in
from guardroom.finding import Finding
from guardroom.language import _, n_
from guardroom.refusal import Refused
from guardroom.settings import Settings


def backup_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The folder, the last backup's age, and whether it is sound: all of it is looked through, which takes a while."""
    what, folder = _("backup"), settings.backup.folder
    if folder is None:
        yield Finding("unset", what, _("no folder is set under [backup]: no backups are made"))
        return
    if not _can_be_written(folder):
        yield Finding("wrong", what, _("{folder} cannot be written to").format(folder=folder))
        return
    from guardroom.backup.keeping import is_too_old, kept, newest
    from guardroom.backup.making import house_secret
    from guardroom.restore.restoring import verified

    found = kept(folder, settings.station)
    last = newest(found, now)
    if last is None:
        said = _("{folder}: there is no backup yet; the monitor makes them, `guardroom backup` makes one now")
        yield Finding("unset", what, said.format(folder=folder))
        return
    try:
        verified(settings, last.folder, house_secret(settings))
    except Refused as refused:
        yield Finding("wrong", what, refused.sentence)
        return
    count = n_("{count} backup", "{count} backups", len(found)).format(count=len(found))
    when = written_in(last.manifest.at, settings.site.zone)
    if is_too_old(settings.backup, last.manifest.at, now):
        said = _("{folder}: {count}; the last one, from {when}, is too old")
        yield Finding("wrong", what, said.format(folder=folder, count=count, when=when))
        return
    if _same_disk(folder, settings.journal.parent):
        said = _("{folder}: {count}; the last one, from {when}, is sound, but lies on the same disk as the journal")
        yield Finding("unset", what, said.format(folder=folder, count=count, when=when))
        return
    said = _("{folder}: {count}; the last one, from {when}, was looked through and is sound")
    yield Finding("ok", what, said.format(folder=folder, count=count, when=when))


def _can_be_written(folder: Path) -> bool:
    there = next((each for each in (folder, *folder.parents) if each.exists()), None)
    return there is not None and there.is_dir() and os.access(there, os.W_OK)


def _same_disk(one: Path, other: Path) -> bool:
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError:
        return False
