"""A form on its way into the database, in the caller's transaction: held against what is known there, and stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import repeat
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db import bans, incidents
from db.alarm_tables import AlarmRow
from db.incident_tables import IncidentRow, IncidentSearchRow, SubjectRow
from db.people import count_up
from db.people_tables import PersonRow
from guardroom.bans.life import binds_on
from guardroom.days import day_in, written
from guardroom.ground import Ground
from guardroom.incidents import access, check
from guardroom.incidents.form import AlarmRef, IncidentForm, SubjectForm
from guardroom.incidents.number import written_number
from guardroom.incidents.places import lies_in
from guardroom.incidents.search import search_words
from guardroom.language import _
from guardroom.people.persons import Persons
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake, Refused

_COUNTER = "incident"
_AGAIN = timedelta(minutes=1)
"""How long the same form of the same user is the same incident: the key was pressed twice, or in two windows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A tidied form with the values in it, which are None where it has mistakes."""

    form: IncidentForm
    facts: check.Facts | None
    mistakes: tuple[Mistake, ...]


def examine(session: Session, ground: Ground, who: Who, form: IncidentForm) -> Examined:
    """Hold a form against the clock, the alarm, the persons and the ban it names. Raises Refused where the alarm is
    not in this database."""
    tidied = check.tidy(form)
    pressed_at = alarm_of(session, tidied.alarm).pressed_at if tidied.alarm is not None else None
    house = house_of(ground, pressed_at)
    facts, found = check.read(tidied, house)
    found += tuple(_people(session, ground, who, tidied, house))
    return Examined(form=tidied, facts=None if found else facts, mistakes=found)


def house_of(ground: Ground, pressed_at: datetime | None = None) -> check.House:
    """What a form is held against now."""
    settings = ground.settings
    return check.House(now=ground.clock.now(), zone=settings.site.zone, rooms=settings.rooms, pressed_at=pressed_at)


def alarm_of(session: Session, ref: AlarmRef) -> AlarmRow:
    """The alarm with its timeline. Raises Refused where this database does not have it, and for a drill (rule L1: not
    for drills)."""
    row = incidents.alarm(session, ref.station, ref.number)
    if row is None:
        raise Refused(_("The alarm has not reached the database yet; try again in a moment, or write without it."))
    if row.mode != "real":
        if row.closed_at is None:
            raise Refused(_("Write about this alarm when it is closed."))
        raise Refused(_("This alarm was a drill: no incident is logged about it."))
    return row


def store(session: Session, ground: Ground, persons: Persons, who: Who, examined: Examined) -> IncidentRow:
    """Store a form: the incident, the new persons in it, and what a search finds it by. Raises BadInput."""
    form, facts = examined.form, examined.facts
    if facts is None:
        raise BadInput(*examined.mistakes)
    row = IncidentRow(
        number=count_up(session, _COUNTER),
        written_at=ground.clock.now(),
        written_by=who.user,
        station=who.station,
        subjects=[_subject(session, persons, who, subject) for subject in form.subjects],
        **_content(form, facts),
    )
    session.add(row)
    session.flush()
    incidents.keep_for_search(session, _searched(row))
    return row


def saved_already(session: Session, ground: Ground, who: Who, examined: Examined) -> IncidentRow | None:
    """The incident that this user has just saved with the same content, if any."""
    form, facts = examined.form, examined.facts
    if facts is None:
        return None
    incidents.hold_writer(session, who.user)
    content = _content(form, facts)
    for row in incidents.just_written(session, who.user, facts.happened_at, ground.clock.now() - _AGAIN):
        if all(getattr(row, name) == value for name, value in content.items()) and _same_people(session, row, form):
            return row
    return None


def bound_by(session: Session, ban: int, day: date, zone: ZoneInfo) -> set[int] | None:
    """The person whom a ban binds on that day, as a set; None where it does not bind then, or there is none."""
    row = bans.ban(session, ban)
    if row is None or not binds_on(row, day, zone):
        return None
    return {person.id for person in bans.kept_persons(session, [row.person_id]).values()}


def _content(form: IncidentForm, facts: check.Facts) -> dict[str, Any]:
    """The columns of an incident that come from the form."""
    return {
        "kind": form.kind,
        "happened_at": facts.happened_at,
        "account": form.account,
        "room_id": facts.room,
        "place": facts.place,
        "area": facts.area,
        "channel": form.channel,
        "subject_kind": form.subject_kind,
        "off_duty": form.off_duty,
        "behaviours": list(form.behaviours),
        "felt": form.felt,
        "assessed": form.assessed,
        "asked_to_leave_at": facts.asked_at,
        "asked_by": form.asked_by,
        "complied": facts.complied,
        "police": form.police,
        "police_at": facts.police_at,
        "police_ref": form.police_ref,
        "injured": list(form.injured),
        "sick_leave": facts.sick_leave,
        "evidence": form.evidence,
        "took_part": list(facts.took_part),
        "alarm_station": form.alarm.station if form.alarm is not None else None,
        "alarm_number": form.alarm.number if form.alarm is not None else None,
        "ban_id": form.ban,
    }


def _same_people(session: Session, row: IncidentRow, form: IncidentForm) -> bool:
    about = incidents.about(session, [row.id])
    kept = bans.kept_persons(session, [subject.person for subject in form.subjects if subject.person is not None])
    return len(about) == len(form.subjects) and all(map(_is_about, about, form.subjects, repeat(kept)))


def _is_about(one: incidents.About, subject: SubjectForm, kept: Mapping[int, PersonRow]) -> bool:
    if subject.person is not None:
        return one.person is not None and one.person is kept.get(subject.person)
    if check.is_new_person(subject):
        return one.person is not None and one.person.name == subject.name
    return one.person is None and one.description == subject.description


def add_to_search(session: Session, incident: int, text: str) -> None:
    """Let a search find an incident by what was added to it too."""
    row = incidents.search_row(session, incident)
    if row is not None:
        row.words = search_words(row.words, text)


def _searched(row: IncidentRow) -> IncidentSearchRow:
    return IncidentSearchRow(
        happened_at=row.happened_at,
        incident_id=row.id,
        kind=row.kind,
        written_by=row.written_by,
        area=access.folded_area(row.area),
        took_part=access.padded(row.took_part),
        facts=search_words(written_number(row.number), row.place, row.room_id or ""),
        about=search_words(*(subject.description for subject in row.subjects)),
        named=search_words(*(subject.name for subject in row.subjects)),
        words=search_words(row.account),
    )


def _subject(session: Session, persons: Persons, who: Who, subject: SubjectForm) -> SubjectRow:
    as_written = not access.sees_everybody(who)
    if subject.person is not None:
        known = bans.kept_persons(session, [subject.person])[subject.person].name if as_written else ""
        return SubjectRow(person_id=subject.person, description=subject.description, name=known)
    if not check.is_new_person(subject):
        return SubjectRow(description=subject.description)
    try:
        person = persons.add(session, who, check.person_form(subject))
    except BadInput as wrong:
        raise BadInput(*(Mistake("subjects", mistake.sentence) for mistake in wrong.mistakes)) from wrong
    description = "" if subject.name else subject.description
    return SubjectRow(person_id=person, description=description, name=subject.name if as_written else "")


def _elsewhere(session: Session, ground: Ground, form: IncidentForm, ban: int) -> list[Mistake]:
    row = bans.ban(session, ban)
    if row is None or row.kind != "department" or form.channel != "in_person":
        return []
    if lies_in(row.scope, form.place, ground.settings) is not False:
        return []
    said = _("{number} is about {places}: elsewhere they may be, and that is no breach.")
    return [Mistake("place", said.format(number=row.number, places=", ".join(row.scope)))]


def _people(session: Session, ground: Ground, who: Who, form: IncidentForm, house: check.House) -> list[Mistake]:
    """What is wrong with the known persons and the ban that a form names."""
    ids = [subject.person for subject in form.subjects if subject.person is not None]
    kept = bans.kept_persons(session, ids)
    found: list[Mistake] = []
    if len(kept) < len(set(ids)):
        found.append(Mistake("subjects", _("A person in the form is not kept any more; look them up again.")))
    roots = {row.id for row in kept.values()}
    if len(roots) < len(kept):
        found.append(Mistake("subjects", _("Two records in the form are the same person; take one away.")))
    banned: set[int] = set()
    if form.ban is not None:
        who.must(Right.BAN_BREACH)
        day = day_in(check.happened(form, house) or house.now, house.zone)
        bound = bound_by(session, form.ban, day, house.zone)
        if bound is None:
            found.append(Mistake("ban", _("That ban did not bind on {day}.").format(day=written(day))))
        elif not bound <= roots:
            found.append(Mistake("subjects", _("Name the person whom the ban is about.")))
        found += _elsewhere(session, ground, form, form.ban)
        banned = bound or set()
    if not who.may(Right.PERSON_SEARCH) and not roots <= banned:
        # Else any record could be opened by writing an incident about it.
        found.append(Mistake("subjects", _("Write the name or a description: you may not look persons up.")))
    return found
