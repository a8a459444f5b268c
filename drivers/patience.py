"""A frame that can never be read must not block its sender for ever."""

from __future__ import annotations

GIVE_UP_AFTER = 3


class Patience:
    """Counts copies of one unreadable frame: noise damages each copy differently, a frame that is wrong in itself
    comes again as it was."""

    def __init__(self) -> None:
        self._last = b""
        self._copies = 0

    def is_over(self, raw: bytes) -> bool:
        """Whether `raw`, which has just come, is the third identical copy in a row: then acknowledge it, and keep it
        aside as an unknown signal."""
        self._copies = self._copies + 1 if raw == self._last else 1
        self._last = raw
        if self._copies < GIVE_UP_AFTER:
            return False
        self.reset()
        return True

    def reset(self) -> None:
        """A good frame has come, or the line was opened again."""
        self._last, self._copies = b"", 0
