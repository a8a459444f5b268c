"""What the daily duties are called, in the chosen language."""

from __future__ import annotations

from datetime import datetime

from guardroom.days import written
from guardroom.language import _
from guardroom.people.roles import Role, named
from guardroom.settings import WEEKDAYS, Hours, Span


def area(name: str) -> str:
    """What is locked; "" is the whole house."""
    return name or _("the whole house")


def role(code: str) -> str:
    """The role of whoever decided."""
    return named(Role(code)) if code in list(Role) else code


def kind(code: str) -> str:
    """What somebody is rung for, as a heading."""
    return {
        "police": _("Police"),
        "guard": _("Guards"),
        "leader": _("Leaders"),
        "crisis": _("Crisis help"),
        "safety": _("Colleagues and safety organisation"),
        "technician": _("Technician"),
        "house": _("The house"),
        "other": _("Others"),
    }[code]


def orders(codes: tuple[str, ...]) -> str:
    """Who may order it; "" where nothing is said."""
    names = {
        "everybody": _("everybody"),
        "leader": _("leader"),
        "hs_leader": _("health and safety leader"),
        "safety_rep": _("safety representative"),
        "union_rep": _("union representative"),
    }
    return ", ".join(names[code] for code in codes)


def weekday(number: int) -> str:
    """The three-letter day of the week, Monday 0."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[number]


def at(moment: datetime, now: datetime) -> str:
    """A local moment seen from `now`: the time today, the weekday within a week, else the day."""
    days = (moment.date() - now.date()).days
    if days == 0:
        return f"{moment:%H:%M}"
    if 0 < days < len(WEEKDAYS):
        return f"{weekday(moment.weekday())} {moment:%H:%M}"
    return f"{written(moment)} {moment:%H:%M}"


def week(hours: Hours) -> str:
    """Hours of the week: `Mon 07:30-18:00, Tue-Thu 07:30-16:00`; days that are alike together. "" for none."""
    said: list[str] = []
    day = 0
    while day < len(WEEKDAYS):
        last = day
        while last + 1 < len(WEEKDAYS) and hours.days[last + 1] == hours.days[day]:
            last += 1
        if hours.days[day]:
            days = weekday(day) if last == day else f"{weekday(day)}-{weekday(last)}"
            said.append(f"{days} {' + '.join(map(_span, hours.days[day]))}")
        day = last + 1
    return ", ".join(said)


def _span(span: Span) -> str:
    return f"{span[0]:%H:%M}-{span[1]:%H:%M}"
