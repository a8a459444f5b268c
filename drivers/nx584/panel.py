"""The panel's end of the line, for `guardroom simulate`, the demo and the tests.

It keeps zones, troubles and a log, answers questions about them, and tells of every change: an alarm of a zone as
the zone's status and the log event, each sent again until it is acknowledged. It has all kinds of zones: what is
raised at a zone makes it a zone of that kind.
"""

from __future__ import annotations

from drivers.base import Cause, Kind, Signal
from drivers.framing import Bad
from drivers.nx584.events import KEYPAD, point_of
from drivers.nx584.frames import ASK_FOR_ANSWER, Message, Scanner, build
from drivers.nx584.messages import Type
from drivers.nx584.options import Options
from drivers.panel_queue import PanelQueue

REPLY_S = 3.0
ZONE_COUNT = 192
LOG_SIZE = 184
PARTITION_COUNT = 8

_STAMP = bytes([11, 21, 8, 30])
# Flags of the kinds of zones: a silent one that is always on, an audible one, a fire zone, an ordinary one.
_TYPES = {
    Cause.HOLD_UP: bytes([0x02, 0x00, 0x40]),
    Cause.PANIC: bytes([0x02, 0x02, 0x40]),
    Cause.FIRE: bytes([0x01, 0x04, 0x40]),
    Cause.INTRUSION: bytes([0x00, 0x02, 0x40]),
}
_KEYPAD = {Cause.DURESS: 18, Cause.FIRE: 19, Cause.PANIC: 22}
_ZONE_EVENTS = {  # log event, bit of the zone's conditions, whether it is set
    Kind.BYPASS: (2, 0x08, True),
    Kind.UNBYPASS: (3, 0x08, False),
    Kind.TAMPER: (4, 0x02, True),
    Kind.TAMPER_RESTORE: (5, 0x02, False),
    Kind.FAULT: (6, 0x04, True),
    Kind.FAULT_RESTORE: (7, 0x04, False),
    Kind.LOW_BATTERY: (8, 0x20, True),
    Kind.BATTERY_RESTORE: (9, 0x20, False),
}
_ALARM, _RESTORE, _CANCEL, _TEST = 0, 1, 49, 52


class Panel(PanelQueue):
    """A panel with 192 zones, all in the partition that first names them."""

    def __init__(self, options: Options) -> None:
        super().__init__(options.tries)
        self._overheard = options.passive
        self._ascii = options.mode == "ascii"
        self._scanner = Scanner(options.mode)
        self._under_way: list[bytes] = []  # messages of the first that waits; the first of them has been sent
        self._until: float | None = None
        self._types = [_TYPES[Cause.INTRUSION]] * ZONE_COUNT
        self._conditions = [0] * ZONE_COUNT
        self._memory = [False] * ZONE_COUNT
        self._partitions = [0] * ZONE_COUNT
        self._log: dict[int, bytes] = {0: bytes([57, 0, 0]) + _STAMP}
        self._newest = 0

    def send(self, signal: Signal) -> None:
        """Queue what tells of one signal; ValueError for what this panel cannot say. The point is a zone, "keypad", or
        of a cancel the user."""
        partition = _partition(signal.area)
        if signal.kind is Kind.CANCEL:
            told = [self._logged(_CANCEL, _user(signal.point), partition)]
        elif signal.point not in (None, KEYPAD):
            zone = _zone(signal.point)
            self._partitions[zone] = partition
            event = self._change(zone, signal)
            told = [self._zone(zone), self._logged(event, zone, partition)]
        else:
            if signal.kind is Kind.ALARM and signal.cause in _KEYPAD:
                event = _KEYPAD[signal.cause]
            elif signal.kind is Kind.TEST:
                event = _TEST
            else:
                raise ValueError("this panel tells of it with a zone only")
            told = [self._logged(event, 0, partition)]
        self._waiting.append(b"".join(bytes([len(message)]) + message for message in told))

    def feed(self, data: bytes, now: float) -> bytes:
        """Answers to questions; the next message where the one before was acknowledged."""
        said = b""
        for item in self._scanner.feed(data):
            if isinstance(item, Bad):
                continue
            self._ascii = item.ascii
            if item.type == Type.TAKEN:
                said += self._go_on(now)
            elif item.type == Type.UNREADABLE:
                said += self._again(now)
            else:
                said += self._build(self._answer(item))
        return said

    def tick(self, now: float) -> bytes:
        """What waits, and what was not acknowledged. To a listener, all at once."""
        if self._overheard:
            said = b""
            while self._waiting:
                for message in _cut(self._waiting[0]):
                    said += self._build(_wanting(message)) + self._build(bytes([Type.TAKEN]))
                self._succeeded()
            return said
        if self._until is None:
            return self._begin(now)
        return self._again(now) if now >= self._until else b""

    def _build(self, message: bytes) -> bytes:
        return build(message, ascii_=self._ascii)

    def _begin(self, now: float) -> bytes:
        if not self._waiting:
            return b""
        self._under_way = _cut(self._waiting[0])
        return self._transmit(now)

    def _transmit(self, now: float) -> bytes:
        self._until = now + REPLY_S
        return self._build(_wanting(self._under_way[0]))

    def _go_on(self, now: float) -> bytes:
        if self._until is None:
            return b""
        del self._under_way[0]
        self._until = None
        if self._under_way:
            return self._transmit(now)
        self._succeeded()
        return self._begin(now)

    def _again(self, now: float) -> bytes:
        if self._until is None:
            return b""
        waiting = len(self._waiting)
        self._not_yet()
        if len(self._waiting) < waiting:  # given up
            self._until = None
            return b""
        return self._transmit(now)

    def _change(self, zone: int, signal: Signal) -> int:
        """Put the zone into the state that `signal` tells of; the log event for it."""
        if signal.kind is Kind.ALARM:
            cause = signal.cause or Cause.HOLD_UP
            if cause not in _TYPES:
                raise ValueError(f"no zone of this panel raises {cause}")
            self._types[zone] = _TYPES[cause]
            self._conditions[zone] |= 0x01
            self._memory[zone] = True
            return _ALARM
        if signal.kind is Kind.RESTORE:
            self._conditions[zone] &= ~0x01
            return _RESTORE
        if signal.kind is Kind.TEST:
            return _TEST
        if signal.kind not in _ZONE_EVENTS:
            raise ValueError(f"this panel has no event for {signal.kind}")
        event, bit, on = _ZONE_EVENTS[signal.kind]
        self._conditions[zone] = self._conditions[zone] | bit if on else self._conditions[zone] & ~bit
        return event

    def _logged(self, event: int, value: int, partition: int) -> bytes:
        self._newest = (self._newest + 1) % (LOG_SIZE + 1)
        self._log[self._newest] = bytes([event, value, partition]) + _STAMP
        return self._entry(self._newest)

    def _entry(self, number: int) -> bytes:
        return bytes([Type.LOG_EVENT, number, LOG_SIZE]) + self._log[number]

    def _zone(self, zone: int) -> bytes:
        conditions = bytes([self._conditions[zone], self._memory[zone]])
        return bytes([Type.ZONE, zone, 1 << self._partitions[zone]]) + self._types[zone] + conditions

    def _zones(self, offset: int) -> bytes:
        def bits(zone: int) -> int:
            conditions = self._conditions[zone]
            return (
                (conditions & 0x01)
                | 0x02 * bool(conditions & 0x18)
                | 0x04 * bool(conditions & 0x66)
                | 0x08 * self._memory[zone]
            )

        pairs = range(offset, offset + 16, 2)
        return bytes([Type.ZONES, offset]) + bytes(bits(zone) | bits(zone + 1) << 4 for zone in pairs)

    def _answer(self, message: Message) -> bytes:
        number = message.data[0] if message.data else 0
        match message.type:
            case Type.CONFIGURATION_REQUEST:
                return bytes([Type.CONFIGURATION]) + b"1.00" + bytes([0xF2, 0x05, 0xF2, 0x05, 0, 0])
            case Type.PARTITIONS_REQUEST:
                return bytes([Type.PARTITIONS] + [0x03] * PARTITION_COUNT)
            case Type.PARTITION_REQUEST if number < PARTITION_COUNT:
                return bytes([Type.PARTITION, number, 0, 0, 0, 0, 0, 0x04, 0])
            case Type.SYSTEM_REQUEST:
                return bytes([Type.SYSTEM, 4, 0, 0, 0, 0, 0x02, 0, 0, 0, 0xFF, self._newest])
            case Type.ZONES_REQUEST if number <= ZONE_COUNT - 16:
                return self._zones(number)
            case Type.ZONE_REQUEST if number < ZONE_COUNT:
                return self._zone(number)
            case Type.LOG_REQUEST if number in self._log:
                return self._entry(number)
            case Type.ZONES_REQUEST | Type.ZONE_REQUEST | Type.LOG_REQUEST | Type.PARTITION_REQUEST:
                return bytes([Type.FAILED])
            case _:
                return bytes([Type.REJECTED])


def _wanting(message: bytes) -> bytes:
    return bytes([message[0] | ASK_FOR_ANSWER]) + message[1:]


def _cut(messages: bytes) -> list[bytes]:
    cut = []
    begin = 0
    while begin < len(messages):
        end = begin + 1 + messages[begin]
        cut.append(messages[begin + 1 : end])
        begin = end
    return cut


def _zone(point: str) -> int:
    """The zone of a point. Numbers above the last zone begin again at the first."""
    if not (point.isascii() and point.isdigit() and int(point)):
        raise ValueError(f"a zone is a number from {point_of(0)} to {point_of(ZONE_COUNT - 1)}")
    return (int(point) - 1) % ZONE_COUNT


def _user(point: str | None) -> int:
    if point is None:
        return 0
    if not (point.isascii() and point.isdigit() and int(point) <= 0xFF):
        raise ValueError("who cancels is a number from 0 to 255")
    return int(point)


def _partition(area: str | None) -> int:
    if area is None:
        return 0
    if area not in tuple("12345678"):
        raise ValueError("an area is a number from 1 to 8")
    return int(area) - 1
