"""The line driver in doubt: what looks like the end of an alarm, a repeat or noise, and may be a press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from drivers.base import Driver, Kind, Signal, Step
from drivers.registry import check_options, make, make_decoder

Options = Mapping[str, object]
Facts = tuple[str, str | None, str | None, str | None, bool]

PRT3: Options = {"preset": "paradox-prt3", "zones": 0, "areas": 1}
JABLOTRON: Options = {"preset": "jablotron-ja121t", "code": "1234", "hold_up_zones": [2]}
TEXECOM: Options = {"preset": "texecom-crestron", "panic_zones": [5]}
GALAXY: Options = {"preset": "galaxy-printer"}
RULE: Options = {"rules": [{"match": "^TRYK (?P<zone>[0-9]+)", "kind": "alarm", "cause": "panic"}]}
_SILENT = (Kind.HEARTBEAT, Kind.STATUS)


def signals(steps: Sequence[Step]) -> list[Signal]:
    return [signal for step in steps for signal in step.signals]


def opened(options: Options) -> Driver:
    driver = make("line", options)
    driver.opened(0.0)
    return driver


def say(driver: Driver, now: float, *lines: str) -> list[Facts]:
    """The news in some lines."""
    told = [signal for line in lines for signal in signals(driver.feed(line.encode("cp850") + b"\r", now))]
    return [(s.kind.value, s.cause, s.point, s.area, s.found) for s in told if s.kind not in _SILENT]


def read(line: str | bytes, options: Options) -> tuple[str, str | None, str | None]:
    data = line if isinstance(line, bytes) else line.encode("cp850")
    driver = make_decoder("line", options)
    driver.opened(0.0)
    (signal,) = signals(driver.feed(data + b"\r", 1.0))
    return signal.kind.value, signal.cause, signal.point


# A line and its record


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({}, b"OVERFALD ZONE 005\r"),
        ({**PRT3, "hold_up_zones": [5]}, b"G024N005A001\r"),
        (TEXECOM, b'"Z0051\r'),
    ],
)
def test_a_line_is_not_cut_in_two_by_a_reader_that_was_held_up(options: Options, line: bytes) -> None:
    driver = opened(options)
    told = signals(driver.feed(line[:5], 1.0)) + signals(driver.feed(line[5:], 30.0))
    assert [(signal.kind, signal.raw) for signal in told] == [(Kind.ALARM, line)]


@pytest.mark.parametrize("key", ["heartbeat", "ignore"])
@pytest.mark.parametrize("line", ["OVERFALD RUM 2", "TRYK 5", "PA SILENT ALARM"])
def test_alarm_words_and_own_rules_win_over_what_is_to_be_left_out(key: str, line: str) -> None:
    wide = {"heartbeat": ".*"} if key == "heartbeat" else {"ignore": [".*"]}
    assert read(line, {**RULE, **wide})[0] == "alarm"


@pytest.mark.parametrize(
    ("options", "line"),
    [(PRT3, "G031N001A001"), (JABLOTRON, "PANIC_ALARM 1 ON"), (TEXECOM, '"Z0051'), (TEXECOM, '"L0011')],
)  # fmt: skip
def test_alarms_of_a_protocol_are_never_left_out(options: Options, line: str) -> None:
    assert read(line, {**options, "ignore": [".*"]})[0] == "alarm"


def test_a_heartbeat_is_the_whole_line() -> None:
    options = {"heartbeat": "OK|LIVE"}
    assert read("LIVE", options)[0] == "heartbeat"
    assert read("LIVE 5 DOOR", options)[0] == "info"


def test_a_record_holds_an_alarm_back_for_five_seconds_at_most() -> None:
    assert [mistake.key for mistake in check_options("line", {"idle_s": 5.01})] == ["idle_s"]


# Printers: an end has to be said


@pytest.mark.parametrize(
    "line",
    [
        "OVERFALD ZONE 5 LINJE OK",
        "PANIC ALARM ZONE 5 MAIN OFF",
        "ASSISTANCE CALL ROOM 5 RESTORATION DESK",
        "OVERFALD ZONE 5 STANDARD NORMAL",
        "OVERFALD IKKE NULSTILLET ZONE 5",
        "OVERFALD NOT RESTORED ZONE 5",
        "OVERFALD RUM 5 OFF",
        "OVERFALD IKKE ANNULLERET ZONE 5",
        "ALARM SET OFF IN ZONE 5",
    ],
)
def test_in_doubt_a_printed_line_is_an_alarm(line: str) -> None:
    kind, _cause, point = read(line, {})
    assert (kind, point) == ("alarm", "5")


@pytest.mark.parametrize(
    "line",
    [
        "OVERFALD NULSTILLET ZONE 5",
        "PANIC RESTORED ZONE 5",
        "PANIC ZONE 5 restoral",
        "PANIC OFF ZONE 5",
        "PANIK 5 OK",
        "PANIC ALARM NORMAL 5",
        "PANIC ZONE 5 OFF",
        "PANIC ZONE 5 MAIN HALL     OFF",
        "PANIC ZONE 5 MAIN HALL = NORMAL",
        "PANIC ZONE 5 HALL 14:20 OFF",
        "OVERFALD ZONE 5 OPHØRT",
        "PANIC ZONE 5 OFF 22/12 14:20",
    ],
)
def test_what_a_printed_line_says_is_over_is_over(line: str) -> None:
    assert read(line, {})[0] == "restore"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("+ PA SILENT 1005 KONTAKTRUM 2 OFF", ("alarm", "hold_up", "1005")),
        ("12:30 24DEC + PA ALARM 1005 RESTORED", ("alarm", "panic", "1005")),
        ("+ OVERFALD 1005 LINJE NULSTILLET", ("alarm", "hold_up", "1005")),
        ("1005 + P.A.", ("alarm", "panic", "1005")),
        ("P.A. SILENT+ 1005", ("alarm", "hold_up", "1005")),
        ("OMIT 1005 PA RUM 2", ("bypass", None, "1005")),
        ("- OMIT 1005 PA RUM 2", ("unbypass", None, "1005")),
        ("PA ALARM 2011 KONTAKTRUM 2", ("alarm", "panic", "2011")),
    ],
)
def test_a_galaxy_sign_counts_and_not_the_name_of_the_zone(line: str, expected: tuple[str, str, str]) -> None:
    assert read(line, GALAXY) == expected


@pytest.mark.parametrize("charset", ["cp850", "latin-1", "utf-8", "iso646-dk", "ascii", "cp865"])
@pytest.mark.parametrize("written", ["cp850", "latin-1", "utf-8", "iso646"])
@pytest.mark.parametrize("word", ["NØDKALD", "RØVERI", "HJÆLP", "HÅNDTRYK", "nødkald", "røveri", "hjælp", "håndtryk"])
def test_danish_words_are_known_in_a_charset_that_is_set_wrongly(charset: str, written: str, word: str) -> None:
    iso646 = str.maketrans("ÆØÅæøå", "[\\]{|}")
    line = word.translate(iso646).encode() if written == "iso646" else word.encode(written)
    assert read(line + b" RUM 005", {"charset": charset}) == ("alarm", "hold_up", "005")


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("PERSONALARM RUM 5", "hold_up"),
        ("ALARMTRYK RUM 5", "hold_up"),
        ("Alarmknap 5", "hold_up"),
        ("TRUSSEL RUM 5", "hold_up"),
        ("PA 005", "hold_up"),
        ("P.A. ZONE 5", "hold_up"),
        ("SILENT ALARM ZONE 5", "hold_up"),
        ("RØG DETEKTERET", "fire"),
        ("DØRALARM 5", "other"),
    ],
)
def test_more_words_of_an_alarm(line: str, cause: str) -> None:
    assert read(line, {})[:2] == ("alarm", cause)


@pytest.mark.parametrize(
    "line", ["ALARM FRAKOBLET AF BRUGER 2", "Alarmen er tilkoblet", "ALARMLOG", "INDBRUDSALARM TILKOBLET"]
)
def test_an_alarm_system_that_is_switched_is_no_alarm(line: str) -> None:
    assert read(line, {})[0] == "info"


@pytest.mark.parametrize(
    "line",
    [
        "24/12 2025 14:30 OVERFALD RUM 2",
        "24. dec 2025 14:30 OVERFALD RUM 2",
        "24/12-2025 14:30 OVERFALD RUM 2",
        "2025.12.24 14:30 OVERFALD RUM 2",
        "14:30 24/12/25 #0012 OVERFALD RUM 2",
        "OVERFALD KONTAKTRUM 2 TLF 5922",
        "DECEMBER 2025 OVERFALD RUM 2",
    ],
)
def test_a_year_a_counter_or_a_telephone_is_no_point(line: str) -> None:
    assert read(line, {}) == ("alarm", "hold_up", "2")
    assert read(line.removesuffix(" RUM 2").replace(" KONTAKTRUM 2 TLF 5922", ""), {})[2] is None


# Texecom


def test_one_texecom_press_explains_one_area_at_once() -> None:
    driver = opened(TEXECOM)
    assert [facts[0] for facts in say(driver, 1.0, '"Z0051', '"L0011', '"L0021')] == ["alarm", "alarm"]
    assert say(driver, 20.0, '"Z0051') + say(driver, 24.0, '"L0031') == [
        ("alarm", "panic", "005", None, False),
        ("alarm", "intrusion", None, "003", False),
    ]


def test_longer_texecom_answers_are_signs_of_life() -> None:
    assert read('"YNNN', TEXECOM)[0] == "heartbeat"


@pytest.mark.parametrize("noise", ["x", "\x9c", "##", '"Z00'])
def test_noise_before_an_event_does_not_cost_the_event(noise: str) -> None:
    texecom, prt3 = opened(TEXECOM), opened({**PRT3, "hold_up_zones": [5]})
    assert say(texecom, 1.0, noise.replace("\x9c", "£") + '"Z0051') == [("alarm", "panic", "005", None, False)]
    assert say(prt3, 1.0, noise.replace("\x9c", "£") + "G024N005A001") == [("alarm", "hold_up", "005", "001", False)]


def test_an_event_that_lost_its_line_end_is_not_lost() -> None:
    assert [facts[2] for facts in say(opened(TEXECOM), 1.0, '"Z0051"Z0120')] == ["005"]
    assert say(opened({**PRT3, "hold_up_zones": [5]}), 1.0, "G024N005A001G001N006A001") == [
        ("alarm", "hold_up", "005", "001", False)
    ]


# Paradox


def test_a_paradox_alarm_that_its_area_never_shows_hides_no_later_one() -> None:
    driver = opened(PRT3)
    say(driver, 1.0, "RA001DOOOOOO", "G031N017A001")
    assert say(driver, 30.0, "RA001DOOOOOO") == []
    assert say(driver, 60.0, "RA001DOOOOOO") == [("restore", "duress", None, "001", True)]
    driver.opened(900.0)
    assert say(driver, 901.0, "RA001DOOOOAO") == [("alarm", "other", None, "001", True)]


@pytest.mark.parametrize("area", ["001", "000"])
def test_a_paradox_alarm_that_was_denied_once_hides_none_behind_a_gap(area: str) -> None:
    driver = opened(PRT3)
    say(driver, 1.0, f"G030N000A{area}", "RA001DOOOOOO")
    driver.opened(90.0)
    assert sorted(say(driver, 91.0, "RA001DOOOOAO")) == [
        ("alarm", "other", None, "001", True),
        ("restore", "panic", None, area, True),
    ]


def test_a_paradox_alarm_that_nothing_denied_is_no_news_behind_a_gap() -> None:
    driver = opened(PRT3)
    say(driver, 1.0, "G030N000A001")
    driver.opened(10.0)
    assert say(driver, 11.0, "RA001DOOOOAO") == []
    assert say(driver, 60.0, "RA001DOOOOOO") == [("restore", "panic", None, "001", True)]


def test_a_paradox_bypass_ends_when_its_area_is_disarmed() -> None:
    driver = opened(PRT3)
    assert [facts[0] for facts in say(driver, 1.0, "G023N005A001", "G032N006A001", "G023N007A002")] == ["bypass"] * 3
    told = say(driver, 2.0, "G014N001A001")
    assert [facts for facts in told if facts[0] != "info"] == [
        ("unbypass", None, "005", "001", False),
        ("unbypass", None, "006", "001", False),
    ]
    assert say(driver, 3.0, "RA002AOOOOOO") == []
    assert say(driver, 4.0, "RA002DOOOOOO") == [("unbypass", None, "007", "002", False)]


def test_a_paradox_line_that_cannot_be_read_may_have_been_a_button() -> None:
    driver = opened({**PRT3, "hold_up_zones": [5], "panic_zones": [7]})
    answers = {b"RZ005\r": "RZ005COOOO", b"RZ007\r": "RZ007COOOO", b"RA001\r": "RA001DOOOOOO"}
    for now in (1.0, 2.0, 3.0):
        for step in driver.tick(now):
            say(driver, now, answers[step.request])
    say(driver, 10.0, "G024N0?5A001", "G0")
    assert [step.request for step in driver.tick(10.1)] == [b"RZ005\r"]
    assert say(driver, 10.2, "RZ005CAOOO") == [("alarm", "hold_up", "005", None, True)]
    assert [step.request for step in driver.tick(10.3)] == [b"RZ007\r"]
    assert say(driver, 10.4, "RZ007COOOO") == []
    assert not driver.tick(10.5)


# Jablotron


def asked(options: Options = JABLOTRON) -> Driver:
    """A driver that has had an answer, and asks again at 31 s."""
    driver = opened(options)
    say(driver, 0.1, "STATE 1 READY", "OK")
    return driver


def test_a_jablotron_ok_before_the_answer_does_not_end_the_asking() -> None:
    driver = asked()
    say(driver, 10.0, "PANIC_ALARM 2 ON")
    driver.tick(31.0)
    told = say(driver, 31.1, "OK", "STATE 1 READY", "PANIC_ALARM 2 ON", "OK")
    assert told == [("alarm", "panic", None, "2", True)]
    driver.tick(62.0)
    told = say(driver, 62.1, "OK", "STATE 1 READY", "FIRE_ALARM 3 ON", "OK")
    assert told == [("alarm", "fire", None, "3", True)]


def test_a_jablotron_press_behind_a_question_that_nobody_answers_is_told() -> None:
    driver = asked()
    driver.tick(31.0)
    assert say(driver, 33.0, "PANIC_ALARM 2 ON") == [("alarm", "panic", None, "2", False)]
    driver.tick(62.0)
    assert say(driver, 64.0, "PANIC_ALARM 2 ON") == [("alarm", "panic", None, "2", True)]
    assert say(driver, 70.0, "PANIC_ALARM 2 ON") == [("alarm", "panic", None, "2", False)]


def test_one_jablotron_press_is_one_alarm() -> None:
    driver = asked()
    say(driver, 1.0, "PRFSTATE 00")
    told = say(driver, 2.0, "PRFSTATE 04", "PANIC_ALARM 1 ON")
    assert told == [("alarm", "hold_up", "2", None, False)]
    driver.tick(31.0)
    assert say(driver, 31.1, "STATE 1 ARMED", "PANIC_ALARM 1 ON", "OK") == []
    assert say(driver, 40.0, "PRFSTATE 00", "PANIC_ALARM 1 OFF") == [("restore", "hold_up", "2", None, False)]
    assert say(driver, 50.0, "PANIC_ALARM 1 ON") == [("alarm", "panic", None, "1", False)]


@pytest.mark.parametrize("line", ["INTRUDER_ALARM 1 ON", "FIRE_ALARM 1 ON"])
def test_a_jablotron_button_explains_no_other_alarm(line: str) -> None:
    driver = asked()
    say(driver, 1.0, "PRFSTATE 00")
    assert len(say(driver, 2.0, "PRFSTATE 04", line)) == 2
    assert len(say(driver, 3.0, "PANIC_ALARM 1 2 ON")) == 1  # of the second section
    assert len(say(driver, 9.0, "PANIC_ALARM 3 ON")) == 1


def test_a_jablotron_code_that_is_right_again_ends_its_fault() -> None:
    driver = opened(JABLOTRON)
    assert [facts[0] for facts in say(driver, 0.1, "ERROR: 3 NO_ACCESS")] == ["fault"]
    assert say(driver, 1.0, "OK") == []
    driver.opened(60.0)
    assert [facts[0] for facts in say(driver, 60.1, "STATE 1 READY", "OK")] == ["fault_restore"]
    driver.tick(100.0)
    assert say(driver, 100.1, "STATE 1 READY", "OK") == []


def test_a_jablotron_fault_from_before_the_program_was_started_ends_with_the_first_answer() -> None:
    driver = opened(JABLOTRON)
    assert [facts[0] for facts in say(driver, 0.1, "STATE 1 READY", "OK")] == ["fault_restore"]


def test_a_jablotron_state_is_told_when_it_has_changed() -> None:
    driver = asked()
    lines = ("STATE 1 READY", "STATE 1 ARMED", "STATE 1 ARMED", "ENTRY 1 ON", "ENTRY 1 ON", "ENTRY 1 OFF")
    told = [signal for line in lines for signal in signals(driver.feed(line.encode() + b"\n", 10.0))]
    status = [(signal.code, signal.text) for signal in told if signal.kind is Kind.STATUS]
    assert status == [("ARMED", None), ("ENTRY", "ON"), ("ENTRY", "OFF")]


def test_a_jablotron_flag_that_is_off_again_and_again_ends_its_alarm_once() -> None:
    lines = ("PANIC_ALARM 1 ON", "PANIC_ALARM 1 OFF", "PANIC_ALARM 1 OFF", "PANIC_ALARM 1 ON", "PANIC_ALARM 1 OFF")
    assert [facts[0] for facts in say(asked(), 10.0, *lines)] == ["alarm", "restore", "alarm", "restore"]
