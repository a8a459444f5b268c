"""The history of 100,000 incidents: how long a page and a search take, beside the plainest SQL on the same tables.

pytest -m benchmark -s tests/benchmarks/test_history.py
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from harness.house import START, SmallHouse, small_house
from harness.ten_years import fill
from measuring import tell
from sqlalchemy import text

from db.main import reading
from guardroom.incidents.log import IncidentLog
from guardroom.incidents.view import IncidentPage
from guardroom.people.persons import Persons
from guardroom.people.roles import Role

TIMES = 60
MOST_MS = 400.0
"""More than this is not what was built; what is usual is printed."""

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """A town hall with 100,000 incidents."""
    with small_house(tmp_path_factory.mktemp("history")) as made:
        fill(made)
        yield made


def timed(ask: Callable[[], object]) -> list[float]:
    ask()
    took: list[float] = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begin) * 1e3)
    return took


@pytest.mark.timeout(600)
def test_pages_and_searches(house: SmallHouse) -> None:
    log = IncidentLog(house.ground, Persons(house.ground))
    leader, guard = house.who(Role.LEADER), house.who(Role.GUARD, initials="GA")

    def bare(query: str) -> list[float]:
        def ask() -> None:
            with reading(house.ground.engine) as session:
                session.execute(text(query)).all()

        return timed(ask)

    print()
    floor = bare("SELECT * FROM incident ORDER BY happened_at DESC LIMIT 50")
    scan = bare("SELECT incident_id FROM incident_search WHERE words LIKE '%brandslukker%' LIMIT 50")
    tell("floor: SELECT … ORDER BY happened_at LIMIT 50", floor)
    tell("floor: SELECT … WHERE words LIKE (nothing but that)", scan)
    page = log.page(leader)
    deep = page
    for _ in range(490):
        deep = log.page(leader, before=deep.lines[-1], limit=200)
    assert deep.lines[-1].happened_at < START - timedelta(days=40 * 365)
    last_name = page.lines[0].who.split()[-1]
    searches: dict[str, tuple[Callable[[], IncidentPage], list[float], int]] = {
        "first page": (lambda: log.page(leader), floor, 50),
        "a page 98,000 incidents deep": (lambda: log.page(leader, before=deep.lines[-1]), floor, 50),
        "a rare word, leader": (lambda: log.page(leader, "brandslukker"), scan, 1),
        "a word that nobody wrote, leader": (lambda: log.page(leader, "xylofon"), scan, 0),
        "a common word, leader": (lambda: log.page(leader, "trussel"), floor, 50),
        "two common words, leader": (lambda: log.page(leader, "trussel bordet"), floor, 50),
        "a common name, leader": (lambda: log.page(leader, "eksempel"), floor, 50),
        "a name and a rare word, leader": (lambda: log.page(leader, f"{last_name} brandslukker"), scan, 0),
        "first and last name, leader": (lambda: log.page(leader, page.lines[0].who), scan, 1),
        "a rare word, guard": (lambda: log.page(guard, "brandslukker"), scan, 0),
        "a common word, guard": (lambda: log.page(guard, "trussel"), floor, 50),
        "a number, guard": (lambda: log.page(guard, "H-4711"), floor, 1),
        "a day, guard": (lambda: log.page(guard, "01-02-2000"), floor, 1),
    }
    for what, (ask, beside, fewest) in searches.items():
        assert len(ask().lines) >= fewest, what
        took = timed(ask)
        tell(what, took, beside)
        assert sorted(took)[len(took) // 2] < MOST_MS, what
