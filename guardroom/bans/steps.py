"""Taking one step of a ban's life: who may, whether it can be now, and the ban as it is afterwards."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from db import bans as stored
from db import persons
from db.ban_tables import BanRow, SignatureRow
from db.people import count_up, initials
from guardroom.bans import backing, words
from guardroom.bans.cautions import goes_on_by_itself
from guardroom.bans.changed import Changed
from guardroom.bans.decision import Decision, Facts
from guardroom.bans.life import MOVES
from guardroom.bans.noting import note
from guardroom.bans.requirements import for_decision, for_hearing, missing, needs, without_reasons
from guardroom.bans.rows import facts_of, put, standing_of
from guardroom.bans.seal import KEY, named_seal, seal, signature
from guardroom.bans.showing import Shown, sees_reasons, view_of
from guardroom.bans.view import BanView
from guardroom.days import day_in, written
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.people import audit
from guardroom.people.persons import Persons
from guardroom.people.who import Who
from guardroom.refusal import Forbidden, Refused

_CHANGES = "ban"
"""The counter that grows with every change of any ban; taking it also lets one writer at a time decide about bans."""

_WRITING = ("begun", "taken_over", "changed", "hearing_sent", "hearing_skipped", "hearing_answered", "person_changed")
"""What in a ban's log changes its text, its hearing or whom it is about."""

_FRESH = timedelta(seconds=120)
"""Whoever signs gave their code no longer ago than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step that is being taken: in whose transaction, by whom, to what, when."""

    session: Session
    key: bytes
    who: Who
    row: BanRow
    facts: Facts
    group: tuple[int, ...]
    now: datetime
    today: date

    def note(self, what: str, detail: str = "", **codes: object) -> None:
        """A line in the ban's log and one in the audit log, which gets the codes only."""
        note(self.session, self.key, self.who, self.row, self.now, what, detail, **codes)


def no_such_ban() -> Refused:
    """There is none, or none that the asker may know of: the same sentence."""
    return Refused(_("There is no such ban."))


def must_see_area(who: Who, row: BanRow) -> None:
    """Raises Forbidden where the ban belongs to a part of the house that is not the asker's."""
    if not who.sees_area(row.area):
        raise Forbidden(_("This ban belongs to another part of the house: {area}.").format(area=row.area))


class Steps:
    """Takes steps in the register of one house."""

    def __init__(self, ground: Ground, persons: Persons) -> None:
        self._ground = ground
        self._persons = persons

    def moment(self) -> tuple[datetime, date]:
        """Now, and the day it is in the house."""
        now = self._ground.clock.now()
        return now, day_in(now, self._ground.settings.site.zone)

    @contextmanager
    def taking(self, who: Who, ban: int, code: str) -> Iterator[Step]:
        """The transaction of one step of `life.MOVES`. Raises Forbidden, or Refused where it cannot be taken now."""
        who.must(*MOVES[code].rights)
        now, today = self.moment()
        with self._ground.writing(who) as session:
            # That somebody has read a ban changes nothing about it.
            changed = None if code == "confirm_read" else count_up(session, _CHANGES)
            row = stored.ban(session, ban, lock=True)
            if row is None:
                raise no_such_ban()
            if code != "confirm_read":
                must_see_area(who, row)
            standing = standing_of(row, today)
            if standing not in MOVES[code].standings:
                raise Refused(
                    _("“{step}” cannot be done now: {number} is {standing}.").format(
                        step=words.step(code), number=row.number, standing=words.standing(standing)
                    )
                )
            group = tuple(record.id for record in persons.group(session, row.person_id))
            facts = facts_of(session, self._ground.settings, row, group)
            if hindrance := self._hindrance(session, who, row, facts, code, today):
                raise Refused(hindrance)
            if changed is not None:
                row.changed = changed
            yield Step(
                session=session,
                key=self._ground.audit_key,
                who=who,
                row=row,
                facts=facts,
                group=group,
                now=now,
                today=today,
            )

    def add(self, session: Session, person: int, decision: Decision, who: Who) -> BanRow:
        """A new draft about a person, numbered within the local year."""
        now, today = self.moment()
        # The same counter first as in every other step, so that no two writers wait for each other.
        changed = count_up(session, _CHANGES)
        row = BanRow(
            number=f"FB-{today.year}-{count_up(session, f'ban {today.year}'):03d}",
            kind=decision.kind,
            person_id=self._persons.root(session, person),
            stage="draft",
            created_at=now,
            created_by=who.user,
            changed=changed,
        )
        put(row, decision)
        session.add(row)
        session.flush()
        return row

    def view(self, session: Session, who: Who, row: BanRow) -> BanView:
        """The ban as `who` may see it, with what has been done so far in this transaction."""
        session.flush()
        today = self.moment()[1]
        settings = self._ground.settings
        records = persons.group(session, row.person_id)
        group = tuple(record.id for record in records)
        facts = facts_of(session, settings, row, group)
        shown = Shown(
            row=row,
            facts=facts,
            person=records[0],
            group=group,
            seal=self.seal(facts),
            doubt=backing.warning(backing.doubt(session, self._ground.secret, row, facts)),
        )
        return view_of(session, settings, who, shown, today, self._may(session, who, row, facts, today))

    def doubt(self, session: Session, row: BanRow) -> str:
        """What is to be read before anybody acts on the ban, "" where it is as it was signed."""
        group = tuple(record.id for record in persons.group(session, row.person_id))
        facts = facts_of(session, self._ground.settings, row, group)
        return backing.warning(backing.doubt(session, self._ground.secret, row, facts))

    def heavier_since(self, session: Session, row: BanRow) -> date | None:
        """The day on which the text last became one that no earlier hearing was about; None where it never did."""
        told = audit.told(session, self._ground.audit_key, "ban", row.id, ["ban_changed"])
        at = next((entry.at for entry in reversed(told) if json.loads(entry.detail).get("heavier")), None)
        return None if at is None else day_in(at, self._ground.settings.site.zone)

    def seal(self, facts: Facts) -> str:
        """The digest of the text as it stands."""
        return seal(self._ground.secret.key(KEY), facts)

    def must_have_seen(self, step: Step, seen: str) -> None:
        """Raises Changed where the ban's text or hearing is not the one that was read, by its seal."""
        if hmac.compare_digest(self.seal(step.facts), seen):
            return
        last = stored.last_event(step.session, step.row.id, _WRITING)
        by = "?" if last is None else initials(step.session, [last.by_id]).get(last.by_id, "?")
        raise Changed(
            _("{number} is not the one that you have read: {initials} changed it last. Read it again.").format(
                number=step.row.number, initials=by
            )
        )

    def sign(self, step: Step) -> None:
        """Put a signature under the text. Raises Refused where the code was not just given."""
        who, now = step.who, step.now
        if who.proved_at is None or abs(now - who.proved_at) > _FRESH:
            raise Refused(_("Give your code again to sign."))
        key, role, sealed = self._ground.secret.key(KEY), who.role.value, self.seal(step.facts)
        digest = signature(key, sealed, user=who.user, role=role, name=who.name, title=who.title, at=now)
        step.row.signatures.append(
            SignatureRow(user_id=who.user, role=role, name=who.name, title=who.title, at=now, digest=digest)
        )
        step.note("signed", role, seal=sealed, named=named_seal(key, step.facts.named))

    def _broken(self, session: Session, row: BanRow, facts: Facts) -> str:
        return backing.hindrance(backing.doubt(session, self._ground.secret, row, facts))

    def _may(self, session: Session, who: Who, row: BanRow, facts: Facts, today: date) -> frozenset[str]:
        standing = standing_of(row, today)
        may: set[str] = set()
        for code, move in MOVES.items():
            if standing not in move.standings or not any(who.may(right) for right in move.rights):
                continue
            if code == "confirm_read":
                open_to_them = who.user not in stored.readers(session, row.id)
            else:
                open_to_them = who.sees_area(row.area)
            if open_to_them and not self._hindrance(session, who, row, facts, code, today):
                may.add(code)
        return frozenset(may)

    def _hindrance(self, session: Session, who: Who, row: BanRow, facts: Facts, code: str, today: date) -> str:
        """What beside right and standing keeps the step from being taken, as a sentence; "" where nothing does."""
        policy = self._ground.settings.policy.bans
        match code:
            case "send_hearing" | "skip_hearing" if row.hearing_answered_on and not facts.heard_otherwise:
                return _("The citizen has answered the hearing already.")
            case "send_hearing":
                return missing(for_hearing(facts, policy, today))
            case "answer_hearing" if row.hearing_sent_on is None:
                return _("No hearing was sent.")
            case "sign":
                return missing(for_decision(facts, policy, today)) or self._no_signature(session, who, row, facts)
            case "activate":
                lacking = needs(facts, policy, today)
                if not sees_reasons(who, row):
                    lacking = without_reasons(lacking)
                return missing(lacking) or self._broken(session, row, facts)
            case "lift" if row.lifted_on is not None:
                return _("It is lifted from {day} already.").format(day=written(row.lifted_on))
            case "lift":
                return goes_on_by_itself(facts)
            case "extend" if row.lifted_on is not None:
                return _("It is lifted from {day}: nothing is left to extend.").format(day=written(row.lifted_on))
            case "extend":
                follower = next(iter(stored.extensions_of(session, row.id)), None)
                if follower is not None:
                    return _("{number} extends it already.").format(number=follower.number)
            case _:
                pass
        return ""

    def _no_signature(self, session: Session, who: Who, row: BanRow, facts: Facts) -> str:
        if who.role.value not in self._ground.settings.policy.bans.signatories:
            return _("The town hall's policy does not name your role among those who sign.")
        if any(each.user_id == who.user or each.role == who.role.value for each in row.signatures):
            return _("Your signature, or one of your role, is there already.")
        if not who.name:
            return _("A decision carries the name of whoever signs it: ask the administrator to add yours.")
        return self._broken(session, row, facts)
