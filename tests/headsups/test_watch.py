"""What the monitor tells the board of heads-ups, from a real database to a real desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from headsups.headsup_house import HeadsUpHouse

from db.journal import Journal
from db.schema import prepare_journal
from drivers.base import Cause, Kind, Signal
from guardroom.alarms.acts import Act
from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import stamp
from guardroom.headsups.form import LoanForm
from guardroom.headsups.watch import HeadsUpWatch
from guardroom.news import News
from guardroom.settings import Claim, Mobile, PanelSettings

PANELS = (PanelSettings(name="blok-a", driver="espa444", port="/dev/null"),)
MOBILES = (Mobile(id="M1", name="Mobil 1", claims=(Claim(panel="blok-a", point="901"),)),)


@pytest.fixture
def desk(at: HeadsUpHouse) -> Iterator[AlarmDesk]:
    """The desk of the house's monitor."""
    prepare_journal(at.settings.journal)
    journal = Journal.open(at.settings.journal)
    yield AlarmDesk(at.settings, journal, at.clock, "test")
    journal.close()


@pytest.fixture
def watch(at: HeadsUpHouse, desk: AlarmDesk) -> HeadsUpWatch:
    """The watch of that monitor."""
    return HeadsUpWatch(at.settings, at.house.ground.engine, desk, at.clock)


def shown(desk: AlarmDesk) -> list[str]:
    return [line.number for line in desk.view().headsups]


def test_the_board_has_today_and_the_next_working_day(at: HeadsUpHouse, desk: AlarmDesk, watch: HeadsUpWatch) -> None:
    for day in ("24-11-2025", "25-11-2025", "26-11-2025", "28-11-2025", "01-12-2025"):
        at.entered(day=day)
    watch.look()
    assert shown(desk) == ["V-0001", "V-0002"]
    at.at(datetime(2025, 11, 28, 8, tzinfo=UTC))
    watch.tick()
    assert shown(desk) == ["V-0004", "V-0005"]


def test_the_board_says_that_a_meetings_room_is_out_of_service(
    at: HeadsUpHouse, desk: AlarmDesk, watch: HeadsUpWatch
) -> None:
    at.entered(day="24-11-2025")
    until = stamp(datetime(2025, 11, 24, 12, 30, tzinfo=UTC))
    desk.act(Act(kind="out_of_service", by="MH", station="Vagtstuen", room="K7", until=until, text="knappen"))
    watch.tick()
    assert "out_of_service" in desk.view().headsups[0].warnings
    desk.act(Act(kind="in_service", by="MH", station="Vagtstuen", room="K7"))
    watch.tick()
    assert "out_of_service" not in desk.view().headsups[0].warnings


def test_what_somebody_writes_is_told_by_the_next_look_and_what_is_over_goes(
    at: HeadsUpHouse, desk: AlarmDesk, watch: HeadsUpWatch
) -> None:
    watch.look()
    made = at.entered(day="24-11-2025", check_in_at="13:30", stop_signal="kaffe")
    watch.look()
    line = desk.view().headsups[0]
    assert (line.status, line.staff, line.check_in_due) == ("planned", ("LD", "VT"), "2025-11-24T12:30:00.000Z")
    at.headsups.begin(at.guard, made.id)
    watch.look()
    assert desk.view().headsups[0].status == "running"
    at.headsups.end(at.guard, made.id)
    watch.look()
    assert shown(desk) == []


def test_a_look_that_finds_nothing_new_tells_nobody(at: HeadsUpHouse, desk: AlarmDesk, watch: HeadsUpWatch) -> None:
    at.entered(day="24-11-2025")
    watch.look()
    version = desk.wait(-1, 0)
    watch.look()
    watch.tick()
    assert desk.wait(-1, 0) == version
    at.headsups.take(at.guard, 1)
    watch.look()
    assert desk.wait(-1, 0) != version


def test_nobody_can_tell_from_the_board_whom_it_is_about(
    at: HeadsUpHouse, desk: AlarmDesk, watch: HeadsUpWatch
) -> None:
    person = at.person()
    at.banned(person, "24-11-2025", "30-11-2025")
    at.entered(day="24-11-2025", person=person, case_ref="J-2231", citizen="mand, 40", note="Tag vand med.")
    watch.look()
    told = repr(desk.view().headsups)
    for secret in ("Møller", "J-2231", "mand", "vand", "person", "'banned'"):
        assert secret not in told


def test_a_look_that_was_missed_stays_past_midnight_and_over_a_weekend(
    at: HeadsUpHouse, desk: AlarmDesk, watch: HeadsUpWatch
) -> None:
    at.at(datetime(2025, 11, 28, 10, tzinfo=UTC))  # a Friday
    missed = at.entered(day="28-11-2025", begins="19:00", ends="23:50", check_in_at="20:00")
    begun = at.entered(day="28-11-2025", begins="20:00", ends="21:00")
    at.entered(day="28-11-2025", begins="21:00", ends="22:00", room="K8")
    at.headsups.begin(at.guard, begun.id)
    for now in (datetime(2025, 11, 28, 23, 1, tzinfo=UTC), datetime(2025, 12, 1, 6, tzinfo=UTC)):
        at.at(now)
        watch.tick()
        assert shown(desk) == [missed.number, begun.number]
    at.headsups.end(at.guard, missed.id)
    watch.look()
    assert shown(desk) == [begun.number]
    at.at(datetime(2025, 12, 3, 6, tzinfo=UTC))
    watch.tick()
    assert shown(desk) == []


def test_nobody_can_tell_from_the_board_where_somebody_lives_or_what_they_did(
    at: HeadsUpHouse, desk: AlarmDesk, watch: HeadsUpWatch
) -> None:
    at.entered(day="24-11-2025", room="Egevej 12", reason="banned")
    at.entered(day="24-11-2025", reason="threat_before")
    at.entered(day="24-11-2025", reason="enforcement")
    loan = LoanForm(device="MOBIL 1", holder="JH", place="Egevej 12", due_day="24-11-2025", due_time="15:00")
    at.headsups.lend(at.leader, loan)
    watch.look()
    view = desk.view()
    assert [line.reason for line in view.headsups] == ["known_risk", "known_risk", "enforcement"]
    assert (view.headsups[0].place, view.headsups[1].place) == ("", "Kontaktrum 7")
    assert [(line.device, line.holder, line.due) for line in view.loans] == [
        ("MOBIL 1", "JH", "2025-11-24T14:00:00.000Z")
    ]
    assert "Egevej" not in repr(view)
    at.headsups.give_back(at.leader, 1)
    watch.look()
    assert desk.view().loans == ()


@pytest.mark.usefixtures("on_a_file")
def test_the_monitor_looks_by_itself_and_keeps_what_it_told_while_the_database_is_away(
    at: HeadsUpHouse, desk: AlarmDesk
) -> None:
    at.entered(day="24-11-2025")
    news = News(at.settings, desk, at.clock)
    news.start()
    until(desk, lambda: shown(desk) == ["V-0001"])
    at.headsups.take(at.guard, 1)
    until(desk, lambda: desk.view().headsups[0].status == "taken")
    file = at.settings.path.parent / "guardroom.db"
    away = file.rename(file.with_suffix(".away"))
    news.stop()
    again = News(at.settings, desk, at.clock)
    again.start()
    again.stop()
    assert shown(desk) == ["V-0001"]
    away.rename(file)


def until(desk: AlarmDesk, so: Callable[[], bool]) -> None:
    """Wait until the board is so."""
    version = -1
    for _change in range(60):
        if so():
            return
        version = desk.wait(version, 0.5)
    raise AssertionError(desk.view().headsups)


def test_who_has_which_mobile_alarm_is_told_by_the_next_look_and_that_it_is_back(
    at: HeadsUpHouse, desk: AlarmDesk, watch: HeadsUpWatch
) -> None:
    desk = AlarmDesk(
        replace(at.settings, panels=PANELS, mobiles=MOBILES), Journal.open(at.settings.journal), at.clock, "test"
    )
    watch.desk = desk
    watch.look()
    form = LoanForm(device="MOBIL 1", holder="jh", place="Byvej", due_day="24-11-2025", due_time="15:00")
    lent = at.headsups.lend(at.guard, form)
    watch.look()
    press = Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="901")
    desk.store("blok-a", [press])
    (alarm,) = desk.view().alarms
    assert (alarm.place, alarm.holder, alarm.whereabouts) == ("Mobil 1", "JH", "Byvej")
    at.headsups.give_back(at.guard, lent.id)
    watch.look()
    desk.store("blok-a", [Signal(kind=Kind.RESTORE, point="901"), press])
    (alarm,) = desk.view().alarms
    assert (alarm.presses, alarm.holder, alarm.whereabouts) == (2, "", "")


def test_silence_covers_a_look_in_that_is_missed_until_another_one_is(
    at: HeadsUpHouse, desk: AlarmDesk, watch: HeadsUpWatch
) -> None:
    """It sounds again after a minute, as long as nobody has looked in."""
    first = at.entered(day="24-11-2025", begins="10:10", ends="11:00", check_in_every="10")
    at.entered(day="24-11-2025", begins="10:10", ends="11:00", room="K2", check_in_at="10:20")
    other = at.entered(day="24-11-2025", begins="10:11", ends="11:00", room="M1", check_in_every="10")
    at.headsups.call_off(at.leader, 2)
    watch.look()
    desk.act(Act(kind="silence", by="MH", station="Vagtstuen"))
    assert desk.view().silenced_s is None, "nothing sounds yet"
    at.clock.advance(22 * 60)
    desk.act(Act(kind="silence", by="MH", station="Vagtstuen"))
    at.clock.advance(30)
    assert desk.view().silenced_s == pytest.approx(30)
    at.clock.advance(30)
    assert desk.view().silenced_s is None, "the other meeting has been missed just now"
    desk.act(Act(kind="silence", by="MH", station="Vagtstuen"))
    at.clock.advance(59)
    assert desk.view().silenced_s == pytest.approx(1)
    at.clock.advance(2)
    assert desk.view().silenced_s is None
    for each in (first, other):
        at.headsups.begin(at.guard, each.id)
        at.headsups.all_well(at.guard, each.id)
    watch.look()
    desk.act(Act(kind="silence", by="MH", station="Vagtstuen"))
    assert desk.view().silenced_s is None
    assert not any(line.is_missed(at.clock.now()) for line in desk.view().headsups)
