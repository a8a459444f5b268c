"""From a key to each screen on the glass, in the real program over ten busy years, on both databases."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from harness import databases
from harness.house import SmallHouse, small_house
from harness.many_followups import fill_followups
from harness.people import put_ban
from harness.ten_years import INCIDENTS, NOTHING_LEAVES, fill
from harness.ten_years_more import fill_alarms, fill_drills, fill_meetings, fill_notices, fill_tests
from harness.town import command
from measuring import NS_A_MS, Glass, end, sign_in, tell

from guardroom.clock import SystemClock
from guardroom.people.roles import Role
from guardroom.privacy.purge import Purge

RUNS = 10
CODE = "417283"
BANS = 300
MOST_MS = 150
FLOOR = "floor: help, which asks nothing"

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module", params=databases.KINDS)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """The house with its history and some hundred bans that are active today."""
    with (
        databases.on(request.param),
        small_house(tmp_path_factory.mktemp("opening"), toml=NOTHING_LEAVES) as made,
    ):
        now = SystemClock().now()
        fill(made)
        leader = made.who(Role.LEADER, initials="LD", code=CODE)
        made.who(Role.RISK_COORDINATOR, initials="RK", code=CODE)
        fill_followups(made, INCIDENTS, leader.user, now)
        fill_alarms(made)
        fill_meetings(made, leader.user, now)
        fill_tests(made, now)
        fill_drills(made, leader.user, now)
        fill_notices(made, now)
        for person in range(1, BANS + 1):
            put_ban(
                made.ground,
                person,
                starts_on=now.date() - timedelta(days=9),
                ends_on=now.date() + timedelta(days=person),
            )
        assert Purge(made.ground).due() == {}, "the monitor would delete while it is measured"
        yield made
        end(made.config)


class Opening:
    """Opens screens and notes how long each took, in ms."""

    def __init__(self, glass: Glass) -> None:
        self.glass = glass
        self.took: dict[str, list[float]] = {}

    def open(self, what: str, key: str, wanted: str) -> None:
        """From the key to `wanted` on the glass."""
        self.glass.still()
        begin = time.monotonic_ns()
        self.glass.press(key)
        seen = self.glass.when(lambda screen: wanted in screen, begin)
        self.took.setdefault(what, []).append((seen - begin) / NS_A_MS)

    def back(self, wanted: str = "[1 Board]") -> None:
        """One screen back, where this is seen."""
        self.glass.still()
        begin = time.monotonic_ns()
        self.glass.press("escape")
        self.glass.when(lambda screen: wanted in screen, begin)

    def round(self) -> None:
        """Every screen of a leader, from the board and back to it."""
        for what, key, wanted in (
            (FLOOR, "f1", "Esc"),
            ("a new incident", "n", "SAVE"),
            ("heads-ups", "4", "HEADS-UP V-"),
            ("follow-ups", "5", "1 of the first 50"),
            ("reports", "7", "[7 Reports]"),
            ("phones", "8", "PHONE CARD"),
            ("panels", "a", "CHOSEN PANEL"),
            ("messages", "b", "ALARM 50000"),
            ("button tests", "t", "BUTTONS: tested"),
            ("shift", "i", "on duty from now on"),
        ):
            self.open(what, key, wanted)
            self.back()
        self.open("incidents", "2", "H-100000")
        self.open("one incident", "enter", "WHAT CAN BE DONE")
        self.back("[2 Incidents]")
        self.back()
        self.open("bans", "3", "LOOK UP A BAN")
        self.open("list of bans", "f4", "FB-2025-001")
        self.open("one ban", "enter", "NEEDED BEFORE ACTIVE")
        self.back("ACTIVE BANS")
        self.back("LOOK UP A BAN")
        self.open("persons", "f7", "PERSONS")
        self.back("LOOK UP A BAN")
        self.back()


def test_opening_screens(house: SmallHouse) -> None:
    os.environ.pop("GUARDROOM_CONFIG", None)
    with Glass(command("--config", str(house.config))) as glass:
        glass.when(lambda screen: "[LINK" in screen, 0)
        opening = Opening(glass)
        sign_in(glass, "ld", CODE)
        for _ in range(RUNS + 1):
            opening.round()
        sign_in(glass, "rk", CODE)
        for _ in range(RUNS + 1):
            opening.open("drills", "6", "Ø-20")
            opening.back()
    print(f"\n{databases.chosen()}")
    floor = opening.took.pop(FLOOR)[1:]
    tell(FLOOR, floor)
    for what, times in opening.took.items():
        tell(what, times[1:], floor)
    assert {what: times for what, times in opening.took.items() if sorted(times[1:])[RUNS // 2] >= MOST_MS} == {}
