"""Jablotron JA-100 with a JA-121T (manual MNN51110): `STATE 1 ARMED`, `PANIC_ALARM 2 ON`, `PRFSTATE 0400…`.

An alarm names a section; which device it was only the device bitmap shows, for devices listed as buttons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.line.dialect import SILENT, Dialect, Presses, Reading, alone, heartbeat, rejected
from drivers.line.lines import Line
from drivers.line.options import Options
from drivers.standing import Standing

ANSWER_S = 5.0
"""How long an answer may take; what comes meanwhile may be part of it."""

_DEVICES = 240  # 60 hex digits, the longest bitmap of the manual
_NO_ACCESS = "3"
_MOST_STATES = 1000  # no panel has so many: these are no flags

_CAUSES: Mapping[str, Cause] = {
    "PANIC_ALARM": Cause.PANIC,
    "INTRUDER_ALARM": Cause.INTRUSION,
    "FIRE_ALARM": Cause.FIRE,
}
_BY_BUTTON = "PANIC_ALARM"  # the flag that a panic button puts on
_STATE = re.compile(r"STATE (\d{1,2}) ([A-Z_]+)")
_STATES = ("READY", "ARMED_PART", "ARMED", "MAINTENANCE", "SERVICE", "BLOCKED", "OFF")
_FLAG = re.compile(r"([A-Z][A-Z_]+)((?: \d{1,2})+) (ON|OFF)")
_FLAGS = ("INTERNAL_WARNING", "EXTERNAL_WARNING", "ENTRY", "EXIT")
_DEVICE_STATES = re.compile(rf"PRFSTATE ((?:[0-9A-Fa-f]{{2}}){{1,{_DEVICES // 8}}})")
_ERROR = re.compile(r"ERROR(?:: (\d+) ([A-Z_]+))?")
_COMMAND = re.compile(r"(?:\d+\*)?\d{4,8} [A-Z]+.*|VER|HELP|STATE|FLAGS|PRFSTATE|PGSTATE")


class Jablotron(Dialect):
    """With `code` the sections are asked for their state; without it nothing is sent."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._standing = Standing()
        self._asked: float | None = None
        self._awaited = False  # the answer has not begun
        self._answering = False
        self._states: dict[tuple[str, str], str] = {}
        self._presses = Presses()
        self._explained: set[tuple[str, str]] = set()  # flags that stand for the press of a button
        self._locked_out = False
        self._refused: bool | None = None  # the code; None: nobody knows, it may have been another one before
        self._fresh = True  # no answer has come since the line was opened
        self._devices = 0
        self._devices_known = False

    @property
    def talks(self) -> bool:
        return not self.options.passive and self.options.access_code is not None

    def opened(self, now: float) -> None:
        super().opened(now)
        self._standing.opened()
        self._asked = None
        self._awaited = self._answering = False
        self._states.clear()
        self._presses.clear()
        self._locked_out = False
        self._fresh = True
        self._devices_known = False

    def ask(self, now: float) -> bytes:
        """The state of the sections; of the devices where the code is wrong, since a panel locks out who tries on."""
        if self._next_poll is None or now < self._next_poll or self.options.access_code is None:
            return b""
        self._next_poll = now + self.options.poll_s
        if self._locked_out:
            return b"PRFSTATE\n"
        self._asked = now
        self._awaited, self._answering = True, False
        return f"{self.options.access_code} STATE\n".encode("ascii")

    def read(self, line: Line, now: float) -> Reading:
        """One fact a line; a flag may name several sections."""
        text = line.text
        if (found := _STATE.fullmatch(text)) and found[2] in _STATES:
            if self._awaited and self._just_asked(now):
                self._awaited, self._answering = False, True
            if not self._changed(found[1], "STATE", found[2]):
                return heartbeat(line, area=found[1])
            return alone(Signal(kind=Kind.STATUS, area=found[1], code=found[2], raw=line.raw))
        if (found := _FLAG.fullmatch(text)) and found[1] not in ("STATE", "OK", "ERROR"):
            return Reading(self._flag(found[1], found[2].split(), found[3] == "ON", now, line.raw))
        if found := _DEVICE_STATES.fullmatch(text):
            signals = self._device_states(found[1], now, line.raw)
            return Reading(signals) if signals else heartbeat(line)
        if text == "OK":
            return self._ok(line)
        if found := _ERROR.fullmatch(text):
            return self._error(found[1], found[2], line)
        return SILENT if _COMMAND.fullmatch(text) else rejected(line)

    def may_be_alarm(self, text: str) -> bool:
        flag = _FLAG.fullmatch(text)
        return _DEVICE_STATES.fullmatch(text) is not None or (flag is not None and flag[1] in _CAUSES)

    def _just_asked(self, now: float) -> bool:
        return self._asked is not None and now - self._asked <= ANSWER_S

    def _changed(self, section: str, what: str, state: str) -> bool:
        """The panel says it again and again."""
        if len(self._states) >= _MOST_STATES:
            self._states.clear()
        before, self._states[section, what] = self._states.get((section, what)), state
        return before != state

    def _ok(self, line: Line) -> Reading:
        """The end of an answer, if it has begun: the panel says OK now and then without being asked."""
        alive = heartbeat(line)
        if not self._answering:
            return alive
        self._answering = self._fresh = False
        refused, self._refused = self._refused, False
        if refused is False:
            return alive
        over = Signal(kind=Kind.FAULT_RESTORE, trouble=Trouble.PROGRAM, raw=line.raw)
        return Reading((*alive.signals, over))

    def _flag(self, flag: str, sections: list[str], on: bool, now: float, raw: bytes) -> tuple[Signal, ...]:
        cause = _CAUSES.get(flag)
        state = "ON" if on else "OFF"
        signals: list[Signal] = []
        for section in sections:
            changed = self._changed(section, flag, state)
            if cause is not None and (on or changed):
                alarm = Signal(kind=Kind.ALARM, cause=cause, area=section, code=flag, raw=raw)
                signals += self._alarm_flag(alarm, (section, flag), on, now)
            elif cause is None and changed:
                kind = Kind.STATUS if flag in _FLAGS else Kind.UNKNOWN
                signals.append(Signal(kind=kind, area=section, code=flag, text=state, raw=raw))
        return tuple(signals)

    def _alarm_flag(self, alarm: Signal, key: tuple[str, str], on: bool, now: float) -> list[Signal]:
        """An answer lists flags that stand; anything else is happening now."""
        flag = key[1]
        known = flag in self._standing.of(key)
        answers = self._answering and self._just_asked(now)
        if on and not known and self._explains(key, answers, now):
            return [replace(alarm, kind=Kind.STATUS, cause=None, text="ON")]
        if key in self._explained:
            self._explained.discard(key)
            if not on:
                return [replace(alarm, kind=Kind.STATUS, cause=None, text="OFF")]
        if on and known and self._just_asked(now):
            # Part of an answer, or a press that comes close behind the question.
            return [replace(alarm, found=True, late=answers and self._fresh)]
        if answers:
            told = self._standing.report(key, {flag: alarm} if on else {}, alarm.raw)
            return [replace(signal, late=self._fresh) for signal in told]
        if on:
            self._standing.began(key, flag, alarm)
            return [alarm]
        self._standing.ended(key, flag)
        return [replace(alarm, kind=Kind.RESTORE)]

    def _explains(self, key: tuple[str, str], answers: bool, now: float) -> bool:
        """Whether a button that has been told is what put this flag on."""
        if key[1] != _BY_BUTTON or not ((answers and key in self._explained) or self._presses.explain(now)):
            return False
        self._explained.add(key)
        return True

    def _device_states(self, digits: str, now: float, raw: bytes) -> tuple[Signal, ...]:
        """Devices count from 0 (the panel itself), from the lowest bit of the first byte on."""
        now_on = int.from_bytes(bytes.fromhex(digits), "little")
        changed, self._devices = now_on ^ self._devices, now_on
        found, self._devices_known = not self._devices_known, True
        signals = []
        for number in range(_DEVICES if changed else 0):
            cause = self.options.button(str(number)) if changed >> number & 1 else None
            if cause is not None:
                kind = Kind.ALARM if now_on >> number & 1 else Kind.RESTORE
                if kind == Kind.ALARM:
                    self._presses.add(now)
                signals.append(
                    Signal(kind=kind, cause=cause, point=str(number), code="PRFSTATE", raw=raw, found=found, late=found)
                )
        return tuple(signals)

    def _error(self, number: str | None, name: str | None, line: Line) -> Reading:
        self._asked = None
        self._awaited = self._answering = False
        if number != _NO_ACCESS or self._locked_out or not self.talks:
            return alone(Signal(kind=Kind.INFO, code=number, text=name or line.text, raw=line.raw))
        told_before, self._locked_out, self._refused = self._refused, True, True
        if told_before:
            return alone(Signal(kind=Kind.STATUS, code=number, text=name, raw=line.raw))
        return alone(Signal(kind=Kind.FAULT, trouble=Trouble.PROGRAM, code=number, text=name, raw=line.raw))


def line_of(signal: Signal, options: Options, devices: set[int]) -> str:
    """The line that says `signal`, with the devices that are on; ValueError for what the panel cannot say.

    A point is a device that is listed as a button, or else the section.
    """
    number = signal.point or signal.area or ""
    if not re.fullmatch("[0-9]{1,3}", number) or signal.kind not in (Kind.ALARM, Kind.RESTORE):
        raise ValueError("it only tells alarms and their restores, of a section or of a device listed as a button")
    begins = signal.kind == Kind.ALARM
    button = options.button(signal.point)
    if button is not None and int(number) < _DEVICES:
        if begins and signal.cause != button:
            raise ValueError("this device is listed as a button of another kind")
        (devices.add if begins else devices.discard)(int(number))
        return bitmap(devices)
    flag = next((flag for flag, cause in _CAUSES.items() if cause == (signal.cause or Cause.PANIC)), None)
    if flag is None or len(number) > 2:
        raise ValueError("sections 1 to 99 tell panic, intrusion and fire")
    return f"{flag} {number} {'ON' if begins else 'OFF'}"


def bitmap(devices: set[int]) -> str:
    """The line with the devices that are on."""
    return "PRFSTATE " + sum(1 << device for device in devices).to_bytes(_DEVICES // 8, "little").hex().upper()
