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


IN_THREADS = """
import ctypes, tempfile, threading
from guardroom.memory import hold_memory_flat

print({first})
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.fdopen.restype = ctypes.c_void_p
together = threading.Barrier(8)

def take():
    together.wait()
    library.malloc(1000)
    together.wait()

threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
with tempfile.TemporaryFile() as told:
    stream = ctypes.c_void_p(library.fdopen(told.fileno(), b"w"))
    library.malloc_info(0, stream)
    library.fflush(stream)
    told.seek(0)
    print(told.read().count(b"<heap nr="))
"""


WITH_HOLES = """
import os
from guardroom.memory import GIVE_EVERY_S, GIVE_LATEST_S, GiveBack, hold_memory_flat

def resident_kib():
    with open("/proc/self/statm") as fields:
        return int(fields.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024

class Clock:
    at = 0.0
    def monotonic(self):
        return self.at

{first}
clock = Clock()
memory = GiveBack(clock)
before = resident_kib()
taken, kept = [], []
for number in range(20_000):
    (taken if number % 40 else kept).append(bytearray(2_000))
print(resident_kib() - before)
taken.clear()
for clock.at, idle in (
    (GIVE_EVERY_S - 1, True),
    (GIVE_EVERY_S, False),
    (GIVE_LATEST_S if LATE else GIVE_EVERY_S, not LATE),
):
    memory.turned(lambda: idle)
    print(resident_kib() - before)
"""


def told_by(program: str, first: str) -> list[str]:
    """What the program writes that begins with this."""
    told = subprocess.run(
        [sys.executable, "-c", program.format(first=first)], capture_output=True, text=True, check=True, timeout=60
    )
    return told.stdout.split()


def kept_of(first: str) -> tuple[int, int]:
    """KiB that were taken, and those that stayed when nearly all was given back."""
    taken, kept = map(int, told_by(IN_PIECES, first))
    return taken, kept


def test_large_pieces_leave_the_process_though_small_ones_lie_between() -> None:
    taken, kept = kept_of("hold_memory_flat()")
    assert taken > 30_000
    assert kept < 4_000


def test_all_threads_take_from_one_heap() -> None:
    assert told_by(IN_THREADS, "hold_memory_flat()") == ["True", "1"]
    assert int(told_by(IN_THREADS, "None")[1]) > 1


@pytest.mark.parametrize("late", [False, True])
def test_holes_are_given_back_while_no_alarm_is_open_or_late(late: bool) -> None:
    taken, early, busy, given = map(int, told_by(WITH_HOLES, f"LATE = {late}; hold_memory_flat()"))
    assert taken > 30_000
    assert early > taken - 2_000, "it is not time yet"
    assert busy > taken - 2_000, "an alarm is open"
    assert given < taken / 4


def test_without_it_they_stay() -> None:
    taken, kept = kept_of("")
    assert kept > taken / 2
