"""The purge of the main database: what is past its time leaves, in short transactions, each with its audit entry.

Nobody is asked and nobody's name is said: the entries tell which kind and how many. What could not go because somebody
named it at the same moment goes the next time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import partial
from time import sleep
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from db import retention as stored
from db.incident_tables import IncidentRow
from db.incidents import SEALED as OF_INCIDENTS
from db.main import reading, writing
from db.people import count_up
from db.people_tables import UserRow
from db.schemas_aside import drop_schema, schemas_aside
from guardroom.bans.backing import LINES
from guardroom.days import day_in, midnights
from guardroom.ground import Ground
from guardroom.incidents import drafts, seal
from guardroom.people import audit
from guardroom.people.user_seal import SEALED as OF_USERS
from guardroom.people.user_seal import user_seal
from guardroom.privacy.gathering import LOOKUPS
from guardroom.privacy.register import Kind, time_of
from guardroom.privacy.retention import (
    CLOCKS_APART,
    BanHeld,
    DuePeople,
    Holdings,
    IncidentHeld,
    cut_month,
    due_if_ended_by,
    due_people,
)
from guardroom.settings import Keep

log = logging.getLogger(__name__)

RAN = "purge"
"""The counter that says how often the main database was purged: each monitor then empties what its files still hold."""

GIVE_WAY_S = 0.05
"""Between two transactions: a SQLite file serves whoever asks just then, and alarms wait for it in between."""

_VAIN = 8
"""So often in a row it is asked which people are due while others write."""

_CUT_AT_ONCE = 1000
"""So many entries of the audit log are looked at in one transaction: each has its seal made once more."""

_YEAR = Keep(12, "months")
"""A follow-up that comes again is known by the one before: it stays for a year at least."""

_NO_ONE = DuePeople(bans=frozenset(), incidents=frozenset(), persons=frozenset())
_OF_BANS = tuple(f"ban_{line}" for line in LINES)


class _Changed(Exception):
    """What was found out does not stand any more."""


_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class _Step(Generic[_Key]):
    """One kind's rows that go by their own date: which they are, or so many of them, and what is done with some."""

    kind: Kind
    find: Callable[[Session, datetime, int | None], list[_Key]]
    go: Callable[[Session, Collection[_Key]], None]


@dataclass(slots=True)
class Purge:
    """One purge of the main database, from this station. Its methods raise StorageError."""

    ground: Ground
    station: str = ""
    left: bool = field(default=False, init=False)
    """Whether `run` has given up something that goes when it is tried again: somebody always wrote meanwhile."""
    _done: dict[Kind, int] = field(default_factory=dict, init=False)

    def due(self) -> Mapping[Kind, int]:
        """How many of each kind are due; changes nothing."""
        found: dict[Kind, int] = {}
        with reading(self.ground.engine) as session:
            people = self._due_people(session)
            for step in (*self._steps(), *self._steps_of_alarms(people.incidents)):
                before = self._before(step.kind)
                if before is not None:
                    found[step.kind] = found.get(step.kind, 0) + len(step.find(session, before, None))
            found |= {
                "bans": len(people.bans),
                "incidents": len(people.incidents),
                "persons": len(people.persons),
                "audit": self._audit_due(session, people)[0],
            }
            if (before := self._before("copies")) is not None:
                found["copies"] = len(schemas_aside(session, before))
        return {kind: count for kind, count in found.items() if count}

    def run(self) -> Mapping[Kind, int]:
        """Delete what is due; how many of each kind it was."""
        for step in self._steps():
            self._go(step)
        self._people()
        # An alarm says what it says as long as an incident is written about it.
        for step in self._steps_of_alarms(()):
            self._go(step)
        self._schemas()
        self._cut()
        with writing(self.ground.engine) as session:
            count_up(session, RAN)
            if self._done:
                for name in ("person", "ban", "headsup"):
                    count_up(session, name)
        return dict(self._done)

    # What goes by its own date.

    def _steps(self) -> tuple[_Step[int], ...]:
        return (
            _Step("headsups", stored.over_headsups, stored.delete_headsups),
            _Step("headsups", stored.over_arrivals, stored.delete_arrivals),
            _Step("follow_ups", stored.over_follow_ups, stored.delete_follow_ups),
            _Step("drafts", stored.over_drafts, stored.delete_drafts),
            _Step("duties", stored.over_locks, stored.delete_locks),
            _Step("duties", stored.over_notes, stored.delete_notes),
            _Step("duties", stored.over_tries, stored.delete_tries),
            _Step("duties", stored.over_loans, stored.delete_loans),
            _Step("duties", stored.over_reconciliations, stored.delete_reconciliations),
            _Step("notices", stored.over_notices, stored.delete_notices),
            _Step("drills", stored.over_drills, stored.empty_drills),
            _Step("users", stored.over_users, self._empty_users),
        )

    def _steps_of_alarms(self, going: Collection[int]) -> tuple[_Step[Any], ...]:
        return (
            _Step("alarms", partial(stored.over_alarms, going=going), stored.empty_alarms),
            _Step("alarms", stored.over_tests, stored.empty_tests),
            _Step("alarms", stored.over_shifts, stored.delete_shifts),
        )

    def _go(self, step: _Step[_Key]) -> None:
        before = self._before(step.kind)
        if before is None:
            return
        while True:
            with writing(self.ground.engine) as session:
                some = step.find(session, before, stored.AT_ONCE)
                if not some:
                    return
                step.go(session, some)
                self._note(session, step.kind, len(some))
            sleep(GIVE_WAY_S)

    def _schemas(self) -> None:
        """What a restore on a server has left aside; on a PC these are files (`guardroom.privacy.station`)."""
        before = self._before("copies")
        if before is None:
            return
        with reading(self.ground.engine) as session:
            names = schemas_aside(session, before)
        for name in names:
            try:
                with writing(self.ground.engine) as session:
                    drop_schema(session, name)
                    self._note(session, "copies", 1)
            except ProgrammingError as refused:  # it belongs to another user of the server
                log.warning("the schema %s cannot be deleted: %s", name, refused.orig)

    def _empty_users(self, session: Session, numbers: Collection[int]) -> None:
        """Their initials stay: what they did names them. The audit log holds the user as they are from now on."""
        for number in numbers:
            row = session.get_one(UserRow, number)
            row.name = row.title = row.code_hash = ""
            session.flush()
            sealed = {"sealed": user_seal(self.ground.secret, row)}
            self._entry(session, "user_changed", "user", number, sealed)

    # Bans, incidents and persons, which hold one another.

    def _people(self) -> None:
        """Who may go is found out before anything is locked, as it takes seconds where there is much; it stands as long
        as the audit log has not grown by anything else."""
        vain = 0
        while vain < _VAIN:
            with reading(self.ground.engine) as session:
                reached, due = audit.reached(session), self._due_people(session)
            some = _some_of(due)
            while some is not None and (now_reached := self._go_people(some, reached)) is not None:
                vain, reached = 0, now_reached
                due = _without(due, some)
                some = _some_of(due)
                sleep(GIVE_WAY_S)
            if some is None:
                return
            vain += 1
            sleep(GIVE_WAY_S)
        self.left = True
        log.warning(
            "somebody always wrote while it was asked which people are to be deleted: it is tried the next time"
        )

    def _go_people(self, some: DuePeople, reached: int) -> int | None:
        """Delete these, of one kind; how far the audit log has come with that. None where it has grown since it had
        come to `reached`, or one of these is named again: nothing was deleted."""
        try:
            with writing(self.ground.engine) as session:
                # No decision about a ban is made meanwhile, and no person changed.
                count_up(session, "person")
                count_up(session, "ban")
                if stored.is_still_open(session, some.bans, some.incidents) or some.persons & self._drafted(session):
                    raise _Changed
                resealed = self._delete(session, some)
                if audit.reached(session, hold=True) != reached:
                    raise _Changed
                self._tell(session, some, resealed)
                return audit.reached(session)
        except _Changed:
            return None
        except IntegrityError as named:
            log.warning("something else names who is to be deleted: %s", named.orig)
            return None

    def _delete(self, session: Session, some: DuePeople) -> list[IncidentRow]:
        """Delete these; returns the incidents that stay and named one of the bans."""
        if some.bans:
            return stored.delete_bans(session, some.bans)
        if some.incidents:
            stored.delete_incidents(session, some.incidents)
        else:
            stored.delete_persons(session, some.persons)
        return []

    def _tell(self, session: Session, some: DuePeople, resealed: Collection[IncidentRow]) -> None:
        key = self.ground.secret.key(seal.KEY)
        for incident in resealed:
            detail = {"resealed": seal.saved_seal(key, incident)}
            self._entry(session, "incident_unlinked", "incident", incident.id, detail)
        for number in sorted(some.bans, reverse=True):
            self._entry(session, "ban_purged", "ban", number, {})
        for number in sorted(some.incidents):
            self._entry(session, "incident_purged", "incident", number, {})
        counts: dict[Kind, int] = {
            "bans": len(some.bans), "incidents": len(some.incidents), "persons": len(some.persons)
        }  # fmt: skip
        for kind, count in counts.items():
            if count:
                self._note(session, kind, count)

    def _due_people(self, session: Session) -> DuePeople:
        bans_by, bans_before = self._by("bans"), self._before("bans")
        # Else a house would have all of its records in memory every night, years before the first of them is due.
        if not stored.may_be_over(
            session,
            bans=(bans_by, bans_before) if bans_by and bans_before else None,
            incidents=self._before("incidents"),
            persons=self._before("persons"),
        ):
            return _NO_ONE
        return due_people(
            self._holdings(session),
            self._today,
            bans=self._keep("bans"),
            incidents=self._keep("incidents"),
            persons=self._keep("persons"),
        )

    def _holdings(self, session: Session) -> Holdings:
        zone = self.ground.settings.site.zone
        records = stored.persons(session)
        roots = {number: root for number, (root, _made) in records.items()}
        made: dict[int, date] = {}
        for root, at in records.values():
            made[root] = max(made.get(root, date.min), day_in(at, zone))
        subjects, resting = stored.subjects(session), stored.resting_on(session)
        log_ends, open_bans = stored.ban_events(session), stored.bans_with_open_follow_ups(session)
        bans = {}
        for row in stored.bans(session):
            ended: date | None = None
            if row.id not in open_bans:
                if row.stage in ("dropped", "lifted"):
                    ended = day_in(log_ends.get(row.id, row.created_at), zone)
                elif row.stage == "in_force":
                    # From the day on which it is lifted, it binds no more.
                    ended = min((day for day in (row.ends_on, row.lifted_on) if day is not None), default=None)
            bans[row.id] = BanHeld(
                person=roots[row.person_id],
                ended=ended,
                extends=row.extends_id,
                incidents=frozenset(resting.get(row.id, ())),
            )
        incidents = {
            end.id: IncidentHeld(
                ended=None if end.open else day_in(end.last, zone),
                persons=frozenset(roots[one] for one in subjects.get(end.id, ())),
                breached=end.ban_id,
            )
            for end in stored.incident_ends(session)
        }
        elsewhere = stored.meeting(
            session, self._over(session, stored.over_headsups), self._over(session, stored.over_arrivals)
        )
        elsewhere |= self._drafted(session)
        return Holdings(
            bans=bans,
            incidents=incidents,
            persons=made,
            asking=frozenset(roots[one] for one in stored.asking(session)),
            elsewhere=frozenset(roots[one] for one in elsewhere if one in roots),
        )

    def _drafted(self, session: Session) -> set[int]:
        """The persons that a half-written incident names."""
        subjects = (one for body in stored.draft_bodies(session) for one in drafts.decode(body).subjects)
        return stored.roots(session, {one.person for one in subjects if one.person is not None})

    def _over(self, session: Session, find: Callable[[Session, datetime], list[int]]) -> list[int]:
        before = self._before("headsups")
        return [] if before is None else find(session, before)

    # The audit log.

    def _audit_due(self, session: Session, going: DuePeople = _NO_ONE) -> tuple[int, int, set[int]]:
        """How many entries go when the log is cut, up to which number, and which are kept because something other than
        what is `going` rests on them."""
        keep = self._keep("audit")
        if keep is None:
            return 0, 0, set()
        begin = cut_month(self._today, keep)
        before = datetime.combine(begin, time(), self.ground.settings.site.zone).astimezone(UTC)
        upto = stored.audit_upto(session, audit.cut_upto(session), before, self.ground.clock.now() + CLOCKS_APART)
        count = stored.audit_count(session, upto)
        if not count:
            # On nearly every night: what is kept of nothing is not asked for.
            return 0, 0, set()
        kept = stored.audit_behind(session, upto, OF_INCIDENTS, _OF_BANS, incidents=going.incidents, bans=going.bans)
        kept |= stored.audit_of_users(session, upto, OF_USERS)
        # Who has asked what is kept of them is told of these too.
        kept |= stored.audit_about(session, upto, LOOKUPS, stored.asking(session))
        return count - len(kept), upto, kept

    def _cut(self) -> None:
        holds = False
        vain = 0
        while vain < _VAIN:
            with reading(self.ground.engine) as session:
                count, upto, kept = self._audit_due(session)
                if not count:
                    return
                if not holds and audit.first_break(session, self.ground.audit_key) is not None:
                    # What shows where it was changed is not to vanish.
                    log.error("the audit log does not hold and is not cut: see `guardroom check`")
                    return
                holds = True
                reached, some = audit.reached(session), min(upto, audit.cut_upto(session) + _CUT_AT_ONCE)
            vain = 0 if self._cut_some(some, kept, reached) else vain + 1
            sleep(GIVE_WAY_S)
        self.left = True
        log.warning("somebody always wrote while the audit log was to be cut: it is tried the next time")

    def _cut_some(self, upto: int, kept: Collection[int], reached: int) -> bool:
        """Cut up to this number; False where the log has grown since it had come to `reached`: nothing was cut."""
        with writing(self.ground.engine) as session:
            if audit.reached(session, hold=True) != reached:
                return False
            gone = audit.cut(session, self.ground.audit_key, self.ground.clock.now(), upto, kept)
            if gone:
                self._note(session, "audit", gone)
            return True

    # Times, and what is told.

    @property
    def _today(self) -> date:
        return day_in(self.ground.clock.now(), self.ground.settings.site.zone)

    def _keep(self, kind: Kind) -> Keep | None:
        return time_of(self.ground.settings.policy, kind)

    def _by(self, kind: Kind) -> date | None:
        """What ended on this day, or before, is due; None where nothing is."""
        keep = self._keep(kind)
        if keep is None:
            return None
        day = due_if_ended_by(self._today, keep)
        return min(day, due_if_ended_by(self._today, _YEAR)) if kind == "follow_ups" else day

    def _before(self, kind: Kind) -> datetime | None:
        """What ended before this moment is due; None where nothing is."""
        day = self._by(kind)
        return None if day is None else midnights(day, day, self.ground.settings.site.zone)[1]

    def _note(self, session: Session, kind: Kind, count: int) -> None:
        self._done[kind] = self._done.get(kind, 0) + count
        self._entry(session, "purged", "", None, {"kind": kind, "count": count})

    def _entry(
        self, session: Session, what: str, subject: audit.Subject, number: int | None, detail: Mapping[str, object]
    ) -> None:
        audit.note(
            session,
            self.ground.audit_key,
            self.ground.clock.now(),
            None,
            what,
            subject,
            number,
            station=self.station,
            detail=detail,
        )


def times_purged(session: Session) -> int:
    """How often the main database has been purged."""
    return stored.counter(session, RAN)


def _some_of(due: DuePeople) -> DuePeople | None:
    """Some of these, of one kind: what rests on something before that, of the bans the newest, which may go on from
    older ones. None where there are none."""
    if due.bans:
        return replace(_NO_ONE, bans=_first(sorted(due.bans, reverse=True)))
    if due.incidents:
        return replace(_NO_ONE, incidents=_first(sorted(due.incidents)))
    if due.persons:
        return replace(_NO_ONE, persons=_first(sorted(due.persons)))
    return None


def _first(numbers: Sequence[int]) -> frozenset[int]:
    return frozenset(numbers[: stored.AT_ONCE])


def _without(due: DuePeople, some: DuePeople) -> DuePeople:
    return DuePeople(
        bans=due.bans - some.bans, incidents=due.incidents - some.incidents, persons=due.persons - some.persons
    )
