"""Foreign text after its cleaning."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardroom.text import clean, one_line

DANISH = st.text(st.characters(codec="latin-1", categories=["L", "N", "P", "S"]))
ANYTHING = st.text(st.characters(), max_size=80)


@given(ANYTHING, st.integers(0, 40))
def test_nothing_is_left_that_a_terminal_would_obey(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert unicodedata.is_normalized("NFC", cleaned)
    assert all(unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn") for one in cleaned)
    assert clean(cleaned, limit) == cleaned


@given(DANISH)
def test_what_is_fine_stays_as_it_is(text: str) -> None:
    fine = unicodedata.normalize("NFC", text)
    assert clean(fine) == fine
    assert clean(unicodedata.normalize("NFD", fine)) == fine


@given(DANISH, DANISH, st.integers(0, 20))
def test_one_bad_character_changes_nothing_about_the_others(before: str, after: str, limit: int) -> None:
    assert clean(f"{before}\x9b{after}", limit) == clean(f"{before}{after}", limit)


@pytest.mark.parametrize(
    ("foreign", "cleaned"),
    [
        ("Kontakt\u202erum", "Kontaktrum"),
        ("Kontakt\u3164rum", "Kontaktrum"),
        ("Kontakt\u034frum", "Kontaktrum"),
        ("A\u030angst", "Ångst"),
        ("to\r\nlinjer", "to  linjer"),
        ("K\u00a02", "K\u00a02"),
    ],
)
def test_what_cannot_be_seen_goes(foreign: str, cleaned: str) -> None:
    assert clean(foreign) == cleaned


def test_one_line_has_no_blanks_around_and_never_two() -> None:
    assert one_line("  Kontaktrum \t\n 2  ") == "Kontaktrum 2"
