"""A driver and its panel in one room: no port, no thread, and a clock that the test owns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drivers import registry
from drivers.base import Driver, Kind, PanelSide, Signal, Step

TURN_S = 0.02
TICK_S = 0.1

Mangle = Callable[[bytes], bytes]


def unchanged(data: bytes) -> bytes:
    """A cable that is in order."""
    return data


class Conversation:
    """Carries bytes between the two. `said` are the panel's, in the pieces in which they came."""

    def __init__(
        self, name: str, options: Mapping[str, object], *, driver: Driver | None = None, begin: float = 0.0
    ) -> None:
        self.now = begin
        self.driver = driver or registry.make(name, options)
        self.panel: PanelSide = registry.make_panel_side(name, options)
        self.signals: list[Signal] = []
        self.said: list[bytes] = []
        self.stores = True
        self.alive = 0
        self._ticked = begin
        self._answer = self._carry_out(self.driver.opened(begin))

    def run(self, done: Callable[[], bool], limit: float = 120.0, mangle: Mangle = unchanged) -> bool:
        """Go on until `done` or for `limit` seconds of the conversation's clock; whether it was done."""
        end = self.now + limit
        while not done():
            if self.now >= end:
                return False
            self.turn(mangle)
        return True

    def turn(self, mangle: Mangle = unchanged) -> None:
        """One exchange."""
        self.now += TURN_S
        answer, self._answer = self._answer, b""
        said = (self.panel.feed(answer, self.now) if answer else b"") + self.panel.tick(self.now)
        if said:
            self.said.append(said)
            self._answer += self._carry_out(self.driver.feed(mangle(said), self.now))
        if self.now - self._ticked >= TICK_S:
            self._ticked = self.now
            self._answer += self._carry_out(self.driver.tick(self.now))

    def reopen(self) -> None:
        """The cable was out, and is back."""
        self._answer = self._carry_out(self.driver.opened(self.now))

    def heard(self, *kinds: Kind) -> list[Signal]:
        """What the driver has told of these kinds."""
        return [signal for signal in self.signals if signal.kind in kinds]

    def _carry_out(self, steps: object) -> bytes:
        answer = b""
        for step in check_steps(steps):
            kept = [signal for signal in step.signals if self.stores or not step.reply]
            self.signals += kept
            self.alive += step.alive
            answer += (step.reply if self.stores or not step.signals else b"") + step.request
        return answer if self.driver.transmits else b""


def check_steps(steps: object) -> list[Step]:
    """What every driver's steps must be like."""
    assert isinstance(steps, list | tuple)
    assert all(isinstance(step, Step) for step in steps)
    assert sum(bool(step.reply) for step in steps) <= 1
    assert not any(step.reply for step in steps[:-1])
    assert all(0 <= step.pause <= 0.1 for step in steps)
    for signal in (signal for step in steps for signal in step.signals):
        assert isinstance(signal.kind, Kind)
        assert (signal.reason is not None) or signal.kind is not Kind.REJECTED
        assert signal.raw or signal.kind is not Kind.REJECTED
        told = (signal.point, signal.area, signal.code, signal.text, signal.account, signal.panel_time)
        assert all(text is None or isinstance(text, str) for text in told)
    return list(steps)
