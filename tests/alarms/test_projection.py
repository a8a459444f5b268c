"""From the journal into the main database: every entry once, in order, after any interruption."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING
from unittest.mock import Mock, call

import pytest
from harness import postgres
from msgspec.structs import replace
from sqlalchemy import Engine, text

from db import main
from db.alarm_tables import AlarmRow
from db.main import alarms, cursor, open_engine, reading, writing
from db.sqlite import copy_to
from drivers.base import Cause, Kind, Signal
from guardroom.alarms import projection
from guardroom.alarms.projection import Projector

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Guardroom

PATIENCE = 20


def project(guardroom: Guardroom) -> list[AlarmRow]:
    """Let a projector catch up with the journal, then say what is in the database."""
    projector = Projector(guardroom.settings, guardroom.journal, guardroom.desk, guardroom.clock)
    projector.stop()
    projector.run()
    engine = open_engine(guardroom.settings.database)
    with reading(engine) as session:
        assert cursor(session, guardroom.settings.station) == guardroom.journal.last_number()
        rows = alarms(session)
    engine.dispose()
    return rows


def test_an_alarm_and_its_timeline_are_projected_once(guardroom: Guardroom) -> None:
    guardroom.press(text="OVERFALD K2")
    project(guardroom)
    guardroom.acknowledge()
    guardroom.press(text="OVERFALD K2")
    project(guardroom)
    guardroom.close()
    (row,) = project(guardroom)
    assert (row.place, row.state, row.outcome, row.presses, row.repeats) == (
        "Kontaktrum 2",
        "closed",
        "escorted_out",
        1,
        1,
    )
    assert [line.what for line in row.lines] == ["press", "acknowledge", "close"]
    assert len(project(guardroom)) == 1


def test_an_alarm_that_came_late_is_projected(guardroom: Guardroom) -> None:
    pressed = Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="5", late=True, found=True, panel_time="21:44")
    guardroom.desk.store("once", [pressed])
    guardroom.desk.store("once", [replace(pressed, point="77", cause=Cause.FIRE)])
    rows = project(guardroom)
    assert [[(line.what, line.text) for line in row.lines] for row in rows] == [
        [("late_press", "once:5 [21:44]")],
        [("late_alarm", "once:77 [21:44]")],
    ]


def test_a_lost_database_is_made_again_from_the_journal(guardroom: Guardroom) -> None:
    guardroom.press()
    guardroom.acknowledge()
    guardroom.close()
    guardroom.press("001")
    before = [(row.number, row.state, len(row.lines)) for row in project(guardroom)]
    for file in guardroom.settings.journal.parent.glob("guardroom.db*"):
        file.unlink()
    assert [(row.number, row.state, len(row.lines)) for row in project(guardroom)] == before


def test_a_snapshot_spares_the_reading_and_changes_nothing(
    guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "SNAPSHOT_EVERY", 4)
    for number in range(10):
        guardroom.press(f"{number}")
    project(guardroom)
    snapshot = guardroom.journal.snapshot()
    assert snapshot is not None
    assert snapshot.number == 10
    before = guardroom.view
    guardroom.restart()
    assert guardroom.view.alarms == before.alarms
    guardroom.acknowledge(guardroom.view.alarms[3])
    assert [row.state for row in project(guardroom)].count("active_acknowledged") == 1


@pytest.fixture
def running(guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch) -> Iterator[Projector]:
    monkeypatch.setattr(projection, "AGAIN_S", 0.05)
    projector = Projector(guardroom.settings, guardroom.journal, guardroom.desk, guardroom.clock)
    yield projector
    projector.stop()


def wait_for(reached: object) -> None:
    deadline = time.monotonic() + PATIENCE
    assert callable(reached)
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_database_that_is_away_is_told_and_caught_up_with(
    guardroom: Guardroom, running: Projector, tmp_path: Path
) -> None:
    database = tmp_path / "guardroom.db"
    database.mkdir()
    guardroom.press()
    running.start()
    wait_for(lambda: any(fault.kind == "database" for fault in guardroom.view.faults))
    guardroom.acknowledge()
    database.rmdir()
    wait_for(lambda: not guardroom.view.faults)
    running.stop()
    assert [line.what for line in project(guardroom)[0].lines] == ["press", "acknowledge"]


def test_a_database_that_cannot_be_written_is_out_of_reach_until_it_can(
    guardroom: Guardroom, running: Projector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "_BUSY_MS", 20)
    told = Mock(wraps=guardroom.desk.trouble)
    over = Mock(wraps=guardroom.desk.trouble_over)
    monkeypatch.setattr(guardroom.desk, "trouble", told)
    monkeypatch.setattr(guardroom.desk, "trouble_over", over)
    running.start()
    wait_for(lambda: call("database") in over.mock_calls)
    with closing(sqlite3.connect(tmp_path / "guardroom.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        wait_for(lambda: told.called)
        over.reset_mock()
        guardroom.press()
        told.reset_mock()
        wait_for(lambda: told.call_count > 3)
        assert call("database") not in over.mock_calls, "it is said to be there again, and is not"
        holder.execute("ROLLBACK")
    wait_for(lambda: not guardroom.view.faults)


def test_a_database_that_is_gone_is_told(guardroom: Guardroom, running: Projector, tmp_path: Path) -> None:
    guardroom.press()
    running.start()
    wait_for(lambda: running._carried == guardroom.journal.last_number())
    assert not guardroom.view.faults, "there was none before"
    for file in tmp_path.glob("guardroom.db*"):
        file.unlink()
    wait_for(lambda: [fault.kind for fault in guardroom.view.faults] == ["database_replaced"])
    running.stop()
    assert len(project(guardroom)) == 1


def test_of_several_monitors_of_a_file_one_alone_empties_its_wal(
    guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "AGAIN_S", 0.05)
    owns: list[bool] = []

    def opened(url: str, *, owner: bool, answer_s: float) -> Engine:
        owns.append(owner)
        return open_engine(url, owner=owner, answer_s=answer_s)

    monkeypatch.setattr(main, "open_engine", opened)
    first, second = (
        Projector(guardroom.settings, guardroom.journal, guardroom.desk, guardroom.clock) for _monitor in range(2)
    )
    try:
        first.start()
        wait_for(lambda: owns == [True])
        second.start()
        wait_for(lambda: owns == [True, False])
        first.stop()
        wait_for(lambda: owns == [True, False, True])
    finally:
        first.stop()
        second.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="the file is open")
def test_an_older_copy_gets_what_it_lacks_when_an_alarm_comes_first(
    guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is put there while the projector follows, and a signal comes before it asks how far the database is."""
    monkeypatch.setattr(projection, "AGAIN_S", 600.0)
    database, older = tmp_path / "guardroom.db", tmp_path / "older.db"
    guardroom.press("001")
    project(guardroom)
    copy_to(database, older)
    projector = Projector(guardroom.settings, guardroom.journal, guardroom.desk, guardroom.clock)
    projector.start()
    try:
        for point in ("002", "003", "004"):
            guardroom.press(point)
        wait_for(lambda: carried(guardroom) == [1, 2, 3, 4])
        for each in ("guardroom.db-wal", "guardroom.db-shm"):
            database.with_name(each).unlink(missing_ok=True)
        older.replace(database)
        guardroom.press("005")
        wait_for(lambda: 5 in carried(guardroom))
        assert carried(guardroom) == [1, 2, 3, 4, 5]
    finally:
        projector.stop()


def test_a_server_that_was_put_back_gets_what_it_lacks_too(
    guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "AGAIN_S", 600.0)
    guardroom.settings = dataclasses.replace(guardroom.settings, database=postgres.fresh_database())
    projector = Projector(guardroom.settings, guardroom.journal, guardroom.desk, guardroom.clock)
    projector.start()
    engine = open_engine(guardroom.settings.database)
    try:
        for point in ("001", "002", "003"):
            guardroom.press(point)
        wait_for(lambda: carried(guardroom) == [1, 2, 3])
        with writing(engine) as session:
            session.execute(text("DELETE FROM alarm_line WHERE number > 1"))
            session.execute(text("DELETE FROM alarm WHERE number > 1"))
            session.execute(text("UPDATE station_cursor SET number = 1"))
        guardroom.press("004")
        wait_for(lambda: 4 in carried(guardroom))
        assert carried(guardroom) == [1, 2, 3, 4]
    finally:
        projector.stop()
        engine.dispose()
        postgres.the_server().drop(guardroom.settings.database)


def carried(guardroom: Guardroom) -> list[int]:
    """The alarms in the database."""
    engine = open_engine(guardroom.settings.database)
    with reading(engine) as session:
        found = [row.number for row in alarms(session)]
    engine.dispose()
    return sorted(found)


def test_an_interrupted_transaction_leaves_nothing_half_done(
    guardroom: Guardroom, running: Projector, monkeypatch: pytest.MonkeyPatch
) -> None:
    guardroom.press()
    project(guardroom)
    guardroom.acknowledge()
    engine = open_engine(guardroom.settings.database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER no BEFORE INSERT ON alarm_line BEGIN SELECT RAISE(ABORT, 'no'); END"))
    running.start()
    wait_for(lambda: any(fault.kind == "database" for fault in guardroom.view.faults))
    with reading(engine) as session:
        assert cursor(session, guardroom.settings.station) == 1
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER no"))
    engine.dispose()
    wait_for(lambda: not guardroom.view.faults)
    running.stop()
    assert [line.what for line in project(guardroom)[0].lines] == ["press", "acknowledge"]


def test_what_people_typed_is_not_listed_for_whoever_is_not_signed_in(
    guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from guardroom.__main__ import main

    guardroom.press(text="OVERFALD K2")
    guardroom.act("note", alarm=guardroom.alarm.id, text="Det er Karla Vinter")
    guardroom.act("raise", room="K1", text="Karla Vinter er her")
    project(guardroom)
    monkeypatch.setattr("guardroom.listing.alarms.load", lambda _path: guardroom.settings)
    assert main(["alarms", "--json"]) == 0
    said = capsys.readouterr().out
    assert "Karla" not in said
    pressed, raised = json.loads(said)
    assert (pressed["text"], raised["text"]) == ("OVERFALD K2", None)
    assert [(line["what"], line["text"] is None) for line in pressed["timeline"]] == [("press", False), ("note", True)]
    assert main(["alarms"]) == 0
    lines = capsys.readouterr().out
    assert "Karla" not in lines
    pressed_at = guardroom.clock.now().astimezone(guardroom.settings.site.zone)
    assert f"1 {pressed_at:%d-%m-%Y %H:%M} Kontaktrum 2 ALARM -" in lines


def test_the_lists_for_scripts(
    guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from guardroom.__main__ import main

    guardroom.press(text="OVERFALD K2")
    guardroom.press(text="OVERFALD K2")
    project(guardroom)
    monkeypatch.setattr("guardroom.listing.signals.load", lambda _path: guardroom.settings)
    monkeypatch.setattr("guardroom.listing.alarms.load", lambda _path: guardroom.settings)
    assert main(["signals", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(line["number"], line["panel"], line["kind"], line["duplicate"]) for line in said] == [
        (1, "espa", "alarm", False),
        (2, "espa", "alarm", True),
    ]
    assert main(["alarms", "--json"]) == 0
    (alarm,) = json.loads(capsys.readouterr().out)
    assert (alarm["place"], alarm["repeats"], [line["what"] for line in alarm["timeline"]]) == (
        "Kontaktrum 2",
        1,
        ["press"],
    )
