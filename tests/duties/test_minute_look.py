"""What the monitor's minute look makes of the duties: on its board, and told once however many monitors there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house
from sqlalchemy import func, select

from db.journal import Journal
from db.main import reading
from db.outbox_tables import NoticeRow
from db.schema import prepare_journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.due import Due
from guardroom.duties.door_locks import DoorLockForm, DoorLocks
from guardroom.news import News
from guardroom.people.roles import Role
from guardroom.privacy.clockwork import Clockwork

JOBCENTER = DoorLockForm(area="Jobcenter", day="24-11-2025", time="10:00", until_day="24-11-2025", until_time="12:00")


@contextmanager
def monitor(house: SmallHouse, station: str, **changes: str) -> Iterator[tuple[Due, News, AlarmDesk]]:
    """A station's monitor, as far as what is due goes."""
    folder = house.config.parent
    settings = replace(house.ground.settings, station=station, journal=folder / f"{station}.db", **changes)  # type: ignore[arg-type]
    prepare_journal(settings.journal)
    journal = Journal.open(settings.journal)
    desk = AlarmDesk(settings, journal, house.clock, "test")
    due = Due(settings, desk, house.clock, Clockwork(journal, desk, lambda: None))
    news = News(settings, desk, house.clock)
    try:
        yield due, news, desk
    finally:
        news.close()
        due.close()
        journal.close()


def notices(house: SmallHouse) -> int:
    """How many there are."""
    with reading(house.ground.engine) as session:
        return session.scalar(select(func.count()).select_from(NoticeRow)) or 0


def test_every_board_shows_the_lock_and_one_monitor_tells_its_end(house: SmallHouse) -> None:
    locks = DoorLocks(house.ground)
    guard = house.who(Role.GUARD)
    lock = locks.begin(house.who(Role.LEADER), JOBCENTER)
    locks.confirm(guard, lock.id)
    with monitor(house, "Vagtstuen") as here, monitor(house, "Receptionen") as there:
        (first, first_news, one), (second, second_news, other) = here, there
        for due, news in ((first, first_news), (second, second_news)):
            due.look()
            news.look(whole=True)
        for desk in (one, other):
            (seen,) = desk.view().locks
            assert (seen.area, seen.decided_role, seen.read_by) == ("Jobcenter", "leader", (guard.initials,))
            assert (seen.begins_at[:16], seen.ends_at[:16]) == ("2025-11-24T09:00", "2025-11-24T11:00")
        assert notices(house) == 1
        house.clock.advance(2 * 3600)
        for due, news in ((first, first_news), (second, second_news), (first, first_news)):
            due.look()
            news.look(whole=False)
        assert (one.view().locks, other.view().locks) == ((), ())
        assert notices(house) == 2


STEPS = {
    "ended": "guardroom.duties.watching.ended",
    "meetings": "guardroom.notices.meetings.tell_due",
    "daily": "guardroom.followups.daily.due",
    "drills": "guardroom.drills.keeper.DrillKeeper.write_down",
    "purge": "guardroom.privacy.clockwork.Clockwork.purge",
}
"""Where each step of the look begins."""


@pytest.mark.parametrize("failing", STEPS)
def test_what_goes_wrong_in_one_step_is_shown_and_keeps_no_other_from_being_done(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, failing: str
) -> None:
    done: list[str] = []

    def goes_wrong(*_: object, **__: object) -> None:
        raise ValueError(" at ".join(("K2", "ten")))

    with monitor(house, "Vagtstuen") as (due, _news, desk):
        with monkeypatch.context() as patched:
            for step, begins in STEPS.items():
                patched.setattr(begins, lambda *_, step=step, **__: done.append(step))
            patched.setattr(STEPS[failing], goes_wrong)
            assert due.look()
            assert done == [step for step in STEPS if step != failing]
        (fault,) = desk.view().faults
        assert (fault.kind, fault.detail) == ("due", failing)
        assert "ValueError" in caplog.text
        assert "in goes_wrong" in caplog.text
        assert "K2 at ten" not in caplog.text, "nobody reads in a log when a drill is"
        assert due.look()
        assert desk.view().faults == ()


@pytest.mark.parametrize("policy", ["fredensborg", "albertslund"])
def test_the_hours_are_shown_while_the_database_is_not_there(tmp_path: Path, policy: str) -> None:
    away = f"sqlite:///{tmp_path}/away.db"
    with small_house(tmp_path, policy=policy) as house, monitor(house, "Vagtstuen", database=away) as (due, news, desk):
        assert not due.look()
        news.look(whole=True)
        duty = desk.view().duty
    if policy == "albertslund":
        assert (duty.guards, duty.police) == ((), ()), "it has not said"
    else:
        assert [begin[:16] for begin, _end in duty.guards] == ["2025-11-24T06:30", "2025-11-25T06:30"]
        assert [end[:16] for _begin, end in duty.police] == ["2025-11-24T15:30", "2025-12-01T15:30"]
