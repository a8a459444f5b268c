"""The line driver's presets: panels' own lines, polls, and what stands after a reconnect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import pytest

from drivers.base import Cause, Driver, Kind, PanelSide, Signal, Step
from drivers.registry import defaults, make, make_decoder, make_panel_side

PRT3: Mapping[str, object] = {"preset": "paradox-prt3"}
JABLOTRON: Mapping[str, object] = {"preset": "jablotron-ja121t"}
TEXECOM: Mapping[str, object] = {"preset": "texecom-crestron"}
GALAXY: Mapping[str, object] = {"preset": "galaxy-printer"}

Facts = tuple[str, str | None, str | None, str | None, str | None]


def signals(steps: Sequence[Step]) -> list[Signal]:
    return [signal for step in steps for signal in step.signals]


def told(data: bytes, options: Mapping[str, object]) -> list[Signal]:
    driver = make_decoder("line", options)
    driver.opened(0.0)
    return signals(driver.feed(data, 1.0)) + signals(driver.tick(100.0))


def facts(signal: Signal) -> Facts:
    return signal.kind.value, signal.cause, signal.point, signal.area, signal.code


def news(found: Sequence[Signal]) -> list[Signal]:
    return [signal for signal in found if signal.kind not in (Kind.HEARTBEAT, Kind.STATUS, Kind.INFO)]


def alarms(found: Sequence[Signal]) -> list[Signal]:
    return [signal for signal in found if signal.kind in (Kind.ALARM, Kind.RESTORE)]


class Cable:
    """A driver and a panel on a cable that can be pulled, with virtual time."""

    def __init__(self, options: Mapping[str, object], panel: Mapping[str, object] | None = None) -> None:
        self.panel: PanelSide = make_panel_side("line", panel or options)
        self.driver: Driver = make("line", options)
        self.now = 0.0
        self.told: list[Signal] = []
        self.asked: list[tuple[float, bytes]] = []
        self.plug()

    def plug(self) -> None:
        self.plugged = True
        self._carry(self.driver.opened(self.now))

    def pull(self) -> None:
        self.plugged = False

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        end = self.now + seconds
        while self.now < end and not until():
            self.now += 0.05
            said = self.panel.tick(self.now)
            if self.plugged:
                if said:
                    self._carry(self.driver.feed(said, self.now))
                self._carry(self.driver.tick(self.now))

    def _carry(self, steps: Sequence[Step]) -> None:
        for step in steps:
            assert not step.reply
            self.told += step.signals
            if step.request:
                assert self.driver.transmits
                self.asked.append((self.now, step.request))
                answer = self.panel.feed(step.request, self.now)
                if answer:
                    self._carry(self.driver.feed(answer, self.now))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"G001N005A006\r", ("status", None, "005", "006", "G001")),  # printed in the manual
        (b"G000N005A006\r", ("status", None, "005", "006", "G000")),
        (b"G024N012A001\r", ("alarm", "intrusion", "012", "001", "G024")),
        (b"G026N012A001\r", ("restore", "intrusion", "012", "001", "G026")),
        (b"G025N003A001\r", ("alarm", "fire", "003", "001", "G025")),
        (b"G027N003A001\r", ("restore", "fire", "003", "001", "G027")),
        (b"G024N007A001\r", ("alarm", "hold_up", "007", "001", "G024")),
        (b"G026N008A001\r", ("restore", "panic", "008", "001", "G026")),
        (b"G030N000A001\r", ("alarm", "panic", None, "001", "G030N000")),
        (b"G030N001A001\r", ("alarm", "medical", None, "001", "G030N001")),
        (b"G030N002A001\r", ("alarm", "fire", None, "001", "G030N002")),
        (b"G030N003A001\r", ("info", None, None, "001", "G030N003")),
        (b"G030N004A001\r", ("alarm", "intrusion", None, "001", "G030N004")),
        (b"G030N009A001\r", ("unknown", None, None, "001", "G030N009")),
        (b"G031N017A002\r", ("alarm", "duress", None, "002", "G031N017")),
        (b"G033N005A001\r", ("tamper", None, "005", "001", "G033")),
        (b"G034N005A001\r", ("tamper_restore", None, "005", "001", "G034")),
        (b"G035N000A001\r", ("info", None, None, "001", "G035N000")),
        (b"G036N001A000\r", ("fault", None, None, "000", "G036N001")),
        (b"G037N002A000\r", ("battery_restore", None, None, "000", "G037N002")),
        (b"G036N077A000\r", ("unknown", None, None, "000", "G036N077")),
        (b"G038N000A000\r", ("fault", None, None, "000", "G038N000")),
        (b"G039N001A000\r", ("tamper_restore", None, None, "000", "G039N001")),
        (b"G040N001A000\r", ("fault", None, None, "000", "G040N001")),
        (b"G041N005A001\r", ("low_battery", None, "005", "001", "G041")),
        (b"G043N005A001\r", ("battery_restore", None, "005", "001", "G043")),
        (b"G042N005A001\r", ("fault", None, "005", "001", "G042")),
        (b"G044N005A001\r", ("fault_restore", None, "005", "001", "G044")),
        (b"G020N003A001\r", ("cancel", None, None, "001", "G020N003")),
        (b"G010N003A001\r", ("info", None, None, "001", "G010N003")),
        (b"G014N003A001\r", ("info", None, None, "001", "G014N003")),
        (b"G023N005A001\r", ("bypass", None, "005", "001", "G023")),
        (b"G064N006A001\r", ("status", None, None, "001", "G064N006")),
        (b"G099N001A001\r", ("unknown", None, None, "001", "G099N001")),
        (b"RA004DOONOOO\r", ("status", None, None, "004", "DOONOOO")),  # from a device
        (b"RZ005COOOO\r", ("heartbeat", None, "005", None, None)),
        (b"COMM&fail\r", ("fault", None, None, None, "COMM")),
        (b"CO&ok\r", ("fault_restore", None, None, None, "COMM")),
        (b"PGM05ON\r", ("status", None, None, None, "PGM05ON")),
        (b"RZ180&fail\r", ("heartbeat", None, None, None, None)),
        (b"!\r", ("info", None, None, None, "!")),
        (b"G024N05A001\r", ("rejected", None, None, None, None)),
    ],
)
def test_paradox_lines(line: bytes, expected: Facts) -> None:
    (found,) = told(line, {**PRT3, "hold_up_zones": [7], "panic_zones": ["8-10"]})
    assert facts(found) == expected
    assert found.raw == line
    assert not found.found


def test_paradox_commands_in_a_capture_are_nobodys_signals() -> None:
    assert told(b"RA001\rRZ005\rAA001A1234\rVO001\rPE001\r", PRT3) == []


def test_a_paradox_label_is_the_text_of_its_zone() -> None:
    label, alarm = told(b"ZL005Als\xa2 szint      \rG024N005A001\r", PRT3)  # the label is from a device, of an area
    assert (label.kind, label.point, label.text) == ("info", "005", "Alsó szint")
    assert alarm.text == "Alsó szint"


def test_a_paradox_loop_that_is_in_order_again_ends_its_tamper() -> None:
    found = told(b"G002N005A001\rG000N005A001\rG003N006A001\rG001N006A001\r", PRT3)
    assert [(signal.kind, signal.point) for signal in found] == [
        ("tamper", "005"), ("status", "005"), ("tamper_restore", "005"),
        ("fault", "006"), ("status", "006"), ("fault_restore", "006"),
    ]  # fmt: skip


def test_paradox_is_asked_at_its_pace_buttons_first_and_polled_for_ever() -> None:
    cable = Cable({**PRT3, "hold_up_zones": [9], "zones": 3, "areas": 2})
    cable.run(65)
    questions = [question for _at, question in cable.asked]
    first = [b"RZ009\r", b"RZ001\r", b"RZ002\r", b"RZ003\r", b"RA001\r", b"RA002\r"]
    assert questions == first + [b"RA001\r", b"RA002\r"] * 2
    times = [at for at, _question in cable.asked]
    assert min(later - sooner for sooner, later in pairwise(times)) > 0.0999
    assert cable.told
    assert news(cable.told) == []


def test_paradox_passive_never_asks() -> None:
    driver = make("line", {**PRT3, "passive": True})
    assert not driver.transmits
    assert not driver.opened(0.0)
    assert not driver.tick(1000.0)
    assert defaults("line", {**PRT3, "passive": True}).supervision_s == 0


def test_paradox_questions_that_are_not_answered_are_asked_again() -> None:
    driver = make("line", {**PRT3, "zones": 1, "areas": 1})
    asked = [step.request for step in driver.opened(0.0)]
    for tenth in range(1, 100):
        asked += [step.request for step in driver.tick(tenth / 10)]
    assert asked[:4] == [b"RZ001\r", b"RA001\r", b"RZ001\r", b"RA001\r"]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="007"), ("alarm", "hold_up", "007")),
        (Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="009"), ("alarm", "panic", "009")),
        (Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, point="012"), ("alarm", "intrusion", "012")),
        (Signal(kind=Kind.ALARM, cause=Cause.FIRE, point="003"), ("alarm", "fire", "003")),
        (Signal(kind=Kind.LOW_BATTERY, point="005"), ("low_battery", None, "005")),
        (Signal(kind=Kind.FAULT, point="005"), ("fault", None, "005")),
        (Signal(kind=Kind.TAMPER, point="005"), ("tamper", None, "005")),
        (Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="A001"), ("alarm", "other", None)),
    ],
)
def test_what_a_paradox_panel_tells_while_the_cable_is_out_appears_once(
    sent: Signal, expected: tuple[str, str | None, str | None]
) -> None:
    options = {**PRT3, "hold_up_zones": [7], "panic_zones": ["8-10"], "zones": 12, "areas": 2}
    cable = Cable(options)
    cable.run(5)
    cable.pull()
    cable.panel.send(sent)
    cable.run(5)
    assert cable.panel.idle
    assert news(cable.told) == []
    cable.plug()
    cable.run(40)
    (found,) = news(cable.told)
    assert (found.kind, found.cause, found.point, found.found, found.late) == (*expected, True, True)
    cable.pull()
    cable.plug()
    cable.run(40)
    assert len(news(cable.told)) == 1


def test_a_paradox_alarm_that_was_told_is_no_news_after_a_reconnect_and_its_end_is() -> None:
    cable = Cable({**PRT3, "zones": 12, "areas": 1})
    cable.run(5)
    cable.panel.send(Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, point="005"))
    cable.run(60)
    assert [facts(signal)[:3] for signal in news(cable.told)] == [("alarm", "intrusion", "005")]
    cable.pull()
    cable.plug()
    cable.run(5)
    assert len(news(cable.told)) == 1
    cable.pull()
    cable.panel.send(Signal(kind=Kind.RESTORE, point="005"))
    cable.run(1)
    cable.plug()
    cable.run(60)
    ended = news(cable.told)[1:]
    assert [(signal.kind, signal.cause, signal.point, signal.area) for signal in ended] == [
        ("restore", "intrusion", "005", "001")
    ]


def test_the_end_of_a_paradox_panic_is_seen_in_the_state_of_its_area() -> None:
    cable = Cable({**PRT3, "zones": 0, "areas": 2})
    cable.run(5)
    cable.panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="A002"))
    cable.run(40)
    cable.panel.send(Signal(kind=Kind.RESTORE, point="A002"))
    cable.run(40)
    assert [facts(signal)[:4] for signal in news(cable.told)] == [
        ("alarm", "panic", None, "002"), ("restore", "panic", None, "002"),
    ]  # fmt: skip


def test_a_paradox_panic_in_all_areas_is_one_alarm_and_one_end() -> None:
    alarm = b"G030N000A000\rRA001DOOOOAO\rRA002DOOOOAO\r"
    found = told(alarm + b"RA001DOOOOOO\rRA002DOOOOOO\r", PRT3)
    assert [facts(signal)[:4] for signal in news(found)] == [
        ("alarm", "panic", None, "000"), ("restore", "panic", None, "000"),
    ]  # fmt: skip


def test_a_paradox_area_in_alarm_that_a_zone_explains_is_no_alarm_of_its_own() -> None:
    found = told(b"RZ005OAOOO\rRA001DOOOOAO\rRA002DOOOOAO\r", PRT3)
    assert [facts(signal)[1:4] for signal in news(found)] == [("intrusion", "005", None), ("other", None, "002")]


def test_a_silent_paradox_panic_is_not_over_because_its_area_shows_nothing_once() -> None:
    assert [signal.kind for signal in news(told(b"G030N000A001\rRA001DOOOOOO\r", PRT3))] == ["alarm"]


def test_paradox_is_asked_again_when_its_module_hears_the_panel_again() -> None:
    cable = Cable({**PRT3, "zones": 1, "areas": 1})
    cable.run(5)
    before = len(cable.asked)
    signals(cable.driver.feed(b"COMM&fail\rCOMM&ok\r", cable.now))
    cable.run(5)
    assert [question for _at, question in cable.asked[before:]] == [b"RZ001\r", b"RA001\r"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"STATE 1 ARMED\r\n", ("status", None, None, "1", "ARMED")),  # printed in the manual
        (b"STATE 1 READY\r\n", ("status", None, None, "1", "READY")),
        (b"PANIC_ALARM 2 ON\r\n", ("alarm", "panic", None, "2", "PANIC_ALARM")),
        (b"PANIC_ALARM 2 OFF\r\n", ("restore", "panic", None, "2", "PANIC_ALARM")),
        (b"INTRUDER_ALARM 15 ON\r\n", ("alarm", "intrusion", None, "15", "INTRUDER_ALARM")),
        (b"FIRE_ALARM 1 ON\r\n", ("alarm", "fire", None, "1", "FIRE_ALARM")),
        (b"INTERNAL_WARNING 2 ON\r\n", ("status", None, None, "2", "INTERNAL_WARNING")),
        (b"FLOOD_ALARM 2 ON\r\n", ("unknown", None, None, "2", "FLOOD_ALARM")),
        (b"OK\r\n", ("heartbeat", None, None, None, None)),
        (b"ERROR: 3 NO_ACCESS\r\n", ("info", None, None, None, "3")),
        (b"ERROR\r\n", ("info", None, None, None, None)),
        (b"PRFSTATE 0400000000000000\r\n", ("heartbeat", None, None, None, None)),
        (b"PANIC_ALARM ON\r\n", ("rejected", None, None, None, None)),
    ],
)
def test_jablotron_lines(line: bytes, expected: Facts) -> None:
    (found,) = told(line, JABLOTRON)
    assert facts(found) == expected


def test_a_jablotron_flag_of_several_sections_and_commands_in_a_capture() -> None:
    found = told(b"1*1234 SET 1 2\n1234 STATE\nPRFSTATE\nPANIC_ALARM 1 2 ON\r\n", JABLOTRON)
    assert [signal.area for signal in found] == ["1", "2"]


def test_a_jablotron_device_that_is_a_button_names_its_room() -> None:
    options = {**JABLOTRON, "panic_zones": [10], "hold_up_zones": [11]}
    driver = make("line", options)
    driver.opened(0.0)
    driver.feed(b"PRFSTATE 0000\r\n", 1.0)
    found = signals(driver.feed(b"PRFSTATE 010C\r\nPRFSTATE 010C\r\nPRFSTATE 0000\r\n", 2.0))
    assert [facts(signal)[:3] for signal in news(found)] == [
        ("alarm", "panic", "10"), ("alarm", "hold_up", "11"), ("restore", "panic", "10"), ("restore", "hold_up", "11"),
    ]  # fmt: skip
    assert not any(signal.found for signal in found)


def test_jablotron_without_a_code_is_only_listened_to() -> None:
    driver = make("line", JABLOTRON)
    assert not driver.transmits
    assert not driver.opened(0.0)
    assert defaults("line", JABLOTRON).supervision_s == 60


def test_a_jablotron_alarm_raised_while_the_cable_was_out_is_found() -> None:
    cable = Cable({**JABLOTRON, "code": "1234"})
    cable.run(5)
    cable.pull()
    cable.panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="2"))
    cable.run(5)
    cable.plug()
    cable.run(100)
    found, *again = alarms(cable.told)
    assert (found.kind, found.cause, found.area, found.found, found.late) == ("alarm", "panic", "2", True, True)
    assert all((copy.area, copy.found, copy.late) == ("2", True, False) for copy in again)
    cable.panel.send(Signal(kind=Kind.RESTORE, cause=Cause.PANIC, point="2"))
    cable.run(100)
    assert [signal.kind for signal in alarms(cable.told) if not signal.found] == ["restore"]


def test_a_wrong_jablotron_code_is_tried_once_a_connection() -> None:
    cable = Cable({**JABLOTRON, "code": 9999, "poll_s": 10}, panel={**JABLOTRON, "code": 1234})
    cable.plug()
    cable.run(50)
    assert [question for _at, question in cable.asked].count(b"9999 STATE\n") == 2
    assert cable.asked[-1][1] == b"PRFSTATE\n"
    (fault,) = news(cable.told)
    assert (fault.kind, fault.trouble, fault.text) == ("fault", "program", "NO_ACCESS")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'"Z0121\r\n', ("status", None, "012", None, "Z1")),
        (b'"Z0120\r\n', ("status", None, "012", None, "Z0")),
        (b'"Z0051\r\n', ("alarm", "panic", "005", None, "Z")),
        (b'"Z0050\r\n', ("restore", "panic", "005", None, "Z")),
        (b'"Z0071\r\n', ("alarm", "hold_up", "007", None, "Z")),
        (b'"Z0129\r\n', ("unknown", None, "012", None, "Z9")),
        (b'"A0011\r\n', ("status", None, None, "001", "A")),
        (b'"D0011\r\n', ("status", None, None, "001", "D")),
        (b'"L0011\r\n', ("alarm", "intrusion", None, "001", "L")),
        (b'"L0010\r\n', ("restore", "intrusion", None, "001", "L")),
        (b'"Q0011\r\n', ("unknown", None, None, "001", "Q1")),
        (b'"Y\r\n', ("heartbeat", None, None, None, None)),
        (b'"Z01\r\n', ("rejected", None, None, None, None)),
    ],
)
def test_texecom_lines(line: bytes, expected: Facts) -> None:
    (found,) = told(line, {**TEXECOM, "panic_zones": [5], "hold_up_zones": ["007"]})
    assert facts(found) == expected


def test_a_texecom_area_alarm_after_a_button_is_the_same_press() -> None:
    driver = make("line", {**TEXECOM, "panic_zones": [5]})
    driver.opened(0.0)
    pressed = signals(driver.feed(b'"Z0051\r\n"L0011\r\n', 1.0))
    assert [signal.kind for signal in pressed] == ["alarm", "status"]
    later = signals(driver.feed(b'"L0021\r\n', 60.0)) + signals(driver.feed(b'"D0021\r\n', 61.0))
    assert [(signal.kind, signal.area) for signal in later] == [("alarm", "002"), ("status", "002"), ("restore", "002")]


def test_texecom_is_supervised_where_it_is_polled() -> None:
    assert defaults("line", TEXECOM).supervision_s == 0
    assert defaults("line", {**TEXECOM, "poll": "ASTATUS", "poll_s": 15}).supervision_s == 60


@pytest.mark.parametrize(
    ("line", "kind", "cause", "point"),
    [
        ("0001 + CU-BATT", "low_battery", None, "0001"),  # printed in the manual, as the next eight
        ("0001 - CU-BATT", "battery_restore", None, "0001"),
        ("0002 + CU-AC", "fault", None, "0002"),
        ("0003 + LID TAMP", "tamper", None, "0003"),
        ("0003 - LID TAMP", "tamper_restore", None, "0003"),
        ("0004 + AUX TAMP", "tamper", None, "0004"),
        ("+AC+BATT", "fault", None, None),
        ("ALARM EXT+", "alarm", "intrusion", None),
        ("BURG HIGH", "alarm", "intrusion", None),
        ("12:34 FRI 03 NOV 2023 PA ALARM 1005 KONTAKTRUM 2", "alarm", "panic", "1005"),
        ("12:35 03/11/23 - PA ALARM 1005 KONTAKTRUM 2", "restore", "panic", "1005"),
        ("PA ALARM 1005 KONTAKTRUM - SYD", "alarm", "panic", "1005"),
        ("JOBCENTER - PA ALARM 1005", "alarm", "panic", "1005"),
        ("12:35 -PA ALARM 1005", "restore", "panic", "1005"),
        ("PA SILENT 1006", "alarm", "hold_up", "1006"),
        ("DURESS CODE 1007", "alarm", "duress", "1007"),
        ("+ LID TAMP 1008 LAGER FIRE", "tamper", None, "1008"),
        ("1009 TEST RUM + PA ALARM", "alarm", "panic", "1009"),
        ("AUTOTEST", "test", None, None),
        ("SET 0001 GROUP A", "info", None, "0001"),
    ],
)
def test_galaxy_lines(line: str, kind: str, cause: str | None, point: str | None) -> None:
    (found,) = told(line.encode("cp850") + b"\r\n", GALAXY)
    assert (found.kind, found.cause, found.point, found.text) == (kind, cause, point, line)


@pytest.mark.parametrize(
    ("line", "kind", "cause", "point"),
    [
        ("OVERFALD KONTAKTRUM 2", "alarm", "hold_up", "2"),
        ("PANIK RUM 2 ADR 0105 22/12/2024 14:20", "alarm", "panic", "0105"),
        ("Panic Restoral zone 5", "restore", "panic", "5"),
        ("FIRE CANCEL 111", "cancel", "fire", "111"),
        ("SABOTAGE LINIE 12", "tamper", None, "12"),
        ("STRØMSVIGT", "fault", None, None),
        ("AC FAIL ZONE 5 OK", "fault_restore", None, "5"),
        ("TEST ZONE 5", "test", None, "5"),
        ("ALARM 0123", "alarm", "other", "0123"),
        ("Morten har lukket op", "info", None, None),
    ],
)
def test_generic_lines(line: str, kind: str, cause: str | None, point: str | None) -> None:
    (found,) = told(line.encode("cp850") + b"\r\n", {})
    assert (found.kind, found.cause, found.point, found.text) == (kind, cause, point, line)


def test_a_line_at_the_wrong_speed_is_rejected_unless_it_names_an_alarm() -> None:
    noise, alarm = told(bytes(range(0x80, 0xC0)) + b"\r" + b"\xfe\xf1\x9c PANIK \xe4\xe3\xb0\xb1\xb2\r", {})
    assert (noise.kind, alarm.kind) == ("rejected", "alarm")


@pytest.mark.parametrize(
    ("options", "baudrate", "supervision_s"),
    [(PRT3, 2400, 120), (JABLOTRON, 9600, 60), (TEXECOM, 19200, 0), (GALAXY, 1200, 0), ({}, 9600, 0),
     ({"poll": "?", "poll_s": 5}, 9600, 20), ({"preset": 5, "tries": "x"}, 9600, 0)],
)  # fmt: skip
def test_each_preset_has_its_line_settings(options: Mapping[str, object], baudrate: int, supervision_s: float) -> None:
    usual = defaults("line", options)
    assert (usual.baudrate, usual.bytesize, usual.parity, usual.stopbits) == (baudrate, 8, "N", 1)
    assert (usual.supervision_s, usual.repeat_s) == (supervision_s, 0)


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        (PRT3, Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="005")),
        (PRT3, Signal(kind=Kind.TEST, point="005")),
        (PRT3, Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, point="five")),
        (JABLOTRON, Signal(kind=Kind.ALARM, cause=Cause.DURESS, point="2")),
        (JABLOTRON, Signal(kind=Kind.TAMPER, point="2")),
        (TEXECOM, Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="005")),
        (TEXECOM, Signal(kind=Kind.FAULT, point="005")),
    ],
)
def test_a_panel_refuses_what_its_protocol_cannot_say(options: Mapping[str, object], sent: Signal) -> None:
    with pytest.raises(ValueError, match=r"\w{4}"):
        make_panel_side("line", options).send(sent)


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({**PRT3, "hold_up_zones": ["1-999"]}, Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="999")),
        ({**TEXECOM, "hold_up_zones": ["1-999"]}, Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="999")),
        ({**JABLOTRON, "hold_up_zones": ["1-239"]}, Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="239")),
        ({**TEXECOM, "panic_zones": [5]}, Signal(kind=Kind.RESTORE, cause=Cause.PANIC, point="005")),
        (PRT3, Signal(kind=Kind.TAMPER_RESTORE, point="005")),
        (PRT3, Signal(kind=Kind.RESTORE, cause=Cause.INTRUSION, point="005")),
        ({**JABLOTRON, "code": "1234"}, Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, area="3")),
        (TEXECOM, Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, area="003")),
        (PRT3, Signal(kind=Kind.ALARM, cause=Cause.DURESS, area="002")),
    ],
)
def test_what_a_panel_sends_is_read_back(options: Mapping[str, object], sent: Signal) -> None:
    cable = Cable(options)
    cable.run(1)
    cable.panel.send(sent)
    cable.run(1)
    assert (cable.panel.acknowledged, cable.panel.idle) == (1, True)
    (read,) = (signal for signal in news(cable.told) if signal.kind != Kind.FAULT_RESTORE or sent.kind != Kind.ALARM)
    assert (read.kind, read.cause, read.point) == (sent.kind, sent.cause, sent.point)
    assert sent.area is None or read.area == sent.area
