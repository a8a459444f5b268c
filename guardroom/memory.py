"""How a process that runs for months holds its memory."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
"""The parameters' numbers in glibc's malloc.h (mallopt(3))."""
_LARGE = 64 * 1024


def hold_memory_flat() -> None:
    """Have memory that is given back leave the process, instead of lying in pieces between what is still in use.

    glibc keeps a heap for every few threads and takes ever larger pieces into it the larger those were that came back:
    in a monitor some 9 MiB lay idle after a day, against half of one like this. Where the C library is another one
    nothing is changed.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    mallopt(_ARENA_MAX, 1)
    mallopt(_MMAP_THRESHOLD, _LARGE)
    mallopt(_TRIM_THRESHOLD, _LARGE)
