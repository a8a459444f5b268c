"""The files of one PC that hold personal data, or may: where they lie, which are past their time, who may read them."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from db.schema import sqlite_path
from drivers.rawlog import raw_log_path
from guardroom.notices.station import outbox_path
from guardroom.people.anchor import anchor_path
from guardroom.privacy.register import Kind
from guardroom.processes import browser_log, dashboard_log, monitor_log
from guardroom.reports.document import report_folder
from guardroom.settings import Settings

_LEFT = r"\.(?:letter|page|list)-.*\.(?:part|former)"
"""What a crash left."""

_OURS = re.compile(
    r"(?:H-\d{4,}|FB-\d{4}-\d{3,}) .+ \d{4}-\d\d-\d\d(?: \(\d+\))?\.docx"  # letters
    r"|H-\d{4,}\.html|Oe-\d{4}-\d+\.html"  # an incident's sheet, a drill's report
    r"|access-\d+\.(?:html|json)"  # what is kept of a citizen
    r"|follow-ups-.+-\d{4}-\d\d-\d\d-\d{4}(?:-\d+)?\.csv"
    rf"|{_LEFT}"
)
"""Names that only the program gives: in the letters' folder other people may keep files of their own."""

_SHIFT = re.compile(rf".+-\d{{4}}-\d\d-\d\d\.(?:html|pdf|json)|{_LEFT}")
"""A printed shift report; the reports of half years tell of nobody."""

_MADE = re.compile(r".*\.(?:before-.+|corrupt)[.-](\d{8}T\d{6}Z)")
"""The name of a copy, or of a file that was set aside: it ends in when that was, in UTC."""

_STAMPED = re.compile(r'(?:\{"at": ")?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)')
_GROUP_AND_OTHERS = 0o077
_BLOCK = 1 << 20
_NOTHING = bytes(_BLOCK)


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the program's that is past its time, or holds lines that are."""

    kind: Kind
    path: Path


def whole_files(settings: Settings) -> Iterator[Found]:
    """Files that are deleted whole, once nobody has written in them for long enough."""
    folder = settings.letters.folder
    for path in _files(folder):
        if _OURS.fullmatch(path.name):
            yield Found("letters", path)
    for path in _files(report_folder(settings)):
        if _SHIFT.fullmatch(path.name):
            yield Found("letters", path)
    for path in _files(raw_folder(settings)):
        if not path.name.endswith(".jsonl"):
            yield Found("raw_logs", path)
    for path in _files(settings.journal.parent):
        if path.name.startswith(tuple(f"{log(settings).name}." for log in (dashboard_log, browser_log))):
            yield Found("logs", path)
    for base in databases(settings):
        for path in _files(base.parent):
            if re.fullmatch(rf"{re.escape(base.name)}\.(?:before-.+|corrupt\..+|restored\.part.*)", path.name):
                yield Found("copies", path)


def growing_files(settings: Settings) -> Iterator[Found]:
    """Files that are written line by line, of which the oldest lines go."""
    for path in _files(raw_folder(settings)):
        if path.name.endswith(".jsonl"):
            yield Found("raw_logs", path)
    for path in (monitor_log(settings), dashboard_log(settings), browser_log(settings)):
        if path.is_file():
            yield Found("logs", path)


def is_older(path: Path, before: datetime) -> bool:
    """Whether nobody has written in the file since; a copy, or one that was set aside, is as old as its name says, as
    renaming it has left the time of its last change. False where it is gone or is only a link."""
    try:
        found = path.lstat()
    except OSError:
        return False
    at = _made(path.name) or datetime.fromtimestamp(found.st_mtime, UTC)
    return stat.S_ISREG(found.st_mode) and at < before


def old_lines(path: Path, before: datetime) -> int:
    """How many bytes at the file's beginning are lines from before this moment. A line without a time belongs to the
    one before it; the last ones without are as old as the file's last change. Raises OSError."""
    old = read = 0
    with path.open("rb") as file:
        for line in file:
            at = _stamp(line)
            if at is not None and at >= before:
                # What stands before the first line with a time is not known to be older than that.
                return read if old else 0
            read += len(line)
            if at is not None:
                old = read
    return read if is_older(path, before) else old


def drop_lines(path: Path, before: datetime) -> bool:
    """Take the lines from before this moment out of a file that others go on writing in; whether there were any.

    In place, as whoever has it open goes on in it. A line that is written at this very moment may be lost. Raises
    OSError.
    """
    old = old_lines(path, before)
    if not old:
        return False
    changed = path.stat()
    with path.open("r+b") as file:
        kept = 0
        # A block at a time: the panels are answered from the same memory.
        while block := _read_at(file, old + kept):
            file.seek(kept)
            file.write(block)
            kept += len(block)
        # What is cut off is overwritten first: the space it took is given back with it.
        _overwrite(file, kept, old)
        file.truncate(kept)
    # The lines that are left are not younger for it.
    os.utime(path, ns=(changed.st_atime_ns, changed.st_mtime_ns))
    return True


def destroy(path: Path) -> None:
    """Overwrite a file and delete it; one that is gone is gone. Of one that has another name too only this name goes: a
    restore that was cut off leaves one of the database in use. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        found = path.stat()
        # Not even opened: closing it would take from SQLite the locks that this process has on the database.
        if found.st_nlink == 1:
            with path.open("r+b") as file:
                _overwrite(file, 0, found.st_size)
        path.unlink()


def too_open(settings: Settings) -> tuple[Path, ...]:
    """Files and folders of the program that others than their owner may read; none on Windows, which has its own."""
    if os.name != "posix":
        return ()
    return tuple(path for path in _private(settings) if _mode(path) & _GROUP_AND_OTHERS)


def raw_folder(settings: Settings) -> Path:
    """The folder of the raw logs."""
    return raw_log_path(settings.journal, "any").parent


def databases(settings: Settings) -> tuple[Path, ...]:
    """The SQLite files of this PC."""
    main = sqlite_path(settings.database)
    return (settings.journal, outbox_path(settings.journal), *(() if main is None else (main,)))


def _read_at(file: BinaryIO, start: int) -> bytes:
    file.seek(start)
    return file.read(_BLOCK)


def _overwrite(file: BinaryIO, start: int, size: int) -> None:
    """Write nothing but zeros over so many bytes, and have them on the disk. Raises OSError."""
    file.seek(start)
    for left in range(size, 0, -_BLOCK):
        file.write(_NOTHING[:left])
    file.flush()
    os.fsync(file.fileno())


def _private(settings: Settings) -> Iterator[Path]:
    for base in databases(settings):
        yield from (path for path in _files(base.parent) if path.name.startswith(base.name))
    for path in (settings.secret, anchor_path(settings), settings.mail.password_file):
        if path is not None and path.is_file():
            yield path
    for path in _files(settings.journal.parent):
        if path.name.startswith((f"{settings.journal.stem}-", settings.journal.name)) and path.suffix != ".db":
            yield path
    for folder in (raw_folder(settings), settings.letters.folder, report_folder(settings)):
        if folder.is_dir():
            yield folder
    yield from (found.path for found in whole_files(settings) if found.kind in ("letters", "raw_logs"))
    yield from (found.path for found in growing_files(settings) if found.kind == "raw_logs")


def _mode(path: Path) -> int:
    try:
        found = path.lstat()
    except OSError:
        return 0
    return 0 if stat.S_ISSOCK(found.st_mode) or stat.S_ISLNK(found.st_mode) else stat.S_IMODE(found.st_mode)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    except OSError:
        return []


def _made(name: str) -> datetime | None:
    """When a copy was made, or a file set aside, as its name says; None where it says nothing of it."""
    found = _MADE.match(name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _stamp(line: bytes) -> datetime | None:
    """When a line was written: raw logs in UTC, the program's logs by this PC's clock."""
    found = _STAMPED.match(line[:40].decode("ascii", "replace"))
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(f"{found[1]}T{found[2]}")
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if line.startswith(b"{") else at.astimezone(UTC)
