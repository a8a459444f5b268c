"""Messages of the NX-584 gateway interface in bytes, binary and ASCII, and the other way round.

    binary  7E  length  message  sum sum         7E and 7D inside as 7D and the byte with bit 5 turned over
    ASCII   LF  the same in hex digits  CR

`length` counts the message alone. The two check bytes are Fletcher's sums modulo 255 over length and message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from drivers.framing import CUT_OFF, WRONG_CHECK, Broken, Framer, Noise, Whole

ASK_FOR_ANSWER = 0x80
_TYPE = 0x3F

# The longest message has 18 bytes; a longer length is a damaged one.
MOST = 32

_LF, _CR, _START, _ESCAPE, _TURNED = 0x0A, 0x0D, 0x7E, 0x7D, 0x20
_NO_HEX = re.compile(rb"[^0-9A-Fa-f]")
_LONGEST = 2 * (MOST + 3) + 2


@dataclass(frozen=True, slots=True)
class Message:
    """A message whose check bytes are right. `data` is what follows its type."""

    raw: bytes
    type: int
    data: bytes
    wants_answer: bool
    ascii: bool


def build(message: bytes, *, ascii_: bool) -> bytes:
    """The bytes of a message (type and data)."""
    body = bytes([len(message)]) + message
    body += bytes(_sums(body))
    if ascii_:
        return b"\n" + body.hex().upper().encode("ascii") + b"\r"
    return bytes([_START]) + b"".join(
        bytes([_ESCAPE, byte ^ _TURNED]) if byte in (_START, _ESCAPE) else bytes([byte]) for byte in body
    )


class Scanner(Framer[Message]):
    """Bytes to messages. `mode`: "ascii", "binary", or "auto" for either."""

    def __init__(self, mode: str) -> None:
        starts = {"ascii": (_LF,), "binary": (_START,)}.get(mode, (_LF, _START))
        begin = re.compile(b"[" + bytes(starts) + b"]")

        def look(read: bytearray) -> Whole[Message] | Broken | Noise | None:
            found = begin.search(read)
            if found is None or found.start():
                return Noise(found.start() if found else len(read))
            return _look_at_line(read) if read[0] == _LF else _look_at_bytes(read)

        super().__init__(look, _LONGEST)

    @property
    def begun(self) -> bool:
        """A message seems to be on its way; a line feed alone is the end of a line."""
        return len(self._read) > self._told and self._read != b"\n"


def _look_at_line(read: bytearray) -> Whole[Message] | Broken | Noise | None:
    stop = _NO_HEX.search(read, 1)
    end = stop.start() if stop else len(read)
    if end >= _LONGEST:
        return Broken(end, CUT_OFF)
    if stop is None:
        return None
    if end == 1:
        return Noise(1)  # a line end of somebody else's
    if read[end] != _CR:
        return Broken(end, CUT_OFF)
    if end % 2 == 0:
        return Broken(end + 1, CUT_OFF)
    return _checked(bytes.fromhex(read[1:end].decode("ascii")), bytes(read[: end + 1]), ascii_=True)


def _look_at_bytes(read: bytearray) -> Whole[Message] | Broken | None:
    body = bytearray()
    turn = 0
    for place in range(1, len(read)):
        byte = read[place]
        if byte == _START:
            return Broken(place, CUT_OFF)
        if byte == _ESCAPE and not turn:
            turn = _TURNED
            continue
        body.append(byte ^ turn)
        turn = 0
        if not 0 < body[0] <= MOST:
            return Broken(place + 1, WRONG_CHECK)
        if len(body) == body[0] + 3:
            return _checked(bytes(body), bytes(read[: place + 1]), ascii_=False)
    return None


def _checked(body: bytes, raw: bytes, *, ascii_: bool) -> Whole[Message] | Broken:
    if len(body) < 4 or len(body) != body[0] + 3 or bytes(_sums(body[:-2])) != body[-2:]:
        return Broken(len(raw), WRONG_CHECK)
    type_ = body[1]
    return Whole(len(raw), Message(raw, type_ & _TYPE, body[2:-2], bool(type_ & ASK_FOR_ANSWER), ascii_))


def _sums(body: bytes) -> tuple[int, int]:
    first = second = 0
    for byte in body:
        first = (first + byte) % 255
        second = (second + first) % 255
    return first, second
