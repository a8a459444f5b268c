"""Makes the pictures of the README: a real monitor, the simulator on a serial line, and the dashboard's own screens.

Run from the repository with the test tools installed: `python docs/pictures.py`.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "tests"))

from harness.cable import Cable  # noqa: E402
from harness.town import Town, command, town  # noqa: E402
from textual.pilot import Pilot  # noqa: E402

from guardroom.clock import SystemClock  # noqa: E402
from guardroom.config import load  # noqa: E402
from guardroom.feed import MonitorFeed  # noqa: E402
from screens.app import GuardroomApp  # noqa: E402

SIZE = (120, 36)


async def until(pilot: Pilot[None], reached: Callable[[], bool]) -> None:
    """Wait until something is so, at most ten seconds."""
    async with asyncio.timeout(10):
        while not reached():
            await pilot.pause(0.05)


async def take(place: Town) -> None:
    """Press the button in K2 with the simulator, answer it, and keep a picture of each stage."""
    settings = load(place.config)
    app = GuardroomApp(settings, MonitorFeed(settings.journal), None, SystemClock())
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.view is not None)
        simulate = await asyncio.create_subprocess_exec(
            *command("simulate", "--driver", "espa444", "--port", str(place.folder / "central")),
            *("--send", "hold_up 005 OVERFALD K2"),
            stdout=subprocess.DEVNULL,
        )
        await until(pilot, lambda: bool(app.shown.alarms))
        await simulate.wait()
        await pilot.pause(1)
        (DOCS / "takeover.svg").write_text(app.export_screenshot(title="guardroom"), "utf-8")
        await pilot.press("f12")
        await until(pilot, lambda: not app.shown.alarms[0].unacknowledged)
        await pilot.press("1", "2", "3")
        await until(pilot, lambda: len(app.shown.alarms[0].steps) == 3)
        await pilot.pause(0.5)
        (DOCS / "response.svg").write_text(app.export_screenshot(title="guardroom"), "utf-8")


def main() -> None:
    """Make the pictures anew."""
    with tempfile.TemporaryDirectory() as folder, town(Path(folder)) as place:
        near, far = place.folder / "pc", place.folder / "central"
        place.config.write_text(place.config.read_text("utf-8").replace(str(place.pair.path), str(near)), "utf-8")
        with Cable(near, far):
            place.start_monitor()
            asyncio.run(take(place))


if __name__ == "__main__":
    main()
