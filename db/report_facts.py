"""What reports count: narrow rows of the main database, without a name, a text or a reference in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFact:
    """One alarm; as `db.alarm_tables.AlarmRow`. Times in seconds after the first press."""

    pressed_at: datetime
    mode: str
    closed: bool
    outcome: str
    room: str | None
    block: str
    acknowledged_s: float | None
    on_scene_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFact:
    """One incident; as `db.incident_tables.IncidentRow`."""

    happened_at: datetime
    kind: str
    room: str | None
    area: str
    channel: str
    behaviours: tuple[str, ...]
    police: str
    injured: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BanFact:
    """One ban that was decided, or ended before its time; `extends`: it goes on from another one."""

    kind: str
    area: str
    decided_at: datetime | None
    extends: bool
    starts_on: date | None
    ends_on: date | None
    lifted_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFact:
    """One follow-up; `area` is folded."""

    kind: str
    area: str
    state: str
    due_at: datetime
    closed_at: datetime | None
    done_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillFact:
    """One drill that is over, with its aims as JSON; improvements that it asked for, and those of them made."""

    began_at: datetime
    room: str
    why: str
    aims: str
    acknowledged_s: float | None
    on_scene_s: float | None
    leader_s: float | None
    finished: bool
    improvements: int
    improved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonTestFact:
    """One test of a button."""

    at: datetime
    room: str
    worked: bool
