"""Finding persons by a few letters: what is found, in what order, and what nobody can tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from harness.names import names
from hypothesis import example, given
from hypothesis import strategies as st

from guardroom.people.folding import fold
from guardroom.people.name_index import NameIndex, entry
from guardroom.people.name_search import Found, find
from guardroom.people.query import read_query

TODAY = date(2025, 11, 24)
PEOPLE: Mapping[int, tuple[str, int | None, str]] = {
    1: ("Christian Møller-Eksempel", 1984, "J-2231"),
    2: ("Kristian Moe", 1991, "2025-123456"),
    3: ("Kristina Møbjerg", 1984, ""),
    4: ("Mohammed Ali Hassan", 1990, ""),
    5: ("Muhammad Al-Khatib", 1975, ""),
    6: ("Mehmet Yılmaz", None, ""),
    7: ("Anne-Marie Jensen", 1960, ""),
    8: ("Annemarie Jensen", 1970, ""),
    9: ("Søren Ågård", 1980, ""),
    10: ("Jens Jensen", 1950, ""),
    11: ("Peter van der Berg", 1955, ""),
    12: ("Nguyễn Văn Minh", 1999, ""),
    13: ("Abdul Rahman Warsame", 1988, ""),
    14: ("Li Bo", 1979, ""),
}


@pytest.fixture(scope="module")
def index() -> NameIndex:
    made = NameIndex()
    for number, (name, year, case_ref) in PEOPLE.items():
        made.put(entry(number, number, (fold(name),), year, None, case_ref))
    return made


def _found(index: NameIndex, typed: str, limit: int = 5) -> list[Found]:
    return find(index, read_query(typed, TODAY), limit)


def _persons(index: NameIndex, typed: str, limit: int = 5) -> list[int]:
    return [found.person for found in _found(index, typed, limit)]


@pytest.mark.parametrize(
    ("typed", "person"),
    [
        ("soren agard", 9),
        ("soeren aagaard", 9),
        ("agard soren", 9),
        ("ågård", 9),
        ("soen ågåd", 9),
        ("saoren", 9),
        ("christian mø", 2),
        ("møller christian", 1),
        ("krist moe", 2),
        ("c. møller", 1),
        ("mohamed al katib", 5),
        ("mehmed yilmas", 6),
        ("anne marie jensen", 7),
        ("annemarie jensen", 8),
        ("marie jensen", 7),
        ("vanderberg peter", 11),
        ("peter berg", 11),
        ("minh nguyen", 12),
        ("ngyuen minh", 12),
        ("abdelrahman warsame", 13),
        ("abdulrahman", 13),
        ("warsami", 13),
        ("bo", 14),
        ("hassan moham", 4),
        ("mohammed ali jamil hassan", 4),
    ],
)
def test_the_first_is_whoever_is_meant(index: NameIndex, typed: str, person: int) -> None:
    assert _persons(index, typed)[0] == person


def test_sorted_by_how_well_it_fits(index: NameIndex) -> None:
    found = _found(index, "kristian m")
    assert [hit.person for hit in found[:3]] == [2, 1, 3]
    assert [hit.fit for hit in found[:3]] == ["begins", "begins", "one_error"]
    assert all((hit.matched, hit.asked) == (2, 2) for hit in found[:3])
    assert [hit.cost for hit in found] == sorted(hit.cost for hit in found)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_how_it_fits_is_told(index: NameIndex) -> None:
    def first(typed: str) -> tuple[str | None, int, int]:
        hit = _found(index, typed)[0]
        return hit.fit, hit.matched, hit.asked

    assert first("kristian moe") == ("spelling", 2, 2)
    assert first("christian moe ") == ("sound", 2, 2)
    assert first("joseph jensen") == ("spelling", 1, 2)
    assert first("mehmet ") == ("spelling", 1, 1)
    assert first("nguyen mink ") == ("one_error", 2, 2)
    assert _found(index, "kristian moe")[0].score > _found(index, "christian moe ")[0].score


def test_a_family_is_found_after_the_name_itself(index: NameIndex) -> None:
    assert _persons(index, "mohammed ") == [4, 5, 6]


def test_two_errors_are_forgiven_in_long_words_and_in_short_ones_only_in_need(index: NameIndex) -> None:
    assert _found(index, "muhamet alkatip")[0].person == 5
    assert _found(index, "jnesn jnes")[0].fit == "two_errors"
    assert 2 not in _persons(index, "jens jensen")


@pytest.mark.parametrize("typed", ["", " ", "k", "?", "j.", "9", "("])
def test_one_letter_is_too_little(index: NameIndex, typed: str) -> None:
    assert read_query(typed, TODAY).empty
    assert _found(index, typed) == []


@pytest.mark.parametrize("typed", ["hvilsted", "qqqq", "жук", "x1", "1901"])
def test_nobody_is_found_where_nobody_fits(index: NameIndex, typed: str) -> None:
    assert _found(index, typed) == []


def test_the_word_in_progress_is_a_beginning_and_the_others_are_not(index: NameIndex) -> None:
    assert 10 in _persons(index, "jen")
    assert 10 not in _persons(index, "jen ", limit=2) or _found(index, "jen ")[0].cost > _found(index, "jen")[0].cost


class TestBirth:
    def test_the_year_alone(self, index: NameIndex) -> None:
        assert set(_persons(index, "1984")[:2]) == {1, 3}

    @pytest.mark.parametrize("typed", ["kristian 1984", "84 kristian", "kristian f. 84", "kristian (1984)"])
    def test_the_year_orders(self, index: NameIndex, typed: str) -> None:
        first, *rest = _found(index, typed)
        assert (first.person, first.birth) == (1, "fits")
        assert (2, "differs") in [(hit.person, hit.birth) for hit in rest]

    def test_who_has_no_year_comes_before_who_has_another(self, index: NameIndex) -> None:
        found = _found(index, "mehmet 1990")
        assert [(hit.person, hit.birth) for hit in found[:2]] == [(6, "unknown"), (4, "fits")]

    @pytest.mark.parametrize("typed", ["12-03-1984", "12.03.84", "120384", "12031984", "1984-03-12"])
    def test_a_day(self, typed: str) -> None:
        index = NameIndex()
        index.put(entry(1, 1, (("anna",),), 1984, date(1984, 5, 1)))
        index.put(entry(2, 2, (("anna",),), 1984, None))
        index.put(entry(3, 3, (("anna",),), 1984, date(1984, 3, 12)))
        assert _persons(index, f"anna {typed}") == [2, 3, 1]
        assert _found(index, typed)[-1].birth == "differs"


class TestCase:
    @pytest.mark.parametrize("typed", ["J-2231", "j2231", "2231", "j-22", "moe j-2231"])
    def test_found_by_its_number(self, index: NameIndex, typed: str) -> None:
        first = _found(index, typed)[0]
        assert (first.person, first.case) == (1, True)

    @pytest.mark.parametrize("typed", ["2025-123456", "123456", "2025-123", "2025123456"])
    def test_found_by_its_serial(self, index: NameIndex, typed: str) -> None:
        assert _persons(index, typed)[0] == 2


class TestRecords:
    def test_a_merged_record_is_found_as_the_person(self) -> None:
        index = NameIndex()
        index.put(entry(1, 1, (fold("Karl Ravn"),), 1980))
        index.put(entry(2, 1, (fold("Carl Corvus"),), 1981))
        assert _persons(index, "corvus") == [1]
        assert _persons(index, "karl") == [1]
        assert index.records_of(1) == [1, 2]
        index.put(entry(2, 2, (fold("Carl Corvus"),), 1981))
        assert _persons(index, "corvus") == [2]
        assert index.records_of(1) == [1]

    def test_an_alias_is_a_name(self) -> None:
        index = NameIndex()
        index.put(entry(1, 1, (fold("Karl Ravn"), fold("Bjørnen"))))
        assert _persons(index, "bjoernen ravn") == [1]

    def test_what_was_dropped_is_not_found(self) -> None:
        index = NameIndex()
        index.put(entry(1, 1, (fold("Karl Ravn"),), 1980, None, "J-1234"))
        index.drop(1)
        index.drop(1)
        assert [_persons(index, typed) for typed in ("karl", "1980", "J-1234")] == [[], [], []]
        assert len(index) == 0

    def test_only_some_are_chosen_from(self, index: NameIndex) -> None:
        assert [hit.person for hit in find(index, read_query("jensen", TODAY), 5, {8, 9})] == [8]
        assert find(index, read_query("1984", TODAY), 5, {9}) == []


@example([(1, 15, False), (1, 22, False), (2, 6, False)])
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 30), st.booleans()), max_size=60))
def test_after_any_changes_the_index_is_as_one_made_anew(changes: list[tuple[int, int, bool]]) -> None:
    town = list(names(31, seed=7))
    index = NameIndex()
    kept: dict[int, int] = {}
    for record, name, dropped in changes:
        if dropped:
            index.drop(record)
            kept.pop(record, None)
        else:
            index.put(entry(record, record, (fold(town[name]),), 1950 + name))
            kept[record] = name
    anew = NameIndex()
    for record, name in kept.items():
        anew.put(entry(record, record, (fold(town[name]),), 1950 + name))
    assert len(index) == len(anew)
    for typed in {town[name] for name in kept.values()} | {"an", "1960"}:
        assert _found(index, typed, 50) == _found(anew, typed, 50)


def test_thousands_of_changes_leave_nothing_behind() -> None:
    index = NameIndex()
    for number in range(2500):
        index.put(entry(1 + number % 3, 1 + number % 3, ((f"navn{chr(97 + number % 7)}", "ens"),), 1980))
    assert sorted(_persons(index, "ens")) == [1, 2, 3]
    assert len(index.person) < 2000


@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_goes_wrong(typed: str) -> None:
    index = NameIndex()
    for number, name in enumerate(names(60, seed=3), 1):
        index.put(entry(number, number, (fold(name),), 1900 + number))
    found = _found(index, typed, 7)
    assert len(found) <= 7
    assert len({hit.person for hit in found}) == len(found)
    assert all(0 <= hit.score <= 1 and 0 <= hit.matched <= max(1, hit.asked) for hit in found)


@given(st.data())
def test_whoever_is_in_the_register_is_found_by_the_very_name(data: st.DataObject) -> None:
    town = list(dict.fromkeys(names(80, seed=11)))
    index = NameIndex()
    for number, name in enumerate(town, 1):
        index.put(entry(number, number, (fold(name),)))
    number = data.draw(st.integers(1, len(town)))
    words = data.draw(st.permutations(town[number - 1].split()))
    assert number in _persons(index, " ".join(words), 5)
