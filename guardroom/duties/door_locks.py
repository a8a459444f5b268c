"""Locked doors: who decided it, where, from when until when; and who has read of it (rules I1-I3).

A lock ends by itself when its time is up: whether it stands follows from the times, whenever it is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from db import duties as stored
from db import people
from db.duty_tables import DoorLockReadRow, DoorLockRow
from guardroom.days import no_such_day, read_day, time_of_day, written
from guardroom.duties import words
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.notices.notice import told_of
from guardroom.notices.telling import tell_door_lock
from guardroom.people import audit
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake, Refused

LONGEST = timedelta(days=31)
"""Doors are locked for a while, not for good."""

_PAST = 20
_LATE = timedelta(hours=12)
"""A lock may be noted so long after the doors were locked."""

State = Literal["coming", "active", "lifted", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLockForm:
    """What is filled in: days as the house writes them, times as `13:30`. `area` is a part of the house, "" for all of
    it."""

    area: str = ""
    day: str = ""
    time: str = ""
    until_day: str = ""
    until_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLock:
    """A lock as it is now. `decided_by` are initials; `read_by` those of who confirmed having read of it; `read` says
    whether whoever asks is among them. `lifted_at` is None where it was not lifted before its time. `told` names those
    who are told of the step that was just taken; nobody, where no recipient is set."""

    id: int
    area: str
    begins_at: datetime
    ends_at: datetime
    decided_by: str
    decided_role: str
    state: State
    lifted_at: datetime | None = None
    read_by: tuple[str, ...] = ()
    read: bool = False
    told: tuple[str, ...] = ()


class DoorLocks:
    """The door locks of one house."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def blank(self, who: Who) -> DoorLockForm:
        """The form to begin with: from now, until the end of the hour after next. Raises Forbidden."""
        who.must(Right.DOOR_LOCK)
        now = self._ground.clock.now().astimezone(self._ground.settings.site.zone)
        until = now.replace(minute=0) + timedelta(hours=3)
        return DoorLockForm(
            day=written(now.date()), time=f"{now:%H:%M}", until_day=written(until.date()), until_time=f"{until:%H:%M}"
        )

    def begin(self, who: Who, form: DoorLockForm) -> DoorLock:
        """Note that doors are locked, and have it told (I3). Raises Forbidden, BadInput, and Refused where this town
        hall locks none or they are locked already."""
        who.must(Right.DOOR_LOCK)
        settings = self._ground.settings
        if not settings.policy.door_lock:
            raise Refused(_("This town hall's policy locks no doors (door_lock in guardroom.toml)."))
        now = self._ground.clock.now()
        begins, ends = self._read(form, now)
        with self._ground.writing(who) as session:
            for row in stored.standing_locks(session, now):
                same = row.area == form.area or not row.area or not form.area
                if same and row.begins_at < ends and begins < row.ends_at:
                    said = _("{area} is locked until {time} already: lift that first.")
                    zone = settings.site.zone
                    until = words.at(row.ends_at.astimezone(zone), now.astimezone(zone))
                    raise Refused(said.format(area=words.area(row.area), time=until))
            row = DoorLockRow(
                area=form.area,
                begins_at=begins,
                ends_at=ends,
                decided_by=who.user,
                decided_role=who.role.value,
                made_at=now,
            )
            session.add(row)
            session.flush()
            tell_door_lock(session, settings, row, "locked", now)
            audit.note(session, self._ground.audit_key, now, who, "door_lock_begun", "lock", row.id)
            return replace(self._shown(session, row, now, who.user), told=self._told("door_lock", row.area))

    def lift(self, who: Who, lock: int) -> DoorLock:
        """The doors are open again before the time is up, which is told (I3). Raises Forbidden, Refused where they are
        open already."""
        who.must(Right.DOOR_LOCK)
        now = self._ground.clock.now()
        with self._ground.writing(who) as session:
            row = self._standing(session, lock, now)
            row.lifted_at, row.lifted_by = now, who.user
            tell_door_lock(session, self._ground.settings, row, "lifted", now)
            audit.note(session, self._ground.audit_key, now, who, "door_lock_lifted", "lock", row.id)
            return replace(self._shown(session, row, now, who.user), told=self._told("door_unlock", row.area))

    def confirm(self, who: Who, lock: int) -> DoorLock:
        """Whoever is signed in has read of it (I2). Raises Forbidden, Refused where it is over."""
        who.must(Right.DOOR_LOCK_READ)
        now = self._ground.clock.now()
        with self._ground.writing(who) as session:
            row = self._standing(session, lock, now)
            if all(each.user_id != who.user for each in row.reads):
                row.reads.append(DoorLockReadRow(user_id=who.user, at=now))
                audit.note(session, self._ground.audit_key, now, who, "door_lock_read", "lock", row.id)
            return self._shown(session, row, now, who.user)

    def locks(self, who: Who) -> tuple[DoorLock, ...]:
        """Those that stand or will, then the last that are over. Raises Forbidden."""
        who.must(Right.DOOR_LOCK_READ)
        now = self._ground.clock.now()
        with self._ground.reading(who) as session:
            rows = [*stored.standing_locks(session, now), *stored.past_locks(session, now, _PAST)]
            return tuple(self._shown(session, row, now, who.user) for row in rows)

    def _told(self, occasion: str, area: str) -> tuple[str, ...]:
        told = told_of(self._ground.settings, occasion, block=area)
        return tuple(recipient.name for recipient in told if recipient.ways)

    def _standing(self, session: Session, lock: int, now: datetime) -> DoorLockRow:
        row = stored.lock(session, lock)
        if row is None:
            raise Refused(_("There is no such door lock."))
        if row.lifted_at is not None or row.ends_at <= now:
            raise Refused(_("The doors are open again already."))
        return row

    def _read(self, form: DoorLockForm, now: datetime) -> tuple[datetime, datetime]:
        settings = self._ground.settings
        mistakes: list[Mistake] = []
        if form.area and form.area not in [block.name for block in settings.blocks]:
            mistakes.append(Mistake("area", _("Choose a part of the house.")))
        begins = self._moment("day", form.day, "time", form.time, mistakes)
        ends = self._moment("until_day", form.until_day, "until_time", form.until_time, mistakes)
        if begins is not None and begins < now - _LATE:
            mistakes.append(Mistake("time", _("That is long ago: note from when on the doors are locked.")))
        if begins is not None and ends is not None:
            if ends <= max(begins, now):
                mistakes.append(Mistake("until_time", _("It must end later than now, and later than it begins.")))
            elif ends - begins > LONGEST:
                said = _("Doors are locked for {days} days at most; lock them again then.")
                mistakes.append(Mistake("until_day", said.format(days=LONGEST.days)))
        if mistakes or begins is None or ends is None:
            raise BadInput(*mistakes)
        return begins, ends

    def _moment(self, day_field: str, day: str, time_field: str, time: str, mistakes: list[Mistake]) -> datetime | None:
        found: date | None = read_day(day)
        if found is None:
            mistakes.append(Mistake(day_field, no_such_day(day) or _("Give the day, as 24-11-2025.")))
        try:
            at = time_of_day(time)
        except ValueError:
            mistakes.append(Mistake(time_field, _("Give the time, as 10:15.")))
            return None
        return None if found is None else datetime.combine(found, at, self._ground.settings.site.zone)

    def _shown(self, session: Session, row: DoorLockRow, now: datetime, user: int) -> DoorLock:
        readers = [each.user_id for each in row.reads]
        names = people.initials(session, [row.decided_by, *readers])
        return DoorLock(
            id=row.id,
            area=row.area,
            begins_at=row.begins_at,
            ends_at=row.ends_at,
            decided_by=names.get(row.decided_by, ""),
            decided_role=row.decided_role,
            state=_state(row, now),
            lifted_at=row.lifted_at,
            read_by=tuple(names.get(reader, "?") for reader in readers),
            read=user in readers,
        )


def _state(row: DoorLockRow, now: datetime) -> State:
    if row.lifted_at is not None:
        return "lifted"
    if row.ends_at <= now:
        return "over"
    return "active" if row.begins_at <= now else "coming"
