"""What may be a code, and how it is kept."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from harness.house import cheap_codes
from hypothesis import assume, given
from hypothesis import strategies as st

from guardroom.people import codes
from guardroom.people.secret import Secret, make_secret, read_secret

SECRET = Secret(b"\x01" * 32)
OTHER = Secret(b"\x02" * 32)


@pytest.mark.parametrize(
    "code",
    [
        "417093",
        "0470931",
        "hest og vogn",
        "æblegrød",
        "mhoj kører hjem",
        "a1b2c3d4",
        "9174 8802 3",
        "20251399",
        "🐴🐑🐄🐖🐓🦆🐈🐕",
    ],
)
def test_what_may_be_a_code(code: str) -> None:
    assert codes.wrong_code(code, "MH") is None


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "at least 6 digits"),
        ("41709", "at least 6 digits"),
        ("     41709     ", "at least 6 digits"),
        ("hestevo", "at least 8 characters"),
        ("１２３４５６", "at least 8 characters"),
        ("x" * 201, "at most 200"),
        ("hest\x1b[2Jvogn", "letters, digits, signs"),
        ("hest\u202evogne", "letters, digits, signs"),
        ("hest\nog vogn", "letters, digits, signs"),
        ("111111", "guessed first"),
        ("123456", "guessed first"),
        ("654321", "guessed first"),
        ("567890", "guessed first"),
        ("098765", "guessed first"),
        ("121212", "guessed first"),
        ("123123", "guessed first"),
        ("aaaaaaaa", "guessed first"),
        ("abcdefgh", "guessed first"),
        ("240590", "birthday or a CPR"),
        ("290299", "birthday or a CPR"),
        ("24051990", "birthday or a CPR"),
        ("19900524", "birthday or a CPR"),
        ("24-05-90", "birthday or a CPR"),
        ("2405901234", "birthday or a CPR"),
        ("240590-1234", "birthday or a CPR"),
        ("mit 240590-1234", "birthday or a CPR"),
        ("MH147093", "the initials"),
        ("mhmhmhmh", "guessed first"),
        ("mh-mh-mh", "guessed first"),
        ("mh 4170 mh", "the initials"),
    ],
)
def test_what_may_not(code: str, said: str) -> None:
    sentence = codes.wrong_code(code, "MH")
    assert sentence is not None
    assert said in sentence


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d%m%y", "%d%m%Y", "%Y%m%d"]))
def test_no_day_is_a_code(day: date, form: str) -> None:
    assert codes.wrong_code(day.strftime(form), "MH") is not None


@given(st.text(max_size=300), st.text("ABCÆØÅ", max_size=6))
def test_any_text_is_judged_and_spaces_around_it_make_no_difference(code: str, initials: str) -> None:
    assume(len(code) < 250)
    assert codes.wrong_code(f"  {code} ", initials) == codes.wrong_code(code, initials)


def test_a_one_time_code_is_a_code_and_another_each_time() -> None:
    given_out = [codes.one_time_code("MH") for _ in range(200)]
    assert all(len(code) == 6 and code.isdigit() and codes.wrong_code(code, "MH") is None for code in given_out)
    assert len(set(given_out)) > 190


def test_the_code_and_no_other_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_codes(monkeypatch)
    kept = codes.hash_code("blåbærgrød", SECRET)
    assert "blåbær" not in kept
    assert codes.fits("blåbærgrød", kept, SECRET)
    assert codes.fits(unicodedata.normalize("NFD", " blåbærgrød "), kept, SECRET)
    assert not codes.fits("blåbærgrøD", kept, SECRET)
    assert not codes.fits("blåbærgrød", kept, OTHER), "without the house's secret the database tells nothing"
    assert codes.hash_code("blåbærgrød", SECRET) != kept, "two people with one code are not seen to have it"


@pytest.mark.parametrize("kept", ["", "nonsense", "$argon2id$v=19$m=8,t=1,p=1$x"])
def test_where_there_is_no_code_none_fits(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_codes(monkeypatch)
    for code in ("", "417093", "\ud800", "x" * 100_000):
        assert not codes.fits(code, kept, SECRET)


def test_a_hash_costs_what_is_advised_and_nobodys_costs_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, hash: str, password: bytes) -> bool:  # noqa: A002 - the library's name
        tried.append(hash)
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    kept = codes.hash_code("417093", SECRET)
    assert codes.fits("417093", kept, SECRET)
    assert not codes.fits("417093", "", SECRET)
    somebodys, nobodys = map(extract_parameters, tried)
    assert somebodys == nobodys
    assert somebodys.type.name == "ID"
    assert somebodys.memory_cost >= 19 * 1024
    assert somebodys.time_cost >= 2


def test_a_hash_of_another_cost_is_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_codes(monkeypatch)
    kept = codes.hash_code("417093", SECRET)
    assert not codes.is_outdated(kept)
    monkeypatch.setattr(codes, "STRENGTH", codes.Strength(memory_kib=16, passes=1, lanes=1))
    assert codes.is_outdated(kept)
    assert codes.fits("417093", kept, SECRET)


def test_a_code_of_one_secret_is_a_code_after_it_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_codes(monkeypatch)
    make_secret(tmp_path / "guardroom.secret")
    kept = codes.hash_code("417093", read_secret(tmp_path / "guardroom.secret"))
    make_secret(tmp_path / "guardroom.secret")
    assert codes.fits("417093", kept, read_secret(tmp_path / "guardroom.secret"))
