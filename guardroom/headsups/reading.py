"""Meetings from a calendar (ICS) or a list (CSV), read into forms that somebody looks at before anything is saved.

Each event or row stands for itself: one that is broken is told in a line and the others are offered all the same. What
a calendar calls a meeting, and a place that is no room, often tells of the citizen: it is shown so that the meeting is
known again, and never kept. Who comes is taken from those invited whose initials are known here.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from guardroom.days import written
from guardroom.file_trouble import why_not
from guardroom.foreign_file import decoded, read_regular
from guardroom.headsups import words
from guardroom.headsups.form import HeadsUpForm
from guardroom.headsups.view import Calendar, Entry
from guardroom.incidents.check import read_clock, room_of
from guardroom.language import _
from guardroom.list_columns import HEADING_ROWS, by_key, delimiter, not_imported, recognised
from guardroom.people.cpr import holds_cpr, without_cpr
from guardroom.people.initials import read_initials
from guardroom.settings import Settings
from guardroom.text import clean, one_line

LARGEST = 2_000_000
MOST = 500
_LENGTH = 200
_LONGEST_LINE = 4000
_MOST_LINES = 300
"""Of those that are asked for, in one event: more than anybody invites."""
_ORIGIN_LENGTH = 32
_PROPERTY = re.compile(r"[;:].*")
_ASKED_FOR = frozenset(
    (
        "UID",
        "RECURRENCE-ID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "STATUS",
        "SUMMARY",
        "LOCATION",
        "ATTENDEE",
        "ORGANIZER",
    )
)

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "day": ("dag", "dato", "day", "date"),
    "begins": ("fra", "start", "starttid", "kl", "tid", "tidspunkt", "from", "begins", "time", "start time"),
    "ends": ("til", "slut", "sluttid", "to", "until", "ends", "end", "end time"),
    "room": ("rum", "lokale", "sted", "room", "place", "location"),
    "staff": ("medarbejder", "medarbejdere", "initialer", "deltagere", "staff", "employee", "employees", "initials"),
    "reason": ("grund", "årsag", "begrundelse", "reason", "why"),
    "posture": ("vagt", "vagten", "placering", "ønske", "posture", "guard", "guards"),
    "case_ref": ("sag", "sagsnr", "sagsnummer", "case", "case no", "case number"),
    "stop_signal": ("stopsignal", "stop signal", "stop", "aftalt signal"),
    "check_in_at": ("tjek ind", "opkald kl", "afbryd kl", "check in", "check in at"),
    "check_in_every": ("tjek hvert", "minutter", "check every", "every", "minutes"),
    "note": ("note", "bemærkning", "bemærkninger", "remark"),
}
_NEEDED = ("day", "begins", "room", "staff")


def read_calendar(path: Path, settings: Settings, staff: Collection[str]) -> Calendar:
    """The meetings in this file. `staff` are the initials that are known: whoever else a calendar invites may be the
    citizen. Raises BadInput where it cannot be used at all, with a sentence why."""
    try:
        raw = read_regular(path, LARGEST)
    except OSError as error:
        raise not_imported(path, why_not(error)) from error
    if raw is None:
        raise not_imported(path, _("it is no ordinary file"))
    if len(raw) > LARGEST:
        raise not_imported(path, _("it is larger than {size} MB").format(size=LARGEST // 1_000_000))
    text = decoded(raw).replace("\r\n", "\n").replace("\r", "\n")
    if "BEGIN:VCALENDAR" in text[: _LENGTH * 10].upper():
        entries, broken = _events(path, text, settings, staff)
    else:
        entries, broken = _rows(path, text, settings)
    if not entries and not broken:
        raise not_imported(path, _("there is no meeting in it"))
    return Calendar(source=clean(path.name, 120), entries=tuple(entries), broken=tuple(broken))


# A calendar


def _events(path: Path, text: str, settings: Settings, staff: Collection[str]) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = []
    broken: list[str] = []
    for number, piece in enumerate(_pieces(path, text), 1):
        place = _("meeting {number}").format(number=number)
        found = _("The file ends in the middle of a meeting.") if piece is None else _read_piece(piece, settings, staff)
        if isinstance(found, _Event):
            entries.append(_entry_of(found, place, settings))
        else:
            broken.append(found if piece is None else f"{place}: {found}")
    return entries, broken


def _pieces(path: Path, text: str) -> Iterator[list[str] | None]:
    """The events of a calendar, each as those of its lines that are asked for, unfolded; None for one without an end.
    Every line is looked at once. Raises BadInput where there are more than MOST."""
    piece: list[str] | None = None
    inside, begun = 0, 0
    kept = False
    for line in text.split("\n"):
        if line[:1] in (" ", "\t"):
            if kept and piece:
                piece.append(line[1:])
            continue
        kept = False
        mark = line[:20].strip().upper()
        if mark == "BEGIN:VEVENT":
            begun += 1
            if begun > MOST:
                raise not_imported(path, _("it has more than {count} meetings").format(count=MOST))
            if piece is not None:
                yield []
            piece, inside = [], 0
        elif piece is None:
            continue
        elif mark == "END:VEVENT":
            yield "".join(piece).split("\n")[1:]
            piece = None
        elif mark.startswith("BEGIN:"):
            inside += 1
        elif mark.startswith("END:"):
            inside -= 1
        elif not inside and _PROPERTY.sub("", mark) in _ASKED_FOR:
            kept = True
            piece.append("\n" + line)
    if piece is not None:
        yield None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """One event of a calendar, by the house's clock. `origin` tells it from every other."""

    begins: datetime
    ends: datetime
    location: str
    title: str
    invited: tuple[str, ...]
    origin: str


def _read_piece(lines: list[str], settings: Settings, staff: Collection[str]) -> _Event | str:
    """One event on its own, so that a broken one spoils no other; a sentence where it cannot be used. What the file
    says of time zones is not read: their names are known, or are not."""
    from icalendar import Calendar as Ical

    if not lines or len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
        return _("it cannot be read.")
    whole = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"))
    zone = settings.site.zone
    try:
        found = Ical.from_ical(whole).walk("VEVENT")[0]
        if str(found.get("STATUS", "")).upper() == "CANCELLED":
            return _("it is called off there.")
        if "RRULE" in found or "RDATE" in found:
            return _("it repeats: enter each meeting by itself.")
        begins = found["DTSTART"].dt if "DTSTART" in found else None
        ends = found["DTEND"].dt if "DTEND" in found else None
        if ends is None and "DURATION" in found and isinstance(begins, datetime):
            ends = begins + found["DURATION"].dt
        if not isinstance(begins, datetime):
            return _("it has no time of day.")
        if not isinstance(ends, datetime) or (begins.tzinfo is None) != (ends.tzinfo is None):
            return _("it does not say when it ends.")
        for name, moment in (("DTSTART", begins), ("DTEND", ends)):
            if moment.tzinfo is None and name in found and "TZID" in found[name].params:
                return _("its time zone is not known here.")
        people = [each for name in ("ATTENDEE", "ORGANIZER") for each in _several(found.get(name, []))]
        called = [_initials(str(each.params.get("CN", "")), str(each)) for each in people]
        uid, instance = str(found.get("UID", "")), found.get("RECURRENCE-ID")
        return _Event(
            begins=_here(begins, zone),
            ends=_here(ends, zone),
            location=one_line(str(found.get("LOCATION", "")), _LENGTH),
            title=one_line(str(found.get("SUMMARY", "")), _LENGTH),
            invited=tuple(dict.fromkeys(each for found in called for each in found if each in staff)),
            origin=_origin(uid, "" if instance is None else str(instance.dt)),
        )
    except Exception:
        # What is damaged or made on purpose shows in the library as any exception there is.
        return _("it cannot be read.")


def _several(found: object) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _initials(name: str, address: str) -> tuple[str, str]:
    """What may be somebody's initials: what the calendar calls them, and what their address begins with."""
    return read_initials(name), read_initials(address.lower().removeprefix("mailto:").partition("@")[0])


def _origin(uid: str, instance: str) -> str:
    """What tells a meeting of a calendar from every other, also of those that repeat; "" where the file does not say.
    Nothing that stood there can be read from it: a calendar may put an address into it."""
    return hashlib.sha256(f"{uid} {instance}".encode()).hexdigest()[:_ORIGIN_LENGTH] if uid else ""


def _entry_of(event: _Event, place: str, settings: Settings) -> Entry:
    begins, ends = event.begins, event.ends
    problem = "" if begins.date() == ends.date() else _("It goes on past midnight: enter it by hand.")
    if begins.fold or ends.fold:
        problem = _("It lies in the hour that comes twice that night: agree on it with the guards.")
    room, elsewhere = _room(event.location, settings)
    form = HeadsUpForm(
        day=written(begins.date()),
        begins=f"{begins:%H:%M}",
        ends=f"{ends:%H:%M}",
        room=room,
        reason="other",
        staff=" ".join(event.invited),
    )
    called = ", ".join(part for part in (event.title, elsewhere) if part)
    return Entry(place=place, title=without_cpr(called), form=form, problem=problem, origin=event.origin)


def _here(moment: datetime, zone: ZoneInfo) -> datetime:
    """By the house's clock; times without a zone are its own. Raises OverflowError at the end of all years."""
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


# A list


def _rows(path: Path, text: str, settings: Settings) -> tuple[list[Entry], list[str]]:
    columns: dict[str, int] = {}
    entries: list[Entry] = []
    broken: list[str] = []
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter(text, _known), strict=True), 1):
            cells = [one_line(cell, _LENGTH) for cell in line]
            if not columns:
                found = _known(cells)
                if all(name in found for name in _NEEDED):
                    columns = found
                elif number >= HEADING_ROWS:
                    break
            elif any(cells):
                if len(entries) + len(broken) >= MOST:
                    raise not_imported(path, _("it has more than {count} meetings").format(count=MOST))
                place = _("row {row}").format(row=number)
                if any(holds_cpr(cell) for cell in cells):
                    broken.append(f"{place}: " + _("It holds a CPR number, which is never kept here."))
                else:
                    entries.append(_entry_of_row(cells, columns, place, settings))
    except csv.Error as error:
        raise not_imported(path, _("its quotation marks do not belong together")) from error
    if not columns:
        needed = ", ".join(_HEADINGS[name][0] for name in _NEEDED)
        raise not_imported(
            path,
            _("it is no calendar (ICS), and as a list it lacks some of the columns {columns}").format(columns=needed),
        )
    return entries, broken


def _entry_of_row(cells: list[str], columns: Mapping[str, int], place: str, settings: Settings) -> Entry:
    def cell(name: str) -> str:
        at = columns.get(name)
        return "" if at is None or at >= len(cells) else cells[at]

    reason, posture = cell("reason"), cell("posture")
    known_reason, known_posture = _meant(reason, _REASONS), _meant(posture, _POSTURES)
    problem = ""
    if reason and not known_reason:
        problem = _("Nobody knows the reason “{word}” here.").format(word=reason[:40])
    elif posture and not known_posture:
        problem = _("Nobody knows what “{word}” asks of the guards.").format(word=posture[:40])
    room, elsewhere = _room(cell("room"), settings)
    form = HeadsUpForm(
        day=cell("day"),
        begins=cell("begins"),
        ends=cell("ends") or _an_hour_later(cell("begins")),
        room=room,
        reason=known_reason or "other",
        posture=known_posture,
        staff=cell("staff"),
        case_ref=cell("case_ref"),
        stop_signal=cell("stop_signal"),
        check_in_at=cell("check_in_at"),
        check_in_every=cell("check_in_every"),
        note=cell("note"),
    )
    return Entry(place=place, title=elsewhere, form=form, problem=problem)


def _an_hour_later(typed: str) -> str:
    """The end that is taken where a list does not say one."""
    clock = read_clock(typed)
    return "" if clock is None or clock.hour == 23 else f"{clock.hour + 1:02d}:{clock.minute:02d}"


_REASONS: Mapping[str, tuple[str, ...]] = {
    "known_risk": ("kendt risiko", "risiko", "known risk", "risk"),
    "threat_before": ("har truet før", "tidligere trussel", "trussel", "has threatened before", "threat"),
    "bad_news": ("dårlig nyhed", "dårligt nyt", "afslag", "bad news"),
    "enforcement": ("påbud", "påbudssag", "tilsyn", "enforcement", "enforcement case"),
    "banned": ("forbud", "har forbud", "has a ban", "ban"),
    "other": ("andet", "anden grund", "other", "other reason"),
}
_POSTURES: Mapping[str, tuple[str, ...]] = {
    "near": ("tæt på", "nær", "near", "near the room"),
    "outside_door": ("foran dør", "foran døren", "uden for døren", "outside the door", "at the door"),
    "watched": ("overvåges", "overvåget", "watched"),
    "by_guard_station": ("ved vagtstuen", "bag vagten", "by the guard room"),
}


def _meant(typed: str, known: Mapping[str, tuple[str, ...]]) -> str:
    """The code that a word means: the code itself, or what people call it; "" where it is none."""
    said = " ".join(typed.casefold().split())
    return next((code for code, called in known.items() if said in (code, *called)), "")


def _room(typed: str, settings: Settings) -> tuple[str, str]:
    """The id of the room that is meant, also where its name stands among other words. Else that it is another place,
    and the words: they may be where somebody lives, and are kept only where a person has typed them here."""
    room = room_of(typed, settings.rooms)
    if room is None:
        said = typed.casefold()
        named = [each for each in settings.rooms if re.search(rf"(?<!\w){re.escape(each.name.casefold())}(?!\w)", said)]
        room = named[0] if len(named) == 1 else None
    if room is not None:
        return room.id, ""
    return (words.other_place(), typed) if typed else ("", "")


_COLUMNS = by_key(_HEADINGS)


def _known(headings: Sequence[str]) -> dict[str, int]:
    return recognised(headings, _COLUMNS)
