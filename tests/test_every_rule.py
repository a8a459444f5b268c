"""docs/rules.md is complete: each rule has one line, and what the lines name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guardroom import config
from guardroom.check_policy import values
from guardroom.config_policy import policies
from guardroom.settings import FOLLOW_UP_DUTIES, GROUPS, OCCASIONS, Room

ROOT = Path(__file__).parents[1]
LINES = [
    line for line in (ROOT / "docs" / "rules.md").read_text("utf-8").splitlines() if re.match(r"- \*\*[A-Z]\d", line)
]
LAST = {
    "A": 23, "B": 9, "C": 8, "D": 29, "E": 14, "F": 8, "G": 9, "H": 22, "I": 3, "J": 24, "K": 24, "L": 20, "M": 3,
    "N": 15, "O": 11, "P": 13, "Q": 18, "X": 23,
}  # fmt: skip
"""The last rule of each group."""

RULES = [f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)]
_POLICY = re.compile(r"[Pp]olicy ((?:`[\w.]+`(?:, )?)+)")
_ROOMS = re.compile(r"[Rr]ooms ((?:`[\w.]+`(?:, )?)+)")


def named(line: str) -> set[str]:
    """Everything in the line that is marked as a name."""
    return set(re.findall(r"`([^`]+)`", line))


def listed(pattern: re.Pattern[str], line: str) -> set[str]:
    """The names that follow what the pattern looks for."""
    return {name for found in pattern.findall(line) for name in re.findall(r"`([\w.]+)`", found)}


def test_each_rule_has_one_line_and_they_are_in_order() -> None:
    assert [re.sub(r"- \*\*(\w+)\*\*.*", r"\1", line) for line in LINES] == RULES
    assert len([rule for rule in RULES if rule[0] != "X"]) == 253


@pytest.mark.parametrize("line", LINES, ids=RULES)
def test_a_line_says_where_the_rule_lives_or_why_it_does_not(line: str) -> None:
    paths = {name for name in named(line) if "/" in name or name.endswith(".toml")}
    assert paths or "Outside: " in line or "Not yet: " in line
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
    if line[4] != "X":
        assert re.match(r"- \*\*\w+\*\* \(S[0-4]\) ", line), "the guideline that it comes from"


def test_the_policy_keys_that_are_named_are_known(tmp_path: Path) -> None:
    known = {f"notices.{occasion}" for occasion in OCCASIONS}
    known |= {f"follow_ups.{duty}" for duty in FOLLOW_UP_DUTIES}
    for name in policies():
        file = tmp_path / f"{name}.toml"
        file.write_text(f'policy = "{name}"\n', "utf-8")
        for key, _value in values(config.load(file).policy):
            parts = key.split(".")
            known |= {".".join(parts[:size]) for size in range(1, len(parts) + 1)}
    said = {key for line in LINES for key in listed(_POLICY, line)}
    assert said - known == set()


def test_the_rooms_keys_that_are_named_are_known() -> None:
    said = {key for line in LINES for key in listed(_ROOMS, line)}
    assert said - set(Room.__dataclass_fields__) == set()


def test_the_groups_that_are_named_are_known() -> None:
    groups = {name for line in LINES for name in re.findall(r'group "(\w+)"', line)}
    assert groups == groups & set(GROUPS) != set()
