"""What the monitor's minute look does for the daily duties: it shows them on the board, and tells what has ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.view import DutyView, HandoverView, LockView
from guardroom.clock import stamp
from guardroom.duties.hours import stretches
from guardroom.settings import Hours, Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def show_hours(settings: Settings, desk: AlarmDesk, now: datetime) -> None:
    """Show when guards are on duty and the police in the house. It needs no database."""
    policy = settings.policy
    desk.show_duty(
        DutyView(guards=_ahead(policy.guard_hours, settings, now), police=_ahead(policy.police_hours, settings, now))
    )


def show_duties(session: Session, desk: AlarmDesk, now: datetime) -> None:
    """Show the doors that are locked and the notes that wait. Every monitor does so for its own board."""
    from db import duties as stored
    from db import people

    rows = stored.standing_locks(session, now)
    names = people.initials(session, [each.user_id for row in rows for each in row.reads])
    desk.show_locks(
        tuple(
            LockView(
                id=row.id,
                area=row.area,
                begins_at=stamp(row.begins_at),
                ends_at=stamp(row.ends_at),
                decided_role=row.decided_role,
                read_by=tuple(names.get(each.user_id, "?") for each in row.reads),
            )
            for row in rows
        )
    )
    notes = stored.open_notes(session)
    due = [row for row in notes if stored.shift_began_after(session, row.station, row.written_at)]
    desk.show_handover(HandoverView(waiting=len(notes), due=len(due)))


def ended(session: Session, settings: Settings, now: datetime) -> None:
    """Have it told that doors are open again whose time is up (I3). One monitor does so for all."""
    from db import duties as stored
    from guardroom.notices.telling import tell_door_lock

    for row in stored.ended_locks(session, now):
        tell_door_lock(session, settings, row, "over", now)
        row.told_over = True


def _ahead(hours: Hours, settings: Settings, now: datetime) -> tuple[tuple[str, str], ...]:
    return tuple((stamp(begin), stamp(end)) for begin, end in stretches(hours, settings.site.zone, now))
