"""What has been told, for whoever wants to see whether it arrived: the notices of this database and of this station."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from db import outbox as stored
from db.errors import StorageError
from db.main import open_file, reading
from db.outbox_tables import NoticeRow
from guardroom.ground import Ground
from guardroom.notices.station import outbox_path
from guardroom.people.roles import Right
from guardroom.people.who import Who

log = logging.getLogger(__name__)

_OVER = frozenset(("alarm_over", "drill_over"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTo:
    """One recipient of a notice. `state` as in the outbox; `why` the last try failed."""

    recipient: str
    channel: str
    state: str
    tried_at: datetime | None
    tries: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """One notice and what became of it."""

    key: str
    occasion: str
    subject: str
    body: str
    made_at: datetime
    to: tuple[SentTo, ...]

    @property
    def missed(self) -> int:
        """How many were not reached, so far or for good."""
        reached = {one.recipient for one in self.to if one.state == "sent"}
        return len({one.recipient for one in self.to if one.recipient not in reached and one.tries})


class Sent:
    """The notices of one house, as far as this station knows them."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def notices(self, who: Who, limit: int = 200) -> tuple[SentNotice, ...]:
        """The newest notices first. Those about an alarm once it is over: while it stands nobody is to see that a
        hidden drill is told to others. Raises Forbidden."""
        who.must(Right.NOTICES)
        with self._ground.reading(who) as session:
            found = _read(session, limit)
        path = outbox_path(self._ground.settings.journal)
        if path.exists():
            try:
                found += _of_station(path, limit)
            except StorageError as problem:
                log.warning("the station's own notices cannot be read: %s", problem.code)
        return tuple(sorted(found, key=lambda one: one.made_at, reverse=True)[:limit])


def _of_station(path: Path, limit: int) -> list[SentNotice]:
    engine = open_file(path, owner=False)
    try:
        with reading(engine) as session:
            return _read(session, limit)
    finally:
        engine.dispose()


def _read(session: Session, limit: int) -> list[SentNotice]:
    rows = stored.newest(session, limit)
    over = {row.alarm for row in rows if row.occasion in _OVER}
    return [_notice(row) for row in rows if not row.alarm or row.alarm in over]


def _notice(row: NoticeRow) -> SentNotice:
    return SentNotice(
        key=row.key,
        occasion=row.occasion,
        subject=row.subject,
        body=row.body,
        made_at=row.made_at,
        to=tuple(
            SentTo(
                recipient=each.recipient,
                channel=each.channel,
                state=each.state,
                tried_at=each.tried_at,
                tries=each.tries,
                why=each.error,
            )
            for each in row.deliveries
        ),
    )
