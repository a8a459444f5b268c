"""Closing with what proves it, exemptions, handing on, and the closing of incidents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from followups.followup_house import ACCIDENT, THREAT, FollowUpHouse, complete, followup_house

from db.followup_tables import FollowUpRow
from db.main import reading, writing
from db.people import user_called
from guardroom.followups.closing import ClosingForm
from guardroom.followups.daily import digests_now
from guardroom.followups.kinds import EVIDENCE
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused


@pytest.fixture(params=["fredensborg", "albertslund", "aabenraa"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FollowUpHouse]:
    """Each town hall."""
    with followup_house(tmp_path, policy=request.param) as made:
        yield made


def wrong(at: FollowUpHouse, incident: int, kind: str, form: ClosingForm) -> set[str]:
    """The fields for which closing is refused."""
    with pytest.raises(BadInput) as refused:
        at.followups.close(at.leader, at.lines(incident)[kind].id, form)
    assert at.lines(incident)[kind].state == "open"
    return {mistake.field for mistake in refused.value.mistakes}


NEEDED = {
    "crisis_help": {"yes_no"},
    "debriefing": {"count"},
    "police_report": {"reference"},
    "injury_report": {"reference"},
    "safety_org": set(),
}


@pytest.mark.parametrize("kind", [kind for kind, fields in NEEDED.items() if fields])
def test_closing_asks_for_what_proves_it(at: FollowUpHouse, kind: str) -> None:
    saved = at.saved()
    assert wrong(at, saved, kind, ClosingForm()) == NEEDED[kind]


@pytest.mark.usefixtures("both_databases")
def test_what_was_closed_says_with_what(at: FollowUpHouse) -> None:
    saved = at.saved()
    at.close(saved, "debriefing", count="4", on="24-11-2025")
    at.close(saved, "crisis_help", yes_no="no")
    lines = at.lines(saved)
    assert (lines["debriefing"].state, lines["debriefing"].count) == ("done", 4)
    assert lines["debriefing"].closed_by == at.leader.initials
    assert lines["crisis_help"].yes_no is False
    assert at.house.told()[-1] == "follow_up_done"
    with pytest.raises(Refused, match="closed already"):
        at.close(saved, "debriefing")


@pytest.mark.parametrize("on", ["25-11-2025", "i går"])
def test_a_day_that_is_none_or_still_to_come(at: FollowUpHouse, on: str) -> None:
    assert wrong(at, at.saved(), "debriefing", complete(on=on)) == {"on"}


def test_no_cpr_number_is_kept(at: FollowUpHouse) -> None:
    saved = at.saved()
    assert wrong(at, saved, "police_report", complete(reference="240584-1234")) == {"reference"}
    exempt = complete(result="exempt", reason="pedagogical", text="Født 240584-1234")
    assert wrong(at, saved, "police_report", exempt) == {"text"}


# X6, X7: by mode, how a police report may end, and whether the employee's no is a reason.
MODES = {
    "always_with_consent": ({"done", "exempt"}, True),
    "always": ({"done", "exempt"}, True),
    "should": ({"done", "exempt", "not_relevant"}, True),
    "may": ({"done", "exempt", "not_relevant"}, True),
    "leader_decides": ({"done", "exempt", "not_relevant"}, False),
}


@pytest.mark.parametrize("mode", MODES)
def test_how_a_police_report_may_end(tmp_path: Path, mode: str) -> None:
    ends, may_decline = MODES[mode]
    more = f'\n[override.police_report]\nmode = "{mode}"\n'
    from harness.house import small_house

    with small_house(tmp_path, toml=more) as house:
        at = FollowUpHouse(house)
        for result in ("not_relevant", "exempt", "done"):
            saved = at.saved(account=f"Borger råbte. {result}")
            if result not in ends:
                assert wrong(at, saved, "police_report", complete(result=result)) == {"result"}
                continue
            at.close(saved, "police_report", result=result, reason="under_15")
            assert at.lines(saved)["police_report"].state == result
        saved = at.saved(account="Borger råbte igen.")
        declined = complete(result="exempt", reason="employee_declines", reference="")
        if may_decline:
            assert wrong(at, saved, "police_report", declined) == {"reference"}  # K12: the leader's note
            at.close(saved, "police_report", result="exempt", reason="employee_declines", reference="N-7")
            assert "no_report_note" not in at.lines(saved)
        else:
            assert wrong(at, saved, "police_report", declined) == {"reason"}  # K10: they cannot stand in the way


@pytest.mark.usefixtures("both_databases")
def test_an_exemption_needs_a_reason_and_words(at: FollowUpHouse) -> None:
    saved = at.saved()
    assert wrong(at, saved, "police_report", ClosingForm(result="exempt")) == {"reason", "text"}
    at.close(saved, "police_report", result="exempt", reason="dementia_or_disability")
    line = at.lines(saved)["police_report"]
    assert (line.reason, line.reason_text) == ("dementia_or_disability", "Aftalt med den ramte.")
    at.close(saved, "debriefing", result="exempt")
    # Nobody who does not lead there reads why.
    seen = at.lines(saved, at.house.who(Role.HS_LEADER))["police_report"]
    assert (seen.state, seen.reason, seen.reason_text) == ("exempt", "", "")
    detail = at.house.audit()[-2].detail
    assert "Aftalt" not in detail


def test_without_a_report_there_is_a_note_and_a_registration(tmp_path: Path) -> None:
    """K12, F7."""
    with followup_house(tmp_path, policy="albertslund") as at:
        saved = at.saved()
        at.close(saved, "police_report", result="exempt", reason="pedagogical", reference="")
        assert {"no_report_note", "police_registration"} <= set(at.lines(saved))


# L2

OPEN = "injury report"


@pytest.mark.usefixtures("both_databases")
def test_an_incident_is_not_closed_before_its_injury_is_reported(town: FollowUpHouse) -> None:
    saved = town.saved()
    assert town.followups.of_incident(town.leader, saved).hindrance
    with pytest.raises(Refused, match=OPEN):
        town.followups.close_incident(town.leader, saved)
    town.close(saved, "injury_report")
    town.followups.close_incident(town.leader, saved)
    duties = town.followups.of_incident(town.leader, saved)
    assert (duties.closed_by, duties.hindrance) == (town.leader.initials, "")
    assert town.house.told()[-1] == "incident_closed"
    town.followups.reopen_incident(town.leader, saved)
    assert town.followups.of_incident(town.leader, saved).closed_at is None


def test_an_accidental_press_needs_the_internal_registration_only(town: FollowUpHouse) -> None:
    saved = town.saved(ACCIDENT, pressed=True)
    assert list(town.lines(saved)) == ["internal_registration"]
    with pytest.raises(Refused, match="internal registration"):
        town.followups.close_incident(town.leader, saved)
    for result in ("not_relevant", "exempt"):
        assert wrong(town, saved, "internal_registration", complete(result=result)) == {"result"}
    town.close(saved, "internal_registration")
    town.followups.close_incident(town.leader, saved)


def test_where_the_injury_is_not_reported_it_is_registered_in_the_house(town: FollowUpHouse) -> None:
    saved = town.saved()
    result = "not_relevant" if town.house.ground.settings.policy.name == "fredensborg" else "exempt"
    town.close(saved, "injury_report", result=result)
    with pytest.raises(Refused, match="internal registration"):
        town.followups.close_incident(town.leader, saved)
    town.close(saved, "internal_registration")
    town.followups.close_incident(town.leader, saved)


def test_only_where_it_is_judged_may_an_injury_report_be_left_out(tmp_path: Path) -> None:
    """L1, L6 against L10."""
    with followup_house(tmp_path, policy="aabenraa") as at:
        assert wrong(at, at.saved(), "injury_report", complete(result="not_relevant")) == {"result"}


# L4


def test_absence_moves_the_deadline_to_five_days_after_its_first_day(tmp_path: Path) -> None:
    with followup_house(tmp_path, policy="aabenraa") as at:
        saved = at.saved()
        zone = at.house.ground.settings.site.zone
        at.clock.advance(days=3)
        at.followups.absence(at.leader, saved, "25-11-2025")
        line = at.lines(saved)["injury_report"]
        assert f"{line.due_at.astimezone(zone):%d-%m-%Y %H:%M}" == "30-11-2025 23:59"
        assert line.rule == "absence:5"
        for day in ("23-11-2025", "28-11-2025", "snart"):
            with pytest.raises(BadInput):
                at.followups.absence(at.leader, saved, day)


@pytest.mark.usefixtures("both_databases")
def test_absence_opens_an_incident_again_that_was_registered_only(at: FollowUpHouse) -> None:
    saved = at.saved()
    at.close(saved, "injury_report", result="not_relevant")
    at.close(saved, "internal_registration")
    at.followups.close_incident(at.leader, saved)
    at.followups.absence(at.leader, saved)
    assert at.house.told()[-1] == "incident_reopened"
    with pytest.raises(Refused, match=OPEN):
        at.followups.close_incident(at.leader, saved)
    reports = [line for line in at.followups.of_incident(at.leader, saved).lines if line.kind == "injury_report"]
    assert [line.state for line in reports] == ["not_relevant", "open"]
    at.followups.close(at.leader, reports[1].id, complete())
    with pytest.raises(Refused, match="reported already"):
        at.followups.absence(at.leader, saved)


# L17


@pytest.mark.usefixtures("both_databases")
def test_handing_on(at: FollowUpHouse) -> None:
    saved, rep = at.saved(), at.house.who(Role.SAFETY_REP)
    line = at.lines(saved)["injury_report"]
    with pytest.raises(Forbidden):
        at.followups.close(rep, line.id, complete())
    at.followups.hand_on(at.leader, line.id, "safety_rep", remind="26-11-2025")
    now = at.lines(saved)["injury_report"]
    assert (now.owner_role, now.from_role, now.owner) == ("safety_rep", "leader", "")
    assert [one.id for one in at.followups.page(rep).lines] == [line.id]
    at.followups.hand_on(rep, line.id, "safety_rep", rep.initials.lower())
    other = at.house.who(Role.SAFETY_REP, initials="QQ")
    assert at.followups.page(other).lines == ()
    with pytest.raises(Forbidden):
        at.followups.close(other, line.id, complete())
    at.followups.close(rep, line.id, complete())


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"role": "desk"}, "role"),
        ({"role": "mayor"}, "role"),
        ({"role": "guard", "initials": "ZZ"}, "initials"),
        ({"role": "guard", "remind": "23-11-2025"}, "remind"),
    ],
)
def test_handing_on_to_nobody(at: FollowUpHouse, said: dict[str, str], field: str) -> None:
    line = at.lines(at.saved())["debriefing"]
    with pytest.raises(BadInput) as refused:
        at.followups.hand_on(at.leader, line.id, **said)
    assert [mistake.field for mistake in refused.value.mistakes] == [field]


def test_asking_for_more_by_hand(at: FollowUpHouse) -> None:
    """K20: who is summoned tells it themselves."""
    saved = at.saved()
    at.followups.add(at.leader, saved, "company")
    with pytest.raises(Refused, match="already"):
        at.followups.add(at.leader, saved, "company")
    at.close(saved, "company")
    at.followups.add(at.leader, saved, "company")
    with pytest.raises(BadInput):
        at.followups.add(at.leader, saved, "normalisation")


# In one transaction


def test_an_incident_that_is_not_saved_asks_for_nothing(at: FollowUpHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: object, **_more: object) -> None:
        raise RuntimeError("the power is off")

    monkeypatch.setattr("guardroom.people.audit.note", gone)
    with pytest.raises(RuntimeError):
        at.saved()
    with reading(at.house.ground.engine) as session:
        assert session.query(FollowUpRow).count() == 0


@pytest.mark.usefixtures("both_databases")
def test_the_same_form_twice_asks_once(at: FollowUpHouse) -> None:
    assert at.saved() == at.saved()
    with reading(at.house.ground.engine) as session:
        assert session.query(FollowUpRow).count() == len(at.followups.page(at.leader, "all").lines)


def test_every_kind_says_what_it_asks_for() -> None:
    from guardroom.followups import words

    assert all(words.kind(kind) != kind for kind in EVIDENCE)
    assert set(THREAT.behaviours) == {"shouting", "threat_violence"}


def test_the_deadline_of_the_police_report_stands_over_the_spring_night(at: FollowUpHouse) -> None:
    at.clock.advance((datetime(2026, 3, 28, 9, 0, tzinfo=UTC) - at.clock.now()).total_seconds())
    saved = at.saved(day="28-03-2026", time="10:00")
    due = at.lines(saved)["police_report"].due_at
    assert due - datetime(2026, 3, 28, 9, 0, tzinfo=UTC) == timedelta(hours=72)
    levels = {}
    for hours in (0, 54, 55, 60, 61, 72, 73):
        at.clock.advance((datetime(2026, 3, 28, 9, 0, tzinfo=UTC) - at.clock.now()).total_seconds() + hours * 3600)
        levels[hours] = at.lines(saved)["police_report"].level
    assert levels == {0: "", 54: "", 55: "!", 60: "!", 61: "!!", 72: "!!", 73: "X"}


def test_nothing_is_done_before_it_happened(at: FollowUpHouse) -> None:
    saved = at.saved()
    assert wrong(at, saved, "safety_org", complete(on="01-01-0001")) == {"on"}
    assert wrong(at, saved, "safety_org", complete(on="23-11-2025")) == {"on"}
    at.close(saved, "safety_org", on="24-11-2025")


def test_only_a_no_of_the_employees_comes_with_its_note(tmp_path: Path) -> None:
    """K12, K13: any other reference is not the leader's note."""
    with followup_house(tmp_path, policy="albertslund") as at:
        saved = at.saved()
        at.close(saved, "police_report", result="exempt", reason="under_15", reference="SAG 25/1")
        assert {"no_report_note", "police_registration"} <= set(at.lines(saved))
        other = at.saved(account="Borger råbte igen.")
        at.close(other, "police_report", result="exempt", reason="employee_declines", reference="NOTAT-7")
        assert "no_report_note" not in at.lines(other)


def test_what_is_left_out_has_no_reference(at: FollowUpHouse) -> None:
    saved = at.saved()
    at.close(saved, "injury_report", result="not_relevant", reference="SAG 25/1")
    assert at.lines(saved)["injury_report"].reference == ""


def test_the_log_does_not_say_why_there_is_an_exemption(at: FollowUpHouse) -> None:
    """It may be about somebody's health."""
    saved = at.saved()
    at.close(saved, "police_report", result="exempt", reason="dementia_or_disability")
    assert at.house.told()[-1] == "follow_up_exempt"
    assert "dementia" not in str(at.house.audit()[-1].detail)


# J5


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[tuple[FollowUpHouse, int]]:
    """Albertslund, where everybody affected writes what they saw."""
    with followup_house(tmp_path, policy="albertslund") as made:
        yield made, made.saved()


@pytest.mark.usefixtures("both_databases")
def test_accounts_come_one_by_one(accounts: tuple[FollowUpHouse, int]) -> None:
    at, saved = accounts
    at.close(saved, "written_accounts", result="so_far", count="1", expected="3")
    line = at.lines(saved)["written_accounts"]
    assert (line.state, line.count, line.expected, line.closed_at) == ("open", 1, 3, None)
    assert at.house.told()[-1] == "follow_up_so_far"
    assert "1 of 3" in at.followups.export(at.leader, "all").read_text("utf-8-sig")
    at.close(saved, "written_accounts", count="3")
    line = at.lines(saved)["written_accounts"]
    assert (line.state, line.count) == ("done", 3)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"count": "4", "expected": "3"}, {"expected"}),
        ({"count": "", "expected": "3"}, {"count"}),
        ({"count": "1", "expected": "mange"}, {"expected"}),
        ({"count": "1", "expected": "9999"}, {"expected"}),
    ],
)
def test_how_many_of_how_many(accounts: tuple[FollowUpHouse, int], said: dict[str, str], fields: set[str]) -> None:
    at, saved = accounts
    assert wrong(at, saved, "written_accounts", complete(result="so_far", **said)) == fields


def test_nothing_else_comes_one_by_one(at: FollowUpHouse) -> None:
    assert wrong(at, at.saved(), "debriefing", complete(result="so_far", expected="3")) == {"result"}


def test_who_goes_along_is_said(at: FollowUpHouse) -> None:
    """K18, K19."""
    saved = at.saved()
    at.close(saved, "police_report")
    assert wrong(at, saved, "company", complete(company="")) == {"company"}
    at.close(saved, "company", company="safety_rep")
    assert at.lines(saved)["company"].company == "safety_rep"


# Whoever it was handed to is gone


@pytest.mark.parametrize("gone", ["disabled", "another role"])
def test_what_one_person_had_is_everybodys_of_the_role_once_they_are_gone(at: FollowUpHouse, gone: str) -> None:
    line = at.lines(at.saved())["police_report"]
    at.house.who(Role.LEADER, initials="ZZ")
    at.followups.hand_on(at.leader, line.id, "leader", "ZZ")

    def mine() -> list[str]:
        return [one.owner for one in at.followups.page(at.leader).lines if one.kind == "police_report"]

    assert mine() == []
    with writing(at.house.ground.engine) as session:
        row = user_called(session, "ZZ")
        assert row is not None
        if gone == "disabled":
            row.disabled_at = at.clock.now()
        else:
            row.role = "hs_leader"
    assert mine() == [""]
    assert {one.kind: one.open for one in at.followups.counts(at.leader)}["police_report"] == 1
    at.clock.advance(days=4)
    with reading(at.house.ground.engine) as session:
        found = digests_now(session, at.house.ground, at.clock.now())
    assert {(one.role, one.user) for one in found} == {("leader", None)}
    if gone == "another role":
        other = replace(at.leader, user=row.id, initials="ZZ", role=Role.HS_LEADER)
        assert at.followups.page(other).lines == ()
    guard = at.house.who(Role.GUARD)
    with pytest.raises(Forbidden):
        at.followups.close(guard, line.id, complete())
    at.followups.close(at.house.who(Role.LEADER, initials="YY"), line.id, complete())
