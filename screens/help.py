"""The keys of the screen that was in front, made from the key table."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from guardroom.alarms.view import BoardView
from guardroom.language import _
from screens.frame import GuardScreen
from screens.keys import KEYS, bindings, cap, keys_of, label
from screens.plain import Line, lines, plain

COLUMN = 18


class Help(GuardScreen):
    """Every key, by the screen it works on."""

    NAME: ClassVar[str] = "help"
    TABS: ClassVar[bool] = False
    BINDINGS = bindings("help")

    def compose_body(self) -> ComposeResult:
        """A scrolling list of keys."""
        with VerticalScroll(id="help", classes="pane", can_focus=True):
            yield Line(id="help-keys")

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the table in the chosen language."""
        self.query_one("#help").border_title = _("HELP: the keys")
        rows = [
            plain(_("An alarm always takes the screen over. What you were writing is kept.")),
            plain(_("Acknowledging stops the sound. It does not close the alarm.")),
        ]
        for screen, title in (
            ("board", _("BOARD")),
            ("takeover", _("ALARM ON THE WHOLE SCREEN")),
            ("response", _("RESPONSE")),
        ):
            rows.extend((plain(""), plain(title, "bold")))
            rows.extend(
                plain(f"  {_caps(keys_of(key.name, self.desk.settings.keys)):<{COLUMN}}", "bold $key")
                + plain(label(key))
                for key in KEYS
                if screen in key.where
            )
        self.query_one("#help-keys", Line).show(lines(*rows))


def _caps(keys: tuple[str, ...]) -> str:
    return ", ".join(cap(key) for key in keys)
