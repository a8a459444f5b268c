"""What is shown of heads-ups. Nobody's name is in it: that is asked for by itself, and logged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from guardroom.headsups.check_in import missed
from guardroom.headsups.form import HeadsUpForm
from guardroom.headsups.kinds import OPEN, Status
from guardroom.headsups.warnings import Advice


@dataclass(frozen=True, slots=True, kw_only=True)
class Prewarning:
    """The police are warned. `reason` is "" for whoever may not read it. `about` is when the meeting was to begin as
    they were told; where it now begins at another time, they do not know. `earlier`: how often they were told
    before."""

    case_ref: str
    leader: str
    leader_at: datetime
    legal: str
    legal_at: datetime
    about: datetime
    reason: str = ""
    earlier: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadsUpView:
    """One heads-up. `known`: it is about a known person, whose name is not in it. `due_at`: when somebody must look in
    next. `version` goes up with every change of what was entered."""

    id: int
    number: str
    begins: datetime
    until: datetime
    place: str
    room: str | None
    area: str
    posture: str
    reason: str
    staff: tuple[str, ...]
    status: Status
    told_at: datetime
    told_by: str
    version: int
    case_ref: str = ""
    known: bool = False
    citizen: str = ""
    stop_signal: str = ""
    check_in_at: datetime | None = None
    check_in_every: int = 0
    due_at: datetime | None = None
    ready: tuple[str, ...] = ()
    note: str = ""
    taken_at: datetime | None = None
    taken_by: str = ""
    begun_at: datetime | None = None
    well_at: datetime | None = None
    watched_at: datetime | None = None
    watched_until: datetime | None = None
    over_at: datetime | None = None
    ended_early: bool = False
    prewarning: Prewarning | None = None
    advice: Advice = field(default_factory=Advice)

    @property
    def open(self) -> bool:
        """Whether the meeting is to come or goes on."""
        return self.status in OPEN

    def missed(self, now: datetime) -> bool:
        """Whether nobody has looked in when it was due."""
        return missed(self.due_at, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """A mobile alarm that is not back; `overdue` where it should be."""

    id: int
    device: str
    holder: str
    place: str
    due_at: datetime
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody says that they come. `decision` is "" until there is one; `banned` where a ban binds them that day."""

    id: int
    expected_at: datetime
    known: bool
    citizen: str
    case_ref: str
    decision: str
    decided_by: str
    banned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the tab: the meetings by when they are, the past ones latest first; loans; announced arrivals."""

    today: tuple[HeadsUpView, ...]
    coming: tuple[HeadsUpView, ...]
    past: tuple[HeadsUpView, ...]
    loans: tuple[Loan, ...]
    arrivals: tuple[Arrival, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A meeting that was read from a file. `title` is what the file calls it, which is never kept; `problem` says why
    it cannot be taken over as it stands, "" where it can. `origin` tells it from every other meeting; "" for one from a
    list."""

    place: str
    title: str
    form: HeadsUpForm
    problem: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What was read from a file: the meetings, and a sentence for each piece that could not be read at all."""

    source: str
    entries: tuple[Entry, ...] = ()
    broken: tuple[str, ...] = ()
