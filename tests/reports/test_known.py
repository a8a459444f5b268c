"""What nobody knows is never told as none: before the first that a monitor told, while none told anything, to come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from harness.house import SmallHouse, small_house
from pypdf import PdfReader
from reports.half_year import ROOMS, alarm_row, filled_house, moment
from sqlalchemy import update

from db.alarm_tables import ShiftRow
from db.duty_tables import HandoverNoteRow
from db.journal import Journal
from db.main import writing
from db.people_tables import UserRow
from db.schema import prepare_journal
from guardroom.alarms.journalling import entry_of
from guardroom.alarms.state import Health, Moment
from guardroom.clock import stamp
from guardroom.monitor_lock import MonitorLock
from guardroom.people.roles import Role
from guardroom.reports.command import in_lines
from guardroom.reports.document import HIDDEN, Document, Plot, Section, Table
from guardroom.reports.html import page
from guardroom.reports.pack import Pack
from guardroom.reports.pdf import paper
from guardroom.reports.period import Period
from guardroom.reports.reports import Reports
from guardroom.reports.small_numbers import Cell

RUNNING = Period(2025, 2)
"""It is 24 November 2025 in the house."""
UNKNOWN = Cell(None, "unknown")
NEVER = "Nothing is known of alarms and panels: no monitor has told anything yet."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """A house of this morning with an empty journal."""
    with small_house(tmp_path, toml=ROOMS) as made:
        prepare_journal(made.ground.settings.journal)
        yield made


def pack(house: SmallHouse, period: Period) -> Pack:
    return Reports(house.ground).pack(house.who(Role.SAFETY_REP), period)


def lines(house: SmallHouse, period: Period) -> list[str]:
    return in_lines(Reports(house.ground).half_year(house.who(Role.SAFETY_REP), period))


def shift(house: SmallHouse, day: date) -> Document:
    return Reports(house.ground).shift(house.who(Role.GUARD, initials="MH"), day)


def row(told: list[str], label: str) -> list[str]:
    """The cells of the first row that is called so."""
    return next(line.removeprefix(label).split() for line in told if line.startswith(label))


def hear(house: SmallHouse, *when: str, kind: Literal["", "panel_silent"] = "") -> None:
    """At these moments the monitor told how the panel is."""
    journal = Journal(house.ground.settings.journal)
    for number, each in enumerate(when, 1):
        now = Moment(stamp(moment(each)), "boot", float(number))
        journal.append([entry_of(number, now, Health(panel="blok-a", kind=kind))])
    journal.close()


def written_since(house: SmallHouse, day: str) -> None:
    """People have written things down since this day."""
    house.who(Role.SAFETY_REP)
    with writing(house.ground.engine) as session:
        session.execute(update(UserRow).values(created_at=moment(f"{day} 08:00")))


# The half year


def test_of_a_half_year_before_the_house_nothing_is_known(house: SmallHouse) -> None:
    told = lines(house, Period(2020, 1))
    assert "Nothing is known of this half year: figures are kept from 24-11-2025." in told
    assert NEVER in told
    assert not [line for line in told if line.startswith(("Real alarms", "blok-a"))]
    path = Reports(house.ground).print_pack(house.who(Role.SAFETY_REP), Period(2020, 1), "json")
    found = json.loads(path.read_text("utf-8"))
    assert found["known_from"] == {"alarms": None, "records": "2025-11-24"}
    shown = found["figures"][0]
    assert shown["counts"]["real"] == shown["counts"]["bans"] == {"count": None, "withheld": "unknown"}
    assert (shown["drills"], shown["button_tests"], shown["silent_panels"]) == (None, None, None)


def test_where_no_monitor_ever_ran_nothing_is_known_of_alarms(house: SmallHouse) -> None:
    told = lines(house, RUNNING)
    assert NEVER in told
    assert row(told, "Real alarms") == ["-", "-", "-"]
    assert row(told, "Drills held") == ["-", "-", "-"]
    assert row(told, "Buttons tested") == ["-", "-", "-"]
    assert row(told, "blok-a") == ["-", "-", "-"]
    assert "No room had so many at the same time." not in told
    # Who writes things down is here since today: there was no incident.
    assert row(told, "Incidents") == ["0", "-", "-"]
    assert "Nothing was written down here before 24-11-2025." in told


def test_months_before_anything_was_known_and_months_to_come_have_no_figure(house: SmallHouse) -> None:
    hear(house, "2025-10-10 08:00", "2025-11-20 08:00")
    written_since(house, "2025-10-10")
    told = lines(house, RUNNING)
    months = {
        month: row(told, month)[0] for month in ("July", "August", "September", "October", "November", "December")
    }
    assert months == {
        "July": "-", "August": "-", "September": "-", "October": "0", "November": "0", "December": "-",
    }  # fmt: skip
    assert row(told, "Real alarms") == ["0", "-", "-"]
    assert row(told, "blok-a")[:2] == ["0", "times"]
    assert "Nothing is known before 10-10-2025." in told


def test_a_month_to_come_is_no_small_number(house: SmallHouse) -> None:
    """Where the parts of a small number are not shown, it is plain all the same that nothing is to come yet."""
    hear(house, "2025-06-10 08:00", "2025-11-20 08:00")
    with writing(house.ground.engine) as session:
        session.add(alarm_row(house.ground.settings, 90, "2025-11-03 09:00", "K2", "other", 10, 60))
    cells = pack(house, RUNNING).told[0].splits["month"].cells()
    assert {code: cell.withheld for code, cell in cells.items()} == {
        **{f"2025-{month:02}": "hidden" for month in range(7, 12)}, "2025-12": "unknown",
    }  # fmt: skip


def test_a_half_year_of_which_no_monitor_told_anything(house: SmallHouse) -> None:
    hear(house, "2024-02-01 08:00", "2025-11-20 08:00")
    written_since(house, "2024-01-02")
    half = Period(2025, 1)
    told = lines(house, half)
    assert "No monitor has told anything of this half year: whether there were alarms is not known." in told
    assert row(told, "Real alarms") == ["-", "-", "0"]
    assert row(told, "Incidents") == ["0", "0", "0"]
    assert row(told, "blok-a") == ["-", "-", "-"]
    assert row(lines(house, RUNNING), "Real alarms") == ["0", "-", "-"]


def test_a_silence_that_lasted_all_the_half_year_is_known(house: SmallHouse) -> None:
    """Also where nothing else was told in it."""
    hear(house, "2024-02-01 08:00", kind="panel_silent")
    assert row(lines(house, Period(2025, 1)), "blok-a")[:2] == ["1", "time"]
    path = Reports(house.ground).print_pack(house.who(Role.SAFETY_REP), Period(2025, 1), "json")
    (silent,) = json.loads(path.read_text("utf-8"))["figures"][0]["silent_panels"]
    assert (silent["panel"], silent["times"]) == ("blok-a", 1)


def test_of_a_half_year_in_between_it_is_not_said_that_figures_began_before_it(house: SmallHouse) -> None:
    """The main database is younger than the journal."""
    hear(house, "2023-02-01 08:00")
    told = lines(house, Period(2025, 1))
    assert told[5:7] == [
        "No monitor has told anything of this half year: whether there were alarms is not known.",
        "Nothing was written down here before 24-11-2025.",
    ]


def test_what_was_there_is_told_whenever_it_was_written_down(tmp_path: Path) -> None:
    with filled_house(tmp_path) as house:
        with writing(house.ground.engine) as session:
            session.execute(update(UserRow).values(created_at=moment("2025-11-01 08:00")))
        counts = pack(house, Period(2025, 1)).told[0].counts
        assert (counts["incidents"], counts["bans"]) == (Cell(24), Cell(0))
        counts = pack(house, Period(2024, 2)).told[0].counts
        assert (counts["real"], counts["incidents"]) == (Cell(None, "few"), UNKNOWN)


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_a_half_year_that_runs_does_not_look_finished(house: SmallHouse, form: str) -> None:
    reports, who = Reports(house.ground), house.who(Role.SAFETY_REP)
    running = "01-07-2025 - 31-12-2025, not over: counted until 24-11-2025"
    path = reports.print_pack(who, RUNNING, form)  # type: ignore[arg-type]
    assert running in text_of(path.read_bytes(), form)
    assert running in lines(house, RUNNING)
    assert "01-01-2025 - 30-06-2025" in lines(house, Period(2025, 1))


def test_what_is_not_known_has_no_bar(tmp_path: Path) -> None:
    with filled_house(tmp_path) as house:
        (rooms, *_others) = Reports(house.ground).half_year(house.who(Role.SAFETY_REP), Period(2024, 1)).drawn
        assert rooms.plot is not None
        # Of the first half of 2023 nothing is known: the period stands alone.
        assert rooms.plot.series == ("1st half of 2024",)
        assert [table.heading for table in _others if table.heading.startswith("Incidents")] == []


def text_of(content: bytes, form: str) -> str:
    if form == "html":
        return content.decode()
    said = "\n".join(each.extract_text() for each in PdfReader(BytesIO(content)).pages)
    return " ".join(said.split())


@pytest.mark.parametrize("form", ["html", "pdf"])
@pytest.mark.parametrize("mark", [HIDDEN, "<3", "4"])
def test_the_mark_of_what_is_not_shown_is_explained_beneath_the_drawing(form: str, mark: str) -> None:
    plot = Plot(labels=("Room",), series=("2025", "2024"), values=((3,), (None,)), marks=(("3",), (mark,)))
    table = Table(heading="Rooms", heads=("", "2025"), rows=(("Room", "3"),), plot=plot)
    document = Document(title="T", language="en", facts=(), sections=(Section(heading="Rooms", tables=(table,)),))
    text = text_of(page(document).encode() if form == "html" else paper(document), form)
    assert ("?: not shown, as small numbers could be worked out" in text) == (mark == HIDDEN)


# The shift


def test_of_a_day_of_which_no_monitor_told_anything_nothing_is_known(house: SmallHouse) -> None:
    assert shift(house, date(2025, 11, 20)).facts[2:] == (
        "No monitor has told anything of this day: nothing happened, or none ran; which is not recorded.",
    )
    assert shift(house, date(2025, 11, 24)).facts[2:] == (
        "No monitor runs: alarms are not received here.",
        "No monitor has told anything of this day: nothing happened, or none ran; which is not recorded.",
    )


def test_what_people_wrote_does_not_say_that_there_was_no_alarm(house: SmallHouse) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    with writing(house.ground.engine) as session:
        at = moment("2025-11-20 12:00")
        session.add(HandoverNoteRow(station="Vagtstuen", text="Stille.", written_by=guard.user, written_at=at))
    assert shift(house, date(2025, 11, 20)).facts[2:] == (
        "No monitor has told anything of this day: whether there were alarms is not known.",
        "Nothing was written down: incidents, doors locked, heads-ups.",
    )


@pytest.mark.parametrize("by", ["journal", "station"])
def test_a_day_of_which_a_monitor_told_something(house: SmallHouse, by: str) -> None:
    """This station's own, or another one."""
    hear(house, "2025-11-19 08:00", *["2025-11-20 08:00"] * (by == "journal"))
    if by == "station":
        with writing(house.ground.engine) as session:
            session.add(ShiftRow(station="Reception", since=moment("2025-11-20 08:00"), people=["JB"]))
    on_duty = "on duty, " if by == "journal" else ""
    without = f"{on_duty}alarms, what was done, panels that were silent, tests of buttons"
    assert shift(house, date(2025, 11, 20)).facts[2:] == (
        f"The monitor told of none of these: {without}. When it did not run is not recorded.",
        "Nothing was written down: incidents, notes to the next shift, doors locked, heads-ups.",
    )


def test_before_the_first_monitor_told_anything_nothing_is_known_of_its_first_day(house: SmallHouse) -> None:
    hear(house, "2025-11-20 08:05", "2025-11-21 08:00")
    said = "Nothing is known of alarms and panels before 08:05: no monitor had told anything."
    assert shift(house, date(2025, 11, 20)).facts[2] == said
    assert said not in shift(house, date(2025, 11, 21)).facts


def test_while_a_monitor_runs_that_there_was_nothing_today_is_told(house: SmallHouse) -> None:
    lock = MonitorLock(house.ground.settings.journal)
    assert lock.take()
    try:
        first, *_others = shift(house, date(2025, 11, 24)).facts[2:]
    finally:
        lock.release()
    assert first.startswith("The monitor told of none of these: on duty, alarms, ")


def test_a_station_without_panels_receives_no_alarms_and_needs_no_monitor(tmp_path: Path) -> None:
    with small_house(tmp_path) as house:
        assert "No monitor runs: alarms are not received here." not in shift(house, date(2025, 11, 24)).facts
