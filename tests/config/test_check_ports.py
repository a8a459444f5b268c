"""`guardroom check` and the panels' ports: what it hears, and what the running monitor says of them."""

from __future__ import annotations

import os
import sys
import tty
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from harness.device_server import DeviceServer
from harness.espa_line import ENQ, EOT, block
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from guardroom import check_ports, listening
from guardroom.alarms.view import BoardView, PanelView
from guardroom.check_ports import port_findings
from guardroom.config import load
from guardroom.finding import Finding
from guardroom.monitor_lock import MonitorLock

Write = Callable[[str], Path]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the ports here are ptys")

POLL = EOT + b"2" + ENQ
CALL = EOT + b"1" + ENQ + b"2" + ENQ + block("005", "KONTAKTRUM 2")
ROOM = '[[rooms]]\nid = "K2"\nname = "Økonomi"\nblock = "Jobcenter"\npoints = ["blok-a:005"]\n'


class Panel:
    """The panel's end of a port."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)

    def says(self, data: bytes) -> None:
        """What waits in the port when it is opened."""
        os.write(self._master, data)

    def heard(self) -> bytes:
        """What was sent to the panel."""
        os.set_blocking(self._master, False)
        try:
            return os.read(self._master, 4096)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        """Put it away."""
        os.close(self._master)
        os.close(self._slave)


@pytest.fixture
def panel() -> Iterator[Panel]:
    """A panel on a port."""
    panel = Panel()
    yield panel
    panel.close()


def settings_of(port: str, more: str = "", driver: str = "espa444") -> str:
    return f'[[panels]]\nname = "blok-a"\ndriver = "{driver}"\nport = "{port}"\n{more}\n'


def found(file: Path, listen: float = 0.4) -> list[Finding]:
    return list(port_findings(load(file), listen))


def test_valid_frames_are_heard_and_nothing_is_said(write: Write, panel: Panel) -> None:
    panel.says(POLL * 5)
    (finding,) = found(write(settings_of(panel.port)), listen=30)
    assert finding.standing == "ok"
    assert "valid frames" in finding.said
    assert panel.heard() == b""


def test_a_panel_that_says_nothing_is_not_wrong(write: Write, panel: Panel) -> None:
    (finding,) = found(write(settings_of(panel.port)))
    assert (finding.standing, "nothing was heard in 0.4 s" in finding.said) == ("unset", True)


def test_a_panel_that_must_have_spoken_by_now_is_wrong(write: Write, panel: Panel) -> None:
    (finding,) = found(write(settings_of(panel.port, "supervision_s = 0.3")))
    assert finding.standing == "wrong"
    assert "switched on" in finding.said


def test_a_panel_that_is_asked_may_be_silent(write: Write, panel: Panel) -> None:
    more = "supervision_s = 0.3\n[panels.options]\nunits = [1]"
    (finding,) = found(write(settings_of(panel.port, more, driver="modbus")))
    assert finding.standing == "unset"
    assert "only when it is asked" in finding.said
    assert panel.heard() == b""


def test_wrong_parity_is_named_with_its_remedy(write: Write, panel: Panel) -> None:
    panel.says(bytes(byte | (byte.bit_count() % 2) << 7 for byte in b"OVERFALD KONTAKTRUM 2, JOBCENTER\r\n" * 4))
    (finding,) = found(write(settings_of(panel.port)))
    assert finding.standing == "wrong"
    assert "7 data bits with even parity" in finding.said
    assert 'Set bytesize = 7 and parity = "E"' in finding.said


def test_another_driver_is_named(write: Write, panel: Panel) -> None:
    panel.says(POLL + CALL * 2)
    more = "[panels.options]\nunits = [1]"
    (finding,) = found(write(settings_of(panel.port, more, driver="modbus")))
    assert finding.standing == "wrong"
    assert 'Set driver = "espa444"' in finding.said


def test_garbage_of_no_known_kind(write: Write, panel: Panel) -> None:
    panel.says(bytes(range(40, 200, 3)))
    (finding,) = found(write(settings_of(panel.port)))
    assert finding.standing == "wrong"
    assert "54 bytes came and no valid frame" in finding.said
    assert "Compare baudrate, bytesize, parity and driver" in finding.said


def test_an_alarm_is_told_loudly(write: Write, panel: Panel) -> None:
    panel.says(CALL)
    heard, alarm = found(write(settings_of(panel.port) + ROOM))
    assert heard.standing == "ok"
    assert alarm.standing == "wrong"
    assert "AN ALARM WAS HEARD: Økonomi (hold_up 005" in alarm.said
    assert "not acknowledged, so the panel sends it again" in alarm.said
    assert panel.heard() == b""


def test_an_alarm_that_nobody_sends_again_is_told_as_that(write: Write, panel: Panel) -> None:
    panel.says(CALL)
    _heard, alarm = found(write(settings_of(panel.port, '[panels.options]\nrole = "tap"') + ROOM))
    assert alarm.standing == "wrong"
    assert "does not send it again, and nobody has stored it" in alarm.said


def test_a_message_that_has_begun_is_heard_to_its_end(
    write: Write, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    come = iter([POLL * 5 + CALL[:-9], b"", CALL[-9:]])
    monkeypatch.setattr(listening, "receive", lambda line: next(come, b""))
    heard, alarm = found(write(settings_of(panel.port) + ROOM), listen=30)
    assert heard.standing == "ok"
    assert "AN ALARM WAS HEARD: Økonomi (hold_up 005" in alarm.said


def test_a_message_that_is_cut_off_is_told_of(write: Write, panel: Panel) -> None:
    panel.says(POLL * 5 + CALL[:-9])
    heard, cut_off = found(write(settings_of(panel.port) + ROOM), listen=30)
    assert heard.standing == "ok"
    assert cut_off.standing == "wrong"
    assert "cut off, and it may have been an alarm" in cut_off.said


def test_all_panels_are_heard_at_the_same_time(write: Write) -> None:
    panels = [Panel() for _number in range(8)]
    text = ""
    for number, each in enumerate(panels):
        each.says(POLL * number)
        text += settings_of(each.port).replace("blok-a", f"blok-{number}")
    try:
        said = [finding.what for finding in found(write(text))]
    finally:
        for each in panels:
            each.close()
    assert said == [f"port of panel blok-{number}" for number in range(8)]


def test_a_port_that_is_not_there_and_the_nearest_that_is(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_ports, "comports", lambda: [])
    (finding,) = found(write(settings_of("/dev/ttyUSB7")))
    assert "no serial port now: is the adapter plugged in?" in finding.said
    monkeypatch.setattr(list_ports, "comports", lambda: [ListPortInfo("/dev/ttyS0"), ListPortInfo("/dev/ttyUSB1")])
    (finding,) = found(write(settings_of("/dev/ttyUSB7")))
    assert finding.standing == "wrong"
    assert "The nearest is /dev/ttyUSB1." in finding.said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names for sockets")
def test_an_adapter_without_a_serial_number(write: Write, panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    info = ListPortInfo(panel.port)
    info.vid, info.pid = 0x1A86, 0x7523
    monkeypatch.setattr(list_ports, "comports", lambda: [info])
    opened, advice = found(write(settings_of(panel.port)), listen=0)
    assert opened.standing == "ok"
    assert (advice.standing, "no serial number" in advice.said) == ("unset", True)


@pytest.mark.parametrize(
    ("changes", "standing", "said"),
    [
        ({"heard_age_s": 0.4, "frames": 12, "rejected": 1}, "ok", "hears it: 12 valid frames (1 rejected)"),
        ({"state": "silent"}, "unset", "has heard no valid frame yet"),
        ({"state": "stale", "heard_age_s": 90.0, "frames": 1}, "wrong", "1 valid frame, the last 90 s ago"),
        ({"state": "lost", "problem": "busy", "detail": "minicom (42)"}, "wrong", "held by minicom (42). End that"),
        ({"state": "lost", "problem": "no_such_port"}, "wrong", "there is no such port"),
        ({"state": "silent", "problem": "garbage", "detail": "baud:2400"}, "wrong", "2400 baud. Set baudrate = 2400"),
        ({"port": "/dev/ttyS9"}, "wrong", "still has /dev/ttyS9"),
        ({"name": "blok-b"}, "wrong", "does not know this panel"),
    ],
)
def test_the_running_monitor_is_asked(
    write: Write, panel: Panel, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], standing: str, said: str
) -> None:
    settings = load(write(settings_of(panel.port)))
    seen = PanelView(name="blok-a", driver="espa444", state="alive", port=panel.port)
    view = BoardView(
        number=1,
        at="",
        program="",
        station="",
        site="",
        panels=(replace(seen, **changes),),  # type: ignore[arg-type]
    )
    monkeypatch.setattr(check_ports, "view_of", lambda journal: (4711, view))
    lock = MonitorLock(settings.journal)
    assert lock.take()
    try:
        (finding,) = port_findings(settings, 0.4)
    finally:
        lock.release()
    assert finding.standing == standing
    assert said in finding.said


@pytest.mark.parametrize(
    ("first", "one_client", "part"),
    [
        ("Vagtstuen", True, "this station reads it first; another takes it by itself after 15 s"),
        ("Skranken", False, "this station stands by; another takes it only by `guardroom takeover`"),
    ],
)
def test_a_shared_panel_is_left_alone_and_this_stations_part_told(
    write: Write, first: str, one_client: bool, part: str
) -> None:
    with DeviceServer() as server:
        stations = [first, *({"Vagtstuen", "Skranken"} - {first})]
        more = f"stations = {stations}\none_client = {str(one_client).lower()}"
        left, role = found(write('station = "Vagtstuen"\n' + settings_of(server.url, more)))
        assert (left.standing, role.standing) == ("unset", "ok")
        assert "another station may read it" in left.said
        assert f"{', '.join(stations)}; {part}" in role.said
        assert server.clients == server.refused == 0


@pytest.mark.parametrize(
    ("reader", "expected"),
    [("Skranken", ("ok", "read by Skranken")), ("", ("wrong", "nobody is known to read it"))],
)
def test_the_running_monitor_tells_who_reads_a_shared_panel(
    write: Write, monkeypatch: pytest.MonkeyPatch, reader: str, expected: tuple[str, str]
) -> None:
    port = "socket://127.0.0.1:4001"
    stations = ("Vagtstuen", "Skranken")
    seen = PanelView(
        name="blok-a", driver="espa444", state="standby", port=port, stations=stations, reader=reader, stands_by=True
    )
    view = BoardView(number=1, at="", program="1", station="Vagtstuen", site="", panels=(seen,))
    monkeypatch.setattr(check_ports, "is_running", lambda _journal: True)
    monkeypatch.setattr(check_ports, "view_of", lambda _journal: (1, view))
    told, _role = found(write('station = "Vagtstuen"\n' + settings_of(port, f"stations = {list(stations)}")))
    assert told.standing == expected[0]
    assert expected[1] in told.said
