"""What the modbus tests share: frames by hand, and a line whose units answer what the test says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from harness.conversation import check_steps

from drivers.base import Kind, Signal, Step
from drivers.registry import make, make_decoder

ASK_1 = bytes.fromhex("01 02 00 00 00 08 79 cc")
INPUTS_1_AND_3 = bytes.fromhex("01 02 01 05 61 8b")
REFUSED = bytes.fromhex("01 82 02 c1 61")
TWO = {"units": [1, 2]}


def framed(*inside: int) -> bytes:
    """The bytes with their CRC, written down from the standard apart from the driver's own."""
    value = 0xFFFF
    for byte in inside:
        value ^= byte
        for _bit in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return bytes(inside) + value.to_bytes(2, "little")


def inputs(unit: int, bits: int) -> bytes:
    return framed(unit, 2, 1, bits)


def signals(steps: Iterable[Step]) -> list[Signal]:
    return [signal for step in steps for signal in step.signals]


def news(steps: Iterable[Step]) -> list[tuple[Kind, str | None]]:
    return [(s.kind, s.point or s.area) for s in signals(steps) if s.kind not in (Kind.HEARTBEAT, Kind.REJECTED)]


def request(steps: Sequence[Step]) -> bytes:
    """What is asked: one thing at most, and nothing is a reply."""
    asked = [step.request for step in steps if step.request]
    assert len(asked) <= 1
    assert not any(step.reply for step in steps)
    return asked[0] if asked else b""


class Line:
    """A master whose units answer what the test says: bits, bytes as they are, or None for silence."""

    def __init__(
        self, options: Mapping[str, object], answers: dict[int, int | bytes | None], exchange_s: float = 0.02
    ) -> None:
        self.driver = make("modbus", options)
        self.answers = answers
        self.now = 0.0
        self.exchange_s = exchange_s
        self.asked: list[tuple[float, int]] = []
        self.told: list[Signal] = []
        self._waiting = self._take(self.driver.opened(0.0))

    def run(self, seconds: float) -> list[tuple[Kind, str | None]]:
        """What is new in the next `seconds`."""
        before = len(self.told)
        end = self.now + seconds
        while self.now < end:
            answer = self._answer(self._waiting)
            self.now += self.exchange_s if answer else 0.1
            if answer:
                self._waiting = self._take(self.driver.feed(answer, self.now))
            else:
                self._waiting = self._take(self.driver.tick(self.now))
        return news([Step(tuple(self.told[before:]))])

    def reopen(self) -> None:
        self._waiting = self._take(self.driver.opened(self.now))

    def _answer(self, asked: bytes) -> bytes:
        if not asked:
            return b""
        answer = self.answers[asked[0]]
        return inputs(asked[0], answer) if isinstance(answer, int) else answer or b""

    def _take(self, steps: Sequence[Step]) -> bytes:
        self.told += signals(check_steps(steps))
        asked = request(steps)
        if asked:
            self.asked.append((self.now, asked[0]))
        return asked


def decoded(data: bytes, options: Mapping[str, object] | None = None) -> list[Signal]:
    driver = make_decoder("modbus", options or {})
    steps = [*driver.opened(0.0), *driver.feed(data, 0.0), *driver.tick(5.0)]
    assert not any(step.request or step.reply for step in steps)
    return signals(steps)
