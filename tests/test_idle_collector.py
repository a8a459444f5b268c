"""What a process keeps is looked through while nobody needs it, and not in the middle of something."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from guardroom.clock import SystemClock
from guardroom.memory import EVERY_S, LONGEST_S, QUIET_S, IdleCollector


@dataclass
class HandClock(SystemClock):
    """Running time is what the test says."""

    at: float = 0.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.at


class Ring:
    """Refers to itself, so that only the collector finds that nobody else does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def clock() -> HandClock:
    """Running time that stands at 0."""
    return HandClock()


@pytest.fixture
def collector(clock: HandClock) -> Iterator[IdleCollector]:
    """One in a process that collects as Python does by itself; afterwards it does as before."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield IdleCollector(clock)
    gc.set_threshold(*before)


def left_behind() -> Callable[[], object]:
    """Something that was long in use and that nobody has any more; None once it was collected."""
    ring = Ring()
    gc.collect()
    return weakref.ref(ring)


def test_nothing_is_collected_while_somebody_needs_the_process(clock: HandClock, collector: IdleCollector) -> None:
    left = left_behind()
    clock.at = LONGEST_S - 1
    collector.turned(QUIET_S - 1)
    assert left() is not None
    collector.turned(QUIET_S)
    assert left() is None


def test_it_comes_every_few_minutes(clock: HandClock, collector: IdleCollector) -> None:
    clock.at = EVERY_S
    collector.turned(QUIET_S)
    left = left_behind()
    clock.at = 2 * EVERY_S - 1
    collector.turned(EVERY_S)
    assert left() is not None
    clock.at = 2 * EVERY_S
    collector.turned(EVERY_S)
    assert left() is None


def test_a_process_that_is_always_needed_is_not_forgotten(clock: HandClock, collector: IdleCollector) -> None:
    left = left_behind()
    clock.at = LONGEST_S
    collector.turned(0.0)
    assert left() is None


def test_it_does_not_come_by_itself(collector: IdleCollector) -> None:
    left = left_behind()
    rounds = gc.get_stats()[2]["collections"]
    kept = [[number] for number in range(1_000_000)]
    assert len(kept) == 1_000_000
    assert left() is not None
    assert gc.get_stats()[2]["collections"] == rounds
