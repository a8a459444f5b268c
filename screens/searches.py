"""Has it logged whom a search shows, and for what (law.md 5.2), while nobody waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from guardroom.people.who import Who
from guardroom.refusal import Forbidden, Refused, sentence
from screens.records import LAST_WORD_S

if TYPE_CHECKING:
    from guardroom.house import House
    from screens.app import GuardroomApp
    from screens.frame import GuardScreen

log = logging.getLogger(__name__)

STANDS_S = 1.0
"""So long somebody stands on the screen before it is logged: what flits by while a name is typed is read by nobody."""
AGAIN_S = 600.0
"""Somebody who is shown to the same user for the same purpose again within this time is not logged anew."""
LATE_S = 15.0
"""How long after one that failed it is tried again."""


@dataclass(frozen=True, slots=True)
class _Search:
    """Who searches, for what, and on which screen."""

    who: Who
    why: str
    screen: GuardScreen


class Searches:
    """Whom searches show. The screen that searches says so whenever it is drawn."""

    def __init__(self, desk: GuardroomApp) -> None:
        self._desk = desk
        self._search: _Search | None = None
        self._since: dict[int, float] = {}
        """Since when each of those whom the search shows has stood there."""
        self._told: dict[tuple[int, str, int], float] = {}
        """When whose search, and for what purpose, has last shown this person, who is logged."""
        self._late: list[tuple[_Search, list[int]]] = []
        """What could not be logged."""
        self._late_at = 0.0
        self._under_way: list[threading.Event] = []
        """Each is set when what is being logged beside all else has been, or could not be."""

    def show(self, screen: GuardScreen, persons: Iterable[int], why: str) -> None:
        """These persons stand on this screen now, and no others; `why` is one of `purposes.SEARCHED_FOR`. A screen that
        is not in front shows nobody."""
        if self._desk.who is None or screen is not self._desk.screen:
            return
        now, search = self._desk.clock.monotonic(), _Search(self._desk.who, why, screen)
        before = self._since if search == self._search else {}
        since = {person: before.get(person, now) for person in persons}
        if since.keys() != self._since.keys() or search != self._search:
            self._log_standing()
            self._search, self._since = search, since

    def turned(self, front: GuardScreen | None) -> None:
        """Some time has gone by: log whoever has stood there long enough, and what could not be logged before. `front`
        is the screen in front now."""
        self._log_standing()
        if self._search is not None and self._search.screen is not front:
            self._search, self._since = None, {}
        if self._late and self._desk.clock.monotonic() >= self._late_at:
            late, self._late = self._late, []
            for search, persons in late:
                self._log(search, persons)

    def end(self) -> None:
        """The program ends: what has not been logged is, while that is waited for."""
        self._log_standing(beside=False)
        for search, persons in self._late:
            self._log(search, persons, beside=False)
        for done in self._under_way:
            self._desk.ask(partial(_wait_for, done), lambda _nothing: None)

    def _log_standing(self, *, beside: bool = True) -> None:
        search, now = self._search, self._desk.clock.monotonic()
        if search is None:
            return
        stood = {
            person: (search.who.user, search.why, person)
            for person, since in self._since.items()
            if now - since >= STANDS_S
        }
        self._told = {key: at for key, at in self._told.items() if now - at < AGAIN_S}
        if new := [person for person, key in stood.items() if key not in self._told]:
            self._log(search, new, beside=beside)
        self._told |= dict.fromkeys(stood.values(), now)

    def _log(self, search: _Search, persons: list[int], *, beside: bool = True) -> None:
        done = threading.Event()
        self._under_way = [*(other for other in self._under_way if not other.is_set()), done]

        def job(house: House) -> None:
            try:
                house.persons.shown(search.who, persons, search.why)
            except Exception as problem:
                # Also for when nobody is there any more to be told.
                log.error("whom a search has shown cannot be logged: %s", sentence(problem) or type(problem).__name__)
                raise
            finally:
                done.set()

        def failed(refused: Refused) -> None:
            done.set()
            if not self._late and self._desk.who == search.who:
                self._desk.say(refused.sentence, urgent=True)
            if isinstance(refused, Forbidden):
                # Whoever has lost the right meanwhile has it at no later try either: that is in the log instead.
                return
            self._late.append((search, persons))
            self._late_at = self._desk.clock.monotonic() + LATE_S

        self._desk.ask(job, lambda _nothing: None, failed, beside=beside)


def _wait_for(done: threading.Event, _house: House) -> None:
    done.wait(LAST_WORD_S)
