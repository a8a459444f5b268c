"""The lines of an Elk M1, in bytes.

    LL MM data 00 CC CR LF

LL is the number of characters behind it up to CR, in hex; MM the message, capitals from the panel and small letters
from the host; all characters and CC add up to 0 modulo 256. The two characters before CC are reserved, and seconds
in some messages, so they prove nothing.
"""

from __future__ import annotations

import re

from drivers.framing import WRONG_CHECK, Bad, Broken, Framer, Noise, Whole

MAX_LINE = 2 + 255

_LINE = re.compile(rb"([0-9A-F]{2})[A-Za-z][0-9A-Za-z:][^\r\n]{2,251}[0-9A-F]{2}(\r\n?|\n)")
_START = re.compile(rb"[0-9A-F]{2}[A-Za-z][0-9A-Za-z:]")
_END = re.compile(rb"[\r\n]")

Frame = bytes | Bad
"""A line without its end (empty: a line end that stood alone), or what is none."""


class Scanner(Framer[bytes]):
    """Bytes to lines."""

    def __init__(self) -> None:
        super().__init__(_look, MAX_LINE + 3)

    def finish(self) -> list[Frame]:
        """Nothing has come for too long: what stands there whole lacks only its line end."""
        return [*self.feed(b"\r\n"), *self.expire()] if self.unfinished else []


def line(message: str, data: str = "", reserved: str = "00") -> bytes:
    """A line, its end with it: `message` is its two letters."""
    body = f"{len(data) + 6:02X}{message}{data}{reserved}".encode("latin-1")
    return body + b"%02X\r\n" % (-sum(body) & 0xFF)


def _look(read: bytearray) -> Whole[bytes] | Broken | Noise | None:
    found = _LINE.match(read)
    if found is not None:
        end = found.start(2)
        if int(found[1], 16) == end - 2 and (sum(read[: end - 2]) + int(read[end - 2 : end], 16)) & 0xFF == 0:
            return Whole(found.end(), bytes(read[:end]))
    last = _END.search(read, 0, MAX_LINE + 1)
    if last is None:
        # A line may begin in the last of these, and nothing that began before can still end.
        return None if len(read) <= MAX_LINE else Noise(_next_start(read))
    end = last.start()
    if end == 0:
        return Whole(1, b"", weak=True)
    for start in _START.finditer(read, 1, end):
        if _is_good(read, start.start(), end):
            return Noise(start.start())
    return Broken(end, WRONG_CHECK, skip=end)


def _is_good(read: bytearray, start: int, end: int) -> bool:
    found = _LINE.match(read, start)
    return (
        found is not None
        and found.start(2) == end
        and int(found[1], 16) == end - start - 2
        and (sum(read[start : end - 2]) + int(read[end - 2 : end], 16)) & 0xFF == 0
    )


def _next_start(read: bytearray) -> int:
    start = _START.search(read, 1, MAX_LINE + 1)
    return start.start() if start is not None else MAX_LINE - 3
