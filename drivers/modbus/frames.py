"""The frames of Modbus RTU, in bytes.

    request   address function first(2) count(2) CRC(2)       reading, functions 1 to 4
    reply     address function size data(size) CRC(2)
    refusal   address function+128 code CRC(2)

The CRC has the polynomial A001 and begins with FFFF; its low byte comes first. Lengths are taken from the frames
themselves, never from the silence between them: a USB adapter hands its bytes over in lumps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drivers.framing import WRONG_CHECK, Broken, Noise, Whole

READ_COILS, READ_INPUTS, READ_HOLDING, READ_REGISTERS = 1, 2, 3, 4
READS = (READ_COILS, READ_INPUTS, READ_HOLDING, READ_REGISTERS)
REGISTER_READS = (READ_HOLDING, READ_REGISTERS)
WRITES_ONE = (5, 6)
WRITES_MANY = (15, 16)

REFUSED = 0x80
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS = 1, 2

LAST_ADDRESS = 247
MOST_BITS, MOST_REGISTERS = 2000, 125
LONGEST = 265
"""Bytes of the longest frame, and some."""

REQUEST_SIZE = 8
REFUSAL_SIZE = 5


@dataclass(frozen=True, slots=True)
class _OfUnit:
    raw: bytes

    @property
    def address(self) -> int:
        """The unit's address."""
        return self.raw[0]

    @property
    def function(self) -> int:
        """What it is asked to do."""
        return self.raw[1] & ~REFUSED


class Request(_OfUnit):
    """A master asks a unit for bits or registers."""

    __slots__ = ()

    @property
    def bits(self) -> range:
        """Which bits, counted from 0."""
        size = bits_each(self.function)
        first, count = (int.from_bytes(self.raw[at : at + 2], "big") * size for at in (2, 4))
        return range(first, first + count)


class Reply(_OfUnit):
    """What a unit answers."""

    __slots__ = ()

    @property
    def levels(self) -> int:
        """The bits, the first in the lowest place. Of a register the lowest bit is the first."""
        data = self.raw[3:-2]
        if self.function in REGISTER_READS:
            data = b"".join(data[at : at + 2][::-1] for at in range(0, len(data), 2))
        return int.from_bytes(data, "little")

    @property
    def bits(self) -> int:
        """How many there are at most."""
        return 8 * self.raw[2]


class Refusal(_OfUnit):
    """A unit cannot do what it was asked: an exception with its code."""

    __slots__ = ()

    @property
    def code(self) -> str:
        """The exception code, two digits."""
        return f"{self.raw[2]:02}"


@dataclass(frozen=True, slots=True)
class Written:
    """A request to write something, or its answer."""

    raw: bytes


Frame = Request | Reply | Refusal | Written


def bits_each(function: int) -> int:
    """How many bits stand at one address that this function reads."""
    return 16 if function in REGISTER_READS else 1


def _crc_table() -> Iterator[int]:
    for value in range(256):
        for _bit in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
        yield value


_CRC = tuple(_crc_table())


def crc(data: bytes | bytearray) -> bytes:
    """The two bytes that go behind `data`."""
    value = 0xFFFF
    for byte in data:
        value = value >> 8 ^ _CRC[(value ^ byte) & 0xFF]
    return value.to_bytes(2, "little")


def is_whole(frame: bytes | bytearray) -> bool:
    """Whether the last two bytes are the CRC of those before."""
    return crc(frame[:-2]) == frame[-2:]


def build_request(address: int, function: int, first: int, count: int) -> bytes:
    """A request to read."""
    inside = bytes([address, function]) + first.to_bytes(2, "big") + count.to_bytes(2, "big")
    return inside + crc(inside)


def build_reply(address: int, function: int, levels: int, bits: int) -> bytes:
    """The reply that carries the lowest `bits` of `levels`; what fills up the last byte or register is 0."""
    size = reply_data_size(function, bits)
    data = (levels & (1 << bits) - 1).to_bytes(size, "little")
    if function in REGISTER_READS:
        data = b"".join(data[at : at + 2][::-1] for at in range(0, size, 2))
    inside = bytes([address, function, size]) + data
    return inside + crc(inside)


def build_refusal(address: int, function: int, code: int) -> bytes:
    """An exception."""
    inside = bytes([address, function | REFUSED, code])
    return inside + crc(inside)


def reply_data_size(function: int, bits: int) -> int:
    """How many bytes of data a reply with so many bits has."""
    return -(-bits // 16) * 2 if function in REGISTER_READS else -(-bits // 8)


def look_at_line(read: bytearray) -> Whole[Frame] | Broken | Noise | None:
    """What stands at the start of a line's bytes, both directions mixed, nothing known of who asked what.

    A reply may begin as a request does: the shortest frame with a right CRC is taken.
    """
    start = next((at for at in range(len(read)) if _may_begin(read, at)), len(read))
    if start:
        return Noise(start)
    sizes = _sizes(read)
    if sizes is None:
        return None
    for size in sizes:
        if len(read) < size:
            return None
        if is_whole(read[:size]):
            return Whole(size, _frame(bytes(read[:size])))
    return Broken(sizes[-1], WRONG_CHECK) if sizes else Noise(1)


def _may_begin(read: bytearray, at: int) -> bool:
    if read[at] > LAST_ADDRESS:
        return False
    return at + 1 == len(read) or read[at + 1] & ~REFUSED in (*READS, *WRITES_ONE, *WRITES_MANY)


def _sizes(read: bytearray) -> list[int] | None:
    """The sizes that a frame with this beginning may have, smallest first; None where more bytes are needed to tell."""
    if len(read) < 2:
        return None
    function = read[1]
    if function & REFUSED:
        return [REFUSAL_SIZE]
    if function in WRITES_ONE:
        return [REQUEST_SIZE]
    if function in READS:
        return _sizes_of_read(read) if len(read) >= 6 else None
    return [REQUEST_SIZE, 9 + read[6]] if len(read) >= 7 else None


def _sizes_of_read(read: bytearray) -> list[int]:
    registers = read[1] in REGISTER_READS
    sizes = []
    if read[2] and not (registers and read[2] % 2):
        sizes.append(5 + read[2])
    if 1 <= int.from_bytes(read[4:6], "big") <= (MOST_REGISTERS if registers else MOST_BITS):
        sizes.append(REQUEST_SIZE)
    return sorted(sizes)


def _frame(raw: bytes) -> Frame:
    if raw[1] & REFUSED:
        return Refusal(raw)
    if raw[1] not in READS:
        return Written(raw)
    return Reply(raw) if len(raw) == 5 + raw[2] else Request(raw)
