"""Who are you? Initials and code; also what lies over the names while nobody is watching them.

Names are hidden after a while without a key: any key shows them again at first, later the code is asked for. Alarms
are on top of this screen like of any other, and are acknowledged from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from guardroom.alarms.view import BoardView
from guardroom.demo_users import introduction
from guardroom.language import _
from guardroom.people.initials import LETTERS
from guardroom.people.roles import named
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Refused
from screens.frame import GuardScreen
from screens.keys import bindings, keys_of
from screens.plain import Field, Line, lines, plain

if TYPE_CHECKING:
    from guardroom.house import House

Asks = Literal["who", "any_key", "code", "new_code"]
"""What is asked for: initials and code; any key; the code of whoever is signed in; a code of one's own."""


class SignIn(GuardScreen):
    """Sign in, change user, or show hidden names again."""

    NAME: ClassVar[str] = "sign_in"
    TABS: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("sign_in"),
        # At once: a code that is typed faster than the screen works must not end up in clear among the initials.
        Binding("enter", "go_on", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._asks: Asks = "who"
        self._told = ""
        self._asked = False
        self._new: Who | None = None
        self._old_code = ""
        self._attempt = 0

    def compose_body(self) -> ComposeResult:
        """The question, two inputs, and what was wrong."""
        with Vertical(id="sign-in", classes="dialog"):
            yield Line(id="sign-in-text")
            yield Line(id="sign-in-first-label")
            yield Field(id="sign-in-first", max_length=200, select_on_focus=False)
            yield Line(id="sign-in-code-label")
            yield Field(id="sign-in-code", max_length=200, password=True, select_on_focus=False)
            yield Line(id="sign-in-error")

    @property
    def _first(self) -> Field:
        return self.query_one("#sign-in-first", Field)

    @property
    def _code(self) -> Field:
        return self.query_one("#sign-in-code", Field)

    @property
    def asks_any_key(self) -> bool:
        """Whether any key shows the names again."""
        return self._asks == "any_key"

    @property
    def asks_a_newcomer(self) -> bool:
        """Whether it is for somebody else than whoever is signed in."""
        return self._asks in ("who", "new_code")

    def ask(self, asks: Asks) -> None:
        """Ask for this, with empty inputs. An answer that is still to come belongs to nobody any more."""
        self._asks = asks
        self._told = self._old_code = ""
        self._new = None
        self._asked = False
        self._attempt += 1
        if self.is_mounted:
            self._empty()
            self._enter()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Begin to type at once, however it came to the front; what has been typed already stays."""
        if self.focused is None or self.asks_any_key:
            self._enter()

    def _empty(self) -> None:
        # What was typed as a code is nowhere any longer than it is asked for.
        self._first.value = ""
        self._code.value = ""

    def _enter(self) -> None:
        first = self._asks in ("who", "new_code")
        self._first.display = first
        self._first.password = self._asks == "new_code"
        # A code that is typed here by habit is not seen: no digit is ever part of initials.
        self._first.restrict = LETTERS if self._asks == "who" else None
        self._code.display = self._asks != "any_key"
        if self._asks == "any_key":
            self.set_focus(None)
        else:
            self.set_focus(self._first if first else self._code)
        self._catch_up()

    def render_view(self, view: BoardView, age: float) -> None:
        """Say what is asked for."""
        who = self._new if self._asks == "new_code" else self.desk.who
        self.query_one("#sign-in", Vertical).border_title = {
            "who": _("SIGN IN"),
            "any_key": _("NAMES ARE HIDDEN"),
            "code": _("NAMES ARE HIDDEN"),
            "new_code": _("A CODE OF YOUR OWN"),
        }[self._asks]
        rows = {
            "who": _("Whoever wants to see names or write about people signs in. Alarms need no sign-in."),
            "any_key": _("Any key shows them again."),
            "code": _("Your code shows them again; F2 lets somebody else sign in."),
            "new_code": _(
                "Your code was given to you by somebody else. Choose your own: six digits or more, or a sentence of "
                "eight letters or more."
            ),
        }[self._asks]
        signed = (
            ""
            if who is None
            else _("Signed in: {initials}, {role}.").format(initials=who.initials, role=named(who.role))
        )
        demo = self._demo()
        if demo and self.has_class("-low"):
            rows = ""  # who can sign in says more
        self.query_one("#sign-in-text", Line).show(
            lines(*(plain(row, style) for row, style in ((signed, ""), (rows, "bold"), (demo, "")) if row))
        )
        first, second = {
            "who": (_("Initials:"), _("Code:")),
            "any_key": ("", ""),
            "code": ("", _("Code:")),
            "new_code": (_("New code:"), _("The new code again:")),
        }[self._asks]
        for name, label in (("first", first), ("code", second)):
            line = self.query_one(f"#sign-in-{name}-label", Line)
            line.show(plain(label))
            line.display = bool(label)
        self.query_one("#sign-in-error", Line).show(plain(self._told, "bold"))

    def _demo(self) -> str:
        return introduction() if self.desk.settings.demo and self._asks == "who" else ""

    def on_key(self, event: events.Key) -> None:
        """Any key shows names that were hidden a moment ago; the one that hides them has them stay so."""
        if self._asks == "any_key" and event.key not in ("f12", "f8", "f2", "escape", "ctrl+q"):
            event.stop()
            if event.key in keys_of("mask", self.desk.settings.keys):
                self.desk.cover(locked=True)
            else:
                self.desk.uncover()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter goes on from the first input only; in the second it waits for the letters before it."""
        if action == "go_on":
            return self.focused is self._first
        if self._asks == "any_key" and action in ("sign_out", "next_field"):
            return False
        return super().check_action(action, parameters)

    def action_go_on(self) -> None:
        """From the first input to the second."""
        self.set_focus(self._code)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the second input signs in."""
        self._submit()

    def action_next_field(self) -> None:
        """From one input to the other."""
        self.set_focus(self._code if self.focused is self._first or not self._first.display else self._first)

    def action_sign_in(self) -> None:
        """Somebody else wants to sign in."""
        self.ask("who")

    def action_sign_out(self) -> None:
        """Nobody is signed in any more."""
        self.desk.sign_out()
        self.ask("who")
        self.desk.leave(self)

    def action_back(self) -> None:
        """Leave. Hidden names stay hidden: what shows them is left with this screen."""
        covered = self.desk.covered
        self.ask("who")
        if covered:
            self.desk.go_to_board()
        else:
            self.desk.forget_what_was_wanted()
            self.desk.leave(self)

    def _submit(self) -> None:
        if self._asked:
            return
        first, code = self._first.value.strip(), self._code.value
        who = self.desk.who
        station = self.desk.settings.station
        if self._asks == "new_code":
            self._set_code(first, code)
            return
        initials = first if self._asks == "who" or who is None else who.initials
        if not (initials and code):
            self._refuse(Refused(_("Give your initials and your code.")))
            return
        self._asked = True
        self._say(_("One moment …"))
        attempt = self._attempt

        def told(answer: tuple[Who, bool]) -> None:
            new, must_change = answer
            if attempt != self._attempt:
                # Left meanwhile: whoever sits here now is somebody else.
                self.desk.ask(lambda house: house.sign_in.sign_out(new), lambda _nothing: None)
            elif must_change:
                self.ask("new_code")
                self._new, self._old_code = new, code
                self._catch_up()
            else:
                self._done(new)

        def refused(why: Refused) -> None:
            if attempt == self._attempt:
                self._refuse(why)

        self.desk.ask(lambda house: _sign_in(house, initials, code, station), told, refused)

    def _set_code(self, new: str, again: str) -> None:
        signed_in = self._new
        if signed_in is None:
            self.ask("who")
            return
        if new != again:
            self._code.value = ""
            self._refuse(Refused(_("The two are not the same; type the new code twice.")))
            return
        self._asked = True
        old, attempt = self._old_code, self._attempt

        def told(_nothing: None) -> None:
            if attempt == self._attempt:
                self._done(signed_in)

        def refused(why: Refused) -> None:
            if attempt == self._attempt:
                self._refuse(why)

        self.desk.ask(lambda house: house.sign_in.set_code(signed_in, old, new), told, refused)

    def _done(self, who: Who) -> None:
        self.ask("who")
        self.desk.signed_in(who)

    def _refuse(self, refused: Refused) -> None:
        self._asked = False
        self._say(refused.mistakes[0].sentence if isinstance(refused, BadInput) else refused.sentence)
        self._code.value = ""

    def _say(self, sentence: str) -> None:
        self._told = sentence
        self.query_one("#sign-in-error", Line).show(plain(sentence, "bold"))


def _sign_in(house: House, initials: str, code: str, station: str) -> tuple[Who, bool]:
    who = house.sign_in.sign_in(initials, code, station)
    return who, house.sign_in.must_change(who)
