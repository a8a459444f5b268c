"""Every clause that says what a driver's option allows has a translation, and gives its gaps by name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from drivers import registry
from drivers.base import OptionError
from guardroom import language
from guardroom.allowed import TEMPLATES, what_is_allowed

DRIVERS = Path(__file__).parents[2] / "drivers"
WORDS = "{words}"


def clauses() -> set[str]:
    """The constant texts that stand for what is allowed, anywhere in the drivers."""
    found: set[str] = set()
    for path in DRIVERS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = {"wrong": 1, "OptionError": 2}.get(name)
            if place is None or len(node.args) <= place:
                continue
            said = node.args[place]
            assert not isinstance(said, ast.JoinedStr | ast.BinOp), f"{path}:{node.lineno}: gaps want names"
            if isinstance(said, ast.Constant):
                found.add(str(said.value))
    return found


def test_every_clause_is_in_the_catalogue() -> None:
    assert clauses() - TEMPLATES == {WORDS}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("espa444", {"role": "x", "poll": [11], "rules": [{"kind": "info", "cause": "fire"}], "poll_s": 99, "x": 1}),
        ("modbus", {"units": [0, 1, 1, {"address": 2, "nc": 7}], "inputs": 0, "function": 9, "passive": 1}),
        ("line", {"preset": "galaxy-printer", "rules": [{"match": "(a+)+", "kind": "alarm"}, {"kind": "x"}, 3]}),
        ("line", {"preset": "paradox-prt3", "panic_zones": ["x"], "poll": "\u00e6"}),
        ("it100", {"panic_zones": [5]}),
        ("satel", {"poll_s": 0}),
    ],
)
def test_mistakes_are_told_in_danish(name: str, options: dict[str, object]) -> None:
    mistakes = registry.check_options(name, options)
    assert mistakes
    language.choose("da")
    for mistake in mistakes:
        told = what_is_allowed(mistake)
        assert mistake.template == WORDS or told != mistake.allowed, told
        assert "{" not in told


def test_gaps_are_filled() -> None:
    assert what_is_allowed(OptionError("poll_s", 9, "{least} to {most} seconds", least=1, most=2)) == "1 to 2 seconds"
