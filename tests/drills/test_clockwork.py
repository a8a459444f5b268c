"""The clockwork: what is due is looked at, whatever goes wrong, and its troubles tell nothing."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

import pytest
from drills.drill_house import DrillHouse
from sqlalchemy import text

from db.main import reading
from guardroom.clock import SystemClock
from guardroom.due import Due
from guardroom.scheduler import Scheduler


def vault_rows(at: DrillHouse) -> int:
    """How many vaults there are."""
    with reading(at.house.ground.engine) as session:
        return session.execute(text("SELECT count(*) FROM drill_vault")).scalar_one()


def test_it_looks_at_once_and_again_also_after_trouble(caplog: pytest.LogCaptureFixture) -> None:
    looked = threading.Semaphore(0)

    def look() -> bool:
        looked.release()
        raise RuntimeError("K7 on Thursday at 10:15")

    scheduler = Scheduler(look, SystemClock(), every_s=0.02)
    with caplog.at_level(logging.DEBUG):
        scheduler.start()
        try:
            assert all(looked.acquire(timeout=20) for _ in range(3))
        finally:
            scheduler.stop()
    assert "RuntimeError" in caplog.text
    assert "K7" not in caplog.text


class _Jumping:
    """A running clock that is moved by hand."""

    def __init__(self) -> None:
        self.running = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return self.running


def test_where_the_next_look_is_far_away_it_is_now() -> None:
    """As after a clock that was set back: the scheduler's next time of day is hours away."""
    looked = threading.Semaphore(0)
    clock = _Jumping()

    def look() -> bool:
        looked.release()
        return True

    scheduler = Scheduler(look, clock, every_s=3600)
    scheduler.start()
    try:
        assert looked.acquire(timeout=20)
        scheduler.keep_time()
        clock.running += 2 * 3600
        scheduler.keep_time()
        assert looked.acquire(timeout=20)
        scheduler.look_now()
        assert looked.acquire(timeout=20)
    finally:
        scheduler.stop()


def test_where_there_was_nothing_to_look_at_it_looks_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardroom.scheduler.AGAIN_S", 0.01)
    looked = threading.Semaphore(0)

    def look() -> bool:
        looked.release()
        return False

    scheduler = Scheduler(look, SystemClock(), every_s=3600)
    scheduler.start()
    try:
        assert all(looked.acquire(timeout=20) for _ in range(3))
    finally:
        scheduler.stop()


def test_a_look_that_hangs_does_not_keep_the_monitor_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardroom.scheduler._END_S", 0.05)
    looking, go_on = threading.Event(), threading.Event()

    def look() -> bool:
        looking.set()
        return go_on.wait(20)

    scheduler = Scheduler(look, SystemClock(), every_s=0.02)
    scheduler.start()
    assert looking.wait(20)
    ending = threading.Thread(target=scheduler.stop)
    ending.start()
    ending.join(20)
    assert not ending.is_alive(), "it ended while the look still hung"
    go_on.set()


def test_what_is_due_makes_the_vault_whether_or_not_anything_is_planned(at: DrillHouse) -> None:
    due = Due(at.settings, at.desk, at.clock)
    due.look()
    due.close()
    assert vault_rows(at) == 1


def test_without_the_secret_or_the_database_it_is_looked_at_later(at: DrillHouse) -> None:
    secret = at.settings.secret.read_bytes()
    at.settings.secret.unlink()
    due = Due(at.settings, at.desk, at.clock)
    due.look()
    assert vault_rows(at) == 0
    at.settings.secret.write_bytes(secret)
    at.settings.secret.chmod(0o600)
    due.look()
    due.close()
    assert vault_rows(at) == 1


def test_nothing_of_a_plan_is_in_any_log(at: DrillHouse, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        at.planner.plan(at.coordinator, at.form(how="fixed", day="25-11-2025", time="10:15"))
        due = Due(at.settings, at.desk, at.clock)
        for _ in range(4):
            due.look()
            at.clock.advance(900)
        due.close()
    assert "drill" not in caplog.text.lower()
    assert "K7" not in caplog.text
