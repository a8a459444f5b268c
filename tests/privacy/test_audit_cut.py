"""The audit log is cut at a signed checkpoint: what remains is proved, and whatever is done to the cut shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bans.ban_house import ban_house
from harness.house import SmallHouse, small_house
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.audit_tables import AuditHeadRow, AuditRow
from db.main import reading, writing
from db.privacy_tables import AuditCutRow, AuditKeptRow
from guardroom.people.audit import Break, cut, is_its_key, note, told
from guardroom.privacy.purge import Purge
from guardroom.settings import Keep


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        noted(made, 20)
        yield made


def noted(house: SmallHouse, count: int) -> None:
    """So many entries about bans, one after the other."""
    with writing(house.ground.engine) as session:
        for number in range(count):
            note(session, house.ground.audit_key, house.clock.now(), None, "ban_signed", "ban", number)


def cut_at(house: SmallHouse, upto: int, keep: set[int] | None = None) -> int:
    with writing(house.ground.engine) as session:
        return cut(session, house.ground.audit_key, house.clock.now(), upto, keep or set())


def numbers(house: SmallHouse) -> list[int]:
    return [entry.number for entry in house.audit()]


def test_what_is_cut_off_is_gone_and_the_rest_is_proved(house: SmallHouse) -> None:
    assert cut_at(house, 12, {3, 12}) == 10
    assert numbers(house) == [3, *range(12, 22)]
    assert house.first_break() is None
    noted(house, 3)
    assert house.first_break() is None
    last = [entry for entry in house.audit() if entry.what == "audit_cut"]
    assert [json.loads(entry.detail) for entry in last] == [{"count": 1, "upto": 12}]


def test_what_was_kept_can_be_told_and_goes_at_a_later_cut(house: SmallHouse) -> None:
    cut_at(house, 12, {3, 4})
    with reading(house.ground.engine) as session:
        assert [one.number for one in told(session, house.ground.audit_key, "ban", 2, ["ban_signed"])] == [3]
    assert cut_at(house, 15, {4}) == 4
    assert numbers(house)[:2] == [4, 16]
    assert house.first_break() is None
    assert cut_at(house, 15, set()) == 1
    assert house.first_break() is None
    assert cut_at(house, 15, set()) == 0


def test_the_key_is_still_known_for_its_own(house: SmallHouse) -> None:
    cut_at(house, 20, {1})
    with reading(house.ground.engine) as session:
        assert is_its_key(session, house.ground.audit_key)
        assert not is_its_key(session, b"x" * 32)


Tamper = Callable[[Session], object]

TAMPERED: dict[str, tuple[Tamper, Break]] = {
    "a kept entry changed": (
        lambda s: s.execute(update(AuditRow).where(AuditRow.number == 3).values(why="x")),
        Break(3, "changed"),
    ),
    "a kept entry taken out": (lambda s: s.execute(delete(AuditRow).where(AuditRow.number == 3)), Break(3, "missing")),
    "a kept entry taken out with its seal": (
        lambda s: (
            s.execute(delete(AuditRow).where(AuditRow.number == 3)),
            s.execute(delete(AuditKeptRow).where(AuditKeptRow.number == 3)),
        ),
        Break(12, "changed"),
    ),
    "an entry put in before the cut": (
        lambda s: s.execute(update(AuditRow).where(AuditRow.number == 15).values(number=7)),
        Break(7, "added"),
    ),
    "the checkpoint moved on": (
        lambda s: (
            s.execute(update(AuditCutRow).values(number=14)),
            s.execute(delete(AuditRow).where(AuditRow.number.in_((13, 14)))),
        ),
        Break(14, "changed"),
    ),
    "the checkpoint taken out": (lambda s: s.execute(delete(AuditCutRow)), Break(3, "missing")),
    "what tells of the cut changed": (
        lambda s: s.execute(update(AuditRow).where(AuditRow.what == "audit_cut").values(detail="?")),
        Break(21, "changed"),
    ),
    "an entry after the cut taken out": (
        lambda s: s.execute(delete(AuditRow).where(AuditRow.number == 13)),
        Break(13, "missing"),
    ),
    "the last entry taken out": (
        lambda s: s.execute(delete(AuditRow).where(AuditRow.number == 22)),
        Break(22, "cut"),
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_is_done_to_the_cut_shows(house: SmallHouse, what: str) -> None:
    cut_at(house, 12, {3})
    noted(house, 1)
    assert house.first_break() is None
    tamper, found = TAMPERED[what]
    with writing(house.ground.engine) as session:
        tamper(session)
    assert house.first_break() == found


def test_an_older_beginning_that_is_put_back_shows(house: SmallHouse) -> None:
    """Whoever kept the log from before the second cut puts its beginning back, checkpoint and all."""
    cut_at(house, 5)
    columns = [column.key for column in AuditRow.__table__.columns]
    with reading(house.ground.engine) as session:
        entries = [{name: getattr(row, name) for name in columns} for row in session.scalars(select(AuditRow))]
        checkpoint = session.scalars(select(AuditCutRow)).one()
        first = {column.key: getattr(checkpoint, column.key) for column in AuditCutRow.__table__.columns}
    cut_at(house, 10)
    assert house.first_break() is None
    with writing(house.ground.engine) as session:
        session.execute(delete(AuditCutRow))
        session.add(AuditCutRow(**first))
        for values in entries:
            if values["number"] <= 10:
                session.add(AuditRow(**values))
    assert house.first_break() == Break(5, "older")


def test_the_head_is_the_chains_own(house: SmallHouse) -> None:
    cut_at(house, 21)
    with reading(house.ground.engine) as session:
        head = session.get_one(AuditHeadRow, 1)
    assert numbers(house) == [head.number] == [21]
    assert house.first_break() is None


def test_what_is_kept_beyond_a_cut_that_ends_before_it_stays(house: SmallHouse) -> None:
    cut_at(house, 12, {3, 9})
    assert cut_at(house, 5, set()) == 1
    assert numbers(house)[:2] == [9, 13]
    assert house.first_break() is None


class TestWrongClocks:
    """How far the log is old, where a station's clock has been wrong; it is kept for twelve months."""

    def test_one_entry_that_is_dated_back_makes_no_other_old(self, house: SmallHouse) -> None:
        house.clock.advance(days=-4000)
        noted(house, 1)
        house.clock.advance(days=4000)
        noted(house, 2)
        before = numbers(house)
        assert "audit" not in Purge(house.ground).run()
        assert numbers(house)[: len(before)] == before

    def test_one_entry_that_is_dated_ahead_keeps_no_other(self, house: SmallHouse) -> None:
        house.clock.advance(days=4000)
        noted(house, 1)
        house.clock.advance(days=-3999)
        noted(house, 2)
        house.clock.advance(days=500)
        assert Purge(house.ground).run()["audit"] == 23
        assert house.first_break() is None

    def test_what_is_dated_ahead_is_not_taken_for_old_at_the_end(self, house: SmallHouse) -> None:
        house.clock.advance(days=500)
        noted(house, 2)
        house.clock.advance(days=-2)
        assert Purge(house.ground).due() == {"audit": 20}


def test_a_longer_time_for_the_log_loses_nothing_that_a_ban_rests_on(tmp_path: Path) -> None:
    with ban_house(tmp_path) as at:
        house, settings = at.house, at.house.ground.settings
        older = at.ban()
        house.clock.advance(days=60)
        ban = at.ban()

        def purged_with(months: int) -> None:
            retention = replace(settings.policy.retention, audit=Keep(months, "months"))
            policy = replace(settings.policy, retention=retention)
            Purge(replace(house.ground, settings=replace(settings, policy=policy))).run()

        def about_it() -> list[str]:
            return [entry.what for entry in house.audit() if entry.subject == "ban" and entry.subject_id == ban.id]

        before = about_it()
        house.clock.advance(days=95)
        purged_with(2)
        at.bans.lift(at.leader, older.id, "", "Forholdet er normalt.")
        house.meddle("UPDATE follow_up SET state = 'done', closed_at = created_at")
        house.clock.advance(days=55)
        purged_with(6)
        assert about_it() == [what for what in before if what != "ban_opened"]
        assert house.first_break() is None
