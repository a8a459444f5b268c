"""The monitor's part in heads-ups: what the board is told of today's and the next days', and of mobile alarms that are
out of the house, read from the main database.

What the desk has been told stays there while the database is away. Whether something has changed is one small question,
which is asked often; the rest is read only where it has, and once a minute because the day goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db import headsups as stored
from db.main import reading
from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import Clock
from guardroom.days import day_in, midnights
from guardroom.headsups.kinds import OPEN, UNENDED_DAYS
from guardroom.headsups.rows import is_unended, line_of, loan_line_of, status_of
from guardroom.settings import Settings
from guardroom.working_days import is_working_day

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(slots=True)
class HeadsUpWatch:
    """One station's watch. For one thread."""

    settings: Settings
    engine: Engine
    desk: AlarmDesk
    clock: Clock
    _seen: int = -1

    def look(self) -> None:
        """Tell the desk, where anything has changed since it was told. Raises StorageError."""
        with reading(self.engine) as session:
            changed = stored.changes(session) != self._seen
        if changed:
            self.tick()

    def tick(self) -> None:
        """Tell the desk what there is today and on the next working day, and what is left of the days before, and who
        has which mobile alarm. Raises StorageError."""
        now, zone = self.clock.now(), self.settings.site.zone
        today = day_in(now, zone)
        begin, end = midnights(today, _working_day_after(today), zone)
        with reading(self.engine) as session:
            seen = stored.changes(session)
            rows = stored.between(session, begin - timedelta(days=UNENDED_DAYS), end)
            loans = tuple(loan_line_of(row) for row in stored.loans(session))
        out = self.desk.view().out_rooms
        shown = [row for row in rows if status_of(row) in OPEN and (row.until > begin or is_unended(row, now))]
        self.desk.set_headsups(tuple(line_of(row, self.settings, out) for row in shown))
        self.desk.set_loans(loans)
        self._seen = seen


def _working_day_after(day: date) -> date:
    following = day + timedelta(days=1)
    while not is_working_day(following):
        following += timedelta(days=1)
    return following
