"""A file that somebody named, read: never more of it than may be, and never what has no end."""

from __future__ import annotations

import stat
from pathlib import Path


def read_regular(path: Path, largest: int) -> bytes | None:
    """What is in the file, one byte more than `largest` at most; None where it is no regular file: a folder, a device
    or a pipe, which has no end or waits for ever. Raises OSError."""
    if not stat.S_ISREG(path.stat().st_mode):
        return None
    with path.open("rb") as file:
        return file.read(largest + 1)


def decoded(raw: bytes) -> str:
    """The text of a file: UTF-16 with a mark, UTF-8, else Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
