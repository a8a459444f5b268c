"""What every field of a form has: its label and star, its control, and beneath it what is wrong."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from screens.more import Sheet
from screens.plain import Line, plain


class Holder(Sheet, can_focus=False):
    """What a field asks of the form it stands in."""

    @property
    def label_width(self) -> int:
        """The cells of the column of labels."""
        raise NotImplementedError

    def center_on(self, field: FormField) -> None:
        """Have the field in the middle of what is seen, where the focus is still there."""
        raise NotImplementedError

    def told_of(self, field: FormField) -> None:
        """The person has changed this field."""
        raise NotImplementedError


class InTurn(Widget):
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


class FormField(Vertical):
    """One field: a label, a control, and beneath it what is wrong. `name` is the attribute of the form it fills."""

    CHOSEN_BY_LETTER: ClassVar[bool] = False
    """Whether a letter or digit that is typed here chooses something."""

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
        if isinstance(form := self.parent, Holder):
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
        if isinstance(form := self.parent, Holder):
            self.call_after_refresh(form.center_on, self)

    def changed(self) -> None:
        """The person changed the value: the form is told at once, before the next key."""
        self.show_mistake("")
        if isinstance(form := self.parent, Holder):
            form.told_of(self)

    def compose_control(self) -> ComposeResult:
        """The control."""
        yield from ()

    @property
    def control(self) -> Widget | None:
        """What takes the focus; None where there is nothing to change."""
        return None

    @property
    def value(self) -> str | tuple[str, ...]:
        """What is written or chosen: a text, or the codes of any number of things."""
        return ""

    @property
    def in_short(self) -> str:
        """The value in few words, as it is shown once more before it is locked; "" for none."""
        return ""

    @property
    def unanswered(self) -> bool:
        """Whether this must be answered and is not: it is shown, and nothing stands in it."""
        return self.required and self.display and not self.value

    def fill(self, value: str | tuple[str, ...]) -> None:
        """Write a value into the field, unseen by `Changed`."""
        raise NotImplementedError

    def show_day(self, today: date) -> None:
        """Have days in the hints that are of now."""

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
