"""What is past its time leaves the house: the tables, the bytes of every file; with an entry for each kind."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from full_house import NAME, count, files_that_tell, fill, fill_files
from harness.house import SmallHouse, small_house
from sqlalchemy import func, select

from db import retention
from db.alarm_tables import AlarmLine, AlarmRow, ShiftRow, StationCursor
from db.ban_tables import BanRow
from db.drill_tables import ButtonTestRow
from db.followup_tables import FollowUpRow
from db.headsup_tables import HeadsUpRow
from db.incident_tables import DraftRow, IncidentRow
from db.journal import Journal
from db.main import checkpoint, open_engine, reading, writing
from db.people import count_up
from db.people_tables import PersonRow, UserRow
from db.privacy_tables import AccessRequestRow, PastIncidentRow
from db.retention import delete_incidents
from db.sqlite import backup
from guardroom.alarms.acts import Act
from guardroom.alarms.following import fold, state_at
from guardroom.alarms.journalling import STATE_VERSION, encode_state, entry_of
from guardroom.alarms.state import Done, Moment, State
from guardroom.check import findings
from guardroom.clock import stamp
from guardroom.headsups.form import HeadsUpForm
from guardroom.house import on_ground
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role
from guardroom.people.user_seal import altered
from guardroom.privacy.now import purge_now
from guardroom.privacy.purge import GIVE_WAY_S, Purge
from guardroom.privacy.station import StationPurge


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made


def purge(house: SmallHouse) -> dict[str, int]:
    return dict(Purge(house.ground).run())


def counted(house: SmallHouse) -> dict[str, int]:
    """How many of each kind the audit log says were deleted."""
    found: dict[str, int] = {}
    for entry in house.audit():
        if entry.what == "purged":
            said = json.loads(entry.detail)
            found[said["kind"]] = found.get(said["kind"], 0) + said["count"]
    return found


def test_nothing_goes_before_its_time(house: SmallHouse) -> None:
    full = fill(house)
    house.clock.advance(days=29)
    assert purge(house) == {}
    assert full.services.persons.read(house.who(Role.LEADER), full.person, "other").name == NAME


def test_a_ban_goes_thirty_days_after_its_last_day_and_the_incident_stays(house: SmallHouse) -> None:
    full = fill(house)
    house.clock.advance(days=59)
    assert "bans" not in purge(house)
    assert count(house, BanRow) == 1
    house.clock.advance(days=1)
    done = purge(house)
    assert done["bans"] == 1
    assert (count(house, BanRow), count(house, IncidentRow), count(house, PersonRow)) == (0, 1, 1)
    assert full.services.incidents.read(house.who(Role.LEADER), full.incident).account is not None


def test_a_house_in_which_nothing_is_old_enough_is_not_read_whole(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(house)
    wholes = {name: Mock(wraps=getattr(retention, name)) for name in ("incident_ends", "audit_behind")}
    for name, whole in wholes.items():
        monkeypatch.setattr(retention, name, whole)
    assert purge(house) == {}
    assert not any(whole.called for whole in wholes.values())
    house.clock.advance(days=800)
    assert purge(house)["incidents"]
    assert all(whole.called for whole in wholes.values())


def test_after_two_years_nothing_of_the_citizen_is_there(house: SmallHouse) -> None:
    full = fill(house)
    house.clock.advance(days=800)
    due = dict(Purge(house.ground).due())
    done = purge(house)
    assert done == due
    assert {"bans", "incidents", "persons", "headsups", "drafts", "duties", "alarms", "audit"} <= done.keys()
    for table in (BanRow, IncidentRow, PersonRow, HeadsUpRow, DraftRow):
        assert count(house, table) == 0
    assert {kind: n for kind, n in counted(house).items() if kind != "files"} == done
    assert purge(house) == {}
    assert full.services.lookup.persons(house.who(Role.GUARD), NAME) == ()


def test_the_alarm_keeps_when_where_and_how_fast(house: SmallHouse) -> None:
    fill(house)
    house.clock.advance(days=800)
    purge(house)
    with reading(house.ground.engine) as session:
        alarm = session.scalars(select(AlarmRow)).one()
        line = session.scalars(select(AlarmLine)).one()
        test = session.scalars(select(ButtonTestRow)).one()
        shift = session.scalars(select(ShiftRow)).one()
        past = session.scalars(select(PastIncidentRow)).one()
    assert (alarm.room_id, alarm.place, alarm.acknowledged_s, alarm.on_scene_s) == ("K2", "Kontaktrum 2", 12.0, 40.0)
    assert (alarm.text, alarm.acknowledged_by, line.text, line.by, line.what) == ("", "", "", "", "note")
    assert (test.by, test.worked, shift.people) == ("", True, ["KK"])
    assert (past.kind, past.room_id, past.behaviours) == ("ejected_escorted", "K2", ["shouting"])


def test_an_open_follow_up_keeps_the_incident(house: SmallHouse) -> None:
    fill(house)
    with writing(house.ground.engine) as session:
        session.scalars(select(FollowUpRow).where(FollowUpRow.incident_id.is_not(None))).first().closed_at = None  # type: ignore[union-attr]
    house.clock.advance(days=800)
    purge(house)
    assert (count(house, IncidentRow), count(house, PersonRow)) == (1, 1)


def test_an_open_access_request_keeps_everything_about_the_person(house: SmallHouse) -> None:
    full = fill(house)
    with writing(house.ground.engine) as session:
        session.add(
            AccessRequestRow(person_id=full.person, asked_at=house.clock.now(), noted_by=house.who(Role.LEADER).user)
        )
    house.clock.advance(days=800)
    purge(house)
    assert [count(house, table) for table in (BanRow, IncidentRow, HeadsUpRow)] == [1, 1, 1]
    # The other person, whom nothing names any more, is gone all the same.
    assert count(house, PersonRow) == 1


def test_somebody_who_left_is_their_initials_and_no_more(house: SmallHouse) -> None:
    guard = house.who(Role.GUARD, initials="VT", name="Vagn Torp", code="417 skeer")
    admin = house.who(Role.ADMIN)
    fill(house).services.users.disable(admin, "VT")
    house.clock.advance(days=800)
    assert purge(house)["users"] == 1
    with reading(house.ground.engine) as session:
        row = session.get_one(UserRow, guard.user)
        assert (row.initials, row.name, row.title, row.code_hash) == ("VT", "", "", "")
        assert altered(session, house.ground.secret, [row]) == []


@pytest.mark.parametrize("days", [60, 200, 480, 800])
def test_the_check_finds_nothing_wrong_with_what_is_left(house: SmallHouse, days: int) -> None:
    fill(house)
    house.clock.advance(days=days)
    purge(house)
    said = {
        (each.what, each.standing): each.said
        for each in findings(house.ground.settings, house.clock, 0)
        if each.what in ("audit log", "bans", "incidents", "secret")
    }
    assert {standing for _what, standing in said} == {"ok"}, said


def test_a_ban_or_incident_that_somebody_else_took_out_still_shows(house: SmallHouse) -> None:
    full = fill(house)
    house.clock.advance(days=60)
    purge(house)
    with writing(house.ground.engine) as session:
        delete_incidents(session, [full.incident])
    wrong = [each.what for each in findings(house.ground.settings, house.clock, 0) if each.standing == "wrong"]
    assert wrong == ["incidents"]


@pytest.mark.usefixtures("on_a_file")
def test_no_byte_of_any_file_tells_the_name(house: SmallHouse, tmp_path: Path) -> None:
    fill(house)
    journal = fill_files(house)
    (tmp_path / "guardroom.db.before-main_0009-20251124T090000Z").write_bytes(NAME.encode())
    told = files_that_tell(tmp_path)
    assert {"journal-raw/blok-a.jsonl", "guardroom.db.before-main_0009-20251124T090000Z"} <= set(told)
    assert any(name.startswith("journal.db") for name in told)
    assert any(name.startswith("guardroom.db") for name in told)
    assert any(name.endswith(".docx") for name in told)
    assert any(name.endswith(".html") for name in told)
    for path in tmp_path.rglob("*"):
        if path.is_file() and not path.name.startswith((".", "guardroom.db-", "journal.db-")):
            then = house.clock.now().timestamp()
            os.utime(path, (then, then))
    house.clock.advance(days=800)
    journal.close()
    house.ground.engine.dispose()
    done = purge_now(house.ground.settings, house.clock)
    assert {"journal", "raw_logs", "letters", "copies"} <= done.keys()
    assert files_that_tell(tmp_path) == []


@pytest.mark.usefixtures("on_a_file")
def test_the_wal_still_tells_where_it_was_not_emptied(house: SmallHouse, tmp_path: Path) -> None:
    fill(house)
    house.clock.advance(days=800)
    purge(house)
    assert "guardroom.db-wal" in files_that_tell(tmp_path)
    # A reader that looks at what was there before keeps it from being emptied; the next try succeeds.
    owner = open_engine(house.ground.settings.database, owner=True)
    with reading(house.ground.engine) as session:
        session.scalar(select(func.count()).select_from(PersonRow))
        with writing(owner) as other:
            other.add(PersonRow(name="x", folded="x", changed=1, created_at=house.clock.now(), created_by=1))
        assert not checkpoint(owner)
    assert checkpoint(owner)
    owner.dispose()
    assert "guardroom.db-wal" not in files_that_tell(tmp_path)
    assert "guardroom.db" not in files_that_tell(tmp_path)


@pytest.mark.usefixtures("on_a_file")
def test_a_restored_copy_is_purged_again(house: SmallHouse) -> None:
    fill(house)
    saved = backup(house.config.with_name("guardroom.db"), "backup")
    house.clock.advance(days=800)
    purge_now(house.ground.settings, house.clock)
    assert count(house, IncidentRow) == 0
    house.ground.engine.dispose()
    for ending in ("", "-wal", "-shm"):
        house.config.with_name(f"guardroom.db{ending}").unlink(missing_ok=True)
    saved.rename(house.config.with_name("guardroom.db"))
    # Put back without saying so it shows: the anchor knows a longer log.
    wrong = {
        each.what: each.said for each in findings(house.ground.settings, house.clock, 0) if each.standing == "wrong"
    }
    assert "an older copy of the database was put back" in wrong["audit log"]
    # Nor does a purge hide it of a copy that does not say itself that it was restored.
    done = purge_now(house.ground.settings, house.clock)
    assert done["incidents"] == 1
    assert count(house, IncidentRow) == 0
    assert "wrong" in {
        each.standing for each in findings(house.ground.settings, house.clock, 0) if each.what == "audit log"
    }


def test_what_the_journal_tells_of_is_the_same_without_the_words(house: SmallHouse) -> None:
    journal = fill_files(house)
    before = State()
    for entry in journal.entries():
        fold(before, entry)
    house.clock.advance(days=800)
    assert sum(StationPurge(house.ground.settings, house.clock).journal(journal, 3, ())) == 3
    # What has not been carried over stays.
    assert [NAME in entry.body for entry in journal.entries()] == [False, False, False, True, True, False]
    assert sum(StationPurge(house.ground.settings, house.clock).journal(journal, 99, ())) == 3
    after = State()
    for entry in journal.entries():
        fold(after, entry)
    assert [(one.id, one.room, one.cause, one.presses, one.acknowledged_s) for one in after.history] == [
        (one.id, one.room, one.cause, one.presses, one.acknowledged_s) for one in before.history
    ]
    assert (after.number, set(after.acts)) == (before.number, set(before.acts))
    assert sum(StationPurge(house.ground.settings, house.clock).journal(journal, 99, ())) == 0
    assert journal.crossed_out() == 6
    journal.close()


@pytest.mark.parametrize(("days", "crossed"), [(-4000, 0), (4000, 8)])
def test_an_entry_under_a_clock_that_was_wrong_says_nothing_of_the_others(
    house: SmallHouse, days: int, crossed: int
) -> None:
    """The journal keeps names for 24 months: dated back by years, one entry makes no other old; ahead, it keeps none
    after it."""
    journal = fill_files(house)
    wrong, right = (house.clock.now() + timedelta(days=ahead) for ahead in (days, 0))
    for number, at in ((7, wrong), (8, right)):
        noted = Done(Act(kind="raise", id=f"a{number}", by="VT", text=NAME), None, NAME)
        journal.append([entry_of(number, Moment(stamp(at), "boot", 2.0), noted)])
    if crossed:
        house.clock.advance(days=800)
    assert sum(StationPurge(house.ground.settings, house.clock).journal(journal, 99, ())) == crossed
    assert journal.crossed_out() == crossed
    journal.close()


def test_without_a_monitor_what_was_said_of_an_open_alarm_stays_too(house: SmallHouse) -> None:
    journal = fill_files(house)
    now = Moment(stamp(house.clock.now()), "boot", 2.0)
    raised = Done(Act(kind="raise", id="a6", by="VT", text=f"Ved {NAME}s bord"), None, f"Ved {NAME}s bord")
    noted = Done(Act(kind="note", id="a7", by="VT", alarm=7, text=f"{NAME} råber"))
    journal.append([entry_of(7, now, raised), entry_of(8, now, noted)])
    with writing(house.ground.engine) as session:
        session.merge(StationCursor(station=house.ground.settings.station, number=8))
    journal.close()
    house.clock.advance(days=800)
    assert purge_now(house.ground.settings, house.clock)["journal"] == 6
    with Journal.open(house.ground.settings.journal) as journal:
        assert [entry.number for entry in journal.entries() if NAME in entry.body] == [7, 8]


def test_an_old_snapshot_goes_and_a_new_one_says_the_same(house: SmallHouse) -> None:
    journal = fill_files(house)
    # At entry 3 the alarm is open: the snapshot holds its timeline.
    state = state_at(journal, 3)
    journal.save_snapshot(3, stamp(house.clock.now()), STATE_VERSION, encode_state(state))
    assert NAME.encode() in journal.snapshot().state  # type: ignore[union-attr]
    house.clock.advance(days=800)
    assert sum(StationPurge(house.ground.settings, house.clock).journal(journal, 99, ()))
    newest = journal.snapshot()
    assert newest is not None
    assert newest.number == 6
    assert NAME.encode() not in newest.state
    assert journal.snapshot(at_most=5) is None
    journal.close()


def test_what_has_no_time_is_never_deleted(tmp_path: Path) -> None:
    toml = '[override.retention]\nincidents = ""\nbans = ""\naudit = ""\n'
    with small_house(tmp_path, toml=toml) as house:
        fill(house)
        house.clock.advance(days=3000)
        done = purge(house)
        assert not {"incidents", "bans", "audit"} & done.keys()
        assert (count(house, IncidentRow), count(house, BanRow)) == (1, 1)
        said = {each.what: each for each in findings(house.ground.settings, house.clock, 0)}["retention"]
        assert said.standing == "unset"
        assert "incidents, bans, the audit log's entries" in said.said


def test_many_go_in_more_than_one_transaction_and_others_write_in_between(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.retention.AT_ONCE", 2)
    pauses: list[float] = []

    def others_write(seconds: float) -> None:
        with writing(house.ground.engine) as session:
            count_up(session, "others")
        pauses.append(seconds)

    monkeypatch.setattr("guardroom.privacy.purge.sleep", others_write)
    leader = house.who(Role.LEADER)
    with writing(house.ground.engine) as session:
        for number in range(7):
            session.add(
                PersonRow(
                    name=f"P{number}",
                    folded=f"p{number}",
                    changed=1,
                    created_at=house.clock.now(),
                    created_by=leader.user,
                )
            )
    house.clock.advance(days=40)
    assert purge(house)["persons"] == 7
    assert [json.loads(each.detail)["count"] for each in house.audit() if each.what == "purged"] == [2, 2, 2, 1]
    assert pauses == [GIVE_WAY_S] * 4


def test_a_merged_record_goes_with_its_person(house: SmallHouse) -> None:
    full = fill(house)
    leader = house.who(Role.LEADER)
    other = full.services.persons.create(leader, PersonForm(name="Zebulon Kvist")).id
    full.services.persons.merge(leader, other, full.person)
    house.clock.advance(days=300)
    purge(house)
    assert count(house, PersonRow) == 2
    house.clock.advance(days=500)
    purge(house)
    assert count(house, PersonRow) == 0


@pytest.mark.usefixtures("on_a_file")
def test_of_a_corrected_name_only_that_it_was_corrected_is_left(house: SmallHouse, tmp_path: Path) -> None:
    services, leader = on_ground(house.ground), house.who(Role.LEADER)
    person = services.persons.create(leader, PersonForm(name=NAME))
    services.persons.change(leader, person.id, replace(person.form, name="Anders Andersen"))
    assert files_that_tell(tmp_path) != []
    purge_now(house.ground.settings, house.clock)
    assert files_that_tell(tmp_path) == []
    (entry,) = [each for each in house.audit() if each.what == "person_changed"]
    assert json.loads(entry.detail) == {"fields": ["name"]}


def test_a_request_keeps_what_belongs_to_any_record_of_the_person(house: SmallHouse) -> None:
    full = fill(house)
    leader = house.who(Role.LEADER)
    other = full.services.persons.create(leader, PersonForm(name="Zebulon Kvist")).id
    full.services.persons.merge(leader, other, full.person)
    full.services.access.ask(leader, other)
    house.clock.advance(days=800)
    purge(house)
    assert [count(house, table) for table in (BanRow, IncidentRow, HeadsUpRow)] == [1, 1, 1]
    full.services.access.answer(leader, other)
    assert {"bans", "incidents", "headsups", "persons"} <= purge(house).keys()


@pytest.mark.usefixtures("both_databases")
def test_a_request_that_comes_during_the_purge_keeps_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_house(tmp_path) as house:
        full = fill(house)
        leader = house.who(Role.LEADER)
        meeting = HeadsUpForm(
            day="26-11-2025", begins="10:00", ends="11:00", room="K2", reason="known_risk", staff="MH",
            person=full.person,
        )  # fmt: skip
        full.services.headsups.save(leader, meeting)
        house.clock.advance(days=40)
        monkeypatch.setattr("db.retention.AT_ONCE", 1)
        monkeypatch.setattr(
            "guardroom.privacy.purge.sleep", lambda _seconds: full.services.access.ask(leader, full.person)
        )
        assert purge(house)["headsups"] == 1
        assert count(house, HeadsUpRow) == 1


@pytest.mark.usefixtures("both_databases")
def test_no_more_is_looked_for_than_goes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_house(tmp_path) as house:
        handover = on_ground(house.ground).handover
        for number in range(5):
            handover.write(house.who(Role.GUARD), f"Hold øje med {number}")
        with writing(house.ground.engine) as session:
            for number in range(6):
                since = house.clock.now() + timedelta(hours=number)
                session.add(ShiftRow(station="Vagtstuen", since=since, people=["VT"]))
            session.add(ShiftRow(station="Receptionen", since=house.clock.now(), people=["KK"]))
        house.clock.advance(days=800)
        found = [noting(monkeypatch, name) for name in ("over_notes", "over_shifts")]
        monkeypatch.setattr("db.retention.AT_ONCE", 2)
        due = Purge(house.ground).due()
        assert (due["duties"], due["alarms"]) == (5, 5)
        done = purge(house)
        assert (done["duties"], done["alarms"]) == (5, 5)
        with reading(house.ground.engine) as session:
            left = session.scalars(select(ShiftRow.people).order_by(ShiftRow.since)).all()
    assert found == [[5, 2, 2, 1, 0]] * 2
    assert left == [["KK"], ["VT"]], "the last one of each station"


def noting(monkeypatch: pytest.MonkeyPatch, name: str) -> list[int]:
    """How many are found each time that this question about what is over is asked."""
    found: list[int] = []
    asked = getattr(retention, name)

    def over(*given: Any, **more: Any) -> Any:
        ids = asked(*given, **more)
        found.append(len(ids))
        return ids

    monkeypatch.setattr(retention, name, over)
    return found
