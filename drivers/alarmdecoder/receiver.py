"""The receiving end of an AlarmDecoder: the radio's events, the keypad's lines, the wireless sensors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from drivers.alarmdecoder.frames import Line, Scanner
from drivers.alarmdecoder.keypad import Keypad
from drivers.alarmdecoder.radio import event
from drivers.base import Cause, Kind, Signal, Step, Trouble, worth
from drivers.framing import Bad
from drivers.questions import Questions

ANSWER_S = 3.0
ASK_S = 15.0
PLACE_S = 3.0
# A line of 120 characters takes 65 ms at 19200 baud.
FRAME_TIMEOUT_S = 1.0

ASKED = ("VER", "CONFIG")
"""The adapter's version and settings, for whoever has to look into it: asked for after a reconnect until answered."""
_COMMANDS: Mapping[str, bytes] = {"VER": b"V\r", "CONFIG": b"C\r"}

MOST_SENSORS = 500
_LOW_BATTERY_BIT = 0x02


_RADIO = re.compile(rb"LRR:|CID_|ALARM_")


class Receiver:
    """Listens to an AlarmDecoder. `asks`: asks for its version and settings.

    `causes`: what zones are for, where only the keypad tells of them. `place_s`: how long such an alarm waits for
    the radio.
    """

    def __init__(self, *, asks: bool, causes: Mapping[str, Cause], place_s: float = PLACE_S) -> None:
        self._asks = asks
        self._scanner = Scanner()
        self._keypad = Keypad(place_s, causes)
        self._questions = Questions(ANSWER_S)
        self._unanswered: set[str] = set()
        self._causes: dict[str, Cause] = {}  # of the last alarm of each zone that the radio told of
        self._low: dict[str, None] = {}  # sensors whose battery is low, the longest known first
        self._heard = 0.0
        self._ask_at = 0.0

    @property
    def transmits(self) -> bool:
        """False where it only listens."""
        return self._asks

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half lines, and ask the adapter what it is."""
        self._scanner.clear()
        self._keypad.opened()
        self._questions.clear()
        self._questions.put(*ASKED)
        self._unanswered.update(ASKED)
        self._heard = now
        self._ask_at = now + ASK_S
        return self._steps((), now)

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """What the lines that `data` completes say, in one step."""
        if data:
            self._heard = now
        return self._steps(self._scanner.feed(data), now)

    def tick(self, now: float) -> Sequence[Step]:
        """Answers that did not come, alarms that the radio does not tell of, a line that stands still."""
        self._questions.expired(now)
        if self._unanswered and now >= self._ask_at:
            self._ask_at = now + ASK_S
            self._questions.put(*sorted(self._unanswered))
        return self._steps(self._scanner.finish() if now - self._heard >= FRAME_TIMEOUT_S else (), now)

    def _steps(self, lines: Iterable[Line | Bad | None], now: float) -> Sequence[Step]:
        signals: list[Signal] = []
        alive = False
        for line in lines:
            if line is None:
                continue
            if isinstance(line, Bad):
                signals.append(Signal(kind=Kind.REJECTED, raw=line.raw, reason=line.reason))
                if _RADIO.search(line.raw):
                    signals.append(_unreadable(line))
            elif line["flags"] is not None:
                alive = True
                signals += self._keypad.read(line, now) or (Signal(kind=Kind.HEARTBEAT, raw=line[0]),)
            elif line["data"] is not None:
                alive = True
                signals.append(self._event(line, now))
            elif line["serial"] is not None:
                alive = True
                signals += self._sensor(line)
            else:
                # The adapter speaks of itself also when it no longer hears the panel.
                alive = alive or line["adapter"] is None
                signals.append(self._noted(line))
        signals += self._keypad.due(now)
        question = self._questions.following(now) if self._asks else None
        request = b"" if question is None else _COMMANDS[question]
        return worth(Step(tuple(signals), alive=alive, request=request))

    def _event(self, line: Line, now: float) -> Signal:
        """What the radio is told. A restore that does not say of what ends the last alarm of its zone, and no fault."""
        signal = event(line)
        point = signal.point or ""
        if signal.kind is Kind.ALARM:
            if signal.cause is not None and not signal.by_user:
                self._causes[point] = signal.cause
            return self._keypad.told_by_radio(signal, now)
        if signal.kind is Kind.RESTORE:
            self._keypad.ended_by_radio(signal)
            if signal.cause is None:
                return replace(signal, cause=self._causes.get(point))
        return signal

    def _sensor(self, line: Line) -> Iterator[Signal]:
        """A wireless sensor has sent: news of its battery."""
        serial = line["serial"].decode("ascii")
        low = bool(int(line["bits"], 16) & _LOW_BATTERY_BIT)
        if low == (serial in self._low):
            yield Signal(kind=Kind.HEARTBEAT, point=serial, raw=line[0])
            return
        if low:
            self._low[serial] = None
            if len(self._low) > MOST_SENSORS:
                del self._low[next(iter(self._low))]
        else:
            del self._low[serial]
        kind = Kind.LOW_BATTERY if low else Kind.BATTERY_RESTORE
        yield Signal(kind=kind, trouble=Trouble.BATTERY, point=serial, raw=line[0])

    def _noted(self, line: Line) -> Signal:
        code = (line["adapter"] or line["expander"] or line["bus"]).decode("ascii")
        self._questions.answered(code)
        self._unanswered.discard(code)
        return Signal(kind=Kind.STATUS, code=code, text=line[0].decode("latin-1"), raw=line[0])


def _unreadable(line: Bad) -> Signal:
    """The radio is told of nothing twice: what was in a damaged line of its own may have been a silent alarm."""
    text = line.raw.decode("ascii", "backslashreplace")
    return Signal(kind=Kind.UNKNOWN, text=text, raw=line.raw, reason=f"kept aside: {line.reason}")
