"""A list that is chosen from with the arrow keys: only the rows that are seen are made, whatever its length."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.message import Message

from screens.plain import lines
from screens.wrapping import FittedLine


def window(count: int, at: int, height: int) -> range:
    """The rows that are shown of `count`, so that row `at` is among them and as many above it as below."""
    height = max(1, height)
    first = max(0, min(at - height // 2, count - height))
    return range(first, min(count, first + height))


class RowList(FittedLine):
    """Rows of text, one of them chosen. The screen has the keys; a click chooses, a click on the chosen one opens."""

    class Clicked(Message):
        """A row was clicked; `again` where it was the chosen one."""

        def __init__(self, at: int, again: bool) -> None:
            super().__init__()
            self.at = at
            self.again = again

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes="row-list")
        self._rows = range(0)
        self._at = 0

    def draw(self, count: int, at: int, row: Callable[[int, bool, int], Content]) -> None:
        """Show `count` rows with `at` chosen; `row` makes one from its number, whether it is chosen, and the width."""
        self._at = at
        self._rows = window(count, at, self.size.height)
        width = max(1, self.size.width)
        self.show(lines(*(row(number, number == at, width) for number in self._rows)))

    def on_click(self, event: events.Click) -> None:
        """Tell the screen which row was clicked."""
        if 0 <= event.y < len(self._rows):
            at = self._rows[event.y]
            self.post_message(self.Clicked(at, at == self._at))
