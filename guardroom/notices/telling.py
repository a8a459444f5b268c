"""What is told of incidents and bans, in the transaction that makes them: number, kind and time, and to sign in.

Whom it was about is never told (rules G2, O8): the centres learn that there is something to read.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from db.ban_tables import BanRow
from db.incident_tables import IncidentRow
from guardroom.incidents.kinds import EJECTIONS
from guardroom.incidents.number import written_number
from guardroom.notices import words
from guardroom.notices.notice import Notice, told_of
from guardroom.notices.outbox import put
from guardroom.settings import Settings


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
