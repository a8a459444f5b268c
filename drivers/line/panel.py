"""Simulated panels, for `guardroom simulate`, the demo and the tests."""

from __future__ import annotations

from msgspec.structs import replace

from drivers.base import Cause, Kind, PanelSide, Signal
from drivers.charset import encode
from drivers.line import jablotron, options, prt3_panel, texecom
from drivers.line.dialect import Dialect
from drivers.line.lines import Line, printed
from drivers.line.options import Options
from drivers.line.printer import GalaxyPrinter, Printer
from drivers.line.writer import Writer

_LINE_END = {"any": b"\r\n", "cr": b"\r", "lf": b"\r\n"}
_ANSWER = b"OK"
_HEARTBEAT_S = 10.0
_LONGEST = 200

_WORDS = {
    Cause.HOLD_UP: "OVERFALD",
    Cause.PANIC: "PANIK",
    Cause.DURESS: "TVANG",
    Cause.INTRUSION: "INDBRUD",
    Cause.FIRE: "BRANDALARM",
    Cause.MEDICAL: "AMBULANCE",
    Cause.OTHER: "ALARM",
    Kind.TAMPER: "SABOTAGE",
    Kind.FAULT: "FEJL",
    Kind.LOW_BATTERY: "LAVT BATTERI",
    Kind.TEST: "TEST",
}
_GALAXY_WORDS = {
    Cause.HOLD_UP: "PA SILENT",
    Cause.PANIC: "PA ALARM",
    Cause.DURESS: "DURESS",
    Cause.INTRUSION: "INTRUDER",
    Cause.FIRE: "FIRE",
    Cause.MEDICAL: "MEDICAL",
    Cause.OTHER: "ALARM",
    Kind.TAMPER: "TAMPER",
    Kind.FAULT: "FAULT",
    Kind.LOW_BATTERY: "BATT LOW",
    Kind.BYPASS: "OMIT",
    Kind.TEST: "AUTOTEST",
}
_BEGUN = {
    Kind.RESTORE: Kind.ALARM,
    Kind.TAMPER_RESTORE: Kind.TAMPER,
    Kind.FAULT_RESTORE: Kind.FAULT,
    Kind.BATTERY_RESTORE: Kind.LOW_BATTERY,
    Kind.UNBYPASS: Kind.BYPASS,
}


def make_panel(read: Options) -> PanelSide:
    """The panel that a receiver with these options listens to."""
    if read.preset == options.PRT3:
        return prt3_panel.Prt3Panel(read)
    if read.preset == options.JABLOTRON:
        return JablotronPanel(read)
    if read.preset == options.TEXECOM:
        return TexecomPanel(read)
    if read.preset == options.GALAXY:
        return GalaxyPanel(read)
    return PrinterPanel(read)


class LinePanel(Writer):
    """Writes a line a signal, and answers whatever it is asked with OK."""

    def __init__(self, read: Options) -> None:
        super().__init__(read)
        self._end = _LINE_END[read.line_end]

    def send(self, signal: Signal) -> None:
        """Queue a line; ValueError for what this panel cannot say."""
        self._waiting.append(encode(self._line_of(signal), self._options.charset) + self._end)

    def _line_of(self, signal: Signal) -> str:
        raise NotImplementedError

    def _answer(self, command: str) -> bytes:
        return _ANSWER + self._end


def _same(read: Signal, sent: Signal) -> bool:
    """What is read says what was sent; a restore need not say of what."""
    cause = read.cause == sent.cause or sent.kind != Kind.ALARM
    return (read.kind, read.point) == (sent.kind, sent.point) and cause


class PrinterPanel(LinePanel):
    """A printer port that writes Danish words."""

    _dialect: type[Dialect] = Printer

    def _line_of(self, signal: Signal) -> str:
        for text in (signal.text or "", ""):
            line = printed(self._words(replace(signal, text=text)))
            read = self._dialect(self._options).read(Line(b"", line), 0.0).signals
            if len(line) <= _LONGEST and read and _same(read[0], signal):
                return line
        raise ValueError("no printed line is read back as this")

    def _words(self, signal: Signal) -> str:
        begun = _BEGUN.get(signal.kind, signal.kind)
        key = (signal.cause or Cause.OTHER) if begun == Kind.ALARM else begun
        ended = "" if begun == signal.kind else " RESTORED"
        return f"{_WORDS.get(key, '')} ZONE {signal.point or ''} {signal.text or ''}".rstrip() + ended


class GalaxyPanel(PrinterPanel):
    """The event log of a Galaxy panel."""

    _dialect = GalaxyPrinter

    def _words(self, signal: Signal) -> str:
        begun = _BEGUN.get(signal.kind, signal.kind)
        key = (signal.cause or Cause.PANIC) if begun == Kind.ALARM else begun
        sign = "+" if begun == signal.kind else "-"
        return f"{sign} {_GALAXY_WORDS.get(key, '')} {signal.point or ''} {signal.text or ''}"


class TexecomPanel(LinePanel):
    """A panel that only tells."""

    def _line_of(self, signal: Signal) -> str:
        return texecom.event_of(signal, self._options)


class JablotronPanel(LinePanel):
    """Says every ten seconds which devices are on, and OK; tells what stands when it is asked."""

    def __init__(self, read: Options) -> None:
        super().__init__(read)
        self._devices: set[int] = set()
        self._shown = jablotron.bitmap(self._devices).encode("ascii") + self._end  # as it was sent last
        self._flags: set[str] = set()
        self._next_ok = 0.0

    def _line_of(self, signal: Signal) -> str:
        line = jablotron.line_of(signal, self._options, self._devices)
        flag, _space, state = line.rpartition(" ")
        if state in ("ON", "OFF"):
            (self._flags.add if state == "ON" else self._flags.discard)(flag)
        return line

    def tick(self, now: float) -> bytes:
        """The next line, and now and then a sign of life before it."""
        alive = b""
        if now >= self._next_ok:
            self._next_ok = now + _HEARTBEAT_S
            alive = self._shown + _ANSWER + self._end
        line = super().tick(now)
        if line.startswith(b"PRFSTATE"):
            self._shown = line
        return alive + line

    def _answer(self, command: str) -> bytes:
        if command == f"{self._options.access_code} STATE":
            lines = ["STATE 1 READY", *(f"{flag} ON" for flag in sorted(self._flags)), "OK"]
        elif command == "PRFSTATE":
            lines = [jablotron.bitmap(self._devices), "OK"]
        else:
            lines = ["ERROR: 3 NO_ACCESS"]
        return b"".join(line.encode("ascii") + self._end for line in lines)
