"""Meetings from a calendar (ICS) or a list (CSV), read into forms that somebody looks at before anything is saved.

Each event or row stands for itself: one that is broken is told in a line and the others are offered all the same. What
a calendar calls a meeting often has a citizen's name in it: it is shown so that the meeting is known again, and never
kept. Who comes is taken from those invited who are written as initials.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from guardroom.days import written
from guardroom.file_trouble import why_not
from guardroom.foreign_file import decoded, read_regular
from guardroom.headsups.form import HeadsUpForm
from guardroom.headsups.view import Calendar, Entry
from guardroom.incidents.check import read_clock, room_of
from guardroom.language import _
from guardroom.people.cpr import holds_cpr, without_cpr
from guardroom.people.initials import read_initials
from guardroom.refusal import BadInput, Mistake
from guardroom.settings import Settings
from guardroom.text import clean, one_line

LARGEST = 2_000_000
MOST = 500
_HEADING_ROWS = 20
_LENGTH = 200
_EVENT = re.compile(r"^BEGIN:VEVENT[ \t]*$.*?^END:VEVENT[ \t]*$", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_ZONE = re.compile(r"^BEGIN:VTIMEZONE[ \t]*$.*?^END:VTIMEZONE[ \t]*$", re.MULTILINE | re.DOTALL | re.IGNORECASE)

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


def read_calendar(path: Path, settings: Settings) -> Calendar:
    """The meetings in this file. Raises BadInput where it cannot be used at all, with a sentence why."""
    try:
        raw = read_regular(path, LARGEST)
    except OSError as error:
        raise _refused(path, why_not(error)) from error
    if raw is None:
        raise _refused(path, _("it is no ordinary file"))
    if len(raw) > LARGEST:
        raise _refused(path, _("it is larger than {size} MB").format(size=LARGEST // 1_000_000))
    text = decoded(raw).replace("\r\n", "\n").replace("\r", "\n")
    if "BEGIN:VCALENDAR" in text[: _LENGTH * 10].upper():
        entries, broken = _events(path, text, settings)
    else:
        entries, broken = _rows(path, text, settings)
    if not entries and not broken:
        raise _refused(path, _("there is no meeting in it"))
    return Calendar(source=clean(path.name, 120), entries=tuple(entries), broken=tuple(broken))


# A calendar


def _events(path: Path, text: str, settings: Settings) -> tuple[list[Entry], list[str]]:
    zones = "\n".join(found[0] for found in _ZONE.finditer(text))
    entries: list[Entry] = []
    broken: list[str] = []
    for number, found in enumerate(_EVENT.finditer(text), 1):
        if number > MOST:
            raise _refused(path, _("it has more than {count} meetings").format(count=MOST))
        place = _("meeting {number}").format(number=number)
        read = _event(found[0], zones)
        if isinstance(read, str):
            broken.append(f"{place}: {read}")
        else:
            entries.append(_entry_of(read, place, settings))
    begun = len(re.findall(r"^BEGIN:VEVENT", text, re.MULTILINE | re.IGNORECASE))
    if begun > len(entries) + len(broken):
        broken.append(_("The file ends in the middle of a meeting."))
    return entries, broken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """One event of a calendar. Times without a zone are the house's own."""

    begins: datetime
    ends: datetime
    location: str
    title: str
    invited: tuple[str, ...]


def _event(text: str, zones: str) -> _Event | str:
    """One event on its own, so that a broken one spoils no other; a sentence where it cannot be used."""
    from icalendar import Calendar as Ical

    whole = "\n".join(part for part in ("BEGIN:VCALENDAR", "VERSION:2.0", zones, text, "END:VCALENDAR") if part)
    try:
        found = Ical.from_ical(whole.replace("\n", "\r\n")).walk("VEVENT")[0]
        begins: object = found["DTSTART"].dt if "DTSTART" in found else None
        ends: object = found["DTEND"].dt if "DTEND" in found else None
        if ends is None and "DURATION" in found and isinstance(begins, datetime):
            ends = begins + found["DURATION"].dt
        invited = found.get("ATTENDEE", [])
        people = [
            *(invited if isinstance(invited, list) else [invited]),
            *([found["ORGANIZER"]] if "ORGANIZER" in found else []),
        ]
        called = [(str(each.params.get("CN", "")), str(each)) for each in people]
        cancelled = str(found.get("STATUS", "")).upper() == "CANCELLED"
        repeats = "RRULE" in found or "RDATE" in found
        location, title = str(found.get("LOCATION", "")), str(found.get("SUMMARY", ""))
    except Exception:
        # What is damaged or made on purpose shows in the library as any exception there is.
        return _("it cannot be read.")
    if cancelled:
        return _("it is called off there.")
    if repeats:
        return _("it repeats: enter each meeting by itself.")
    if not isinstance(begins, datetime):
        return _("it has no time of day.")
    if not isinstance(ends, datetime) or (begins.tzinfo is None) != (ends.tzinfo is None):
        return _("it does not say when it ends.")
    return _Event(
        begins=begins,
        ends=ends,
        location=one_line(location, _LENGTH),
        title=one_line(title, _LENGTH),
        invited=tuple(dict.fromkeys(found for name, address in called if (found := _initials(name, address)))),
    )


def _initials(name: str, address: str) -> str:
    """Somebody's initials, where the calendar calls them so or their address begins with them; "" where not."""
    return read_initials(name) or read_initials(address.lower().removeprefix("mailto:").partition("@")[0])


def _entry_of(event: _Event, place: str, settings: Settings) -> Entry:
    zone = settings.site.zone
    begins, ends = _here(event.begins, zone), _here(event.ends, zone)
    problem = "" if begins.date() == ends.date() else _("It goes on past midnight: enter it by hand.")
    room = _room(event.location, settings)
    form = HeadsUpForm(
        day=written(begins.date()),
        begins=f"{begins:%H:%M}",
        ends=f"{ends:%H:%M}",
        room=room,
        reason="other",
        staff=" ".join(event.invited),
    )
    return Entry(place=place, title=without_cpr(event.title), form=form, problem=problem)


def _here(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


# A list


def _rows(path: Path, text: str, settings: Settings) -> tuple[list[Entry], list[str]]:
    columns: dict[str, int] = {}
    entries: list[Entry] = []
    broken: list[str] = []
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True), 1):
            cells = [one_line(cell, _LENGTH) for cell in line]
            if not columns:
                found = _recognised(cells)
                if all(name in found for name in _NEEDED):
                    columns = found
                elif number >= _HEADING_ROWS:
                    break
            elif any(cells):
                if len(entries) + len(broken) >= MOST:
                    raise _refused(path, _("it has more than {count} meetings").format(count=MOST))
                place = _("row {row}").format(row=number)
                if any(holds_cpr(cell) for cell in cells):
                    broken.append(f"{place}: " + _("It holds a CPR number, which is never kept here."))
                else:
                    entries.append(_entry_of_row(cells, columns, place, settings))
    except csv.Error as error:
        raise _refused(path, _("its quotation marks do not belong together")) from error
    if not columns:
        needed = ", ".join(_HEADINGS[name][0] for name in _NEEDED)
        raise _refused(
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
    form = HeadsUpForm(
        day=cell("day"),
        begins=cell("begins"),
        ends=cell("ends") or _an_hour_later(cell("begins")),
        room=_room(cell("room"), settings),
        reason=known_reason or "other",
        posture=known_posture,
        staff=cell("staff"),
        case_ref=cell("case_ref"),
        stop_signal=cell("stop_signal"),
        check_in_at=cell("check_in_at"),
        check_in_every=cell("check_in_every"),
        note=cell("note"),
    )
    return Entry(place=place, title="", form=form, problem=problem)


def _an_hour_later(typed: str) -> str:
    """The end that is taken where a list does not say one."""
    clock = read_clock(typed)
    return "" if clock is None or clock.hour == 23 else f"{clock.hour + 1:02d}:{clock.minute:02d}"


def _delimiter(text: str) -> str:
    """What parts the cells: that by which the headings are known."""
    top = [line[:4000] for line in text.splitlines()[:_HEADING_ROWS]]

    def known(delimiter: str) -> int:
        return max((len(_recognised([cell.strip(' "') for cell in line.split(delimiter)])) for line in top), default=0)

    return max(";,\t", key=known)


def _recognised(cells: Iterable[str]) -> dict[str, int]:
    """The columns that these headings name, with their places; the first of a kind counts."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        said = " ".join(re.sub(r"[\W_]+", " ", cell.casefold()).split())
        name = next((name for name, headings in _HEADINGS.items() if said in headings), None)
        if name is not None:
            found.setdefault(name, at)
    return found


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


def _room(typed: str, settings: Settings) -> str:
    """The id of the room that is meant, also where its name stands among other words; else the words."""
    room = room_of(typed, settings.rooms)
    if room is None:
        said = typed.casefold()
        named = [each for each in settings.rooms if re.search(rf"(?<!\w){re.escape(each.name.casefold())}(?!\w)", said)]
        room = named[0] if len(named) == 1 else None
    return typed if room is None else room.id


def _refused(path: Path, reason: str) -> BadInput:
    sentence = _("{file} cannot be imported: {reason}.").format(file=clean(path.name, 120), reason=reason)
    return BadInput(Mistake("file", sentence))
