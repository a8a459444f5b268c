"""Making, changing, merging and telling apart persons; what is refused, and what the audit log keeps."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house
from sqlalchemy import event, select

from db.main import open_engine, reading, writing
from db.people_tables import PersonRow
from guardroom.people.person import PersonForm, PersonView
from guardroom.people.persons import Persons
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made


@pytest.fixture
def persons(house: SmallHouse) -> Persons:
    return Persons(house.ground)


def _fields(refused: BadInput) -> list[str]:
    return [mistake.field for mistake in refused.mistakes]


class TestKeeping:
    def test_what_was_typed_is_kept_tidily(self, house: SmallHouse, persons: Persons) -> None:
        guard = house.who(Role.GUARD)
        made = persons.create(
            guard,
            PersonForm(
                name="  Karl \t Ravn ",
                aliases=("Carl Ravn", "", " karl ravn", "Ravnen"),
                birth="24.11.85",
                case_ref=" J-2231 ",
                description="rød hue\n og\x1b[2J skæg",
            ),
        )
        read = persons.read(guard, made.id, "here_now")
        assert read == made
        assert read.form == PersonForm(
            name="Karl Ravn",
            aliases=("Carl Ravn", "Ravnen"),
            birth="24-11-1985",
            case_ref="J-2231",
            description="rød hue og[2J skæg",
        )
        assert [(entry.what, entry.subject_id, entry.why) for entry in house.audit()] == [
            ("person_created", made.id, ""),
            ("person_opened", made.id, "here_now"),
        ]
        assert house.first_break() is None

    @pytest.mark.parametrize(
        ("form", "fields"),
        [
            (PersonForm(), ["name"]),
            (PersonForm(name="?!"), ["name"]),
            (PersonForm(name="K" * 121), ["name"]),
            (PersonForm(name="Karl", birth="1899"), ["birth"]),
            (PersonForm(name="Karl", birth="2026"), ["birth"]),
            (PersonForm(name="Karl", birth="25-11-2025"), ["birth"]),
            (PersonForm(name="Karl", birth="31-02-1980"), ["birth"]),
            (PersonForm(name="Karl", birth="gammel"), ["birth"]),
            (PersonForm(name="Karl", case_ref="§ 2"), ["case_ref"]),
            (PersonForm(name="Karl", case_ref="J" * 41), ["case_ref"]),
            (PersonForm(name="Karl", description="x" * 1001), ["description"]),
            (PersonForm(name="Karl", aliases=tuple(f"Navn {chr(65 + n)}" for n in range(13))), ["aliases"]),
            (PersonForm(name="Karl", aliases=("x" * 121,)), ["aliases"]),
            (PersonForm(name="Karl 010190-1234"), ["name"]),
            (PersonForm(name="Karl", aliases=("Kalle", "010190 1234")), ["aliases"]),
            (PersonForm(name="Karl", birth="010190-1234"), ["birth"]),
            (PersonForm(name="Karl", case_ref="010190-1234"), ["case_ref"]),
            (PersonForm(name="Karl", description="cpr 010190 - 1234"), ["description"]),
            (PersonForm(birth="x", case_ref="§"), ["name", "birth", "case_ref"]),
        ],
    )
    def test_what_cannot_be_is_refused_with_every_mistake(
        self, house: SmallHouse, persons: Persons, form: PersonForm, fields: list[str]
    ) -> None:
        with pytest.raises(BadInput) as refused:
            persons.create(house.who(Role.GUARD), form)
        assert _fields(refused.value) == fields
        assert house.told() == []

    @pytest.mark.parametrize(
        "form",
        [
            PersonForm(description="høj mand i grøn jakke"),
            PersonForm(name="Li", birth="1900"),
            PersonForm(name="Ib", birth="2025"),
            PersonForm(name="Ib", birth="24-11-2025", case_ref="2025-123456"),
            PersonForm(name="Ib", birth="29/2 84", case_ref="S2012/0045.1"),
            PersonForm(name="王 Wei"),
        ],
    )
    def test_what_can_be_is_taken(self, house: SmallHouse, persons: Persons, form: PersonForm) -> None:
        made = persons.create(house.who(Role.GUARD), form)
        assert (made.name, made.case_ref) == (form.name, form.case_ref)

    def test_a_birth_is_shown_as_known(self, house: SmallHouse, persons: Persons) -> None:
        guard = house.who(Role.GUARD)
        born = [persons.create(guard, PersonForm(name="Ib", birth=typed)).born for typed in ("1984", "1/2 03", "")]
        assert born == ["1984", "01-02-2003", ""]

    def test_changed(self, house: SmallHouse, persons: Persons) -> None:
        registrar = house.who(Role.BAN_REGISTRAR)
        made = persons.create(registrar, PersonForm(name="Karl", birth="1980"))
        typed = PersonForm(name="Carl", case_ref="J-1", changed=made.changed)
        changed = persons.change(registrar, made.id, typed)
        assert changed == persons.read(registrar, made.id, "other")
        assert (changed.name, changed.born, changed.case_ref) == ("Carl", "", "J-1")
        with pytest.raises(BadInput):
            persons.change(registrar, made.id, PersonForm(changed=changed.changed))
        assert house.told() == ["person_created", "person_changed", "person_opened"]
        # The log says what was changed, not to what: it holds no names.
        assert json.loads(house.audit()[1].detail) == {"fields": ["name", "birth_year", "case_ref"]}

    def test_nobody_writes_over_what_somebody_else_changed(self, house: SmallHouse, persons: Persons) -> None:
        registrar, leader = house.who(Role.BAN_REGISTRAR), house.who(Role.LEADER)
        made = persons.create(registrar, PersonForm(name="Karl", case_ref="J-1"))
        first, second = persons.read(registrar, made.id, "other"), persons.read(leader, made.id, "other")
        named = persons.change(registrar, made.id, replace(first.form, name="Carl"))
        with pytest.raises(Refused, match="changed this person"):
            persons.change(leader, made.id, replace(second.form, case_ref="J-2"))
        with pytest.raises(Refused):
            persons.change(leader, made.id, PersonForm(name="Nobody read this"))
        assert persons.read(leader, made.id, "other") == named
        assert persons.change(leader, made.id, replace(named.form, case_ref="J-2")).name == "Carl"

    def test_added_in_another_transaction_it_stands_or_falls_with_it(self, house: SmallHouse, persons: Persons) -> None:
        desk = house.who(Role.DESK)

        def add_and_fail() -> None:
            with writing(house.ground.engine) as session:
                persons.add(session, desk, PersonForm(name="Karl"))
                raise Refused("no")

        with pytest.raises(Refused):
            add_and_fail()
        assert house.told() == []
        with writing(house.ground.engine) as session:
            added = persons.add(session, desk, PersonForm(name="Karl"))
        assert persons.read(house.who(Role.GUARD), added, "other").name == "Karl"

    def test_reading_wants_a_purpose(self, house: SmallHouse, persons: Persons) -> None:
        guard = house.who(Role.GUARD)
        made = persons.create(guard, PersonForm(name="Karl"))
        with pytest.raises(BadInput) as refused:
            persons.read(guard, made.id, "")
        assert _fields(refused.value) == ["purpose"]
        assert house.told() == ["person_created"]


class TestMerging:
    @pytest.fixture
    def three(self, house: SmallHouse, persons: Persons) -> tuple[int, int, int]:
        guard = house.who(Role.GUARD)
        one, two, three = (persons.create(guard, PersonForm(name=name)).id for name in ("Karl", "Carl", "Kalle"))
        return one, two, three

    @pytest.mark.usefixtures("both_databases")
    def test_the_records_are_one_person_until_separated(
        self, house: SmallHouse, persons: Persons, three: tuple[int, int, int]
    ) -> None:
        leader = house.who(Role.LEADER)
        one, two, _three = three
        before = persons.read(leader, two, "other")
        merged = persons.merge(leader, one, two)
        assert (merged.id, merged.merged) == (one, ((two, "Carl"),))
        assert persons.read(leader, two, "other") == merged
        with reading(house.ground.engine) as session:
            assert persons.root(session, two) == one
            assert persons.group(session, two) == persons.group(session, one) == (one, two)
        assert persons.separate(leader, two) == before
        assert persons.read(leader, one, "other").merged == ()
        assert [entry.what for entry in house.audit() if entry.what.startswith("person_m")] == ["person_merged"]
        assert house.told()[-2] == "person_separated"
        assert house.first_break() is None

    def test_chains_are_flat(self, house: SmallHouse, persons: Persons, three: tuple[int, int, int]) -> None:
        leader = house.who(Role.LEADER)
        one, two, last = three
        persons.merge(leader, two, last)
        persons.merge(leader, one, two)
        with reading(house.ground.engine) as session:
            assert persons.group(session, last) == (one, two, last)
            assert persons.root(session, last) == one
        persons.separate(leader, two)
        with reading(house.ground.engine) as session:
            assert persons.group(session, last) == (one, last)
            assert persons.group(session, two) == (two,)

    def test_what_only_the_other_record_says_is_not_lost(self, house: SmallHouse, persons: Persons) -> None:
        leader = house.who(Role.LEADER)
        poor = persons.create(leader, PersonForm(name="Sören Aagaard", birth="1975")).id
        rich = persons.create(
            leader, PersonForm(name="Søren Ågård", birth="12-03-1975", case_ref="B-118", description="høj")
        ).id
        merged = persons.merge(leader, poor, rich)
        assert (merged.name, merged.born, merged.case_ref, merged.description) == (
            "Sören Aagaard",
            "12-03-1975",
            "B-118",
            "høj",
        )

    def test_what_the_kept_record_says_stays(self, house: SmallHouse, persons: Persons) -> None:
        leader = house.who(Role.LEADER)
        kept = persons.create(leader, PersonForm(name="Karl", birth="1975", case_ref="A-1")).id
        other = persons.create(leader, PersonForm(name="Carl", birth="12-03-1976", case_ref="B-118")).id
        merged = persons.merge(leader, kept, other)
        assert (merged.born, merged.case_ref) == ("1975", "A-1")

    def test_merged_into_a_merged_one_is_merged_into_its_person(
        self, house: SmallHouse, persons: Persons, three: tuple[int, int, int]
    ) -> None:
        leader = house.who(Role.LEADER)
        one, two, last = three
        persons.merge(leader, one, two)
        assert persons.merge(leader, two, last).id == one

    def test_what_makes_no_sense_is_refused(
        self, house: SmallHouse, persons: Persons, three: tuple[int, int, int]
    ) -> None:
        leader = house.who(Role.LEADER)
        one, two, last = three
        persons.merge(leader, one, two)
        told = house.told()
        for keep, gone in ((one, one), (one, two), (last, two), (two, one), (last, 999), (999, last)):
            with pytest.raises(Refused):
                persons.merge(leader, keep, gone)
        for gone in (one, last, 999):
            with pytest.raises(Refused):
                persons.separate(leader, gone)
        assert house.told() == told

    def test_a_change_reaches_the_person(
        self, house: SmallHouse, persons: Persons, three: tuple[int, int, int]
    ) -> None:
        leader = house.who(Role.LEADER)
        one, two, _last = three
        persons.merge(leader, one, two)
        merged = persons.read(leader, two, "other")
        assert persons.change(leader, two, replace(merged.form, name="Karl Ravn")).id == one
        assert persons.separate(leader, two).name == "Carl"

    def test_two_at_once_make_no_chain(self, house: SmallHouse) -> None:
        """Whoever comes second decides on what the first has done, and is refused where it cannot be any more."""
        leader = house.who(Role.LEADER)
        services = [Persons(replace(house.ground, engine=open_engine(house.ground.settings.database))) for _ in "ab"]
        for _ in range(6):
            one, two, last = (services[0].create(leader, PersonForm(name=name)).id for name in ("Bo", "Ib", "Kim"))
            begin = threading.Barrier(2)

            def merge(persons: Persons, keep: int, gone: int, begin: threading.Barrier = begin) -> PersonView | Refused:
                begin.wait()
                try:
                    return persons.merge(leader, keep, gone)
                except Refused as refused:
                    return refused

            with ThreadPoolExecutor(2) as pool:
                done = list(pool.map(merge, services, (two, last), (one, two)))
            assert any(isinstance(each, PersonView) for each in done)
            with reading(house.ground.engine) as session:
                rows = {row.id: row.merged_into for row in session.scalars(select(PersonRow))}
            assert all(rows[into] is None for into in rows.values() if into is not None)
        for each in services:
            each._ground.engine.dispose()

    def test_nothing_is_decided_before_others_are_kept_out(
        self, house: SmallHouse, persons: Persons, three: tuple[int, int, int]
    ) -> None:
        """On a server the counter's lock is what makes the second of two wait: no record is read before it."""
        leader = house.who(Role.LEADER)
        one, two, last = three
        persons.merge(leader, one, last)
        form = persons.read(leader, one, "other").form
        said: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            said.append(statement)

        for act in (
            lambda: persons.merge(leader, one, two),
            lambda: persons.separate(leader, last),
            lambda: persons.change(leader, one, form),
        ):
            said.clear()
            event.listen(house.ground.engine, "before_cursor_execute", note)
            act()
            event.remove(house.ground.engine, "before_cursor_execute", note)
            touched = [each for each in said if "counter" in each or "FROM person" in each]
            assert touched[0].startswith("UPDATE counter")

    def test_a_chain_that_was_made_otherwise_ends_at_one_person(
        self, house: SmallHouse, persons: Persons, three: tuple[int, int, int]
    ) -> None:
        one, two, last = three
        with writing(house.ground.engine) as session:
            session.get_one(PersonRow, last).merged_into = two
            session.get_one(PersonRow, two).merged_into = one
        with reading(house.ground.engine) as session:
            assert [persons.root(session, each) for each in three] == [one, one, one]


class TestNotThisPerson:
    def test_is_kept_and_follows_the_merged(self, house: SmallHouse, persons: Persons) -> None:
        leader, guard = house.who(Role.LEADER), house.who(Role.GUARD)
        one = persons.create(leader, PersonForm(name="Karl")).id
        two = persons.create(leader, PersonForm(name="Carl")).id
        persons.not_this_person(guard, one, " yngre,\n og uden  skæg")
        house.clock.advance(60)
        persons.not_this_person(guard, two, "")
        merged = persons.merge(leader, one, two)
        assert [(by, note) for _at, by, note in merged.not_person] == [
            (guard.initials, "yngre, og uden skæg"),
            (guard.initials, ""),
        ]
        assert merged.not_person[0][0] < merged.not_person[1][0]
        assert house.told().count("not_person") == 2

    def test_the_desk_notes_it_only_of_whom_the_lookup_of_bans_shows(self, house: SmallHouse, persons: Persons) -> None:
        made = persons.create(house.who(Role.LEADER), PersonForm(name="Karl"))
        with pytest.raises(Refused, match="whom the lookup of bans shows"):
            persons.not_this_person(house.who(Role.DESK), made.id, "")
        persons.not_this_person(house.who(Role.GUARD), made.id, "")

    @pytest.mark.parametrize("note", ["han hedder 010190-1234", "x" * 301])
    def test_a_note_that_cannot_be(self, house: SmallHouse, persons: Persons, note: str) -> None:
        made = persons.create(house.who(Role.GUARD), PersonForm(name="Karl"))
        with pytest.raises(BadInput) as refused:
            persons.not_this_person(house.who(Role.GUARD), made.id, note)
        assert _fields(refused.value) == ["note"]
        assert persons.read(house.who(Role.GUARD), made.id, "other").not_person == ()

    def test_nobody(self, house: SmallHouse, persons: Persons) -> None:
        with pytest.raises(Refused):
            persons.not_this_person(house.who(Role.GUARD), 77, "")


class TestAlike:
    @pytest.mark.parametrize(
        ("form", "alike"),
        [
            (PersonForm(name="Christian Moe"), True),
            (PersonForm(name="Moe Kristian", birth="1984"), True),
            (PersonForm(name="Kristian Moe", birth="1991"), False),
            (PersonForm(name="Kristine Moe"), False),
            (PersonForm(name="Kristian Moen"), False),
            (PersonForm(name="Nogen Anden", case_ref="j 2231"), True),
            (PersonForm(description="høj mand"), False),
        ],
    )
    def test_who_may_be_there_already(self, house: SmallHouse, persons: Persons, form: PersonForm, alike: bool) -> None:
        guard = house.who(Role.GUARD)
        known = persons.create(guard, PersonForm(name="Kristian Moe", birth="03-02-1984", case_ref="J-2231"))
        assert [hit.person for hit in persons.alike(guard, form)] == ([known.id] if alike else [])
        shown = [entry.subject_id for entry in house.audit() if entry.what == "person_alike"]
        assert shown == ([known.id] if alike else [])

    @pytest.mark.parametrize("role", [Role.DESK, Role.SAFETY_REP, Role.HS_LEADER])
    def test_only_for_those_who_may_look_persons_up(self, house: SmallHouse, persons: Persons, role: Role) -> None:
        persons.create(house.who(Role.GUARD), PersonForm(name="Kristian Moe"))
        with pytest.raises(Forbidden):
            persons.alike(house.who(role), PersonForm(name="Kristian Moe"))


class TestShown:
    def test_each_is_logged_with_the_purpose(self, house: SmallHouse, persons: Persons) -> None:
        guard, desk = house.who(Role.GUARD), house.who(Role.DESK)
        known = [persons.create(guard, PersonForm(name=name)).id for name in ("Kristian Moe", "Karl Moe")]
        persons.shown(guard, [*known, 99], "work")
        persons.shown(desk, known[:1], "here_now")
        entries = [entry for entry in house.audit() if entry.what == "person_shown"]
        assert [(entry.user_id, entry.subject, entry.subject_id, entry.why) for entry in entries] == [
            (guard.user, "person", known[0], "work"),
            (guard.user, "person", known[1], "work"),
            (desk.user, "person", known[0], "here_now"),
        ]

    def test_without_a_purpose_nothing_is(self, house: SmallHouse, persons: Persons) -> None:
        known = persons.create(house.who(Role.GUARD), PersonForm(name="Kristian Moe")).id
        with pytest.raises(BadInput) as refused:
            persons.shown(house.who(Role.GUARD), [known], "curious")
        assert _fields(refused.value) == ["purpose"]
        assert "person_shown" not in house.told()


class TestRights:
    def test_those_who_may_not_are_refused_and_nothing_is_done(self, house: SmallHouse, persons: Persons) -> None:
        guard, admin, desk = house.who(Role.GUARD), house.who(Role.ADMIN), house.who(Role.DESK)
        made = persons.create(guard, PersonForm(name="Karl")).id
        other = persons.create(guard, PersonForm(name="Carl")).id
        told = house.told()
        for refused in (
            lambda: persons.create(desk, PersonForm(name="X")),
            lambda: persons.read(desk, made, "other"),
            lambda: persons.change(guard, made, PersonForm(name="X")),
            lambda: persons.merge(guard, made, other),
            lambda: persons.separate(guard, made),
            lambda: persons.not_this_person(admin, made, ""),
            lambda: persons.alike(admin, PersonForm(name="Karl")),
            lambda: persons.shown(admin, [made], "other"),
        ):
            with pytest.raises(Forbidden):
                refused()
        with pytest.raises(Forbidden), writing(house.ground.engine) as session:
            persons.add(session, admin, PersonForm(name="X"))
        assert house.told() == told
