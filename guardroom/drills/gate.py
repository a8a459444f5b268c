"""What speaks against a drill now: shown where it is planned, and decisive at its start. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from guardroom.alarms.view import BoardView
from guardroom.clock import moment
from guardroom.drills.plan import Plan
from guardroom.drills.slots import Busy
from guardroom.settings import Settings

_NOT_STORED = frozenset(
    (
        "storage",
        "database",
        "database_replaced",
        "journal_damaged",
        "journal_replaced",
        "journal_behind",
        "disk",
        "drill_vault",
    )
)
"""Faults with which it is not sure that a drill is still one after a restart."""

AFTER_ALARM = timedelta(minutes=30)
"""For so long after an alarm people are busy with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What goes on in the house as far as the main database tells.

    `incident`: one is fresh and open. `elsewhere`: another station has a real alarm that stands. `meetings`: the times
    of those that guards have been told of.
    """

    incident: bool = False
    elsewhere: bool = False
    meetings: Busy = ()

    def meets(self, begin: datetime, until: datetime) -> bool:
        """Whether a meeting touches this time."""
        return any(first < until and begin < last for first, last in self.meetings)


Hindrance = Literal[
    "alarm",
    "alarm_just_over",
    "incident",
    "meeting",
    "test_open",
    "drill_runs",
    "staffing",
    "room_out_of_service",
    "room_not_ready",
    "no_button",
    "off_duty",
    "police_here",
    "not_confirmed",
    "not_stored",
]
"""Why a drill may not begin."""


def hindrances(
    plan: Plan, room: str, view: BoardView, around: Around, now: datetime, settings: Settings, *, seen_to: bool = True
) -> tuple[Hindrance, ...]:
    """Everything that speaks against the drill in this room now (rule M2); `seen_to`: also what people must see to.

    A meeting that guards were told of does so in any room: they are to be near it.
    """
    found: list[Hindrance] = []
    policy = settings.policy
    end = now + timedelta(minutes=policy.drills.length_min)
    if view.alarms or around.elsewhere:
        found.append("alarm")
    elif any(now - moment(past.closed_at) < AFTER_ALARM and not past.drill for past in view.recent if past.closed_at):
        found.append("alarm_just_over")
    if around.incident:
        found.append("incident")
    if around.meets(now, end):
        found.append("meeting")
    if any(fault.kind in _NOT_STORED for fault in view.faults):
        found.append("not_stored")
    if view.test is not None:
        found.append("test_open")
    if view.drill is not None and view.drill.running:
        found.append("drill_runs")
    if len(view.shift) < policy.drills.guards:
        found.append("staffing")
    here = next((one for one in view.rooms if one.id == room), None)
    if here is not None and here.out_until:
        found.append("room_out_of_service")
    if here is None or here.state not in ("ready", "out_of_service"):
        found.append("room_not_ready")
    if button_of(settings, room) is None:
        found.append("no_button")
    local, local_end = (each.astimezone(UTC).astimezone(settings.site.zone) for each in (now, end))
    if not policy.guard_hours.cover(local, local_end):
        found.append("off_duty")
    if policy.police_hours.touch(local, local_end):
        found.append("police_here")
    if seen_to and set(plan.wanted) - set(plan.confirmed):
        found.append("not_confirmed")
    return tuple(found)


def button_of(settings: Settings, room: str) -> tuple[str, str | None] | None:
    """The panel and point of the room's button; None where no panel of its own is named."""
    found = settings.room(room)
    claims = () if found is None else found.claims
    return next(((claim.panel, claim.point) for claim in claims if claim.panel is not None), None)
