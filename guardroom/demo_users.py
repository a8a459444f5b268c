"""Who may sign in to the demonstration's town hall."""

from __future__ import annotations

from guardroom.language import _
from guardroom.people.roles import Role, named

CODE = "271828"
"""Everybody's code in the demonstration."""

USERS: tuple[tuple[str, Role, str, str], ...] = (
    ("MH", Role.GUARD, "Mette Holm", "vagt"),
    ("JB", Role.GUARD, "Jens Bak", "vagt"),
    ("RE", Role.DESK, "Rikke Eg", "receptionist"),
    ("LD", Role.LEADER, "Lone Dam", "teamleder"),
    ("CH", Role.CENTRE_HEAD, "Carl Høj", "centerchef"),
    ("DB", Role.DIRECTOR, "Dorte Berg", "direktør"),
    ("FR", Role.BAN_REGISTRAR, "Frida Rask", "forbudsansvarlig"),
    ("AM", Role.SAFETY_REP, "Aksel Munk", "arbejdsmiljørepræsentant"),
    ("RK", Role.RISK_COORDINATOR, "Rune Kær", "risikokoordinator"),
    ("AD", Role.ADMIN, "Ane Dahl", "systemansvarlig"),
)


def introduction() -> str:
    """Who can sign in here, in one line."""
    people = ", ".join(f"{initials} ({named(role)})" for initials, role, _name, _title in USERS)
    return _("DEMO: sign in as {people}; everybody's code is {code}.").format(people=people, code=CODE)
