"""The engine: bytes to lines, lines to own rules, and what is left to the preset's dialect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from drivers.base import Signal, Step, worth
from drivers.line.dialect import Dialect, Reading, alone, heartbeat
from drivers.line.lines import Line, Lines
from drivers.line.options import Options
from drivers.line.rules import Records


class LineDriver:
    """One port. Lines have no acknowledgement: no step carries a reply."""

    def __init__(self, options: Options, dialect: Dialect, *, talks: bool) -> None:
        self._options = options
        self._dialect = dialect
        self._talks = talks
        self._lines = Lines(options.charset, options.line_end)
        self._records = Records(options.rules)
        self._heard = 0.0

    @property
    def transmits(self) -> bool:
        """False where nothing is to be asked."""
        return self._talks

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half lines and records; ask for the panel's state where it can be asked."""
        self._lines.clear()
        self._records.clear()
        self._heard = now
        self._dialect.opened(now)
        return self._ask(now)

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """The signals of all lines that `data` completes, in one step."""
        if data:
            self._heard = now
        return self._step(self._lines.feed(data), now)

    def tick(self, now: float) -> Sequence[Step]:
        """End a line and a record that stand still; ask what is due.

        Only here: bytes that waited while nobody read them came without a pause, however late they are fed.
        """
        return (*self._pause(now), *self._ask(now))

    def _pause(self, now: float) -> Sequence[Step]:
        if now - self._heard < self._options.idle_s or not (self._lines.unfinished or self._records.waiting):
            return ()
        return self._step(self._lines.expire(), now, ended=True)

    def _ask(self, now: float) -> Sequence[Step]:
        question = self._dialect.ask(now) if self._talks else b""
        return (Step(request=question),) if question else ()

    def _step(self, lines: Iterable[Line], now: float, *, ended: bool = False) -> Sequence[Step]:
        readings = [reading for line in lines for reading in self._line(line, now)]
        if ended:
            readings += self._settled(self._records.end(), now)
        signals = tuple(signal for reading in readings for signal in reading.signals)
        alive = any(reading.alive for reading in readings)
        return worth(Step(signals, alive=alive))

    def _line(self, line: Line, now: float) -> list[Reading]:
        alive = self._options.heartbeat is not None and self._options.heartbeat.fullmatch(line.text) is not None
        left_out = alive or any(pattern.search(line.text) for pattern in self._options.ignore)
        # A pattern that is too wide must not swallow an alarm.
        if left_out and not self._records.match(line.text) and not self._dialect.may_be_alarm(line.text):
            return [heartbeat(line) if alive else Reading()]
        return self._settled(self._records.add(line), now)

    def _settled(self, found: Iterable[Signal | Line], now: float) -> list[Reading]:
        return [self._dialect.read(item, now) if isinstance(item, Line) else alone(item) for item in found]
