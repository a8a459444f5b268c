"""Who sees and does what with follow-ups (roles.md): in one place, for the list and for each act."""

from __future__ import annotations

from typing import Protocol

from db.followups import Sight
from guardroom.followups.kinds import NAMES_GUARDS
from guardroom.incidents.access import folded_area
from guardroom.people.roles import Right, Role
from guardroom.people.who import Who


class Owned(Protocol):
    """What decides over a follow-up; a row of the database has it. `area` is folded."""

    @property
    def kind(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def owner_role(self) -> str: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def ban_id(self) -> int | None: ...


def sight(who: Who) -> Sight:
    """What they see, for a list in the database: whoever sees the facts of every incident sees those of every
    follow-up; others of their own part of the house; guards those that they take part in."""
    own = ("", folded_area(who.area)) if who.area else None
    return Sight(
        user=who.user,
        role=who.role.value,
        everything=who.may(Right.FOLLOWUP_AREA),
        kinds=NAMES_GUARDS if who.role is Role.GUARD else (),
        areas=None if who.may(Right.INCIDENT_LIST) else own,
        own_areas=own,
        bans=who.may(Right.BAN_LIST),
    )


def owns(who: Who, row: Owned) -> bool:
    """Whether they are to see to it."""
    if row.owner_id is not None:
        return row.owner_id == who.user
    return row.owner_role == who.role.value and who.sees_area(row.area)


def sees(who: Who, row: Owned) -> bool:
    """Whether it is on their list."""
    if owns(who, row):
        return True
    if not who.may(Right.FOLLOWUP_AREA):
        return who.role is Role.GUARD and row.kind in NAMES_GUARDS
    if row.ban_id is not None and not who.may(Right.BAN_LIST):
        return False
    return who.may(Right.INCIDENT_LIST) or who.sees_area(row.area)


def may_close(who: Who, row: Owned) -> bool:
    """Whether they may close it, exempt from it and hand it on: whoever sees to it, and who leads there."""
    return owns(who, row) or leads(who, row.area)


def leads(who: Who, area: str) -> bool:
    """Whether what is to be done in this part of the house is theirs to lead."""
    return who.may(Right.FOLLOWUP_CLOSE) and who.sees_area(area)
