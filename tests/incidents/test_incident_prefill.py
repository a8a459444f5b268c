"""From an alarm: what it already tells is in the form, and it is a form that can be saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from harness.house import START
from incident_house import THREAT, IncidentHouse, incident_house, line

from guardroom.incidents.form import AlarmRef, IncidentForm
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused


def test_a_whole_response_leaves_only_behaviour_person_and_account(at: IncidentHouse) -> None:
    at.shift("VT", "JB", since=START - timedelta(days=1))
    at.shift("VT", "KA")
    at.shift("ZZ", since=START)
    alarm = at.alarm(
        line(8, "acknowledge", by="VT + KA", minutes=-19),
        line(9, "step", "on_scene", by="KA", minutes=-18),
        line(10, "step", "asked_to_leave", by="KA", minutes=-17),
        line(11, "note", text="Slog i bordet.", minutes=-16),
        line(12, "step", "left", minutes=-15),
        line(13, "close", "escorted_out", minutes=-5),
    )
    form = at.log.from_alarm(at.guard, alarm)
    assert form == IncidentForm(
        kind="ejected_escorted",
        day="24-11-2025",
        time="09:40",
        place="K2",
        asked="yes",
        asked_time="09:43",
        asked_by="KA",
        complied="yes",
        took_part="VT, KA",
        account="Slog i bordet.",
        alarm=alarm,
    )
    assert {mistake.field for mistake in at.log.mistakes(at.guard, form)} == {"behaviours", "subjects"}
    saved = at.save(form=form, behaviours=THREAT.behaviours, subjects=THREAT.subjects)
    assert saved.alarm == alarm
    assert saved.happened_at == START - timedelta(minutes=20)
    assert saved.asked_to_leave_at == START - timedelta(minutes=17)
    assert (saved.place, saved.room, saved.area, saved.took_part) == ("Kontaktrum 2", "K2", "Jobcenter", ("VT", "KA"))


@pytest.mark.parametrize(
    ("outcome", "asked", "judged", "always"),
    [
        ("escorted_out", False, "escort_out", "ejected_escorted"),
        ("escorted_out", True, "ejected_escorted", "ejected_escorted"),
        ("left_by_themselves", False, "turned_away", "ejected_left"),
        ("left_by_themselves", True, "ejected_left", "ejected_left"),
        ("ejected_not_escorted", False, "ejected_left", "ejected_left"),
        ("accidental", False, "accidental", "accidental"),
        ("handed_to_police", False, "ejected_refused", "ejected_refused"),
        ("other", False, "other", "other"),
        ("", False, "", ""),
    ],
)
def test_the_kind_follows_the_outcome_and_what_follows_a_press_here(
    tmp_path: Path, outcome: str, asked: bool, judged: str, always: str
) -> None:
    for policy, kind in (("albertslund", judged), ("fredensborg", always)):
        folder = tmp_path / policy
        folder.mkdir()
        with incident_house(folder, policy=policy) as at:
            lines = [line(8, "step", "asked_to_leave")] if asked else []
            alarm = at.alarm(*lines, outcome=outcome)
            assert at.log.from_alarm(at.guard, alarm).kind == kind


def test_a_withdrawn_step_was_never_marked_and_the_first_mark_counts(at: IncidentHouse) -> None:
    alarm = at.alarm(
        line(8, "step", "asked_to_leave", minutes=-18),
        line(9, "withdraw_step", "asked_to_leave", minutes=-17),
        line(10, "step", "asked_to_leave", minutes=-16, by="KA"),
        line(11, "step", "left", minutes=-15),
        line(12, "withdraw_step", "left", minutes=-14),
    )
    form = at.log.from_alarm(at.guard, alarm)
    assert (form.asked_time, form.asked_by, form.complied) == ("09:44", "KA", "")


def test_who_asked_them_to_leave_is_left_to_be_said_where_nobody_was_on_the_shift(at: IncidentHouse) -> None:
    alarm = at.alarm(line(8, "step", "asked_to_leave", by="", minutes=-18), acknowledged_by="")
    form = at.log.from_alarm(at.guard, alarm)
    assert (form.asked, form.asked_by, form.took_part) == ("yes", "", at.guard.initials)
    assert "asked_by" in {mistake.field for mistake in at.log.mistakes(at.guard, form)}


def test_a_refusal_with_the_police(at: IncidentHouse) -> None:
    alarm = at.alarm(
        line(8, "step", "asked_to_leave", minutes=-18),
        line(9, "police_called", "114", minutes=-17),
        line(10, "step", "refused_police_called", minutes=-16),
        line(11, "police_called", "112", minutes=-15),
        line(12, "step", "left", minutes=-7),
        outcome="handed_to_police",
    )
    form = at.log.from_alarm(at.guard, alarm)
    assert (form.kind, form.complied, form.police, form.police_time) == ("ejected_refused", "no", "112", "09:45")


def test_a_place_that_is_no_room_any_more_stays_as_it_was_called(at: IncidentHouse) -> None:
    alarm = at.alarm(room_id="X9", place="Gammelt rum")
    assert at.log.from_alarm(at.guard, alarm).place == "Gammelt rum"
    assert at.log.from_alarm(at.guard, at.alarm(number=8, room_id=None, place="blok-a:099")).place == "blok-a:099"


def test_an_alarm_that_is_not_there_yet_is_refused_with_a_sentence(at: IncidentHouse) -> None:
    missing = AlarmRef(station="Vagtstuen", number=99)
    for ask in (
        lambda: at.log.from_alarm(at.guard, missing),
        lambda: at.log.save(at.guard, replace(THREAT, alarm=missing)),
        lambda: at.log.mistakes(at.guard, replace(THREAT, alarm=missing)),
    ):
        with pytest.raises(Refused, match="has not reached the database"):
            ask()


def test_the_alarms_time_stays(at: IncidentHouse) -> None:
    alarm = at.alarm()
    form = replace(THREAT, alarm=alarm)
    with pytest.raises(BadInput, match="09:40"):
        at.log.save(at.guard, form)
    assert at.save(form=replace(form, time="09:40")).happened_at == START - timedelta(minutes=20)


def test_alarms_nobody_has_written_about(at: IncidentHouse) -> None:
    first = at.alarm(number=1, pressed_at=START - timedelta(days=13), closed_at=START - timedelta(days=13))
    at.alarm(number=2, closed_at=START - timedelta(days=15))
    at.alarm(number=3, closed_at=None, state="active_acknowledged", outcome="")
    at.alarm(number=4, mode="drill")
    newest = at.alarm(number=5, block="Borgerservice")
    written = at.alarm(number=6, pressed_at=START - timedelta(minutes=30))
    assert [one.alarm.number for one in at.log.unwritten(at.guard)] == [5, 6, 1]
    at.save(alarm=written)
    assert [one.alarm for one in at.log.unwritten(at.guard)] == [newest, first]
    assert [one.alarm for one in at.log.unwritten(at.guard, 1)] == [newest]
    leader = at.house.who(Role.LEADER, "Jobcenter")
    assert [one.alarm for one in at.log.unwritten(leader)] == [first]
    with pytest.raises(Forbidden):
        at.log.unwritten(at.desk)
