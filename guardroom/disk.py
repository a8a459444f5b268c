"""How much room the disk has for the journal."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

_LEAST_BYTES = 1 << 30
_LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Space:
    """A disk's free and whole size in bytes."""

    free: int
    total: int

    @property
    def least(self) -> int:
        """What should be free, in bytes: 1 GiB, or a tenth of a disk that is small."""
        return min(_LEAST_BYTES, int(self.total * _LEAST_SHARE))

    @property
    def nearly_full(self) -> bool:
        """Whether less is free than should be."""
        return self.free < self.least


def space_at(folder: Path) -> Space:
    """The disk that `folder` is on. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return Space(usage.free, usage.total)
