"""The disk refuses while a panel calls: no acknowledgement, loud on the glass, and everything is there afterwards."""

from __future__ import annotations

import json

import pytest
from harness.town import Town, until

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="a running process's limits: Linux only")


def may_write(pid: int, upto: int) -> None:
    """Let a running process write no file beyond `upto` bytes; -1: as it likes."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (upto, resource.RLIM_INFINITY))


def test_no_acknowledgement_loud_and_recovered(byby: Town) -> None:
    with byby.dashboard() as screen:
        screen.wait_for("K2")
        assert byby.panel.press("005", "OVERFALD 1")
        screen.wait_for("A L A R M")
        monitor = byby.monitor_pid()

        may_write(monitor, 4096)
        assert not byby.panel.press("006", "OVERFALD 2")
        facts = json.loads(byby.run("status", "--json", check=False).stdout)
        assert [fault["kind"] for fault in facts["faults"] if fault["kind"] == "storage"]
        assert {alarm["place"]: alarm["stored"] for alarm in facts["alarms"]} == {
            "Kontaktrum 2": True,
            "Kontaktrum 3": False,
        }
        screen.wait_for("Kontaktrum 3")

        may_write(monitor, -1)
        byby.panel.press_until_acknowledged("006", "OVERFALD 2")
        assert byby.panel.press("006", "OVERFALD 3")
        until(lambda: "storage" not in byby.run("status", "--json", check=False).stdout)
    presses = [line["text"] for line in byby.signals() if not line["duplicate"]]
    assert presses == ["OVERFALD 1", "OVERFALD 2", "OVERFALD 3"]


def test_a_burst_is_all_there(byby: Town) -> None:
    with byby.dashboard() as screen:
        screen.wait_for("K2")
        for number in range(300):
            assert byby.panel.press("005" if number % 2 else "006", f"OVERFALD {number}")
        screen.wait_for(lambda glass: "Kontaktrum 2" in glass and "Kontaktrum 3" in glass)
        until(lambda: sum(int(str(alarm["presses"])) for alarm in byby.alarms()) == 300)
    assert len(byby.signals()) == 300
