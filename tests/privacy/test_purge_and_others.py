"""While it is found out who may go nothing is locked, and what others do meanwhile counts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from full_house import NAME, Full, count, fill
from harness.house import SmallHouse, small_house
from sqlalchemy import update

from db import retention
from db.followup_tables import FollowUpRow
from db.incident_tables import IncidentRow
from db.journal import Journal
from db.main import reading, writing
from db.people_tables import PersonRow
from db.schema import prepare_journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.people import audit
from guardroom.people.roles import Role
from guardroom.privacy import purge as purging
from guardroom.privacy.clockwork import Clockwork
from guardroom.privacy.purge import Purge
from guardroom.privacy.retention import due_people
from guardroom.restore.purging import purge_at_once, purge_marker


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path, filled=fill) as made:
        yield made


@pytest.fixture
def full(tmp_path: Path) -> Iterator[tuple[SmallHouse, Full]]:
    """The house two years later, when everything about the citizen is due."""
    with small_house(tmp_path) as made:
        found = fill(made)
        made.clock.advance(days=800)
        yield made, found


def meanwhile(monkeypatch: pytest.MonkeyPatch, does: Callable[[], object], *, times: int = 1) -> None:
    """Have this done just after it was found out who may go, so many times."""
    left = iter(range(times))

    def found(*args: Any, **named: Any) -> object:
        answer = due_people(*args, **named)
        if next(left, None) is not None:
            does()
        return answer

    monkeypatch.setattr(purging, "due_people", found)


def test_whoever_asks_meanwhile_what_is_kept_of_them_keeps_all_of_it(
    full: tuple[SmallHouse, Full], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, found = full
    leader = house.who(Role.LEADER)
    meanwhile(monkeypatch, lambda: found.services.access.ask(leader, found.person))
    done = Purge(house.ground).run()
    assert "incidents" not in done
    assert "bans" not in done
    assert count(house, IncidentRow) == 1
    assert count(house, PersonRow) == 1, "the other one is gone"
    assert NAME in {entry.title for part in found.services.access.show(leader, found.person).parts
                    for entry in part.entries}  # fmt: skip


def test_whoever_is_named_meanwhile_in_a_draft_stays(
    full: tuple[SmallHouse, Full], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, found = full
    form = IncidentForm(subjects=(SubjectForm(person=found.person, name=NAME),))
    guard = house.who(Role.GUARD)
    meanwhile(monkeypatch, lambda: found.services.incidents.keep_draft(guard, form, None))
    Purge(house.ground).run()
    with reading(house.ground.engine) as session:
        assert session.get(PersonRow, found.person) is not None


def test_what_is_opened_again_meanwhile_stays(full: tuple[SmallHouse, Full], monkeypatch: pytest.MonkeyPatch) -> None:
    house, found = full

    def opened() -> None:
        with writing(house.ground.engine) as session:
            about = FollowUpRow.incident_id == found.incident
            session.execute(update(FollowUpRow).where(about).values(closed_at=None))

    meanwhile(monkeypatch, opened)
    Purge(house.ground).run()
    assert count(house, IncidentRow) == 1


def test_where_others_never_stop_writing_it_waits_for_the_next_time(
    full: tuple[SmallHouse, Full], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house, found = full
    guard = house.who(Role.GUARD)
    monkeypatch.setattr(purging, "sleep", lambda _seconds: None)
    meanwhile(monkeypatch, lambda: found.services.handover.write(guard, "Igen"), times=1000)
    with caplog.at_level(logging.WARNING):
        done = Purge(house.ground).run()
    assert "incidents" not in done
    assert count(house, IncidentRow) == 1
    assert "the next time" in caplog.text
    monkeypatch.undo()
    assert Purge(house.ground).run()["incidents"] == 1


def test_what_the_monitor_has_given_up_it_tries_again_after_a_while(
    full: tuple[SmallHouse, Full], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, found = full
    guard, settings = house.who(Role.GUARD), house.ground.settings
    prepare_journal(settings.journal)
    purge_at_once(settings.journal)
    with Journal.open(settings.journal) as journal:
        clockwork = Clockwork(journal, AlarmDesk(settings, journal, house.clock, "test"), lambda: None)
        with monkeypatch.context() as busy:
            busy.setattr(purging, "sleep", lambda _seconds: None)
            meanwhile(busy, lambda: found.services.handover.write(guard, "Igen"), times=1000)
            clockwork.purge(house.ground, ours=True)
        assert purge_marker(settings.journal).exists()
        clockwork.purge(house.ground, ours=True)
        assert count(house, IncidentRow) == 1
        house.clock.advance(1000)
        clockwork.purge(house.ground, ours=True)
    assert count(house, IncidentRow) == 0
    assert not purge_marker(settings.journal).exists()


def test_the_log_is_cut_in_parts_and_holds(full: tuple[SmallHouse, Full], monkeypatch: pytest.MonkeyPatch) -> None:
    house, _found = full
    monkeypatch.setattr(purging, "_CUT_AT_ONCE", 3)
    done = Purge(house.ground).run()
    assert done["audit"] > 6
    assert house.told().count("audit_cut") == -(-done["audit"] // 3)
    assert house.first_break() is None
    assert "audit" not in Purge(house.ground).run()


def test_whoever_asks_while_the_log_is_cut_is_told_who_looked(
    full: tuple[SmallHouse, Full], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, found = full
    leader = house.who(Role.LEADER)
    before = house.told().count("ban_opened")
    assert before
    looked = retention.audit_about
    asked: list[int] = []

    def about(*args: Any) -> set[int]:
        answer = looked(*args)
        asked.append(len(answer))
        if len(asked) == 1:
            found.services.access.ask(leader, found.person)
        return answer

    # Everything but the log stays, so that there is somebody who can ask.
    monkeypatch.setattr(Purge, "_people", lambda _self: None)
    monkeypatch.setattr(retention, "audit_about", about)
    Purge(house.ground).run()
    assert asked[1] > asked[0], "what was kept was not looked at anew"
    assert house.told().count("ban_opened") == before
    assert house.first_break() is None


def test_how_far_the_log_has_come(house: SmallHouse) -> None:
    with reading(house.ground.engine) as session:
        assert audit.reached(session) == house.audit()[-1].number
        assert audit.cut_upto(session) == 0
