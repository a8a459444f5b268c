"""Absence: the injury report's deadline goes by its first day, whoever tells it and in whatever order (L4)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from followups.followup_house import FollowUpHouse, followup_house
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardroom.followups import words
from guardroom.followups.view import FollowUpLine, Which
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.refusal import Forbidden, Refused


def due(at: FollowUpHouse, incident: int) -> date:
    """The day on which the injury report is due."""
    return at.lines(incident)["injury_report"].due_at.astimezone(at.house.ground.settings.site.zone).date()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(24, 30), min_size=1, max_size=4))
def test_the_earliest_day_counts(days: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, followup_house(Path(folder), policy="aabenraa") as at:
        saved = at.saved()
        at.clock.advance(days=6)
        for day in days:
            at.followups.absence(at.leader, saved, f"{day}-11-2025")
        assert due(at, saved) == date(2025, 11, min(days)) + timedelta(days=5)


def test_a_day_that_was_told_replaces_what_the_incident_alone_says(tmp_path: Path) -> None:
    """It says that somebody is absent, not from when."""
    with followup_house(tmp_path, policy="aabenraa") as at:
        saved = at.saved(sick_leave="yes")
        assert due(at, saved) == date(2025, 11, 29)
        at.clock.advance(days=2)
        at.followups.absence(at.leader, saved, "26-11-2025")
        assert due(at, saved) == date(2025, 12, 1)
        at.followups.withdraw_absence(at.leader, saved)
        assert due(at, saved) == date(2025, 11, 29)


@pytest.mark.usefixtures("both_databases")
def test_what_was_told_is_taken_back(at: FollowUpHouse) -> None:
    saved = at.saved()
    before = at.lines(saved)["injury_report"]
    at.clock.advance(days=3)
    at.followups.absence(at.leader, saved, "26-11-2025")
    assert at.lines(saved)["injury_report"].due_at != before.due_at
    rep = at.house.who(Role.SAFETY_REP, "Jobcenter")
    at.followups.withdraw_absence(rep, saved)
    after = at.lines(saved)["injury_report"]
    assert (after.due_at, after.rule) == (before.due_at, before.rule)
    assert at.house.told()[-1] == "incident_absence_withdrawn"
    with pytest.raises(Refused, match="No first day of absence"):
        at.followups.withdraw_absence(rep, saved)
    at.followups.absence(rep, saved, "25-11-2025")
    with pytest.raises(Forbidden):
        at.followups.withdraw_absence(at.house.who(Role.SAFETY_REP, "Borgerservice"), saved)
    with pytest.raises(Forbidden):
        at.followups.withdraw_absence(at.house.who(Role.GUARD), saved)


OFFENCE = {"behaviours": ("shouting",), "kind": "other"}
"""What asks for no injury report in Albertslund: it is registered in the house (L2)."""


def reports(at: FollowUpHouse, incident: int) -> list[FollowUpLine]:
    """The injury reports of an incident, open and closed."""
    return [line for line in at.followups.of_incident(at.leader, incident).lines if line.kind == "injury_report"]


@pytest.fixture
def albertslund(tmp_path: Path) -> Iterator[FollowUpHouse]:
    with followup_house(tmp_path, policy="albertslund") as at:
        yield at


def test_a_report_that_the_absence_alone_asked_for_goes_with_it(albertslund: FollowUpHouse) -> None:
    at = albertslund
    saved = at.saved(**OFFENCE)
    assert "injury_report" not in at.lines(saved)
    at.followups.absence(at.leader, saved)
    at.followups.withdraw_absence(at.leader, saved)
    (report,) = reports(at, saved)
    assert (report.state, words.reason(report.reason)) == ("not_relevant", "nobody was absent after all")
    assert report.closed_by == at.leader.initials
    assert at.lines(saved)["internal_registration"].state == "open", "it is registered in the house, as before"
    at.followups.absence(at.leader, saved)
    assert sorted(line.state for line in reports(at, saved)) == ["not_relevant", "open"], "and may be told again"
    at.followups.withdraw_absence(at.leader, saved)
    assert {line.state for line in reports(at, saved)} == {"not_relevant"}
    at.close(saved, "internal_registration")
    at.followups.close_incident(at.leader, saved)


@pytest.mark.usefixtures("both_databases")
def test_one_that_was_exempted_from_before_is_so_again(albertslund: FollowUpHouse) -> None:
    at = albertslund
    saved = at.saved()
    at.close(saved, "injury_report", result="exempt")
    at.followups.absence(at.leader, saved)
    at.followups.withdraw_absence(at.leader, saved)
    assert sorted(line.state for line in reports(at, saved)) == ["exempt", "not_relevant"]


def test_one_that_is_done_stays_and_one_that_is_asked_for_anyway_too(albertslund: FollowUpHouse) -> None:
    at = albertslund
    done = at.saved(**OFFENCE)
    at.followups.absence(at.leader, done)
    at.close(done, "injury_report")
    with pytest.raises(Refused, match="or the report is closed"):
        at.followups.withdraw_absence(at.leader, done)
    assert [line.state for line in reports(at, done)] == ["done"]
    by_hand = at.saved(**OFFENCE, account="Borger råbte igen.")
    at.followups.add(at.leader, by_hand, "injury_report")
    wanted = at.saved()
    for incident in (by_hand, wanted):
        at.followups.absence(at.leader, incident)
        at.followups.withdraw_absence(at.leader, incident)
        assert [(line.state, line.rule) for line in reports(at, incident)] == [("open", "days:14")]


# Who learns of it

READS = [(Role.LEADER, "Jobcenter"), (Role.SAFETY_REP, "Jobcenter"), (Role.CENTRE_HEAD, "Jobcenter")]
KEPT_FROM = [(Role.LEADER, "Borgerservice"), (Role.SAFETY_REP, "Borgerservice"), (Role.HS_LEADER, "")]


def line_of(at: FollowUpHouse, who: Who, kind: str, which: Which = "all") -> FollowUpLine:
    """The line of this kind on their list."""
    (line,) = [line for line in at.followups.page(who, which).lines if line.kind == kind]
    return line


@pytest.mark.parametrize(("role", "area"), READS + KEPT_FROM)
def test_absence_is_read_by_whoever_may_read_the_incident(at: FollowUpHouse, role: Role, area: str) -> None:
    """Others read the same of every injury report, so that what is left out tells nothing."""
    absent, present = at.saved(), at.saved(account="Borger råbte igen.")
    at.followups.absence(at.leader, absent)
    who = at.house.who(role, area)
    rules = {
        line.incident: words.rule(line.rule)
        for line in at.followups.page(who, "all").lines
        if line.kind == "injury_report"
    }
    said = at.followups.export(who, "all").read_text("utf-8-sig")
    if (role, area) in READS:
        assert rules == {absent: "14 days, absence", present: "14 days"}
    else:
        assert rules == {absent: "by the policy", present: "by the policy"}
        assert "absence" not in said


@pytest.mark.parametrize(("role", "area"), READS + KEPT_FROM)
def test_crisis_help_and_the_leaders_note_are_read_by_the_same(at: FollowUpHouse, role: Role, area: str) -> None:
    saved = at.saved()
    at.close(saved, "crisis_help")
    at.close(saved, "police_report", result="exempt", reason="employee_declines", reference="NOTAT-7")
    who = at.house.who(role, area)
    help_, report = line_of(at, who, "crisis_help", "closed"), line_of(at, who, "police_report", "closed")
    reads = (role, area) in READS
    assert (help_.state, help_.yes_no) == ("done", True if reads else None)
    assert (report.state, report.reference) == ("exempt", "NOTAT-7" if reads else "")
    assert ("NOTAT-7" in at.followups.export(who, "closed").read_text("utf-8-sig")) is reads


def test_whoever_sees_to_it_reads_the_rule(tmp_path: Path) -> None:
    """Handed to somebody of another part of the house, it is theirs."""
    with followup_house(tmp_path) as at:
        saved = at.saved()
        at.followups.absence(at.leader, saved)
        other = at.house.who(Role.SAFETY_REP, "Borgerservice")
        at.followups.hand_on(at.leader, at.lines(saved)["injury_report"].id, "safety_rep", other.initials)
        assert line_of(at, other, "injury_report", "mine").rule == "absence:14"
