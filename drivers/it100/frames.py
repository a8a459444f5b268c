"""The lines of an IT-100, in bytes: `code data check`, CR LF.

The code is three digits, the check two hex digits: the characters before it add up to it modulo 256. Where another
program has switched time stamps on (command 055), "hh:mm:ss " stands before the code.

Codes below 500 are commands to the module, from 500 on its messages. A line whose check is wrong may be two, with the
line end between them lost: what it ends with is believed if it is a known message of exactly its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from drivers.base import Signal
from drivers.framing import TOO_LONG, WRONG_CHECK, Bad, Broken, Framer, Noise, Whole
from drivers.it100.codes import LENGTHS, Code, code_of, signal_of

MAX_LINE = 300
"""The longest, a dump of an Envisalink's zone timers, has 261 characters."""

_LINE = re.compile(rb"\d[^\r\n]{4,%d}(?:\r\n?|\n)" % (MAX_LINE - 2))
_PARTS = re.compile(rb"(\d\d:\d\d:\d\d )?(\d\d\d)([^\r\n]*)([0-9A-Fa-f]{2})[\r\n]")
_END = re.compile(rb"[\r\n]")
_DIGIT = re.compile(rb"\d")
_ENDS = b"\r\n"
_FIRST_MESSAGE = "500"


@dataclass(frozen=True, slots=True)
class Message:
    """What the module says, and what that means by itself."""

    code: str
    data: str
    meaning: Code
    signal: Signal


@dataclass(frozen=True, slots=True)
class Command:
    """What it was told to do."""

    code: str
    data: str


@dataclass(frozen=True, slots=True)
class LineEnd:
    """Of a line that has been read."""


Line = Message | Command | LineEnd
Frame = Line | Bad

_LINE_END = LineEnd()


class Scanner(Framer[Line]):
    """Bytes to lines."""

    def __init__(self) -> None:
        super().__init__(_look, MAX_LINE)


def build_line(code: str, data: str = "") -> bytes:
    """A line of either direction."""
    said = (code + data).encode("latin-1")
    return b"%s%02X\r\n" % (said, sum(said) & 0xFF)


def _look(read: bytearray) -> Whole[Line] | Broken | Noise | None:
    found = _LINE.match(read)
    if found is not None and (whole := _read(found.group())) is not None:
        return whole
    first = read[0]
    if first in _ENDS:
        return Whole(1, _LINE_END, weak=True)
    end = _END.search(read, 0, MAX_LINE)
    stop = end.start() if end else min(len(read), MAX_LINE)
    if not 0x30 <= first <= 0x39:
        digit = _DIGIT.search(read, 0, stop)
        return Noise(digit.start() if digit else stop)
    if end is None:
        return Broken(MAX_LINE, TOO_LONG) if len(read) >= MAX_LINE else None
    return Broken(stop, WRONG_CHECK, _behind(bytes(read[: end.end()])))


def _behind(line: bytes) -> int:
    """Where in a bad line a message begins that is whole; the line's length where none does."""
    length = len(line) - 1
    for start in range(1, length - 4):
        code = line[start : start + 3].decode("latin-1")
        if LENGTHS.get(code) == length - start - 5 and (whole := _read(line[start:])) is not None and not whole.weak:
            return start
    return length


@lru_cache(maxsize=512)
def _read(text: bytes) -> Whole[Line] | None:
    """What a text with its line end says; None where its check is wrong. A panel has few lines, and says them often."""
    found = _PARTS.match(text)
    if found is None:
        return None
    time, code, data, check = found.groups()
    added, wanted = sum(code) + sum(data), int(check, 16)
    # Whether a time stamp counts is not documented.
    if added & 0xFF != wanted and (time is None or (added + sum(time)) & 0xFF != wanted):
        return None
    number, said = code.decode("ascii"), data.decode("latin-1")
    if number < _FIRST_MESSAGE:
        return Whole(len(text), Command(number, said), weak=True)
    meaning = code_of(number, said)
    signal = signal_of(meaning, number, said, time.decode("ascii").strip() if time else None, text.rstrip(_ENDS))
    weak = LENGTHS.get(number) != len(said) or not (said == "" or said.isalnum())
    return Whole(len(text), Message(number, said, meaning, signal), weak)
