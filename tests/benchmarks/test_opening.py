"""From a key to a screen of the records on the glass, in the real program over 100,000 incidents."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house
from harness.people import put_ban
from harness.ten_years import fill
from harness.town import command
from measuring import NS_A_MS, Glass, settled, tell

from guardroom.clock import SystemClock
from guardroom.people.roles import Role

RUNS = 25
CODE = "417283"
BANS = 300

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """The house with its history and some hundred bans that are active today."""
    with small_house(tmp_path_factory.mktemp("opening")) as made:
        fill(made)
        made.who(Role.LEADER, initials="LD", code=CODE)
        today = SystemClock().now().date()
        for person in range(1, BANS + 1):
            put_ban(made.ground, person, starts_on=today - timedelta(days=9), ends_on=today + timedelta(days=person))
        yield made


def pressed(glass: Glass, key: str, wanted: str) -> float:
    """Milliseconds from the key to `wanted` on the glass."""
    glass.still()
    begin = time.monotonic_ns()
    glass.press(key)
    return (glass.when(lambda screen: wanted in screen, begin) - begin) / NS_A_MS


def test_opening_screens(house: SmallHouse) -> None:
    os.environ.pop("GUARDROOM_CONFIG", None)
    floor = "floor: help, which asks nothing"
    took: dict[str, list[float]] = {
        what: [] for what in (floor, "incidents", "one incident", "a new incident", "bans", "list of bans", "persons")
    }
    with Glass(command("--config", str(house.config))) as glass:
        glass.when(lambda screen: "[LINK" in screen, 0)
        glass.press("f2")
        glass.when(lambda screen: "SIGN IN" in screen, 0)
        glass.press(*"ld", "enter", *CODE, "enter")
        glass.when(lambda screen: "LD signed in" in screen, 0)
        settled([glass.pid])
        for _ in range(RUNS + 1):
            took[floor].append(pressed(glass, "f1", "Esc"))
            pressed(glass, "escape", "[1 Board]")
            took["incidents"].append(pressed(glass, "2", "H-100000"))
            took["one incident"].append(pressed(glass, "enter", "WHAT CAN BE DONE"))
            pressed(glass, "escape", "[2 Incidents]")
            pressed(glass, "escape", "[1 Board]")
            took["a new incident"].append(pressed(glass, "n", "SAVE"))
            pressed(glass, "escape", "[1 Board]")
            took["bans"].append(pressed(glass, "3", "[3 Bans]"))
            took["list of bans"].append(pressed(glass, "f4", "FB-2025-001"))
            pressed(glass, "escape", "[3 Bans]")
            took["persons"].append(pressed(glass, "f7", "PERSONS"))
            pressed(glass, "escape", "[3 Bans]")
            pressed(glass, "escape", "[1 Board]")
    end(house.config)
    print()
    for what, times in took.items():
        tell(what, times[1:], None if what == floor else took[floor][1:])


def end(config: Path) -> None:
    """Stop the monitor that the program started."""
    subprocess.run(command("stop", "--config", str(config)), check=True, timeout=30, stdin=subprocess.DEVNULL)
