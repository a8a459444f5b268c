"""Which programs hold a serial device. Linux tells in `/proc`; elsewhere nobody is named."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Holder:
    """A running program that has a device open. `program` is its name without its arguments."""

    pid: int
    program: str

    def __str__(self) -> str:
        return f"{self.program} ({self.pid})"


def lock_owners(device: str) -> tuple[Holder, ...]:
    """The programs with an advisory lock on `device`, as far as the system tells them apart from its other users."""
    try:
        status = Path(device).stat()
        lines = (_PROC / "locks").read_text().splitlines()
    except OSError:
        return ()
    wanted = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    # "1: FLOCK  ADVISORY  WRITE 6563 00:1a:3 0 EOF"; a line with "->" is somebody who waits for the lock.
    owners = {
        int(fields[4])
        for fields in (line.split() for line in lines)
        if len(fields) > 5 and fields[1] != "->" and fields[5] == wanted and fields[4].isdigit()
    }
    return tuple(Holder(pid, program_name(pid)) for pid in sorted(owners) if _runs(pid))


def holders(device: str) -> tuple[Holder, ...]:
    """The programs that have `device` open, this one included.

    A program of another user is only seen where it holds a lock, unless the caller may look everywhere.
    """
    found = {holder.pid: holder for holder in lock_owners(device)}
    path = os.path.realpath(device)
    for pid in _pids():
        if pid not in found and path in _open_paths(pid):
            found[pid] = Holder(pid, program_name(pid))
    return tuple(found[pid] for pid in sorted(found))


def program_name(pid: int) -> str:
    """What people call the program: `guardroom monitor`, `minicom`; `?` where the system does not tell."""
    try:
        words = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
        comm = (_PROC / str(pid) / "comm").read_text(errors="replace").strip()
    except OSError:
        return "?"
    words = [word for word in words if word]
    if words and Path(words[0]).name.startswith("python"):
        words = words[1:]
        while words and words[0].startswith("-") and words[0] not in ("-m", "-c"):
            words = words[1:]
        if words and words[0] == "-c":
            words = []
        elif words and words[0] == "-m":
            words = words[1:]
    if not words:
        return comm or "?"
    path = Path(words[0])
    name = path.parent.name if path.name == "__main__.py" else path.name
    if name == "guardroom":
        name = " ".join([name, *(word for word in words[1:2] if word.isalpha())])
    return name


def _pids() -> list[int]:
    try:
        return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    except OSError:
        return []


def _runs(pid: int) -> bool:
    return (_PROC / str(pid)).exists()


def _open_paths(pid: int) -> set[str]:
    paths: set[str] = set()
    try:
        for entry in (_PROC / str(pid) / "fd").iterdir():
            with contextlib.suppress(OSError):
                paths.add(str(entry.readlink()))
    except OSError:
        pass
    return paths
