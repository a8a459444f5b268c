"""What screens over the house's records have in common: questions that are answered to whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from guardroom.days import day_in
from guardroom.language import _
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Refused
from screens.form import Form
from screens.frame import GuardScreen
from screens.keys import works_while_typing
from screens.plain import Line, lines, plain
from screens.records import Answer
from screens.suggest import SuggestField
from screens.wrapping import wrapped

if TYPE_CHECKING:
    from guardroom.house import House

Values = dict[str, str | tuple[str, ...]]
"""What stands in the fields of a form."""


class RecordScreen(GuardScreen):
    """A screen with names on it."""

    LETTERS: ClassVar[bool] = True
    """Whether single letters and digits do something here: not where one always writes."""
    TYPED_AT_ONCE: ClassVar[bool] = False
    """Whether one types as soon as the screen was asked for: what comes before its inputs are there waits for them."""

    def __init__(self) -> None:
        super().__init__()
        self.asking = False
        """True while a step is being taken: the same key does not take it twice."""
        self._step = 0
        self._sitting = 0
        self._titles: dict[str, str] = {}
        self._begun = not self.TYPED_AT_ONCE
        self._early: list[events.Key] = []
        self._last_word: str | None = None
        self._sure = False

    @property
    def has_widgets(self) -> bool:
        """Whether there is something to show on: not before the screen was first opened, nor as the program ends."""
        return self.is_mounted and bool(self.children)

    def look_again(self) -> None:
        """The screen is in front, for the first time or again: ask for what may have changed meanwhile."""

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Look again; or leave, where this was done with while something else was in front."""
        if self._last_word is not None:
            self.call_later(self._leave_late)
        else:
            today = day_in(self.desk.clock.now(), self.desk.settings.site.zone)
            for form in self.query(Form):
                form.show_day(today)
            self.look_again()

    def forget(self) -> None:
        """Whoever was signed in is so no longer: what they asked is not answered to anybody else."""
        self._sitting += 1
        self._last_word = None
        self.release()
        self._early.clear()
        for pane in self._titles:
            for widget in self.query(f"#{pane}"):
                widget.border_title = None
        self._titles.clear()

    # Typing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters and digits do nothing where one writes, nor before one can."""
        if not (self.LETTERS and self._begun) and not works_while_typing(action):
            return False
        return super().check_action(action, parameters)

    def type_into(self, field: Widget) -> None:
        """Put the focus there, at once; what was typed before the screen had its inputs goes there first."""
        if self._begun:
            self.set_focus(field)
        else:
            self.call_later(self._begin_typing, field)

    async def _begin_typing(self, field: Widget) -> None:
        self._begun = True
        self.set_focus(field)
        early, self._early = self._early, []
        for event in early:
            await self._type(event)

    async def on_key(self, event: events.Key) -> None:
        """What came before an input had the focus belongs there."""
        if await self.took_early(event):
            event.stop()
            event.prevent_default()

    async def took_early(self, event: events.Key) -> bool:
        """Take a key that was pressed before the input it was meant for had the focus: an input takes letters itself,
        so that one which comes as far as this was too early."""
        if not self._begun:
            self._early.append(event)
            return True
        if event.is_printable and isinstance(self.focused, Input):
            await self._type(event)
            return True
        return False

    async def _type(self, event: events.Key) -> None:
        field = self.focused
        if event.key == "escape":
            await self.run_action("back")
        elif not isinstance(field, Input):
            return
        elif event.key == "enter":
            await field.action_submit()
        elif event.key == "backspace":
            field.action_delete_left()
        elif event.is_printable and event.character is not None:
            field.insert_text_at_cursor(event.character)

    def close(self, sentence: str = "") -> None:
        """This is done with: leave, and say so. Where an alarm or the cover is in front: when this comes up again."""
        if self.desk.screen is self:
            self.desk.leave(self)
        elif self in self.desk.screen_stack:
            self._last_word = sentence
            return
        if sentence:
            self.desk.say(sentence)

    def asks_before_leaving(self, written: bool) -> bool:
        """Whether it is told first that something is `written` here that leaving would lose; the second press leaves,
        unless something was changed between them (`_sure`)."""
        if not written or self._sure or self.asking:
            return False
        self._sure = True
        self.say(_("Esc again leaves without what is written here."), urgent=True)
        return True

    def _leave_late(self) -> None:
        if self._last_word is not None and self.desk.screen is self:
            sentence, self._last_word = self._last_word, None
            self.close(sentence)

    # Asking

    def ask(
        self,
        job: Callable[[House, Who], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[Refused], None] | None = None,
        key: str = "",
        *,
        beside: bool = False,
    ) -> None:
        """Ask the house as whoever is signed in; answer and refusal are dropped where that is somebody else by then.

        `failed` is told why nothing was done; left out, the sentence is shown. See `Records.ask` for `key`
        and `beside`.
        """
        who, sitting = self.desk.who, self._sitting
        if who is None:
            return

        def still() -> bool:
            now = self.desk.who
            return now is not None and now.user == who.user and self._sitting == sitting and self.has_widgets

        def answered(answer: Answer) -> None:
            if still():
                then(answer)

        def refused(why: Refused) -> None:
            if still():
                (failed or self._say_refused)(why)

        self.desk.ask(lambda house: job(house, who), answered, refused, key, beside=beside)

    def take(
        self,
        job: Callable[[House, Who], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[Refused], None] | None = None,
    ) -> None:
        """Ask for a step, unless one is being taken."""
        if self.asking or self.desk.who is None:
            return
        self.release()
        self.asking = True
        step = self._step

        def over() -> None:
            if self._step == step:
                self.asking = False

        def done(answer: Answer) -> None:
            over()
            then(answer)

        def refused(why: Refused) -> None:
            over()
            (failed or self._say_refused)(why)

        self.ask(job, done, refused)

    def release(self) -> None:
        """A step may be taken, whatever was asked before."""
        self._step += 1
        self.asking = False

    def _say_refused(self, why: Refused) -> None:
        self.desk.say(why.sentence, urgent=True)

    def titled(self, pane: str, heading: str) -> None:
        """Write a heading into a pane's border: foreign text, never markup. Setting it paints the whole pane anew."""
        if self._titles.get(pane) != heading:
            self._titles[pane] = heading
            self.query_one(f"#{pane}").border_title = plain(heading).markup

    def room(self, name: str) -> int:
        """The cells that the rows of this line may have."""
        return max(20, self.line(name).size.width)

    def line(self, name: str) -> Line:
        """The line with this id."""
        return self.query_one(f"#{name}", Line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aside:
    """What was changed in a form that was left open, and what was taken of that which its fields offer."""

    changed: Values
    taken: dict[str, Any]


class StepScreen(RecordScreen):
    """A screen with a form for one step: what is wrong is said at its fields, and what is written is not lost by one
    key, nor when somebody else signs in."""

    LETTERS: ClassVar[bool] = False
    TABS: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._looked_at: Values | None = None
        self._start: Values = {}
        """What stood in the form when it was opened; nothing where none is open."""
        self._aside: dict[tuple[object, ...], _Aside] = {}
        """What was written and neither kept nor given up: whose it is, and of what."""

    @property
    def _form(self) -> Form:
        """The form that is shown."""
        raise NotImplementedError

    @property
    def _about_what(self) -> tuple[object, ...]:
        """Which form it is, and of what: what was half written goes into no other."""
        return ()

    @property
    def _mine(self) -> tuple[object, ...]:
        who = self.desk.who
        return (0 if who is None else who.user, *self._about_what)

    @property
    def _written(self) -> bool:
        """Whether leaving would lose anything."""
        return self.has_widgets and bool(self._start) and self._form.values != self._start

    def _take_up(self) -> None:
        """The form stands as it begins: what the same person had begun to write of the same goes into it again."""
        self._start = self._form.values
        if (aside := self._aside.pop(self._mine, None)) is not None:
            self._form.fill(aside.changed)
            for name, meant in aside.taken.items():
                field = self._form.field(name)
                assert isinstance(field, SuggestField)
                field.stand_for(meant)
            self.say(_("What you had begun to write is here again."))

    def _put_aside(self) -> None:
        """What is half written is there for whoever wrote it when they open the same form again."""
        if self._written and self.desk.who is not None:
            changed = {name: said for name, said in self._form.values.items() if said != self._start[name]}
            fields = {name: self._form.field(name) for name in changed}
            taken = {
                name: field.taken
                for name, field in fields.items()
                if isinstance(field, SuggestField) and field.taken is not None
            }
            self._aside[self._mine] = _Aside(changed=changed, taken=taken)
        self._start = {}

    def _is_kept(self, mine: tuple[object, ...]) -> None:
        """What was written is kept by the house: nothing of it waits to be written on, and leaving loses nothing."""
        self._aside.pop(mine, None)
        self._start = {}

    @property
    def _locked(self) -> str:
        """What saving locks, in few words; "" where it can still be changed afterwards."""
        return ""

    def release(self) -> None:
        """A step may be taken, and what it locks is shown first."""
        super().release()
        self._looked_at = None

    def on_form_changed(self, event: Form.Changed) -> None:
        """What is written now, nobody has been told that leaving loses it, nor looked at before it is locked."""
        self._sure = False
        if self._looked_at is not None and self._form.values != self._looked_at:
            self._looked_at = None
            self._catch_up()

    def shows_first(self) -> bool:
        """Whether it is shown first what will be locked; the second press locks it, unless something was changed
        between them. Where an answer is missing nothing is shown: it is refused."""
        values = self._form.values
        if not self._locked or self._form.unanswered or values == self._looked_at:
            return False
        self._looked_at = values
        self.say(_("Nothing is locked yet: look at it once more, then Ctrl+S."), urgent=True)
        self._catch_up()
        return True

    def keys_rows(self, name: str) -> Content:
        """What stands in the line of this name beneath the form: what the keys do, and what will be locked once it
        has been asked for."""
        if self._looked_at is None:
            return plain(_("Ctrl+S keeps it. Esc leaves without."), "bold")
        rows = wrapped(_("Will be locked: {summary}").format(summary=self._locked), self.room(name), "$key")
        return lines(*rows, plain(_("Ctrl+S again locks it. Esc leaves without."), "bold"))

    def _refused(self, why: Refused) -> None:
        """Say why nothing was done: at the fields, and for everything together what belongs to none of them."""
        others = self._form.show_mistakes(why.mistakes) if isinstance(why, BadInput) else ()
        if not isinstance(why, BadInput):
            self.say(why.sentence, urgent=True)
        elif others:
            self.say(" ".join(mistake.sentence for mistake in others), urgent=True)

    def action_back(self) -> None:
        """Leave; where something is written, at the second press."""
        if self.asks_before_leaving(self._written):
            return
        if self.asking:
            self._put_aside()  # it may be refused yet
        self._start = {}
        self.desk.leave(self)
