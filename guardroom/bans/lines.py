"""Bans as lines of a list: in what order, which of them, and what a line says."""

from __future__ import annotations

from datetime import date

from db.ban_tables import BanRow
from db.people_tables import PersonRow
from guardroom.bans.kinds import KINDS
from guardroom.bans.life import ENDING_DAYS, first_day, last_day, normalise_by
from guardroom.bans.rows import standing_of
from guardroom.bans.view import BanLine
from guardroom.people.folding import born
from guardroom.settings import BanPolicy


def line_of(row: BanRow, person: PersonRow, today: date, policy: BanPolicy, *, read: bool = True) -> BanLine:
    """The ban's line; `person` is the record that is kept of its person."""
    standing = standing_of(row, today)
    runs = standing in ("coming", "active")
    last = last_day(row.ends_on, row.lifted_on)
    due = runs and row.normalised_on is None
    return BanLine(
        id=row.id,
        number=row.number,
        person=person.id,
        name=person.name,
        born=born(person.birth_date, person.birth_year),
        kind=row.kind,
        standing=standing,
        starts_on=first_day(row.starts_on, row.served_on),
        ends_on=last,
        scope=tuple(row.scope),
        area=row.area,
        days_left=(last - today).days if runs and last is not None else None,
        normalise_by=normalise_by(row.starts_on, row.ends_on, policy.normalise_before_days) if due else None,
        read=read,
    )


def ends_soon(line: BanLine, today: date) -> bool:
    """Whether an active ban is on the list of those that end soon: few days left, or the attempt to normalise due."""
    if line.standing != "active" or line.days_left is None:
        return False
    return line.days_left <= ENDING_DAYS or (line.normalise_by is not None and line.normalise_by <= today)


def strictest_first(line: BanLine) -> tuple[int, str]:
    """Orders bans of one person: the one that forbids most comes first."""
    return KINDS.index(line.kind), line.number
