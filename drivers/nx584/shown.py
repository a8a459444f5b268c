"""Alarms that only a status shows, by a zone's memory or a siren: the log should have told of them."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.base import Signal

LOG_S = 15.0
"""The log event comes with the status, or is read with the next poll."""
EXPLAINS_S = 120.0
"""A siren may sound, or a memory show, so long after its log event."""

Key = tuple[str, int]
"""A zone or a partition, and its number."""


class Shown:
    """What is shown, and whether the log has told it."""

    def __init__(self) -> None:
        self._by_log: dict[Key, float] = {}
        self._waiting: dict[Key, tuple[float, Signal]] = {}
        self._told: dict[Key, Signal] = {}

    def log_told(self, key: Key, now: float) -> None:
        """The log has told of an alarm here."""
        self._by_log[key] = now
        self._waiting.pop(key, None)

    def was_told(self, key: Key) -> bool:
        """Whether an alarm that a status shows here was told."""
        return key in self._told

    def stands(self, key: Key, alarm: Signal, now: float, *, new: bool) -> None:
        """A status shows `alarm`. `new`: which it did not before."""
        since, _alarm = self._waiting.get(key, (now, alarm))
        if key in self._waiting or (new and key not in self._by_log and key not in self._told):
            self._waiting[key] = since, alarm

    def overdue(self, now: float, *, at_once: bool) -> Iterator[tuple[Key, Signal]]:
        """The alarms that the log has not told in time; `at_once`: it tells nothing."""
        for key, (since, alarm) in list(self._waiting.items()):
            if at_once or now - since >= LOG_S:
                del self._waiting[key]
                self._told[key] = alarm
                yield key, alarm

    def ended(self, key: Key, now: float) -> Signal | None:
        """A status shows no alarm here (any more); the alarm that was told of it, if one was."""
        self._waiting.pop(key, None)
        if now - self._by_log.get(key, now) > EXPLAINS_S:
            del self._by_log[key]
        return self._told.pop(key, None)
