"""Forms for the keyboard: a column of fields, each a line until it is entered, with what is wrong with it beneath.

Tab, Shift+Tab and Enter go from field to field, also past the end, but not into a list there: what is typed on would
choose something in it. Nothing needs the mouse.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import AwaitMount
from textual.widgets import TextArea

from guardroom.refusal import Mistake
from screens.form_field import FormField as FormField  # whoever makes a form has its fields from here
from screens.form_field import Holder
from screens.form_text import FixedField as FixedField
from screens.form_text import TextBlock as TextBlock
from screens.form_text import TextField as TextField
from screens.form_text import as_hint as as_hint
from screens.picker import ChecksField as ChecksField
from screens.picker import ChoiceField as ChoiceField
from screens.picker import Options as Options
from screens.picker import Picker as Picker
from screens.picker import columns as columns

_WIDEST_LABEL = 30
"""What is longer is cut: there must be room for what is written."""

_WAIT_S = 0.5
"""A key waits no longer than this for the keys before it: whatever became of them, an alarm must not wait."""


class Form(Holder):
    """A column of fields. `Form.Changed` tells that any of them was changed by the person."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # At once: what is typed faster than the screen works must not end up in the field before.
        Binding("enter", "enter_field", show=False, priority=True),
        Binding("tab", "next_field", show=False, priority=True),
        Binding("shift+tab", "previous_field", show=False, priority=True),
    ]

    class Changed(Message):
        """A field was changed by the person; `name` is which."""

        def __init__(self, form: Form, name: str) -> None:
            super().__init__()
            self.form = form
            self.name = name

    def __init__(self, *fields: FormField, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._fields = {field.field_name: field for field in fields}

    def compose(self) -> ComposeResult:
        """The fields."""
        yield from self._fields.values()

    def on_mount(self) -> None:
        """However the form grows or shrinks, the field with the focus stays in sight."""
        self.watch(self, "virtual_size", self._keep_in_sight, init=False)

    def _keep_in_sight(self) -> None:
        for field in self._fields.values():
            if field.has_class("-here"):
                field.come_into_sight()

    def center_on(self, field: FormField) -> None:
        """Have the field in the middle of what is seen, where the focus is still there."""
        if field.control is self.screen.focused:
            self.scroll_to_center(field, animate=False)

    def show_day(self, today: date) -> None:
        """Have days in the hints that are of now."""
        for field in self._fields.values():
            field.show_day(today)

    def told_of(self, field: FormField) -> None:
        """Show what is asked for now, and tell the screen."""
        self.show_asked_for()
        self.post_message(self.Changed(self, field.field_name))

    def show_asked_for(self) -> None:
        """Show what is asked for now. Called after every change, before the next key; a form of its own says how."""

    def show_only(self, names: Collection[str]) -> None:
        """Show these fields and no others. Where the focus is in one that goes, it goes on to the next."""
        hidden = [field for name, field in self._fields.items() if field.display and name not in names]
        here = self.screen.focused if self.is_attached else None
        left = next((field.field_name for field in hidden if here is not None and field.control is here), None)
        for name in names:
            if not self._fields[name].display:
                self._fields[name].display = True
        for field in hidden:
            field.display = False
        if left is not None:
            self.enter(left)

    @property
    def label_width(self) -> int:
        """The cells of the longest label, with its star before it and a space behind it."""
        return min(
            _WIDEST_LABEL, max((Content(field.label).cell_length for field in self._fields.values()), default=0) + 3
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in their order."""
        return tuple(self._fields)

    def field(self, name: str) -> FormField:
        """The field of this name. Raises KeyError."""
        return self._fields[name]

    def add(self, *fields: FormField, before: str) -> AwaitMount:
        """Put more fields in, before the field of this name. Wait for what is returned before one is entered."""
        mounting = self.mount(*fields, before=self._fields[before])
        order: dict[str, FormField] = {}
        for name, field in self._fields.items():
            if name == before:
                order.update({new.field_name: new for new in fields})
            order[name] = field
        self._fields = order
        return mounting

    def text(self, name: str) -> str:
        """What is written or chosen in a field that holds one thing."""
        value = self._fields[name].value
        assert isinstance(value, str)
        return value

    def codes(self, name: str) -> tuple[str, ...]:
        """What is chosen in a field that holds any number of things."""
        value = self._fields[name].value
        assert isinstance(value, tuple)
        return value

    @property
    def values(self) -> dict[str, str | tuple[str, ...]]:
        """What stands in each field, shown or not."""
        return {name: field.value for name, field in self._fields.items()}

    def in_short(self, names: Iterable[str] | None = None) -> str:
        """What stands in these fields, or in all, in few words: of those that are shown and have something in them."""
        wanted = self._fields if names is None else names
        fields = [self._fields[name] for name in wanted if self._fields[name].display]
        return " · ".join(f"{field.label}: {short}" for field in fields if (short := field.in_short))

    @property
    def unanswered(self) -> bool:
        """Whether something that must be answered is not."""
        return any(field.unanswered for field in self._fields.values())

    def fill(self, values: Mapping[str, str | tuple[str, ...]]) -> None:
        """Write these values into their fields, unseen by `Changed`; mistakes that stood there go."""
        for name, value in values.items():
            field = self._fields[name]
            field.fill(value)
        self.show_mistakes(())

    def show_mistakes(self, mistakes: Iterable[Mistake]) -> list[Mistake]:
        """Say beneath each field what is wrong with it, and go to the first. Returns those of no field shown."""
        found: dict[str, str] = {}
        others: list[Mistake] = []
        for mistake in mistakes:
            if mistake.field in self._fields and self._fields[mistake.field].display:
                found[mistake.field] = f"{found.get(mistake.field, '')} {mistake.sentence}".strip()
            else:
                others.append(mistake)
        for name, field in self._fields.items():
            if field.is_mounted:
                field.show_mistake(found.get(name, ""))
        first = next((name for name in self._fields if name in found), None)
        if first is not None:
            self.enter(first)
        return others

    @property
    def has_mistakes(self) -> bool:
        """Whether something is said to be wrong with a field."""
        return any(field.has_mistake for field in self._fields.values())

    def enter(self, name: str) -> None:
        """Put the focus into a field; into the next that can be changed where this one cannot."""
        names = list(self._fields)
        for field in (self._fields[name] for name in names[names.index(name) :]):
            if field.display and field.control is not None:
                if field.control.is_attached:
                    # At once: what is typed next belongs there.
                    self._go_to(field)
                else:
                    self.call_after_refresh(self.enter, field.field_name)
                return

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In several lines of text Enter begins another line."""
        return not (action == "enter_field" and isinstance(self.screen.focused, TextArea))

    async def action_enter_field(self) -> None:
        """Take what was chosen of what a field offers; else go to the next field."""
        await self.caught_up()
        here = self.screen.focused
        field = next((field for field in self._fields.values() if field.control is here), None)
        if field is None or not field.took_enter():
            self.move(1)

    async def action_next_field(self) -> None:
        """Go to the next field that is shown; after the last comes the first, unless it is a list."""
        await self.caught_up()
        self.move(1)

    async def action_previous_field(self) -> None:
        """Go to the field before."""
        await self.caught_up()
        self.move(-1)

    async def caught_up(self) -> None:
        """Wait until the field with the focus has taken all keys before this one, and what follows from them.

        They decide what is asked for next. The keys after this one wait meanwhile, and go where it leads.
        """
        control = self.screen.focused
        if control is None or control.parent is None:
            return
        # The control takes the keys, then it tells of the change, then the field does what follows.
        for pump in (control, control, control.parent):
            taken = asyncio.Event()
            if not pump.call_later(taken.set):
                return
            try:
                await asyncio.wait_for(taken.wait(), _WAIT_S)
            except TimeoutError:
                return

    def move(self, by: int) -> None:
        """Go to the next field that is shown (1), or the one before (-1); after the last comes the first, unless that
        is a list: letters that are typed on would choose something in it unseen."""
        shown = [field for field in self._fields.values() if field.display and field.control is not None]
        if shown:
            here = self.screen.focused
            at = next((n for n, field in enumerate(shown) if field.control is here), -1 if by > 0 else 0)
            following = shown[(at + by) % len(shown)]
            if 0 <= at + by < len(shown) or not following.CHOSEN_BY_LETTER:
                self._go_to(following)

    def _go_to(self, field: FormField) -> None:
        """Put the focus into this field; where it is there already, the cursor stays."""
        if field.control is not self.screen.focused:
            self.screen.set_focus(field.control)
            field.go_on()
