"""What is done from time to time whatever happens: the evaluation (N1), the check of the phone list (O11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from guardroom.days import months_on
from guardroom.followups.deadlines import end_of
from guardroom.followups.rules import Wanted
from guardroom.settings import FollowUpPolicy

_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """One of a year's, with the key by which it is made once: "evaluation:2025:2/4", the second of four. How many a
    year has is in it: where that is changed, the second half is not taken for the second quarter."""

    key: str
    wanted: Wanted


def due_in(policy: FollowUpPolicy, day: date, zone: ZoneInfo) -> tuple[Recurrence, ...]:
    """What is to be done in the part of the year that a day lies in; due on that part's last day."""
    return tuple(_recurrences(policy, day, zone))


def part_of_year(day: date, per_year: int) -> tuple[int, date, date]:
    """The number, from 1, of the part that a day lies in where a year has so many, with its first and last day. Parts
    begin with a month; where twelve does not divide, some are a month longer."""
    begins = [months_on(date(day.year, 1, 1), _MONTHS * at // per_year) for at in range(per_year + 1)]
    number = max(at for at, first in enumerate(begins[:-1], 1) if first <= day)
    return number, begins[number - 1], begins[number] - timedelta(days=1)


def _recurrences(policy: FollowUpPolicy, day: date, zone: ZoneInfo) -> Iterator[Recurrence]:
    for kind, often in (("evaluation", policy.evaluation), ("phone_list", policy.phone_list)):
        if not often.per_year:
            continue
        number, first, last = part_of_year(day, often.per_year)
        yield Recurrence(
            key=f"{kind}:{day.year}:{number}/{often.per_year}",
            wanted=Wanted(
                kind=kind,
                owner=often.owner,
                began_at=end_of(first - timedelta(days=1), zone),
                due_at=end_of(last, zone),
                rule=f"year:{often.per_year}",
            ),
        )
