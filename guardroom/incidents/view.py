"""What the screens and commands are shown of incidents; already only what whoever asks may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from guardroom.incidents.form import AlarmRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectView:
    """Somebody it was about. `name` is "" where they are not known yet."""

    id: int
    person: int | None = None
    name: str = ""
    born: str = ""
    case_ref: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddendumView:
    """What was added later; `what` is "text"; "joined" where a description became a person, "parted" where it was not
    that person."""

    at: datetime
    by: str
    text: str
    what: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """One line of the history. `who` are names, or "" where the asker may not see them or nobody is known.

    `readable`: the asker may open it with its text.
    """

    id: int
    number: str
    happened_at: datetime
    kind: str
    place: str
    who: str = ""
    police: str = ""
    alarm: bool = False
    readable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """A page of the history, newest first; `more`: there are older ones, asked for with `before=lines[-1]`."""

    lines: tuple[IncidentLine, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One incident. `number` is "H-0459". `account` is None where the asker may not read it, and then what was written
    in words or is about employees' health (`felt`, `asked_by`, `sick_leave` …) is left out too; `subjects` are None
    where they may not see whom it was about. `breached` is the kind of the ban that was breached, "" for none."""

    id: int
    number: str
    kind: str
    happened_at: datetime
    written_at: datetime
    written_by: str
    place: str
    area: str
    room: str | None = None
    channel: str = "in_person"
    subject_kind: str = "citizen"
    off_duty: bool = False
    behaviours: tuple[str, ...] = ()
    felt: str = ""
    assessed: str = ""
    asked_to_leave_at: datetime | None = None
    asked_by: str = ""
    complied: bool | None = None
    police: str = ""
    police_at: datetime | None = None
    police_ref: str = ""
    injured: tuple[str, ...] = ()
    sick_leave: bool | None = None
    evidence: str = ""
    took_part: tuple[str, ...] = ()
    alarm: AlarmRef | None = None
    ban: int | None = None
    breached: str = ""
    subjects: tuple[SubjectView, ...] | None = None
    account: str | None = None
    addenda: tuple[AddendumView, ...] = ()
    may_add: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A half-written form of one's own: when it was kept, what kind, and of which alarm."""

    id: int
    saved_at: datetime
    kind: str = ""
    place: str = ""
    alarm: AlarmRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnwrittenAlarm:
    """A closed alarm that no incident has been written about yet."""

    alarm: AlarmRef
    pressed_at: datetime
    place: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStanding:
    """Where a person stands on the ladder with one more incident (rules G3-G6); it proposes, a leader decides.

    `earlier` are the incidents that count, oldest first: number and local day as written. `step` counts the new one
    too, 0 where the town hall has no ladder or the new one does not count. `asks_for` is the step's code of
    `settings.LADDER_STEPS`, "" for none; `next_asks_for` that of the step after it.
    """

    step: int = 0
    asks_for: str = ""
    next_asks_for: str = ""
    earlier: tuple[tuple[str, str], ...] = ()
    look_back_months: int = 12
