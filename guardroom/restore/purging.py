"""What was deleted since a backup was made is in it again: after a restore it is deleted anew, at once.

A file asks for it, so that a restore that is cut off, or a database that is away just then, does not forget it: whoever
has purged takes the file away, the restore itself or else the monitor at its first look.
"""

from __future__ import annotations

from pathlib import Path

from db.sqlite import make_private


def purge_marker(journal: Path) -> Path:
    """The file beside the journal that asks for a purge now."""
    return journal.with_name(f"{journal.name}.purge")


def purge_at_once(journal: Path) -> None:
    """Ask for a purge, whatever day it last ran. Raises StorageError."""
    make_private(purge_marker(journal))
