"""What the risk coordinator types about a drill: tidied, read into a plan, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast

from guardroom.days import an_example, no_such_day, read_clock, read_day, written
from guardroom.drills.gate import button_of
from guardroom.drills.plan import CONFIRMATIONS, How, Limits, Plan, Press
from guardroom.drills.slots import Busy, fits, slots
from guardroom.language import _
from guardroom.people.cpr import no_cpr
from guardroom.refusal import Mistake
from guardroom.settings import WEEKDAYS, Settings
from guardroom.text import one_line
from guardroom.working_days import is_free_day

HOWS: tuple[How, ...] = ("sealed", "proposed", "fixed")
PRESSES: tuple[Press, ...] = ("program", "helper")
NOTICES: tuple[str, ...] = ("none", "morning", "day")
"""How long before it the coordinator is told: not at all, three hours, a day."""

NOTICE_MIN = {"none": 0, "morning": 180, "day": 24 * 60}
LONGEST_WINDOW = timedelta(days=366)
_NAME_LENGTH = 60
_FURTHEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillForm:
    """The form, as typed. `day` and `time` are for a drill whose moment is given; the rest of the limits for the
    others; `months` by their numbers, none: any. `rooms`: it is in one of these; none: in any that has a button."""

    how: str = "sealed"
    day: str = ""
    time: str = ""
    first: str = ""
    last: str = ""
    weekdays: tuple[str, ...] = WEEKDAYS[:5]
    months: tuple[str, ...] = ()
    earliest: str = "08:00"
    latest: str = "15:00"
    apart_days: str = "60"
    notice: str = "none"
    rooms: tuple[str, ...] = ()
    press: str = "program"
    led_by: str = ""
    helpers: str = ""
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the form says, as far as it can be read."""

    mistakes: tuple[Mistake, ...]
    limits: Limits | None = None
    begins_at: datetime | None = None
    rooms: tuple[str, ...] = ()


def days(form: DrillForm) -> tuple[date, date] | None:
    """The days that a form is about, as far as they can be read: what goes on in the house then is asked for."""
    first, last = (form.first, form.last) if form.how == "sealed" else (form.day, form.day)
    begin, end = read_day(first), read_day(last)
    return None if begin is None or end is None or not begin <= end <= begin + LONGEST_WINDOW else (begin, end)


def read(form: DrillForm, settings: Settings, now: datetime, last_drill: date | None, busy: Busy = ()) -> Read:
    """Everything that is wrong with the form, and what it says. `busy`: times with a meeting that guards know of."""
    found = list(no_cpr("led_by", form.led_by)) + list(no_cpr("helpers", form.helpers))
    zone, policy = settings.site.zone, settings.policy
    if not policy.guard_hours:
        found.append(
            Mistake(
                "how",
                _(
                    "The town hall has not said when guards are on duty (guard_hours in the policy): "
                    "no drill can be planned before it has."
                ),
            )
        )
        return Read(mistakes=tuple(found))
    rooms = tuple(form.rooms)
    for room in rooms:
        if button_of(settings, room) is None:
            found.append(Mistake("rooms", _("{room} has no button of its own.").format(room=room)))
    if not any(button_of(settings, room.id) for room in settings.rooms):
        found.append(Mistake("rooms", _("No room has a button of its own.")))
    if form.how not in HOWS:
        found.append(Mistake("how", _("Choose how the time is found.")))
    if form.press not in PRESSES:
        found.append(Mistake("press", _("Choose who raises the alarm.")))
    if form.how == "sealed" and form.press == "helper" and form.notice == "none":
        found.append(
            Mistake("notice", _("A helper has to know when to press: ask for notice, or let the program raise it."))
        )
    if unknown := [code for code in form.confirmed if code not in CONFIRMATIONS]:
        found.append(Mistake("confirmed", ", ".join(unknown)))
    if form.how == "sealed":
        limits = _limits(form, found, settings, now, last_drill, busy)
        return Read(mistakes=tuple(found), limits=limits, rooms=rooms)
    begins_at = _moment(form, found, settings, now, busy)
    limits = None
    if begins_at is not None:
        day = begins_at.astimezone(zone).date()
        limits = Limits(first=day, last=day)
    return Read(mistakes=tuple(found), limits=limits, begins_at=begins_at, rooms=rooms)


def window(form: DrillForm, settings: Settings, now: datetime, last_drill: date | None, busy: Busy = ()) -> Read:
    """What the limits say, for a moment to be proposed within them."""
    found: list[Mistake] = []
    limits = _limits(form, found, settings, now, last_drill, busy)
    return Read(mistakes=tuple(found), limits=limits)


def plan_of(form: DrillForm, read: Read, number: int, now: datetime, user: int) -> Plan:
    """The plan that a form without mistakes makes."""
    assert read.limits is not None
    return Plan(
        id=number,
        how=cast("How", form.how),
        press=cast("Press", form.press),
        rooms=read.rooms,
        room=read.rooms[0] if len(read.rooms) == 1 else "",
        limits=read.limits,
        planned_at=now,
        planned_by=user,
        begins_at=read.begins_at,
        notice_min=NOTICE_MIN[form.notice] if form.how == "sealed" else 0,
        led_by=one_line(form.led_by, _NAME_LENGTH),
        helpers=tuple(part for part in one_line(form.helpers, 200).replace(",", " ").split() if part),
        confirmed=tuple(code for code in CONFIRMATIONS if code in form.confirmed),
    )


def _limits(
    form: DrillForm, found: list[Mistake], settings: Settings, now: datetime, last_drill: date | None, busy: Busy
) -> Limits | None:
    zone = settings.site.zone
    today = now.astimezone(zone).date()
    before = len(found)
    first, last = read_day(form.first), read_day(form.last)
    for name, typed, day in (("first", form.first, first), ("last", form.last, last)):
        if day is None:
            found.append(Mistake(name, _no_day(typed, today)))
    if first is not None and last is not None:
        if last < first:
            found.append(Mistake("last", _("The window ends before it begins.")))
        elif last < today:
            found.append(Mistake("last", _("The window has gone by: choose days to come.")))
        elif last - first > LONGEST_WINDOW:
            found.append(Mistake("last", _("The window is a year at most.")))
    earliest, latest = read_clock(form.earliest), read_clock(form.latest)
    for name, told in (("earliest", earliest), ("latest", latest)):
        if told is None:
            found.append(Mistake(name, _("Give the time as 10:15.")))
    if earliest is not None and latest is not None and latest < earliest:
        found.append(Mistake("latest", _("The latest time is before the earliest.")))
    if not form.weekdays:
        found.append(Mistake("weekdays", _("Choose at least one weekday.")))
    if not form.apart_days.strip().isdecimal() or int(form.apart_days) > 366:
        found.append(Mistake("apart_days", _("Give a number of days, 366 at most.")))
    if len(found) > before or first is None or last is None or earliest is None or latest is None:
        return None
    limits = Limits(
        first=max(first, today),
        last=last,
        weekdays=tuple(WEEKDAYS.index(day) for day in WEEKDAYS if day in form.weekdays),
        months=tuple(month for month in range(1, 13) if str(month) in form.months),
        earliest=earliest,
        latest=latest,
        apart_days=int(form.apart_days),
    )
    notice = timedelta(minutes=NOTICE_MIN.get(form.notice, 0) if form.how == "sealed" else 0)
    if not any(slot > now + notice for slot in slots(limits, settings.policy, zone, last_drill, busy)):
        found.append(
            Mistake(
                "first",
                _(
                    "No time in the window fits: within duty hours, without the police in the house or a meeting that "
                    "guards are told of, on no holiday, and at least {days} days after the last drill. Widen it."
                ).format(days=limits.apart_days),
            )
        )
        return None
    return limits


def _moment(form: DrillForm, found: list[Mistake], settings: Settings, now: datetime, busy: Busy) -> datetime | None:
    """The moment that is given, where a drill may be then."""
    day, at = read_day(form.day), read_clock(form.time)
    today = now.astimezone(settings.site.zone).date()
    if day is None:
        found.append(Mistake("day", _no_day(form.day, today)))
    if at is None:
        found.append(Mistake("time", _("Give the time as 10:15.")))
    if day is None or at is None:
        return None
    zone, policy = settings.site.zone, settings.policy
    moment = datetime.combine(day, at, zone)
    if moment <= now:
        field = "time" if day == today else "day"
        found.append(Mistake(field, _("That has gone by: choose a time to come.")))
    elif moment - now > _FURTHEST:
        found.append(Mistake("day", _("That is more than two years away.")))
    elif is_free_day(day):
        found.append(Mistake("day", _("That is a holiday: nobody is in the house.")))
    else:
        local, end = moment, moment + timedelta(minutes=policy.drills.length_min)
        anytime = Limits(first=day, last=day, weekdays=tuple(range(7)), earliest=time(0), latest=time(23, 59))
        if not policy.guard_hours.cover(local, end):
            found.append(Mistake("time", _("The guards are not on duty for the whole of the drill then.")))
        elif policy.police_hours.touch(local, end):
            found.append(Mistake("time", _("The police are in the house then.")))
        elif not fits(moment, anytime, policy, zone, busy=busy):
            said = _("Guards are told of a meeting at that time: choose another one, or let F9 propose one.")
            found.append(Mistake("time", said))
        else:
            return moment
    return None


def _no_day(typed: str, today: date) -> str:
    return no_such_day(typed) or _("Give the day as {day}.").format(day=written(an_example(today)))
