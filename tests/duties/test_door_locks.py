"""Locked doors: begun, read of, lifted or over by themselves; and who is told (rules I1-I3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house
from sqlalchemy import select

from db.main import reading, writing
from db.outbox_tables import NoticeRow
from guardroom.duties.door_locks import DoorLockForm, DoorLocks
from guardroom.duties.watching import ended
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused

JOBCENTER = DoorLockForm(area="Jobcenter", day="24-11-2025", time="10:00", until_day="24-11-2025", until_time="16:00")


@pytest.fixture
def locks(house: SmallHouse) -> DoorLocks:
    return DoorLocks(house.ground)


@pytest.fixture
def fredensborg(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made


def told(house: SmallHouse) -> list[tuple[str, list[str]]]:
    """What is told, and whom."""
    with reading(house.ground.engine) as session:
        rows = session.scalars(select(NoticeRow).order_by(NoticeRow.id))
        return [(row.subject, [each.recipient for each in row.deliveries]) for row in rows]


def look(house: SmallHouse) -> None:
    """The monitor's minute look."""
    with writing(house.ground.engine) as session:
        ended(session, house.ground.settings, house.clock.now())


@pytest.mark.usefixtures("both_databases")
def test_doors_are_locked_read_of_and_opened_early(house: SmallHouse, locks: DoorLocks) -> None:
    leader, guard, desk = house.who(Role.HS_LEADER), house.who(Role.GUARD), house.who(Role.DESK)
    lock = locks.begin(leader, JOBCENTER)
    assert (lock.state, lock.area, lock.decided_by, lock.read_by) == ("active", "Jobcenter", leader.initials, ())
    assert lock.told == ("Centre", "Gang")
    assert told(house) == [("Doors locked: Jobcenter, until 24-11-2025 16:00", ["Centre", "Gang"])]
    assert not locks.locks(guard)[0].read
    for _twice in range(2):
        assert locks.confirm(guard, lock.id).read_by == (guard.initials,)
    assert locks.confirm(desk, lock.id).read_by == (guard.initials, desk.initials)
    assert locks.locks(guard)[0].read
    assert locks.lift(leader, lock.id).state == "lifted"
    assert told(house)[1:] == [("Doors open again: Jobcenter", ["Centre", "Gang"])]
    house.clock.advance(days=1)
    look(house)
    assert len(told(house)) == 2
    with pytest.raises(Refused, match="open again already"):
        locks.lift(leader, lock.id)
    assert [what for what in house.told() if "lock" in what] == [
        "door_lock_begun",
        "door_lock_read",
        "door_lock_read",
        "door_lock_lifted",
    ]


def test_a_lock_is_over_when_its_time_is_up_and_that_is_told_once(house: SmallHouse, locks: DoorLocks) -> None:
    leader = house.who(Role.LEADER)
    lock = locks.begin(leader, JOBCENTER)
    house.clock.advance(6 * 3600 - 1)
    look(house)
    assert (locks.locks(leader)[0].state, len(told(house))) == ("active", 1)
    house.clock.advance(1)
    assert locks.locks(leader)[0].state == "over"
    for _minute in range(2):
        look(house)
    assert told(house)[1:] == [("Doors open again: Jobcenter", ["Centre", "Gang"])]
    for act in (locks.lift, locks.confirm):
        with pytest.raises(Refused, match="open again already"):
            act(leader, lock.id)


def test_where_nobody_is_set_nobody_is_told(house: SmallHouse) -> None:
    ground = replace(house.ground, settings=replace(house.ground.settings, recipients=()))
    assert DoorLocks(ground).begin(house.who(Role.LEADER), JOBCENTER).told == ()
    assert told(house) == []


def test_a_lock_to_come(house: SmallHouse, locks: DoorLocks) -> None:
    leader = house.who(Role.CENTRE_HEAD)
    assert locks.begin(leader, replace(JOBCENTER, time="12:00")).state == "coming"
    house.clock.advance(2 * 3600)
    assert locks.locks(leader)[0].state == "active"


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"area": "Kælderen"}, "area", "part of the house"),
        ({"day": "31-02-2025"}, "day", "02-2025 has 28 days"),
        ({"time": "25:00"}, "time", "Give the time"),
        ({"until_day": ""}, "until_day", "Give the day"),
        ({"until_time": "middag"}, "until_time", "Give the time"),
        ({"until_time": "10:00"}, "until_time", "later than"),
        ({"day": "23-11-2025", "time": "08:00"}, "time", "long ago"),
        ({"until_day": "26-12-2025"}, "until_day", "31 days"),
    ],
)
def test_what_cannot_be(house: SmallHouse, locks: DoorLocks, said: dict[str, str], field: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        locks.begin(house.who(Role.LEADER), replace(JOBCENTER, **said))
    assert sentence in {mistake.field: mistake.sentence for mistake in caught.value.mistakes}[field]
    assert told(house) == []


@pytest.mark.parametrize(("first", "second"), [("Jobcenter", "Jobcenter"), ("", "Jobcenter"), ("Jobcenter", "")])
def test_doors_that_are_locked_are_not_locked_again(
    house: SmallHouse, locks: DoorLocks, first: str, second: str
) -> None:
    leader = house.who(Role.LEADER)
    locks.begin(leader, replace(JOBCENTER, area=first))
    with pytest.raises(Refused, match="locked until 16:00 already"):
        locks.begin(leader, replace(JOBCENTER, area=second, until_time="17:00"))
    locks.begin(leader, replace(JOBCENTER, area="Borgerservice" if first else "", time="16:00", until_time="17:00"))


def test_a_town_hall_that_locks_no_doors(fredensborg: SmallHouse) -> None:
    with pytest.raises(Refused, match="locks no doors"):
        DoorLocks(fredensborg.ground).begin(fredensborg.who(Role.LEADER), JOBCENTER)


def test_who_may(house: SmallHouse, locks: DoorLocks) -> None:
    lock = locks.begin(house.who(Role.LEADER), JOBCENTER)
    for role in Role:
        who = house.who(role)
        if role not in (Role.LEADER, Role.HS_LEADER, Role.CENTRE_HEAD):
            with pytest.raises(Forbidden):
                locks.lift(who, lock.id)
        if role in (Role.GUARD, Role.DESK, Role.LEADER, Role.HS_LEADER, Role.CENTRE_HEAD):
            locks.confirm(who, lock.id)
        else:
            with pytest.raises(Forbidden):
                locks.confirm(who, lock.id)


def test_the_form_to_begin_with_can_be_saved(house: SmallHouse, locks: DoorLocks) -> None:
    leader = house.who(Role.LEADER)
    form = locks.blank(leader)
    assert (form.time, form.until_time) == ("10:00", "13:00")
    assert locks.begin(leader, replace(form, area="Borgerservice")).state == "active"
