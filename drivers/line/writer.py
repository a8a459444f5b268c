"""What the simulated panels share: lines go out one after the other, as fast as the wire carries them.

Nobody acknowledges a line. It counts as acknowledged when it has left: a port that is closed sooner drops it.
"""

from __future__ import annotations

import re

from drivers.line.options import BAUDRATES, Options
from drivers.panel_queue import PanelQueue

_BITS = 10  # start, eight, stop
_DRIVER_S = 0.05  # until the system has handed it to the port
_LONGEST_COMMAND = 100


class Writer(PanelQueue):
    """Sends what waits, and answers what it is asked."""

    def __init__(self, options: Options) -> None:
        super().__init__(options.tries)
        self._options = options
        self._asked = bytearray()
        self._left: float | None = None  # when the first that waits will have left

    def feed(self, data: bytes, now: float) -> bytes:
        """Answers to the commands that `data` completes."""
        self._asked += data
        *commands, rest = re.split(rb"[\r\n]", bytes(self._asked))
        self._asked = bytearray(rest[-_LONGEST_COMMAND:])
        return b"".join(self._answer(command.decode("ascii", "replace")) for command in commands if command)

    def tick(self, now: float) -> bytes:
        """The next line, once the one before has left."""
        if self._left is not None and now >= self._left:
            self._succeeded()
            self._left = None
        if self._left is not None or not self._waiting:
            return b""
        line = self._waiting[0]
        self._left = now + _DRIVER_S + len(line) * _BITS / BAUDRATES[self._options.preset]
        return line

    def _answer(self, command: str) -> bytes:
        raise NotImplementedError
