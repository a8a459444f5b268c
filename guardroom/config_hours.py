"""Hours of the week, as `guardroom.toml` and the policies say them."""

from __future__ import annotations

from guardroom.config_table import Table
from guardroom.days import time_of_day
from guardroom.language import _
from guardroom.settings import WEEKDAYS, Hours, Span


def read_hours(table: Table, base: Hours) -> Hours:
    """Hours of the week: `mon = "07:30-18:00"`, several with a comma, "" for none."""
    days = []
    for at, name in enumerate(WEEKDAYS):
        spans = base.days[at]
        if table.has(name):
            told = table.text(name)
            found = _spans(told)
            if found is None:
                table.wrong(name, _("allowed is {allowed}").format(allowed=_('hours such as "07:30-18:00"')))
            else:
                spans = found
        days.append(spans)
    table.finish()
    return Hours(tuple(days))


def _spans(told: str) -> tuple[Span, ...] | None:
    """The spans of one day, in order and apart; None where they are not."""
    try:
        spans = tuple(_span(part) for part in told.split(",") if part.strip())
    except ValueError:
        return None
    last = None
    for begin, end in spans:
        if begin >= end or (last is not None and begin < last):
            return None
        last = end
    return spans


def _span(told: str) -> Span:
    begin, end = told.split("-")
    return time_of_day(begin), time_of_day(end)
