"""What a town hall has decided, as read from `guardroom.toml` (see `guardroom.config` for reading and checking)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

REMAPPABLE: tuple[str, ...] = (
    "acknowledge",
    "both",
    "second_guard",
    "silence",
    "police",
    "clear_fault",
    "open_response",
    "withdraw_step",
    "late_entry",
    "note",
    "next_alarm",
    "previous_alarm",
    "close",
    "raise_alarm",
    "shift",
    "sound_check",
    "panels",
    "button_tests",
    "out_of_service",
    "help",
)
"""The actions that `[keys]` may put on other keys. Steps, outcomes and tabs keep theirs: they are printed."""

ACKNOWLEDGE_KEYS: tuple[str, ...] = ("f12", "f8")
"""The keys that acknowledge unless `[keys]` says otherwise. They do nothing else anywhere."""

TAKEN_KEYS: frozenset[str] = frozenset(
    ("f2", "f3", "f4", "f5", "f6", "f7", "f9", "ctrl+d", "ctrl+l", "ctrl+n", "ctrl+o", "ctrl+q", "ctrl+r", "ctrl+s")
)
"""Keys that work while somebody types and stay where they are: nothing else can be put on them."""

AFTER_PRESS: tuple[str, ...] = ("must_leave", "assess")
"""What follows a real press: rules E2 and E3, or rule E7 (X4)."""

LADDER_STEPS: tuple[str, ...] = ("conduct_letter", "leader_involved", "propose_ban")
"""What a rung of the ladder may ask for (rules G3, G4, G5)."""

SIGNATORIES: tuple[str, ...] = ("leader", "centre_head", "director")
"""The roles that may sign a ban (rules H1, H10, H11, H15)."""

SECURITIES: tuple[str, ...] = ("starttls", "tls", "none")
"""How the line to the mail server is kept from others."""

POLICE_CALLS: tuple[str, ...] = ("guard", "with_leader")
"""Who decides that the police are called: rule E5 and rule E9."""

POLICE_REPORTS: tuple[str, ...] = ("always_with_consent", "always", "should", "may", "leader_decides")
"""Whether violence and threats are reported to the police: rules K3; K4 and K23; K9; K6; K10 (X6, X7)."""

INJURY_RULES: tuple[str, ...] = ("each_press", "all", "judged")
"""What asks for a work injury report: rules L1 with L3; L6; L10 (X15)."""

FOLLOW_UP_OWNERS: tuple[str, ...] = (
    "guard",
    "leader",
    "director",
    "centre_head",
    "ban_registrar",
    "safety_rep",
    "hs_leader",
    "security_coordinator",
    "admin",
)
"""The roles that can be asked to see to something."""

FOLLOW_UP_DUTIES: tuple[str, ...] = (
    "safety_org",
    "talk",
    "debriefing",
    "written_accounts",
    "crisis_help",
    "later_talk",
    "inform_staff",
    "director_told",
    "no_report_note",
    "police_registration",
    "company",
    "journal_note",
    "conduct_letter",
    "inform_citizen",
    "centres_mail",
    "secure_evidence",
    "root_cause",
    "apv_plan",
    "list_update",
    "centres_told",
)
"""The follow-ups that a town hall asks for as it likes, under `[follow_ups]`; those of law have tables of their own."""

FOLLOW_UP_OCCASIONS: tuple[str, ...] = (
    "incident",
    "press",
    "violence",
    "threat",
    "offence",
    "ejection",
    "breach",
    "near_miss",
    "remote",
    "off_duty",
    "sick_leave",
    "reported",
    "not_reported",
    "ban",
)
"""What can ask for a follow-up: an incident, a real press, violence …; a police report that was made, or was not; a
ban that has come into force."""


POSTURES: tuple[str, ...] = ("near", "outside_door", "watched", "by_guard_station")
"""Where guards can be asked to be during a meeting (rules D2, D4, D3, A17 with A18)."""

LEADS: tuple[str, ...] = ("none", "previous_day", "hours")
"""How long before a meeting the guards are told: not said, the working day before (D1), or so many hours."""

MEETING_REASONS: tuple[str, ...] = ("known_risk", "threat_before", "bad_news", "enforcement", "banned", "other")
"""Why guards are told of a meeting (rule D10): codes, never health."""

ARRIVALS: tuple[str, ...] = ("appointment", "no_meeting", "decide")
"""What follows where a threatening citizen says that they come: rule D6, rule D7, or either (X1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The town hall itself: what the police are told on the telephone (rules.md F4, F5).

    `cvr`: the municipality's number in the central business register, eight digits, "" where it is not set. The police
    take it for a report in place of an employee's CPR number (K16).
    """

    name: str
    address: str
    entrance: str
    phone: str
    zone: ZoneInfo
    cvr: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the house. `phone` is who to ring when its panel is silent; "" where none is set."""

    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSettings:
    """One alarm panel and the line it speaks on.

    `supervision_s`: seconds without a valid frame after which the panel is silent; 0 where it has no heartbeat.
    `repeat_s`: seconds within which the same call again is a repeat and not a press; 0 where it sends once.
    `options` is what the driver made of `[panels.options]`, checked by the driver itself. `stations` are those that may
    read it over a network, one at a time, the first before the others; empty: whoever has it in the file reads it.
    `one_client`: its device server admits one client only.
    """

    name: str
    driver: str
    port: str
    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1
    xonxoff: bool = False
    rtscts: bool = False
    supervision_s: float = 15
    repeat_s: float = 120
    options: Mapping[str, object] = field(default_factory=dict)
    stations: tuple[str, ...] = ()
    one_client: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Which signals belong to a room. A field that is None matches anything; `text` is searched in the text."""

    panel: str | None = None
    account: str | None = None
    area: str | None = None
    point: str | None = None
    text: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room for meetings and how to get there and out of it (rules.md A7, A8, A15).

    `escape_door`: it has a door of its own to get out by (A16). `contact_room`: it is made for talks with citizens
    (A10). `by_guard_station`: the guards sit next to it (A17, A18). `button` says where its button sits (A3, A14, A15),
    `hold_s` how many seconds it is held down (A1, A2): "" and 0 where nobody has said.
    """

    id: str
    name: str
    block: str
    floor: str = ""
    route: str = ""
    escape_route: str = ""
    cctv: bool = False
    phone: str = ""
    claims: tuple[Claim, ...] = ()
    escape_door: bool = False
    contact_room: bool = True
    by_guard_station: bool = False
    button: str = ""
    hold_s: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mobile:
    """A mobile alarm: it has a holder instead of a room (A20, A21)."""

    id: str
    name: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BanPolicy:
    """How this town hall bans (rules.md X10, X13; 1.S).

    `signatories`: the roles that sign, each once; none: the town hall has not decided, and no ban can be decided.
    `default_months`: how long a ban is proposed to last, 0 where nothing is proposed (H7). `normalise_before_days`:
    how long before its end the attempt to normalise is due (H8). `hearing_days`: how long the citizen is given to
    answer. `registered`: the list in the case system is kept too, by the ban registrar (H3). `word`: what a ban is
    called here (`guardroom.ban_words`).
    """

    signatories: tuple[str, ...] = ()
    default_months: int = 0
    normalise_before_days: int = 30
    hearing_days: int = 14
    registered: bool = False
    word: str = "forbud"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderPolicy:
    """The ladder of rules G3-G6: `steps` are what is asked for at the first, second … incident of one person.

    No steps: this town hall has no ladder. Only incidents of the last `look_back_months` count.
    """

    steps: tuple[str, ...] = ()
    look_back_months: int = 12


Span = tuple[time, time]
"""From a time of day to a later one, the end not included."""

WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the week by the town hall's own clock, Monday first; none at all: the town hall has not said."""

    days: tuple[tuple[Span, ...], ...] = ((),) * 7

    def __bool__(self) -> bool:
        return any(self.days)

    def cover(self, begin: datetime, end: datetime) -> bool:
        """Whether all of the time from `begin` to `end`, both local and of one day, lies within them."""
        spans = self.days[begin.weekday()]
        return begin.date() == end.date() and any(a <= begin.time() and end.time() <= b for a, b in spans)

    def touch(self, begin: datetime, end: datetime) -> bool:
        """Whether any of the time from `begin` to `end`, both local and of one day, lies within them."""
        return any(a < end.time() and begin.time() < b for a, b in self.days[begin.weekday()])


PHONE_KINDS: tuple[str, ...] = ("police", "guard", "leader", "crisis", "safety", "technician", "other")
"""What somebody is rung for, in the order of the phone card. `safety` are those who help colleagues first (J19)."""

ORDERERS: tuple[str, ...] = ("everybody", "leader", "hs_leader", "safety_rep", "union_rep")
"""Who may order what a number gives (rule J16)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisProvider:
    """Who gives crisis help (rules J13-J18), without a number: that is the town hall's own.

    `hours`: when they answer; none: not stated. `otherwise`: they answer while no other provider does. `note` by
    language.
    """

    name: str
    hours: Hours = Hours()
    otherwise: bool = False
    order: tuple[str, ...] = ()
    note: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """Somebody to ring: a role or a place. `number` is "" where it is not set yet.

    `role` says what they are rung for. `hours`: when they answer; none: not stated. `order`: who may order. A `person`
    is called by a name: shown only where somebody is signed in, and never printed.
    """

    name: str
    role: str = ""
    number: str = ""
    kind: str = "other"
    hours: Hours = Hours()
    order: tuple[str, ...] = ()
    note: str = ""
    person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillPolicy:
    """How this town hall drills (rules M1, M2, X20).

    `per_year`: how many unannounced drills are held, 0 where nothing is said. `marked`: everybody is shown from the
    start that it is a drill; else it is revealed where the police are about to be called. `length_min`: it ends so long
    after the press. `guards`: how many must be on duty. Aims, in seconds after the press: acknowledged, on the scene,
    leader reached.
    """

    per_year: int = 0
    marked: bool = False
    length_min: int = 15
    guards: int = 2
    acknowledge_s: int = 30
    on_scene_s: int = 120
    leader_s: int = 60


GROUPS: tuple[str, ...] = (
    "guards",
    "desk",
    "leaders",
    "corridor",
    "centres",
    "centre_heads",
    "directors",
    "ban_registrar",
    "safety_org",
    "hs_leaders",
    "risk_coordinator",
    "security_coordinator",
    "legal",
    "test",
)
"""Whom a notice can be for. `corridor` are the colleagues beside a room (B3), `centres` those told of ejections and
bans (G2, H12), `safety_org` leader and safety representative together (B4). Only `test` is told of a drill."""

OCCASIONS: tuple[str, ...] = (
    "alarm",
    "off_duty",
    "unacknowledged",
    "still_unacknowledged",
    "no_progress",
    "fault",
    "incident",
    "ejection",
    "ban",
    "police_report",
    "door_lock",
    "door_unlock",
    "meeting",
    "meeting_changed",
    "meeting_cancelled",
    "meeting_soon",
    "check_in_missed",
)
"""What a notice can be about. `off_duty` are told of an alarm besides while no guard is on duty; the next three are the
steps of an escalation. The last five are about meetings that the guards are told of (D17, D18), and about nobody having
looked in on one (D22, D23)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePolicy:
    """Who is told of what, and when an alarm escalates (rules.md B, X2, X12; 1.S).

    `groups`: by occasion, whom its notices are for; of the end of an alarm those who were told of it. `escalate_s`
    seconds after a press that nobody has acknowledged the first step of the escalation is told, after
    `escalate_again_s` the second one. `no_progress_min` minutes after the last thing that a guard did about an
    acknowledged alarm the third one is; 0: never. Of one fault at most one message goes out in `fault_again_min`
    minutes, however often it comes and goes; 0: each time. `meeting_soon_min` minutes before a meeting it is told that
    it begins; a look in on one that is missed for `check_in_missed_min` minutes is told; 0: never.
    """

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    escalate_s: int = 30
    escalate_again_s: int = 120
    no_progress_min: int = 10
    fault_again_min: int = 10
    meeting_soon_min: int = 15
    check_in_missed_min: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who is told: a role or a place, seldom a person. "" where a way is not set.

    `blocks`: of alarms and other things there only; none: of those everywhere. `sms` is a number for the gateway,
    `webhook` a URL. `instead` is the name of who is told where this one cannot be reached.
    """

    name: str
    groups: tuple[str, ...]
    blocks: tuple[str, ...] = ()
    mail: str = ""
    sms: str = ""
    webhook: str = ""
    instead: str = ""

    @property
    def ways(self) -> tuple[tuple[str, str], ...]:
        """The channels that reach them, the first one first, each with its address."""
        ways = (("mail", self.mail), ("sms", self.sms), ("webhook", self.webhook))
        return tuple((channel, address) for channel, address in ways if address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The server that notices are handed to. No `server`: none are sent by mail.

    `security`: "starttls", "tls" or "none". The password is in the environment or in `password_file`. `sms` is the
    address of the gateway with "{number}" in it. `timeout_s`: how long it may leave an answer out.
    """

    server: str = ""
    port: int = 587
    security: str = "starttls"
    sender: str = ""
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    sms: str = ""
    timeout_s: float = 10


HEARTBEAT_METHODS = ("GET", "POST")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The web address that is called every `every_s` seconds for as long as the monitor is well.

    "{state}" in it becomes "ok" or "trouble". After `misses` calls in a row that were not taken, the board says so.
    """

    url: str
    method: str = "GET"
    every_s: float = 60
    misses: int = 3
    timeout_s: float = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadsUpPolicy:
    """What the guards are told before a meeting, and when (rules.md 1.C, 1.D, X1, 1.S).

    `lead`: one of LEADS; `lead_hours` is for "hours". `postures`: what guards can be asked for here. `arrival`: one of
    ARRIVALS. `two_staff_for`: the reasons for which two of the staff are wanted (D15, D19). `keep_days`: so long after
    the meeting it is kept.
    """

    lead: str = "none"
    lead_hours: int = 24
    postures: tuple[str, ...] = ()
    arrival: str = "decide"
    two_staff_for: tuple[str, ...] = ()
    keep_days: int = 30


@dataclass(frozen=True, slots=True)
class Term:
    """How long there is: clock hours; or until the end of a day so many days, or working days, later."""

    count: int
    unit: Literal["hours", "days", "working_days"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPolicy:
    """One follow-up that this town hall asks for: who sees to it, by when, and on which of `FOLLOW_UP_OCCASIONS`."""

    owner: str = "leader"
    due: Term = Term(0, "days")
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceReportPolicy:
    """The report to the police (rules K1-K13, X6, X7): one of `POLICE_REPORTS`, within so many hours of the episode."""

    mode: str = "should"
    deadline_h: int = 72
    owner: str = "leader"


@dataclass(frozen=True, slots=True, kw_only=True)
class InjuryPolicy:
    """The work injury report (rules L1-L11, X15-X17): one of `INJURY_RULES`, and in which systems.

    `days`: by when without absence; `absence_days`: after the first day of absence. `off_duty_system` is the one for
    what happened out of hours, "" where it is the same.
    """

    rule: str = "judged"
    system: str = ""
    off_duty_system: str = ""
    owner: str = "safety_rep"
    days: int = 14
    absence_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPolicy:
    """Who secures a recording (rule K21), and after how many days it is overwritten; 0: nobody has said."""

    owner: str = "leader"
    retention_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringPolicy:
    """Something that is done so many times a year; 0: never."""

    per_year: int = 0
    owner: str = "hs_leader"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPolicy:
    """What must be done after an incident, and from time to time (rules.md 1.S). `duties` are by their code."""

    police_report: PoliceReportPolicy = PoliceReportPolicy()
    injury: InjuryPolicy = InjuryPolicy()
    video: VideoPolicy = VideoPolicy()
    evaluation: RecurringPolicy = RecurringPolicy()
    phone_list: RecurringPolicy = RecurringPolicy()
    duties: Mapping[str, DutyPolicy] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keep:
    """How long something is kept after it has ended."""

    count: int
    unit: Literal["days", "months"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """How long each kind of record is kept (law.md 5.2; which table and file is of which kind stands in
    `guardroom.privacy.register`). None: the town hall has not said, and nothing of that kind is deleted."""

    incidents: Keep | None = None
    bans: Keep | None = None
    persons: Keep | None = None
    follow_ups: Keep | None = None
    alarms: Keep | None = None
    journal: Keep | None = None
    drills: Keep | None = None
    duties: Keep | None = None
    drafts: Keep | None = None
    users: Keep | None = None
    audit: Keep | None = None
    notices: Keep | None = None
    raw_logs: Keep | None = None
    letters: Keep | None = None
    logs: Keep | None = None
    copies: Keep | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What is shown as the town hall has written it, each by language; none: nothing is shown.

    `law119`: the law on violence against who is in public service (F8); it changes, and so `law119_checked_on` says
    when somebody last held it against the law, None where nobody has. `care_forms`: where the forms with the employees'
    next of kin are kept (O3, O4, O6; X23); what stands in them is never here.
    """

    law119: Mapping[str, str] = field(default_factory=dict)
    law119_checked_on: date | None = None
    care_forms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPolicy:
    """How reports are made: counts below `fewer_than`, but 0, are not shown in them (law.md)."""

    fewer_than: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What differs between town halls (rules.md 1.R, 1.S).

    `police_call`: "guard" where the guard decides (E5), "with_leader" where a leader is asked first (E9).
    `after_press`: "must_leave" where the citizen must always go after a press (E2, E3), "assess" where it is judged
    (E7). `guidance`: the short lines shown beside the response, by language ("da", "en"). `guard_hours`: when guards
    are on duty (C1). `police_hours`: when the police are in the house (C4). `button_test_days`: after so many days a
    button's test is overdue; 0: never. `crisis`: who gives crisis help. `door_lock`: doors to a part of the house
    can be locked for a while (I1). `text`: what is shown in the town hall's own words. `checklist` is gone through in a
    room before a meeting, `deescalation` is what calms a citizen, both by language (P12).

    `version` counts the pack's changes. `owner` decides about it, `approved_on` is when they last did (N14, N15).
    `given` are the keys that the pack says something about, `overridden` those that this town hall has changed, dotted.
    """

    name: str
    municipality: str
    guard_word: Mapping[str, str]
    police_call: str
    guidance: Mapping[str, tuple[str, ...]]
    after_press: str = "assess"
    bans: BanPolicy = BanPolicy()
    ladder: LadderPolicy = LadderPolicy()
    guard_hours: Hours = Hours()
    police_hours: Hours = Hours()
    drills: DrillPolicy = DrillPolicy()
    notices: NoticePolicy = NoticePolicy()
    headsups: HeadsUpPolicy = HeadsUpPolicy()
    button_test_days: int = 0
    crisis: tuple[CrisisProvider, ...] = ()
    door_lock: bool = False
    follow_ups: FollowUpPolicy = FollowUpPolicy()
    text: Texts = Texts()
    reports: ReportPolicy = ReportPolicy()
    retention: RetentionPolicy = RetentionPolicy()
    version: int = 0
    owner: str = ""
    approved_on: date | None = None
    checklist: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deescalation: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    overridden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """When names are hidden from whoever passes the screen (rule D28).

    `mask_after_s`: seconds without a key until names are hidden. `code_after_s`: seconds hidden after which the code
    is asked for; before, any key shows them again. Hidden with the key for it, the code is always asked for.
    `sign_out_after_s`: seconds hidden after which whoever is signed in is signed out.
    """

    mask_after_s: int = 60
    code_after_s: int = 120
    sign_out_after_s: int = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Where letters are written to, and the folder with the municipality's own templates; None: those that ship."""

    folder: Path
    templates: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPlan:
    """Where and when the monitor makes backups. No `folder`: it makes none.

    `every_hours`: so long after the last good one; 0: once a day, at the local time `at`. The newest `keep` of this
    station are kept. `database`: the main database is in it; where it is on a server that may be seen to there.
    `programs` is the folder of PostgreSQL's programs, None to look for them.
    """

    folder: Path | None = None
    every_hours: int = 0
    at: time = time(5)
    keep: int = 14
    database: bool = True
    programs: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """`guardroom serve`: the dashboard in a browser.

    `sessions`: so many may be signed in at once. `read_only`: nothing is written from there. `idle_min`: minutes
    without a key after which somebody is signed out; `longest_min`: minutes after which they are in any case. `roles`:
    who may sign in this way (codes of `guardroom.people.roles`). `behind_proxy`: another program stands between the
    browsers and this one, has the certificate, and is reached at `public_url`.
    """

    sessions: int = 8
    read_only: bool = True
    idle_min: int = 15
    longest_min: int = 480
    roles: tuple[str, ...] = (
        "leader",
        "director",
        "centre_head",
        "ban_registrar",
        "safety_rep",
        "hs_leader",
        "risk_coordinator",
        "security_coordinator",
        "legal",
    )
    behind_proxy: bool = False
    public_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything in `guardroom.toml`, with paths resolved against the file's folder.

    `keys` maps an action of the key table to the keys that do it, only where the town hall re-mapped it.
    `player` is the command that plays a sound file, or "" to look for one.
    `language` is "da" or "en". `demo` marks every screen as a demonstration. `secret` is the file of
    `guardroom.people.secret`. `station_silent_s`: another station that has not been heard for so long is a fault.
    `take_over_s`: after so many seconds without a word from the station that reads a shared panel another may.
    `service`: a service runs the monitor, and dashboards start none.
    """

    path: Path
    language: str
    database: str
    journal: Path
    station: str
    site: Site
    policy: Policy
    blocks: tuple[Block, ...]
    panels: tuple[PanelSettings, ...]
    rooms: tuple[Room, ...]
    technician: str = ""
    leader: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    player: str = ""
    demo: bool = False
    service: bool = False
    heartbeat: Heartbeat | None = None
    secret: Path = Path("guardroom.secret")
    privacy: Privacy = Privacy()
    letters: Letters = Letters(folder=Path("letters"))
    mail: Mail = Mail()
    recipients: tuple[Recipient, ...] = ()
    phones: tuple[Phone, ...] = ()
    mobiles: tuple[Mobile, ...] = ()
    backup: BackupPlan = BackupPlan()
    serve: Serve = Serve()
    station_silent_s: float = 15.0
    take_over_s: float = 15.0

    def room(self, room_id: str) -> Room | None:
        """The room with this id, or None."""
        return next((room for room in self.rooms if room.id == room_id), None)
