"""The audit log's chain: whatever is done to it from outside, the entry at which it breaks is told."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from db.base import Base
from db.main import reading, writing
from guardroom.people import audit
from guardroom.people.audit import Break
from guardroom.people.roles import Role

ENTRIES = 12
TEXT_COLUMNS = ["at", "role", "station", "what", "subject", "why", "detail", "digest"]
NUMBER_COLUMNS = ["user_id", "subject_id"]


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """A house whose audit log has some entries."""
    with small_house(tmp_path_factory.mktemp("audit")) as house:
        write(house, ENTRIES)
        yield house


def write(house: SmallHouse, count: int) -> None:
    guard = house.who(Role.GUARD)
    for number in range(count):
        house.clock.advance(0.123456)
        with writing(house.ground.engine) as session:
            audit.note(
                session,
                house.ground.audit_key,
                house.clock.now(),
                guard if number % 3 else None,
                "ban_opened",
                "ban",
                number + 1,
                why="here_now",
                station="Vagtstuen",
                detail={"tegn": "æøå 🐴", "n": number},
            )


@contextlib.contextmanager
def changed(house: SmallHouse, *statements: str) -> Iterator[Callable[[], Break | None]]:
    """The database as somebody left it who has no key; put right again at the end."""
    tables = (Base.metadata.tables["audit"], Base.metadata.tables["audit_head"])
    with house.ground.engine.connect() as connection:
        before = [(table, connection.execute(select(table)).mappings().all()) for table in tables]
    try:
        house.meddle(*statements)
        yield house.first_break
    finally:
        with house.ground.engine.execution_options(writing=True).begin() as connection:
            for table, rows in before:
                connection.execute(delete(table))
                connection.execute(insert(table), [dict(row) for row in rows])


def test_an_empty_log_and_a_whole_one_hold(noted: SmallHouse, tmp_path: Path) -> None:
    assert noted.first_break() is None
    with small_house(tmp_path) as house:
        assert house.first_break() is None


@pytest.mark.parametrize("column", TEXT_COLUMNS + NUMBER_COLUMNS)
@given(number=st.integers(1, ENTRIES))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_field_breaks_it_there(noted: SmallHouse, column: str, number: int) -> None:
    value = "'2025-11-24 09:00:00.001000'" if column == "at" else "'x'" if column in TEXT_COLUMNS else "999"
    with changed(noted, f"UPDATE audit SET {column} = {value} WHERE number = {number}") as first_break:
        assert first_break() == Break(number, "changed")


@given(first=st.integers(1, ENTRIES), count=st.integers(1, ENTRIES))
@settings(max_examples=30, deadline=None)
def test_what_was_taken_out_is_missing_there(noted: SmallHouse, first: int, count: int) -> None:
    last = min(first + count - 1, ENTRIES)
    with changed(noted, f"DELETE FROM audit WHERE number BETWEEN {first} AND {last}") as first_break:
        assert first_break() == Break(first, "cut" if last == ENTRIES else "missing")


@given(first=st.integers(1, ENTRIES - 1))
@settings(max_examples=30, deadline=None)
def test_closing_the_gap_by_new_numbers_does_not_help(noted: SmallHouse, first: int) -> None:
    with changed(
        noted,
        f"DELETE FROM audit WHERE number = {first}",
        f"UPDATE audit SET number = -number WHERE number > {first}",
        "UPDATE audit SET number = -number - 1 WHERE number < 0",
        f"UPDATE audit_head SET number = {ENTRIES - 1}",
    ) as first_break:
        assert first_break() == Break(first, "changed")


@given(kept=st.integers(1, ENTRIES - 1))
@settings(max_examples=30, deadline=None)
def test_a_cut_log_cannot_be_given_an_earlier_head(noted: SmallHouse, kept: int) -> None:
    with changed(
        noted,
        f"DELETE FROM audit WHERE number > {kept}",
        f"UPDATE audit_head SET number = {kept}, digest = (SELECT digest FROM audit WHERE number = {kept})",
    ) as first_break:
        assert first_break() == Break(kept + 1, "cut")


def test_a_log_without_its_head_is_cut(noted: SmallHouse) -> None:
    with changed(noted, "DELETE FROM audit_head") as first_break:
        assert first_break() == Break(ENTRIES + 1, "cut")
    with changed(noted, "DELETE FROM audit") as first_break:
        assert first_break() == Break(1, "cut")


COPY = "INSERT INTO audit SELECT {number}, at, user_id, role, station, what, subject, subject_id, why, detail, digest"


@pytest.mark.parametrize("number", [ENTRIES + 1, ENTRIES + 5, 0, -3])
def test_what_was_put_in_is_told(noted: SmallHouse, number: int) -> None:
    with changed(noted, COPY.format(number=number) + " FROM audit WHERE number = 4") as first_break:
        assert first_break() == Break(min(number, ENTRIES + 1), "added")


def test_what_was_put_in_between_is_told(noted: SmallHouse) -> None:
    with changed(
        noted,
        "UPDATE audit SET number = -number WHERE number >= 5",
        "UPDATE audit SET number = 1 - number WHERE number < 0",
        COPY.format(number=5) + " FROM audit WHERE number = 4",
        f"UPDATE audit_head SET number = {ENTRIES + 1}",
    ) as first_break:
        assert first_break() == Break(5, "changed")


@given(one=st.integers(1, ENTRIES), other=st.integers(1, ENTRIES))
@settings(max_examples=30, deadline=None)
def test_two_that_changed_places_are_told(noted: SmallHouse, one: int, other: int) -> None:
    first, last = sorted((one, other))
    with changed(
        noted,
        f"UPDATE audit SET number = 0 WHERE number = {first}",
        f"UPDATE audit SET number = {first} WHERE number = {last}",
        f"UPDATE audit SET number = {last} WHERE number = 0",
    ) as first_break:
        assert first_break() == (None if first == last else Break(first, "changed"))


def test_it_goes_on_after_it_was_looked_at(tmp_path: Path) -> None:
    with small_house(tmp_path) as house:
        write(house, 3)
        assert house.first_break() is None
        write(house, 3)
        assert house.first_break() is None
        assert [entry.number for entry in house.audit()] == [1, 2, 3, 4, 5, 6]


def test_what_is_undone_leaves_no_entry(tmp_path: Path) -> None:
    with small_house(tmp_path) as house:
        write(house, 1)

        def add_and_fail() -> None:
            with writing(house.ground.engine) as session:
                audit.note(session, house.ground.audit_key, house.clock.now(), None, "user_added", station="Vagtstuen")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            add_and_fail()
        assert house.told() == ["ban_opened"]
        assert house.first_break() is None


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_the_key_it_was_written_with_is_known(tmp_path: Path, count: int) -> None:
    with small_house(tmp_path) as house:
        write(house, count)
        with reading(house.ground.engine) as session:
            assert audit.is_its_key(session, house.ground.audit_key)
            assert audit.is_its_key(session, b"x" * 32) == (count == 0)


@pytest.mark.parametrize(
    ("changed_entries", "known"),
    [
        (f"number = {ENTRIES}", True),
        ("number > 4", True),
        ("number < 9", True),
        ("number BETWEEN 2 AND 11", True),
        ("number IN (1, 3, 5, 8, 10, 12)", True),
        ("number > 0", False),
    ],
)
def test_changed_entries_do_not_make_the_key_another(noted: SmallHouse, changed_entries: str, known: bool) -> None:
    with (
        changed(noted, f"UPDATE audit SET why = 'x' WHERE {changed_entries}"),
        reading(noted.ground.engine) as session,
    ):
        assert audit.is_its_key(session, noted.ground.audit_key) == known
        assert not audit.is_its_key(session, b"x" * 32)
