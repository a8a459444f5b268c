"""Whatever happens on a line, its health keeps its word."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from drivers.base import Step
from drivers.health import Condition, LinkState

SUPERVISION_S = 15.0


class Line(RuleBasedStateMachine):
    """A line that opens, speaks, babbles, goes away, while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.condition = Condition("port", SUPERVISION_S, self.now)
        self.is_open = False
        self.begun = False
        self.opened_at = 0.0
        self.heard: float | None = None

    @rule(seconds=st.sampled_from([0.1, 5.0, 14.0, 16.0, 3600.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def opens(self) -> None:
        if not self.is_open:
            self.condition.opened(self.now, True)
            self.is_open = self.begun = True
            self.opened_at, self.heard = self.now, None

    @rule()
    def goes(self) -> None:
        before = self.condition.health(self.now).attempts
        after = self.condition.lost(self.now, ("hung_up", ""), None)
        assert after in (1, before + 1)
        self.is_open, self.begun = False, True

    @rule(valid=st.booleans())
    def speaks(self, valid: bool) -> None:
        if self.is_open:
            self.condition.fed(b"bytes", [Step(alive=True)] if valid else [], self.now)
            if valid:
                self.heard = self.now

    @invariant()
    def health_is_the_age_of_the_last_valid_frame(self) -> None:
        health = self.condition.health(self.now)
        if not self.is_open:
            expected = LinkState.LOST if self.begun else LinkState.OPENING
        elif self.heard is None:
            expected = LinkState.SILENT
        else:
            expected = LinkState.ALIVE if self.now - self.heard <= SUPERVISION_S else LinkState.STALE
        assert health.state is expected
        assert health.since <= self.now
        if self.is_open:
            last = self.opened_at if self.heard is None else self.heard
            assert (health.problem in ("no_bytes", "garbage")) == (self.now - last > SUPERVISION_S)


TestLine = Line.TestCase
TestLine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
