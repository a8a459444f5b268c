"""What the monitor tells its dashboards: the whole board, in plain values that travel as JSON.

A view is complete in itself, so a dashboard that missed any number of them is right again with the next one.
Ages are seconds at the moment the view was made (monotonic where the monitor lived through the time); a dashboard
adds what has passed since it received the view. Times of day are UTC, ISO 8601. Texts are clean but foreign:
whoever shows them uses `screens.plain`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from guardroom.clock import moment
from guardroom.headsups.check_in import missed

RoomState = Literal[
    "ready",
    "alarm",
    "acknowledged",
    "restored",
    "still_in_alarm",
    "fault",
    "unknown",
    "out_of_service",
    "no_panel",
]
AlarmState = Literal[
    "active_unacknowledged",
    "active_acknowledged",
    "restored_unacknowledged",
    "restored_acknowledged",
    "closed",
]
ButtonState = Literal["tested", "overdue", "untested", "failed"]
PanelState = Literal["opening", "silent", "alive", "stale", "lost", "standby"]

STEPS: tuple[str, ...] = (
    "on_scene",
    "conversation_stopped",
    "asked_to_leave",
    "left",
    "refused_police_called",
    "police_received",
    "room_secured",
    "button_reset",
    "leader_reached",
)
"""The response, one key a step: key 1 is the first (rules.md B1, B2, E1-E5, F5)."""

OUTCOMES: dict[str, str] = {
    "e": "escorted_out",
    "g": "left_by_themselves",
    "b": "ejected_not_escorted",
    "f": "accidental",
    "o": "handed_to_police",
    "a": "other",
}
"""How an alarm ended, by the key that says it."""


CLEARABLE = frozenset(("tamper", "fault", "low_battery", "bypass", "station_silent"))
"""Kinds of fault that a panel reports and may never report as over; and a station that may never come again."""

AlarmKey = tuple[str, int]
"""Names an alarm on every station: its `owner` and its number there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """One line of an alarm's timeline. `what` is a code (press, repeat, restore, acknowledge, step, note ...).

    `detail` is the step, outcome or number that belongs to the code; `text` what a person or panel wrote.
    `late`: added afterwards, with the time a person gave. `asked` is when it was asked for at another station, ""
    where that was here or just before.
    """

    at: str
    what: str
    detail: str = ""
    by: str = ""
    station: str = ""
    text: str = ""
    late: bool = False
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """One alarm that is not closed.

    `presses` counts real presses (a repeat is none); an acknowledgement names the number it has seen, so that a
    press that came while the key was going down is not acknowledged unseen.
    `room` is None where no room owns the point; `place` is then the raw point.
    `received_late`: the panel told of it after an outage, so it is older than `pressed_at`; `panel_time` is the
    panel's own time for it, as it wrote it, "" where it did not.
    `by_user`: the panel's number is a person's: the room that has the same number may be the wrong one.
    `mobile` is the id of the mobile alarm that was pressed, `place` then its name; `holder` are the initials of whoever
    has borrowed it, "" where no loan is noted and None where that is not known, and `whereabouts` where they are.
    `acknowledged_s` and `steps` are seconds after the first press, or the UTC time for the steps' clock.
    `owner` is the station whose alarm it is, "" for the one that tells; `id` is its number there. `sent` are acts that
    were asked of the owner and that it has not answered, `unanswered`: for so long that nobody may rely on them.
    """

    id: int
    state: AlarmState
    cause: str
    room: str | None
    place: str
    block: str = ""
    floor: str = ""
    route: str = ""
    escape_route: str = ""
    cctv: bool = False
    phone: str = ""
    panel: str = ""
    point: str = ""
    text: str = ""
    pressed_at: str = ""
    age_s: float = 0.0
    last_press_age_s: float = 0.0
    presses: int = 1
    repeats: int = 0
    received_late: bool = False
    by_user: bool = False
    panel_time: str = ""
    cancelled: bool = False
    manual: bool = False
    acknowledged_at: str | None = None
    acknowledged_by: str = ""
    acknowledged_s: float | None = None
    steps: dict[str, TimelineLine] = field(default_factory=dict)
    police_called_at: str | None = None
    outcome: str = ""
    mobile: str = ""
    holder: str | None = None
    whereabouts: str = ""
    timeline: tuple[TimelineLine, ...] = ()
    stored: bool = True
    owner: str = ""
    sent: tuple[TimelineLine, ...] = ()
    unanswered: bool = False

    @property
    def key(self) -> AlarmKey:
        """What names it among the alarms of every station."""
        return (self.owner, self.id)

    @property
    def acknowledgement_sent(self) -> bool:
        """True where its owner was asked to acknowledge every press and has not answered yet."""
        return self.unacknowledged and any(
            line.what == "acknowledge" and int(line.detail or "0") >= self.presses for line in self.sent
        )

    @property
    def unacknowledged(self) -> bool:
        """True while the alarm (or its latest press) has not been acknowledged."""
        return self.state in ("active_unacknowledged", "restored_unacknowledged")

    @property
    def threatens_people(self) -> bool:
        """True for hold-up, panic and duress: shown before every other cause."""
        return self.cause in ("hold_up", "panic", "duress")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillView:
    """The drill that runs, or one that is over since a short while. `alarm` is its alarm.

    Shown to nobody while it runs, unless it is `shown`; whoever is about to call the police is kept from it either way.
    `over_age_s` is None while it runs, else how long ago it ended; `why` as in `guardroom.alarms.state.DrillEnd`.
    `owner` is the station that holds it, "" for the one that tells.
    """

    id: int
    alarm: int
    room: str
    place: str
    began: str
    shown: bool = False
    over_age_s: float | None = None
    why: str = ""
    owner: str = ""

    @property
    def alarm_key(self) -> AlarmKey:
        """Its alarm, among those of every station."""
        return (self.owner, self.alarm)

    @property
    def running(self) -> bool:
        """True until it is over."""
        return self.over_age_s is None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestView:
    """The room whose button is tested now, for `left_s` more seconds."""

    room: str
    place: str
    left_s: float
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonView:
    """One button as the configuration claims it. `room` is the room's id, or a mobile alarm's `mobile_key`. `at` and
    `by` tell of its last test, "" where there was none."""

    room: str
    label: str
    state: ButtonState
    at: str = ""
    by: str = ""


ToldState = Literal["waiting", "failing", "sent", "failed", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldView:
    """A notice of an alarm to one recipient. `at` is when it was last tried, "" where it was not; `why` it failed.
    `owner` is the station whose alarm it is, "" for the one that tells."""

    alarm: int
    occasion: str
    recipient: str
    channel: str
    state: ToldState
    at: str = ""
    why: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyView:
    """The next stretches of time, begin and end, in which guards are on duty and in which the police are in the house:
    the first one may run now. None where the town hall has not said."""

    guards: tuple[tuple[str, str], ...] = ()
    police: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LockView:
    """Doors that are locked, or will be; `area` is "" for the whole house. `read_by` are the initials of those who have
    confirmed that they read of it."""

    id: int
    area: str
    begins_at: str
    ends_at: str
    decided_role: str
    read_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverView:
    """How many notes wait for the next shift, and how many of them it should have confirmed: it is on duty."""

    waiting: int = 0
    due: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentAlarm:
    """One closed alarm on the board. Durations are seconds from the first press; None where it did not happen."""

    id: int
    place: str
    room: str | None
    cause: str
    pressed_at: str
    closed_at: str
    outcome: str
    presses: int = 1
    acknowledged_s: float | None = None
    on_scene_s: float | None = None
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomView:
    """One room on the board. `since_age_s` is how long the state has lasted, None where it is not known. `button` is
    what its buttons' tests say, the worst of them; "tested" also where it has none. `out_until` is when a room out of
    service is in service again, "" where it is not; it may be in alarm, or have a fault, all the same. `out_by` are the
    initials of those who said so."""

    id: str
    name: str
    block: str
    floor: str
    state: RoomState
    cctv: bool = False
    since_age_s: float | None = None
    detail: str = ""
    button: ButtonState = "tested"
    out_until: str = ""
    out_reason: str = ""
    out_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelView:
    """The health of one panel: `heard_age_s` is the age of the last valid frame, None where none has come.

    `supervised` is False for a panel without a heartbeat: the board says so. `problem` is a code with `detail`, both
    as in `drivers.health.LinkHealth`, "" when there is none; `by_path` and `device` are from there too. `line` is
    how the port is set: "9600 7E2". `owner` is the station that has the cable, "" for the one that tells: of another
    station's only state and problem are known. `stations` are those that may read it, one at a time (empty: the owner
    alone), and `reader` the one that does, "" where nobody is known to; `stands_by`: not the one that tells.
    """

    name: str
    driver: str
    state: PanelState
    port: str
    rooms: tuple[str, ...] = ()
    supervised: bool = True
    limit_s: float = 0.0
    heard_age_s: float | None = None
    state_age_s: float = 0.0
    frames: int = 0
    rejected: int = 0
    attempts: int = 0
    next_attempt_s: float | None = None
    present: bool | None = None
    last_raw: str = ""
    problem: str = ""
    detail: str = ""
    device: str = ""
    line: str = ""
    by_path: str | None = None
    owner: str = ""
    stations: tuple[str, ...] = ()
    reader: str = ""
    stands_by: bool = False

    @property
    def well(self) -> bool:
        """True where nothing is known to be wrong with the line."""
        if self.stations and not self.reader:
            return False
        return self.state in ("alive", "silent", "standby") and not self.problem


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultView:
    """Something that is wrong with the guarding itself, never with a citizen.

    `kind` is a code: panel_silent, panel_lost, tamper, fault, low_battery, bypass, unknown_code, storage,
    database, database_replaced, sound, disk, clock, journal_replaced, journal_behind, drill_vault, backup, heartbeat,
    due; station_silent, station_version, station_unanswered, station_twice; panel_unread, panel_twice. `trouble` is one
    of `drivers.base.Trouble`, or "". `rooms` are those whose alarms may be missing. `owner` is the station that has it,
    "" for the one that tells.
    """

    key: str
    kind: str
    age_s: float
    since: str
    panel: str = ""
    place: str = ""
    rooms: tuple[str, ...] = ()
    text: str = ""
    detail: str = ""
    trouble: str = ""
    acknowledged: bool = False
    acknowledged_by: str = ""
    owner: str = ""

    @property
    def clearable(self) -> bool:
        """True where a guard may say that it is over: it has been acknowledged, and panels often never tell."""
        return self.acknowledged and self.kind in CLEARABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class PassingNote:
    """Something shown briefly: a test press, information from a panel. Gone from the view after a minute."""

    at: str
    age_s: float
    what: str
    place: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadsUpLine:
    """A meeting that the guards are told of; nobody's name is in it, and no case. `begins`, `until`, `begun` and
    `check_in_due` are stamps, the last two "" where there is none. `room` is None and `place` "" in no room of the
    house; `status`, `posture`, `reason` and `warnings` are codes of `guardroom.headsups.kinds` and
    `guardroom.settings`.
    """

    number: str
    begins: str
    until: str
    place: str
    room: str | None
    staff: tuple[str, ...]
    status: str
    posture: str = ""
    reason: str = ""
    stop_signal: str = ""
    begun: str = ""
    check_in_due: str = ""
    warnings: tuple[str, ...] = ()

    def is_missed(self, now: datetime) -> bool:
        """Whether nobody looked in when it was due (rules D22, D23)."""
        return bool(self.check_in_due) and missed(moment(self.check_in_due), now)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanLine:
    """A mobile alarm that is lent: what it was called, who has it, by initials, and the stamp of when it is due back.

    `place` is where they are, which may be somebody's home: the board is not told.
    """

    device: str
    holder: str
    due: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """Everything a dashboard shows.

    `number` is the last journal number in it. `silenced_s` is how many seconds of silence are left for what
    sounds now (None: not silenced). `median_acknowledge_s` and the like look back 30 days. `headsups` are today's and
    the coming day's, by when they begin, and what is left of the days before; `loans` by when they are due.
    `known_guards` are the initials of everybody who has been on a shift here. `records` is the number of the last
    change of the records (`guardroom.changes`), 0 while it is not known.
    """

    number: int
    at: str
    program: str
    station: str
    site: str
    demo: bool = False
    shift: tuple[str, ...] = ()
    shift_since: str = ""
    known_guards: tuple[str, ...] = ()
    sound_checked_at: str = ""
    alarms: tuple[AlarmView, ...] = ()
    faults: tuple[FaultView, ...] = ()
    rooms: tuple[RoomView, ...] = ()
    panels: tuple[PanelView, ...] = ()
    recent: tuple[RecentAlarm, ...] = ()
    notes: tuple[PassingNote, ...] = ()
    silenced_s: float | None = None
    alarms_30_days: int = 0
    median_acknowledge_s: float | None = None
    longest_acknowledge_s: float | None = None
    median_on_scene_s: float | None = None
    drill: DrillView | None = None
    test: TestView | None = None
    buttons: tuple[ButtonView, ...] = ()
    told: tuple[ToldView, ...] = ()
    headsups: tuple[HeadsUpLine, ...] = ()
    loans: tuple[LoanLine, ...] = ()
    duty: DutyView = DutyView()
    locks: tuple[LockView, ...] = ()
    handover: HandoverView = HandoverView()
    records: int = 0

    @property
    def misses_a_look_in(self) -> bool:
        """Whether nobody has looked in on a meeting when it was due (rules D22, D23)."""
        return any(line.is_missed(moment(self.at)) for line in self.headsups)

    @property
    def own_panels(self) -> tuple[PanelView, ...]:
        """The panels of this station: of theirs everything is known that there is to know."""
        return tuple(panel for panel in self.panels if not panel.owner)

    @property
    def among_others(self) -> bool:
        """Whether other stations of the house are known: `recent` and what looks back 30 days are this one's alone."""
        return any(panel.owner or panel.stations for panel in self.panels)

    @property
    def out_rooms(self) -> dict[str, datetime]:
        """The rooms that are out of service, and when each is in service again."""
        return {room.id: moment(room.out_until) for room in self.rooms if room.out_until}


def in_order(alarms: tuple[AlarmView, ...]) -> list[AlarmView]:
    """Alarms as a guard needs them: unacknowledged before acknowledged, people before things, oldest first; the same
    on every station. What its owner has been asked to acknowledge stands behind what nobody has answered yet.

    One station's are in the order of its journal, whatever its clock was set to.
    """
    several = any(alarm.owner for alarm in alarms)
    return sorted(
        alarms,
        key=lambda a: (
            not a.unacknowledged,
            a.acknowledgement_sent,
            not a.threatens_people,
            a.pressed_at if several else "",
            a.id,
            a.owner,
        ),
    )
