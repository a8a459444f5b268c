"""The list of bans held against the one in the case system, and what is taken over from it (H3; law.md 5.2).

Reading and comparing change nothing. Only rows that are new are taken over, and only when the registrar says so: in
force where the list names case, filed letter and end, else as a draft that goes the whole way. What is different, gone
or held back is shown, for people to handle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from db import reconciliations as stored
from db.ban_tables import BanRow, ReconciliationRow
from db.people_tables import PersonRow
from guardroom.bans.life import STANDS, last_day
from guardroom.bans.rows import stage_of, standing_of
from guardroom.bans.taking_over import take_over
from guardroom.days import day_in
from guardroom.exchange.comparing import RUNNING, Compared, KnownPerson, OurBan, Pair, compare
from guardroom.exchange.exporting import Line, write_list
from guardroom.exchange.reading import BanList, BrokenRow, FileKind, ListRow, as_form, read_list
from guardroom.ground import Ground
from guardroom.language import _, n_
from guardroom.people import audit
from guardroom.people.folding import born
from guardroom.people.person import PersonForm
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import Refused

if TYPE_CHECKING:
    from guardroom.bans.register import BanRegister
    from guardroom.people.persons import Persons

_COUNTERS = ("person", "ban")
"""What is held while the lists are applied, in this order always, so that no two writers wait for each other."""
MOST_AT_ONCE = 100
"""How many new bans are taken over in one transaction, which everybody else who writes waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What holding a list against ours showed. `broken`: rows that cannot be used, those held back among them.

    A row of `new` that lacks something (`ListRow.lacks`) is taken over as a draft, any other in force; `persons` says
    by its row who it is about, with a negative id where nobody is known yet. `ended`: rows that have run out and that
    we do not have; they are left alone. `source` is the file's name, `kind` what it is; `basis` what it was held
    against.
    """

    source: str
    new: tuple[ListRow, ...]
    gone: tuple[OurBan, ...]
    different: tuple[Pair, ...]
    same: tuple[Pair, ...]
    ended: tuple[ListRow, ...]
    broken: tuple[BrokenRow, ...]
    basis: tuple[object, ...]
    kind: FileKind = "CSV"
    persons: Mapping[int, KnownPerson] = field(default_factory=dict)

    @property
    def at_once(self) -> int:
        """How many of the new rows are taken over at once, the first ones; the others are new the next time."""
        return min(len(self.new), MOST_AT_ONCE)

    @property
    def agrees(self) -> bool:
        """Whether both lists say the same."""
        return not (self.new or self.gone or self.different or self.broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """The last time the lists were held against each other: when, by whose initials, against what kind of file.

    `same` are the bans that stand alike in both; `agrees`: there was nothing else.
    """

    at: datetime
    by: str
    source: str
    same: int
    new: int
    gone: int
    different: int
    broken: int

    @property
    def agrees(self) -> bool:
        """Whether both lists said the same."""
        return not (self.new or self.gone or self.different or self.broken)


class Exchange:
    """Import, reconciliation and export of the list of bans, for whoever keeps it."""

    def __init__(self, ground: Ground, bans: BanRegister, persons: Persons) -> None:
        self._ground = ground
        self._bans = bans
        self._persons = persons

    def read(self, who: Who, path: Path) -> BanList:
        """The list in this file. Raises Refused where the file cannot be used."""
        who.must(Right.BAN_REGISTER)
        return read_list(path, self._today())

    def compare(self, who: Who, listed: BanList) -> Difference:
        """Hold a list against ours; nothing is changed."""
        who.must(Right.BAN_REGISTER)
        with self._ground.reading(who) as session:
            basis = today, people, ours = self._basis(session)
        found: Compared = compare(listed.rows, ours, today, people)
        return Difference(
            source=listed.source,
            new=found.new,
            gone=found.gone,
            different=found.different,
            same=found.same,
            ended=found.ended,
            broken=tuple(sorted((*listed.broken, *found.held), key=lambda broken: broken.row)),
            basis=basis,
            kind=listed.kind,
            persons=found.persons,
        )

    def apply(self, who: Who, difference: Difference, take_new: bool, *, good_rows: bool = False) -> int:
        """Keep that the lists were held against each other, and with `take_new` take over the first
        `Difference.at_once` new rows: all of these or, if anything is refused, none. Returns how many.

        Rows of a list that also has broken ones are only taken with `good_rows`. Raises Refused where that was not
        said, or where our list has changed since the comparison.
        """
        who.must(Right.BAN_REGISTER)
        rows = difference.new[: difference.at_once] if take_new else ()
        if rows and difference.broken and not good_rows:
            raise Refused(
                n_(
                    "{count} row of the list is broken: mend it, or take the good rows without it (--good-rows).",
                    "{count} rows of the list are broken: mend them, or take the good rows without them (--good-rows).",
                    len(difference.broken),
                ).format(count=len(difference.broken))
            )
        with self._ground.writing(who) as session:
            stored.hold(session, *_COUNTERS)
            if difference.basis != self._basis(session):
                raise Refused(_("The bans have changed since the lists were compared: compare them again."))
            self._take(session, who, difference, rows)
            self._keep(session, who, difference, rows)
        return len(rows)

    def latest(self, who: Who) -> Reconciled | None:
        """The last reconciliation; None where there was none. Everybody who may look bans up may know."""
        who.must(Right.BAN_LOOKUP, Right.BAN_REGISTER)
        with self._ground.reading(who) as session:
            found = stored.latest(session)
        if found is None:
            return None
        row, initials = found
        return Reconciled(
            at=row.at,
            by=initials,
            source=row.source,
            same=row.same,
            new=row.new,
            gone=row.gone,
            different=row.different,
            broken=row.broken,
        )

    def export(self, who: Who, path: Path, *, everything: bool = False, overwrite: bool = False) -> int:
        """Write the bans that run, or with `everything` all that were not given up, to a .csv or .xlsx file, without
        reasons. Returns how many. Raises Refused where the file is there and may not be overwritten."""
        who.must(Right.BAN_REGISTER)
        today = self._today()
        with self._ground.reading(who) as session:
            kept = {record.id: group[0] for group in stored.persons(session) for record in group}
            lines = [_line(ban, kept[ban.person_id], today) for ban in stored.bans(session)]
        if not everything:
            lines = [line for line in lines if line.standing in RUNNING]
        with (
            write_list(path, lines, self._ground.settings, overwrite=overwrite) as place,
            self._ground.writing(who) as session,
        ):
            now = self._ground.clock.now()
            detail = {"count": len(lines), "all": everything}
            audit.note(session, self._ground.audit_key, now, who, "bans_exported", "list", detail=detail)
            place()
        return len(lines)

    def _basis(self, session: Session) -> tuple[date, tuple[KnownPerson, ...], tuple[OurBan, ...]]:
        """Today, and everything of ours that a comparison looks at; what else is done to a ban makes none untrue."""
        today = self._today()
        records = stored.persons(session)
        people = tuple(_known(group) for group in records)
        kept = {record.id: person for person, group in zip(people, records, strict=True) for record in group}
        return today, people, tuple(_our(ban, kept[ban.person_id], today) for ban in stored.bans(session))

    def _take(self, session: Session, who: Who, difference: Difference, rows: tuple[ListRow, ...]) -> None:
        blocks = {block.name.casefold(): block.name for block in self._ground.settings.blocks}
        made: dict[int, int] = {}
        for row in rows:
            person = difference.persons[row.row].id
            if person < 0:
                if person not in made:
                    form = PersonForm(name=row.name, birth=row.birth, case_ref=row.case_ref)
                    made[person] = self._persons.add(session, who, form)
                person = made[person]
            # A unit that is no part of this house would hide the ban from everybody.
            placed = as_form(replace(row, area=blocks.get(row.area.casefold(), "")))
            if row.lacks:
                self._bans.take_over(session, who, person, placed)
            else:
                take_over(
                    session, self._ground, self._bans, who, person, placed,
                    letter_ref=row.letter_ref, decided_on=row.decided_on, kind=difference.kind,
                )  # fmt: skip

    def _keep(self, session: Session, who: Who, difference: Difference, rows: tuple[ListRow, ...]) -> None:
        drafts = sum(bool(row.lacks) for row in rows)
        now = self._ground.clock.now()
        counts = {
            "same": len(difference.same) + len(rows) - drafts,
            "new": len(difference.new) - len(rows),
            "gone": len(difference.gone),
            # In force there, and a draft here as yet.
            "different": len(difference.different) + drafts,
            "broken": len(difference.broken),
        }
        session.add(ReconciliationRow(at=now, by_id=who.user, source=difference.kind, **counts))
        detail = {**counts, "taken": len(rows), "drafts": drafts, "source": difference.kind}
        audit.note(session, self._ground.audit_key, now, who, "bans_reconciled", "list", detail=detail)

    def _today(self) -> date:
        return day_in(self._ground.clock.now(), self._ground.settings.site.zone)


def _known(group: list[PersonRow]) -> KnownPerson:
    kept = group[0]
    return KnownPerson(
        id=kept.id,
        name=kept.name,
        spellings=tuple(name for each in group for name in (each.name, *each.aliases) if name),
        birth_date=kept.birth_date,
        birth_year=kept.birth_year,
        case_refs=tuple(dict.fromkeys(each.case_ref for each in group if each.case_ref)),
    )


def _our(ban: BanRow, person: KnownPerson, today: date) -> OurBan:
    return OurBan(
        id=ban.id,
        number=ban.number,
        name=person.name,
        kind=ban.kind,
        standing=standing_of(ban, today),
        starts_on=ban.starts_on,
        ends_on=last_day(ban.ends_on, ban.lifted_on),
        spellings=person.spellings,
        birth_date=person.birth_date,
        birth_year=person.birth_year,
        case_refs=tuple(dict.fromkeys(ref for ref in (ban.case_ref, *person.case_refs) if ref)),
        letter_ref=ban.letter_ref,
        scope=tuple(ban.scope),
        person=person.id,
        stands=stage_of(ban) in STANDS,
    )


def _line(ban: BanRow, person: PersonRow, today: date) -> Line:
    return Line(
        number=ban.number,
        name=person.name,
        birth=born(person.birth_date, person.birth_year),
        case_ref=ban.case_ref or person.case_ref,
        letter_ref=ban.letter_ref,
        kind=ban.kind,
        scope=tuple(ban.scope),
        starts_on=ban.starts_on,
        ends_on=last_day(ban.ends_on, ban.lifted_on),
        standing=standing_of(ban, today),
        channels=tuple(ban.channels),
        mail_to=ban.mail_to,
        area=ban.area,
    )
