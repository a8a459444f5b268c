"""A CPR number is refused wherever something is typed or imported (law.md 5.2; rules.md K15): it is never needed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from guardroom.language import _
from guardroom.refusal import Mistake
from guardroom.text import clean

_DIGITS = 10
_WITH_CENTURY = 12
_FEWEST = 7
_SERIES = re.compile(r"\d+(?:[\W_]+\d+)*")
_FOUR = re.compile(r"\d\d ?\d\d")
_CROSSED = re.compile(r"\d[\d\W_]*\d")
_PARTS = re.compile(r"(\d+)([^\d]*)")
_LEAP_YEAR = 2000
_DASHES = frozenset("-–—−‐‑")
_JOINING = re.compile(
    r"""(?<=\d)[\W_]*
    (?:(?:og|and|er|is|med|with|de|the)[\W_]+){0,3}
    (?:(?:løbe|lb|kontrol|person|cpr|nr|serial|last|sidste|fire|four)[\W_]*){0,4}
    (?:nr|no|number|nummer|ciffer|cifre|tal|digits|cpr|fire|four|løbe|slut(?:ter)?|ender|ends|ending)
    (?:[\W_]+(?:er|is|på|in|with|med))?[\W_]*(?=\d)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words that say that the four digits behind them belong to the day of birth before them."""
_CROSS = re.compile(r"(?<=\d{6})[\W_]*x[\W_]*(?=\d{4}(?!\d))", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "ma[jy]", "jun", "jul", "aug", "sep", "o[kc]t", "nov", "dec")
_BY_NAME = re.compile(
    rf"(?<!\d)(\d{{1,2}})[\W_]*({'|'.join(_MONTHS)})[a-z]{{0,6}}[\W_]*((?:1[89]|20)?\d\d)"
    r"(?=[\W_]+\d\d[\W_]?\d\d(?!\d))",
    re.IGNORECASE,
)
"""A day with the name of its month, and four digits behind it: 24. maj 1990-1234."""
_YEAR_FIRST = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-/. ]?)(\d\d)\2(\d\d)[-\s/.,–]*(\d{4})(?!\d)",
)
"""A day as a computer writes it, with four digits: 1990-05-24-1234."""
_CHECK_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_ADMINISTRATIVE = 60
"""What is added to the day in the numbers that hospitals and municipalities give to whoever has none."""


def holds_cpr(text: str, *, number: bool = False) -> bool:
    """Whether the text holds ten digits that begin with a day and month there is, parted as people part them.

    The check digit is seldom asked: numbers without it have been given out since 2007. Ten digits together, or six and
    four, are always taken for one, and so is a day of birth with its century and four digits. Parted otherwise they are
    where nothing else of the same make stands beside them: phone numbers, hours, dates with times, periods and case
    numbers such as 2012-123456 go through.

    `number`: the text is a number of its own kind, a case's or a document's. Ten digits together are only taken for one
    where the check digit is right.
    """
    plain = _plain(text)
    if sum(map(str.isdecimal, plain)) < _FEWEST:
        return False
    if number and len(whole := plain.strip()) == _DIGITS and whole.isdecimal():
        return _is_day(int(whole[:2]), int(whole[2:4])) and _has_check_digit(whole)
    spellings = {
        _BY_NAME.sub(_with_its_number, said) for said in (plain, _JOINING.sub("-", plain), _CROSS.sub("-", plain))
    }
    return any(map(_begins_with_the_year, _YEAR_FIRST.finditer(plain))) or any(
        _is_cpr_in(found[0]) for said in spellings for found in _SERIES.finditer(said)
    )


def parted(*fields: str) -> bool:
    """Whether one field ends with a day of birth and the next that says something is the four digits behind it."""
    said = [plain for plain in (_plain(field).strip() for field in fields) if plain]
    for first, second in pairwise(said):
        # With another sign between them they are the number of a case: 25/44.
        if _FOUR.fullmatch(second) and holds_cpr(f"{first}-{second.replace(' ', '')}") and not holds_cpr(f"{first}-x"):
            return True
    return False


def holds_day(text: str) -> bool:
    """Whether the text holds a day in six or eight digits: the half of a CPR number that says most."""
    return any(
        _is_day(int(found[1]), int(found[2])) and (len(found[3]) == 2 or _is_century(found[3][:2]))
        for found in re.finditer(r"(?<!\d)(\d\d)[\W_]?(\d\d)[\W_]?(\d{4}|\d\d)(?!\d)", _plain(text))
    )


def lost_its_zero(digits: str) -> bool:
    """Whether nine digits are one whose first, a zero, a spreadsheet has dropped."""
    whole = f"0{digits}"
    return len(digits) == 9 and digits.isdecimal() and holds_cpr(whole) and _has_check_digit(whole)


def without_cpr(text: str) -> str:
    """The text with crosses for the digits of every series of numbers that holds a CPR number."""
    if not holds_cpr(text):
        return text
    kept = _CROSSED.sub(lambda found: _no_digits(found[0]) if holds_cpr(found[0]) else found[0], text)
    return _no_digits(kept) if holds_cpr(kept) else kept


def _no_digits(text: str) -> str:
    return "".join("x" if any(map(str.isdigit, unicodedata.normalize("NFKC", each))) else each for each in text)


def _with_its_number(found: re.Match[str]) -> str:
    """The day with its month as a number; what stands before it is no part of it, as in a numbered line."""
    name = found[2].casefold()
    month = next((number for number, each in enumerate(_MONTHS, 1) if re.fullmatch(each, name)), 0)
    return f"|a {int(found[1]):02}/{month:02} {found[3]}"


def _begins_with_the_year(found: re.Match[str]) -> bool:
    """Whether it is a day of birth with four digits, and not with a time of day."""
    year, _sign, month, day, serial = found.groups()
    return _is_day(int(day), int(month)) and _fits_century(year[:2], serial)


def _plain(text: str) -> str:
    """With ordinary digits and without marks that only hide them (1️⃣)."""
    whole = unicodedata.normalize("NFKC", clean(text, 100_000))
    digits = (str(unicodedata.digit(letter, letter)) for letter in whole)
    return "".join(letter for letter in digits if not unicodedata.category(letter).startswith("M"))


def _is_cpr_in(series: str) -> bool:
    """Whether one stands in a series of numbers with nothing but signs between them."""
    found = _PARTS.findall(series)
    parts, signs = [part for part, _sign in found], [sign.strip() or " " for _part, sign in found]
    for begin in range(len(parts)):
        length = 0
        for end in range(begin + 1, len(parts) + 1):
            length += len(parts[end - 1])
            if length > _WITH_CENTURY:
                break
            before, after = signs[begin - 1] if begin else "", signs[end - 1] if end < len(parts) else ""
            if _reads_as_one(parts[begin:end], signs[begin : end - 1], before, after):
                return True
    return False


def _reads_as_one(parts: Sequence[str], between: Sequence[str], before: str, after: str) -> bool:
    """Whether all of these numbers together are one."""
    digits, lengths = "".join(parts), [len(part) for part in parts]
    if len(parts) == 4 and min(lengths[:2]) == 1:
        return _with_short_day(parts, between, before, after)
    if len(digits) not in (_DIGITS, _WITH_CENTURY):
        return False
    day, month = int(digits[:2]), int(digits[2:4])
    if lengths in ([10], [6, 4]) and _is_day(day - _ADMINISTRATIVE, month):
        return True
    if not _is_day(day, month):
        return False
    if len(digits) == _DIGITS:
        return _parted_like_one(parts, between, before, after)
    return _fits_century(digits[4:6], digits[8:]) and _has_century(parts, between, before, after)


def _has_century(parts: Sequence[str], between: Sequence[str], before: str, after: str) -> bool:
    """Whether twelve digits are parted as a day with its century and four digits."""
    lengths = [len(part) for part in parts]
    if lengths == [4, 4, 4]:
        return not before and not after  # Else the halves of phone numbers.
    if lengths == [2, 2, 4, 4]:
        return between[0] != before
    if lengths == [8, 2, 2]:
        return not _is_hour(parts[1:], between)
    return lengths in ([12], [8, 4])


def _parted_like_one(parts: Sequence[str], between: Sequence[str], before: str, after: str) -> bool:
    """Whether ten digits are parted as people part them."""
    lengths, one_sign = [len(part) for part in parts], len(set(between)) == 1
    if lengths in ([10], [6, 4]):
        return True
    if {before, after} & set(between):
        return False  # Part of something longer: a phone number and another, a period.
    cuts = _cuts(lengths)
    if lengths == [2, 2, 2, 4]:
        return not _is_period(parts, between)
    if set(lengths) == {1} or lengths == [3, 3, 4]:
        return True
    if any(cut % 2 for cut in cuts):
        return False
    if lengths == [2, 2, 2, 2, 2]:
        return not after and _in_pairs(parts, between)
    if 6 in cuts and lengths[-1] == 4:
        return True
    if lengths == [6, 2, 2]:
        return not _is_hour(parts[1:], between)
    if lengths == [4, 6]:
        # A case number begins with its year, or is any number.
        return not _is_century(parts[0][:2]) and _has_check_digit("".join(parts))
    return one_sign and (6 in cuts or lengths == [2, 2, 6])  # With several: a day with hours, 24-11-2025 13.42.


def _in_pairs(parts: Sequence[str], between: Sequence[str]) -> bool:
    """Whether five pairs are one, and no phone number with hours (22 11 33 44 10-12), numbers in a row, or a day with
    hours (24-11-25 13.30)."""
    if len(set(between)) == 1:
        return between[0] != " " or _has_check_digit("".join(parts))
    hours = between[2] in (" ", ",") and between[3] in _DASHES and max(map(int, parts[3:])) <= 24
    return between[0] == between[1] != between[2] and not hours and not _is_hour(parts[3:], between[2:])


def _with_short_day(parts: Sequence[str], between: Sequence[str], before: str, after: str) -> bool:
    """Whether it is one whose day or month has one digit: 4/5-90 1234."""
    lengths = [len(part) for part in parts]
    if max(lengths[:2]) > 2 or lengths[2] not in (2, 4) or lengths[3] != 4:
        return False
    if between[0] == " " or between[0] in (before, after):
        return False  # Numbers in a row, or something longer.
    if lengths[2] == 4 and not _fits_century(parts[2][:2], parts[3]):
        return False
    return _is_day(int(parts[0]), int(parts[1])) and not _is_period(parts, between)


def _is_period(parts: Sequence[str], between: Sequence[str]) -> bool:
    """Whether they are days of one month: 10-11/12 2025."""
    days = between[0].lstrip(".") in _DASHES and between[1] not in _DASHES
    return days and 1 <= int(parts[2]) <= 12 and _is_century(parts[3][:2])


def _is_hour(parts: Sequence[str], between: Sequence[str]) -> bool:
    """Whether what follows a day is a time: 241125 13.42."""
    return between[0] in (" ", ",") and between[1] in (".", ":") and int(parts[0]) < 24 and int(parts[1]) < 60


def _is_century(digits: str) -> bool:
    return digits in ("18", "19", "20")


def _fits_century(digits: str, serial: str) -> bool:
    """Whether these are a century's digits, and its numbers have such last four: since 2000 they begin with 4 or more,
    as no time of day does."""
    return _is_century(digits) and (digits != "20" or serial[0] >= "4")


def _has_check_digit(digits: str) -> bool:
    """Whether the tenth digit is right for the others; numbers without it are all of people born on 1 January. Asked
    only of what is parted as hardly anybody parts one."""
    weighted = sum(weight * int(digit) for weight, digit in zip(_CHECK_WEIGHTS, digits, strict=True))
    return weighted % 11 == 0 or digits.startswith("0101")


def _cuts(lengths: Sequence[int]) -> list[int]:
    """After how many digits it is parted."""
    return [sum(lengths[:count]) for count in range(1, len(lengths))]


def _is_day(day: int, month: int) -> bool:
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True


def no_cpr(field: str, text: str, *, number: bool = False) -> list[Mistake]:
    """The mistake of a field that holds a CPR number; none where it does not. `number` as for `holds_cpr`."""
    return cpr_mistake(field) if holds_cpr(text, number=number) else []


def cpr_mistake(field: str) -> list[Mistake]:
    """The mistake of a field in which there is a CPR number, or the rest of one."""
    return [
        Mistake(
            field,
            _("This looks like a CPR number, which is never kept here: use the name, the birth year or a case number."),
        )
    ]
