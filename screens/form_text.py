"""The fields of a form that hold text: one line, several, or what only stands there to be read.

What is typed is cleaned as foreign text is, and never read as markup.
"""

from __future__ import annotations

from datetime import date

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input, TextArea

from guardroom.days import EXAMPLE_DAY, an_example, written
from guardroom.language import _, n_
from guardroom.text import clean
from screens.form_field import FormField, InTurn
from screens.plain import Field, Line, plain


class _OneLine(Field, InTurn):
    """The input of a form."""


class FixedField(FormField):
    """Something that stands there to be read: it was settled elsewhere."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name, label)
        self._fact = Line(classes="field-fact")
        self._said = ""

    def compose_control(self) -> ComposeResult:
        """The fact."""
        yield self._fact

    def fill(self, value: str | tuple[str, ...]) -> None:
        """Write what stands there."""
        self._said = "".join(value)
        self._fact.show(plain(self._said))

    @property
    def in_short(self) -> str:
        """What stands there."""
        return self._said


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

    @property
    def in_short(self) -> str:
        """What is written; what nobody may read is not repeated."""
        return "" if self._input.password else self.value

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


class _CleanArea(TextArea, InTurn):
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

    @property
    def in_short(self) -> str:
        """How many words are written: the text itself stands above."""
        count = len(self.value.split())
        return n_("{count} word", "{count} words", count).format(count=count) if count else ""

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
