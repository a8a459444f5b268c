"""Whatever the size of the terminal: where, how to get there, and the one key."""

from __future__ import annotations

from typing import Any

import pytest
from on_the_glass import glass, until

from screens.app import GuardroomApp

WIDTHS = (20, 40, 60, 80, 120)
HEIGHTS = (5, 6, 8, 10, 13, 14, 15, 16, 17, 20, 24, 29, 30, 36, 50)


@pytest.mark.parametrize("alarms", [1, 3])
async def test_the_place_the_way_and_the_key_at_every_size(
    app: GuardroomApp, feed: Any, scenario: Any, alarms: int
) -> None:
    views = [scenario.alarm(), scenario.alarm(460, "A-03", 5.0), scenario.alarm(461, "K1", 4.0)][:alarms]
    async with app.run_test(size=(120, 36)) as pilot:
        feed.show(scenario.with_alarms(scenario.quiet(), *views))
        await until(pilot, lambda: "F12" in glass(app))
        for width in WIDTHS:
            for height in HEIGHTS:
                await pilot.resize_terminal(width, height)
                await pilot.pause()
                seen = glass(app)
                assert "F12" in seen, (width, height)
                assert "Kontaktrum 2" in seen or "KONTAKTRUM 2" in seen, (width, height)
                assert "Ud til" in seen, (width, height)
