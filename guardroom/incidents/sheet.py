"""An incident on paper: the incident form of L12, and what goes with a report to the police (K14 to K17).

The municipality is the one who reports. At the top stands whose names are in it, since the citizen may be given the
report to read. What is about an employee's health is left out for the same reason: how it felt, and sick leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from db.alarm_tables import AlarmRow
from guardroom import printed
from guardroom.alarms import words as alarm_words
from guardroom.days import written_in
from guardroom.incidents import words
from guardroom.incidents.prefill import steps_of
from guardroom.incidents.view import IncidentView
from guardroom.language import _
from guardroom.people.cpr import without_cpr
from guardroom.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that was done in the response. `by` are initials, "" where the asker may not see them."""

    at: datetime
    said: str
    by: str = ""


def response(alarm: AlarmRow, *, initials: bool) -> tuple[Moment, ...]:
    """The times of a response, in their order: the press, who answered, each step that stands, and the end.

    What was noted in words is not among them: the account tells it. `initials`: also who did it.
    """
    found = [Moment(at=alarm.pressed_at, said=_("Alarm raised by hand") if alarm.manual else _("Button pressed"))]
    if alarm.acknowledged_at is not None:
        found.append(Moment(at=alarm.acknowledged_at, said=_("Acknowledged"), by=alarm.acknowledged_by))
    found += [
        Moment(at=line.at, said=alarm_words.step(code), by=line.by) for code, line in steps_of(alarm.lines).items()
    ]
    found += [
        Moment(at=line.at, said=_("Police called on {number}").format(number=line.detail or "112"), by=line.by)
        for line in alarm.lines
        if line.what == "police_called"
    ]
    if alarm.closed_at is not None:
        ended = _("Outcome: {outcome}").format(outcome=alarm_words.outcome(alarm.outcome))
        found.append(Moment(at=alarm.closed_at, said=ended if alarm.outcome else _("Closed")))
    found.sort(key=lambda each: each.at)
    return tuple(found) if initials else tuple(Moment(at=each.at, said=each.said) for each in found)


def sheet(view: IncidentView, moments: tuple[Moment, ...], settings: Settings, now: datetime) -> str:
    """The sheet as HTML, with what whoever asks may see. Every text in it is escaped, and digits that could be a CPR
    number are crossed out in what somebody wrote."""
    zone = settings.site.zone
    title = f"{view.number}  {words.kind(view.kind)}"
    parts = [
        printed.title(title),
        _names(view, moments),
        printed.section(_("Reported by"), printed.facts(_reporter(settings))),
        printed.section(_("What is known"), printed.facts(_facts(view, zone))),
        printed.section(_("Times of the response"), printed.facts(_times(moments, zone))),
        printed.section(_("What was written"), *_written(view, zone)),
        printed.footer(_("Printed {when}.").format(when=written_in(now, zone))),
    ]
    return printed.page(title=title, language=settings.language, style=printed.SHEET, parts=parts)


def _names(view: IncidentView, moments: tuple[Moment, ...]) -> str:
    """Whose names the citizen reads where they are given the sheet (K17)."""
    citizens = [subject.name for subject in view.subjects or () if subject.name]
    employees = [view.written_by, *view.took_part, view.asked_by, *(line.by for line in view.addenda)]
    for moment in moments:
        employees += re.split(r"[,\s]+", moment.by)
    rows = [
        (_("Citizens"), ", ".join(dict.fromkeys(citizens)) or "-"),
        (_("Employees"), ", ".join(dict.fromkeys(filter(None, employees))) or "-"),
    ]
    warned = [
        _("The citizen may be given access to the report, and reads what stands here."),
        _("Names may stand in what was written too: read it through before it is handed on."),
    ]
    said = (printed.paragraph(sentence) for sentence in warned)
    return printed.framed(printed.section(_("These names stand on this sheet"), printed.facts(rows), *said))


def _reporter(settings: Settings) -> list[tuple[str, str]]:
    """The municipality with its own number and address, never an employee's (K14, K15, K16)."""
    site = settings.site
    name = settings.policy.municipality or site.name
    rows = [
        (_("Municipality"), name),
        (_("CVR"), site.cvr),
        (_("Address"), ", ".join(part for part in (site.name if site.name != name else "", site.address) if part)),
        (_("Telephone"), site.phone),
    ]
    return [(label, text) for label, text in rows if text]


def _facts(view: IncidentView, zone: ZoneInfo) -> list[tuple[str, str]]:
    """The facts that there are, each with its name."""
    facts = [
        (_("When"), written_in(view.happened_at, zone)),
        (_("Where"), ", ".join(part for part in (view.place, view.area) if part)),
        (_("How it came"), words.channel(view.channel)),
        (_("Out of hours"), _("yes") if view.off_duty else ""),
        (_("Ban"), _("in spite of a ban") if view.ban is not None else ""),
        *_about(view),
        (_("Behaviour"), ", ".join(words.behaviour(code) for code in view.behaviours)),
        (_("Judged as"), words.severity(view.assessed) if view.assessed else ""),
        (_("Asked to leave"), words.asked(view, zone)),
        (_("Police"), words.called(view, zone)),
        (_("Injured"), ", ".join(words.injured(code) for code in view.injured)),
        (_("Evidence"), words.evidence(view.evidence) if view.evidence else ""),
        (_("Took part, saw it"), ", ".join(view.took_part)),
    ]
    return [(label, fact) for label, fact in facts if fact]


def _about(view: IncidentView) -> list[tuple[str, str]]:
    label = _("Citizen") if view.subject_kind == "citizen" else _("Who")
    if view.subjects is None:
        return [(label, _("not named on this sheet"))]
    rows: list[tuple[str, str]] = []
    for subject in view.subjects:
        described = without_cpr(subject.description) if subject.name else ""
        rows.append((label, "\n".join(part for part in (words.subject_name(subject), described) if part)))
    return rows


def _times(moments: Iterable[Moment], zone: ZoneInfo) -> list[tuple[str, str]]:
    return [
        (_to_the_second(each.at, zone), ", ".join(part for part in (each.said, each.by) if part)) for each in moments
    ]


def _written(view: IncidentView, zone: ZoneInfo) -> list[str]:
    """The account as it was locked, and what was added to it; digits that could be a CPR number crossed out."""
    if view.account is None:
        return [printed.paragraph(_("It is not on this sheet: it is read by others than whoever printed it."))]
    by = _("Written by {who} {when}, locked").format(who=view.written_by, when=written_in(view.written_at, zone))
    parts = [printed.strong(by), printed.paragraph(without_cpr(view.account))]
    for line in view.addenda:
        head = _("{when} {who}:").format(when=written_in(line.at, zone), who=line.by)
        parts += [printed.strong(head), printed.paragraph(without_cpr(line.text))]
    return parts


def _to_the_second(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d-%m-%Y %H:%M:%S}"
