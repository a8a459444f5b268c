"""Drills where several monitors share a database: each writes down its own, and one with the button keeps the plan."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from drills.drill_house import DrillHouse
from drills.test_beside_other_things import TUESDAY, fixed, planned
from drills.test_elsewhere import ORDER

from db import drills as stored
from db.drill_tables import DrillRow
from db.journal import Journal
from db.main import reading
from db.schema import prepare_journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.due import Due
from guardroom.settings import Recipient


@contextmanager
def reception(at: DrillHouse) -> Iterator[Due]:
    """The monitor of a station without panels and without anybody on its shift."""
    folder = at.settings.path.parent
    rooms = tuple(replace(room, claims=()) for room in at.settings.rooms)
    settings = replace(at.settings, station="Reception", journal=folder / "reception.db", panels=(), rooms=rooms)
    prepare_journal(settings.journal)
    journal = Journal.open(settings.journal)
    due = Due(settings, AlarmDesk(settings, journal, at.clock, "test"), at.clock)
    try:
        yield due
    finally:
        due.close()
        journal.close()


def drills(at: DrillHouse) -> list[DrillRow]:
    with reading(at.house.ground.engine) as session:
        return stored.drills(session)


def test_the_station_with_the_button_holds_the_drill_whoever_does_the_rest(at: DrillHouse) -> None:
    at.planner.plan(at.coordinator, fixed(at))
    ours = Due(at.settings, at.desk, at.clock)
    with reception(at) as other:
        assert other.look(), "it has everything else to do"
        at.at(TUESDAY)
        other.look()
        ours.look()
        assert at.desk.view().drill is not None
        assert planned(at) is None
    ours.close()


def test_each_station_writes_down_what_became_of_its_own(at: DrillHouse) -> None:
    assert at.desk.play_drill(ORDER)
    ours = Due(at.settings, at.desk, at.clock)
    with reception(at) as other:
        other.look()
        ours.look()
        (row,) = drills(at)
        assert row.ended_at is None
        alarm = at.desk.view().alarms[0]
        at.act("acknowledge", alarm=alarm.id, press=1)
        at.act("drill_stop", alarm=alarm.id)
        at.carried()
        other.look()
        ours.look()
        (row,) = drills(at)
        assert row.ended_at is not None
        assert row.acknowledged_s == 0.0
    ours.close()


def test_a_message_that_hangs_does_not_make_a_helpers_press_real(at: DrillHouse) -> None:
    go_on = threading.Event()

    def hangs(*_told: object) -> tuple[Recipient, ...]:
        go_on.wait(20)
        return ()

    at.keeper.tell = hangs
    at.keeper.settings = replace(
        at.settings, recipients=(Recipient(name="RK", groups=("risk_coordinator",), mail="rk@byby.example"),)
    )
    at.chance.say = lambda _count: 0
    at.planner.plan(at.coordinator, at.form(notice="morning", press="helper"))
    at.at(TUESDAY)
    for _minute in range(300):
        at.tick()
        if at.desk.expects_drill():
            break
        at.clock.advance(60)
    at.press()
    go_on.set()
    assert at.desk.view().drill is not None, "it was expected all the time"
