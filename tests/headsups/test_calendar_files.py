"""Meetings from calendars and lists: what can be read is offered, what is broken is told, nothing is saved unseen."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from headsups.headsup_house import HeadsUpHouse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardroom.headsups.reading import read_calendar
from guardroom.headsups.view import Calendar
from guardroom.people.roles import Role
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


@pytest.mark.usefixtures("on_a_file")
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
    assert "“i morgen” is no day there is" in last.problem
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


STARTS = "DTSTART:20251125T120000Z\nDTEND:20251125T130000Z\n"


def event(more: str, uid: str = "1") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\n{more}END:VEVENT\n"


def calendar(folder: Path, *events: str) -> Path:
    return written(folder, "BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(events) + "END:VCALENDAR\n")


@pytest.mark.usefixtures("on_a_file")
def test_a_citizen_who_is_invited_is_none_of_the_staff_and_their_home_is_not_kept(
    at: HeadsUpHouse, tmp_path: Path
) -> None:
    invited = (
        "LOCATION:Hjemme hos Hans Jensen Egevej 12\nSUMMARY:Samtale\nORGANIZER:mailto:ld@byby.dk\n"
        "ATTENDEE;CN=Hans:mailto:hans.jensen84@example.org\nATTENDEE:mailto:bodil@example.org\n"
    )
    found = read(at, calendar(tmp_path, event(STARTS + invited)))
    assert found.entries[0].title == "Samtale, Hjemme hos Hans Jensen Egevej 12"
    assert found.entries[0].form.staff == "LD"
    assert at.headsups.take_over(at.leader, found) == 1
    (kept,) = at.headsups.overview(at.leader).coming
    assert (kept.place, kept.room, kept.staff) == ("another place", None, ("LD",))
    stored = (at.settings.path.parent / "guardroom.db").read_bytes()
    assert not any(word in stored for word in (b"Egevej", b"HANS", b"BODIL"))


def test_somebody_who_may_no_longer_sign_in_is_none_of_the_staff(at: HeadsUpHouse, tmp_path: Path) -> None:
    at.services.users.disable(at.house.who(Role.ADMIN), "VT")
    path = calendar(tmp_path, event(STARTS + "LOCATION:K7\nATTENDEE:mailto:vt@byby.dk\nATTENDEE;CN=LD:mailto:x@y.dk\n"))
    assert read(at, path).entries[0].form.staff == "LD"


def test_a_place_in_a_list_that_is_no_room_is_another_place(at: HeadsUpHouse, tmp_path: Path) -> None:
    text = "Dato;Fra;Rum;Medarbejder\n25-11-2025;13:00;Egevej 12;LD\n"
    (entry,) = read(at, written(tmp_path, text, "liste.csv")).entries
    assert (entry.form.room, entry.title, entry.problem) == ("another place", "Egevej 12", "")


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 100_000,
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + " x" * 900_000,
        "BEGIN:VCALENDAR\n" + ("BEGIN:VEVENT\nSUMMARY:" + "x" * 3_900 + "\nEND:VEVENT\n") * 490,
        "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\n"
        + "BEGIN:STANDARD\nDTSTART:19700101T000000\nRRULE:FREQ=SECONDLY\nEND:STANDARD\n" * 15_000
        + "END:VTIMEZONE\n"
        + event(STARTS) * 500,
    ],
    ids=["no ends", "one long line", "long titles", "time zones"],
)
def test_no_file_keeps_anybody_waiting(at: HeadsUpHouse, tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    began = time.process_time()
    with suppress(BadInput):
        read_calendar(path, at.settings, {"LD"})
    assert time.process_time() - began < 5  # minutes, where anything is looked at more than once


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ("DTSTART:99991231T230000Z\nDTEND:99991231T233000Z\n", "it cannot be read."),
        ("DTSTART:00010101T000000\nDTEND:00010101T003000\n", ""),
        ("DTSTART;TZID=Mars/Olympus:20251125T120000\nDTEND;TZID=Mars/Olympus:20251125T130000\n", "time zone"),
        ("DTSTART:20251126T023000\nDTEND:20251126T023000Z\n", "when it ends"),
    ],
)
def test_a_time_that_cannot_be_is_told_and_the_others_are_read(
    at: HeadsUpHouse, tmp_path: Path, times: str, told: str
) -> None:
    good = event(STARTS + "LOCATION:K7\nATTENDEE:mailto:ld@byby.dk\n", "good")
    found = read(at, calendar(tmp_path, event(times, "bad"), good))
    assert [entry.problem for entry in found.entries if entry.form.day == "25-11-2025"] == [""]
    assert told in " ".join(found.broken)
    assert len(found.entries) + len(found.broken) == 2
    assert at.headsups.take_over(at.leader, found) == 1


def test_the_hour_that_comes_twice_is_not_guessed(at: HeadsUpHouse, tmp_path: Path) -> None:
    at.at(datetime(2026, 10, 20, 8, tzinfo=UTC))
    people = "LOCATION:K7\nATTENDEE:mailto:ld@byby.dk\n"
    first = event("DTSTART:20261025T001000Z\nDTEND:20261025T005000Z\n" + people, "first")
    second = event("DTSTART:20261025T011000Z\nDTEND:20261025T015000Z\n" + people, "second")
    found = read(at, calendar(tmp_path, first, second))
    assert [entry.form.begins for entry in found.entries] == ["02:10", "02:10"]
    assert [bool(entry.problem) for entry in found.entries] == [False, True]
    assert "comes twice" in found.entries[1].problem


def test_a_meeting_that_was_called_off_or_moved_is_not_entered_again(at: HeadsUpHouse, tmp_path: Path) -> None:
    people = "LOCATION:K7\nATTENDEE:mailto:ld@byby.dk\n"
    path = calendar(tmp_path, event(STARTS + people, "a"), event(STARTS.replace("T1", "T0") + people, "b"))
    assert at.headsups.take_over(at.leader, read(at, path)) == 2
    second, first = at.headsups.overview(at.leader).coming
    at.headsups.call_off(at.leader, first.id)
    later = STARTS.replace("20251125", "20251127").replace("T1", "T0")
    again = calendar(tmp_path, event(STARTS + people, "a"), event(later + people, "b"))
    found = read(at, again)
    assert [entry.problem for entry in found.entries] == [
        f"It is called off here: {first.number}.",
        f"It is there at another time, as {second.number}: change it there.",
    ]
    assert at.headsups.take_over(at.leader, found) == 0


def test_a_meeting_that_stands_in_a_file_twice_is_taken_over_once(at: HeadsUpHouse, tmp_path: Path) -> None:
    one = event(STARTS + "LOCATION:K7\nATTENDEE:mailto:ld@byby.dk\n")
    found = read(at, calendar(tmp_path, one, one))
    assert [entry.problem for entry in found.entries] == ["", "It stands in the file twice."]
    assert at.headsups.take_over(at.leader, found) == 1


def test_what_another_part_of_the_house_has_is_not_told_of(at: HeadsUpHouse, tmp_path: Path) -> None:
    path = calendar(tmp_path, event(STARTS + "LOCATION:K8\nATTENDEE:mailto:ld@byby.dk\n"))
    assert at.headsups.take_over(at.leader, read(at, path)) == 1
    other = at.house.who(Role.LEADER, "Jobcenter")
    assert [entry.problem for entry in at.headsups.read_file(other, path).entries] == [""]


def test_a_list_is_taken_over_as_a_whole_whatever_is_wrong_with_one_row(at: HeadsUpHouse, tmp_path: Path) -> None:
    text = (
        "dag;fra;til;rum;medarbejder;minutter\n25-11-2025;09:00;10:00;K7;LD;\n"
        "25-11-2025;11:00;12:00;K7;LD;0240999999999\n01-01-0001;13:00;14:00;K7;LD;\n26-11-2025;13:00;14:00;K7;LD;\n"
    )
    found = read(at, written(tmp_path, text, "liste.csv"))
    assert [bool(entry.problem) for entry in found.entries] == [False, True, True, False]
    assert at.headsups.take_over(at.leader, found) == 2
    assert len(at.headsups.overview(at.leader).coming) == 2


WORDS = st.sampled_from(
    [
        *(
            "BEGIN:VEVENT",
            "END:VEVENT",
            "BEGIN:VALARM",
            "END:VALARM",
            "BEGIN:VTIMEZONE",
            "END:VCALENDAR",
            " ",
            "\t",
            "",
        ),
        *("DTSTART:", "DTEND;TZID=", "DURATION:", "RRULE:FREQ=SECONDLY", "ATTENDEE;CN=", "RECURRENCE-ID:", "UID:"),
        *(
            "99991231T235959Z",
            "00010101T000000",
            "20251125T120000",
            "P99999999W",
            "-PT1H",
            "Europe/Copenhagen:",
            "\x00",
        ),
        *('"', ";", ":", ",", "\\", "æ", "\u202e", "\ud800", "=", "mailto:ld@byby.dk", "K7"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.lists(st.lists(WORDS | st.text(max_size=5), max_size=6).map("".join), max_size=40))
def test_lines_of_every_kind_are_refused_or_read_and_never_fail(
    at: HeadsUpHouse, tmp_path: Path, lines: list[str]
) -> None:
    path = tmp_path / "x.ics"
    path.write_bytes("\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines]).encode("utf-8", "surrogatepass"))
    with suppress(BadInput):
        found = at.headsups.read_file(at.leader, path)
        assert len(found.entries) + len(found.broken) >= 1
        assert all(entry.form.staff in ("", "LD") for entry in found.entries)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(ICS)), st.sampled_from(["", "\n", ":", "\x00", "æ", "BEGIN:VEVENT\n"]))))
def test_a_damaged_calendar_is_refused_or_read_and_never_fails(
    at: HeadsUpHouse, tmp_path: Path, damage: list[tuple[int, str]]
) -> None:
    text = ICS
    for place, sign in damage:
        text = text[:place] + sign + text[place + 7 :]
    with suppress(BadInput):
        read_calendar(written(tmp_path, text), at.settings, {"LD"})
