"""Signing a decision with one's own initials and code. Whoever is signed in at the screen stays so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from guardroom.alarms.view import BoardView
from guardroom.bans import words
from guardroom.bans.view import BanView
from guardroom.language import _
from guardroom.people.initials import LETTERS
from guardroom.people.roles import Right, Role, named
from guardroom.people.who import Who
from guardroom.refusal import Refused
from screens.keys import bindings
from screens.plain import Field, Line, lines, plain
from screens.record_screen import RecordScreen
from screens.wrapping import FittedLine, wrapped

if TYPE_CHECKING:
    from guardroom.house import House
    from screens.app import GuardroomApp


def ask_to_sign(desk: GuardroomApp, ban: BanView, then: Callable[[], None]) -> None:
    """Ask for a signature under this ban; `then` is called once it is given."""
    screen = desk.get_screen("ban_sign")
    assert isinstance(screen, Sign)
    screen.choose(ban, then)
    desk.open("ban_sign")


class Sign(RecordScreen):
    """Initials and code under a decision."""

    NAME: ClassVar[str] = "ban_sign"
    TABS: ClassVar[bool] = False
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.BAN_SIGN, Right.BAN_DRAFT})
    LETTERS: ClassVar[bool] = False
    TYPED_AT_ONCE: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("ban_sign"),
        # At once: a code that is typed faster than the screen works must not end up in clear among the initials.
        Binding("enter", "go_on", show=False, priority=True),
        Binding("tab,shift+tab", "next_field", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._ban: BanView | None = None
        self._then: Callable[[], None] | None = None
        self._told = ""

    def compose_body(self) -> ComposeResult:
        """What is signed, and two inputs."""
        with Vertical(id="sign", classes="dialog"):
            yield FittedLine(id="sign-text")
            yield Line(id="sign-initials-label")
            # A code that is typed here by habit is not seen: no digit is ever part of initials.
            yield Field(id="sign-initials", max_length=40, select_on_focus=False, restrict=LETTERS)
            yield Line(id="sign-code-label")
            yield Field(id="sign-code", max_length=200, password=True, select_on_focus=False)
            yield Line(id="sign-error")

    def choose(self, ban: BanView, then: Callable[[], None]) -> None:
        """Ask for a signature under this ban."""
        self._ban, self._then = ban, then
        self._told = ""
        self.release()

    @property
    def _initials(self) -> Field:
        return self.query_one("#sign-initials", Field)

    @property
    def _code(self) -> Field:
        return self.query_one("#sign-code", Field)

    def opened(self) -> None:
        """Begin with the initials of whoever is signed in, who need not be the one who signs."""
        self._code.value = ""
        who = self.desk.who
        self._initials.value = who.initials if who is not None and self._ban and "sign" in self._ban.may else ""
        self.type_into(self._code if self._initials.value else self._initials)

    def on_screen_suspend(self) -> None:
        """An alarm takes the screen, names are hidden, or this is left: a code is nowhere any longer."""
        if self.has_widgets:
            self._code.value = ""

    def forget(self) -> None:
        """Nothing typed stays."""
        super().forget()
        self._ban = None
        self._then = None
        if self.has_widgets:
            self._initials.value = ""
            self._code.value = ""
            self.line("sign-text").show(plain(""))

    def render_view(self, view: BoardView, age: float) -> None:
        """Say what is signed, and by whom it still must be."""
        self.titled("sign", _("SIGN THE DECISION"))
        ban = self._ban
        if ban is None:
            return
        width = self.room("sign-text")
        missing = [named(Role(one.role)) for one in ban.signatures if one.at is None]
        whom = f"{ban.number}  {words.kind(ban.form.kind).upper()}  {ban.form.starts_on} -> {ban.form.ends_on}"
        self.line("sign-text").show(
            lines(
                *wrapped(whom, width, "bold"),
                *wrapped(f"{ban.name}, {ban.born}".rstrip(", "), width, "bold"),
                plain(""),
                *wrapped(_("Still to sign: {roles}.").format(roles=", ".join(missing)), width),
                *wrapped(_("You sign the text as it stands, in your own name and with your own code."), width),
                plain(""),
            )
        )
        self.line("sign-initials-label").show(plain(_("Initials:")))
        self.line("sign-code-label").show(plain(_("Code:")))
        self.line("sign-error").show(plain(self._told or _("Enter signs. Esc leaves without."), "bold"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter goes on from the initials only; in the code it waits for the letters before it."""
        if action == "go_on":
            return self.focused is self._initials if self.has_widgets else False
        return super().check_action(action, parameters)

    def action_go_on(self) -> None:
        """From the initials to the code."""
        self.set_focus(self._code)

    async def _type(self, event: events.Key) -> None:
        if event.key == "enter" and self.focused is self._initials:
            self.action_go_on()
        else:
            await super()._type(event)

    async def took_early(self, event: events.Key) -> bool:
        """Enter in the initials, too, is taken before it comes as far as this."""
        if self._begun and event.key == "enter" and self.focused is self._initials:
            self.action_go_on()
            return True
        return await super().took_early(event)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the code signs."""
        self._submit()

    def action_next_field(self) -> None:
        """From one input to the other."""
        self.set_focus(self._code if self.focused is self._initials else self._initials)

    def action_back(self) -> None:
        """Leave without signing."""
        self._code.value = ""
        self.desk.leave(self)

    def _submit(self) -> None:
        ban = self._ban
        initials, code = self._initials.value.strip(), self._code.value
        if ban is None or self.asking:
            return
        if not (initials and code):
            self._say(_("Give your initials and your code."))
            self.set_focus(self._code if initials else self._initials)
            return
        self._code.value = ""
        self._say(_("One moment …"))

        then = self._then

        def signed(decided: bool) -> None:
            sentence = _("Signed by {initials}. The decision is made.") if decided else _("Signed by {initials}.")
            sentence = sentence.format(initials=initials)
            if self._ban is ban:
                self._initials.value = ""
                self.close(sentence)
            else:
                self.desk.say(sentence)
            if then is not None:
                then()

        def refused(why: Refused) -> None:
            if self._ban is ban and self in self.desk.screen_stack:
                self._say(why.sentence)
                self.set_focus(self._code)
            else:
                self.desk.say(why.sentence, urgent=True)

        self.take(lambda house, who: _sign(house, who, ban, initials, code), signed, refused)

    def _say(self, sentence: str) -> None:
        self._told = sentence
        self.line("sign-error").show(plain(sentence, "bold"))


def _sign(house: House, who: Who, ban: BanView, initials: str, code: str) -> bool:
    """Sign what was shown, as whoever these initials and this code are; whether the decision is made with it."""
    signer = house.sign_in.sign_in(initials, code, who.station)
    try:
        if house.sign_in.must_change(signer):
            # Whoever made the code knows it too: it shows nothing about who signs.
            raise Refused(_("Your code was given to you by somebody else: sign in, choose your own, then sign."))
        return house.bans.sign(signer, ban.id, ban.seal).decided_at is not None
    finally:
        if signer.user != who.user:
            house.sign_in.sign_out(signer)
