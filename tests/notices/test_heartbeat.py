"""When the outside watcher is called, and what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house

from db.journal import Journal
from db.schema import prepare_journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.check_heartbeat import heartbeat_finding
from guardroom.config import ConfigError, load
from guardroom.heartbeat import HeartbeatCalls
from guardroom.settings import Heartbeat

UNHEARD = Heartbeat(url="http://127.0.0.1:9/", timeout_s=1, misses=2)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made


@pytest.fixture
def desk(house: SmallHouse) -> Iterator[AlarmDesk]:
    prepare_journal(house.ground.settings.journal)
    journal = Journal.open(house.ground.settings.journal)
    yield AlarmDesk(house.ground.settings, journal, house.clock, "test")
    journal.close()


def test_who_is_well_says_so_and_who_is_not_is_silent(house: SmallHouse, desk: AlarmDesk) -> None:
    calls = HeartbeatCalls(house.ground.settings, UNHEARD, desk, house.clock)
    assert calls.state() == "ok"
    desk.trouble("heartbeat", "heartbeat")
    assert calls.state() == "ok"
    desk.trouble("database", "database", detail="away")
    assert calls.state() == "trouble"
    desk.trouble("storage", "storage", detail="disk_full")
    assert calls.state() is None
    desk.trouble_over("storage")
    house.clock.advance(30)
    assert calls.state() is None
    calls.turned()
    assert calls.state() == "trouble"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("[heartbeat]\n", "heartbeat.url"),
        ('[heartbeat]\nurl = "watcher.example"\n', "heartbeat.url"),
        ('[heartbeat]\nurl = "https://w.example"\nmethod = "PUT"\n', "heartbeat.method"),
        ('[heartbeat]\nurl = "https://w.example"\nevery_s = 1\n', "heartbeat.every_s"),
        ('[heartbeat]\nurl = "https://w.example"\nmiss = 1\n', "misses"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, said: str, key: str) -> None:
    file = tmp_path / "guardroom.toml"
    file.write_text('language = "en"\n' + said)
    with pytest.raises(ConfigError, match=key):
        load(file)


def test_check_says_whether_the_watcher_is_reached(tmp_path: Path) -> None:
    file = tmp_path / "guardroom.toml"
    file.write_text('language = "en"\n')
    assert heartbeat_finding(load(file)).standing == "unset"
    file.write_text('language = "en"\n[heartbeat]\nurl = "http://127.0.0.1:9/"\ntimeout_s = 1\n')
    assert heartbeat_finding(load(file)).standing == "wrong"
