"""Why bytes arrive on a line and no valid frame: from the bytes alone to the likely causes. Pure.

A guess, never more: the sentence that is made of it says "looks like". Where drivers claim the bytes they are told,
the one with most frames first; else at most one of the others:

    driver:NAME   frames of the driver NAME stand in the bytes. It may be the panel's own: then its options are wrong
    zeros         nothing but zero bytes: two wires swapped, another level, or a panel very much slower than the port
    baud:NUMBER   the panel speaks about NUMBER baud, more slowly than the port reads
    baud          the port's speed is not the panel's
    7E, 7O        7 data bits with even or odd parity, read as 8 data bits without
    text          readable lines that no driver claims

Not told, because the bytes do not show it: 8 data bits read as 7 (text comes out right, the rest merely lacks a bit),
and a panel that speaks faster than the port reads, unless it says little at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby

from drivers import registry
from drivers.base import Driver, Kind

LOOKED_AT = 512
"""The last bytes of a line that are looked at: some dozens of frames."""

SPEEDS = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
"""The speeds, in baud, that panels and their adapters have."""

_FEWEST = 16
"""Fewer bytes than this prove nothing."""

_FEWEST_FOR_PARITY = 32
_DISTINCT_FOR_PARITY = 10
"""A few frames sent again and again may all have the same parity by chance; ten different bytes hardly."""

_NEARLY_ALL = 0.9
_MOST = 0.75
"""Some receivers begin anew in the middle of a bit when they miss a stop bit."""

LATER_S = 3600.0
"""Longer than any driver waits for the rest of a frame, in seconds."""

_PIECE = 8
_TEXT = frozenset((*range(0x20, 0x7F), 0x09, 0x0A, 0x0C, 0x0D))

Decoders = Mapping[str, Callable[[], Driver]]
"""Listeners to try, by the driver's name; where one driver has several, with a colon and a word behind it."""

_FORMATS: Mapping[str, tuple[str, ...]] = {"receiver": ("d6500", "ademco685")}
"""Drivers that read quite different frames with another `format`."""


def causes(data: bytes, baudrate: int, decoders: Decoders | None = None) -> tuple[str, ...]:
    """What the last bytes of a line without a valid frame look like, the likeliest first; () where they tell nothing.

    `baudrate` is the port's. `decoders` are tried one after the other, some milliseconds each: leave them out where
    time matters.
    """
    data = data[-LOOKED_AT:]
    claims = claimed_by(data, decoders) if decoders else ()
    if claims:
        return tuple(f"driver:{name}" for name in claims)
    if len(data) < _FEWEST:
        return ()
    guess = "text" if _is_text(data) else _speed(data, baudrate) or _parity(data)
    return (guess,) if guess else ()


def listeners() -> dict[str, Callable[[], Driver]]:
    """A listener of every driver that needs no options, and of its formats. Loads every driver."""

    def listener(name: str, options: Mapping[str, object]) -> Callable[[], Driver]:
        return lambda: registry.make_decoder(name, options)

    # `line` takes any text for its own: there is a code for that.
    usual = {name: listener(name, {}) for name in registry.names() if name != "line"}
    formats = [(name, word) for name, words in _FORMATS.items() for word in words]
    return usual | {f"{name}:{word}": listener(name, {"format": word}) for name, word in formats}


def claimed_by(data: bytes, decoders: Decoders) -> tuple[str, ...]:
    """The drivers that find frames in `data`, the one that finds most first.

    Some protocols have frames of one byte, which stand in any garbage: the same bytes in another order show how many
    are found by chance.
    """
    shuffled = data[1::2] + data[::2]
    scores: dict[str, int] = {}
    for name, make in decoders.items():
        try:
            frames = _frames(make(), data)
            if frames >= 2 and frames >= 3 * max(_frames(make(), shuffled), _frames(make(), data[::-1])):
                driver = name.partition(":")[0]
                scores[driver] = max(frames, scores.get(driver, 0))
        except Exception:  # noqa: S112 - a driver that cannot be asked has no say; the line itself must not suffer
            continue
    return tuple(sorted(scores, key=lambda name: -scores[name]))


def _frames(driver: Driver, data: bytes) -> int:
    """How many valid frames `driver` finds; 0 where it rejects as many bytes as it takes."""
    steps = [*driver.opened(0.0)]
    for begin in range(0, len(data), _PIECE):  # frames that come together may be told as one
        steps += driver.feed(data[begin : begin + _PIECE], 0.0)
    steps += driver.tick(LATER_S)
    rejected = sum(len(signal.raw) for step in steps for signal in step.signals if signal.kind is Kind.REJECTED)
    return 0 if 2 * rejected > len(data) else sum(step.alive for step in steps)


def _speed(data: bytes, baudrate: int) -> str:
    """Whether `data` was read at the wrong speed.

    Read too fast, every bit of the panel lasts several of ours: no bit stands alone. Read too slowly, a character is
    over before the byte is: most of the byte's bits are the ones of a line at rest.
    """
    if data.count(0) >= len(data) * _NEARLY_ALL:
        return "zeros"
    if len(set(data)) < 2:
        return ""
    stretched = [_SHORTEST_RUN[byte] for byte in data if _SHORTEST_RUN[byte] >= 2]
    if len(stretched) >= len(data) * _MOST:
        factor = min(stretched)
        nearest = min(SPEEDS, key=lambda speed: abs(speed * factor / baudrate - 1))
        return f"baud:{nearest}" if 0.8 < nearest * factor / baudrate < 1.25 else "baud"
    at_rest = sum(byte >= 0xE0 or byte.bit_count() >= 6 for byte in data)
    return "baud" if at_rest >= len(data) * _NEARLY_ALL else ""


def _shortest_run(byte: int) -> int:
    """The shortest run of equal bits as a byte comes over the line: the start bit, then the lowest bit first.

    The last run does not count: nobody knows how long it goes on.
    """
    bits = f"{byte:08b}0"[::-1]
    runs = [len(list(run)) for _bit, run in groupby(bits)]
    return min(runs[:-1], default=runs[0])


_SHORTEST_RUN = tuple(map(_shortest_run, range(256)))


def _parity(data: bytes) -> str:
    """With 7 data bits and parity, read as 8N1, every byte has an even (or odd) number of ones, and some have the
    highest bit. One byte in 32 may be noise."""
    high = sum(byte >> 7 for byte in data)
    if len(data) < _FEWEST_FOR_PARITY or not len(data) // 8 < high < len(data) - len(data) // 8:
        return ""
    odd = [byte for byte in data if byte.bit_count() % 2]
    for parity, wrong in (("7E", len(odd)), ("7O", len(data) - len(odd))):
        right = {byte for byte in data if (byte.bit_count() % 2 == 1) == (parity == "7O")}
        if wrong * 32 <= len(data) and len(right) >= _DISTINCT_FOR_PARITY:
            return parity
    return ""


def _is_text(data: bytes) -> bool:
    """Lines of text; a letter in ten may be a foreign one."""
    readable = sum(byte in _TEXT for byte in data)
    return readable >= len(data) * _NEARLY_ALL and (b"\r" in data or b"\n" in data)
