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
from screens.window_keys import FILE_KEYS, STATION_KEYS, STATION_SCREENS, WRITING_KEYS, WRITING_SCREENS

if TYPE_CHECKING:
    from guardroom.house import House

_LEAVE_S = 3.0


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

    def __init__(
        self,
        settings: Settings,
        feed: Feed,
        clock: Clock,
        who: Who,
        open_house: Callable[[], House],
        turned: Callable[[float], None] | None = None,
    ) -> None:
        super().__init__(settings, feed, None, clock, driver_class=WindowDriver, turned=turned, open_house=open_house)
        self._owner = who

    async def on_mount(self) -> None:
        """Whoever opened the window has signed in before it opened."""
        self.signed_in(self._owner)

    def taking_over(self) -> list[AlarmView]:
        """Nothing takes this screen over."""
        return []

    def offers(self, key: str) -> bool:
        """Keys that are only refused here are not told of: those of whoever is in the guard room, and what writes."""
        return key not in STATION_KEYS | FILE_KEYS and not (key in WRITING_KEYS and self.settings.serve.read_only)

    def opens(self, name: str) -> bool:
        """Screens that would only be refused here what they are for are not opened."""
        return name not in STATION_SCREENS and not (name in WRITING_SCREENS and self.settings.serve.read_only)

    def acknowledge(self) -> None:
        """Say that it is done elsewhere."""
        self.say(words.refusal("in_browser"), urgent=True)

    def open(self, name: str) -> None:
        """Bring a screen to the front, unless it would only be refused there what it is for."""
        if not self.opens(name):
            said = words.refusal("in_browser") if name in STATION_SCREENS else read_only_sentence()
            self.say(said, urgent=True)
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
