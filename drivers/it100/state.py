"""What has been told of a DSC panel, and what a status report adds to it.

A report says again what stands. An alarm that is known already is handed on as found (whether that is news, only the
desk knows), any other thing that is known is not. What is new is told as found, and what is over when the report has
ended.

Two messages are vague: partition in alarm, trouble light on. They come beside the zone's or the trouble's own
message, but in a report perhaps alone. Where nothing of the kind is known after two seconds, they are told themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.it100.codes import (
    ALARM_OVER,
    BYPASSED,
    DURESS,
    PARTITION_IN_ALARM,
    TOLD_ONCE,
    TROUBLE_LIGHT,
    TROUBLE_LIGHT_OFF,
)
from drivers.it100.frames import Message
from drivers.it100.report import Report
from drivers.standing import RESTORE_OF

VAGUE_S = 2.0
MOST_KNOWN = 2000
"""More than any panel has zones and troubles; where lines only look like them, the oldest are forgotten."""

_RESTORES = frozenset(RESTORE_OF.values())
_ZONE_ALARM = "601"
_PARTITIONS_STATE = "65"

_Key = tuple[str, str]
"""The code that began it, and its data: partition and zone."""
_T = TypeVar("_T")


@dataclass(slots=True)
class _Known:
    """What stands. `since`: when it was last told as happening. `partition`: where; a keypad's key has none of its
    own, but the partition whose alarm it accounts for."""

    signal: Signal
    since: float
    partition: str | None


class State:
    """Messages to signals. `zones`: those that are for something special."""

    def __init__(self, zones: Mapping[str, Cause]) -> None:
        self._zones = zones
        self._known: dict[_Key, _Known] = {}
        self._ended: dict[_Key, None] = {}  # whose end has been told
        self._vague: dict[_Key, tuple[float, Signal]] = {}  # since when
        self._partitions: set[str] = set()
        self._report: Report | None = None
        self._late = False  # no whole report has come since the line was opened

    def opened(self) -> None:
        """The line has just been opened: what the next report adds may have happened a while ago."""
        self._report = None
        self._late = True
        self._vague.clear()

    def report_begins(self, now: float) -> None:
        """The module has acknowledged the request for a report."""
        self._report = Report(now)

    def damaged(self) -> None:
        """A line could not be read: what the report seems not to say may have been in it."""
        if self._report is not None:
            self._report.damaged = True

    def take(self, message: Message, now: float) -> list[Signal]:
        """What a message adds to what is known."""
        told = self.tick(now) if self._report or self._vague else []
        signal = message.signal
        if message.meaning.about == _ZONE_ALARM and (cause := self._zones.get(signal.point or signal.text or "")):
            signal = replace(signal, cause=cause)
        report = self._report if self._report is not None and self._report.says(message, now) else None
        told += self._tell((message.meaning.about or message.code, message.data), signal, now, report)
        return told

    def tick(self, now: float) -> list[Signal]:
        """The end of a report, and vague messages that stayed alone."""
        told: list[Signal] = []
        report = self._report
        if report is not None and not report.over and report.has_ended(now):
            told += self._conclude(report)
        if report is not None and report.is_past(now):
            self._report = None
        for key, (since, signal) in list(self._vague.items()):
            if now >= since + VAGUE_S:
                del self._vague[key]
                if not self._is_explained(signal, since):
                    self._begins(key, signal, since)
                    told.append(signal)
        return told

    def _tell(self, key: _Key, signal: Signal, now: float, report: Report | None) -> Iterator[Signal]:
        """`report`: the one that this is of, as far as anybody can know."""
        kind = signal.kind
        reading = None if report is None or report.over else report
        yield from self._of_partition(key, signal, now, reading, may_be_copy=report is not None)
        if kind is Kind.BYPASS:
            yield from self._bypassed(signal)
        elif kind is Kind.ALARM and (known := self._known.get(key)) is not None:
            # Even where the report seems to have ended: a module that pauses must not make new presses.
            if report is None:
                known.since = now
            yield signal if report is None else self._found(signal)
        elif kind in RESTORE_OF:
            is_news = key not in self._known
            self._begins(key, signal, now)
            if reading is None or key[0] in TOLD_ONCE:
                yield signal
            elif is_news:
                yield self._found(signal)
        elif kind in _RESTORES:
            is_news = key not in self._ended
            self._ends(key)
            if reading is None:
                yield signal
            elif is_news:
                yield self._found(signal)
        elif reading is None or not (kind is Kind.STATUS or signal.code in ALARM_OVER):
            yield signal

    def _of_partition(
        self, key: _Key, signal: Signal, now: float, reading: Report | None, *, may_be_copy: bool
    ) -> Iterator[Signal]:
        partition, code = signal.area, signal.code or ""
        if partition is None:
            return
        if code.startswith(_PARTITIONS_STATE):
            self._partitions.add(partition)
        if code == PARTITION_IN_ALARM:
            if reading is not None:
                reading.says_alarm(partition)
            if may_be_copy and (known := self._known.get(key)) is not None:
                yield self._found(replace(known.signal, raw=signal.raw))
            else:
                self._suspect(key, replace(signal, kind=Kind.ALARM, cause=Cause.OTHER), now, reading)
        elif code == TROUBLE_LIGHT:
            self._suspect(key, replace(signal, kind=Kind.FAULT, trouble=Trouble.UNIT), now, reading)
        elif code == TROUBLE_LIGHT_OFF:
            yield from self._end((TROUBLE_LIGHT, partition), signal, reading)
        elif code in ALARM_OVER and reading is not None:
            self._vague.pop((PARTITION_IN_ALARM, partition), None)
            reading.says_calm(partition, signal)
        elif code in ALARM_OVER:
            yield from self._end((PARTITION_IN_ALARM, partition), signal, None)

    def _suspect(self, key: _Key, signal: Signal, now: float, reading: Report | None) -> None:
        if key not in self._known and key not in self._vague:
            self._vague[key] = (now, signal if reading is None else self._found(signal))

    def _is_explained(self, vague: Signal, since: float) -> bool:
        """Whether something is known that accounts for it. A keypad's key accounts for the alarm of one partition,
        the one that came with it."""
        if vague.kind is not Kind.ALARM:
            troubles = (Kind.FAULT, Kind.TAMPER, Kind.LOW_BATTERY)
            return any(known.signal.kind in troubles and key[0] != TROUBLE_LIGHT for key, known in self._known.items())
        alarms = [known for known in self._known.values() if known.signal.kind is Kind.ALARM]
        if any(known.partition == vague.area for known in alarms):
            return True
        for known in alarms:
            if known.partition is None and abs(known.since - since) <= VAGUE_S:
                known.partition = vague.area
                return True
        return False

    def _conclude(self, report: Report) -> Iterator[Signal]:
        """The report has ended. An alarm that it does not tell of is over where it says that the partition is not in
        alarm; one whose partition nobody knows, where it says so of all, with no line damaged."""
        report.over = True
        whole = not report.damaged and self._partitions <= report.calm.keys()
        anywhere = next(iter(report.calm.values()), None) if whole else None
        for key, known in list(self._known.items()):
            if known.signal.kind is Kind.ALARM and key not in report.said:
                by = anywhere if known.partition is None else report.calm.get(known.partition)
                if by is not None:
                    self._ends(key)
                    if key[0] != DURESS:  # it has no end: the code that tells of it disarms
                        yield self._found(_over(known.signal, by))
        self._late = self._late and report.damaged

    def _bypassed(self, signal: Signal) -> Iterator[Signal]:
        """Sixteen hex digits, a bit a zone, the lowest of the first byte zone 1: the zones that are bypassed."""
        try:
            bits = int.from_bytes(bytes.fromhex(signal.text or ""), "little")
        except ValueError:
            return
        for number in range(64):
            key = (BYPASSED, f"{number + 1:03}")
            if bits >> number & 1 and key not in self._known:
                bypass = replace(signal, point=key[1], text=None)
                self._known[key] = _Known(bypass, 0.0, None)
                yield self._found(bypass)
            elif not bits >> number & 1 and (known := self._known.pop(key, None)) is not None:
                yield self._found(_over(known.signal, signal))

    def _begins(self, key: _Key, signal: Signal, now: float) -> None:
        self._ended.pop(key, None)
        self._known.setdefault(key, _Known(signal, now, signal.area))
        _forget_oldest(self._known)

    def _ends(self, key: _Key) -> None:
        self._known.pop(key, None)
        self._ended[key] = None
        _forget_oldest(self._ended)

    def _end(self, key: _Key, by: Signal, reading: Report | None) -> Iterator[Signal]:
        self._vague.pop(key, None)
        if (known := self._known.pop(key, None)) is not None:
            over = _over(known.signal, by)
            yield over if reading is None else self._found(over)

    def _found(self, signal: Signal) -> Signal:
        return replace(signal, found=True, late=self._late)


def _over(known: Signal, by: Signal) -> Signal:
    return replace(
        known,
        kind=RESTORE_OF[known.kind],
        code=by.code,
        raw=by.raw,
        panel_time=by.panel_time,
        found=False,
        late=False,
    )


def _forget_oldest(held: dict[_Key, _T]) -> None:
    if len(held) > MOST_KNOWN:
        del held[next(iter(held))]
