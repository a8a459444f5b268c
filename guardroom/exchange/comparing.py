"""The list in the case system held against ours, as a rule: what is the same, different, new there, gone there.

A row is matched by our number, else by the case number where also a part of the name agrees, else by name and birth:
two full birth days that differ are two people, and a name alone is nobody. Nobody is given a ban by name and birth year
where the case numbers differ. What cannot be told apart, or would overlap with a ban that stands, is held back for
people to settle. Each row lands in exactly one class, each active ban of ours
in exactly one of same, different and gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from guardroom.bans import words
from guardroom.bans.kinds import Standing
from guardroom.bans.life import collide, share_a_day
from guardroom.days import written
from guardroom.exchange.columns import heading
from guardroom.exchange.reading import BrokenRow, ListRow
from guardroom.language import _
from guardroom.people.folding import born, fold
from guardroom.people.person import read_birth

RUNNING: frozenset[Standing] = frozenset(("active", "coming"))
"""What must stand in the case system's list too."""
_UNDER_WAY: frozenset[Standing] = frozenset(("draft", "hearing", "signing"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OurBan:
    """One ban as we have it. `spellings` are the person's name and aliases, `case_refs` the ban's and the person's.

    `stands`: it was decided, so that no other may overlap with it. `ends_on` is the last day on which it binds.
    """

    id: int
    number: str
    name: str
    kind: str
    standing: Standing
    starts_on: date | None
    ends_on: date | None
    spellings: tuple[str, ...] = ()
    birth_date: date | None = None
    birth_year: int | None = None
    case_refs: tuple[str, ...] = ()
    letter_ref: str = ""
    scope: tuple[str, ...] = ()
    person: int = 0
    stands: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person as far as a list can name them. `spellings` are name and aliases."""

    id: int
    name: str
    spellings: tuple[str, ...] = ()
    birth_date: date | None = None
    birth_year: int | None = None
    case_refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Differs:
    """One thing that is not the same, as it is shown: what it is called, what we have, what the list has."""

    what: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A row and the ban of ours that it is; `differs` is empty where they agree."""

    row: ListRow
    ours: OurBan
    differs: tuple[Differs, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Every row in one class. `ended`: rows that have run out and that we do not have. `held`: rows that are not taken
    over, and why. `persons` says of each new row who it is about: somebody known, or somebody with a negative id, the
    same for all rows about them."""

    same: tuple[Pair, ...] = ()
    different: tuple[Pair, ...] = ()
    new: tuple[ListRow, ...] = ()
    ended: tuple[ListRow, ...] = ()
    held: tuple[BrokenRow, ...] = ()
    gone: tuple[OurBan, ...] = ()
    persons: Mapping[int, KnownPerson] = field(default_factory=dict)


def compare(
    rows: Sequence[ListRow], ours: Sequence[OurBan], today: date, people: Sequence[KnownPerson] = ()
) -> Compared:
    """Hold the rows against our bans, and the new ones against the people who are known, as of the day `today`."""
    single, doubled = _without_doubles(rows)
    matched = _match(single, ours, today)
    pairs = [
        Pair(row, matched[row.row], differences(row, matched[row.row], today)) for row in single if row.row in matched
    ]
    left = [row for row in single if row.row not in matched]
    taken = {ban.id for ban in matched.values()}
    gone = tuple(ban for ban in ours if ban.standing in RUNNING and ban.id not in taken)
    ended = tuple(row for row in left if row.ends_on is not None and row.ends_on < today)
    over = {row.row for row in ended}
    new, held, persons = _takeable([row for row in left if row.row not in over], ours, taken, people, today)
    return Compared(
        same=tuple(pair for pair in pairs if not pair.differs),
        different=tuple(pair for pair in pairs if pair.differs),
        new=tuple(new),
        ended=ended,
        held=(*doubled, *held),
        gone=gone,
        persons=persons,
    )


def differences(row: ListRow, ours: OurBan, today: date) -> tuple[Differs, ...]:
    """What the row says otherwise than we do; what it leaves out is not held against it."""
    found: list[Differs] = []

    def note(column: str, our: str, their: str, differs: bool) -> None:
        if differs:
            found.append(Differs(heading(column), our, their))

    note("name", ours.name, row.name, _name(row.name) not in {_name(each) for each in _spellings(ours)})
    day, year = read_birth(row.birth, today)
    both_days = day is not None and ours.birth_date is not None
    note(
        "birth",
        born(ours.birth_date, ours.birth_year),
        row.birth,
        year is not None and (year != ours.birth_year or (both_days and day != ours.birth_date)),
    )
    refs = [_key(ref) for ref in ours.case_refs]
    note("case_ref", ", ".join(ours.case_refs), row.case_ref, bool(row.case_ref) and _key(row.case_ref) not in refs)
    note(
        "letter_ref",
        ours.letter_ref,
        row.letter_ref,
        bool(row.letter_ref) and _key(row.letter_ref) != _key(ours.letter_ref),
    )
    note("kind", words.kind(ours.kind), words.kind(row.kind) if row.kind else "", row.kind not in ("", ours.kind))
    note(
        "scope",
        ", ".join(ours.scope),
        ", ".join(row.scope),
        bool(row.scope) and _words(row.scope) != _words(ours.scope),
    )
    note("starts_on", written(ours.starts_on), written(row.starts_on), row.starts_on != ours.starts_on)
    note("ends_on", written(ours.ends_on), written(row.ends_on), row.ends_on != ours.ends_on)
    note(
        "standing",
        words.standing(ours.standing),
        words.standing("coming" if row.starts_on > today else "active"),
        ours.standing not in RUNNING and (row.ends_on is None or row.ends_on >= today),
    )
    return tuple(found)


def _takeable(
    rows: Sequence[ListRow], ours: Sequence[OurBan], taken: set[int], people: Sequence[KnownPerson], today: date
) -> tuple[list[ListRow], list[BrokenRow], dict[int, KnownPerson]]:
    """Of the rows that are no ban of ours: those to take, those held back and why, and who the former are about."""
    by_name: dict[tuple[str, ...], list[KnownPerson]] = defaultdict(list)
    for known in people:
        for name in {_name(each) for each in known.spellings or (known.name,)}:
            by_name[name].append(known)
    left = [ban for ban in ours if ban.id not in taken and (ban.stands or ban.standing in _UNDER_WAY)]
    alike: dict[tuple[str, ...], list[OurBan]] = defaultdict(list)
    for ban in left:
        for name in {_name(each) for each in _spellings(ban)}:
            alike[name].append(ban)
    cases: dict[int, set[str]] = defaultdict(set)
    for known in people:
        cases[known.id].update(filter(None, map(_key, known.case_refs)))
    periods: dict[int, list[tuple[str, str, date | None, date | None]]] = defaultdict(list)
    for ban in ours:
        cases[ban.person].update(filter(None, map(_key, ban.case_refs)))
        if ban.stands:
            periods[ban.person].append((ban.number, ban.kind, ban.starts_on, ban.ends_on))
    namesakes: dict[tuple[str, ...], list[ListRow]] = defaultdict(list)
    for row in rows:
        namesakes[_name(row.name)].append(row)
    new: list[ListRow] = []
    held: list[BrokenRow] = []
    persons: dict[int, KnownPerson] = {}
    for row in rows:
        day, year = read_birth(row.birth, today)
        person, doubt = _person(row, day, year, by_name[_name(row.name)], cases, namesakes[_name(row.name)], today)
        if year is None and not _key(row.case_ref):
            reason = _("It has neither case number nor birth year, and a name alone is nobody: add one of them.")
        elif doubt:
            reason = doubt
        elif unclear := _unclear(row, year, alike[_name(row.name)], today):
            reason = _("It may be {number}, {name}, but the birth year is missing here or there: add it.").format(
                number=unclear.number, name=unclear.name
            )
        elif person is not None and (other := _overlapped(row, periods[person.id])):
            reason = _("It overlaps with {other} about the same person, and two such bans may not.").format(other=other)
        else:
            if person is None:
                refs = (row.case_ref,) if row.case_ref else ()
                person = KnownPerson(id=-row.row, name=row.name, birth_date=day, birth_year=year, case_refs=refs)
                by_name[_name(row.name)].append(person)
            if case := _key(row.case_ref):
                cases[person.id].add(case)
            persons[row.row] = person
            new.append(row)
            this = _("row {row}").format(row=row.row)
            periods[person.id].append((this, row.kind or "full", row.starts_on, row.ends_on))
            continue
        held.append(BrokenRow(row.row, reason))
    return new, held, persons


def _person(
    row: ListRow,
    day: date | None,
    year: int | None,
    named: Sequence[KnownPerson],
    cases: Mapping[int, set[str]],
    namesakes: Sequence[ListRow],
    today: date,
) -> tuple[KnownPerson | None, str]:
    """The one of these namesakes who the row is about, None where nobody is or several may be; and why that is for
    people to say, "" where it is not. `namesakes` are the list's new rows of this name."""
    case = _key(row.case_ref)
    sure: list[KnownPerson] = []
    likely: list[KnownPerson] = []
    doubtful: list[KnownPerson] = []
    for person in named:
        there = cases[person.id]
        if day is not None and person.birth_date is not None:
            if day == person.birth_date:
                sure.append(person)
        elif case and case in there:
            if year is None or person.birth_year in (None, year):
                sure.append(person)
        elif year is not None and year == person.birth_year:
            (doubtful if case and there else likely).append(person)
    if sure:
        return (sure[0] if len(sure) == 1 else None), ""
    if other := next((each for each in namesakes if _may_be_another(row, each, today)), None):
        said = _("It may be about the same person as row {row}, whose case number is another: write the day of birth.")
        return None, said.format(row=other.row)
    if doubtful:
        first = doubtful[0]
        known = (first.name, born(first.birth_date, first.birth_year), *first.case_refs)
        return None, _(
            "It may be {person}, who is known here with another case number: write the day of birth in both places, or"
            " begin the ban by hand."
        ).format(person=", ".join(each for each in known if each))
    return (likely[0] if len(likely) == 1 else None), ""


def _may_be_another(row: ListRow, other: ListRow, today: date) -> bool:
    """Whether two rows of one name and birth year have two case numbers, and nothing else tells them apart."""
    (day, year), (its_day, its_year) = read_birth(row.birth, today), read_birth(other.birth, today)
    if year is None or year != its_year or (day is not None and its_day is not None):
        return False
    return bool(_key(row.case_ref)) and _key(other.case_ref) not in ("", _key(row.case_ref))


def _unclear(row: ListRow, year: int | None, alike: Sequence[OurBan], today: date) -> OurBan | None:
    """A ban of a namesake that has not run out and that nothing tells apart from the row."""
    return next(
        (
            ban
            for ban in alike
            if (year is None or ban.birth_year is None) and (ban.ends_on is None or ban.ends_on >= today)
        ),
        None,
    )


def _overlapped(row: ListRow, periods: Sequence[tuple[str, str, date | None, date | None]]) -> str:
    """What the row would overlap with; "" where nothing."""
    return next(
        (
            what
            for what, kind, first, last in periods
            if collide(row.kind or "full", kind) and share_a_day(row.starts_on, row.ends_on, first, last)
        ),
        "",
    )


def _without_doubles(rows: Sequence[ListRow]) -> tuple[list[ListRow], tuple[BrokenRow, ...]]:
    kept: list[ListRow] = []
    doubled: list[BrokenRow] = []
    first: dict[Hashable, int] = {}
    for row in rows:
        keys: list[Hashable] = [replace(row, row=0)]
        if row.number:
            keys.append(_key(row.number))
        earlier = next((first[key] for key in keys if key in first), None)
        if earlier is not None:
            doubled.append(BrokenRow(row.row, _("It is the same ban as row {row}.").format(row=earlier)))
            continue
        first.update(dict.fromkeys(keys, row.row))
        kept.append(row)
    return kept, tuple(doubled)


def _match(rows: Sequence[ListRow], ours: Sequence[OurBan], today: date) -> dict[int, OurBan]:
    """Row number to our ban, each ban once. The surest ways first, and in each the bans whose end agrees."""
    matched: dict[int, OurBan] = {}
    taken: set[int] = set()
    ways: tuple[tuple[Callable[[OurBan], Iterable[Hashable]], Callable[[ListRow], Iterable[Hashable]]], ...] = (
        (lambda ban: [_key(ban.number)], lambda row: [_key(row.number)] if row.number else []),
        (
            lambda ban: [(_key(ref), word) for ref in ban.case_refs for word in _words(_spellings(ban))],
            lambda row: [(_key(row.case_ref), word) for word in fold(row.name)] if row.case_ref else [],
        ),
        (
            lambda ban: [(_name(each), ban.birth_year) for each in _spellings(ban)],
            # Without a year a name is nobody.
            lambda row: [(_name(row.name), read_birth(row.birth, today)[1])] if row.birth else [],
        ),
    )
    for keys_of_ban, keys_of_row in ways:
        by_birth = keys_of_ban is ways[-1][0]
        index: dict[Hashable, list[OurBan]] = defaultdict(list)
        for ban in ours:
            for key in set(keys_of_ban(ban)):
                index[key].append(ban)
        for end_agrees in (True, False):
            for row in rows:
                if row.row in matched:
                    continue
                likely = {
                    ban.id: ban
                    for key in keys_of_row(row)
                    for ban in index.get(key, ())
                    if ban.id not in taken
                    and (not end_agrees or ban.ends_on == row.ends_on)
                    and not (by_birth and _born_apart(row, ban, today))
                }
                if likely:
                    best = max(likely.values(), key=lambda ban, row=row: _nearness(row, ban))  # type: ignore[misc]
                    matched[row.row] = best
                    taken.add(best.id)
    return matched


def _nearness(row: ListRow, ban: OurBan) -> tuple[object, ...]:
    return (
        row.ends_on == ban.ends_on,
        row.starts_on == ban.starts_on,
        ban.standing in RUNNING,
        row.kind == ban.kind,
        ban.id,
    )


def _born_apart(row: ListRow, ban: OurBan, today: date) -> bool:
    """Whether both birth days are known and are not the same."""
    day = read_birth(row.birth, today)[0]
    return day is not None and ban.birth_date is not None and day != ban.birth_date


def _spellings(ban: OurBan) -> tuple[str, ...]:
    return (ban.name, *ban.spellings)


def _key(text: str) -> str:
    return "".join(fold(text))


def _name(text: str) -> tuple[str, ...]:
    return tuple(sorted(fold(text)))


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in fold(text))
