"""A station's own notices: what its journal gives to tell of alarms, told whether or not the main database is there.

They lie in a file beside the journal. The file says how far the journal has been looked through, in the transaction
that puts the notices in; what is looked through twice after a crash is known by its keys, and told once. While the file
takes nothing they lie in memory, and are told, tried again and escalated from there.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from db.errors import ForeignDatabase, NewerDatabase, StorageError
from db.journal import Journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.following import fold, state_at
from guardroom.alarms.state import State
from guardroom.alarms.view import ToldState, ToldView
from guardroom.clock import Clock, stamp
from guardroom.language import _
from guardroom.settings import Settings

if TYPE_CHECKING:
    from db.outbox_tables import NoticeRow
    from guardroom.notices.box import Box
    from guardroom.notices.faults import Faults
    from guardroom.notices.notice import Notice

log = logging.getLogger(__name__)

TICK_S = 1.0
_SHOW_EVERY = 60
_BATCH = 100
_CURSOR_EVERY = 200
_KEYS_KNOWN = 2000
_SENDING = "outbox:sending"


def outbox_path(journal: Path) -> Path:
    """The file of the notices, beside the journal."""
    return journal.with_name(f"{journal.stem}-notices.db")


class StationNotices(threading.Thread):
    """Follows the journal until stopped. `since`: where to begin in a journal that was never looked through: what
    was over before there were notices is not told."""

    def __init__(self, settings: Settings, journal: Journal, desk: AlarmDesk, clock: Clock, since: int) -> None:
        super().__init__(name="notices", daemon=True)
        self._settings = settings
        self._journal = journal
        self._desk = desk
        self._clock = clock
        self._since = since
        self._news = threading.Event()
        self._ended = threading.Event()
        self._file: Box | None = None
        self._memory: Box | None = None
        self._state: State | None = None
        self._faults: Faults | None = None
        self._kept = since
        self._known: set[str] = set()
        self._in_memory: set[str] = set()
        desk.on_stored(self.look)

    def look(self) -> None:
        """Look now at what is due; by itself it does so once a second."""
        self._news.set()

    def stop(self, timeout: float = 5.0) -> None:
        """End, with everything that was stored looked through."""
        self._ended.set()
        self.look()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Look at what the journal and the desk give to tell, again and again, whatever goes wrong."""
        ticks = 0
        tick_at = time.monotonic()
        while True:
            self._news.clear()
            last = self._ended.is_set()
            try:
                self._carry()
            except StorageError as problem:
                log.warning("the journal cannot be read for notices: %s", problem.code)
            except Exception:
                log.exception("the journal cannot be looked through for notices")
                self._state = None
            # Not for each of a hundred presses: it would keep the interpreter from the thread that answers the panel.
            if last or time.monotonic() >= tick_at:
                tick_at = time.monotonic() + TICK_S
                self._tick(ticks)
                ticks += 1
            if last:
                break
            self._news.wait(max(0.0, tick_at - time.monotonic()))
        for box in (self._file, self._memory):
            if box is not None:
                box.close()

    def _tick(self, number: int) -> None:
        try:
            self._look_at_the_desk()
            if number % _SHOW_EVERY == 0 or self._desk.standing().alarms:
                self._show()
        except Exception:
            log.exception("notices of what stands cannot be made")

    def _carry(self) -> None:
        """Look through what has been journalled since. Raises StorageError."""
        from guardroom.notices import alarms

        if self._state is None:
            self._begin()
        state = self._state
        assert state is not None
        while batch := list(islice(self._journal.entries(after=state.number), _BATCH)):
            found: list[Notice] = []
            acknowledged: set[int] = set()
            over: set[int] = set()
            for entry in batch:
                change = fold(state, entry)
                found += (
                    notice for notice in alarms.of_change(self._settings, state, change) if notice.reaches_somebody
                )
                acknowledged |= {number for number, line in change.lines if line.what == "acknowledge"}
                over |= {alarm.id for alarm in change.closed}
            if found or acknowledged or over or state.number - self._kept >= _CURSOR_EVERY:
                quiet = {number for number in acknowledged if not _waits(state, number)}
                self._put(found, quiet, over, state.number)

    def _begin(self) -> None:
        """Where the file says; where there was none, with what stands."""
        from guardroom.notices import alarms

        box = self._opened()
        cursor = None if box is None else box.cursor()
        self._kept = self._since if cursor is None else cursor
        self._state = state_at(self._journal, self._kept)
        if cursor is None:
            waiting = [alarm for alarm in self._desk.standing().alarms if alarm.unacknowledged]
            self._put([alarms.of_alarm(self._settings, alarm) for alarm in waiting], (), (), self._kept)

    def _look_at_the_desk(self) -> None:
        """What is due because nothing has happened; and alarms that no journal has, as the disk refuses them."""
        from guardroom.notices import alarms

        standing, now = self._desk.standing(), self._desk.now()
        unstored = [alarm for alarm in standing.alarms if alarm.last_press_number > standing.stored_upto]
        due = (
            *(alarms.of_alarm(self._settings, alarm) for alarm in unstored),
            *alarms.escalations(self._settings, standing.alarms, now),
            *self._faults_told().due(standing.faults, now),
        )
        if found := [notice for notice in due if notice.key not in self._known]:
            self._put(found, (), (), self._kept)

    def _faults_told(self) -> Faults:
        """What has been told of faults: what the file knows, and from then on what is told."""
        if self._faults is None:
            from guardroom.notices.faults import Faults

            box = self._opened()
            self._faults = Faults(self._settings, () if box is None else box.faults())
        return self._faults

    def _put(self, found: list[Notice], quiet: Collection[int], over: Collection[int], cursor: int) -> None:
        """Have these told: from the file, or where that cannot be, from memory. What memory has is told from there."""
        if self._memory is not None:
            self._memory.put((), quiet, over, 0)
        fresh = [notice for notice in found if notice.key not in self._in_memory]
        if (box := self._opened()) is not None:
            try:
                box.put(fresh, quiet, over, cursor)
            except StorageError as problem:
                self._trouble(problem.code)
                if problem.code == "corrupt":
                    box.close()
                    self._file = None
                    self._desk.trouble_over(_SENDING)
            else:
                self._kept = cursor
                self._note(fresh)
                self._desk.trouble_over("outbox")
                return
        if self._memory is None:
            from guardroom.notices.box import memory_box

            self._memory = memory_box(self._settings, self._clock, partial(self._changed, "outbox:memory"))
            self._memory.sender.start()
        self._memory.put(fresh, (), (), 0)
        self._in_memory |= {notice.key for notice in fresh}
        self._note(fresh)

    def _note(self, found: list[Notice]) -> None:
        if len(self._known) > _KEYS_KNOWN:
            # The file knows them too, and so does whoever looks into it.
            self._known = set(self._in_memory)
        self._known |= {notice.key for notice in found}

    def _opened(self) -> Box | None:
        """The file's box: one for all the time, as it remembers what it sent but could not note."""
        if self._file is None:
            # SQLAlchemy takes a quarter of a second to load: not before the panels are heard.
            from guardroom.notices.box import file_box

            path = outbox_path(self._settings.journal)
            try:
                self._file = file_box(self._settings, path, self._clock, partial(self._changed, _SENDING))
            except (NewerDatabase, ForeignDatabase):
                self._trouble(_("{file} is not ours").format(file=path.name))
            except StorageError as problem:
                self._trouble(problem.code)
            else:
                self._file.sender.start()
                self._desk.trouble_over("outbox")
        return self._file

    def _trouble(self, why: str) -> None:
        self._desk.trouble("outbox", "notices", text=why)

    def _changed(self, key: str, refused: str) -> None:
        if refused:
            self._desk.trouble(key, "notices", text=refused)
        else:
            self._desk.trouble_over(key)
        self._show()

    def _show(self) -> None:
        """Tell the desk who has been told of the alarms that stand, and who could not be."""
        from guardroom.notices.blind import as_if, is_blind
        from guardroom.notices.missed import show_missed

        standing = self._desk.standing()
        hidden = standing.drill.alarm if standing.drill is not None and is_blind(standing.drill) else None
        told: list[ToldView] = []
        names: list[str] = []
        why = newest = ""
        rows: list[NoticeRow] = []
        for box in (self._file, self._memory):
            if box is None:
                continue
            rows += box.told([alarm.id for alarm in standing.alarms])
            for row in box.missed():
                if row.notice.alarm != hidden or hidden is None:
                    names.append(row.recipient)
                    why, newest = row.error, max(newest, f"{row.notice.made_at.isoformat()} {row.notice.key}")
        told += _told(row for row in rows if row.alarm != hidden)
        for alarm in standing.alarms:
            if alarm.id == hidden:
                of_drill = [row for row in rows if row.alarm == hidden]
                shown = list(as_if(self._settings, alarm, of_drill, self._desk.now()))
                told += shown
                failing = [each for each in shown if each.state == "failing"]
                names += [each.recipient for each in failing]
                why = failing[-1].why if failing else why
        self._desk.show_told(tuple(told))
        show_missed(self._desk, "notices:alarms", names, why, newest)


def _told(rows: Iterable[NoticeRow]) -> Iterator[ToldView]:
    for row in rows:
        for each in row.deliveries:
            yield ToldView(
                alarm=row.alarm,
                occasion=row.occasion,
                recipient=each.recipient,
                channel=each.channel,
                state="failing" if each.state == "waiting" and each.tries else cast("ToldState", each.state),
                at=stamp(each.tried_at) if each.tried_at is not None else "",
                why=each.error,
            )


def _waits(state: State, number: int) -> bool:
    alarm = state.alarms.get(number)
    return alarm is not None and alarm.unacknowledged
