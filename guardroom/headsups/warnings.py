"""What a heads-up is warned of, and what is suggested instead. Pure: from policy, rooms and times alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from guardroom.days import day_in
from guardroom.headsups.kinds import Warned
from guardroom.settings import HeadsUpPolicy, Policy, Room, Settings
from guardroom.working_days import is_free_day, working_day_before

_HARD = frozenset(("known_risk", "threat_before", "bad_news", "enforcement", "banned"))
"""Reasons for which a talk is a hard one (C4)."""
_LOOK_AHEAD_DAYS = 14
_MOST_ROOMS = 3

Out = Mapping[str, datetime]
"""The rooms that are out of service, and when each is in service again."""

NONE_OUT: Out = MappingProxyType({})
"""Every room is in service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """What is looked at. `told_at`: when the guards were told; `banned`: a ban binds the citizen on that day."""

    begins: datetime
    until: datetime
    told_at: datetime
    room: str | None
    posture: str = ""
    reason: str = ""
    staff: int = 0
    banned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Warnings, most urgent first; when its room is in service again, None where it is then; when the police are in the
    house instead, the begin and end of that window; and the ids of rooms that would be better, the best first."""

    warnings: tuple[Warned, ...] = ()
    out_until: datetime | None = None
    police: tuple[datetime, datetime] | None = None
    rooms: tuple[str, ...] = ()


def advice(meeting: Meeting, settings: Settings, taken: Collection[str] = (), out: Out = NONE_OUT) -> Advice:
    """Everything to be said of this meeting. `taken` are rooms that have something else then."""
    warnings = warned(meeting, settings, out)
    out_then = {room for room, until in out.items() if meeting.begins < until}
    return Advice(
        warnings=warnings,
        out_until=out_until(meeting, out),
        police=police_window(meeting, settings.policy, settings.site.zone),
        rooms=better_rooms(meeting, warnings, settings.rooms, out_then.union(taken)),
    )


def warned(meeting: Meeting, settings: Settings, out: Out = NONE_OUT) -> tuple[Warned, ...]:
    """What it is warned of."""
    policy, zone = settings.policy, settings.site.zone
    room = None if meeting.room is None else settings.room(meeting.room)
    off_duty = is_off_duty(meeting.begins, meeting.until, policy, zone)
    found: list[tuple[Warned, bool]] = [
        ("banned", meeting.banned),
        ("out_of_service", out_until(meeting, out) is not None),
        ("too_late", is_too_late(meeting.begins, meeting.told_at, policy.headsups, zone)),
        ("off_duty", off_duty),
        ("alone", meeting.staff < 2 and (off_duty or meeting.reason in policy.headsups.two_staff_for)),
        ("other_place", room is None),
        ("not_a_contact_room", room is not None and not room.contact_room),
        ("no_escape_route", room is not None and not _way_out(room)),
        ("no_cctv", room is not None and not room.cctv),
        ("posture_unknown", bool(meeting.posture) and meeting.posture not in policy.headsups.postures),
    ]
    return tuple(code for code, so in found if so)


def out_until(meeting: Meeting, out: Out) -> datetime | None:
    """When its room is in service again, where that is only after it has begun."""
    until = None if meeting.room is None else out.get(meeting.room)
    return until if until is not None and meeting.begins < until else None


def is_too_late(begins: datetime, told_at: datetime, policy: HeadsUpPolicy, zone: ZoneInfo) -> bool:
    """Whether the guards were told later than this town hall wants (D1)."""
    match policy.lead:
        case "previous_day":
            return day_in(told_at, zone) > working_day_before(day_in(begins, zone))
        case "hours":
            return begins - told_at < timedelta(hours=policy.lead_hours)
        case _:
            return False


def is_off_duty(begins: datetime, until: datetime, policy: Policy, zone: ZoneInfo) -> bool:
    """Whether no guard is in the house for all of it (C2, C5). Where duty hours are not set, nobody can say."""
    if not policy.guard_hours:
        return False
    return is_free_day(day_in(begins, zone)) or not policy.guard_hours.cover(
        begins.astimezone(zone), until.astimezone(zone)
    )


def police_window(meeting: Meeting, policy: Policy, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """The next time at which the police are in the house, for a hard talk that is not then already (C4)."""
    hours = policy.police_hours
    if not hours or meeting.reason not in _HARD:
        return None
    begins, until = meeting.begins.astimezone(zone), meeting.until.astimezone(zone)
    if begins.date() == until.date() and not is_free_day(begins.date()) and hours.touch(begins, until):
        return None
    first = begins.date()
    for day in (first + timedelta(days=after) for after in range(_LOOK_AHEAD_DAYS)):
        if is_free_day(day):
            continue
        for begin, end in hours.days[day.weekday()]:
            window = _moment(day, begin.hour, begin.minute, zone), _moment(day, end.hour, end.minute, zone)
            if window[0] > meeting.told_at:
                return window
    return None


def better_rooms(
    meeting: Meeting, warnings: Collection[Warned], rooms: Collection[Room], taken: Collection[str]
) -> tuple[str, ...]:
    """Rooms that fit better, the best first: only where the chosen one is warned of, or the talk is a hard one."""
    about_room = {"out_of_service", "other_place", "not_a_contact_room", "no_escape_route", "no_cctv"}
    if meeting.reason not in _HARD and not about_room.intersection(warnings):
        return ()
    watched = meeting.posture == "watched"
    chosen = next((_fitness(room, watched) for room in rooms if room.id == meeting.room), 0)
    if "out_of_service" in warnings:
        chosen = 0  # any that can be used is better
    better = [
        (-_fitness(room, watched), place, room.id)
        for place, room in enumerate(rooms)
        if room.id != meeting.room and room.id not in taken and room.contact_room and _fitness(room, watched) > chosen
    ]
    return tuple(room for _points, _place, room in sorted(better)[:_MOST_ROOMS])


def _fitness(room: Room, watched: bool) -> int:
    """How well a room fits a hard talk: a contact room (A10) with a way out (A16, A23), CCTV (A9), the guards near."""
    return (
        8 * room.contact_room
        + 6 * _way_out(room)
        + (6 if watched else 1) * room.cctv
        + 2 * room.by_guard_station
        + room.escape_door
    )


def _way_out(room: Room) -> bool:
    return bool(room.escape_route) or room.escape_door


def _moment(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
