"""The life of one room's alarm against a small model, with crashes at every moment (hypothesis state machine)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from drivers.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Guardroom

REPEAT_S = 120.0


class AlarmLife(RuleBasedStateMachine):
    """Two buttons of K2: `espa:005` is repeated by its panel, `once:5` sends each press once."""

    make: Callable[[Path], Guardroom]

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.guardroom = self.make(self.folder)
        self.presses = self.seen = self.repeats = self.signals = 0
        self.open = False
        self.restored = False
        self.calls: set[str] = set()
        self.last: dict[str, float] = {}
        self.active: set[str] = set()

    def teardown(self) -> None:
        if not hasattr(self, "guardroom"):
            return
        self.guardroom.journal.close()
        shutil.rmtree(self.folder)

    def pressed(self, call: str, repeat: bool) -> None:
        self.signals += 1
        self.last[call] = self.guardroom.clock.monotonic()
        if repeat:
            self.repeats += self.open and call in self.active
            return
        self.active.add(call)
        if self.open:
            self.presses += 1
        else:
            self.open, self.presses, self.seen, self.repeats = True, 1, 0, 0
            self.active = {call}
        self.restored = False

    @rule()
    def repeating_panel(self) -> None:
        since = self.guardroom.clock.monotonic() - self.last.get("espa", -1e9)
        repeat = "espa" in self.calls and since <= REPEAT_S
        self.guardroom.press("005")
        if not repeat:
            self.calls.add("espa")
        self.pressed("espa", repeat)

    @rule()
    def panel_that_sends_once(self) -> None:
        self.guardroom.press("5", panel="once")
        self.pressed("once", repeat=False)

    @rule(call=st.sampled_from(["espa", "once"]))
    def restore(self, call: str) -> None:
        self.guardroom.signal(Kind.RESTORE, {"espa": "005", "once": "5"}[call], panel=call)
        self.signals += 1
        if call == "espa":
            self.calls.discard("espa")
        if self.open and call in self.active:
            self.active.discard(call)
            self.restored = not self.active

    @rule()
    def cancel(self) -> None:
        self.guardroom.signal(Kind.CANCEL)
        self.signals += 1

    @rule()
    def acknowledge(self) -> None:
        if self.open:
            assert not self.guardroom.acknowledge().refused
            self.seen = self.presses

    @rule()
    def close(self) -> None:
        if self.open:
            refused = self.guardroom.close().refused
            assert (refused == "not_acknowledged") == (self.seen < self.presses)
            if not refused:
                self.open = False
                self.active = set()

    @rule(seconds=st.sampled_from([1.0, 60.0, REPEAT_S, REPEAT_S + 1]))
    def time_passes(self, seconds: float) -> None:
        self.guardroom.clock.pass_(seconds)

    @rule()
    def crash(self) -> None:
        self.guardroom.journal.close()
        self.guardroom.restart()

    @invariant()
    def the_board_says_what_is_so(self) -> None:
        view = self.guardroom.view
        assert len(view.alarms) == int(self.open)
        if self.open:
            alarm = view.alarms[0]
            assert (alarm.presses, alarm.repeats) == (self.presses, self.repeats)
            assert alarm.unacknowledged == (self.seen < self.presses)
            assert alarm.state.startswith("restored") == self.restored
            assert (self.guardroom.room("K2") in ("alarm", "restored")) == alarm.unacknowledged

    @invariant()
    def nothing_is_lost(self) -> None:
        stored = [e for e in self.guardroom.journal.entries() if e.type == "signal"]
        assert len(stored) == self.signals


@pytest.fixture(autouse=True)
def _make(make_guardroom: Callable[[Path], Guardroom]) -> None:
    AlarmLife.make = staticmethod(make_guardroom)


AlarmLife.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


class TestAlarmLife(AlarmLife.TestCase):  # type: ignore[misc, name-defined]
    """Run by pytest."""
