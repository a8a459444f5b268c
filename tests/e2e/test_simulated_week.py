"""A week of a town hall's life at a hundred times its speed, with faults by a plan that a seed draws.

The invariants hold at every step: what the panel has an acknowledgement for is in the journal, once; what a guard saw
done is there, once; a room whose panel cannot be heard is never shown as ready; a refusing disk acknowledges nothing,
a main database that is away holds up nothing. What fails is told with its seed and step; the same seed draws the same
plan (threads and processes keep their own time).
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, linear_regression
from typing import Literal, get_args

import pytest
from harness.living import LivingTown, living_town
from harness.town import until

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="a running process's limits: Linux only")

SPEED = 100.0
FaultKind = Literal["cable", "noise", "mail", "database", "clock", "disk", "kill", "freeze"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: after so many seconds of quiet, for so long (both in the town's time); `amount` from -1 to 1."""

    quiet_s: float
    kind: FaultKind
    lasts_s: float
    amount: float


def plan(seed: int, hours: float, every_s: float) -> list[Fault]:
    """The faults of so many hours, one about every `every_s` seconds."""
    chance = random.Random(seed)
    faults: list[Fault] = []
    kinds: list[FaultKind] = []
    passed = 0.0
    while passed < hours * 3600:
        if not kinds:
            kinds = chance.sample(get_args(FaultKind), len(get_args(FaultKind)))
        fault = Fault(chance.uniform(0.5, 1.5) * every_s, kinds.pop(), chance.uniform(20, 200), chance.uniform(-1, 1))
        faults.append(fault)
        passed += fault.quiet_s + fault.lasts_s
    return faults


class Steps:
    """Makes the faults and looks at the town while they last and afterwards."""

    def __init__(self, town: LivingTown) -> None:
        self.town = town

    def make(self, fault: Fault) -> None:
        """One fault, from its quiet before to its end; everything as it must be."""
        self.live(fault.quiet_s)
        self.town.check_journal()
        getattr(self, f"_{fault.kind}")(fault)
        self.town.check_journal()

    def live(self, seconds: float) -> None:
        """Let so much of the town's time pass."""
        deadline = time.monotonic() + seconds / SPEED
        while time.monotonic() < deadline:
            self.town.clerk.hear()
            time.sleep(0.01)

    def _cable(self, fault: Fault) -> None:
        self.town.pair.hang_up()
        until(lambda: bool(self._states()) and "ready" not in self._states())
        self.live(fault.lasts_s)
        assert "ready" not in self._states(), "a room that nobody hears is shown as ready"
        self.town.pair.replug()
        self.town.wait_for_one_more(self.town.panel.acknowledged, 20)

    def _noise(self, fault: Fault) -> None:
        chance = random.Random(fault.amount)
        end = time.monotonic() + fault.lasts_s / SPEED
        while time.monotonic() < end:
            self.town.pair.write(chance.randbytes(200))
            self.live(SPEED / 100)
        self.town.wait_for_one_more(self.town.panel.acknowledged, 20)

    def _mail(self, fault: Fault) -> None:
        self.town.server.stop()
        self.live(fault.lasts_s)
        self.town.server.start()

    def _database(self, fault: Fault) -> None:
        """Somebody holds the main database for themselves: alarms come all the same."""
        with closing(sqlite3.connect(self.town.folder / "guardroom.db", timeout=5, isolation_level=None)) as holder:
            with suppress(sqlite3.OperationalError):
                holder.execute("BEGIN EXCLUSIVE")
            before = len(self.town.panel.acknowledged)
            self.town.wait_for_one_more(self.town.panel.acknowledged, 20)
            assert len(self.town.panel.acknowledged) > before, "the database holds up an alarm"
            self.live(fault.lasts_s)

    def _clock(self, fault: Fault) -> None:
        self.town.step.value = fault.amount * 1800
        self.live(fault.lasts_s)

    def _disk(self, fault: Fault) -> None:
        # One that has only just begun to start cannot read its journal then, and ends with a clear word.
        self.town.wait_for_one_more(self.town.panel.acknowledged, 20)
        pid = self.town.monitor.pid
        assert pid is not None
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        # One may have been under way.
        self.town.wait_for_one_more(self.town.panel.acknowledged, 0.5)
        before = len(self.town.panel.acknowledged)
        self.live(fault.lasts_s)
        assert len(self.town.panel.acknowledged) <= before + 1, "acknowledged and not stored"
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.town.wait_for_one_more(self.town.panel.acknowledged, 20)

    def _kill(self, fault: Fault) -> None:
        self.live(fault.lasts_s)
        self.town.kill_monitor()

    def _freeze(self, fault: Fault) -> None:
        pid = self.town.monitor.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        self.live(fault.lasts_s)
        os.kill(pid, signal.SIGCONT)

    def _states(self) -> set[str]:
        view = self.town.guard.view
        return {room.state for room in view.rooms} if view is not None else set()


def live_through(town: LivingTown, seed: int, faults: list[Fault]) -> None:
    """The whole plan; a failure tells its seed and its step."""
    steps = Steps(town)
    town.wait_for_one_more(town.panel.acknowledged, 20)
    for number, fault in enumerate(faults):
        try:
            steps.make(fault)
        except BaseException as failure:
            failure.add_note(f"seed {seed}, step {number}: {fault}")
            raise
    town.step.value = 0.0


def test_some_minutes_with_each_fault(tmp_path: Path) -> None:
    seed = 7
    with living_town(tmp_path, seed=seed, speed=SPEED, pause_s=0.1) as town:
        faults = plan(seed, hours=0.5, every_s=50)[: len(get_args(FaultKind))]
        assert {fault.kind for fault in faults} == set(get_args(FaultKind))
        live_through(town, seed, faults)
        town.settle()
        town.check()


def memory_kib(pid: int) -> int:
    """Resident memory of a process."""
    fields = Path(f"/proc/{pid}/statm").read_text("ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def handles(pid: int) -> int:
    """How many file handles a process has."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_a_week(tmp_path: Path) -> None:
    """GUARDROOM_SEED draws another week, GUARDROOM_HOURS another length (168).

    The last five sevenths are without kills, so that memory and handles of one process can be looked at: in three of
    them what is bounded and begins empty fills (500 past alarms, 2,000 acts and keys of messages, statements and pages
    that are kept, what each night's purge asks for), the other two are measured."""
    seed = int(os.environ.get("GUARDROOM_SEED", "1"))
    hours = float(os.environ.get("GUARDROOM_HOURS", "168"))
    # Eighteen incidents an hour: far more than a town hall has, and not a history that outgrows it within the week.
    with living_town(tmp_path, seed=seed, speed=SPEED, pause_s=0.3, clerk_pause_s=2.0) as town:
        live_through(town, seed, plan(seed, hours * 2 / 7, every_s=900))
        monitor = town.monitor.pid
        assert monitor is not None
        steps = Steps(town)
        samples: list[Sample] = []
        measured_from = time.monotonic() + hours * 3 / 7 * 3600 / SPEED
        for fault in plan(seed + 1, hours * 5 / 7, every_s=300):
            if fault.kind in ("kill", "disk"):
                steps.live(fault.quiet_s + fault.lasts_s)
            else:
                steps.make(fault)
            if time.monotonic() >= measured_from:
                samples.append(Sample(time.monotonic() * SPEED / 3600, memory_kib(monitor), handles(monitor)))
        town.step.value = 0.0
        town.settle()
        town.check()
    slope, error = slope_with_error(samples)
    print(
        f"seed {seed}, {hours:g} h: {len(town.panel.acknowledged)} presses, {len(town.guard.confirmed)} acts,"
        f" {len(town.clerk.confirmed)} incidents; memory {samples[0].kib} to {samples[-1].kib} KiB over"
        f" {samples[-1].hour - samples[0].hour:.0f} h, slope {slope:.1f} ± {error:.1f} KiB an hour (95 %), handles"
        f" {samples[0].handles} to {samples[-1].handles}"
    )
    assert slope - error <= 0, "memory grows"
    assert max(sample.handles for sample in samples[-5:]) <= max(sample.handles for sample in samples[:5])


@dataclass(frozen=True, slots=True)
class Sample:
    """What the monitor's process had at an hour of the town's time."""

    hour: float
    kib: int
    handles: int


BLOCKS = 12
T_95 = 2.228
"""Student's t for 95 % on both sides and `BLOCKS` - 2 degrees of freedom."""


def slope_with_error(samples: list[Sample]) -> tuple[float, float]:
    """KiB an hour, and the half of its 95 % interval: of the means of blocks, as neighbouring samples hang together."""
    size = len(samples) // BLOCKS
    assert size, "too short to be measured"
    blocks = [samples[at * size : (at + 1) * size] for at in range(BLOCKS)]
    hours, kib = (
        [fmean(one.hour for one in block) for block in blocks],
        [fmean(one.kib for one in block) for block in blocks],
    )
    slope, intercept = linear_regression(hours, kib)
    rest = sum((y - slope * x - intercept) ** 2 for x, y in zip(hours, kib, strict=True))
    spread = sum((x - fmean(hours)) ** 2 for x in hours)
    return slope, T_95 * (rest / (BLOCKS - 2) / spread) ** 0.5
