"""Signing in: initials and a code, at a station.

What is refused says the same and takes the same time whether the user is unknown, disabled, without a code, or typed
a wrong one. Each attempt counts as wrong from before it is looked at until it has proved right: many at once gain
nothing, and neither does ending the program in between.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import people
from db.main import reading, writing
from db.people_tables import SignInFailureRow, UserRow
from guardroom.language import _, n_
from guardroom.people import audit, codes, delay
from guardroom.people.initials import read_initials
from guardroom.people.roles import Role
from guardroom.people.secret import other_secret
from guardroom.people.user_seal import as_logged, user_seal
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake, Refused

if TYPE_CHECKING:
    from guardroom.ground import Ground

_NO_INITIALS = "?"
"""Stands for all that cannot be initials: what was typed may be a code, and is not kept."""

_SUBJECTS: tuple[audit.Subject, ...] = ("ban", "incident", "person", "user")
_NOTHING: Mapping[str, int] = MappingProxyType({})

_Done = TypeVar("_Done")


class WrongCode(Refused):
    """Initials and code do not belong together, or it is too early. After `wait_s` seconds the next may be tried."""

    def __init__(self, sentence: str, wait_s: float) -> None:
        super().__init__(sentence)
        self.wait_s = wait_s


class SignIn:
    """Who somebody is, at one dashboard. Looking at a code takes a tenth of a second on purpose."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._turns: dict[tuple[str, str], datetime] = {}
        """For initials and station: when an attempt from here is looked at whatever was typed elsewhere (`delay`)."""

    def sign_in(self, initials: str, code: str, station: str) -> Who:
        """The user with these initials and this code. Raises WrongCode, also for a one-time code that counts no more;
        NoSecret where the house's secret is another.

        Also asked when a code is wanted again: after names were hidden, and for a signature.
        """

        def right(session: Session, row: UserRow) -> Who:
            who = Who(
                user=row.id,
                initials=row.initials,
                role=Role(row.role),
                station=station,
                name=row.name,
                title=row.title,
                area=row.area,
                proved_at=self._ground.clock.now(),
            )
            self._note(session, who, "signed_in")
            return who

        return self._attempt(read_initials(initials) or _NO_INITIALS, code, station, right)

    def must_change(self, who: Who) -> bool:
        """Whether the code was given by somebody else, so that `set_code` comes before everything else."""
        with reading(self._ground.engine) as session:
            row = session.get(UserRow, who.user)
            return row is not None and row.must_change

    def set_code(self, who: Who, old: str, new: str) -> None:
        """Change the own code. Raises BadInput (field "new"), or WrongCode where `old` is not the code."""
        sentence = codes.wrong_code(new, who.initials)
        if sentence is None and new == old:
            sentence = _("This is the code you have; choose another.")
        if sentence is not None:
            raise BadInput(Mistake("new", sentence))
        hashed = codes.hash_code(new, self._ground.secret)

        def right(session: Session, row: UserRow) -> None:
            row.code_hash, row.code_given_at = hashed, None
            session.flush()
            self._note(session, who, "code_changed", sealed=user_seal(self._ground.secret, row))

        self._attempt(who.initials, old, who.station, right)

    def sign_out(self, who: Who) -> None:
        """Note that somebody signed out, or was."""
        with writing(self._ground.engine) as session:
            self._note(session, who, "signed_out")

    def note_refused(self, who: Who, what: str, about: Mapping[str, int] = _NOTHING) -> None:
        """Note that somebody wanted what they may not. `what` is the code of an act, never what was typed; `about` are
        ids by what they are of."""
        ground = self._ground
        subject = next((each for each in _SUBJECTS if each in about), None)
        with writing(ground.engine) as session:
            audit.note(
                session,
                ground.audit_key,
                ground.clock.now(),
                who,
                "refused",
                subject or "",
                about[subject] if subject is not None else None,
                detail={"act": what, **about},
            )

    def _attempt(self, initials: str, code: str, station: str, right: Callable[[Session, UserRow], _Done]) -> _Done:
        ground = self._ground
        wait_s, hashed = self._reserve(initials, station)
        while True:
            fits = codes.fits(code, hashed, ground.secret)
            renewed = codes.hash_code(code, ground.secret) if fits and codes.is_outdated(hashed) else hashed
            with writing(ground.engine) as session:
                # Read anew: the user may have been disabled in the meantime.
                row = people.user_called(session, initials, hold=True)
                if _hash(row) != hashed:
                    # Another code, or the same hashed anew by another sign-in: that is the one to look at.
                    hashed = _hash(row)
                    continue
                known = row if row is not None and fits and row.disabled_at is None else None
                ran_out = known is not None and codes.has_run_out(known.code_given_at, ground.clock.now())
                if known is not None and not ran_out:
                    if not as_logged(session, ground.secret, known):
                        raise Refused(
                            _(
                                "Your role or code was changed outside the program: an administrator has to look at "
                                "it, and to give you a new code."
                            )
                        )
                    if known.code_hash != renewed:
                        known.code_hash = renewed
                        self._note_hashed(session, known, station)
                    people.forget_failures(session, initials, station)
                    return right(session, known)
                if not audit.is_its_key(session, ground.audit_key):
                    raise other_secret(ground.settings.secret)
                now, user = ground.clock.now(), None if row is None else row.id
                why = {"code": "ran_out"} if ran_out else None
                audit.note(
                    session, ground.audit_key, now, None, "sign_in_failed", "user", user, station=station, detail=why
                )
                break
        if ran_out:
            # Told to whoever has the code, and so to nobody who guesses.
            sentence = _("This code was given more than {days} days ago and counts no more; ask for a new one.")
            raise WrongCode(sentence.format(days=codes.ONE_TIME_DAYS), wait_s)
        sentence = _("These initials and this code do not belong together.")
        raise WrongCode(f"{sentence} {_in_seconds(wait_s)}", wait_s)

    def _reserve(self, initials: str, station: str) -> tuple[float, str]:
        """Count an attempt as wrong. Returns the wait after it and the hash of the code that would be right, "" where
        there is none. Raises WrongCode if too early.
        """
        try:
            return self._count(initials, station)
        except IntegrityError:
            # On a server two first attempts can be counted at once; by now the other's row is there.
            return self._count(initials, station)

    def _count(self, initials: str, station: str) -> tuple[float, str]:
        now = self._ground.clock.now()
        with writing(self._ground.engine) as session:
            people.forget_failures_before(session, delay.forgotten_before(now))
            failed = people.failure(session, initials, station)
            if failed is None:
                failed = SignInFailureRow(initials=initials, station=station, failures=0, last_at=now)
                session.add(failed)
            wait_s = self._wait_s(initials, station, delay.wait_s(failed.failures, failed.last_at, now), now)
            # A clock that was set back would make the wait as much longer.
            failed.last_at = min(failed.last_at, now)
            if wait_s == 0:
                failed.failures, failed.last_at = failed.failures + 1, now
            failures = failed.failures
            hashed = _hash(people.user_called(session, initials))
        if wait_s > 0:
            raise WrongCode(_in_seconds(wait_s), wait_s)
        return delay.delay_s(failures), hashed

    def _wait_s(self, initials: str, station: str, wait_s: float, now: datetime) -> float:
        """Seconds to wait where wrong codes ask for `wait_s`: 0 if this dashboard's turn has come, which is then over.
        Otherwise its turn is when they have passed.
        """
        turn = self._turns.pop((initials, station), None)
        if turn is not None:
            wait_s = min(wait_s, max((turn - now).total_seconds(), 0.0))
        if wait_s > 0:
            forgotten = delay.forgotten_before(now)
            self._turns = {key: at for key, at in self._turns.items() if at >= forgotten}
            self._turns[initials, station] = now + timedelta(seconds=wait_s)
        return wait_s

    def _note_hashed(self, session: Session, row: UserRow, station: str) -> None:
        """The same code is kept with another strength from now on."""
        session.flush()
        ground = self._ground
        sealed = {"sealed": user_seal(ground.secret, row)}
        now = ground.clock.now()
        audit.note(session, ground.audit_key, now, None, "code_hashed", "user", row.id, station=station, detail=sealed)

    def _note(self, session: Session, who: Who, what: str, **detail: object) -> None:
        now = self._ground.clock.now()
        audit.note(session, self._ground.audit_key, now, who, what, "user", who.user, detail=detail)


def _hash(row: UserRow | None) -> str:
    return "" if row is None else row.code_hash


def _in_seconds(wait_s: float) -> str:
    seconds = math.ceil(wait_s)
    sentence = n_(
        "The next attempt is possible in {count} second.", "The next attempt is possible in {count} seconds.", seconds
    )
    return sentence.format(count=seconds)
