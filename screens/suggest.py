"""A line of text with what it may mean beneath: Down chooses one of the things, Enter takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from screens.form import Form, TextField
from screens.plain import Line, fitted, lines, plain

Meant = TypeVar("Meant")

MOST = 6
"""How many things are offered at once."""


class SuggestField(TextField, Generic[Meant]):
    """One line of text, and the list of what it may mean while the focus is here.

    Nothing is chosen until Down chooses it: Enter alone keeps what was typed. `taken` is what was taken; typing on
    lets it go. A subclass asks for what is offered (`asked`), and says how it is shown (`row`, `told`).
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # At once, like the Enter that takes what they choose.
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, name: str, label: str, *, required: bool = False, limit: int = 200, hint: str = "") -> None:
        super().__init__(name, label, required=required, limit=limit, hint=hint)
        self.taken: Meant | None = None
        self.offered: tuple[Meant, ...] = ()
        self._at: int | None = None
        self._list = Line(classes="field-offers")

    def compose_control(self) -> ComposeResult:
        """The input, and the list beneath it."""
        yield from super().compose_control()
        yield self._list

    # What a subclass says

    def asked(self, typed: str) -> None:
        """Something else was typed: `offer` what it may mean, now or later."""

    def row(self, meant: Meant, width: int) -> str:
        """One thing in one line."""
        raise NotImplementedError

    def taken_as(self, meant: Meant) -> str:
        """What stands in the field once this was taken."""
        raise NotImplementedError

    def told(self) -> str:
        """What is said beneath the field: of what was taken, or of what is offered; "" for nothing."""
        return ""

    # The list

    def offer(self, offered: Sequence[Meant]) -> None:
        """Offer these things."""
        self.offered = tuple(offered)[:MOST]
        self._at = None
        self.draw()
        self.come_into_sight()

    def draw(self) -> None:
        """Show the list while the focus is here, and what is said about it."""
        width = max(10, self.control.size.width)
        rows: list[Content] = []
        if self.control.has_focus and self.taken is None:
            rows = [
                plain(
                    fitted(f"{'>' if at == self._at else ' '} {self.row(one, width - 2)}", width),
                    "reverse bold" if at == self._at else "",
                )
                for at, one in enumerate(self.offered)
            ]
        if told := self.told():
            rows.append(plain(told, "" if self.taken is not None else "$quiet"))
        self._list.show(lines(*rows) if rows else Content(""))
        self._list.display = bool(rows)

    def take(self, meant: Meant) -> None:
        """Take this thing, and go on to the next field."""
        self.stand_for(meant)
        self.changed()
        form = self.parent
        assert isinstance(form, Form)
        form.move(1)

    def stand_for(self, meant: Meant) -> None:
        """The field stands for this thing, unseen by `Changed`."""
        self.fill(self.taken_as(meant))
        self.taken = meant
        self.draw()

    def fill(self, value: str | tuple[str, ...]) -> None:
        """Write a text into the field that stands for nothing yet."""
        super().fill(value)
        self.let_go()

    def let_go(self) -> None:
        """Nothing is taken any more; the text stays."""
        self.taken, self.offered, self._at = None, (), None
        self.draw()

    def on_mount(self) -> None:
        """Nothing is offered yet."""
        self._list.display = False

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Open the list."""
        self.draw()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Close the list."""
        self._at = None
        self.draw()

    def on_resize(self) -> None:
        """Fit the new width."""
        self.draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was taken or offered is not what is meant any more."""
        self.let_go()
        self.asked(self.value)

    def took_enter(self) -> bool:
        """Enter takes what is chosen; where nothing is, it goes on to the next field."""
        if self._at is None or self._at >= len(self.offered):
            return False
        self.take(self.offered[self._at])
        return True

    async def action_move(self, by: int) -> None:
        """Choose the thing below or above; above the first is none."""
        form = self.parent
        assert isinstance(form, Form)
        await form.caught_up()
        if self.offered:
            at = -1 if self._at is None else self._at
            at = min(max(at + by, -1), len(self.offered) - 1)
            self._at = None if at < 0 else at
            self.draw()
