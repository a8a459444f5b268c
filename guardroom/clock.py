"""The one clock. Everything that needs the time is handed a `Clock`; tests hand over one they move themselves."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

_BOOTTIME: int | None = getattr(time, "CLOCK_BOOTTIME", None)


class Clock(Protocol):
    """Time of day and running time."""

    def now(self) -> datetime:
        """The time of day, UTC, aware."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow, for durations."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """The time of day, UTC, aware."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment, sleep included where the system counts it; the same in every process."""
        if _BOOTTIME is not None:
            return time.clock_gettime(_BOOTTIME)
        return time.monotonic()


def stamp(moment: datetime) -> str:
    """A UTC moment as it is stored and sent: ISO 8601 to the millisecond, `2025-11-24T12:42:07.123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(stamped: str) -> datetime:
    """The aware UTC moment that `stamp` wrote."""
    return datetime.fromisoformat(stamped)


def local(stamped: str, zone: ZoneInfo) -> datetime:
    """The site's local time of a stored moment."""
    return moment(stamped).astimezone(zone)


def boot_id() -> str:
    """Names the time within which monotonic seconds can be compared: this boot of the computer, or this process."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return uuid.uuid4().hex
