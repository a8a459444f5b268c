"""The one way from bytes to frames: an incremental framer that finds its place again after anything.

A protocol gives a `look`: what stands at the start of these bytes? The framer does the rest: it waits for more, tells
what is no frame, and after a bad frame goes on right behind the place where that one began, so that whatever was
swallowed with it is still found. What it gives depends on the bytes alone, never on how they were cut into reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

F = TypeVar("F")
F_co = TypeVar("F_co", covariant=True)

MAX_NOISE = 256
"""A run of bytes that belong to no frame is told in pieces of this size."""

CUT_OFF = "cut off"
TOO_LONG = "too long"
WRONG_CHECK = "wrong checksum"
NO_FRAME = "not part of a frame"


@dataclass(frozen=True, slots=True)
class Whole(Generic[F_co]):
    """A good frame of `size` bytes stands at the start.

    `weak`: nothing in it proves it (one control byte, say): inside bytes that were already told as bad it is
    passed over.
    """

    size: int
    frame: F_co
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """What begins like a frame at the start is none. `size` bytes were looked at to know that.

    The search goes on behind the first `skip` of them.
    """

    size: int
    reason: str
    skip: int = 1


@dataclass(frozen=True, slots=True)
class Noise:
    """The first `size` bytes can begin no frame."""

    size: int


@dataclass(frozen=True, slots=True)
class Bad:
    """Bytes that are no frame, and why."""

    raw: bytes
    reason: str


Look = Callable[[bytearray], Whole[F] | Broken | Noise | None]
"""What stands at the start of these bytes (never empty); None where more are needed to tell."""


class Framer(Generic[F]):
    """Bytes to frames and `Bad`s by way of `look`. Keeps at most `longest` bytes; bytes are told as bad once only."""

    def __init__(self, look: Look[F], longest: int) -> None:
        self._look = look
        self._longest = longest
        self._read = bytearray()
        self._told = 0  # how many bytes at the start have been told in a Bad
        self._noise = bytearray()

    @property
    def unfinished(self) -> bool:
        """Bytes have come since the last frame that may be the beginning of another, or noise."""
        return bool(self._noise) or len(self._read) > self._told

    def clear(self) -> None:
        """Forget everything that is not a whole frame."""
        self._read.clear()
        self._noise.clear()
        self._told = 0

    def feed(self, data: bytes) -> Iterator[F | Bad]:
        """The frames that `data` completes, in order. Read the iterator to its end."""
        self._read += data
        while self._read:
            found = self._look(self._read)
            if found is None:
                if len(self._read) < self._longest:
                    return
                found = Broken(self._longest, TOO_LONG)
            if isinstance(found, Noise):
                yield from self._pass_over(found.size)
            elif isinstance(found, Broken):
                yield from self._quiet()
                yield from self._reject(found)
            else:
                yield from self._quiet()
                believed = not found.weak or self._told < found.size
                self._drop(found.size)
                if believed:
                    yield found.frame

    def expire(self) -> Iterator[F | Bad]:
        """Nothing has come for too long: give up what is unfinished, and find what stands whole behind its start."""
        while self._read:
            yield from self._quiet()
            yield from self._reject(Broken(len(self._read), CUT_OFF))
            yield from self.feed(b"")
        yield from self._quiet()
        self.clear()

    def _reject(self, found: Broken) -> Iterator[Bad]:
        # Something inside what has already been told may look like the start of a frame, and is told once only.
        if found.size > self._told:
            yield Bad(bytes(self._read[: found.size]), found.reason)
        self._told = max(self._told, found.size)
        self._drop(found.skip)

    def _pass_over(self, size: int) -> Iterator[Bad]:
        self._noise += self._read[min(self._told, size) : size]
        self._drop(size)
        while len(self._noise) >= MAX_NOISE:
            yield Bad(bytes(self._noise[:MAX_NOISE]), NO_FRAME)
            del self._noise[:MAX_NOISE]

    def _quiet(self) -> Iterator[Bad]:
        """Tell the noise that stood before the frame to come."""
        if self._noise:
            yield Bad(bytes(self._noise), NO_FRAME)
            self._noise.clear()

    def _drop(self, count: int) -> None:
        del self._read[:count]
        self._told = max(0, self._told - count)
