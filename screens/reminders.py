"""What the guards are reminded of on every screen: a look that nobody has taken (rules D22, D23), and a mobile alarm
that should be back (A20).

It is no alarm and no fault, has a colour, a sign and a word of its own, and stands beneath both. It goes when somebody
notes that all is well, that the meeting is over, or that the alarm is back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from textual.content import Content

from guardroom.alarms.view import BoardView, HeadsUpLine, LoanLine
from guardroom.clock import moment
from guardroom.headsups import words
from guardroom.language import _
from guardroom.settings import Settings
from screens import theme
from screens.dates import short_time
from screens.plain import Line, fitted, lines, plain

_MOST = 3


def missed_lines(headsups: Iterable[HeadsUpLine], now: datetime) -> list[HeadsUpLine]:
    """The meetings at which somebody should have looked in and has not, the longest ago first."""
    late = [line for line in headsups if line.is_missed(now)]
    return sorted(late, key=lambda line: line.check_in_due)


def overdue_loans(loans: Iterable[LoanLine], now: datetime) -> list[LoanLine]:
    """The mobile alarms that should be back and are not, the longest overdue first."""
    return sorted((loan for loan in loans if moment(loan.due) < now), key=lambda loan: loan.due)


def reminder_rows(view: BoardView, age: float, settings: Settings, width: int) -> list[Content]:
    """A row for each, in `width` cells: first where nobody looked in, then what is not back; the last one counts those
    for which there is no row."""
    now = moment(view.at) + timedelta(seconds=age)
    said = [_said(line, settings) for line in missed_lines(view.headsups, now)]
    said += [_not_back(loan, settings) for loan in overdue_loans(view.loans, now)]
    if len(said) > _MOST:
        more = _("(and {count} more)").format(count=len(said) - _MOST)
        said = [*said[: _MOST - 1], f"{said[_MOST - 1]} {more}"]
    return [plain(fitted(f" ! {row}", width), theme.URGENT) for row in said]


def _not_back(loan: LoanLine, settings: Settings) -> str:
    due = moment(loan.due).astimezone(settings.site.zone)
    return _("MOBILE ALARM NOT BACK {due}: {device} {holder}. Ring; then note it in tab 4.").format(
        due=f"{due:%d-%m %H:%M}", device=loan.device, holder=loan.holder
    )


def _said(line: HeadsUpLine, settings: Settings) -> str:
    time = short_time(line.check_in_due, settings.site.zone)
    return _("CHECK-IN MISSED {time}: {room} {staff}. Look in; then note it in tab 4.").format(
        time=time, room=line.room or words.other_place(), staff=" + ".join(line.staff)
    )


class Reminders(Line):
    """The reminders; nothing where there are none."""

    def show_view(self, view: BoardView, age: float, settings: Settings, width: int) -> None:
        """Show them, or nothing."""
        rows = reminder_rows(view, age, settings, max(1, width))
        self.display = bool(rows)
        if rows:
            self.show(lines(*rows))
