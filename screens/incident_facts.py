"""One incident in words: every fact, the account, and what was added later."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from textual.content import Content

from guardroom.days import written_in
from guardroom.incidents import words
from guardroom.incidents.view import AddendumView, IncidentView
from guardroom.language import _, n_
from screens.plain import fitted, lines, plain

LABEL = 18
"""Cells of the names of the facts."""

_LONGEST = 20_000


def fact_rows(view: IncidentView, chosen: int, zone: ZoneInfo, width: int) -> Content:
    """All that may be seen of an incident, in `width` cells; `chosen` is the citizen that acts are about."""
    rows: list[Content] = []
    for label, fact in _facts(view, zone):
        rows += _fact(label, fact, width)
    rows += _subject_rows(view, chosen, width)
    rows.append(Content(""))
    rows += _account_rows(view, zone, width)
    return lines(*rows)


def _facts(view: IncidentView, zone: ZoneInfo) -> list[tuple[str, str]]:
    """The facts that there are, each with its name."""
    yes_no = {True: _("yes"), False: _("no")}
    facts = [
        (_("When"), written_in(view.happened_at, zone)),
        (_("Where"), ", ".join(part for part in (view.place, view.area) if part)),
    ]
    if view.alarm is not None:
        facts.append((_("Alarm"), _("an alarm was pressed; its timeline belongs to this")))
    if view.ban is not None:
        facts.append((_("Ban"), _("in spite of a ban")))
    if view.channel != "in_person":
        facts.append((_("How it came"), words.channel(view.channel)))
    if view.off_duty:
        facts.append((_("Out of hours"), yes_no[True]))
    if view.subject_kind != "citizen":
        facts.append((_("Who it was"), words.subject_kind(view.subject_kind)))
    facts.append((_("Behaviour"), ", ".join(words.behaviour(code) for code in view.behaviours)))
    facts.append((_("Employee felt it"), words.severity(view.felt) if view.felt else ""))
    facts.append((_("Judged as"), words.severity(view.assessed) if view.assessed else ""))
    facts.append((_("Asked to leave"), words.asked(view, zone)))
    facts.append((_("Police"), words.called(view, zone)))
    facts.append((_("Injured"), ", ".join(words.injured(code) for code in view.injured)))
    if view.sick_leave is not None:
        facts.append((_("Sick leave"), yes_no[view.sick_leave]))
    facts.append((_("Evidence"), words.evidence(view.evidence) if view.evidence else ""))
    facts.append((_("Took part"), ", ".join(view.took_part)))
    return [(label, fact) for label, fact in facts if fact]


def _subject_rows(view: IncidentView, chosen: int, width: int) -> list[Content]:
    label = _("Citizen") if view.subject_kind == "citizen" else _("Who")
    if view.subjects is None:
        return _fact(label, _("You may not see whom it was about."), width)
    rows: list[Content] = []
    several = len(view.subjects) > 1
    for number, subject in enumerate(view.subjects):
        mark = ("> " if number == chosen else "  ") if several else ""
        rows += _fact(label if number == 0 else "", mark + words.subject_name(subject), width, bold=number == chosen)
        if subject.name and subject.description:
            rows += _fact("", ("  " if several else "") + subject.description, width)
    return rows


def _account_rows(view: IncidentView, zone: ZoneInfo, width: int) -> list[Content]:
    written = _("Written by {who} {when}, locked").format(who=view.written_by, when=written_in(view.written_at, zone))
    rows = [plain(fitted(written, width), "$quiet")]
    if view.account is None:
        return [*rows, *plain(_("You may not read what was written."), "bold").wrap(width)]
    rows += _text(view.account, width)
    if view.addenda:
        count = len(view.addenda)
        said = n_("{count} addendum", "{count} addenda", count).format(count=count)
        rows += [Content(""), plain(said, "$quiet")]
        for addendum in view.addenda:
            rows += _addendum(addendum, zone, width)
    return rows


def _addendum(addendum: AddendumView, zone: ZoneInfo, width: int) -> list[Content]:
    head = _("{when} {who}:").format(when=written_in(addendum.at, zone), who=addendum.by)
    return [plain(fitted(head, width), "bold"), *_text(addendum.text, width)]


def _text(text: str, width: int) -> list[Content]:
    rows: list[Content] = []
    for line in text.splitlines():
        rows += plain(line, limit=_LONGEST).wrap(max(1, width)) if line else [Content("")]
    return rows


def _fact(label: str, text: str, width: int, *, bold: bool = False) -> list[Content]:
    """A fact with its name before it; further lines stand beneath the first."""
    first, *others = plain(text, "bold" if bold else "", limit=2000).wrap(max(1, width - LABEL)) or [Content("")]
    return [plain(fitted(label, LABEL), "$quiet") + first, *(Content(" " * LABEL) + other for other in others)]
