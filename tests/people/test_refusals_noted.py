"""What somebody may not is noted under whoever tried: which act, and about what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from bans.ban_house import BanHouse, ban_house

from guardroom.house import House, on_ground
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role
from guardroom.refusal import Forbidden, Refused


@pytest.fixture
def at(tmp_path: Path) -> Iterator[BanHouse]:
    with ban_house(tmp_path) as made:
        yield made


@pytest.fixture
def services(at: BanHouse) -> House:
    return on_ground(at.house.ground)


def test_who_it_was_which_act_and_which_ban(at: BanHouse, services: House) -> None:
    person = at.person()
    ban = services.bans.begin(at.leader, person).id
    guard = at.someone(Role.GUARD)
    with pytest.raises(Forbidden):
        services.bans.sign(guard, ban, "")
    entry = at.house.audit()[-1]
    assert (entry.what, entry.user_id, entry.subject, entry.subject_id) == ("refused", guard.user, "ban", ban)
    assert json.loads(entry.detail) == {"act": "BanRegister.sign", "ban": ban}
    assert at.house.first_break() is None


def test_nothing_that_was_typed_is_noted(at: BanHouse, services: House) -> None:
    desk = at.someone(Role.DESK)
    with pytest.raises(Forbidden):
        services.persons.create(desk, PersonForm(name="Karla Vinter"))
    with pytest.raises(Forbidden):
        services.lookup.persons(desk, "Karla Vinter", 5)
    created, searched = at.house.audit()[-2:]
    assert (created.detail, searched.detail) == ('{"act": "Persons.create"}', '{"act": "Lookup.persons"}')


def test_what_is_refused_for_another_reason_is_not_noted(at: BanHouse, services: House) -> None:
    told = at.house.told()
    with pytest.raises(Refused):
        services.persons.not_this_person(at.someone(Role.GUARD), 99, "")
    assert at.house.told() == told


def test_an_act_that_asks_another_is_noted_once_and_after_its_transaction(at: BanHouse, services: House) -> None:
    ban = services.bans.begin(at.leader, at.person()).id
    guard = at.someone(Role.GUARD)
    before = at.house.told().count("refused")
    with pytest.raises(Forbidden):
        services.letters.write(guard, "ban", ban)
    assert at.house.told().count("refused") == before + 1
