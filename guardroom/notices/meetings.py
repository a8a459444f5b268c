"""What is told of meetings that the guards are told of, in the transaction that causes it (rules D17, D18): number,
time and room. Whom it is with, and why the guards are told, is never in it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db import headsups as stored
from db.headsup_tables import HeadsUpRow
from guardroom.clock import stamp
from guardroom.headsups.check_in import GRACE, due
from guardroom.headsups.kinds import UNENDED_DAYS
from guardroom.headsups.rows import check_in_of, status_of, written_number
from guardroom.notices import words
from guardroom.notices.notice import Notice, told_of
from guardroom.notices.outbox import put
from guardroom.settings import Settings

_TO_COME = ("planned", "taken")


def tell_announced(session: Session, settings: Settings, row: HeadsUpRow, now: datetime) -> None:
    """A meeting was entered."""
    if now < row.until:
        _tell(session, settings, row, "meeting", "announced", now)


def tell_changed(session: Session, settings: Settings, row: HeadsUpRow, area: str, now: datetime) -> None:
    """Something was changed that the guards have seen; or it has a new time, after it was postponed. `area` is the part
    of the house where it was before: there it is told too."""
    _tell(session, settings, row, "meeting_changed", f"changed:{row.version}", now, area)


def tell_cancelled(session: Session, settings: Settings, row: HeadsUpRow, now: datetime) -> None:
    """It is "postponed" or "called_off", as its stage says."""
    _tell(session, settings, row, "meeting_cancelled", f"{row.stage}:{row.version}", now)


def tell_due(session: Session, settings: Settings, now: datetime) -> bool:
    """What is due of meetings because time goes on: that one begins soon, and that nobody has looked in on one though
    it was missed a while ago (D22, D23). Whether anything was told."""
    policy = settings.policy.notices
    soon, late = timedelta(minutes=policy.meeting_soon_min), GRACE + timedelta(minutes=policy.check_in_missed_min)
    told = False
    for row in stored.between(session, now - timedelta(days=UNENDED_DAYS), now + soon):
        # Who was told of it within that time needs no second message.
        if status_of(row) in _TO_COME and row.told_at < row.begins - soon <= now < row.begins:
            told |= _tell(session, settings, row, "meeting_soon", f"soon:{stamp(row.begins)}", now)
        look = due(check_in_of(row))
        if policy.check_in_missed_min and look is not None and look + late <= now:
            told |= _tell(session, settings, row, "check_in_missed", f"missed:{stamp(look)}", now)
    return told


def _tell(
    session: Session,
    settings: Settings,
    row: HeadsUpRow,
    occasion: str,
    cause: str,
    now: datetime,
    also: str | None = None,
) -> bool:
    """`also`: another part of the house that is told."""
    here = told_of(settings, occasion, block=row.area)
    there = () if also is None else told_of(settings, occasion, block=also)
    number = written_number(row.id)
    place = row.place if row.room_id is not None else ""
    notice = Notice(
        key=f"headsup:{row.id}:{cause}",
        occasion=occasion,
        subject=words.meeting_subject(settings, occasion, row.stage, number, place, row.begins),
        body=words.meeting_body(settings, occasion, row.stage, number, place, row.begins, row.until),
        recipients=tuple(dict.fromkeys((*here, *there))),
        urgent=occasion == "check_in_missed",
    )
    return put(session, notice, now)
