"""Two bans at once, and one after the other: overlaps are refused, an extension is a new decision on new conduct."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from ban_house import BanHouse

from guardroom.bans.there_already import ThereAlready
from guardroom.bans.view import BanView
from guardroom.incidents.log import IncidentLog
from guardroom.refusal import BadInput, Refused


def with_incident(at: BanHouse) -> int:
    person = at.person()
    at.incident(person)
    return person


@pytest.mark.parametrize(
    ("stage", "kind", "starts_on", "refused"),
    [
        ("in_force", "full", "24-05-2026", True),
        ("in_force", "full", "25-05-2026", False),
        ("decided", "department", "24-11-2025", True),
        ("served", "full", "24-11-2025", True),
        ("signing", "full", "24-11-2025", False),
        ("decided", "contact", "24-11-2025", False),
    ],
)
def test_two_bans_that_forbid_being_here_share_no_day(
    at: BanHouse, stage: str, kind: str, starts_on: str, refused: bool
) -> None:
    person = with_incident(at)
    first = at.ban(stage, person)
    second = at.bans.begin(at.leader, person, beside=True)
    form = at.form(second, kind=kind, scope=("Jobcenter",), starts_on=starts_on, ends_on="24-07-2026")
    if not refused:
        at.bans.change(at.leader, second.id, form)
        return
    with pytest.raises(BadInput) as told:
        at.bans.change(at.leader, second.id, form)
    (mistake,) = told.value.mistakes
    assert mistake.field == "starts_on"
    assert f"{first.number} runs from 24-11-2025 until 24-05-2026" in mistake.sentence


@pytest.mark.usefixtures("both_databases")
def test_the_second_of_two_drafts_is_not_signed(at: BanHouse) -> None:
    person = with_incident(at)
    first, second = at.ban("hearing", person), at.ban("hearing", person)
    at.sign(at.head, second.id)
    at.lead_from_hearing(first.id)
    with pytest.raises(Refused, match=f"no other such ban in the period: {first.number} runs until 24-05-2026"):
        at.sign(at.director, second.id)


@pytest.mark.usefixtures("both_databases")
def test_bans_of_merged_records_are_one_persons(at: BanHouse) -> None:
    person = with_incident(at)
    same = at.person("Kristian Møller")
    first = at.ban("in_force", person)
    second = at.bans.begin(at.leader, same, beside=True)
    at.persons.merge(at.leader, person, same)
    with pytest.raises(BadInput, match=first.number):
        at.bans.change(at.leader, second.id, at.form(second))


@pytest.mark.parametrize("after", ["lifted", "expired"])
def test_what_is_over_is_in_nobodys_way(at: BanHouse, after: str) -> None:
    person = with_incident(at)
    first = at.ban("in_force", person, ends_on="24-12-2025")
    if after == "lifted":
        at.bans.lift(at.leader, first.id, "", "Forliget.")
    else:
        at.clock.advance(days=31)
        # What has carried a ban that ran its time does not carry the next (FOB 2014-5).
        at.incident(person, days_ago=1)
    assert at.ban("in_force", person, ends_on="24-05-2026").standing == "active"


@pytest.mark.parametrize(
    ("days", "kind", "held"),
    [(170, "full", True), (300, "full", True), (170, "department", True), (170, "contact", False)],
)
def test_a_ban_begun_after_another_is_held_to_what_is_asked_of_an_extension(
    at: BanHouse, days: int, kind: str, held: bool
) -> None:
    """FOB 2014-5 is not passed by beginning anew: neither just after the first one's end nor later."""
    person = with_incident(at)
    first = at.ban("in_force", person)
    at.clock.advance(days=days)
    form = {"kind": kind, "scope": ("Jobcenter",), "starts_on": "15-11-2026", "ends_on": "15-12-2026"}
    draft = at.ban("draft", person, **form)
    needed = next(need for need in draft.needs if need.code == "incident")
    assert needed.met != held
    assert any("new conduct (Ombudsman FOB 2014-5)" in said for said in draft.warnings) == held
    if not held:
        return
    assert needed.sentence == f"an incident since {first.number} was decided"
    at.bans.skip_hearing(at.leader, draft.id, "urgent", "Der er akut fare for medarbejderne.")
    with pytest.raises(Refused, match="an incident since"):
        at.sign(at.head, draft.id)
    at.incident(person, days_ago=1)
    at.bans.change(at.leader, draft.id, at.form(draft, **form))
    assert at.sign(at.head, draft.id).standing == "signing"


def test_a_ban_on_what_carried_a_lifted_one_is_warned_of(at: BanHouse) -> None:
    person = with_incident(at)
    first = at.ban("in_force", person)
    at.clock.advance(days=10)
    at.bans.lift(at.leader, first.id, "", "Der var fejl i høringen.")
    again = at.ban("hearing", person, starts_on="04-12-2025")
    assert any(f"The same incidents have carried {first.number}, which was lifted." in said for said in again.warnings)
    # It may put a mistake right: nobody is stopped.
    assert at.sign(at.head, again.id).standing == "signing"


def test_a_ban_that_is_decided_is_not_held_to_one_that_was_decided_after_it(at: BanHouse) -> None:
    person = with_incident(at)
    first = at.ban("served", person)
    at.clock.advance(3600)
    at.incident(person, days_ago=0.01)
    at.ban("decided", person, starts_on="25-05-2026", ends_on="25-06-2026")
    assert at.bans.activate(at.leader, first.id).standing == "active"


@pytest.mark.parametrize(
    ("breached", "channel", "attendance"),
    [("full", "in_person", True), ("department", "in_person", True), ("mail_block", "mail", False),
     ("contact", "phone", False)],
)  # fmt: skip
def test_only_who_was_here_did_no_more_than_attend(at: BanHouse, breached: str, channel: str, attendance: bool) -> None:
    person = with_incident(at)
    more = {"kind": breached, "scope": ("Jobcenter",), "mail_to": "a@example.dk"}
    first = at.ban("in_force", person, **more)
    at.clock.advance(days=10)
    log = IncidentLog(at.house.ground, at.persons)
    logged = log.save(at.guard, replace(log.of_breach(at.guard, first.id), channel=channel, place="K2"))
    draft = at.bans.extend(at.leader, first.id)
    assert any("only attendance" in said for said in draft.warnings) == attendance
    (linked,) = [each for each in at.bans.linkable(at.leader, draft.id) if each.id == logged.id]
    assert (linked.breached, linked.channel, linked.attendance_only) == (breached, channel, attendance)


def test_other_bans_are_pointed_out(at: BanHouse) -> None:
    person = with_incident(at)
    first = at.ban("in_force", person, kind="contact")
    view = at.ban("draft", person)
    assert view.warnings == (f"The person also has {first.number}, until 24-05-2026.",)


def extension(at: BanHouse) -> tuple[BanView, BanView]:
    """A ban of which half the time has gone, and the draft that extends it."""
    first = at.ban("in_force", with_incident(at), kind="department", scope=("Jobcenter",))
    at.clock.advance(days=90)
    return first, at.bans.extend(at.leader, first.id)


def test_an_extension_takes_the_frame_and_nothing_that_must_be_new(at: BanHouse) -> None:
    first, draft = extension(at)
    assert draft.standing == "draft"
    assert draft.extends == first.number
    assert (draft.form.starts_on, draft.form.ends_on) == ("25-05-2026", "24-11-2026")
    taken = ("kind", "scope", "channels", "contact_person", "contact_phone", "contact_hours", "meeting", "case_ref")
    for name in taken:
        assert getattr(draft.form, name) == getattr(first.form, name) != ""
    assert draft.form.reasons == draft.form.less_intrusive == draft.form.normalisation == ""
    assert draft.form.incidents == ()
    assert not draft.form.casework_reviewed
    old = at.bans.read(at.leader, first.id)
    assert (old.extended_by, old.standing, old.ends_on) == (draft.number, "active", first.ends_on)


@pytest.mark.parametrize(
    ("recorded", "warning", "met"),
    [
        ((), "Since {number} began nothing is recorded.", False),
        (({"kind": "ban_breach"},), "Since {number} began only attendance is recorded. That alone is not", True),
        (({"kind": "ban_breach"}, {"kind": "near_miss"}), "Since {number} began only attendance is recorded.", True),
        (({"kind": "ban_breach", "behaviours": ("threat_violence",)},), "", True),
        (({"kind": "ban_breach"}, {"kind": "threat"}), "", True),
    ],
)
def test_attendance_alone_is_warned_of_and_nothing_new_is_not_enough(
    at: BanHouse, recorded: tuple[dict[str, Any], ...], warning: str, met: bool
) -> None:
    first, draft = extension(at)
    for each in recorded:
        at.incident(first.person, days_ago=10, **each)
    view = at.lead(draft.id, "hearing", at.form(draft))
    if warning:
        assert view.warnings[0].startswith(warning.format(number=first.number))
        assert "FOB 2014-5" in view.warnings[0]
    else:
        assert not any("FOB" in each for each in view.warnings)
    needed = next(each for each in view.needs if each.code == "incident")
    assert needed.sentence == f"an incident since {first.number} was decided"
    assert needed.met == met
    if met:
        # A warning stops nobody.
        assert at.sign(at.head, view.id).standing == "signing"
    else:
        with pytest.raises(Refused, match="an incident since"):
            at.sign(at.head, view.id)


def test_an_extension_in_force_follows_without_a_gap(at: BanHouse) -> None:
    first, draft = extension(at)
    at.incident(first.person, days_ago=1)
    assert at.lead(draft.id, "in_force", at.form(draft)).standing == "coming"
    for day, number in ((24, first.number), (25, draft.number)):
        at.move_to(datetime(2026, 5, day, 12, 0, tzinfo=UTC))
        assert [line.number for line in at.bans.lines(at.guard)] == [number]


def test_a_ban_is_extended_once_and_only_while_it_runs(at: BanHouse) -> None:
    first, draft = extension(at)
    with pytest.raises(Refused, match=f"{draft.number} extends it already"):
        at.bans.extend(at.leader, first.id)
    at.bans.drop(at.leader, draft.id, "Intet nyt.")
    assert at.bans.extend(at.leader, first.id).number != draft.number
    at.clock.advance(days=200)
    with pytest.raises(Refused, match="is expired"):
        at.bans.extend(at.leader, first.id)


def test_an_extension_may_not_begin_before_the_old_one_ends(at: BanHouse) -> None:
    first, draft = extension(at)
    at.incident(first.person, days_ago=1)
    with pytest.raises(BadInput, match=f"{first.number} runs from"):
        at.bans.change(at.leader, draft.id, at.form(draft, starts_on="24-05-2026"))


@pytest.mark.parametrize(
    ("change", "days_ago", "warning"),
    [
        ({"ends_on": "25-11-2027"}, 4, "more than two years: is that proportionate?"),
        ({"ends_on": "24-11-2027"}, 4, ""),
        ({}, 740, "of 15-11-2023, more than two years ago"),
        ({}, 720, ""),
    ],
)
def test_what_is_to_be_read_before_signing(at: BanHouse, change: dict[str, Any], days_ago: int, warning: str) -> None:
    person = at.person()
    at.incident(person, days_ago=days_ago)
    view = at.ban("hearing", person, **change)
    assert (warning in view.warnings[0]) if warning else view.warnings == ()
    # Once decided there is nothing to be warned of.
    at.lead_from_hearing(view.id)
    assert at.bans.read(at.leader, view.id).warnings == ()


def test_a_ban_is_not_lifted_while_its_extension_would_go_on_by_itself(at: BanHouse) -> None:
    first, draft = extension(at)
    at.incident(first.person, days_ago=1)
    at.lead(draft.id, "in_force", at.form(draft))
    view = at.bans.read(at.leader, first.id)
    said = f"{draft.number} extends it and would go on by itself: give up or lift that one first."
    assert (view.warnings, "lift" in view.may) == ((said,), False)
    with pytest.raises(Refused, match="would go on by itself"):
        at.bans.lift(at.leader, first.id, "", "Forliget.")
    at.bans.lift(at.leader, draft.id, "", "Forliget.")
    assert at.bans.lift(at.leader, first.id, "", "Forliget.").standing == "lifted"


def test_lifting_the_old_ban_leaves_the_draft_of_an_extension_alone(at: BanHouse) -> None:
    first, draft = extension(at)
    at.bans.lift(at.leader, first.id, "", "Forliget.")
    assert at.bans.read(at.leader, draft.id).standing == "draft"
    assert at.bans.read(at.leader, first.id).lifted_on == date(2026, 2, 22)
    # What is lifted is out of the way.
    at.incident(first.person, days_ago=1)
    form = replace(at.form(draft), starts_on="22-02-2026", ends_on="22-08-2026")
    assert at.bans.change(at.leader, draft.id, form).starts_on == date(2026, 2, 22)


# Beginning one where there is one already


def test_who_has_an_undecided_draft_gets_no_second_one_unasked(at: BanHouse) -> None:
    person = with_incident(at)
    first = at.bans.begin(at.leader, person)
    with pytest.raises(ThereAlready, match=f"{first.number} of this person is not decided yet") as told:
        at.bans.begin(at.head, person)
    assert told.value.ban == first.id
    assert [line.number for line in at.bans.lines(at.leader, "drafts")] == [first.number]
    at.bans.drop(at.leader, first.id, "Ingen grund.")
    assert at.bans.begin(at.leader, person).number != first.number


@pytest.mark.parametrize(
    ("kind", "stage", "sentence"),
    [
        ("full", "in_force", "has FB-2025-001 from 24-11-2025 until 24-05-2026 already: extend that one"),
        ("department", "decided", "has FB-2025-001 from 24-11-2025 until 24-05-2026 already."),
        ("contact", "in_force", ""),
    ],
)
def test_who_has_a_ban_gets_no_colliding_one_unasked(at: BanHouse, kind: str, stage: str, sentence: str) -> None:
    person = with_incident(at)
    first = at.ban(stage, person, kind=kind, scope=("Jobcenter",))
    if sentence:
        with pytest.raises(ThereAlready, match=sentence) as told:
            at.bans.begin(at.leader, person)
        assert told.value.ban == first.id
    second = at.bans.begin(at.leader, person, beside=bool(sentence))
    # The days that are proposed are free: what is begun can be kept.
    assert second.form.starts_on == ("25-05-2026" if sentence else "09-12-2025")
    assert at.bans.change(at.leader, second.id, second.form).standing == "draft"


def test_an_extension_of_what_is_lifted_since_is_told(at: BanHouse) -> None:
    first, draft = extension(at)
    assert not any("was lifted" in each for each in at.bans.read(at.leader, draft.id).warnings)
    at.bans.lift(at.leader, first.id, "", "Forliget.")
    warned = at.bans.read(at.leader, draft.id).warnings
    assert any(f"{first.number}, which it goes on from, was lifted: it ends on" in each for each in warned)
