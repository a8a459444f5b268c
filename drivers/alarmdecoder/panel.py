"""The panel's side: a Vista with an AlarmDecoder that plays its radio and shows its keypad."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.panel_queue import Waiting

KEYPAD_S = 10.0
VERSION = b"!VER:ffffffff,V2.2a.8.9b-306,TX;RX;SM;VZ;RF;ZX;RE;AU;3X;CG;DD;MF;LR;KE;MK;CB;DS;ER\r\n"
CONFIG = b"!CONFIG>MODE=A&CONFIGBITS=ff05&ADDRESS=18&LRR=Y&COM=N&EXP=NNNNN&REL=NNNN&MASK=ffffffff&DEDUPLICATE=N\r\n"

_CODES: Mapping[Cause | None, str] = {
    Cause.HOLD_UP: "122",
    Cause.PANIC: "120",
    Cause.DURESS: "124",  # 121 comes with a user's number, which is no point
    Cause.INTRUSION: "130",
    Cause.FIRE: "110",
    Cause.MEDICAL: "100",
    Cause.OTHER: "150",
}
_SILENT = (Cause.HOLD_UP, Cause.DURESS)
_OTHERS: Mapping[Kind, str] = {
    Kind.TAMPER: "1383",
    Kind.TAMPER_RESTORE: "3383",
    Kind.LOW_BATTERY: "1384",
    Kind.BATTERY_RESTORE: "3384",
    Kind.BYPASS: "1570",
    Kind.UNBYPASS: "3570",
    Kind.CANCEL: "1406",
    Kind.TEST: "1602",
}


class Panel(Waiting[tuple[str, Signal]]):
    """A simulated AlarmDecoder. Nobody acknowledges to it: what was sent counts as acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self._alarms: dict[str, Cause] = {}
        self._shown = 0
        self._next_keypad = 0.0
        self._heard = b""

    def send(self, signal: Signal) -> None:
        """Queue one event; ValueError for what the radio cannot say."""
        point = signal.point or "000"
        if not (len(point) == 3 and point.isascii() and point.isdigit()):
            raise ValueError("a zone has three digits")
        area = signal.area or "1"
        if not (len(area) <= 2 and area.isascii() and area.isdigit()):
            raise ValueError("a partition has one digit or two")
        self._waiting.append((f"!LRR:{point},{area},CID_{self._code(signal, point)},ff\r\n", signal))

    def feed(self, data: bytes, now: float) -> bytes:
        """The adapter's answers to V and C."""
        *commands, self._heard = (self._heard + data)[-100:].split(b"\r")
        return b"".join({b"V": VERSION, b"C": CONFIG}.get(command, b"") for command in commands)

    def tick(self, now: float) -> bytes:
        """What the radio is told, and what the keypad shows."""
        said = b""
        while self._waiting:
            line, signal = self._waiting[0]
            point = signal.point or "000"
            said += line.encode("ascii")
            if signal.kind is Kind.ALARM:
                self._alarms[point] = signal.cause or Cause.OTHER
            elif signal.kind is Kind.RESTORE:
                self._alarms.pop(point, None)
            self._succeeded()
            self._next_keypad = now
        if now >= self._next_keypad:
            self._next_keypad = now + KEYPAD_S
            said += self._keypad()
        return said

    def _keypad(self) -> bytes:
        """One of the zones in alarm, in turn; of silent alarms nothing."""
        loud = [(point, cause) for point, cause in self._alarms.items() if cause not in _SILENT]
        if not loud:
            return _line("10010001000000003A--", "000", "****DISARMED****  Ready to Arm  ")
        self._shown += 1
        point, cause = loud[self._shown % len(loud)]
        if cause is Cause.FIRE:
            return _line("00010001011001003A--", point, f"FIRE {point}")
        return _line("00010001011000003A--", point, f"ALARM {point}")

    def _code(self, signal: Signal, point: str) -> str:
        if signal.kind is Kind.ALARM:
            return "1" + _CODES[signal.cause or Cause.OTHER]
        if signal.kind is Kind.RESTORE:
            return "3" + _CODES[signal.cause or self._cause_at(point)]
        if signal.kind in (Kind.FAULT, Kind.FAULT_RESTORE):
            code = {Trouble.MAINS: "301", Trouble.SUPERVISION: "381"}.get(signal.trouble or Trouble.SENSOR, "380")
            return ("1" if signal.kind is Kind.FAULT else "3") + code
        if signal.kind not in _OTHERS:
            raise ValueError(f"the radio is told of no {signal.kind}")
        return _OTHERS[signal.kind]

    def _cause_at(self, point: str) -> Cause:
        """What a restore without a cause ends: the last alarm there that waits or stands."""
        for _line, waiting in reversed(self._waiting):
            if waiting.kind is Kind.ALARM and (waiting.point or "000") == point:
                return waiting.cause or Cause.OTHER
        return self._alarms.get(point, Cause.HOLD_UP)


def _line(flags: str, number: str, text: str) -> bytes:
    return f'[{flags}],{number},[f70000ff1008001c08020000000000],"{text:32}"\r\n'.encode("ascii")
