"""What holds of every incident in every town hall, whatever happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from harness.house import CONFIGURATION
from hypothesis import given
from hypothesis import strategies as st

from guardroom.config import load
from guardroom.config_policy import policies
from guardroom.followups.kinds import KINDS, REGISTERS
from guardroom.followups.rules import THREATS, VIOLENCE, Facts, occasions, of_incident
from guardroom.incidents.kinds import BEHAVIOURS, CHANNELS
from guardroom.incidents.kinds import KINDS as INCIDENTS
from guardroom.settings import FOLLOW_UP_DUTIES, FOLLOW_UP_OWNERS, FollowUpPolicy

HERE = ZoneInfo("Europe/Copenhagen")


@pytest.fixture(scope="module")
def guidelines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FollowUpPolicy]:
    """The three town halls' policies."""
    found = {}
    for name in policies():
        config: Path = tmp_path_factory.mktemp(name) / "guardroom.toml"
        config.write_text(CONFIGURATION.format(policy=name), "utf-8")
        found[name] = load(config).policy.follow_ups
    return found


@st.composite
def happened(draw: st.DrawFn) -> Facts:
    at = draw(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    return Facts(
        kind=draw(st.sampled_from(INCIDENTS)),
        happened_at=at,
        written_at=at + timedelta(minutes=draw(st.integers(0, 20_000))),
        behaviours=tuple(draw(st.sets(st.sampled_from(BEHAVIOURS)))),
        channel=draw(st.sampled_from(CHANNELS)),
        alarm=draw(st.booleans()),
        video=draw(st.booleans()),
        off_duty=draw(st.booleans()),
        sick_leave=draw(st.booleans()),
    )


@given(facts=happened())
def test_every_incident_is_reported_or_registered_once(guidelines: dict[str, FollowUpPolicy], facts: Facts) -> None:
    for policy in guidelines.values():
        wanted = of_incident(facts, policy, HERE)
        kinds = [one.kind for one in wanted]
        assert len(set(kinds)) == len(kinds)
        assert len([kind for kind in kinds if kind in REGISTERS]) == 1
        if facts.kind == "accidental":
            assert kinds == ["internal_registration"]
        assert all(one.owner in FOLLOW_UP_OWNERS for one in wanted)


@given(facts=happened())
def test_violence_and_threats_start_the_72_hours_of_the_episode(
    guidelines: dict[str, FollowUpPolicy], facts: Facts
) -> None:
    grave = bool(set(facts.behaviours) & (VIOLENCE | THREATS)) and facts.kind != "accidental"
    for policy in guidelines.values():
        reports = [one for one in of_incident(facts, policy, HERE) if one.kind == "police_report"]
        assert bool(reports) or not grave
        assert all(one.due_at - facts.happened_at == timedelta(hours=72) for one in reports)


@pytest.mark.parametrize(
    ("kind", "behaviours", "grave"),
    [
        ("remote", ("harassment",), False),
        ("remote", ("harassment", "threat_life"), True),
        ("remote", (), True),
        ("threat", ("shouting",), True),
        ("threat", ("hit",), False),
    ],
)
def test_what_is_a_threat(kind: str, behaviours: tuple[str, ...], grave: bool) -> None:
    """Harassment by mail starts no 72 hours."""
    now = datetime(2025, 11, 24, 9, 0, tzinfo=UTC)
    facts = Facts(kind=kind, happened_at=now, written_at=now, behaviours=behaviours, channel="email")
    assert ("threat" in occasions(facts)) is grave


def test_every_duty_of_a_policy_is_a_kind() -> None:
    assert set(FOLLOW_UP_DUTIES) <= set(KINDS)
    assert set(BEHAVIOURS) >= VIOLENCE | THREATS
