"""What a form must say, field by field, and what it is read as."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from harness.house import START
from hypothesis import given
from hypothesis import strategies as st
from incident_house import EJECTION, THREAT

from guardroom.incidents import check
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.incidents.kinds import BEHAVIOURS, KINDS
from guardroom.people.cpr import holds_cpr
from guardroom.settings import Room

ZONE = ZoneInfo("Europe/Copenhagen")
ROOMS = (
    Room(id="K2", name="Kontaktrum 2", block="Jobcenter"),
    Room(id="S1", name="Samtalerum", block="Jobcenter"),
    Room(id="S2", name="Samtalerum", block="Borgerservice"),
)
HOUSE = check.House(now=START, zone=ZONE, rooms=ROOMS)


def wrong(form: IncidentForm, house: check.House = HOUSE) -> dict[str, str]:
    _facts, found = check.read(check.tidy(form), house)
    return {mistake.field: mistake.sentence for mistake in found}


def facts(form: IncidentForm, house: check.House = HOUSE) -> check.Facts:
    read, found = check.read(check.tidy(form), house)
    assert found == ()
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": ""}),
        ("kind", {"kind": "murder"}),
        ("day", {"day": ""}),
        ("day", {"day": "31-02-2025"}),
        ("day", {"day": "24-11-1999"}),
        ("day", {"day": "25-11-2025"}),
        ("day", {"day": "31-12-9999"}),
        ("time", {"time": ""}),
        ("time", {"time": "25:00"}),
        ("time", {"time": "10:01"}),
        ("place", {"place": ""}),
        ("place", {"place": "x" * 121}),
        ("channel", {"channel": "pigeon"}),
        ("subject_kind", {"subject_kind": ""}),
        ("behaviours", {"behaviours": ()}),
        ("behaviours", {"behaviours": ("shouting", "snoring")}),
        ("asked", {"asked": "maybe"}),
        ("asked", {"asked_time": "09:32"}),
        ("asked_time", {"asked": "yes", "asked_by": "VT"}),
        ("asked_time", {"asked": "yes", "asked_by": "VT", "asked_time": "09:29"}),
        ("asked_time", {"asked": "yes", "asked_by": "VT", "asked_time": "10:01"}),
        ("asked_by", {"asked": "yes", "asked_time": "09:32"}),
        ("asked_by", {"asked": "yes", "asked_time": "09:32", "asked_by": "x" * 21}),
        ("asked_by", {"asked": "yes", "asked_time": "09:32", "asked_by": "Rikke Eksempel"}),
        ("asked_by", {"asked": "yes", "asked_time": "09:32", "asked_by": "vagt 2"}),
        ("police", {"police": "911"}),
        ("police", {"police_time": "09:40"}),
        ("police_time", {"police": "112"}),
        ("police_time", {"police": "112", "police_time": "09:10"}),
        ("police_ref", {"police_ref": "?"}),
        ("injured", {"injured": ("nobody",)}),
        ("sick_leave", {"sick_leave": "two"}),
        ("evidence", {"evidence": "perhaps"}),
        ("felt", {"felt": "awful"}),
        ("assessed", {"assessed": "awful"}),
        ("took_part", {"took_part": "VT, 2 employees"}),
        ("took_part", {"took_part": "ABCDEFG"}),
        ("subjects", {"subjects": ()}),
        ("subjects", {"subjects": (SubjectForm(),)}),
        ("subjects", {"subjects": (SubjectForm(case_ref="J-2231"),)}),
        ("subjects", {"subjects": (SubjectForm(name="Kim", birth="next year"),)}),
        ("subjects", {"subjects": (SubjectForm(name="Kim", case_ref="?"),)}),
        ("subjects", {"subjects": (SubjectForm(person=3), SubjectForm(person=3, description="rød jakke"))}),
        ("subjects", {"subjects": (SubjectForm(name="Kim Eks"), SubjectForm(name=" Kim  Eks"))}),
        ("subjects", {"subjects": tuple(SubjectForm(person=number) for number in range(21))}),
        ("account", {"account": " \n "}),
        ("account", {"account": "Råb."}),
        ("account", {"account": "ord " * 1001}),
    ],
)
def test_a_field_that_cannot_be_so(field: str, changes: dict[str, Any]) -> None:
    found = wrong(replace(THREAT, **changes))
    assert list(found) == [field]
    assert found[field][-1] in ".?)"


def test_the_forms_of_the_tests_are_right() -> None:
    assert wrong(THREAT) == wrong(EJECTION) == {}


@pytest.mark.parametrize("kind", ["ejected_escorted", "ejected_left", "ejected_refused"])
def test_an_ejection_says_when_who_asked_and_whether_they_went(kind: str) -> None:
    assert {"asked"} <= set(wrong(replace(EJECTION, kind=kind, asked="no", asked_time="", asked_by="")))
    assert "complied" in wrong(replace(EJECTION, kind=kind, complied="", police="112", police_time="09:40"))


def test_a_refusal_is_no_compliance_and_says_which_number_the_police_were_called_on() -> None:
    refused = replace(EJECTION, kind="ejected_refused", complied="no")
    assert set(wrong(refused)) == {"police"}
    assert wrong(replace(refused, police="114", police_time="09:40")) == {}
    assert set(wrong(replace(refused, police="114", police_time="09:40", complied="yes"))) == {"complied"}


def test_a_threat_from_afar_has_a_channel_and_says_whether_the_evidence_is_secured() -> None:
    remote = replace(THREAT, kind="remote", place="")
    assert set(wrong(remote)) == {"place", "channel", "evidence"}
    assert wrong(replace(remote, channel="sms", evidence="not_secured")) == {}
    assert set(wrong(replace(EJECTION, channel="phone"))) == {"channel"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_each_kind_leaves_open(kind: str) -> None:
    found = wrong(replace(EJECTION, kind=kind, behaviours=(), subjects=(), channel="in_person"))
    assert ("behaviours" not in found) == (kind in ("accidental", "near_miss", "turned_away", "other", "ban_breach"))
    assert ("subjects" not in found) == (kind in ("accidental", "near_miss", "other"))


@pytest.mark.parametrize("who", ["VT", "vt", "VT, JBA", "VT/ÅB", "vagten", "Receptionist", "sagsbehandleren"])
def test_who_asked_them_to_leave_is_initials_or_a_role(who: str) -> None:
    assert wrong(replace(EJECTION, asked_by=who)) == {}


def test_past_midnight_is_the_next_day() -> None:
    late = replace(EJECTION, day="23-11-2025", time="23.50", asked_time="0005", police="112", police_time="1:10")
    read = facts(late)
    assert read.happened_at == datetime(2025, 11, 23, 22, 50, tzinfo=UTC)
    assert read.asked_at == datetime(2025, 11, 23, 23, 5, tzinfo=UTC)
    assert read.police_at == datetime(2025, 11, 24, 0, 10, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_after_itself() -> None:
    house = replace(HOUSE, now=datetime(2025, 10, 27, tzinfo=UTC))
    night = replace(EJECTION, day="26-10-2025", time="02:50", asked_time="02:10")
    read = facts(night, house)
    assert read.asked_at is not None
    assert read.asked_at - read.happened_at == timedelta(minutes=20)


@pytest.mark.parametrize(("now", "hour"), [((1, 45), 1), ((0, 45), 0), ((1, 10), 0), ((14, 0), 0)])
def test_in_the_hour_that_comes_twice_it_is_the_last_that_has_been(now: tuple[int, int], hour: int) -> None:
    """N1: whoever logs at 2.40 for the second time means this one."""
    house = replace(HOUSE, now=datetime(2025, 10, 26, *now, tzinfo=UTC))
    form = replace(THREAT, day="26-10-2025", time="02:40")
    assert check.happened(form, house) == datetime(2025, 10, 26, hour, 40, tzinfo=UTC)


def test_the_hour_that_is_left_out_never_was() -> None:
    house = replace(HOUSE, now=datetime(2026, 4, 1, tzinfo=UTC))
    assert "clocks went forward" in wrong(replace(THREAT, day="29-03-2026", time="02:30"), house)["time"]
    assert wrong(replace(THREAT, day="29-03-2026", time="03:00"), house) == {}


def test_from_an_alarm_the_time_is_the_alarms() -> None:
    house = replace(HOUSE, pressed_at=START - timedelta(minutes=20, seconds=-17))
    assert "time" in wrong(THREAT, house)
    assert "24-11-2025 09:40" in wrong(THREAT, house)["time"]
    assert facts(replace(THREAT, time="9.40"), house).happened_at == house.pressed_at
    # In the minute of the press is not before it.
    asked = replace(THREAT, time="9:40", asked="yes", asked_time="9:40", asked_by="VT")
    assert facts(asked, house).asked_at == START - timedelta(minutes=20)


@pytest.mark.parametrize(
    ("typed", "room", "place", "area"),
    [
        ("k2", "K2", "Kontaktrum 2", "Jobcenter"),
        ("kontaktrum 2", "K2", "Kontaktrum 2", "Jobcenter"),
        ("Samtalerum", None, "Samtalerum", ""),
        ("P-pladsen \x1b[31m", None, "P-pladsen [31m", ""),
    ],
)
def test_a_place_is_a_room_where_it_names_one(typed: str, room: str | None, place: str, area: str) -> None:
    read = facts(replace(THREAT, place=typed))
    assert (read.room, read.place, read.area) == (room, place, area)


def test_initials_as_people_write_them() -> None:
    assert facts(replace(THREAT, took_part=" vt,JBA + åb/vt & m")).took_part == ("VT", "JBA", "ÅB", "M")


def test_the_account_keeps_its_lines_and_nothing_a_terminal_obeys() -> None:
    typed = replace(THREAT, account="\n\nRåbte \x1b[2J[b]højt[/b].\r\n\r\n\r\n  Gik så.\u202e  \n")
    assert check.tidy(typed).account == "Råbte [2J[b]højt[/b].\n\n  Gik så."


@pytest.mark.parametrize("number", ["010190-1234", "0101901234", "010190 1234", "01.01.90-1234"])
def test_a_cpr_number_is_refused_in_every_field(number: str) -> None:
    plain = replace(EJECTION, police="112", police_time="09:40", police_ref="A 1")
    texts = ["day", "time", "place", "asked_time", "asked_by", "police_time", "police_ref", "took_part", "account"]
    assert {field.name for field in fields(plain) if isinstance(getattr(plain, field.name), str)} >= set(texts)
    for field in texts:
        found = wrong(replace(plain, **{field: f"{getattr(plain, field)} {number}"}))
        assert "CPR" in found[field], field
    for field in ("name", "birth", "case_ref", "description"):
        subject = replace(plain.subjects[0], **{field: number})
        assert "CPR" in wrong(replace(plain, subjects=(subject,)))["subjects"], field
    known = SubjectForm(person=1, description=f"siger {number}")
    assert "CPR" in wrong(replace(plain, subjects=(known,)))["subjects"]


def test_with_several_people_the_mistake_says_which() -> None:
    people = (SubjectForm(description="rød jakke"), SubjectForm(name="?"))
    assert wrong(replace(THREAT, subjects=people))["subjects"].startswith("Person 2: ")


_texts = st.text(max_size=40) | st.sampled_from(["yes", "no", "24-11-2025", "09:30", "23:59", "010190-1234", "112"])
_codes = st.sampled_from(["", *KINDS, *BEHAVIOURS, "112", "114", "phone", "secured", "serious", "yes", "no"]) | _texts
_subjects = st.builds(
    SubjectForm,
    person=st.none() | st.integers(1, 3),
    name=_texts,
    birth=_texts,
    case_ref=_texts,
    description=_texts,
)
_forms = st.builds(
    IncidentForm,
    **{
        field.name: _codes
        for field in fields(IncidentForm)
        if field.name not in ("behaviours", "injured", "subjects", "alarm", "ban", "off_duty")
    },
    behaviours=st.lists(_codes, max_size=3).map(tuple),
    injured=st.lists(_codes, max_size=3).map(tuple),
    subjects=st.lists(_subjects, max_size=3).map(tuple),
)


@given(form=_forms)
def test_whatever_is_typed_is_read_or_refused_field_by_field(form: IncidentForm) -> None:
    tidied = check.tidy(form)
    assert check.tidy(tidied) == tidied
    read, found = check.read(tidied, HOUSE)
    assert (read is None) == bool(found)
    names = {field.name for field in fields(IncidentForm)}
    assert all(mistake.field in names and mistake.sentence for mistake in found)
    if read is not None:
        assert read.happened_at <= START
        texts = [getattr(tidied, name) for name in names if isinstance(getattr(tidied, name), str)]
        assert not any(map(holds_cpr, texts))


@given(
    day=st.dates(min_value=date(2000, 1, 1), max_value=date(2025, 11, 23)),
    clock=st.times(),
    after=st.integers(0, 359),
)
def test_a_time_within_six_hours_is_after_the_incident(day: Any, clock: Any, after: int) -> None:
    form = replace(EJECTION, day=f"{day:%d-%m-%Y}", time=f"{clock:%H:%M}")
    house = replace(HOUSE, now=START + timedelta(days=1))
    begin = check.happened(form, house)
    assert begin is not None
    asked = (begin + timedelta(minutes=after)).astimezone(ZONE)
    read = facts(replace(form, asked_time=f"{asked:%H:%M}"), house)
    assert read.asked_at is not None
    # In the night the clocks go back both readings of a time are after it.
    assert read.asked_at - read.happened_at in (
        timedelta(minutes=after),
        timedelta(minutes=after - 60),
        timedelta(minutes=after + 60),
    )


@given(hours=st.integers(0, 23), minutes=st.integers(0, 59))
def test_a_time_is_read_in_every_way_it_is_written(hours: int, minutes: int) -> None:
    for typed in (f"{hours:02}:{minutes:02}", f"{hours}.{minutes:02}", f" {hours:02}{minutes:02}"):
        read = check.read_clock(typed)
        assert read is not None
        assert (read.hour, read.minute) == (hours, minutes)


@given(st.text())
def test_what_is_no_time_is_none(typed: str) -> None:
    read = check.read_clock(typed)
    assert read is None or typed.strip().replace(".", ":").replace(":", "").isdecimal()
