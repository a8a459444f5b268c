"""A drill among real alarms, at every moment of it, with crashes (hypothesis state machine).

The model is small on purpose: the one press that was expected is the drill; every other press is real, is on the
board, and ends the drill.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from drivers.base import Cause, Kind
from guardroom.alarms.state import DrillOrder

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Guardroom

LENGTH_S = 900.0
WAIT_S = 1800.0
ORDER = DrillOrder(id=7, room="K2", place="Kontaktrum 2", panel="once", point="5", length_s=LENGTH_S)
REAL = {
    "another room": ("001", "espa", Cause.HOLD_UP),
    "another button of the room": ("6", "once", Cause.HOLD_UP),
    "nobody's point": ("77", "once", Cause.PANIC),
    "a fire": ("001", "espa", Cause.FIRE),
    "duress": ("5", "once", Cause.DURESS),
}


class DrillLife(RuleBasedStateMachine):
    """Panel `once` sends every press once, so each of them is another."""

    make: Callable[[Path], Guardroom]

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.guardroom = self.make(self.folder)
        self.expected = False
        self.running = False
        self.window = ""
        self.opened = 0.0
        self.drills = self.real = 0
        self.since = 0.0

    def teardown(self) -> None:
        if hasattr(self, "guardroom"):
            self.guardroom.journal.close()
            shutil.rmtree(self.folder)

    @rule()
    def expect(self) -> None:
        taken = self.guardroom.desk.expect_drill(ORDER, WAIT_S)
        assert taken == (not self.guardroom.view.alarms and not self.running and not self.window)
        self.expected = self.expected or taken

    @rule()
    def play(self) -> None:
        can = not self.guardroom.view.alarms and not self.running and not self.window
        assert self.guardroom.desk.play_drill(ORDER) == can
        if can:
            self.began()

    def began(self) -> None:
        self.expected, self.running = False, True
        self.drills += 1
        self.since = self.guardroom.clock.monotonic()

    @rule()
    def the_button(self) -> None:
        alone = not self.guardroom.view.alarms
        in_time = self.guardroom.clock.monotonic() - self.opened <= 60
        self.guardroom.press("5", panel="once")
        if self.window == "K2" and in_time and alone:
            # No drill's press is waited for after it either, until the monitor looks again.
            self.window, self.expected = "", False
            assert self.guardroom.view.alarms == ()
        elif self.expected and alone and not self.window:
            self.began()
        else:
            self.was_real()

    @rule(where=st.sampled_from(sorted(REAL)))
    def a_real_alarm(self, where: str) -> None:
        point, panel, cause = REAL[where]
        known = self.guardroom.journal.last_number()
        alone = not self.guardroom.view.alarms
        self.guardroom.signal(Kind.ALARM, point, panel=panel, cause=cause)
        newest = list(self.guardroom.journal.entries(after=known))[-1]
        if '"duplicate":true' in newest.body:
            return
        in_time = self.guardroom.clock.monotonic() - self.opened <= 60
        button = where in ("another room", "another button of the room")
        tried = {"K1": "another room", "K2": "another button of the room"}.get(self.window) == where
        if button and tried and in_time and alone:
            self.window, self.expected = "", False
            assert self.guardroom.view.alarms == ()
        else:
            self.was_real()

    @rule()
    def somebody_shouts(self) -> None:
        self.guardroom.act("raise", text="Forhallen")
        self.was_real()

    @rule(room=st.sampled_from(["K1", "K2"]))
    def try_a_button(self, room: str) -> None:
        refused = self.guardroom.act("test_open", room=room).refused
        assert (refused == "alarm_stands") == bool(self.guardroom.view.alarms)
        if not refused:
            self.window, self.opened = room, self.guardroom.clock.monotonic()

    @rule()
    def try_no_more(self) -> None:
        self.guardroom.act("test_close")
        self.window = ""

    def was_real(self) -> None:
        self.expected = self.running = False
        self.window = ""
        self.real += 1
        alarms = self.guardroom.view.alarms
        assert any(alarm.unacknowledged and alarm.last_press_age_s == 0 for alarm in alarms), "a real press is shown"

    @rule()
    def acknowledge_all(self) -> None:
        for alarm in self.guardroom.view.alarms:
            self.guardroom.acknowledge(alarm)

    @rule()
    def close_all(self) -> None:
        for alarm in self.guardroom.view.alarms:
            if not alarm.unacknowledged:
                drill = self.guardroom.view.drill
                if drill is not None and drill.running and drill.alarm == alarm.id:
                    self.running = False
                self.guardroom.act("close", alarm=alarm.id, detail="escorted_out")

    @precondition(lambda self: self.running)
    @rule(kind=st.sampled_from(["drill_reveal", "drill_stop"]))
    def reveal_or_stop(self, kind: str) -> None:
        assert not self.guardroom.act(kind).refused  # type: ignore[arg-type]
        if kind == "drill_stop":
            self.running = False

    @rule(seconds=st.sampled_from([1.0, 60.0, LENGTH_S + 1, WAIT_S + 1]))
    def time_passes(self, seconds: float) -> None:
        self.guardroom.clock.pass_(seconds)
        self.guardroom.desk.tick()
        self.running = self.running and self.guardroom.clock.monotonic() - self.since <= LENGTH_S
        self.expected = bool(self.guardroom.desk.expects_drill())
        if self.guardroom.clock.monotonic() - self.opened > 60:
            self.window = ""

    @rule()
    def crash(self) -> None:
        self.guardroom.journal.close()
        self.guardroom.restart()
        self.expected = False

    @invariant()
    def the_board_says_what_is_so(self) -> None:
        if not hasattr(self, "guardroom"):
            return
        view = self.guardroom.view
        assert (view.drill is not None and view.drill.running) == self.running
        if self.running:
            assert view.drill is not None
            assert [alarm.id for alarm in view.alarms] == [view.drill.alarm], "a drill is alone"
        assert bool(self.guardroom.desk.expects_drill()) == self.expected

    @invariant()
    def no_real_press_is_in_a_drill(self) -> None:
        if not hasattr(self, "guardroom"):
            return
        entries = [e for e in self.guardroom.journal.entries() if e.type == "signal" and '"drill":{' in e.body]
        assert len(entries) == self.drills


@pytest.fixture(autouse=True)
def _make(make_guardroom: Callable[[Path], Guardroom]) -> None:
    DrillLife.make = staticmethod(make_guardroom)


DrillLife.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestDrillLife = DrillLife.TestCase
