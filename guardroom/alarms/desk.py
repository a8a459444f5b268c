"""The alarm desk: takes signals and acts, journals them, and knows what is so now.

Nothing is answered before it is on disk: a panel gets its acknowledgement, a guard's act its confirmation, when the
journal has it. Where the disk refuses, the desk goes on from memory, says so loudly, and tries again: what is in
memory only is marked as not stored, and no panel is acknowledged for it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import msgspec
from msgspec import structs

from db.journal import Entry, EntryConflict, Snapshot, StorageError
from drivers.base import Cause, Kind, Signal
from drivers.link import LinkHealth
from guardroom.alarms import button_test, drill, out_of_service
from guardroom.alarms.acts import Act, ActKind, ActReply
from guardroom.alarms.board import PanelNow, board
from guardroom.alarms.doing import kept, refusal
from guardroom.alarms.journalling import STATE_VERSION, decode_state, entry_of, event_of, moment_of
from guardroom.alarms.life import apply, is_repeat, stands
from guardroom.alarms.places import Places, called, mobile_key
from guardroom.alarms.state import Alarm, Done, Drill, DrillOrder, Event, Fault, Health, Moment, Received, State
from guardroom.alarms.view import BoardView, DutyView, HandoverView, HeadsUpLine, LoanLine, LockView, ToldView
from guardroom.clock import Clock, boot_id, stamp
from guardroom.disk import space_at
from guardroom.settings import Mobile, PanelSettings, Settings
from guardroom.stations.others import Others
from guardroom.text import clean

log = logging.getLogger(__name__)

CLOCK_STEP_S = 2.0
UNANSWERED_S = 15.0
"""How long after it could not be stored a signal is known again when the panel repeats it."""
SLOW_S = 1.5
"""A disk that has not taken an entry for so long is a fault, whether it has said no or nothing at all."""


_BY_THE_MONITOR = frozenset(("drill_time", "drill_elsewhere", "test_over", "out_over", "panel_read"))
"""Acts that nobody does: the monitor does, when the time has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Copies of the alarms, faults and the last drill. `stored_upto`: what the journal has after that number is in
    memory alone, as the disk refuses it."""

    alarms: tuple[Alarm, ...]
    faults: tuple[Fault, ...]
    drill: Drill | None
    stored_upto: int


class JournalStore(Protocol):
    """The part of the journal that the desk needs."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Store durably or raise `StorageError`."""
        ...

    def entries(self, after: int = 0) -> Iterable[Entry]:
        """All entries after a number, in order."""
        ...

    def snapshot(self, at_most: int | None = None) -> Snapshot | None:
        """The newest snapshot of the fold up to a number."""
        ...


class AlarmDesk:
    """The truth about this station's alarms. Safe to call from any thread.

    The entries of an empty journal begin after number `above`.
    """

    def __init__(
        self, settings: Settings, journal: JournalStore, clock: Clock, program: str, *, above: int = 0
    ) -> None:
        self._settings = settings
        self._mobiles = {mobile_key(each.id): each.name for each in settings.mobiles}
        self._journal = journal
        self._clock = clock
        self._program = program
        self._boot = boot_id()
        self._places = Places(settings.rooms, settings.mobiles)
        self._panels = {panel.name: panel for panel in settings.panels}
        self._health_of: dict[str, Callable[[], LinkHealth | None]] = {}
        self._reader_of: dict[str, Callable[[], str]] = {}
        self._take_panel: Callable[[str], None] | None = None
        self._lock = threading.RLock()
        self._storing = threading.Lock()
        self._changed = threading.Condition()
        self._version = 0
        self._pending: list[Entry] = []
        self._troubles: dict[str, Fault] = {}
        self._about: dict[str, str] = {}
        self._unanswered: dict[tuple[str, Signal], tuple[int, Moment]] = {}
        self._on_stored: list[Callable[[], None]] = []
        self._on_change: list[Callable[[], None]] = []
        self.others = Others(settings, clock)
        """What is known of the other stations: shown with what is known here."""
        self._expected: tuple[DrillOrder, Moment, float] | None = None
        self._told: tuple[ToldView, ...] = ()
        self._headsups: tuple[HeadsUpLine, ...] = ()
        self._loans: tuple[LoanLine, ...] | None = None
        self._duty = DutyView()
        self._locks: tuple[LockView, ...] = ()
        self._handover = HandoverView()
        self._records = 0
        self._offset = self._clock_offset()
        self._state = self._replay(above)

    @property
    def number(self) -> int:
        """The last entry's number, on disk or not."""
        return self._state.number

    def go_on_above(self, number: int) -> bool:
        """Let the next entry have a number above this one, which the main database has already; False where that was
        so. An older journal was put back, or the newest entries are lost."""
        with self._lock:
            if self._pending or self._state.number >= number:
                return False
            self._state.number = number
            return True

    def now(self) -> Moment:
        """This moment, as the journal writes it."""
        return Moment(stamp(self._clock.now()), self._boot, self._clock.monotonic())

    def standing(self) -> Standing:
        """What stands now, all of one moment."""
        with self._lock:
            stored = self._state.number
            if self._pending and "storage" in self._troubles:
                stored = self._pending[0].number - 1
            return Standing(
                alarms=tuple(
                    replace(each, timeline=list(each.timeline), steps=dict(each.steps))
                    for each in self._state.alarms.values()
                ),
                faults=tuple(replace(each) for each in (*self._troubles.values(), *self._state.faults.values())),
                drill=None if self._state.drill is None else replace(self._state.drill),
                stored_upto=stored,
            )

    def show_told(self, told: tuple[ToldView, ...]) -> None:
        """Who has been told of the alarms that stand: shown with them."""
        with self._lock:
            if told == self._told:
                return
            self._told = told
        self._tell()

    def show_duty(self, duty: DutyView) -> None:
        """When guards are on duty, and when the police are in the house."""
        if duty != self._duty:
            self._duty = duty
            self._tell()

    def show_locks(self, locks: tuple[LockView, ...]) -> None:
        """Which doors are locked."""
        if locks != self._locks:
            self._locks = locks
            self._tell()

    def show_handover(self, handover: HandoverView) -> None:
        """How many notes wait for the next shift."""
        if handover != self._handover:
            self._handover = handover
            self._tell()

    def show_records(self, number: int) -> None:
        """The number of the last change of the records: whoever shows a list knows by it whether it is old."""
        if number != self._records:
            self._records = number
            self._tell()

    def attach(
        self, panel: str, health: Callable[[], LinkHealth | None], reader: Callable[[], str] | None = None
    ) -> None:
        """Where to ask for a panel's health; and where several stations may read it, for the one that does, "" for
        none. There its health is None while this station stands by."""
        self._health_of[panel] = health
        if reader is not None:
            self._reader_of[panel] = reader

    def on_take_panel(self, callback: Callable[[str], None]) -> None:
        """Call `callback` with a panel's name when somebody wants this station to read it."""
        self._take_panel = callback

    def read_before(self, panel: str) -> bool | None:
        """Whether this station read the panel when that was noted last; None where it never was."""
        with self._lock:
            reader = self._state.reads.get(panel)
            return None if reader is None else reader == self._settings.station

    def note_reader(self, panel: str, reader: str) -> None:
        """From now on `reader` reads the panel. Where it is another station, what was wrong with this one's line is no
        fault any more."""
        with self._lock:
            if self._state.reads.get(panel) != reader:
                self._take(
                    self.now(), Done(Act(kind="panel_read", station=self._settings.station, detail=panel, text=reader))
                )
            if reader != self._settings.station and f"panel:{panel}" in self._state.faults:
                self._take(self.now(), Health(panel, ""))
        self._flush(0)
        self._tell()

    def on_stored(self, callback: Callable[[], None]) -> None:
        """Call `callback` after each successful journalling (from the thread that stored)."""
        self._on_stored.append(callback)

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call `callback` after each change of the view, from the thread that made it: it must return at once."""
        self._on_change.append(callback)

    def store(self, panel: str, signals: Sequence[Signal], *, told_once: bool = False) -> bool:
        """Take what a panel said. True when every signal is on disk: only then may the panel be answered.

        Repeats are recognised here and journalled as such. Also shown where storing failed: a signal that comes
        again because it was not acknowledged then is the same signal, not another. One that is `told_once` never
        comes again for that reason: what is equal to it is another.
        """
        with self._lock:
            now = self.now()
            last = 0 if signals else self._state.number
            for signal in signals:
                number = None if told_once else self._unanswered_number(panel, signal, now)
                if number is None:
                    self._take(now, event := self._received(panel, _cleaned(signal), now))
                    number = self._state.number
                    if drill.ends_one(event) or event.drill is not None:
                        self._expected = None
                last = max(last, number)
        stored = self._flush(last)
        with self._lock:
            for signal in () if told_once else signals:
                if stored:
                    self._unanswered.pop((panel, signal), None)
                else:
                    self._unanswered[panel, signal] = (last, now)
        self._tell()
        return stored

    def health_changed(self, panel: str, health: LinkHealth) -> None:
        """A panel's line changed its state; journalled where it begins or ends a fault."""
        with self._lock:
            kind = _fault_of(health)
            fault = self._state.faults.get(f"panel:{panel}")
            if kind and not self._reads(panel):
                kind = None
            known = fault.kind if fault is not None else ""
            if kind is not None and kind != known:
                detail = clean(health.detail)
                self._take(self.now(), Health(panel, kind, health.problem, detail))
            last = self._state.number
        self._flush(last)
        self._tell()

    def _reads(self, panel: str) -> bool:
        """Whether it is this station that reads the panel, and not one that stands by or only tries."""
        reader = self._reader_of.get(panel)
        return reader is None or reader() == self._settings.station

    def act(self, act: Act) -> ActReply:
        """Carry out what a guard did; answered when it is journalled. An act that came before is not done again, and
        one on another station's alarm not here."""
        if act.owner not in ("", self._settings.station):
            # An alarm of ours may have the same number.
            return ActReply(id=act.id, refused="unknown_alarm")
        act = kept(replace(act, text=clean(act.text), by=clean(act.by, 40), station=clean(act.station, 80)))
        with self._lock:
            now = self.now()
            number = self._state.acts.get(act.id)
            if number is None and act.kind == "sound_fault" and not act.detail and not self._mute(act.station):
                # A loudspeaker that works is no news.
                return ActReply(id=act.id)
            if number is None:
                takes_none = act.kind == "take_panel" and act.detail not in self._reader_of
                if act.kind in _BY_THE_MONITOR or takes_none:
                    return ActReply(id=act.id, refused="bad_act")
                faults = frozenset((*self._state.faults, *self._troubles, *self.others.faults()))
                rooms = frozenset(room.id for room in self._settings.rooms)
                forgets = act.kind == "clear_fault" and self.others.may_forget(act.fault)
                mobiles = frozenset(self._mobiles)
                if not forgets and (refused := refusal(self._state, act, now, rooms, faults, mobiles)):
                    return ActReply(id=act.id, refused=refused)
                self._take(now, self._done(act))
                number = self._state.number
                if act.kind == "raise":
                    self._expected = None
                if act.kind == "acknowledge_fault":
                    self._acknowledge_trouble(act)
                    self.others.acknowledge_fault(act.fault, act.by)
                elif act.kind == "silence":
                    self.others.silence()
                elif forgets:
                    self.others.forget(act.fault)
                elif act.kind == "take_panel" and self._take_panel is not None:
                    self._take_panel(act.detail)
            raised = max((a.id for a in self._state.alarms.values() if a.last_press_number == number), default=None)
        stored = self._flush(number)
        self._tell()
        return ActReply(id=act.id, stored=stored, alarm=raised if act.kind == "raise" else act.alarm)

    def expect_drill(self, order: DrillOrder, wait_s: float) -> bool:
        """Take the next press that fits for this drill, for so long; False where that cannot be now.

        Known to this process's memory alone. A real alarm in the meantime ends the waiting.
        """
        with self._lock:
            if self._drill_cannot_begin():
                return False
            self._expected = (order, self.now(), wait_s)
            return True

    def expects_drill(self) -> int:
        """The drill whose press is expected; 0 where none is, or not any more."""
        with self._lock:
            if self._expected is not None and not self.now().within(self._expected[2], self._expected[1]):
                self._expected = None
            return 0 if self._expected is None else self._expected[0].id

    def forget_drill(self) -> None:
        """Expect no drill's press any more: whatever comes is real."""
        with self._lock:
            self._expected = None

    def play_drill(self, order: DrillOrder) -> bool:
        """Raise the drill's alarm as if its button had been pressed; False where that cannot be now."""
        with self._lock:
            if self._drill_cannot_begin():
                return False
            signal = Signal(
                kind=Kind.ALARM, cause=Cause.HOLD_UP, point=order.point, text=button_test.usual_text(self._state, order)
            )
            self._expected = None
            event = Received(order.panel, signal, order.room, order.place, 0, duplicate=False, drill=order, played=True)
            self._take(self.now(), event)
            number = self._state.number
        self._flush(number)
        self._tell()
        return True

    def drill(self) -> Drill | None:
        """The drill that runs, or the last one, as it is now."""
        with self._lock:
            last = self._state.drill
            return None if last is None else replace(last)

    def end_drill(self) -> None:
        """A real alarm came in at another station: end the drill that runs, and expect none."""
        with self._lock:
            self._expected = None
            if drill.running(self._state) is None:
                return
            self._take(self.now(), Done(Act(kind="drill_elsewhere", station=self._settings.station)))
        self._flush(0)
        self._tell()

    def _drill_cannot_begin(self) -> bool:
        return bool(self._state.alarms or drill.running(self._state) or self._state.test)

    def set_headsups(self, headsups: tuple[HeadsUpLine, ...]) -> None:
        """What the guards are told of meetings from now on. In memory only: it is there while the main database is
        away, and is told anew after a restart."""
        with self._lock:
            if headsups == self._headsups:
                return
            self._headsups = headsups
        self._tell()

    def set_loans(self, loans: Iterable[LoanLine]) -> None:
        """Who has which mobile alarm from now on; known while the main database is away, and told anew after a
        restart."""
        told = tuple(loans)
        with self._lock:
            if told == self._loans:
                return
            self._loans = told
        self._tell()

    def trouble(self, key: str, kind: str, detail: str = "", text: str = "", about: str = "") -> None:
        """Raise a fault of the program's own (storage, database, disk, clock): shown, never journalled.

        `about` names what it is about, where one fault stands for several things: something new in it has not been seen
        by whoever acknowledged it before.
        """
        with self._lock:
            standing = self._troubles.get(key)
            known = self._about.get(key, "")
            self._about[key] = about
            if standing is not None and (standing.detail, standing.text, known) == (detail, text, about):
                return
            if standing is not None:
                standing.detail, standing.text = detail, text
                if known != about:
                    standing.acknowledged_by = None
            else:
                self._troubles[key] = Fault(key, kind, self.now(), detail=detail, text=text)
        log.warning("fault %s: %s %s", kind, detail, text)
        self._tell()

    def trouble_over(self, key: str) -> None:
        """End a fault that `trouble` raised; does nothing where there is none."""
        with self._lock:
            if self._troubles.pop(key, None) is None:
                return
        log.warning("fault %s is over", key)
        self._tell()

    def tick(self) -> None:
        """Once a second: store what could not be stored, end what has lasted long enough, look at the clock.

        Dashboards are told by the feed.
        """
        with self._lock:
            now = self.now()
            over: list[ActKind] = []
            if drill.time_is_up(self._state, now):
                over.append("drill_time")
            if button_test.is_over(self._state.test, now):
                over.append("test_over")
            acts = [Act(kind=kind, station=self._settings.station) for kind in over]
            for room in out_of_service.over(self._state, now):
                acts.append(Act(kind="out_over", room=room, station=self._settings.station))
            for act in acts:
                self._take(now, Done(act))
        self._flush(0)
        given_up = self.others.give_up()
        if acts or given_up:
            self._tell()
        offset = self._clock_offset()
        step, self._offset = offset - self._offset, offset
        if abs(step) > CLOCK_STEP_S:
            self.trouble("clock", "clock", detail=f"{step:+.1f} s")

    def look_at_disk(self) -> None:
        """Raise or end the fault for a disk that is nearly full (or that does not say)."""
        try:
            space = space_at(self._settings.journal.parent)
        except OSError as problem:
            self.trouble("disk", "disk", text=str(problem))
            return
        if space.nearly_full:
            self.trouble("disk", "disk", detail=f"{space.free >> 20} MiB")
        else:
            self.trouble_over("disk")

    def view(self) -> BoardView:
        """The whole board as it is now, with what the other stations have told."""
        return self.others.view(self.own_view())

    def own_view(self) -> BoardView:
        """The board of this station alone."""
        with self._lock:
            now = self.now()
            mono = self._clock.monotonic()
            panels = [self._panel_now(panel, mono) for panel in self._settings.panels]
            stored = self._state.number
            if self._pending and ("storage" in self._troubles or mono - self._pending[0].mono > SLOW_S):
                stored = self._pending[0].number - 1
                if "storage" not in self._troubles:
                    self._troubles["storage"] = Fault("storage", "storage", now, detail="slow")
            seen = board(
                self._settings,
                self._state,
                [*self._troubles.values()],
                panels,
                now,
                stored_upto=stored,
                program=self._program,
                told=self._told,
                headsups=self._headsups,
            )
            return replace(
                seen,
                duty=self._duty,
                locks=self._locks,
                handover=self._handover,
                records=self._records,
                loans=tuple(replace(loan, place="") for loan in self._loans or ()),
            )

    def wait(self, version: int, timeout: float) -> int:
        """Wait until something has changed since `version`, or `timeout` seconds; returns the present version."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != version, timeout)
            return self._version

    def _clock_offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _replay(self, above: int) -> State:
        snapshot = self._journal.snapshot()
        state = State(number=above)
        if snapshot is not None and snapshot.version == STATE_VERSION:
            try:
                state = decode_state(snapshot.state)
            except msgspec.DecodeError:
                log.exception("snapshot %s is damaged; reading the whole journal", snapshot.number)
        for entry in self._journal.entries(after=state.number if snapshot else 0):
            event = event_of(entry)
            if event is not None:
                apply(state, entry.number, moment_of(entry), event)
            elif entry.type != "note":
                self.trouble("journal_damaged", "journal_damaged", detail=str(entry.number))
            state.number = entry.number
        for key in [k for k, f in state.faults.items() if f.panel and f.panel not in self._panels]:
            del state.faults[key]
        for call in state.calls.values():
            # What stood before the program ended may be over: a panel that is asked says so anew.
            call.found = False
        return state

    def _unanswered_number(self, panel: str, signal: Signal, now: Moment) -> int | None:
        """The entry that has this signal already, because storing it failed and the panel says it again.

        While it waits to be stored that is certain. Stored since, it is the same for as long as a panel takes to try
        again, and only while the alarm it made stands: whatever happened in between, a new press must be a press.
        """
        taken = self._unanswered.get((panel, signal))
        if taken is None:
            return None
        number, last = taken
        if self._pending and number >= self._pending[0].number:
            return number
        del self._unanswered[panel, signal]
        return number if now.within(UNANSWERED_S, last) and stands(self._state, panel, signal) else None

    def _received(self, panel: str, signal: Signal, now: Moment) -> Received:
        place = self._places.of(panel, signal)
        room = place.room.id if place.room else None
        repeat_s = self._panels[panel].repeat_s
        duplicate = is_repeat(self._state, panel, signal, room, repeat_s, now)
        expected = None
        if self._expected is not None and not duplicate and self._state.test is None:
            order, since, wait_s = self._expected
            if now.within(wait_s, since) and drill.fits(self._state, order, panel, signal, room):
                expected = order
        received = Received(panel, signal, room, place.name, repeat_s, duplicate, expected)
        return received if place.mobile is None else self._carried(received, place.mobile)

    def _carried(self, received: Received, mobile: Mobile) -> Received:
        """The signal with whoever has the mobile alarm now."""
        if self._loans is None:
            return replace(received, mobile=mobile.id)
        lent = {called(loan.device): loan for loan in self._loans}
        loan = next((lent[name] for name in map(called, (mobile.id, mobile.name)) if name in lent), None)
        if loan is None:
            return replace(received, mobile=mobile.id, holder="")
        return replace(received, mobile=mobile.id, holder=clean(loan.holder, 40), whereabouts=clean(loan.place, 80))

    def _done(self, act: Act) -> Done:
        if act.kind not in ("raise", "test_open"):
            return Done(act)
        if act.kind == "test_open" and act.room in self._mobiles:
            return Done(act, act.room, self._mobiles[act.room])
        room = self._settings.room(act.room)
        return Done(act, room.id, room.name) if room else Done(act, None, act.text)

    def _take(self, now: Moment, event: Event) -> None:
        number = self._state.number + 1
        apply(self._state, number, now, event)
        self._pending.append(entry_of(number, now, event))

    def _mute(self, station: str) -> bool:
        return f"sound:{station}" in self._state.faults

    def _flush(self, wanted: int) -> bool:
        with self._storing:
            with self._lock:
                batch = self._pending[:]
            if batch:
                try:
                    self._journal.append(batch)
                except StorageError as problem:
                    self.trouble("storage", "storage", detail=problem.code, text=problem.detail)
                    return batch[0].number > wanted
                except EntryConflict as conflict:
                    log.exception("the journal has another entry %s", conflict.number)
                    self._begin_again()
                    return False
                with self._lock:
                    del self._pending[: len(batch)]
        if batch:
            self.trouble_over("storage")
            for callback in self._on_stored:
                callback()
        return True

    def _begin_again(self) -> None:
        """The journal is not what this desk took it for: read it anew, and put what the panels said behind it.

        Acts that wait are not repeated: one of them is what the journal has already; a guard sees what is missing.
        """
        with self._lock:
            signals = [event for entry in self._pending if isinstance(event := event_of(entry), Received)]
            self._pending.clear()
            self._unanswered.clear()
            self._state = self._replay(0)
            self._expected = None
            if self._state.test is not None:
                # Whether its press is among what follows nobody knows.
                self._take(self.now(), Done(Act(kind="test_close", station=self._settings.station)))
            for event in signals:
                self._take(self.now(), event)

    def tell(self) -> None:
        """What is known of the other stations has changed."""
        self._tell()

    def _tell(self) -> None:
        with self._changed:
            self._version += 1
            self._changed.notify_all()
        for callback in self._on_change:
            callback()

    def _acknowledge_trouble(self, act: Act) -> None:
        fault = self._troubles.get(act.fault)
        if fault is not None:
            fault.acknowledged_by = act.by
            if fault.kind in ("clock", "panel_twice"):
                # It tells of a moment: it is over when it has been seen.
                del self._troubles[act.fault]

    def _panel_now(self, panel: PanelSettings, mono: float) -> PanelNow:
        health = self._health_of.get(panel.name)
        reader = self._reader_of.get(panel.name)
        return PanelNow(panel, health() if health is not None else None, mono, reader() if reader is not None else None)


def _cleaned(signal: Signal) -> Signal:
    return structs.replace(
        signal,
        point=_clean(signal.point, 64),
        area=_clean(signal.area, 64),
        code=_clean(signal.code, 64),
        account=_clean(signal.account, 64),
        text=_clean(signal.text, 200),
        panel_time=_clean(signal.panel_time, 64),
    )


def _clean(text: str | None, limit: int) -> str | None:
    return None if text is None else clean(text, limit)


def _fault_of(health: LinkHealth) -> Literal["", "panel_silent", "panel_lost"] | None:
    """The fault that a line's state means; None where it is too early to say."""
    match str(health.state):
        case "alive":
            return ""
        case "lost":
            return "panel_lost"
        case "stale":
            return "panel_silent"
        case "silent" if health.problem:
            return "panel_silent"
    return None
