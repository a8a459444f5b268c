"""The forgiving lookup of guard and front desk: whom may be meant by what has been typed so far.

The index of names lies in this process's memory and is brought up to date before every search: two counters in the
main database say whether a person or a ban has changed, here or at another station, and only what changed is read.
What is shown of the hits is read from the database each time. A `Lookup` is for one thread.

A hit is never certain, and no hit says only that nobody like that is found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from db import persons as stored
from db.main import reading
from db.people_tables import PersonRow
from guardroom.bans.lines import line_of, strictest_first
from guardroom.bans.view import BanLine
from guardroom.days import day_in
from guardroom.ground import Ground
from guardroom.language import _, n_
from guardroom.people.cpr import no_cpr
from guardroom.people.folding import born, fold, sound
from guardroom.people.known_names import KnownNames
from guardroom.people.name_families import stands_for
from guardroom.people.name_index import NameIndex
from guardroom.people.name_search import Found, find
from guardroom.people.person import PersonForm, read_birth
from guardroom.people.query import LENGTH, Query, case_key, read_query
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput

MOST_HITS = 20
"""No search gives more, whatever it is asked for: a list of everybody is another right, and is logged."""
_ALIKE = 5
_STANDINGS = ("active", "coming", "served", "decided", "signing", "hearing", "draft", "expired", "lifted")
"""Which of a person's bans is shown to whoever sees all: the first of these that there is."""


_Chosen = Callable[[KnownNames], tuple[NameIndex, Set[int] | None]]
"""From names that are up to date: where to look, and for whom; None for all."""

_Lines = Callable[[Session, Mapping[int, Sequence[PersonRow]]], Mapping[int, BanLine]]
"""By person, from the records of each: the ban to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A person who may be meant; to be confirmed by birth year or case.

    `aliases` are also the names of records merged into the person. `how` is a sentence that says how well it fits,
    such as "sounds the same, 2 of 2 names". `score` is 1 for what was typed and falls towards 0. `line` is the
    person's ban that the asker may see, the strictest active one first; None in a search among all persons.
    """

    person: int
    name: str
    born: str
    case_ref: str
    aliases: tuple[str, ...]
    how: str
    score: float
    line: BanLine | None = None


class Lookup:
    """The lookup of one house."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known = KnownNames()

    def load(self) -> None:
        """Read what has changed, as each search does by itself: to have the first one find everything ready."""
        with reading(self._ground.engine) as session:
            self._known.refresh(session, self._today())

    def persons(self, who: Who, typed: str, limit: int = 8) -> tuple[Hit, ...]:
        """Among all persons, the best first. Raises Forbidden, and BadInput where a CPR number was typed."""
        who.must(Right.PERSON_SEARCH)
        return self._search(who, typed, limit, _everybody, lambda session, hits: {})

    def bans(self, who: Who, typed: str, limit: int = 20) -> tuple[Hit, ...]:
        """Among persons with an active ban, for BAN_PAST with any; the best first.

        Raises Forbidden, and BadInput where a CPR number was typed.
        """
        who.must(Right.BAN_LOOKUP)
        past = who.may(Right.BAN_PAST)
        return self._search(
            who,
            typed,
            limit,
            lambda known: (known.banned, None if past else known.active),
            lambda session, groups: self._lines(session, who, groups, past),
        )

    def shows(self, session: Session, who: Who, person: int, records: Sequence[PersonRow]) -> bool:
        """Whether the lookup of bans has this person, with these records, for them."""
        return bool(self._lines(session, who, {person: records}, who.may(Right.BAN_PAST)))

    def alike(self, who: Who, form: PersonForm) -> tuple[Hit, ...]:
        """Known persons whom a form for a new one may mean: the same name in any spelling and no other birth year, or
        the same case number. Raises Forbidden."""
        who.must(Right.PERSON_SEARCH)
        birth_year = read_birth(form.birth, self._today())[1]
        query = Query(
            words=fold(form.name),
            years=frozenset() if birth_year is None else frozenset((birth_year,)),
            cases=(case_key(form.case_ref),) if form.case_ref else (),
        )
        hits = self._hits(who, query, MOST_HITS, _everybody, lambda session, groups: {}) if form.name else ()
        return tuple(hit for found, hit in hits if _same(found))[:_ALIKE]

    def searched_as(self, typed: str) -> str:
        """What else the names are searched as, "kristian moe" for "Christian Mø"; "" where it is the same."""
        words = read_query(typed, self._today()).words
        also = " ".join(stands_for(sound(word)) or word for word in words)
        return "" if also == " ".join(typed.casefold().split()) else also

    def _today(self) -> date:
        return day_in(self._ground.clock.now(), self._ground.settings.site.zone)

    def _search(
        self,
        who: Who,
        typed: str,
        limit: int,
        chosen: _Chosen,
        lines: _Lines,
    ) -> tuple[Hit, ...]:
        if wrong := no_cpr("typed", typed[:LENGTH]):
            raise BadInput(*wrong)
        return tuple(hit for _found, hit in self._hits(who, read_query(typed, self._today()), limit, chosen, lines))

    def _hits(
        self, who: Who, query: Query, limit: int, chosen: _Chosen, lines: _Lines
    ) -> tuple[tuple[Found, Hit], ...]:
        if query.empty:
            return ()
        today = self._today()
        with self._ground.reading(who) as session:
            self._known.refresh(session, today)
            index, only = chosen(self._known)
            found = find(index, query, min(limit, MOST_HITS), only)
            groups: dict[int, list[PersonRow]] = {hit.person: [] for hit in found}
            for row in stored.groups(session, list(groups)) if found else ():
                groups[row.id if row.merged_into is None else row.merged_into].append(row)
            shown = lines(session, groups)
        # A person that was deleted this moment is left out.
        return tuple((hit, _hit(hit, groups[hit.person], shown.get(hit.person))) for hit in found if groups[hit.person])

    def _lines(
        self, session: Session, who: Who, groups: Mapping[int, Sequence[PersonRow]], past: bool
    ) -> dict[int, BanLine]:
        """Each person's ban that is shown."""
        today, policy = self._today(), self._ground.settings.policy.bans
        person_of = {row.id: person for person, rows in groups.items() for row in rows}
        own = {row.id: row for rows in groups.values() for row in rows}
        lines: dict[int, list[BanLine]] = {}
        for row, read in stored.bans_of(session, person_of, who.user):
            person = person_of[row.person_id]
            line = line_of(row, own[person], today, policy, read=read)
            if line.standing == "active" or (past and line.standing in _STANDINGS):
                lines.setdefault(person, []).append(line)
        return {person: min(of_one, key=_most_telling) for person, of_one in lines.items()}


def _hit(found: Found, rows: Sequence[PersonRow], line: BanLine | None) -> Hit:
    own = next((row for row in rows if row.id == found.person), rows[0])
    names = dict.fromkeys(own.aliases)
    for row in rows:
        if row is not own:
            names |= dict.fromkeys((row.name, *row.aliases))
    names.pop(own.name, None)
    names.pop("", None)
    return Hit(
        person=found.person,
        name=own.name,
        born=born(own.birth_date, own.birth_year),
        case_ref=own.case_ref,
        aliases=tuple(names),
        how=_how(found),
        score=found.score,
        line=line,
    )


def _everybody(known: KnownNames) -> tuple[NameIndex, None]:
    return known.index, None


def _same(found: Found) -> bool:
    """Whether it may be the very same person, if nobody made a mistake in writing."""
    if found.case:
        return True
    return found.matched == found.asked and found.birth != "differs" and found.fit in ("spelling", "sound", "family")


def _most_telling(line: BanLine) -> tuple[int, tuple[int, str]]:
    return _STANDINGS.index(line.standing), strictest_first(line)


def _how(found: Found) -> str:
    """How well it fits, in words."""
    parts = [_("the number")] if found.case else []
    if found.fit is not None:
        fit = {
            "spelling": _("spelled the same"),
            "sound": _("sounds the same"),
            "family": _("another form of the name"),
            "begins": _("begins the same"),
            "one_error": _("one letter differs"),
            "two_errors": _("two letters differ"),
        }[found.fit]
        counted = n_("{matched} of {count} name", "{matched} of {count} names", found.asked)
        parts += [fit, counted.format(matched=found.matched, count=found.asked)]
    match found.birth:
        case "fits":
            parts.append(_("birth year fits"))
        case "unknown":
            parts.append(_("birth year not known"))
        case "differs":
            parts.append(_("another birth year"))
    return ", ".join(parts)
