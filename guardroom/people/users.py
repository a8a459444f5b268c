"""Users: who may sign in, as what, and with which code. Administrators keep them; nobody sees a code twice.

Initials stay one person's for ever, for incidents and the audit log name people by them: users are disabled, never
deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from db import people
from db.main import writing
from db.people_tables import UserRow
from guardroom.language import _
from guardroom.people import audit, codes
from guardroom.people.cpr import no_cpr
from guardroom.people.initials import read_initials
from guardroom.people.roles import Right, Role, named
from guardroom.people.user_seal import user_seal
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Forbidden, Mistake, Refused
from guardroom.settings import SIGNATORIES
from guardroom.text import one_line

if TYPE_CHECKING:
    from guardroom.ground import Ground

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    """A user as an administrator sees them.

    `must_change`: they have not yet chosen a code of their own. The one they were given counts until `code_until`;
    `code_ran_out`: that has passed.
    """

    initials: str
    role: Role
    name: str
    title: str
    area: str
    disabled: bool
    has_code: bool
    must_change: bool
    code_until: datetime | None = None
    code_ran_out: bool = False


class Users:
    """What administrators do with users. Every method raises Forbidden for everybody else.

    `who` may be None while nobody has a code: so the first administrator comes about, and nobody after.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def all(self, who: Who) -> tuple[UserView, ...]:
        """Everybody, also who is disabled, by initials."""
        who.must(Right.USERS)
        with self._ground.reading(who) as session:
            return tuple(_view(row, self._ground.clock.now()) for row in people.users(session))

    def add(self, who: Who | None, initials: str, role: str, name: str = "", title: str = "", area: str = "") -> str:
        """Add a user. Returns their one-time code, which is nowhere else. Raises BadInput."""
        self._must(who)
        own = read_initials(initials)
        name, title = one_line(name), one_line(title)
        mistakes = [] if own else [Mistake("initials", _("Initials are one to six letters."))]
        mistakes += _role_mistakes(role) + self._detail_mistakes(role, name, title, area)
        if who is None and role != Role.ADMIN:
            mistakes.append(Mistake("role", _("The first user is an administrator; that one adds the others.")))
        if mistakes:
            raise BadInput(*mistakes)
        code = codes.one_time_code(own)
        now = self._ground.clock.now()
        row = UserRow(
            initials=own,
            role=role,
            created_at=now,
            name=name,
            title=title,
            area=self._area(area) or "",
            code_hash=codes.hash_code(code, self._ground.secret),
            code_given_at=now,
        )
        with self._writing(who) as session:
            self._must_be_first(session, who)
            if people.user_called(session, own) is not None:
                taken = _("{initials} is taken, and stays that person's; choose other initials.")
                raise BadInput(Mistake("initials", taken.format(initials=own)))
            session.add(row)
            session.flush()
            self._note(session, who, "user_added", row, {"role": role})
            self._note(session, who, "code_given", row)
        return code

    def change(
        self,
        who: Who,
        initials: str,
        *,
        role: str | None = None,
        name: str | None = None,
        title: str | None = None,
        area: str | None = None,
    ) -> None:
        """Change what is given. Raises BadInput, also for one's own role: nobody gives themselves rights; Refused where
        no administrator would be left.
        """
        self._must(who)
        with self._ground.writing(who) as session:
            row = _called(session, initials)
            new_role = row.role if role is None else role
            new_name = row.name if name is None else one_line(name)
            new_title = row.title if title is None else one_line(title)
            new_area = row.area if area is None else area
            # An area that is no longer in the configuration may stay until somebody chooses another.
            mistakes = _role_mistakes(new_role) + self._detail_mistakes(
                new_role, new_name, new_title, "" if area is None else area
            )
            if row.id == who.user and new_role != row.role:
                mistakes.append(Mistake("role", _("Nobody changes their own role: another administrator does.")))
            if mistakes:
                raise BadInput(*mistakes)
            if new_role != Role.ADMIN:
                _keep_an_administrator(session, row, self._ground.clock.now())
            after = {
                "role": new_role,
                "name": new_name,
                "title": new_title,
                "area": new_area if area is None else self._area(area) or "",
            }
            was = row.role
            changed = [field for field, value in after.items() if getattr(row, field) != value]
            for field in changed:
                setattr(row, field, after[field])
            if changed:
                detail: dict[str, object] = {"fields": changed}
                if "role" in changed:
                    detail |= {"role": new_role, "was": was}
                self._note(session, who, "user_changed", row, detail)

    def disable(self, who: Who, initials: str) -> None:
        """End somebody's sign-ins from now on. Raises Refused where no administrator would be left."""
        self._must(who)
        with self._ground.writing(who) as session:
            row = _called(session, initials)
            if row.disabled_at is not None:
                return
            now = self._ground.clock.now()
            _keep_an_administrator(session, row, now)
            row.disabled_at = now
            self._note(session, who, "user_disabled", row)

    def enable(self, who: Who, initials: str) -> None:
        """Let somebody sign in again, with the code they had."""
        self._must(who)
        with self._ground.writing(who) as session:
            row = _called(session, initials)
            if row.disabled_at is None:
                return
            row.disabled_at = None
            self._note(session, who, "user_enabled", row)

    def new_code(self, who: Who | None, initials: str) -> str:
        """Give somebody a one-time code in place of the one they had. Returns it; it is nowhere else.

        Raises Refused for the last administrator: if that code were lost, nobody could give another.
        """
        self._must(who)
        code = codes.one_time_code(read_initials(initials))
        hashed = codes.hash_code(code, self._ground.secret)
        with self._writing(who) as session:
            self._must_be_first(session, who)
            row = _called(session, initials)
            if who is None and (row.role != Role.ADMIN or row.disabled_at is not None):
                raise Refused(_("The first code is an administrator's; that one gives the others theirs."))
            now = self._ground.clock.now()
            _keep_an_administrator(session, row, now)
            row.code_hash, row.code_given_at = hashed, now
            self._note(session, who, "code_given", row)
        return code

    def _writing(self, who: Who | None) -> AbstractContextManager[Session]:
        return writing(self._ground.engine) if who is None else self._ground.writing(who)

    def _must(self, who: Who | None) -> None:
        if who is not None:
            who.must(Right.USERS)

    def _must_be_first(self, session: Session, who: Who | None) -> None:
        """Nobody need be signed in while nobody can be. Raises Forbidden."""
        if who is None and people.anybody_has_a_code(session, codes.given_since(self._ground.clock.now())):
            raise Forbidden(_("Somebody has a code already: an administrator signs in for this."))

    def _detail_mistakes(self, role: str, name: str, title: str, area: str) -> list[Mistake]:
        mistakes = []
        if role in SIGNATORIES and not name:
            needed = _("As {role} they need a name, which stands under what they sign: give it with --name.")
            mistakes.append(Mistake("name", needed.format(role=named(Role(role)))))
        for field, text in (("name", name), ("title", title)):
            if len(text) > _LONGEST_NAME:
                most = _("At most {most} characters.").format(most=_LONGEST_NAME)
                mistakes.append(Mistake(field, most))
            mistakes += no_cpr(field, text)
        if self._area(area) is None:
            areas = ", ".join(block.name for block in self._ground.settings.blocks)
            sentence = _("There is no such part of the house; there are: {areas}. Empty is the whole house.")
            mistakes.append(Mistake("area", sentence.format(areas=areas or "-")))
        return mistakes

    def _area(self, typed: str) -> str | None:
        """The part of the house as the configuration writes it; "" for all of it; None where there is no such part."""
        wanted = one_line(typed).casefold()
        if not wanted:
            return ""
        return next((block.name for block in self._ground.settings.blocks if block.name.casefold() == wanted), None)

    def _note(
        self, session: Session, who: Who | None, what: str, row: UserRow, detail: Mapping[str, object] | None = None
    ) -> None:
        ground = self._ground
        at, station = ground.clock.now(), ground.settings.station
        session.flush()
        sealed = {**(detail or {}), "sealed": user_seal(ground.secret, row)}
        audit.note(session, ground.audit_key, at, who, what, "user", row.id, station=station, detail=sealed)


def _role_mistakes(role: str) -> list[Mistake]:
    if role in tuple(Role):
        return []
    sentence = _("There is no such role; there are: {roles}.").format(roles=", ".join(Role))
    return [Mistake("role", sentence)]


def _called(session: Session, initials: str) -> UserRow:
    row = people.user_called(session, read_initials(initials))
    if row is None:
        raise BadInput(Mistake("initials", _("There is no user with these initials.")))
    return row


def can_sign_in(row: UserRow, now: datetime) -> bool:
    """Whether somebody has a code that counts, and is not disabled."""
    return bool(row.code_hash) and row.disabled_at is None and not codes.has_run_out(row.code_given_at, now)


def _keep_an_administrator(session: Session, row: UserRow, now: datetime) -> None:
    """Raises Refused where `row` is the last who can sign in as administrator."""
    able = [each.id for each in people.users_of_role(session, Role.ADMIN) if can_sign_in(each, now)]
    if able == [row.id]:
        raise Refused(_("{initials} is the last administrator; add another one first.").format(initials=row.initials))


def _view(row: UserRow, now: datetime) -> UserView:
    until = None if row.code_given_at is None else row.code_given_at + timedelta(days=codes.ONE_TIME_DAYS)
    return UserView(
        initials=row.initials,
        role=Role(row.role),
        name=row.name,
        title=row.title,
        area=row.area,
        disabled=row.disabled_at is not None,
        has_code=bool(row.code_hash),
        must_change=row.must_change,
        code_until=until,
        code_ran_out=codes.has_run_out(row.code_given_at, now),
    )
