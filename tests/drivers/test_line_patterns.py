"""Own patterns: nothing may keep the whole program from hearing alarms while it searches one line."""

from __future__ import annotations

import pytest

from drivers.registry import check_options


def mistakes(pattern: str, **rule: object) -> list[str]:
    options = {"rules": [{"match": pattern, "kind": "alarm", **rule}]}
    return [mistake.key for mistake in check_options("line", options)]


@pytest.mark.parametrize(
    "pattern",
    [
        "(?P<text>.+) (?P<zone>.+) (?P<area>.+) (?P<time>.+) (?P<state>ON|OFF)$",
        "^(a+){12}$",
        "(?x) ^ (a+) + $",
        "^(a?){40}a{250}$",
        r"^\w*\w*\w*\w*\w*x$",
        ".*.*.*.*x",
        "(.*),(.*),(.*),(.*),(.*)x$",
        "(x+x+)+y",
        "(a|ab)*c",
        "(?i)[a-c]+A+A+A+x",
        "(?m)^.*.*.*x",
        r"^(a*)(?:\1)*b",
        "(?=(a*)*b)c",
        "[^a]*[^b]*[^c]*z",
        r"(?:\b){4000000}",
        "a?" * 60 + "a" * 60,
        "(" * 60 + "a*" + ")*" * 60,
        "(?:a|aa)(?:a|aa)" * 20 + "b",
        "^.*(?=.*x).*y.*z",
    ],
)
def test_a_pattern_that_could_search_one_line_for_long_is_refused(pattern: str) -> None:
    assert mistakes(pattern) == ["rules[1].match"]


@pytest.mark.parametrize(
    "pattern",
    [
        r"^AL (?P<zone>\d{4}) (?P<text>.+?) (?P<time>\d\d/\d\d \d\d:\d\d) (?P<state>ON|OFF)$",
        r"ZONE (?P<zone>\d+) (?P<text>.*)",
        r"^(?P<text>.+) ZONE (?P<zone>\d+) (?P<area>.+) (?P<state>ON|OFF)$",
        r"^(?P<account>\d+) (?P<area>\S+) (?P<zone>\S+) (?P<time>\S+ \S+) (?P<text>.*?) *(?P<state>[+-])$",
        r"^(?:\S+ ){3}(?P<zone>\d+)",
        r"(?:\d+,)*\d+",
        r"(?:PANIC|SILENT|DURESS) +(?:ZONE|POINT) *(?P<zone>\d{1,4})",
        "æble|Жук|[€-中]+x",
        r"(?<!\d)(?P<zone>\d+)(?(zone)x|y)",
    ],
)
def test_ordinary_patterns_are_allowed(pattern: str) -> None:
    assert mistakes(pattern) == []


def test_a_record_of_many_lines_leaves_less_to_a_pattern() -> None:
    pattern = "^PANIC(?s:.*)ZONE(?s:.*)END"
    assert mistakes(pattern) == mistakes(pattern, lines=2) == []
    assert mistakes(pattern, continues="^ ") == mistakes(pattern, lines=8) == ["rules[1].match"]
    assert mistakes("^PANIC(?s:.*)ZONE", continues="^ ") == []


def test_the_mistake_says_what_is_allowed() -> None:
    (mistake,) = check_options("line", {"heartbeat": "(a+)+"})
    assert "begin it with ^" in str(mistake)
