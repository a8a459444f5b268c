"""Every driver on a cable that is cut in the middle of its traffic and put in again: the link comes back, and nothing
is lost that the protocol lets us keep. A driver that is registered joins by itself; its own panel's side repeats."""

from __future__ import annotations

import random
import re
import select
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import pytest
from link_bench import RealClock, Wire

from drivers import registry
from drivers.base import Cause, Driver, Kind, OptionError, PanelSide, Signal
from drivers.link import Backoff, Link, LinkHealth, LinkSettings, LinkState

SHORT = Backoff(first=0.02, most=0.1)
PANEL_SPEED = 5
"""The panel's clock runs so much faster: what was not answered comes again after fractions of a second."""
LINK_SPEED = 2
"""So does the link's; not more, or its driver's tick would come less often than promised."""
TURN_S = 0.005
PATIENCE_S = 60.0

OPEN = (LinkState.SILENT, LinkState.ALIVE, LinkState.STALE)
THREAT = (Cause.HOLD_UP, Cause.PANIC, Cause.DURESS)
TELLS_NO_STATE = frozenset({"alarmdecoder"})
"""Asked for their version only: what a silent button raised while nobody listened they do not tell again."""

POINTS = 12
BEFORE, OUT, BACK = 2, 1, 1
"""Alarms before a cut, while the cable is out, and when it is back."""


class Setting:
    """A driver with options under which its panel has buttons: where zones must be said to be such, they are."""

    def __init__(self, name: str) -> None:
        self.name = name
        usual = registry.defaults(name, {}).point
        parts = re.fullmatch(r"(.*?)(\d+)(\D*)", usual)
        assert parts, f"no number in {usual}"
        begin, number, end = parts.groups()
        points = [f"{begin}{count:0{len(number)}}{end}" for count in range(1, POINTS + 1)]
        lists = [{key: points} for key in ("hold_up_zones", "panic_zones")]
        self.options: Mapping[str, object] = next(
            (options for options in lists if not registry.check_options(name, options)), {}
        )
        cause = next(cause for cause in THREAT if self.says(Signal(kind=Kind.ALARM, cause=cause, point=points[0])))
        alarms = [Signal(kind=Kind.ALARM, cause=cause, point=point) for point in points]
        self.alarms = [alarm for alarm in alarms if self.says(alarm)]

    def driver(self) -> Driver:
        return registry.make(self.name, self.options)

    def panel(self) -> PanelSide:
        """The panel. It never gives up, where it can be told so."""
        try:
            return registry.make_panel_side(self.name, {**self.options, "tries": 0})
        except OptionError:
            return registry.make_panel_side(self.name, self.options)

    def says(self, signal: Signal) -> bool:
        """Whether the panel can say this."""
        try:
            self.panel().send(signal)
        except ValueError:
            return False
        return True

    def waits_for_answers(self) -> bool:
        """Whether the panel keeps an event until it is acknowledged, or read: a deaf line shows it."""
        panel = self.panel()
        panel.send(self.alarms[0])
        for turn in range(6000):
            panel.tick(turn * 0.02)
        return panel.acknowledged == 0

    def asks_for_the_state(self) -> bool:
        """Whether the driver asks for what stands when the port has been opened."""
        if self.name in TELLS_NO_STATE:
            return False
        driver = self.driver()
        steps = list(driver.opened(0.0))
        for turn in range(1, 50):
            steps += driver.tick(turn * 0.1)
        return any(step.request for step in steps)


class QuickClock(RealClock):
    """The computer's clock, running faster."""

    def monotonic(self) -> float:
        return super().monotonic() * LINK_SPEED


class Kept:
    """What the link has brought."""

    def __init__(self) -> None:
        self.signals: list[Signal] = []
        self.problems: set[str] = set()

    def store(self, panel: str, signals: Sequence[Signal], *, told_once: bool) -> bool:
        self.signals += signals
        return True

    def has(self, alarms: Sequence[Signal], since: int) -> bool:
        """Whether all these alarms have come since so many signals."""
        come = {signal.point for signal in self.signals[since:] if signal.kind is Kind.ALARM}
        return come.issuperset(alarm.point for alarm in alarms)

    def health_changed(self, panel: str, health: LinkHealth) -> None:
        self.problems.add(health.problem)


class Town:
    """A panel, a cable, and the link at its other end."""

    def __init__(self, setting: Setting, folder: Path) -> None:
        self.setting = setting
        self.panel = setting.panel()
        self.kept = Kept()
        self._wire = Wire(folder / "usb-panel")
        self._plugged = True
        self._cut_after: int | None = None
        settings = LinkSettings(port=self._wire.port)
        self.link = Link(
            "blok-a", settings, setting.driver(), self.kept, None, QuickClock(), jitter=lambda: 0.5, backoff=SHORT
        )
        self.link.start()

    def close(self) -> None:
        self.link.stop()
        self._wire.close()

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Let the panel live until `condition` holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"{what} did not come: {self.link.health()}"
            self._turn()

    def put_in(self) -> None:
        """Put the cable in, and wait for the link."""
        if not self._plugged:
            self._wire.plug()
            self._plugged = True
        self.until(lambda: self.link.health().state in OPEN, "the link")

    def cut(self, after: int) -> None:
        """Cut the cable where so many bytes have gone over it, or the panel has nothing more to say."""
        self._cut_after = after
        self.until(lambda: not self._plugged or self.panel.idle, "the end of the traffic")
        self._pull()
        self.until(lambda: self.link.health().state is LinkState.LOST, "the loss of the port")

    def _pull(self) -> None:
        self._cut_after = None
        if self._plugged:
            self._wire.pull()
            self._plugged = False

    def _turn(self) -> None:
        heard = b""
        if select.select([self._wire.master] if self._plugged else [], [], [], TURN_S)[0]:
            heard = self._wire.received()
        now = time.monotonic() * PANEL_SPEED
        said = (self.panel.feed(heard, now) if heard else b"") + self.panel.tick(now)
        if not self._plugged:
            return
        if self._cut_after is None:
            self._wire.send(said)
            return
        self._wire.send(said[: max(0, self._cut_after)])
        self._cut_after -= len(heard) + len(said)
        if self._cut_after <= 0:
            self._pull()


@pytest.fixture
def town(name: str, tmp_path: Path) -> Iterator[Town]:
    """A town whose panel has this driver."""
    town = Town(Setting(name), tmp_path)
    yield town
    town.close()


@pytest.mark.parametrize("cuts", [3, pytest.param(100, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])])
@pytest.mark.parametrize("name", registry.names())
def test_nothing_is_lost_that_the_protocol_lets_us_keep(cuts: int, town: Town) -> None:
    setting = town.setting
    answered, asked = setting.waits_for_answers(), setting.asks_for_the_state()
    alarms = cycle(setting.alarms)
    dice = random.Random(f"{setting.name} {cuts}")
    panel, kept = town.panel, town.kept
    town.put_in()
    for cut in range(1, cuts + 1):
        since = len(kept.signals)
        raised = list(islice(alarms, BEFORE + OUT + BACK))
        for alarm in raised[:BEFORE]:
            panel.send(alarm)
        town.cut(dice.randrange(120))
        for alarm in raised[BEFORE : BEFORE + OUT]:
            panel.send(alarm)
        if not answered:
            town.until(lambda: panel.idle, "the end of what nobody hears")
        town.put_in()
        for alarm in raised[BEFORE + OUT :]:
            panel.send(alarm)
        town.until(lambda: panel.idle, "the last acknowledgement")
        must = raised if answered or asked else raised[BEFORE + OUT :]
        town.until(partial(kept.has, must, since), f"after cut {cut} one of {[alarm.point for alarm in must]}")
        for alarm in raised if cut < cuts else ():
            over = Signal(kind=Kind.RESTORE, cause=alarm.cause, point=alarm.point)
            if setting.says(over):
                panel.send(over)
        town.until(lambda: panel.idle, "the acknowledgement of the restores")
    assert panel.abandoned == 0
    assert town.link.health().state in OPEN
    assert kept.problems <= {"", "hung_up", "no_such_port"}
    wrong = {s.cause for s in kept.signals if s.kind is Kind.ALARM and not s.found} - {setting.alarms[0].cause}
    assert not wrong, [s for s in kept.signals if s.kind is Kind.ALARM]
