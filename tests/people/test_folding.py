"""What is made the same when names are compared, and what is kept apart."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardroom.people.folding import born, fold, sound
from guardroom.people.name_families import relatives, stands_for


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Søren Ågård", ("soeren", "aagaard")),
        ("SØREN ÅGÅRD", ("soeren", "aagaard")),
        ("Soeren Aagaard", ("soeren", "aagaard")),
        ("Sören", ("soeren",)),
        ("Anne-Marie  D’Angelo", ("anne", "marie", "dangelo")),
        ("İbrahim Yıldız", ("ibrahim", "yildiz")),
        ("ibrahim yildiz", ("ibrahim", "yildiz")),
        ("Łukasz Wójcik", ("lukasz", "wojcik")),
        ("Nguyễn Văn Đức", ("nguyen", "van", "duc")),
        ("Đorđe Straße", ("dorde", "strasse")),
        ("Al-Khatib (Abu)", ("al", "khatib", "abu")),
        ("Ｊｅｎｓ", ("jens",)),
        ("Мария 王", ("мария", "王")),
        ("--- !", ()),
    ],
)
def test_the_keyboard_is_undone(name: str, words: tuple[str, ...]) -> None:
    assert fold(name) == words


@pytest.mark.parametrize(
    "names",
    [
        "Søren Soeren Soren Sören",
        "Ågård Aagaard Agard Ågaard",
        "Kristian Christian Kristjan",
        "Sofie Sophie",
        "Mejer Meyer Maier Majer",
        "Schmidt Smidt Smith",
        "Jensen Jenssen Jenson",
        "Qvist Kvist",
        "Hjort Jort",
        "Winther Vinter",
        "Müller Muller Mueller",
        "Fatimah Fatima",
        "Djamila Jamila",
        "Youssef Yousef Jusef",
        "Kjær Kær Kjaer",
    ],
)
def test_the_ear_is_undone(names: str) -> None:
    assert len({sound(word) for word in fold(names)}) == 1


@pytest.mark.parametrize("pair", ["Jens Jan", "Hansen Jensen", "Lund Lind", "Ali Ole", "Møller Miller", "Anne Hanne"])
def test_other_names_stay_other_names(pair: str) -> None:
    one, other = fold(pair)
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    "pair",
    ["Mohammed Mehmet", "Yusuf Joseph", "Ahmed Achmad", "Fatima Fadumo", "Hussein Xuseen", "Piotr Peter", "Aisha Ayse"],
)
def test_families_hold_what_no_rule_brings_together(pair: str) -> None:
    one, other = map(sound, fold(pair))
    assert other in relatives(one)
    assert one in relatives(other)
    assert stands_for(one) == stands_for(other)


def test_a_name_of_no_family_stands_for_itself() -> None:
    assert relatives(sound("hvilsted")) == ()
    assert stands_for(sound("hvilsted")) is None


@given(st.text(max_size=40))
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    words = fold(text)
    assert fold(" ".join(words)) == words
    assert all(word == word.lower() and word.isprintable() for word in words)


@given(st.text(max_size=40))
def test_case_makes_no_difference(text: str) -> None:
    assert fold(text.upper().lower()) == fold(text.upper())


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=14))
def test_every_word_has_a_sound(word: str) -> None:
    assert sound(word)


def test_a_birth_is_shown_as_it_is_typed() -> None:
    assert born(date(1985, 11, 24), 1985) == "24-11-1985"
    assert born(None, 1985) == "1985"
    assert born(None, None) == ""
