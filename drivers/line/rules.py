"""A town hall's own rules: a pattern with named groups that makes a signal of a line, or of a record of lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.line.lines import Line
from drivers.standing import RESTORE_OF
from drivers.words import words

GROUPS: tuple[str, ...] = ("zone", "area", "account", "user", "time", "code", "text", "state")
MOST_LINES = 8
"""A record never has more lines than this."""

_ENDED = words(
    r"-|0|off|ok|out|end|rst|res|rest|restore[ds]?|restoral|reset|normal|clear(?:ed)?|closed|"
    r"slut|fra|gendannet|retableret|nulstillet|afstillet|ophørt"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a match means. `lines`: how many lines a record has; else `continues` says which lines go on with it.

    The group `state` turns an alarm or a fault into its end where it says "-", "OFF", "RESTORED" or the like.
    """

    match: re.Pattern[str]
    kind: Kind
    cause: Cause | None = None
    code: str | None = None
    trouble: Trouble | None = None
    lines: int = 1
    continues: re.Pattern[str] | None = None

    def length(self, held: Sequence[Line], ended: bool) -> int | None:
        """How many of the lines make the record that begins with the first; None while more may belong to it.

        `ended`: nothing more will come. 0: they are too few.
        """
        if self.continues is None:
            if self.lines <= len(held):
                return self.lines
            return 0 if ended else None
        count = 1
        while count < len(held) and self.continues.search(held[count].text):
            count += 1
        return count if ended or count < len(held) or count >= MOST_LINES else None

    def signal(self, record: Sequence[Line]) -> Signal | None:
        """The signal of a record, its lines joined by line feeds; None where it does not match."""
        text = "\n".join(line.text for line in record)
        found = self.match.search(text)
        if found is None:
            return None
        group = {name: value.strip() or None for name, value in found.groupdict().items() if value is not None}
        ended = _ENDED.fullmatch(group.get("state") or "+") is not None
        return Signal(
            kind=RESTORE_OF.get(self.kind, self.kind) if ended else self.kind,
            cause=self.cause,
            point=group.get("zone"),
            area=group.get("area"),
            account=group.get("account"),
            code=group.get("code") or self.code,
            text=group.get("text") or group.get("user") or text.replace("\n", " "),
            panel_time=(group.get("time") or "").replace("\n", " ") or None,
            trouble=self.trouble,
            raw=b"".join(line.raw for line in record),
        )


class Records:
    """Lines to own rules, in order. A line that may belong to a record waits for the next, or for a pause."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._held: list[Line] = []

    @property
    def waiting(self) -> bool:
        """A line waits for the rest of its record."""
        return bool(self._held)

    def match(self, text: str) -> bool:
        """A line of this text means something by itself."""
        return any(rule.match.search(text) for rule in self._rules)

    def clear(self) -> None:
        """Forget what waits."""
        self._held.clear()

    def add(self, line: Line) -> list[Signal | Line]:
        """Signals of own rules, and the lines that no own rule matches, in order."""
        if not self._rules:
            return [line]
        self._held.append(line)
        return self._settle(ended=False)

    def end(self) -> list[Signal | Line]:
        """The same for all that waits: nothing has come for a while."""
        return self._settle(ended=True)

    def _settle(self, *, ended: bool) -> list[Signal | Line]:
        settled: list[Signal | Line] = []
        while self._held:
            found = self._first(ended=ended)
            if found is None:
                break
            length, result = found
            del self._held[:length]
            settled.append(result)
        return settled

    def _first(self, *, ended: bool) -> tuple[int, Signal | Line] | None:
        """How many lines the first rule that matches takes, and its signal; None where that is not clear yet."""
        for rule in self._rules:
            length = rule.length(self._held, ended)
            if length is None:
                return None
            if length and (signal := rule.signal(self._held[:length])) is not None:
                return length, signal
        return 1, self._held[0]
