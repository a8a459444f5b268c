"""The receiver's end of the line, for `guardroom simulate`, the demo and the tests.

It sends an event up to three times and waits each time for the answer; then the computer is absent, and only
heartbeats go out until one is acknowledged. Then come the events that were kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto

from drivers import contact_id, sia
from drivers.base import Cause, Kind, PanelSide, Signal
from drivers.codes import Meaning
from drivers.panel_queue import PanelQueue
from drivers.receiver.lines import ACK, NAK
from drivers.receiver.options import ADEMCO685, BASIC, CID, D6500, SIA, SURGARD, Options
from drivers.standing import RESTORE_OF

ATTEMPTS = 3
ACCOUNT, AREA, POINT = "1234", "01", "000"

_HEARTBEAT: Mapping[str, bytes] = {
    SURGARD: b"1011" + b" " * 11 + b"@    \x14",
    D6500: b" 1010" + b" " * 11 + b"@    \x14",
    ADEMCO685: b"\n11 OKAY @ \r",
}
_ALARMS: Mapping[Cause, tuple[str, str, str]] = {
    Cause.HOLD_UP: ("122", "HA", ""),
    Cause.PANIC: ("120", "PA", "2"),
    Cause.DURESS: ("121", "", ""),
    Cause.INTRUSION: ("130", "BA", "3"),
    Cause.FIRE: ("110", "FA", "1"),
    Cause.MEDICAL: ("100", "MA", "7"),
    Cause.OTHER: ("150", "UA", "A"),
}
"""The code of an alarm in each kind of line; "" where it has none."""

_OTHERS: Mapping[Kind, tuple[str, str, str]] = {
    Kind.TAMPER: ("137", "TA", ""),
    Kind.TAMPER_RESTORE: ("137", "TR", ""),
    Kind.FAULT: ("300", "YX", "T"),
    Kind.FAULT_RESTORE: ("300", "YZ", "R"),
    Kind.LOW_BATTERY: ("302", "YT", ""),
    Kind.BATTERY_RESTORE: ("302", "YR", ""),
    Kind.BYPASS: ("570", "UB", "B"),
    Kind.UNBYPASS: ("570", "UU", "H"),
    Kind.CANCEL: ("406", "OC", "F"),
    Kind.TEST: ("602", "RP", "0"),
    Kind.INFO: ("401", "OP", "O"),
}
_ENDS = {restore: kind for kind, restore in RESTORE_OF.items()}
_COLUMNS = (CID, SIA, BASIC)


_DIGITS = "0123456789ABCDEF"
_CODE = {CID: "[ERP][0-9A-F]{3}", SIA: "[A-Z]{2}", BASIC: "[!-~]"}


class _Phase(Enum):
    IDLE = auto()
    EVENT = auto()  # an event waits for its answer
    HEARTBEAT = auto()  # a heartbeat waits for its answer


def make_panel(options: Options) -> PanelSide:
    """The receiver that a computer with these options listens to."""
    return OverheardReceiver(options) if options.passive else Receiver(options)


class _Queue(PanelQueue):
    """Events that wait, as lines."""

    def __init__(self, options: Options) -> None:
        super().__init__(options.tries)
        self._options = options
        self._standing: dict[tuple[str | None, str | None, str | None], Cause] = {}
        self._next_heartbeat: float | None = None

    def send(self, signal: Signal) -> None:
        """Queue one event; ValueError for what this kind of line cannot say."""
        where = (signal.account, signal.area, signal.point)
        cause = signal.cause
        if signal.kind is Kind.RESTORE and cause is None:
            cause = self._standing.get(where)
        self._waiting.append(_line(signal, cause, self._options))
        if signal.kind is Kind.ALARM and cause:
            self._standing[where] = cause

    def _is_due(self, now: float) -> bool:
        """Whether a heartbeat should go out; the first does a whole period after the first look at the clock."""
        if self._next_heartbeat is None:
            self._next_heartbeat = now + self._options.heartbeat_s
        return now >= self._next_heartbeat

    def _heartbeat(self, now: float) -> bytes:
        self._next_heartbeat = now + self._options.heartbeat_s
        return _HEARTBEAT[self._options.format]


class Receiver(_Queue):
    """A receiver whose output we answer."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._phase = _Phase.IDLE
        self._absent = False
        self._attempts = 0
        self._until = 0.0

    def feed(self, data: bytes, now: float) -> bytes:
        """Take the computer's answers. One that nothing waits for is ignored."""
        said = b""
        for answer in data:
            if answer == ACK[0]:
                said += self._acknowledged_now(now)
            elif answer == NAK[0] and self._phase is _Phase.EVENT:
                said += self._again(now)
        return said

    def tick(self, now: float) -> bytes:
        """The next event, a heartbeat, and what was not answered in time."""
        due = self._is_due(now)
        if self._phase is not _Phase.IDLE:
            if now < self._until:
                return b""
            if self._phase is _Phase.EVENT:
                return self._again(now)
            self._phase = _Phase.IDLE
            if self._absent and self._waiting:
                self._not_yet()
        if self._waiting and not self._absent:
            return self._begin(now)
        if not due:
            return b""
        self._phase = _Phase.HEARTBEAT
        self._until = now + self._options.reply_timeout_s
        return self._heartbeat(now)

    def _acknowledged_now(self, now: float) -> bytes:
        phase, self._phase = self._phase, _Phase.IDLE
        if phase is _Phase.HEARTBEAT:
            self._absent = False
        elif phase is _Phase.EVENT:
            self._succeeded()
        return self._begin(now) if phase is not _Phase.IDLE and self._waiting else b""

    def _begin(self, now: float) -> bytes:
        self._phase = _Phase.EVENT
        self._attempts = 1
        self._until = now + self._options.reply_timeout_s
        return self._waiting[0]

    def _again(self, now: float) -> bytes:
        if self._attempts < ATTEMPTS:
            self._attempts += 1
            self._until = now + self._options.reply_timeout_s
            return self._waiting[0]
        self._phase = _Phase.IDLE
        self._absent = True
        self._not_yet()
        return b""


class OverheardReceiver(_Queue):
    """A receiver and another computer that answers it, both on the line. What has been said counts as acknowledged."""

    def feed(self, data: bytes, now: float) -> bytes:
        """A listener says nothing; what comes is ignored."""
        return b""

    def tick(self, now: float) -> bytes:
        """Events and heartbeats with their answers."""
        said = b""
        while self._waiting:
            said += self._waiting[0] + ACK
            self._succeeded()
        return said + self._heartbeat(now) + ACK if self._is_due(now) else said


def _line(signal: Signal, cause: Cause | None, options: Options) -> bytes:
    """The line that says `signal`; ValueError where this kind of line cannot."""
    account, area, point = signal.account or ACCOUNT, signal.area or AREA, signal.point or POINT
    if options.lines == BASIC:
        _check(account, "account", 1, 6)
        _check(point, "point", 1, 3)
        if signal.area is not None:
            _check(area, "area", 1, 1)
        code = _code(signal, cause, BASIC)
        return f"1011    {account:>6} {code}{signal.area or ' '}{point:>3}\x14".encode()
    if options.lines == SIA:
        _check(account, "account", 1, 16)
        _check(area, "area", 1, 4)
        _check(point, "point", 1, 4)
        head = " S011" if options.format == D6500 else "S011"
        return f"{head}[#{account}|Nri{area}/{_code(signal, cause, SIA)}{point}]\x14".encode()
    _check(account, "account", 4, 4)
    _check(area, "area", 2, 2)
    _check(point, "point", 3, 3)
    event = _code(signal, cause, CID)
    if options.format == D6500:
        return f" a011 {account}18{event}{area}{point}\x14".encode()
    if options.format == ADEMCO685:
        by_user = contact_id.meaning(event[1:], event[0]).by_user
        return f"\n11 {account} 18 {event} {area} {'U' if by_user else 'C'}{point}\r".encode()
    return f"5011 18{account}{event}{area}{point}\x14".encode()


def _check(value: str, name: str, least: int, most: int) -> None:
    if not (least <= len(value) <= most and value.isascii() and all(each in _DIGITS for each in value)):
        size = f"{least}" if least == most else f"{least} to {most}"
        raise ValueError(f"{name} {value!r}: this kind of line has room for {size} digits (0-9, A-F)")


def _code(signal: Signal, cause: Cause | None, lines: str) -> str:
    """The event code as the line has it, with its qualifier; ValueError where there is none."""
    kind = signal.kind
    if signal.code is not None:
        if not re.fullmatch(_CODE[lines], signal.code):
            raise ValueError(f"code {signal.code!r} is none of this kind of line")
        return signal.code
    begins = _ENDS.get(kind, kind)
    if begins is Kind.ALARM:
        if kind is Kind.RESTORE and cause is None and lines != BASIC:
            raise ValueError("restore: no alarm of this point is known, so its cause must be said")
        code = _ALARMS[cause or Cause.OTHER][_COLUMNS.index(lines)]
        if kind is Kind.RESTORE:
            code = {CID: code, SIA: code[:1] + "H" if code else "", BASIC: "R"}[lines]
    elif signal.trouble and lines != BASIC:
        code = _of_trouble(Meaning(begins if lines == CID else kind, trouble=signal.trouble), lines)
    else:
        code = _OTHERS.get(kind, ("", "", ""))[_COLUMNS.index(lines)]
    if not code:
        what = " ".join(filter(None, (cause, kind, signal.trouble)))
        raise ValueError(f"{what}: this kind of line has no code for it")
    if lines != CID:
        return code
    return ("R" if begins is not kind else "P" if signal.found else "E") + code


def _of_trouble(meaning: Meaning, lines: str) -> str:
    codes = contact_id.CODES if lines == CID else sia.CODES
    return next((code for code, known in codes.items() if known == meaning), "")
