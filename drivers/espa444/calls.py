"""The other way round: a signal as the call that says it."""

from __future__ import annotations

from collections.abc import Iterator

from drivers import charset as letters
from drivers.base import Cause, Kind, Signal
from drivers.espa444.frames import Scanner, build_block
from drivers.espa444.meaning import ADDRESS, PRIORITY, TEXT, TYPE, Interpreter
from drivers.espa444.options import Options

ADDRESS_LENGTH = 16
TEXT_LENGTH = 128

_ALARM_WORD = {
    Cause.HOLD_UP: "OVERFALD",
    Cause.PANIC: "PANIK",
    Cause.DURESS: "TVANG",
    Cause.INTRUSION: "INDBRUD",
    Cause.FIRE: "BRAND",
    Cause.MEDICAL: "AMBULANCE",
    Cause.OTHER: "TEKNISK ALARM",
}
_WORD = {
    Kind.TAMPER: "SABOTAGE",
    Kind.TAMPER_RESTORE: "SABOTAGE",
    Kind.FAULT: "FEJL",
    Kind.FAULT_RESTORE: "FEJL",
    Kind.LOW_BATTERY: "LAVT BATTERI",
    Kind.BATTERY_RESTORE: "LAVT BATTERI",
    Kind.TEST: "TEST",
}
# Alarm, high; everything else is normal.
_PRIORITIES = {Kind.ALARM: b"1", Kind.TAMPER: b"2", Kind.FAULT: b"2", Kind.LOW_BATTERY: b"2"}
_RESTORES = (Kind.RESTORE, Kind.TAMPER_RESTORE, Kind.FAULT_RESTORE, Kind.BATTERY_RESTORE)


def block_of(signal: Signal, options: Options) -> bytes:
    """A call that says `signal` and that a receiver with these options reads back with the same kind and cause.

    The text goes out as it is where it says no less than that; else the kind's word is put in front of it, or in its
    place. Of a restore the cause is not told: ESPA 4.4.4 resets an address, whatever it had called for.
    Raises ValueError for what no call can say.
    """
    interpreter = options.interpreter
    wanted = (signal.kind, signal.cause if signal.kind == Kind.ALARM else None)
    for text in _texts(signal):
        block = _block(signal, text, options)
        read = _read(block, interpreter)
        if (read.kind, read.cause) == wanted and read.point == (signal.point or None):
            return block
    raise ValueError(f"no call is read back as this with charset {options.charset} and these rules")


def _texts(signal: Signal) -> Iterator[str | None]:
    """Texts to try, the best first."""
    word = _ALARM_WORD[signal.cause or Cause.HOLD_UP] if signal.kind == Kind.ALARM else _WORD.get(signal.kind)
    if signal.text is not None:
        yield signal.text
        if word:
            yield f"{word} {signal.text}"
    if word:
        yield f"{word} {signal.point or ''}".rstrip()
        yield word
    if signal.kind != Kind.INFO or signal.text is None:
        # Information that cannot be given says nothing.
        yield None


def _block(signal: Signal, text: str | None, options: Options) -> bytes:
    point = letters.encode(signal.point or "", options.charset)
    if len(point) > ADDRESS_LENGTH:
        raise ValueError(f"a call address has at most {ADDRESS_LENGTH} characters")
    records = [(ADDRESS, point)] if point else []
    if text:
        records.append((TEXT, letters.encode(text, options.charset)[:TEXT_LENGTH]))
    records.append((TYPE, b"1" if signal.kind in _RESTORES else b"3"))  # reset, standard call
    records.append((PRIORITY, _PRIORITIES.get(signal.kind, b"3")))
    return build_block("1", records)


def _read(block: bytes, interpreter: Interpreter) -> Signal:
    frame = next(iter(Scanner(seven_bits=False).feed(block)))
    return interpreter.signal(frame) or Signal(kind=Kind.UNKNOWN)
