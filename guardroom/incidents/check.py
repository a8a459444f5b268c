"""What was typed about an incident: tidied, read into values, and what is wrong with it. No database, no clock.

Every mistake has a sentence that says what would be right; the form is saved only where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from guardroom.days import day_in, no_such_day, read_day, written
from guardroom.days import read_clock as read_clock  # what reads heads-ups has it from here
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.incidents.kinds import (
    BEHAVIOURS,
    CHANNELS,
    EJECTIONS,
    EVIDENCE,
    INJURED,
    KINDS,
    POLICE,
    SEVERITIES,
    SUBJECT_KINDS,
)
from guardroom.language import _
from guardroom.people import person
from guardroom.people.cpr import no_cpr
from guardroom.people.initials import read_initials
from guardroom.people.person import PersonForm
from guardroom.refusal import Mistake
from guardroom.settings import Room
from guardroom.text import clean, one_line

ACCOUNT_LENGTH = 4000
FEWEST_WORDS = 3
FIRST_YEAR = 2000
PLACE_LENGTH = 120
MOST_SUBJECTS = 20
MOST_INITIALS = 20

NO_BEHAVIOUR = frozenset(("accidental", "near_miss", "turned_away", "other", "ban_breach"))
"""Kinds for which no behaviour has to be named."""
_NOBODY = frozenset(("accidental", "near_miss", "other"))
"""Kinds that may be about nobody."""
_FACE_TO_FACE = EJECTIONS | {"escort_out", "turned_away"}
_LATEST_AFTER = timedelta(hours=6)
"""How long after the incident a time of day without a day can lie: longer, and a time before it was meant."""
_TWICE = timedelta(hours=1)
"""How much of a night comes twice."""
_READ = 20_000
_line = partial(one_line, limit=_READ)
_PARTED = re.compile(r"[\s,;+/&.]+")
_POLICE_REF = re.compile(r"[^\W_]([^\W_]|[-/. ]){0,39}")
_ASKED_BY_LENGTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a form is held against. `pressed_at` is the alarm's own time where the incident is from one."""

    now: datetime
    zone: ZoneInfo
    rooms: Sequence[Room] = ()
    pressed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The values in a form without mistakes. `area` is the room's part of the house, "" where no room was chosen."""

    happened_at: datetime
    place: str
    room: str | None
    area: str
    asked_at: datetime | None
    complied: bool | None
    police_at: datetime | None
    sick_leave: bool | None
    took_part: tuple[str, ...]


def tidy(form: IncidentForm) -> IncidentForm:
    """The form as it would be kept: one line each, without what cannot be seen; the account keeps its lines."""
    return replace(
        form,
        day=_line(form.day),
        time=_line(form.time),
        place=_line(form.place),
        behaviours=_in_order(form.behaviours, BEHAVIOURS),
        asked_time=_line(form.asked_time),
        asked_by=_line(form.asked_by),
        police_time=_line(form.police_time),
        police_ref=_line(form.police_ref),
        injured=_in_order(form.injured, INJURED),
        took_part=_line(form.took_part),
        subjects=tuple(_tidy_subject(subject) for subject in form.subjects if not _tidy_subject(subject).empty),
        account=several_lines(form.account),
    )


def several_lines(text: str) -> str:
    """A text that keeps its lines; no more than one empty line in a row, and none around it."""
    kept: list[str] = []
    for line in (clean(line, _READ).rstrip() for line in text[:_READ].splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).rstrip("\n")


def read_people(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The initials in a list as people write it, each once, and what in it are none."""
    parts = [part for part in _PARTED.split(typed) if part]
    known = tuple(dict.fromkeys(filter(None, map(read_initials, parts))))
    return known, tuple(part for part in parts if not read_initials(part))


def room_of(place: str, rooms: Iterable[Room]) -> Room | None:
    """The room with this id, or the only one with this name; None where it is free words."""
    known = list(rooms)
    wanted = place.casefold()
    if (exact := next((room for room in known if room.id.casefold() == wanted), None)) is not None:
        return exact
    named = [room for room in known if room.name.casefold() == wanted]
    return named[0] if len(named) == 1 else None


def person_form(subject: SubjectForm) -> PersonForm:
    """Somebody new, as persons are added."""
    return PersonForm(
        name=subject.name, birth=subject.birth, case_ref=subject.case_ref, description=subject.description
    )


def is_new_person(subject: SubjectForm) -> bool:
    """Whether a record of a person is made: there is more than a description to know them by."""
    return subject.person is None and any((subject.name, subject.birth, subject.case_ref))


def happened(form: IncidentForm, house: House) -> datetime | None:
    """When it happened, in UTC; None where day or time are none. In the night the clocks go back an hour comes twice:
    who writes in that night means the last one that has been, later the first is meant."""
    if house.pressed_at is not None:
        return house.pressed_at
    day, clock = read_day(form.day), read_clock(form.time)
    if day is None or clock is None or not FIRST_YEAR <= day.year <= house.now.year + 1:
        return None
    later = _at(day, clock, house.zone, fold=1)
    return later if later <= house.now < later + _TWICE else _at(day, clock, house.zone)


def read(form: IncidentForm, house: House) -> tuple[Facts | None, tuple[Mistake, ...]]:
    """The values in a tidied form, and everything that is wrong with it in the form's order; no values where anything
    is."""
    found: list[Mistake] = _choice("kind", form.kind, KINDS, _("Choose what kind of incident it was."))
    found += _when(form, house)
    found += no_cpr("place", form.place) or _place(form)
    found += _choice("channel", form.channel, CHANNELS, _("Choose how it reached the employee.")) or _channel(form)
    found += _choice("subject_kind", form.subject_kind, SUBJECT_KINDS, _("Choose who behaved so."))
    found += _behaviours(form)
    at = happened(form, house)
    asked_at, wrong = _asked(form, at, house)
    found += wrong
    police_at, wrong = _police(form, at, house)
    found += wrong
    found += _small_choices(form)
    found += no_cpr("took_part", form.took_part) or _took_part(form)
    found += _subjects(form, house)
    found += account_mistakes("account", form.account)
    if found or at is None:
        return None, tuple(found)
    room = room_of(form.place, house.rooms)
    return Facts(
        happened_at=at,
        place=form.place if room is None else room.name,
        room=None if room is None else room.id,
        area="" if room is None else room.block,
        asked_at=asked_at,
        complied=_yes(form.complied) if form.asked == "yes" else None,
        police_at=police_at,
        sick_leave=_yes(form.sick_leave),
        took_part=read_people(form.took_part)[0],
    ), ()


def account_mistakes(field: str, text: str) -> list[Mistake]:
    """What is wrong with an account, or with what is added to one."""
    if wrong := no_cpr(field, text):
        return wrong
    if len(text) > ACCOUNT_LENGTH:
        sentence = _("At most {most} characters; these are {count}. Keep to what happened.")
        return [Mistake(field, sentence.format(most=ACCOUNT_LENGTH, count=len(text)))]
    words = len(text.split())
    if not words:
        return [Mistake(field, _("Write in a few words what happened; the citizen may be given the text to read."))]
    if words < FEWEST_WORDS:
        sentence = _("Write at least {count} words about what happened; the citizen may be given the text to read.")
        return [Mistake(field, sentence.format(count=FEWEST_WORDS))]
    return []


def _choice(field: str, code: str, codes: Sequence[str], sentence: str) -> list[Mistake]:
    return [] if code in codes else [Mistake(field, sentence)]


def _when(form: IncidentForm, house: House) -> list[Mistake]:
    found: list[Mistake] = []
    day, clock = read_day(form.day), read_clock(form.time)
    if day is None:
        found += no_cpr("day", form.day) or [Mistake("day", no_such_day(form.day) or _("Write the day as 24-11-2025."))]
    elif day.year < FIRST_YEAR:
        found.append(Mistake("day", _("Write a day since {year}.").format(year=FIRST_YEAR)))
    if clock is None:
        found += no_cpr("time", form.time) or [Mistake("time", _("Write the time as 13:42."))]
    if found or day is None or clock is None:
        return found
    if house.pressed_at is not None:
        here = house.pressed_at.astimezone(house.zone)
        if (day, clock) == (here.date(), here.time().replace(second=0, microsecond=0)):
            return []
        sentence = _("The time is the alarm's own and stays {day} {time}.")
        return [Mistake("time", sentence.format(day=written(here.date()), time=f"{here:%H:%M}"))]
    if not _comes(day, clock, house.zone):
        return [
            Mistake("time", _("There was no {time} in this night: the clocks went forward.").format(time=form.time))
        ]
    at = happened(form, house)
    if at is None or at > house.now:
        field = "day" if day > day_in(house.now, house.zone) else "time"
        return [Mistake(field, _("This lies in the future; write when it happened."))]
    return []


def _place(form: IncidentForm) -> list[Mistake]:
    if len(form.place) > PLACE_LENGTH:
        return [Mistake("place", _("At most {count} characters for the place.").format(count=PLACE_LENGTH))]
    if not form.place and form.channel == "in_person":
        return [Mistake("place", _("Write where it happened: a room, or in words."))]
    return []


def _channel(form: IncidentForm) -> list[Mistake]:
    if form.kind == "remote" and form.channel == "in_person":
        return [Mistake("channel", _("Say how the threat came: by telephone, letter, mail, text or social media."))]
    if form.kind in _FACE_TO_FACE and form.channel != "in_person":
        return [Mistake("channel", _("Nobody is shown out by telephone or mail: choose in person, or another kind."))]
    return []


def _behaviours(form: IncidentForm) -> list[Mistake]:
    if any(code not in BEHAVIOURS for code in form.behaviours):
        return [Mistake("behaviours", _("Choose behaviours from the list."))]
    if not form.behaviours and form.kind in KINDS and form.kind not in NO_BEHAVIOUR:
        return [Mistake("behaviours", _("Choose at least one behaviour."))]
    return []


def _asked(form: IncidentForm, at: datetime | None, house: House) -> tuple[datetime | None, list[Mistake]]:
    if form.asked not in ("", "yes", "no"):
        return None, [Mistake("asked", _("Answer yes or no: were they asked to leave?"))]
    ejected = form.kind in EJECTIONS
    found: list[Mistake] = []
    asked_at = None
    if ejected and form.asked != "yes":
        sentence = _("An ejection means that somebody asked them to leave: answer yes, with time and by whom.")
        found.append(Mistake("asked", sentence))
    if form.asked == "yes":
        missing = _("Write when they were asked to leave, such as 13:43.")
        asked_at, wrong = _later("asked_time", form.asked_time, missing, at, house)
        found += wrong
        found += no_cpr("asked_by", form.asked_by) or _asked_by(form.asked_by)
    elif form.asked_time or form.asked_by:
        found.append(
            Mistake("asked", _("There is a time or a name: were they asked to leave? Answer yes, or empty both."))
        )
    if form.complied not in ("", "yes", "no") or (ejected and form.asked == "yes" and not form.complied):
        found.append(Mistake("complied", _("Answer yes or no: did they leave when asked?")))
    elif form.kind == "ejected_refused" and form.complied == "yes":
        found.append(Mistake("complied", _("This kind says that they refused: answer no, or choose another kind.")))
    return asked_at, found


def _asked_by(typed: str) -> list[Mistake]:
    if typed.isalpha() and len(typed) <= _ASKED_BY_LENGTH:
        return []
    known, others = read_people(typed)
    if known and not others and typed.isupper() and len(known) <= MOST_INITIALS:
        return []
    return [Mistake("asked_by", _("Write who asked them to leave: initials such as VT, or one word for the role."))]


def _police(form: IncidentForm, at: datetime | None, house: House) -> tuple[datetime | None, list[Mistake]]:
    if form.police not in POLICE:
        return None, [Mistake("police", _("Choose 114, 112 or not called."))]
    called_at = None
    found: list[Mistake] = []
    if form.police:
        missing = _("Write when the police were called, such as 13:45.")
        called_at, found = _later("police_time", form.police_time, missing, at, house)
    elif form.kind == "ejected_refused":
        found.append(Mistake("police", _("They refused to leave: which number were the police called on, 114 or 112?")))
    elif form.police_time:
        found.append(Mistake("police", _("There is a time for the police: choose 114 or 112, or empty the time.")))
    if wrong := no_cpr("police_ref", form.police_ref, number=True):
        found += wrong
    elif form.police_ref and not _POLICE_REF.fullmatch(form.police_ref):
        sentence = _("The police's number has letters, digits, spaces and - / . in it, at most 40.")
        found.append(Mistake("police_ref", sentence))
    return called_at, found


def _later(
    field: str, typed: str, missing: str, at: datetime | None, house: House
) -> tuple[datetime | None, list[Mistake]]:
    """The moment after the incident that a time of day means: the same day, or past midnight the next."""
    clock = read_clock(typed)
    if clock is None:
        return None, no_cpr(field, typed) or [Mistake(field, missing)]
    if at is None:
        return None, []
    day = day_in(at, house.zone)
    begin = at.replace(second=0, microsecond=0)
    meant = _at(day, clock, house.zone)
    if meant < begin:
        # In the night the clocks go back an hour comes twice.
        meant = next(
            (
                later
                for later in (_at(day, clock, house.zone, fold=1), _at(day + timedelta(days=1), clock, house.zone))
                if begin <= later <= begin + _LATEST_AFTER
            ),
            meant,
        )
    if meant < begin:
        return None, [Mistake(field, _("This lies before the incident; write a time after it."))]
    if meant > house.now:
        return None, [Mistake(field, _("This lies in the future; write when it was."))]
    return meant, []


def _small_choices(form: IncidentForm) -> list[Mistake]:
    found: list[Mistake] = []
    if any(code not in INJURED for code in form.injured):
        found.append(Mistake("injured", _("Choose who was injured from the list.")))
    if form.sick_leave not in ("", "yes", "no"):
        found.append(Mistake("sick_leave", _("Answer yes or no: has anybody gone on sick leave?")))
    found += _choice("evidence", form.evidence, EVIDENCE, _("Answer whether the messages are secured."))
    if form.kind == "remote" and not form.evidence:
        found.append(Mistake("evidence", _("Say whether the messages are secured: take a picture of the screen.")))
    for field, code in (("felt", form.felt), ("assessed", form.assessed)):
        found += _choice(field, code, SEVERITIES, _("Choose how serious it was from the list."))
    return found


def _took_part(form: IncidentForm) -> list[Mistake]:
    known, others = read_people(form.took_part)
    if others or len(known) > MOST_INITIALS:
        sentence = _("Write the initials of who took part, one to six letters each, at most {count}.")
        return [Mistake("took_part", sentence.format(count=MOST_INITIALS))]
    return []


def _subjects(form: IncidentForm, house: House) -> list[Mistake]:
    if not form.subjects:
        if form.kind not in KINDS or form.kind in _NOBODY:
            return []
        return [Mistake("subjects", _("Say whom it was about: a known person, a new name, or a description."))]
    if len(form.subjects) > MOST_SUBJECTS:
        return [
            Mistake("subjects", _("At most {count} people; name the others in the text.").format(count=MOST_SUBJECTS))
        ]
    found: list[Mistake] = []
    seen: set[object] = set()
    for number, subject in enumerate(form.subjects, start=1):
        wrong = [(each.sentence, each.field) for each in _about(subject, day_in(house.now, house.zone))]
        same: object = subject if subject.person is None else subject.person
        if same in seen:
            wrong.append((_("This is the same person again; take one of the two away."), "name"))
        seen.add(same)
        told: dict[str, str] = {}
        for sentence, field in wrong:
            told.setdefault(sentence, field)
        for sentence, field in told.items():
            said = _("Person {number}: {sentence}").format(number=number, sentence=sentence)
            found.append(Mistake("subjects", said if len(form.subjects) > 1 else sentence, f"{field}_{number - 1}"))
    return found


def _about(subject: SubjectForm, today: date) -> list[Mistake]:
    if subject.person is None:
        return list(person.mistakes(person_form(subject), today))
    # Of a known person nothing is typed but a description: "." stands for the one that is not needed.
    return list(person.mistakes(PersonForm(description=subject.description or "."), today))


def _tidy_subject(subject: SubjectForm) -> SubjectForm:
    if subject.person is not None:
        # Who is known is known by their record.
        return SubjectForm(person=subject.person, description=_line(subject.description))
    tidied = person.cleaned(person_form(subject))
    return SubjectForm(name=tidied.name, birth=tidied.birth, case_ref=tidied.case_ref, description=tidied.description)


def _in_order(chosen: Iterable[str], codes: Sequence[str]) -> tuple[str, ...]:
    """Each once, in the order in which they are offered; what is none of them last."""
    once = dict.fromkeys(chosen)
    return tuple([code for code in codes if code in once] + [code for code in once if code not in codes])


def _at(day: date, clock: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    return datetime.combine(day, clock.replace(fold=fold), tzinfo=zone).astimezone(UTC)


def _comes(day: date, clock: time, zone: ZoneInfo) -> bool:
    """Whether there is this time on that day: an hour is left out in the night the clocks go forward."""
    return _at(day, clock, zone).astimezone(zone).time() == clock


def _yes(answer: str) -> bool | None:
    return {"yes": True, "no": False}.get(answer)
