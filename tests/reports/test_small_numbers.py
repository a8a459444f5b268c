"""Small numbers are withheld, and nobody can work them out: every table that fits what is told is tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardroom.reports.small_numbers import Cell, Part, Split, ToldPart, told


def split(*parts: int | tuple[int, ...]) -> Split:
    """A total of these counts; a tuple is a part with parts of its own."""
    made = []
    for at, part in enumerate(parts):
        inside = part if isinstance(part, tuple) else ()
        count = part if isinstance(part, int) else sum(part)
        made.append(Part(f"p{at}", count, tuple(Part(f"q{of}", each) for of, each in enumerate(inside))))
    return Split(sum(part.count for part in made), tuple(made))


def said(found: Split, fewer_than: int = 3) -> dict[str, str]:
    """What is told of each part: its count, or why not."""
    return {code: str(cell.count or cell.withheld or 0) for code, cell in told(found, fewer_than).cells().items()}


def possible(cell: Cell, fewer_than: int, most: int) -> range:
    """What a cell can be, by what is told of it alone."""
    if cell.count is not None:
        return range(cell.count, cell.count + 1)
    return {
        "few": range(1, fewer_than),
        "held": range(fewer_than, most + 1),
        "hidden": range(most + 1),
    }[cell.withheld]


def tables(parts: tuple[ToldPart, ...], total: int, fewer_than: int, most: int) -> Iterator[dict[str, int]]:
    """Every table with this total that fits what is told."""
    if not parts:
        if total == 0:
            yield {}
        return
    first, *others = parts
    for count in possible(first.cell, fewer_than, min(most, total)):
        if count > total:
            continue
        insides = tables(first.parts, count, fewer_than, most) if first.parts else iter([{}])
        for inside in insides:
            for rest in tables(tuple(others), total - count, fewer_than, most):
                yield {first.code: count, **{f"{first.code}/{code}": each for code, each in inside.items()}, **rest}


def tables_of(found: Split, fewer_than: int) -> Iterator[dict[str, int]]:
    """Every table that somebody who reads the report must think possible."""
    shown = told(found, fewer_than)
    most = found.total + fewer_than
    for total in possible(shown.total, fewer_than, most):
        yield from tables(shown.parts, total, fewer_than, most)


COUNT = st.integers(0, 6)
SPLITS = st.lists(st.one_of(COUNT, st.lists(COUNT, min_size=1, max_size=3).map(tuple)), min_size=1, max_size=4)


@given(parts=SPLITS, fewer_than=st.sampled_from((3, 4)))
@settings(max_examples=250, deadline=None)
def test_no_withheld_number_follows_from_what_is_told(parts: list[int | tuple[int, ...]], fewer_than: int) -> None:
    found = split(*parts)
    values: dict[str, set[int]] = {}
    for table in tables_of(found, fewer_than):
        for code, count in table.items():
            values.setdefault(code, set()).add(count)
    cells = told(found, fewer_than).cells()
    assert {code for code, cell in cells.items() if cell.withheld and len(values[code]) < 2} == set()


@given(parts=SPLITS, fewer_than=st.sampled_from((3, 5)))
def test_what_is_told_is_true_and_no_small_number(parts: list[int | tuple[int, ...]], fewer_than: int) -> None:
    found = split(*parts)
    counts = {part.code: part.count for part in found.parts}
    counts |= {f"{part.code}/{inner.code}": inner.count for part in found.parts for inner in part.parts}
    for code, cell in told(found, fewer_than).cells().items():
        assert counts[code] in possible(cell, fewer_than, found.total)
        assert cell.count is None or not 0 < cell.count < fewer_than


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        # None is small: all are told.
        (split(5, 6, 0), {"p0": "5", "p1": "6", "p2": "0"}),
        # One is small: the last of the others is held back, the rest are told.
        (split(2, 4, 9), {"p0": "few", "p1": "4", "p2": "held"}),
        # Two that are small are 1 and 2, or 1 and 1: another is held back in either case.
        (split(1, 2, 9), {"p0": "few", "p1": "few", "p2": "held"}),
        (split(1, 1, 9), {"p0": "few", "p1": "few", "p2": "held"}),
        # One that is small and one that is held back could be 1 and 3 only: none is told.
        (split(9, 1, 3), {"p0": "hidden", "p1": "hidden", "p2": "hidden"}),
        # There is no other that could be: none is told, the zero neither.
        (split(2, 2, 0), {"p0": "hidden", "p1": "hidden", "p2": "hidden"}),
        # What is small as a whole has no parts.
        (split(2), {"p0": "hidden"}),
        # The parts of a part that is held back are not told.
        (split(9, 2, (4, 4)), {"p0": "9", "p1": "few", "p2": "held", "p2/q0": "hidden", "p2/q1": "hidden"}),
        # A part of a part is small: it is its own sum that must not give it away.
        (split((2, 6, 9), 5), {"p0": "17", "p0/q0": "few", "p0/q1": "6", "p0/q2": "held", "p1": "5"}),
    ],
)
def test_by_hand(found: Split, expected: dict[str, str]) -> None:
    assert said(found) == expected


@pytest.mark.parametrize(("fewer_than", "count", "most"), [(3, 2, 14), (3, 3, 11), (3, 4, 8), (5, 3, 14)])
def test_whoever_knows_the_rule_learns_nothing_from_what_is_held_back_where(
    fewer_than: int, count: int, most: int
) -> None:
    alike: dict[object, list[tuple[int, ...]]] = {}
    for counts in product(range(most), repeat=count):
        shown = told(split(*counts), fewer_than)
        # Some that look like the others have larger numbers than are tried here.
        if sum(counts) < most:
            alike.setdefault((shown.total, shown.parts), []).append(counts)
    given_away = {
        counts
        for (_total, parts), tables in alike.items()
        for at, part in enumerate(parts)  # type: ignore[arg-type]
        for counts in tables
        if part.cell.withheld and 0 < counts[at] < fewer_than and len({each[at] for each in tables}) == 1
    }
    # All of them small and alike: their total says it.
    assert {counts for counts in given_away if len(set(counts)) > 1} == set()
