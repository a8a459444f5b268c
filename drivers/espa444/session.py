"""What both answering receivers share: frames in, one step out, and the rule about stale requests.

The line is stop-and-wait: whoever asks waits for the answer. If anything follows a request in what has arrived, the
asker has given it up meanwhile, and an answer now would be taken for the answer to something else. So only the last
request is answered, and only if nothing follows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from drivers.base import Kind, Signal, Step, worth
from drivers.espa444.frames import ACK, EOT, NAK, NO_HEADER, Block, Frame, Scanner
from drivers.espa444.options import Options
from drivers.espa444.tap import FRAME_TIMEOUT_S
from drivers.framing import WRONG_CHECK, Bad

# "No valid transaction for 10 s": the control station regains control.
SESSION_S = 10.0

SEND_ACK = bytes([ACK])
SEND_EOT = bytes([EOT])
SEND_BAD_BLOCK = b"1" + bytes([NAK])


class Receiver:
    """A receiver that answers. `_selected` is the station now selected: "" none, else its address."""

    transmits = True

    def __init__(self, options: Options, own: str) -> None:
        self._options = options
        self._own = own
        self._scanner = Scanner(seven_bits=options.seven_bits)
        self._interpreter = options.interpreter
        self._heard = 0.0
        self._selected = ""

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """One step with the signals of all frames that `data` completes and the answer to the last request."""
        if data:
            self._heard = now
        return self._steps(self._scanner.feed(data), now)

    def _cut_off(self, now: float) -> Sequence[Step]:
        """Give up a frame that stands still. No answer: its sender's own time-out is as long."""
        if now - self._heard < FRAME_TIMEOUT_S or not self._scanner.unfinished:
            return ()
        return self._steps(self._scanner.expire(), now)

    def _steps(self, frames: Iterable[Frame], now: float) -> Sequence[Step]:
        signals: list[Signal] = []
        reply = b""
        alive = False
        for frame in frames:
            if isinstance(frame, Block | Bad):
                signal = self._of_block(frame)
                reply = self._answer_to_block(frame)
                self._block_came(frame, now)
                alive = alive or isinstance(frame, Block)
            else:
                signal, reply, valid = self._request_came(frame, now)
                alive = alive or valid
            if signal is not None:
                signals.append(signal)
        if self._scanner.unfinished:
            reply = b""
        return worth(Step(tuple(signals), reply, alive))

    def _of_block(self, frame: Block | Bad) -> Signal | None:
        signal = self._interpreter.signal(frame)
        if signal is not None and isinstance(frame, Block) and self._selected not in ("", self._own):
            # Somebody else's call: on record, with whom it was for, and no alarm of ours.
            return replace(signal, kind=Kind.INFO, cause=None, account=self._selected)
        return signal

    def _answer_to_block(self, frame: Block | Bad) -> bytes:
        if self._selected != self._own:
            return b""
        if isinstance(frame, Block):
            return SEND_ACK
        # "1" for both: on "3" (invalid message) a master would not try again, and it may only be a bad line.
        return SEND_BAD_BLOCK if frame.reason in (WRONG_CHECK, NO_HEADER) else b""

    def _block_came(self, frame: Block | Bad, now: float) -> None:
        raise NotImplementedError

    def _request_came(self, frame: Frame, now: float) -> tuple[Signal | None, bytes, bool]:
        """Move the session on: the frame's signal, the answer to it, and whether it was a valid one of the panel."""
        raise NotImplementedError
