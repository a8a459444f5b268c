"""A small house with a journal, somebody who writes into both, and what a backup of it is held against."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.house import SmallHouse

from db.journal import Entry, Journal, read_entries
from db.main import writing
from db.schema import prepare_journal
from guardroom.alarms.acts import Act
from guardroom.alarms.journalling import entry_of
from guardroom.alarms.state import Done, Moment
from guardroom.backup.making import Made, make
from guardroom.clock import stamp
from guardroom.people import audit


def entry(house: SmallHouse, number: int, people: tuple[str, ...] = ("AB",)) -> Entry:
    """An entry of the journal: who is on duty."""
    now = Moment(stamp(house.clock.now()), "boot", house.clock.monotonic() + number)
    return entry_of(number, now, Done(Act(kind="shift", people=people, id=f"act-{number}")))


def journalled(house: SmallHouse, first: int, last: int, people: tuple[str, ...] = ("AB",)) -> None:
    """Put these entries into the house's journal, which is made where it is not there."""
    prepare_journal(house.ground.settings.journal)
    with Journal.open(house.ground.settings.journal) as journal:
        journal.append([entry(house, number, people) for number in range(first, last + 1)])


def noted(house: SmallHouse, count: int = 1) -> None:
    """So many entries of the audit log more."""
    with writing(house.ground.engine) as session:
        for _each in range(count):
            audit.note(session, house.ground.audit_key, house.clock.now(), None, "tested", station="Vagtstuen")


def made(house: SmallHouse, to: Path) -> Made:
    """A backup of the house."""
    return make(house.ground.settings, house.clock, to, database=True)


def numbers(path: Path) -> list[int]:
    """The numbers of a journal's entries that tell of something."""
    return [each.number for each in read_entries(path) if each.type != "note"]


def altered(folder: Path, name: str, to: Path) -> Path:
    """A copy of a backup in which somebody can change this file."""
    copy = to / f"{folder.name}-{name}"
    shutil.copytree(folder, copy)
    return copy


class Writer:
    """Writes journal and audit log until it is stopped; `acknowledged` are the journal's entries that are stored."""

    def __init__(self, house: SmallHouse, first: int) -> None:
        self._house = house
        self._next = first
        self._ended = threading.Event()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.acknowledged = first - 1

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """A block during which it writes."""
        self._thread.start()
        assert self._begun.wait(30)
        try:
            yield self
        finally:
            self._ended.set()
            self._thread.join()

    def _run(self) -> None:
        with Journal.open(self._house.ground.settings.journal) as journal:
            while not self._ended.is_set():
                journal.append([entry(self._house, self._next)])
                self.acknowledged = self._next
                self._next += 1
                noted(self._house)
                self._begun.set()
