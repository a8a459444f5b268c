"""Big letters: everything a Danish town hall names its rooms with can be read from afar, and always fits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from guardroom.text import clean
from screens.big_letters import ROWS, big, drawing_block


@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ0123456789.-/:,+()_'")
def test_every_letter_is_drawn_in_five_equal_rows(letter: str) -> None:
    """A glyph is a rectangle with something in it."""
    rows = big(letter, 40).split("\n")
    assert len(rows) == ROWS
    assert len({len(row) for row in rows}) == 1
    assert "█" in "".join(rows)


def test_all_letters_look_different() -> None:
    """No two letters are drawn alike (O and 0 among them)."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ0123456789.-/:,+()_'"
    assert len({big(letter, 40) for letter in letters}) == len(letters)


def test_small_letters_and_accents_are_folded() -> None:
    """`Café` is drawn as `CAFE`, and `Å` written in two characters as one letter."""
    assert big("café", 80) == big("CAFE", 80)
    assert big("A\u030a", 80) == big("Å", 80)


def test_a_short_name_is_drawn_twice_as_wide() -> None:
    """Where there is room, letters are as wide as they are tall."""
    assert len(big("K2", 116).split("\n")[0]) == 2 * len(big("K2", 12).split("\n")[0])


def test_a_long_name_gives_way_to_the_room_s_id() -> None:
    """What cannot be drawn in the width is drawn shorter."""
    assert big("Borgerservice mødelokale 12", 76, "B12") == big("B12", 76)


def test_what_cannot_be_drawn_is_plain() -> None:
    """Other alphabets, and names too long without anything shorter, come as one row of spaced capitals."""
    assert big("Москва", 80) == "М О С К В А"
    assert big("Borgerservice", 20) == "BORGERSERVICE"
    assert big("½", 20) == "½"


def test_another_block() -> None:
    """A console draws with a sign that every font has."""
    assert set(big("K2", 40, block=drawing_block(True))) == {"#", " ", "\n"}


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40).map(clean), st.integers(0, 130))
def test_it_always_fits(text: str, width: int) -> None:
    """Whatever the text, no row is wider than asked."""
    assert all(cell_len(row) <= width for row in big(text, width).split("\n"))
