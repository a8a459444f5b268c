"""`guardroom demo`: the whole program with simulated panels, and nothing left of it afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from harness.terminal import PtyProgram
from harness.town import command, until


@pytest.mark.parametrize(
    ("language", "ready", "acknowledge"), [("da", "klar", "KVITT"), ("en", "ready", "ACKNOWLEDGE")]
)
def test_the_demo_from_first_press_to_the_end(tmp_path: Path, language: str, ready: str, acknowledge: str) -> None:
    environment = {"TMPDIR": str(tmp_path)}
    with PtyProgram(command("demo", "--language", language, "--first", "2"), env=environment) as screen:
        screen.wait_for(lambda glass: "DEMO" in glass and ready in glass)
        screen.wait_for(lambda glass: acknowledge in glass and "F12" in glass and "Kontaktrum 2" in glass)
        # The keys are dead for the first 0.7 s of an alarm.
        until(lambda: (screen.press("f12"), "[x] F12" in screen.screen_text())[1])  # type: ignore[func-returns-value]
        screen.press("e", "ctrl+s")
        screen.wait_for(lambda glass: ready in glass)
        screen.press("ctrl+q")
        screen.wait_for("DEMO")
        screen.press("j" if language == "da" else "y")
        assert screen.wait() == 0
    assert [name for name in os.listdir(tmp_path) if name.startswith("guardroom-demo")] == []
