"""The facts of a period, as far as whoever asks sees them, from the main database and this station's journal."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from db import reports as stored
from db.errors import StorageError
from db.journal import read_first_at, read_kind, tells_of
from guardroom.alarms.journalling import event_of
from guardroom.alarms.state import Health
from guardroom.bans.life import STANDS
from guardroom.clock import moment, stamp
from guardroom.days import day_in, midnights
from guardroom.incidents.access import folded_area
from guardroom.people.who import Who
from guardroom.reports.figures import Facts, Place, Rules, Silence
from guardroom.reports.known import Known
from guardroom.reports.period import Period
from guardroom.reports.silence import silences
from guardroom.settings import Settings

_WERE_DECIDED = (*sorted(STANDS), "lifted")


def rules(settings: Settings) -> Rules:
    """The aims are those of the drills: how soon somebody is to come when it is real."""
    drills = settings.policy.drills
    return Rules(
        acknowledge_s=drills.acknowledge_s,
        on_scene_s=drills.on_scene_s,
        fewer_than=settings.policy.reports.fewer_than,
    )


def rooms(settings: Settings, who: Who) -> tuple[Place, ...]:
    """The rooms of the configuration that are theirs to see."""
    return tuple(
        Place(code=room.id, name=room.name, block=room.block, button=bool(room.claims))
        for room in settings.rooms
        if who.sees_area(room.block)
    )


def facts(session: Session, settings: Settings, who: Who, period: Period, now: datetime) -> Facts:
    """Everything that is counted of the period."""
    zone = settings.site.zone
    begin, end = midnights(period.first, period.last, zone)
    places = rooms(settings, who)
    known = {room.code for room in places}
    areas = {folded_area(who.area), ""}
    return Facts(
        period=period,
        now=now,
        zone=zone,
        rooms=places,
        alarms=[each for each in stored.alarms(session, begin, end) if who.sees_area(each.block)],
        incidents=[each for each in stored.incidents(session, begin, end) if who.sees_area(each.area)],
        bans=[each for each in stored.bans(session, _WERE_DECIDED) if who.sees_area(each.area)],
        follow_ups=[each for each in stored.follow_ups(session, begin, end) if not who.area or each.area in areas],
        drills=[each for each in stored.drills(session, begin, end) if not who.area or each.room in known],
        tests=[each for each in stored.button_tests(session, begin, end) if not who.area or each.room in known],
        silences=panels(settings, begin, min(end, max(begin, now))),
    )


def known(session: Session, settings: Settings, now: datetime) -> Known:
    """Since when anything is known."""
    zone = settings.site.zone

    def day(first: datetime | None) -> date | None:
        # A clock may have been wrong: nothing is known only from tomorrow on.
        return None if first is None else day_in(min(first, now), zone)

    today = day_in(now, zone)
    return Known(
        alarms=day(first_heard(session, settings)),
        records=day(stored.first_written(session)) or today,
        today=today,
    )


def first_heard(session: Session, settings: Settings) -> datetime | None:
    """The first moment of which a monitor has told anything, as `heard` knows it; None where none has yet."""
    firsts = (_first_here(settings), stored.first_told(session))
    return min((each for each in firsts if each is not None), default=None)


def heard(session: Session, settings: Settings, begin: datetime, end: datetime) -> bool:
    """Whether a monitor has told anything of the time between two moments, as far as the main database and this
    station's journal know. When none ran is recorded nowhere."""
    return stored.told_of(session, begin, end) or heard_here(settings, begin, end)


def heard_here(settings: Settings, begin: datetime, end: datetime) -> bool:
    """Whether this station's own monitor has journalled anything of that time."""
    if not settings.journal.exists():
        return False
    try:
        return tells_of(settings.journal, stamp(begin), stamp(end))
    except StorageError:
        return False


def _first_here(settings: Settings) -> datetime | None:
    """When this station's monitor has told something first; None where it has not, or nobody can read it."""
    if not settings.journal.exists():
        return None
    try:
        first = read_first_at(settings.journal)
    except StorageError:
        return None
    return None if first is None else moment(first)


def panels(settings: Settings, begin: datetime, end: datetime) -> tuple[Silence, ...] | None:
    """How long this station's panels were silent; None where it has none, or no journal that can be read."""
    names = [panel.name for panel in settings.panels]
    if not names or not settings.journal.exists():
        return None
    try:
        told = health(settings, end)
    except StorageError:
        return None
    return silences(told, names, begin, end)


def health(settings: Settings, until: datetime) -> list[tuple[datetime, Health]]:
    """What the journal tells of panels before a moment, oldest first. Raises StorageError."""
    entries = read_kind(settings.journal, "health", "", stamp(until))
    return [(moment(entry.at), event) for entry in entries if isinstance(event := event_of(entry), Health)]
