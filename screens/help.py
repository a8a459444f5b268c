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

    def action_scroll(self, way: str) -> None:
        """Scroll the list: up, down, page_up, page_down, home or end."""
        pane = self.query_one("#help", VerticalScroll)
        {
            "up": pane.scroll_up,
            "down": pane.scroll_down,
            "page_up": pane.scroll_page_up,
            "page_down": pane.scroll_page_down,
            "home": pane.scroll_home,
            "end": pane.scroll_end,
        }[way](animate=False)

    def action_introduction(self) -> None:
        """Show the introduction for new guards again."""
        self.desk.leave(self)
        self.desk.open("introduction")

    def opened(self) -> None:
        """Begin with the keys of the screen that help was asked on."""
        self.query_one("#help", VerticalScroll).scroll_home(animate=False)

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the table in the chosen language."""
        self.query_one("#help").border_title = _("HELP: the keys")
        rows = [
            plain(_("An alarm always takes the screen over. What you were writing is kept.")),
            plain(_("Acknowledging stops the sound. It does not close the alarm.")),
        ]
        titles = {
            "board": _("BOARD"),
            "takeover": _("ALARM ON THE WHOLE SCREEN"),
            "response": _("RESPONSE"),
            "button_tests": _("TESTING THE BUTTONS"),
            "incidents": _("LIST OF INCIDENTS"),
            "incident": _("ONE INCIDENT"),
            "incident_form": _("FORM OF AN INCIDENT"),
            "bans": _("LOOKING A BAN UP"),
            "ban_card": _("THE CARD OF A BAN"),
            "ban_list": _("LISTS OF BANS"),
            "ban": _("ONE BAN"),
            "persons": _("PERSONS"),
            "messages": _("MESSAGES SENT"),
            "headsups": _("HEADS-UPS"),
            "out_of_service": _("ROOM OUT OF SERVICE"),
            "cards": _("CARDS"),
        }
        beneath = next(
            (s.NAME for s in reversed(self.app.screen_stack) if isinstance(s, GuardScreen) and s is not self), ""
        )
        for screen, title in sorted(titles.items(), key=lambda named: named[0] != beneath):
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
