"""The year's obligation: at least so many unannounced drills (rule M1). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from guardroom.drills.view import Year, YearState


def years(per_year: int, done_on: Iterable[date], planned: int | None, today: date, since: date) -> tuple[Year, ...]:
    """Every year since the first drill, or since the program is used (`since`), and this one, the newest first.

    `planned`: the year of the planned drill.
    """
    done = Counter(day.year for day in done_on)
    first = min([*done, since.year, today.year])
    return tuple(_year(year, done[year], per_year, year == planned, today) for year in range(today.year, first - 1, -1))


def _year(year: int, done: int, needed: int, planned: bool, today: date) -> Year:
    state: YearState = "missing"
    if not needed:
        state = "not_asked"
    elif done >= needed:
        state = "done"
    elif planned:
        state = "planned"
    left = max(0, (date(year, 12, 31) - today).days)
    return Year(year=year, done=done, needed=needed, days_left=left, state=state)
