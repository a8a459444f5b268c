"""What the guards are reminded of on every screen: a look that nobody has taken (rules D22, D23).

It is no alarm and no fault, has a colour, a sign and a word of its own, and stands beneath both. It goes when somebody
notes that all is well, or that the meeting is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from textual.content import Content

from guardroom.alarms.view import BoardView, HeadsUpLine
from guardroom.clock import moment
from guardroom.headsups.check_in import missed
from guardroom.language import _
from guardroom.settings import Settings
from screens import theme
from screens.dates import short_time
from screens.plain import Line, fitted, lines, plain

_MOST = 3


def missed_lines(headsups: Iterable[HeadsUpLine], now: datetime) -> list[HeadsUpLine]:
    """The meetings at which somebody should have looked in and has not, the longest ago first."""
    late = [line for line in headsups if line.check_in_due and missed(moment(line.check_in_due), now)]
    return sorted(late, key=lambda line: line.check_in_due)


def reminder_rows(view: BoardView, age: float, settings: Settings, width: int) -> list[Content]:
    """A row for each, in `width` cells; the last one counts those for which there is no row."""
    late = missed_lines(view.headsups, moment(view.at) + timedelta(seconds=age))
    said = [_said(line, settings) for line in late[:_MOST]]
    if len(late) > _MOST:
        said[-1] += " " + _("(and {count} more)").format(count=len(late) - _MOST)
    return [plain(fitted(f" ! {row}", width), theme.URGENT) for row in said]


def _said(line: HeadsUpLine, settings: Settings) -> str:
    time = short_time(line.check_in_due, settings.site.zone)
    return _("CHECK-IN MISSED {time}: {room} {staff}. Look in; then note it in tab 4.").format(
        time=time, room=line.room or line.place, staff=" + ".join(line.staff)
    )


class Reminders(Line):
    """The reminders; nothing where there are none."""

    def show_view(self, view: BoardView, age: float, settings: Settings, width: int) -> None:
        """Show them, or nothing."""
        rows = reminder_rows(view, age, settings, max(1, width))
        self.display = bool(rows)
        if rows:
            self.show(lines(*rows))
