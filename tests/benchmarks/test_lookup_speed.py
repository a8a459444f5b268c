"""The lookup among 100,000 persons, 10,000 of them banned: what a keystroke costs, and whom it finds.

Beside it over the same names: a naïve `LIKE '%…%'`, and rapidfuzz's own scorers over all names in a list. Everybody
on the list of misspellings is in the register once and is banned. A keystroke of ours is everything from the typed
letters to the hits with their bans, the question whether anything changed included.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house
from harness.names import Misspelling, misspellings, strangers
from harness.people import put_ban, put_many
from measuring import NS_A_MS, tell
from rapidfuzz import fuzz, process
from sqlalchemy import text

from db.main import reading
from guardroom.people.lookup import Lookup
from guardroom.people.person import PersonForm
from guardroom.people.persons import Persons
from guardroom.people.roles import Role

pytestmark = pytest.mark.benchmark

PERSONS = 100_000
BANNED = 10_000
FIRST = 5
TYPED = 120  # names that are typed letter by letter

Search = Callable[[str], Sequence[int]]
"""From what was typed to the persons, the best first."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """A town hall of unlikely size."""
    with small_house(tmp_path_factory.mktemp("register")) as made:
        made.who(Role.GUARD)
        others = strangers(PERSONS - 300)
        people = others + [(spelling.right, None) for spelling in misspellings()]
        banned = random.Random(1).sample(range(1, len(others) + 1), BANNED - 300)
        put_many(made.ground, people, [*banned, *range(len(others) + 1, PERSONS + 1)])
        yield made


def _resident() -> int:
    """Bytes of memory of this process (Linux)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


def _sequences() -> list[str]:
    """Every beginning from two letters on of names as they are typed, half of them with an error."""
    random_ = random.Random(2)
    every = [spelling for spelling in misspellings() if spelling.held_out]
    typed: list[str] = []
    for spelling in random_.sample(every, TYPED):
        whole = random_.choice((spelling.typed, spelling.right))
        typed += [whole[:end] for end in range(2, len(whole) + 1)]
    return typed


def _ours(house: SmallHouse, search: str) -> Search:
    lookup = Lookup(house.ground)
    before, begin = _resident(), time.perf_counter()
    lookup.load()
    print(f"loaded in {time.perf_counter() - begin:.2f} s, {(_resident() - before) / 2**20:.0f} MiB", flush=True)
    guard = house.who(Role.GUARD)
    if search == "bans":
        return lambda typed: [hit.person for hit in lookup.bans(guard, typed)]
    return lambda typed: [hit.person for hit in lookup.persons(guard, typed)]


def _like(house: SmallHouse) -> Search:
    asked = text("SELECT id FROM person WHERE name LIKE :typed LIMIT 20")

    def search(typed: str) -> list[int]:
        with reading(house.ground.engine) as session:
            return list(session.execute(asked, {"typed": f"%{typed}%"}).scalars())

    return search


def _rapidfuzz(house: SmallHouse, scorer: Callable[..., float]) -> Search:
    with reading(house.ground.engine) as session:
        listed = list(session.execute(text("SELECT lower(name) FROM person ORDER BY id")).scalars())
    return lambda typed: [
        number + 1 for _name, _score, number in process.extract(typed.casefold(), listed, scorer=scorer, limit=20)
    ]


def _recall(search: Search, spellings: Sequence[Misspelling], house: SmallHouse) -> float:
    """The share of those who are found among the first by the whole of what was typed, in percent."""
    everybody = [spelling.right for spelling in misspellings()]
    first = PERSONS - len(everybody) + 1
    found = sum(first + everybody.index(one.right) in search(one.typed)[:FIRST] for one in spellings)
    return 100 * found / len(spellings)


def _measure(what: str, search: Search, house: SmallHouse, typed: Sequence[str]) -> None:
    took: list[float] = []
    for so_far in typed:
        begin = time.perf_counter_ns()
        search(so_far)
        took.append((time.perf_counter_ns() - begin) / NS_A_MS)
    tell(what, took)
    held_out = [spelling for spelling in misspellings() if spelling.held_out]
    recall = _recall(search, held_out, house), _recall(search, misspellings(), house)
    print(
        f"    found among the first {FIRST}: {recall[0]:.1f} % of those held out, {recall[1]:.1f} % of all", flush=True
    )


@pytest.mark.timeout(0)  # the last of them takes minutes
def test_a_keystroke(house: SmallHouse) -> None:
    typed = _sequences()
    print(f"\n{len(typed)} keystrokes, {PERSONS} persons, {BANNED} active bans", flush=True)
    _measure("bans, as guard and desk look up", _ours(house, "bans"), house, typed)
    _measure("persons", _ours(house, "persons"), house, typed)
    _measure("LIKE '%…%'", _like(house), house, typed)
    few = typed[::12]  # a second and more for each
    _measure("rapidfuzz ratio", _rapidfuzz(house, fuzz.ratio), house, few)
    _measure("rapidfuzz WRatio", _rapidfuzz(house, fuzz.WRatio), house, few)


def test_after_a_change(house: SmallHouse) -> None:
    """The first key after another station changed a person or a ban."""

    search = _ours(house, "bans")
    persons, registrar = Persons(house.ground), house.who(Role.BAN_REGISTRAR)
    of_person: list[float] = []
    of_ban: list[float] = []
    for number in range(30):
        made = persons.create(registrar, PersonForm(name=f"Ny Nilsson{chr(97 + number % 26)}")).id
        for took in (of_person, of_ban):
            begin = time.perf_counter_ns()
            search("nilsson")
            took.append((time.perf_counter_ns() - begin) / NS_A_MS)
            put_ban(house.ground, made)
    tell("the first key after a person was made", of_person)
    tell("the first key after a ban was made", of_ban)
