"""Lists of things to choose from in a form: by digit or letter, or with the arrow keys; Ctrl+Z takes a choice back."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from guardroom.language import _
from screens.form_field import FormField, InTurn
from screens.plain import fitted, lines, plain

Options = tuple[tuple[str, str], ...]
"""What can be chosen: the code, and the word for it."""

_PICKS = "123456789abcdefghijklmnopqrstuvwxyz"
_MANY = 7
"""More things than these are shown beneath the label, where there is more room."""


def columns(cells: list[str], width: int) -> tuple[list[int], int]:
    """How wide the columns are in which `cells` fit into `width`, read downwards, and how many rows that takes."""
    for count in range(min(3, len(cells)), 1, -1):
        height = -(-len(cells) // count)
        widths = [
            max(Content(cell).cell_length for cell in cells[first : first + height]) + 2
            for first in range(0, len(cells), height)
        ]
        if sum(widths) <= width + 2:
            return widths, height
    return [width], len(cells)


def _hanging(cell: str, width: int, here: bool) -> list[Content]:
    """One thing in as many rows as it needs; the further ones stand beneath its word."""
    first, *others = plain(cell, limit=1000).wrap(width)
    if others:
        indent = min(len("[x] 1 "), width - 1)
        rest = plain(cell[len(first.plain) :].lstrip(), limit=1000).wrap(width - indent)
        others = [Content(" " * indent) + row for row in rest]
    style = "reverse bold" if here else ""
    return [plain(fitted(row.plain, width), style, limit=1000) for row in (first, *others)]


class Picker(InTurn, can_focus=True):
    """A list of things to choose: one line while the focus is elsewhere, all of them while it is here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("space", "pick", show=False),
        Binding("ctrl+z", "take_back", show=False),
    ]

    def __init__(self, options: Options, *, several: bool) -> None:
        super().__init__(classes="field-control")
        self.options = options
        self.several = several
        self.chosen: tuple[str, ...] = ()
        self._at = 0
        self._before: list[tuple[str, ...]] = []
        """What was chosen before each change since the list was opened."""

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Open the list at what is chosen, or close it."""
        super().watch_has_focus(_has_focus)
        self._before.clear()
        self._at = self._first_chosen or 0
        self.draw()

    @property
    def _first_chosen(self) -> int | None:
        """Where in the list the first chosen thing stands; None where nothing is chosen."""
        return next((at for at, (code, _word) in enumerate(self.options) if code in self.chosen), None)

    def draw(self) -> None:
        """Show what is so now."""
        self.refresh(layout=True)

    def on_resize(self) -> None:
        """Draw the rows of the new width: Textual keeps those it drew in the old one."""
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the list has in this width: asked for while it is laid out, so that both always agree."""
        return len(self._rows(width))

    def render(self) -> Content:
        """The list, or in one line what is chosen of it."""
        return lines(*self._rows(self.size.width))

    def _rows(self, width: int) -> list[Content]:
        width = max(10, width)
        if not self.has_focus:
            words = self.words(self.chosen)
            return plain(words or "-", "" if words else "$quiet", limit=1000).wrap(width)
        marks = ("[x]", "[ ]") if self.several else ("(x)", "( )")
        cells = [
            f"{marks[0] if code in self.chosen else marks[1]} {_PICKS[at : at + 1] or '-'} {word}"
            for at, (code, word) in enumerate(self.options)
        ]
        widths, height = columns(cells, width)
        taken_back = self._what_was(width)
        if len(widths) == 1:
            return [row for at, cell in enumerate(cells) for row in _hanging(cell, width, at == self._at)] + taken_back
        return [
            Content("").join(
                plain(fitted(cells[at], width), "reverse bold" if at == self._at else "")
                for at, width in zip(range(row, len(cells), height), widths, strict=False)
            )
            for row in range(height)
        ] + taken_back

    def words(self, chosen: tuple[str, ...]) -> str:
        """What is chosen, in words."""
        return ", ".join(word for code, word in self.options if code in chosen)

    def _what_was(self, width: int) -> list[Content]:
        """What had been chosen when the list was opened, where that is something else: a letter slips in easily."""
        was = self.words(self._before[0]) if self._before and self._before[0] != self.chosen else ""
        return plain(_("Before: {chosen}. Ctrl+Z takes it back.").format(chosen=was), "$key").wrap(width) if was else []

    def offer(self, options: Options) -> None:
        """Offer other things from now on."""
        self.options = options
        self._at = 0
        self._before.clear()

    def action_move(self, by: int) -> None:
        """Go to the thing below or above; where only one can be chosen, that is chosen. Where nothing is chosen yet,
        the first thing is the one below, and the last the one above."""
        if not self.options:
            return
        if self.several:
            self._at = (self._at + by) % len(self.options)
            self.draw()
            return
        here = self._first_chosen
        if here is None:
            here = -1 if by > 0 else 0
        self._take((here + by) % len(self.options))

    def action_pick(self) -> None:
        """Choose the thing that is marked, or let it go."""
        if self.options:
            self._take(self._at)

    def action_take_back(self) -> None:
        """Choose what was chosen before the last change."""
        if self._before:
            self._choose(self._before.pop())
            if not self.several:
                self._at = self._first_chosen or 0

    async def on_key(self, event: events.Key) -> None:
        """A digit or a letter chooses."""
        pick = (event.character or "").lower()
        at = _PICKS.find(pick) if pick else -1
        if 0 <= at < len(self.options):
            event.stop()
            event.prevent_default()
            self._take(at)
        elif pick.isalnum():
            event.stop()  # it is meant for the list, whatever it does elsewhere

    def _take(self, at: int) -> None:
        self._at = at
        code = self.options[at][0]
        if not self.several:
            chosen: tuple[str, ...] = (code,)
        elif code in self.chosen:
            chosen = tuple(one for one in self.chosen if one != code)
        else:
            chosen = tuple(one for one, _word in self.options if one in self.chosen or one == code)
        if chosen != self.chosen:
            self._before.append(self.chosen)
        self._choose(chosen)

    def _choose(self, chosen: tuple[str, ...]) -> None:
        self.chosen = chosen
        self.draw()
        assert isinstance(self.parent, FormField)
        self.parent.changed()


class _PickField(FormField):
    """A list of things to choose from."""

    CHOSEN_BY_LETTER = True
    SEVERAL: ClassVar[bool]

    def __init__(self, name: str, label: str, options: Options, *, required: bool = False) -> None:
        super().__init__(name, label, required=required)
        self.set_class(len(options) > _MANY, "-many")
        self._picker = Picker(options, several=self.SEVERAL)

    def compose_control(self) -> ComposeResult:
        """The list."""
        yield self._picker

    @property
    def control(self) -> Widget:
        """The list."""
        return self._picker

    @property
    def in_short(self) -> str:
        """What is chosen, in words."""
        return self._picker.words(self._picker.chosen)

    def fill(self, value: str | tuple[str, ...]) -> None:
        """Choose what of this is offered; "" and nothing choose nothing."""
        wanted = {value} if isinstance(value, str) else set(value)
        self._picker.chosen = tuple(code for code, _word in self._picker.options if code in wanted)
        self._picker.draw()

    def offer(self, options: Options) -> None:
        """Offer other things from now on; what was chosen and is still there stays."""
        self.set_class(len(options) > _MANY, "-many")
        self._picker.offer(options)
        self.fill(self._picker.chosen)


class ChoiceField(_PickField):
    """One of a few things; its digit or letter chooses it, the arrow keys too. `value` is the code, "" for none."""

    SEVERAL = False

    @property
    def value(self) -> str:
        """The code that was chosen; "" for none."""
        return self._picker.chosen[0] if self._picker.chosen else ""


class ChecksField(_PickField):
    """Any number of things. `value` are the codes, in the order in which they are offered."""

    SEVERAL = True

    @property
    def value(self) -> tuple[str, ...]:
        """The codes that were chosen."""
        return self._picker.chosen
