"""The frames of ESPA 4.4.4, in bytes: an incremental scanner, and the other way round.

A block is `SOH header STX id US data (RS id US data)* [RS] ETX BCC`. BCC is the exclusive or of everything after
SOH up to and including ETX, so it can be any byte, control bytes too: the one byte after ETX is read as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import xor

from drivers.framing import CUT_OFF, TOO_LONG, WRONG_CHECK, Bad, Broken, Framer, Noise, Whole

SOH, STX, ETX, EOT, ENQ, ACK, NAK, RS, US = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x15, 0x1E, 0x1F

# Address, 128 characters of text and every other record come to less than 200 bytes.
MAX_BLOCK = 1024

NO_HEADER = "no header"
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


class Scanner(Framer[Request | End | Positive | Negative | Block]):
    """Bytes to frames. `seven_bits` drops bit 7 before looking: a 7E device read by a port that is set to 8 bits."""

    def __init__(self, *, seven_bits: bool) -> None:
        super().__init__(_look_in_seven_bits if seven_bits else _look, MAX_BLOCK)


_Found = Whole[Request | End | Positive | Negative | Block] | Broken | Noise | None


def _look_in_seven_bits(read: bytearray) -> _Found:
    seen = read[: MAX_BLOCK + 2].translate(_TO_SEVEN_BITS)
    return _look(seen, bytes(read[: len(seen)]))


def _look(seen: bytearray, read: bytes | bytearray | None = None) -> _Found:
    """What stands at the start of `seen`; `read` are the same bytes as they came, where that is another thing."""
    if seen[0] == SOH:
        return _block(seen, seen if read is None else read)
    control = _STARTS.search(seen)
    noise = control.start() if control else len(seen)
    # The digit before an ENQ or NAK belongs to it, and so it may where that has not come yet.
    if noise and seen[noise - 1] in _DIGITS and (control is None or seen[noise] in (ENQ, NAK)):
        noise -= 1
    if noise:
        return Noise(noise)
    return _short(seen, seen if read is None else read) if control else None


def _block(seen: bytearray, read: bytes | bytearray) -> Whole[Block] | Broken | None:
    stop = _STOPS.search(seen, 1)
    end = stop.start() if stop else len(seen)
    if end >= MAX_BLOCK:
        return Broken(MAX_BLOCK, TOO_LONG)
    if stop is None:
        return None
    if seen[end] != ETX:  # no frame's byte may stand inside a block: this one was cut
        return Broken(end, CUT_OFF)
    if len(seen) < end + 2:
        return None
    if check_character(seen[1 : end + 1]) != seen[end + 1]:
        return Broken(end + 2, WRONG_CHECK)
    header, records = _parts(bytes(seen[1:end]))
    if not header:
        # The end of a block whose middle was corrupted into SOH can have the right BCC, but it has no STX.
        return Broken(end + 2, NO_HEADER)
    return Whole(end + 2, Block(bytes(read[: end + 2]), header, records))


def _short(seen: bytearray, read: bytes | bytearray) -> Whole[Request | End | Positive | Negative | Block]:
    """The frame of one or two bytes at the start. Weak: a bad block's check character may be such a byte."""
    digit = chr(seen[0]) if seen[0] in _DIGITS else ""
    size = len(digit) + 1
    raw = bytes(read[:size])
    frame: Request | End | Positive | Negative
    match seen[size - 1]:
        case 0x05:
            frame = Request(raw, digit)
        case 0x15:
            frame = Negative(raw, digit)
        case 0x04:
            frame = End(raw)
        case _:
            frame = Positive(raw)
    return Whole(size, frame, weak=True)


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
