"""What was deleted since a backup was made is in it again: after a restore it is deleted anew, at once."""

from __future__ import annotations

from pathlib import Path

from db.sqlite import make_private


def purge_marker(journal: Path) -> Path:
    """The file beside the journal that asks for a purge now: whoever has purged removes it."""
    return journal.with_name(f"{journal.name}.purge")


def purge_at_once(journal: Path) -> None:
    """Have the next daily purge run at the monitor's first look, whatever day it last ran. Raises StorageError."""
    make_private(purge_marker(journal))
