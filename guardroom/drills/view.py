"""What the risk coordinator is shown of drills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from guardroom.drills.gate import Around
from guardroom.drills.plan import Plan

YearState = Literal["done", "planned", "missing", "not_asked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year's obligation (rule M1): `done` of `needed`; `days_left` until its end, 0 where it is over."""

    year: int
    done: int
    needed: int
    days_left: int
    state: YearState


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """Something that a drill showed can be better; `overdue` where it should have been done by today."""

    id: int
    drill: str
    what: str
    owner: str
    due_on: date
    done_on: date | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What the people made of a drill; the times are the program's. `leader` is a time by somebody's watch, "0:45",
    where no guard marked that the leader was reached."""

    strengths: str = ""
    to_improve: str = ""
    stopped_well: str = ""
    leader: str = ""
    debriefed: bool = False
    sent_on: str = ""

    @property
    def written(self) -> bool:
        """Whether it says what went well and what is to be better: enough to be finished."""
        return bool(self.strengths and self.to_improve)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One aim: what was wanted and measured, in seconds; None where nothing was. `met` None: nobody can say."""

    code: Literal["acknowledged", "on_scene", "stopped", "leader"]
    wanted_s: float | None
    measured_s: float | None
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDrill:
    """A drill that has begun."""

    id: int
    number: str
    place: str
    began_at: datetime
    ended_at: datetime | None
    why: str
    shown: bool
    how: str
    press: str
    led_by: str
    aims: tuple[Aim, ...]
    evaluation: Evaluation
    improvements: tuple[Improvement, ...]
    finished_at: datetime | None
    counts: bool

    @property
    def locked(self) -> bool:
        """True when the evaluation is finished."""
        return self.finished_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the planner. `plan` is the drill that is planned; what is not drawn yet is not in it.

    `open_improvements` are those of former drills too, the most urgent first. `around` is what goes on today.
    """

    years: tuple[Year, ...]
    plan: Plan | None
    drills: tuple[PastDrill, ...]
    open_improvements: tuple[Improvement, ...]
    around: Around
