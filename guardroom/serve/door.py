"""Who may come in through a browser: the same codes, the same delays and the same log as at a station."""

from __future__ import annotations

import logging
import threading

from db.errors import StorageError
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.people.delay import LONGEST_S
from guardroom.people.initials import read_initials
from guardroom.people.roles import named
from guardroom.people.signin import SignIn
from guardroom.people.who import Who
from guardroom.refusal import Forbidden, Refused
from guardroom.serve.house import browser_station

_OWN_TURNS = 3
"""So many addresses have a turn of their own at one user's initials; all others share one."""
_KEPT_S = 2 * LONGEST_S

log = logging.getLogger(__name__)


class Door:
    """Asks the people services; every method may take some tenths of a second and is called off the server's loop."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._sign_in = SignIn(ground)
        self._by_address: dict[tuple[str, str], tuple[SignIn, float]] = {}
        """For initials and address: their own, and when it was used last."""
        self._lock = threading.Lock()

    def let_in(self, initials: str, code: str, address: str) -> Who:
        """Whoever has these initials and this code, at a browser's address. Raises WrongCode; Refused where they may
        not come in this way."""
        ground = self._ground
        who = self._sign_in_at(initials, address).sign_in(initials, code, browser_station(ground.settings))
        try:
            if who.role.value not in ground.settings.serve.roles:
                self._sign_in.note_refused(who, "serve")
                raise Forbidden(_("As {role} you sign in at a station, not here.").format(role=named(who.role)))
            if self._sign_in.must_change(who):
                raise Refused(
                    _("Your code was given to you by somebody else: choose your own first, at a station, with F2.")
                )
        except BaseException:
            self._sign_in.sign_out(who)
            raise
        return who

    def _sign_in_at(self, initials: str, address: str) -> SignIn:
        """The address's own for these initials, so that nobody elsewhere takes its turn (`guardroom.people.delay`); for
        a few addresses at a time, so that whoever has many does not guess as many times as fast."""
        now = self._ground.clock.monotonic()
        at = read_initials(initials), address
        with self._lock:
            self._by_address = {key: kept for key, kept in self._by_address.items() if now - kept[1] < _KEPT_S}
            if at not in self._by_address and sum(key[0] == at[0] for key in self._by_address) >= _OWN_TURNS:
                return self._sign_in
            found = self._by_address[at][0] if at in self._by_address else SignIn(self._ground)
            self._by_address[at] = found, now
        return found

    def still_may(self, who: Who) -> bool:
        """Whether somebody who signed in may still be here; also where the database cannot tell now, and not where
        asking fails in any other way."""
        try:
            with self._ground.reading(who):
                return True
        except Forbidden:
            return False
        except StorageError as problem:
            # Nothing is shown of it either while it is away: each of the dashboard's own questions asks it again.
            log.warning("the database does not say who may still be signed in: %s", problem)
            return True
        except Exception as problem:
            # Its kind only: what it says may be of a person.
            log.error("who may still be signed in cannot be asked: %s", type(problem).__name__)
            return False

    def let_out(self, who: Who) -> None:
        """Note that somebody has signed out, or was; they are out also where that fails."""
        try:
            self._sign_in.sign_out(who)
        except StorageError as problem:
            log.warning("a sign-out could not be noted: %s", problem)
        except Exception as problem:
            log.error("a sign-out could not be noted: %s", type(problem).__name__)
