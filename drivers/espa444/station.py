"""`guardroom` as a station (a paging system, usually "2"): polled and selected by a control station.

Blocks that arrive while nobody is selected (a select that came before we did) give their signals but no answer: the
master cannot know that it was us who stored them, tries again and selects us properly. Blocks in a session that
selected another station are that station's: they are kept as `info` with its address as account, so a wrongly set
address can be found out from the journal, and not answered, since two answers would collide.
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.base import Signal, Step
from drivers.espa444.frames import Block, End, Frame, Request
from drivers.espa444.options import Options
from drivers.espa444.session import SEND_ACK, SEND_EOT, SESSION_S, Receiver
from drivers.framing import Bad

# A master selects twice at most. A third request in a row is a poll after an EOT that was lost.
_SELECTS = 2


class Station(Receiver):
    """The first request after an EOT is a poll, every later one a select; nothing else tells them apart.

    A control station that has a call itself thus polls itself and selects us: `1 ENQ 2 ENQ`.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options, options.address)
        self._polled = False  # somebody has been polled since the last EOT
        self._selects = 0

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half frames and the session; the first request is taken for a poll."""
        self._scanner.clear()
        self._end()
        self._heard = now
        return ()

    def tick(self, now: float) -> Sequence[Step]:
        """Give up a frame that stands still, and a session in which nothing has come for ten seconds."""
        steps = self._cut_off(now)
        if now - self._heard >= SESSION_S:
            self._end()
        return steps

    def _end(self) -> None:
        self._polled = False
        self._selected = ""
        self._selects = 0

    def _block_came(self, frame: Block | Bad, now: float) -> None:
        if isinstance(frame, Block):
            self._selects = 0

    def _request_came(self, frame: Frame, now: float) -> tuple[Signal | None, bytes, bool]:
        signal = self._interpreter.signal(frame)
        if isinstance(frame, End):
            self._end()
            return signal, b"", True
        if not isinstance(frame, Request):
            return signal, b"", False  # an answer to somebody else
        return signal, self._answer(frame.address), bool(frame.address)

    def _answer(self, address: str) -> bytes:
        """The answer to a request; `address` is "" where the line has eaten it."""
        if not self._polled:
            # Our own poll we answer with EOT at once: control is back where it was.
            self._polled = address != self._own
            return b"" if self._polled else SEND_EOT
        if not address:
            return b""
        if address != self._own:
            self._selected, self._selects = address, 0
            return b""
        self._selects = self._selects + 1 if self._selected == self._own else 1
        if self._selects > _SELECTS:
            self._end()
            return SEND_EOT
        self._selected = self._own
        return SEND_ACK
