"""Which follow-ups an incident, a police report or a ban asks for under a policy, of whom and by when. No database."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from guardroom.followups.deadlines import due_at, end_of
from guardroom.incidents.kinds import EJECTIONS, HARMLESS
from guardroom.settings import FollowUpPolicy, Term

VIOLENCE = frozenset(
    ("push", "hit", "kick", "throw", "hold", "spit", "bite_scratch_pinch", "choke", "stab", "weapon", "struck_things")
)
"""Behaviours that are violence (P1), or were meant to be taken so."""

THREATS = frozenset(("threat_violence", "threat_life", "threat_family", "threat_property", "gesture"))
"""Behaviours that are threats (P2, P3)."""

NORMALISES = "leader"
"""Who makes the attempt before a ban ends (roles.md)."""

TOLD = "absence"
"""The rule of an injury report whose first day of absence has been told; its days follow, as in every rule."""

_SAME_DAY = Term(0, "days")
_EACH_PRESS = frozenset(("press", "violence", "threat", "sick_leave"))
"""Rules L1, L3, L4, L7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What of an incident decides what must be done. `alarm`: a real alarm was pressed. `video`: the room is filmed.
    `written_at`: from when people could know of it."""

    kind: str
    happened_at: datetime
    written_at: datetime
    behaviours: tuple[str, ...] = ()
    channel: str = "in_person"
    alarm: bool = False
    video: bool = False
    off_duty: bool = False
    sick_leave: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One thing to be done: its code, the role that sees to it, from when until when, and the rule of the deadline as a
    code (`hours:72`, `days:0` …; see `words.rule`)."""

    kind: str
    owner: str
    began_at: datetime
    due_at: datetime
    rule: str


def occasions(facts: Facts) -> frozenset[str]:
    """Which of `settings.FOLLOW_UP_OCCASIONS` an incident is. An accidental press is none of them (rule A4)."""
    if facts.kind == "accidental":
        return frozenset()
    said = set(facts.behaviours)
    tests = {
        "incident": facts.kind not in HARMLESS,
        "near_miss": facts.kind == "near_miss",
        "press": facts.alarm,
        "violence": bool(said & VIOLENCE),
        "threat": bool(said & THREATS) or _is_told_as_threat(facts),
        "offence": bool(said) and not said & (VIOLENCE | THREATS),
        "ejection": facts.kind in EJECTIONS,
        "breach": facts.kind == "ban_breach",
        "remote": facts.channel not in ("in_person", "phone"),
        "off_duty": facts.off_duty,
        "sick_leave": facts.sick_leave,
    }
    return frozenset(name for name, holds in tests.items() if holds)


def _is_told_as_threat(facts: Facts) -> bool:
    """Whether its kind alone makes it a threat: not where what was done was violence, or came from afar and is told to
    have been something else."""
    said = set(facts.behaviours)
    return not said if facts.kind == "remote" else facts.kind == "threat" and not said & VIOLENCE


def of_incident(facts: Facts, policy: FollowUpPolicy, zone: ZoneInfo) -> tuple[Wanted, ...]:
    """Everything that an incident asks for, the most urgent first."""
    on = occasions(facts)
    wanted = [*_duties(on, policy, facts.written_at, zone), _register(facts, on, policy, zone)]
    if on & {"violence", "threat"}:
        wanted.append(_police_report(facts, policy, zone))
    if facts.video and "incident" in on:
        wanted.append(_video(facts, policy, zone))
    if any(one.kind == "conduct_letter" for one in wanted):
        # The letter is how the citizen is told (G9).
        wanted = [one for one in wanted if one.kind != "inform_citizen"]
    return tuple(sorted(wanted, key=lambda one: (one.due_at, one.kind)))


def of_occasion(occasion: str, policy: FollowUpPolicy, at: datetime, zone: ZoneInfo) -> tuple[Wanted, ...]:
    """What a police report that was made ("reported"), or was not ("not_reported"), asks for."""
    return tuple(_duties({occasion}, policy, at, zone))


def of_ban(policy: FollowUpPolicy, at: datetime, normalise_by: date | None, zone: ZoneInfo) -> tuple[Wanted, ...]:
    """What a ban asks for that has come into force at `at`; `normalise_by` as in `bans.life`."""
    wanted = list(_duties({"ban"}, policy, at, zone))
    if normalise_by is not None:
        wanted.append(normalisation(normalise_by, at, zone))
    return tuple(wanted)


def normalisation(by: date, at: datetime, zone: ZoneInfo) -> Wanted:
    """The attempt to make contact normal again, by that day (H8)."""
    return Wanted(kind="normalisation", owner=NORMALISES, began_at=at, due_at=max(end_of(by, zone), at), rule="ban")


def after_absence(policy: FollowUpPolicy, first_day: date, zone: ZoneInfo) -> Wanted:
    """The injury report once somebody is absent (rule L4): so many days after the first day, which has been told."""
    return _after_absence(TOLD, policy, first_day, zone)


def injury_report(facts: Facts, policy: FollowUpPolicy, zone: ZoneInfo) -> Wanted:
    """The injury report, as long as no first day of absence has been told."""
    if facts.sick_leave:
        # The incident says that somebody is absent, not from when: the first day is told later.
        return _after_absence("sick_leave", policy, facts.happened_at.astimezone(zone).date(), zone)
    injury = policy.injury
    return _wanted("injury_report", injury.owner, Term(injury.days, "days"), facts.written_at, zone)


def internal_registration(policy: FollowUpPolicy, since: datetime, zone: ZoneInfo) -> Wanted:
    """Where nothing is reported, it is registered in the house (rule L2)."""
    return _wanted("internal_registration", policy.injury.owner, Term(policy.injury.days, "days"), since, zone)


def by_hand(kind: str, facts: Facts, policy: FollowUpPolicy, owner: str, at: datetime, zone: ZoneInfo) -> Wanted:
    """Something that somebody asks for: as the policy says of it, else of `owner` within a week, which is ours. What
    has a time of its own from the incident on has the same when it is asked for later."""
    match kind:
        case "police_report":
            return _police_report(facts, policy, zone)
        case "injury_report":
            return injury_report(facts, policy, zone)
        case "internal_registration":
            return internal_registration(policy, facts.written_at, zone)
        case "secure_video":
            return _video(facts, policy, zone)
    duty = policy.duties.get(kind)
    return _wanted(kind, duty.owner if duty else owner, duty.due if duty else Term(7, "days"), at, zone)


def asks_for_report(on: Collection[str], rule: str) -> bool:
    """Whether the rule on injury reports (X15) asks for one on these occasions. Where it is judged (L10), it is asked
    for as after each press, and whoever sees to it may say that there is to be none."""
    return bool(on) if rule == "all" else not _EACH_PRESS.isdisjoint(on)


def wants_report(facts: Facts, policy: FollowUpPolicy) -> bool:
    """Whether an incident asks for an injury report, whatever is told of it later."""
    return asks_for_report(occasions(facts), policy.injury.rule)


def _register(facts: Facts, on: frozenset[str], policy: FollowUpPolicy, zone: ZoneInfo) -> Wanted:
    """The injury report, or the internal registration where the rule asks for no report (L2)."""
    if not asks_for_report(on, policy.injury.rule):
        return internal_registration(policy, facts.written_at, zone)
    return injury_report(facts, policy, zone)


def _after_absence(rule: str, policy: FollowUpPolicy, first_day: date, zone: ZoneInfo) -> Wanted:
    days, owner = policy.injury.absence_days, policy.injury.owner
    began = end_of(first_day - timedelta(days=1), zone)
    due = end_of(first_day + timedelta(days=days), zone)
    return Wanted(kind="injury_report", owner=owner, began_at=began, due_at=due, rule=f"{rule}:{days}")


def _police_report(facts: Facts, policy: FollowUpPolicy, zone: ZoneInfo) -> Wanted:
    """So many hours from the episode itself (K1)."""
    report = policy.police_report
    return _wanted("police_report", report.owner, Term(report.deadline_h, "hours"), facts.happened_at, zone)


def _video(facts: Facts, policy: FollowUpPolicy, zone: ZoneInfo) -> Wanted:
    """Before it is overwritten (K21); at once where nobody has said when that is."""
    days, owner = policy.video.retention_days, policy.video.owner
    if not days:
        return _wanted("secure_video", owner, _SAME_DAY, facts.written_at, zone)
    due = facts.happened_at + timedelta(days=days)
    return Wanted(kind="secure_video", owner=owner, began_at=facts.happened_at, due_at=due, rule=f"video:{days}")


def _duties(on: Collection[str], policy: FollowUpPolicy, at: datetime, zone: ZoneInfo) -> Iterator[Wanted]:
    for code, duty in policy.duties.items():
        if not set(on).isdisjoint(duty.when):
            yield _wanted(code, duty.owner, duty.due, at, zone)


def _wanted(kind: str, owner: str, term: Term, since: datetime, zone: ZoneInfo) -> Wanted:
    due = due_at(term, since, zone)
    return Wanted(kind=kind, owner=owner, began_at=since, due_at=due, rule=f"{term.unit}:{term.count}")
