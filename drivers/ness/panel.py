"""A D32x for `guardroom simulate`, the demo and the tests: events without a time, and answers to what it is asked.

Nobody acknowledges to a Ness panel: what was sent counts as acknowledged.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.ness.frames import Event, Passed, Scanner, event_line, status_line
from drivers.ness.meaning import KEYPAD, MAIN_UNIT, NO_AREA, USERS, State
from drivers.panel_queue import PanelQueue

ZONES = 32

_AREAS: Mapping[Cause | None, str] = {
    Cause.FIRE: "81",
    Cause.PANIC: "82",
    Cause.MEDICAL: "83",
    Cause.DURESS: "84",
    Cause.INTRUSION: "01",
}
_ALL_HOURS = "80"
_DETECTOR = "91"
_EVENTS: Mapping[Kind, tuple[str, str]] = {
    Kind.TAMPER: ("08", _DETECTOR),
    Kind.TAMPER_RESTORE: ("09", _DETECTOR),
    Kind.LOW_BATTERY: ("12", _DETECTOR),
    Kind.BATTERY_RESTORE: ("13", _DETECTOR),
    Kind.BYPASS: ("04", NO_AREA),
    Kind.UNBYPASS: ("05", NO_AREA),
}
_FAULTS: Mapping[Trouble | None, tuple[str, str]] = {Trouble.MAINS: ("10", "11"), Trouble.COMMUNICATION: ("14", "15")}
_SUPERVISION = ("16", "17")


class NessPanel(PanelQueue):
    """`zones`: what the receiver was told of its zones. VERSION goes out now and then by itself, as P199E 7E does."""

    version_s = 20.0

    def __init__(self, zones: Mapping[str, Cause]) -> None:
        super().__init__()
        self._zones = zones
        self._scanner = Scanner()
        self._state = State(zones)
        self._areas: dict[str, str] = {}
        self._toggle = False
        self._version_at = 0.0

    def send(self, signal: Signal) -> None:
        """Queue one event; ValueError for what the panel cannot say. Zones and users of three digits are counted
        round the 32 zones that it has."""
        event, id_, area = self._event(signal)
        line = event_line(event, id_, area, toggle=self._toggle)
        self._toggle = not self._toggle
        self._waiting.append(line)

    def feed(self, data: bytes, now: float) -> bytes:
        """The answers to the receiver's requests."""
        answers = b""
        for frame in self._scanner.feed(data):
            if isinstance(frame, Passed) and frame.keys.startswith("S"):
                answers += status_line(frame.keys[1:], self._state.bits(frame.keys[1:]))
        return answers

    def tick(self, now: float) -> bytes:
        """The events that wait, and the version."""
        said = b""
        while self._waiting:
            line = self._waiting[0]
            for frame in Scanner().feed(line):
                if isinstance(frame, Event):
                    self._state.happened(frame)
            said += line
            self._succeeded()
        if now >= self._version_at:
            self._version_at = now + self.version_s
            said += status_line("17", 0x0087)
        return said

    def _event(self, signal: Signal) -> tuple[str, str, str]:
        """Event, id and area that say it."""
        id_ = _id(signal)
        match signal.kind:
            case Kind.ALARM:
                area = self._areas[id_] = self._area(signal, id_)
                return "02", id_, area
            case Kind.RESTORE:
                return "03", id_, self._areas.get(id_, _AREAS[Cause.INTRUSION])
            case Kind.FAULT | Kind.FAULT_RESTORE:
                over = signal.kind is Kind.FAULT_RESTORE
                if signal.trouble in _FAULTS:
                    return _FAULTS[signal.trouble][over], MAIN_UNIT, NO_AREA
                return _SUPERVISION[over], id_, NO_AREA
            case kind if kind in _EVENTS:
                event, area = _EVENTS[kind]
                return event, id_, NO_AREA if id_ in (MAIN_UNIT, KEYPAD) else area
        raise ValueError(f"a Ness panel has no line for {signal.kind.value}")

    def _area(self, signal: Signal, id_: str) -> str:
        if id_ in self._zones and self._zones[id_] is signal.cause:
            return _ALL_HOURS
        if signal.cause not in _AREAS or (signal.cause is Cause.INTRUSION and id_ in self._zones):
            cause = signal.cause.value if signal.cause else "an alarm without a cause"
            raise ValueError(f"zone {id_} of this Ness panel cannot say {cause}: give the zone in its list of zones")
        return _AREAS[signal.cause]


def _id(signal: Signal) -> str:
    point = signal.point or MAIN_UNIT
    if point.lower() == KEYPAD:
        return KEYPAD
    if not (point.isascii() and point.isdigit()):
        raise ValueError(f'"{point}" is no zone or user of a Ness panel')
    number = int(point)
    if len(point) <= 2 and number <= USERS:
        return f"{number:02}"
    return f"{(number - 1) % ZONES + 1:02}"
