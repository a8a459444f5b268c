"""Meetings from calendars and lists: what can be read is offered, what is broken is told, nothing is saved unseen."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from headsups.headsup_house import HeadsUpHouse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardroom.headsups.reading import read_calendar
from guardroom.headsups.view import Calendar
from guardroom.refusal import BadInput

ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART;TZID=Romance Standard Time:20251125T130000
DTEND;TZID=Romance Standard Time:20251125T140000
SUMMARY:Samtale med Karl Vinther
LOCATION:Jobcenter\\, Kontaktrum 7
ATTENDEE;CN=LD:mailto:lone@byby.dk
ATTENDEE;CN=Vagn Torp:mailto:vt@byby.dk
ATTENDEE;CN=Karl Vinther:mailto:karl.vinther@example.org
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20251126T080000Z
DURATION:PT45M
SUMMARY:Møde
LOCATION:M1
ORGANIZER;CN=LD:mailto:ld@byby.dk
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:hvornår?
SUMMARY:I stykker
END:VEVENT
BEGIN:VEVENT
UID:4
DTSTART;VALUE=DATE:20251127
SUMMARY:Hele dagen
END:VEVENT
BEGIN:VEVENT
UID:5
DTSTART:20251127T080000Z
DTEND:20251127T090000Z
RRULE:FREQ=WEEKLY
SUMMARY:Hver uge
END:VEVENT
BEGIN:VEVENT
UID:6
DTSTART:20251127T080000Z
DTEND:20251127T090000Z
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:7
DTSTART:20251128T080000Z
DTEND:20251128T083000Z
SUMMARY:Uden deltagere
LOCATION:K7
END:VEVENT
BEGIN:VEVENT
UID:8
DTSTART:20251
"""

CSV = """Dato;Fra;Til;Rum;Medarbejder;Sagsnr.;Grund;Vagt;Bemærkning
25-11-2025;13.00;14.00;Kontaktrum 7;LD, VT;J-2231;kendt risiko;Tæt på;Tag vand med
26-11-2025;9:00;;K8;LD;J-2240;påbud;;
26-11-2025;10:00;11:00;K8;LD;J-2241;gæld;;
27-11-2025;10:00;11:00;K8;LD;010190-1234;;;
i morgen;10:00;11:00;K8;LD;;;;
"""


def written(folder: Path, text: str, name: str = "moeder.ics", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return path


def read(at: HeadsUpHouse, path: Path) -> Calendar:
    return at.headsups.read_file(at.leader, path)


def test_a_calendar_is_read_event_by_event(at: HeadsUpHouse, tmp_path: Path) -> None:
    found = read(at, written(tmp_path, ICS))
    first, second, third = found.entries
    assert (first.form.day, first.form.begins, first.form.ends) == ("25-11-2025", "13:00", "14:00")
    assert (first.form.room, first.form.staff, first.problem) == ("K7", "LD VT", "")
    assert first.title == "Samtale med Karl Vinther"
    assert (second.form.begins, second.form.ends, second.form.room) == ("09:00", "09:45", "M1")
    assert "who of the staff" in third.problem
    assert [line.split(": ")[0] for line in found.broken] == [*(f"meeting {n}" for n in (3, 4, 5, 6)), found.broken[-1]]
    assert [line.partition(": ")[2] for line in found.broken[:-1]] == [
        "it has no time of day.",
        "it has no time of day.",
        "it repeats: enter each meeting by itself.",
        "it is called off there.",
    ]
    assert found.broken[-1] == "The file ends in the middle of a meeting."


def test_nothing_is_saved_before_it_was_looked_at_and_no_title_ever(at: HeadsUpHouse, tmp_path: Path) -> None:
    path = written(tmp_path, ICS)
    found = read(at, path)
    assert at.headsups.overview(at.leader).coming == ()
    assert at.headsups.take_over(at.leader, found) == 2
    saved = at.headsups.overview(at.leader).coming
    assert [each.place for each in saved] == ["Kontaktrum 7", "Mødelokale 1"]
    assert "Vinther" not in repr(saved)
    assert b"Vinther" not in (at.settings.path.parent / "guardroom.db").read_bytes()
    again = read(at, path)
    assert [each.problem for each in again.entries[:2]] == ["It is there already."] * 2
    assert at.headsups.take_over(at.leader, found) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_list_is_read_row_by_row(at: HeadsUpHouse, tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = CSV.replace("LD, VT", "LD VT").replace(";", delimiter)
    found = read(at, written(tmp_path, text, "liste.csv", encoding))
    first, second, third, last = found.entries
    form = first.form
    assert (form.room, form.posture, form.reason, form.note) == ("K7", "near", "known_risk", "Tag vand med")
    assert (form.staff, form.case_ref, first.problem) == ("LD VT", "J-2231", "")
    assert (second.form.ends, second.form.reason, second.problem) == ("10:00", "enforcement", "")
    assert "gæld" in third.problem
    assert "Write the day" in last.problem
    assert found.broken == ("row 5: It holds a CPR number, which is never kept here.",)
    assert at.headsups.take_over(at.leader, found) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "lacks some of the columns"),
        ("hej;med;dig\n1;2;3\n", "lacks some of the columns"),
        ('Dato;Fra;Rum;Medarbejder\n"25-11-2025;13:00;K7;LD\n', "quotation marks"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", "no meeting in it"),
        ("Dato;Fra;Rum;Medarbejder\n", "no meeting in it"),
        ("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 501, "more than 500"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_reason(at: HeadsUpHouse, tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read(at, written(tmp_path, text))


def test_a_file_that_is_not_there_or_too_large_is_refused(at: HeadsUpHouse, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read(at, tmp_path / "nej.ics")
    with pytest.raises(BadInput, match="no ordinary file"):
        read(at, tmp_path)
    with pytest.raises(BadInput, match="larger than"):
        read(at, written(tmp_path, "x" * 2_000_001))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(ICS)), st.sampled_from(["", "\n", ":", "\x00", "æ", "BEGIN:VEVENT\n"]))))
def test_a_damaged_calendar_is_refused_or_read_and_never_fails(
    at: HeadsUpHouse, tmp_path: Path, damage: list[tuple[int, str]]
) -> None:
    text = ICS
    for place, sign in damage:
        text = text[:place] + sign + text[place + 7 :]
    with suppress(BadInput):
        read_calendar(written(tmp_path, text), at.settings)
