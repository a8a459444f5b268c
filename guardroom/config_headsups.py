"""The part of a policy that says what guards are told before a meeting, and when."""

from __future__ import annotations

from guardroom.config_table import Table, unknown
from guardroom.language import _
from guardroom.settings import ARRIVALS, LEADS, MEETING_REASONS, POSTURES, HeadsUpPolicy

_LONGEST_HOURS = 14 * 24
_LONGEST_DAYS = 365


def read_headsups(table: Table, base: HeadsUpPolicy) -> HeadsUpPolicy:
    """`[headsups]`."""
    headsups = HeadsUpPolicy(
        lead=table.one_of("lead", base.lead, LEADS),
        lead_hours=int(table.number("lead_hours", base.lead_hours, 1, _LONGEST_HOURS, _("hours"))),
        postures=_some(table, "postures", base.postures, POSTURES),
        arrival=table.one_of("arrival", base.arrival, ARRIVALS),
        two_staff_for=_some(table, "two_staff_for", base.two_staff_for, MEETING_REASONS),
        keep_days=int(table.number("keep_days", base.keep_days, 1, _LONGEST_DAYS, _("days"))),
    )
    table.finish()
    return headsups


def _some(table: Table, name: str, default: tuple[str, ...], allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Some of the words that are allowed, each once and in their order."""
    found = table.texts(name, default)
    wrong = next((word for word in found if word not in allowed), None)
    if wrong is not None:
        table.wrong(name, unknown(wrong, allowed))
        return default
    return tuple(word for word in allowed if word in found)
