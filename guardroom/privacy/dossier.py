"""Everything that is kept of one citizen, as they are given it (GDPR art. 15).

No employee is named: of each lookup the day, hour and purpose (CJEU C-579/21). Other people's names are masked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that is kept: what it is called, and each fact with its name."""

    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """All that is kept of one kind; `code` is what a program calls it."""

    code: str
    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What is kept. `asked_at` is when the citizen asked, None where no request is open; `answered_at` when one of
    theirs was answered last."""

    person: int
    name: str
    asked_at: datetime | None
    parts: tuple[Part, ...]
    answered_at: datetime | None = None

    @property
    def count(self) -> int:
        """How many things there are."""
        return sum(len(part.entries) for part in self.parts)
