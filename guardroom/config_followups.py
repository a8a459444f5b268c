"""The parts of a policy that say what must be done after an incident, by whom and by when."""

from __future__ import annotations

import re

from guardroom.config_table import Table, unknown
from guardroom.language import _
from guardroom.settings import (
    FOLLOW_UP_DUTIES,
    FOLLOW_UP_OCCASIONS,
    FOLLOW_UP_OWNERS,
    INJURY_RULES,
    POLICE_REPORTS,
    DutyPolicy,
    FollowUpPolicy,
    InjuryPolicy,
    PoliceReportPolicy,
    RecurringPolicy,
    Term,
    VideoPolicy,
)

_TERM = re.compile(r"(\d{1,3}) (working )?(hour|day)s?")
_LONGEST_HOURS = 24 * 90
_LONGEST_DAYS = 365


def read_follow_ups(table: Table, base: FollowUpPolicy) -> FollowUpPolicy:
    """`[police_report]`, `[injury]`, `[video]`, `[evaluation]`, `[phone_list]` and `[follow_ups]` of a policy."""
    duties = table.table("follow_ups")
    policy = FollowUpPolicy(
        police_report=_police_report(table.table("police_report"), base.police_report),
        injury=_injury(table.table("injury"), base.injury),
        video=_video(table.table("video"), base.video),
        evaluation=_recurring(table.table("evaluation"), base.evaluation),
        phone_list=_recurring(table.table("phone_list"), base.phone_list),
        duties={
            code: _duty(duties.table(code), base.duties.get(code, DutyPolicy()))
            for code in FOLLOW_UP_DUTIES
            if duties.has(code) or code in base.duties
        },
    )
    duties.finish()
    return policy


def read_term(told: str) -> Term | None:
    """The term in `1 hour`, `same day`, `2 days`, `3 working days`; None where it is none."""
    if told == "same day":
        return Term(0, "days")
    found = _TERM.fullmatch(told)
    if found is None or (found[2] and found[3] == "hour"):
        return None
    count = int(found[1])
    if found[3] == "hour":
        return Term(count, "hours") if 0 < count <= _LONGEST_HOURS else None
    if not 0 < count <= _LONGEST_DAYS:
        return None
    return Term(count, "working_days" if found[2] else "days")


def _police_report(table: Table, base: PoliceReportPolicy) -> PoliceReportPolicy:
    policy = PoliceReportPolicy(
        mode=table.one_of("mode", base.mode, POLICE_REPORTS),
        deadline_h=int(table.number("deadline_h", base.deadline_h, 1, _LONGEST_HOURS, _("hours"))),
        owner=_owner(table, base.owner),
    )
    table.finish()
    return policy


def _injury(table: Table, base: InjuryPolicy) -> InjuryPolicy:
    policy = InjuryPolicy(
        rule=table.one_of("rule", base.rule, INJURY_RULES),
        system=table.text("system", base.system),
        off_duty_system=table.text("off_duty_system", base.off_duty_system),
        owner=_owner(table, base.owner),
        days=_days(table, "days", base.days),
        absence_days=_days(table, "absence_days", base.absence_days),
    )
    table.finish()
    return policy


def _video(table: Table, base: VideoPolicy) -> VideoPolicy:
    policy = VideoPolicy(
        owner=_owner(table, base.owner), retention_days=_days(table, "retention_days", base.retention_days, 0)
    )
    table.finish()
    return policy


def _recurring(table: Table, base: RecurringPolicy) -> RecurringPolicy:
    policy = RecurringPolicy(
        per_year=int(table.number("per_year", base.per_year, 0, 12, _("times a year"))), owner=_owner(table, base.owner)
    )
    table.finish()
    return policy


def _duty(table: Table, base: DutyPolicy) -> DutyPolicy:
    due = base.due
    if table.has("due"):
        told = read_term(table.text("due"))
        if told is None:
            examples = _('a term such as "same day", "1 hour", "2 days" or "3 working days"')
            table.wrong("due", _("allowed is {allowed}").format(allowed=examples))
        else:
            due = told
    when = table.texts("when", base.when)
    strange = next((word for word in when if word not in FOLLOW_UP_OCCASIONS), None)
    if strange is not None:
        table.wrong("when", unknown(strange, FOLLOW_UP_OCCASIONS))
        when = base.when
    policy = DutyPolicy(owner=_owner(table, base.owner), due=due, when=when)
    table.finish()
    return policy


def _owner(table: Table, base: str) -> str:
    return table.one_of("owner", base, FOLLOW_UP_OWNERS)


def _days(table: Table, name: str, base: int, lowest: int = 1) -> int:
    return int(table.number(name, base, lowest, _LONGEST_DAYS, _("days")))
