"""Whoever is signed in: handed to every service, which asks it what is allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from guardroom.language import _
from guardroom.people.roles import RIGHTS, Right, Role, named
from guardroom.refusal import Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A user who has signed in at a station. `area` is "" where they see the whole house; `proved_at` is when they
    gave their code."""

    user: int
    initials: str
    role: Role
    station: str
    name: str = ""
    title: str = ""
    area: str = ""
    proved_at: datetime | None = field(default=None, compare=False)

    def may(self, right: Right) -> bool:
        """Whether the role has this right."""
        return right in RIGHTS[self.role]

    def must(self, *rights: Right) -> None:
        """Raises Forbidden where the role has none of these rights."""
        if not any(self.may(right) for right in rights):
            raise Forbidden(_("As {role} you may not do or see this.").format(role=named(self.role)))

    def sees_area(self, area: str) -> bool:
        """Whether matters of this part of the house are theirs to see."""
        return not self.area or not area or self.area.casefold() == area.casefold()
