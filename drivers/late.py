"""When a panel that was not listened to empties its buffer: which of its events are old."""

from __future__ import annotations


class Backlog:
    """Events that follow each other closely after a reconnect are the panel's buffer, not what happens now.

    A panel sends the next stored event as soon as the one before is acknowledged; `gap_s` without one ends the burst.
    """

    def __init__(self, gap_s: float = 3.0) -> None:
        self._gap_s = gap_s
        self._waiting = False
        self._until: float | None = None
        self._was_late = False  # the last event

    def opened(self) -> None:
        """The line has just been opened: a buffer may come once the panel notices."""
        self._waiting, self._until = True, None

    def released(self, now: float) -> None:
        """What makes the panel empty its buffer has just happened (a heartbeat was acknowledged): once a reconnect."""
        if self._waiting:
            self._waiting, self._until = False, now + self._gap_s

    def is_late(self, now: float, *, copy: bool = False) -> bool:
        """Whether an event that comes now is out of the buffer. A `copy` of one that was is too, whenever it comes."""
        if not (copy and self._was_late) and (self._until is None or now > self._until):
            self._until, self._was_late = None, False
        else:
            self._until, self._was_late = now + self._gap_s, True
        return self._was_late
