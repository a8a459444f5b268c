"""Keeping users: what an administrator does, and may not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from harness.house import SmallHouse

from guardroom.people.roles import Role
from guardroom.people.signin import SignIn, WrongCode
from guardroom.people.users import Users, UserView
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Forbidden, Refused


@pytest.fixture
def admin(house: SmallHouse) -> Who:
    return house.who(Role.ADMIN, initials="MH", code="417 heste")


@pytest.fixture
def users(house: SmallHouse) -> Users:
    return Users(house.ground)


def the(users: Users, admin: Who, initials: str) -> UserView:
    (found,) = [user for user in users.all(admin) if user.initials == initials]
    return found


def fields(wrong: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [mistake.field for mistake in wrong.value.mistakes]


def said(detail: str) -> dict[str, object]:
    """What an entry says besides the seal of whom it is about."""
    return {name: value for name, value in json.loads(detail).items() if name != "sealed"}


def test_a_user_is_added_with_a_one_time_code(house: SmallHouse, users: Users, admin: Who) -> None:
    code = users.add(admin, " ld", "leader", " Lone  Dam ", "teamleder", "JOBCENTER")
    assert the(users, admin, "LD") == UserView(
        initials="LD",
        role=Role.LEADER,
        name="Lone Dam",
        title="teamleder",
        area="Jobcenter",
        disabled=False,
        has_code=True,
        must_change=True,
        code_until=house.clock.now() + timedelta(days=7),
    )
    who = SignIn(house.ground).sign_in("LD", code, "Kontor 4")
    assert (who.role, who.area, who.name) == (Role.LEADER, "Jobcenter", "Lone Dam")
    entries = [(entry.what, entry.user_id, entry.subject_id, entry.detail) for entry in house.audit()]
    assert [(*entry[:3], said(entry[3])) for entry in entries[:2]] == [
        ("user_added", admin.user, who.user, {"role": "leader"}),
        ("code_given", admin.user, who.user, {}),
    ]
    assert "Lone" not in "".join(detail for _what, _by, _whom, detail in entries)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_nobody_but_administrators_keeps_users(house: SmallHouse, users: Users, admin: Who, role: Role) -> None:
    who = house.who(role)
    before = users.all(admin)
    for act in (
        lambda: users.all(who),
        lambda: users.add(who, "XX", "guard"),
        lambda: users.change(who, "MH", role="guard"),
        lambda: users.disable(who, "MH"),
        lambda: users.enable(who, "MH"),
        lambda: users.new_code(who, "MH"),
    ):
        with pytest.raises(Forbidden):
            act()
    assert users.all(admin) == before
    assert house.told() == []


def test_all_mistakes_are_told_at_once_and_nothing_is_saved(house: SmallHouse, users: Users, admin: Who) -> None:
    before = users.all(admin)
    with pytest.raises(BadInput) as wrong:
        users.add(admin, "M1", "guard", "Vagn 240590-1234", "x" * 81, "Kælderen")
    assert fields(wrong) == ["initials", "name", "title", "area"]
    assert "Jobcenter, Borgerservice" in wrong.value.sentence
    with pytest.raises(BadInput) as wrong:
        users.add(admin, "VT", "boss")
    assert fields(wrong) == ["role"]
    assert users.all(admin) == before
    assert house.told() == []


@pytest.mark.parametrize("role", ["leader", "centre_head", "director"])
def test_whoever_may_sign_has_a_name(users: Users, admin: Who, role: str) -> None:
    with pytest.raises(BadInput) as wrong:
        users.add(admin, "LD", role, "  \u200b ", "leder")
    assert fields(wrong) == ["name"]
    users.add(admin, "VT", "guard")
    with pytest.raises(BadInput) as wrong:
        users.change(admin, "VT", role=role)
    assert fields(wrong) == ["name"]
    users.change(admin, "VT", role=role, name="Vagn Torp")
    with pytest.raises(BadInput) as wrong:
        users.change(admin, "VT", name="")
    assert fields(wrong) == ["name"]
    assert the(users, admin, "VT").name == "Vagn Torp"


def test_initials_stay_one_persons(users: Users, admin: Who) -> None:
    users.add(admin, "VT", "guard")
    users.disable(admin, "VT")
    with pytest.raises(BadInput) as wrong:
        users.add(admin, "vt", "desk")
    assert fields(wrong) == ["initials"]
    assert the(users, admin, "VT").role == Role.GUARD


def test_disabling_ends_sign_ins_and_enabling_lets_in_again(house: SmallHouse, users: Users, admin: Who) -> None:
    code = users.add(admin, "VT", "guard")
    signing = SignIn(house.ground)
    users.disable(admin, "VT")
    users.disable(admin, "vt")
    with pytest.raises(WrongCode):
        signing.sign_in("VT", code, "Vagtstuen")
    house.clock.advance(1)
    users.enable(admin, "VT")
    users.enable(admin, "VT")
    assert signing.sign_in("VT", code, "Vagtstuen").initials == "VT"
    assert [what for what in house.told() if what.startswith("user_")] == [
        "user_added",
        "user_disabled",
        "user_enabled",
    ]


def test_a_new_code_ends_the_old_one(house: SmallHouse, users: Users, admin: Who) -> None:
    old = users.add(admin, "VT", "guard")
    signing = SignIn(house.ground)
    signing.set_code(signing.sign_in("VT", old, "Vagtstuen"), old, "hest og vogn")
    new = users.new_code(admin, "vt")
    assert the(users, admin, "VT").must_change
    with pytest.raises(WrongCode):
        signing.sign_in("VT", "hest og vogn", "Vagtstuen")
    house.clock.advance(1)
    assert signing.must_change(signing.sign_in("VT", new, "Vagtstuen"))


def test_the_last_administrator_stays(house: SmallHouse, users: Users, admin: Who) -> None:
    house.who(Role.ADMIN, initials="OLD")  # has no code, so cannot take over
    before = the(users, admin, "MH")
    users.add(admin, "GONE", "admin")
    users.disable(admin, "GONE")
    users.add(admin, "LATE", "admin")
    house.clock.advance(days=8)  # until the code that LATE was given has run out
    for act in (lambda: users.disable(admin, "MH"), lambda: users.new_code(admin, "MH")):
        with pytest.raises(Refused, match="last administrator"):
            act()
    assert the(users, admin, "MH") == before
    users.new_code(admin, "LATE")
    users.disable(admin, "MH")
    assert house.told()[-1] == "user_disabled"


def test_nobody_changes_their_own_role(house: SmallHouse, users: Users, admin: Who) -> None:
    other = house.who(Role.ADMIN, initials="AD", code="417 heste")
    with pytest.raises(BadInput) as wrong:
        users.change(admin, "mh", role="leader", name="Mette Holm")
    assert fields(wrong) == ["role"]
    assert the(users, admin, "MH").name == ""
    users.change(admin, "MH", role="admin", name="Mette Holm")
    assert the(users, admin, "MH").name == "Mette Holm"
    users.change(other, "MH", role="leader")
    assert said(house.audit()[-1].detail) == {"fields": ["role"], "role": "leader", "was": "admin"}


def test_a_one_time_code_is_seen_to_run_out(house: SmallHouse, users: Users, admin: Who) -> None:
    users.add(admin, "VT", "guard")
    until = house.clock.now() + timedelta(days=7)
    house.clock.advance(days=7)
    assert (the(users, admin, "VT").code_until, the(users, admin, "VT").code_ran_out) == (until, False)
    house.clock.advance(1)
    assert (the(users, admin, "VT").code_until, the(users, admin, "VT").code_ran_out) == (until, True)
    users.new_code(admin, "VT")
    assert not the(users, admin, "VT").code_ran_out
    assert (the(users, admin, "MH").code_until, the(users, admin, "MH").code_ran_out) == (None, False)


def test_only_what_is_given_is_changed_and_noted(house: SmallHouse, users: Users, admin: Who) -> None:
    users.add(admin, "LD", "leader", "Lone Dam", "teamleder", "Jobcenter")
    users.change(admin, "ld", title="afdelingsleder", name="Lone Dam")
    users.change(admin, "LD", title="afdelingsleder")
    users.change(admin, "LD", area="")
    changed = the(users, admin, "LD")
    assert (changed.name, changed.title, changed.area) == ("Lone Dam", "afdelingsleder", "")
    assert [said(entry.detail) for entry in house.audit() if entry.what == "user_changed"] == [
        {"fields": ["title"]},
        {"fields": ["area"]},
    ]


def test_somebody_unknown(users: Users, admin: Who) -> None:
    for act in (
        lambda: users.change(admin, "XX", role="guard"),
        lambda: users.disable(admin, "1234"),
        lambda: users.enable(admin, ""),
        lambda: users.new_code(admin, "XX"),
    ):
        with pytest.raises(BadInput, match="no user with these initials"):
            act()


def test_the_first_administrator_comes_without_another_and_nobody_after(house: SmallHouse, users: Users) -> None:
    old = house.who(Role.ADMIN, initials="OLD")
    house.who(Role.GUARD, initials="VT")
    with pytest.raises(BadInput) as wrong:
        users.add(None, "KK", "guard")
    assert fields(wrong) == ["role"]
    with pytest.raises(Refused, match="administrator"):
        users.new_code(None, "VT")
    code = users.new_code(None, "OLD")
    assert SignIn(house.ground).sign_in("OLD", code, "Vagtstuen").user == old.user
    with pytest.raises(Forbidden):
        users.add(None, "MH", "admin")
    with pytest.raises(Forbidden):
        users.new_code(None, "OLD")


def test_a_house_whose_first_code_was_never_used_begins_anew(house: SmallHouse, users: Users) -> None:
    users.add(None, "MH", "admin")
    house.clock.advance(days=7)
    with pytest.raises(Forbidden):
        users.new_code(None, "MH")
    house.clock.advance(1)
    code = users.new_code(None, "MH")
    assert SignIn(house.ground).sign_in("MH", code, "Vagtstuen").initials == "MH"
    with pytest.raises(Forbidden):
        users.new_code(None, "MH")


def test_a_code_that_was_given_to_somebody_disabled_counts_too(house: SmallHouse, users: Users) -> None:
    house.who(Role.GUARD, initials="VT", code="417 heste")
    with pytest.raises(Forbidden):
        users.add(None, "MH", "admin")
