"""An incident's life: drafted, saved and locked, added to, joined; and what the audit log tells of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from incident_house import EJECTION, THREAT, IncidentHouse
from sqlalchemy import select, text

from db.incident_tables import DraftRow
from db.main import reading, writing
from guardroom.incidents.form import AlarmRef, IncidentForm, SubjectForm
from guardroom.incidents.log import DraftGone
from guardroom.people.cpr import holds_cpr, without_cpr
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused

ACCOUNT = THREAT.account


def test_saved_as_it_was_written(at: IncidentHouse) -> None:
    form = replace(
        EJECTION,
        police="112",
        police_time="09:35",
        police_ref="3100-10101-00012-25",
        injured=("guard", "employee"),
        sick_leave="no",
        felt="very_serious",
        assessed="mild",
        account="Linje et.\nLinje to her.",
    )
    saved = at.save(form=form)
    at.clock.advance(days=1)
    read = at.log.read(at.guard, saved.id)
    assert read == saved
    assert (saved.number, saved.written_by, saved.kind) == ("H-0001", at.guard.initials, "ejected_escorted")
    assert (saved.injured, saved.sick_leave, saved.complied) == (("employee", "guard"), False, True)
    assert (saved.felt, saved.assessed) == ("very_serious", "mild")
    assert saved.account == "Linje et.\nLinje to her."
    assert saved.subjects is not None
    (subject,) = saved.subjects
    assert (subject.name, subject.born, subject.case_ref) == ("Kasper Eksempel", "1984", "J-2231")
    assert [entry.what for entry in at.house.audit()] == ["person_created", "incident_saved", "incident_opened"]
    assert at.house.first_break() is None


def test_numbers_follow_each_other(at: IncidentHouse) -> None:
    assert [at.save(time=f"09:1{minute}").number for minute in range(3)] == ["H-0001", "H-0002", "H-0003"]


def test_the_same_form_again_a_moment_later_is_the_same_incident(at: IncidentHouse) -> None:
    person = at.person("Kim Eksempel")
    people = (SubjectForm(person=person), SubjectForm(name="Bo Eksempel"), SubjectForm(description="barn"))
    first_draft, second_draft = (at.log.keep_draft(at.guard, THREAT, None) for _ in range(2))
    form = replace(THREAT, subjects=people)
    saved = at.log.save(at.guard, form, first_draft)
    at.clock.advance(50)
    # The key was pressed twice, or the same draft was open in two windows.
    again = [at.log.save(at.guard, form, draft) for draft in (first_draft, second_draft, None)]
    assert again == [saved] * 3
    assert at.log.drafts(at.guard) == ()
    assert at.house.told()[-4:] == ["incident_saved", *["incident_opened"] * 3]
    assert len(at.log.page(at.guard).lines) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"account": "Borger råbte en anden trussel."},
        {"place": "B1"},
        {"time": "09:31"},
        {"behaviours": ("shouting",)},
        {"took_part": "VT, JB"},
        {"subjects": ()},
        {"subjects": (SubjectForm(name="Kim Eksempel"),)},
        {"subjects": (SubjectForm(description="mand, rød jakke"),)},
        {"subjects": (*THREAT.subjects, SubjectForm(description="barn"))},
    ],
)
def test_a_form_that_says_something_else_is_another_incident(at: IncidentHouse, changes: dict[str, Any]) -> None:
    form = replace(THREAT, kind="other")
    assert at.log.save(at.guard, form).number == "H-0001"
    assert at.log.save(at.guard, replace(form, **changes)).number == "H-0002"


def test_the_same_words_are_another_incident_of_somebody_else_or_later(at: IncidentHouse) -> None:
    assert at.save().number == "H-0001"
    assert at.save(who=at.leader).number == "H-0002"
    at.clock.advance(61)
    assert at.save().number == "H-0003"


def test_a_refused_form_leaves_nothing_behind(at: IncidentHouse) -> None:
    draft = at.log.keep_draft(at.guard, THREAT, None)
    with pytest.raises(BadInput) as refused:
        at.log.save(at.guard, replace(THREAT, time="", account=""), draft)
    assert [mistake.field for mistake in refused.value.mistakes] == ["time", "account"]
    assert at.house.told() == []
    assert at.log.page(at.guard).lines == ()
    assert len(at.log.drafts(at.guard)) == 1
    assert at.save().number == "H-0001"


def test_no_method_changes_what_was_saved(at: IncidentHouse) -> None:
    saved = at.save()
    at.log.add(at.guard, saved.id, "Det var ikke bordet, men døren.")
    read = at.log.read(at.guard, saved.id)
    assert read.account == ACCOUNT
    assert [(line.text, line.by, line.what) for line in read.addenda] == [
        ("Det var ikke bordet, men døren.", at.guard.initials, "text")
    ]
    assert at.house.told()[-2:] == ["incident_added_to", "incident_opened"]


@pytest.mark.parametrize(
    "said", ["", " \n ", "Nej.", "siger 010190-1234 i dag", pytest.param("ord " * 1001, id="long")]
)
def test_an_addendum_that_cannot_be(at: IncidentHouse, said: str) -> None:
    saved = at.save()
    with pytest.raises(BadInput) as refused:
        at.log.add(at.guard, saved.id, said)
    assert [mistake.field for mistake in refused.value.mistakes] == ["text"]
    assert at.log.read(at.guard, saved.id).addenda == ()


def test_described_now_and_joined_later(at: IncidentHouse) -> None:
    saved = at.save(
        subjects=(SubjectForm(description="mand, rød jakke"), SubjectForm(description="kvinde, hund")), who=at.desk
    )
    assert saved.subjects is not None
    man, woman = saved.subjects
    assert (man.name, man.person, man.description) == ("", None, "mand, rød jakke")
    person = at.person("Rikke Eksempel")
    joined = at.log.join(at.guard, saved.id, woman.id, person)
    assert joined.subjects is not None
    assert [(one.name, one.description) for one in joined.subjects] == [
        ("", "mand, rød jakke"),
        ("Rikke Eksempel", "kvinde, hund"),
    ]
    entry = at.house.audit()[-1]
    assert (entry.what, entry.subject_id) == ("incident_joined", saved.id)
    assert json.loads(entry.detail).items() >= {"subject": woman.id, "person": person, "was": None}.items()
    (line,) = at.log.read(at.leader, saved.id).addenda
    assert (line.what, line.by, line.text) == ("joined", at.guard.initials, "Now known: Rikke Eksempel")
    # The front desk wrote of a woman with a dog, and that is all they know.
    own = at.log.read(at.desk, saved.id)
    assert own.subjects is not None
    assert "Rikke" not in repr(own)
    assert at.log.ladder(at.guard, person, EJECTION).step == 2


def test_joined_wrongly_is_put_right_by_those_who_may_correct_persons(at: IncidentHouse) -> None:
    saved = at.save(subjects=(SubjectForm(description="mand, rød jakke"),))
    assert saved.subjects is not None
    (man,) = saved.subjects
    one, other = at.person("Rikke Eksempel"), at.person("Kim Eksempel")
    at.log.join(at.guard, saved.id, man.id, one)
    with pytest.raises(Forbidden):
        at.log.join(at.guard, saved.id, man.id, other)
    assert at.log.join(at.leader, saved.id, man.id, other).subjects[0].name == "Kim Eksempel"  # type: ignore[index]
    with pytest.raises(Refused, match="already"):
        at.log.join(at.leader, saved.id, man.id, other)
    with pytest.raises(Refused):
        at.log.join(at.leader, saved.id, man.id + 99, other)
    with pytest.raises(Refused):
        at.log.join(at.leader, saved.id, man.id, 999)
    with pytest.raises(Forbidden):
        at.log.join(at.desk, saved.id, man.id, one)


def test_who_it_was_is_said_in_the_own_part_of_the_house(at: IncidentHouse) -> None:
    """A leader of another part may not read the account, and so does not know whom it is about."""
    other, own = at.house.who(Role.LEADER, "Borgerservice"), at.house.who(Role.LEADER, "Jobcenter")
    saved = at.save(subjects=(SubjectForm(description="høj mand"),))
    assert saved.subjects is not None
    (man,) = saved.subjects
    one = at.person("Rikke Eksempel")
    with pytest.raises(Forbidden, match="another part of the house"):
        at.log.join(other, saved.id, man.id, one)
    at.log.join(own, saved.id, man.id, one)
    with pytest.raises(Forbidden, match="another part of the house"):
        at.log.join(other, saved.id, man.id, None)
    at.log.join(
        at.house.who(Role.GUARD, initials="KK"),
        at.save(subjects=(SubjectForm(description="kvinde"),)).id,
        man.id + 1,
        one,
    )


def test_joined_wrongly_it_is_undone_by_whoever_did_it_the_same_day_or_corrects_persons(at: IncidentHouse) -> None:
    saved = at.save(subjects=(SubjectForm(description="mand, rød jakke"),))
    assert saved.subjects is not None
    (man,) = saved.subjects
    one, other = at.person("Rikke Eksempel"), at.person("Kim Eksempel")
    with pytest.raises(Refused, match="Nobody is named"):
        at.log.join(at.guard, saved.id, man.id, None)
    at.log.join(at.guard, saved.id, man.id, one)
    with pytest.raises(Forbidden):
        at.log.join(at.house.who(Role.GUARD, initials="KK"), saved.id, man.id, None)
    undone = at.log.join(at.guard, saved.id, man.id, None)
    assert undone.subjects == (man,)
    entry = at.house.audit()[-1]
    assert entry.what == "incident_parted"
    assert json.loads(entry.detail).items() >= {"subject": man.id, "person": None, "was": one}.items()
    assert at.log.ladder(at.guard, one, EJECTION).step == 1
    at.log.join(at.guard, saved.id, man.id, other)
    at.clock.advance(days=1)
    with pytest.raises(Forbidden):
        at.log.join(at.guard, saved.id, man.id, None)
    told = [(line.what, line.text) for line in at.log.read(at.leader, saved.id).addenda]
    assert told == [
        ("joined", "Somebody was named here; that has been corrected since."),
        ("parted", "It was not the person who was named."),
        ("joined", "Now known: Kim Eksempel"),
    ]
    assert at.log.join(at.leader, saved.id, man.id, None).subjects == (man,)


def test_whoever_was_named_at_once_can_be_taken_back_too(at: IncidentHouse) -> None:
    person = at.person("Kim Eksempel")
    saved = at.save(subjects=(SubjectForm(person=person),))
    assert saved.subjects is not None
    with pytest.raises(Forbidden):
        at.log.join(at.guard, saved.id, saved.subjects[0].id, None)
    (left,) = at.log.join(at.leader, saved.id, saved.subjects[0].id, None).subjects or ()
    assert (left.person, left.name, left.description) == (None, "", "not known")


def test_several_people_known_new_and_described(at: IncidentHouse) -> None:
    person = at.person("Kim Eksempel")
    saved = at.save(
        subjects=(
            SubjectForm(person=person),
            SubjectForm(name="Bo Eksempel"),
            SubjectForm(case_ref="J-7", description="høj, skæg"),
            SubjectForm(description="barn"),
        )
    )
    assert saved.subjects is not None
    assert [(one.name, one.case_ref, one.description) for one in saved.subjects] == [
        ("Kim Eksempel", "", ""),
        ("Bo Eksempel", "", ""),
        ("", "J-7", "høj, skæg"),
        ("", "", "barn"),
    ]
    assert [one.person is None for one in saved.subjects] == [False, False, False, True]


def test_records_of_one_person_are_one_person(at: IncidentHouse) -> None:
    one, other = at.person("Kim Eksempel"), at.person("Kim E. Eksempel")
    at.persons.merge(at.leader, one, other)
    assert set(at.wrong(replace(THREAT, subjects=(SubjectForm(person=one), SubjectForm(person=other))))) == {"subjects"}
    assert set(at.wrong(replace(THREAT, subjects=(SubjectForm(person=999),)))) == {"subjects"}


def test_the_front_desk_cannot_open_persons_by_writing_about_them(at: IncidentHouse) -> None:
    person = at.person("Hemmelig Eksempel")
    form = replace(THREAT, subjects=(SubjectForm(person=person),))
    assert set(at.wrong(form, at.desk)) == {"subjects"}
    other = at.ban(at.person("Bo Eksempel"))
    for ban in (None, 999, other):
        draft = at.log.keep_draft(at.desk, replace(form, ban=ban), None)
        assert "Hemmelig" not in repr(at.log.draft(at.desk, draft))
    assert "lookup" not in at.house.told()
    # Nor does a ban that is not in force give a name, and one that is gives it as a lookup.
    drafted, active = at.ban(person, stage="decided"), at.ban(person)
    for ban, name in ((drafted, ""), (active, "Hemmelig Eksempel")):
        draft = at.log.keep_draft(at.desk, replace(form, ban=ban), None)
        assert at.log.draft(at.desk, draft).subjects == (SubjectForm(person=person, name=name),)
    (entry,) = [entry for entry in at.house.audit() if entry.what == "lookup"]
    assert (entry.subject, entry.subject_id, entry.why) == ("ban", active, "here_now")


def test_a_draft_tells_whoever_may_search_persons_whom_it_is_about(at: IncidentHouse) -> None:
    person = at.persons.create(at.leader, PersonForm(name="Kim Eksempel", birth="1984", case_ref="J-2231")).id
    draft = at.log.keep_draft(at.leader, replace(THREAT, subjects=(SubjectForm(person=person),)), None)
    told = SubjectForm(person=person, name="Kim Eksempel", birth="1984", case_ref="J-2231")
    assert at.log.draft(at.leader, draft).subjects == (told,)
    at.log.keep_draft(at.leader, at.log.draft(at.leader, draft), draft)
    with reading(at.house.ground.engine) as session:
        (row,) = session.scalars(select(DraftRow))
        assert "1984" not in row.body


def test_a_form_about_a_breach_names_somebody_and_is_logged_as_a_lookup(at: IncidentHouse) -> None:
    ban = at.ban(at.person("Bo Eksempel"))
    assert at.log.of_breach(at.desk, ban).subjects[0].name == "Bo Eksempel"
    entry = at.house.audit()[-1]
    assert (entry.what, entry.subject, entry.subject_id, entry.why) == ("lookup", "ban", ban, "here_now")
    with pytest.raises(Refused):
        at.log.of_breach(at.desk, ban + 1)
    assert at.house.told().count("lookup") == 1


@pytest.mark.parametrize(
    ("kind", "account", "channel", "place"),
    [
        ("full", "Was here in spite of meeting ban F-0001.", "in_person", "Kontaktrum 2"),
        ("department", "Was in a part of the town hall that meeting ban F-0001 forbids.", "in_person", "Kontaktrum 2"),
        ("mail_redirect", "Wrote mail to an employee in spite of ban F-0001.", "mail", ""),
        ("mail_block", "Wrote mail from the address that ban F-0001 blocks.", "mail", ""),
    ],
)
def test_a_breach_says_what_the_ban_forbids(
    at: IncidentHouse, kind: str, account: str, channel: str, place: str
) -> None:
    saved = at.log.breach(at.guard, at.ban(at.person("Bo Eksempel"), kind=kind), "K2")
    assert (saved.account, saved.channel, saved.place) == (account, channel, place)


@pytest.mark.parametrize(
    ("scope", "place", "field"),
    [
        (("Jobcenter",), "K2", ""),
        (("jobcenter", "2. sal"), "Kontaktrum 2", ""),
        (("Kontaktrum 2",), "K2", ""),
        (("2. sal",), "2. sal", ""),
        (("Jobcenter",), "B1", "place"),
        (("K2",), "B1", "place"),
        # What the house does not know by name is for whoever writes it to say.
        (("2. sal",), "B1", "?"),
        (("Jobcenter",), "Vagtstuen", "?"),
        ((), "B1", "?"),
    ],
)
def test_a_ban_from_parts_of_the_house_is_breached_there(
    at: IncidentHouse, scope: tuple[str, ...], place: str, field: str
) -> None:
    ban = at.ban(at.person("Bo Eksempel"), kind="department", scope=scope)
    form = replace(at.log.of_breach(at.guard, ban), place=place)
    if field == "place":
        assert at.wrong(form) == {
            "place": f"F-0001 is about {', '.join(scope)}: elsewhere they may be, and that is no breach."
        }
        with pytest.raises(BadInput):
            at.log.breach(at.guard, ban, place)
        return
    if field == "?":
        with pytest.raises(Refused, match="Say where they were"):
            at.log.breach(at.guard, ban, place)
    else:
        assert at.log.breach(at.guard, ban, place).kind == "ban_breach"
        at.clock.advance(200)
    assert at.wrong(form) == {}


def test_how_a_contact_restriction_was_breached_has_to_be_told(at: IncidentHouse) -> None:
    ban = at.ban(at.person("Bo Eksempel"), kind="contact")
    with pytest.raises(Refused, match="how they made contact"):
        at.log.breach(at.guard, ban, "K2")
    form = at.log.of_breach(at.guard, ban)
    assert form.account == "Made contact in another way or at another time than ban F-0001 allows."
    assert set(at.wrong(form)) == {"channel"}
    assert at.wrong(replace(form, channel="phone")) == {}


def test_of_a_breach_that_a_guard_wrote_the_desk_is_told_the_number_alone(at: IncidentHouse) -> None:
    ban = at.ban(at.person("Bo Eksempel"))
    form = replace(at.log.of_breach(at.guard, ban), place="K2", behaviours=("weapon",), injured=("guard",))
    saved = at.log.save(at.guard, form)
    told = len(at.house.told())
    seen = at.log.breach(at.desk, ban, "K2")
    assert (seen.number, seen.behaviours, seen.injured) == (saved.number, (), ())
    assert len(at.house.told()) == told


def test_a_breach_that_was_logged_a_moment_ago_is_not_logged_twice(at: IncidentHouse) -> None:
    one, other = at.ban(at.person("Bo Eksempel")), at.ban(at.person("Kim Eksempel"))
    first = at.log.breach(at.guard, one, "K2")
    at.clock.advance(119)
    assert at.log.breach(at.guard, one, "K2") == first
    seen = at.log.breach(at.desk, one, "B1")
    # The desk is told that it is logged, and not what the guard wrote.
    assert (seen.id, seen.account, seen.subjects, seen.place, seen.written_by) == (first.id, None, None, "", "")
    elsewhere = at.house.who(Role.GUARD, initials="KK", station="Indgangen")
    assert {at.log.breach(at.guard, other, "K2").id, at.log.breach(elsewhere, one, "K2").id}.isdisjoint({first.id})
    at.clock.advance(2)
    assert at.log.breach(at.guard, one, "K2").number == "H-0004"


def test_nobody_breaches_a_ban_before_it_was_served(at: IncidentHouse) -> None:
    ban = at.ban(at.person("Bo Eksempel"), starts_on=date(2025, 11, 1), served_on=date(2025, 11, 20))
    form = replace(at.log.of_breach(at.guard, ban), place="K2", time="09:00")
    assert set(at.wrong(replace(form, day="19-11-2025"))) == {"ban"}
    assert at.wrong(replace(form, day="20-11-2025")) == {}
    not_yet = at.ban(at.person("Kim Eksempel"), starts_on=date(2025, 11, 1), served_on=date(2025, 11, 25))
    for act in (lambda: at.log.breach(at.guard, not_yet, "K2"), lambda: at.log.of_breach(at.guard, not_yet)):
        with pytest.raises(Refused):
            act()


def test_a_breach_is_logged_with_one_key(at: IncidentHouse) -> None:
    person = at.person("Bo Eksempel")
    ban = at.ban(person)
    saved = at.log.breach(at.desk, ban, "K2")
    assert (saved.kind, saved.ban, saved.place, saved.happened_at) == (
        "ban_breach",
        ban,
        "Kontaktrum 2",
        at.clock.now(),
    )
    assert saved.account == "Was here in spite of meeting ban F-0001."
    assert at.house.told()[-1] == "incident_saved"
    at.clock.advance(3600)
    assert at.log.ladder(at.guard, person, replace(EJECTION, time="10:30")).step == 2
    with pytest.raises(BadInput) as refused:
        at.log.breach(at.desk, ban, "  ")
    assert [mistake.field for mistake in refused.value.mistakes] == ["place"]
    with pytest.raises(Forbidden):
        at.log.breach(at.house.who(Role.DIRECTOR), ban, "K2")


def test_only_a_ban_in_force_today_can_be_breached(at: IncidentHouse) -> None:
    person = at.person("Bo Eksempel")
    drafted, over = at.ban(person, stage="decided"), at.ban(person, until=date(2025, 11, 24))
    merged_into = at.person("Bo E. Eksempel")
    at.persons.merge(at.leader, merged_into, person)
    form = at.log.of_breach(at.guard, over)
    assert form.subjects == (SubjectForm(person=merged_into, name="Bo E. Eksempel"),)
    assert at.wrong(replace(form, place="B1")) == {}
    assert set(at.wrong(replace(form, place="B1", subjects=(SubjectForm(description="en mand"),)))) == {"subjects"}
    at.clock.advance(days=1)
    for ban in (drafted, over, 99):
        with pytest.raises(Refused):
            at.log.breach(at.guard, ban, "K2")
        with pytest.raises(Refused):
            at.log.of_breach(at.guard, ban)
    # Yesterday it was in force, and that is when it was breached.
    assert at.wrong(replace(form, place="B1")) == {}
    assert set(at.wrong(replace(form, place="B1", day="25-11-2025"))) == {"ban"}


def test_a_new_form_is_about_now(at: IncidentHouse) -> None:
    assert at.log.blank(at.guard) == IncidentForm(day="24-11-2025", time="10:00", took_part=at.guard.initials)
    assert at.log.blank(at.leader).took_part == ""


def test_a_draft_is_kept_changed_and_gone_when_saved(at: IncidentHouse) -> None:
    alarm = AlarmRef(station="Vagtstuen", number=3)
    form = replace(THREAT, account="Råbte højt.\nOg", alarm=alarm)
    draft = at.log.keep_draft(at.guard, replace(form, account="Råbte"), None)
    at.clock.advance(60)
    assert at.log.keep_draft(at.guard, form, draft) == draft
    (seen,) = at.log.drafts(at.guard)
    assert (seen.id, seen.kind, seen.place, seen.alarm, seen.saved_at) == (draft, "threat", "K2", alarm, at.clock.now())
    assert at.log.draft(at.guard, draft) == form
    at.log.save(at.guard, replace(THREAT), draft)
    assert at.log.drafts(at.guard) == ()
    with pytest.raises(Refused):
        at.log.draft(at.guard, draft)
    assert "draft" not in " ".join(at.house.told())


def test_a_draft_that_was_saved_is_not_saved_again_later_nor_kept_again(at: IncidentHouse) -> None:
    draft = at.log.keep_draft(at.guard, THREAT, None)
    at.log.save(at.guard, THREAT, draft)
    at.clock.advance(seconds=300)
    with pytest.raises(DraftGone, match="elsewhere"):
        at.log.save(at.guard, THREAT, draft)
    with pytest.raises(DraftGone):
        at.log.keep_draft(at.guard, replace(THREAT, place="K3"), draft)
    assert at.log.drafts(at.guard) == ()
    assert len(at.log.page(at.guard).lines) == 1


def test_a_draft_is_its_owners_alone(at: IncidentHouse) -> None:
    other = at.house.who(Role.GUARD, initials="KK")
    draft = at.log.keep_draft(at.guard, THREAT, None)
    assert at.log.drafts(other) == ()
    with pytest.raises(Refused):
        at.log.draft(other, draft)
    at.log.drop_draft(other, draft)
    with pytest.raises(DraftGone):
        at.log.keep_draft(other, THREAT, draft)
    with pytest.raises(DraftGone):
        at.log.save(other, THREAT, draft)
    assert [one.id for one in at.log.drafts(at.guard)] == [draft]
    at.log.drop_draft(at.guard, draft)
    assert at.log.drafts(at.guard) == ()


def test_a_draft_knows_the_names_of_the_persons_in_it(at: IncidentHouse) -> None:
    person = at.person("Kim Eksempel")
    form = replace(THREAT, subjects=(SubjectForm(person=person, name="Kim Eksempel"), SubjectForm(name="Bo")))
    draft = at.log.keep_draft(at.guard, form, None)
    with reading(at.house.ground.engine) as session:
        assert "Kim" not in session.scalars(select(DraftRow.body)).one()
    kept = at.persons.read(at.leader, person, "other").form
    at.persons.change(at.leader, person, replace(kept, name="Kim Eksempel-Ny"))
    assert [one.name for one in at.log.draft(at.guard, draft).subjects] == ["Kim Eksempel-Ny", "Bo"]


def test_a_damaged_draft_can_be_seen_and_thrown_away(at: IncidentHouse) -> None:
    draft = at.log.keep_draft(at.guard, THREAT, None)
    with writing(at.house.ground.engine) as session:
        session.execute(text("UPDATE draft SET body = '{\"kind\": 3}'"))
    assert [one.id for one in at.log.drafts(at.guard)] == [draft]
    assert at.log.draft(at.guard, draft) == IncidentForm()
    at.log.drop_draft(at.guard, draft)
    assert at.log.drafts(at.guard) == ()


def test_a_cpr_number_does_not_keep_an_alarm_waiting_and_is_not_kept(at: IncidentHouse) -> None:
    form = replace(
        THREAT,
        account="Kl. 9 sagde han:\n010190-1234.\n020290\n1234 gik kl. 10",
        place="Rum 12: 0101901234",
        subjects=(SubjectForm(name="Kim 010190 1234"),),
    )
    draft = at.log.keep_draft(at.guard, form, None)
    kept = at.log.draft(at.guard, draft)
    assert kept.account == "Kl. 9 sagde han:\nxxxxxx-xxxx.\nxxxxxx\nxxxx gik kl. 10"
    assert kept.place == "Rum xx: xxxxxxxxxx"
    assert kept.subjects == (SubjectForm(name="Kim xxxxxx xxxx"),)


@given(st.text(alphabet="0123456789 -./\n\u2010ax٣", max_size=60))
def test_what_is_crossed_out_holds_none(typed: str) -> None:
    crossed = without_cpr(typed)
    assert not holds_cpr(crossed)
    if not holds_cpr(typed):
        assert "x" not in crossed or "x" in typed
