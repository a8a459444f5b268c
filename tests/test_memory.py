"""Memory that is given back leaves the process."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has its own ways")

IN_PIECES = """
import os
from guardroom.memory import hold_memory_flat

def resident_kib():
    with open("/proc/self/statm") as fields:
        return int(fields.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024

{first}
bytearray(8_000_000)
before = resident_kib()
large, small = [], []
for _ in range(200):
    large.append(bytearray(200_000))
    small.append(bytearray(1_000))
taken = resident_kib() - before
large.clear()
print(taken, resident_kib() - before)
"""


def kept_of(first: str) -> tuple[int, int]:
    """KiB that were taken, and those that stayed when nearly all was given back."""
    told = subprocess.run(
        [sys.executable, "-c", IN_PIECES.format(first=first)], capture_output=True, text=True, check=True, timeout=60
    )
    taken, kept = map(int, told.stdout.split())
    return taken, kept


def test_large_pieces_leave_the_process_though_small_ones_lie_between() -> None:
    taken, kept = kept_of("hold_memory_flat()")
    assert taken > 30_000
    assert kept < 4_000


def test_without_it_they_stay() -> None:
    taken, kept = kept_of("")
    assert kept > taken / 2
