"""Before the dashboard is left: what goes on without it, and what does not."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from guardroom.alarms.view import BoardView
from guardroom.language import _
from screens.frame import GuardScreen
from screens.keys import bindings
from screens.plain import Line, lines, plain


class Quit(GuardScreen):
    """Asks whether the dashboard shall be left."""

    NAME: ClassVar[str] = "quit"
    TABS: ClassVar[bool] = False
    BINDINGS = bindings("quit")

    def compose_body(self) -> ComposeResult:
        """The question."""
        with Vertical(id="quit", classes="dialog"):
            yield Line(id="quit-text")

    def render_view(self, view: BoardView, age: float) -> None:
        """Ask, and say what goes on."""
        if view.demo or self.desk.settings.demo:
            goes_on = _("The demonstration ends, its simulated panels too.")
        else:
            goes_on = _("The monitor keeps running: alarms are still received and kept.")
        self.query_one("#quit", Vertical).border_title = _("QUIT")
        self.query_one("#quit-text", Line).show(
            lines(
                plain(_("Leave the dashboard?"), "bold"),
                plain(""),
                plain(goes_on),
                plain(_("On this PC alarms are then neither shown nor heard."), "bold"),
                plain(""),
                plain(_("Y  leave      N or Esc  stay"), "bold"),
            )
        )

    def action_answer(self, yes: bool) -> None:
        """Leave, or stay."""
        if yes:
            self.desk.exit(return_code=0)
        else:
            self.desk.leave(self)
