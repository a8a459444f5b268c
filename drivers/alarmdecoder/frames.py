"""The lines of an AlarmDecoder, in bytes: CR LF behind each, and no check.

    [20 flags],NNN,[raw],"32 characters"    what a keypad shows; also behind !KPM:
    !LRR:ddd,p,event,rr                     what the panel tells its radio; older firmware without rr
    !RFX:sssssss,hh                         what a wireless sensor says
    !EXP:aa,cc,vv  !REL:aa,cc,vv            expander inputs, relays
    !VER… !CONFIG… !Ready !boot …           the adapter itself

Only the grammar tells a line from a damaged one, so it is kept as narrow as the messages are.
"""

from __future__ import annotations

import re

from drivers.framing import Bad, Broken, Framer, Noise, Whole

MAX_LINE = 250
NO_LINE = "not a line of an AlarmDecoder"

_LINE = re.compile(
    rb"(?:(?:!KPM:)?\[(?P<flags>[01-]{5}[0-9A-Fa-f-][01-]{10}[0-9A-Fa-f-][A-Z-][0-9A-Za-z-]{2})\],"
    rb'(?P<number>[0-9A-Fa-f]{3}),\[[0-9A-Fa-f]{16,64}\],"(?P<shown>[^"\x00-\x1f\x7f]{1,40})"'
    rb"|!LRR:(?P<data>\d{1,3}),(?P<partition>\d{1,2}),"
    rb"(?:(?P<event>CID_(?P<qualifier>\d)(?P<code>[0-9A-Fa-f]{3}))|(?P<named>[A-Z][A-Z0-9_]{2,30}))"
    rb"(?:,[0-9A-Fa-f]{2})?"
    rb"|!RFX:(?P<serial>[0-9A-Fa-f]{7}),(?P<bits>[0-9A-Fa-f]{2})"
    rb"|!(?P<expander>EXP|REL):\d{2},\d{2},\d{2}"
    rb"|!(?P<bus>AUI|KPE|CRC):[ -~]{0,200}"
    rb"|!(?P<adapter>VER|CONFIG|Ready|boot|load|Sending|UART|DBG|ERR|WARNING|>)[ -~]{0,200})"
)
_START = re.compile(rb"[!\[]")
_END = re.compile(rb"[\r\n\0]")
_LINE_END = b"\r\n"

Line = re.Match[bytes]


class Scanner(Framer[Line | None]):
    """Bytes to lines; None for a line end that stood alone."""

    def __init__(self) -> None:
        super().__init__(_look, MAX_LINE + 3)

    def finish(self) -> list[Line | Bad | None]:
        """Nothing has come for too long: what stands there whole lacks only its line end."""
        return [*self.feed(b"\r\n"), *self.expire()] if self.unfinished else []


def _look(read: bytearray) -> Whole[Line | None] | Broken | Noise | None:
    last = _END.search(read, 0, MAX_LINE + 1)
    if last is None:
        return None if len(read) <= MAX_LINE else Noise(_next_start(read))
    end = last.start()
    if end == 0:
        return Whole(1, None, weak=True)
    found = _LINE.fullmatch(bytes(read[:end]))
    if found is not None:
        return Whole(end + (2 if read[end : end + 2] == _LINE_END else 1), found)
    for start in _START.finditer(read, 1, end):
        if _LINE.fullmatch(bytes(read[start.start() : end])) is not None:
            return Noise(start.start())
    return Broken(end, NO_LINE, skip=end)


def _next_start(read: bytearray) -> int:
    start = _START.search(read, 1, MAX_LINE + 1)
    return start.start() if start is not None else MAX_LINE
