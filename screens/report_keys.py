"""The part of the key table that is about reports: the half year's figures, and a day's shifts."""

from __future__ import annotations

from guardroom.people.roles import Right
from screens.key import Key, both_ways, mark

REPORT_SCREENS = frozenset({"reports", "shift_report"})
REPORT_TABS = REPORT_SCREENS
"""Where the digits of the tabs work."""

_FIGURES = frozenset({"reports"})
_SHIFT = frozenset({"shift_report"})

REPORT_KEYS: tuple[Key, ...] = (
    *both_ways(
        "period", ("left", "turn(-1)"), ("right", "turn(1)"), mark("Half year before"), _FIGURES, footer=True,
        back=mark("Half year after"),
    ),
    *both_ways(
        "day", ("left", "turn(-1)"), ("right", "turn(1)"), mark("Day before"), _SHIFT, footer=True,
        back=mark("Day after"),
    ),
    Key(name="report_figure", keys=("g",), action="figure", label=mark("Next drawing"), where=_FIGURES),
    Key(name="report_print", keys=("u",), action="print('html')", label=mark("Print"), where=REPORT_SCREENS),
    Key(name="report_pdf", keys=("d",), action="print('pdf')", label=mark("PDF"), where=REPORT_SCREENS),
    *both_ways("report", ("down", "scroll_by(1)"), ("up", "scroll_by(-1)"), mark("Scroll"), REPORT_SCREENS),
    *both_ways("report", ("pagedown", "scroll(1)"), ("pageup", "scroll(-1)"), mark("Further down"), REPORT_SCREENS),
    Key(
        name="shift_report",
        keys=("r",),
        action="shift_report",
        label=mark("Shift report"),
        where=frozenset({"handover"}),
        needs=frozenset({Right.SHIFT_REPORT}),
    ),
)  # fmt: skip
