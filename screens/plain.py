"""The only way foreign text reaches a widget: cleaned, and never read as markup."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.scrollbar import ScrollBarRender
from textual.widgets import Input, Static

from guardroom.text import clean


def plain(text: str, style: str = "", limit: int = 500) -> Content:
    """`text` as content that is shown and never obeyed: cleaned, at most `limit` characters, in `style`.

    Every text that a panel, a person, a file or the monitor wrote goes through here, and our own sentences too
    once such a text has been filled into them.
    """
    return Content.styled(clean(text, limit), style) if style else Content(clean(text, limit))


def lines(*rows: Content) -> Content:
    """Rows of content as one, each on a line of its own."""
    return Content("\n").join(rows)


def fitted(text: str, width: int) -> str:
    """`text` in exactly `width` cells: cut with `…` where it is longer, filled with spaces where it is shorter."""
    width = max(0, width)
    content = Content(clean(text))
    if content.cell_length > width:
        content = content.truncate(width, ellipsis=True)
    return content.plain + " " * (width - content.cell_length)


class Line(Static):
    """A `Static` that takes only content and repaints only when what it shows has changed."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(Content(""), id=id, classes=classes, markup=False)
        self._shown: Content | None = None

    def show(self, content: Content) -> None:
        """Show `content`; nothing is painted where it is what stands there already."""
        shown = self._shown
        if shown is None or shown.plain != content.plain or shown.spans != content.spans:
            self._shown = content
            self.update(content)


class WholeCells(ScrollBarRender):
    """A scroll bar of whole cells: the fonts of a console have no eighths of a block."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class Field(Input):
    """An input that takes only what may be shown: what is pasted is cleaned as foreign text is."""

    def validate_value(self, value: str) -> str:
        """`value` without anything that a terminal would obey."""
        return clean(value, self.max_length or 500)
