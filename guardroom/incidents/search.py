"""What somebody looks for in the history, read from what they typed; and what a search finds an incident by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from guardroom.days import read_day
from guardroom.incidents import words
from guardroom.incidents.kinds import KINDS
from guardroom.incidents.number import read_number
from guardroom.people.folding import fold
from guardroom.text import clean

_LONGEST = 200
_MOST_WORDS = 8
_SHORTEST_KIND = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A folded word that is looked for, and the kinds of incident that are called by a word that begins so."""

    text: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Everything that an incident must fit. `since` and `until` are the first moment of the day and of the next."""

    words: tuple[Word, ...] = ()
    number: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def empty(self) -> bool:
        """True where nothing is looked for."""
        return not self.words and self.number is None and self.since is None


def read_query(typed: str, zone: ZoneInfo) -> Wanted:
    """Words, a number such as H-0459 and a day such as 24-11-2025, in any order; the last of two numbers or days."""
    looked_for: dict[str, Word] = {}
    number: int | None = None
    day: date | None = None
    for piece in clean(typed, _LONGEST).split():
        if (found := read_number(piece)) is not None:
            number = found
        elif (meant := read_day(piece)) is not None:
            day = meant
        else:
            looked_for |= {word: Word(text=word, kinds=_kinds(word)) for word in fold(piece)}
    return Wanted(
        words=tuple(looked_for.values())[:_MOST_WORDS],
        number=number,
        since=_midnight(day, zone) if day is not None else None,
        until=_midnight(day + timedelta(days=1), zone) if day is not None and day < date.max else None,
    )


def search_words(*texts: str) -> str:
    """The folded words of texts, each once: what a search looks through."""
    return " ".join(dict.fromkeys(word for text in texts for word in fold(text)))


def _kinds(word: str) -> tuple[str, ...]:
    if len(word) < _SHORTEST_KIND:
        return ()
    return tuple(kind for kind in KINDS if any(each.startswith(word) for each in fold(words.kind(kind))))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, time.min, tzinfo=UTC)
