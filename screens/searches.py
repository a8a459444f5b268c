"""Has it logged whom a search has shown (law.md 5.2), without holding up who is typing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from guardroom.people.who import Who
from guardroom.refusal import Refused

if TYPE_CHECKING:
    from screens.app import GuardroomApp

STANDS_S = 1.0
"""So long a search stands on the screen before it is logged: what flits by while a name is typed is read by nobody."""
AGAIN_S = 600.0
"""Somebody who is shown for the same purpose again within this time is not logged anew."""


class Searches:
    """Whom searches have shown; the screen that searches says so at every answer it shows."""

    def __init__(self, desk: GuardroomApp) -> None:
        self._desk = desk
        self._who: Who | None = None
        self._shown: frozenset[int] = frozenset()
        self._why = ""
        self._since = 0.0
        self._told: dict[tuple[int, str, int], float] = {}
        """When whose search for what purpose had this person logged."""

    def show(self, persons: Iterable[int], why: str) -> None:
        """These persons are on the screen now, in place of whom the search before it had found. `why` is one of
        `purposes.SEARCHED_FOR`."""
        self._who, self._shown, self._why = self._desk.who, frozenset(persons), why
        self._since = self._desk.clock.monotonic()

    def turned(self) -> None:
        """Some time has gone by: log what has stood long enough."""
        if self._shown and self._desk.clock.monotonic() - self._since >= STANDS_S:
            self.tell()

    def tell(self) -> None:
        """Log what is on the screen now; what has been logged lately is left out."""
        now, who, why = self._desk.clock.monotonic(), self._who, self._why
        self._told = {one: at for one, at in self._told.items() if now - at < AGAIN_S}
        new = {(who.user, why, person) for person in self._shown} - self._told.keys() if who is not None else set()
        self._shown = frozenset()
        if who is None or not new:
            return
        self._told |= dict.fromkeys(new, now)

        def failed(refused: Refused) -> None:
            for one in new:
                self._told.pop(one, None)
            if self._desk.who == who:
                self._desk.say(refused.sentence, urgent=True)

        persons = [person for _user, _why, person in sorted(new)]
        self._desk.ask(lambda house: house.persons.shown(who, persons, why), lambda _nothing: None, failed)
