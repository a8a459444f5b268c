"""The lookup over a real database: who finds whom, how it is told, and that it is never behind."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house
from harness.people import TODAY, put_ban, put_many
from sqlalchemy import delete, update

from db.ban_tables import BanRow
from db.main import writing
from db.people import count_up
from db.people_tables import PersonRow
from guardroom.people.lookup import Hit, Lookup
from guardroom.people.person import PersonForm
from guardroom.people.persons import Persons
from guardroom.people.purposes import PURPOSES, purpose
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made


@pytest.fixture
def lookup(house: SmallHouse) -> Lookup:
    return Lookup(house.ground)


def _make(house: SmallHouse, name: str, *aliases: str, birth: str = "", case_ref: str = "") -> int:
    form = PersonForm(name=name, aliases=aliases, birth=birth, case_ref=case_ref)
    return Persons(house.ground).create(house.who(Role.GUARD), form).id


def _ids(hits: tuple[Hit, ...]) -> list[int]:
    return [hit.person for hit in hits]


class TestWhatIsShown:
    def test_a_hit(self, house: SmallHouse, lookup: Lookup) -> None:
        person = _make(house, "Kristian Moe", "Kris", birth="1991", case_ref="J-2231")
        ban = put_ban(house.ground, person)
        (hit,) = lookup.bans(house.who(Role.DESK), "christian moe ")
        assert (hit.person, hit.name, hit.born, hit.case_ref, hit.aliases) == (
            person,
            "Kristian Moe",
            "1991",
            "J-2231",
            ("Kris",),
        )
        assert hit.how == "sounds the same, 2 of 2 names"
        assert 0 < hit.score < 1
        assert hit.line is not None
        assert (hit.line.id, hit.line.standing, hit.line.read) == (ban, "active", False)
        (known,) = lookup.persons(house.who(Role.GUARD), "kristian moe")
        assert (known.person, known.how, known.line) == (person, "spelled the same, 2 of 2 names", None)

    @pytest.mark.parametrize(
        ("typed", "how"),
        [
            ("krist", "begins the same, 1 of 1 name"),
            ("kristjan 1991", "sounds the same, 1 of 1 name, birth year fits"),
            ("kristian 1984", "spelled the same, 1 of 1 name, another birth year"),
            ("kritsian moe", "one letter differs, 2 of 2 names"),
            ("kristian holm", "spelled the same, 1 of 2 names"),
            ("j-2231", "the number"),
            ("1991", "birth year fits"),
            ("chresten", "another form of the name, 1 of 1 name"),
        ],
    )
    def test_how_it_fits_is_said(self, house: SmallHouse, lookup: Lookup, typed: str, how: str) -> None:
        _make(house, "Kristian Moe", birth="1991", case_ref="J-2231")
        assert [hit.how for hit in lookup.persons(house.who(Role.GUARD), typed)] == [how]

    def test_what_else_is_searched_is_said(self, lookup: Lookup) -> None:
        assert lookup.searched_as("christian mø") == "kristian moe"
        assert lookup.searched_as("Sören Ågård 1980") == "soeren aagaard"
        assert lookup.searched_as("lund") == ""
        assert lookup.searched_as("1984") == ""

    @pytest.mark.parametrize(
        "typed", ["FB-2025-001", "fb 2025-001", "2025-001", "25/004711", "004711", "møller 25/004711"]
    )
    def test_a_ban_is_found_by_its_number_and_by_its_case(self, house: SmallHouse, lookup: Lookup, typed: str) -> None:
        person = _make(house, "Kristian Møller", birth="1991", case_ref="J-2231")
        put_ban(house.ground, person, case_ref="25/004711")
        _make(house, "Anna Holm")
        (hit,) = lookup.bans(house.who(Role.DESK), typed)
        assert (hit.person, hit.how.split(", ")[0]) == (person, "the number")

    def test_a_number_that_was_changed_or_dropped_finds_nobody(self, house: SmallHouse, lookup: Lookup) -> None:
        leader = house.who(Role.LEADER)
        person = _make(house, "Kristian Møller", case_ref="J-2231")
        put_ban(house.ground, person, case_ref="25/004711")
        put_ban(house.ground, person, case_ref="25/000815", stage="dropped")
        assert _ids(lookup.bans(leader, "25/004711")) == [person]
        assert _ids(lookup.bans(leader, "J-2231")) == [person]
        assert lookup.bans(leader, "25/000815") == ()
        with writing(house.ground.engine) as session:
            changed = count_up(session, "ban")
            session.execute(update(BanRow).values(case_ref="25/009999", changed=changed))
        assert lookup.bans(leader, "25/004711") == ()
        assert _ids(lookup.bans(leader, "25/009999")) == [person]

    def test_too_little_finds_nobody(self, house: SmallHouse, lookup: Lookup) -> None:
        _make(house, "Kristian Moe")
        assert lookup.persons(house.who(Role.GUARD), "k") == ()
        assert _ids(lookup.persons(house.who(Role.GUARD), "kr")) == [1]

    def test_no_more_than_asked_for(self, house: SmallHouse, lookup: Lookup) -> None:
        house.who(Role.GUARD)
        put_many(house.ground, [("Jens Jensen", 1940 + number) for number in range(50)], banned=range(1, 41))
        assert len(lookup.persons(house.who(Role.GUARD), "jensen")) == 8
        assert len(lookup.bans(house.who(Role.GUARD), "jensen")) == 20
        # A search is no list of everybody, whatever is asked for.
        for search in (lookup.persons, lookup.bans):
            assert len(search(house.who(Role.GUARD), "jensen", limit=100_000)) == 20
        assert lookup.persons(house.who(Role.GUARD), "jens jensen 1951")[0].born == "1951"

    def test_purposes_have_words(self) -> None:
        unasked = ("work", "letter")
        assert all(purpose(code) not in ("", code) for code in (*PURPOSES, *unasked))


class TestWhoFindsWhom:
    def test_guard_and_desk_see_active_bans_only(self, house: SmallHouse, lookup: Lookup) -> None:
        day = timedelta(days=1)
        standing = {
            "active": put_ban(house.ground, _make(house, "Ravn Et")),
            "last day": put_ban(house.ground, _make(house, "Ravn To"), ends_on=TODAY),
            "expired": put_ban(house.ground, _make(house, "Ravn Tre"), ends_on=TODAY - day),
            "coming": put_ban(house.ground, _make(house, "Ravn Fire"), starts_on=TODAY + day),
            "lifted": put_ban(house.ground, _make(house, "Ravn Fem"), lifted_on=TODAY),
            "draft": put_ban(house.ground, _make(house, "Ravn Seks"), stage="draft", starts_on=None, ends_on=None),
            "dropped": put_ban(house.ground, _make(house, "Ravn Syv"), stage="dropped"),
        }
        _make(house, "Ravn Otte")
        for role in (Role.GUARD, Role.DESK, Role.SAFETY_REP):
            found = lookup.bans(house.who(role), "ravn")
            assert {hit.line.id for hit in found if hit.line} == {standing["active"], standing["last day"]}
        found = lookup.bans(house.who(Role.LEADER), "ravn")
        assert {hit.line.id for hit in found if hit.line} == set(standing.values()) - {standing["dropped"]}
        assert len(lookup.persons(house.who(Role.GUARD), "ravn", limit=20)) == 8

    def test_a_ban_is_active_by_its_dates(self, house: SmallHouse, lookup: Lookup) -> None:
        guard = house.who(Role.GUARD)
        put_ban(
            house.ground,
            _make(house, "Karl Ravn"),
            starts_on=TODAY + timedelta(days=1),
            ends_on=TODAY + timedelta(days=2),
        )
        seen = []
        for _day in range(4):
            seen.append(len(lookup.bans(guard, "ravn")))
            house.clock.advance(days=1)
        assert seen == [0, 1, 1, 0]

    def test_of_several_bans_the_strictest_active_one_is_shown(self, house: SmallHouse, lookup: Lookup) -> None:
        person = _make(house, "Karl Ravn")
        put_ban(house.ground, person, kind="contact")
        strictest = put_ban(house.ground, person, kind="full")
        put_ban(house.ground, person, kind="full", ends_on=TODAY - timedelta(days=1))
        put_ban(house.ground, person, kind="mail_block")
        for role in (Role.GUARD, Role.LEADER):
            (hit,) = lookup.bans(house.who(role), "ravn")
            assert hit.line is not None
            assert hit.line.id == strictest

    def test_roles(self, house: SmallHouse, lookup: Lookup) -> None:
        for role in (Role.ADMIN, Role.HS_LEADER, Role.RISK_COORDINATOR):
            with pytest.raises(Forbidden):
                lookup.bans(house.who(role), "ravn")
        for role in (Role.ADMIN, Role.DESK, Role.LEGAL):
            with pytest.raises(Forbidden):
                lookup.persons(house.who(role), "ravn")

    def test_a_cpr_number_is_refused_and_keystrokes_are_not_logged(self, house: SmallHouse, lookup: Lookup) -> None:
        guard = house.who(Role.GUARD)
        _make(house, "Karl Ravn", birth="1990")
        told = house.told()
        assert _ids(lookup.persons(guard, "010190")) == [1]
        for search in (lookup.persons, lookup.bans):
            with pytest.raises(BadInput) as refused:
                search(guard, "ravn 010190-1234")
            assert [mistake.field for mistake in refused.value.mistakes] == ["typed"]
        assert house.told() == told


class TestNeverBehind:
    """Another process changes the rows; the lookup that is open already must see it at the next key."""

    def test_persons(self, house: SmallHouse, lookup: Lookup) -> None:
        guard, leader = house.who(Role.GUARD), house.who(Role.LEADER)
        persons = Persons(house.ground)
        assert lookup.persons(guard, "ravn") == ()
        one = _make(house, "Karl Ravn")
        assert _ids(lookup.persons(guard, "ravn")) == [one]
        persons.change(leader, one, replace(persons.read(leader, one, "other").form, name="Karl Krage"))
        assert lookup.persons(guard, "ravn") == ()
        assert _ids(lookup.persons(guard, "krage")) == [one]

    def test_merged_and_separated(self, house: SmallHouse, lookup: Lookup) -> None:
        guard, leader = house.who(Role.GUARD), house.who(Role.LEADER)
        persons = Persons(house.ground)
        one, two = _make(house, "Karl Ravn"), _make(house, "Kalle Corvus", "Fuglen")
        put_ban(house.ground, two)
        assert _ids(lookup.bans(guard, "corvus")) == [two]
        persons.merge(leader, one, two)
        (hit,) = lookup.bans(guard, "corvus")
        assert (hit.person, hit.name, hit.aliases) == (one, "Karl Ravn", ("Kalle Corvus", "Fuglen"))
        assert hit.line is not None
        assert (hit.line.person, hit.line.name) == (one, "Karl Ravn")
        assert _ids(lookup.bans(guard, "karl ravn")) == [one]
        assert _ids(lookup.persons(guard, "fuglen")) == [one]
        persons.separate(leader, two)
        assert _ids(lookup.bans(guard, "corvus")) == [two]
        assert lookup.bans(guard, "ravn") == ()

    def test_bans(self, house: SmallHouse, lookup: Lookup) -> None:
        guard = house.who(Role.GUARD)
        person = _make(house, "Karl Ravn")
        assert lookup.bans(guard, "ravn") == ()
        put_ban(house.ground, person)
        assert _ids(lookup.bans(guard, "ravn")) == [person]

    def test_deleted(self, house: SmallHouse, lookup: Lookup) -> None:
        guard = house.who(Role.GUARD)
        one, two = _make(house, "Karl Ravn"), _make(house, "Jens Ravn")
        assert len(lookup.persons(guard, "ravn")) == 2
        with writing(house.ground.engine) as session:
            session.execute(delete(PersonRow).where(PersonRow.id == one))
        assert _ids(lookup.persons(guard, "ravn")) == [two]
        with writing(house.ground.engine) as session:
            count_up(session, "person")
        assert _ids(lookup.persons(guard, "ravn", limit=1)) == [two]

    def test_an_older_copy_put_in_its_place(self, tmp_path: Path) -> None:
        with small_house(tmp_path) as house:
            lookup = Lookup(house.ground)
            guard = house.who(Role.GUARD)
            _make(house, "Karl Ravn")
            _make(house, "Jens Ravn")
            assert len(lookup.persons(guard, "ravn")) == 2
            with writing(house.ground.engine) as session:
                session.execute(delete(PersonRow))
                session.connection().exec_driver_sql("UPDATE counter SET value = 0 WHERE name = 'person'")
            assert lookup.persons(guard, "ravn") == ()
            put_many(house.ground, [("Bent Ravn", None)])
            assert [hit.name for hit in lookup.persons(guard, "ravn")] == ["Bent Ravn"]

    def test_after_any_changes_it_answers_as_one_that_is_opened_now(self, house: SmallHouse, lookup: Lookup) -> None:
        random_ = random.Random(5)
        leader, guard = house.who(Role.LEADER), house.who(Role.GUARD)
        persons = Persons(house.ground)
        made = [_make(house, name) for name in ("Karl Ravn", "Kalle Ravn", "Carl Rafn", "Bent Krage", "Jens Ravn")]
        for step in range(60):
            one, other = random_.sample(made, 2)
            with contextlib.suppress(Refused):
                match random_.randrange(5):
                    case 0:
                        persons.merge(leader, one, other)
                    case 1:
                        persons.separate(leader, one)
                    case 2:
                        put_ban(house.ground, one, ends_on=TODAY + timedelta(days=random_.randrange(-1, 3)))
                    case 3:
                        form = persons.read(leader, one, "other").form
                        persons.change(leader, one, replace(form, name=random_.choice(("Karl Ravn", "Ole Krage"))))
                    case _:
                        house.clock.advance(days=step % 2)
            fresh = Lookup(house.ground)
            for typed in ("ravn", "krage"):
                assert lookup.bans(guard, typed) == fresh.bans(guard, typed)
                assert lookup.bans(leader, typed) == fresh.bans(leader, typed)
                assert lookup.persons(leader, typed) == fresh.persons(leader, typed)

    def test_loading_beforehand_changes_no_answer(self, house: SmallHouse, lookup: Lookup) -> None:
        _make(house, "Karl Ravn")
        lookup.load()
        lookup.load()
        assert _ids(lookup.persons(house.who(Role.GUARD), "ravn")) == [1]
