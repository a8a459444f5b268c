"""AlarmDecoder: the radio's events, the keypad beside them, sensors, and what is no line."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from harness.conversation import Conversation
from harness.every_driver import OF_A_ZONE
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.base import Cause, Driver, Kind, OptionError, Signal, Step, Trouble
from drivers.registry import check_options, defaults, make, make_decoder

QUIET = "10010001000000003A--"
ALARM = "00010001011000003A--"
MEMORY = "00010001010000003A--"
FIRE = "00010001011001003A--"
NO_MAINS = "10010000000000003A--"
LOW_BATTERY = "10010001000100003A--"


def driver(**options: object) -> Driver:
    made = make("alarmdecoder", options)
    made.opened(0.0)
    return made


def known() -> Driver:
    """A receiver that has seen that nothing stands."""
    made = driver()
    made.feed(keypad(QUIET), 0.5)
    return made


def keypad(flags: str, number: str = "000", text: str = "****DISARMED****  Ready to Arm") -> bytes:
    return f'[{flags}],{number},[f70000ff1008001c08020000000000],"{text:32}"\r\n'.encode()


def signals(steps: Sequence[Step]) -> list[Signal]:
    return [signal for step in steps for signal in step.signals]


def news(steps: Sequence[Step]) -> list[Signal]:
    return [signal for signal in signals(steps) if signal.kind not in (Kind.HEARTBEAT, Kind.STATUS)]


def told(made: Driver, *said: tuple[float, bytes]) -> list[Signal]:
    return [s for now, data in said for s in news([*made.tick(now), *made.feed(data, now)])]


@pytest.mark.parametrize(
    ("line", "kind", "cause", "point", "area", "code"),
    [
        ("!LRR:099,1,CID_1123,ff", Kind.ALARM, Cause.PANIC, "099", "1", "CID_1123"),
        ("!LRR:012,1,ALARM_PANIC", Kind.ALARM, Cause.PANIC, "012", "1", "ALARM_PANIC"),
        ("!LRR:005,1,CID_1122,ff", Kind.ALARM, Cause.HOLD_UP, "005", "1", "CID_1122"),
        ("!LRR:005,1,CID_3122,ff", Kind.RESTORE, Cause.HOLD_UP, "005", "1", "CID_3122"),
        ("!LRR:005,2,ALARM_SILENT", Kind.ALARM, Cause.HOLD_UP, "005", "2", "ALARM_SILENT"),
        ("!LRR:095,1,CID_1110,ff", Kind.ALARM, Cause.FIRE, "095", "1", "CID_1110"),
        ("!LRR:003,1,BYPASS", Kind.BYPASS, None, "003", "1", "BYPASS"),
        ("!LRR:003,1,RESTORE", Kind.RESTORE, None, "003", "1", "RESTORE"),
        ("!LRR:000,0,ACLOSS", Kind.FAULT, None, "000", "0", "ACLOSS"),
        ("!LRR:002,1,CID_3441,ff", Kind.INFO, None, "002", "1", "CID_3441"),
        ("!LRR:001,1,CID_1406,ff", Kind.CANCEL, None, "001", "1", "CID_1406"),
        ("!LRR:012,1,CANCEL", Kind.CANCEL, None, "012", "1", "CANCEL"),
        ("!LRR:008,1,CID_1FED,ff", Kind.UNKNOWN, None, "008", "1", "CID_1FED"),
        ("!LRR:008,1,ALARM_STRANGE", Kind.UNKNOWN, None, "008", "1", "ALARM_STRANGE"),
    ],
)
def test_events_of_the_radio(
    line: str, kind: Kind, cause: Cause | None, point: str | None, area: str, code: str
) -> None:
    step = driver().feed(line.encode() + b"\r\n", 1.0)[-1]
    assert [(s.kind, s.cause, s.point, s.area, s.code) for s in step.signals] == [(kind, cause, point, area, code)]
    assert step.signals[0].raw == line.encode()
    assert (step.alive, step.reply) == (True, b"")


def test_a_users_number_is_no_zone() -> None:
    (duress,) = signals(driver().feed(b"!LRR:005,1,CID_1121,ff\r\n", 1.0))
    assert (duress.cause, duress.point, duress.by_user) == (Cause.DURESS, "005", True)


@pytest.mark.parametrize(
    "line",
    [
        '[00000000000000000A--],000,[f707000600e5800c0c020000],"                                "',
        '!KPM:[00000000000000000A--],000,[f707000600e5800c0c020000],"                                "',
        '[00110001000000003A--],008,[f72600ff1008008c08020000000000],"ARMED ***STAY***You may exit now"',
        '[001000010000--------],010,[f70700060010808c08020000],"ARMED ***STAY** ZONE BYPASSED "',
        "!RFX:0746846,80",
        "!RFX:0180036,84",
        "!EXP:07,01,01",
        "!REL:12,01,01",
    ],
)
def test_lines_that_show_that_the_panel_lives(line: str) -> None:
    steps = driver().feed(line.encode() + b"\r\n", 1.0)
    assert any(step.alive for step in steps)
    assert not [s for s in signals(steps) if s.kind in (Kind.REJECTED, Kind.ALARM, Kind.UNKNOWN)]


@pytest.mark.parametrize(
    "line",
    [
        "!CONFIG>MODE=A&CONFIGBITS=ff04&ADDRESS=18&LRR=N&COM=N&EXP=NNNNN&REL=NNNN&MASK=ffffffff&DEDUPLICATE=N",
        "!VER:ffffffff,V2.2a.6,TX;RX;SM;VZ;RF;ZX;RE;AU;3X;CG;DD;MF;LR;KE;MK;CB",
        "!Ready",
        "!boot.....",
        "!Sending.done",
    ],
)
def test_what_the_adapter_says_of_itself_is_no_life_of_the_panel(line: str) -> None:
    (step,) = driver().feed(line.encode() + b"\r\n", 1.0)
    assert not step.alive
    assert [(s.kind, s.text) for s in step.signals] == [(Kind.STATUS, line)]


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "!LXR:099,1,1123,ff",
        "!RFX:07468,80",
        '[0000000000000000A--],000,[f707000600e5800c0c020000],"    "',
        "!XYZ:1",
    ],
)
def test_what_is_no_line_is_rejected(line: str) -> None:
    steps = driver().feed(line.encode() + b"\r\n", 1.0)
    assert [(s.kind, s.raw) for s in signals(steps)] == [(Kind.REJECTED, line.encode())]
    assert not any(step.alive for step in steps)


@pytest.mark.parametrize(
    "line", ["!LRR:0x9,1,CID_1123,ff", "!LSR:099,1,CID_1123,ff", "!LRR:099,1,C\xa4D_1123", "9,1,CID_1122"]
)
def test_a_damaged_line_of_the_radio_sounds(line: str) -> None:
    raw = line.encode("latin-1")
    steps = driver().feed(raw + b"\r\n", 1.0)
    assert [(s.kind, s.raw) for s in signals(steps)] == [(Kind.REJECTED, raw), (Kind.UNKNOWN, raw)]
    assert signals(steps)[1].reason == "kept aside: not a line of an AlarmDecoder"
    assert not any(step.alive for step in steps)


@pytest.mark.parametrize("event", ["CID_112", "CIE_1123", "ALARM_PANI", "DSC_1103"])
def test_an_event_that_cannot_be_read_is_shown(event: str) -> None:
    (unknown,) = signals(driver().feed(f"!LRR:099,1,{event},ff\r\n".encode(), 1.0))
    assert (unknown.kind, unknown.point, unknown.code) == (Kind.UNKNOWN, "099", event)


def test_a_keypad_alarm_that_the_radio_told_of_is_not_told_again() -> None:
    made = driver()
    found = told(
        made,
        (1.0, b"!LRR:005,1,CID_1130,ff\r\n"),
        (1.2, keypad(ALARM, "005", "ALARM 05 FRONT DOOR")),
        (9.0, keypad(ALARM, "005", "ALARM 05 FRONT DOOR")),
    )
    assert [(s.kind, s.point, s.found) for s in found] == [(Kind.ALARM, "005", False)]
    # And the other way round, within the moment that the keypad waits.
    found = told(
        driver(),
        (1.0, keypad(ALARM, "005", "ALARM 05 FRONT DOOR")),
        (2.0, b"!LRR:005,1,CID_1130,ff\r\n"),
        (9.0, keypad(ALARM, "005", "ALARM 05 FRONT DOOR")),
    )
    assert [(s.kind, s.point, s.found) for s in found] == [(Kind.ALARM, "005", False)]


def test_a_radio_that_is_slow_tells_the_same_alarm() -> None:
    found = told(
        known(),
        (1.0, keypad(ALARM, "005", "ALARM 05 FRONT DOOR")),
        (9.0, keypad(ALARM, "005", "ALARM 05 FRONT DOOR")),
        (31.0, b"!LRR:005,1,CID_1130,ff\r\n"),
        (32.0, b"!LRR:005,1,CID_1130,ff\r\n"),
    )
    assert [(s.kind, s.point, s.found) for s in found] == [
        (Kind.ALARM, "005", False),
        (Kind.ALARM, "005", True),  # it goes on
        (Kind.ALARM, "005", True),
        (Kind.ALARM, "005", False),
    ]


def test_a_radio_that_is_slow_tells_the_same_alarm_also_when_another_stands_for_long() -> None:
    made = known()
    told(made, *((1.0 + at, keypad(MEMORY, "005", "ALARM 05")) for at in range(0, 300, 20)))
    found = told(
        made,
        (301.0, keypad(ALARM, "007", "ALARM 07")),
        (305.0, keypad(MEMORY, "005", "ALARM 05")),
        (320.0, b"!LRR:007,1,CID_1130,ff\r\n"),
    )
    assert [(s.point, s.found) for s in found] == [("007", False), ("007", True)]


def test_what_the_radio_told_long_ago_explains_nothing() -> None:
    made = known()
    told(made, (1.0, b"!LRR:007,1,CID_1130,ff\r\n"))
    told(made, *((5.0 + at, keypad(MEMORY, "005", "ALARM 05")) for at in range(0, 300, 20)))
    found = told(made, (301.0, keypad(ALARM, "007", "ALARM 07")), (305.0, keypad(MEMORY, "005", "ALARM 05")))
    assert [s.point for s in found] == ["007"]


@pytest.mark.parametrize("event", ["CID_1121", "CID_1126"])
def test_a_persons_number_explains_no_zone(event: str) -> None:
    found = told(
        known(),
        (1.0, f"!LRR:005,1,{event},ff\r\n".encode()),
        (2.0, keypad(ALARM, "005", "ALARM 05")),
        (6.0, keypad(QUIET)),
        (7.0, f"!LRR:005,1,{event},ff\r\n".encode()),
    )
    assert [(s.by_user, s.found) for s in found] == [(True, False), (False, False), (True, False)]


@pytest.mark.parametrize("silent_first", [True, False])
def test_a_silent_alarm_explains_no_alarm_that_a_keypad_shows_somewhere(silent_first: bool) -> None:
    said = [b"!LRR:011,1,CID_1122,ff\r\n", keypad(ALARM, "000", "SOMETHING")]
    first, second = said if silent_first else reversed(said)
    found = told(known(), (1.0, first), (2.0, second), (6.0, keypad(QUIET)))
    assert sorted((s.point or "", s.cause) for s in found) == [("", Cause.INTRUSION), ("011", Cause.HOLD_UP)]


def test_a_fire_somewhere_is_not_hidden_by_a_burglary() -> None:
    found = told(
        known(),
        (1.0, b"!LRR:005,1,CID_1130,ff\r\n"),
        (2.0, keypad(ALARM, "005", "ALARM 05")),
        (3.0, keypad(FIRE, "000", "FIRE ALARM")),
        (7.0, keypad(ALARM, "005", "ALARM 05")),
    )
    assert [(s.cause, s.point) for s in found] == [(Cause.INTRUSION, "005"), (Cause.FIRE, None)]


def test_what_the_radio_calls_something_else_ends_with_the_keypads_alarm() -> None:
    made = known()
    found = told(
        made,
        (1.0, keypad(ALARM, "005", "ALARM 05")),
        (5.0, b"!LRR:005,1,CID_1120,ff\r\n"),
        (20.0, keypad(QUIET)),
        (40.0, keypad(QUIET)),
    )
    assert [(s.kind, s.cause) for s in found if s.kind is Kind.ALARM] == [
        (Kind.ALARM, Cause.INTRUSION),
        (Kind.ALARM, Cause.PANIC),
    ]
    assert {s.cause for s in found if s.kind is Kind.RESTORE} == {Cause.INTRUSION, Cause.PANIC}


def test_a_restore_without_its_cause_ends_the_zones_alarm_and_none_of_its_faults() -> None:
    found = told(driver(), (1.0, b"!LRR:005,1,ALARM_PANIC\r\n"), (2.0, b"!LRR:005,1,RESTORE\r\n"))
    assert [(s.kind, s.cause) for s in found] == [(Kind.ALARM, Cause.PANIC), (Kind.RESTORE, Cause.PANIC)]


def test_an_alarm_that_the_radio_has_ended_is_not_found_after_a_gap() -> None:
    made = known()
    told(made, (1.0, b"!LRR:005,1,CID_1130,ff\r\n"), (2.0, keypad(ALARM, "005", "ALARM 05")))
    found = told(made, (5.0, b"!LRR:005,1,CID_3130,ff\r\n"), (3600.0, keypad(MEMORY, "005", "ALARM 05")))
    assert [s.kind for s in found] == [Kind.RESTORE]
    found = told(made, (3610.0, b"!LRR:005,1,CID_1130,ff\r\n"), (3611.0, keypad(MEMORY, "005", "ALARM 05")))
    assert [(s.kind, s.found) for s in found] == [(Kind.ALARM, False)]


def test_an_alarm_that_is_shown_again_after_a_gap_is_found_and_late() -> None:
    made = known()
    told(made, (1.0, b"!LRR:005,1,CID_1130,ff\r\n"), (2.0, keypad(ALARM, "005", "ALARM 05")))
    found = told(made, (3600.0, keypad(QUIET)), (3601.0, keypad(ALARM, "005", "ALARM 05")))
    found += told(made, (3610.0, keypad(ALARM, "005", "ALARM 05")))
    assert [(s.kind, s.point, s.found, s.late) for s in found] == [(Kind.ALARM, "005", True, True)]


def test_a_keypad_alarm_without_the_radio_is_told_and_ends() -> None:
    made = driver(panic_zones=["007"])
    made.feed(keypad(QUIET), 0.5)
    found = told(
        made,
        (1.0, keypad(ALARM, "005", "ALARM 05 FRONT DOOR")),
        (2.0, keypad(ALARM, "007", "ALARM 07 DESK")),
        (3.0, keypad(ALARM, "099", "ALARM 99")),
        (4.5, keypad(ALARM, "005", "ALARM 05 FRONT DOOR")),
        (9.0, keypad(ALARM, "005", "ALARM 05 FRONT DOOR")),
        (20.0, keypad(MEMORY, "005", "ALARM 05 FRONT DOOR")),
        (40.0, keypad(QUIET)),
    )
    assert [(s.kind, s.cause, s.point, s.found, s.late) for s in found] == [
        (Kind.ALARM, Cause.INTRUSION, "005", False, False),
        (Kind.ALARM, Cause.INTRUSION, "005", True, False),  # it goes on
        (Kind.ALARM, Cause.PANIC, "007", False, False),
        (Kind.ALARM, Cause.PANIC, "099", False, False),
    ]
    assert found[0].text == "ALARM 05 FRONT DOOR"
    over = told(made, (51.0, keypad(QUIET)))
    assert [(s.kind, s.cause, s.point) for s in over] == [
        (Kind.RESTORE, Cause.INTRUSION, "005"),
        (Kind.RESTORE, Cause.PANIC, "007"),
        (Kind.RESTORE, Cause.PANIC, "099"),
    ]


def test_a_keypad_alarm_without_a_zone_is_told_without_one() -> None:
    found = told(driver(), (1.0, keypad(ALARM, "000", "SOMETHING")), (4.1, keypad(ALARM, "000", "SOMETHING")))
    assert [(s.kind, s.point, s.text) for s in found] == [(Kind.ALARM, None, "SOMETHING")]


def test_a_zone_that_the_keypad_names_later_is_news() -> None:
    found = told(
        driver(),
        (1.0, keypad(ALARM, "000", "SOMETHING")),
        (5.0, keypad(ALARM, "005", "ALARM 05")),
        (9.0, keypad(ALARM, "005", "ALARM 05")),
    )
    assert [(s.point, s.found) for s in found] == [(None, True), ("005", False), ("005", True)]


def test_fire_at_the_keypad() -> None:
    found = told(driver(), (1.0, keypad(FIRE, "004", "FIRE 04 CELLAR")), (5.0, keypad(FIRE, "004", "FIRE 04 CELLAR")))
    assert [(s.kind, s.cause, s.point) for s in found] == [(Kind.ALARM, Cause.FIRE, "004")]


def test_an_alarm_raised_while_the_cable_was_out_is_late_and_told_once() -> None:
    made = driver()
    made.feed(keypad(QUIET), 1.0)
    made.opened(100.0)
    found = told(
        made,
        (101.0, keypad(MEMORY, "005", "ALARM 05 FRONT DOOR")),
        (110.0, keypad(MEMORY, "005", "ALARM 05 FRONT DOOR")),
    )
    made.opened(150.0)
    found += told(made, (151.0, keypad(MEMORY, "005", "ALARM 05 FRONT DOOR")), (160.0, keypad(QUIET)))
    assert [(s.kind, s.point, s.found, s.late) for s in found] == [(Kind.ALARM, "005", True, True)]


def test_troubles_that_a_keypad_shows() -> None:
    made = driver()
    found = told(
        made,
        (1.0, keypad(NO_MAINS)),
        (2.0, keypad(LOW_BATTERY, "012", "LO BAT 12 WINDOW")),
        (3.0, keypad(QUIET, "009", "CHECK 09 CELLAR")),
        (9.0, keypad(QUIET)),
        (40.0, keypad(QUIET)),
    )
    assert [(s.kind, s.trouble, s.point) for s in found] == [
        (Kind.FAULT, Trouble.MAINS, None),
        (Kind.LOW_BATTERY, Trouble.BATTERY, "012"),
        (Kind.FAULT, Trouble.SENSOR, "009"),
        (Kind.FAULT_RESTORE, Trouble.MAINS, None),
        (Kind.BATTERY_RESTORE, Trouble.BATTERY, "012"),
        (Kind.FAULT_RESTORE, Trouble.SENSOR, "009"),
    ]


def test_a_sensors_battery_is_told_when_it_changes() -> None:
    made = driver()
    found = told(
        made,
        (1.0, b"!RFX:0180036,80\r\n"),
        (2.0, b"!RFX:0180036,82\r\n"),
        (3.0, b"!RFX:0180036,06\r\n"),
        (4.0, b"!RFX:0180036,00\r\n"),
    )
    assert [(s.kind, s.point) for s in found] == [
        (Kind.LOW_BATTERY, "0180036"),
        (Kind.BATTERY_RESTORE, "0180036"),
    ]


def test_the_adapter_is_asked_until_it_has_answered() -> None:
    made = make("alarmdecoder", {})
    asked = b"".join(step.request for step in made.opened(0.0))
    for second in range(1, 40):
        asked += b"".join(step.request for step in made.tick(float(second)))
    assert asked.count(b"V\r") >= 2
    assert asked.count(b"C\r") >= 2
    made.feed(b"!VER:ffffffff,V2.2a.6,TX\r\n!CONFIG>MODE=A\r\n", 40.0)
    assert not any(step.request for second in range(41, 90) for step in made.tick(float(second)))


def test_a_listener_never_transmits() -> None:
    made = make("alarmdecoder", {"passive": True})
    steps = [*made.opened(0.0), *made.feed(b"!LRR:005,1,CID_1122,ff\r\n", 1.0)]
    for second in range(1, 60):
        steps += made.tick(float(second))
    assert not made.transmits
    assert not any(step.reply or step.request for step in steps)


@pytest.mark.parametrize("signal", OF_A_ZONE)
def test_the_simulated_panel_is_read_back(signal: Signal) -> None:
    conversation = Conversation("alarmdecoder", {})
    conversation.panel.send(signal)
    conversation.run(lambda: False, 30.0)
    assert conversation.panel.acknowledged == 1
    heard = [s for s in conversation.signals if s.kind not in (Kind.HEARTBEAT, Kind.STATUS)]
    assert [(s.kind, s.cause, s.point) for s in heard] == [(signal.kind, signal.cause, signal.point)]


def test_an_alarm_of_the_simulated_panel_is_one_press_and_is_restored() -> None:
    conversation = Conversation("alarmdecoder", {})
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="005"))
    conversation.run(lambda: False, 60.0)
    assert len(conversation.heard(Kind.ALARM)) == 1
    conversation.panel.send(Signal(kind=Kind.RESTORE, point="005"))
    conversation.run(lambda: False, 60.0)
    assert {(s.cause, s.point) for s in conversation.heard(Kind.RESTORE)} == {(Cause.PANIC, "005")}
    assert len(conversation.heard(Kind.ALARM)) == 1


def test_options() -> None:
    assert [m.key for m in check_options("alarmdecoder", {"passive": 1, "x": 1, "panic_zones": [5]})] == [
        "x",
        "passive",
        "panic_zones",
    ]
    with pytest.raises(OptionError):
        make("alarmdecoder", {"tries": 3})
    assert (defaults("alarmdecoder", {}).baudrate, defaults("alarmdecoder", {}).supervision_s) == (19200, 90)
    with pytest.raises(ValueError, match="digits"):
        Conversation("alarmdecoder", {}).panel.send(Signal(kind=Kind.ALARM, point="5"))


LINES = [
    keypad(QUIET),
    keypad(ALARM, "005", "ALARM 05"),
    keypad(NO_MAINS),
    b"!LRR:005,1,CID_1122,ff\r\n",
    b"!RFX:0180036,82\r\n",
    b"!EXP:07,01,01\r\n",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=6), st.data())
def test_cuts_change_nothing(lines: list[bytes], data: st.DataObject) -> None:
    said = b"".join(lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=8)))
    whole, cut = make_decoder("alarmdecoder", {}), make_decoder("alarmdecoder", {})
    pieces = [said[a:b] for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True)]
    assert [s for piece in pieces for s in signals(cut.feed(piece, 0.0))] == signals(whole.feed(said, 0.0))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600))
def test_after_any_bytes_the_next_whole_line_is_read(junk: bytes) -> None:
    made = driver()
    made.feed(junk + b"\r\n", 1.0)
    found = signals(made.feed(b"!LRR:011,1,CID_1120,ff\r\n", 1.0))
    assert [(s.kind, s.cause, s.point) for s in found] == [(Kind.ALARM, Cause.PANIC, "011")]
