"""Bytes to lines, as a printer would have printed them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drivers.charset import decode
from drivers.framing import Bad, Framer, Whole

LONGEST = 256
"""A line is cut here: printers have 80 to 160 columns, and a pattern is never given more to search."""

LINE_ENDS: tuple[str, ...] = ("any", "cr", "lf")
CHARSETS: tuple[str, ...] = (
    "iso646-dk", "ascii", "latin-1", "cp850", "cp852", "cp865", "cp1252", "utf-8",
)  # fmt: skip

_END = {
    "any": re.compile(rb"[\r\n\f\v]"),
    "cr": re.compile(rb"[\r\f\v]"),
    # A carriage return without a line feed begins the same line again: bold type, or an underline.
    "lf": re.compile(rb"[\n\f\v]"),
}
# ESC/P and ANSI: a sequence up to its letter, a command with one parameter, or a command of one letter.
_ESCAPE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[!\-WSxkpNQlJA3atRrsUjI%/ ].|.)?", re.DOTALL)
_MOVES = "\b\r"


@dataclass(frozen=True, slots=True)
class Line:
    """`raw` is as it came, its end with it; `text` what stands on the paper. `whole`: it has come to its end."""

    raw: bytes
    text: str
    whole: bool = True

    @property
    def readable(self) -> bool:
        """The text looks like something that somebody wrote, and not like a line at the wrong speed."""
        foreign = sum(not letter.isascii() for letter in self.text)
        return foreign * 3 <= len(self.text)


class Lines:
    """Cuts a stream into lines; lines without any print are passed over."""

    def __init__(self, charset: str, line_end: str) -> None:
        self._charset = charset
        self._end = _END[line_end]
        self._framer = Framer(self._look, LONGEST + 1)

    @property
    def unfinished(self) -> bool:
        """A line has begun."""
        return self._framer.unfinished

    def clear(self) -> None:
        """Forget a line that has begun."""
        self._framer.clear()

    def feed(self, data: bytes) -> Iterator[Line]:
        """The lines that `data` completes. Read the iterator to its end."""
        for raw in self._framer.feed(data):
            yield from self._lines(raw)

    def expire(self) -> Iterator[Line]:
        """Nothing has come for a while: what has come of a line is all there is of it."""
        for raw in self._framer.expire():
            yield from self._lines(raw)

    def _look(self, read: bytearray) -> Whole[bytes] | None:
        end = self._end.search(read, 0, LONGEST)
        if end is not None:
            return Whole(end.end(), bytes(read[: end.end()]))
        return Whole(LONGEST, bytes(read[:LONGEST])) if len(read) >= LONGEST else None

    def _lines(self, found: bytes | Bad) -> Iterator[Line]:
        raw = found.raw if isinstance(found, Bad) else found
        text = printed(decode(_ESCAPE.sub(b"", raw) if b"\x1b" in raw else raw, self._charset))
        if text:
            yield Line(raw, text, whole=not isinstance(found, Bad))


def printed(text: str) -> str:
    """What stands on the paper: overprint counts once, underlines are no letters, and controls print nothing.

    A letter that is none in this charset leaves a mark: the charset may be the wrong one.
    """
    plain = text.strip()
    if plain.isprintable():
        return plain
    paper: list[str] = []
    at = 0
    for letter in text.replace("\t", " "):
        if letter in _MOVES:
            at = max(0, at - 1) if letter == "\b" else 0
        elif letter.isprintable() or letter >= "\x80":
            shown = letter if letter.isprintable() else " " if letter == "\xa0" else "\ufffd"
            if at == len(paper):
                paper.append(shown)
            elif shown not in "_ ":
                paper[at] = shown
            at += 1
    return "".join(paper).strip()
