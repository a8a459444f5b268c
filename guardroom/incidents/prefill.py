"""What an alarm already tells of the incident, so that a guard writes only what the alarm does not know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from db.alarm_tables import AlarmLine, AlarmRow
from guardroom.days import day_in, written
from guardroom.incidents.check import ACCOUNT_LENGTH, MOST_INITIALS, read_people
from guardroom.incidents.form import AlarmRef, IncidentForm
from guardroom.incidents.kinds import POLICE
from guardroom.settings import Settings

_EJECTED = {"escorted_out": "ejected_escorted", "left_by_themselves": "ejected_left"}
_NOT_EJECTED = {"escorted_out": "escort_out", "left_by_themselves": "turned_away"}
_EITHER_WAY = {
    "ejected_not_escorted": "ejected_left",
    "accidental": "accidental",
    "handed_to_police": "ejected_refused",
    "other": "other",
}


def from_alarm(alarm: AlarmRow, on_duty: Sequence[str], settings: Settings) -> IncidentForm:
    """The form as the alarm and its timeline fill it. `on_duty` are the initials of the station's shift then.

    Where the citizen must always go after a press (E2, E3), or was asked to, an escort is an ejection.
    """
    zone = settings.site.zone
    steps = steps_of(alarm.lines)
    asked = steps.get("asked_to_leave")
    called = _call(alarm.lines)
    ejected = asked is not None or settings.policy.after_press == "must_leave"
    kind = _EITHER_WAY.get(alarm.outcome) or (_EJECTED if ejected else _NOT_EJECTED).get(alarm.outcome, "")
    here = alarm.pressed_at.astimezone(zone)
    known = alarm.room_id is not None and settings.room(alarm.room_id) is not None
    return IncidentForm(
        kind=kind,
        day=written(day_in(alarm.pressed_at, zone)),
        time=f"{here:%H:%M}",
        place=alarm.room_id if known and alarm.room_id else alarm.place,
        asked="yes" if asked is not None else "",
        asked_time=_clock(asked.at if asked else None, settings),
        asked_by=asked.by if asked is not None else "",
        complied=_complied(steps),
        police=called.detail if called is not None else "",
        police_time=_clock(called.at if called else None, settings),
        took_part=", ".join(_took_part(alarm, on_duty)),
        account=_notes(alarm.lines),
        alarm=AlarmRef(station=alarm.station, number=alarm.number),
    )


def steps_of(lines: Iterable[AlarmLine]) -> dict[str, AlarmLine]:
    """The steps that stand: the first time each was marked, without those that were withdrawn."""
    standing: dict[str, AlarmLine] = {}
    for line in lines:
        if line.what == "step":
            standing.setdefault(line.detail, line)
        elif line.what == "withdraw_step":
            standing.pop(line.detail, None)
    return standing


def _complied(steps: dict[str, AlarmLine]) -> str:
    if "refused_police_called" in steps:
        return "no"
    return "yes" if "left" in steps else ""


def _call(lines: Iterable[AlarmLine]) -> AlarmLine | None:
    """The first call of 112, else the first of 114."""
    calls = [line for line in lines if line.what == "police_called" and line.detail in POLICE[1:]]
    return min(calls, key=lambda line: line.detail != "112", default=None)


def _took_part(alarm: AlarmRow, on_duty: Sequence[str]) -> tuple[str, ...]:
    acted = [line.by for line in alarm.lines]
    return read_people(" ".join([*acted, alarm.acknowledged_by, *on_duty]))[0][:MOST_INITIALS]


def _notes(lines: Iterable[AlarmLine]) -> str:
    """What the guards noted while it lasted, as the beginning of the account."""
    return "\n".join(line.text for line in lines if line.what == "note" and line.text)[:ACCOUNT_LENGTH]


def _clock(moment: datetime | None, settings: Settings) -> str:
    return "" if moment is None else f"{moment.astimezone(settings.site.zone):%H:%M}"
