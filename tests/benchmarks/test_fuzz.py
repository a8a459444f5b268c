"""Every driver under damaged streams for as long as one has patience: `GUARDROOM_FUZZ_S` seconds each (default 30).

A failure prints the seed that makes it again.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping

import pytest
from harness.conversation import check_steps
from harness.every_driver import CASES, damaged, pieces, raise_alarm, size_of, stream

from drivers import registry

pytestmark = pytest.mark.soak

SECONDS = float(os.environ.get("GUARDROOM_FUZZ_S", "30"))
PROBE_EVERY = 50


@pytest.mark.timeout(SECONDS * 3 + 60)
@pytest.mark.parametrize(("name", "options"), CASES)
def test_long_fuzz(name: str, options: Mapping[str, object]) -> None:
    said = stream(name, options)
    seed = first = random.SystemRandom().randrange(1 << 30)
    driver = registry.make(name, options)
    driver.opened(0.0)
    now, fed, largest = 0.0, 0, 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        dice = random.Random(seed)
        harmed = damaged(said, dice)
        try:
            for piece in pieces(harmed, dice):
                now += dice.choice((0.0, 0.01, 1.5))
                check_steps(driver.feed(piece, now))
                check_steps(driver.tick(now))
            fed += len(harmed)
            if seed % PROBE_EVERY == 0:
                now = raise_alarm(name, options, driver, now, times=2).now
                largest = max(largest, size_of(driver))
        except Exception as error:
            raise AssertionError(f"seed {seed} (begun with {first})") from error
        seed += 1
    print(f"\n{name:13} {seed - first:8,} streams, {fed:12,} bytes, at most {largest:8,} bytes held", flush=True)
