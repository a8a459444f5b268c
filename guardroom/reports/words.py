"""The words of reports, in the chosen language, for the codes that are counted."""

from __future__ import annotations

from guardroom.alarms import words as alarm_words
from guardroom.bans import words as ban_words
from guardroom.days import weekday
from guardroom.incidents import words as incident_words
from guardroom.language import _
from guardroom.reports.small_numbers import Cell


def number(cell: Cell, fewer_than: int) -> str:
    """A count, or why it is not told."""
    if cell.count is not None:
        return str(cell.count)
    return {
        "few": _("fewer than {limit}").format(limit=fewer_than),
        "held": _("{limit} or more").format(limit=fewer_than),
        "unknown": "-",
    }.get(cell.withheld, _("not shown"))


def seconds(measured: float | None) -> str:
    """A time as a report has it: "42 s", "3 min 05 s"; "-" for none."""
    if measured is None:
        return "-"
    whole = int(measured)  # a second counts once it is over, as on the board
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


def lasting(measured: float) -> str:
    """A longer time, in hours and minutes."""
    minutes = round(measured / 60)
    return _("{hours} h {minutes:02d} min").format(hours=minutes // 60, minutes=minutes % 60)


def month(code: str) -> str:
    """The month, without its year."""
    return (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"),
        _("September"), _("October"), _("November"), _("December"),
    )[int(code[-2:]) - 1]  # fmt: skip


def hours(code: str) -> str:
    """A part of the day."""
    first, _dash, last = code.partition("-")
    if first == "00":
        return _("before {hour}:00").format(hour=last)
    return _("from {hour}:00 on").format(hour=first) if last == "24" else f"{first}-{last}"


def part(split: str, code: str) -> str:
    """A part of one of the figures that add up."""
    match split:
        case "outcome":
            return alarm_words.outcome(code)
        case "weekday":
            return weekday(code)
        case "hour":
            return hours(code)
        case "month":
            return month(code)
        case "kind":
            return _("ejections") if code == "ejections" else incident_words.kind(code)
        case "police":
            return incident_words.police(code)
        case "channel":
            return incident_words.channel(code)
        case "ban":
            return ban_words.kind(code)
        case _:
            return _OTHERS[split]().get(code, code)


def several(name: str, code: str) -> str:
    """Something of which an incident may have several."""
    return incident_words.behaviour(code) if name == "behaviour" else incident_words.injured(code)


_OTHERS = {
    "acknowledged": lambda: {
        "in_time": _("within the aim"),
        "late": _("later"),
        "never": _("never acknowledged"),
    },
    "on_scene": lambda: {"in_time": _("within the aim"), "late": _("later"), "never": _("not noted")},
    "ban_new": lambda: {"new": _("new"), "extended": _("go on from another one")},
    "follow_up": lambda: {
        "in_time": _("done in time"),
        "late": _("done too late"),
        "overdue": _("overdue"),
        "waiting": _("open, not due yet"),
        "not_done": _("not relevant, or exempted"),
    },
    "root_cause": lambda: {"done": _("looked into"), "not": _("not looked into")},
}
