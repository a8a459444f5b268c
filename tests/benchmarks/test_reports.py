"""A half year's report out of ten busy years, and from a key to the screen for it in the real program."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from harness.house import START, SmallHouse, small_house
from harness.many_followups import fill_followups
from harness.ten_years import INCIDENTS, NOTHING_LEAVES, fill
from harness.ten_years_more import fill_alarms
from harness.town import command
from measuring import NS_A_MS, Glass, end, sign_in, tell

from guardroom.people.roles import Role
from guardroom.reports.period import Period
from guardroom.reports.reports import FORMS, Reports

RUNS = 10
CODE = "417283"

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """The house with its history."""
    with small_house(tmp_path_factory.mktemp("reports"), toml=NOTHING_LEAVES) as made:
        fill(made)
        leader = made.who(Role.LEADER, initials="LD", code=CODE)
        fill_followups(made, INCIDENTS, leader.user, START)
        fill_alarms(made)
        yield made
        end(made.config)


def test_a_half_year(house: SmallHouse) -> None:
    reports, who = Reports(house.ground), house.who(Role.LEADER, initials="LD")
    for form in FORMS:
        took: list[float] = []
        for _run in range(RUNS):
            begin = time.perf_counter_ns()
            reports.print_pack(who, Period(2025, 1), form)
            took.append((time.perf_counter_ns() - begin) / NS_A_MS)
        tell(f"half year as {form}", took)
        assert max(took) < 5000


def test_opening_the_screen(house: SmallHouse) -> None:
    """The screen is there at once, the figures come when they are counted; the second time too."""
    os.environ.pop("GUARDROOM_CONFIG", None)
    opened: list[float] = []
    counted: list[float] = []
    with Glass(command("--config", str(house.config))) as glass:
        glass.when(lambda screen: "[LINK" in screen, 0)
        sign_in(glass, "ld", CODE)
        for _run in range(RUNS + 1):
            glass.still()
            begin = time.monotonic_ns()
            glass.press("7")
            opened.append((glass.when(lambda screen: "[7 Reports]" in screen, begin) - begin) / NS_A_MS)
            counted.append((glass.when(lambda screen: "THE MAIN FIGURES" in screen, begin) - begin) / NS_A_MS)
            glass.still()
            glass.press("escape")
            glass.when(lambda screen: "[1 Board]" in screen, 0)
    print()
    tell("reports, the screen", opened[1:])
    tell("reports, the figures", counted[1:])
    assert sorted(opened[1:])[RUNS // 2] < 150
