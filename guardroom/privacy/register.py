"""THE register of personal data: every table and every file, of which kind it is, and what is done when its time is up.

`guardroom purge` has a step for each kind; docs/privacy.md is held against it, and a table or column that does not
stand here fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from guardroom.settings import Keep, Policy

Kind = Literal[
    "incidents",
    "bans",
    "persons",
    "headsups",
    "follow_ups",
    "alarms",
    "journal",
    "drills",
    "duties",
    "drafts",
    "users",
    "audit",
    "notices",
    "raw_logs",
    "letters",
    "logs",
    "copies",
]
"""What has a time of its own: the keys under `[retention]`; of heads-ups it is `headsups.keep_days`."""

KINDS: tuple[Kind, ...] = get_args(Kind)

How = Literal["deleted", "emptied", "never"]
"""What becomes of it: it is deleted; what is personal in it is emptied, the rest stays; or it holds nobody's data, or
only what is needed as long as the program is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A table of the main database, or files. `citizens` and `staff` are the columns that tell of them, `plain` the
    others; files have none. `kind` is None where nothing is done by time."""

    name: str
    kind: Kind | None
    how: How
    about: str
    citizens: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()


def _table(
    name: str, kind: Kind | None, how: How, about: str, *, citizens: str = "", staff: str = "", plain: str = ""
) -> Kept:
    return Kept(
        name=name,
        kind=kind,
        how=how,
        about=about,
        citizens=tuple(citizens.split()),
        staff=tuple(staff.split()),
        plain=tuple(plain.split()),
    )


TABLES: tuple[Kept, ...] = (
    _table(
        "incident",
        "incidents",
        "deleted",
        "what happened, as it was written",
        citizens="account police_ref behaviours complied police",
        staff="written_by felt asked_by injured sick_leave took_part",
        plain="id number kind happened_at written_at station room_id place area channel subject_kind off_duty assessed"
        " asked_to_leave_at police_at evidence alarm_station alarm_number ban_id",
    ),
    _table(
        "incident_subject",
        "incidents",
        "deleted",
        "whom an incident is about",
        citizens="person_id description name",
        plain="id incident_id",
    ),
    _table(
        "incident_addendum",
        "incidents",
        "deleted",
        "what was added to an incident",
        citizens="text",
        staff="by_id",
        plain="id incident_id at what",
    ),
    _table(
        "incident_search",
        "incidents",
        "deleted",
        "what a search of the incidents looks through",
        citizens="facts about named words",
        staff="written_by took_part",
        plain="happened_at incident_id kind area",
    ),
    _table(
        "incident_closing", "incidents", "deleted", "that an incident is closed", staff="by_id", plain="incident_id at"
    ),
    _table(
        "past_incident",
        None,
        "never",
        "what stays of a deleted incident for the statistics: nobody",
        plain="id happened_at kind room_id area channel subject_kind assessed off_duty behaviours",
    ),
    _table(
        "follow_up",
        "follow_ups",
        "deleted",
        "what must be done; with its incident or ban, else by its own time",
        citizens="reference reason_text",
        staff="owner_id closed_by",
        plain="id key kind owner_role began_at due_at rule created_at incident_id ban_id area from_role remind_on state"
        " closed_at done_on count expected yes_no company reason",
    ),
    _table(
        "ban",
        "bans",
        "deleted",
        "the decision about one citizen",
        citizens="person_id scope channels mail_to reasons less_intrusive case_ref hearing_answer hearing_skipped"
        " letter_ref normalisation normalisation_result lifted_reason",
        staff="created_by contact_person contact_phone contact_hours",
        plain="id number kind stage created_at changed area meeting starts_on ends_on casework_reviewed"
        " appeal_guidance hearing_sent_on hearing_due_on hearing_answered_on hearing_about hearing_length decided_at"
        " served_on served_how normalised_on extends_id lifted_on",
    ),
    _table("ban_incident", "bans", "deleted", "what a ban rests on", plain="ban_id incident_id"),
    _table(
        "ban_signature",
        "bans",
        "deleted",
        "who signed a ban",
        staff="user_id role name title",
        plain="id ban_id at digest",
    ),
    _table("ban_event", "bans", "deleted", "a ban's log", citizens="detail", staff="by_id", plain="id ban_id at what"),
    _table("ban_read", "bans", "deleted", "who has read a ban", staff="user_id", plain="ban_id at"),
    _table(
        "person",
        "persons",
        "deleted",
        "the least that identifies a citizen",
        citizens="name folded aliases birth_date birth_year case_ref description",
        staff="created_by",
        plain="id changed created_at merged_into",
    ),
    _table(
        "not_person",
        "persons",
        "deleted",
        "that somebody was taken for a citizen and was not",
        citizens="person_id note",
        staff="by_id",
        plain="id at station",
    ),
    _table(
        "access_request",
        "persons",
        "deleted",
        "that a citizen asked what is kept",
        citizens="person_id",
        staff="noted_by answered_by",
        plain="id asked_at answered_at",
    ),
    _table(
        "headsup",
        "headsups",
        "deleted",
        "a meeting that the guards are told of",
        citizens="reason case_ref person_id citizen note",
        staff="created_by staff stop_signal taken_by",
        plain="id created_at told_at begins until place room_id area posture check_in_at check_in_every ready stage"
        " version taken_at begun_at well_at watched_at watched_until over_at ended_early origin",
    ),
    _table(
        "headsup_prewarning",
        "headsups",
        "deleted",
        "why the police were warned of a meeting",
        citizens="reason case_ref",
        staff="leader legal noted_by",
        plain="id headsup_id about leader_at legal_at noted_at",
    ),
    _table(
        "announced_arrival",
        "headsups",
        "deleted",
        "a citizen has said that they come",
        citizens="person_id citizen case_ref",
        staff="told_by decided_by",
        plain="id expected_at told_at area decision decided_at",
    ),
    _table(
        "draft",
        "drafts",
        "deleted",
        "a form that is half written",
        citizens="body",
        staff="owner_id",
        plain="id kind saved_at alarm_station alarm_number",
    ),
    _table(
        "alarm",
        "alarms",
        "emptied",
        "an alarm: when, where and how fast stays",
        citizens="text place",
        staff="acknowledged_by",
        plain="id station number cause state pressed_at room_id block panel point manual presses repeats cancelled"
        " acknowledged_at acknowledged_s on_scene_s closed_at outcome mode",
    ),
    _table(
        "alarm_line",
        "alarms",
        "emptied",
        "an alarm's timeline: what was done and when stays",
        citizens="text",
        staff="by",
        plain="id alarm_id station number at what detail late",
    ),
    _table("shift", "alarms", "deleted", "who was on duty", staff="people", plain="station since"),
    _table(
        "button_test",
        "alarms",
        "emptied",
        "a button that was tested: which, when and whether it worked stays",
        staff="by",
        plain="id station number at room_id worked panel account area point",
    ),
    _table(
        "drill",
        "drills",
        "emptied",
        "a drill: its times stay",
        staff="planned_by led_by evaluation finished_by",
        plain="id number how press room_id place station alarm planned_at began_at aims ended_at why shown"
        " acknowledged_s on_scene_s stopped_s leader_s finished_at",
    ),
    _table(
        "drill_improvement",
        "drills",
        "deleted",
        "what a drill showed can be better",
        staff="what owner done_by",
        plain="id drill_id due_on done_on",
    ),
    _table("drill_vault", None, "never", "the planned drill, encrypted; gone with its drill", plain="id sealed"),
    _table(
        "door_lock",
        "duties",
        "deleted",
        "doors that were locked",
        staff="decided_by decided_role lifted_by",
        plain="id area begins_at ends_at made_at lifted_at told_over",
    ),
    _table("door_lock_read", "duties", "deleted", "who read of it", staff="user_id", plain="id lock_id at"),
    _table(
        "handover_note",
        "duties",
        "deleted",
        "what one shift tells the next",
        citizens="text",
        staff="written_by",
        plain="id station written_at",
    ),
    _table("handover_read", "duties", "deleted", "who confirmed it", staff="user_id", plain="note_id at"),
    _table(
        "phone_verified",
        "duties",
        "deleted",
        "numbers that were tried; the last try of each stays",
        staff="entry number verified_by",
        plain="id verified_at",
    ),
    _table(
        "alarm_loan",
        "duties",
        "deleted",
        "mobile alarms that were lent",
        staff="holder place lent_by",
        plain="id device lent_at due_at area back_at",
    ),
    _table(
        "reconciliation",
        "duties",
        "deleted",
        "that the list was held against the case system's",
        staff="by_id source",
        plain="id at same new gone different broken",
    ),
    _table(
        "notice",
        "notices",
        "deleted",
        "what was told: never anybody's data",
        plain="id key occasion made_at subject body urgent alarm",
    ),
    _table(
        "delivery",
        "notices",
        "deleted",
        "to whom it was told",
        staff="recipient address error",
        plain="id notice_id channel next_at state reserve tries tried_at",
    ),
    _table(
        "user",
        "users",
        "emptied",
        "who may sign in: their initials stay, as what they did names them",
        staff="initials role name title area code_hash",
        plain="id created_at code_given_at disabled_at",
    ),
    _table(
        "sign_in_failure",
        None,
        "never",
        "wrong codes in a row: gone by themselves after a while",
        staff="initials station",
        plain="failures last_at",
    ),
    _table(
        "audit",
        "audit",
        "deleted",
        "who did or looked up what, by ids; cut by whole months",
        citizens="subject_id detail",
        staff="user_id role station",
        plain="number at what subject why digest",
    ),
    _table("audit_head", None, "never", "the audit log's last entry", plain="id number digest"),
    _table("audit_cut", None, "never", "where the audit log was cut", plain="id count number at seal kept digest"),
    _table("audit_kept", None, "never", "entries that were kept at a cut", plain="number before"),
    _table("station_cursor", None, "never", "how far a journal was carried over", plain="station number"),
    _table(
        "station_board",
        None,
        "never",
        "what each station shows now, for the others; written anew all the time",
        citizens="board",
        plain="station program run edition beat seen_at",
    ),
    _table(
        "station_request",
        None,
        "never",
        "what a station asks another to do; deleted after some minutes",
        citizens="act answer",
        plain="id owner asker asked_at",
    ),
    _table("counter", None, "never", "numbers that only grow", plain="name value"),
    _table("lease", None, "never", "which monitor does what", plain="name holder until"),
)

FILES: tuple[Kept, ...] = (
    _table(
        "journal.db", "journal", "emptied", "the alarms' journal: what was typed, by whom, and what the panel wrote"
    ),
    _table("journal-notices.db", "notices", "deleted", "the alarms' notices, which hold nobody's data"),
    _table("journal-reserve", None, "never", "room on the disk that is kept free for the journal; it holds nothing"),
    _table("journal-raw/*.jsonl*", "raw_logs", "deleted", "the bytes on the panels' lines"),
    _table("letters/", "letters", "deleted", "letters, printed pages and exports that the program wrote"),
    _table(
        "journal-monitor.log, journal-dashboard.log*, journal-browser.log*",
        "logs",
        "deleted",
        "the program's logs, which name nobody",
    ),
    _table("guardroom-…Z/", None, "never", "whole backups: the oldest go when more than `keep` are there"),
    _table(
        "*.before-*, *.corrupt.*, *.restored.part*",
        "copies",
        "deleted",
        "copies from before an update, damaged files set aside, what a restore that was cut off left",
    ),
    _table("before_restore_…", "copies", "deleted", "on a server: the schema that was there before a restore"),
    _table("guardroom.secret, guardroom.anchor", None, "never", "keys, and how far the audit log had come"),
    _table("guardroom.toml", None, "never", "the configuration: telephone numbers and addresses of roles"),
)


def time_of(policy: Policy, kind: Kind) -> Keep | None:
    """How long this kind is kept; None where the town hall has not said."""
    if kind == "headsups":
        return Keep(policy.headsups.keep_days, "days")
    found: Keep | None = getattr(policy.retention, kind)
    return found


def unset(policy: Policy) -> tuple[Kind, ...]:
    """The kinds of which the town hall has not said how long they are kept."""
    return tuple(kind for kind in KINDS if time_of(policy, kind) is None)
