"""The panel's end of the line, for `guardroom simulate`, the demo and the tests."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from drivers.base import Cause, Kind, Signal
from drivers.concord import meaning
from drivers.concord.frames import ACK, NAK, Answer, Message, framer, message
from drivers.framing import Bad
from drivers.panel_queue import PanelQueue

ACKNOWLEDGED_WITHIN_S = 2.0
STATUS_TRIES = 4
SIREN_SYNC_S = 4.0
"""So often the panel whose log was read sends its siren's beat."""

_SIREN_SYNC = message(b"\x22\x05")
_LIST_DONE = message(b"\x08")
_MOST_ZONES = 999

_SPECIFIC = {
    Cause.HOLD_UP: 23,
    Cause.PANIC: 4,
    Cause.DURESS: 16,
    Cause.INTRUSION: 36,
    Cause.FIRE: 1,
    Cause.MEDICAL: 6,
    Cause.OTHER: 39,  # water
}
_GROUP = {
    Cause.HOLD_UP: 2,
    Cause.PANIC: 0,
    Cause.DURESS: 0,
    Cause.INTRUSION: 13,
    Cause.FIRE: 26,
    Cause.MEDICAL: 6,
    Cause.OTHER: 38,
}
_ALARMS = {
    Kind.ALARM: meaning.ALARM,
    Kind.RESTORE: meaning.ALARM_RESTORAL,
    Kind.CANCEL: meaning.ALARM_CANCEL,
}
_TROUBLES = {
    Kind.FAULT: (Kind.FAULT, meaning.TROUBLE),
    Kind.FAULT_RESTORE: (Kind.FAULT, meaning.TROUBLE_RESTORAL),
    Kind.TAMPER: (Kind.TAMPER, meaning.TROUBLE),
    Kind.TAMPER_RESTORE: (Kind.TAMPER, meaning.TROUBLE_RESTORAL),
    Kind.LOW_BATTERY: (Kind.LOW_BATTERY, meaning.TROUBLE),
    Kind.BATTERY_RESTORE: (Kind.LOW_BATTERY, meaning.TROUBLE_RESTORAL),
}
_SYSTEM_TYPE = {
    meaning.TROUBLE: meaning.SYSTEM_TROUBLE,
    meaning.TROUBLE_RESTORAL: meaning.SYSTEM_TROUBLE_RESTORAL,
}
_PLAIN = {
    Kind.BYPASS: (meaning.BYPASS, 0),
    Kind.UNBYPASS: (meaning.UNBYPASS, 0),
    Kind.TEST: (meaning.PARTITION_TEST, 9),  # user sensor test: trip
}
_SETS = {Kind.ALARM: 4, Kind.FAULT: 8, Kind.TAMPER: 8, Kind.LOW_BATTERY: 8, Kind.BYPASS: 16}
_CLEARS = {
    Kind.RESTORE: 4,
    Kind.CANCEL: 4,
    Kind.FAULT_RESTORE: 8,
    Kind.TAMPER_RESTORE: 8,
    Kind.BATTERY_RESTORE: 8,
    Kind.UNBYPASS: 16,
}


@dataclass(slots=True)
class _Zone:
    """A zone of the panel: its partition and area, sensor group, state, and the type of its last alarm."""

    area: bytes
    group: int = 0
    bits: int = 0
    specific: int = _SPECIFIC[Cause.PANIC]


class Panel(PanelQueue):
    """Sends one message at a time and waits for its ACK, events before everything else; answers the receiver's
    questions. `heard`: somebody acknowledges; False where the receiver is a tap, and what was said counts."""

    def __init__(self, tries: int, *, heard: bool) -> None:
        super().__init__(tries)
        self._heard = heard
        self._framer = framer()
        self._zones: dict[int, _Zone] = {}
        self._statuses: deque[bytes] = deque()
        self._status_tries = 0
        self._under_way: deque[bytes] | None = None  # the queue whose first message waits for its ACK
        self._until = 0.0
        self._next_beat = 0.0

    def send(self, signal: Signal) -> None:
        """Queue an event of a zone, or of the system where `point` is None or "system". The point is a zone from 1 to
        999, the area a partition, or partition/area."""
        number = _number(signal.point)
        area = _partition(signal.area)
        source = meaning.SYSTEM if number is None else meaning.ZONE
        zone = self._zones.get(number or 0, _Zone(area))
        zone.area = area
        general, specific = _types(signal, source, zone)
        event = bytes([0x22, 0x02]) + area + bytes([source]) + (number or 0).to_bytes(3, "big")
        self._waiting.append(message(event + bytes([general, specific, 0, 0])))
        if number is None:
            return
        if signal.kind is Kind.ALARM:
            zone.specific, zone.group = specific, _GROUP[signal.cause or Cause.HOLD_UP]
        zone.bits = (zone.bits | _SETS.get(signal.kind, 0)) & ~_CLEARS.get(signal.kind, 0)
        self._zones[number] = zone

    def feed(self, data: bytes, now: float) -> bytes:
        """The receiver's answers and questions."""
        said = b""
        for frame in self._framer.feed(data):
            if isinstance(frame, Answer):
                self._answered(frame.byte)
            elif isinstance(frame, Message):
                for byte in frame.answers:
                    self._answered(byte)
                said += bytes([ACK])
                self._statuses.extend(new for new in self._report(frame.data) if new not in self._statuses)
            elif isinstance(frame, Bad) and frame.raw[0] not in (ACK, NAK):
                said += bytes([NAK])
        return said + self.tick(now)

    def tick(self, now: float) -> bytes:
        """The next message, once the last is acknowledged or its time is over."""
        if self._under_way is not None:
            if now < self._until:
                return b""
            self._unanswered()
        if now >= self._next_beat:
            self._next_beat = now + SIREN_SYNC_S
            if not self._statuses:
                self._statuses.append(_SIREN_SYNC)
        waiting = self._waiting or self._statuses
        if not waiting:
            return b""
        self._under_way, self._until = waiting, now + ACKNOWLEDGED_WITHIN_S
        said = waiting[0]
        if not self._heard:
            self._answered(ACK)
        return said

    def _answered(self, byte: int) -> None:
        if self._under_way is None:
            return
        if byte != ACK:
            self._unanswered()
        elif self._under_way is self._waiting:
            self._under_way = None
            self._succeeded()
        else:
            self._under_way = None
            self._statuses.popleft()
            self._status_tries = 0

    def _unanswered(self) -> None:
        if self._under_way is self._waiting:
            self._not_yet()
        else:
            self._status_tries += 1
            if self._status_tries >= STATUS_TRIES:
                self._statuses.popleft()
                self._status_tries = 0
        self._under_way = None

    def _report(self, request: bytes) -> list[bytes]:
        if request[0] == 0x02:
            return [
                *(
                    message(
                        b"\x03" + zone.area + bytes([zone.group]) + number.to_bytes(2, "big") + bytes([0, zone.bits])
                    )
                    for number, zone in sorted(self._zones.items())
                ),
                _LIST_DONE,
            ]
        if request[0] == 0x20:
            return [
                *(
                    message(b"\x21" + zone.area + number.to_bytes(2, "big") + bytes([zone.bits]))
                    for number, zone in sorted(self._zones.items())
                    if zone.bits
                ),
                message(b"\x22\x01\x01\x00\x00\x00\x01"),  # partition 1 is off
            ]
        return []


def _types(signal: Signal, source: int, zone: _Zone) -> tuple[int, int]:
    """General and specific type of the event that says this; ValueError where there is none."""
    kind = signal.kind
    if kind in _ALARMS:
        return _ALARMS[kind], zone.specific if signal.cause is None and kind is not Kind.ALARM else _SPECIFIC[
            signal.cause or Cause.HOLD_UP
        ]
    if kind in _TROUBLES:
        begins, general = _TROUBLES[kind]
        specific = meaning.specific_trouble(begins, signal.trouble, source)
        return _SYSTEM_TYPE[general] if source == meaning.SYSTEM else general, specific
    if kind in _PLAIN:
        return _PLAIN[kind]
    raise ValueError(f"a Concord panel cannot say {kind}")


def _number(point: str | None) -> int | None:
    if point in (None, meaning.SYSTEM_POINT):
        return None
    if point.isascii() and point.isdigit() and 0 < int(point[:9]) <= _MOST_ZONES:
        return int(point)
    raise ValueError(f"a zone of a Concord panel is a number from 1 to {_MOST_ZONES}, not {point!r}")


def _partition(area: str | None) -> bytes:
    parts = (area or "1").split("/")
    if len(parts) <= 2 and all(part.isascii() and part.isdigit() and int(part[:4]) <= 255 for part in parts):
        return bytes([*map(int, parts), 0])[:2]
    raise ValueError(f"an area of a Concord panel is a partition such as 1, not {area!r}")
