"""From the button to the glass: the simulator presses the button in K2, the guard answers, the alarm is closed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from harness.cable import Cable
from harness.town import Town, command, until


def simulate(port: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The simulator as a process of its own."""
    return subprocess.run(
        command("simulate", "--driver", "espa444", "--port", str(port), *arguments),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("size", [(36, 120), (24, 80)])
def test_one_real_alarm_whole(byby: Town, size: tuple[int, int]) -> None:
    with Cable(byby.folder / "pc", byby.folder / "central") as _, byby.dashboard_on(byby.folder / "pc", size) as screen:
        screen.wait_for("K2")
        pressed = simulate(byby.folder / "central", "--send", "hold_up 005 OVERFALD K2")
        assert pressed.returncode == 0, pressed.stderr

        screen.wait_for(
            lambda glass: "A L A R M" in glass and "Ud til højre" in glass and "Dør mellem K2 og K3" in glass
        )
        until(lambda: (screen.press("f12"), "[x] F12" in screen.screen_text())[1])  # type: ignore[func-returns-value]
        screen.press("1", "2", "3", "4")
        screen.press("e", "ctrl+s")
        screen.wait_for(lambda glass: "[x]" not in glass and "K2" in glass)

        (alarm,) = until_projected(byby)
        assert (alarm["room"], alarm["outcome"]) == ("K2", "escorted_out")
        timeline = alarm["timeline"]
        assert isinstance(timeline, list)
        assert [(line["what"], line["detail"]) for line in timeline] == [
            ("press", "1"),
            ("acknowledge", ""),
            ("step", "on_scene"),
            ("step", "conversation_stopped"),
            ("step", "asked_to_leave"),
            ("step", "left"),
            ("outcome", "escorted_out"),
            ("close", "escorted_out"),
        ]


def until_projected(town: Town) -> list[dict[str, object]]:
    until(lambda: [alarm["state"] for alarm in town.alarms()] == ["closed"])
    return town.alarms()
