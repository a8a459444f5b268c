"""What `guardroom.toml` says of telephone numbers, of crisis help and of door locks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from guardroom.config import ConfigError, load
from guardroom.settings import CrisisProvider, Phone

Write = Callable[[str], Path]


def mistakes(write: Write, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(write(text))
    return [line.partition(": ")[2] for line in caught.value.lines]


def test_an_entry_of_the_phone_card(write: Write) -> None:
    text = """
[[phones]]
name = "Krisehjælpen"
role = "psykolog"
number = "+45 12 34 56 78"
kind = "crisis"
hours = { mon = "08:00-12:00,13:00-16:00" }
order = ["leader", "union_rep"]
note = "Sig navn og arbejdsplads."

[[phones]]
name = "Lis Vang"
person = true
"""
    first, second = load(write(text)).phones
    assert (first.name, first.role, first.number, first.kind) == (
        "Krisehjælpen",
        "psykolog",
        "+45 12 34 56 78",
        "crisis",
    )
    assert first.hours.days[0] == ((time(8), time(12)), (time(13), time(16)))
    assert (first.order, first.note, first.person) == (("leader", "union_rep"), "Sig navn og arbejdsplads.", False)
    assert second == Phone(name="Lis Vang", person=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('number = "xxxxx"', "allowed is a telephone number in digits"),
        ('number = "12"', "allowed is a telephone number in digits"),
        ("number = 12345678", "a telephone number in digits"),
        ('kind = "psykolog"', "allowed is police, guard, leader, crisis, safety, technician or other"),
        ('order = ["boss"]', "Allowed is everybody, leader, hs_leader, safety_rep or union_rep"),
        ('order = ["leader", "leader"]', "once"),
        ('hours = { mon = "8" }', 'hours such as "07:30-18:00"'),
        ('hours = { man = "08:00-16:00" }', "did you mean mon?"),
        ('person = "ja"', "true or false"),
        ('telefon = "5900"', "telefon"),
    ],
)
def test_a_mistake_in_an_entry_names_the_key_and_what_is_allowed(write: Write, text: str, said: str) -> None:
    (line,) = mistakes(write, f'[[phones]]\nname = "Leder"\n{text}\n')
    assert line.startswith('phones "Leder"')
    assert said.casefold() in line.casefold()


def test_two_of_one_name_and_one_of_none(write: Write) -> None:
    text = '[[phones]]\nname = "Leder"\n[[phones]]\nname = "leder"\n[[phones]]\nnumber = "5900"\n'
    lines = mistakes(write, text)
    assert any("is already used by phones[1]" in line for line in lines)
    assert any(line.startswith("phones[3].name") for line in lines)


def test_who_gives_crisis_help_is_the_guidelines_or_the_town_halls(write: Write) -> None:
    policy = load(write("")).policy
    assert [(one.name, one.otherwise, bool(one.hours)) for one in policy.crisis] == [
        ("Mølholm", False, True),
        ("Falck Healthcare", True, False),
    ]
    own = '[override]\ncrisis = [{ name = "Krisevagten", order = ["everybody"] }]\n'
    assert load(write(own)).policy.crisis == (
        CrisisProvider(name="Krisevagten", order=("everybody",), note={"da": "", "en": ""}),
    )
    assert load(write("[override]\ncrisis = []\n")).policy.crisis == ()


def test_a_provider_that_answers_otherwise_has_no_hours(write: Write) -> None:
    text = '[override]\ncrisis = [{ name = "Vagten", otherwise = true, hours = { mon = "08:00-16:00" } }]\n'
    (line,) = mistakes(write, text)
    assert 'override.crisis "Vagten".otherwise' in line
    assert "answers while no other does" in line


@pytest.mark.parametrize(("policy", "locks"), [("fredensborg", False), ("albertslund", True), ("aabenraa", False)])
def test_only_albertslund_locks_doors(write: Write, policy: str, locks: bool) -> None:
    assert load(write(f'policy = "{policy}"\n')).policy.door_lock is locks
    turned = f'policy = "{policy}"\n[override]\ndoor_lock = {{ enabled = {str(not locks).lower()} }}\n'
    assert load(write(turned)).policy.door_lock is not locks


def test_the_example_town_halls_card_has_every_crisis_number() -> None:
    example = load(Path(__file__).parents[2] / "guardroom.toml")
    numbers = {phone.name: phone.number for phone in example.phones}
    assert all(numbers[provider.name] for provider in example.policy.crisis)
    assert not any(phone.person for phone in example.phones)
