"""How a process that runs for months holds its memory."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
"""The parameters' numbers in glibc's malloc.h (mallopt(3))."""
_LARGE = 64 * 1024
"""Bytes; what is larger is asked of the system by itself, and goes back to it by itself."""


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
