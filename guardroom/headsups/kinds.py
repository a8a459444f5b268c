"""The codes of heads-ups, as they are stored; the words for them are in `guardroom.headsups.words`."""

from __future__ import annotations

from typing import Literal

from guardroom.settings import HeadsUpPolicy

Status = Literal["planned", "taken", "running", "over", "postponed", "called_off"]
"""How a heads-up stands: entered; seen by a guard; the meeting has begun; is over; is put off (D16); is called off."""

OPEN: frozenset[Status] = frozenset(("planned", "taken", "running"))
"""The meeting is to come, or goes on."""

READY: tuple[str, ...] = ("escape_open", "nothing_to_throw", "seat_by_door", "alarm_in_reach", "colleague_waits")
"""What is looked at before the meeting (rules A11, A12, A13, A19 with A3, C8)."""

UNENDED_DAYS = 3
"""So many days back a meeting that nobody has ended, or looked in on, is kept in sight: longer than a weekend is."""

ARRIVAL_DECISIONS: tuple[str, ...] = ("appointment_made", "no_meeting")
"""What was decided of an announced arrival: rule D6, rule D7."""

WITHDRAWN = "withdrawn"
"""Stands where a decision does: whoever said so takes it back, there is nothing to decide."""


def decisions(policy: HeadsUpPolicy) -> tuple[str, ...]:
    """What may be decided of an announced arrival in this town hall (X1)."""
    only = {"appointment": ARRIVAL_DECISIONS[:1], "no_meeting": ARRIVAL_DECISIONS[1:]}
    return only.get(policy.arrival, ARRIVAL_DECISIONS)


Warned = Literal[
    "too_late",
    "off_duty",
    "alone",
    "out_of_service",
    "no_escape_route",
    "no_cctv",
    "not_a_contact_room",
    "other_place",
    "posture_unknown",
    "banned",
]
"""What a heads-up is warned of; none of it keeps it from being saved."""
