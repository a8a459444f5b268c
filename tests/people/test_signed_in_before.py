"""Whoever signed in and is somebody else now, or nobody, can do nothing any more: in no service."""

from __future__ import annotations

import pytest
from harness.house import cheap_codes
from test_enforcement import ACTS, Town, town

from guardroom.people.roles import Role
from guardroom.people.users import Users
from guardroom.people.who import Who
from guardroom.refusal import Refused

__all__ = ["town"]

CODE = "417 heste"
NOTHING = {
    "begin an incident",
    "begin to plan a drill",
    "begin a heads-up",
    "read the case system's list",
}
"""An empty form, and what stands in a file of their own: nothing that the house knows."""


def change(users: Users, admin: Who, initials: str, case: str) -> None:
    """Make somebody who signed in somebody else, or nobody."""
    match case:
        case "disabled":
            users.disable(admin, initials)
        case "role":
            users.change(admin, initials, role="legal")
        case "area":
            users.change(admin, initials, area="Jobcenter")
        case _:
            users.new_code(admin, initials)


@pytest.mark.parametrize("case", ["disabled", "role", "area", "given a code"])
def test_nothing_can_be_done_any_more(town: Town, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_codes(monkeypatch)
    house = town.house
    admin = house.who(Role.ADMIN, initials="AD", code=CODE)
    before: dict[str, Who] = {}
    for number, role in enumerate(sorted({allowed.split()[0] for allowed, _call in ACTS.values()})):
        initials = f"O{case[0].upper()}{'ABCDEFGHIJ'[number]}"
        house.who(Role(role), initials=initials, name="Ole Olsen", code=CODE)
        before[role] = town.services.sign_in.sign_in(initials, CODE, "Vagtstuen")
        change(town.services.users, admin, initials, case)
    told = [each for each in house.told() if each != "refused"]
    done = []
    for act, (allowed, call) in ACTS.items():
        try:
            call(town, before[allowed.split()[0]])
        except Refused:
            continue
        done.append(act)
    assert set(done) == NOTHING
    assert [each for each in house.told() if each != "refused"] == told
