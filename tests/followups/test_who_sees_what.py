"""The list: in order, in pages, and for each role what concerns it."""

from __future__ import annotations

import csv
import os
from datetime import timedelta
from pathlib import Path

import pytest
from bans.ban_house import BanHouse
from followups.followup_house import EJECTION, FollowUpHouse, complete

from db.main import reading
from guardroom import language
from guardroom.followups import digest
from guardroom.followups import followups as service
from guardroom.followups.daily import digests_now, overdue
from guardroom.followups.view import Which
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.refusal import Forbidden, Refused


def kinds(at: FollowUpHouse, who: Who, which: Which = "mine") -> set[str]:
    return {line.kind for line in at.followups.page(who, which).lines}


def test_pages_in_the_order_of_the_deadlines(at: FollowUpHouse) -> None:
    for number in range(5):
        at.saved(account=f"Borger råbte. {number}")
        at.clock.advance(3600)
    whole = at.followups.page(at.leader, "all", limit=200).lines
    assert [line.due_at for line in whole] == sorted(line.due_at for line in whole)
    found, after = [], None
    while True:
        page = at.followups.page(at.leader, "all", after, 7)
        found += page.lines
        if not page.more:
            break
        after = page.lines[-1]
    assert [line.id for line in found] == [line.id for line in whole]


def test_closed_ones_the_last_first(at: FollowUpHouse) -> None:
    saved = at.saved()
    order = ["debriefing", "crisis_help", "safety_org"]
    for kind in order:
        at.clock.advance(60)
        at.close(saved, kind)
    first = at.followups.page(at.leader, "closed", limit=2)
    rest = at.followups.page(at.leader, "closed", first.lines[-1], 2)
    assert [line.kind for line in (*first.lines, *rest.lines)] == order[::-1]
    assert (first.more, rest.more) == (True, False)


def test_what_each_role_is_shown(at: FollowUpHouse) -> None:
    at.saved(EJECTION, pressed=True, place="K9", asked_time="09:42")
    everything = kinds(at, at.leader, "all")
    assert len(everything) == 7
    whole = {Role.LEADER, Role.CENTRE_HEAD, Role.SAFETY_REP, Role.HS_LEADER}
    for role in Role:
        who = at.house.who(role)
        if role in (Role.DESK, Role.RISK_COORDINATOR, Role.LEGAL):
            with pytest.raises(Forbidden):
                at.followups.page(who)
            continue
        expected = everything if role in whole else set()
        if role is Role.GUARD:
            expected = {"debriefing"}  # J1: they take part
        if role is Role.SECURITY_COORDINATOR:
            expected = {"secure_video"}  # K21
        assert kinds(at, who, "all") == expected, role
    assert kinds(at, at.house.who(Role.SECURITY_COORDINATOR)) == {"secure_video"}
    assert kinds(at, at.house.who(Role.GUARD)) == set()
    assert kinds(at, at.leader) == everything - {"secure_video"}


def test_other_parts_of_the_house(at: FollowUpHouse) -> None:
    saved = at.saved()
    there, elsewhere = at.house.who(Role.LEADER, "Jobcenter"), at.house.who(Role.LEADER, "Borgerservice")
    assert kinds(at, there) == kinds(at, at.leader)
    assert kinds(at, elsewhere) == kinds(at, elsewhere, "area") == set()
    # As of incidents, the facts are everybody's who has the list; the centre head has not.
    assert kinds(at, elsewhere, "all") == kinds(at, at.leader)
    assert kinds(at, at.house.who(Role.CENTRE_HEAD, "Borgerservice"), "all") == set()
    line = at.lines(saved)["debriefing"]
    with pytest.raises(Forbidden):
        at.followups.close(elsewhere, line.id, complete())
    with pytest.raises(Forbidden):
        at.followups.close_incident(elsewhere, saved)
    at.followups.close(there, line.id, complete())


def test_what_is_not_on_ones_list_is_not_ones_to_close(at: FollowUpHouse) -> None:
    line = at.lines(at.saved())["police_report"]
    for role in (Role.GUARD, Role.DIRECTOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            at.followups.close(at.house.who(role), line.id, complete())
    with pytest.raises(Refused, match="no such follow-up"):
        at.followups.close(at.leader, 9999, complete())


def test_counts_by_kind(at: FollowUpHouse) -> None:
    for number in range(3):
        at.saved(account=f"Borger råbte. {number}")
    at.clock.advance(days=2)
    counts = {one.kind: (one.open, one.overdue) for one in at.followups.counts(at.leader)}
    assert counts["debriefing"] == (3, 3)
    assert counts["police_report"] == (3, 0)


def test_an_export_without_names(at: FollowUpHouse) -> None:
    at.saved()
    path = at.followups.export(at.leader, "all")
    assert path.parent == at.house.ground.settings.letters.folder
    text = path.read_text("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert len(rows) == 1 + len(at.followups.page(at.leader, "all").lines)
    assert "Kasper" not in text
    assert at.leader.initials not in text.split()
    assert at.house.told()[-1] == "follow_ups_exported"


def test_an_export_has_every_line_and_a_file_of_its_own(at: FollowUpHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 4)
    for number in range(2):
        at.saved(account=f"Borger råbte. {number}")
    listed = [line.number for line in at.followups.page(at.leader, "all").lines]
    paths = [at.followups.export(who, "all") for who in (at.leader, at.house.who(Role.GUARD), at.leader)]
    assert len(set(paths)) == 3
    rows = [list(csv.reader(path.read_text("utf-8-sig").splitlines())) for path in paths]
    assert [len(each) - 1 for each in rows] == [len(listed), 2, len(listed)]
    assert [row[2] for row in rows[0][1:]] == listed
    assert f'"count":{len(listed)}' in at.house.audit()[-1].detail.replace(" ", "")


def test_a_list_that_cannot_be_written_whole_is_not_left_there(
    at: FollowUpHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.saved()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused, match="cannot be written"):
        at.followups.export(at.leader, "all")
    assert list(at.house.ground.settings.letters.folder.iterdir()) == []


def test_of_an_incident_elsewhere_a_centre_head_learns_nothing(at: FollowUpHouse) -> None:
    saved = at.saved()
    at.close(saved, "injury_report")
    at.followups.close_incident(at.leader, saved)
    here, there = (at.house.who(Role.CENTRE_HEAD, area) for area in ("Jobcenter", "Borgerservice"))
    duties = at.followups.of_incident(there, saved)
    assert (duties.lines, duties.closed_at, duties.closed_by, duties.hindrance) == ((), None, "", "")
    assert at.followups.of_incident(here, saved).closed_by == at.leader.initials
    at.followups.reopen_incident(at.leader, saved)
    other = at.saved(account="Borger råbte igen.")
    assert at.followups.of_incident(there, other).hindrance == ""
    assert at.followups.of_incident(here, other).hindrance != ""


def test_the_digest_has_numbers_and_kinds_only(at: FollowUpHouse) -> None:
    at.saved()
    at.clock.advance(days=2.5)
    ground = at.house.ground
    with reading(ground.engine) as session:
        found = digests_now(session, ground, at.clock.now())
        late = overdue(session, ground, at.clock.now())
    (leader,) = found
    assert (leader.role, leader.area, leader.overdue, leader.near) == ("leader", "jobcenter", 4, 1)
    assert late == {("leader", "jobcenter"): 4}
    language.choose("en")
    text = digest.text(leader)
    assert "police report: 1 open, 0 overdue, 1 due within a day" in text
    assert "H-0" not in text
    assert "Kasper" not in text


def test_nothing_near_nothing_told(at: FollowUpHouse) -> None:
    ground = at.house.ground
    with reading(ground.engine) as session:
        assert digests_now(session, ground, at.clock.now()) == ()


# Bans


def test_the_attempt_is_noted_once_and_closes_here_too(tmp_path: Path, at: FollowUpHouse) -> None:
    """H8: on the ban itself."""
    bans = BanHouse(at.house)
    ban = bans.ban()
    lines = {line.kind: line for line in at.followups.page(at.leader, "all").lines if line.ban == ban.id}
    assert set(lines) == {"list_update", "centres_told", "normalisation"}
    assert {line.number for line in lines.values()} == {ban.number}
    assert ban.normalise_by is not None
    zone = at.house.ground.settings.site.zone
    assert lines["normalisation"].due_at.astimezone(zone).date() == ban.normalise_by
    with pytest.raises(Refused, match="on the ban itself"):
        at.followups.close(at.leader, lines["normalisation"].id, complete())
    bans.bans.normalise(at.leader, ban.id, "", "Samtale holdt; roligt forløb.")
    (closed,) = [line for line in at.followups.page(at.leader, "closed").lines if line.kind == "normalisation"]
    assert (closed.state, closed.closed_by) == ("done", at.leader.initials)
    registrar = at.house.who(Role.BAN_REGISTRAR)
    assert kinds(at, registrar) == {"list_update"}
    at.followups.close(registrar, lines["list_update"].id, complete())
    # Whoever may not see bans is not told of any.
    assert kinds(at, at.house.who(Role.HS_LEADER), "all") == set()


def test_a_ban_that_is_lifted_is_not_normalised(at: FollowUpHouse) -> None:
    bans = BanHouse(at.house)
    ban = bans.ban()
    bans.bans.lift(bans.head, ban.id, "", "Adfærden er ændret.")
    (closed,) = at.followups.page(at.leader, "closed").lines
    assert (closed.kind, closed.state) == ("normalisation", "not_relevant")


def test_an_extended_ban_has_an_attempt_of_its_own(at: FollowUpHouse) -> None:
    bans = BanHouse(at.house)
    person = bans.person()
    bans.incident(person)
    first = bans.ban(person=person)
    at.clock.advance(timedelta(days=150).total_seconds())
    bans.incident(person, days_ago=2)
    second = bans.bans.extend(bans.leader, first.id)
    bans.lead(second.id, "in_force", bans.form(bans.bans.read(bans.leader, second.id)))
    attempts = [line.ban for line in at.followups.page(at.leader, "all").lines if line.kind == "normalisation"]
    assert attempts == [first.id, second.id]
