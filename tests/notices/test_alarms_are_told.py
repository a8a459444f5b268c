"""Who is told of an alarm, from a real journal through a real mail server, with a clock that is moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from alarms.conftest import Guardroom, MovedClock, town
from harness.mail_server import MailServer
from notices.conftest import recipient

from db.errors import StorageError
from db.schema import prepare_journal
from drivers.base import Kind, Signal
from drivers.link import LinkState
from guardroom.alarms.journalling import STATE_VERSION
from guardroom.alarms.state import DrillOrder
from guardroom.notices.station import StationNotices, outbox_path
from guardroom.settings import Hours, NoticePolicy

GROUPS = {
    "alarm": ("guards", "corridor"),
    "off_duty": ("security_coordinator",),
    "unacknowledged": ("leaders",),
    "still_unacknowledged": ("directors",),
    "no_progress": ("leaders",),
}
DAY = Hours((((time(7, 30), time(18)),),) * 5 + ((), ()))
EVERYBODY = (
    recipient("Vagt", "guards"),
    replace(recipient("GangA", "corridor"), blocks=("A",)),
    replace(recipient("GangB", "corridor"), blocks=("B",)),
    recipient("Leder", "leaders"),
    recipient("Sikkerhed", "security_coordinator"),
    recipient("Chef", "directors"),
    recipient("Prøve", "test", mail="test@byby.example"),
)


class Station(Guardroom):
    """A guard room whose notices go to this server."""

    def __init__(self, folder: Path, clock: MovedClock, server: MailServer, **policy: Any) -> None:
        self.server = server
        self.clock = clock
        self.settings = replace(town(folder), mail=server.mail(), recipients=EVERYBODY)
        notices = NoticePolicy(groups=GROUPS)
        self.settings = replace(
            self.settings, policy=replace(self.settings.policy, **{"guard_hours": DAY, "notices": notices, **policy})
        )
        prepare_journal(self.settings.journal)
        self.notices: StationNotices | None = None
        self.restart()

    def restart(self) -> None:
        if self.notices is not None:
            self.notices.stop()
        super().restart()
        self.notices = StationNotices(self.settings, self.journal, self.desk, self.clock, self.desk.number)
        self.notices.start()

    def later(self, seconds: float) -> None:
        """Time passes, and what is due is looked at."""
        self.clock.pass_(seconds)
        assert self.notices is not None
        self.notices.look()

    def told(self, count: int) -> list[tuple[str, str]]:
        """Who has been told what, when so many messages have come; sorted."""
        self.server.wait_for(count)
        return sorted((to.partition("@")[0], subject.partition(":")[0]) for to, subject in self.server.subjects())

    def nothing_more(self, count: int) -> None:
        """Nobody has been told anything else when what comes last is told: a press elsewhere tells."""
        self.press("001")
        before = self.told(count + 2)
        assert len(before) == count + 2, before

    def close_down(self) -> None:
        assert self.notices is not None
        self.notices.stop()
        self.journal.close()


@pytest.fixture
def at(tmp_path: Path, clock: MovedClock, server: MailServer) -> Iterator[Station]:
    station = Station(tmp_path, clock, server)
    yield station
    station.close_down()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def test_guards_and_the_corridor_beside_the_room_are_told_at_once(at: Station) -> None:
    at.press()
    assert at.told(2) == [("ganga", "ALARM"), ("vagt", "ALARM")]
    message = at.server.got("vagt@byby.example")[0]
    assert message["Subject"] == "ALARM: Kontaktrum 2 (A), 13:42:07"
    assert "Sign in to guardroom." in message.get_content()
    at.nothing_more(2)


def test_a_panels_repeat_is_not_told_and_a_second_press_is(at: Station) -> None:
    at.press()
    at.press()
    at.told(2)
    at.clock.pass_(200)
    at.press()
    assert at.told(4)[-1] == ("vagt", "ALARM, PRESSED AGAIN")


def test_off_duty_others_are_told_besides(at: Station) -> None:
    at.clock.pass_(6 * 3600)
    at.press()
    assert at.told(3) == [("ganga", "ALARM"), ("sikkerhed", "ALARM"), ("vagt", "ALARM")]


def test_a_holiday_is_off_duty(at: Station) -> None:
    at.clock.pass_(31 * 86_400)  # Christmas Day, a Thursday
    at.press()
    assert ("sikkerhed", "ALARM") in at.told(3)


def test_where_duty_hours_are_not_set_everybody_is_told_always(
    tmp_path: Path, clock: MovedClock, server: MailServer
) -> None:
    at = Station(tmp_path, clock, server, guard_hours=Hours())
    at.press()
    assert ("sikkerhed", "ALARM") in at.told(3)
    at.close_down()


def test_an_alarm_that_nobody_is_named_for_goes_to_everybody(
    tmp_path: Path, clock: MovedClock, server: MailServer
) -> None:
    at = Station(tmp_path, clock, server, notices=NoticePolicy())
    at.press()
    told = [to for to, _said in at.told(6)]
    assert "prøve" not in told
    assert "test" not in told
    assert {"leder", "chef", "vagt"} <= set(told)
    at.close_down()


def test_an_alarm_that_nobody_acknowledges_goes_on_to_others(at: Station) -> None:
    at.press()
    at.told(2)
    at.later(29)
    at.later(1)
    assert at.told(3)[1] == ("leder", "ALARM NOT ACKNOWLEDGED")
    at.later(90)
    assert at.told(4)[0] == ("chef", "ALARM STILL NOT ACKNOWLEDGED")
    at.later(3600)
    at.nothing_more(4)


def test_acknowledging_ends_it(at: Station) -> None:
    at.press()
    at.told(2)
    at.acknowledge()
    at.later(119)
    at.nothing_more(2)


def test_an_alarm_that_nobody_does_anything_about_is_asked_about(at: Station) -> None:
    at.press()
    at.acknowledge()
    at.told(2)
    at.later(599)
    at.act("step", alarm=at.alarm.id, detail="on_scene")
    at.later(599)
    at.later(2)
    assert at.told(3)[1] == ("leder", "ALARM WITHOUT NEWS")
    at.later(5000)
    at.nothing_more(3)


@pytest.mark.parametrize("step_s", [7200, -7200])
def test_a_clock_that_is_set_hastens_and_holds_up_no_escalation(at: Station, step_s: float) -> None:
    """Summer time that was set by hand, or a PC that finds the time after it has started."""
    at.press()
    at.told(2)
    at.acknowledge()
    at.clock.moment += timedelta(seconds=step_s)
    at.later(599)
    at.act("step", alarm=at.alarm.id, detail="on_scene")
    at.clock.moment -= timedelta(seconds=2 * step_s)
    at.later(598)
    assert at.desk.view().alarms[0].steps, "the step is done, and the clock set since"
    at.nothing_more(2)
    at.later(3)
    assert ("leder", "ALARM WITHOUT NEWS") in at.told(5), "ten minutes by the running clock, since the step"


@pytest.mark.parametrize(("by_wall_s", "told"), [(599, False), (601, True), (-3600, True)])
def test_across_a_restart_of_the_computer_the_time_of_day_counts(
    at: Station, monkeypatch: pytest.MonkeyPatch, by_wall_s: float, told: bool
) -> None:
    """Where it was set back meanwhile nobody knows how long it was: then it is asked about."""
    at.press()
    at.acknowledge()
    at.told(2)
    assert at.notices is not None
    at.notices.stop()
    monkeypatch.setattr("guardroom.alarms.desk.boot_id", lambda: "another boot")
    at.clock.moment += timedelta(seconds=by_wall_s)
    at.clock.running = 5.0
    at.restart()
    if told:
        assert ("leder", "ALARM WITHOUT NEWS") in at.told(3)
    else:
        at.nothing_more(2)


def test_whoever_was_told_is_told_when_it_is_over(at: Station) -> None:
    at.press()
    at.acknowledge()
    at.told(2)
    at.close("accidental")
    assert at.told(4) == [("ganga", "ALARM"), ("ganga", "Alarm closed"), ("vagt", "ALARM"), ("vagt", "Alarm closed")]


def test_what_was_told_is_not_told_again_after_a_restart(at: Station) -> None:
    at.press()
    at.told(2)
    at.later(31)
    at.told(3)
    for _restart in range(3):
        at.restart()
    at.later(90)
    assert at.told(4)[0] == ("chef", "ALARM STILL NOT ACKNOWLEDGED"), "and an escalation goes on where it was"
    assert len(at.server.taken) == 4


def test_what_came_while_nobody_told_is_told_afterwards(at: Station) -> None:
    assert at.notices is not None
    at.notices.stop()
    at.press()
    at.restart()
    assert at.told(2) == [("ganga", "ALARM"), ("vagt", "ALARM")]


def test_what_was_there_before_there_were_notices_is_not_told(
    tmp_path: Path, clock: MovedClock, server: MailServer
) -> None:
    old = Guardroom(tmp_path, clock)
    for point in ("005", "001"):
        old.press(point)
        old.acknowledge(old.view.alarms[-1])
    for alarm in old.view.alarms:
        old.act("close", alarm=alarm.id, detail="other")
    old.journal.close()
    at = Station(tmp_path, clock, server)
    at.clock.pass_(200)
    at.press()
    assert at.told(2) == [("ganga", "ALARM"), ("vagt", "ALARM")]
    at.close_down()


def test_a_drill_goes_to_test_recipients_and_says_so(at: Station) -> None:
    order = DrillOrder(id=7, room="K2", place="Kontaktrum 2", panel="espa", point="005", length_s=900)
    assert at.desk.play_drill(order)
    at.later(200)
    at.told(3)
    at.act("drill_stop", alarm=at.alarm.id)
    at.told(4)
    assert {to for to, _message in at.server.taken} == {"test@byby.example"}
    for message in at.server.got("test@byby.example"):
        assert str(message["Subject"]).startswith("ØVELSE/DRILL: ")
        assert "do not call the police" in message.get_content()
    assert "The drill is over" in str(at.server.taken[-1][1]["Subject"])


def shown(at: Station) -> set[tuple[str, str, str]]:
    """Who is shown to have been told of what."""
    return {(one.recipient, one.occasion, one.state) for one in at.view.told}


def test_a_blind_drill_looks_like_any_alarm_until_it_is_revealed(at: Station) -> None:
    order = DrillOrder(id=7, room="K2", place="Kontaktrum 2", panel="espa", point="005", length_s=900)
    assert at.desk.play_drill(order)
    at.told(1)
    _until(at, lambda: shown(at) == {("Vagt", "alarm", "sent"), ("GangA", "alarm", "sent")})
    at.later(31)
    at.told(2)
    _until(at, lambda: ("Leder", "unacknowledged", "sent") in shown(at))
    assert not any(recipient == "Prøve" for recipient, _occasion, _state in shown(at))
    at.act("drill_reveal", alarm=at.alarm.id)
    _until(at, lambda: {recipient for recipient, _occasion, _state in shown(at)} == {"Prøve"})


def test_a_blind_drill_fails_as_a_real_alarm_would(at: Station) -> None:
    at.server.refuse["test@byby.example"] = "450 busy"
    order = DrillOrder(id=7, room="K2", place="Kontaktrum 2", panel="espa", point="005", length_s=900)
    assert at.desk.play_drill(order)
    _until(at, lambda: shown(at) == {("Vagt", "alarm", "failing"), ("GangA", "alarm", "failing")})
    _until(at, lambda: [fault.detail for fault in at.view.faults if fault.kind == "notices"] == ["Vagt, GangA"])


def test_what_a_panel_wrote_is_not_told(at: Station) -> None:
    at.press("077", text="BAERBAR JENS HANSEN")
    at.told(1)
    at.desk.store("espa", [Signal(kind=Kind.UNKNOWN, point="077", code="", text="KALD JENS HANSEN", raw=b"KALD JENS")])
    at.later(61)
    at.told(4)
    for _to, message in at.server.taken:
        assert "JENS" not in message.as_string().upper()
    assert any("espa 077" in str(message["Subject"]) for _to, message in at.server.taken)


def test_a_new_press_in_the_evening_is_off_duty(at: Station) -> None:
    at.clock.pass_(4 * 3600)  # 17:42
    at.press()
    assert ("sikkerhed", "ALARM") not in at.told(2)
    at.acknowledge()
    at.clock.pass_(1800)
    at.press()
    assert ("sikkerhed", "ALARM, PRESSED AGAIN") in at.told(5)


def test_after_the_end_nothing_that_waited_is_told(at: Station) -> None:
    at.server.refuse["vagt@byby.example"] = "450 busy"
    at.press()
    at.acknowledge()
    at.told(1)
    at.close("accidental")
    del at.server.refuse["vagt@byby.example"]
    at.told(3)
    at.later(60)
    at.nothing_more(3)
    assert ("vagt", "ALARM") not in [each for each in at.told(5) if "13:42:07" in str(each)]


def test_a_fault_that_was_acknowledged_is_new_when_the_next_alarm_reaches_nobody(at: Station) -> None:
    at.server.refuse["vagt@byby.example"] = "550 gone"

    def fault() -> Any:
        return next((each for each in at.view.faults if each.kind == "notices"), None)

    at.press()
    _until(at, lambda: fault() is not None)
    at.act("acknowledge_fault", fault="notices:alarms")
    assert fault().acknowledged
    at.later(200)
    at.press()
    _until(at, lambda: not fault().acknowledged)


def test_a_damaged_outbox_is_set_aside(at: Station) -> None:
    assert at.notices is not None
    at.press()
    at.told(2)
    at.notices.stop()
    path = outbox_path(at.settings.journal)
    path.write_bytes(b"SQLite format 3\x00" + bytes(range(256)) * 40)
    at.restart()
    at.press("001")
    at.told(4)
    assert list(path.parent.glob("*.corrupt.*"))


def test_where_no_file_takes_anything_it_is_told_tried_again_and_escalated_from_memory(
    at: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_told: Any) -> None:
        raise StorageError("disk_full", "no space")

    assert at.notices is not None
    at.notices.stop()
    at.server.refuse["vagt@byby.example"] = "450 busy"
    with monkeypatch.context() as broken:
        broken.setattr("guardroom.notices.box.prepare_outbox", full)
        at.restart()
        at.press()
        _until(at, lambda: [each.detail for each in at.view.faults if each.key == "notices:alarms"] == ["Vagt"])
        assert any(each.key == "outbox" for each in at.view.faults)
        del at.server.refuse["vagt@byby.example"]
        at.later(31)
        assert at.told(3) == [("ganga", "ALARM"), ("leder", "ALARM NOT ACKNOWLEDGED"), ("vagt", "ALARM")]
    at.press("001")
    at.told(5)
    _until(at, lambda: not any(each.key == "outbox" for each in at.view.faults))
    assert len(at.server.taken) == 5, "nothing of it was told again from the file"


def test_what_nobody_has_thought_of_is_a_fault_on_the_board_until_it_is_over(
    at: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unforeseen(_mail: object) -> None:
        raise ArithmeticError

    with monkeypatch.context() as broken:
        broken.setattr("guardroom.notices.sender.MailLine", unforeseen)
        at.press()
        _until(at, lambda: [each.text for each in at.view.faults if each.kind == "notices"] == ["ArithmeticError"])
    at.later(31)
    at.told(2)
    _until(at, lambda: not [each for each in at.view.faults if each.kind == "notices"])


def test_an_alarm_that_waits_is_told_where_the_outbox_was_lost(at: Station) -> None:
    at.press()
    at.told(2)
    assert at.notices is not None
    at.notices.stop()
    outbox_path(at.settings.journal).unlink()
    at.restart()
    at.told(4)


def test_a_damaged_snapshot_stops_nothing(at: Station) -> None:
    at.press()
    at.told(2)
    assert at.notices is not None
    at.notices.stop()
    at.journal.save_snapshot(1, "2025-11-24T12:42:07.000Z", STATE_VERSION, b"rubbish")
    at.restart()
    at.press("001")
    at.told(4)


def test_a_real_alarm_in_a_drill_goes_to_everybody_it_concerns(at: Station) -> None:
    order = DrillOrder(id=7, room="K2", place="Kontaktrum 2", panel="espa", point="005", length_s=900)
    assert at.desk.play_drill(order)
    at.told(1)
    at.press("001")
    told = at.told(4)
    assert ("vagt", "ALARM") in told
    assert [to for to, said in told if said == "ØVELSE/DRILL"] == ["test", "test"], "and that the drill is over"


def test_a_place_that_somebody_typed_is_not_told(at: Station) -> None:
    at.act("raise", text="Hos Jens Hansen")
    at.told(1)
    for _to, message in at.server.taken:
        assert "Jens" not in message.as_string()
        assert "see guardroom" in str(message["Subject"])


def test_who_could_not_be_told_is_a_fault_until_they_were(at: Station) -> None:
    at.server.refuse["vagt@byby.example"] = "450 busy"
    at.press()
    at.server.wait_for(1)
    _until(at, lambda: [fault.detail for fault in at.view.faults if fault.kind == "notices"] == ["Vagt"])
    known = {("Vagt", "failing"), ("GangA", "sent")}
    _until(at, lambda: {(one.recipient, one.state) for one in at.view.told} == known)
    del at.server.refuse["vagt@byby.example"]
    at.later(5)
    at.told(2)
    _until(at, lambda: not any(fault.kind == "notices" for fault in at.view.faults))
    _until(at, lambda: {one.state for one in at.view.told} == {"sent"})


def test_a_panel_that_stays_silent_is_told_to_whoever_mends_it(
    tmp_path: Path, clock: MovedClock, server: MailServer
) -> None:
    at = Station(tmp_path, clock, server, notices=NoticePolicy(groups={**GROUPS, "fault": ("security_coordinator",)}))
    at.panel("espa", LinkState.STALE)
    at.later(59)
    at.later(2)
    assert at.told(1) == [("sikkerhed", "PANEL SILENT")]
    at.restart()
    at.panel("espa", LinkState.STALE)
    at.later(3600)
    at.nothing_more(1)
    at.close_down()


def _until(at: Station, so: Any) -> None:
    version = 0
    for _change in range(200):
        if so():
            return
        version = at.desk.wait(version, 0.5)
    raise AssertionError((at.view.faults, at.view.told))
