"""What events and answers of a Ness panel mean. Ids and areas are hex digits as written; zones and users decimal.

Two of the document's own mistakes are not followed: it prints a failed supervision as 32, which is "output off"
(panels send 16), and a changed clock as 18 and as 19.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from msgspec.structs import replace

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.ness.frames import Event, Status
from drivers.standing import RESTORE_OF, Standing

_KINDS: Mapping[str, Kind] = {
    "00": Kind.STATUS,  # unsealed
    "01": Kind.STATUS,  # sealed
    "02": Kind.ALARM,
    "03": Kind.RESTORE,
    "04": Kind.BYPASS,
    "05": Kind.UNBYPASS,
    "06": Kind.BYPASS,  # excluded by the panel itself
    "07": Kind.UNBYPASS,
    "08": Kind.TAMPER,
    "09": Kind.TAMPER_RESTORE,
    "10": Kind.FAULT,
    "11": Kind.FAULT_RESTORE,
    "12": Kind.LOW_BATTERY,
    "13": Kind.BATTERY_RESTORE,
    "14": Kind.FAULT,
    "15": Kind.FAULT_RESTORE,
    "16": Kind.FAULT,
    "17": Kind.FAULT_RESTORE,
    "18": Kind.INFO,  # clock set
    "19": Kind.INFO,
    "20": Kind.STATUS,  # entry and exit delays
    "21": Kind.STATUS,
    "22": Kind.STATUS,
    "23": Kind.STATUS,
    "24": Kind.INFO,  # armed: away, home, day, night, vacation, highest
    "25": Kind.INFO,
    "26": Kind.INFO,
    "27": Kind.INFO,
    "28": Kind.INFO,
    "2e": Kind.INFO,
    "2f": Kind.INFO,  # disarmed
    "30": Kind.STATUS,  # arming delayed
    "31": Kind.STATUS,  # outputs
    "32": Kind.STATUS,
}
_RESTORES = frozenset(RESTORE_OF.values())
_BY_USER = frozenset({"24", "25", "26", "27", "28", "2e", "2f", "30"})
_TROUBLES: Mapping[str, Trouble] = {
    "10": Trouble.MAINS,
    "11": Trouble.MAINS,
    "12": Trouble.BATTERY,
    "13": Trouble.BATTERY,
    "14": Trouble.COMMUNICATION,
    "15": Trouble.COMMUNICATION,
    "16": Trouble.SUPERVISION,
    "17": Trouble.SUPERVISION,
}
_CAUSES: Mapping[str, Cause] = {
    "81": Cause.FIRE,
    "82": Cause.PANIC,
    "83": Cause.MEDICAL,
    "84": Cause.DURESS,
}
"""The areas that name a cause. In the others (areas 1 and 2, home, day, 24 hours) the zone may have one."""

MAIN_UNIT = "00"
NO_AREA = "00"
KEYPAD = "f0"
_PANIC_AREA = "82"
_DOOR = "85"
_RADIO_DETECTOR = "91"
_RADIO_KEY = "92"
_PERSONAL = frozenset({_PANIC_AREA, "83", "84", _RADIO_KEY})
"""Areas in which an id from 01 on is a person's: radio keys, and codes at a keypad."""
USERS = 56
EXTERNAL = "01"

DURESS, PANIC, MEDICAL, FIRE = 0x0001, 0x0002, 0x0004, 0x0008
EXTERNAL_TAMPER, PANEL_TAMPER, KEYPAD_TAMPER = 0x0020, 0x0040, 0x0080
RADIO_PANIC, BATTERY, MAINS, CBUS = 0x0100, 0x0600, 0x0800, 0x1000

_MISCELLANEOUS: Mapping[int, Signal] = {
    DURESS: Signal(kind=Kind.ALARM, cause=Cause.DURESS, area="84"),
    PANIC: Signal(kind=Kind.ALARM, cause=Cause.PANIC, area=_PANIC_AREA, point=KEYPAD),
    MEDICAL: Signal(kind=Kind.ALARM, cause=Cause.MEDICAL, area="83"),
    FIRE: Signal(kind=Kind.ALARM, cause=Cause.FIRE, area="81"),
    RADIO_PANIC: Signal(kind=Kind.ALARM, cause=Cause.PANIC, area=_PANIC_AREA),
    EXTERNAL_TAMPER: Signal(kind=Kind.TAMPER, trouble=Trouble.BOX, point=MAIN_UNIT, area=EXTERNAL),
    PANEL_TAMPER: Signal(kind=Kind.TAMPER, trouble=Trouble.BOX, point=MAIN_UNIT),
    KEYPAD_TAMPER: Signal(kind=Kind.TAMPER, trouble=Trouble.KEYPAD, point=KEYPAD),
    BATTERY: Signal(kind=Kind.LOW_BATTERY, trouble=Trouble.BATTERY, point=MAIN_UNIT),
    MAINS: Signal(kind=Kind.FAULT, trouble=Trouble.MAINS, point=MAIN_UNIT),
    CBUS: Signal(kind=Kind.FAULT, trouble=Trouble.MODULE, point=MAIN_UNIT),
}
"""The bits of answer 13, and what it means where no event has told more. The area tells these alarms from each other,
and from those of zones."""

_IN_ALARM, _SUPERVISION, _LOW_BATTERY, _TAMPER, _EXCLUDED = (
    ("05", "25"),
    ("09", "29"),
    ("11", "31"),
    ("12", "32"),
    ("19", "33"),
)
_ZONES: Mapping[tuple[str, str], Signal] = {
    _IN_ALARM: Signal(kind=Kind.ALARM, cause=Cause.INTRUSION),
    _SUPERVISION: Signal(kind=Kind.FAULT, trouble=Trouble.SUPERVISION),
    _LOW_BATTERY: Signal(kind=Kind.LOW_BATTERY, trouble=Trouble.BATTERY, area=_RADIO_DETECTOR),
    _TAMPER: Signal(kind=Kind.TAMPER, trouble=Trouble.SENSOR, area=_RADIO_DETECTOR),
    _EXCLUDED: Signal(kind=Kind.BYPASS),
}
"""The answers about the zones 1-16 and 17-32, and what a zone in them means."""

_BANKS: Mapping[str, tuple[int, Signal]] = {
    id_: (first, signal) for ids, signal in _ZONES.items() for id_, first in zip(ids, (1, 17), strict=True)
}


class State:
    """What has happened, and what stands. `zones`: those that are for something special."""

    def __init__(self, zones: Mapping[str, Cause]) -> None:
        self._zones = zones
        self._standing = Standing()
        self._banks = {
            id_: tuple(_bank(first, signal, zones if signal.cause else {})) for id_, (first, signal) in _BANKS.items()
        }

    def opened(self) -> None:
        """The line has just been opened: what the next answers add may have happened a while ago."""
        self._standing.opened()

    def happened(self, event: Event) -> list[Signal]:
        """What an event means."""
        what, area = event.event, event.area
        kind = _KINDS.get(what, Kind.UNKNOWN)
        cause: Cause | None = None
        trouble = _TROUBLES.get(what)
        if what in ("02", "03"):
            if area == _DOOR:  # left open for too long
                kind, trouble = (Kind.FAULT if kind is Kind.ALARM else Kind.FAULT_RESTORE), Trouble.SENSOR
            else:
                cause = _CAUSES.get(area) or self._zones.get(event.id, Cause.INTRUSION)
        elif what in ("08", "09"):
            trouble = _tampered(event.id, area)
        elif what == "01" and event.id == MAIN_UNIT:  # switched on, or reset
            kind = Kind.INFO
        signal = Signal(
            kind=kind,
            cause=cause,
            trouble=trouble,
            point=event.id,
            area=None if area == NO_AREA else area,
            code=what,
            panel_time=event.panel_time,
            raw=event.raw,
            by_user=_is_user(what, event.id, area),
        )
        if kind in RESTORE_OF:
            for group in _groups(kind, what, event.id, area):
                self._standing.began(group, event.id, signal)
        elif kind in _RESTORES:
            for group in _groups(kind, what, event.id, area):
                self._standing.ended(group, event.id)
        return [signal]

    def reported(self, status: Status) -> list[Signal]:
        """What an answer adds to what is known, or a sign of life."""
        added: list[Signal] = []
        if status.id == "13":
            for bit, signal in _MISCELLANEOUS.items():
                standing = (self._standing.of(bit) or {"": signal}) if status.bits & bit else {}
                added += self._standing.report(bit, standing, status.raw)
        elif status.id in self._banks:
            zones: dict[Hashable, Signal] = {
                signal.point: signal for bit, signal in self._banks[status.id] if status.bits & bit
            }
            added = self._standing.report(status.id, zones, status.raw)
        return added or [Signal(kind=Kind.HEARTBEAT, code=status.id, raw=status.raw)]

    def bits(self, id_: str) -> int:
        """The 16 bits with which a panel where this has happened answers."""
        if id_ == "13":
            return sum(bit for bit in _MISCELLANEOUS if self._standing.of(bit))
        return sum(bit for bit, signal in self._banks.get(id_, ()) if signal.point in self._standing.of(id_))


def _bank(first: int, signal: Signal, zones: Mapping[str, Cause]) -> Iterator[tuple[int, Signal]]:
    """The bits of 16 zones, zone by zone: the first eight have the higher byte, each byte begins with the lowest."""
    for number in range(16):
        point = f"{first + number:02}"
        yield 1 << (number + 8) % 16, replace(signal, point=point, cause=zones.get(point, signal.cause))


def _is_user(what: str, id_: str, area: str) -> bool:
    """Whether the id is a person's, not a zone's. An access door's areas begin with a."""
    if what in _BY_USER or (what in ("00", "01") and area.startswith("a")):
        return True
    return area in _PERSONAL and id_ not in (MAIN_UNIT, KEYPAD)


def _tampered(id_: str, area: str) -> Trouble:
    if id_ == KEYPAD:
        return Trouble.KEYPAD
    return Trouble.SENSOR if area == _RADIO_DETECTOR else Trouble.BOX


def _groups(kind: Kind, what: str, id_: str, area: str) -> Iterator[Hashable]:
    """Which answers tell of what this event begins or ends."""
    number = int(id_) if id_.isdigit() else 0
    bank = 0 if 1 <= number <= 16 else 1 if 17 <= number <= 32 else None
    ids: tuple[str, str] | None = None
    match what:
        case "02" | "03" if kind in (Kind.ALARM, Kind.RESTORE):
            match area:
                case "82":
                    yield RADIO_PANIC if 1 <= number <= USERS else PANIC
                case "83":
                    yield MEDICAL
                case "84":
                    yield DURESS
                case "81":
                    yield FIRE
                    ids = _IN_ALARM
                case _:
                    ids = _IN_ALARM
        case "04" | "05" | "06" | "07":
            ids = _EXCLUDED
        case "08" | "09" if id_ == KEYPAD:
            yield KEYPAD_TAMPER
        case "08" | "09" if id_ == MAIN_UNIT:
            yield EXTERNAL_TAMPER if area == EXTERNAL else PANEL_TAMPER
        case "08" | "09":
            ids = _TAMPER
        case "10" | "11":
            yield MAINS
        case "12" | "13" if id_ == MAIN_UNIT:
            yield BATTERY
        case "12" | "13" if area == _RADIO_DETECTOR:
            ids = _LOW_BATTERY
        case "16" | "17":
            ids = _SUPERVISION
    if ids is not None and bank is not None:
        yield ids[bank]
