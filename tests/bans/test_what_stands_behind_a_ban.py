"""Whom a ban is about, what was signed and how far it has come stay as they were, or whoever looks is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ban_house import BanHouse

from guardroom.bans.changed import Changed
from guardroom.check_people import people_findings
from guardroom.exchange.exchange import Exchange
from guardroom.finding import Finding
from guardroom.incidents.form import SubjectForm
from guardroom.incidents.log import IncidentLog
from guardroom.people.roles import Role
from guardroom.refusal import Refused


def sql(at: BanHouse, *statements: str) -> None:
    """What somebody does who can write in the database, and has no secret."""
    at.house.meddle(*statements)


def checked(at: BanHouse, what: str) -> Finding:
    """What `guardroom check` says of it."""
    found = people_findings(at.house.ground.settings, at.clock.now(), readable=True)
    return next(finding for finding in found if finding.what == what)


def rename(at: BanHouse, person: int, **more: Any) -> None:
    form = at.persons.read(at.leader, person, "other").form
    at.persons.change(at.leader, person, replace(form, **more))


# Whom it is about


def to_somebody_else(at: BanHouse, person: int) -> None:
    rename(at, person, name="Ole Eksempel", birth="1955")


def into_somebody_else(at: BanHouse, person: int) -> None:
    at.persons.merge(at.leader, at.person("Karl Eksempel", "1971"), person)


OTHERS = (to_somebody_else, into_somebody_else)


@pytest.mark.parametrize("changes", OTHERS)
def test_no_signature_is_under_the_name_of_somebody_else(
    at: BanHouse, changes: Callable[[BanHouse, int], None]
) -> None:
    first, second = at.ban("hearing"), at.ban("signing")
    read = at.bans.read(at.head, first.id)
    changes(at, first.person)
    changes(at, second.person)
    with pytest.raises(Changed, match=f"{at.leader.initials} changed it last"):
        at.bans.sign(replace(at.head, proved_at=at.clock.now()), first.id, read.seal)
    assert at.sign(at.head, first.id).standing == "signing"
    for seen in (second.seal, at.bans.read(at.director, second.id).seal):
        with pytest.raises(Refused, match="not the one who was named when it was signed"):
            at.bans.sign(replace(at.director, proved_at=at.clock.now()), second.id, seen)
    at.bans.withdraw_signatures(at.leader, second.id, "Personen er en anden.")
    assert at.lead_from_hearing(second.id) is None
    assert at.bans.read(at.leader, second.id).standing == "decided"


@pytest.mark.parametrize("changes", OTHERS)
def test_no_decision_is_put_in_force_against_somebody_else(
    at: BanHouse, changes: Callable[[BanHouse, int], None]
) -> None:
    ban = at.ban("served")
    changes(at, ban.person)
    with pytest.raises(Refused, match="not the one who was named when it was signed"):
        at.bans.activate(at.leader, ban.id)
    assert "activate" not in at.bans.read(at.leader, ban.id).may


def test_putting_the_record_right_makes_the_signatures_count_again(at: BanHouse) -> None:
    one, two = at.ban("served"), at.ban("served")
    rename(at, one.person, name="Ole Eksempel")
    rename(at, one.person, name=one.name)
    into_somebody_else(at, two.person)
    at.persons.separate(at.leader, two.person)
    for ban in (one, two):
        assert at.bans.activate(at.leader, ban.id).warnings == ()


def test_what_names_nobody_otherwise_is_no_change(at: BanHouse) -> None:
    ban = at.ban("served")
    rename(at, ban.person, case_ref="J-9", description="Høj.", aliases=("Kristian",))
    at.persons.merge(at.leader, ban.person, at.person("Cristian M-E", ""))
    assert at.bans.activate(at.leader, ban.id).warnings == ()


@pytest.mark.parametrize("changes", OTHERS)
def test_a_ban_in_force_says_that_its_person_was_changed(
    at: BanHouse, changes: Callable[[BanHouse, int], None]
) -> None:
    ban = at.ban("in_force")
    changes(at, ban.person)
    view = at.bans.read(at.leader, ban.id)
    assert "person's record was changed after" in view.warnings[0]
    assert [line.by for line in view.log if line.what == "person_changed"] == [at.leader.initials]
    assert "person's record was changed after" in at.bans.read(at.guard, ban.id, "shift").warnings[0]
    assert "person's record was changed after" in at.bans.card(at.desk, ban.id, "here_now").do_now[0]
    said = checked(at, "bans")
    assert (said.standing, ban.number in said.said) == ("unset", True)


# What was signed, and how far it has come


TAMPERED = (
    "UPDATE ban SET ends_on = '2029-01-01'",
    "UPDATE ban SET reasons = 'Noget helt andet'",
    "UPDATE ban SET served_on = '2025-11-01'",
    "UPDATE ban SET decided_at = '2025-11-01 10:00:00.000000'",
    "UPDATE person SET name = 'Ole Eksempel'",
    "DELETE FROM ban_signature WHERE role = 'director'",
    "DELETE FROM ban_signature",
    "UPDATE ban_signature SET title = 'borgmester' WHERE role = 'director'",
    "DELETE FROM ban_event WHERE what = 'hearing_skipped'",
    "DELETE FROM ban_incident",
)


@pytest.mark.parametrize("change", TAMPERED)
def test_what_was_changed_outside_the_program_shows(at: BanHouse, change: str) -> None:
    ban = at.ban("in_force")
    assert at.bans.card(at.guard, ban.id, "here_now").do_now == at.bans.card(at.desk, ban.id, "here_now").do_now
    assert checked(at, "bans") == Finding("ok", "bans", "1 is as it was signed")
    sql(at, change)
    for who, why in ((at.leader, "work"), (at.guard, "shift")):
        assert "outside the program" in at.bans.read(who, ban.id, why).warnings[0]
    assert "outside the program" in at.bans.card(at.desk, ban.id, "here_now").do_now[0]
    said = checked(at, "bans")
    assert (said.standing, ban.number in said.said) == ("wrong", True)


def test_a_ban_that_was_lifted_does_not_come_back(at: BanHouse) -> None:
    ban = at.ban("in_force")
    at.bans.lift(at.leader, ban.id, "", "Forliget.")
    assert checked(at, "bans").standing == "ok"
    sql(at, "UPDATE ban SET lifted_on = NULL")
    assert "outside the program" in at.bans.card(at.guard, ban.id, "here_now").do_now[0]


def test_a_ban_that_was_put_in_force_by_hand_is_told(at: BanHouse) -> None:
    served = at.ban("served")
    sql(at, "UPDATE ban SET stage = 'in_force'")
    assert "outside the program" in at.bans.card(at.guard, served.id, "here_now").do_now[0]
    sql(
        at,
        "CREATE TEMP TABLE forged AS SELECT * FROM ban",
        "UPDATE forged SET id = 77, number = 'FB-2025-777', changed = 99",
        "INSERT INTO ban SELECT * FROM forged",
        "UPDATE counter SET value = 99 WHERE name = 'ban'",
    )
    assert "outside the program" in at.bans.card(at.guard, 77, "here_now").do_now[0]
    assert "FB-2025-777" in checked(at, "bans").said


def test_whatever_is_done_with_the_program_is_backed(at: BanHouse) -> None:
    person = at.person()
    at.incident(person)
    ban = at.ban("signing", person)
    at.bans.withdraw_signatures(at.leader, ban.id, "En dato var forkert.")
    at.lead_from_hearing(ban.id)
    at.bans.file_letter(at.leader, ban.id, "D-1")
    at.bans.serve(at.leader, ban.id, "", "letter")
    at.bans.serve(at.leader, ban.id, "", "handed_over")
    at.bans.activate(at.leader, ban.id)
    at.bans.confirm_read(at.guard, ban.id)
    at.bans.normalise(at.leader, ban.id, "", "God samtale.")
    at.bans.extend(at.leader, ban.id)
    assert at.bans.lift(at.leader, ban.id, "01-12-2025", "Forliget.").warnings == ()
    assert checked(at, "bans") == Finding("ok", "bans", "1 is as it was signed")


LISTED = "Navn;Født;Sagsnr;Journalnr;Type;Fra;Til;Afgjort\nBo Eksempel;1970;J-1;D-1;Forbud;01-11-2025;01-05-2026;{}\n"


@pytest.mark.parametrize("decided", ["", "20-11-2025"])
def test_a_ban_of_the_case_systems_list_is_backed_too(at: BanHouse, decided: str) -> None:
    exchange, registrar = Exchange(at.house.ground, at.bans, at.persons), at.house.who(Role.BAN_REGISTRAR)
    file = at.house.config.parent / "list.csv"
    file.write_text(LISTED.format(decided), "utf-8")
    exchange.apply(registrar, exchange.compare(registrar, exchange.read(registrar, file)), True)
    (line,) = at.bans.lines(at.guard)
    assert at.bans.read(at.leader, line.id).warnings == ()
    assert checked(at, "bans").standing == "ok"
    rename(at, line.person, birth="1971")
    assert "person's record was changed" in at.bans.read(at.leader, line.id).warnings[0]
    sql(at, "UPDATE ban SET decided_at = '2025-10-01 00:00:00.000000'")
    assert "outside the program" in at.bans.read(at.leader, line.id).warnings[0]


def test_a_log_that_breaks_backs_nothing(at: BanHouse) -> None:
    ban = at.ban("in_force")
    sql(at, "DELETE FROM audit WHERE what = 'ban_activated'")
    assert "outside the program" in at.bans.card(at.guard, ban.id, "here_now").do_now[0]
    assert [checked(at, what).standing for what in ("audit log", "bans", "incidents")] == ["wrong", "unset", "unset"]


# What it rests on


@pytest.fixture
def told(at: BanHouse) -> tuple[IncidentLog, int, int]:
    """An incident with an addendum, saved as a guard does; and whom it is about."""
    log, person = IncidentLog(at.house.ground, at.persons), at.person()
    form = replace(
        log.blank(at.guard),
        kind="threat",
        place="K2",
        behaviours=("shouting",),
        subjects=(SubjectForm(person=person),),
        account="Råbte højt af alle, der stod i forhallen.",
    )
    saved = log.save(at.guard, form)
    log.add(at.guard, saved.id, "Det varede et kvarter.")
    return log, saved.id, person


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE incident SET account = 'Truede mig på livet.'", "changed after they were saved: H-0001"),
        ("UPDATE incident SET behaviours = '[\"threat_life\"]'", "changed after they were saved: H-0001"),
        ("UPDATE incident_addendum SET text = 'Det varede en time.'", "changed after they were saved: H-0001"),
        ("DELETE FROM incident_addendum", "changed after they were saved: H-0001"),
        ("UPDATE incident SET written_by = 1", "changed after they were saved: H-0001"),
        ("DELETE FROM incident", "1 was taken out"),
    ],
)
def test_what_was_saved_of_an_incident_stays(
    at: BanHouse, told: tuple[IncidentLog, int, int], change: str, said: str
) -> None:
    log, incident, person = told
    subject = log.read(at.leader, incident).subjects[0].id
    log.join(at.leader, incident, subject, at.person("Bo Eksempel", "1970"))
    log.join(at.leader, incident, subject, person)
    assert checked(at, "incidents") == Finding("ok", "incidents", "1 is as it was saved")
    sql(at, *change.split("; "))
    assert checked(at, "incidents") == Finding("wrong", "incidents", said)


def test_a_ban_in_force_says_that_an_incident_is_about_somebody_else_by_now(
    at: BanHouse, told: tuple[IncidentLog, int, int]
) -> None:
    log, incident, person = told
    ban = at.ban("in_force", person)
    assert ban.warnings == ()
    subject = log.read(at.leader, incident).subjects[0].id
    log.join(at.leader, incident, subject, at.person("Bo Eksempel", "1970"))
    (warning,) = at.bans.read(at.leader, ban.id).warnings
    assert warning == "By now about somebody else: H-0001. Does the decision hold without?"
