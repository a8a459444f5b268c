"""Leases that several monitors want."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from harness.house import small_house
from sqlalchemy.orm import Session

from db.main import writing
from db.outbox import take_lease

LASTS = timedelta(seconds=150)


@pytest.mark.usefixtures("both_databases")
def test_of_two_that_take_one_for_the_first_time_the_first_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_house(tmp_path) as house:
        engine, now = house.ground.engine, house.clock.now()
        with writing(engine) as session:
            assert take_lease(session, "duties", "Vagtstuen", now, LASTS)
        with writing(engine) as session, monkeypatch.context() as late:
            # As one that has looked before the other wrote.
            late.setattr(Session, "get", lambda *_asked, **_how: None)
            assert not take_lease(session, "duties", "Skranken", now, LASTS)
        with writing(engine) as session:
            assert not take_lease(session, "duties", "Skranken", now, LASTS)
            assert take_lease(session, "duties", "Vagtstuen", now, LASTS)
