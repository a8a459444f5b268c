"""Whether every unit is read often enough for a button that is held for two seconds."""

from __future__ import annotations

from drivers.base import Kind, Signal, Trouble
from drivers.modbus.options import HELD_S, Options

ROUNDS = 5
"""One slow round may be the computer's own doing; so many more of them than quick ones are the line's."""


class Pace:
    """Measures the time from one reading of a unit to its next: speed, turnaround and silent units all count in it.

    `debounce` readings must fit into `HELD_S`, or a press may be over before it is believed.
    """

    def __init__(self, options: Options) -> None:
        self._longest = HELD_S / options.debounce
        self._read: dict[int, float] = {}
        self._slow = 0  # readings that came too late, less those in time
        self._told = False

    def opened(self) -> None:
        """Nobody has read for a while, and that is no matter of speed."""
        self._read.clear()

    def silent(self, address: int) -> None:
        """This unit did not answer: what comes next from it is no matter of speed."""
        self._read.pop(address, None)

    def read(self, address: int, now: float) -> list[Signal]:
        """This unit has answered: a fault where the units are read too seldom, and its restore."""
        before = self._read.get(address)
        self._read[address] = now
        if before is None:
            return []
        most = ROUNDS * len(self._read)
        self._slow = min(max(self._slow + (1 if now - before > self._longest else -1), 0), most)
        if self._slow != (0 if self._told else most):
            return []
        self._told = not self._told
        return [Signal(kind=Kind.FAULT if self._told else Kind.FAULT_RESTORE, trouble=Trouble.PACE)]
