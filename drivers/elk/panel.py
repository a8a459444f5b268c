"""The panel's side: an M1 that reports over its serial port and answers questions about its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.elk.frames import Scanner, line
from drivers.elk.meaning import AREAS, ZONES
from drivers.framing import Bad
from drivers.panel_queue import Waiting

HEARTBEAT_S = 30.0
# How soon an M1 tries again is not documented.
RETRY_S = 3.0

_ACCOUNT = "001234"
_ALARM_CODES: Mapping[Cause | None, str] = {
    Cause.HOLD_UP: "122",
    Cause.PANIC: "120",
    Cause.DURESS: "124",  # 121 comes with a user's number, which is no point
    Cause.INTRUSION: "130",
    Cause.FIRE: "110",
    Cause.MEDICAL: "100",
    Cause.OTHER: "140",
}
_LETTERS: Mapping[Cause | None, tuple[str, str]] = {
    Cause.HOLD_UP: ("H", "5"),
    Cause.PANIC: ("G", "5"),
    Cause.DURESS: ("G", "5"),
    Cause.INTRUSION: ("3", "6"),
    Cause.FIRE: (":", "3"),
    Cause.MEDICAL: ("F", "4"),
    Cause.OTHER: ("=", "7"),
}
_FAULT_CODES: Mapping[Trouble | None, str] = {
    Trouble.MAINS: "301",
    Trouble.COMMUNICATION: "350",
    Trouble.PHONE_LINE: "351",
    Trouble.SUPERVISION: "381",
    Trouble.MODULE: "333",
    Trouble.BELL: "321",
    None: "380",
}
_OTHER_CODES: Mapping[Kind, str] = {
    Kind.TAMPER: "1144",
    Kind.TAMPER_RESTORE: "3144",
    Kind.LOW_BATTERY: "1384",
    Kind.BATTERY_RESTORE: "3384",
    Kind.BYPASS: "1570",
    Kind.UNBYPASS: "3570",
    Kind.CANCEL: "1406",
    Kind.TEST: "1601",
}


@dataclass(frozen=True, slots=True)
class _Event:
    """A report, and what it does to the state of its zone: the alarm that begins there, or None where one ends."""

    report: bytes
    point: str
    area: str
    kind: Kind
    cause: Cause | None


class Panel(Waiting[_Event]):
    """A simulated M1. `answered`: the receiver acknowledges reports."""

    def __init__(self, tries: int, *, answered: bool) -> None:
        super().__init__(tries)
        self._answered = answered
        self._scanner = Scanner()
        self._last_cause: dict[str, Cause | None] = {}
        self._alarms: dict[str, tuple[str, Cause | None]] = {}  # by zone: area and cause
        self._sent = False
        self._retry_at = 0.0
        self._beat_at = 0.0

    def send(self, signal: Signal) -> None:
        """Queue one report; ValueError for what an M1 cannot say."""
        point, area, account = signal.point or "000", signal.area or "01", signal.account or _ACCOUNT
        for value, digits, name in ((point, 3, "a zone"), (area, 2, "an area"), (account, 6, "an account")):
            if len(value) != digits or not (value.isascii() and value.isdigit()):
                raise ValueError(f"{name} has {digits} digits")
        code = self._code(signal, point)
        report = line("AR", f"{account}{code}{area}{point}1")
        self._waiting.append(_Event(report, point, area, signal.kind, signal.cause))

    def feed(self, data: bytes, now: float) -> bytes:
        """What the panel answers to the receiver's bytes."""
        said = b""
        for frame in self._scanner.feed(data):
            if isinstance(frame, Bad):
                continue
            message = frame[2:4]
            if message == b"ar":
                if self._sent and self._waiting:
                    self._succeeded()
                    self._sent = False
            elif message in _ANSWERS:
                said += _ANSWERS[message](self)
        return said

    def tick(self, now: float) -> bytes:
        """The heartbeat, the next report, or the same again."""
        said = b""
        if now >= self._beat_at:
            self._beat_at = now + HEARTBEAT_S
            said += line("XK", "0703106040222000")
        if self._sent and now >= self._retry_at:
            self._sent = False
            self._not_yet()
            if self._waiting and self._failed:
                said += self._transmit(now)
        while self._waiting and not self._sent:
            said += self._transmit(now) + self._happens(self._waiting[0])
            if not self._answered:
                self._succeeded()
                self._sent = False
        return said

    def _transmit(self, now: float) -> bytes:
        self._sent = True
        self._retry_at = now + RETRY_S
        return self._waiting[0].report

    def _happens(self, event: _Event) -> bytes:
        """The event changes what stands: the panel tells its areas."""
        if event.kind is Kind.ALARM:
            self._alarms[event.point] = (event.area, event.cause)
        elif event.kind is Kind.RESTORE:
            self._alarms.pop(event.point, None)
        else:
            return b""
        return self._areas()

    def _areas(self) -> bytes:
        letters = ["0"] * AREAS
        for area, cause in self._alarms.values():
            if 1 <= int(area) <= AREAS:
                letters[int(area) - 1] = _LETTERS[cause][1]
        return line("AS", "0" * AREAS + "1" * AREAS + "".join(letters))

    def _zones(self) -> bytes:
        letters = ["0"] * ZONES
        for point, (_area, cause) in self._alarms.items():
            if 1 <= int(point) <= ZONES:
                letters[int(point) - 1] = _LETTERS[cause][0]
        return line("AZ", "".join(letters))

    def _code(self, signal: Signal, point: str) -> str:
        if signal.kind is Kind.ALARM:
            self._last_cause[point] = signal.cause or Cause.OTHER
            return "1" + _ALARM_CODES[signal.cause or Cause.OTHER]
        if signal.kind is Kind.RESTORE:
            return "3" + _ALARM_CODES[signal.cause or self._last_cause.get(point, Cause.HOLD_UP)]
        if signal.kind in (Kind.FAULT, Kind.FAULT_RESTORE):
            code = _FAULT_CODES.get(signal.trouble, _FAULT_CODES[None])
            return ("1" if signal.kind is Kind.FAULT else "3") + code
        if signal.kind not in _OTHER_CODES:
            raise ValueError(f"an M1 reports no {signal.kind}")
        return _OTHER_CODES[signal.kind]


_ANSWERS: Mapping[bytes, Callable[[Panel], bytes]] = {
    b"as": lambda panel: panel._areas(),
    b"az": lambda panel: panel._zones(),
    b"ss": lambda panel: line("SS", "0" * 34),
    b"zd": lambda panel: line("ZD", "8" * ZONES),
    b"zp": lambda panel: line("ZP", "1" * ZONES),
}
