"""Gathering what is kept of a citizen into a dossier: each table's facts in plain words, with names masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db import privacy as stored
from db.ban_tables import BanRow
from db.followup_tables import FollowUpRow
from db.headsup_tables import ArrivalRow, HeadsUpRow
from db.incident_tables import DraftRow, IncidentRow
from db.people_tables import PersonRow
from guardroom.bans import words as ban_words
from guardroom.bans.kinds import Stage
from guardroom.bans.life import standing
from guardroom.bans.unheard import parts as unheard
from guardroom.days import written, written_in
from guardroom.followups import words as follow_words
from guardroom.headsups import words as meeting_words
from guardroom.incidents import drafts
from guardroom.incidents import words as incident_words
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.incidents.number import written_number
from guardroom.language import _
from guardroom.people.cpr import without_cpr
from guardroom.people.folding import born
from guardroom.people.purposes import purpose
from guardroom.privacy.dossier import Entry, Part
from guardroom.privacy.masking import Masking, masking
from guardroom.privacy.naming import Naming, naming

LOOKUPS = (
    "lookup",
    "person_opened",
    "person_alike",
    "person_shown",
    "ban_opened",
    "incident_opened",
    "incident_printed",
    "headsup_named",
    "letter_written",
    "access_shown",
    "access_answered",
)
"""Entries of the audit log that tell that somebody saw, or was handed, something about the citizen."""


@dataclass(frozen=True, slots=True)
class _Teller:
    """How moments and texts are told."""

    zone: ZoneInfo
    names: Masking

    def at(self, moment: datetime | None) -> str:
        return "" if moment is None else written_in(moment, self.zone)

    def besides(self, names: Iterable[str]) -> _Teller:
        """The same, with names taken out that the house knows of nobody."""
        return replace(self, names=self.names.besides(names))

    def text(self, said: str) -> str:
        return self.names.masked(without_cpr(said))


def parts(session: Session, records: Sequence[PersonRow], zone: ZoneInfo, today: date) -> tuple[Part, ...]:
    """Everything about these records, which are one person's, the person's own first."""
    ids = [row.id for row in records]
    own = [name for row in records for name in (row.name, *row.aliases)]
    teller = _Teller(zone, masking(stored.other_names(session, ids), own, stored.initials(session)))
    incidents, bans = stored.incidents(session, ids), stored.bans(session, ids)
    numbers = [row.id for row in incidents], [row.id for row in bans]
    follow_ups = stored.follow_ups(session, *numbers)
    looked = stored.entries(session, LOOKUPS, ids, numbers[1], numbers[0])
    named = naming(own, [row.case_ref for row in records])
    found = (
        Part(code="person", heading=_("What identifies you"), entries=tuple(_person(row, teller) for row in records)),
        Part(code="incidents", heading=_("Incidents"), entries=tuple(_incident(row, ids, teller) for row in incidents)),
        Part(
            code="drafts",
            heading=_("Half-written incidents, not saved yet"),
            entries=tuple(_drafts(session, ids, named, teller)),
        ),
        Part(code="bans", heading=_("Bans"), entries=tuple(_ban(row, today, teller) for row in bans)),
        Part(
            code="headsups",
            heading=_("Meetings that the guards were told of"),
            entries=tuple(_headsup(row, teller) for row in stored.headsups(session, ids)),
        ),
        Part(
            code="arrivals",
            heading=_("That you said that you would come"),
            entries=tuple(_arrival(row, teller) for row in stored.arrivals(session, ids)),
        ),
        Part(
            code="follow_ups",
            heading=_("What was to be done afterwards"),
            entries=tuple(_follow_up(row, teller) for row in follow_ups),
        ),
        Part(
            code="texts",
            heading=_("Other texts in which your name stands"),
            entries=tuple(_texts(session, named, teller)),
        ),
        Part(
            code="mistaken",
            heading=_("Somebody was taken for you and was not"),
            entries=tuple(
                _entry(teller.at(row.at), [(_("Note"), teller.text(row.note))]) for row in stored.mistaken(session, ids)
            ),
        ),
        Part(
            code="lookups",
            heading=_("When somebody looked, and why"),
            entries=tuple(_entry(teller.at(at), [(_("What"), _looked(what)), (_("Why"), _why(why))])
                          for at, what, why in looked),
        ),
        Part(
            code="requests",
            heading=_("Requests like this one"),
            entries=tuple(
                _entry(teller.at(row.asked_at), [(_("Answered"), teller.at(row.answered_at))])
                for row in stored.requests(session, ids)
            ),
        ),
    )  # fmt: skip
    return tuple(part for part in found if part.entries)


def _texts(session: Session, named: Naming, teller: _Teller) -> Iterator[Entry]:
    """What was written without being connected with anybody."""
    for note in stored.handover_notes(session):
        if named.stands_in(note.text):
            yield _entry(teller.at(note.written_at), [(_("To the next shift"), teller.text(note.text))])
    for at, text in stored.alarm_texts(session):
        if named.stands_in(text):
            yield _entry(teller.at(at), [(_("With an alarm"), teller.text(text))])


def _person(row: PersonRow, teller: _Teller) -> Entry:
    return _entry(
        row.name or _("(no name)"),
        [
            (_("Other names"), ", ".join(row.aliases)),
            (_("Born"), born(row.birth_date, row.birth_year)),
            (_("Case"), row.case_ref),
            (_("Looks"), teller.text(row.description)),
            (_("Written down"), teller.at(row.created_at)),
        ],
    )


def _incident(row: IncidentRow, ids: Sequence[int], teller: _Teller) -> Entry:
    described = [one.description for one in row.subjects if one.person_id in ids and one.description]
    facts = [
        (_("When"), teller.at(row.happened_at)),
        (_("What"), incident_words.kind(row.kind)),
        (_("Where"), ", ".join(part for part in (teller.text(row.place), row.area) if part)),
        (_("How it came"), incident_words.channel(row.channel)),
        (_("Behaviour"), ", ".join(incident_words.behaviour(code) for code in row.behaviours)),
        (_("Judged as"), incident_words.severity(row.assessed) if row.assessed else ""),
        (_("Asked to leave"), teller.at(row.asked_to_leave_at)),
        (_("Left when asked"), "" if row.complied is None else _("yes") if row.complied else _("no")),
        (_("Police"), ", ".join(part for part in (incident_words.police(row.police) if row.police else "",
                                                  row.police_ref) if part)),
        (_("Looks"), teller.text("; ".join(described))),
        (_("Evidence"), incident_words.evidence(row.evidence) if row.evidence else ""),
        (_("Account"), teller.text(row.account)),
    ]  # fmt: skip
    facts += [
        (_("Added {when}").format(when=teller.at(line.at)), teller.text(line.text))
        for line in row.addenda
        if line.what == "text"
    ]
    return _entry(written_number(row.number), facts)


def _drafts(session: Session, ids: Sequence[int], named: Naming, teller: _Teller) -> Iterator[Entry]:
    """The half-written incidents that are about them: by the person who was chosen, or by what was typed."""
    for row in stored.drafts(session):
        form = drafts.decode(row.body)
        theirs: list[SubjectForm] = []
        others: list[SubjectForm] = []
        for one in form.subjects:
            typed = one.person is None and named.stands_in(" / ".join((one.name, one.case_ref, one.description)))
            (theirs if one.person in ids or typed else others).append(one)
        if theirs or named.stands_in(" / ".join((form.account, form.place))):
            yield _draft(row, form, theirs, teller.besides(one.name for one in others))


def _draft(row: DraftRow, form: IncidentForm, theirs: Sequence[SubjectForm], teller: _Teller) -> Entry:
    described = [one.description for one in theirs if one.description]
    return _entry(
        teller.at(row.saved_at),
        [
            (_("What"), incident_words.kind(form.kind) if form.kind else ""),
            (_("When"), " ".join(part for part in (form.day, form.time) if part)),
            (_("Where"), teller.text(form.place)),
            (_("Behaviour"), ", ".join(incident_words.behaviour(code) for code in form.behaviours)),
            (_("Looks"), teller.text("; ".join(described))),
            (_("Account"), teller.text(form.account)),
        ],
    )


def _ban(row: BanRow, today: date, teller: _Teller) -> Entry:
    now = standing(cast(Stage, row.stage), row.starts_on, row.ends_on, row.lifted_on, today)
    return _entry(
        row.number,
        [
            (_("What"), ban_words.kind(row.kind)),
            (_("State"), ban_words.standing(now)),
            (_("From"), written(row.starts_on)),
            (_("Until"), written(row.ends_on)),
            (_("Where"), ", ".join(row.scope)),
            (_("Ways to reach us"), ", ".join(ban_words.channel(code) for code in row.channels)),
            (_("Mailbox"), row.mail_to),
            (_("Meeting"), ban_words.meeting(row.meeting) if row.meeting else ""),
            (_("Reasons"), teller.text(row.reasons)),
            (_("Less intrusive means"), teller.text(row.less_intrusive)),
            (_("Case"), row.case_ref),
            (_("Heard"), written(row.hearing_sent_on)),
            (_("Your answer"), teller.text(row.hearing_answer)),
            (_("Not heard because"), teller.text(unheard(row.hearing_skipped)[1])),
            (_("Decided"), teller.at(row.decided_at)),
            (_("Letter"), row.letter_ref),
            (_("Served"), written(row.served_on)),
            (_("Back to normal"), teller.text(row.normalisation)),
            (_("What came of it"), teller.text(row.normalisation_result)),
            (_("Lifted"), written(row.lifted_on)),
            (_("Lifted because"), teller.text(row.lifted_reason)),
        ],
    )


def _headsup(row: HeadsUpRow, teller: _Teller) -> Entry:
    facts = [
        (_("Where"), teller.text(row.place)),
        (_("Until"), teller.at(row.until)),
        (_("Why"), meeting_words.reason(row.reason) if row.reason else ""),
        (_("Guards"), meeting_words.posture(row.posture) if row.posture else ""),
        (_("Case"), row.case_ref),
        (_("Note"), teller.text(row.note)),
    ]
    facts += [
        (_("The police were warned"), f"{teller.at(line.noted_at)}: {teller.text(line.reason)}")
        for line in row.prewarnings
    ]
    return _entry(teller.at(row.begins), facts)


def _arrival(row: ArrivalRow, teller: _Teller) -> Entry:
    return _entry(
        teller.at(row.expected_at),
        [
            (_("Said"), teller.at(row.told_at)),
            (_("Case"), row.case_ref),
            (_("Decided"), meeting_words.decision(row.decision) if row.decision else ""),
            (_("Note"), teller.text(row.citizen)),
        ],
    )


def _follow_up(row: FollowUpRow, teller: _Teller) -> Entry:
    return _entry(
        follow_words.kind(row.kind),
        [
            (_("Deadline"), teller.at(row.due_at)),
            (_("State"), follow_words.state(row.state)),
            (_("Done on"), written(row.done_on)),
            (_("Reference"), row.reference),
            (_("Not done because"), teller.text(row.reason_text)),
        ],
    )


def _entry(title: str, facts: Iterable[tuple[str, str]]) -> Entry:
    return Entry(title=title, facts=tuple((name, fact) for name, fact in facts if fact))


def _why(code: str) -> str:
    return purpose(code) if code else ""


def _looked(what: str) -> str:
    """What somebody did who saw something about the citizen."""
    return {
        "lookup": _("looked up"),
        "person_opened": _("your record was opened"),
        "person_alike": _("shown as somebody who may be meant"),
        "person_shown": _("shown in a search"),
        "ban_opened": _("a ban was opened"),
        "incident_opened": _("an incident was read"),
        "incident_printed": _("an incident was printed"),
        "headsup_named": _("your name was shown with a meeting"),
        "letter_written": _("a letter was written"),
        "access_shown": _("a request like this one was prepared"),
        "access_answered": _("a request like this one was answered"),
    }[what]
