"""Guardroom's end of the line: events as they come, and the panel's state as it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from drivers.base import Cause, Kind, Signal, Step, worth
from drivers.framing import Bad
from drivers.ness.frames import Event, Frame, Scanner, Status, status_request
from drivers.ness.meaning import State
from drivers.questions import Questions

POLL_S = 30.0
SOON_S = 5.0
"""A line that was lost brings the next poll forward to so long after the last."""

COPY_S = 1.0
"""The panel repeats nothing: the same line is a copy (of a relay, of a bus that hears itself) only if it follows so
closely, or has the same time in it. Later it is another event, and the one between them was lost."""

ANSWER_S = 2.0
# A line takes 32 ms at 9600 baud: one that stands still for a second has been cut.
FRAME_TIMEOUT_S = 1.0

POLLED: tuple[str, ...] = ("13", "05", "25")
"""Asked again and again: miscellaneous alarms, zones 1-16 in alarm, zones 17-32 in alarm."""

AFTER_RECONNECT: tuple[str, ...] = (*POLLED, "12", "11", "09", "19", "32", "31", "29", "33")
"""Asked once more: tamper, low battery, supervision and exclusion of the zones 1-16, then of 17-32."""

_OF_LARGE_PANELS = frozenset({"25", "29", "31", "32", "33"})


class Receiver:
    """`asks`: it may transmit. Without that it only listens, and takes the answers to somebody else's questions."""

    def __init__(self, zones: Mapping[str, Cause], *, asks: bool) -> None:
        self._asks = asks
        self._scanner = Scanner()
        self._state = State(zones)
        self._questions = Questions(ANSWER_S)
        self._last: Event | None = None
        self._last_at = 0.0
        self._heard = 0.0
        self._polled_at = 0.0
        self._poll_at = 0.0

    @property
    def transmits(self) -> bool:
        """False where it only listens."""
        return self._asks

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half lines, and ask for everything that may stand."""
        self._scanner.clear()
        self._state.opened()
        self._last = None
        self._heard = now
        self._questions.clear()
        self._poll(now, AFTER_RECONNECT)
        return self._steps((), now)

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """The signals of the lines that `data` completes, in one step, and the next question."""
        if data:
            self._heard = now
        return self._steps(self._scanner.feed(data), now)

    def tick(self, now: float) -> Sequence[Step]:
        """Polls, answers that did not come, and a line that stands still."""
        given_up = self._questions.expired(now)
        if given_up is not None and given_up not in _OF_LARGE_PANELS:
            self._questions.put(given_up)
        if now >= self._poll_at:
            self._poll(now, POLLED)
        cut_off = now - self._heard >= FRAME_TIMEOUT_S and self._scanner.unfinished
        return self._steps(self._scanner.expire() if cut_off else (), now)

    def _steps(self, frames: Iterable[Frame], now: float) -> Sequence[Step]:
        signals: list[Signal] = []
        alive = False
        for frame in frames:
            if isinstance(frame, Event):
                alive = True
                signals += self._of_event(frame, now)
            elif isinstance(frame, Status):
                alive = True
                self._questions.answered(frame.id)
                signals += self._state.reported(frame)
            elif isinstance(frame, Bad):
                signals.append(Signal(kind=Kind.REJECTED, raw=frame.raw, reason=frame.reason))
                self._poll_soon()
        question = self._questions.following(now) if self._asks else None
        request = b"" if question is None else status_request(question)
        return worth(Step(tuple(signals), alive=alive, request=request))

    def _of_event(self, event: Event, now: float) -> Iterable[Signal]:
        """Each event toggles the sequence bit. Where it has not, another event was lost between, or this is the same
        line again; without a time in it both may be true."""
        last, since = self._last, now - self._last_at
        self._last, self._last_at = event, now
        signals = self._state.happened(event)
        if last is None or last.toggle != event.toggle:
            return signals
        again = last.raw == event.raw and (event.panel_time is not None or since < COPY_S)
        if not again or event.panel_time is None:
            self._poll_soon()
        return [replace(signal, again=True) for signal in signals] if again else signals

    def _poll(self, now: float, questions: tuple[str, ...]) -> None:
        self._questions.put(*questions)
        self._polled_at, self._poll_at = now, now + POLL_S

    def _poll_soon(self) -> None:
        self._poll_at = min(self._poll_at, self._polled_at + SOON_S)
