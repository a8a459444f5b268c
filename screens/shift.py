"""Who is on duty, and whether the loudspeaker is heard: both are asked when a shift begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from guardroom.alarms.acts import ActReply
from guardroom.alarms.view import BoardView
from guardroom.language import _
from screens import words
from screens.frame import GuardScreen
from screens.keys import bindings
from screens.plain import Field, Line, lines, plain

MOST_PEOPLE = 8


def initials(text: str) -> tuple[str, ...] | None:
    """The initials in `MH JB`, `MH + JB` or `mh, jb`, as capitals and each once; None where they are not initials.

    Initials are one to six letters, Æ, Ø and Å too. Nobody's code is asked for: an alarm waits for no sign-in.
    """
    people = tuple(dict.fromkeys(part.upper() for part in re.split(r"[\s+,;/&]+", text) if part))
    fine = 0 < len(people) <= MOST_PEOPLE and all(len(one) <= 6 and one.isalpha() for one in people)
    return people if fine else None


class Shift(GuardScreen):
    """The sign-on of a shift, by initials."""

    NAME: ClassVar[str] = "shift"
    TABS: ClassVar[bool] = False
    BINDINGS = bindings("shift")

    def compose_body(self) -> ComposeResult:
        """The question and one input."""
        with Vertical(id="shift", classes="dialog"):
            yield Line(id="shift-text")
            yield Field(id="initials", max_length=60, select_on_focus=False)
            yield Line(id="shift-error")

    def render_view(self, view: BoardView, age: float) -> None:
        """Ask, and say who is on duty now."""
        people = " + ".join(view.shift)
        now = _("On duty now: {people}").format(people=people) if people else _("Nobody is on duty.")
        self.query_one("#shift", Vertical).border_title = _("SHIFT")
        self.query_one("#shift-text", Line).show(
            lines(
                plain(now),
                plain(""),
                plain(_("Initials of everybody on duty from now on, for example MH JB:"), "bold"),
            )
        )

    def opened(self) -> None:
        """Write at once."""
        self.query_one("#initials", Input).focus()

    def on_input_submitted(self) -> None:
        """Enter saves."""
        self.action_save()

    def action_save(self) -> None:
        """Sign the shift on; what is written stays until the monitor has taken it."""
        people = initials(self.query_one("#initials", Input).value)
        if people is None:
            self._refuse(words.refusal("bad_initials"))
        else:
            self._refuse("")
            new = [one for one in people if one not in self.desk.shown.known_guards]
            self.desk.newcomers = bool(new)
            self.act("shift", partial(self._signed_on, new), people=people)

    def _signed_on(self, new: Sequence[str], reply: ActReply) -> None:
        if reply.refused:
            self._refuse(words.refusal(reply.refused))
            return
        self.query_one("#initials", Input).value = ""
        self.desk.leave(self)
        self.desk.begins_shift = True
        self.desk.open("sound_check")
        if new:
            said = _("Never on duty here before: {people}. If that is a slip, sign the shift on again.")
            self.desk.say(said.format(people=", ".join(new)), urgent=True)

    def _refuse(self, sentence: str) -> None:
        self.query_one("#shift-error", Line).show(plain(sentence, "bold"))


class SoundCheck(GuardScreen):
    """Plays the alarm's sound and asks whether it was heard."""

    NAME: ClassVar[str] = "sound_check"
    TABS: ClassVar[bool] = False
    BINDINGS = bindings("sound_check")

    def compose_body(self) -> ComposeResult:
        """The question."""
        with Vertical(id="sound-check", classes="dialog"):
            yield Line(id="sound-text")

    def opened(self) -> None:
        """Play it."""
        if self.desk.sound is not None:
            self.desk.sound.test()

    def render_view(self, view: BoardView, age: float) -> None:
        """Ask."""
        self.query_one("#sound-check", Vertical).border_title = _("SOUND CHECK")
        self.query_one("#sound-text", Line).show(
            lines(
                plain(_("The alarm's sound is being played for two seconds."), ""),
                plain(""),
                plain(_("Did you hear it?"), "bold"),
                plain(""),
                plain(_("Y  yes      N  no      Esc  later"), "bold"),
            )
        )

    def action_back(self) -> None:
        """Leave it for later; a shift that has just begun reads what the one before left it."""
        self._go_on()

    def _go_on(self) -> None:
        self.desk.leave(self)
        self.desk.go_on_with_shift()

    def action_answer(self, yes: bool) -> None:
        """Note that it was heard, or say what to do."""
        self._go_on()
        if yes:
            self.desk.send("sound_checked")
        else:
            self.desk.say(
                _("Turn the loudspeaker on and up, then check the sound again. Until then stay at the screen."),
                urgent=True,
            )
