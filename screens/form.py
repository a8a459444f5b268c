"""Forms for the keyboard: a column of fields, each a line until it is entered, with what is wrong with it beneath.

Tab, Shift+Tab and Enter go from field to field, also past the end, but not into a list there: what is typed on would
choose something in it. A choice is made with its digit or letter, or with the arrow keys; nothing needs the mouse. What
is typed is cleaned as foreign text is, and never read as markup.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import AwaitMount, Widget
from textual.widgets import Input, TextArea

from guardroom.days import EXAMPLE_DAY, an_example, written
from guardroom.language import _
from guardroom.refusal import Mistake
from guardroom.text import clean
from screens.plain import Field, Line, fitted, lines, plain

Options = tuple[tuple[str, str], ...]
"""What can be chosen: the code, and the word for it."""

_PICKS = "123456789abcdefghijklmnopqrstuvwxyz"
_MANY = 7
"""More things than these are shown beneath the label, where there is more room."""

_WIDEST_LABEL = 30
"""What is longer is cut: there must be room for what is written."""

_WAIT_S = 0.5
"""A key waits no longer than this for the keys before it: whatever became of them, an alarm must not wait."""


class _InTurn(Widget):
    """A control whose editing keys act when their turn comes among the letters.

    Textual acts on them only once they have gone up to the app: behind letters that were typed after them.
    """

    async def on_key(self, event: events.Key) -> None:
        """Do what the key does here, if it does anything; Enter and Tab are the form's."""
        if event.key in ("enter", "tab", "shift+tab"):
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return


class _OneLine(Field, _InTurn):
    """The input of a form."""


class FormField(Vertical):
    """One field: a label, a control, and beneath it what is wrong. `name` is the attribute of the form it fills."""

    def __init__(self, name: str, label: str, *, required: bool = False) -> None:
        super().__init__(id=f"field-{name}", classes="field")
        self.field_name = name
        self.label = label
        self.required = required
        self._mistake: Line | None = None

    def compose(self) -> ComposeResult:
        """Label and control on one line; what is wrong comes beneath when something is."""
        yield Line(classes="field-label")
        yield from self.compose_control()

    def on_mount(self) -> None:
        """Say what is asked for; the labels of a form stand in one column that is wide enough for each."""
        if isinstance(form := self.parent, Form):
            self.query_one(".field-label", Line).styles.min_width = form.label_width
        self._show_label()

    def need(self, required: bool) -> None:
        """Whether this must be answered, from now on."""
        if required != self.required:
            self.required = required
            self._show_label()

    def _show_label(self) -> None:
        """A star marks what must be answered."""
        star = "*" if self.required else " "
        self.query_one(".field-label", Line).show(plain(f"{star} {self.label}"))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The focus is here."""
        self.add_class("-here")
        self.come_into_sight()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """The focus is elsewhere."""
        self.remove_class("-here")

    def come_into_sight(self) -> None:
        """Be in the middle of what is seen of the form, once the field has its height: a list may have opened."""
        if isinstance(form := self.parent, Form):
            self.call_after_refresh(form.center_on, self)

    def changed(self) -> None:
        """The person changed the value: the form is told at once, before the next key."""
        self.show_mistake("")
        form = self.parent
        if isinstance(form, Form):
            form.show_asked_for()
            form.post_message(Form.Changed(form, self.field_name))

    def compose_control(self) -> ComposeResult:
        """The control."""
        yield from ()

    @property
    def control(self) -> Widget | None:
        """What takes the focus; None where there is nothing to change."""
        return None

    def fill(self, value: str | tuple[str, ...]) -> None:
        """Write a value into the field, unseen by `Changed`."""
        raise NotImplementedError

    def go_on(self) -> None:
        """Somebody has come here with a key: what they type goes on from what stands here."""

    def took_enter(self) -> bool:
        """Enter was pressed here: whether it did something other than going on to the next field."""
        return False

    def show_mistake(self, sentence: str) -> None:
        """Say what is wrong with this field; "" where nothing is."""
        if self._mistake is None:
            if not sentence:
                return
            self._mistake = Line(classes="field-mistake")
            self.mount(self._mistake)
        self._mistake.show(plain(sentence, "bold"))
        self._mistake.display = bool(sentence)

    @property
    def has_mistake(self) -> bool:
        """Whether something is said to be wrong here."""
        return self._mistake is not None and bool(self._mistake.display)


class FixedField(FormField):
    """Something that stands there to be read: it was settled elsewhere."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name, label)
        self._fact = Line(classes="field-fact")

    def compose_control(self) -> ComposeResult:
        """The fact."""
        yield self._fact

    def fill(self, value: str | tuple[str, ...]) -> None:
        """Write what stands there."""
        self._fact.show(plain("".join(value)))


def as_hint(hint: str) -> str:
    """What stands in an empty field: an example says that it is one, so that nobody takes it for what is filled in."""
    return _("e.g. {example}").format(example=hint) if hint[:1].isdecimal() or hint.isupper() else hint


class TextField(FormField):
    """One line of text."""

    def __init__(
        self,
        name: str,
        label: str,
        *,
        required: bool = False,
        limit: int = 200,
        secret: bool = False,
        hint: str = "",
        coming: bool = False,
    ) -> None:
        """`hint` stands in the empty field: an example, or in words what is asked for. A day in it (`EXAMPLE_DAY`) is
        shown as today, or as a day to come where one that is `coming` is asked for."""
        super().__init__(name, label, required=required)
        self._hint = clean(hint)
        self._coming = coming
        self._input = _OneLine(
            max_length=limit,
            compact=True,
            select_on_focus=False,
            password=secret,
            placeholder=as_hint(self._hint),
            classes="field-control",
        )

    def compose_control(self) -> ComposeResult:
        """An input."""
        yield self._input

    @property
    def control(self) -> Input:
        """The input."""
        return self._input

    def show_day(self, today: date) -> None:
        """Have a day in the hint that is one of the days now."""
        day = written(an_example(today) if self._coming else today)
        self._input.placeholder = as_hint(self._hint.replace(written(EXAMPLE_DAY), day))

    @property
    def value(self) -> str:
        """What is written, without space around it."""
        return self._input.value.strip()

    def fill(self, value: str | tuple[str, ...]) -> None:
        """Write a text into the field."""
        with self.prevent(Input.Changed):
            self._input.value = "".join(value)
        self.go_on()

    def go_on(self) -> None:
        """The cursor stands behind the text."""
        self._input.cursor_position = len(self._input.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the form."""
        event.stop()
        self.changed()


class _CleanArea(TextArea, _InTurn):
    """A text area that takes only what may be shown."""

    def on_paste(self, event: events.Paste) -> None:
        """Clean what is pasted; Textual's own handler, which comes next, puts it in."""
        event.text = "\n".join(clean(line, 4000) for line in event.text.splitlines())


class TextBlock(FormField):
    """Several lines of text."""

    def __init__(self, name: str, label: str, *, required: bool = False, rows: int = 4, limit: int = 4000) -> None:
        super().__init__(name, label, required=required)
        self._limit = limit
        self._area = _CleanArea(
            compact=True, tab_behavior="focus", show_line_numbers=False, soft_wrap=True, classes="field-control"
        )
        self._area.styles.height = rows
        self._cleaned = ("", "")

    def compose_control(self) -> ComposeResult:
        """A text area."""
        yield self._area

    @property
    def control(self) -> TextArea:
        """The text area."""
        return self._area

    @property
    def value(self) -> str:
        """What is written; lines stay lines."""
        text = self._area.text
        if text != self._cleaned[0]:  # cleaning takes a while, and most of the time nothing has changed
            cleaned = "\n".join(clean(line, self._limit).rstrip() for line in text.splitlines()).strip()
            self._cleaned = (text, cleaned)
        return self._cleaned[1]

    def fill(self, value: str | tuple[str, ...]) -> None:
        """Write a text into the field."""
        with self.prevent(TextArea.Changed):
            self._area.text = "\n".join(clean(line, self._limit) for line in "".join(value).splitlines())
        if self._area.has_focus:
            self.go_on()

    def go_on(self) -> None:
        """The cursor stands behind the text."""
        self._area.move_cursor(self._area.document.end)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell the form."""
        event.stop()
        self.changed()


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


class Picker(_InTurn, can_focus=True):
    """A list of things to choose: one line while the focus is elsewhere, all of them while it is here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("space", "pick", show=False),
    ]

    def __init__(self, options: Options, *, several: bool) -> None:
        super().__init__(classes="field-control")
        self.options = options
        self.several = several
        self.chosen: tuple[str, ...] = ()
        self._at = 0

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Open the list at what is chosen, or close it."""
        super().watch_has_focus(_has_focus)
        codes = [code for code, _word in self.options]
        self._at = codes.index(self.chosen[0]) if self.chosen and self.chosen[0] in codes else 0
        self.draw()

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
            words = [word for code, word in self.options if code in self.chosen]
            return plain(", ".join(words) or "-", "" if words else "$quiet", limit=1000).wrap(width)
        marks = ("[x]", "[ ]") if self.several else ("(x)", "( )")
        cells = [
            f"{marks[0] if code in self.chosen else marks[1]} {_PICKS[at : at + 1] or '-'} {word}"
            for at, (code, word) in enumerate(self.options)
        ]
        widths, height = columns(cells, width)
        if len(widths) == 1:
            return [row for at, cell in enumerate(cells) for row in _hanging(cell, width, at == self._at)]
        return [
            Content("").join(
                plain(fitted(cells[at], width), "reverse bold" if at == self._at else "")
                for at, width in zip(range(row, len(cells), height), widths, strict=False)
            )
            for row in range(height)
        ]

    def offer(self, options: Options) -> None:
        """Offer other things from now on."""
        self.options = options
        self._at = 0

    def action_move(self, by: int) -> None:
        """Go to the thing below or above; where only one can be chosen, that is chosen."""
        if not self.options:
            return
        self._at = (self._at + by) % len(self.options)
        if self.several:
            self.draw()
        else:
            self._take(self._at)

    def action_pick(self) -> None:
        """Choose the thing that is marked, or let it go."""
        if self.options:
            self._take(self._at)

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
            self.chosen = (code,)
        elif code in self.chosen:
            self.chosen = tuple(one for one in self.chosen if one != code)
        else:
            self.chosen = tuple(one for one, _word in self.options if one in self.chosen or one == code)
        self.draw()
        assert isinstance(self.parent, FormField)
        self.parent.changed()


class _PickField(FormField):
    """A list of things to choose from."""

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


class Form(VerticalScroll, can_focus=False):
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
        self.watch(self, "scroll_y", self._tell_of_more, init=False)

    def on_resize(self) -> None:
        """There is room for more of it, or less."""
        self.call_after_refresh(self._tell_of_more)

    def on_show(self) -> None:
        """It stands for the others of its pane, and what is said there is of this one."""
        self.call_after_refresh(self._tell_of_more)

    def _tell_of_more(self) -> None:
        """Say in the frame around it that there is more of it: the bar beside it alone is overlooked."""
        if not self.is_attached or not self.display or not isinstance(frame := self.parent, Widget):
            return
        below, above = self.scroll_y < self.max_scroll_y, self.scroll_y > 0
        said = _("more above and below") if below and above else _("more below") if below else _("more above")
        told = plain(said).markup if below or above else ""
        if frame.border_subtitle != told:  # setting it paints the whole frame anew
            frame.border_subtitle = told

    def _keep_in_sight(self) -> None:
        self.call_after_refresh(self._tell_of_more)
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
            if isinstance(field, TextField):
                field.show_day(today)

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
        field = self._fields[name]
        assert isinstance(field, TextField | TextBlock | ChoiceField)
        return field.value

    def codes(self, name: str) -> tuple[str, ...]:
        """What is chosen in a field that holds any number of things."""
        field = self._fields[name]
        assert isinstance(field, ChecksField)
        return field.value

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
            if 0 <= at + by < len(shown) or not isinstance(following, _PickField):
                self._go_to(following)

    def _go_to(self, field: FormField) -> None:
        """Put the focus into this field; where it is there already, the cursor stays."""
        if field.control is not self.screen.focused:
            self.screen.set_focus(field.control)
            field.go_on()
