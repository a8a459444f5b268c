"""The index of names in memory: which records have which words. Pure: it knows neither a database nor a clock.

Every distinct word of all names is held once (`vocabulary`), with the records that have it; `name_search` finds
persons by it. 100,000 records take some 20 MB.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from guardroom.people.query import case_keys, optional
from guardroom.people.vocabulary import Vocabulary, Words

_DEAD_AT_LEAST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record: the person it stands for, every word of its names once, and how many the person's own name has.

    `cases` are the numbers that it may be looked for by: case numbers, numbers of bans.
    """

    record: int
    person: int
    words: tuple[str, ...]
    own: int
    year: int = 0
    day: int = 0
    cases: tuple[str, ...] = ()


def entry(
    record: int,
    person: int,
    names: Sequence[Sequence[str]],
    year: int | None = None,
    day: date | None = None,
    case_ref: str = "",
) -> Entry:
    """The entry of a record. `names` are folded: the person's own first, then aliases."""
    return Entry(
        record=record,
        person=person,
        words=tuple(dict.fromkeys(chain.from_iterable(names))),
        own=min(255, sum(not optional(word) for word in names[0])) if names else 0,
        year=year or 0,
        day=0 if day is None else day.toordinal(),
        cases=(case_ref,) if case_ref else (),
    )


class NameIndex:
    """Records by their words, birth years and numbers.

    Each has a slot: its place in the lists here, which are for `name_search` to read. A record that changes gets a new
    slot; the old one is dead: its person is 0.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.vocabulary = Vocabulary()
        # By spelling, case number (in any of its forms), birth year (0: not known): the slots that have it.
        self.having: list[array[int]] = []
        self.cases: dict[str, list[int]] = {}
        self.case_words = Words()
        self.of_year: dict[int, array[int]] = {}
        # By slot.
        self.person = array("q")
        self.own = bytearray()
        self.year = array("H")
        self.day = array("i")
        self._bag = array("I")
        self._first = array("I", [0])  # where its words begin in _bag
        self._cases_of: dict[int, tuple[str, ...]] = {}
        self._slot_of: dict[int, int] = {}
        self._merged: dict[int, set[int]] = {}

    def __len__(self) -> int:
        return len(self._slot_of)

    def person_of(self, record: int) -> int:
        """The person that a record stands for; the record itself where it is not known."""
        slot = self._slot_of.get(record)
        return record if slot is None else self.person[slot]

    def records_of(self, person: int) -> list[int]:
        """The records that stand for a person, the person's own first."""
        slot = self._slot_of.get(person)
        own = [] if slot is None or self.person[slot] != person else [person]
        return [*own, *self._merged.get(person, ())]

    def entry_of(self, record: int) -> Entry:
        """What was put in for a record; KeyError where there is none."""
        slot = self._slot_of[record]
        return Entry(
            record=record,
            person=self.person[slot],
            words=tuple(map(self.vocabulary.word, self.words_of(slot))),
            own=self.own[slot],
            year=self.year[slot],
            day=self.day[slot],
            cases=self._cases_of.get(slot, ()),
        )

    def words_of(self, slot: int) -> array[int]:
        """The spellings of a slot."""
        return self._bag[self._first[slot] : self._first[slot + 1]]

    def put(self, entry: Entry) -> None:
        """Add a record, or replace it."""
        self.drop(entry.record)
        slot = len(self.person)
        self._slot_of[entry.record] = slot
        if entry.record != entry.person:
            self._merged.setdefault(entry.person, set()).add(entry.record)
        self.person.append(entry.person)
        self.own.append(entry.own)
        self.year.append(entry.year)
        self.day.append(entry.day)
        for word in entry.words:
            spelling, new = self.vocabulary.add(word)
            if new:
                self.having.append(array("I"))
            self.having[spelling].append(slot)
            self._bag.append(spelling)
        self._first.append(len(self._bag))
        self.of_year.setdefault(entry.year, array("I")).append(slot)
        if entry.cases:
            self._cases_of[slot] = entry.cases
            for key in frozenset().union(*map(case_keys, entry.cases)):
                self.case_words.id_of(key)
                self.cases.setdefault(key, []).append(slot)

    def drop(self, record: int) -> None:
        """Forget a record; nothing happens where it is not known."""
        slot = self._slot_of.pop(record, None)
        if slot is None:
            return
        self._merged.get(self.person[slot], set()).discard(record)
        self.person[slot] = 0
        dead = len(self.person) - len(self._slot_of)
        if dead > max(_DEAD_AT_LEAST, len(self._slot_of)):
            kept = [self.entry_of(record) for record in self._slot_of]
            self._begin()
            for entry in kept:
                self.put(entry)
