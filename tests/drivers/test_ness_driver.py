"""The ness driver: lines captured from panels, the document's printed ones, and a panel at the other end."""

from __future__ import annotations

import pytest
from harness.conversation import Conversation, check_steps
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import registry
from drivers.base import Cause, Kind, Signal, Trouble

NAME = "ness"

# Captured from a D8x and a D16x: unsealed and sealed, a day of arming, mains and battery, all forms of line.
CAPTURED = """
870003610009001809211831354c 87008361010900180921183139c7 82036100040016 82836101040095 8300836101040094
86036101040024051914192082 8683610004002405191419180b 87000361010100240519140412a7 870083610001002405191404102a
870003612458011809221103043d 8700836122000118092211030417 870003612f01011809221103236a
87008361230001180922110323f7 87000361329600180922110324d2 8704036100120019012909332957 820361230001f6
87048361001300190129231052b6 870083610104001809211858419d
820003600000001b 8200036000040017 8200036016f00015 8200036014000007 820003601700788c 82000360154000c6 8200036013000008
"""


def line(digits: str) -> bytes:
    """A line with its check byte, written out as the document says."""
    return f"{digits}{-sum(bytes.fromhex(digits)) & 0xFF:02x}\r\n".encode()


def told(*lines: bytes, **options: object) -> list[Signal]:
    driver = registry.make_decoder(NAME, options)
    driver.opened(0.0)
    return [signal for step in check_steps(driver.feed(b"".join(lines), 0.0)) for signal in step.signals]


def facts(signal: Signal) -> tuple[object, ...]:
    return signal.kind, signal.cause or signal.trouble, signal.point, signal.area


def test_captured_lines_are_read() -> None:
    found = [told(digits.encode() + b"\r\n") for digits in CAPTURED.split()]
    assert all(len(signals) == 1 for signals in found)
    assert {signal.kind for (signal,) in found} == {Kind.STATUS, Kind.INFO, Kind.HEARTBEAT}


def test_a_captured_event_in_full() -> None:
    raw = b"870003610009001809211831354c"
    assert told(raw + b"\r\n") == [
        Signal(kind=Kind.STATUS, point="09", code="00", panel_time="18-09-21 18:31:35", raw=raw)
    ]


def test_a_minute_that_no_clock_has_is_passed_on() -> None:
    (signal,) = told(line("8709036101050018122709601035"[:26]))
    assert signal.panel_time == "18-12-27 09:60:10"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("02f082", (Kind.ALARM, Cause.PANIC, "f0", "82")),  # keypad
        ("020582", (Kind.ALARM, Cause.PANIC, "05", "82")),  # radio key of user 5
        ("020082", (Kind.ALARM, Cause.PANIC, "00", "82")),  # keyswitch
        ("03f082", (Kind.RESTORE, Cause.PANIC, "f0", "82")),
        ("020184", (Kind.ALARM, Cause.DURESS, "01", "84")),
        ("020481", (Kind.ALARM, Cause.FIRE, "04", "81")),
        ("02f083", (Kind.ALARM, Cause.MEDICAL, "f0", "83")),
        ("021201", (Kind.ALARM, Cause.INTRUSION, "12", "01")),
        ("020780", (Kind.ALARM, Cause.HOLD_UP, "07", "80")),  # by the site's word
        ("030780", (Kind.RESTORE, Cause.HOLD_UP, "07", "80")),
        ("020185", (Kind.FAULT, Trouble.SENSOR, "01", "85")),  # door open for too long
        ("040900", (Kind.BYPASS, None, "09", None)),
        ("080000", (Kind.TAMPER, Trouble.BOX, "00", None)),
        ("080001", (Kind.TAMPER, Trouble.BOX, "00", "01")),
        ("09f000", (Kind.TAMPER_RESTORE, Trouble.KEYPAD, "f0", None)),
        ("081591", (Kind.TAMPER, Trouble.SENSOR, "15", "91")),
        ("100000", (Kind.FAULT, Trouble.MAINS, "00", None)),
        ("110000", (Kind.FAULT_RESTORE, Trouble.MAINS, "00", None)),
        ("120992", (Kind.LOW_BATTERY, Trouble.BATTERY, "09", "92")),
        ("130000", (Kind.BATTERY_RESTORE, Trouble.BATTERY, "00", None)),
        ("140000", (Kind.FAULT, Trouble.COMMUNICATION, "00", None)),
        ("160900", (Kind.FAULT, Trouble.SUPERVISION, "09", None)),
        ("010000", (Kind.INFO, None, "00", None)),  # switched on
        ("245801", (Kind.INFO, None, "58", "01")),
        ("320100", (Kind.STATUS, None, "01", None)),  # output off, not supervision
        ("7f0100", (Kind.UNKNOWN, None, "01", None)),
    ],
)
def test_events(said: str, expected: tuple[object, ...]) -> None:
    for start in ("820361", "83070361", "82836100"[:6]):
        (signal,) = told(line(start + said), hold_up_zones=["07"])
        assert facts(signal) == expected


@pytest.mark.parametrize(
    ("said", "by_user"),
    [
        ("245801", True),  # armed by
        ("2f0101", True),
        ("0105a1", True),  # through an access door
        ("020582", True),  # radio key
        ("030582", True),
        ("020184", True),  # code under duress
        ("120592", True),  # battery of a radio key
        ("02f082", False),
        ("020082", False),
        ("02f084", False),
        ("020580", False),
        ("020581", False),  # a fire zone
        ("120591", False),
        ("010500", False),
    ],
)
def test_a_persons_number_is_told_from_a_zones(said: str, by_user: bool) -> None:
    (signal,) = told(line("820361" + said))
    assert (signal.point, signal.text, signal.by_user) == (said[2:4], None, by_user)


def test_printed_answers() -> None:
    (alarm,) = told(b"820703600501000e\r\n")
    assert (*facts(alarm), alarm.found, alarm.late) == (Kind.ALARM, Cause.INTRUSION, "01", None, True, True)
    zones = told(line("820003602500c1"))  # zones 25, 31 and 32
    assert [signal.point for signal in zones] == ["25", "31", "32"]
    everything = told(line("8200036013ffff"))
    assert {signal.trouble for signal in everything if signal.trouble} == {
        Trouble.MAINS, Trouble.BATTERY, Trouble.BOX, Trouble.KEYPAD, Trouble.MODULE
    }  # fmt: skip


def test_the_printed_answer_with_a_wrong_check_is_rejected() -> None:
    (signal,) = told(b"8207036000400013\r\n")
    assert (signal.kind, signal.reason) == (Kind.REJECTED, "wrong checksum")


def test_requests_in_a_capture_are_passed_over() -> None:
    assert told(b"8300360S00E9?\r\n", b"8300c6012345678912EE7\r\n", b"8300360S14E4\r\n") == []


def test_the_printed_request_is_what_is_sent() -> None:
    driver = registry.make(NAME, {})
    assert driver.opened(0.0)[0].request == b"8300360S13E5?\r\n"


def test_one_question_at_a_time_and_again_until_it_is_answered() -> None:
    driver = registry.make(NAME, {})
    driver.opened(0.0)
    assert [step for step in driver.tick(1.0) if step.request] == []
    asked = [step.request for now in (2.1, 4.2) for step in driver.tick(now)]
    assert asked == [b"8300360S05E4?\r\n", b"8300360S25E2?\r\n"]
    (step,) = driver.feed(line("82000360250000"), 4.3)
    assert (step.request, step.alive) == (b"8300360S12E6?\r\n", True)


def test_a_lost_event_makes_it_ask() -> None:
    driver = registry.make(NAME, {})
    conversation = Conversation(NAME, {}, driver=driver)
    conversation.run(lambda: False, 15.0)
    for said in ("820361000500", "820361010500"):  # the sequence bit has not toggled
        driver.feed(line(said), conversation.now)
    (step,) = driver.tick(conversation.now + 0.1)
    assert step.request == b"8300360S13E5?\r\n"


def test_a_copy_is_no_new_press() -> None:
    first, copy, second = told(line("82036102f082"), line("82036102f082"), line("82836102f082"))
    assert [signal.again for signal in (first, copy, second)] == [False, True, False]


@pytest.mark.parametrize(("time", "again"), [("", False), ("240101120000", True)])
def test_the_same_line_much_later_is_a_press_unless_it_has_the_same_time(time: str, again: bool) -> None:
    driver = registry.make(NAME, {})
    driver.opened(0.0)
    pressed = line(("86" if time else "82") + "036102f082" + time)
    said = (pressed, line("82836103f082").replace(b"f0", b"e0"), pressed)
    steps = [step for now, data in zip((10.0, 40.0, 100.0), said, strict=True) for step in driver.feed(data, now)]
    presses = [signal for step in steps for signal in step.signals if signal.kind is Kind.ALARM]
    assert [signal.again for signal in presses] == [False, again]


@pytest.mark.parametrize(
    ("bits", "found"),
    [
        ("0001", (Cause.DURESS, None, "84")),
        ("0002", (Cause.PANIC, "f0", "82")),
        ("0004", (Cause.MEDICAL, None, "83")),
        ("0008", (Cause.FIRE, None, "81")),
        ("0100", (Cause.PANIC, None, "82")),  # somebody's radio key
    ],
)
def test_an_alarm_that_only_an_answer_tells_of_says_what_it_is(bits: str, found: tuple[object, ...]) -> None:
    (signal,) = told(line("8200036013" + bits))
    assert (signal.cause, signal.point, signal.area) == found
    (over,) = told(line("8200036013" + bits), line("82000360130000"))[1:]
    assert (over.kind, over.cause, over.point, over.area) == (Kind.RESTORE, *found)


def test_a_keypads_panic_is_known_by_its_answer_whatever_the_panel_calls_the_keypad() -> None:
    for id_ in ("f0", "00", "57"):
        assert [s.kind for s in told(line(f"82036102{id_}82"), line("82000360130002"))] == [
            Kind.ALARM,
            Kind.HEARTBEAT,
        ]


def test_two_lines_without_their_line_end_cost_only_the_first() -> None:
    found = told(b"820361000400" + line("820361020582"))
    assert [signal.kind for signal in found] == [Kind.REJECTED, Kind.ALARM]


def test_an_alarm_of_the_gap_is_found_once_and_its_end_too() -> None:
    driver = registry.make(NAME, {"hold_up_zones": ["20"]})
    conversation = Conversation(NAME, {"hold_up_zones": ["20"]}, driver=driver)
    conversation.run(lambda: False, 5.0)
    for cause, point in ((Cause.HOLD_UP, "20"), (Cause.PANIC, "f0"), (Cause.DURESS, "03")):
        conversation.panel.send(Signal(kind=Kind.ALARM, cause=cause, point=point))
    conversation.panel.tick(conversation.now)  # nobody hears it
    for _time in range(2):
        conversation.reopen()
        conversation.run(lambda: False, 5.0)
    alarms = conversation.heard(Kind.ALARM)
    assert [(s.cause, s.point, s.found, s.late) for s in alarms] == [
        (Cause.DURESS, None, True, True),
        (Cause.PANIC, "f0", True, True),
        (Cause.HOLD_UP, "20", True, True),
    ]
    conversation.panel.send(Signal(kind=Kind.RESTORE, point="20"))
    conversation.panel.tick(conversation.now)
    conversation.run(lambda: bool(conversation.heard(Kind.RESTORE)), 60.0)
    (over,) = conversation.heard(Kind.RESTORE)
    assert (over.cause, over.point, over.found, over.late) == (Cause.HOLD_UP, "20", True, False)


def test_what_was_told_before_the_gap_is_not_told_again() -> None:
    conversation = Conversation(NAME, {})
    for kind in (Kind.ALARM, Kind.TAMPER, Kind.LOW_BATTERY, Kind.BYPASS, Kind.FAULT):
        conversation.panel.send(Signal(kind=kind, cause=Cause.PANIC if kind is Kind.ALARM else None, point="05"))
    conversation.run(lambda: False, 5.0)
    before = len([signal for signal in conversation.signals if signal.kind is not Kind.HEARTBEAT])
    conversation.reopen()
    conversation.run(lambda: False, 40.0)
    assert len([signal for signal in conversation.signals if signal.kind is not Kind.HEARTBEAT]) == before == 5


SENT = [
    Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="20"),
    *(Signal(kind=Kind.ALARM, cause=cause, point="05") for cause in (Cause.PANIC, Cause.DURESS, Cause.INTRUSION)),
    *(Signal(kind=Kind.ALARM, cause=cause, point="f0") for cause in (Cause.FIRE, Cause.MEDICAL)),
    Signal(kind=Kind.TAMPER, trouble=Trouble.SENSOR, point="05"),
    Signal(kind=Kind.TAMPER_RESTORE, trouble=Trouble.SENSOR, point="05"),
    Signal(kind=Kind.FAULT, trouble=Trouble.SUPERVISION, point="32"),
    Signal(kind=Kind.FAULT_RESTORE, trouble=Trouble.MAINS, point="00"),
    Signal(kind=Kind.LOW_BATTERY, trouble=Trouble.BATTERY, point="05"),
    Signal(kind=Kind.BYPASS, point="05"),
    Signal(kind=Kind.UNBYPASS, point="05"),
]


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: f"{sent.kind} {sent.cause or sent.trouble}")
def test_what_the_panel_says_is_read_back(sent: Signal) -> None:
    conversation = Conversation(NAME, {"hold_up_zones": ["20"]})
    conversation.panel.send(sent)
    assert conversation.run(lambda: conversation.panel.idle, 5.0)
    (read,) = conversation.heard(sent.kind)
    assert (read.cause, read.trouble, read.point, read.found) == (sent.cause, sent.trouble, sent.point, False)
    if sent.kind is Kind.ALARM:
        conversation.panel.send(Signal(kind=Kind.RESTORE, point=sent.point))
        assert conversation.run(lambda: bool(conversation.heard(Kind.RESTORE)), 5.0)
        assert conversation.heard(Kind.RESTORE)[0].cause is sent.cause


def test_what_a_panel_cannot_say() -> None:
    panel = registry.make_panel_side(NAME, {"hold_up_zones": ["20"], "tries": 3})
    for signal in (
        Signal(kind=Kind.TEST, point="05"),
        Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="05"),
        Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, point="20"),
        Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="A"),
    ):
        with pytest.raises(ValueError, match="Ness panel"):
            panel.send(signal)
    panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="999"))
    assert panel.tick(0.0).startswith(line("83000361020782"))


def test_a_listener_never_transmits_and_hears_all_the_same() -> None:
    driver = registry.make(NAME, {"passive": True})
    assert not driver.transmits
    assert not driver.opened(0.0)
    driver.feed(line("820361020582")[:-4], 1.0)
    steps = [step for now in range(2, 99) for step in driver.tick(float(now))]
    assert [signal.reason for step in steps for signal in step.signals] == ["cut off"]
    assert not any(step.request for step in steps)
    assert registry.defaults(NAME, {"passive": True}).supervision_s == 0


def test_wrong_options() -> None:
    wrong = {"passive": 1, "hold_up_zones": ["5"], "panic_zones": ["07", "07"], "fire_zones": "08", "tries": 1, "x": 1}
    assert {mistake.key for mistake in registry.check_options(NAME, wrong)} == set(wrong)
    assert not registry.check_options(NAME, {"passive": True, "medical_zones": ["01"], "hold_up_zones": ["02", "03"]})
    assert registry.check_options(NAME, {"medical_zones": ["01"], "hold_up_zones": ["01"]})


@settings(max_examples=60, deadline=None)
@given(
    garbage=st.binary(max_size=120),
    said=st.sampled_from(("020582", "000400", "100000")),
    cut=st.integers(0, 200),
)
def test_after_garbage_the_next_line_is_read(garbage: bytes, said: str, cut: int) -> None:
    data = garbage + b"\r\n" + line("820361" + said)
    driver = registry.make_decoder(NAME, {})
    driver.opened(0.0)
    steps = [*check_steps(driver.feed(data[:cut], 0.0)), *check_steps(driver.feed(data[cut:], 0.0))]
    assert [signal.code for step in steps for signal in step.signals][-1] == said[:2]
