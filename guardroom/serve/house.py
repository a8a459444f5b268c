"""The house as somebody in a browser has it: their own sign-in only, no files on the PC that serves, and, where the
town hall wants it so, nothing written at all."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, replace
from typing import NoReturn

from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.view import BoardView
from guardroom.clock import Clock
from guardroom.feed import Down, Feed
from guardroom.ground import Ground, open_ground
from guardroom.house import House, on_ground
from guardroom.language import _
from guardroom.people.signin import SignIn
from guardroom.people.who import Who
from guardroom.refusal import Refused
from guardroom.serve.reading_only import keep_from_writing
from guardroom.settings import Settings


def browser_station(settings: Settings) -> str:
    """The station that is noted for what is done in a browser: wrong codes typed there hold up nobody in the house."""
    return f"{settings.station} (browser)"


def open_browser_house(settings: Settings, clock: Clock, who: Who) -> House:
    """The services for `who`. Raises StorageError, or NoSecret."""
    return browser_house(open_ground(settings, clock), who)


def browser_house(ground: Ground, who: Who) -> House:
    """The services for `who` on this ground, which is from now on only read where `[serve]` says so."""
    if ground.settings.serve.read_only:
        keep_from_writing(ground.engine)
    house = replace(on_ground(ground), sign_in=OwnSignIn(ground, who))
    for field in fields(house):
        _keep_from_files(getattr(house, field.name))
    return house


class OwnSignIn(SignIn):
    """Signing in once more, as the same user: a browser is one person's for as long as it is signed in."""

    def __init__(self, ground: Ground, who: Who) -> None:
        super().__init__(ground)
        self._who = who

    def sign_in(self, initials: str, code: str, station: str) -> Who:
        """As ever for the user whose browser it is. Raises Refused for all others, before any code is looked at."""
        if initials.strip().casefold() != self._who.initials.casefold():
            sentence = _("This browser is {initials}'s: sign out first to let somebody else sign in.")
            raise Refused(sentence.format(initials=self._who.initials))
        return super().sign_in(initials, code, station)


class WatchingFeed:
    """A line to the monitor on which views come and no act goes: alarms belong to whoever is in the house."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def start(self, on_view: Callable[[BoardView], None], on_down: Callable[[Down], None]) -> None:
        """Begin; views come as on any line."""
        self._feed.start(on_view, on_down)

    def act(self, act: Act, on_reply: Callable[[ActReply], None] | None = None) -> None:
        """Refuse the act; the monitor never hears of it."""
        if on_reply is not None:
            on_reply(ActReply(id=act.id, refused="in_browser"))

    def stop(self) -> None:
        """End the line."""
        self._feed.stop()


def _keep_from_files(service: object) -> None:
    """Have every act that reads or writes files (it takes or answers a Path) refuse: they would be the serving PC's."""
    for name, method in vars(type(service)).items():
        if inspect.isfunction(method) and not name.startswith("_"):
            signature = inspect.signature(method)
            kinds = [signature.return_annotation, *(each.annotation for each in signature.parameters.values())]
            if any("Path" in str(kind) for kind in kinds):
                setattr(service, name, _refuse_file)


def _refuse_file(*_given: object, **_more: object) -> NoReturn:
    raise Refused(_("In the browser nothing is printed, written to a file or read from one: do it at a station."))
