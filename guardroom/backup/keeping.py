"""Which backups there are, when the next one is due, and which are no longer kept. What is asked of the clock is asked
when it is looked, never remembered: a PC that was off makes its backup when it is on again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from guardroom.backup.manifest import FILE, NOT_THERE, PART, PREFIX, Manifest, NotSound, is_whole, read
from guardroom.config_backup import NIGHT
from guardroom.settings import BackupPlan

GRACE = timedelta(hours=6)
"""A backup may be so much later than planned: a night in which none begins, a PC that was off for a while."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished backup, by a quick look: its manifest can be read, and its files have their lengths."""

    folder: Path
    manifest: Manifest


def kept(folder: Path, station: str) -> tuple[Kept, ...]:
    """This station's backups in the folder, the oldest first. Raises OSError: FileNotFoundError where there is no such
    folder, others where it cannot be told what is in it."""
    found: list[Kept] = []
    away: OSError | None = None
    # Path.glob keeps to itself what went wrong.
    for name in sorted(os.listdir(folder)):  # noqa: PTH208 - names are all that is wanted
        if not name.startswith(PREFIX) or name.endswith(PART):
            continue
        each = folder / name
        try:
            manifest = read(each)
            if manifest.station == station and is_whole(each, manifest):
                found.append(Kept(each, manifest))
        except (NotSound, OSError) as problem:
            error = problem.__cause__ if isinstance(problem, NotSound) else problem
            if isinstance(error, OSError) and not isinstance(error, NOT_THERE):
                away = error
    if away is not None and not found:
        # The names may still be known here of a folder on another computer that has gone away.
        raise away
    return tuple(sorted(found, key=lambda one: one.manifest.at))


def newest(found: Sequence[Kept], now: datetime) -> Kept | None:
    """The last backup that was made; one that is dated ahead, by a clock that was wrong, says nothing."""
    return next((one for one in reversed(found) if one.manifest.at <= now), None)


def is_due(plan: BackupPlan, last: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a backup is to begin now; `last` is when the last good one was made. Never while clocks are changed."""
    here = now.astimezone(zone)
    if plan.folder is None or here.hour in NIGHT:
        return False
    if last is None:
        return True
    if plan.every_hours:
        return now - last >= timedelta(hours=plan.every_hours)
    planned = datetime.combine(here.date(), plan.at, zone)
    if planned > here:
        planned = datetime.combine(here.date() - timedelta(days=1), plan.at, zone)
    return last < planned.astimezone(UTC)


def is_too_old(plan: BackupPlan, last: datetime, now: datetime) -> bool:
    """Whether the last good backup is older than the plan allows."""
    return now - last > timedelta(hours=plan.every_hours or 24) + GRACE


def superfluous(found: Sequence[Kept], keep: int, now: datetime) -> tuple[Kept, ...]:
    """Those that are no longer kept: all but the newest `keep`, and never the last one that has the main database.

    One that is dated ahead is not counted, and stays until its time has come: else each new one would go for it.
    """
    made = [one for one in found if one.manifest.at <= now]
    with_database = [one for one in made if one.manifest.database]
    return tuple(one for one in made[:-keep] if not with_database or one is not with_database[-1])


def remove(one: Kept) -> None:
    """Delete a backup. It loses its name first, so that half of one is never taken for a whole one. Raises OSError."""
    gone = one.folder.with_name(f"{one.folder.name}{PART}")
    one.folder.rename(gone)
    (gone / FILE).unlink(missing_ok=True)
    shutil.rmtree(gone)
