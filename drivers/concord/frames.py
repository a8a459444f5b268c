"""The bytes of the line: messages in ASCII hex behind a line feed, and the answers to them."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.framing import CUT_OFF, TOO_LONG, WRONG_CHECK, Broken, Framer, Noise, Whole

LF = 0x0A
ACK = 0x06
NAK = 0x15

NOT_HEX = "not a hex digit"
WRONG_LENGTH = "a length that no message has"

_STARTS = bytes([LF, ACK, NAK])
_HEX = b"0123456789ABCDEFabcdef"
_SHORTEST = 2
"""The smallest length byte: a command and the sum."""
_LONGEST = 60
_MOST_BYTES = 160
"""A message of the greatest length, and room for answers that were sent into the middle of it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message whose sum is right. `data` begins with the command and ends before the sum.

    `answers`: ACKs and NAKs that came between its digits; each end answers without waiting for the other.
    """

    data: bytes
    raw: bytes
    answers: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """ACK or NAK on its own."""

    byte: int


Frame = Message | Answer


def framer() -> Framer[Frame]:
    """A new reader of such a line."""
    return Framer(_look, _MOST_BYTES)


def message(data: bytes) -> bytes:
    """`data`, a command and what goes with it, as it goes over the line."""
    body = bytes([len(data) + 1]) + data
    return b"\n" + (body + bytes([sum(body) & 0xFF])).hex().upper().encode()


def _look(read: bytearray) -> Whole[Frame] | Broken | Noise | None:
    first = read[0]
    if first in (ACK, NAK):
        return Whole(1, Answer(first), weak=True)
    if first != LF:
        return Noise(next((at for at, byte in enumerate(read) if byte in _STARTS), len(read)))
    digits = bytearray()
    answers = bytearray()
    size = 0  # how many digits the message has, once its length is known
    for at in range(1, len(read)):
        byte = read[at]
        if byte in (ACK, NAK):
            answers.append(byte)
            continue
        if byte not in _HEX:
            return Broken(at, CUT_OFF if byte == LF else NOT_HEX, skip=at)
        digits.append(byte)
        if len(digits) == 2:
            length = int(digits, 16)
            if not _SHORTEST <= length <= _LONGEST:
                return Broken(at + 1, TOO_LONG if length > _LONGEST else WRONG_LENGTH)
            size = 2 * (length + 1)
        if len(digits) == size:
            body = bytes.fromhex(digits.decode("ascii"))
            if sum(body[:-1]) & 0xFF != body[-1]:
                return Broken(at + 1, WRONG_CHECK)
            return Whole(at + 1, Message(body[1:-1], bytes(read[: at + 1]), bytes(answers)))
    return None
