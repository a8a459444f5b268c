"""The names and the bans' dates in this process's memory, brought up to date from the main database.

Every change of a person or a ban counts up the counter "person" or "ban" and leaves its value in the row. So one
question tells whether anything changed, here or at another station, and only what changed is read.
"""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import date
from typing import cast

from sqlalchemy.orm import Session

from db import persons as stored
from guardroom.bans.kinds import Stage
from guardroom.bans.life import standing
from guardroom.people.name_index import NameIndex, entry

MANY = 5_000


class KnownNames:
    """What is kept in memory, as of two counters and a day.

    `index` has every record, `banned` those of persons who have or had a ban, with their bans' numbers: whoever stands
    before the desk is looked up among far fewer names. `active` are the persons with a ban that is active on the day.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self.index = NameIndex()
        self.banned = NameIndex()
        self.active: set[int] = set()
        self._bans: dict[int, stored.BanDates] = {}
        self._bans_of: dict[int, list[int]] = {}  # by record
        self._persons_at = 0
        self._bans_at = 0
        self._today: date | None = None

    def refresh(self, session: Session, today: date) -> None:
        """Take in what changed."""
        now = stored.counters(session)
        if now["person"] < self._persons_at or now["ban"] < self._bans_at:
            self._forget()  # Another database than before: an older copy was restored.
        if (now["person"], now["ban"], today) == (self._persons_at, self._bans_at, self._today):
            return
        known = len(self.index)
        touched = self._take(session)
        # Rows are also deleted when their time is up, which leaves nothing that says so.
        if stored.how_many(session) != (len(self.index), len(self._bans)):
            self._forget()
            touched = self._take(session)
        if self._today != today:
            touched |= {self.index.person_of(record) for record in self._bans_of}
        # Rows that another station adds between two of these questions are found with the next refresh again.
        self._persons_at = max(self._persons_at, now["person"])
        self._bans_at = max(self._bans_at, now["ban"])
        self._today = today
        for person in touched:
            self._sort_out(person, today)
        if len(self.index) - known > MANY:
            # They stay: looking through them for what can be forgotten would hold up every screen, again and again.
            gc.freeze()

    def _take(self, session: Session) -> set[int]:
        """Read what changed; the persons whom it touches, those among them who were one before and are not now."""
        touched: set[int] = set()
        for row in stored.names_since(session, self._persons_at):
            person = row.record if row.merged_into is None else row.merged_into
            touched |= {self.index.person_of(row.record), person, row.record}
            self.index.put(
                entry(
                    row.record,
                    person,
                    [name.split() for name in row.folded.split("\n")],
                    row.birth_year,
                    row.birth_date,
                    row.case_ref,
                )
            )
        for ban in stored.bans_since(session, self._bans_at):
            if ban.ban not in self._bans:
                self._bans_of.setdefault(ban.person, []).append(ban.ban)
            self._bans[ban.ban] = ban
            touched.add(self.index.person_of(ban.person))
        return touched

    def _sort_out(self, person: int, today: date) -> None:
        """Whether the person is banned, and is so today."""
        records = self.index.records_of(person)
        bans = [self._bans[ban] for record in records for ban in self._bans_of.get(record, ())]
        standings = {standing(cast(Stage, ban.stage), ban.starts_on, ban.ends_on, ban.lifted_on, today) for ban in bans}
        if "active" in standings:
            self.active.add(person)
        else:
            self.active.discard(person)
        if not standings <= {"dropped"}:
            numbers = {number for ban in bans if ban.stage != "dropped" for number in (ban.number, ban.case_ref)} - {""}
            for record in records:
                known = self.index.entry_of(record)
                self.banned.put(replace(known, cases=(*known.cases, *sorted(numbers - set(known.cases)))))
        else:
            for record in records:
                self.banned.drop(record)
