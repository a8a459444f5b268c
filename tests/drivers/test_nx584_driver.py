"""NetworX NX-584 and NX-8E: messages in binary and ASCII, log events, and what is asked after a reconnect."""

from __future__ import annotations

import pytest
from harness.conversation import Conversation, check_steps
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import nx584
from drivers.base import Cause, Driver, Kind, Signal, Step, Trouble
from drivers.nx584.frames import Scanner, build
from drivers.standing import RESTORE_OF

MODES = ("auto", "ascii", "binary")
SILENT, AUDIBLE, FIRE, ORDINARY = b"\x02\x00\x40", b"\x02\x02\x40", b"\x01\x04\x40", b"\x00\x02\x40"
STAMP = bytes([11, 21, 8, 30])


def line(digits: str) -> bytes:
    return b"\n" + digits.encode() + b"\r"


PARTITION = line("09860000000000010082139A")
SYSTEM = line("0C8804000000000200000A019F45FA")
TAKEN = line("011D1E1F")
NOT_TAKEN = line("011E1F20")


def log(type_: int, value: int = 4, partition: int = 0, number: int = 7, wants: int = 0x80) -> bytes:
    return build(bytes([0x0A | wants, number, 184, type_ | 0x80, value, partition]) + STAMP, ascii_=True)


def system(newest: int, panel: int = 0, modules: int = 0, more: int = 0, wants: int = 0x80) -> bytes:
    return build(bytes([0x08 | wants, 4, 0, panel, modules, 0, 2, more, 0, 0x0A, 1, newest]), ascii_=True)


def zone(number: int, types: bytes, condition: int = 0, memory: int = 0, wants: int = 0x80) -> bytes:
    return build(bytes([0x04 | wants, number, 0x01]) + types + bytes([condition, memory]), ascii_=True)


def told(driver: Driver, *pieces: bytes) -> list[Signal]:
    """What `pieces` tell, without signs of life."""
    steps = [step for piece in pieces for step in check_steps(driver.feed(piece, 0.0))]
    return [signal for step in steps for signal in step.signals if signal.kind is not Kind.HEARTBEAT]


def read(*pieces: bytes) -> list[Signal]:
    return told(nx584.make_decoder({}), *pieces)


def only(steps: object) -> Step:
    (step,) = check_steps(steps)
    return step


def ready() -> Driver:
    """A receiver that has nothing to ask."""
    driver = nx584.make({"mode": "ascii"})
    driver.opened(0.0)
    return driver


def asked(steps: object) -> str:
    """The last question, in hex without its frame."""
    return next(step.request for step in reversed(check_steps(steps)) if step.request).decode().strip()[:-4]


@pytest.mark.parametrize(
    "digits",
    [
        "09860000000000010082139A",  # real
        "0C8804000000000200000A019F45FA",  # real
        "098600200000400104827784",  # real
        "088404010105C400005CF5",
        "0A85010010000010001000C07F",
    ],
)
def test_captured_and_printed_messages_are_good_and_acknowledged(digits: str) -> None:
    step = check_steps(ready().feed(line(digits), 0.0))[-1]
    assert (step.reply, step.alive) == (TAKEN, True)
    (signal,) = step.signals
    assert (signal.kind, signal.code) == (Kind.HEARTBEAT, f"{int(digits[2:4], 16) & 0x3F:02X}")


def test_acknowledgements_are_no_signals_and_get_no_answer() -> None:
    assert not ready().feed(TAKEN, 0.0)
    assert not nx584.make_decoder({}).feed(TAKEN + NOT_TAKEN, 0.0)


def test_messages_in_binary() -> None:
    message = bytes([0x8A, 0x7E, 0x7D, 22, 0, 2]) + STAMP
    frame = build(message, ascii_=False)
    assert frame.count(b"\x7e") == 1
    (alarm,) = read(frame)
    assert (alarm.kind, alarm.cause, alarm.area, alarm.point) == (Kind.ALARM, Cause.PANIC, "3", "keypad")
    driver = nx584.make({"mode": "binary"})
    assert only(driver.feed(frame, 0.0)).reply == b"\x7e\x01\x1d\x1e\x1f"


@pytest.mark.parametrize(
    ("type_", "kind", "cause", "trouble", "point", "area"),
    [
        (0, Kind.ALARM, Cause.HOLD_UP, None, "005", "1"),
        (1, Kind.RESTORE, None, None, "005", "1"),
        (2, Kind.BYPASS, None, None, "005", None),
        (4, Kind.TAMPER, None, Trouble.SENSOR, "005", None),
        (5, Kind.TAMPER_RESTORE, None, Trouble.SENSOR, "005", None),
        (8, Kind.LOW_BATTERY, None, Trouble.BATTERY, "005", None),
        (10, Kind.FAULT, None, Trouble.SUPERVISION, "005", None),
        (18, Kind.ALARM, Cause.DURESS, None, "keypad", "1"),
        (19, Kind.ALARM, Cause.FIRE, None, "keypad", "1"),
        (20, Kind.ALARM, Cause.PANIC, None, "keypad", "1"),
        (22, Kind.ALARM, Cause.PANIC, None, "keypad", "1"),
        (23, Kind.TAMPER, None, Trouble.KEYPAD, "keypad", "1"),
        (24, Kind.TAMPER, None, Trouble.BOX, "4", None),
        (26, Kind.FAULT, None, Trouble.MAINS, "4", None),
        (28, Kind.LOW_BATTERY, None, Trouble.BATTERY, "4", None),
        (38, Kind.FAULT, None, Trouble.COMMUNICATION, None, None),
        (40, Kind.INFO, None, None, "4", "1"),
        (44, Kind.TEST, None, None, None, None),
        (49, Kind.CANCEL, None, None, "4", "1"),
        (99, Kind.UNKNOWN, None, None, "4", "1"),
    ],
)
def test_log_events(
    type_: int, kind: Kind, cause: Cause | None, trouble: Trouble | None, point: str | None, area: str | None
) -> None:
    step = check_steps(ready().feed(log(type_), 0.0))[-1]
    (signal,) = step.signals
    assert (signal.kind, signal.cause, signal.trouble, signal.point, signal.area) == (kind, cause, trouble, point, area)
    assert (signal.code, signal.panel_time) == (str(type_), "11-21 08:30")
    assert (signal.found, signal.late, step.reply) == (False, False, TAKEN)
    assert signal.by_user == (type_ in (40, 49))


@pytest.mark.parametrize(
    ("types", "cause"),
    [
        (SILENT, Cause.HOLD_UP),
        (AUDIBLE, Cause.PANIC),
        (FIRE, Cause.FIRE),
        (ORDINARY, Cause.INTRUSION),
    ],
)
def test_the_kind_of_zone_tells_the_cause(types: bytes, cause: Cause) -> None:
    alarm, restore = read(zone(4, types, condition=1), log(0), log(1, number=8))
    assert (alarm.kind, alarm.cause, restore.kind, restore.cause) == (Kind.ALARM, cause, Kind.RESTORE, cause)


def test_what_a_zone_is_for_may_be_given() -> None:
    decoder = nx584.make_decoder({"hold_up_zones": ["005"]})
    assert [signal.cause for signal in told(decoder, zone(4, ORDINARY, condition=1), log(0))] == [Cause.HOLD_UP]


def test_a_copy_of_a_log_event_is_told_as_such() -> None:
    first, copy, next_ = told(ready(), log(22), log(22), log(22, number=8))
    assert [first.again, copy.again, next_.again] == [False, True, False]
    assert not copy.found


def test_a_zone_of_unknown_type_is_taken_for_a_button_and_its_end_ends_just_that() -> None:
    alarm, restore, later, over = read(
        log(0), zone(4, ORDINARY, condition=1), log(1, number=8), log(0, number=9), log(1, number=10)
    )
    assert (alarm.cause, restore.cause) == (Cause.HOLD_UP, Cause.HOLD_UP)
    assert (later.cause, over.cause) == (Cause.INTRUSION, Cause.INTRUSION)


def test_after_the_panel_was_programmed_the_types_of_its_zones_are_learned_anew() -> None:
    assert [s.cause for s in read(zone(4, ORDINARY, condition=1), log(46), log(0, number=8))] == [None, Cause.HOLD_UP]


def test_the_end_of_alarms_of_several_causes_ends_them_all() -> None:
    *_alarms, restore = read(log(0), zone(4, ORDINARY, condition=1), log(0, number=8), log(1, number=9))
    assert (restore.kind, restore.cause) == (Kind.RESTORE, None)


def test_troubles_of_a_zone_begin_and_end() -> None:
    signals = read(zone(4, ORDINARY, condition=0x6E), zone(4, ORDINARY, condition=0x08), zone(4, ORDINARY))
    assert [(signal.kind, signal.trouble, signal.point, signal.found) for signal in signals] == [
        (Kind.TAMPER, Trouble.SENSOR, "005", True),
        (Kind.FAULT, Trouble.SENSOR, "005", True),
        (Kind.BYPASS, None, "005", True),
        (Kind.LOW_BATTERY, Trouble.BATTERY, "005", True),
        (Kind.FAULT, Trouble.SUPERVISION, "005", True),
        (Kind.TAMPER_RESTORE, Trouble.SENSOR, "005", True),
        (Kind.FAULT_RESTORE, Trouble.SENSOR, "005", True),
        (Kind.BATTERY_RESTORE, Trouble.BATTERY, "005", True),
        (Kind.FAULT_RESTORE, Trouble.SUPERVISION, "005", True),
        (Kind.UNBYPASS, None, "005", True),
    ]


def test_what_the_log_told_the_status_does_not_tell_again() -> None:
    signals = read(log(4), zone(4, ORDINARY, condition=0x02), zone(4, ORDINARY), log(5, number=8))
    assert [signal.kind for signal in signals] == [Kind.TAMPER, Kind.TAMPER_RESTORE, Kind.TAMPER_RESTORE]


def test_troubles_of_the_panel() -> None:
    signals = read(system(9, 0xC0), system(9, 0, 0x08, 0x08), system(9))
    assert [(signal.kind, signal.trouble) for signal in signals] == [
        (Kind.LOW_BATTERY, Trouble.BATTERY),
        (Kind.FAULT, Trouble.MAINS),
        (Kind.BATTERY_RESTORE, Trouble.BATTERY),
        (Kind.FAULT_RESTORE, Trouble.MAINS),
        (Kind.FAULT, Trouble.MODULE),
        (Kind.FAULT, Trouble.CLOCK),
        (Kind.FAULT_RESTORE, Trouble.MODULE),
        (Kind.FAULT_RESTORE, Trouble.CLOCK),
    ]


def test_troubles_of_modules_are_told_apart() -> None:
    driver = ready()
    told(driver, log(36, 3), log(36, 5, number=8))
    assert [(s.kind, s.point) for s in told(driver, log(37, 5, number=9))] == [(Kind.FAULT_RESTORE, "5")]
    assert not told(driver, system(9, modules=0x08))
    assert [(s.kind, s.trouble, s.point) for s in told(driver, system(9))] == [
        (Kind.FAULT_RESTORE, Trouble.MODULE, "3")
    ]


def test_a_keypads_tamper_ends_with_a_right_code_and_not_with_a_status() -> None:
    driver = ready()
    told(driver, log(23, partition=1))
    assert not told(driver, system(7))
    assert [s.kind for s in told(driver, log(40, partition=0, number=8))] == [Kind.INFO]
    opening, over = told(driver, log(40, partition=1, number=9))
    assert (opening.kind, over.kind, over.point, over.area) == (Kind.INFO, Kind.TAMPER_RESTORE, "keypad", "2")


def configuration(flags: int) -> bytes:
    return build(b"\x01V1.0" + bytes([0xF2, flags, 0xF2, 0x05, 0, 0]), ascii_=True)


def test_a_panel_that_does_not_send_its_log_is_a_fault_of_all_its_buttons() -> None:
    signals = read(configuration(0x01), configuration(0x05))
    assert {"keypad", "001", "192"} <= set(signals[0].unheard)
    assert [(s.kind, s.trouble) for s in signals] == [
        (Kind.FAULT, Trouble.PROGRAM),
        (Kind.FAULT_RESTORE, Trouble.PROGRAM),
    ]


def test_a_bad_message_is_refused_and_its_third_copy_kept_aside() -> None:
    driver = ready()
    bad = log(22)[:-2] + b"0\r"
    for _copy in range(2):
        step = only(driver.feed(bad, 0.0))
        assert ([signal.kind for signal in step.signals], step.reply) == ([Kind.REJECTED], NOT_TAKEN)
    step = only(driver.feed(bad, 0.0))
    assert [signal.kind for signal in step.signals] == [Kind.REJECTED, Kind.UNKNOWN]
    assert step.reply == TAKEN


def test_a_status_that_could_not_be_stored_is_told_again_with_its_copy() -> None:
    driver = ready()
    message = zone(4, ORDINARY, condition=0x02)
    first = told(driver, message)
    assert first
    assert told(driver, message) == first


def test_everything_is_asked_for_until_it_is_answered() -> None:
    driver = nx584.make({"mode": "ascii"})
    assert asked(driver.opened(0.0)) == "0128"
    for second in (3.0, 6.0, 9.0, 12.0, 15.0):
        assert asked(driver.tick(second)) == "0128"
    steps = driver.feed(SYSTEM, 16.0)
    assert asked(steps) == "022A9F"  # the entry that it names, as history
    assert asked(driver.feed(line("011C1D1E"), 16.0)) == "0121"
    # Something was answered: what is not answered three times is left out, if the panel is still there.
    assert [asked(driver.tick(16.0 + 3 * turn)) for turn in (1, 2, 3)] == ["0121", "0121", "0128"]
    assert [asked(driver.tick(25.0 + 3 * turn)) for turn in range(1, 9)] == ["0128"] * 8
    assert asked(driver.feed(SYSTEM, 50.0)) == "0127"
    assert asked(driver.feed(line("011F2021"), 51.0)) == "022500"
    assert not any(step.request for step in driver.feed(line("011C1D1E"), 52.0))
    assert asked(driver.tick(62.0)) == "0128"


def test_the_way_a_panel_writes_is_found_out() -> None:
    driver = nx584.make({})
    assert only(driver.opened(0.0)).request.startswith(b"\x7e")
    assert only(driver.tick(3.0)).request.startswith(b"\n")
    assert check_steps(driver.feed(build(bytes([8, *bytes(11)]), ascii_=True), 4.0))[-1].request.startswith(b"\n")


def panel_and_receiver(mode: str = "auto") -> Conversation:
    talk = Conversation("nx584", {"mode": mode})
    talk.run(lambda: False, 30.0)
    return talk


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


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_end_of_a_line_behind_a_message_withholds_no_answer_and_is_no_message(end: bytes) -> None:
    driver = ready()
    step = only(driver.feed(log(22) + end, 0.1))
    assert (step.reply, len(step.signals)) == (TAKEN, 1)
    assert not driver.tick(1.0)
    assert only(driver.feed(log(22, number=8) + end, 1.1)).reply == TAKEN


def test_the_beginning_of_the_next_message_withholds_the_answer() -> None:
    driver = ready()
    assert not only(driver.feed(log(22) + b"\n0", 0.1)).reply


def test_a_message_is_refused_as_it_was_written_and_an_echo_is_no_sign_of_life() -> None:
    driver = nx584.make({})
    driver.opened(0.0)
    (step,) = driver.feed(log(22)[:-2] + b"0\r", 0.1)
    assert step.reply == NOT_TAKEN
    assert not driver.feed(step.reply, 0.2)


def test_a_listener_asks_and_answers_nothing() -> None:
    driver = nx584.make({"passive": True})
    assert not driver.transmits
    steps = [*driver.opened(0.0), *driver.feed(log(22) + log(22)[:-2] + b"0\r", 0.0), *driver.tick(60.0)]
    assert steps
    assert not any(step.reply or step.request for step in steps)
    assert nx584.defaults({"passive": True}).supervision_s == 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (Kind.ALARM, Cause.HOLD_UP),
        (Kind.ALARM, Cause.PANIC),
        (Kind.ALARM, Cause.FIRE),
        (Kind.ALARM, Cause.INTRUSION),
        (Kind.TAMPER, None),
        (Kind.FAULT, None),
        (Kind.LOW_BATTERY, None),
        (Kind.BYPASS, None),
        (Kind.TEST, None),
    ],
)
def test_what_the_panel_says_of_a_zone_is_read_back(mode: str, kind: Kind, cause: Cause | None) -> None:
    talk = panel_and_receiver(mode)
    talk.panel.send(Signal(kind=kind, cause=cause, point="105", area="2"))
    assert talk.run(lambda: talk.panel.idle, 5.0)
    signal = talk.heard(kind)[0]
    assert signal.cause == cause
    assert signal.point == (None if kind is Kind.TEST else "105")


@pytest.mark.parametrize("cause", [Cause.DURESS, Cause.PANIC, Cause.FIRE])
def test_alarms_of_a_keypad(cause: Cause) -> None:
    talk = panel_and_receiver()
    talk.panel.send(Signal(kind=Kind.ALARM, cause=cause, area="4"))
    assert talk.run(lambda: talk.panel.idle, 5.0)
    assert [(s.cause, s.point, s.area) for s in talk.heard(Kind.ALARM)] == [(cause, "keypad", "4")]


def test_who_cancels_is_a_person() -> None:
    talk = panel_and_receiver()
    talk.panel.send(Signal(kind=Kind.CANCEL, point="12", area="4"))
    assert talk.run(lambda: talk.panel.idle, 5.0)
    assert [(s.point, s.by_user, s.area) for s in talk.heard(Kind.CANCEL)] == [("12", True, "4")]


@pytest.mark.parametrize("begin", [Kind.ALARM, Kind.TAMPER, Kind.FAULT, Kind.LOW_BATTERY, Kind.BYPASS])
def test_what_stands_ends(begin: Kind) -> None:
    talk = panel_and_receiver()
    talk.panel.send(Signal(kind=begin, cause=Cause.HOLD_UP, point="005"))
    talk.panel.send(Signal(kind=RESTORE_OF[begin], point="005"))
    assert talk.run(lambda: talk.panel.idle, 5.0)
    assert talk.heard(begin)
    assert talk.heard(RESTORE_OF[begin])


@pytest.mark.parametrize(
    "signal",
    [
        Signal(kind=Kind.ALARM, cause=Cause.DURESS, point="005"),
        Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP),
        Signal(kind=Kind.ALARM, point="K2"),
        Signal(kind=Kind.ALARM, point="000"),
        Signal(kind=Kind.ALARM, cause=Cause.PANIC, area="9"),
        Signal(kind=Kind.STATUS, point="005"),
    ],
)
def test_what_the_panel_cannot_say(signal: Signal) -> None:
    with pytest.raises(ValueError, match=r"."):
        nx584.make_panel_side({}).send(signal)


def test_the_panel_gives_up_after_its_tries() -> None:
    panel = nx584.make_panel_side({"tries": 2})
    panel.send(Signal(kind=Kind.ALARM, point="005"))
    assert sum(bool(panel.tick(now / 10)) for now in range(200)) == 2
    assert panel.idle
    assert panel.abandoned == 1


@settings(max_examples=80, deadline=None)
@given(data=st.data(), ascii_=st.booleans())
def test_any_message_is_read_back_whatever_stands_before_it(data: st.DataObject, ascii_: bool) -> None:
    message = data.draw(st.binary(min_size=1, max_size=18))
    noise = data.draw(st.binary(max_size=40).filter(lambda noise: not noise.endswith(b"\x7d")))
    scanner = Scanner("auto")
    found = [*scanner.feed(noise + build(message, ascii_=ascii_)), *scanner.expire()]
    read_ = [item for item in found if not hasattr(item, "reason")]
    assert any(item.data == message[1:] and item.type == message[0] & 0x3F for item in read_)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_cutting_changes_nothing(data: st.DataObject) -> None:
    frames = (log(22), zone(4, SILENT, 0x02), SYSTEM, PARTITION, TAKEN, b"\x7e\x01", b"\n0", b"\r\n", b"\x7d")
    stream = b"".join(data.draw(st.lists(st.sampled_from(frames), max_size=12)))
    whole, cut = nx584.make_decoder({}), nx584.make_decoder({})
    assert told(whole, stream) == told(cut, *(bytes([byte]) for byte in stream))


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=200))
def test_any_data_in_a_good_frame_is_survived(noise: bytes) -> None:
    driver = ready()
    for begin in range(0, len(noise), 12):
        message = noise[begin : begin + 12]
        check_steps(driver.feed(build(message, ascii_=True), 0.0))
    check_steps(driver.tick(50.0))


def test_options() -> None:
    assert not nx584.check_options({"mode": "binary", "passive": True})
    assert [wrong.key for wrong in nx584.check_options({"mode": "x", "passive": 1, "tries": 3})] == [
        "tries",
        "mode",
        "passive",
    ]
