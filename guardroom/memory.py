"""How a process that runs for months holds its memory."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable

from guardroom.clock import Clock

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
"""The parameters' numbers in glibc's malloc.h (mallopt(3))."""
_LARGE = 64 * 1024
"""Bytes; what is larger is asked of the system by itself, and goes back to it by itself."""

QUIET_S = 10.0
EVERY_S = 300.0
LONGEST_S = 1800.0
GIVE_EVERY_S = 1800.0
GIVE_LATEST_S = 4 * 3600.0
_NEVER = 1_000_000
"""So many rounds among what is younger that no process lives to see them."""


def hold_memory_flat() -> bool:
    """Have memory that is given back leave the process, instead of lying in pieces between what is still in use.

    By itself glibc makes a heap for nearly every thread, and takes ever larger pieces into it the larger those were
    that came back: in a monitor some 9 MiB lay idle after a day, with this half a MiB. False where the C library is
    another one, and nothing is changed.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return False
    return all([mallopt(_ARENA_MAX, 1), mallopt(_MMAP_THRESHOLD, _LARGE), mallopt(_TRIM_THRESHOLD, _LARGE)])


class GiveBack:
    """Pages of memory that nothing lies in any more, given back to the system now and then.

    What is taken for a moment, such as for an alarm that was pressed many times, leaves holes behind it, and the next
    large piece goes beyond them: without this a monitor grows with every record, for ever more slowly. It takes a
    millisecond or two, in which other threads wait for memory; so it is done while no alarm is open.
    """

    def __init__(self, clock: Clock) -> None:
        self._trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
        self._clock = clock
        self._given_at = clock.monotonic()

    def turned(self, is_idle: Callable[[], bool]) -> None:
        """Some time has gone by. `is_idle`: whether no alarm is open; asked only where it is time."""
        waited = self._clock.monotonic() - self._given_at
        if self._trim is not None and waited >= GIVE_EVERY_S and (waited >= GIVE_LATEST_S or is_idle()):
            self._trim(0)
            self._given_at = self._clock.monotonic()


class IdleCollector:
    """Garbage collection of a process that somebody looks at, while nobody needs it.

    To look through all that a dashboard holds takes a tenth of a second. By itself that comes when most is being made:
    when a screen opens, or an alarm is painted for the first time. From now on it comes when nobody has needed the
    process for `QUIET_S`, every `EVERY_S`, and after `LONGEST_S` in any case. What was made only just now is looked
    through at any time, as ever: that is soon done.
    """

    def __init__(self, clock: Clock) -> None:
        young, middle, _old = gc.get_threshold()
        gc.set_threshold(young, middle, _NEVER)
        self._clock = clock
        self._collected_at = clock.monotonic()

    def turned(self, quiet_s: float) -> None:
        """Another second has gone by; for so many of them nobody has needed the process."""
        waited = self._clock.monotonic() - self._collected_at
        if waited >= LONGEST_S or (waited >= EVERY_S and quiet_s >= QUIET_S):
            gc.collect()
            self._collected_at = self._clock.monotonic()
