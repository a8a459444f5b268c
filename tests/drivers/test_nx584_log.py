"""NX-584: what is read from the panel's log, its memories and its siren, while and after nobody listened."""

from __future__ import annotations

import pytest
from harness.conversation import Conversation, check_steps
from hypothesis import given, settings
from hypothesis import strategies as st
from nx584_line import (
    MODES,
    ORDINARY,
    SILENT,
    STAMP,
    asked,
    configuration,
    line,
    log,
    panel_and_receiver,
    read,
    ready,
    system,
    told,
    zone,
)

from drivers.base import Cause, Driver, Kind, Signal
from drivers.nx584.frames import build


@pytest.mark.parametrize("mode", MODES)
def test_a_panic_while_the_cable_was_out_is_read_from_the_log(mode: str) -> None:
    talk = panel_and_receiver(mode)
    talk.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="009"))
    talk.panel.send(Signal(kind=Kind.RESTORE, point="009"))
    assert talk.run(lambda: talk.panel.idle, 5.0)
    assert len(talk.heard(Kind.ALARM)) == 1
    talk.signals.clear()

    # The panel tells of a panic and of a zone while nobody hears, and gives up.
    talk.panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, area="2"))
    talk.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="009"))
    for turn in range(3000):
        talk.panel.tick(talk.now + turn / 50)
    talk.now += 60.0
    assert talk.panel.idle
    assert not talk.signals

    for _time in range(2):
        talk.reopen()
        talk.run(lambda: False, 30.0)
        assert [(s.cause, s.area, s.point, s.late) for s in talk.heard(Kind.ALARM)] == [
            (Cause.PANIC, "2", "keypad", True),
            (Cause.HOLD_UP, "1", "009", True),
        ]


def test_the_log_of_the_time_before_the_program_is_not_told() -> None:
    talk = Conversation("nx584", {})
    talk.panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, area="2"))
    for turn in range(1000):
        talk.panel.tick(turn / 50)
    assert talk.panel.abandoned == 1
    talk.now = 20.0
    talk.reopen()
    talk.run(lambda: False, 30.0)
    assert not talk.heard(Kind.ALARM)


@pytest.mark.parametrize("mode", MODES)
def test_what_came_while_the_line_was_dead_and_the_port_open_is_read_from_the_log(mode: str) -> None:
    talk = Conversation("nx584", {"mode": mode, "hold_up_zones": ["009"]})
    talk.run(lambda: False, 30.0)
    talk.panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, area="2"))
    talk.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="009"))
    for _turn in range(2000):
        talk.now += 0.02
        talk.panel.tick(talk.now)
        talk.driver.tick(talk.now)
    assert talk.panel.abandoned == 2
    talk.run(lambda: False, 100.0)
    assert [(s.cause, s.area, s.point, s.late) for s in talk.heard(Kind.ALARM)] == [
        (Cause.PANIC, "2", "keypad", True),
        (Cause.HOLD_UP, "1", "009", True),
    ]


def follow_up(driver: Driver, now: float, newest: int, entries: dict[int, bytes]) -> list[Signal]:
    """Answer the next question for the status, and those for the log; what is told."""
    signals: list[Signal] = []
    answers = {0x28: system(newest, wants=0)}
    steps = list(driver.tick(now))
    for _question in range(200):
        request = next((step.request for step in reversed(steps) if step.request), b"")
        if not request:
            return signals
        question = bytes.fromhex(request.decode()[1:-1])
        if question[1] == 0x2A:
            answer = entries.get(question[2], line("011C1D1E"))
        else:
            answer = answers.get(question[1], line("011F2021"))
        now += 0.05
        steps = check_steps(driver.feed(answer, now))
        signals += [s for step in steps for s in step.signals if s.kind is not Kind.HEARTBEAT]
    raise AssertionError("it asks for ever")


def begun(newest: int, history: bytes = b"") -> Driver:
    """A receiver that has asked for the state, and read the entry that the status names if the panel gives it."""
    driver = ready()
    assert not follow_up(driver, 3.0, newest, {newest: history} if history else {})
    return driver


def entry(number: int, type_: int, stamp: bytes = STAMP) -> bytes:
    return build(bytes([0x0A, number, 184, type_, 0, 0]) + stamp, ascii_=True)


def test_an_entry_is_told_whatever_the_panels_clock_says() -> None:
    driver = begun(7, entry(7, 40))
    driver.opened(100.0)
    entries = {7: entry(7, 40), 8: entry(8, 22, bytes([1, 1, 0, 5]))}
    (alarm,) = follow_up(driver, 103.0, 8, entries)
    assert (alarm.cause, alarm.late, alarm.panel_time) == (Cause.PANIC, True, "01-01 00:05")


def test_a_status_that_names_the_next_entry_is_understood() -> None:
    driver = begun(5, entry(5, 22, bytes([2, 2, 2, 2])))  # long ago: nothing was written there yet
    driver.opened(100.0)
    entries = {5: entry(5, 22), 6: entry(6, 18, bytes([2, 2, 2, 3]))}
    assert [s.cause for s in follow_up(driver, 103.0, 6, entries)] == [Cause.PANIC]
    driver.opened(200.0)
    entries |= {6: entry(6, 19), 7: entry(7, 18, bytes([2, 2, 2, 4]))}
    assert [s.cause for s in follow_up(driver, 203.0, 7, entries)] == [Cause.FIRE]


def test_a_status_that_names_the_last_entry_is_understood() -> None:
    driver = begun(5, entry(5, 22))
    driver.opened(100.0)
    assert [s.cause for s in follow_up(driver, 103.0, 6, {5: entry(5, 22), 6: entry(6, 19)})] == [Cause.FIRE]


@pytest.mark.parametrize("named", [6, 7])
def test_an_entry_that_was_told_is_not_told_again_from_the_log(named: int) -> None:
    driver = begun(named - 1, entry(named - 1, 44, bytes([2, 2, 2, 2])))
    assert [s.cause for s in told(driver, log(22, 0, number=6))] == [Cause.PANIC]
    driver.opened(100.0)
    entries = {number: entry(number, 44, bytes([2, 2, 2, 2])) for number in (5, 7)}
    assert not follow_up(driver, 103.0, named, entries | {6: entry(6, 0x80 | 22)})


def test_what_the_panel_is_about_to_tell_is_left_to_it() -> None:
    driver = begun(5, entry(5, 40))
    entries = {5: entry(5, 40), 6: entry(6, 0x80 | 22)}
    assert not follow_up(driver, 14.0, 6, entries)
    (alarm,) = told(driver, log(22, 0, number=6))
    assert (alarm.late, alarm.again) == (False, False)
    assert not follow_up(driver, 16.5, 6, entries)
    assert not follow_up(driver, 30.0, 6, entries)


def test_what_the_panel_has_not_told_soon_after_is_asked_for() -> None:
    driver = begun(5, entry(5, 40))
    entries = {5: entry(5, 40), 6: entry(6, 22)}
    assert not follow_up(driver, 14.0, 6, entries)
    assert [s.late for s in follow_up(driver, 16.5, 6, entries)] == [True]


def test_an_alarm_that_comes_while_its_entry_is_asked_for_as_history_is_told() -> None:
    driver = ready()
    assert asked(driver.feed(system(7, wants=0), 0.1)) == "022A07"
    assert [(s.cause, s.late) for s in told(driver, log(22, 0), entry(7, 0x80 | 22))] == [(Cause.PANIC, False)]


def test_a_panel_whose_answers_want_answers_is_understood() -> None:
    driver = ready()
    assert asked(driver.feed(system(7), 0.1)) == "022A07"
    assert not told(driver, log(22, 0))
    assert [(s.cause, s.again) for s in told(driver, log(22, 0))] == [(Cause.PANIC, False)]


def test_an_entry_that_was_passed_over_is_asked_for() -> None:
    driver = begun(5, entry(5, 40))
    entries = {number: entry(number, 22, bytes([3, 3, 3, number])) for number in (6, 7, 8)} | {5: entry(5, 40)}
    assert len(told(driver, log(44, number=9))) == 1
    found = follow_up(driver, 14.0, 9, entries)
    assert [(s.cause, s.late, s.panel_time) for s in found] == [
        (Cause.PANIC, True, f"03-03 03:{number:02}") for number in (6, 7, 8)
    ]


@settings(max_examples=100, deadline=None)
@given(data=st.data(), first=st.integers(0, 184), ahead=st.integers(0, 1), readable=st.booleans())
def test_every_entry_is_told_once(data: st.DataObject, first: int, ahead: int, readable: bool) -> None:
    """Whatever the panel tells by itself, and whatever it means by the number in its status. Only where that cannot be
    found out, because the log could not be read at first, one old entry may be told with them."""
    ring = {number: entry(number, 44, bytes([1, 1, number // 60, number % 60])) for number in range(185)}
    driver = begun((first + ahead) % 185, ring[(first + ahead) % 185] if readable else b"")
    now, written = 3.0, 0
    heard: list[Signal] = []
    for count in data.draw(st.lists(st.integers(0, 12), max_size=6)):
        live = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
        for tells in live:
            written += 1
            number = (first + written) % 185
            stamp = bytes([2, 2, written // 60, written % 60])
            ring[number] = entry(number, 0x80 | 22, stamp)
            if tells:
                live_one = bytes([0x8A, number, 184, 0x80 | 22, 0, 0]) + stamp
                heard += told(driver, build(live_one, ascii_=True))
        for _poll in range(2):
            now += 15.0
            heard += follow_up(driver, now, (first + written + ahead) % 185, ring)
    alarms = [s.panel_time for s in heard if s.cause is Cause.PANIC and not s.again]
    assert sorted(map(str, alarms)) == [f"02-02 {n // 60:02}:{n % 60:02}" for n in range(1, written + 1)]
    assert len([s for s in heard if s.kind is Kind.TEST]) <= (not readable)


def test_a_log_that_is_not_given_is_not_asked_for_for_ever() -> None:
    driver = begun(5)
    for now in (14.0, 16.5, 19.0, 21.5, 24.0):
        follow_up(driver, now, 9, {})
    assert not follow_up(driver, 45.0, 9, {9: entry(9, 22)})


def test_an_entry_that_a_busy_panel_refuses_is_asked_for_again() -> None:
    driver = begun(5, entry(5, 40))
    for now in (14.0, 16.5):
        assert not follow_up(driver, now, 6, {5: entry(5, 40)})
    assert [s.cause for s in follow_up(driver, 19.0, 6, {6: entry(6, 22)})] == [Cause.PANIC]


def test_a_zone_that_has_come_to_remember_an_alarm_which_the_log_does_not_tell() -> None:
    driver = ready()
    assert not told(driver, zone(4, SILENT), zone(4, SILENT, memory=1))
    (alarm,) = (signal for step in driver.tick(16.0) for signal in step.signals)
    assert (alarm.kind, alarm.cause, alarm.point, alarm.area) == (Kind.ALARM, Cause.HOLD_UP, "005", "1")
    assert alarm.found
    assert alarm.late
    driver.opened(200.0)
    assert not told(driver, zone(4, SILENT, memory=1, wants=0))
    (over,) = told(driver, zone(4, SILENT))
    assert (over.kind, over.point) == (Kind.RESTORE, "005")


@pytest.mark.parametrize("first", [True, False])
def test_what_the_log_tells_the_memory_does_not_tell_again(first: bool) -> None:
    driver = ready()
    told(driver, zone(4, SILENT))
    told(driver, *([log(0), zone(4, SILENT, memory=1)] if first else [zone(4, SILENT, memory=1), log(0)]))
    assert not [signal for step in driver.tick(16.0) for signal in step.signals]


def test_without_its_log_a_panel_is_heard_by_its_memory_at_once() -> None:
    alarms = read(configuration(0x01), zone(4, SILENT), zone(4, SILENT, memory=1))[1:]
    assert [(s.kind, s.found, s.late) for s in alarms] == [(Kind.ALARM, True, False)]


def test_what_the_memory_told_the_log_tells_as_the_same_once_more() -> None:
    driver = begun(5, entry(5, 40))
    told(driver, configuration(0x01), zone(4, SILENT), zone(4, SILENT, memory=1))
    entries = {5: entry(5, 40), 6: build(bytes([0x0A, 6, 184, 0, 4, 0]) + STAMP, ascii_=True)}
    assert not follow_up(driver, 14.0, 6, entries)
    assert [(s.kind, s.point, s.again) for s in follow_up(driver, 16.5, 6, entries)] == [(Kind.ALARM, "005", True)]


@pytest.mark.parametrize(("types", "condition", "told_"), [(SILENT, 1, 1), (SILENT, 0, 0), (ORDINARY, 1, 0)])
def test_a_button_that_is_pressed_when_the_program_begins(types: bytes, condition: int, told_: int) -> None:
    driver = ready()
    told(driver, zone(4, types, condition=condition, memory=1))
    alarms = [signal for step in driver.tick(16.0) for signal in step.signals]
    assert [(s.found, s.late) for s in alarms] == [(True, True)] * told_


def test_a_siren_that_sounds_though_the_log_tells_nothing() -> None:
    def partition(flags: int) -> bytes:
        return build(bytes([0x06, 1, 0, flags, 0, 0, 0, 0, 0]), ascii_=True)

    driver = ready()
    told(driver, partition(0), partition(0x02))
    (alarm,) = (signal for step in driver.tick(16.0) for signal in step.signals)
    assert (alarm.kind, alarm.cause, alarm.area, alarm.point) == (Kind.ALARM, Cause.OTHER, "2", None)
    assert alarm.found
    assert alarm.late
    (over,) = told(driver, partition(0))
    assert over.kind is Kind.RESTORE
    told(driver, log(22, partition=1), partition(0x02))
    assert not [signal for step in driver.tick(33.0) for signal in step.signals]
