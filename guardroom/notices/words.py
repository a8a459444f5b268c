"""What notices say. A room, a time, a number: never a name, nor anything that a person has typed (rules B3, O8)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from guardroom.alarms.state import Alarm, Fault
from guardroom.bans import words as ban_words
from guardroom.clock import moment
from guardroom.days import written, written_in
from guardroom.headsups import words as headsup_words
from guardroom.language import _, n_
from guardroom.settings import Settings
from guardroom.text import one_line

DRILL = "ØVELSE/DRILL"
"""How every message about a drill begins, in every language: whoever gets it must not run."""


def sign_in() -> str:
    """The only thing that is said where nothing may be told outside."""
    return _("Sign in to guardroom.")


def alarm_subject(settings: Settings, occasion: str, alarm: Alarm) -> str:
    """The first line of a notice about an alarm."""
    said = {
        "alarm": _("ALARM: {place}, {time}"),
        "unacknowledged": _("ALARM NOT ACKNOWLEDGED: {place}, {time}"),
        "still_unacknowledged": _("ALARM STILL NOT ACKNOWLEDGED: {place}, {time}"),
        "no_progress": _("ALARM WITHOUT NEWS: {place}, {time}"),
        "alarm_over": _("Alarm closed: {place}, {time}"),
        "drill_over": _("The drill is over: {place}, {time}"),
    }[occasion]
    if occasion == "alarm" and alarm.presses > 1:
        said = _("ALARM, PRESSED AGAIN: {place}, {time}")
    subject = said.format(place=_place(settings, alarm), time=_time(alarm.opened.at, settings.site.zone))
    return f"{DRILL}: {subject}" if alarm.drill else subject


def alarm_body(settings: Settings, occasion: str, alarm: Alarm) -> str:
    """The rest of it."""
    zone = settings.site.zone
    pressed = moment(alarm.opened.at).astimezone(zone)
    rows = [
        alarm_subject(settings, occasion, alarm),
        "",
        _("{site}, {station}, alarm number {number}").format(
            site=settings.site.name, station=settings.station, number=alarm.id
        ),
        _("Pressed: {day} at {time}").format(day=f"{pressed:%d-%m-%Y}", time=f"{pressed:%H:%M:%S}"),
    ]
    if alarm.presses > 1:
        rows.append(_("Presses: {count}").format(count=alarm.presses))
    room = settings.room(alarm.room) if alarm.room is not None else None
    if room is not None and room.route and occasion not in ("alarm_over", "drill_over"):
        rows.append(_("The way: {route}").format(route=room.route))
    if occasion == "no_progress":
        rows.append(
            _("Nobody has noted anything about it for {minutes} minutes. Ring the guards, or go.").format(
                minutes=settings.policy.notices.no_progress_min
            )
        )
    elif occasion in ("unacknowledged", "still_unacknowledged"):
        rows.append(_("No guard has acknowledged it. Go, or send somebody."))
    if alarm.drill:
        rows += ["", _("This is a drill: do not call the police, nobody is in danger.")]
    return "\n".join((*rows, "", sign_in()))


def fault_subject(settings: Settings, fault: Fault) -> str:
    """The first line of a notice about a fault."""
    room = settings.room(fault.room) if fault.room is not None else None
    point = fault.place if fault.kind == "sound" else f"{fault.panel} {fault.point or ''}"
    if fault.kind in ("panel_unread", "panel_twice"):
        point = fault.text
    where = one_line(room.name if room is not None else point, 60) or settings.station
    said = {
        "panel_silent": _("PANEL SILENT: {where}"),
        "panel_lost": _("PANEL OUT OF REACH: {where}"),
        "panel_unread": _("NOBODY READS PANEL {where}"),
        "panel_twice": _("PANEL READ BY TWO STATIONS AT ONCE: {where}"),
        "tamper": _("TAMPERING: {where}"),
        "low_battery": _("LOW BATTERY: {where}"),
        "bypass": _("SWITCHED OFF AT THE PANEL: {where}"),
        "unknown_code": _("UNKNOWN MESSAGE FROM THE PANEL: {where}"),
        "sound": _("NO SOUND: {where}"),
        "storage": _("CANNOT WRITE TO DISK: {where}"),
        "database": _("DATABASE OUT OF REACH: {where}"),
        "disk": _("DISK NEARLY FULL: {where}"),
        "backup": _("NO NEW BACKUP: {where}"),
        "due": _("SOMETHING THAT IS DUE IS NOT DONE: {where}"),
    }.get(fault.kind, _("FAULT: {where}"))
    return said.format(where=where) + f", {_time(fault.since.at, settings.site.zone)}"


def fault_body(settings: Settings, fault: Fault, again: str = "") -> str:
    """The rest of it; `again` says how often it has come."""
    rows = [
        fault_subject(settings, fault),
        "",
        _("{site}, {station}").format(site=settings.site.name, station=settings.station),
    ]
    if fault.kind in ("panel_silent", "panel_lost", "panel_unread"):
        rows.append(_("Alarms from its rooms may be missing until it is mended."))
    if again:
        rows.append(again)
    return "\n".join((*rows, "", sign_in()))


def fault_over_subject(subject: str) -> str:
    """The first line of a notice that a fault is over; `subject` is that of the notice that told of it."""
    return _("OVER: {fault}").format(fault=subject)


def fault_over_body(settings: Settings, subject: str, since: str, again: str) -> str:
    """The rest of it; `again` as in `fault_body`."""
    rows = [
        subject,
        "",
        _("{site}, {station}").format(site=settings.site.name, station=settings.station),
        _("It is over since {time}.").format(time=_time(since, settings.site.zone)),
    ]
    if again:
        rows.append(again)
    return "\n".join((*rows, "", sign_in()))


def fault_again(settings: Settings, times: int, since: str) -> str:
    """That a fault has come so many times since the last notice of it."""
    return n_(
        "It has come once more since {time}; it is told of at most every {minutes} minutes.",
        "It has come {count} times since {time}; it is told of at most every {minutes} minutes.",
        times,
    ).format(
        count=times,
        time=_time(since, settings.site.zone),
        minutes=settings.policy.notices.fault_again_min,
    )


def buttons_subject(settings: Settings) -> str:
    """The first line of a notice about buttons that are not known to work."""
    return _("Buttons to be tested: {station}").format(station=settings.station)


def buttons_body(settings: Settings, failed: int, overdue: int, untested: int) -> str:
    """The rest of it."""
    rows = [
        buttons_subject(settings),
        "",
        _("Did not work: {failed}. Overdue: {overdue}. Never tested: {untested}.").format(
            failed=failed, overdue=overdue, untested=untested
        ),
        _("The board marks their rooms; key T tests them one by one."),
    ]
    return "\n".join((*rows, "", sign_in()))


def incident_subject(occasion: str, number: str) -> str:
    """The first line of a notice about an incident."""
    said = {
        "incident": _("New incident: {number}"),
        "ejection": _("Ejection: {number}"),
        "police_report": _("Reported to the police: {number}"),
    }[occasion]
    return said.format(number=number)


def incident_body(settings: Settings, occasion: str, number: str, happened_at: datetime) -> str:
    """The rest of it."""
    rows = [
        incident_subject(occasion, number),
        "",
        _("{site}, {moment}").format(site=settings.site.name, moment=written_in(happened_at, settings.site.zone)),
    ]
    return "\n".join((*rows, "", sign_in()))


def ban_subject(what: str, number: str) -> str:
    """The first line of a notice about a ban."""
    said = _("A ban has been lifted: {number}") if what == "lifted" else _("A new ban is in force: {number}")
    return said.format(number=number)


def ban_body(what: str, number: str, kind: str, first: date | None, last: date | None) -> str:
    """The rest of it: what kind, and how long it lasts (rule H13)."""
    rows = [
        ban_subject(what, number),
        "",
        _("{kind}, {first} to {last}").format(kind=ban_words.kind(kind), first=written(first), last=written(last)),
    ]
    return "\n".join((*rows, "", sign_in()))


def door_lock_subject(settings: Settings, what: str, area: str, until: datetime) -> str:
    """The first line of a notice about locked doors."""
    place = area or settings.site.name
    if what == "locked":
        return _("Doors locked: {place}, until {moment}").format(
            place=place, moment=written_in(until, settings.site.zone)
        )
    return _("Doors open again: {place}").format(place=place)


def door_lock_body(settings: Settings, what: str, area: str, begin: datetime, end: datetime) -> str:
    """The rest of it."""
    zone = settings.site.zone
    if what == "locked":
        said = _("{site}: the doors are locked from {begin} to {end}.")
    else:
        said = _("{site}: the doors were locked from {begin} and are open again since {end}.")
    rows = [
        door_lock_subject(settings, what, area, end),
        "",
        said.format(site=settings.site.name, begin=written_in(begin, zone), end=written_in(end, zone)),
    ]
    return "\n".join((*rows, "", sign_in()))


def meeting_subject(settings: Settings, occasion: str, stage: str, number: str, place: str, begins: datetime) -> str:
    """The first line of a notice about a meeting. `place` is a room of the house, "" for what is none: where somebody
    is visited is not told. `stage` is that of the heads-up."""
    cancelled = _("Meeting postponed: {number}, {place}, {moment}")
    if stage == "called_off":
        cancelled = _("Meeting called off: {number}, {place}, {moment}")
    said = {
        "meeting": _("Meeting: {number}, {place}, {moment}"),
        "meeting_changed": _("Meeting changed: {number}, {place}, {moment}"),
        "meeting_cancelled": cancelled,
        "meeting_soon": _("Meeting begins soon: {number}, {place}, {moment}"),
        "check_in_missed": _("LOOK IN: {number}, {place}, {moment}"),
    }[occasion]
    moment = written_in(begins, settings.site.zone)
    return said.format(number=number, place=place or headsup_words.other_place(), moment=moment)


def meeting_body(
    settings: Settings, occasion: str, stage: str, number: str, place: str, begins: datetime, until: datetime
) -> str:
    """The rest of it."""
    zone = settings.site.zone
    rows = [
        meeting_subject(settings, occasion, stage, number, place, begins),
        "",
        _("{site}: from {begins} until {until}.").format(
            site=settings.site.name, begins=written_in(begins, zone), until=written_in(until, zone)
        ),
    ]
    if occasion == "check_in_missed":
        rows.append(_("Nobody has looked in when it was agreed. Ring the room or the guards, or go."))
    return "\n".join((*rows, "", sign_in()))


def _place(settings: Settings, alarm: Alarm) -> str:
    room = settings.room(alarm.room) if alarm.room is not None else None
    if room is not None:
        return f"{room.name} ({room.block})" if room.block else room.name
    mobile = next((each for each in settings.mobiles if each.id == alarm.mobile), None)
    if mobile is not None:
        return mobile.name
    # What somebody typed, or a panel wrote, may hold a name; what it calls the point by does not.
    return _("see guardroom") if alarm.manual else one_line(f"{alarm.panel} {alarm.point}", 60)


def _time(stamped: str, zone: ZoneInfo) -> str:
    return f"{moment(stamped).astimezone(zone):%H:%M:%S}"
