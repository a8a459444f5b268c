"""A real alarm at another station ends the drill here."""

from __future__ import annotations

from datetime import timedelta

import pytest
from drills.drill_house import DrillHouse

from db.alarm_tables import AlarmRow
from db.main import writing
from guardroom.alarms.state import DrillOrder
from guardroom.drills.elsewhere import Elsewhere

ORDER = DrillOrder(id=9, room="K7", place="Kontaktrum 7", panel="blok-b", point="007", length_s=900)


def alarm(
    at: DrillHouse, *, minutes: float = 0, closed: bool = False, mode: str = "real", station: str = "Reception"
) -> None:
    """Another station's alarm has reached the database."""
    pressed = at.clock.now() + timedelta(minutes=minutes)
    row = AlarmRow(
        station=station,
        number=1,
        cause="hold_up",
        state="closed" if closed else "active_unacknowledged",
        pressed_at=pressed,
        closed_at=pressed if closed else None,
        mode=mode,  # type: ignore[arg-type]
    )
    with writing(at.house.ground.engine) as session:
        session.add(row)


def looked(at: DrillHouse) -> str:
    """Why the drill is over after a look; "" while it runs."""
    Elsewhere(at.settings, at.house.ground.engine, at.desk).look()
    drill = at.desk.drill()
    assert drill is not None
    return drill.why


def test_a_drill_goes_on_while_nothing_happens(at: DrillHouse) -> None:
    assert at.desk.play_drill(ORDER)
    assert looked(at) == ""


@pytest.mark.parametrize("closed", [False, True])
def test_a_real_alarm_at_another_station_ends_it(at: DrillHouse, closed: bool) -> None:
    assert at.desk.play_drill(ORDER)
    at.clock.advance(20)
    alarm(at, closed=closed)
    assert looked(at) == "real_alarm"
    assert at.desk.view().alarms == ()
    at.restart()
    drill = at.desk.drill()
    assert drill is not None
    assert drill.why == "real_alarm", "it is in the journal"


def test_one_that_still_stands_from_before_ends_it_too(at: DrillHouse) -> None:
    alarm(at, minutes=-30)
    assert at.desk.play_drill(ORDER)
    assert looked(at) == "real_alarm"


@pytest.mark.parametrize(
    ("minutes", "closed", "mode", "station"),
    [(-30, True, "real", "Reception"), (0, False, "drill", "Reception"), (0, False, "real", "Vagtstuen")],
    ids=["over before", "a drill too", "our own, which the desk knows"],
)
def test_what_does_not(at: DrillHouse, minutes: float, closed: bool, mode: str, station: str) -> None:
    alarm(at, minutes=minutes, closed=closed, mode=mode, station=station)
    assert at.desk.play_drill(ORDER)
    assert looked(at) == ""


def test_a_press_that_was_expected_is_real_again(at: DrillHouse) -> None:
    assert at.desk.expect_drill(ORDER, 90)
    at.clock.advance(5)
    alarm(at)
    Elsewhere(at.settings, at.house.ground.engine, at.desk).look()
    at.press()
    assert at.desk.view().drill is None
    assert [one.room for one in at.desk.view().alarms] == ["K7"]
