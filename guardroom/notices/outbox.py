"""Putting notices into an outbox, in the transaction of what causes them, and keeping what becomes of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy.orm import Session

from db import outbox
from db.outbox_tables import DeliveryRow, NoticeRow
from guardroom.days import day_in, midnights
from guardroom.notices.delivering import (
    Result,
    State,
    Way,
    again_after,
    given_up,
    is_failing,
    reserve,
)
from guardroom.notices.notice import Notice
from guardroom.privacy.retention import due_if_ended_by
from guardroom.settings import Recipient, Settings

ESCALATIONS = ("unacknowledged", "still_unacknowledged")
"""Occasions that are not told any more once somebody has acknowledged."""

_SHOWN = timedelta(hours=24)
"""What was given up is a fault for so long."""


def kept_since(settings: Settings, now: datetime) -> datetime | None:
    """What was made before this moment is deleted; None where the town hall has not said how long it is kept."""
    keep = settings.policy.retention.notices
    if keep is None:
        return None
    zone = settings.site.zone
    day = due_if_ended_by(day_in(now, zone), keep)
    return midnights(day, day, zone)[1]


def put(session: Session, notice: Notice, now: datetime) -> bool:
    """Have this told, within the caller's transaction. False where it was, or is to be, already, or reaches nobody."""
    if not notice.reaches_somebody or outbox.is_known(session, notice.key):
        return False
    row = NoticeRow(
        key=notice.key,
        occasion=notice.occasion,
        made_at=now,
        subject=notice.subject,
        body=notice.body,
        urgent=notice.urgent,
        alarm=notice.alarm,
    )
    for recipient in notice.recipients:
        if recipient.ways:
            channel, address = recipient.ways[0]
            row.deliveries.append(DeliveryRow(recipient=recipient.name, channel=channel, address=address, next_at=now))
    session.add(row)
    session.flush()
    return True


def sent(session: Session, settings: Settings, delivery: int, now: datetime) -> None:
    """A delivery has been taken over by the server: whoever it is for needs it by no other way."""
    row = outbox.delivery(session, delivery)
    if row is None:
        return
    row.state, row.tried_at, row.tries, row.error = "sent", now, row.tries + 1, ""
    recipient = _known(settings).get(row.recipient)
    for other in row.notice.deliveries:
        stands_in = recipient is not None and other.recipient == recipient.instead and other.reserve
        if other.state == "waiting" and (other.recipient == row.recipient or (stands_in and other.tries == 0)):
            other.state = "stopped"


def failed(session: Session, settings: Settings, delivery: int, result: Result, now: datetime) -> None:
    """A try has failed: it is made again later, or given up, and another way is taken besides where there is one."""
    row = outbox.delivery(session, delivery)
    if row is None or row.state != "waiting":
        return
    notice = row.notice
    row.tries, row.tried_at, row.error = row.tries + 1, now, result.said
    row.next_at = now + again_after(row.tries, urgent=notice.urgent)
    if result.kind == "permanent" or given_up(row.tries, urgent=notice.urgent):
        row.state = "failed"
    ways = [_way(each) for each in notice.deliveries]
    found = reserve(ways, row.recipient, _known(settings), urgent=notice.urgent)
    if found is not None:
        recipient, channel, address = found
        notice.deliveries.append(
            DeliveryRow(recipient=recipient.name, channel=channel, address=address, next_at=now, reserve=True)
        )


def stop(session: Session, rows: Iterable[NoticeRow]) -> None:
    """What waits of these need not be told any more."""
    for notice in rows:
        for row in notice.deliveries:
            if row.state == "waiting":
                row.state = "stopped"


def not_told(session: Session, now: datetime) -> list[DeliveryRow]:
    """The deliveries that fail, of recipients who were not reached by any other way: a fault on the board."""
    return [
        row
        for row in outbox.failing(session, now - _SHOWN)
        if is_failing(_way(row), urgent=row.notice.urgent)
        and not any(each.state == "sent" and each.recipient == row.recipient for each in row.notice.deliveries)
    ]


def _way(row: DeliveryRow) -> Way:
    return Way(recipient=row.recipient, channel=row.channel, state=cast("State", row.state), tries=row.tries)


def _known(settings: Settings) -> Mapping[str, Recipient]:
    return {one.name: one for one in settings.recipients}
