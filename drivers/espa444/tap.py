"""A tap: it hears both directions of somebody else's line and never transmits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from drivers.base import Signal, Step, worth
from drivers.espa444.frames import Block, End, Frame, Request, Scanner
from drivers.espa444.options import Options

# A byte takes at most 37 ms (300 baud): a frame that stands still for a second has been cut.
FRAME_TIMEOUT_S = 1.0


class Tap:
    """Gives a signal for every block it hears, wherever it is addressed and whatever came before it.

    A block that its sender repeats comes again: whether that is news is for the alarm desk to say.
    """

    transmits = False

    def __init__(self, options: Options) -> None:
        self._scanner = Scanner(seven_bits=options.seven_bits)
        self._interpreter = options.interpreter
        self._heard = 0.0

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half frames."""
        self._scanner.clear()
        self._heard = now
        return ()

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """The signals of the frames that `data` completes, in one step."""
        if data:
            self._heard = now
        return self._steps(self._scanner.feed(data))

    def tick(self, now: float) -> Sequence[Step]:
        """Give up a frame that stands still."""
        if now - self._heard < FRAME_TIMEOUT_S:
            return ()
        return self._steps(self._scanner.expire())

    def _steps(self, frames: Iterable[Frame]) -> Sequence[Step]:
        signals: list[Signal] = []
        alive = False
        for frame in frames:
            # An acknowledgement is the receiver's, and says nothing about the panel.
            alive = alive or isinstance(frame, Block | End | Request)
            if (signal := self._interpreter.signal(frame)) is not None:
                signals.append(signal)
        return worth(Step(tuple(signals), alive=alive))
