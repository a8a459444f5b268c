"""The monitor's part in heads-ups: what the board is told of today's and the next days', read from the main database.

What the desk has been told stays there while the database is away. Whether something has changed is one small question,
which is asked often; the rest is read only where it has, and once a minute because the day goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from db import headsups as stored
from db.main import reading
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.view import LoanLine
from guardroom.clock import Clock
from guardroom.days import day_in
from guardroom.headsups.kinds import OPEN
from guardroom.headsups.rows import line_of, status_of
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
        """Tell the desk what there is today and on the next working day, and who has which mobile alarm. Raises
        StorageError."""
        begin, end = self._days()
        with reading(self.engine) as session:
            seen = stored.changes(session)
            rows = stored.between(session, begin, end)
            loans = [LoanLine(device=row.device, holder=row.holder, place=row.place) for row in stored.loans(session)]
        self.desk.set_loans(loans)
        self.desk.set_headsups(tuple(line_of(row, self.settings) for row in rows if status_of(row) in OPEN))
        self._seen = seen

    def _days(self) -> tuple[datetime, datetime]:
        """From the midnight before to the one after the next working day, by the house's clock."""
        zone = self.settings.site.zone
        today = day_in(self.clock.now(), zone)
        following = today + timedelta(days=1)
        while not is_working_day(following):
            following += timedelta(days=1)
        return (
            datetime.combine(today, time(), zone).astimezone(UTC),
            datetime.combine(following + timedelta(days=1), time(), zone).astimezone(UTC),
        )
