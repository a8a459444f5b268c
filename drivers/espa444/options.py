"""`[panels.options]` of an espa444 panel: what may stand there, and every mistake in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from drivers.base import Cause, Kind, OptionError
from drivers.espa444.charset import CHARSETS, SEVEN_BIT
from drivers.espa444.meaning import Interpreter, Rule

ROLES: tuple[str, ...] = ("station", "control", "tap")
RECEIVER_KEYS: frozenset[str] = frozenset(
    {"role", "address", "control_address", "poll", "charset", "rules", "reply_timeout_s", "poll_s"}
)
_RULE_KEYS = ("kind", "cause", "address", "text", "priority", "type")
_KINDS: tuple[Kind, ...] = tuple(kind for kind in Kind if kind not in (Kind.HEARTBEAT, Kind.REJECTED))
_WITH_CAUSE = (Kind.ALARM, Kind.RESTORE, Kind.CANCEL)
_ADDRESSES = '"0" to "9"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options, checked.

    `role`: what `guardroom` is on the line: "station" (polled and selected), "control" (polls the panel), "tap".
    `address`: the receiving station's address. `control_address`: the control station's, ours where role is control.
    `poll`: the stations that are polled where role is control.
    `reply_timeout_s`: how long an answer may take; `poll_s`: seconds between polls.
    `tries`: the simulated panel gives an event up after so many sessions without success; 0: never.
    """

    role: str = "station"
    address: str = "2"
    control_address: str = "1"
    poll: tuple[str, ...] = ("2",)
    charset: str = "iso646-dk"
    rules: tuple[Rule, ...] = ()
    reply_timeout_s: float = 1.0
    poll_s: float = 1.0
    tries: int = 5

    @property
    def seven_bits(self) -> bool:
        """The charset has seven bits, so an eighth on the line is a parity bit."""
        return self.charset in SEVEN_BIT

    @property
    def interpreter(self) -> Interpreter:
        """Frames to signals with this charset and these rules."""
        return Interpreter(self.charset, self.rules)


def read_options(options: Mapping[str, object], keys: Collection[str]) -> tuple[Options, list[OptionError]]:
    """The options and all mistakes in them; only `keys` may be there. What is wrong keeps its default."""
    mistakes = [
        OptionError(key, value, "one of the keys " + ", ".join(sorted(keys)))
        for key, value in options.items()
        if key not in keys
    ]
    reader = _Reader(options, mistakes)
    read = Options(
        role=reader.word("role", ROLES, "station"),
        address=reader.address("address", "2"),
        control_address=reader.address("control_address", "1"),
        poll=reader.addresses("poll", ("2",)),
        charset=reader.word("charset", CHARSETS, "iso646-dk"),
        rules=reader.rules("rules"),
        reply_timeout_s=reader.seconds("reply_timeout_s", 0.05, 10.0, 1.0),
        poll_s=reader.seconds("poll_s", 0.05, 10.0, 1.0),
        tries=reader.count("tries", 5),
    )
    if read.role == "control" and read.control_address in read.poll:
        mistakes.append(OptionError("poll", list(read.poll), "stations other than control_address"))
    if read.role != "control" and read.control_address == read.address:
        mistakes.append(OptionError("address", read.address, "another address than control_address"))
    return read, mistakes


class _Reader:
    """Reads one table and collects the mistakes."""

    def __init__(self, table: Mapping[str, object], mistakes: list[OptionError], where: str = "") -> None:
        self._table = table
        self._mistakes = mistakes
        self._where = where

    def wrong(self, key: str, allowed: str) -> None:
        self._mistakes.append(OptionError(self._where + key, self._table.get(key), allowed))

    def word(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self._table.get(key, default)
        if isinstance(value, str) and value in allowed:
            return value
        self.wrong(key, ", ".join(f'"{word}"' for word in allowed))
        return default

    def address(self, key: str, default: str) -> str:
        found = _address(self._table.get(key, default))
        if found is None:
            self.wrong(key, _ADDRESSES)
            return default
        return found

    def addresses(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        if key not in self._table:
            return default
        value = self._table[key]
        found = [_address(item) for item in value] if isinstance(value, list | tuple) else []
        known = tuple(dict.fromkeys(address for address in found if address is not None))
        if not known or len(known) != len(found):
            self.wrong(key, f"a list of different addresses, {_ADDRESSES}")
            return default
        return known

    def seconds(self, key: str, least: float, most: float, default: float) -> float:
        value = self._table.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
            return float(value)
        self.wrong(key, f"{least:g} to {most:g} seconds")
        return default

    def count(self, key: str, default: int) -> int:
        value = self._table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.wrong(key, "a whole number, 0 for no end")
        return default

    def rules(self, key: str) -> tuple[Rule, ...]:
        value = self._table.get(key, [])
        if not isinstance(value, list | tuple):
            self.wrong(key, "a list of tables")
            return ()
        rules = []
        for number, table in enumerate(value, 1):
            where = f"{key}[{number}]"
            if isinstance(table, Mapping):
                rules.append(_Reader(table, self._mistakes, where + ".").rule())
            else:
                self._mistakes.append(OptionError(where, table, "a table with " + ", ".join(_RULE_KEYS)))
        return tuple(rules)

    def rule(self) -> Rule:
        for key in self._table:
            if key not in _RULE_KEYS:
                self.wrong(key, "one of the keys " + ", ".join(_RULE_KEYS))
        kind = self.word("kind", tuple(_KINDS), "") or Kind.INFO
        cause = self.word("cause", tuple(Cause), Cause.HOLD_UP) if "cause" in self._table else None
        if cause and kind not in _WITH_CAUSE:
            self.wrong("cause", "no cause, except for " + ", ".join(_WITH_CAUSE))
        if kind == Kind.ALARM and cause is None:
            cause = Cause.HOLD_UP
        return Rule(
            kind=Kind(kind),
            cause=Cause(cause) if cause else None,
            address=self._string("address"),
            text=self._pattern("text"),
            priority=self._digits("priority"),
            type=self._digits("type"),
        )

    def _string(self, key: str) -> str | None:
        value = self._table.get(key)
        if value is None or isinstance(value, str):
            return value
        self.wrong(key, "a text in quotes (01 and 1 are different addresses)")
        return None

    def _digits(self, key: str) -> str | None:
        value = self._table.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None or (isinstance(value, str) and value):
            return value
        self.wrong(key, 'a number such as "1"')
        return None

    def _pattern(self, key: str) -> re.Pattern[str] | None:
        value = self._string(key)
        if value is None:
            return None
        try:
            return re.compile(value)
        except (re.error, OverflowError, RecursionError):
            self.wrong(key, "a regular expression")
            return None


def _address(value: object) -> str | None:
    """An address of one digit; a number is taken for its digit."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and len(value) == 1 and value in "0123456789" else None
