"""A listener on a line that another master asks on, and the reader of captures: requests tell what the replies say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from drivers.base import Kind, Signal, Step, worth
from drivers.framing import Bad, Framer
from drivers.modbus.frames import LONGEST, REQUEST_SIZE, Frame, Refusal, Reply, Request, look_at_line
from drivers.modbus.options import Options, Unit
from drivers.modbus.pace import Pace
from drivers.modbus.unit_state import UnitState

FRAME_S = 0.1
"""A frame that has stood still for so long is not finished any more."""


def make_tap(options: Options) -> Tap:
    """A listener for a port."""
    return Tap(options, debounce=options.debounce, retries=options.retries, follows=True, pace=Pace(options))


def make_reader(options: Options) -> Tap:
    """A reader of captures: it believes every single reading, and begins with nothing."""
    return Tap(options, debounce=1, retries=0, follows=False, unlisted=options.unlisted)


class Tap:
    """Never transmits. Of a unit that is not among the options it reads what `unlisted` says, or nothing.

    A reply whose request was not heard is taken for the answer to what `guardroom` itself would have asked. With a
    `pace` the master is watched too: whom it asks in vain, and whether it asks often enough.
    """

    transmits = False

    def __init__(
        self,
        options: Options,
        *,
        debounce: int,
        retries: int,
        follows: bool,
        unlisted: Unit | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._new_state = partial(UnitState, debounce=debounce, retries=retries, follows=follows)
        self._unlisted = unlisted
        self._pace = pace
        units = () if unlisted else options.units
        self._states = {unit.address: self._new_state(unit) for unit in units}
        self._framer: Framer[Frame] = Framer(look_at_line, LONGEST)
        self._asked: Request | None = None
        self._heard = 0.0

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half frames, and what was asked."""
        self._framer.clear()
        self._asked = None
        if self._pace is not None:
            self._pace.opened()
        for state in self._states.values():
            state.opened()
        return ()

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """What the frames say that `data` completes."""
        if data:
            self._heard = now
        return self._steps(self._framer.feed(data), now)

    def tick(self, now: float) -> Sequence[Step]:
        """Give up a frame that was cut off."""
        if not self._framer.unfinished or now - self._heard < FRAME_S:
            return ()
        return self._steps(self._framer.expire(), now)

    def _steps(self, frames: Iterable[Frame | Bad], now: float) -> Sequence[Step]:
        signals: list[Signal] = []
        alive = False
        for frame in frames:
            if isinstance(frame, Bad):
                signals.append(Signal(kind=Kind.REJECTED, raw=frame.raw, reason=frame.reason))
            elif isinstance(frame, Request) or (isinstance(frame, Reply) and self._is_request(frame)):
                signals += self._asked_in_vain()
                self._asked = Request(frame.raw)
            elif isinstance(frame, Reply | Refusal):
                alive = True
                signals += self._answered(frame, now)
                self._asked = None
        return worth(Step(tuple(signals), alive=alive))

    def _is_request(self, frame: Reply) -> bool:
        """Between 0300 and 03FF a request has the form of a reply: it is one where it asks for inputs of the unit, and
        no answer of it is awaited."""
        state = self._states.get(frame.address)
        awaited = self._asked is not None and self._asked.address == frame.address and self._asked.raw != frame.raw
        if awaited or state is None or len(frame.raw) != REQUEST_SIZE:
            return False
        asked, whole = Request(frame.raw).bits, Request(state.unit.request).bits
        return len(asked) > 0 and asked[0] in whole and asked[-1] in whole

    def _asked_in_vain(self) -> list[Signal]:
        """Another question comes: the unit that was asked before has not answered."""
        state = self._states.get(self._asked.address) if self._asked is not None else None
        if self._pace is None or self._asked is None or state is None or state.unit.function != self._asked.function:
            return []
        self._pace.silent(state.unit.address)
        return state.silent()

    def _answered(self, frame: Reply | Refusal, now: float) -> list[Signal]:
        heartbeat = [Signal(kind=Kind.HEARTBEAT, area=str(frame.address), raw=frame.raw)]
        state = self._state(frame.address)
        if state is None or state.unit.function != frame.function:
            return heartbeat
        if isinstance(frame, Refusal):
            return state.refused(frame.code, frame.raw)
        asked = self._asked
        if asked is not None and (asked.address, asked.function) == (frame.address, frame.function):
            first, count = asked.bits.start - state.unit.first_bit, len(asked.bits)
        elif self._unlisted is not None or frame.raw.startswith(state.unit.reply_header):
            first, count = 0, len(state.unit.contacts)
        else:
            return heartbeat
        told = state.read(frame.levels, range(first, first + min(count, frame.bits)), frame.raw)
        return [*told, *(self._pace.read(frame.address, now) if self._pace is not None else ())]

    def _state(self, address: int) -> UnitState | None:
        state = self._states.get(address)
        if state is None and self._unlisted is not None and address:
            state = self._states[address] = self._new_state(replace(self._unlisted, address=address))
        return state
