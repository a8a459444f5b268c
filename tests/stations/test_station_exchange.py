"""Stations that share a main database: each other's alarms, acts on them, and what is not known."""

from __future__ import annotations

import queue
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from harness.town import until
from sqlalchemy import select, text
from stations.house_of_stations import Make, Station, meet, pass_

from db.main import open_engine, reading, writing
from db.schema import prepare_main, sqlite_path
from db.sqlite import set_aside
from db.station_tables import RequestRow, StationRow
from drivers.base import Kind, Signal
from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.view import in_order
from guardroom.endpoint import dial, read_endpoint
from guardroom.feed import MonitorFeed, ToMonitor, encode
from guardroom.feed_server import FeedServer
from guardroom.version import VERSION


@pytest.fixture
def two(station: Make) -> tuple[Station, Station]:
    """The guard room with the buttons of K1 and K2, the front desk with that of B1; they know each other."""
    guards, desk = station("Vagten", "K1", "K2"), station("Skranken", "B1")
    meet(guards, desk)
    return guards, desk


def requests(at: Station) -> list[RequestRow]:
    engine = open_engine(at.settings.database)
    try:
        with reading(engine) as session:
            return list(session.scalars(select(RequestRow)))
    finally:
        engine.dispose()


def said(at: Station) -> list[tuple[str, str, str]]:
    return [(line.what, line.by, line.station) for line in at.alarm.timeline]


def test_an_alarm_is_shown_at_every_station_as_urgently_as_its_own(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    pass_(7, guards, desk)
    meet(guards, desk)
    here = desk.alarm
    assert (here.owner, here.room, here.state, here.presses) == ("Vagten", "K2", "active_unacknowledged", 1)
    assert here.age_s == pytest.approx(7)
    assert here.route == "from Skranken", "the way from here"
    assert desk.room("K2") == "alarm"
    assert guards.alarm.owner == ""


def test_a_clock_that_differs_changes_no_age(station: Make) -> None:
    guards, desk = station("Vagten", "K2"), station("Skranken", "B1", ahead_s=400)
    meet(guards, desk)
    guards.press("K2")
    meet(guards, desk)
    for _beat in range(5):
        pass_(3, guards, desk)
        meet(guards, desk, times=1)
    assert desk.alarm.age_s == pytest.approx(15, abs=3.1)
    assert desk.faults() == []


def test_an_act_is_sent_then_journalled_by_the_owner_with_who_asked(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    desk.acknowledge()
    waiting = desk.alarm
    assert [line.what for line in waiting.sent] == ["acknowledge"]
    assert waiting.acknowledgement_sent
    assert waiting.unacknowledged, "nothing is called done before it is journalled"
    assert desk.replies == []
    meet(desk, guards, desk)
    assert [reply.refused for reply in desk.replies] == [""]
    assert guards.alarm.acknowledged_by == desk.alarm.acknowledged_by == "GS"
    assert said(guards)[-1] == said(desk)[-1] == ("acknowledge", "GS", "Skranken")
    assert desk.alarm.sent == ()
    assert requests(desk) == [], "nothing of it stays in the database"


def test_two_acknowledgements_at_one_moment_are_both_kept_and_the_first_journalled_counts(
    two: tuple[Station, Station],
) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    desk.acknowledge()
    guards.acknowledge()
    meet(desk, guards, desk)
    for at in (guards, desk):
        assert at.alarm.acknowledged_by == "GV"
        assert [line[1:] for line in said(at) if line[0] == "acknowledge"] == [("GV", "Vagten"), ("GS", "Skranken")]


def test_an_alarm_is_closed_from_another_station(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    desk.acknowledge()
    meet(desk, guards, desk)
    desk.act("step", desk.alarm, detail="on_scene")
    desk.act("close", desk.alarm, detail="left_by_themselves")
    meet(desk, guards, desk)
    assert guards.view.alarms == desk.view.alarms == ()
    assert guards.view.recent[0].outcome == "left_by_themselves"
    assert guards.room("K2") == desk.room("K2")


def test_an_act_that_is_refused_is_refused_to_who_asked(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    desk.act("close", desk.alarm, detail="accidental")
    meet(desk, guards, desk)
    assert [reply.refused for reply in desk.replies] == ["not_acknowledged"]


def test_the_same_act_asked_again_is_done_once(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    note = desk.act("note", desk.alarm, text="på vej")
    desk.send(note)
    meet(desk, guards, desk)
    desk.send(note)
    meet(desk, guards, desk)
    assert [line[0] for line in said(guards)].count("note") == 1
    assert [reply.refused for reply in desk.replies] == ["", ""]


def test_a_second_press_is_not_covered_by_what_was_sent_before(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    desk.acknowledge()
    guards.press("K2")
    meet(guards, desk, times=1)
    assert not desk.alarm.acknowledgement_sent
    meet(desk, guards, desk)
    assert desk.alarm.unacknowledged
    assert desk.alarm.presses == 2


def test_a_station_that_is_not_heard_is_a_fault_and_its_rooms_are_unknown(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    guards.close()
    for _second in range(5):
        pass_(5, desk)
        desk.meet()
    assert desk.faults() == ["station_silent:Vagten"]
    assert desk.room("K1") == "unknown"
    assert desk.room("K2") == "alarm", "nobody has said that it is over"
    assert desk.alarm.age_s == pytest.approx(25)
    guards.open()
    meet(guards, desk)
    assert desk.faults() == []
    assert desk.alarm.room == "K2"


def test_its_fault_is_acknowledged_here_and_a_station_that_never_comes_again_is_forgotten(
    two: tuple[Station, Station],
) -> None:
    guards, desk = two
    guards.close()
    pass_(20, desk)
    desk.meet()
    key = "station_silent:Vagten"
    desk.act("clear_fault", fault=key)
    assert desk.replies[-1].refused == "fault_stands"
    desk.act("acknowledge_fault", fault=key)
    (fault,) = [each for each in desk.view.faults if each.key == key]
    assert (fault.acknowledged_by, fault.clearable) == ("GS", True)
    desk.act("clear_fault", fault=key)
    desk.meet()
    desk.meet()
    assert desk.faults() == []
    assert desk.room("K1") == "no_panel"
    guards.open()
    meet(guards, desk)
    assert desk.room("K1") != "no_panel", "one that is heard again is back"


def test_a_station_without_panels_leaves_quietly(station: Make) -> None:
    guards, leader = station("Vagten", "K2"), station("Leder")
    meet(guards, leader)
    leader.close()
    pass_(60, guards)
    guards.meet()
    assert guards.faults() == []


def test_what_is_not_answered_is_said_loudly_and_done_when_the_station_is_back(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    guards.close()
    desk.acknowledge()
    desk.meet()
    pass_(4, desk)
    assert desk.alarm.unanswered
    assert desk.faults() == ["station_unanswered:Vagten"]
    pass_(30, guards)
    guards.open()
    meet(guards, desk)
    assert [reply.refused for reply in desk.replies] == [""]
    assert desk.faults() == []
    assert guards.alarm.timeline[-1].asked == "2025-11-24T12:42:07.000Z", "when it was asked for"


def test_after_ten_minutes_it_is_given_up(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    desk.acknowledge()
    desk.meet()
    pass_(601, desk, guards)
    desk.desk.tick()
    assert [reply.refused for reply in desk.replies] == ["no_answer"]
    desk.meet()
    assert requests(desk) == []
    guards.meet()
    assert guards.alarm.unacknowledged


@pytest.mark.parametrize("kind", ["drill_stop", "drill_reveal"])
def test_what_must_not_come_late_is_taken_back_by_who_asked_and_refused_by_who_is_asked(
    two: tuple[Station, Station], kind: str
) -> None:
    guards, desk = two
    act = Act(kind=kind, owner="Vagten", station="Skranken", asked="2025-11-24T12:42:07.000Z")  # type: ignore[arg-type]
    desk.send(act)
    desk.meet()
    (row,) = requests(desk)
    pass_(6, desk)
    desk.desk.tick()
    assert [reply.refused for reply in desk.replies] == ["too_late"]
    desk.meet()
    assert requests(desk) == []
    engine = open_engine(guards.settings.database)
    with writing(engine) as session:
        session.add(
            RequestRow(
                id="late", owner="Vagten", asker="Skranken", asked_at=row.asked_at - timedelta(minutes=1), act=row.act
            )
        )
    engine.dispose()
    guards.meet()
    (row,) = requests(guards)
    assert '"too_late"' in (row.answer or "")


def test_a_stranger_in_the_mail_is_refused_and_holds_up_nothing(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    engine = open_engine(guards.settings.database)
    with writing(engine) as session:
        for number, act in enumerate(("no json", '{"kind": "future"}', '{"kind": "shift", "people": ["XX"]}')):
            asked_at = guards.clock.now() - timedelta(seconds=9 - number)
            session.add(RequestRow(id=f"s{number}", owner="Vagten", asker="Skranken", asked_at=asked_at, act=act))
    engine.dispose()
    desk.acknowledge()
    meet(desk, guards, desk)
    assert guards.view.shift == ()
    assert not guards.alarm.unacknowledged


def test_another_version_is_said(station: Make) -> None:
    guards, desk = station("Vagten", "K2", program="1"), station("Skranken", "B1", program="2")
    meet(guards, desk)
    assert desk.faults() == ["station_version:Vagten"]
    assert guards.faults() == ["station_version:Skranken"]
    guards.press("K2")
    meet(guards, desk)
    assert desk.alarm.room == "K2", "what can be read is shown all the same"


def test_a_board_that_cannot_be_read_is_no_board_where_all_is_well(two: tuple[Station, Station]) -> None:
    guards, desk = two
    engine = open_engine(guards.settings.database)
    with writing(engine) as session:
        session.execute(text("UPDATE station_board SET board = '{}', edition = 99 WHERE station = 'Vagten'"))
    engine.dispose()
    desk.meet()
    assert desk.faults() == ["station_version:Vagten"]
    assert desk.room("K1") == "no_panel"


def test_two_pcs_of_one_name_are_told_so(station: Make) -> None:
    one = station("Vagten", "K2")
    one.meet()
    other = Station("Vagten2", one.settings.database, one.settings.journal.parent, ("K1",))
    other.settings = replace(other.settings, station="Vagten")
    other.close()
    other.open()
    other.meet()
    one.meet()
    assert one.faults() == ["station_twice"]
    other.close()
    pass_(20, one)
    for _round in range(3):
        one.meet()
        pass_(20, one)
    assert one.faults() == []


def test_three_stations_are_in_one_order(station: Make) -> None:
    stations = [station("Vagten", "K1"), station("Skranken", "K2"), station("Leder", "B1")]
    meet(*stations)
    for at, room in zip(stations, ("K1", "K2", "B1"), strict=True):
        at.press(room)
        pass_(2, *stations)
    meet(*stations)
    assert [[alarm.room for alarm in in_order(at.view.alarms)] for at in stations] == [["K1", "K2", "B1"]] * 3


def test_silence_here_covers_anothers_alarm_until_a_new_press(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    desk.act("silence", press=desk.view.number)
    pass_(10, desk, guards)
    assert desk.view.silenced_s == pytest.approx(50)
    assert guards.view.silenced_s is None, "it sounds where it was not silenced"
    guards.press("K2")
    meet(guards, desk)
    assert desk.view.silenced_s is None


def test_a_panel_that_is_silent_elsewhere_is_a_fault_here_too_and_acknowledged_there(
    two: tuple[Station, Station],
) -> None:
    guards, desk = two
    signal = Signal(kind=Kind.TAMPER, point="1", text="K2")
    assert guards.desk.store("panel-Vagten", [signal])
    meet(guards, desk)
    (fault,) = desk.view.faults
    assert (fault.owner, fault.kind) == ("Vagten", "tamper")
    desk.act("acknowledge_fault", fault=fault.key, owner=fault.owner)
    meet(desk, guards, desk)
    assert guards.view.faults[0].acknowledged_by == desk.view.faults[0].acknowledged_by == "GS"


def test_an_alarm_goes_on_while_the_database_is_away(two: tuple[Station, Station]) -> None:
    guards, desk = two
    engine = guards.exchange._engine
    assert engine is not None
    with writing(engine, told=False) as session:
        session.execute(text("ALTER TABLE station_board RENAME TO away"))
    guards.press("K2")
    with pytest.raises(Exception):  # noqa: B017, PT011 - whichever error the database has for it
        guards.meet()
    assert guards.alarm.unacknowledged
    with writing(engine, told=False) as session:
        session.execute(text("ALTER TABLE away RENAME TO station_board"))
    meet(guards, desk)
    assert desk.alarm.room == "K2"


def test_nothing_is_written_while_nothing_happens_and_nobody_else_is_there(station: Make) -> None:
    alone = station("Vagten", "K2")
    alone.meet()
    engine = open_engine(alone.settings.database)

    def row() -> tuple[int, int]:
        with reading(engine) as session:
            found = session.scalars(select(StationRow)).one()
            return found.edition, found.beat

    before = row()
    alone.press("K2")
    for _minute in range(3):
        pass_(60, alone)
        alone.meet()
    assert row() == before
    engine.dispose()
    other = Station("Skranken", alone.settings.database, alone.settings.journal.parent, ("B1",))
    meet(other, alone, other)
    assert other.alarm.room == "K2", "whoever comes is told"
    other.close()


def test_an_act_on_anothers_alarm_never_falls_on_one_of_ours_with_its_number(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    desk.press("B1")
    meet(guards, desk)
    ours, theirs = sorted(desk.view.alarms, key=lambda alarm: alarm.owner)
    assert ours.id == theirs.id
    act = Act(kind="acknowledge", alarm=theirs.id, press=1, owner=theirs.owner)
    assert desk.desk.act(act).refused == "unknown_alarm"
    desk.act("acknowledge", theirs, press=1)
    meet(desk, guards, desk)
    assert [alarm.unacknowledged for alarm in sorted(desk.view.alarms, key=lambda alarm: alarm.owner)] == [True, False]


def test_an_older_copy_of_the_database_hides_no_alarm(two: tuple[Station, Station]) -> None:
    guards, desk = two
    engine = open_engine(guards.settings.database)
    with reading(engine) as session:
        older = session.scalars(select(StationRow).where(StationRow.station == guards.name)).one()
    guards.press("K2")
    meet(guards, desk)
    with writing(engine) as session:
        session.merge(older)
    engine.dispose()
    pass_(1, guards, desk)
    meet(guards, desk)
    assert desk.alarm.unacknowledged


def test_stations_stay_with_the_file_that_lies_there(two: tuple[Station, Station]) -> None:
    guards, desk = two
    file = sqlite_path(guards.settings.database)
    if file is None:
        pytest.skip("a server's database is no file")
    guards.press("K2")
    meet(guards, desk)
    set_aside(file)
    prepare_main(guards.settings.database)
    meet(guards, desk)
    guards.press("K1")
    pass_(1, guards, desk)
    meet(guards, desk)
    assert {alarm.room for alarm in desk.view.alarms} == {"K1", "K2"}
    engine = open_engine(guards.settings.database)
    with reading(engine) as session:
        assert {each.station for each in session.scalars(select(StationRow))} == {guards.name, desk.name}
    engine.dispose()


def test_an_answer_that_nobody_took_is_read_again(two: tuple[Station, Station]) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    act = desk.acknowledge()
    desk.meet()
    guards.meet()
    assert desk.exchange._engine is not None
    # It is read, and the database is away before its row is deleted.
    desk.exchange._read(desk.exchange._engine)
    desk.send(act)
    meet(desk, guards)
    assert [(reply.id, reply.refused) for reply in desk.replies] == [(act.id, "")] * 2


def test_a_dashboard_that_does_not_read_holds_up_no_answer(two: tuple[Station, Station], tmp_path: Path) -> None:
    guards, desk = two
    guards.press("K2")
    meet(guards, desk)
    server = FeedServer(desk.desk, desk.settings.journal, lambda: None, desk.exchange)
    endpoint = read_endpoint(desk.settings.journal)
    assert endpoint is not None
    reading = MonitorFeed(desk.settings.journal)
    answers: queue.Queue[ActReply] = queue.Queue()
    came = threading.Event()
    reading.start(lambda _view: came.set(), lambda _code: None)
    try:
        with dial(endpoint) as stuck:
            stuck.send_bytes(encode(ToMonitor(program=VERSION)))
            alarm = desk.alarm
            for number in range(200):
                note = Act(kind="note", alarm=alarm.id, owner=alarm.owner, text=f"{number} " + "x" * 400)
                stuck.send_bytes(encode(ToMonitor(act=note)))
            assert came.wait(20)
            reading.act(Act(kind="acknowledge", alarm=alarm.id, owner=alarm.owner, press=1, by="MH"), answers.put)
            until(lambda: desk.alarm.acknowledgement_sent and len(desk.alarm.sent) == 201)
            meet(desk, guards, desk)
            assert not answers.get(timeout=20).refused
    finally:
        reading.stop()
        server.stop()
