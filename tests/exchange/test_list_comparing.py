"""Holding a list against ours: every row in one class, every running ban in one, and what counts as different."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardroom.exchange.columns import harmless, meant
from guardroom.exchange.comparing import RUNNING, KnownPerson, OurBan, compare
from guardroom.exchange.reading import ListRow

TODAY = date(2025, 11, 24)
OURS = OurBan(
    id=1,
    number="FB-2025-014",
    name="Søren Ågård",
    kind="full",
    standing="active",
    starts_on=date(2025, 9, 1),
    ends_on=date(2026, 3, 1),
    spellings=("Søren Ågård", "Sorte Søren"),
    birth_year=1984,
    case_refs=("J-2231",),
    letter_ref="D-7",
)
ROW = ListRow(row=2, name="Søren Ågård", starts_on=date(2025, 9, 1), ends_on=date(2026, 3, 1), birth="1984")


def test_the_same_by_name_and_year_however_it_is_spelt() -> None:
    for name in ("Søren Ågård", "SOEREN AAGAARD", "Ågård, Søren", "Sorte Søren"):
        found = compare([replace(ROW, name=name)], [OURS], TODAY)
        assert [pair.ours.id for pair in found.same] == [1]
        assert not found.gone


def test_our_number_is_surer_than_a_case_number_and_that_than_a_name() -> None:
    other = replace(OURS, id=2, number="FB-2025-015", name="Bo Eks", spellings=(), case_refs=("J-9",), birth_year=1990)
    by_number = compare([replace(ROW, number="fb 2025 015", name="Bo Eks", birth="")], [OURS, other], TODAY)
    assert [pair.ours.id for pair in by_number.same] == [2]
    by_case = compare([replace(ROW, case_ref="j 9", name="Bo E. Eks", birth="")], [OURS, other], TODAY)
    assert [(pair.ours.id, pair.differs[0].what) for pair in by_case.different] == [(2, "Name")]


def test_somebody_else_of_the_same_case_or_name_is_new() -> None:
    for row in (
        replace(ROW, case_ref="J-2231", name="Ida Holm", birth=""),
        replace(ROW, birth="1991"),
        replace(ROW, name="Søren Holm"),
    ):
        found = compare([row], [OURS], TODAY)
        assert (found.new, found.gone) == ((row,), (OURS,))


def test_what_differs_is_told_field_by_field() -> None:
    row = replace(
        ROW,
        case_ref="J-2231",
        name="Søren Aagaard",
        birth="1985",
        letter_ref="D-8",
        kind="department",
        scope=("Jobcenter",),
        starts_on=date(2025, 9, 2),
        ends_on=date(2026, 4, 1),
    )
    (pair,) = compare([row], [OURS], TODAY).different
    assert [(each.what, each.ours, each.theirs) for each in pair.differs] == [
        ("Born", "1984", "1985"),
        ("Journal number", "D-7", "D-8"),
        ("Type", "attendance ban", "ban from parts of the town hall"),
        ("Scope", "", "Jobcenter"),
        ("From", "01-09-2025", "02-09-2025"),
        ("Until", "01-03-2026", "01-04-2026"),
    ]


def test_a_ban_that_is_over_here_but_runs_there_is_different() -> None:
    lifted = replace(OURS, standing="lifted", ends_on=date(2025, 11, 1))
    (pair,) = compare([ROW], [lifted], TODAY).different
    assert [(each.what, each.ours, each.theirs) for each in pair.differs] == [
        ("Until", "01-11-2025", "01-03-2026"),
        ("Status", "lifted", "active"),
    ]


def test_of_two_bans_of_one_person_each_row_finds_its_own() -> None:
    old = replace(
        OURS, id=2, number="FB-2025-001", standing="expired", starts_on=date(2025, 1, 1), ends_on=date(2025, 8, 31)
    )
    rows = [ROW, replace(ROW, row=3, starts_on=date(2025, 1, 1), ends_on=date(2025, 8, 31))]
    found = compare(rows, [old, OURS], TODAY)
    assert {pair.row.row: pair.ours.id for pair in found.same} == {2: 1, 3: 2}


def test_rows_said_twice_and_rows_that_have_run_out() -> None:
    found = compare([ROW, replace(ROW, row=3)], [], TODAY)
    assert [row.row for row in found.new] == [2]
    assert [(row.row, row.reason) for row in found.held] == [(3, "It is the same ban as row 2.")]
    ended = replace(ROW, starts_on=date(2025, 1, 1), ends_on=date(2025, 11, 23))
    assert compare([ended], [], TODAY).ended == (ended,)
    assert compare([replace(ended, ends_on=TODAY)], [], TODAY).new


def test_two_full_birth_days_that_differ_are_two_people() -> None:
    ali = replace(OURS, name="Mohammed Ali", spellings=(), birth_date=date(1991, 7, 5), birth_year=1991)
    row = replace(ROW, name="Mohammed Ali", birth="12-03-1991", case_ref="25/44")
    known = KnownPerson(id=7, name="Mohammed Ali", birth_date=date(1991, 7, 5), birth_year=1991, case_refs=("J-2231",))
    found = compare([row], [replace(ali, person=7)], TODAY, [known])
    assert (found.new, [ban.id for ban in found.gone]) == ((row,), [1])
    assert found.persons[2].id < 0
    same = compare([replace(row, birth="05-07-1991")], [], TODAY, [known])
    assert same.persons[2].id == 7


def test_a_year_against_a_day_is_shown_as_one_person_and_a_case_beats_it() -> None:
    one = KnownPerson(id=7, name="Bo Eks", birth_date=date(1984, 7, 5), birth_year=1984)
    other = KnownPerson(id=8, name="Bo Eks", birth_year=1984, case_refs=("J-9",))
    row = replace(ROW, name="Bo Eks", birth="1984")
    assert compare([row], [], TODAY, [one]).persons[2].id == 7
    assert compare([row], [], TODAY, [one, other]).persons[2].id < 0
    assert compare([replace(row, case_ref="j 9")], [], TODAY, [one, other]).persons[2].id == 8


@pytest.mark.parametrize(("here", "there"), [(1984, ""), (None, ""), (None, "1984")])
def test_a_name_without_a_birth_year_is_held_back(here: int | None, there: str) -> None:
    ours = replace(OURS, birth_year=here, case_refs=(), stands=True)
    found = compare([replace(ROW, birth=there), replace(ROW, row=3, birth=there, case_ref="J-5")], [ours], TODAY)
    assert not found.new
    assert [row.row for row in found.held] == [2, 3]
    assert found.gone == (ours,)
    assert "add" in found.held[0].reason
    assert "FB-2025-014" in found.held[1].reason


def test_a_row_that_would_overlap_is_held_back() -> None:
    known = KnownPerson(id=7, name="Bo Eks", birth_year=1984)
    stands = replace(OURS, name="Bo Eks", spellings=(), person=7, stands=True)
    first = replace(ROW, name="Bo Eks", starts_on=stands.starts_on or TODAY, number=stands.number)
    for row, taken in (
        (replace(first, row=3, number="", starts_on=date(2026, 3, 1), ends_on=date(2026, 9, 1)), False),
        (replace(first, row=3, number="", starts_on=date(2026, 3, 2), ends_on=date(2026, 9, 1)), True),
        (replace(first, row=3, number="", kind="contact", ends_on=date(2026, 9, 1)), True),
        (replace(first, row=3, number="", kind="department", ends_on=date(2026, 9, 1)), False),
    ):
        found = compare([first, row], [stands], TODAY, [known])
        assert [pair.row.row for pair in found.same] == [2]
        assert bool(found.new) is taken
        assert [held.reason.split(" about")[0] for held in found.held] == (
            [] if taken else ["It overlaps with FB-2025-014"]
        )


def test_two_rows_of_one_new_person_may_not_overlap_either() -> None:
    second = replace(ROW, row=3, starts_on=date(2025, 10, 1), ends_on=date(2026, 5, 1))
    found = compare([ROW, second], [], TODAY)
    assert found.new == (ROW,)
    assert [(held.row, "row 2" in held.reason) for held in found.held] == [(3, True)]
    after = replace(second, starts_on=date(2026, 3, 2))
    found = compare([ROW, after], [], TODAY)
    assert found.new == (ROW, after)
    assert found.persons[2] is found.persons[3]


names = st.sampled_from(["Bo Eks", "Eks, Bo", "Ida Holm", "Søren Ågård", "Soeren Aagaard", "Bo Ibsen"])
days = st.integers(-60, 60).map(lambda offset: TODAY + timedelta(days=offset))
refs = st.sampled_from(["", "J-1", "J 1", "J-2"])
numbers = st.sampled_from(["", "FB-2025-001", "FB-2025-002", "77"])
kinds = st.sampled_from(["", "full", "contact"])


@st.composite
def rows(draw: st.DrawFn) -> list[ListRow]:
    count = draw(st.integers(0, 8))
    return [
        ListRow(
            row=place + 2,
            name=draw(names),
            starts_on=TODAY,
            ends_on=draw(st.one_of(st.none(), days)),
            birth=draw(st.sampled_from(["", "1984", "1990"])),
            case_ref=draw(refs),
            number=draw(numbers),
            kind=draw(kinds),
        )
        for place in range(count)
    ]


@st.composite
def bans(draw: st.DrawFn) -> list[OurBan]:
    count = draw(st.integers(0, 6))
    return [
        OurBan(
            id=place,
            number=f"FB-2025-{place:03d}",
            name=draw(names),
            kind=draw(st.sampled_from(["full", "contact"])),
            standing=draw(st.sampled_from(["draft", "coming", "active", "expired", "lifted"])),
            starts_on=TODAY,
            ends_on=draw(st.one_of(st.none(), days)),
            birth_year=draw(st.sampled_from([None, 1984, 1990])),
            case_refs=tuple(ref for ref in [draw(refs)] if ref),
        )
        for place in range(count)
    ]


@given(rows(), bans())
def test_every_row_and_every_running_ban_is_in_exactly_one_class(listed: list[ListRow], ours: list[OurBan]) -> None:
    found = compare(listed, ours, TODAY)
    placed = Counter(
        [pair.row.row for pair in (*found.same, *found.different)]
        + [row.row for row in (*found.new, *found.ended, *found.held)]
    )
    assert placed == Counter(row.row for row in listed)
    held = Counter([pair.ours.id for pair in (*found.same, *found.different)] + [ban.id for ban in found.gone])
    assert max(held.values(), default=1) == 1
    assert {ban.id for ban in ours if ban.standing in RUNNING} <= held.keys()
    assert all(not pair.differs for pair in found.same)
    assert all(pair.differs for pair in found.different)


@given(bans())
def test_our_own_list_is_the_same_as_ours(ours: list[OurBan]) -> None:
    ours = [ban for ban in ours if ban.standing in RUNNING and ban.ends_on is not None]
    listed = [
        ListRow(
            row=ban.id + 2,
            name=ban.name,
            starts_on=TODAY,
            ends_on=ban.ends_on or TODAY,
            birth=str(ban.birth_year or ""),
            case_ref="".join(ban.case_refs),
            number=ban.number,
            kind=ban.kind,
        )
        for ban in ours
    ]
    found = compare(listed, ours, TODAY)
    assert len(found.same) == len(ours)
    assert not found.gone


KARL = KnownPerson(id=7, name="Karl Ask", spellings=("Karl Ask",), birth_year=1970, case_refs=("J-1",))
OF_KARL = ListRow(row=2, name="Karl Ask", starts_on=TODAY, ends_on=date(2026, 3, 1), birth="1970", letter_ref="D-1")


@pytest.mark.parametrize(
    ("known", "row"),
    [
        (KARL, replace(OF_KARL, case_ref="J-2")),
        (replace(KARL, birth_date=date(1970, 5, 24)), replace(OF_KARL, case_ref="J-2")),
        (KARL, replace(OF_KARL, case_ref="J-2", birth="24-05-1970")),
    ],
)
def test_nobody_is_joined_by_name_and_year_where_the_case_numbers_differ(known: KnownPerson, row: ListRow) -> None:
    found = compare([row], [], TODAY, [known])
    assert (found.new, [held.row for held in found.held]) == ((), [2])
    assert "It may be Karl Ask" in found.held[0].reason
    assert "J-1" in found.held[0].reason


def test_the_case_numbers_of_somebody_s_bans_are_theirs_too() -> None:
    ban = replace(OURS, name="Karl Ask", spellings=(), birth_year=1970, case_refs=("J-1",), person=7, stands=True)
    over = replace(ban, standing="expired", starts_on=date(2024, 1, 1), ends_on=date(2024, 2, 1))
    rows = [replace(OF_KARL, row=2, number="FB-2025-014"), replace(OF_KARL, row=3, case_ref="J-2")]
    found = compare(rows, [over], TODAY, [replace(KARL, case_refs=())])
    assert [held.row for held in found.held] == [3]


@pytest.mark.parametrize(
    ("known", "row", "person"),
    [
        (KARL, replace(OF_KARL, case_ref="J 1"), 7),
        (KARL, OF_KARL, 7),
        (replace(KARL, case_refs=()), replace(OF_KARL, case_ref="J-2"), 7),
        (replace(KARL, birth_date=date(1970, 5, 24)), replace(OF_KARL, case_ref="J-2", birth="24-05-1970"), 7),
        (replace(KARL, birth_date=date(1970, 5, 24)), replace(OF_KARL, case_ref="J-2", birth="25-05-1970"), -2),
        (KARL, replace(OF_KARL, case_ref="J-2", birth="1971"), -2),
    ],
)
def test_what_tells_who_a_row_is_about(known: KnownPerson, row: ListRow, person: int) -> None:
    found = compare([row], [], TODAY, [known])
    assert found.persons[2].id == person


def test_two_rows_of_one_name_and_year_with_two_case_numbers_are_not_one_person() -> None:
    first = replace(OF_KARL, row=2, case_ref="J-1", ends_on=date(2025, 12, 1))
    second = replace(OF_KARL, row=3, case_ref="J-2", starts_on=date(2025, 12, 2))
    for known in ((), (replace(KARL, case_refs=()),)):
        found = compare([first, second], [], TODAY, known)
        assert [held.row for held in found.held] == [2, 3]
        assert "row 3" in found.held[0].reason
    days = [replace(first, birth="24-05-1970"), replace(second, birth="25-05-1970")]
    assert [person.id for person in compare(days, [], TODAY).persons.values()] == [-2, -3]
    same = compare([replace(first, birth="24-05-1970"), replace(second, birth="24-05-1970")], [], TODAY)
    assert [person.id for person in same.persons.values()] == [-2, -2]


@given(st.text(max_size=6) | st.text("=+-@'＝a,; ", max_size=6))
def test_a_cell_made_harmless_begins_no_formula_and_is_read_back(text: str) -> None:
    cell = harmless(text)
    for part in re.split("[,;\t]", cell):
        assert part.strip()[:1] not in set("=+-@＝＋－＠")
    assert meant(cell) == text
