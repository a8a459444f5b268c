"""Nobody signs or writes over what they have not read; nobody but the house's own program makes a signature."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from ban_house import NO_HEARING, BanHouse
from harness.people import put_ban, put_many
from sqlalchemy import text

from db.ban_tables import BanRow, SignatureRow
from db.main import reading, writing
from guardroom.bans.changed import Changed
from guardroom.bans.life import binds_on
from guardroom.bans.view import BanView
from guardroom.days import written
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Refused


def proved(at: BanHouse, who: Who) -> Who:
    return replace(who, proved_at=at.clock.now())


def unmet(view: BanView) -> set[str]:
    return {need.code for need in view.needs if not need.met}


def test_a_signature_is_under_the_text_that_was_read(at: BanHouse) -> None:
    ban = at.ban("hearing")
    read = at.bans.read(at.head, ban.id)
    longer = written(ban.ends_on + timedelta(days=500)) if ban.ends_on else ""
    at.bans.change(at.leader, ban.id, replace(ban.form, ends_on=longer))
    with pytest.raises(Changed, match=f"{at.leader.initials} changed it last"):
        at.bans.sign(proved(at, at.head), ban.id, read.seal)
    with pytest.raises(Changed):
        at.bans.sign(proved(at, at.head), ban.id, "")
    again = at.bans.read(at.head, ban.id)
    assert at.bans.sign(proved(at, at.head), ban.id, again.seal).standing == "signing"
    entry = next(each for each in at.house.audit() if each.what == "ban_signed")
    assert json.loads(entry.detail)["seal"] == again.seal


def test_whoever_may_not_read_the_reasons_gets_no_seal(at: BanHouse) -> None:
    ban = at.ban("in_force")
    assert at.bans.read(at.leader, ban.id).seal
    assert at.bans.read(at.guard, ban.id, "shift").seal == ""


def test_who_signs_gave_their_code_just_now(at: BanHouse) -> None:
    ban = at.ban("hearing")
    for signer in (at.head, proved(at, at.head)):
        at.clock.advance(121)
        with pytest.raises(Refused, match="Give your code again"):
            at.bans.sign(signer, ban.id, ban.seal)
    signer = proved(at, at.head)
    at.clock.advance(120)
    assert at.bans.sign(signer, ban.id, ban.seal).standing == "signing"


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(at: BanHouse) -> None:
    ban = at.ban("draft")
    first = at.bans.change(at.leader, ban.id, replace(ban.form, contact_person="B. Leder"), ban.seal)
    stale = replace(ban.form, case_ref="J-9999")
    with pytest.raises(Changed):
        at.bans.change(at.head, ban.id, stale, ban.seal)
    assert at.bans.read(at.leader, ban.id).form == first.form
    # What is there already can be kept again, whatever was read.
    assert at.bans.change(at.head, ban.id, first.form, ban.seal).seal == first.seal
    assert at.bans.change(at.head, ban.id, replace(first.form, case_ref="J-9999"), first.seal).form.case_ref == "J-9999"


def test_a_signature_that_was_put_into_the_database_by_hand_is_none(at: BanHouse) -> None:
    ban = at.ban("signing")
    with writing(at.house.ground.engine) as session:
        row = session.get_one(BanRow, ban.id)
        given = row.signatures[0]
        row.signatures.append(
            SignatureRow(
                user_id=at.director.user,
                role="director",
                name="Dorte Berg",
                title="direktør",
                at=given.at,
                digest=given.digest,
            )
        )
        row.stage, row.decided_at = "decided", given.at
    at.bans.file_letter(at.leader, ban.id, "D-1")
    at.bans.serve(at.leader, ban.id, "", "letter")
    with pytest.raises(Refused, match="not the one that was signed"):
        at.bans.activate(at.leader, ban.id)


@pytest.mark.parametrize(
    "change", ["at = '2025-11-20 10:00:00.000000'", "role = 'leader'", "name = 'En Anden'", "user_id = 1"]
)
def test_who_signed_and_when_cannot_be_changed_behind_the_program(at: BanHouse, change: str) -> None:
    ban = at.ban("served")
    with writing(at.house.ground.engine) as session:
        session.execute(text(f"UPDATE ban_signature SET {change} WHERE role = 'director'"))
    with pytest.raises(Refused, match="not the one that was signed"):
        at.bans.activate(at.leader, ban.id)


def test_a_decision_that_nobody_signed_is_never_in_force(at: BanHouse) -> None:
    ban = at.ban("served")
    with writing(at.house.ground.engine) as session:
        session.execute(text("DELETE FROM ban_signature"))
    with pytest.raises(Refused, match="signature: centre head; signature: director"):
        at.bans.activate(at.leader, ban.id)


# The hearing is about a text


def test_nobody_is_heard_about_nothing(at: BanHouse) -> None:
    ban = at.bans.begin(at.leader, at.person())
    assert "send_hearing" not in ban.may
    with pytest.raises(Refused, match="concrete reasons"):
        at.bans.send_hearing(at.leader, ban.id)
    full = at.ban("draft")
    for lacking in ({"reasons": ""}, {"incidents": ()}, {"ends_on": ""}, {"channels": ()}, {"kind": "contact"}):
        form = replace(full.form, **{"contact_person": "", "contact_phone": ""} | lacking)  # type: ignore[arg-type]
        at.bans.change(at.leader, full.id, form)
        with pytest.raises(Refused, match="Still missing"):
            at.bans.send_hearing(at.leader, full.id)
    # What the citizen is not asked about may come later.
    at.bans.change(at.leader, full.id, replace(full.form, less_intrusive="", case_ref="", appeal_guidance=False))
    assert at.bans.send_hearing(at.leader, full.id).standing == "hearing"


HEAVIER = (
    {"kind": "department", "scope": ("Jobcenter",)},
    {"reasons": "Råbte og slog i bordet i kontaktrum 2 den 20-11-2025."},
    {"ends_on": "25-05-2026"},
    {"incidents": (1,)},
    {"channels": ("letter",)},
    {"channels": ("digital_post", "mail")},
    {"meeting": ""},
)
LIGHTER = (
    {"ends_on": "23-05-2026"},
    {"starts_on": "25-11-2025"},
    {"contact_hours": "10-11"},
    {"case_ref": "J-1"},
    {"channels": ("phone", "letter", "mail", "appointment")},
)


def heard(at: BanHouse, **more: Any) -> BanView:
    """A ban whose citizen was asked about two incidents, and has answered."""
    person = at.person()
    for days in (3, 5):
        at.incident(person, days_ago=days)
    ban = at.ban("draft", person, **more)
    at.bans.send_hearing(at.leader, ban.id)
    return at.bans.answer_hearing(at.leader, ban.id, "", "Det var ikke mig.")


@pytest.mark.parametrize("change", HEAVIER)
def test_a_heavier_ban_on_other_grounds_is_heard_again(at: BanHouse, change: dict[str, Any]) -> None:
    ban = heard(at)
    changed = at.bans.change(at.leader, ban.id, replace(ban.form, **change))
    assert "hearing" in unmet(changed)
    assert any("must be sent again" in said for said in changed.warnings)
    with pytest.raises(Refused, match="hearing about the text as it is now"):
        at.sign(at.head, ban.id)
    # Going back to what the citizen was asked about makes their answer count again.
    assert "hearing" not in unmet(at.bans.change(at.leader, ban.id, ban.form))
    at.bans.change(at.leader, ban.id, replace(ban.form, **change))
    again = at.bans.send_hearing(at.leader, ban.id)
    assert (again.hearing_answered_on, again.hearing_answer) == (None, "")
    assert "hearing" in unmet(again)
    at.clock.advance(days=15)
    at.bans.change(at.leader, ban.id, replace(again.form, starts_on="09-12-2025"))
    assert at.sign(at.head, ban.id).standing == "signing"


@pytest.mark.parametrize(
    ("kind", "change", "again"),
    [
        ("contact", {"contact_hours": "first Monday 9.00-9.15"}, True),
        ("contact", {"contact_person": "B. Leder"}, True),
        ("contact", {"contact_phone": "11 22 33 45"}, True),
        ("contact", {"mail_to": "a@example.dk"}, False),
        ("mail_block", {"mail_to": "other@example.dk"}, True),
        ("mail_redirect", {"mail_to": "other@example.dk"}, True),
        ("mail_block", {"contact_person": "B. Leder"}, False),
        ("mail_block", {"channels": ("phone", "letter")}, False),
    ],
)
def test_what_a_ban_on_contact_or_mail_decides_is_what_the_citizen_is_heard_about(
    at: BanHouse, kind: str, change: dict[str, Any], again: bool
) -> None:
    """Forvaltningsloven § 19; FOB 2010-20-3: with whom, when and which address are the decision."""
    ban = heard(at, kind=kind, mail_to="x@example.dk", channels=("phone", "letter", "mail"))
    changed = at.bans.change(at.leader, ban.id, replace(ban.form, **change))
    assert ("hearing" in unmet(changed)) == again
    assert changed.heard != again


@pytest.mark.parametrize("change", LIGHTER)
def test_a_lighter_ban_needs_no_second_hearing(at: BanHouse, change: dict[str, Any]) -> None:
    ban = heard(at)
    changed = at.bans.change(at.leader, ban.id, replace(ban.form, **change))
    assert "hearing" not in unmet(changed)
    assert not any("must be sent again" in said for said in changed.warnings)


def test_a_hearing_that_is_cut_short_is_told(at: BanHouse) -> None:
    ban = at.ban("draft")
    at.bans.send_hearing(at.leader, ban.id)
    cut = at.bans.skip_hearing(at.leader, ban.id, "urgent", NO_HEARING)
    assert any("may answer until 08-12-2025" in said for said in cut.warnings)


# What it rests on


def test_an_incident_that_turns_out_to_be_about_somebody_else_carries_no_ban(at: BanHouse) -> None:
    person, other = at.person(), at.person("Bo Eksempel", "1970")
    incident = at.incident(person)
    at.incident(person, days_ago=5)
    hearing = at.ban("hearing", person)
    served = at.ban("served", person, kind="contact")
    with writing(at.house.ground.engine) as session:
        session.execute(text(f"UPDATE incident_subject SET person_id = {other} WHERE incident_id = {incident}"))
    with pytest.raises(Refused, match="only incidents about this person: take H-0001 away"):
        at.sign(at.head, hearing.id)
    with pytest.raises(Refused, match="only incidents about this person"):
        at.bans.activate(at.leader, served.id)
    mended = at.bans.change(at.leader, hearing.id, at.form(hearing))
    assert "own_incident" not in unmet(mended)
    assert at.sign(at.head, hearing.id).standing == "signing"


def test_merged_records_stay_one_person(at: BanHouse) -> None:
    person, other = at.person(), at.person("Bo Eksempel", "1970")
    at.incident(other)
    at.persons.merge(at.leader, person, other)
    ban = at.ban("hearing", person)
    assert at.sign(at.head, ban.id).standing == "signing"
    at.persons.separate(at.leader, other)
    with pytest.raises(Refused, match="only incidents about this person"):
        at.sign(at.director, ban.id)


# Days


def test_a_ban_binds_from_the_day_on_which_it_was_served(at: BanHouse) -> None:
    ban = at.ban("served").id
    at.clock.advance(days=3)
    at.bans.serve(at.leader, ban, "", "letter")
    view = at.bans.activate(at.leader, ban)
    today, zone = at.clock.now().date(), at.house.ground.settings.site.zone
    with reading(at.house.ground.engine) as session:
        row = session.get_one(BanRow, ban)
        assert row.starts_on == today - timedelta(days=3)
        assert not binds_on(row, today - timedelta(days=1), zone)
        assert binds_on(row, today, zone)
        assert not binds_on(row, today + timedelta(days=400), zone)
    # Nobody is told an earlier day.
    assert (view.starts_on, at.bans.lines(at.guard)[0].starts_on) == (today, today)
    assert at.bans.card(at.guard, ban, "here_now").starts_on == today


@pytest.mark.parametrize(("decided", "first"), [(None, 0), (date(2025, 11, 20), -4), (date(2025, 10, 1), -30)])
def test_a_ban_of_the_case_systems_list_binds_no_earlier_than_it_was_decided_or_taken_over(
    at: BanHouse, decided: date | None, first: int
) -> None:
    taken = put_ban(at.house.ground, at.person("Bo Eksempel", "1970"))
    today, zone = at.clock.now().date(), at.house.ground.settings.site.zone
    with reading(at.house.ground.engine) as session:
        row = session.get_one(BanRow, taken)
        row.decided_at = None if decided is None else datetime.combine(decided, time(), zone)
        days = [today + timedelta(days=day) for day in range(-40, 10)]
        assert next(day for day in days if binds_on(row, day, zone)) == today + timedelta(days=first)


@pytest.mark.parametrize("field", ["starts_on", "ends_on"])
@pytest.mark.parametrize("day", ["01-01-1999", "01-01-2101", "31-12-9999", "01-01-0001"])
def test_a_day_far_away_is_a_sentence(at: BanHouse, field: str, day: str) -> None:
    ban = at.ban("draft")
    with pytest.raises(BadInput, match="give a day between 2000 and 2100") as wrong:
        at.bans.change(at.leader, ban.id, replace(ban.form, **{field: day}))  # type: ignore[arg-type]
    assert {mistake.field for mistake in wrong.value.mistakes} == {field}


# Who may look, and where


def test_a_ban_is_opened_for_a_purpose_there_is(at: BanHouse) -> None:
    ban = at.ban("in_force").id
    for who, why in ((at.guard, "work"), (at.guard, ""), (at.leader, "240590-1234 Jens"), (at.leader, "")):
        with pytest.raises(BadInput, match="Say what the lookup is for"):
            at.bans.read(who, ban, why)
    for who, why in ((at.guard, "shift"), (at.leader, "work"), (at.leader, "letter"), (at.leader, "here_now")):
        at.bans.read(who, ban, why)
        assert at.house.audit()[-1].why == why


def test_a_ban_belongs_to_a_part_that_the_house_has(at: BanHouse) -> None:
    ban = at.ban("draft")
    with pytest.raises(BadInput, match="“Jobcentret” is no part of the house: choose Jobcenter, Borgerservice"):
        at.bans.change(at.leader, ban.id, replace(ban.form, area="Jobcentret"))
    assert at.bans.change(at.leader, ban.id, replace(ban.form, area="jobcenter")).form.area == "Jobcenter"


def test_guards_see_neither_the_way_back_nor_the_hearing(at: BanHouse) -> None:
    ban = at.ban("draft")
    at.bans.send_hearing(at.leader, ban.id)
    at.bans.answer_hearing(at.leader, ban.id, "", "Nej.")
    at.weigh(ban.id)
    at.lead_from_hearing(ban.id)
    at.bans.file_letter(at.leader, ban.id, "D-1")
    at.bans.serve(at.leader, ban.id, "", "letter")
    at.bans.activate(at.leader, ban.id)
    seen = at.bans.read(at.guard, ban.id, "shift")
    assert seen.form.normalisation == ""
    assert (seen.hearing_sent_on, seen.hearing_due_on, seen.hearing_answered_on) == (None, None, None)
    assert seen.weighed == ()
    assert at.bans.read(at.leader, ban.id).form.normalisation


def test_that_a_guard_has_read_a_ban_changes_no_ban(at: BanHouse) -> None:
    ban = at.ban("in_force").id
    with reading(at.house.ground.engine) as session:
        before = session.get_one(BanRow, ban).changed
    at.bans.confirm_read(at.guard, ban)
    with reading(at.house.ground.engine) as session:
        assert session.get_one(BanRow, ban).changed == before


# Numbers


def test_the_numbers_are_those_of_the_lists(at: BanHouse) -> None:
    today = at.clock.now().date()
    at.house.who(Role.GUARD)
    put_many(at.house.ground, [(f"Kim Eksempel{number}", 1950) for number in range(300)], range(1, 301))
    with writing(at.house.ground.engine) as session:
        session.execute(text("UPDATE ban SET lifted_on = '2025-11-20' WHERE id % 7 = 0"))
        session.execute(text("UPDATE ban SET lifted_on = '2025-12-20' WHERE id % 11 = 0"))
        session.execute(text("UPDATE ban SET normalised_on = '2025-11-20' WHERE id % 3 = 0"))
        session.execute(text("UPDATE ban SET starts_on = '2025-12-01' WHERE id % 13 = 0"))
        session.execute(text("UPDATE ban SET stage = 'draft' WHERE id % 17 = 0"))
    listed = [ban for ban in range(1, 301) if ban % 5 == 0]
    for ban in listed:
        if ban % 7 and ban % 17:
            at.bans.confirm_read(at.guard, ban)
    for later in (0, 1, 30, 60, 89):
        day = today + timedelta(days=later)
        counts = at.bans.counts(day)
        assert (counts.active, counts.ending) == (
            len(at.bans.lines(at.leader, "active")),
            len(at.bans.lines(at.leader, "ending")),
        )
        to_read = at.bans.lines(at.guard, "to_read")
        assert at.bans.unread(at.guard) == len(to_read)
        assert not any(line.read for line in to_read)
        at.clock.advance(days={0: 1, 1: 29, 30: 30, 60: 29, 89: 0}[later])
