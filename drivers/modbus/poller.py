"""`guardroom` as the master: it asks one unit after the other, and never two at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from drivers.base import Kind, Signal, Step
from drivers.framing import WRONG_CHECK, Bad, Broken, Framer, Noise, Whole
from drivers.modbus.frames import LONGEST, REFUSAL_SIZE, REFUSED, Refusal, Reply, Request, is_whole
from drivers.modbus.options import Options
from drivers.modbus.pace import Pace
from drivers.modbus.unit_state import UnitState

FRAME_S = 0.1
"""A frame that has stood still for so long is not finished any more."""

SILENT_POLL_S = 1.0
"""A unit that is told to be silent is asked so often."""


class Poller:
    """Reads all inputs of every unit.

    After a silence all units that answer are asked before another one that did not: a button is read in time however
    many units are away.

    Whatever a unit says about its own inputs is a reading of that unit, an answer that comes too late too. Only the
    unit that was asked ends the waiting for its answer.
    """

    transmits = True

    def __init__(self, options: Options) -> None:
        self._options = options
        self._units = [UnitState(unit, debounce=options.debounce, retries=options.retries) for unit in options.units]
        self._pace = Pace(options)
        self._by_address = {state.unit.address: state for state in self._units}
        self._due = dict.fromkeys(self._by_address, 0.0)
        self._framer: Framer[Reply | Refusal | Request] = Framer(self._look, LONGEST)
        self._starts = [start for state in self._units for start in _starts(state)]
        self._asked: UnitState | None = None
        self._asked_at = 0.0
        self._heard = 0.0
        self._asked_since = 0  # units that answer, asked since a silence

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half frames, and ask the first unit."""
        self._framer.clear()
        self._asked = None
        self._asked_since = len(self._units)
        self._pace.opened()
        for state in self._units:
            state.opened()
            self._due[state.unit.address] = now
        return self._steps((), now)

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """The readings that `data` brings, and the next request if the unit that was asked has answered."""
        if data:
            self._heard = now
        return self._steps(self._framer.feed(data), now)

    def tick(self, now: float) -> Sequence[Step]:
        """Give up an answer that does not come; ask whoever is due."""
        frames: list[Reply | Refusal | Request | Bad] = []
        if self._framer.unfinished and now - self._heard >= FRAME_S:
            frames += self._framer.expire()
        return self._steps(frames, now, overdue=self._is_overdue(now))

    def _is_overdue(self, now: float) -> bool:
        waited = now - self._asked_at
        # An answer that is coming in is waited for, but not for a device that never stops talking.
        patience = 2 if self._framer.unfinished else 1
        return waited >= patience * self._options.reply_timeout_s

    def _steps(
        self, frames: Iterable[Reply | Refusal | Request | Bad], now: float, *, overdue: bool = False
    ) -> Sequence[Step]:
        signals: list[Signal] = []
        alive = False
        for frame in frames:
            if isinstance(frame, Bad):
                signals.append(Signal(kind=Kind.REJECTED, raw=frame.raw, reason=frame.reason))
            elif not isinstance(frame, Request):
                alive = True
                signals += self._answered(frame, now)
        if overdue and self._asked is not None:
            state, self._asked = self._asked, None
            self._pace.silent(state.unit.address)
            signals += state.silent()
            self._asked_since = 0
            self._due[state.unit.address] = now + (SILENT_POLL_S if state.is_silent else self._options.poll_s)
        request = b"" if self._asked else self._next_request(now)
        if not (signals or alive or request):
            return ()
        return (Step(tuple(signals), alive=alive, request=request, pause=self._options.silence_s if request else 0.0),)

    def _answered(self, frame: Reply | Refusal, now: float) -> list[Signal]:
        state = self._by_address[frame.address]
        if state is self._asked:
            self._asked = None
            self._due[frame.address] = self._asked_at + self._options.poll_s
        if isinstance(frame, Refusal):
            return state.refused(frame.code, frame.raw)
        told = state.read(frame.levels, range(len(state.unit.contacts)), frame.raw)
        return [*told, *self._pace.read(frame.address, now)]

    def _next_request(self, now: float) -> bytes:
        answering = [state for state in self._units if state.answers]
        others = [state for state in self._units if not state.answers]
        turn_of_others = self._asked_since >= len(answering)
        for states in (others, answering) if turn_of_others else (answering,):
            state = min(states, key=lambda state: self._due[state.unit.address], default=None)
            if state is not None and self._due[state.unit.address] <= now:
                self._asked_since += states is answering
                self._asked, self._asked_at = state, now
                return state.unit.request
        return b""

    def _look(self, read: bytearray) -> Whole[Reply | Refusal | Request] | Broken | Noise | None:
        """What stands at the start: the reply of a unit, as long as it must be, a refusal, or the echo of a request
        (two-wire adapters hear themselves). The echo is looked for first: what may become one is no reply yet."""
        noise = next((at for at in range(len(read)) if any(_agree(read, at, start) for start in self._starts)), None)
        if noise != 0:
            return Noise(len(read) if noise is None else noise)
        state = self._by_address[read[0]]
        request, header = state.unit.request, state.unit.reply_header
        if _agree(read, 0, request):
            return Whole(len(request), Request(request)) if len(read) >= len(request) else None
        is_reply = _agree(read, 0, header)
        size = len(header) + header[-1] + 2 if is_reply else REFUSAL_SIZE
        if len(read) < size:
            return None
        raw = bytes(read[:size])
        if not is_whole(raw):
            return Broken(size, WRONG_CHECK)
        return Whole(size, Reply(raw) if is_reply else Refusal(raw))


def _starts(state: UnitState) -> tuple[bytes, bytes, bytes]:
    unit = state.unit
    return unit.request, unit.reply_header, bytes([unit.address, unit.function | REFUSED])


def _agree(read: bytearray, at: int, start: bytes) -> bool:
    """Whether what stands at `at` is `start`, or may become it."""
    return start.startswith(bytes(read[at : at + len(start)]))
