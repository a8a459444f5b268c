"""A CPR number is refused however it is parted; phone numbers, dates and case numbers are not."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardroom.people.cpr import holds_cpr, holds_day, lost_its_zero, no_cpr, parted, without_cpr

_DAYS = st.integers(0, 365).map(lambda days: date(2000, 1, 1) + timedelta(days=days))
_TWO = st.integers(0, 99).map("{:02}".format)
_SERIAL = st.integers(0, 9999).map("{:04}".format)
_PHONES = st.integers(20_000_000, 99_999_999).map(str)
_LETTERS = st.text("abcæøåABC ,:()", max_size=8)


@st.composite
def cpr_digits(draw: st.DrawFn) -> str:
    day = draw(_DAYS)
    return f"{day:%d%m}{draw(_TWO)}{draw(_SERIAL)}"


def _parted(digits: str, lengths: tuple[int, ...], sign: str) -> str:
    parts, begin = [], 0
    for length in lengths:
        parts.append(digits[begin : begin + length])
        begin += length
    return sign.join(parts)


@given(
    cpr_digits(),
    st.sampled_from(((10,), (6, 4), (2, 2, 2, 4), (2, 2, 2, 2, 2), (6, 2, 2), (2, 4, 4), (2, 2, 6), (1,) * 10)),
    st.sampled_from((" ", "-", ".", "/", "–", "−", " - ", "_", "*", ":", "\u00a0", "\u2009", " / ", "\t")),
    _LETTERS,
    _LETTERS,
)
def test_refused_however_it_is_parted(
    digits: str, lengths: tuple[int, ...], sign: str, before: str, after: str
) -> None:
    if set(lengths) != {2} or sign.strip() or _checks(digits):
        assert holds_cpr(f"{before}x {_parted(digits, lengths, sign)} x{after}")


def _checks(digits: str) -> bool:
    """Whether the check digit is right, or need not be."""
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True))
    return weighted % 11 == 0 or digits[:4] == "0101"


def _given_out(year: int, serial: str) -> bool:
    """Whether there can be such a serial number: since 2000 it begins with 4 or more."""
    return year < 2000 or serial[0] >= "4"


@given(
    st.dates(date(1900, 1, 1), date(2009, 12, 31)),
    _SERIAL,
    st.sampled_from(("%d%m%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m %Y", "%d %m %Y", "%d%m %Y")),
    st.sampled_from(("-", " ", " - ", ", ", " nr. ", " nr ", " cpr ", ", løbenr. ", " og de sidste fire er ")),
    _LETTERS,
)
def test_refused_with_the_century(day: date, serial: str, day_form: str, sign: str, before: str) -> None:
    assert holds_cpr(f"{before}x {day.strftime(day_form)}{sign}{serial}") == _given_out(day.year, serial)


@given(
    st.dates(date(1913, 1, 1), date(2009, 12, 31)),
    _SERIAL,
    st.sampled_from("/.-"),
    st.sampled_from("/.- "),
    st.sampled_from(("%y", "%Y")),
    st.sampled_from((" ", "-", ", ")),
)
def test_refused_with_a_day_of_one_digit(day: date, serial: str, sign: str, other: str, year: str, last: str) -> None:
    typed = f"{day.day}{sign}{day.month}{other}{day.strftime(year)}{last}{serial}"
    period = sign == "-" and other != "-" and serial[:2] in ("18", "19", "20")
    if not period and (year == "%y" or _given_out(day.year, serial)):
        assert holds_cpr(f"født {typed}.")


@given(cpr_digits(), st.sampled_from(((6, 2, 2), (4, 2, 4), (2, 4, 4), (2, 2, 2, 4))), st.data())
def test_refused_with_several_signs(digits: str, lengths: tuple[int, ...], data: st.DataObject) -> None:
    parts = _parted(digits, lengths, "|").split("|")
    signs = [data.draw(st.sampled_from((" ", "-", " - ", "/"))) for _ in parts[1:]]
    typed = parts[0] + "".join(sign + part for sign, part in zip(signs, parts[1:], strict=True))
    if not (len(parts) == 4 and signs[0].strip() == "-" and digits[6:8] in ("18", "19", "20")):
        assert holds_cpr(f"født {typed}")


@given(cpr_digits(), st.sampled_from((0xFF10, 0x0660, 0x06F0, 0x0966, 0x2080, 0x1D7CE)), st.booleans())
def test_refused_in_other_digits(digits: str, zero: int, parted: bool) -> None:
    other = "".join(chr(zero + int(digit)) for digit in digits)
    assert holds_cpr(other[:6] + "-" + other[6:] if parted else other)


@given(cpr_digits(), st.sampled_from(("\u200b", "\u00ad", "\u2060", "\u0301", "\ufe0f\u20e3")))
def test_refused_with_marks_nobody_sees(digits: str, mark: str) -> None:
    assert holds_cpr(mark.join(digits) + mark)


@given(cpr_digits(), st.sampled_from("abcxyzÆØ"), st.sampled_from("abcxyzÆØ"))
def test_refused_between_letters(digits: str, before: str, after: str) -> None:
    assert holds_cpr(before + digits + after)


@pytest.mark.parametrize(
    "text",
    [
        "sag 17 010190-1234",
        "010190-1234 2",
        "12 01-01-90-1234",
        "ring 59225922, 010190 1234",
        "sag 17 01.01.1990 1234",
        "12 nr 01-01-90-1234",
    ],
)
def test_refused_beside_another_number(text: str) -> None:
    assert holds_cpr(text)


@pytest.mark.parametrize(
    "text",
    [
        "24. maj 1990-1234",
        "24 maj 1990 1234",
        "født 24. maj 90, 1234",
        "4. oktober 1990 og de sidste fire er 1234",
        "1990-05-24-1234",
        "19900524-1234",
        "199005241234",
        "1990.05.24 1234",
        "2001-05-24-4234",
        "240590" + " " * 40 + "1234",
        "240590 ......... 1234",
        "240590 . . . . . . 1234",
        "24-05-90/12-34",
        "24.05.90 - 12-34",
        "24051990 / 12 / 34",
        "240590x1234",
        "240590 X 1234",
        "240590 slutter på 1234",
        "240590, slutter 1234",
        "cpr 240590 slut 1234",
        "240590 ending in 1234",
        "240590 lbnr 1234",
        "240590 lb.nr. 1234",
        "640590-1234",
        "8405901234",
    ],
)
def test_refused_as_people_write_it(text: str) -> None:
    assert holds_cpr(text)
    assert holds_cpr(f"Han er født {text}, siger han.")
    assert not holds_cpr(without_cpr(text))


@pytest.mark.parametrize("month", ["januar", "maj", "september", "October"])
def test_the_numbered_lines_of_a_letter_go_through(month: str) -> None:
    ways = ("kl. 10.05", "kl. 1005", "10:05", "at 10.05, B1")
    lines = [f"{number}. {day}. {month} 2026 {at}" for number in range(1, 13) for day in range(1, 29) for at in ways]
    assert [line for line in lines if holds_cpr(line)] == []


@pytest.mark.parametrize(
    "fields",
    [
        ("24-05-1990", "1234"),
        ("Anna 240590", "1234"),
        ("240590", "12 34"),
        ("født 24. maj 1990", "", "1234"),
        ("Etage 2", "240590", "1234"),
    ],
)
def test_refused_in_two_fields(fields: tuple[str, ...]) -> None:
    assert parted(*fields)


@pytest.mark.parametrize(
    "fields",
    [
        ("24-05-1990", "J-1234"),
        ("24-05-1990", "1234-25"),
        ("24-05-1990", "25/44"),
        ("24-05-1990", "25-44"),
        ("1990", "1234"),
        ("Jobcenter", "1234"),
        ("tlf 22113344", "1234"),
        ("10", "11", "12", "13", "14"),
        ("240590", "Rum 1234"),
    ],
)
def test_what_stands_side_by_side_is_not_always_one(fields: tuple[str, ...]) -> None:
    assert not parted(*fields)


def test_a_day_in_a_name() -> None:
    assert holds_day("Anna 240590")
    assert holds_day("Anna 24-05-1990 Ask")
    assert not holds_day("Anna Ask 2")
    assert not holds_day("Firma 994590")
    assert not holds_day("Firma 12345678")


def test_a_zero_that_a_spreadsheet_dropped() -> None:
    assert lost_its_zero("105901230") == _checks("0105901230")
    assert lost_its_zero("101901234")
    assert not lost_its_zero("451901234")
    assert not lost_its_zero("10190123")


@given(cpr_digits())
def test_a_number_of_its_own_kind_may_look_like_one(digits: str) -> None:
    """A case number of ten digits, as long as it cannot be one."""
    assert holds_cpr(digits, number=True) == _checks(digits)
    assert holds_cpr(f"{digits[:6]}-{digits[6:]}", number=True)


@given(
    st.lists(_PHONES, min_size=1, max_size=3),
    st.sampled_from(((8,), (2, 2, 2, 2), (4, 4))),
    st.sampled_from((", ", " eller ", " / ")),
)
def test_phone_numbers_go_through(numbers: list[str], lengths: tuple[int, ...], between: str) -> None:
    assert not holds_cpr("tlf. " + between.join(_parted(number, lengths, " ") for number in numbers))


@given(
    _PHONES,
    st.sampled_from(((8,), (2, 2, 2, 2), (4, 4))),
    st.sampled_from((" ", ", ", " kl. ", " (", " man-fre ")),
    st.integers(6, 12),
    st.integers(13, 22),
    st.sampled_from(("{}-{}", "{}.00-{}.30", "{}:00-{}:00", "{} - {}", "{}.15-{}", "kl. {}-{}")),
)
def test_phone_numbers_with_hours_go_through(
    number: str, lengths: tuple[int, ...], between: str, opens: int, closes: int, hours: str
) -> None:
    assert not holds_cpr(f"tlf {_parted(number, lengths, ' ')}{between}{hours.format(opens, closes)}")


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.times(),
    st.sampled_from(("%d-%m-%Y", "%d/%m %Y", "%Y-%m-%d", "%d-%m-%y", "%d/%m/%y")),
    st.sampled_from((" %H:%M", " %H.%M", ", %H.%M", " kl. %H.%M")),
)
def test_dates_and_times_go_through(day: date, hour: time, day_form: str, hour_form: str) -> None:
    assert not holds_cpr(day.strftime(day_form) + hour.strftime(hour_form))


@given(st.integers(1900, 2099), st.integers(0, 999_999))
def test_case_numbers_that_begin_with_a_year_go_through(year: int, serial: int) -> None:
    assert not holds_cpr(f"{year}-{serial:06}")
    assert not holds_cpr(f"Sag {year}/{serial:06}")


@pytest.mark.parametrize(
    "text",
    [
        "12 34 56 78",
        "+45 12 34 56 78",
        "01-02-24 - 03-04-25",
        "fra 01.02.2024 til 03.04.2025",
        "01-02-2024 - 03-04-2025",
        "11 12 10 14 5922",
        "tlf 22 11 33 44 10-12",
        "5620 0301, 2000 0000",
        "56 20 03 01, 2000 0000",
        "22 11 33 44 08-15.30",
        "10-11/12 2025",
        "1.-5.12.2025",
        "241125 13.42",
        "rum 1 2 12 1234",
        "10.1.12.12.1234",
        "5922 nr 1234",
        "J-2231",
        "EAN 5790001234567",
        "3112751234567",
        "kl. 10.15 - 11.30 - 12.45",
        "4501901234",
        "12 11 22 33 44",
        "0510 123456",
        "24-11-2025 1342",
        "den 24. november 2025, 1342",
        "2025-11-24 1342",
        "20251124-1342",
        "10.-11. december 2025",
        "1.-5. december 2025",
        "24. maj 2025 - 12. juni 2026",
        "24-11-25 13.30",
        "24-11-25 10-12",
        "24.11.2025 / 13.42",
        "24112025 13.42",
        "",
    ],
)
def test_other_numbers_go_through(text: str) -> None:
    assert not holds_cpr(text)


def test_the_sentence_says_what_to_use_instead() -> None:
    (mistake,) = no_cpr("account", "han hedder 010190-1234")
    assert mistake.field == "account"
    assert "birth year" in mistake.sentence
    assert no_cpr("account", "han er født 1990") == []
