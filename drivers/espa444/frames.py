"""The frames of ESPA 4.4.4, in bytes: an incremental scanner, and the other way round.

A block is `SOH header STX id US data (RS id US data)* [RS] ETX BCC`. BCC is the exclusive or of everything after
SOH up to and including ETX, so it can be any byte, control bytes too: the one byte after ETX is read as it is.

What the scanner gives depends on the bytes alone, never on how they were cut into reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import xor

SOH, STX, ETX, EOT, ENQ, ACK, NAK, RS, US = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x15, 0x1E, 0x1F

# Address, 128 characters of text and every other record come to less than 200 bytes.
MAX_BLOCK = 1024
# A run of bytes that belong to no frame is told in pieces of this size.
MAX_NOISE = 256

CUT_OFF = "cut off"
WRONG_BCC = "wrong check character"
TOO_LONG = "too long"
NO_HEADER = "no header"
NO_FRAME = "not part of a frame"
NO_ADDRESS = "request without an address"

_STARTS = re.compile(rb"[\x01\x04\x05\x06\x15]")
_STOPS = re.compile(rb"[\x01\x03\x04\x05\x06\x15]")
_DIGITS = frozenset(b"0123456789")
_TO_SEVEN_BITS = bytes(value & 0x7F for value in range(256))


@dataclass(frozen=True, slots=True)
class Request:
    """`<address> ENQ`: a poll or a select, by where it stands. `address` is "" where it was lost."""

    raw: bytes
    address: str


@dataclass(frozen=True, slots=True)
class End:
    """EOT."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Positive:
    """ACK."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Negative:
    """`<prefix> NAK`; prefix "1" is a transmission error, "2" busy, "3" an invalid message, "" not given."""

    raw: bytes
    prefix: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block whose BCC is right. `records` are in the order of the line, with ids of any kind."""

    raw: bytes
    header: str
    records: tuple[tuple[str, bytes], ...]

    def record(self, wanted: str) -> bytes | None:
        """The first record with this id that is not empty, or None."""
        return next((data for id_, data in self.records if id_ == wanted and data), None)


@dataclass(frozen=True, slots=True)
class Bad:
    """Bytes that are no frame, with the reason. A block that failed its BCC is one of them."""

    raw: bytes
    reason: str


Frame = Request | End | Positive | Negative | Block | Bad


def check_character(inside: bytes | bytearray) -> int:
    """BCC of a block's bytes from the header to ETX."""
    return reduce(xor, inside, 0)


def build_block(header: str, records: Sequence[tuple[str, bytes]]) -> bytes:
    """A block's bytes, SOH to BCC."""
    body = bytes([RS]).join(id_.encode("ascii") + bytes([US]) + data for id_, data in records)
    inside = header.encode("ascii") + bytes([STX]) + body + bytes([ETX])
    return bytes([SOH]) + inside + bytes([check_character(inside)])


def request(address: str) -> bytes:
    """`<address> ENQ`."""
    return address.encode("ascii") + bytes([ENQ])


class Scanner:
    """Bytes to frames. `seven_bits` drops bit 7 before looking: a 7E device read by a port that is set to 8 bits.

    A block that turns out bad gives a `Bad`, and the search goes on right behind its SOH, so whatever was swallowed
    with it is still found. Bytes already told in a `Bad` are not told again.
    """

    def __init__(self, *, seven_bits: bool) -> None:
        self._seven_bits = seven_bits
        self._read = bytearray()  # as it came
        self._seen = bytearray()  # the same bytes as they are looked at
        self._told = 0  # how many of them have been told in a Bad
        self._noise = bytearray()
        self._looked = 0  # how far the block at the start has been searched for its end

    @property
    def unfinished(self) -> bool:
        """Bytes have come since the last frame that may be the beginning of another, or noise."""
        return bool(self._noise) or len(self._read) > self._told

    def clear(self) -> None:
        """Forget everything that is not a whole frame."""
        self._read.clear()
        self._seen.clear()
        self._noise.clear()
        self._told = self._looked = 0

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes, in order. Read the iterator to its end."""
        self._read += data
        self._seen += data.translate(_TO_SEVEN_BITS) if self._seven_bits else data
        while self._seen:
            if self._seen[0] == SOH:
                frame = self._block()
                if frame is None:
                    return
                yield from self._quiet()
                yield from self._after_block(frame)
            else:
                found = _STARTS.search(self._seen)
                yield from self._skip_to(found.start() if found else len(self._seen), found is None)
                if found is None:
                    return
                if self._seen[0] != SOH:
                    yield from self._quiet()
                    yield from self._short()

    def expire(self) -> Iterator[Frame]:
        """Nothing has come for too long: give up what is unfinished."""
        yield from self._quiet()
        if len(self._read) > self._told:
            yield Bad(bytes(self._read), CUT_OFF if self._seen[0] == SOH else NO_FRAME)
        self.clear()

    def _block(self) -> Block | Bad | None:
        """The block at the start of what was read, or why there is none; None while it is unfinished."""
        stop = _STOPS.search(self._seen, max(1, self._looked))
        end = stop.start() if stop else len(self._seen)
        if end >= MAX_BLOCK:
            return Bad(bytes(self._read[:MAX_BLOCK]), TOO_LONG)
        if stop is None:
            self._looked = end
            return None
        if self._seen[end] != ETX:  # no frame's byte may stand inside a block: this one was cut
            return Bad(bytes(self._read[:end]), CUT_OFF)
        self._looked = end
        if len(self._seen) < end + 2:
            return None
        raw = bytes(self._read[: end + 2])
        if check_character(self._seen[1 : end + 1]) != self._seen[end + 1]:
            return Bad(raw, WRONG_BCC)
        header, records = _parts(bytes(self._seen[1:end]))
        # The end of a block whose middle was corrupted into SOH can have the right BCC, but it has no STX.
        return Block(raw, header, records) if header else Bad(raw, NO_HEADER)

    def _after_block(self, frame: Block | Bad) -> Iterator[Frame]:
        if isinstance(frame, Block):
            self._drop(len(frame.raw))
            yield frame
            return
        # Something inside what has already been told may look like the start of a block, and is told once only.
        if len(frame.raw) > self._told:
            yield frame
        self._told = max(self._told, len(frame.raw))
        self._drop(1)

    def _skip_to(self, position: int, at_end: bool) -> Iterator[Frame]:
        """Pass over noise, but keep the digit that belongs, or may belong, to the ENQ or NAK behind it."""
        keeps_digit = position > 0 and self._seen[position - 1] in _DIGITS
        if keeps_digit and (at_end or self._seen[position] in (ENQ, NAK)):
            position -= 1
        self._noise += self._read[self._told : position]
        self._drop(position)
        while len(self._noise) >= MAX_NOISE:
            yield Bad(bytes(self._noise[:MAX_NOISE]), NO_FRAME)
            del self._noise[:MAX_NOISE]

    def _short(self) -> Iterator[Frame]:
        """The frame of one or two bytes at the start. One that has been told was a bad block's check character."""
        digit = chr(self._seen[0]) if self._seen[0] in _DIGITS else ""
        size = len(digit) + 1
        told = size <= self._told
        control = self._seen[size - 1]
        raw = bytes(self._read[:size])
        self._drop(size)
        if told:
            return
        if control == ENQ:
            yield Request(raw, digit)
        elif control == NAK:
            yield Negative(raw, digit)
        elif control == EOT:
            yield End(raw)
        else:
            yield Positive(raw)

    def _quiet(self) -> Iterator[Frame]:
        """Tell the noise that stood before the frame to come."""
        if self._noise:
            yield Bad(bytes(self._noise), NO_FRAME)
            self._noise.clear()

    def _drop(self, count: int) -> None:
        del self._read[:count]
        del self._seen[:count]
        self._told = max(0, self._told - count)
        self._looked = 0


def _parts(inside: bytes) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """Header and records of what stands between SOH and ETX; header "" where there is none.

    A device in the field puts a space before the record id; ids are compared without it.
    """
    header, stx, body = inside.partition(bytes([STX]))
    records = []
    for record in body.split(bytes([RS])):
        id_, separator, data = record.partition(bytes([US]))
        if separator:
            records.append((id_.decode("ascii", "replace").strip(), data))
    return header.decode("ascii", "replace") if stx else "", tuple(records)
