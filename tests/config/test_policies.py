"""The policies that come with the program: complete in both languages, and free of people and telephone numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from guardroom import config
from guardroom.config_policy import policies
from guardroom.settings import POLICE_CALLS

Write = Callable[[str], Path]
FOLDER = Path(config.__file__).parent / "policies"


def test_the_three_guidelines_are_there() -> None:
    assert policies() == ("aabenraa", "albertslund", "fredensborg")


@pytest.mark.parametrize("name", policies())
def test_a_policy_is_complete(name: str, write: Write) -> None:
    policy = config.load(write(f'policy = "{name}"')).policy
    assert policy.name == name
    assert policy.municipality.lower() == name
    assert policy.police_call in POLICE_CALLS
    assert all(policy.guard_word[language] for language in ("da", "en"))
    assert len(policy.guidance["da"]) == len(policy.guidance["en"]) > 0
    # The box beside the response is 51 columns wide at 120 columns.
    assert all(len(line) <= 49 for lines in policy.guidance.values() for line in lines)


@pytest.mark.parametrize("name", policies())
def test_a_policy_names_no_telephone_but_the_emergency_ones(name: str) -> None:
    values = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    texts = re.findall(r"'[^']*'|\"[^\"]*\"", str(values))
    assert set(re.findall(r"\d{3,}", "".join(texts))) <= {"112", "114"}


def test_only_the_guidelines_that_say_so_ask_a_leader_first(write: Write) -> None:
    calls = {name: config.load(write(f'policy = "{name}"')).policy.police_call for name in policies()}
    assert calls == {"fredensborg": "guard", "albertslund": "guard", "aabenraa": "with_leader"}
