"""What is asked for by hand: the same deadlines as from the policy, as often as it is wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from followups.followup_house import ACCIDENT, THREAT, FollowUpHouse, complete, followup_house

from guardroom.followups.view import FollowUpLine
from guardroom.people.roles import Role
from guardroom.refusal import Forbidden, Refused

HAPPENED = datetime(2025, 11, 24, 8, 30, tzinfo=UTC)


def last_of(at: FollowUpHouse, incident: int, kind: str) -> FollowUpLine:
    """The one made last of a kind."""
    lines = [line for line in at.followups.of_incident(at.leader, incident).lines if line.kind == kind]
    return max(lines, key=lambda line: line.id)


def test_a_police_report_has_the_72_hours_of_the_episode(at: FollowUpHouse) -> None:
    """K1, also where the policy did not ask for it."""
    saved = at.saved(ACCIDENT)
    at.clock.advance(days=1)
    at.followups.add(at.house.who(Role.CENTRE_HEAD), saved, "police_report")
    line = at.lines(saved)["police_report"]
    assert (line.due_at, line.rule, line.owner_role) == (HAPPENED + timedelta(hours=72), "hours:72", "leader")


def test_the_second_police_report_has_them_too(at: FollowUpHouse) -> None:
    saved = at.saved()
    at.close(saved, "police_report")
    at.followups.add(at.leader, saved, "police_report")
    assert last_of(at, saved, "police_report").due_at == HAPPENED + timedelta(hours=72)


def test_injury_registration_and_video_are_as_the_policy_has_them(at: FollowUpHouse) -> None:
    head, zone = at.house.who(Role.CENTRE_HEAD), at.house.ground.settings.site.zone
    saved = at.saved(THREAT, kind="near_miss", behaviours=(), place="K9")
    by_policy = at.lines(at.saved(THREAT, place="K9"))
    at.clock.advance(days=2)
    for kind in ("injury_report", "secure_video"):
        at.followups.add(head, saved, kind)
        line, usual = at.lines(saved)[kind], by_policy[kind]
        assert (line.due_at, line.rule, line.owner_role) == (usual.due_at, usual.rule, usual.owner_role)
    at.close(saved, "internal_registration")
    at.followups.add(head, saved, "internal_registration")
    line = last_of(at, saved, "internal_registration")
    assert (line.owner_role, f"{line.due_at.astimezone(zone):%d-%m}") == ("leader", "08-12")


def test_what_the_policy_says_nothing_of_is_theirs_who_asked_within_a_week(at: FollowUpHouse) -> None:
    saved = at.saved()
    at.followups.add(at.house.who(Role.CENTRE_HEAD), saved, "police_registration")
    line = at.lines(saved)["police_registration"]
    assert (line.owner_role, line.rule) == ("centre_head", "days:7")


@pytest.mark.usefixtures("both_databases")
def test_a_closed_incident_is_open_again_with_what_is_asked_for(at: FollowUpHouse) -> None:
    """L2: it is not closed while its injury report is missing."""
    saved = at.saved(ACCIDENT)
    at.close(saved, "internal_registration")
    at.followups.close_incident(at.leader, saved)
    at.followups.add(at.leader, saved, "injury_report")
    duties = at.followups.of_incident(at.leader, saved)
    assert duties.closed_at is None
    assert "injury report" in duties.hindrance
    assert at.house.told()[-2:] == ["follow_up_added", "incident_reopened"]


@pytest.mark.parametrize("closed_before", [False, True])
def test_the_registration_may_be_left_out_once_the_injury_is_reported(at: FollowUpHouse, closed_before: bool) -> None:
    """L2: on the glass as in the service."""
    saved, other = at.saved(ACCIDENT), at.saved(ACCIDENT, account="Ramte knappen igen.")
    if closed_before:
        at.close(other, "internal_registration")
    at.followups.add(at.leader, saved, "injury_report")
    assert at.lines(saved)["internal_registration"].results == ("done",)
    at.close(saved, "injury_report")
    assert at.lines(saved)["internal_registration"].results == ("done", "not_relevant")
    assert at.lines(other)["internal_registration"].results == ("done",)
    at.close(saved, "internal_registration", result="not_relevant")
    assert at.lines(saved)["internal_registration"].state == "not_relevant"


def test_the_director_is_told_of_each_report(tmp_path: Path) -> None:
    """K11."""
    with followup_house(tmp_path, policy="aabenraa") as at:
        saved = at.saved()
        at.close(saved, "police_report")
        at.close(saved, "director_told")
        at.followups.add(at.leader, saved, "police_report")
        at.followups.close(at.leader, last_of(at, saved, "police_report").id, complete())
        told = [line for line in at.followups.of_incident(at.leader, saved).lines if line.kind == "director_told"]
        assert sorted(line.state for line in told) == ["done", "open"]
        # Who goes along is still to be agreed of the first one: once is enough.
        company = [line for line in at.followups.of_incident(at.leader, saved).lines if line.kind == "company"]
        assert len(company) == 1


def test_a_report_after_none_was_made_tells_the_director(tmp_path: Path) -> None:
    with followup_house(tmp_path, policy="aabenraa") as at:
        saved = at.saved()
        at.close(saved, "police_report", result="not_relevant")
        assert "no_report_note" in at.lines(saved)
        at.followups.add(at.leader, saved, "police_report")
        at.followups.close(at.leader, last_of(at, saved, "police_report").id, complete())
        assert at.lines(saved)["director_told"].state == "open"


def test_an_injury_that_is_reported_is_not_registered_as_well(at: FollowUpHouse) -> None:
    saved = at.saved()
    at.close(saved, "injury_report")
    at.followups.add(at.leader, saved, "injury_report")
    at.followups.close(at.leader, last_of(at, saved, "injury_report").id, complete(result="not_relevant"))
    assert "internal_registration" not in at.lines(saved)


def test_asking_elsewhere(at: FollowUpHouse) -> None:
    saved = at.saved()
    with pytest.raises(Forbidden):
        at.followups.add(at.house.who(Role.LEADER, "Borgerservice"), saved, "company")
    with pytest.raises(Refused, match="no such incident"):
        at.followups.add(at.leader, 9999, "company")
