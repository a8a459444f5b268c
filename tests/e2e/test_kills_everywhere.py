"""SIGKILL at any moment, at the monitor and at whoever writes records: nothing confirmed is lost, nothing doubled."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from harness.living import LivingTown, living_town


def kill_often(town: LivingTown, times: int, seed: int) -> None:
    """Kill the monitor and the clerk at random moments: while they start, while bytes come in, are stored, are
    answered, carried over or told, while somebody acts or saves."""
    chance = random.Random(seed)
    confirmed = (town.panel.acknowledged, town.guard.confirmed, town.clerk.confirmed, town.server.taken)
    for _ in range(times):
        # At times they are dead before they have begun; mostly something has just been done.
        if chance.random() < 0.8:
            town.wait_for_one_more(chance.choice(confirmed))
        time.sleep(chance.choice([0.005, 0.05, 0.3]) * chance.random())
        if chance.random() < 0.7:
            town.kill_monitor()
        else:
            town.clerk.kill()
    town.settle()
    town.check()


def test_50_kills(tmp_path: Path) -> None:
    with living_town(tmp_path, seed=1) as town:
        kill_often(town, 50, seed=1)
        done = (town.panel.acknowledged, town.guard.confirmed, town.clerk.confirmed, town.server.taken)
        assert all(len(each) > 10 for each in done)


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_10_000_kills(tmp_path: Path) -> None:
    """In tens of a thousand, each with a town and a seed of its own; GUARDROOM_SEED begins elsewhere."""
    first = int(os.environ.get("GUARDROOM_SEED", "1000"))
    for seed in range(first, first + 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        with living_town(folder, seed=seed) as town:
            kill_often(town, 1000, seed)
            print(
                f"seed {seed}: 1000 kills, {len(town.panel.acknowledged)} presses, {len(town.guard.confirmed)} acts,"
                f" {len(town.clerk.confirmed)} incidents, {len(town.server.taken)} messages"
            )
