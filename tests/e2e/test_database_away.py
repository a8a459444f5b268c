"""The main database is away in every way it can be: the station goes on, says so, and catches up in order."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.network_cable import NetworkCable
from harness.postgres import Server, a_server
from harness.small_disk import small_disk
from harness.town import Town, command, town, until

from db.alarm_tables import AlarmLine
from db.main import alarms, cursor, open_engine, reading
from db.schema import main_status
from db.sqlite import backup
from guardroom.alarms.acts import Act
from guardroom.alarms.view import BoardView
from guardroom.endpoint import dial, read_endpoint
from guardroom.feed import LARGEST_MESSAGE, ToMonitor, decode_from_monitor, encode
from guardroom.monitor_call import view_of
from guardroom.version import VERSION

SOON_S = 30


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server that the tests of this file may stop."""
    with a_server() as made:
        yield made


@pytest.fixture
def byby(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, language="en") as made:
        yield made


@pytest.fixture
def on_server(byby: Town, server: Server) -> Iterator[Town]:
    """The town on a database of that server."""
    stand_on(byby, server.fresh_database())
    yield byby
    server.drop(url_of(byby))


def stand_on(town: Town, url: str) -> None:
    """Let its main database be another one."""
    said = town.config.read_text("utf-8")
    town.config.write_text(said.replace(f'"{url_of(town)}"', f'"{url}"'), "utf-8")


def url_of(town: Town) -> str:
    """The main database as it stands in the configuration."""
    return next(line for line in town.config.read_text("utf-8").splitlines() if line.startswith("database")).split('"')[
        1
    ]


def board(town: Town) -> BoardView:
    """What the monitor shows."""
    until(lambda: view_of(town.folder / "journal.db") is not None)
    answer = view_of(town.folder / "journal.db")
    assert answer is not None
    return answer[1]


def faults(town: Town) -> set[str]:
    return {fault.kind for fault in board(town).faults}


def acknowledge(town: Town) -> None:
    """The guard acknowledges the alarm in front, which the monitor journals."""
    endpoint = read_endpoint(town.folder / "journal.db")
    assert endpoint is not None
    front = next(alarm for alarm in board(town).alarms if alarm.unacknowledged)
    act = Act(kind="acknowledge", alarm=front.id, press=front.presses, by="VT", station="Vagtstuen")
    with dial(endpoint) as line:
        line.send_bytes(encode(ToMonitor(program=VERSION)))
        line.send_bytes(encode(ToMonitor(act=act)))
        while (reply := decode_from_monitor(line.recv_bytes(LARGEST_MESSAGE)).reply) is None:
            pass
    assert (reply.refused, reply.stored) == ("", True)


def lines(url: str) -> list[tuple[int, str]]:
    """The timeline as the main database has it, in its own order of numbers, and that the cursor fits."""
    engine = open_engine(url)
    try:
        with reading(engine) as session:
            found = [line for alarm in alarms(session) for line in alarm.lines]
            assert cursor(session, "Vagtstuen") >= max((line.number for line in found), default=0)
            return sorted((line.number, line.what) for line in found if isinstance(line, AlarmLine))
    finally:
        engine.dispose()


def goes_on_and_catches_up(
    town: Town, url: str, *, away: Callable[[], object], back: Callable[[], object], noticed_idle: bool = True
) -> None:
    """Presses before, while the database is away, and after; `away` and `back` do what they say.

    `noticed_idle`: that it is away is told before anything is to be written to it.
    """
    assert town.panel.press("005", "OVERFALD 1")
    until(lambda: len(lines(url)) == 1)
    away()
    try:
        if noticed_idle:
            until(lambda: "database" in faults(town), SOON_S)
        assert town.panel.press("006", "OVERFALD 2")
        until(lambda: "database" in faults(town), SOON_S)
        acknowledge(town)
        shown = board(town).alarms
        assert {alarm.place: alarm.stored for alarm in shown} == {"Kontaktrum 2": True, "Kontaktrum 3": True}
        assert [line["text"] for line in town.signals()] == ["OVERFALD 1", "OVERFALD 2"]
    finally:
        back()
    assert town.panel.press("006", "OVERFALD 3")
    until(lambda: len(lines(url)) == 4, SOON_S)
    until(lambda: "database" not in faults(town), SOON_S)
    numbers = [number for number, _what in lines(url)]
    assert numbers == sorted(set(numbers))
    assert [what for _number, what in lines(url)] == ["press", "press", "acknowledge", "press"]


def test_a_server_that_crashes_and_comes_back(on_server: Town, server: Server) -> None:
    on_server.start_monitor()
    url = url_of(on_server)
    goes_on_and_catches_up(on_server, url, away=lambda: server.stop(signal.SIGQUIT), back=server.start)


def test_a_server_that_stands_still(on_server: Town, server: Server) -> None:
    on_server.start_monitor()
    goes_on_and_catches_up(on_server, url_of(on_server), away=server.freeze, back=server.thaw)


def test_a_server_that_stands_still_keeps_no_monitor_from_ending(on_server: Town, server: Server) -> None:
    monitor = on_server.start_monitor()
    url = url_of(on_server)
    assert on_server.panel.press("005", "OVERFALD 1")
    until(lambda: len(lines(url)) == 1)
    server.freeze()
    try:
        until(lambda: "database" in faults(on_server), SOON_S)
        monitor.terminate()
        assert monitor.wait(timeout=60) == 0
    finally:
        server.thaw()


@pytest.mark.soak
def test_a_cable_that_is_pulled(on_server: Town, server: Server) -> None:
    direct = url_of(on_server)
    with NetworkCable(("127.0.0.1", server.port)) as cable:
        stand_on(on_server, direct.replace(f":{server.port}/", f":{cable.port}/"))
        on_server.start_monitor()
        goes_on_and_catches_up(on_server, direct, away=cable.pull, back=cable.plug)
        on_server.run("stop")
    stand_on(on_server, direct)


@pytest.fixture
def file(byby: Town) -> Path:
    """The main database's file, once a monitor has made it."""
    return byby.folder / "guardroom.db"


def ready(file: Path) -> bool:
    """Whether the monitor has made its database."""
    return main_status(f"sqlite:///{file}").standing == "current"


def started(town: Town, *before: str) -> None:
    """Start a monitor (`before`: a program that starts it), and wait until it has carried something over."""
    with (town.folder / "monitor.log").open("ab") as log:
        monitor = subprocess.Popen(
            [*before, *command("monitor", "--config", str(town.config))],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    town.look_after(monitor)
    until(lambda: " is open" in town.log())


@pytest.mark.soak
def test_a_file_that_another_program_holds(byby: Town, file: Path) -> None:
    started(byby)
    until(lambda: ready(file))
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        goes_on_and_catches_up(
            byby,
            f"sqlite:///{file}",
            away=lambda: other.execute("BEGIN IMMEDIATE"),
            back=lambda: other.execute("ROLLBACK"),
        )


@pytest.mark.soak
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="how to take a power from root: Linux only")
def test_a_file_that_may_not_be_written(byby: Town, file: Path) -> None:
    # Root writes what it likes, unless that power is taken from it.
    started(byby, *(("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()))
    until(lambda: ready(file))

    def may(mode: int) -> None:
        for each in byby.folder.glob("guardroom.db*"):
            each.chmod(mode)

    # A file that is open stays writable: a new monitor meets it.
    goes_on_and_catches_up(
        byby,
        f"sqlite:///{file}",
        away=lambda: may(0o400),
        back=lambda: may(0o600),
        noticed_idle=False,
    )


@pytest.mark.soak
def test_a_disk_that_is_full(byby: Town, tmp_path: Path) -> None:
    with small_disk(tmp_path, "12m") as disk:
        url = f"sqlite:///{disk.path}/guardroom.db"
        stand_on(byby, url)
        started(byby)
        until(lambda: ready(disk.path / "guardroom.db"))
        goes_on_and_catches_up(byby, url, away=disk.fill, back=disk.free, noticed_idle=False)
        byby.run("stop")


def test_a_file_that_is_damaged_is_set_aside(byby: Town, file: Path) -> None:
    started(byby)
    assert byby.panel.press("005", "OVERFALD 1")
    until(lambda: ready(file) and len(lines(f"sqlite:///{file}")) == 1)
    byby.run("stop")
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xff" * 8192)
    byby.start_monitor()
    until(lambda: "database_replaced" in faults(byby), SOON_S)
    assert byby.panel.press("006", "OVERFALD 2")
    until(lambda: ready(file) and [what for _number, what in lines(f"sqlite:///{file}")] == ["press"] * 2, SOON_S)
    (aside,) = byby.folder.glob("guardroom.db.corrupt.*[0-9]Z")
    assert aside.read_bytes()[4096:4100] == b"\xff" * 4
    (fault,) = (each for each in board(byby).faults if each.kind == "database_replaced")
    assert fault.detail == aside.name


@pytest.mark.soak
def test_an_older_copy_that_is_put_back_gets_what_it_lacks(byby: Town, file: Path) -> None:
    url = f"sqlite:///{file}"
    started(byby)
    assert byby.panel.press("005", "OVERFALD 1")
    until(lambda: ready(file) and len(lines(url)) == 1)
    copy = backup(file, "earlier")
    assert byby.panel.press("006", "OVERFALD 2")
    until(lambda: len(lines(url)) == 2)
    for companion in byby.folder.glob("guardroom.db-*"):
        companion.unlink()
    copy.replace(file)
    until(lambda: [what for _number, what in lines(url)] == ["press", "press"], SOON_S)
