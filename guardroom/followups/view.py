"""What the screens and commands are shown of follow-ups: kinds, numbers and deadlines, nobody's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from guardroom.followups.deadlines import Level
from guardroom.followups.kinds import Evidence

Which = Literal["mine", "area", "all", "closed"]
WHICH: tuple[Which, ...] = ("mine", "area", "all", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpLine:
    """One line of the list. `number` is that of its incident ("H-0459") or ban, "" for neither. `owner` are the
    initials of the one person who sees to it, "" where everybody of the role may.

    `rule` is a code of `words.rule`; `system` is where it is reported, "" where nothing is said; `mode` is one of
    `settings.POLICE_REPORTS` for a police report, else "". What it was closed with and why is left out for those who
    may not read it. Of one that is open, `count` have come so far of the `expected` ones. `may_close`: the asker may
    close it, exempt from it and hand it on.
    """

    id: int
    kind: str
    number: str
    owner_role: str
    due_at: datetime
    rule: str
    level: Level
    incident: int | None = None
    ban: int | None = None
    area: str = ""
    owner: str = ""
    from_role: str = ""
    remind_on: date | None = None
    system: str = ""
    mode: str = ""
    asks_for: tuple[Evidence, ...] = ()
    results: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    may_close: bool = False
    state: str = "open"
    closed_at: datetime | None = None
    closed_by: str = ""
    done_on: date | None = None
    reference: str = ""
    count: int | None = None
    expected: int | None = None
    yes_no: bool | None = None
    company: str = ""
    reason: str = ""
    reason_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPage:
    """A page of the list; `more`: there are further ones, asked for with `after=lines[-1]`."""

    lines: tuple[FollowUpLine, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How many are open of a kind, and how many of them are overdue."""

    kind: str
    open: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDuties:
    """What an incident asks for, as far as the asker sees it, and whether it is closed: this is left out for those who
    do not see the incident. `hindrance` says why it cannot be closed now, "" where it can; `may_close`: closing,
    opening again and adding are theirs."""

    lines: tuple[FollowUpLine, ...]
    closed_at: datetime | None = None
    closed_by: str = ""
    hindrance: str = ""
    may_close: bool = False
