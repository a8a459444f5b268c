"""Persons: whom incidents and bans are about. Made, changed, merged, told apart; each act with its audit entry.

A record that was merged into another stays as it was and says into which. What belongs to it (incidents, bans) stays
with it too: a person is the group of records, so that `separate` undoes `merge` without a trace lost.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from db import bans
from db import persons as stored
from db.people import count_up
from db.people_tables import NotPersonRow, PersonRow
from guardroom.bans.noting import note as note_ban
from guardroom.bans.rows import named_of
from guardroom.bans.seal import KEY, named_seal
from guardroom.days import day_in
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.people.audit import note, note_each
from guardroom.people.cpr import no_cpr
from guardroom.people.folding import born, fold
from guardroom.people.lookup import Hit, Lookup
from guardroom.people.person import PersonForm, PersonView, cleaned, mistakes, read_birth
from guardroom.people.purposes import SEARCHED_FOR, must_be_purpose
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake, Refused
from guardroom.text import one_line

_NOTE_LENGTH = 300
_FIELDS = ("name", "aliases", "birth_date", "birth_year", "case_ref", "description")
_OVER = frozenset(("dropped", "lifted"))
"""Stages of bans that nobody acts on any more."""


class Persons:
    """The register of persons of one house."""

    def __init__(self, ground: Ground, lookup: Lookup | None = None) -> None:
        self._ground = ground
        self._lookup = lookup or Lookup(ground)

    def add(self, session: Session, who: Who, form: PersonForm) -> int:
        """Make a person within the caller's writing transaction; returns its id. Raises BadInput, Forbidden."""
        who.must(Right.PERSON_SEARCH, Right.INCIDENT_LOG, Right.BAN_DRAFT, Right.BAN_REGISTER)
        row = PersonRow(name="", folded="", changed=0, created_at=self._ground.clock.now(), created_by=who.user)
        self._fill(row, form, count_up(session, "person"))
        session.add(row)
        session.flush()
        self._note(session, who, "person_created", row.id)
        return row.id

    def create(self, who: Who, form: PersonForm) -> PersonView:
        """Make a person. Raises BadInput, Forbidden."""
        who.must(Right.PERSON_SEARCH)
        with self._ground.writing(who) as session:
            return self._view(session, self.add(session, who, form))

    def change(self, who: Who, person: int, form: PersonForm) -> PersonView:
        """Change what is kept of a person; `form` begins with `PersonView.form`. Raises BadInput, Forbidden, and
        Refused where somebody changed it since it was read."""
        who.must(Right.PERSON_EDIT)
        with self._ground.writing(who) as session:
            changed = self._alone(session)
            root = self.root(session, person)
            row = stored.held(session, [root])[root]
            was = named_of(row)
            if form.changed != row.changed:
                raise Refused(_("Somebody has changed this person since you opened it: open it again and compare."))
            fields = self._fill(row, form, changed)
            self._note(session, who, "person_changed", row.id, fields=fields)
            if named_of(row) != was:
                self._tell_bans(session, who, self.group(session, root), row)
            session.flush()
            return self._view(session, row.id)

    def read(self, who: Who, person: int, purpose: str) -> PersonView:
        """Everything that is kept of a person; `purpose` is one of `purposes.PURPOSES`. Raises BadInput, Refused."""
        who.must(Right.PERSON_SEARCH)
        must_be_purpose(purpose)
        with self._ground.writing(who) as session:
            root = self.root(session, person)
            view = self._view(session, root)
            self._note(session, who, "person_opened", root, why=purpose)
            return view

    def merge(self, who: Who, keep: int, gone: int) -> PersonView:
        """From now on `gone` and all merged into it are the person `keep`, whose record is filled in where it says
        nothing and the others do. Raises Refused where they already are."""
        who.must(Right.PERSON_EDIT)
        with self._ground.writing(who) as session:
            # As in `change`: two who merge at once must not each keep what the other lets go.
            changed = self._alone(session)
            root = self.root(session, keep)
            if gone == keep:
                raise Refused(_("A person cannot be merged with themselves; choose another one."))
            if _record(stored.held(session, [root, gone]).get(gone)).merged_into is not None:
                raise Refused(_("This record is already merged into another; separate it first."))
            if gone == root:
                raise Refused(_("The other record is already merged into this one."))
            records = stored.group(session, gone)
            kept = session.get_one(PersonRow, root)
            filled = sorted({field for row in records for field in _filled(kept, row)})
            if filled:
                kept.changed = changed
            for row in records:
                row.merged_into, row.changed = root, changed
            self._note(session, who, "person_merged", root, records=[row.id for row in records], filled=filled)
            self._tell_bans(session, who, [row.id for row in records], kept)
            session.flush()
            return self._view(session, root)

    def separate(self, who: Who, gone: int) -> PersonView:
        """The record is a person of its own again. Raises Refused where it is one."""
        who.must(Right.PERSON_EDIT)
        with self._ground.writing(who) as session:
            changed = self._alone(session)
            row = _record(stored.held(session, [gone]).get(gone))
            if row.merged_into is None:
                raise Refused(_("This record is not merged into another."))
            was, row.merged_into, row.changed = row.merged_into, None, changed
            self._note(session, who, "person_separated", was, records=[gone])
            self._tell_bans(session, who, [gone], row)
            session.flush()
            return self._view(session, gone)

    def not_this_person(self, who: Who, person: int, note: str) -> None:
        """Keep that somebody was taken for this person and was not; for whoever may not search among all persons, of
        those whom a lookup of bans shows them. Raises BadInput, Refused."""
        who.must(Right.BAN_LOOKUP)
        with self._ground.writing(who) as session:
            root = self.root(session, person)
            records = stored.group(session, root)
            if not who.may(Right.PERSON_SEARCH) and not self._lookup.shows(session, who, root, records):
                raise Refused(_("You may note this only of somebody whom the lookup of bans shows you."))
            self.keep_mistaken(session, who, root, note)

    def keep_mistaken(self, session: Session, who: Who, root: int, note: str) -> None:
        """Keep in this transaction that somebody was taken for this person, by their own record. Raises BadInput."""
        said = one_line(note, _NOTE_LENGTH * 2)
        wrong = no_cpr("note", said)
        if len(said) > _NOTE_LENGTH:
            wrong.append(
                Mistake("note", _("A note has at most {length} characters; shorten it.").format(length=_NOTE_LENGTH))
            )
        if wrong:
            raise BadInput(*wrong)
        session.add(
            NotPersonRow(person_id=root, at=self._ground.clock.now(), by_id=who.user, station=who.station, note=said)
        )
        self._note(session, who, "not_person", root)

    def alike(self, who: Who, form: PersonForm) -> tuple[Hit, ...]:
        """Known persons whom the form may mean, so that nobody is made twice; each that is shown is logged.
        Raises Forbidden."""
        hits = self._lookup.alike(who, cleaned(form))
        if hits:
            with self._ground.writing(who) as session:
                self._note_each(session, who, "person_alike", [hit.person for hit in hits])
        return hits

    def shown(self, who: Who, persons: Iterable[int], purpose: str) -> None:
        """Keep that a search has shown these persons, each with an entry of their own (law.md 5.2); `purpose` is one
        of `purposes.SEARCHED_FOR`. Whoever is not kept any more is left out. Raises BadInput, Forbidden."""
        who.must(Right.PERSON_SEARCH, Right.BAN_LOOKUP)
        must_be_purpose(purpose, SEARCHED_FOR)
        with self._ground.writing(who) as session:
            self._note_each(session, who, "person_shown", stored.kept(session, persons), why=purpose)

    def root(self, session: Session, person: int) -> int:
        """The person whom a record stands for: itself, or the one it was merged into. Raises Refused."""
        row = _record(session.get(PersonRow, person))
        passed = {row.id}
        while row.merged_into is not None and row.merged_into not in passed:
            row = _record(session.get(PersonRow, row.merged_into))
            passed.add(row.id)
        return row.id

    def group(self, session: Session, person: int) -> tuple[int, ...]:
        """All records that are this person, the person's own first. Raises Refused."""
        return tuple(row.id for row in stored.group(session, self.root(session, person)))

    def _alone(self, session: Session) -> int:
        """Keep everybody else from persons and from decisions about bans, until the transaction ends: what is read from
        here on stays so. Returns the new value of the counter "person"."""
        changed = count_up(session, "person")
        count_up(session, "ban")
        return changed

    def _tell_bans(self, session: Session, who: Who, records: Iterable[int], kept: PersonRow) -> None:
        """Note in the bans of these records that their person is another, or named otherwise, than before."""
        named = named_seal(self._ground.secret.key(KEY), named_of(kept))
        key, now = self._ground.audit_key, self._ground.clock.now()
        for ban in bans.bans_of(session, records):
            if ban.stage not in _OVER:
                note_ban(session, key, who, ban, now, "person_changed", named=named)

    def _fill(self, row: PersonRow, typed: PersonForm, changed: int) -> list[str]:
        """Write what was typed into the row; returns which fields are others now. Raises BadInput."""
        form = cleaned(typed)
        today = day_in(self._ground.clock.now(), self._ground.settings.site.zone)
        if wrong := mistakes(form, today):
            raise BadInput(*wrong)
        before = {name: getattr(row, name) for name in _FIELDS}
        row.name, row.aliases = form.name, list(form.aliases)
        row.folded = "\n".join(" ".join(fold(name)) for name in (form.name, *form.aliases))
        row.birth_date, row.birth_year = read_birth(form.birth, today)
        row.case_ref, row.description = form.case_ref, form.description
        row.changed = changed
        return [name for name, was in before.items() if getattr(row, name) != was]

    def _view(self, session: Session, root: int) -> PersonView:
        records = stored.group(session, root)
        own = records[0]
        return PersonView(
            id=own.id,
            name=own.name,
            aliases=tuple(own.aliases),
            born=born(own.birth_date, own.birth_year),
            case_ref=own.case_ref,
            description=own.description,
            merged=tuple((row.id, row.name) for row in records[1:]),
            not_person=tuple(
                (row.at, initials, row.note)
                for row, initials in stored.not_person(session, [row.id for row in records])
            ),
            changed=own.changed,
        )

    def _note(self, session: Session, who: Who, what: str, person: int, *, why: str = "", **detail: object) -> None:
        note(
            session,
            self._ground.audit_key,
            self._ground.clock.now(),
            who,
            what,
            "person",
            person,
            why=why,
            detail=detail,
        )

    def _note_each(self, session: Session, who: Who, what: str, persons: Iterable[int], *, why: str = "") -> None:
        key, now = self._ground.audit_key, self._ground.clock.now()
        note_each(session, key, now, who, what, "person", persons, why=why)


def _record(row: PersonRow | None) -> PersonRow:
    if row is None:
        raise Refused(_("This person is not kept any more."))
    return row


def _filled(kept: PersonRow, other: PersonRow) -> list[str]:
    """Take over what only the other record says; the names of the fields. A year becomes the day it agrees with."""
    filled = []
    if kept.birth_date is None and other.birth_date is not None and kept.birth_year in (None, other.birth_date.year):
        kept.birth_date, kept.birth_year = other.birth_date, other.birth_date.year
        filled.append("birth_date")
    if kept.birth_year is None and other.birth_year is not None:
        kept.birth_year = other.birth_year
        filled.append("birth_year")
    for field in ("case_ref", "description"):
        if not getattr(kept, field) and getattr(other, field):
            setattr(kept, field, getattr(other, field))
            filled.append(field)
    return filled
