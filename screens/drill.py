"""A drill on the glass: the mark of one that is shown, and the bar that tells that one is over.

While a drill is not shown, nothing here shows anything: its alarm looks as every other alarm does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content

from guardroom.alarms.view import AlarmView, BoardView, DrillView
from guardroom.language import _
from guardroom.settings import Settings
from screens import theme, words
from screens.dates import short_time
from screens.plain import Line, fitted, lines, plain

if TYPE_CHECKING:
    from screens.app import GuardroomApp

_LOWEST_FOR_TWO_ROWS = 20


def running(view: BoardView) -> DrillView | None:
    """The drill that runs, shown or not."""
    return view.drill if view.drill is not None and view.drill.running else None


def is_shown(view: BoardView, alarm: AlarmView) -> bool:
    """Whether everybody is to see that this alarm is a drill."""
    drill = running(view)
    return drill is not None and drill.shown and drill.alarm_key == alarm.key


def drill_mark() -> Content:
    """The word that stands beside everything that belongs to a drill that is shown."""
    return plain(f" {_('DRILL')} ", theme.DRILL)


def over_rows(view: BoardView, settings: Settings, width: int, height: int) -> list[Content]:
    """The bar that tells that a drill is over, in `width` cells; no row where there is none to tell of.

    One row under an alarm and where the screen is low, so that it takes nothing from what is real.
    """
    drill = view.drill
    if drill is None or drill.running:
        return []
    filled = {"place": drill.place, "time": short_time(drill.began, settings.site.zone)}
    why = words.drill_end(drill.why)
    said = _("DRILL OVER: the alarm in {place} at {time} was a drill.").format(**filled)
    rows = [plain(f"Ø {said} {why}")]
    if rows[0].cell_length >= width:
        if height >= _LOWEST_FOR_TWO_ROWS and not view.alarms:
            rows = rows[0].wrap(max(1, width - 1))[:2]
        else:
            rows = [plain(f"Ø {_('DRILL OVER: {place} at {time}.').format(**filled)} {why}")]
    return [plain(fitted(f" {row.plain}", width), theme.DRILL) for row in rows]


class DrillOver(Line):
    """The bar that tells on every screen that a drill is over. No key is spent on it: it goes by itself."""

    def show_view(self, view: BoardView, settings: Settings) -> None:
        """Show it, or nothing."""
        size = cast("GuardroomApp", self.app).size
        rows = over_rows(view, settings, max(1, size.width), size.height)
        self.display = bool(rows)
        if rows:
            self.show(lines(*rows))
