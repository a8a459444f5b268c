"""Faults that last are told to whoever mends them; one that comes and goes is told of now and then, and how it stands
in the end always: from a real desk through a real mail server, with a clock that is moved."""

from __future__ import annotations

import itertools
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alarms.conftest import MovedClock, town
from harness.mail_server import PATIENCE_S, MailServer
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from notices.conftest import recipient
from notices.test_alarms_are_told import GROUPS, Station

from drivers.link import LinkState
from guardroom.alarms.state import Fault, Moment
from guardroom.clock import stamp
from guardroom.notices.faults import Faults
from guardroom.notices.station import StationNotices
from guardroom.settings import NoticePolicy

POLICY = NoticePolicy(groups={**GROUPS, "fault": ("security_coordinator",)})


@pytest.fixture
def at(tmp_path: Path, server: MailServer) -> Iterator[Station]:
    station = Station(tmp_path, MovedClock(), server, notices=POLICY)
    yield station
    station.close_down()


def silent(at: Station, seconds: float) -> None:
    """The panel falls silent, and is so for so long."""
    at.panel("espa", LinkState.STALE)
    at.desk.tick()
    looked(at, seconds)


def back(at: Station, seconds: float) -> None:
    """The panel is heard again, for so long."""
    at.panel("espa", LinkState.ALIVE)
    at.desk.tick()
    looked(at, seconds)


def looked(at: Station, seconds: float) -> None:
    """Time passes, and the desk is looked at before it does and afterwards."""
    look(at)
    at.clock.pass_(seconds)
    look(at)


def look(at: Station) -> None:
    """Have the desk looked at, as it and the clock are now."""
    assert at.notices is not None
    for _look in range(2):  # the first one may have begun before
        with LOOKED:
            seen = LOOKS[0]
            at.notices.look()
            assert LOOKED.wait_for(lambda seen=seen: LOOKS[0] > seen, PATIENCE_S)


LOOKED = threading.Condition()
LOOKS = [0]


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the looks at the desk."""
    whole = StationNotices._look_at_the_desk

    def looked_at(self: StationNotices) -> None:
        whole(self)
        with LOOKED:
            LOOKS[0] += 1
            LOOKED.notify_all()

    monkeypatch.setattr(StationNotices, "_look_at_the_desk", looked_at)


def mails(at: Station, count: int) -> list[str]:
    """What the coordinator has been told, when so much has come."""
    at.server.wait_for(count)
    return [str(message["Subject"]) for message in at.server.got("sikkerhed@byby.example")]


def test_a_panel_that_comes_and_goes_is_told_once_and_then_how_often(at: Station) -> None:
    silent(at, 70)
    assert mails(at, 1) == ["PANEL SILENT: espa, 13:42:07"]
    for _time in range(3):
        back(at, 10)
        silent(at, 70)
    looked(at, 600)
    assert len(mails(at, 2)) == 2
    last = at.server.got("sikkerhed@byby.example")[-1]
    assert str(last["Subject"]).startswith("PANEL SILENT: espa, ")
    assert "It has come 3 times since 13:43:17; it is told of at most every 10 minutes." in last.get_content()
    back(at, 700)
    over = at.server.got("sikkerhed@byby.example") if mails(at, 3) else []
    assert str(over[-1]["Subject"]).startswith("OVER: PANEL SILENT: espa, ")
    assert "times" not in over[-1].get_content()
    looked(at, 7200)
    at.nothing_more(3)


def test_one_that_was_back_before_it_could_be_told_again_is_told_to_be_over(at: Station) -> None:
    silent(at, 120)
    back(at, 90)
    silent(at, 90)
    back(at, 90)
    looked(at, 600)
    assert [said.partition(",")[0] for said in mails(at, 2)] == ["PANEL SILENT: espa", "OVER: PANEL SILENT: espa"]
    assert "It has come once more since " in at.server.got("sikkerhed@byby.example")[-1].get_content()


def test_what_was_told_is_known_after_a_restart(at: Station) -> None:
    silent(at, 70)
    mails(at, 1)
    at.restart()
    back(at, 70)
    silent(at, 70)
    assert len(mails(at, 1)) == 1, "it was told two minutes ago"
    back(at, 70)
    looked(at, 600)
    assert mails(at, 2)[-1].startswith("OVER: PANEL SILENT: espa, ")


def test_one_that_ended_while_no_monitor_ran_is_told_to_be_over(at: Station) -> None:
    silent(at, 70)
    mails(at, 1)
    at.clock.pass_(3600)
    at.restart()
    looked(at, 61)
    assert mails(at, 2)[-1] == "OVER: PANEL SILENT: espa, 13:42:07"


def test_each_fault_is_told_by_itself(at: Station) -> None:
    at.panel("once", LinkState.STALE)
    silent(at, 70)
    assert sorted(mails(at, 2)) == ["PANEL SILENT: espa, 13:42:07", "PANEL SILENT: once, 13:42:07"]


def test_where_the_policy_wants_it_each_time_is_told(tmp_path: Path, server: MailServer) -> None:
    at = Station(tmp_path, MovedClock(), server, notices=replace(POLICY, fault_again_min=0))
    silent(at, 70)
    back(at, 70)
    silent(at, 70)
    assert len(mails(at, 3)) == 3
    at.close_down()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 900)), min_size=1, max_size=40))
@example([(True, 61), (False, 61), (True, 61), (False, 900)])
def test_never_too_often_and_the_last_state_always(course: list[tuple[bool, int]]) -> None:
    """However a fault comes and goes, looked at every ten seconds."""
    with tempfile.TemporaryDirectory() as folder:
        house = replace(town(Path(folder)), recipients=(recipient("S", "security_coordinator"),))
    house = replace(house, policy=replace(house.policy, notices=POLICY))
    told, clock = Faults(house), MovedClock()
    said: list[tuple[float, str]] = []
    fault: Fault | None = None

    def now() -> Moment:
        return Moment(stamp(clock.now()), "boot", clock.monotonic())

    for stands, seconds in (*course, (course[-1][0], 2000)):
        if not stands:
            fault = None
        elif fault is None:
            fault = Fault("panel:espa", "panel_silent", now(), panel="espa")
        for _look in range(0, seconds, 10):
            said += [(clock.monotonic(), notice.subject) for notice in told.due([fault] if fault else [], now())]
            clock.pass_(10)
    assert all(later - earlier >= 600 for (earlier, _a), (later, _b) in itertools.pairwise(said))
    lasted = any(stands and seconds >= 70 for stands, seconds in course) or course[-1][0]
    if lasted:
        assert said
    if said:
        assert said[-1][1].startswith("OVER") is not course[-1][0]
        assert not said[0][1].startswith("OVER")
