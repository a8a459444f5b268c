"""A drill that nobody is to know for one looks like any alarm, also in who is shown to have been told. Pure.

Whoever is told of drills is told; what guards see is what they would see of a real alarm that goes the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from db.outbox_tables import DeliveryRow, NoticeRow
from guardroom.alarms.state import Alarm, Drill, Moment
from guardroom.alarms.view import ToldState, ToldView
from guardroom.notices import alarms
from guardroom.settings import Settings


def is_blind(drill: Drill | None) -> bool:
    """Whether a drill runs that is not shown."""
    return drill is not None and drill.over is None and not drill.shown and not drill.order.marked


def as_if(settings: Settings, alarm: Alarm, rows: Sequence[NoticeRow], now: Moment) -> Iterator[ToldView]:
    """Who would have been told of it by now if it were real, with what has become of the drill's own messages."""
    real = replace(alarm, drill=0)
    tried = [each for row in rows for each in row.deliveries]
    state, why = _state(tried)
    for notice in (alarms.of_alarm(settings, real), *alarms.escalations(settings, [real], now)):
        for recipient in notice.recipients:
            if recipient.ways:
                yield ToldView(
                    alarm=alarm.id,
                    occasion=notice.occasion,
                    recipient=recipient.name,
                    channel=recipient.ways[0][0],
                    state=state,
                    at=alarm.last_press.at if notice.occasion == "alarm" else now.at,
                    why=why,
                )


def _state(tried: Sequence[DeliveryRow]) -> tuple[ToldState, str]:
    if not tried or any(each.state == "sent" for each in tried):
        return "sent", ""
    if any(each.tries for each in tried):
        return "failing", tried[-1].error
    return "waiting", ""
