"""A town hall's people and records for tests: a real main database, a secret, a clock to move, users of every role.

    @pytest.fixture
    def house(tmp_path: Path) -> Iterator[SmallHouse]:
        with small_house(tmp_path) as made:
            yield made

    def test_something(house: SmallHouse) -> None:
        service = Persons(house.ground)
        guard = house.who(Role.GUARD)                      # the same user every time it is asked for
        other = house.who(Role.GUARD, initials="KK")       # another one
        leader = house.who(Role.LEADER, "Jobcenter")       # sees the matters of one part of the house only
        house.clock.advance(days=30)
        assert house.told()[-1] == "incident_opened"       # what the audit log says, oldest first

What differs from the usual goes into `toml`, which the real program reads as well (`toml="[override.ladder]\\n…"`), or
is named as a field of the settings (`privacy=Privacy(…)`). The house's parts are "Jobcenter" and "Borgerservice".
`house.config` is the file for `guardroom … --config`. Users have no code unless it is given: `house.who(role,
code="417 skeer")`; `cheap_codes(monkeypatch)` makes the hashing of codes cheap.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.audit_tables import AuditRow
from db.main import reading, writing
from db.people import user_called
from db.people_tables import UserRow
from db.schema import prepare_main
from guardroom.config import load
from guardroom.ground import Ground, open_ground
from guardroom.people import codes
from guardroom.people.audit import Break, first_break
from guardroom.people.roles import Role
from guardroom.people.secret import make_secret
from guardroom.people.who import Who
from harness import databases, postgres

START = datetime(2025, 11, 24, 9, 0, tzinfo=UTC)
"""A Monday, 10:00 in Denmark."""

CONFIGURATION = """
language = "en"
database = "sqlite:///guardroom.db"
journal = "journal.db"
policy = "{policy}"
station = "Vagtstuen"

[site]
name = "Rådhuset"
address = "Egevej 1, 3000 Byby"
entrance = "Indgang syd"
phone = "5922"

[[blocks]]
name = "Jobcenter"
phone = "5900"

[[blocks]]
name = "Borgerservice"
phone = "5901"

[[rooms]]
id = "K2"
name = "Kontaktrum 2"
block = "Jobcenter"

[[rooms]]
id = "B1"
name = "Samtalerum 1"
block = "Borgerservice"
"""

_FILE = "sqlite:///guardroom.db"
_NAMES = {
    Role.GUARD: ("Vagn Torp", "vagt"),
    Role.DESK: ("Rikke Lind", "receptionist"),
    Role.LEADER: ("Lone Dam", "teamleder"),
    Role.DIRECTOR: ("Dorte Berg", "direktør"),
    Role.CENTRE_HEAD: ("Carl Høj", "centerchef"),
}


class MovedClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._ran = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._ran

    def advance(self, seconds: float = 0, *, days: float = 0) -> None:
        """Move on by so much; back where it is negative (time of day only)."""
        by = timedelta(seconds=seconds, days=days)
        self._now += by
        self._ran += max(by.total_seconds(), 0)


class SmallHouse:
    """One town hall; made by `small_house`."""

    def __init__(self, ground: Ground, clock: MovedClock) -> None:
        self.ground = ground
        self.clock = clock

    @property
    def config(self) -> Path:
        """Its `guardroom.toml`."""
        return self.ground.settings.path

    def who(
        self,
        role: Role,
        area: str = "",
        *,
        initials: str = "",
        name: str | None = None,
        title: str | None = None,
        code: str = "",
        station: str = "Vagtstuen",
    ) -> Who:
        """Somebody of this role, signed in; the user is added where the house has not got them yet."""
        initials = initials or _initials(role, area)
        usual = _NAMES.get(role, ("", ""))
        name = usual[0] if name is None else name
        title = usual[1] if title is None else title
        with writing(self.ground.engine) as session:
            row = user_called(session, initials)
            if row is None:
                row = UserRow(initials=initials, role=role.value, created_at=START, name=name, title=title, area=area)
                session.add(row)
            if code:
                row.code_hash = codes.hash_code(code, self.ground.secret)
            session.flush()
            user, name, title = row.id, row.name, row.title
        return Who(user=user, initials=initials, role=role, station=station, name=name, title=title, area=area)

    def audit(self) -> list[AuditRow]:
        """The entries of the audit log, oldest first."""
        with reading(self.ground.engine) as session:
            return list(session.scalars(select(AuditRow).order_by(AuditRow.number)))

    def told(self) -> list[str]:
        """What was done, by the audit log's codes, oldest first."""
        return [entry.what for entry in self.audit()]

    def meddle(self, *statements: str) -> None:
        """What somebody does who can write in the database and has no key; foreign keys are not looked at."""
        with self.ground.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
                connection.exec_driver_sql("BEGIN")
            else:
                connection.exec_driver_sql("SET session_replication_role = replica")
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.commit()
            connection.invalidate()

    def first_break(self) -> Break | None:
        """Where the audit log's chain breaks."""
        with reading(self.ground.engine) as session:
            return first_break(session, self.ground.audit_key)


@contextmanager
def small_house(
    folder: Path,
    *,
    policy: str = "fredensborg",
    toml: str = "",
    filled: Callable[[SmallHouse], None] | None = None,
    keep: bool = False,
    **changes: Any,
) -> Iterator[SmallHouse]:
    """A house in this folder that is closed at the end. What `filled` puts into it is made once and then copied.

    It stands on what `harness.databases` says; `keep`: a database on a server stays behind.
    """
    kind = databases.chosen()
    config = folder / "guardroom.toml"
    database, passed = _FILE, timedelta(0)
    if filled is not None:
        ready, filled_database, passed = _filled_house(filled, policy, toml, kind)
        shutil.copytree(ready, folder, dirs_exist_ok=True)
        if kind == "postgres":
            database = postgres.the_server().copy(filled_database)
    elif kind == "postgres":
        database = postgres.fresh_database()
    else:
        shutil.copyfile(_empty_database(), folder / "guardroom.db")
    said = CONFIGURATION.format(policy=policy).replace(_FILE, database)
    config.write_text(said + toml, "utf-8")
    settings = replace(load(config), **changes)
    if filled is None:
        make_secret(settings.secret)
    ground = open_ground(settings, clock := MovedClock(START + passed))
    try:
        yield SmallHouse(ground, clock)
    finally:
        ground.engine.dispose()
        if kind == "postgres" and not keep:
            postgres.the_server().drop(database)


@functools.cache
def _filled_house(
    filled: Callable[[SmallHouse], None], policy: str, toml: str, kind: databases.Kind
) -> tuple[Path, str, timedelta]:
    """The folder and database of a house that was filled and closed, and how long that took by its own clock."""
    assert kind == databases.chosen()
    folder = _kept("filled")
    with small_house(folder, policy=policy, toml=toml, keep=True) as house:
        filled(house)
        return folder, house.ground.settings.database, house.clock.now() - START


def cheap_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash codes with as little work as argon2id allows."""
    monkeypatch.setattr(codes, "STRENGTH", codes.Strength(memory_kib=8, passes=1, lanes=1))


@functools.cache
def _empty_database() -> Path:
    # Migrating takes most of a test's time: it is done once.
    made = _kept("empty") / "empty.db"
    prepare_main(f"sqlite:///{made}")
    return made


def _kept(name: str) -> Path:
    """A folder that stays until the tests are over."""
    folder = Path(tempfile.mkdtemp(prefix=f"guardroom-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _initials(role: Role, area: str) -> str:
    """Initials of their own for each role and area."""
    number = list(Role).index(role)
    return "ABCDEFGHIJKLMNOP"[number] + (area.upper()[:2] if area else "X")
