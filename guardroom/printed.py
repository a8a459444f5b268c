"""Pages of HTML that are written to be opened and printed: whole or not at all, and for their owner alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.refusal import Refused
from guardroom.text import clean


def put(folder: Path, name: str, page: str) -> Path:
    """Write the page into the folder under this name; one that was written before is replaced. Raises Refused where it
    cannot be written; then the one from before is still there."""
    path = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened, aside = tempfile.mkstemp(prefix=".page-", suffix=".part", dir=folder)
        try:
            with os.fdopen(opened, "w", encoding="utf-8") as out:
                out.write(page)
            Path(aside).replace(path)
        finally:
            Path(aside).unlink(missing_ok=True)
    except OSError as error:
        raise Refused(
            _("{file} cannot be written: {reason}").format(file=clean(str(path)), reason=why_not(error))
        ) from error
    return path
