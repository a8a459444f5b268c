"""What is told of incidents, bans, locked doors and what must be done, in the transaction that makes it: number, kind,
time and place.

Whom it was about is never told (rules G2, O8): the centres learn that there is something to read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from db import incidents
from db.ban_tables import BanRow
from db.duty_tables import DoorLockRow
from db.incident_tables import IncidentRow
from guardroom.alarms.view import ButtonView
from guardroom.days import day_in
from guardroom.followups import digest
from guardroom.followups.digest import Digest, together
from guardroom.incidents.access import folded_area
from guardroom.incidents.kinds import EJECTIONS
from guardroom.incidents.number import written_number
from guardroom.notices import words
from guardroom.notices.notice import Notice, recipients, told_of
from guardroom.notices.outbox import put
from guardroom.settings import Settings

_MONDAY = 0

DIGEST_GROUPS: Mapping[str, str] = {
    "guard": "guards",
    "desk": "desk",
    "leader": "leaders",
    "director": "directors",
    "centre_head": "centre_heads",
    "ban_registrar": "ban_registrar",
    "safety_rep": "safety_org",
    "hs_leader": "hs_leaders",
    "risk_coordinator": "risk_coordinator",
    "security_coordinator": "security_coordinator",
    "legal": "legal",
    "admin": "security_coordinator",
}
"""The group that is told what a role is to see to."""


def tell_incident(session: Session, settings: Settings, row: IncidentRow, now: datetime) -> None:
    """An incident was saved (B4, B5), perhaps an ejection (G2). A press by accident is told to nobody."""
    if row.kind == "accidental":
        return
    number = written_number(row.number)
    occasions = ("incident", "ejection") if row.kind in EJECTIONS else ("incident",)
    for occasion in occasions:
        notice = Notice(
            key=f"incident:{row.id}:{occasion}",
            occasion=occasion,
            subject=words.incident_subject(occasion, number),
            body=words.incident_body(settings, occasion, number, row.happened_at),
            recipients=told_of(settings, occasion, block=row.area),
        )
        put(session, notice, now)


def tell_police_report(session: Session, settings: Settings, incident: int, report: int, now: datetime) -> None:
    """An incident was reported to the police (rule K11: in direct connection with it), each time that it was; `report`
    is the follow-up's id."""
    row = incidents.incident(session, incident)
    if row is None:
        return
    number = written_number(row.number)
    notice = Notice(
        key=f"incident:{row.id}:police_report:{report}",
        occasion="police_report",
        subject=words.incident_subject("police_report", number),
        body=words.incident_body(settings, "police_report", number, row.happened_at),
        recipients=told_of(settings, "police_report", block=row.area),
    )
    put(session, notice, now)


def tell_follow_ups(session: Session, settings: Settings, found: Iterable[Digest], now: datetime) -> int:
    """What is overdue or due soon, once a day to each role in each part of the house; how many were told."""
    day = day_in(now, settings.site.zone)
    by_role: dict[tuple[str, str], list[Digest]] = {}
    for one in found:
        by_role.setdefault((one.role, one.area), []).append(one)
    told = 0
    for (role, area), each in by_role.items():
        whole = together(role, area, each)
        notice = Notice(
            key=f"digest:{day.isoformat()}:{role}:{area}",
            occasion="digest",
            subject=digest.subject(whole),
            body=digest.text(whole),
            recipients=tuple(
                recipient
                for recipient in recipients(settings, (DIGEST_GROUPS[role],))
                if not area or not recipient.blocks or area in map(folded_area, recipient.blocks)
            ),
        )
        told += put(session, notice, now)
    return told


def tell_buttons(session: Session, settings: Settings, buttons: Iterable[ButtonView], now: datetime) -> None:
    """On Mondays, to whoever mends the panels: how many buttons are not known to work (rule A3)."""
    day = day_in(now, settings.site.zone)
    counts = Counter(button.state for button in buttons)
    if day.weekday() != _MONDAY or not counts.keys() - {"tested"}:
        return
    notice = Notice(
        key=f"buttons:{settings.station}:{day.isoformat()}",
        occasion="fault",
        subject=words.buttons_subject(settings),
        body=words.buttons_body(settings, counts["failed"], counts["overdue"], counts["untested"]),
        recipients=told_of(settings, "fault"),
    )
    put(session, notice, now)


def tell_ban(session: Session, settings: Settings, row: BanRow, what: str, now: datetime) -> None:
    """A ban is in force ("active"), or lifted before its time ("lifted"): rules H4, H12, H13."""
    notice = Notice(
        key=f"ban:{row.id}:{what}",
        occasion="ban",
        subject=words.ban_subject(what, row.number),
        body=words.ban_body(what, row.number, row.kind, row.starts_on, row.lifted_on or row.ends_on),
        recipients=told_of(settings, "ban"),
    )
    put(session, notice, now)


def tell_door_lock(session: Session, settings: Settings, row: DoorLockRow, what: str, now: datetime) -> None:
    """Doors are "locked", or open again: "lifted" before the time, or "over" by themselves (rule I3)."""
    occasion = "door_lock" if what == "locked" else "door_unlock"
    notice = Notice(
        key=f"{occasion}:{row.id}",
        occasion=occasion,
        subject=words.door_lock_subject(settings, what, row.area, row.ends_at),
        body=words.door_lock_body(settings, what, row.area, row.begins_at, row.lifted_at or row.ends_at),
        recipients=told_of(settings, occasion, block=row.area),
    )
    put(session, notice, now)
