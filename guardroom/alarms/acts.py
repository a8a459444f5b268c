"""What a guard can do, as it travels from dashboard to monitor and into the journal."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Literal, TypedDict

ActKind = Literal[
    "acknowledge",  # alarm, press: how many presses the guard has seen
    "silence",  # what sounds now, for 60 s; press: the journal number of the view that the guard sees
    "respond",  # alarm, detail: "both" or "second_guard"
    "step",  # alarm, detail: one of STEPS; at: a late entry's time
    "withdraw_step",  # alarm, detail: the step that was marked by mistake
    "police_called",  # alarm, detail: "112" or "114"
    "note",  # alarm, text
    "outcome",  # alarm, detail: one of OUTCOMES' values
    "close",  # alarm; it has been acknowledged and has an outcome
    "raise",  # room (or "" and text: where); a manual alarm: somebody phoned or shouted (P10)
    "acknowledge_fault",  # fault: its key
    "clear_fault",  # fault: its key; it has been acknowledged, and the panel does not tell that it is over
    "shift",  # people: initials on duty from now on
    "sound_checked",  # the loudspeaker was heard
    "sound_fault",  # detail: why no sound can be made; "" when it can again
    "drill_reveal",  # alarm: the drill's; somebody is about to call the police: everybody is shown that it is a drill
    "drill_stop",  # alarm: the drill's; it is over
    "drill_time",  # the same, by the monitor itself, when its time is up
    "drill_elsewhere",  # the same, when there is a real alarm at another station
    "test_open",  # room, asked: the next press from it is a test of its button
    "test_close",  # no press is expected any more
    "test_over",  # no press came in time: the button did not work; by the monitor itself
    "out_of_service",  # room, until: UTC, text: why; its button is not to be relied on until then
    "in_service",  # room: it is ready again before its time
    "out_over",  # room: the same, by the monitor itself when its time is up
    "take_panel",  # detail: a panel that several stations may read; this one is to read it from now on
    "panel_read",  # detail: the panel, text: the station that reads it from now on; by the monitor itself
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act. `id` is unique, so that an act sent again after a broken connection is applied once.

    `by` is the initials of whoever is named for it (the shift on duty where nobody signed in), `station` the PC.
    `at` is given for late entries only: the UTC time, ISO 8601, that a person says the thing happened. `asked` is when
    the key was pressed, for acts that must not be done later. `owner` is the station whose alarm it is about, "" for
    the monitor's own that is told.
    """

    kind: ActKind
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    by: str = ""
    station: str = ""
    alarm: int | None = None
    press: int | None = None
    detail: str = ""
    text: str = ""
    room: str = ""
    fault: str = ""
    at: str | None = None
    people: tuple[str, ...] = ()
    asked: str = ""
    until: str = ""
    owner: str = ""


AT_ONCE: frozenset[ActKind] = frozenset(("test_open", "drill_reveal", "drill_stop"))
"""Acts that are not done later than they were asked for: by then they would mean something else."""


class ActFields(TypedDict, total=False):
    """The fields of an `Act` that belong to its kind."""

    alarm: int | None
    press: int | None
    detail: str
    text: str
    room: str
    fault: str
    at: str | None
    people: tuple[str, ...]
    until: str
    owner: str


Refusal = Literal[
    "",
    "unknown_alarm",  # closed or never there
    "not_acknowledged",  # a closing wants an acknowledged alarm
    "no_outcome",  # a closing wants an outcome
    "unknown_step",
    "unknown_outcome",
    "unknown_room",
    "unknown_fault",
    "fault_stands",  # only an acknowledged fault that a panel reported is cleared by hand
    "nothing_said",  # a note without text, a manual alarm without a place
    "bad_time",  # a late entry in the future or before the press
    "bad_initials",  # initials are one to six letters
    "no_drill",  # none runs
    "alarm_stands",  # no button is tested while an alarm is open
    "another_tests",  # another station is testing a room's button
    "nobody_on_duty",  # a button's test says who made it
    "no_reason",  # a room is out of service for a reason
    "bad_end",  # and until a time that comes, within a month
    "in_service",  # the room is not out of service
    "too_late",  # it was asked for some time ago, and may mean something else now
    "in_browser",  # alarms belong to whoever is in the house
    "no_answer",  # the station whose alarm it is has not answered
    "bad_act",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActReply:
    """The monitor's answer. `refused` is not empty when nothing was done.

    `stored` is False where the act counts but could not be written to disk yet: the guard is told.
    """

    id: str
    refused: Refusal = ""
    stored: bool = True
    alarm: int | None = None
