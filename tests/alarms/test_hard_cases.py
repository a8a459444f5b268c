"""Cases in which an alarm could be taken for something else, be hidden, or stop all others."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from db.journal import Entry, Journal, StorageError
from db.main import alarms, open_engine, reading
from drivers.base import Cause, Kind
from guardroom.alarms import desk as desks
from guardroom.alarms.acts import Act
from guardroom.alarms.projection import Projector
from guardroom.databases import ReadyJournal, ready_journal
from guardroom.monitor_lock import MonitorLock, is_running

if TYPE_CHECKING:
    from conftest import Guardroom, MovedClock


def full(_self: Journal, _entries: Sequence[Entry]) -> None:
    raise StorageError("disk_full", "database or disk is full")


@pytest.mark.parametrize(("point", "panel"), [("5", "once"), ("005", "espa")])
def test_a_new_press_after_storing_failed_once_is_a_press(
    guardroom: Guardroom, clock: MovedClock, monkeypatch: pytest.MonkeyPatch, point: str, panel: str
) -> None:
    monkeypatch.setattr(Journal, "append", full)
    assert not guardroom.press(point, panel=panel)
    monkeypatch.undo()
    guardroom.desk.tick()
    guardroom.acknowledge()
    guardroom.signal(Kind.RESTORE, point, panel=panel)
    guardroom.close()
    clock.pass_(5)
    assert guardroom.press(point, panel=panel)
    assert guardroom.alarm.state == "active_unacknowledged"


def test_retries_while_the_disk_is_full_for_long_are_one_press(
    guardroom: Guardroom, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Journal, "append", full)
    for _ in range(20):
        assert not guardroom.press("5", panel="once")
        clock.pass_(8)
    assert guardroom.alarm.presses == 1


def test_a_clock_set_back_across_a_restart_makes_no_press_a_repeat(
    guardroom: Guardroom, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    guardroom.press()
    guardroom.act("silence")
    guardroom.acknowledge()
    guardroom.close()
    monkeypatch.setattr(desks, "boot_id", lambda: "another boot")
    clock.moment -= timedelta(days=400)
    clock.running = 3.0
    guardroom.journal.close()
    guardroom.restart()
    assert guardroom.room("K2") == "ready"
    assert guardroom.press()
    assert guardroom.alarm.state == "active_unacknowledged"
    assert guardroom.view.silenced_s is None


def test_the_same_text_with_another_cause_is_another_call(guardroom: Guardroom) -> None:
    guardroom.signal(Kind.ALARM, cause=Cause.MEDICAL, text="KONTAKTRUM 2")
    guardroom.signal(Kind.ALARM, cause=Cause.HOLD_UP, text="KONTAKTRUM 2")
    assert sorted(alarm.cause for alarm in guardroom.view.alarms) == ["hold_up", "medical"]


def test_one_damaged_entry_does_not_keep_the_others_from_being_read(guardroom: Guardroom) -> None:
    for text in ("1", "2", "3"):
        guardroom.press("5", panel="once", text=text)
    guardroom.journal.close()
    with sqlite3.connect(guardroom.settings.journal) as connection:
        connection.execute("UPDATE entry SET body = replace(body, 'alarm', 'al\u00e5rm') WHERE number = 2")
    connection.close()
    guardroom.restart()
    assert guardroom.alarm.presses == 2
    assert [(fault.kind, fault.detail) for fault in guardroom.view.faults] == [("journal_damaged", "2")]
    assert guardroom.press("5", panel="once", text="4")


def test_an_entry_that_another_has_written_does_not_stop_all_storing(guardroom: Guardroom) -> None:
    guardroom.press()
    (stored,) = guardroom.journal.entries()
    guardroom.journal.append([replace(stored, number=2, act_id="act", type="note", body="{}")])
    assert not guardroom.press("001")
    assert guardroom.press("001", text="again")
    assert {alarm.place for alarm in guardroom.view.alarms} == {"Kontaktrum 1", "Kontaktrum 2"}


def test_an_act_is_known_again_after_a_snapshot_and_a_restart(guardroom: Guardroom) -> None:
    act = Act(kind="raise", room="K1", by="MH", station="here")
    guardroom.desk.act(act)
    state = guardroom.desk._state
    from guardroom.alarms.journalling import STATE_VERSION, encode_state

    guardroom.journal.save_snapshot(state.number, "2025-11-24T12:00:00.000Z", STATE_VERSION, encode_state(state))
    guardroom.journal.close()
    guardroom.restart()
    guardroom.desk.act(act)
    assert guardroom.alarm.presses == 1


def carry_over(guardroom: Guardroom) -> None:
    """Let a projector catch up with the journal."""
    projector = Projector(guardroom.settings, guardroom.journal, guardroom.desk, guardroom.clock)
    projector.stop()
    projector.run()


def test_a_new_journal_goes_on_above_the_database_also_after_a_quiet_run(guardroom: Guardroom) -> None:
    for number in range(5):
        guardroom.press(str(number))
    carry_over(guardroom)
    guardroom.journal.close()
    for file in guardroom.settings.journal.parent.glob("journal.db*"):
        file.unlink()
    for _start in range(2):
        assert ready_journal(guardroom.settings, guardroom.clock) == ReadyJournal(lost=True, above=5)


def test_a_new_journal_whose_database_is_away_goes_on_where_none_has_been(guardroom: Guardroom) -> None:
    settings = replace(guardroom.settings, database="postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    guardroom.journal.close()
    for file in settings.journal.parent.glob("journal.db*"):
        file.unlink()
    ready = ready_journal(settings, guardroom.clock)
    # Some six years of seconds at the tests' time.
    assert ready.above > 180_000_000
    assert not ready.lost, "nobody knows"


def test_an_older_journal_that_was_put_back_goes_on_above_the_database(guardroom: Guardroom) -> None:
    """Else the database would take what comes for what it has."""
    for number in range(3):
        guardroom.press(str(number))
    copy = guardroom.settings.journal.with_name("copy.db")
    guardroom.journal.checkpoint()
    shutil.copyfile(guardroom.settings.journal, copy)
    for number in range(3, 6):
        guardroom.press(str(number))
    carry_over(guardroom)
    guardroom.journal.close()
    for file in guardroom.settings.journal.parent.glob("journal.db*"):
        file.unlink()
    copy.rename(guardroom.settings.journal)
    guardroom.restart()
    carry_over(guardroom)
    assert [fault.kind for fault in guardroom.view.faults] == ["journal_behind"]
    guardroom.press("9")
    carry_over(guardroom)
    engine = open_engine(guardroom.settings.database)
    with reading(engine) as session:
        assert [row.point for row in alarms(session)].count("9") == 1
    engine.dispose()


def test_a_disk_that_says_nothing_is_a_fault_too(
    guardroom: Guardroom, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guardroom.desk, "_flush", lambda _wanted: False)
    guardroom.press()
    assert not guardroom.view.faults
    clock.pass_(2)
    assert [(fault.kind, fault.detail) for fault in guardroom.view.faults] == [("storage", "slow")]
    assert not guardroom.alarm.stored


def test_tampering_in_two_rooms_of_one_pager_is_two_faults(guardroom: Guardroom) -> None:
    guardroom.signal(Kind.TAMPER, "9", text="SABOTAGE K3")
    guardroom.signal(Kind.TAMPER, "9", text="SABOTAGE K4")
    assert (guardroom.room("K3"), guardroom.room("K4")) == ("fault", "fault")
    guardroom.signal(Kind.TAMPER_RESTORE, "9", text="SABOTAGE K4 OK")
    assert (guardroom.room("K3"), guardroom.room("K4")) == ("fault", "ready")


def test_silence_covers_what_the_guard_sees(guardroom: Guardroom) -> None:
    guardroom.press()
    seen = guardroom.view.number
    guardroom.press("001")
    guardroom.act("silence", press=seen)
    assert guardroom.view.silenced_s is None


def test_raising_by_hand_what_was_restored_makes_it_active(guardroom: Guardroom) -> None:
    guardroom.press()
    guardroom.acknowledge()
    guardroom.signal(Kind.RESTORE)
    reply = guardroom.act("raise", room="K2")
    assert guardroom.alarm.state == "active_unacknowledged"
    assert reply.alarm == guardroom.alarm.id


def test_rooms_that_claim_a_signal_equally_well_are_both_in_alarm(guardroom: Guardroom) -> None:
    guardroom.press("9", text="OVERFALD K3 K4")
    assert guardroom.alarm.place == "Kontaktrum 3 / Kontaktrum 4"
    assert (guardroom.room("K3"), guardroom.room("K4")) == ("alarm", "alarm")


def test_a_lock_that_is_asked_for_twice_is_still_held(tmp_path: Path) -> None:
    """Also against another process: on POSIX a process loses its locks on a file when it closes it anywhere."""
    journal = tmp_path / "journal.db"
    held = MonitorLock(journal)
    assert held.take()
    assert not MonitorLock(journal).take()
    another = "import sys; from pathlib import Path; from guardroom.monitor_lock import is_running;"
    asked = [sys.executable, "-c", f"{another} print(is_running(Path(sys.argv[1])))", str(journal)]
    assert subprocess.run(asked, check=True, capture_output=True, text=True).stdout == "True\n"
    held.release()


def test_a_lock_that_cannot_be_written_is_not_another_monitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = tmp_path / "journal.db"
    held = MonitorLock(journal)
    assert held.take()
    assert is_running(journal)
    held.release()

    class Full(sqlite3.Connection):
        def execute(self, sql: str, *rest: object) -> sqlite3.Cursor:  # type: ignore[override]
            if sql.startswith("BEGIN"):
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            return super().execute(sql)

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, factory=Full, **k))
    lock = MonitorLock(journal)
    assert lock.take()
    lock.release()
