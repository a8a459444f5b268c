"""The dashboard in a browser: shown in a window whose other end is `guardroom serve`, for one user, mostly to read.

Alarms are shown in the strip on top and take over nothing: whoever reads here is not in the guard room, and no key here
acts on an alarm. Under this the feed carries no act, and the house refuses what is not to be written: see
`guardroom.serve`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.drivers.web_driver import WebDriver

from guardroom.alarms.view import AlarmView
from guardroom.clock import Clock
from guardroom.feed import Feed
from guardroom.language import _
from guardroom.people.who import Who
from guardroom.serve.reading_only import read_only_sentence
from guardroom.serve.window import SIGNED_OUT
from guardroom.settings import Settings
from screens import words
from screens.app import GuardroomApp

if TYPE_CHECKING:
    from guardroom.house import House

_LEAVE_S = 3.0
_STATION_KEYS = frozenset(
    (
        "acknowledge",
        "silence",
        "silence_look_in",
        "late_entry",
        "note",
        "close",
        "withdraw_step",
        "raise_alarm",
        "clear_fault",
        "shift",
        "sound_check",
        "test_open",
        "test_close",
        "out_of_service",
        "rooms_print",
        "phone_print",
        "report_print",
        "report_pdf",
        "drill_print",
        "followup_export",
        "sign_in",
    )
)
_KEYS_THAT_WRITE = frozenset(
    (
        "new_incident",
        "headsup_new",
        "headsup_edit",
        "headsup_take",
        "headsup_begin",
        "headsup_well",
        "headsup_over",
        "followup_close",
        "followup_hand_on",
        "followup_exempt",
        "drill_plan",
        "drill_confirm",
        "drill_call_off",
        "drill_evaluate",
        "drill_improve",
        "drill_finish",
        "note_confirm",
        "note_write",
    )
)
"""Keys that do nothing but write records."""
_AT_A_STATION = frozenset(("raise_alarm", "shift", "sound_check", "out_of_service"))
"""Screens whose only use is an act of whoever is in the guard room."""
_WRITING = frozenset(
    (
        "incident_form",
        "ban_form",
        "ban_step",
        "ban_sign",
        "reconcile",
        "headsup_form",
        "headsup_step",
        "headsup_import",
        "followup_step",
        "drill_step",
        "duty_step",
    )
)
"""Screens whose only use is to write records: better not begun than refused when all has been typed."""


class WindowDriver(WebDriver):
    """Textual's driver for a browser; when its input ends, the program does, even where it is stuck."""

    def run_input_thread(self) -> None:
        """Hand on what comes until nothing can come any more."""
        super().run_input_thread()
        if self.exit_event.is_set():
            return  # the program is leaving already
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._app.exit)
        threading.Thread(target=_leave_at_last, name="leave", daemon=True).start()


class WindowApp(GuardroomApp):
    """The dashboard of `who`, for as long as its window is open."""

    acts_on_alarms = False

    def __init__(self, settings: Settings, feed: Feed, clock: Clock, who: Who, open_house: Callable[[], House]) -> None:
        super().__init__(settings, feed, None, clock, driver_class=WindowDriver, open_house=open_house)
        self._owner = who

    async def on_mount(self) -> None:
        """Whoever opened the window has signed in before it opened."""
        self.signed_in(self._owner)

    def taking_over(self) -> list[AlarmView]:
        """Nothing takes this screen over."""
        return []

    def offers(self, key: str) -> bool:
        """Keys that belong to whoever is in the guard room are not told here, nor those that would be refused."""
        return key not in _STATION_KEYS and not (self.settings.serve.read_only and key in _KEYS_THAT_WRITE)

    def acknowledge(self) -> None:
        """Say that it is done elsewhere."""
        self.say(words.refusal("in_browser"), urgent=True)

    def open(self, name: str) -> None:
        """Bring a screen to the front, unless it would only be refused there what it is for."""
        if name in _AT_A_STATION:
            self.say(words.refusal("in_browser"), urgent=True)
        elif name in _WRITING and self.settings.serve.read_only:
            self.say(read_only_sentence(), urgent=True)
        elif name == "quit" and self._warm:
            self.sign_out()
        else:
            super().open(name)

    def open_sign_in(self) -> None:
        """Nobody else signs in here."""
        self.say(_("This browser is {initials}'s: the button on top signs out.").format(initials=self._owner.initials))

    def sign_out(self) -> None:
        """Leave: the browser's session is over too, and the server notes it."""
        self.exit(return_code=SIGNED_OUT)


def _leave_at_last() -> None:
    threading.Event().wait(_LEAVE_S)
    os._exit(129)
