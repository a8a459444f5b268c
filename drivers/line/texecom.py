"""Texecom Premier with its COM port set to Crestron: `"Z0051` zone 005 active, `"L0011` area 001 in alarm.

It tells an area's alarm, not its kind, and a zone's state, not its alarm: what is a button, the options say.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from drivers.base import Cause, Kind, Signal
from drivers.line.dialect import SILENT, Dialect, Presses, Reading, heartbeat, rejected, whole_events
from drivers.line.lines import Line
from drivers.line.options import Options

_EVENT = re.compile(r'"([A-Z])([0-9]{3})([0-9])')
_ANSWER = re.compile(r'"[YN][^"]*|OK|ERROR')
_COMMAND = re.compile(r"\\[A-Z].*/|[A-Z]STATUS")


class Texecom(Dialect):
    """Zone and area events. Nothing is periodic; a `poll` (ASTATUS, answered by `"Y` or `"N`) is supervision."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._presses = Presses()
        self._in_alarm: dict[str, Signal] = {}

    def opened(self, now: float) -> None:
        super().opened(now)
        self._presses.clear()

    def may_be_alarm(self, text: str) -> bool:
        events = whole_events(_EVENT, text)
        return any(event[1] == "L" or self.options.button(event[2]) is not None for event in events)

    def read(self, line: Line, now: float) -> Reading:
        """One event a line; noise before it, or an event that lost its end there, is no reason to miss it."""
        if _ANSWER.fullmatch(line.text):
            return heartbeat(line)
        if _COMMAND.fullmatch(line.text):
            return SILENT
        events = whole_events(_EVENT, line.text)
        if not events:
            return rejected(line)
        return Reading(tuple(signal for event in events for signal in self._event(event, now, line.raw)))

    def _event(self, event: re.Match[str], now: float, raw: bytes) -> tuple[Signal, ...]:
        letter, number, state = event.groups()
        if letter == "Z":
            return (self._zone(number, state, now, raw),)
        if letter == "L" and state in "01":
            return (self._alarm(number, state == "1", now, raw),)
        if letter in "AD" and state in "01":
            return self._set(letter, number, raw)
        return (Signal(kind=Kind.UNKNOWN, area=number, code=letter + state, raw=raw),)

    def _zone(self, zone: str, state: str, now: float, raw: bytes) -> Signal:
        cause = self.options.button(zone)
        if state not in "01":
            return Signal(kind=Kind.UNKNOWN, point=zone, code="Z" + state, raw=raw)
        if cause is None:
            return Signal(kind=Kind.STATUS, point=zone, code="Z" + state, raw=raw)
        if state == "1":
            self._presses.add(now)
        return Signal(kind=Kind.ALARM if state == "1" else Kind.RESTORE, cause=cause, point=zone, code="Z", raw=raw)

    def _alarm(self, area: str, begins: bool, now: float, raw: bytes) -> Signal:
        alarm = Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, area=area, code="L", raw=raw)
        known = self._in_alarm.pop(area, None)
        if not begins:
            return replace(known or alarm, kind=Kind.RESTORE, raw=raw)
        if self._presses.explain(now):
            return replace(alarm, kind=Kind.STATUS, cause=None)
        if len(self._in_alarm) < 1000:
            self._in_alarm[area] = alarm
        return alarm

    def _set(self, letter: str, area: str, raw: bytes) -> tuple[Signal, ...]:
        status = Signal(kind=Kind.STATUS, area=area, code=letter, raw=raw)
        known = self._in_alarm.pop(area, None) if letter == "D" else None
        return (status,) if known is None else (status, replace(known, kind=Kind.RESTORE, raw=raw))


def event_of(signal: Signal, options: Options) -> str:
    """The line that says `signal`: a zone listed as a button, or an area written "A001". ValueError for the rest."""
    point = signal.point or f"A{signal.area}"
    letter = "L" if point.startswith("A") else "Z"
    number = point.removeprefix("A")
    if not re.fullmatch("[0-9]{3}", number) or signal.kind not in (Kind.ALARM, Kind.RESTORE):
        raise ValueError('it only tells alarms and their restores, of zones "001" or areas "A001"')
    says = Cause.INTRUSION if letter == "L" else options.button(number)
    if says is None or (signal.kind == Kind.ALARM and signal.cause != says):
        raise ValueError("an area is in alarm for an intrusion; a zone is one of panic_zones or hold_up_zones")
    return f'"{letter}{number}{int(signal.kind == Kind.ALARM)}'
