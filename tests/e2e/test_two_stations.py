"""Two real monitors that share a main database: a press at one, the acknowledgement at the other, and what fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.postgres import Server, a_server
from harness.stations import Watched, two_stations
from harness.town import until

from guardroom.alarms.acts import Act
from guardroom.alarms.view import BoardView
from guardroom.clock import SystemClock, stamp

pytestmark = pytest.mark.timeout(240)

Two = tuple[Watched, Watched]


@pytest.fixture
def server() -> Iterator[Server]:
    """A PostgreSQL of this test's own."""
    with a_server() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    """The guard room and the front desk on either kind of database."""
    if request.param == "postgresql":
        url = request.getfixturevalue("server").fresh_database()
    else:
        url = f"sqlite:///{tmp_path / 'shared.db'}"
    with two_stations(tmp_path, url) as made:
        yield made


def acknowledge(at: Watched, view: BoardView, by: str) -> None:
    alarm = view.alarms[0]
    at.act(
        Act(
            kind="acknowledge",
            alarm=alarm.id,
            owner=alarm.owner,
            press=alarm.presses,
            by=by,
            station=at.name,
            asked=stamp(SystemClock().now()),
        )
    )


def test_pressed_here_and_acknowledged_at_both_in_the_same_moment(two: Two) -> None:
    guards, desk = two
    assert guards.town.panel.press("005")
    for at in two:
        at.sees(lambda view: bool(view.alarms))
    for at, by in ((desk, "RL"), (guards, "MH")):
        acknowledge(at, at.views[-1][1], by)

    def both_kept(view: BoardView) -> bool:
        return sum(line.what == "acknowledge" for line in view.alarms[0].timeline) == 2

    here, there = guards.sees(both_kept), desk.sees(both_kept)
    told = [(line.by, line.station) for line in there.alarms[0].timeline if line.what == "acknowledge"]
    assert sorted(told) == [("MH", "Vagtstuen"), ("RL", "Skranken")]
    assert here.alarms[0].acknowledged_by == there.alarms[0].acknowledged_by == told[0][0]
    alarm = there.alarms[0]
    desk.act(Act(kind="close", alarm=alarm.id, owner=alarm.owner, detail="accidental", by="RL", station="Skranken"))
    for at in two:
        at.sees(lambda view: not view.alarms)
    assert not any(reply.refused for at in two for reply in at.replies)


def test_the_status_says_where_another_stations_panel_is_told_of(tmp_path: Path) -> None:
    with two_stations(tmp_path, f"sqlite:///{tmp_path / 'shared.db'}") as (_guards, desk):
        told = desk.town.run("status", check=False).stdout
    (line,) = [line for line in told.splitlines() if "(Vagtstuen)" in line]
    assert "hvornår det sidst er hørt, vises på dets egen station" in line


def test_a_monitor_that_is_killed_leaves_its_rooms_unknown_and_comes_back(two: Two) -> None:
    guards, desk = two
    assert guards.town.panel.press("005")
    desk.sees(lambda view: bool(view.alarms))
    os.kill(guards.town.monitor_pid(), signal.SIGKILL)
    acknowledge(desk, desk.views[-1][1], "RL")
    desk.sees(lambda view: any(fault.kind == "station_unanswered" for fault in view.faults))
    gone = desk.sees(lambda view: any(fault.kind == "station_silent" for fault in view.faults))
    assert {room.state for room in gone.rooms if room.id == "K3"} == {"unknown"}
    assert gone.alarms[0].unanswered
    assert desk.replies == []
    guards.town.start_monitor()
    back = desk.sees(lambda view: bool(view.alarms) and not view.alarms[0].unacknowledged)
    assert back.alarms[0].acknowledged_by == "RL"
    until(lambda: len(desk.replies) == 1)
    desk.sees(lambda view: not any(fault.kind.startswith("station") for fault in view.faults))


@pytest.mark.parametrize("how", ["frozen", "stopped"])
def test_a_server_that_is_away_keeps_no_station_from_its_own_alarms(server: Server, tmp_path: Path, how: str) -> None:
    with two_stations(tmp_path, server.fresh_database()) as (guards, desk):
        server.freeze() if how == "frozen" else server.stop(signal.SIGQUIT)
        assert guards.town.panel.press("005")
        view = guards.sees(lambda view: bool(view.alarms))
        acknowledge(guards, view, "MH")
        guards.sees(lambda view: not view.alarms[0].unacknowledged)
        for at in (guards, desk):
            at.sees(lambda view: any(fault.kind == "station_silent" for fault in view.faults))
        server.thaw() if how == "frozen" else server.start()
        desk.sees(lambda view: bool(view.alarms) and view.alarms[0].acknowledged_by == "MH", timeout=90)
        desk.sees(lambda view: not any(fault.kind == "station_silent" for fault in view.faults))
