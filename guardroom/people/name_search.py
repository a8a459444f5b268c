"""From a few letters, in whatever spelling, to the persons they may mean. Pure.

Typed words are taken for words of the index's `vocabulary`, at a cost. A person fits who has all of them, in any
order; the next best are those who lack one. A birth year or day that was typed orders them, and hides nobody.
"""

from __future__ import annotations

import heapq
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

from guardroom.people.name_index import NameIndex
from guardroom.people.query import Query, optional
from guardroom.people.vocabulary import PLAIN, SURE, Costs, Fit, fit_of

Birth = Literal["", "fits", "unknown", "differs"]
"""What a person's birth says to the one that was typed; "" where none was."""

# What a person costs besides the words: see `vocabulary`.
_MISSING = 130
_MISSING_PARTICLE = 4
_MISSING_INITIAL = 40
_MORE_NAMES = 2  # for each of the person's names that nobody typed
_PARTED_OTHERWISE = 6  # Annemarie for Anne Marie
_CASE_BEGINS = 10
_CASE_WITHOUT_THE_NAME = 60
_OTHER_CASE = 100
_OTHER_DAY = 30
_YEAR_UNKNOWN = 12
_YEAR_BESIDE = 25
_OTHER_YEAR = 60

_FEW = 3  # hits with all words, below which two errors are looked for in shorter words too
_ONE_BY_ONE = 400  # persons, up to which each is looked at instead of making sets of all
_LOOKED_AT = 1200  # persons who all have what was typed; with so many, more has to be typed
_READINGS = 4  # ways to part the words otherwise
_PARTED_FROM = 5  # letters of a word that may be two


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A person who may be meant: `matched` of `asked` names, the worst of them by `fit`.

    `case`: a case number is the person's. `cost` sorts, the least first; `score` is 1 for the same spelling of
    everything and falls towards 0. `fit` is None where no name was asked for.
    """

    person: int
    cost: int
    score: float
    fit: Fit | None
    matched: int
    asked: int
    case: bool = False
    birth: Birth = ""


def find(index: NameIndex, query: Query, limit: int, only: Set[int] | None = None) -> list[Found]:
    """The persons who fit best, the best first; `only` are the persons to choose from."""
    return [] if query.empty else _Search(index, query, limit, only).run()


class _Token:
    """A typed word: what it may mean, what it costs where a person has not got it, and which records have it."""

    __slots__ = ("_having", "_slots", "_upto", "costs", "missing", "size")

    def __init__(self, costs: Costs, missing: int, having: Sequence[array[int]]) -> None:
        self.costs = costs
        self.missing = missing
        self._having = having
        self.size = sum(len(having[spelling]) for spelling in costs)
        self._slots: set[int] | None = None
        self._upto: dict[int, _Token] = {}

    def upto(self, cost: int) -> _Token:
        """The same, with only what costs so much at most."""
        if cost not in self._upto:
            costs = {spelling: price for spelling, price in self.costs.items() if price <= cost}
            if len(costs) == len(self.costs):
                return self  # Not kept: it would hold itself.
            self._upto[cost] = _Token(costs, self.missing, self._having)
        return self._upto[cost]

    @property
    def slots(self) -> set[int]:
        """All of them, made once."""
        if self._slots is None:
            self._slots = set(chain.from_iterable(map(self._having.__getitem__, self.costs)))
        return self._slots


_Hit = tuple[int, int, int, int, int, bool, Birth]
"""Cost, slot, worst word's cost (-1 without words), matched, asked, case, birth; the least is the best."""


class _Search:
    """One search."""

    def __init__(self, index: NameIndex, query: Query, limit: int, only: Set[int] | None) -> None:
        self._index = index
        self._query = query
        self._limit = limit
        self._only = only
        self._best: dict[int, _Hit] = {}
        self._bound = sys.maxsize
        self._other_case = 0
        self._tokens: dict[tuple[str, bool, bool], _Token] = {}

    def run(self) -> list[Found]:
        """The best of all."""
        query = self._query
        self._by_case()
        if query.words:
            self._by_words()
        elif query.years:
            for slots, least in self._by_year():
                if slots is not None and not self._enough(least):
                    for slot in heapq.nsmallest(2 * self._limit, self._of(slots), self._birth_cost):
                        self._keep(slot, 0, -1, 0, 0)
        best = heapq.nsmallest(self._limit, self._best.items(), key=_rank)
        return [_found(person, hit) for person, hit in best]

    # By case number and by birth.

    def _by_case(self) -> None:
        index = self._index
        tokens = [self._token(word, False) for word in self._query.words]
        for typed in self._query.cases:
            for key in index.case_words.beginning_with(typed):
                if not typed.isdigit() or int(typed) not in self._query.years:
                    self._other_case = _OTHER_CASE
                for slot in self._of(index.cases[key]):
                    self._weigh(slot, tokens, 0 if key == typed else _CASE_BEGINS, case=True)

    def _by_year(self) -> Iterator[tuple[Set[int] | None, int]]:
        """Sets of records by how well their birth fits, the best first, and the least that one in it costs."""
        of_year, years = self._index.of_year, self._query.years
        if years:
            yield _union(of_year.get(year, ()) for year in years), 0
            if self._query.words:
                yield _union((of_year.get(0, ()),)), _YEAR_UNKNOWN
            beside = {year + by for year in years for by in (-1, 1)} - years
            yield _union(of_year.get(year, ()) for year in beside), _YEAR_BESIDE
        yield None, _OTHER_YEAR if years else 0

    def _birth_cost(self, slot: int) -> int:
        years, day = self._query.years, self._query.day
        if not years:
            return 0
        year, born = self._index.year[slot], self._index.day[slot]
        if not year:
            return _YEAR_UNKNOWN
        if year in years:
            return 0 if day is None or not born or born == day.toordinal() else _OTHER_DAY
        return _YEAR_BESIDE if year - 1 in years or year + 1 in years else _OTHER_YEAR

    # By words.

    def _by_words(self) -> None:
        words = [
            (word, self._query.open_end and at == len(self._query.words) - 1)
            for at, word in enumerate(self._query.words)
        ]
        self._read_as(words, 0)
        if not self._enough(_PARTED_OTHERWISE):
            for parted in islice(self._parted_otherwise(words, self._index.vocabulary.knows), _READINGS):
                self._read_as(parted, _PARTED_OTHERWISE)
        if len(self._best) < _FEW:
            self._read_as(words, 0, in_need=True)
            for parted in self._parted_otherwise(words, lambda word, open_end: len(word) > _PARTED_FROM):
                if len(parted) < len(words):
                    self._read_as(parted, _PARTED_OTHERWISE, in_need=True)
        self._read_in_part([self._token(word, open_end) for word, open_end in words])

    def _parted_otherwise(
        self, words: Sequence[tuple[str, bool]], known: Callable[[str, bool], bool]
    ) -> Iterator[list[tuple[str, bool]]]:
        """The same letters with one blank less or more, where that makes words that are known."""
        for at in range(len(words) - 1):
            word, open_end = words[at][0] + words[at + 1][0], words[at + 1][1]
            if known(word, open_end):
                yield [*words[:at], (word, open_end), *words[at + 2 :]]
        for at, (word, open_end) in enumerate(words):
            for pieces in self._pieces(word, open_end):
                yield [*words[:at], *pieces, *words[at + 1 :]]

    def _pieces(self, word: str, open_end: bool) -> Iterator[list[tuple[str, bool]]]:
        """The known words that a whole word may be made of, particles and initials too."""
        if len(word) == 2 and not open_end:
            yield [(word[0], False), (word[1], False)]
        if len(word) < _PARTED_FROM:
            return
        knows = self._index.vocabulary.knows
        for cut in range(2, len(word) - 2):
            left, right = word[:cut], word[cut:]
            if optional(left):
                for pieces in self._pieces(right, open_end):
                    yield [(left, False), *pieces]
            if (optional(left) or (cut > 2 and knows(left, False))) and knows(right, open_end and len(right) > 3):
                yield [(left, False), (right, open_end)]

    def _token(self, word: str, open_end: bool, in_need: bool = False) -> _Token:
        asked = (word, open_end, in_need)
        if asked not in self._tokens:
            missing = _MISSING
            if len(word) == 1:
                missing = _MISSING_INITIAL
            elif optional(word) and not open_end:
                missing = _MISSING_PARTICLE
            costs = self._index.vocabulary.meant_by(word, open_end, in_need)
            self._tokens[asked] = _Token(costs, missing, self._index.having)
        return self._tokens[asked]

    def _read_as(self, words: Sequence[tuple[str, bool]], extra: int, *, in_need: bool = False) -> None:
        """Look for persons who have all of the words, if need be without particles and initials."""
        tokens = [self._token(word, open_end, in_need) for word, open_end in words]
        asked = _names(tokens)
        lesser = [token for token in tokens if token.missing < _MISSING]
        without = [[], *([token] for token in lesser)]
        if len(lesser) > 1:
            without.append(lesser)
        for dropped in without:
            kept = [token for token in tokens if token not in dropped]
            cost = extra + sum(token.missing for token in dropped)
            if kept and not self._enough(cost):
                self._with_all(kept, cost, asked)

    def _read_in_part(self, tokens: Sequence[_Token]) -> None:
        """Look for persons who lack one of the names: first those who have the others without an error."""
        asked = _names(tokens)
        names = [token for token in tokens if token.missing == _MISSING]
        if len(names) < 2:
            return
        for sure in (True, False):
            for dropped in names:
                kept = [token.upto(SURE) if sure else token for token in names if token is not dropped]
                if not self._enough(_MISSING):
                    self._with_all(kept, _MISSING, asked)
            if len(self._best) >= _FEW:
                return

    def _with_all(self, tokens: Sequence[_Token], extra: int, asked: int) -> None:
        for slots, least in self._by_year():
            if self._enough(extra + least):
                return
            if slots is None and len(tokens) == 1:
                self._with_one(tokens[0], extra, least, asked)
            elif slots is None or slots:
                self._common(tokens, slots, extra, least, asked)

    def _with_one(self, token: _Token, extra: int, least: int, asked: int) -> None:
        """One word alone, which many may have: the best of each cost, until there are enough."""
        index = self._index
        by_cost: dict[int, list[int]] = {}
        for spelling, cost in token.costs.items():
            by_cost.setdefault(cost, []).append(spelling)
        for cost in sorted(by_cost):
            if self._enough(extra + least + cost):
                return
            slots = self._of(chain.from_iterable(index.having[spelling] for spelling in by_cost[cost]))
            for slot in heapq.nsmallest(2 * self._limit, islice(slots, 2 * _LOOKED_AT), index.own.__getitem__):
                self._weigh(slot, [token], extra, asked=asked)

    def _common(self, tokens: Sequence[_Token], within: Set[int] | None, extra: int, least: int, asked: int) -> None:
        """The records that have all words; where they are many, those without errors first."""
        rarest, *others = sorted(tokens, key=lambda token: token.size)
        slots = rarest.slots if within is None else rarest.slots & within
        weighed: set[int] = set()
        if len(slots) > _ONE_BY_ONE:
            first, *rest = sorted((token.upto(PLAIN) for token in tokens), key=lambda token: token.size)
            few = slots & first.slots
            for token in rest:
                few &= token.slots
            weighed = self._weigh_all(few, [token.upto(PLAIN) for token in tokens], extra, asked)
            if self._enough(extra + least + PLAIN):
                return
        for token in others:
            if len(slots) > _ONE_BY_ONE:
                slots = slots & token.slots
        self._weigh_all(slots - weighed, tokens, extra, asked)

    def _weigh_all(self, slots: Set[int], tokens: Sequence[_Token], extra: int, asked: int) -> set[int]:
        """Weigh records, though not more than a guard would ever page through; returns those that have all words."""
        looked_at = islice(self._of(slots), _LOOKED_AT)
        return {slot for slot in looked_at if self._weigh(slot, tokens, extra, asked=asked)}

    # One record.

    def _of(self, slots: Iterable[int]) -> Iterable[int]:
        """Those of the slots that are not dead and whose persons are to be chosen from."""
        person, only = self._index.person, self._only
        if only is None:
            return filter(person.__getitem__, slots)
        return (slot for slot in slots if person[slot] in only)

    def _weigh(
        self,
        slot: int,
        tokens: Sequence[_Token],
        extra: int,
        *,
        asked: int = 0,
        case: bool = False,
    ) -> bool:
        """Keep the record where it has all words, or the `case` number; False where it has not."""
        index, bound = self._index, self._bound
        words = index.words_of(slot)
        cost, worst, matched = extra, -1, 0
        taken: list[int] = []
        for token in tokens:
            costs = token.costs
            best = -1
            for spelling in words:
                if spelling in costs and spelling not in taken:
                    price = costs[spelling]
                    if best < 0 or price < best:
                        best, found = price, spelling
            if best >= 0:
                taken.append(found)
                cost += best
                if best > worst:
                    worst = best
                matched += token.missing > _MISSING_PARTICLE
            elif case:
                cost += min(token.missing, _CASE_WITHOUT_THE_NAME)
            else:
                return False
            if cost > bound:
                return True
        if tokens and index.own[slot] > matched:
            cost += _MORE_NAMES * (index.own[slot] - matched)
        self._keep(slot, cost, worst, matched, asked or len(tokens), case)
        return True

    def _keep(self, slot: int, cost: int, worst: int, matched: int, asked: int, case: bool = False) -> None:
        of_birth = self._birth_cost(slot)
        cost += of_birth + (0 if case else self._other_case)
        if cost > self._bound:
            return
        birth: Birth = ""
        if self._query.years and not case:
            birth = _BIRTHS.get(of_birth, "differs")
        hit: _Hit = (cost, slot, worst, matched, asked, case, birth)
        person = self._index.person[slot]
        if person not in self._best or hit < self._best[person]:
            self._best[person] = hit
            if len(self._best) >= 4 * self._limit:
                self._keep_best()

    def _keep_best(self) -> None:
        """Let go of all but as many as are wanted; then nobody is taken who costs more than the last of them."""
        if len(self._best) >= self._limit:
            best = heapq.nsmallest(self._limit, self._best.items(), key=_rank)
            self._best = dict(best)
            self._bound = best[-1][1][0]

    def _enough(self, cost: int) -> bool:
        """Whether nobody is wanted any more who costs more than this."""
        self._keep_best()
        return self._bound <= cost


def _rank(item: tuple[int, _Hit]) -> tuple[int, int]:
    return item[1][0], item[0]


def _names(tokens: Sequence[_Token]) -> int:
    """How many names were asked for; particles do not count unless there is nothing else."""
    return sum(token.missing > _MISSING_PARTICLE for token in tokens) or len(tokens)


_BIRTHS: dict[int, Birth] = {0: "fits", _YEAR_UNKNOWN: "unknown"}


def _union(lists: Iterable[Iterable[int]]) -> set[int]:
    return set(chain.from_iterable(lists))


def _found(person: int, hit: _Hit) -> Found:
    cost, _slot, worst, matched, asked, case, birth = hit
    return Found(
        person=person,
        cost=cost,
        score=max(0.0, 1 - cost / (_MISSING * max(1, asked))),
        fit=None if worst < 0 else fit_of(worst),
        matched=matched,
        asked=asked,
        case=case,
        birth=birth,
    )
