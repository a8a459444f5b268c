"""What the board says of the day: who is on duty until when, the police in the house, locked doors, notes that wait."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from guardroom.alarms.view import BoardView, HandoverView, LockView
from guardroom.clock import moment
from guardroom.duties import words
from guardroom.duties.hours import begins_next, runs_until
from guardroom.language import _, n_
from guardroom.settings import Settings
from screens.plain import fitted, plain
from screens.wrapping import packed

_MOST_LOCKS = 2
URGENT = "bold $warning-text on $warning"


def duty_rows(view: BoardView, settings: Settings, now: datetime, keys: dict[str, str], width: int) -> list[Content]:
    """The rows in `width` cells; none where there is nothing to say. `keys` are those that open "handover",
    "door_locks" and "shift"."""
    locks = [lock for lock in view.locks if moment(lock.ends_at) > now]
    rows = [_lock_row(lock, settings, now, keys["door_locks"], width) for lock in locks[:_MOST_LOCKS]]
    left = len(locks) - _MOST_LOCKS
    if left > 0:
        more = n_("{count} more locked door: {key}", "{count} more locked doors: {key}", left)
        rows.append(plain(fitted(f"   {more.format(count=left, key=keys['door_locks'])}", width), URGENT))
    day = (
        _guards(view, settings, now, keys["shift"]),
        _police(view, settings, now),
        _handover(view.handover, keys["handover"]),
    )
    said = [part for part in day if part is not None]
    parts = [plain(text, style) for text, style in said]
    rows += [Content(" ") + row for row in packed(parts, max(1, width - 1))]
    return rows


def _guards(view: BoardView, settings: Settings, now: datetime, key: str) -> tuple[str, str] | None:
    """Whether guards are on duty by the house's hours, nothing where they are not set; `key` signs a shift on."""
    if not settings.policy.guard_hours:
        return None
    found = _moments(view.duty.guards)
    local = now.astimezone(settings.site.zone)
    if (until := runs_until(found, now)) is not None:
        time = words.at(until.astimezone(settings.site.zone), local)
        if not view.shift:
            return _("Duty hours until {time}, and nobody has signed on: {key}").format(time=time, key=key), "bold"
        return _("Guards on duty until {time}").format(time=time), "$quiet"
    begins = begins_next(found, now)
    if begins is None:
        return None
    said = _("No guard on duty; next {time}").format(time=words.at(begins.astimezone(settings.site.zone), local))
    return said, "bold"


def _police(view: BoardView, settings: Settings, now: datetime) -> tuple[str, str] | None:
    found = _moments(view.duty.police)
    zone = settings.site.zone
    local = now.astimezone(zone)
    if (until := runs_until(found, now)) is not None:
        return _("POLICE IN THE HOUSE until {time}").format(time=f"{until.astimezone(zone):%H:%M}"), "bold"
    begins = begins_next(found, now)
    if begins is None or begins.astimezone(zone).date() != local.date():
        return None
    return _("police in the house from {time}").format(time=f"{begins.astimezone(zone):%H:%M}"), "$quiet"


def _handover(notes: HandoverView, key: str) -> tuple[str, str] | None:
    if notes.due:
        said = n_("! {count} handover note to confirm: {key}", "! {count} handover notes to confirm: {key}", notes.due)
        return said.format(count=notes.due, key=key), URGENT
    if notes.waiting:
        said = n_("{count} note for the next shift: {key}", "{count} notes for the next shift: {key}", notes.waiting)
        return said.format(count=notes.waiting, key=key), "$quiet"
    return None


def _lock_row(lock: LockView, settings: Settings, now: datetime, key: str, width: int) -> Content:
    """Locked doors, with their end (I2); whether a guard has read of it."""
    zone = settings.site.zone
    local = now.astimezone(zone)
    area, until = words.area(lock.area), words.at(moment(lock.ends_at).astimezone(zone), local)
    begins = moment(lock.begins_at)
    if begins > now:
        said = _("DOORS WILL BE LOCKED: {area} from {begin} to {end}").format(
            area=area, begin=words.at(begins.astimezone(zone), local), end=until
        )
    else:
        said = _("DOORS LOCKED: {area} until {end}").format(area=area, end=until)
    decided = _("decided by {role}").format(role=words.role(lock.decided_role))
    read = _("read by {people}").format(people=", ".join(lock.read_by)) if lock.read_by else ""
    tail = read or _("read by nobody yet: {key}").format(key=key)
    return plain(fitted(f" ! {said}   {tail}   {decided}", width), URGENT)


def _moments(stamped: tuple[tuple[str, str], ...]) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((moment(begin), moment(end)) for begin, end in stamped)
