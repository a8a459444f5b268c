"""What every simulated panel has: the signals that wait, and what became of the others."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Waiting(Generic[T]):
    """What waits to be told, the first of it under way.

    `tries`: it is given up after so many tries without success; 0: never.
    """

    def __init__(self, tries: int = 0) -> None:
        self._tries = tries
        self._waiting: deque[T] = deque()
        self._failed = 0  # tries without success for the first of them
        self._acknowledged = 0
        self._abandoned = 0

    @property
    def acknowledged(self) -> int:
        """How many the receiver has acknowledged (for a protocol without acknowledgement: that were sent)."""
        return self._acknowledged

    @property
    def abandoned(self) -> int:
        """How many were given up."""
        return self._abandoned

    @property
    def idle(self) -> bool:
        """True when none waits."""
        return not self._waiting

    def _succeeded(self) -> None:
        """The first that waits has arrived."""
        self._waiting.popleft()
        self._acknowledged += 1
        self._failed = 0

    def _not_yet(self) -> None:
        """One more try for the first that waits has failed."""
        self._failed += 1
        if self._tries and self._failed >= self._tries:
            self._waiting.popleft()
            self._abandoned += 1
            self._failed = 0


class PanelQueue(Waiting[bytes]):
    """Frames that wait to be sent."""
