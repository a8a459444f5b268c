"""What the messages of a NetworX panel mean: types of log events, and the bits of its status messages."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from drivers.base import Cause, Kind, Signal, Trouble


class Number(Enum):
    """Whose number stands in a log event."""

    ZONE = auto()
    USER = auto()
    DEVICE = auto()
    KEYPAD = auto()
    NOBODY = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    """Of a type of log event. An alarm without a cause is a zone's, which its kind of zone tells.

    `number`: whose stands in the event; a keypad has none, and is told as such.
    `has_area`: the partition in the event counts.
    """

    kind: Kind
    cause: Cause | None = None
    trouble: Trouble | None = None
    number: Number = Number.NOBODY
    has_area: bool = False


def _zone(kind: Kind, trouble: Trouble | None = None) -> Meaning:
    return Meaning(kind, None, trouble, Number.ZONE, has_area=True)


def _device(kind: Kind, trouble: Trouble) -> Meaning:
    return Meaning(kind, None, trouble, Number.DEVICE)


def _keypad(cause: Cause) -> Meaning:
    return Meaning(Kind.ALARM, cause, None, Number.KEYPAD, has_area=True)


_INFO = Meaning(Kind.INFO)
_TEST = Meaning(Kind.TEST)
_BY_USER = Meaning(Kind.INFO, number=Number.USER, has_area=True)
UNKNOWN = Meaning(Kind.UNKNOWN, number=Number.DEVICE, has_area=True)

ZONE_ALARM = 0
EVENTS: Mapping[int, Meaning] = {
    ZONE_ALARM: _zone(Kind.ALARM),
    1: _zone(Kind.RESTORE),
    2: _zone(Kind.BYPASS),
    3: _zone(Kind.UNBYPASS),
    4: _zone(Kind.TAMPER, Trouble.SENSOR),
    5: _zone(Kind.TAMPER_RESTORE, Trouble.SENSOR),
    6: _zone(Kind.FAULT, Trouble.SENSOR),
    7: _zone(Kind.FAULT_RESTORE, Trouble.SENSOR),
    8: _zone(Kind.LOW_BATTERY, Trouble.BATTERY),
    9: _zone(Kind.BATTERY_RESTORE, Trouble.BATTERY),
    10: _zone(Kind.FAULT, Trouble.SUPERVISION),
    11: _zone(Kind.FAULT_RESTORE, Trouble.SUPERVISION),
    12: _zone(Kind.INFO),  # cross zone: waits for the second
    17: _INFO,
    18: _keypad(Cause.DURESS),
    19: _keypad(Cause.FIRE),
    20: _keypad(Cause.PANIC),  # second auxiliary key
    22: _keypad(Cause.PANIC),
    23: Meaning(Kind.TAMPER, None, Trouble.KEYPAD, Number.KEYPAD, has_area=True),
    24: _device(Kind.TAMPER, Trouble.BOX),
    25: _device(Kind.TAMPER_RESTORE, Trouble.BOX),
    26: _device(Kind.FAULT, Trouble.MAINS),
    27: _device(Kind.FAULT_RESTORE, Trouble.MAINS),
    28: _device(Kind.LOW_BATTERY, Trouble.BATTERY),
    29: _device(Kind.BATTERY_RESTORE, Trouble.BATTERY),
    30: _device(Kind.FAULT, Trouble.FUSE),
    31: _device(Kind.FAULT_RESTORE, Trouble.FUSE),
    32: _device(Kind.TAMPER, Trouble.BELL),
    33: _device(Kind.TAMPER_RESTORE, Trouble.BELL),
    34: Meaning(Kind.FAULT, trouble=Trouble.PHONE_LINE),
    35: Meaning(Kind.FAULT_RESTORE, trouble=Trouble.PHONE_LINE),
    36: _device(Kind.FAULT, Trouble.MODULE),
    37: _device(Kind.FAULT_RESTORE, Trouble.MODULE),
    38: Meaning(Kind.FAULT, trouble=Trouble.COMMUNICATION),
    39: _INFO,  # log full
    40: _BY_USER,  # opening
    41: _BY_USER,  # closing
    42: _BY_USER,
    43: _BY_USER,
    44: _TEST,
    45: _INFO,
    46: _INFO,
    47: _INFO,
    48: _INFO,
    49: Meaning(Kind.CANCEL, number=Number.USER, has_area=True),
    50: Meaning(Kind.FAULT, trouble=Trouble.GROUND),
    51: Meaning(Kind.FAULT_RESTORE, trouble=Trouble.GROUND),
    52: _TEST,
    53: _BY_USER,
    54: _INFO,
    55: _INFO,
    56: _INFO,
    57: _INFO,  # the panel was switched on
    120: _BY_USER,
    121: _BY_USER,
    122: _BY_USER,
    123: _TEST,  # walk test begins
    124: _TEST,
    125: Meaning(Kind.INFO, has_area=True),
    126: Meaning(Kind.INFO, number=Number.USER),
    127: _INFO,  # data lost
}
"""Log events by type (bit 7 left out: it tells whether the panel also reports the event by telephone)."""

PROGRAMMED = frozenset({46, 48})
"""The panel was programmed, at a keypad or from afar: its zones may be of other types now."""

RIGHT_CODE = frozenset({40, 41, 49})
"""Opening, closing, cancel: who has a code was at a keypad of the partition."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the panel's log."""

    number: int
    size: int
    type: int
    value: int
    partition: int
    stamp: tuple[int, int, int, int]

    @property
    def panel_time(self) -> str:
        """Month, day, hour and minute of the panel's clock, which has no year."""
        month, day, hour, minute = self.stamp
        return f"{month:02}-{day:02} {hour:02}:{minute:02}"


def event_of(data: bytes) -> Event | None:
    """A log event message; None where it is too short."""
    if len(data) < 9:
        return None
    return Event(data[0], data[1], data[2] & 0x7F, data[3], data[4], (data[5], data[6], data[7], data[8]))


def point_of(zone: int) -> str:
    """A zone as the keypads number it, from 001."""
    return f"{zone + 1:03}"


KEYPAD = "keypad"
"""The point of what was done at a keypad; the panel tells its partition only."""


FIRE, DAY_AND_NIGHT = 0x01, 0x02
AUDIBLE = 0x07  # keypad sounder, yelping and steady siren


def cause_of(types: bytes) -> Cause:
    """The cause of a zone's alarm, by the flags of its type. A silent zone that is always on is a hold-up button, and
    one whose type is not known is taken for such a button."""
    if len(types) < 2:
        return Cause.HOLD_UP
    if types[0] & FIRE:
        return Cause.FIRE
    if types[0] & DAY_AND_NIGHT:
        return Cause.PANIC if types[1] & AUDIBLE else Cause.HOLD_UP
    return Cause.INTRUSION


def is_always_on(types: bytes) -> bool:
    """Whether a zone of this type raises its alarm whenever it is open."""
    return bool(types[0] & (FIRE | DAY_AND_NIGHT))


_CONDITIONS = (
    (0x02, Kind.TAMPER, Trouble.SENSOR),
    (0x04, Kind.FAULT, Trouble.SENSOR),
    (0x18, Kind.BYPASS, None),  # bypassed; left out when arming
    (0x20, Kind.LOW_BATTERY, Trouble.BATTERY),
    (0x40, Kind.FAULT, Trouble.SUPERVISION),
)


def zone_troubles(zone: int, condition: int) -> dict[Hashable, Signal]:
    """What is wrong with a zone, by its first byte of conditions; by kind and trouble."""
    return {
        (kind, trouble): Signal(kind=kind, trouble=trouble, point=point_of(zone))
        for bits, kind, trouble in _CONDITIONS
        if condition & bits
    }


_SYSTEM: tuple[tuple[int, int, Kind, Trouble], ...] = (
    (2, 0x01, Kind.FAULT, Trouble.GROUND),
    (2, 0x02, Kind.FAULT, Trouble.PHONE_LINE),
    (2, 0x04, Kind.FAULT, Trouble.COMMUNICATION),
    (2, 0x08, Kind.FAULT, Trouble.FUSE),
    (2, 0x10, Kind.TAMPER, Trouble.BOX),
    (2, 0x20, Kind.TAMPER, Trouble.BELL),
    (2, 0x40, Kind.LOW_BATTERY, Trouble.BATTERY),
    (2, 0x80, Kind.FAULT, Trouble.MAINS),
    # the same at a module
    (3, 0x01, Kind.TAMPER, Trouble.BOX),
    (3, 0x02, Kind.FAULT, Trouble.MAINS),
    (3, 0x04, Kind.LOW_BATTERY, Trouble.BATTERY),
    (3, 0x08, Kind.FAULT, Trouble.MODULE),
    (3, 0x10, Kind.FAULT, Trouble.FUSE),
    (3, 0x20, Kind.FAULT, Trouble.COMMUNICATION),
    (3, 0x40, Kind.FAULT, Trouble.BELL),
    (6, 0x08, Kind.FAULT, Trouble.CLOCK),
)


Pair = tuple[Kind, Trouble | None]
SYSTEM_PAIRS: frozenset[Pair] = frozenset((kind, trouble) for _place, _bit, kind, trouble in _SYSTEM)
"""The kinds of trouble whose end the system status shows."""


def system_troubles(data: bytes) -> dict[Pair, Signal]:
    """What is wrong with the panel and its modules, by its system status message, which does not tell them apart."""
    return {
        (kind, trouble): Signal(kind=kind, trouble=trouble)
        for place, bit, kind, trouble in _SYSTEM
        if place < len(data) and data[place] & bit
    }
