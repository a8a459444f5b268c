"""Incidents as they are shown: rows of the database as views, with only what whoever asks may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from db import bans, incidents
from db.incident_tables import AddendumRow, DraftRow, IncidentRow
from db.incidents import About
from db.people import initials
from guardroom.incidents import access
from guardroom.incidents.drafts import decode
from guardroom.incidents.form import AlarmRef
from guardroom.incidents.number import written_number
from guardroom.incidents.view import AddendumView, DraftView, IncidentLine, IncidentView, SubjectView
from guardroom.language import _
from guardroom.people.folding import born
from guardroom.people.who import Who
from guardroom.settings import Settings


def views(session: Session, settings: Settings, who: Who, rows: Sequence[IncidentRow]) -> list[IncidentView]:
    """Incidents with everything that `who` may see of them; all of them are theirs to see."""
    users = {row.written_by for row in rows} | {line.by_id for row in rows for line in row.addenda}
    named = initials(session, users)
    about = _by_incident(incidents.about(session, [row.id for row in rows]))
    breached = bans.kinds_of(session, {row.ban_id for row in rows if row.ban_id is not None})
    return [_view(settings, who, row, about.get(row.id, []), named, breached.get(row.ban_id or 0, "")) for row in rows]


def lines(session: Session, settings: Settings, who: Who, rows: Sequence[IncidentRow]) -> tuple[IncidentLine, ...]:
    """Incidents as lines of the history."""
    about = _by_incident(incidents.about(session, [row.id for row in rows if access.sees_people(who, row)]))
    return tuple(
        IncidentLine(
            id=row.id,
            number=written_number(row.number),
            happened_at=row.happened_at,
            kind=row.kind,
            place=row.place,
            who=", ".join(subject.name for subject in _subjects(who, about.get(row.id, [])) if subject.name),
            police=row.police,
            alarm=row.alarm_number is not None,
            readable=access.reads_text(who, row),
        )
        for row in rows
    )


def only_logged(row: IncidentRow) -> IncidentView:
    """An incident for somebody who may not see it: that it is logged, and when."""
    return IncidentView(
        id=row.id,
        number=written_number(row.number),
        kind=row.kind,
        happened_at=row.happened_at,
        written_at=row.written_at,
        written_by="",
        place="",
        area="",
    )


def draft_view(row: DraftRow) -> DraftView:
    """A draft as its owner finds it again."""
    return DraftView(id=row.id, saved_at=row.saved_at, kind=row.kind, place=decode(row.body).place, alarm=_alarm(row))


def _view(
    settings: Settings, who: Who, row: IncidentRow, about: Sequence[About], named: Mapping[int, str], breached: str
) -> IncidentView:
    readable = access.reads_text(who, row)
    subjects = _subjects(who, about) if access.sees_people(who, row) else None
    view = IncidentView(
        id=row.id,
        number=written_number(row.number),
        kind=row.kind,
        happened_at=row.happened_at,
        written_at=row.written_at,
        written_by=named.get(row.written_by, ""),
        place=row.place,
        area=row.area,
        room=row.room_id,
        channel=row.channel,
        subject_kind=row.subject_kind,
        off_duty=row.off_duty,
        behaviours=tuple(row.behaviours),
        asked_to_leave_at=row.asked_to_leave_at,
        complied=row.complied,
        police=row.police,
        police_at=row.police_at,
        injured=tuple(row.injured),
        evidence=row.evidence,
        alarm=_alarm(row),
        ban=row.ban_id,
        subjects=subjects,
        may_add=access.may_add(who, row),
    )
    if not readable:
        return view
    return replace(
        view,
        felt=row.felt,
        assessed=row.assessed,
        asked_by=row.asked_by,
        police_ref=row.police_ref,
        sick_leave=row.sick_leave,
        took_part=tuple(row.took_part),
        account=row.account,
        breached=breached,
        addenda=_addenda(row.addenda, subjects or (), named),
    )


def _by_incident(about: Iterable[About]) -> dict[int, list[About]]:
    by_incident: dict[int, list[About]] = {}
    for one in about:
        by_incident.setdefault(one.incident, []).append(one)
    return by_incident


def _subjects(who: Who, about: Sequence[About]) -> tuple[SubjectView, ...]:
    everybody = access.sees_everybody(who)
    return tuple(_subject(one) if everybody else _as_written(one) for one in about)


def _subject(one: About) -> SubjectView:
    if one.person is None:
        return SubjectView(id=one.id, description=one.description or _("not known"))
    return SubjectView(
        id=one.id,
        person=one.person.id,
        name=one.person.name,
        born=born(one.person.birth_date, one.person.birth_year),
        case_ref=one.person.case_ref,
        description=one.description or one.person.description,
    )


def _as_written(one: About) -> SubjectView:
    """Somebody as the writer wrote of them, whatever has become known since."""
    return SubjectView(id=one.id, name=one.name, description=one.description)


def _addenda(
    lines: Sequence[AddendumRow], subjects: Iterable[SubjectView], named: Mapping[int, str]
) -> tuple[AddendumView, ...]:
    known = {str(one.id): one.name for one in subjects if one.person is not None}
    # Only the last word about somebody still holds.
    last = {line.text: line for line in lines if line.what in ("joined", "parted")}
    return tuple(
        AddendumView(
            at=line.at,
            by=named.get(line.by_id, ""),
            text=_said(line.what, line.text, known.get(line.text, ""), holds=last.get(line.text) is line),
            what=line.what,
        )
        for line in lines
    )


def _said(what: str, text: str, name: str, *, holds: bool) -> str:
    if what == "parted":
        return _("It was not the person who was named.")
    if what != "joined":
        return text
    if not holds:
        return _("Somebody was named here; that has been corrected since.")
    return _("Now known: {name}").format(name=name) if name else _("It is known now who this was.")


def _alarm(row: IncidentRow | DraftRow) -> AlarmRef | None:
    if row.alarm_station is None or row.alarm_number is None:
        return None
    return AlarmRef(station=row.alarm_station, number=row.alarm_number)
