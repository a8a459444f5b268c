"""What the journal says is so: alarms, calls, faults, and the events that change them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from drivers.base import Cause, Signal
from guardroom.alarms.acts import Act
from guardroom.alarms.view import AlarmState, TimelineLine
from guardroom.clock import moment

_TIMELINE_LENGTH = 200
_PEOPLE = frozenset((Cause.HOLD_UP, Cause.PANIC, Cause.DURESS))


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of day with the running clock beside it, so that durations survive a changed clock."""

    at: str
    boot: str
    mono: float

    def since(self, earlier: Moment) -> float:
        """Seconds from `earlier` to here; by the running clock within one boot, else by the time of day."""
        if self.boot == earlier.boot:
            return max(0.0, self.mono - earlier.mono)
        return max(0.0, (moment(self.at) - moment(earlier.at)).total_seconds())

    def within(self, seconds: float, earlier: Moment) -> bool:
        """Whether no more than `seconds` have passed since `earlier`; False where the clocks cannot tell.

        After a restart with the clock set back nobody knows: then nothing is taken for a repeat or kept silent.
        """
        if self.boot != earlier.boot and moment(self.at) < moment(earlier.at):
            return False
        return self.since(earlier) <= seconds

    def is_past(self, seconds: float, earlier: Moment) -> bool:
        """Whether `seconds` have passed since `earlier`; True where the clocks cannot tell: rather told than
        forgotten."""
        return self.since(earlier) >= seconds or not self.within(seconds, earlier)


@dataclass(slots=True)
class Call:
    """One call of a panel: the same panel, account, area, point and text. `alarm` is the alarm it belongs to.

    `found`: the panel, asked for its state, has said since the last event that the call stands.
    """

    panel: str
    account: str | None
    area: str | None
    point: str | None
    text: str
    room: str | None
    place: str
    alarm: int
    repeat_s: float
    last: Moment
    cause: str
    by_user: bool = False
    active: bool = True
    found: bool = False


@dataclass(slots=True)
class Alarm:
    """One alarm, from its first press to its closing. `id` is the journal number of the first press; `drill` the
    number of the drill that it is, 0 where it is real. `mobile`, `holder` and `whereabouts` as in `Received`.
    `last_done` is when somebody last did something about it, acknowledged it or later; None where nobody has."""

    id: int
    room: str | None
    place: str
    cause: str
    panel: str
    point: str
    text: str
    opened: Moment
    last_press: Moment
    last_press_number: int
    manual: bool = False
    presses: int = 1
    repeats: int = 0
    received_late: bool = False
    by_user: bool = False
    panel_time: str = ""
    seen_presses: int = 0
    restored: bool = False
    cancelled: bool = False
    acknowledged_at: str | None = None
    acknowledged_by: str = ""
    acknowledged_s: float | None = None
    on_scene_s: float | None = None
    police_called_at: str | None = None
    outcome: str = ""
    closed_at: str | None = None
    drill: int = 0
    mobile: str = ""
    holder: str | None = None
    whereabouts: str = ""
    steps: dict[str, TimelineLine] = field(default_factory=dict)
    timeline: list[TimelineLine] = field(default_factory=list)
    last_done: Moment | None = None

    @property
    def state(self) -> AlarmState:
        """Where the alarm is in its life (design: what a signal does)."""
        if self.closed_at is not None:
            return "closed"
        if self.unacknowledged:
            return "restored_unacknowledged" if self.restored else "active_unacknowledged"
        return "restored_acknowledged" if self.restored else "active_acknowledged"

    @property
    def unacknowledged(self) -> bool:
        """True while a press is not acknowledged."""
        return self.seen_presses < self.presses


@dataclass(slots=True)
class Fault:
    """Something wrong with the guarding itself. `key` names it; `kind` as in `FaultView`.

    `unheard` are the panel's points that cannot raise an alarm while it lasts.
    """

    key: str
    kind: str
    since: Moment
    panel: str = ""
    account: str | None = None
    area: str | None = None
    point: str | None = None
    room: str | None = None
    place: str = ""
    text: str = ""
    detail: str = ""
    trouble: str = ""
    unheard: tuple[str, ...] = ()
    acknowledged_by: str | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """A closed alarm, for the board's recent list and its 30-day line."""

    id: int
    place: str
    room: str | None
    cause: str
    pressed_at: str
    closed_at: str
    outcome: str
    presses: int
    acknowledged_s: float | None
    on_scene_s: float | None
    drill: bool = False


DrillEnd = Literal["", "time", "closed", "stopped", "real_alarm", "second_press"]
"""Why a drill is over: its time is up, its alarm was closed, somebody stopped it, or somebody needs help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillOrder:
    """A drill as the monitor is told to hold it. `id` is its number in the main database.

    The press is expected from `panel` and `point` (None: any button of the room). `length_s`: it ends so long after
    the press, whatever has become of it. `marked`: everybody is shown from the start that it is a drill. The rest is
    what is written down of the plan once the drill has begun.
    """

    id: int
    room: str
    place: str
    panel: str
    point: str | None
    length_s: float
    marked: bool = False
    how: str = ""
    press: str = ""
    led_by: str = ""
    planned_at: datetime | None = None
    planned_by: int = 0


@dataclass(slots=True)
class Drill:
    """The drill that runs, or the last one. `shown`: everybody is shown that it is a drill."""

    order: DrillOrder
    alarm: int
    began: Moment
    shown: bool = False
    over: Moment | None = None
    why: DrillEnd = ""


@dataclass(slots=True)
class TestWindow:
    """The room, or mobile alarm (by its `mobile_key`), whose button is tested now: the next press from it within
    `wait_s` is the test."""

    room: str
    place: str
    opened: Moment
    wait_s: float
    by: str
    station: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The last test of a button. `worked` is False where no press came. `panel` and the rest are what the panel said
    of it; without a press only the room is known."""

    at: str
    room: str
    by: str
    worked: bool
    panel: str = ""
    account: str | None = None
    area: str | None = None
    point: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfService:
    """A room whose button is not to be relied on, why, and until when (UTC). A press from it is an alarm like any."""

    room: str
    until: str
    reason: str
    since: Moment
    by: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to show briefly: a test press, information from a panel, a cancel without an alarm."""

    moment: Moment
    what: str
    place: str
    text: str


NOTES_LENGTH = 20


@dataclass(slots=True)
class State:
    """Everything that the journal says is so now. `number` is the last entry applied. `out` are the rooms out of
    service, `known_guards` the initials of everybody who has been on a shift here. `reads` says for each panel that
    several stations may read which one did, as it was noted last."""

    number: int = 0
    alarms: dict[int, Alarm] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    history: list[Past] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    shift: tuple[str, ...] = ()
    shift_since: str = ""
    sound_checked_at: str = ""
    acts: dict[str, int] = field(default_factory=dict)
    silence: Moment | None = None
    silenced: dict[int, int] = field(default_factory=dict)
    drill: Drill | None = None
    test: TestWindow | None = None
    tested: dict[str, Tested] = field(default_factory=dict)
    out: dict[str, OutOfService] = field(default_factory=dict)
    known_guards: tuple[str, ...] = ()
    reads: dict[str, str] = field(default_factory=dict)

    def note(self, moment: Moment, what: str, place: str, text: str) -> None:
        """Have something shown briefly; the oldest goes."""
        self.notes.append(Note(moment, what, place, text))
        del self.notes[:-NOTES_LENGTH]


@dataclass(frozen=True, slots=True)
class Received:
    """A signal with what was decided when it came: its place, its panel's `repeat_s`, whether it is a repeat, and the
    drill that it is the press of. `played`: no panel has said it; a drill was begun without anybody's pressing.
    `mobile` is the id of the mobile alarm that it came from, "" where from none; `place` is then its name. `holder` are
    the initials of whoever has borrowed it, "" where no loan is noted, None where that is not known; `whereabouts` is
    where they said they are.
    """

    panel: str
    signal: Signal
    room: str | None
    place: str
    repeat_s: float
    duplicate: bool
    drill: DrillOrder | None = None
    played: bool = False
    mobile: str = ""
    holder: str | None = None
    whereabouts: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """An act with the place that the monitor found for it (manual alarms only)."""

    act: Act
    room: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """A panel's health has changed: `kind` is "" when it is well again, else panel_silent or panel_lost."""

    panel: str
    kind: Literal["", "panel_silent", "panel_lost"]
    problem: str = ""
    detail: str = ""


Event = Received | Done | Health


@dataclass(slots=True)
class Change:
    """What one entry changed: the alarms whose rows differ and the timeline lines that came."""

    alarms: set[int] = field(default_factory=set)
    lines: list[tuple[int, TimelineLine]] = field(default_factory=list)
    closed: list[Alarm] = field(default_factory=list)
    shift: bool = False
    tested: list[Tested] = field(default_factory=list)


def open_alarm_at(state: State, room: str | None, place: str, cause: Cause, mobile: str = "") -> Alarm | None:
    """The alarm that stands at a place, or of a mobile alarm, for this kind of cause, if any."""
    group = group_of(cause.value)
    for alarm in state.alarms.values():
        if room is not None:
            same_place = alarm.room == room
        else:
            same_place = alarm.room is None and alarm.mobile == mobile and bool(mobile or alarm.place == place)
        if same_place and group_of(alarm.cause) == group:
            return alarm
    return None


def group_of(cause: str) -> str:
    """Causes of one group are one alarm where they come from one place."""
    # Threats to people are one alarm of the room; a fire in the same room is another.
    return "people" if cause in _PEOPLE else cause


def write_line(alarm: Alarm, change: Change, line: TimelineLine) -> None:
    """Put a line on the alarm's timeline and into the change."""
    alarm.timeline.append(line)
    if len(alarm.timeline) > _TIMELINE_LENGTH:
        # The press that began it stays; the database keeps every line.
        del alarm.timeline[1]
    change.alarms.add(alarm.id)
    change.lines.append((alarm.id, line))
