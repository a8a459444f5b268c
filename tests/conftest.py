"""Every test starts from the same place, whatever the developer's machine says."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

# Textual reads these as it is imported, and each of them changes what is painted.
# The snapshots' own folder is told to parallel workers the same way.
_OURS = ("TEXTUAL_SNAPSHOT_TEMPDIR",)
for _name in [name for name in os.environ if name.startswith("TEXTUAL_") or name in ("NO_COLOR", "FORCE_COLOR")]:
    if _name in _OURS:
        continue
    del os.environ[_name]
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TERM"] = "xterm-256color"
# Whoever runs the tests may have passwords of their own.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

import pytest  # noqa: E402
from harness import databases  # noqa: E402

from guardroom import language  # noqa: E402

PICTURES_ARE_MADE_ON = (3, 11)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: the tests in real terminals spend half of their time waiting."""
    return (os.cpu_count() or 1) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database postgres`: every house of the tests stands on a server."""
    parser.addoption("--database", choices=databases.KINDS, default="sqlite", help="what the tests' houses stand on")


def pytest_configure(config: pytest.Config) -> None:
    """The database that was asked for is chosen.

    Pictures are updated on one version of Python only, else they would change with whoever ran the tests.
    """
    databases.choose(config.getoption("--database"))
    if config.getoption("--snapshot-update", default=False) and sys.version_info[:2] != PICTURES_ARE_MADE_ON:
        raise pytest.UsageError(f"--snapshot-update wants Python {PICTURES_ARE_MADE_ON[0]}.{PICTURES_ARE_MADE_ON[1]}")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Everything that was loaded for the tests stays, and their screens are many small things: looking through all of
    it again and again took a third of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 20)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests speak English unless they choose otherwise."""
    language.choose("en")
    yield
    language.choose("en")


@pytest.fixture(params=["da", "en"])
def spoken(request: pytest.FixtureRequest) -> str:
    """The test once in Danish and once in English; the language is chosen and returned."""
    chosen: str = request.param
    language.choose(chosen)
    return chosen


@pytest.fixture(params=databases.KINDS)
def both_databases(request: pytest.FixtureRequest) -> Iterator[databases.Kind]:
    """The test once with its houses on a SQLite file and once on a PostgreSQL server."""
    with databases.on(request.param):
        yield databases.chosen()


@pytest.fixture
def on_a_file() -> None:
    """The test is about the SQLite file itself: it is left out where the houses stand on a server."""
    if databases.chosen() != "sqlite":
        pytest.skip("about the SQLite file")
