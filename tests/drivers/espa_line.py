"""What the espa444 tests share: frames by hand, and a line with a panel at one end and a driver at the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import xor

from drivers.base import Driver, Kind, PanelSide, Signal, Step

Damage = Callable[[bytes], bytes]


def block(*records: tuple[str, str], header: str = "1", charset: str = "ascii", end: bytes = b"") -> bytes:
    """A block written out as the standard says, apart from the driver's own writer."""
    body = b"\x1e".join(id_.encode() + b"\x1f" + data.encode(charset) for id_, data in records)
    inside = header.encode() + b"\x02" + body + end + b"\x03"
    return b"\x01" + inside + bytes([reduce(xor, inside)])


def signals(steps: Sequence[Step]) -> list[Signal]:
    return [signal for step in steps for signal in step.signals]


def reply(steps: Sequence[Step]) -> bytes:
    assert all(not step.reply for step in steps[:-1])
    return steps[-1].reply if steps else b""


def told(driver: Driver, data: bytes, *, size: int = 0) -> list[Signal]:
    """The signals of `data`, fed at once or in pieces of `size`, and what a long silence then gives."""
    driver.opened(0.0)
    pieces = [data[at : at + size] for at in range(0, len(data), size)] if size else [data]
    found = [signal for piece in pieces for signal in signals(driver.feed(piece, 1.0))]
    return found + signals(driver.tick(5.0))


def news(found: Sequence[Signal]) -> list[Signal]:
    """Without heartbeats and rejected frames."""
    return [signal for signal in found if signal.kind not in (Kind.HEARTBEAT, Kind.REJECTED)]


class Line:
    """Panel and driver on a line with virtual time. `frozen()` says whether the reader stands still just now."""

    def __init__(
        self,
        panel: PanelSide,
        driver: Driver,
        *,
        damage: Damage = lambda data: data,
        lose: Damage = lambda data: data,
        frozen: Callable[[float], bool] = lambda now: False,
        stores: Callable[[float], bool] = lambda now: True,
    ) -> None:
        self.panel, self.driver = panel, driver
        self.now = 0.0
        self.stored: list[Signal] = []
        self.on_the_wire = b""
        self._damage, self._lose, self._frozen, self._stores = damage, lose, frozen, stores
        self._to_driver = b""
        self._steps(driver.opened(0.0))

    def run(self, seconds: float, *, until: Callable[[], bool] = lambda: False) -> None:
        end = self.now + seconds
        while self.now < end and not until():
            self.now += 0.05
            self._say(self.panel.tick(self.now))
            if self._frozen(self.now):
                continue
            data, self._to_driver = self._to_driver, b""
            if data:
                self._steps(self.driver.feed(data, self.now))
            self._steps(self.driver.tick(self.now))

    def _say(self, data: bytes) -> None:
        self.on_the_wire += data
        self._to_driver += self._damage(data)

    def _steps(self, steps: Sequence[Step]) -> None:
        for step in steps:
            kept = [signal for signal in step.signals if signal.kind not in (Kind.HEARTBEAT, Kind.REJECTED)]
            if kept and not self._stores(self.now):
                continue
            self.stored += kept
            if step.reply:
                assert self.driver.transmits
                self._say(self.panel.feed(self._lose(step.reply), self.now))
