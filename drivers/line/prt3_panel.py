"""A simulated Paradox panel with an APR-PRT3: events, and answers to questions about zones and areas."""

from __future__ import annotations

import re

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.line.options import Options
from drivers.line.writer import Writer

_ZONE_GROUPS = {
    Kind.TAMPER: "033",
    Kind.TAMPER_RESTORE: "034",
    Kind.FAULT: "042",
    Kind.FAULT_RESTORE: "044",
    Kind.LOW_BATTERY: "041",
    Kind.BATTERY_RESTORE: "043",
    Kind.BYPASS: "023",
}
_SPECIAL_ALARMS = {Cause.PANIC: "000", Cause.MEDICAL: "001", Cause.FIRE: "002"}
_AREA = "001"


class Prt3Panel(Writer):
    """All zones are in area 001. A point "A001" is an area: its keypad's panic keys, or a user's duress code."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._alarms: dict[str, Cause] = {}  # by zone, or by "A" and the area
        self._stands: set[tuple[str, Kind]] = set()

    def send(self, signal: Signal) -> None:
        """Queue an event; ValueError for what no event says."""
        point = signal.point or f"A{signal.area or _AREA}"
        if not re.fullmatch("A?[0-9]{3}", point):
            raise ValueError('a point is a zone such as "005", or an area such as "A001"')
        event = self._area_event(point[1:], signal) if point.startswith("A") else self._zone_event(point, signal)
        self._waiting.append(f"{event}\r".encode("ascii"))

    def _zone_event(self, zone: str, signal: Signal) -> str:
        if signal.kind == Kind.ALARM:
            cause = signal.cause or Cause.INTRUSION
            if cause != Cause.FIRE and cause != (self._options.button(zone) or Cause.INTRUSION):
                raise ValueError("a zone tells intrusion or fire; a button is listed as panic_zones or hold_up_zones")
            self._alarms[zone] = cause
            return f"G{'025' if cause == Cause.FIRE else '024'}N{zone}A{_AREA}"
        if signal.kind == Kind.RESTORE:
            cause = self._alarms.pop(zone, signal.cause or Cause.INTRUSION)
            return f"G{'027' if cause == Cause.FIRE else '026'}N{zone}A{_AREA}"
        group = _ZONE_GROUPS.get(signal.kind)
        if group is None:
            raise ValueError("no zone event says this")
        begins = signal.kind in (Kind.TAMPER, Kind.FAULT, Kind.LOW_BATTERY)
        ended = {Kind.TAMPER_RESTORE: Kind.TAMPER, Kind.FAULT_RESTORE: Kind.FAULT}
        if begins:
            self._stands.add((zone, signal.kind))
        else:
            self._stands.discard((zone, ended.get(signal.kind, Kind.LOW_BATTERY)))
        return f"G{group}N{zone}A{_AREA}"

    def _area_event(self, area: str, signal: Signal) -> str:
        if signal.kind == Kind.ALARM:
            cause = signal.cause or Cause.PANIC
            if cause != Cause.DURESS and cause not in _SPECIAL_ALARMS:
                raise ValueError("an area's keypads tell panic, medical, fire and duress")
            self._alarms["A" + area] = cause
            return f"G031N001A{area}" if cause == Cause.DURESS else f"G030N{_SPECIAL_ALARMS[cause]}A{area}"
        troubles = {Trouble.PHONE_LINE: "000", Trouble.MAINS: "001", Trouble.BATTERY: "002", Trouble.CLOCK: "006"}
        number = troubles.get(signal.trouble) if signal.trouble else None
        if number is not None and signal.kind in (Kind.FAULT, Kind.LOW_BATTERY):
            return f"G036N{number}A000"
        if number is not None and signal.kind in (Kind.FAULT_RESTORE, Kind.BATTERY_RESTORE):
            return f"G037N{number}A000"
        if signal.kind == Kind.RESTORE and self._alarms.pop("A" + area, None) is not None:
            # The end of it has no event: the state of the area tells it.
            return f"G013N001A{area}"
        raise ValueError("no event of an area says this")

    def _answer(self, command: str) -> bytes:
        found = re.fullmatch("(RA|RZ|ZL|AL)([0-9]{3})", command)
        if found is None:
            return f"{command[:5]}&fail\r".encode("ascii", "replace")
        what, number = found.groups()
        if what == "RZ":
            answer = self._zone_letters(number)
        elif what == "RA":
            alarm = "A" + number in self._alarms or (number == _AREA and any(key[0] != "A" for key in self._alarms))
            answer = f"DOOOO{'A' if alarm else 'O'}O"
        else:
            answer = f"{'ZONE' if what == 'ZL' else 'AREA'} {number}".ljust(16)
        return f"{what}{number}{answer}\r".encode("ascii")

    def _zone_letters(self, zone: str) -> str:
        cause = self._alarms.get(zone)
        return (
            ("T" if (zone, Kind.TAMPER) in self._stands else "C")
            + ("A" if cause not in (None, Cause.FIRE) else "O")
            + ("F" if cause == Cause.FIRE else "O")
            + ("S" if (zone, Kind.FAULT) in self._stands else "O")
            + ("L" if (zone, Kind.LOW_BATTERY) in self._stands else "O")
        )
