"""Who may see what of an incident (roles.md): in one place, for reading, listing and searching alike.

Facts (when, where, what kind) are for whoever has INCIDENT_LIST; names for INCIDENT_PERSON. The account, what was
added, and what is about employees' health are for INCIDENT_TEXT in the own area, for whoever wrote it, and for those of
INCIDENT_LIST and INCIDENT_LOG who took part. Whoever has INCIDENT_LOG alone sees what they wrote, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from db.incidents import Sight
from guardroom.language import _
from guardroom.people.roles import Right, Role
from guardroom.people.who import Who
from guardroom.refusal import Forbidden


class Written(Protocol):
    """What decides over an incident; a row of the database has it. `took_part` are initials."""

    @property
    def written_by(self) -> int: ...
    @property
    def area(self) -> str: ...
    @property
    def took_part(self) -> list[str]: ...


def sees_all(who: Who) -> bool:
    """Whether every incident is theirs to see, not only what they wrote."""
    return who.may(Right.INCIDENT_LIST)


def sees(who: Who, incident: Written) -> bool:
    """Whether at least the facts are theirs to see."""
    return sees_all(who) or (who.may(Right.INCIDENT_LOG) and wrote(who, incident))


def must_see(who: Who, incident: Written) -> None:
    """Raises Forbidden where not even the facts are theirs to see."""
    if sees_all(who):
        return
    who.must(Right.INCIDENT_LOG)
    if not wrote(who, incident):
        raise Forbidden(_("You may open only what you wrote yourself."))


def wrote(who: Who, incident: Written) -> bool:
    """Whether they wrote it."""
    return incident.written_by == who.user


def reads_text(who: Who, incident: Written) -> bool:
    """Whether the account is theirs to read."""
    if wrote(who, incident):
        return True
    if who.may(Right.INCIDENT_TEXT) and who.sees_area(incident.area):
        return True
    return bool(_counts_as(who)) and _counts_as(who) in incident.took_part


def sees_everybody(who: Who) -> bool:
    """Whether they see whom every incident is about."""
    return who.may(Right.INCIDENT_PERSON)


def sees_people(who: Who, incident: Written) -> bool:
    """Whether they see whom this incident is about; what they wrote, at least as they wrote it."""
    return sees_everybody(who) or wrote(who, incident)


def may_add(who: Who, incident: Written) -> bool:
    """Whether they may add to it."""
    return who.may(Right.INCIDENT_LOG) and reads_text(who, incident)


def may_name(who: Who, incident: Written) -> bool:
    """Whether they may say whom it was about: guards of every incident, others where they may read it."""
    return who.role is Role.GUARD or reads_text(who, incident)


def sight(who: Who) -> Sight:
    """The same, for a search in the database."""
    areas: tuple[str, ...] | None = ()
    if who.may(Right.INCIDENT_TEXT):
        areas = ("", folded_area(who.area)) if who.area else None
    return Sight(
        user=who.user,
        own_only=not sees_all(who),
        people=sees_everybody(who),
        areas=areas,
        took_part=_counts_as(who),
    )


def folded_area(area: str) -> str:
    """A part of the house as areas are compared."""
    return area.casefold()


def padded(initials: Collection[str]) -> str:
    """Initials as a search finds one of them among others."""
    return f" {' '.join(initials)} " if initials else ""


def _counts_as(who: Who) -> str:
    """The initials that open what they took part in; "" for who sees nothing but what they wrote."""
    return who.initials if who.may(Right.INCIDENT_LOG) and sees_all(who) else ""
