"""The lines of a Ness panel, in bytes.

    event    START [address] 03|83 61 event id area [yy mm dd HH MM SS] check
    answer   START [address] 03    60 id data data check
    request  83 0 length 60 S id check                                        (ours, with "?" at its end)

All in hex digits, CR LF behind. The bytes of the panel's lines add up to 0 modulo 256 with the check byte, the
characters of a request with its check byte. START is said to tell whether there are an address and a time; the
address of an answer stands there all the same, so the length decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from drivers.framing import TOO_LONG, WRONG_CHECK, Bad, Broken, Framer, Noise, Whole

MAX_LINE = 80
"""A request of 30 characters has 41."""

_LINE = re.compile(rb"8[^\r\n]{8,%d}(?:\r\n?|\n)" % (MAX_LINE - 2))
_PANEL = re.compile(
    rb"8[2367](?:[0-9a-f]{2})??([08]3)(6[01])([0-9a-f]{6})([0-9a-f]{12})?[0-9a-f]{2}[\r\n]", re.IGNORECASE
)
_REQUEST = re.compile(rb"(83[0-9a-f]{2}[0-9a-f]60[ -~]{1,30})([0-9a-f]{2})\??[\r\n]", re.IGNORECASE)
_END = re.compile(rb"[\r\n]")
_ENDS = b"\r\n?"
_FIRST = 0x38  # "8"


@dataclass(frozen=True, slots=True)
class Event:
    """Something has happened. `event`, `id` and `area` are two hex digits each, in small letters as panels write them;
    `toggle` is the sequence bit; `panel_time` has the twelve digits of the time apart, whatever they are."""

    raw: bytes
    toggle: bool
    event: str
    id: str
    area: str
    panel_time: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """The answer to a request. `id` is two decimal digits, `bits` its 16 bits, the first byte the higher."""

    raw: bytes
    id: str
    bits: int


@dataclass(frozen=True, slots=True)
class Passed:
    """What is none of the panel's: a line end, or the receiver's request, which presses `keys`: "S13"."""

    keys: str = ""


Frame = Event | Status | Passed | Bad

_PASSED = Passed()


class Scanner(Framer[Event | Status | Passed]):
    """Bytes to lines."""

    def __init__(self) -> None:
        super().__init__(_look, MAX_LINE)


def status_request(id_: str) -> bytes:
    """The question for status `id_`, to address 0, which every panel accepts."""
    line = b"8300360S" + id_.encode("ascii")
    return line + b"%02X?\r\n" % (-sum(line) & 0xFF)


def event_line(event: str, id_: str, area: str, *, toggle: bool) -> bytes:
    """An event of panel 0, without a time."""
    return _panel_line(f"8300{'83' if toggle else '03'}61{event}{id_}{area}")


def status_line(id_: str, bits: int) -> bytes:
    """The answer to a request for status `id_`."""
    return _panel_line(f"82000360{id_}{bits:04x}")


def _panel_line(digits: str) -> bytes:
    return f"{digits}{-sum(bytes.fromhex(digits)) & 0xFF:02x}\r\n".encode("ascii")


def _look(read: bytearray) -> Whole[Event | Status | Passed] | Broken | Noise | None:
    found = _LINE.match(read)
    if found is not None and (whole := _read(found.group())) is not None:
        return whole
    if read[0] in _ENDS:
        return Whole(1, _PASSED, weak=True)
    end = _END.search(read, 0, MAX_LINE)
    stop = end.start() if end else min(len(read), MAX_LINE)
    if read[0] != _FIRST:
        start = read.find(_FIRST, 0, stop)
        return Noise(start if start > 0 else stop)
    if end is None:
        return Broken(MAX_LINE, TOO_LONG) if len(read) >= MAX_LINE else None
    return Broken(stop, WRONG_CHECK)


@lru_cache(maxsize=512)
def _read(text: bytes) -> Whole[Event | Status | Passed] | None:
    """What a text with its line end says; None where its check is wrong or it is neither side's."""
    found = _PANEL.match(text)
    if found is None:
        request = _REQUEST.match(text)
        if request is None or (sum(request.group(1)) + int(request.group(2), 16)) & 0xFF:
            return None
        return Whole(len(text), Passed(request.group(1)[7:].decode("ascii")))
    line = text.rstrip(_ENDS)
    if sum(bytes.fromhex(line.decode("ascii"))) & 0xFF:
        return None
    length, command, data, time = found.groups()
    said = data.decode("ascii").lower()
    if command == b"60":
        return Whole(len(text), Status(line, said[:2], int(said[2:], 16)))
    return Whole(len(text), Event(line, length[:1] == b"8", said[:2], said[2:4], said[4:], _time(time)))


def _time(digits: bytes | None) -> str | None:
    if digits is None:
        return None
    year, month, day, hour, minute, second = (digits[at : at + 2].decode("ascii") for at in range(0, 12, 2))
    return f"{year}-{month}-{day} {hour}:{minute}:{second}"
