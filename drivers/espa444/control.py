"""`guardroom` as the control station (usually "1"): it polls the panel, which then selects it and sends its calls.

Control comes back with the panel's EOT, with no answer to a poll in `reply_timeout_s`, or after ten seconds without
a valid frame; in the latter cases `guardroom` ends the session with an EOT of its own.
Blocks that come without a select, or for another station, are treated as `station` treats them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from drivers.base import Kind, Signal, Step
from drivers.espa444.frames import Block, End, Frame, Request, request
from drivers.espa444.options import Options
from drivers.espa444.session import SEND_ACK, SEND_EOT, SESSION_S, Receiver
from drivers.framing import Bad


class ControlStation(Receiver):
    """Polls `poll` in turn, one every `poll_s`. On a two-wire line it may hear itself: its own frames are ignored."""

    def __init__(self, options: Options) -> None:
        super().__init__(options, options.control_address)
        self._stations = cycle(options.poll)
        self._polled = ""  # the station polled last
        self._away = False  # it has been given control and has not given it back
        self._until = 0.0  # when control is taken back
        self._next_poll = 0.0

    def opened(self, now: float) -> Sequence[Step]:
        """Forget everything and take control."""
        self._scanner.clear()
        self._heard = now
        self._end(now + self._options.poll_s)
        return (Step(reply=SEND_EOT),)

    def tick(self, now: float) -> Sequence[Step]:
        """Poll, or take control back from a station that does not use it."""
        steps = list(self._cut_off(now))
        if self._scanner.unfinished:
            return steps
        if self._away:
            if now >= self._until:
                self._end(now + self._options.poll_s)
                steps.append(Step(reply=SEND_EOT))
        elif now >= self._next_poll:
            self._polled = next(self._stations)
            self._away = True
            self._until = now + self._options.reply_timeout_s
            steps.append(Step(reply=request(self._polled)))
        return steps

    def _end(self, next_poll: float) -> None:
        self._away = False
        self._selected = ""
        self._next_poll = next_poll

    def _block_came(self, frame: Block | Bad, now: float) -> None:
        if self._away and isinstance(frame, Block):
            self._until = now + SESSION_S

    def _request_came(self, frame: Frame, now: float) -> tuple[Signal | None, bytes, bool]:
        signal = self._interpreter.signal(frame)
        if isinstance(frame, End):
            if not self._away:
                return None, b"", False
            # A station that had something to say may have more: the next poll follows at once.
            self._end(now if self._selected else now + self._options.poll_s)
            return Signal(kind=Kind.HEARTBEAT, point=self._polled, raw=frame.raw), b"", True
        if not isinstance(frame, Request) or not frame.address:
            return signal, b"", False
        if frame.address == self._polled:
            return None, b"", False
        # Also where we had taken control back: the panel is only late, and has something to say.
        self._away = True
        self._selected = frame.address
        self._until = now + SESSION_S
        return signal, SEND_ACK if frame.address == self._own else b"", True
