"""The ladder (rules G3-G6): which incidents count, and where a person stands. It proposes; a leader decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from guardroom.days import day_in, months_on, written
from guardroom.incidents.kinds import EJECTIONS, HARMLESS
from guardroom.incidents.number import written_number
from guardroom.incidents.view import LadderStanding
from guardroom.settings import LadderPolicy

_COUNT_ALWAYS = EJECTIONS | {"ban_breach", "remote"}
_COUNT_NEVER = HARMLESS | {"turned_away"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """What the ladder looks at of one incident. `number` is None where it is not saved yet."""

    happened_at: datetime
    kind: str
    behaviours: Collection[str] = ()
    number: int | None = None


def counts(kind: str, behaviours: Collection[str]) -> bool:
    """Whether such an incident counts: an ejection, a breach or a threat from afar always, others where behaviour was
    recorded; a near miss, an accidental press and turning away never (A4)."""
    return kind not in _COUNT_NEVER and (kind in _COUNT_ALWAYS or bool(behaviours))


def standing(policy: LadderPolicy, this: Occurrence, others: Iterable[Occurrence], zone: ZoneInfo) -> LadderStanding:
    """Where a person stands with `this` incident, `others` being all else that is recorded about them.

    Only what happened before counts, and not what happened before the same day `look_back_months` ago. After the last
    step everything is that step again.
    """
    first = months_on(day_in(this.happened_at, zone), -policy.look_back_months)
    earlier = sorted(
        (
            other
            for other in others
            if counts(other.kind, other.behaviours)
            and _before(other, this)
            and day_in(other.happened_at, zone) >= first
        ),
        key=_order,
    )
    place = min(len(earlier) + 1, len(policy.steps)) if counts(this.kind, this.behaviours) else 0
    return LadderStanding(
        step=place,
        asks_for=policy.steps[place - 1] if place else "",
        next_asks_for=policy.steps[place] if 0 < place < len(policy.steps) else "",
        earlier=tuple(
            (written_number(other.number or 0), written(day_in(other.happened_at, zone))) for other in earlier
        ),
        look_back_months=policy.look_back_months,
    )


def _before(other: Occurrence, this: Occurrence) -> bool:
    return other.number != this.number and _order(other) < _order(this)


def _order(one: Occurrence) -> tuple[datetime, float]:
    # Of two at the same moment the one that was written first is the earlier.
    return one.happened_at, float("inf") if one.number is None else one.number
