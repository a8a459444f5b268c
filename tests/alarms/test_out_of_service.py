"""Rooms out of service: marked on the board for a while, and never a reason to hide an alarm."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from drivers.base import Kind
from drivers.link import LinkState
from guardroom.alarms import desk as desks
from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.following import fold
from guardroom.alarms.state import State
from guardroom.alarms.view import RoomView
from guardroom.clock import stamp
from guardroom.notices.alarms import of_change

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Guardroom

HOUR = 3600.0


def take_out(
    guardroom: Guardroom, room: str = "K2", seconds: float = HOUR, text: str = "knappen tages ned"
) -> ActReply:
    """The room is out of service for so long."""
    until = stamp(guardroom.clock.now() + timedelta(seconds=seconds))
    return guardroom.act("out_of_service", room=room, until=until, text=text)


def seen(guardroom: Guardroom, room: str = "K2") -> RoomView:
    """The room on the board."""
    return next(one for one in guardroom.view.rooms if one.id == room)


def noted(guardroom: Guardroom, kind: str) -> int:
    """How many acts of this kind stand in the journal."""
    return sum(f'"kind":"{kind}"' in entry.body for entry in guardroom.journal.entries() if entry.type == "act")


def test_the_board_says_until_when_and_why(guardroom: Guardroom) -> None:
    assert not take_out(guardroom).refused
    room = seen(guardroom)
    assert (room.state, room.out_reason, room.out_by) == ("out_of_service", "knappen tages ned", "MH")
    assert room.out_until == "2025-11-24T13:42:07.000Z"
    assert guardroom.room("K1") == "ready"


@pytest.mark.parametrize(
    ("room", "seconds", "text", "why"),
    [
        ("K2", HOUR, "", "no_reason"),
        ("K2", HOUR, " \n", "no_reason"),
        ("K9", HOUR, "x", "unknown_room"),
        ("K2", 0.0, "x", "bad_end"),
        ("K2", -60.0, "x", "bad_end"),
        ("K2", 31 * 86400 + 1.0, "x", "bad_end"),
    ],
)
def test_what_is_refused(guardroom: Guardroom, room: str, seconds: float, text: str, why: str) -> None:
    assert take_out(guardroom, room, seconds, text).refused == why
    assert all(not one.out_until for one in guardroom.view.rooms)


@pytest.mark.parametrize("until", ["", "14:00", "2025-11-24T20:00:00", "9999-99-99T00:00:00Z"])
def test_an_end_that_is_no_moment_is_refused(guardroom: Guardroom, until: str) -> None:
    assert guardroom.act("out_of_service", room="K2", until=until, text="x").refused == "bad_end"


def test_the_longest_is_a_month(guardroom: Guardroom) -> None:
    assert not take_out(guardroom, seconds=31 * 86400).refused


def test_a_cpr_number_in_the_reason_is_crossed_out(guardroom: Guardroom) -> None:
    take_out(guardroom, text="borger 010190-1234 har ødelagt den")
    assert seen(guardroom).out_reason
    assert "1234" not in seen(guardroom).out_reason


def test_a_press_from_it_is_an_alarm_like_any_other_and_is_told(guardroom: Guardroom) -> None:
    take_out(guardroom)
    guardroom.press("5", panel="once")
    assert guardroom.alarm.unacknowledged
    assert (guardroom.room("K2"), bool(seen(guardroom).out_until)) == ("alarm", True)
    state, told = State(), []
    for entry in guardroom.journal.entries():
        told += list(of_change(guardroom.settings, state, fold(state, entry)))
    assert [notice.occasion for notice in told] == ["alarm"]
    guardroom.acknowledge()
    guardroom.signal(Kind.RESTORE, "5", panel="once")
    guardroom.close()
    assert guardroom.room("K2") == "out_of_service"


def test_its_faults_and_its_silent_panel_stay(guardroom: Guardroom) -> None:
    take_out(guardroom)
    guardroom.signal(Kind.TAMPER)
    assert [fault.rooms for fault in guardroom.view.faults] == [("K2",)]
    assert (guardroom.room("K2"), bool(seen(guardroom).out_until)) == ("fault", True)
    guardroom.panel("espa", LinkState.STALE)
    assert guardroom.room("K2") == "unknown"


def test_a_room_without_a_button_can_be_out_of_service_too(guardroom: Guardroom) -> None:
    guardroom.settings = replace(
        guardroom.settings,
        rooms=tuple(replace(room, claims=()) if room.id == "K2" else room for room in guardroom.settings.rooms),
    )
    guardroom.desk = desks.AlarmDesk(guardroom.settings, guardroom.journal, guardroom.clock, "test")
    assert guardroom.room("K2") == "no_panel"
    take_out(guardroom)
    assert guardroom.room("K2") == "out_of_service"


def test_its_button_is_not_overdue_meanwhile(guardroom: Guardroom) -> None:
    guardroom.settings = replace(guardroom.settings, policy=replace(guardroom.settings.policy, button_test_days=30))
    guardroom.restart()
    guardroom.act("test_open", room="K1")
    guardroom.press("001")
    guardroom.clock.pass_(31 * 86400)
    assert seen(guardroom, "K1").button == "overdue"
    take_out(guardroom, "K1")
    assert seen(guardroom, "K1").button == "tested"
    guardroom.clock.pass_(HOUR)
    assert seen(guardroom, "K1").button == "overdue"


def test_it_comes_back_by_itself_and_the_journal_has_it(guardroom: Guardroom) -> None:
    take_out(guardroom)
    guardroom.clock.pass_(HOUR - 1)
    guardroom.desk.tick()
    assert guardroom.room("K2") == "out_of_service"
    guardroom.clock.pass_(1)
    assert guardroom.room("K2") == "ready", "also before the desk's next tick"
    guardroom.desk.tick()
    guardroom.desk.tick()
    assert noted(guardroom, "out_over") == 1


def test_it_is_brought_back_by_hand(guardroom: Guardroom) -> None:
    assert guardroom.act("in_service", room="K2").refused == "in_service"
    take_out(guardroom)
    assert not guardroom.act("in_service", room="K2").refused
    assert guardroom.room("K2") == "ready"
    guardroom.clock.pass_(2 * HOUR)
    guardroom.desk.tick()
    assert noted(guardroom, "out_over") == 0


def test_said_again_the_new_time_and_reason_count(guardroom: Guardroom) -> None:
    take_out(guardroom)
    guardroom.clock.pass_(HOUR / 2)
    take_out(guardroom, seconds=HOUR, text="ny knap er bestilt")
    guardroom.clock.pass_(HOUR - 1)
    assert seen(guardroom).out_reason == "ny knap er bestilt"
    guardroom.clock.pass_(1)
    assert guardroom.room("K2") == "ready"


def test_nobody_but_the_monitor_says_that_its_time_is_up(guardroom: Guardroom) -> None:
    take_out(guardroom)
    assert guardroom.desk.act(Act(kind="out_over", room="K2")).refused == "bad_act"


def test_a_clock_set_back_makes_it_no_longer(guardroom: Guardroom) -> None:
    take_out(guardroom)
    guardroom.clock.moment -= timedelta(days=20)
    guardroom.clock.pass_(HOUR - 1)
    assert guardroom.room("K2") == "out_of_service"
    guardroom.clock.pass_(1)
    assert guardroom.room("K2") == "ready"


def test_a_clock_set_back_while_the_computer_was_off_ends_it(
    guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(guardroom)
    guardroom.journal.close()
    monkeypatch.setattr(desks, "boot_id", lambda: "another boot")
    guardroom.clock.moment -= timedelta(days=20)
    guardroom.clock.running = 5.0
    guardroom.restart()
    assert guardroom.room("K2") == "ready"


class OutOfServiceLife(RuleBasedStateMachine):
    """K1 and K2 go in and out of service, with presses, restarts and clocks that jump, against a small model."""

    make: Callable[[Path], Guardroom]

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.guardroom = self.make(self.folder)
        self.until: dict[str, tuple[float, float]] = {}
        self.presses = 0

    def teardown(self) -> None:
        if hasattr(self, "guardroom"):
            self.guardroom.journal.close()
            shutil.rmtree(self.folder)

    def out(self, room: str) -> bool:
        clock = self.guardroom.clock
        wall, running = self.until.get(room, (0.0, 0.0))
        return clock.now().timestamp() < wall and clock.monotonic() < running

    @rule(room=st.sampled_from(["K1", "K2"]), seconds=st.sampled_from([60.0, HOUR, 86400.0]))
    def take(self, room: str, seconds: float) -> None:
        clock = self.guardroom.clock
        assert not take_out(self.guardroom, room, seconds).refused
        self.until[room] = (clock.now().timestamp() + seconds, clock.monotonic() + seconds)

    @rule(room=st.sampled_from(["K1", "K2"]))
    def bring(self, room: str) -> None:
        standing = self.out(room)
        refused = self.guardroom.act("in_service", room=room).refused
        assert not (standing and refused)
        self.until.pop(room, None)

    @rule(point=st.sampled_from(["5", "6"]))
    def press(self, point: str) -> None:
        self.guardroom.press(point, panel="once")
        self.presses += 1

    @rule()
    def answer_and_close(self) -> None:
        if self.presses:
            self.guardroom.acknowledge()
            for point in ("5", "6"):
                self.guardroom.signal(Kind.RESTORE, point, panel="once")
            self.guardroom.close()
            self.presses = 0

    @rule(seconds=st.sampled_from([1.0, 60.0, HOUR, 86400.0]))
    def time_passes(self, seconds: float) -> None:
        self.guardroom.clock.pass_(seconds)

    @rule()
    def tick(self) -> None:
        self.guardroom.desk.tick()

    @rule(seconds=st.sampled_from([-86400.0, -HOUR, HOUR]))
    def the_clock_is_set(self, seconds: float) -> None:
        self.guardroom.clock.moment += timedelta(seconds=seconds)

    @rule()
    def crash(self) -> None:
        self.guardroom.journal.close()
        self.guardroom.restart()

    @invariant()
    def no_alarm_is_hidden(self) -> None:
        alarms = self.guardroom.view.alarms
        assert [alarm.presses for alarm in alarms if alarm.unacknowledged] == ([self.presses] if self.presses else [])
        assert (self.guardroom.room("K2") == "alarm") == bool(self.presses)

    @invariant()
    def it_lasts_as_long_as_was_said_and_no_longer(self) -> None:
        for room in ("K1", "K2"):
            # A clock that was set on ends it early for good once the desk has looked.
            if not self.out(room):
                self.until.pop(room, None)
                assert not seen(self.guardroom, room).out_until
                self.guardroom.desk.tick()
            else:
                assert seen(self.guardroom, room).out_until


@pytest.fixture(autouse=True)
def _make(make_guardroom: Callable[[Path], Guardroom]) -> None:
    OutOfServiceLife.make = staticmethod(make_guardroom)


OutOfServiceLife.TestCase.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


class TestOutOfServiceLife(OutOfServiceLife.TestCase):  # type: ignore[misc, name-defined]
    """Run by pytest."""
