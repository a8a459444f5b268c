"""Guardroom's end of the line: polls, status reports, and messages as they come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from drivers.base import Cause, Kind, Signal, Step, worth
from drivers.framing import NO_FRAME, Bad
from drivers.it100.codes import ACKNOWLEDGED
from drivers.it100.frames import Frame, Message, Scanner, build_line
from drivers.it100.state import State
from drivers.questions import Questions

POLL = "000"
REPORT = "001"

POLL_S = 15.0
REPORT_S = 300.0
SOON_S = 5.0
"""A line that was damaged brings the next report forward to so long after the last."""

ANSWER_S = 3.0
# The longest line takes 0.3 s at 9600 baud: one that stands still for a second has been cut.
FRAME_TIMEOUT_S = 1.0


class Receiver:
    """`asks`: it may transmit. Without that it only listens, and takes the reports that somebody else asks for."""

    def __init__(self, zones: Mapping[str, Cause], *, asks: bool) -> None:
        self._asks = asks
        self._scanner = Scanner()
        self._state = State(zones)
        self._questions = Questions(ANSWER_S)
        self._heard = 0.0
        self._poll_at = 0.0
        self._reported_at = 0.0
        self._report_at = 0.0

    @property
    def transmits(self) -> bool:
        """False where it only listens."""
        return self._asks

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half lines, and ask for a status report."""
        self._scanner.clear()
        self._state.opened()
        self._questions.clear()
        self._heard = now
        self._poll_at = now + POLL_S
        self._ask_report(now)
        return self._steps((), now)

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """The signals of the lines that `data` completes, in one step, and the next command."""
        if data:
            self._heard = now
        return self._steps(self._scanner.feed(data), now)

    def tick(self, now: float) -> Sequence[Step]:
        """Polls, reports that did not come, a line that stands still, and what only time tells."""
        if self._questions.expired(now) == REPORT:
            self._questions.put(REPORT)
        if now >= self._report_at:
            self._ask_report(now)
        if now >= self._poll_at:
            self._poll_at = now + POLL_S
            self._questions.put(POLL)
        cut_off = now - self._heard >= FRAME_TIMEOUT_S and self._scanner.unfinished
        return self._steps(self._scanner.expire() if cut_off else (), now, self._state.tick(now))

    def _steps(self, frames: Iterable[Frame], now: float, told: Sequence[Signal] = ()) -> Sequence[Step]:
        signals = list(told)
        alive = False
        for frame in frames:
            if isinstance(frame, Message):
                alive = True
                if frame.code == ACKNOWLEDGED:
                    self._questions.answered(frame.data)
                    if frame.data == REPORT:
                        self._state.report_begins(now)
                signals += self._state.take(frame, now)
            elif isinstance(frame, Bad):
                signals.append(Signal(kind=Kind.REJECTED, raw=frame.raw, reason=frame.reason))
                self._state.damaged()
                if frame.reason != NO_FRAME:
                    self._report_at = min(self._report_at, self._reported_at + SOON_S)
        command = self._questions.following(now) if self._asks else None
        request = b"" if command is None else build_line(command)
        return worth(Step(tuple(signals), alive=alive, request=request))

    def _ask_report(self, now: float) -> None:
        self._questions.put(REPORT)
        self._reported_at, self._report_at = now, now + REPORT_S
