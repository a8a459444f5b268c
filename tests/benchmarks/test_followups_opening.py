"""From a key to the follow-ups on the glass, in the real program over 100,000 of them and 100,000 incidents."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from harness.house import SmallHouse, small_house
from harness.many_followups import fill_followups
from harness.ten_years import INCIDENTS, NOTHING_LEAVES, fill
from harness.town import command
from measuring import NS_A_MS, Glass, end, sign_in, tell

from guardroom.clock import SystemClock
from guardroom.followups.followups import FollowUps
from guardroom.people.roles import Role

RUNS = 25
CODE = "417283"

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """The house with its history and its follow-ups."""
    with small_house(tmp_path_factory.mktemp("followups"), toml=NOTHING_LEAVES) as made:
        fill(made)
        leader = made.who(Role.LEADER, initials="LD", code=CODE)
        fill_followups(made, INCIDENTS, leader.user, SystemClock().now())
        yield made
        end(made.config)


@pytest.fixture(scope="module")
def neglected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """A house in which nobody has closed any of them."""
    with small_house(tmp_path_factory.mktemp("neglected")) as made:
        leader = made.who(Role.LEADER, initials="LD", code=CODE)
        fill_followups(made, 0, leader.user, SystemClock().now(), open_every=1)
        yield made


@pytest.mark.parametrize("which", ["mine", "area", "all", "closed"])
@pytest.mark.parametrize("role", [Role.LEADER, Role.SAFETY_REP, Role.GUARD])
def test_a_page(house: SmallHouse, role: Role, which: str) -> None:
    """What the service itself takes for the first page and the counts; no more than half of what a screen may."""
    ask(house, role, "Jobcenter", which)


@pytest.mark.parametrize("which", ["mine", "area", "all"])
@pytest.mark.parametrize(
    ("role", "area"),
    [
        (Role.LEADER, ""),
        (Role.LEADER, "Arkivet"),  # nothing is theirs: all the others' are passed over
        (Role.CENTRE_HEAD, "Jobcenter"),
        (Role.CENTRE_HEAD, "Arkivet"),
        (Role.HS_LEADER, ""),
        (Role.GUARD, ""),
        (Role.ADMIN, ""),
    ],
)
def test_a_page_of_100000_open_ones(neglected: SmallHouse, role: Role, area: str, which: str) -> None:
    """The same where nothing was ever closed."""
    ask(neglected, role, area, which)


def ask(house: SmallHouse, role: Role, area: str, which: str) -> None:
    """Ask for the first page and the counts, and tell how long it took."""
    followups, who = FollowUps(house.ground), house.who(role, area)
    took: dict[str, list[float]] = {"page": [], "counts": []}
    for _run in range(RUNS):
        for name, asked in (("page", followups.page), ("counts", followups.counts)):
            begin = time.perf_counter_ns()
            asked(who, which)  # type: ignore[operator]
            took[name].append((time.perf_counter_ns() - begin) / NS_A_MS)
    print(f"\n{role.value} {area or '-'} {which}")
    for name, times in took.items():
        tell(name, times)
    assert sorted(took["page"])[RUNS // 2] < 75
    assert sorted(took["counts"])[RUNS // 2] < 75


def test_opening_the_screen(house: SmallHouse) -> None:
    os.environ.pop("GUARDROOM_CONFIG", None)
    took: list[float] = []
    with Glass(command("--config", str(house.config))) as glass:
        glass.when(lambda screen: "[LINK" in screen, 0)
        sign_in(glass, "ld", CODE)
        for _ in range(RUNS + 1):
            glass.still()
            begin = time.monotonic_ns()
            glass.press("5")
            took.append((glass.when(lambda screen: "1 of the first 50" in screen, begin) - begin) / NS_A_MS)
            glass.still()
            glass.press("escape")
            glass.when(lambda screen: "[1 Board]" in screen, 0)
    print()
    tell("follow-ups", took[1:])
    assert sorted(took[1:])[RUNS // 2] < 150
