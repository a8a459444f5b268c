"""The part of the key table that is about drills: for the risk coordinator alone."""

from __future__ import annotations

from screens.key import Key, both_ways, mark

DRILL_SCREENS = frozenset({"drills", "drill_step"})
DRILL_TABS = frozenset({"drills"})
"""Where the digits of the tabs work: nowhere that one writes."""

_STEP = frozenset({"drill_step"})

DRILL_KEYS: tuple[Key, ...] = (
    *both_ways("drill", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose"), DRILL_TABS),
    *both_ways("drill", ("pagedown", "scroll(1)"), ("pageup", "scroll(-1)"), mark("Further down"), DRILL_TABS),
    Key(name="drill_stop", keys=("ctrl+x",), action="stop_drill", label=mark("STOP the drill"), where=DRILL_TABS),
    Key(name="drill_plan", keys=("n",), action="plan", label=mark("Plan a drill"), where=DRILL_TABS),
    Key(name="drill_confirm", keys=("k",), action="confirm", label=mark("Seen to"), where=DRILL_TABS),
    Key(name="drill_call_off", keys=("x",), action="call_off", label=mark("Call it off"), where=DRILL_TABS),
    Key(name="drill_evaluate", keys=("e",), action="evaluate", label=mark("Evaluate"), where=DRILL_TABS),
    Key(name="drill_improve", keys=("f",), action="improve", label=mark("Improvement"), where=DRILL_TABS),
    Key(
        name="drill_improved", keys=("g",), action="improved", label=mark("It is made"), where=DRILL_TABS, footer=False
    ),
    Key(name="drill_finish", keys=("l",), action="finish", label=mark("Finish it"), where=DRILL_TABS),
    Key(name="drill_print", keys=("u",), action="print_report", label=mark("Report"), where=DRILL_TABS),
    Key(name="drill_save", keys=("ctrl+s",), action="save", label=mark("Save"), where=_STEP, typing=True),
    Key(
        name="drill_propose",
        keys=("f9",),
        action="propose",
        label=mark("Propose a time"),
        where=_STEP,
        typing=True,
    ),
)
