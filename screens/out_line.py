"""What the board says of rooms that are out of service: which, until when, and why."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from guardroom.alarms.view import BoardView, RoomView
from guardroom.clock import moment
from guardroom.duties.words import at
from guardroom.language import _, n_
from guardroom.settings import Settings
from screens.plain import fitted, plain

SIGN = "="
"""The sign of a room that is out of service; it stands nowhere else."""


def out_rows(view: BoardView, now: datetime, settings: Settings, width: int, most: int, key: str) -> list[Content]:
    """A row of `width` cells for each, `most` at most; none where every room is in service. `key` changes it."""
    rooms = [room for room in view.rooms if room.out_until]
    shown = rooms if len(rooms) <= most else rooms[: most - 1]
    rows = [plain(fitted(f" {SIGN} {out_said(room, now, settings)}", width), "bold $quiet") for room in shown]
    if left := len(rooms) - len(shown):
        more = n_("{count} more room out of service: {key}", "{count} more rooms out of service: {key}", left)
        rows.append(plain(fitted(f" {SIGN} {more.format(count=left, key=key)}", width), "bold $quiet"))
    return rows


def out_said(room: RoomView, now: datetime, settings: Settings) -> str:
    """Until when a room is out of service, why, and who said so."""
    zone = settings.site.zone
    until = at(moment(room.out_until).astimezone(zone), now.astimezone(zone))
    said = _("{room} out of service until {time}: {reason}").format(room=room.id, time=until, reason=room.out_reason)
    return f"{said} ({room.out_by})" if room.out_by else said
