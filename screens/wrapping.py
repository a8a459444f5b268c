"""Foreign text in as many rows as it needs, with or without a label before it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.message import Message

from screens.plain import Line, fitted, plain


class FittedLine(Line):
    """A line whose rows are made for the room it has: its screen is told when that changes."""

    class Resized(Message):
        """There is more room, or less."""

    def on_resize(self) -> None:
        """Tell the screen."""
        self.post_message(self.Resized())


LIMIT = 10_000
"""More of one text is not shown."""


def wrapped(text: str, width: int, style: str = "") -> list[Content]:
    """`text` in rows of at most `width` cells; its own lines stay lines. No row for no text."""
    return [
        row
        for line in text.splitlines()
        for row in (plain(line, style, LIMIT).wrap(max(1, width)) if line.strip() else [Content("")])
    ]


def packed(parts: Sequence[Content], width: int, gap: int = 3) -> list[Content]:
    """Pieces side by side with `gap` cells between them, as many in a row as fit; none is broken."""
    rows: list[Content] = []
    for part in parts:
        if rows and rows[-1].cell_length + gap + part.cell_length <= width:
            rows[-1] = rows[-1] + Content(" " * gap) + part
        else:
            rows.append(part)
    return rows


def fact(label: str, text: str, cells: int, width: int, style: str = "") -> list[Content]:
    """`text` behind a label of `cells` cells; its further rows stand beneath the first."""
    first, *others = wrapped(text, max(1, width - cells), style) or [Content("")]
    return [plain(fitted(label, cells), "$quiet") + first, *(Content(" " * cells) + other for other in others)]
