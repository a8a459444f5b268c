"""`[backup]` in `guardroom.toml`: where backups are written, when, and how many are kept."""

from __future__ import annotations

from datetime import time
from pathlib import Path

from guardroom.config_table import Table
from guardroom.language import _
from guardroom.settings import BackupPlan

NIGHT = range(1, 4)
"""The hours in which clocks are changed; no backup begins in them."""

_USUAL = BackupPlan()


def read_backup(root: Table, folder: Path) -> BackupPlan:
    """`[backup]`; paths are against `folder`."""
    table = root.table("backup")
    allowed = _("a folder's name, in quotes")
    name = table.exact("folder", "", allowed=allowed)
    programs = table.exact("programs", "", allowed=allowed)
    plan = BackupPlan(
        folder=folder / Path(name).expanduser() if name else None,
        every_hours=int(table.number("every_hours", 0, 1, 168, _("hours"))),
        at=_at(table),
        keep=int(table.number("keep", _USUAL.keep, 2, 1000)),
        database=table.flag("database", _USUAL.database),
        programs=folder / Path(programs).expanduser() if programs else None,
    )
    table.finish()
    if plan.every_hours and "at" in table.values:
        table.wrong("at", _("give either at or every_hours"))
    return plan


def _at(table: Table) -> time:
    allowed = _('a time of day such as "05:00", not between 01:00 and 04:00')
    said = table.exact("at", f"{_USUAL.at:%H:%M}", allowed=allowed)
    try:
        hour, minute = said.split(":")
        if len(hour) == len(minute) == 2 and said.replace(":", "").isdecimal():
            found = time(int(hour), int(minute))
            if found.hour not in NIGHT:
                return found
    except ValueError:
        pass
    table.wrong("at", _("allowed is {allowed}").format(allowed=allowed))
    return _USUAL.at
