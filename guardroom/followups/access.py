"""Who sees and does what with follow-ups (roles.md): in one place, for the list and for each act."""

from __future__ import annotations

from typing import Protocol

from db.followups import Place, Sight
from guardroom.followups.kinds import NAMES_GUARDS
from guardroom.incidents.access import folded_area, reads_text
from guardroom.people.roles import Right, Role
from guardroom.people.who import Who


class Owned(Protocol):
    """What decides over a follow-up; a row of the database has it. `area` is folded; `held_by` is the one person who
    sees to it, None where everybody of the role does."""

    @property
    def kind(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def owner_role(self) -> str: ...
    @property
    def held_by(self) -> int | None: ...
    @property
    def ban_id(self) -> int | None: ...
    @property
    def closed_by(self) -> int | None: ...


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
    if row.owner_role != who.role.value:
        return False
    return who.sees_area(row.area) if row.held_by is None else row.held_by == who.user


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


def reads_whole(who: Who, row: Owned, place: Place | None) -> bool:
    """Whether they read all that it was closed with, and what its deadline goes by: that may tell of somebody's absence
    or crisis help, or of a leader's note. As the account of its incident, and for whoever sees to it or did."""
    if owns(who, row) or leads(who, row.area) or row.closed_by == who.user:
        return True
    return place is not None and reads_text(who, place)


def leads(who: Who, area: str) -> bool:
    """Whether what is to be done in this part of the house is theirs to lead."""
    return who.may(Right.FOLLOWUP_CLOSE) and who.sees_area(area)
