"""Which database the houses of the tests stand on: a SQLite file, or a database of a real PostgreSQL server.

`pytest --database postgres` puts all of them on the server. The tests that tell most run on both at all times: they
take the fixture `both_databases` (`@pytest.mark.usefixtures("both_databases")`, or `pytestmark` for a whole file).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, get_args

Kind = Literal["sqlite", "postgres"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_chosen: list[Kind] = ["sqlite"]


def choose(kind: Kind) -> None:
    """What the houses stand on from now on."""
    _chosen[0] = kind


@contextmanager
def on(kind: Kind) -> Iterator[None]:
    """A block in which houses stand on this."""
    before = chosen()
    choose(kind)
    try:
        yield
    finally:
        choose(before)


def chosen() -> Kind:
    """What a house that is made now stands on."""
    return _chosen[0]
