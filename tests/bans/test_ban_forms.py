"""What can be kept of a ban's form: a draft may be incomplete, but nothing in it may be impossible."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from ban_house import BanHouse
from hypothesis import given
from hypothesis import strategies as st

from guardroom.bans.check import form_of, read_form
from guardroom.bans.form import BanForm
from guardroom.refusal import BadInput, Refused

TEXTS = [each.name for each in fields(BanForm) if each.type == "str" and each.name not in ("kind", "meeting")]


IMPOSSIBLE: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"starts_on": "31-06-2026"}, "starts_on", "06-2026 has 30 days"),
    ({"ends_on": "29-02-2027"}, "ends_on", "02-2027 has 28 days"),
    ({"ends_on": "i morgen"}, "ends_on", "“i morgen” is no day there is"),
    (
        {"starts_on": "10-06-2026", "ends_on": "10-05-2026"},
        "ends_on",
        "The ban would end on 10-05-2026, before it begins on 10-06-2026.",
    ),
    ({"ends_on": "23-11-2025", "starts_on": "01-11-2025"}, "ends_on", "23-11-2025 has passed"),
    ({"ends_on": "24-11-2055"}, "ends_on", "it ends by 24-11-2030 at the latest"),
    ({"kind": "forever"}, "kind", "“forever” is none of the choices"),
    ({"channels": ("phone", "fax")}, "channels", "“fax” is none of the choices"),
    ({"meeting": "pub"}, "meeting", "“pub” is none of the choices"),
    ({"contact_phone": "ring bare"}, "contact_phone", "written in digits"),
    ({"contact_phone": "+"}, "contact_phone", "written in digits"),
    ({"contact_phone": "59 01"}, "contact_phone", "at least eight"),
    ({"contact_phone": "112"}, "contact_phone", "at least eight"),
    ({"contact_phone": "21-11-2026"}, "contact_phone", "“21-11-2026” is a day, not a telephone number."),
    ({"contact_phone": "2026-11-21"}, "contact_phone", "is a day, not a telephone number."),
    ({"mail_to": "post at example"}, "mail_to", "looks like name@example.dk"),
    ({"reasons": "x" * 8001}, "reasons", "At most 8000 characters."),
    ({"case_ref": "x" * 201}, "case_ref", "At most 200 characters."),
    ({"incidents": (999,)}, "incidents", "Only incidents about this person"),
)


def test_what_cannot_be_is_refused_with_a_sentence(at: BanHouse) -> None:
    view = at.ban("draft")
    for change, field, sentence in IMPOSSIBLE:
        with pytest.raises(BadInput) as refused:
            at.bans.change(at.leader, view.id, at.form(view, **change))
        (mistake,) = refused.value.mistakes
        assert mistake.field == field
        assert sentence in mistake.sentence
    # Nothing of it was kept.
    assert at.bans.read(at.leader, view.id).form == view.form


def test_no_field_takes_a_cpr_number() -> None:
    for field in (*TEXTS, "scope"):
        typed: Any = ("se 241185-1234",) if field == "scope" else "241185-1234"
        with pytest.raises(BadInput) as refused:
            read_form(replace(BanForm(), **{field: typed}), date(2025, 11, 24), lambda _area: True, frozenset())
        assert field in {mistake.field for mistake in refused.value.mistakes}


@pytest.mark.parametrize("step", ["drop", "skip_hearing", "answer_hearing", "file_letter", "lift", "normalise"])
def test_no_step_takes_a_cpr_number(at: BanHouse, step: str) -> None:
    number = "Han er 241185 1234"
    stages = {"file_letter": "decided", "lift": "in_force", "normalise": "in_force"}
    ban = at.ban(stages.get(step, "draft")).id
    if step == "answer_hearing":
        at.bans.send_hearing(at.leader, ban)
    days = {"answer_hearing": ("",), "lift": ("",), "normalise": ("",), "skip_hearing": ("urgent",)}.get(step, ())
    before = at.bans.read(at.leader, ban)
    with pytest.raises(BadInput, match="CPR"):
        getattr(at.bans, step)(at.leader, ban, *days, number)
    assert at.bans.read(at.leader, ban) == before


def test_all_mistakes_are_told_in_the_order_of_the_form(at: BanHouse) -> None:
    view = at.ban("draft")
    wrong = at.form(view, kind="x", starts_on="99", channels=("fax",), mail_to="@", reasons="y" * 9000, incidents=(7,))
    with pytest.raises(BadInput) as refused:
        at.bans.change(at.leader, view.id, wrong)
    told = [mistake.field for mistake in refused.value.mistakes]
    assert told == ["kind", "starts_on", "channels", "mail_to", "reasons", "incidents"]


def test_a_draft_may_be_as_empty_as_it_likes(at: BanHouse) -> None:
    view = at.ban("draft")
    empty = at.bans.change(at.leader, view.id, BanForm())
    assert (empty.form, empty.ends_on) == (BanForm(), None)


def test_what_is_typed_is_cleaned_and_paragraphs_stay(at: BanHouse) -> None:
    view = at.ban("draft")
    kept = at.bans.change(
        at.leader,
        view.id,
        at.form(view, reasons=" Den 20-11-2025:\x1b[31m råbte\n\n  Den 21-11-2025: kastede ", case_ref="\u202eJ-1\n2"),
    )
    assert kept.form.reasons == "Den 20-11-2025:[31m råbte\n\nDen 21-11-2025: kastede"
    assert kept.form.case_ref == "J-1 2"


def test_keeping_the_same_form_again_changes_nothing(at: BanHouse) -> None:
    view = at.ban("draft")
    at.bans.change(at.leader, view.id, view.form)
    assert at.bans.read(at.leader, view.id).log == view.log


def test_incidents_can_be_taken_back_and_linked_again(at: BanHouse) -> None:
    person = at.person()
    first, second = at.incident(person, days_ago=9), at.incident(person, days_ago=2)
    view = at.ban("draft", person)
    assert [each.id for each in view.incidents] == [first, second]
    for chosen in ((second,), (first, second), ()):
        kept = at.bans.change(at.leader, view.id, replace(view.form, incidents=chosen))
        assert tuple(each.id for each in kept.incidents) == chosen == kept.form.incidents


def test_only_what_can_count_against_the_person_can_be_linked(at: BanHouse) -> None:
    person, other = at.person(), at.person("Kim Eksempel", "1990")
    own = at.incident(person)
    at.incident(person, kind="near_miss")
    at.incident(person, kind="accidental")
    at.incident(other)
    both = at.incident(person, other, days_ago=1)
    view = at.bans.begin(at.leader, person)
    assert [each.id for each in at.bans.linkable(at.leader, view.id)] == [own, both]


def test_incidents_of_merged_records_are_the_persons(at: BanHouse) -> None:
    person, same = at.person(), at.person("Kristian Møller", "1984")
    incident = at.incident(same)
    view = at.bans.begin(at.leader, person)
    assert at.bans.linkable(at.leader, view.id) == ()
    at.persons.merge(at.leader, person, same)
    assert [each.id for each in at.bans.linkable(at.leader, view.id)] == [incident]


def test_a_draft_begins_with_what_the_policy_proposes(at: BanHouse) -> None:
    leader = at.house.who(at.leader.role, "Jobcenter")
    form = at.bans.begin(leader, at.person()).form
    assert (form.starts_on, form.ends_on, form.area, form.kind) == ("09-12-2025", "08-06-2026", "Jobcenter", "full")


def test_a_leader_leaves_a_ban_in_the_own_part_of_the_house(at: BanHouse) -> None:
    leader = at.house.who(at.leader.role, "Jobcenter")
    view = at.bans.begin(leader, at.person())
    with pytest.raises(BadInput) as refused:
        at.bans.change(leader, view.id, replace(view.form, area="Borgerservice"))
    assert [mistake.field for mistake in refused.value.mistakes] == ["area"]


def test_there_must_be_such_a_person_and_such_a_ban(at: BanHouse) -> None:
    with pytest.raises(Refused):
        at.bans.begin(at.leader, 99)
    with pytest.raises(Refused, match="no such ban"):
        at.bans.change(at.leader, 99, BanForm())


@given(
    st.builds(
        BanForm,
        kind=st.sampled_from(["full", "contact", "x"]),
        starts_on=st.text(max_size=12) | st.dates().map(lambda day: f"{day:%d-%m-%Y}"),
        ends_on=st.text(max_size=12) | st.dates().map(lambda day: f"{day:%d-%m-%Y}"),
        channels=st.tuples(st.sampled_from(["phone", "letter", "mail", "?"])),
        scope=st.tuples(st.text(max_size=20)),
        contact_phone=st.text(max_size=15),
        mail_to=st.text(max_size=15) | st.emails(),
        reasons=st.text(max_size=60),
        case_ref=st.text(max_size=20),
    )
)
def test_whatever_is_typed_is_kept_as_it_reads_or_refused(form: BanForm) -> None:
    today = date(2025, 11, 24)
    try:
        decision = read_form(form, today, lambda _area: True, frozenset())
    except BadInput as why:
        refused = why
    else:
        # What was kept reads as the same again.
        assert read_form(form_of(decision), today, lambda _area: True, frozenset()) == decision
        assert decision.ends_on is None or decision.ends_on >= today
        return
    assert all(mistake.sentence for mistake in refused.mistakes)
