"""Reading `[panels.options]`: one reader for all drivers, which collects every mistake and never stops at the first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TypeVar

from drivers.base import Cause, Kind, OptionError

SAYABLE_KINDS: tuple[Kind, ...] = tuple(kind for kind in Kind if kind not in (Kind.HEARTBEAT, Kind.REJECTED))
"""The kinds that a town hall's own rule may give."""

KINDS_WITH_CAUSE: tuple[Kind, ...] = (Kind.ALARM, Kind.RESTORE, Kind.CANCEL)

_Choice = TypeVar("_Choice", bound=str)


class OptionReader:
    """Reads one table. Each method returns the key's value, or `default` after noting what is wrong with it.

    `keys` are all that may stand in the table. `where` is put before a key in what is said of it ("rules[2].").
    """

    def __init__(
        self,
        table: Mapping[str, object],
        keys: Collection[str],
        mistakes: list[OptionError] | None = None,
        where: str = "",
    ) -> None:
        self._table = table
        self._where = where
        self.mistakes: list[OptionError] = [] if mistakes is None else mistakes
        for key in table:
            if key not in keys:
                self.wrong(key, "one of the keys {keys}", sorted(keys), keys=", ".join(sorted(keys)))

    def __contains__(self, key: str) -> bool:
        return key in self._table

    def value(self, key: str) -> object:
        """What stands there, unread; None where nothing does."""
        return self._table.get(key)

    def wrong(self, key: str, template: str, choices: Collection[str] = (), **gaps: object) -> None:
        """Note that the key's value is wrong, and what is allowed (see `OptionError`)."""
        self.mistakes.append(OptionError(self._where + key, self._table.get(key), template, choices, **gaps))

    def word(self, key: str, allowed: Collection[_Choice], default: _Choice) -> _Choice:
        """One of some words."""
        if key not in self._table:
            return default
        value = self._table[key]
        for word in allowed:
            if value == word:
                return word
        self._wrong_word(key, allowed)
        return default

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._table.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, "true or false")
        return default

    def whole(self, key: str, least: int, most: int, default: int) -> int:
        """A whole number from `least` to `most`."""
        value = self._table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.wrong(key, "a whole number from {least} to {most}", least=least, most=most)
        return default

    def count(self, key: str, default: int) -> int:
        """A whole number; 0 is no end."""
        value = self._table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.wrong(key, "a whole number, 0 for no end")
        return default

    def seconds(self, key: str, least: float, most: float, default: float) -> float:
        """Seconds from `least` to `most`."""
        value = self._table.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
            return float(value)
        self.wrong(key, "{least} to {most} seconds", least=f"{least:g}", most=f"{most:g}")
        return default

    def text(self, key: str, default: str | None = None, *, allowed: str = "a text in quotes") -> str | None:
        """A text. Numbers are not taken for one: 01 and 1 are different points."""
        value = self._table.get(key, default)
        if value is None or isinstance(value, str):
            return value
        self.wrong(key, allowed)
        return default

    def digits(self, key: str) -> str | None:
        """A number as text, given with or without quotes."""
        value = self._table.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None or (isinstance(value, str) and value):
            return value
        self.wrong(key, 'a number such as "1"')
        return None

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression."""
        value = self.text(key)
        if value is None:
            return None
        try:
            return re.compile(value)
        except (re.error, OverflowError, RecursionError):
            self.wrong(key, "a regular expression")
            return None

    def kind_and_cause(self) -> tuple[Kind, Cause | None]:
        """`kind` and `cause` of a town hall's own rule. An alarm without a cause is a hold-up."""
        named = self._table.get("kind")
        kind = next((kind for kind in SAYABLE_KINDS if kind == named), Kind.INFO)
        if kind != named:
            self._wrong_word("kind", SAYABLE_KINDS)
        cause = (
            self.word("cause", tuple(cause.value for cause in Cause), Cause.HOLD_UP.value) if "cause" in self else ""
        )
        if cause and kind not in KINDS_WITH_CAUSE:
            self.wrong("cause", "no cause, except for {kinds}", kinds=", ".join(KINDS_WITH_CAUSE))
            return kind, None
        if kind == Kind.ALARM and not cause:
            cause = Cause.HOLD_UP
        return kind, Cause(cause) if cause else None

    def tables(self, key: str, keys: Collection[str]) -> list[OptionReader]:
        """A reader for each table of a list of tables; they all note their mistakes in this one's list."""
        value = self._table.get(key, [])
        if not isinstance(value, list | tuple):
            self.wrong(key, "a list of tables")
            return []
        readers = []
        for number, table in enumerate(value, 1):
            where = f"{self._where}{key}[{number}]"
            if isinstance(table, Mapping):
                readers.append(OptionReader(table, keys, self.mistakes, where + "."))
            else:
                self.mistakes.append(OptionError(where, table, "a table with {keys}", keys=", ".join(keys)))
        return readers

    def _wrong_word(self, key: str, allowed: Collection[str]) -> None:
        self.wrong(key, "{words}", allowed, words=", ".join(f'"{word}"' for word in allowed))
