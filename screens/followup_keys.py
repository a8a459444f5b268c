"""The part of the key table that is about follow-ups."""

from __future__ import annotations

from guardroom.people.roles import Right
from screens.key import Key, both_ways, mark

FOLLOWUP_SCREENS = frozenset({"followups", "followup_step"})
FOLLOWUP_TABS = frozenset({"followups"})
"""Where the digits of the tabs work: nowhere that one writes."""

_STEP = frozenset({"followup_step"})
_INCIDENT = frozenset({"incident"})
_LEADS = frozenset({Right.FOLLOWUP_CLOSE})

FOLLOWUP_KEYS: tuple[Key, ...] = (
    Key(name="followup_open", keys=("enter",), action="open_chosen", label=mark("Open"), where=FOLLOWUP_TABS),
    Key(name="followup_close", keys=("l",), action="close_chosen", label=mark("Close it"), where=FOLLOWUP_TABS),
    Key(name="followup_hand_on", keys=("d",), action="hand_on", label=mark("Hand on"), where=FOLLOWUP_TABS),
    Key(name="followup_exempt", keys=("u",), action="exempt", label=mark("Exempt"), where=FOLLOWUP_TABS),
    Key(name="followup_filter", keys=("f",), action="filter", label=mark("Mine / area / all"), where=FOLLOWUP_TABS),
    Key(name="followup_export", keys=("e",), action="export", label=mark("Export"), where=FOLLOWUP_TABS),
    *both_ways("followup", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose"), FOLLOWUP_TABS),
    *both_ways(
        "followups", ("pagedown", "page(1)"), ("pageup", "page(-1)"), mark("Later"), FOLLOWUP_TABS, back=mark("Earlier")
    ),
    *both_ways(
        "followups", ("home", "end(-1)"), ("end", "end(1)"), mark("First"), FOLLOWUP_TABS, back=mark("Last shown")
    ),
    Key(name="followup_save", keys=("ctrl+s",), action="save", label=mark("Save"), where=_STEP, typing=True),
    Key(
        name="incident_duties",
        keys=("o",),
        action="add_follow_up",
        label=mark("Ask for more"),
        where=_INCIDENT,
        needs=_LEADS,
    ),
    Key(
        name="incident_absence",
        keys=("x",),
        action="absence",
        label=mark("Absence"),
        where=_INCIDENT,
        needs=frozenset({Right.FOLLOWUP_AREA}),
    ),
    Key(
        name="incident_close",
        keys=("l",),
        action="close_incident",
        label=mark("Close it"),
        where=_INCIDENT,
        needs=_LEADS,
    ),
)
