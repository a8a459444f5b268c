"""Two readers would share a port's bytes: the second is refused and told who has it."""

from __future__ import annotations

import json
from pathlib import Path

from harness.town import Town, until


def test_a_second_monitor_of_the_configuration_is_refused_and_names_the_first(byby: Town) -> None:
    first = byby.start_monitor()
    second = byby.run("monitor", check=False)
    assert second.returncode == 1
    assert f"{first.pid}" in second.stderr
    assert "Traceback" not in second.stderr
    assert byby.panel.press("005")


def test_a_monitor_of_another_configuration_does_not_get_the_port_and_names_the_holder(byby: Town) -> None:
    first = byby.start_monitor()
    folder = byby.folder / "other"
    folder.mkdir()
    other = Town(folder)
    text = other.config.read_text("utf-8").replace(str(other.pair.path), str(byby.pair.path))
    other.config.write_text(text, "utf-8")
    try:
        other.spawn_monitor()

        def told() -> bool:
            status = json.loads(other.run("status", "--json", check=False).stdout)
            return any(panel["problem"] == "busy" and str(first.pid) in panel["detail"] for panel in status["panels"])

        until(told)
        for number in range(20):
            assert byby.panel.press("005", f"OVERFALD {number}")
        assert byby.panel.repeats == 0
        assert len(byby.signals()) == 20
    finally:
        other.close()


def test_a_port_that_does_not_exist_is_a_fault_and_not_an_exit(byby: Town) -> None:
    text = byby.config.read_text("utf-8").replace(str(byby.pair.path), "/dev/serial/by-id/nowhere")
    byby.config.write_text(text, "utf-8")
    with byby.dashboard() as screen:
        screen.wait_for(lambda glass: "/dev/serial/by-id/nowhere" in glass)
        glass = screen.screen_text()
        assert "klar" not in [word.strip() for word in glass.split("│")]
    assert Path(byby.folder / "journal.db").exists()
