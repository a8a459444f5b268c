"""The policies that come with the program: complete in both languages, and free of people and telephone numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from guardroom import config
from guardroom.config_policy import policies
from guardroom.settings import FOLLOW_UP_DUTIES, FOLLOW_UP_OCCASIONS, FOLLOW_UP_OWNERS, POLICE_CALLS, Term

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
    assert set(re.findall(r"(?<!§ )\b\d{3,}", "".join(texts))) <= {"112", "114"}


def test_only_the_guidelines_that_say_so_ask_a_leader_first(write: Write) -> None:
    calls = {name: config.load(write(f'policy = "{name}"')).policy.police_call for name in policies()}
    assert calls == {"fredensborg": "guard", "albertslund": "guard", "aabenraa": "with_leader"}


def test_what_each_guideline_says_of_heads_ups(write: Write) -> None:
    said = {name: config.load(write(f'policy = "{name}"')).policy.headsups for name in policies()}
    assert {name: one.lead for name, one in said.items()} == {
        "fredensborg": "previous_day",  # D1
        "albertslund": "none",
        "aabenraa": "none",
    }
    assert {name: one.postures for name, one in said.items()} == {
        "fredensborg": ("near", "watched"),  # D2, D3
        "albertslund": ("near", "outside_door", "by_guard_station"),  # D4, A17, A18
        "aabenraa": (),
    }
    assert {name: one.two_staff_for for name, one in said.items()} == {
        "fredensborg": (),
        "albertslund": ("enforcement",),  # D15
        "aabenraa": ("bad_news",),  # D19
    }
    # X1: Fredensborg's text says both; the others say nothing.
    assert {one.arrival for one in said.values()} == {"decide"}
    assert {one.keep_days for one in said.values()} == {30}


def test_a_town_hall_says_otherwise_of_heads_ups_and_rooms(write: Write) -> None:
    settings = config.load(
        write(
            """
            [override.headsups]
            lead = "hours"
            lead_hours = 4
            postures = ["watched", "near"]
            arrival = "no_meeting"
            two_staff_for = ["other", "bad_news"]
            keep_days = 10

            [[rooms]]
            id = "M1"
            name = "Mødelokale"
            escape_door = true
            contact_room = false
            by_guard_station = true
            """
        )
    )
    said = settings.policy.headsups
    assert (said.lead, said.lead_hours, said.postures) == ("hours", 4, ("near", "watched"))
    assert (said.arrival, said.two_staff_for, said.keep_days) == ("no_meeting", ("bad_news", "other"), 10)
    room = settings.room("M1")
    assert room is not None
    assert (room.escape_door, room.contact_room, room.by_guard_station) == (True, False, True)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ('lead = "dagen før"', "lead"),
        ("lead_hours = 0", "lead_hours"),
        ('postures = ["on_the_roof"]', "postures"),
        ('arrival = "perhaps"', "arrival"),
        ('two_staff_for = ["diagnosis"]', "two_staff_for"),
        ("keep_days = 0", "keep_days"),
    ],
)
def test_what_cannot_be_said_of_heads_ups_is_refused_with_what_can(write: Write, wrong: str, key: str) -> None:
    with pytest.raises(config.ConfigError, match=f"override.headsups.{key}"):
        config.load(write(f"[override.headsups]\n{wrong}"))


def test_the_guidelines_differ_in_reports(write: Write) -> None:
    """Rules X6, X15, X16, L4, N1, K21."""
    found = {name: config.load(write(f'policy = "{name}"')).policy.follow_ups for name in policies()}
    said = {
        name: (
            policy.police_report.mode,
            policy.police_report.deadline_h,
            policy.injury.rule,
            policy.injury.system,
            policy.injury.absence_days,
            policy.evaluation.per_year,
            policy.video.retention_days,
        )
        for name, policy in found.items()
    }
    assert said == {
        "fredensborg": ("always_with_consent", 72, "judged", "Contea", 14, 0, 30),
        "albertslund": ("always", 72, "each_press", "InsuBiz", 14, 2, 0),
        "aabenraa": ("leader_decides", 72, "all", "SafetyNet", 5, 0, 0),
    }


@pytest.mark.parametrize("name", policies())
def test_every_duty_has_an_owner_a_term_and_an_occasion(name: str, write: Write) -> None:
    duties = config.load(write(f'policy = "{name}"')).policy.follow_ups.duties
    assert duties
    assert set(duties) <= set(FOLLOW_UP_DUTIES)
    for duty in duties.values():
        assert duty.owner in FOLLOW_UP_OWNERS
        assert duty.when
        assert set(duty.when) <= set(FOLLOW_UP_OCCASIONS)


def test_a_town_hall_says_otherwise_of_one_duty(write: Write) -> None:
    more = """
[override.follow_ups.debriefing]
due = "2 working days"
[override.follow_ups.root_cause]
owner = "safety_rep"
due = "36 hours"
when = ["violence"]
[override.injury]
absence_days = 5
"""
    policy = config.load(write(f'policy = "fredensborg"{more}')).policy.follow_ups
    usual = config.load(write('policy = "fredensborg"')).policy.follow_ups
    assert policy.duties["debriefing"].due == Term(2, "working_days")
    assert policy.duties["debriefing"].when == usual.duties["debriefing"].when
    assert policy.duties["root_cause"].due == Term(36, "hours")
    assert policy.duties["safety_org"] == usual.duties["safety_org"]
    assert (policy.injury.absence_days, policy.injury.system) == (5, "Contea")


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("follow_ups.debriefing", 'due = "soon"', '"same day", "1 hour", "2 days" or "3 working days"'),
        ("follow_ups.debriefing", 'due = "2 working hours"', "3 working days"),
        ("follow_ups.debriefing", 'due = "0 days"', "3 working days"),
        ("follow_ups.debriefing", 'owner = "mayor"', "leader"),
        ("follow_ups.debriefing", 'when = ["pres"]', "did you mean press?"),
        ("follow_ups.debriefings", 'owner = "leader"', "did you mean debriefing?"),
        ("police_report", 'mode = "never"', "always_with_consent"),
        ("police_report", "deadline_h = 0", "from 1 to"),
        ("injury", 'rule = "some"', "each_press"),
        ("evaluation", "per_year = 13", "from 0 to 12 times a year"),
    ],
)
def test_what_cannot_be_is_told(write: Write, key: str, value: str, hint: str) -> None:
    with pytest.raises(config.ConfigError) as refused:
        config.load(write(f"[override.{key}]\n{value}"))
    (line,) = refused.value.lines
    assert f"override.{key}" in line
    assert hint in line


@pytest.mark.parametrize("name", policies())
def test_the_law_is_shown_with_when_it_was_checked(name: str, write: Write) -> None:
    """Rule F8: no guideline's wording counts as checked before this town hall has looked."""
    text = config.load(write(f'policy = "{name}"')).policy.text
    assert "119" in text.law119["da"]
    assert "119" in text.law119["en"]
    assert text.law119_checked_on is None
    own = config.load(
        write(f'policy = "{name}"\n[override.text]\nlaw119 = {{ da = "Ny ordlyd." }}\nlaw119_checked_on = 2025-11-01\n')
    ).policy
    assert own.text.law119 == {**text.law119, "da": "Ny ordlyd."}
    assert own.text.law119_checked_on == date(2025, 11, 1)


def test_where_next_of_kin_are_found_is_a_pointer_of_the_town_hall(write: Write) -> None:
    """Rules O3, O4 and O6 differ (X23)."""
    said = {name: config.load(write(f'policy = "{name}"')).policy.text.care_forms["da"] for name in policies()}
    assert said == {
        "fredensborg": "",
        "albertslund": "Omsorgsskemaerne ligger hos arbejdsmiljølederen.",
        "aabenraa": "Ambulancebrevene står hos borgerservicechefen og jobcenterchefen.",
    }
    own = config.load(write('policy = "albertslund"\n[override.text.care_forms]\nda = "Gul mappe."\n')).policy
    assert own.text.care_forms["da"] == "Gul mappe."


@pytest.mark.parametrize("wrong", ['cvr = "1234567"', 'cvr = "DK12345678"', "cvr = 12345678", 'cvr = "1234567a"'])
def test_a_cvr_number_has_eight_digits(write: Write, wrong: str) -> None:
    """Rule K16: the police take it in place of an employee's CPR number."""
    with pytest.raises(config.ConfigError, match=r"site\.cvr.*eight digits"):
        config.load(write(f"[site]\n{wrong}\n"))
    assert config.load(write('[site]\ncvr = "12 34 56 78"\n')).site.cvr == "12345678"
    assert config.load(write("")).site.cvr == ""
