"""The main database: alarms carried over from the journal once, and the questions asked of them."""

from __future__ import annotations

import gc
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError
from sqlalchemy.schema import CreateTable

from db import main, sqlite
from db.alarm_tables import AlarmLine, AlarmRow, ShiftRow
from db.base import Base
from db.errors import StorageError
from db.main import open_engine, reading, writing
from db.schema import main_status, prepare_main
from db.sqlite import (
    STATEMENTS,
    connect,
    have_alone,
    keep_beside,
    make_private,
    put_in_place,
    quick_check,
    set_aside,
    take_back,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NAME = "Niels Kagmand"


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/guardroom.db"
    prepare_main(url)
    return url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url, owner=True)
    yield engine
    engine.dispose()


def line(number: int, what: str = "press", station: str = "vagt") -> AlarmLine:
    return AlarmLine(station=station, number=number, at=NOON + timedelta(seconds=number), what=what)


def alarm(number: int, *lines: AlarmLine, station: str = "vagt", **values: object) -> AlarmRow:
    known: dict[str, object] = {
        "cause": "hold_up",
        "state": "active_unacknowledged",
        "pressed_at": NOON + timedelta(seconds=number),
        "room_id": "K2",
        "place": "Kontaktrum 2",
    }
    return AlarmRow(station=station, number=number, lines=list(lines), **(known | values))  # type: ignore[arg-type]


def carry(engine: Engine, number: int, *alarms: AlarmRow, station: str = "vagt") -> bool:
    with writing(engine) as session:
        return main.apply(session, station, number, alarms)


def all_alarms(engine: Engine) -> list[AlarmRow]:
    with reading(engine) as session:
        return main.alarms(session)


def test_every_connection_is_durable_and_private(url: str, tmp_path: Path) -> None:
    for owner, pages in ((True, 1000), (False, 0)):
        engine = open_engine(url, owner=owner)
        with engine.connect() as first, engine.connect() as second:
            for connection in (first, second):
                asked = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in (
                        "journal_mode",
                        "synchronous",
                        "busy_timeout",
                        "foreign_keys",
                        "secure_delete",
                        "wal_autocheckpoint",
                    )
                }
                assert asked == {
                    "journal_mode": "wal",
                    "synchronous": 2,
                    "busy_timeout": 5000,
                    "foreign_keys": 1,
                    "secure_delete": 1,
                    "wal_autocheckpoint": pages,
                }
            if sys.platform != "win32":
                modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
                assert modes == {0o600}
        engine.dispose()


def test_a_connection_keeps_few_of_the_statements_it_was_asked(url: str, tmp_path: Path) -> None:
    def prepared() -> int:
        return sum(type(one).__name__ == "Statement" for one in gc.get_objects())

    before = prepared()
    with closing(connect(tmp_path / "guardroom.db", write=False)) as connection:
        for count in range(1, 101):
            question = f"SELECT number FROM audit WHERE number IN ({','.join('?' * count)})"
            assert connection.execute(question, [0] * count).fetchall() == []
        assert prepared() - before <= STATEMENTS + 1


def test_an_alarm_grows_with_the_journal(engine: Engine) -> None:
    assert carry(engine, 5, alarm(5, line(5)))
    assert carry(
        engine,
        7,
        alarm(5, line(5), line(7, "acknowledge"), state="active_acknowledged", acknowledged_s=2.5, presses=2),
    )
    (row,) = all_alarms(engine)
    assert (row.number, row.state, row.acknowledged_s, row.presses) == (5, "active_acknowledged", 2.5, 2)
    assert [(kept.number, kept.what) for kept in row.lines] == [(5, "press"), (7, "acknowledge")]
    assert row.mode == "real"
    with reading(engine) as session:
        assert main.cursor(session, "vagt") == 7
        assert main.cursor(session, "front desk") == 0


def test_an_entry_counts_once(engine: Engine) -> None:
    assert carry(engine, 5, alarm(5, line(5)))
    assert not carry(engine, 5, alarm(5, line(5), state="closed"))
    assert not carry(engine, 4, alarm(4, line(4)))
    (row,) = all_alarms(engine)
    assert row.state == "active_unacknowledged"


def test_stations_number_their_own_journals(engine: Engine) -> None:
    assert carry(engine, 5, alarm(5, line(5)))
    assert carry(engine, 5, alarm(5, line(5, station="reception"), station="reception"), station="reception")
    assert [row.station for row in all_alarms(engine)] == ["vagt", "reception"]


def test_one_entry_may_touch_several_alarms_or_none(engine: Engine) -> None:
    assert carry(engine, 5, alarm(5, line(5)))
    assert carry(engine, 6, alarm(6, line(6), room_id=None, place="017"))
    assert carry(engine, 8, alarm(5, line(8, "restore")), alarm(6, line(8, "restore")))
    assert carry(engine, 9)
    assert [[kept.number for kept in row.lines] for row in all_alarms(engine)] == [[5, 8], [6, 8]]
    with reading(engine) as session:
        assert main.cursor(session, "vagt") == 9


def test_alarm_lines_and_cursor_stand_or_fall_together(engine: Engine) -> None:
    def fails() -> None:
        with writing(engine) as session:
            main.apply(session, "vagt", 5, [alarm(5, line(5))])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with pytest.raises(IntegrityError):
        carry(engine, 6, alarm(6, line(6), mode="joke"))
    assert all_alarms(engine) == []
    with reading(engine) as session:
        assert main.cursor(session, "vagt") == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(stops=st.lists(st.integers(1, 12), max_size=4))
def test_catching_up_from_anywhere_gives_the_same(engine: Engine, stops: list[int]) -> None:
    """A projection that is interrupted and begins again too early doubles nothing."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alarm"))
        connection.execute(text("DELETE FROM station_cursor"))
    for stop in [*stops, 12]:
        for number in range(1, stop + 1):
            opened = 1 if number < 6 else 6
            carry(engine, number, alarm(opened, *(line(seen) for seen in range(opened, number + 1)), presses=number))
    assert [(row.number, row.presses, [kept.number for kept in row.lines]) for row in all_alarms(engine)] == [
        (1, 5, [1, 2, 3, 4, 5]),
        (6, 12, [6, 7, 8, 9, 10, 11, 12]),
    ]


def test_alarms_since_a_moment(engine: Engine) -> None:
    for number in range(1, 6):
        carry(engine, number, alarm(number))
    since = (NOON + timedelta(seconds=4)).astimezone(ZoneInfo("Europe/Copenhagen"))
    with reading(engine) as session:
        assert [row.number for row in main.alarms(session, since)] == [4, 5]


def test_moments_come_back_in_utc(engine: Engine) -> None:
    local = datetime(2026, 7, 1, 14, 30, 0, 123000, tzinfo=ZoneInfo("Europe/Copenhagen"))
    carry(engine, 1, alarm(1, pressed_at=local))
    (row,) = all_alarms(engine)
    assert row.pressed_at == local
    assert row.pressed_at.tzinfo is UTC
    assert row.closed_at is None


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        carry(engine, 1, alarm(1, pressed_at=datetime(2026, 7, 1)))  # noqa: DTZ001 - that is the point


def test_who_is_on_duty(engine: Engine) -> None:
    for number, people in ((1, ["MH"]), (2, ["MH", "JL"])):
        with writing(engine) as session:
            since = NOON + timedelta(hours=number)
            main.apply(session, "vagt", number, shift=ShiftRow(station="vagt", since=since, people=people))
    with reading(engine) as session:
        now = main.shift(session, "vagt")
        assert now is not None
        assert (now.people, now.since) == (["MH", "JL"], NOON + timedelta(hours=2))
        assert main.shift(session, "reception") is None


def test_foreign_keys_are_in_force(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.execute(
            text(
                'INSERT INTO alarm_line (alarm_id, station, number, at, what, detail, "by", text, late)'
                " VALUES (99, 'vagt', 1, '2026-11-21 12:00:00', 'press', '', '', '', 0)"
            )
        )


def test_writers_begin_with_the_lock_and_readers_without(engine: Engine, tmp_path: Path) -> None:
    """A transaction that starts as a reader fails at once when another writer was faster."""
    said: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement.split("\n")[0])

    with writing(engine) as session:
        main.cursor(session, "vagt")
        with reading(engine) as beside:
            assert main.alarms(beside) == []
    assert [statement for statement in said if statement.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]


def test_another_process_holds_the_lock(
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    locked_by_another: Callable[[Path], AbstractContextManager[None]],
) -> None:
    monkeypatch.setattr(main, "_BUSY_MS", 50)
    engine = open_engine(url)
    with locked_by_another(tmp_path / "guardroom.db"):
        with pytest.raises(StorageError) as caught:
            carry(engine, 1, alarm(1))
        assert caught.value.code == "locked"
        assert all_alarms(engine) == []
    assert carry(engine, 1, alarm(1))
    engine.dispose()


def test_a_full_disk(engine: Engine) -> None:
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError) as caught:
        carry(engine, 1, alarm(1, text="x" * 100_000))
    assert caught.value.code == "disk_full"
    assert all_alarms(engine) == []


def test_a_deleted_name_is_gone_from_the_files(engine: Engine, tmp_path: Path) -> None:
    carry(engine, 1, alarm(1, text=NAME))
    assert any(NAME.encode() in file.read_bytes() for file in tmp_path.iterdir())
    with writing(engine) as session:
        for row in main.alarms(session):
            session.delete(row)
    main.checkpoint(engine)
    assert [file.name for file in tmp_path.iterdir() if NAME.encode() in file.read_bytes()] == []


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        open_engine(f"sqlite:///{tmp_path}/guardroom.db")
    assert caught.value.code == "missing"
    assert list(tmp_path.iterdir()) == []


def test_a_session_works_on_the_file_that_lies_there(engine: Engine, url: str, tmp_path: Path) -> None:
    carry(engine, 1, alarm(1, line(1)))
    set_aside(tmp_path / "guardroom.db")
    with pytest.raises(StorageError):
        all_alarms(engine)
    prepare_main(url)
    assert all_alarms(engine) == []
    assert carry(engine, 1, alarm(1, line(1)))


def test_a_file_is_had_alone_or_it_is_told_why_not(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"something else entirely " * 400)
    with pytest.raises(StorageError) as caught:
        have_alone(damaged)
    assert caught.value.code == "corrupt"
    have_alone(tmp_path / "nothing.db")


def test_companions_that_go_meanwhile_are_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever closes the database last takes them away, after they were looked for."""
    monkeypatch.setattr(sqlite, "_companions", lambda path: iter([path.with_name(f"{path.name}-wal")]))
    make_private(tmp_path / "guardroom.db")
    assert (tmp_path / "guardroom.db").exists()


def test_a_damaged_file_is_told(url: str, tmp_path: Path) -> None:
    engine = open_engine(url)
    (tmp_path / "guardroom.db").write_bytes(b"something else entirely " * 400)
    with pytest.raises(StorageError) as caught:
        all_alarms(engine)
    assert caught.value.code == "corrupt"
    engine.dispose()


def test_damage_that_sqlite_cannot_put_into_words_is_told(url: str, tmp_path: Path) -> None:
    file = tmp_path / "guardroom.db"
    content = bytearray(file.read_bytes())
    # Within the statement of a table, which SQLite quotes: no letter of UTF-8.
    content[content.index(b"CREATE TABLE") + 7] = 0x8E
    file.write_bytes(content)
    assert quick_check(file) is not None
    assert main_status(url).standing == "unreadable"
    for refused in (lambda: prepare_main(url), lambda: open_engine(url).connect()):
        with pytest.raises((StorageError, DatabaseError)):
            refused()
    assert set_aside(file).read_bytes() == content


@pytest.mark.parametrize("url", ["postgresql+nosuch://guard@localhost/guardroom", "guardroom.db"])
def test_a_url_that_cannot_be_used(url: str) -> None:
    with pytest.raises(StorageError):
        open_engine(url)
    assert main_status(url).standing == "unreadable"


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_a_server_could_have_the_same_tables(table: object) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))  # type: ignore[arg-type]


def test_sqlite_rows_can_be_read_by_hand(engine: Engine, tmp_path: Path) -> None:
    """For the technician with the sqlite3 program."""
    carry(engine, 1, alarm(1))
    connection = sqlite3.connect(tmp_path / "guardroom.db")
    rows = connection.execute("SELECT pressed_at, manual, mode FROM alarm").fetchall()
    connection.close()
    assert rows == [("2026-11-21 12:00:01.000000", 0, "real")]


@pytest.mark.parametrize("names", [("a.db",), ("a.db", "a.db-shm", "a.db-wal")])
@pytest.mark.parametrize("replaced", [True, False])
def test_what_was_kept_beside_comes_back(tmp_path: Path, names: tuple[str, ...], replaced: bool) -> None:
    """With its companions, whether or not something got its name meanwhile."""
    path = tmp_path / "a.db"
    for name in names:
        (tmp_path / name).write_text(name)
    aside = keep_beside(path, "before-test")
    assert aside is not None
    assert aside.read_text() == "a.db"
    if replaced:
        (tmp_path / "new").write_text("new")
        put_in_place(tmp_path / "new", path)
        assert path.read_text() == "new"
    take_back(path, aside)
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {name: name for name in names}


def test_where_nothing_was_kept_beside_there_is_nothing_again(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert keep_beside(path, "before-test") is None
    (tmp_path / "new").write_text("new")
    put_in_place(tmp_path / "new", path)
    take_back(path, None)
    assert list(tmp_path.iterdir()) == []
