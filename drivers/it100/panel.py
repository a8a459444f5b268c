"""An IT-100 on a DSC panel for `guardroom simulate`, the demo and the tests.

Nobody acknowledges to an IT-100: what was sent counts as acknowledged.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.framing import Bad
from drivers.it100.codes import ACKNOWLEDGED, CODES, DURESS, PARTITION_IN_ALARM, TROUBLE_LIGHT, TROUBLE_LIGHT_OFF
from drivers.it100.frames import Command, Scanner, build_line
from drivers.panel_queue import Waiting
from drivers.zone_causes import list_for

PARTITION = "1"
_KEYS: Mapping[Cause | None, str] = {Cause.FIRE: "621", Cause.MEDICAL: "623", Cause.PANIC: "625"}
_NO_USER = "0000"
_FAULTS: Mapping[Trouble | None, str] = {
    Trouble.MAINS: "802",
    Trouble.BELL: "806",
    Trouble.PHONE_LINE: "810",
    Trouble.COMMUNICATION: "814",
}
_REPORT = "001"


class It100(Waiting[tuple[str, str]]):
    """`zones`: what the receiver was told of its zones. Everything happens in partition 1."""

    def __init__(self, zones: Mapping[str, Cause]) -> None:
        super().__init__()
        self._zones = zones
        self._scanner = Scanner()
        self._standing: dict[tuple[str, str], None] = {}

    def send(self, signal: Signal) -> None:
        """Queue one message; ValueError for what the panel cannot say."""
        self._waiting.append(self._message(signal))

    def feed(self, data: bytes, now: float) -> bytes:
        """Acknowledgements, and status reports."""
        said = b""
        for frame in self._scanner.feed(data):
            if isinstance(frame, Command):
                said += build_line(ACKNOWLEDGED, frame.code)
                if frame.code == _REPORT:
                    said += self._report()
            elif isinstance(frame, Bad):
                said += build_line("501")
        return said

    def tick(self, now: float) -> bytes:
        """The messages that wait, and what the panel says beside them."""
        said = b""
        while self._waiting:
            code, data = self._waiting[0]
            said += build_line(code, data) + self._beside(code, data)
            self._succeeded()
        return said

    def _beside(self, code: str, data: str) -> bytes:
        """Note what stands now; what it means for the partition."""
        before = self._partition()
        about = CODES[code].about
        if about == code:
            self._standing[code, data] = None
        else:
            self._standing.pop((about, data), None)
        after = self._partition()
        return b"".join(build_line(*said) for said in after if said not in before)

    def _partition(self) -> tuple[tuple[str, str], ...]:
        alarm = any(code in ("601", *_KEYS.values()) for code, _data in self._standing)
        trouble = any(code >= "800" for code, _data in self._standing)
        return (
            (PARTITION_IN_ALARM if alarm else "650", PARTITION),
            (TROUBLE_LIGHT if trouble else TROUBLE_LIGHT_OFF, PARTITION),
        )

    def _report(self) -> bytes:
        zones = [data[-3:] for code, data in self._standing if code == "601"]
        said = [*self._standing, *(("609", zone) for zone in zones), *self._partition(), ("908", "010200")]
        return b"".join(build_line(*message) for message in said)

    def _message(self, signal: Signal) -> tuple[str, str]:
        zone = _zone(signal)
        match signal.kind:
            case Kind.ALARM:
                return self._alarm(signal, zone)
            case Kind.RESTORE:
                key = _KEYS.get(signal.cause)
                return (str(int(key) + 1), "") if zone is None and key else ("602", PARTITION + _given(zone))
            case Kind.TAMPER | Kind.TAMPER_RESTORE:
                return ("603" if signal.kind is Kind.TAMPER else "604"), PARTITION + _given(zone)
            case Kind.FAULT | Kind.FAULT_RESTORE:
                second_line = signal.trouble is Trouble.PHONE_LINE and signal.point == "2"
                code = "812" if second_line else _FAULTS.get(signal.trouble)
                begin, data = ("605", _given(zone)) if code is None else (code, "")
                return begin if signal.kind is Kind.FAULT else str(int(begin) + 1), data
            case Kind.LOW_BATTERY | Kind.BATTERY_RESTORE:
                begin, data = ("800", "") if zone is None else ("821", zone)
                return begin if signal.kind is Kind.LOW_BATTERY else str(int(begin) + 1), data
        raise ValueError(f"a DSC panel has no message for {signal.kind.value}")

    def _alarm(self, signal: Signal, zone: str | None) -> tuple[str, str]:
        if signal.cause is Cause.DURESS:
            return DURESS, (signal.point or _NO_USER).zfill(4)
        if zone is None and signal.cause in _KEYS:
            return _KEYS[signal.cause], ""
        if self._zones.get(_given(zone), Cause.INTRUSION) is not signal.cause:
            cause = signal.cause.value if signal.cause else "that"
            wanted = list_for(signal.cause)
            raise ValueError(
                f"zone {zone} of this DSC panel is not for {cause}: give it in {wanted}"
                if wanted
                else f"zone {zone} of this DSC panel cannot say {cause}"
            )
        return "601", PARTITION + _given(zone)


def _zone(signal: Signal) -> str | None:
    if not signal.point or signal.cause is Cause.DURESS:
        return None
    if not (signal.point.isascii() and signal.point.isdigit() and len(signal.point) <= 3):
        raise ValueError(f'"{signal.point}" is no zone of a DSC panel')
    return signal.point.zfill(3)


def _given(zone: str | None) -> str:
    if zone is None:
        raise ValueError("a DSC panel needs a zone for that")
    return zone
