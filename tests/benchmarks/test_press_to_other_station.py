"""From a press at one station, when it is on disk there, to another station's view; beside the database's bare floor.

The floors: a NOTIFY from one connection to another that listens, and a commit noticed by a `PRAGMA data_version`
which is asked as often as ours.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import psycopg
import pytest
from harness.postgres import fresh_database, plain
from harness.stations import two_stations
from measuring import NS_A_MS, pause, press, settled, tell

from db.waking import POLL_S, watch

ALARMS = 60

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


def bare_notify(url: str, times: int) -> list[float]:
    """How long a NOTIFY takes to a connection that listens, in ms."""
    took: list[float] = []
    with (
        psycopg.connect(plain(url), autocommit=True) as listening,
        psycopg.connect(plain(url), autocommit=True) as telling,
    ):
        listening.execute("LISTEN floor")
        for _one in range(times):
            heard = threading.Event()

            def hear(heard: threading.Event = heard) -> None:
                for _notify in listening.notifies(timeout=5, stop_after=1):
                    heard.set()

            hearing = threading.Thread(target=hear)
            hearing.start()
            pause()
            begun = time.monotonic_ns()
            telling.execute("NOTIFY floor")
            assert heard.wait(5)
            took.append((time.monotonic_ns() - begun) / NS_A_MS)
            hearing.join()
    return took


def bare_polling(path: Path, times: int) -> list[float]:
    """How long a commit takes to be noticed by a connection that asks as often as ours, in ms."""
    took: list[float] = []
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE floor (at INTEGER)")
    watched = watch(f"sqlite:///{path}")
    for _one in range(times):
        noticed = threading.Event()
        hearing = threading.Thread(target=lambda noticed=noticed: watched.wait(5) and noticed.set())
        hearing.start()
        pause()
        begun = time.monotonic_ns()
        writer.execute("INSERT INTO floor VALUES (1)")
        assert noticed.wait(5)
        took.append((time.monotonic_ns() - begun) / NS_A_MS)
        hearing.join()
    watched.close()
    writer.close()
    return took


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_press_here_to_view_there(tmp_path: Path, kind: str) -> None:
    url = fresh_database() if kind == "postgresql" else f"sqlite:///{tmp_path / 'shared.db'}"
    floor = bare_notify(url, ALARMS) if kind == "postgresql" else bare_polling(tmp_path / "floor.db", ALARMS)
    there, here = [], []
    with two_stations(tmp_path, url) as (guards, desk):
        pids = [each.town.monitor_pid() for each in (guards, desk)]
        for number in range(1, ALARMS + 1):
            settled(pids, still_s=0.2)
            pause()
            _sent, acknowledged = press(guards.town.pair, f"KONTAKTRUM 2 {number:03}")
            presses = number

            def pressed(view: object, presses: int = presses) -> bool:
                return any(alarm.presses >= presses for alarm in view.alarms)  # type: ignore[attr-defined]

            here.append((guards.when(pressed) - acknowledged) / NS_A_MS)
            there.append((desk.when(pressed) - acknowledged) / NS_A_MS)
    print()
    tell(
        f"floor, {kind}: " + ("NOTIFY" if kind == "postgresql" else f"data_version every {POLL_S * 1000:.0f} ms"), floor
    )
    tell(f"{kind}: press journalled to the view at its station", here)
    tell(f"{kind}: press journalled to the view at the other", there, floor)
