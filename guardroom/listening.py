"""Listening to a panel for a moment without saying anything: is it there, and does it speak as the configuration says?

Nothing is acknowledged, so a panel that waits for an answer sends its message again. Nothing is stored either: whoever
listens tells of every alarm.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import serial

from drivers import registry
from drivers.base import Driver, Kind, Signal, Step
from drivers.diagnosis import LATER_S, LOOKED_AT, causes, listeners
from drivers.ports import receive
from guardroom.settings import PanelSettings

ENOUGH = 3
"""After this many valid frames nothing more is to be learned."""

REST_S = 1.0
"""How long the rest of a message is waited for that has begun when the listening is over."""

_POLLING_S = 60
"""Any driver that asks its panel has asked within this time."""

_LINE_ENDS = b"\r\n"
_PLAIN = frozenset((Kind.HEARTBEAT, Kind.STATUS, Kind.INFO, Kind.REJECTED))


@dataclass(slots=True)
class Heard:
    """What came while listening: `count` bytes, of them `astray` in rejected frames. `signals`: each once, but for
    signs of life. `answered`: the panel waits for an acknowledgement of them, and sends them again. `cut_off`: a
    message has begun whose rest did not come. `tail`: the last bytes that came."""

    count: int = 0
    frames: int = 0
    rejected: int = 0
    astray: int = 0
    signals: list[Signal] = field(default_factory=list)
    answered: bool = True
    cut_off: bool = False
    tail: bytes = b""

    @property
    def understood(self) -> bool:
        """True where the panel speaks as the driver expects; short frames may stand in garbage by chance."""
        return self.frames > 0 and 2 * self.astray <= self.count


def listen(line: serial.Serial, panel: PanelSettings, seconds: float) -> Heard:
    """Hear what comes on an open port, until it is enough or for `seconds`, and what has begun then to its end.

    Raises what a lost port raises.
    """
    decoder = registry.make_decoder(panel.driver, panel.options)
    receiver = registry.make(panel.driver, panel.options)
    begin = time.monotonic()
    decoder.opened(begin)
    receiver.opened(begin)
    heard = Heard()
    tail: deque[int] = deque(maxlen=LOOKED_AT)
    now = begin
    until = begin + seconds
    begun = False  # bytes have come since the last message
    while now < until or (begun and heard.understood and now < until + REST_S):
        in_time = now < until
        data = receive(line)
        now = time.monotonic()
        tail.extend(data)
        heard.count += len(data)
        steps: list[Step] = []
        for byte in data:  # byte by byte: frames that come together may be told as one
            told = decoder.feed(bytes((byte,)), now)
            begun = not told and (begun or byte not in _LINE_ENDS)
            steps += told
        steps += _ticked(decoder, now, heard)
        # What the receiver would answer tells whether the panel waits for it; the answer goes nowhere.
        replies = [step for step in receiver.feed(data, now) if step.reply] if data else []
        heard.frames += sum(step.alive for step in steps)
        rejected = [signal for step in steps for signal in step.signals if signal.kind is Kind.REJECTED]
        if in_time:  # what is cut off by us does not speak against the rest
            heard.rejected += len(rejected)
            heard.astray += sum(len(signal.raw) for signal in rejected)
        _note(heard, steps, receiver.transmits and any(step.signals for step in replies))
        if heard.understood and heard.frames >= ENOUGH:
            until = min(until, now)
    # A message without an end of its own is over when nothing more comes.
    _note(heard, _ticked(decoder, now + LATER_S, heard), False)
    heard.tail = bytes(tail)
    return heard


def _ticked(decoder: Driver, now: float, heard: Heard) -> Sequence[Step]:
    """What the decoder makes of bytes that nothing has come behind."""
    steps = decoder.tick(now)
    heard.cut_off |= any(signal.kind is Kind.REJECTED for step in steps for signal in step.signals)
    return steps


def _note(heard: Heard, steps: Sequence[Step], answered: bool) -> None:
    for step in steps:
        said = [signal for signal in step.signals if signal.kind not in _PLAIN and signal not in heard.signals]
        if said:
            heard.signals += said
            heard.answered = heard.answered and answered


def guesses(heard: Heard, panel: PanelSettings) -> tuple[str, ...]:
    """What bytes look like of which no frame came, as codes of `drivers.diagnosis`. Loads every driver."""
    return causes(heard.tail, panel.baudrate, listeners())


def speaks_when_asked(panel: PanelSettings) -> bool:
    """Whether this panel's driver asks questions: such a panel says little or nothing to a silent listener."""
    driver = registry.make(panel.driver, panel.options)
    steps = [*driver.opened(0.0)]
    for second in range(1, _POLLING_S):
        steps += driver.tick(float(second))
    return any(step.request for step in steps)
