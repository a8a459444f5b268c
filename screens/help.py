"""The keys of the screen that was in front, made from the key table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.language import _
from guardroom.people.roles import Right
from screens.frame import GuardScreen
from screens.keys import KEYS, bindings, cap, keys_of, label
from screens.more import Sheet
from screens.plain import Line, lines, plain

COLUMN = 20
_ALARM = ("takeover", "response")


class Help(GuardScreen):
    """Every key, by the screen it works on."""

    NAME: ClassVar[str] = "help"
    TABS: ClassVar[bool] = False
    BINDINGS = bindings("help")

    def compose_body(self) -> ComposeResult:
        """A scrolling list of keys."""
        with Sheet(id="help", classes="pane", can_focus=True):
            yield Line(id="help-keys")

    def action_scroll(self, way: str) -> None:
        """Scroll the list: up, down, page_up, page_down, home or end."""
        pane = self.query_one("#help", Sheet)
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
        self.query_one("#help", Sheet).scroll_home(animate=False)

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the table in the chosen language: the screen in front first, then what an alarm is answered with."""
        self.query_one("#help").border_title = _("HELP: the keys")
        rows = [
            plain(_("An alarm always takes the screen over. What you were writing is kept.")),
            plain(_("Acknowledging stops the sound. It does not close the alarm.")),
        ]
        front = self._front()
        titles = _titles()
        first = [name for name in dict.fromkeys((front, *_ALARM)) if name in titles]
        for screen in first:
            rows += self._section(screen, titles[screen])
        rows += (plain(""), plain(_("THE OTHER SCREENS"), "bold reverse"))
        for screen, title in titles.items():
            if screen not in first and self.desk.opens(screen) and self._may(self.desk.needs_of(screen)):
                rows += self._section(screen, title)
        self.query_one("#help-keys", Line).show(lines(*rows))

    def _front(self) -> str:
        """The screen that help was asked on."""
        beneath = (s.NAME for s in reversed(self.app.screen_stack) if isinstance(s, GuardScreen) and s is not self)
        return next(beneath, "")

    def _may(self, needs: frozenset[Right]) -> bool:
        """What whoever is signed in may not open is no help to them."""
        who = self.desk.who
        return who is None or not needs or any(who.may(right) for right in needs)

    def _section(self, screen: str, title: str) -> list[Content]:
        told: dict[str, list[str]] = {}
        for key in KEYS:
            if screen in key.where and self.desk.offers(key.name) and self._may(key.needs):
                told.setdefault(label(key), []).extend(keys_of(key.name, self.desk.settings.keys))
        rows = (plain(f"  {_caps(keys) + ' ':<{COLUMN}}", "bold $key") + plain(said) for said, keys in told.items())
        return [plain(""), plain(title, "bold"), *rows]


def _titles() -> dict[str, str]:
    """Every screen with keys of its own, in the order of the house's day."""
    return {
        "board": _("BOARD"),
        "takeover": _("ALARM ON THE WHOLE SCREEN"),
        "response": _("RESPONSE"),
        "police": _("POLICE SCRIPT"),
        "raise_alarm": _("RAISING AN ALARM"),
        "shift": _("SHIFT"),
        "panels": _("PANELS"),
        "out_of_service": _("ROOM OUT OF SERVICE"),
        "cards": _("CARDS"),
        "button_tests": _("TESTING THE BUTTONS"),
        "incidents": _("LIST OF INCIDENTS"),
        "incident": _("ONE INCIDENT"),
        "incident_form": _("FORM OF AN INCIDENT"),
        "bans": _("LOOKING A BAN UP"),
        "ban_card": _("THE CARD OF A BAN"),
        "ban_list": _("LISTS OF BANS"),
        "ban": _("ONE BAN"),
        "ban_form": _("FORM OF A BAN"),
        "ban_step": _("A STEP OF A BAN"),
        "ban_sign": _("SIGNING A BAN"),
        "reconcile": _("HOLDING BANS AGAINST THE CASE SYSTEM"),
        "persons": _("PERSONS"),
        "messages": _("MESSAGES SENT"),
        "headsups": _("HEADS-UPS"),
        "headsup_form": _("FORM OF A HEADS-UP"),
        "headsup_step": _("A STEP OF A HEADS-UP"),
        "headsup_import": _("HEADS-UPS FROM A FILE"),
        "followups": _("FOLLOW-UPS"),
        "followup_step": _("A STEP OF A FOLLOW-UP"),
        "drills": _("DRILLS"),
        "drill_step": _("FORM OF A DRILL"),
        "reports": _("REPORTS"),
        "shift_report": _("SHIFT REPORT"),
        "phone_card": _("PHONES"),
        "handover": _("HANDOVER"),
        "door_locks": _("LOCKED DOORS"),
        "duty_step": _("A NOTE, OR LOCKED DOORS"),
        "introduction": _("INTRODUCTION"),
        "sign_in": _("SIGNING IN"),
    }


def _caps(keys: Iterable[str]) -> str:
    return ", ".join(cap(key) for key in keys)
