"""Folders of the town hall's own."""

from __future__ import annotations

import errno
from pathlib import Path


def private_folder(path: Path) -> None:
    """Make a folder that its owner alone may look into, and so each above it that is not there yet. Raises OSError."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(path))
