"""Concord 4: what its messages say, how they are answered, and what is found after a gap."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from harness.conversation import Conversation
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from drivers import registry
from drivers.base import Cause, Driver, Kind, OptionError, Signal, Step, Trouble

ACK, NAK = b"\x06", b"\x15"
ZONES, REFRESH = b"\n03020308", b"\n022022"
ALL_OFF = b"\n08220101000000012D"
LIST_DONE, SIREN_SYNC = b"\n02080A", b"\n0322052A"
HOLD_UP_5 = b"\n0D22020100020000050117000051"


def message(data: str) -> bytes:
    """A message as it goes over the line, written apart from the driver's own writer."""
    body = bytes.fromhex(data)
    body = bytes([len(body) + 1]) + body
    return f"\n{body.hex()}{sum(body) % 256:02x}".upper().encode()


def event(general: int, specific: int, *, zone: int = 5, source: int = 2) -> bytes:
    return message(f"220201 00 {source:02x} {zone:06x} {general:02x} {specific:02x} 0000")


def zone_status(zone: int, bits: int) -> bytes:
    return message(f"210100{zone:04x}{bits:02x}")


def driver(**options: object) -> Driver:
    made = registry.make("concord", options)
    made.opened(0.0)
    return made


def signals(steps: Sequence[Step]) -> list[Signal]:
    return [signal for step in steps for signal in step.signals]


def sent(steps: Sequence[Step]) -> bytes:
    return b"".join(step.reply + step.request for step in steps)


def told(raw: bytes) -> Signal:
    """The one signal of a capture that holds one message."""
    listener = registry.make_decoder("concord", {})
    listener.opened(0.0)
    (signal,) = signals(listener.feed(raw, 0.0))
    return signal


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        # From a device: the panel's type, and the questions of a program that got its answers with them.
        (b"\n0b0114040716690003834575", Signal(kind=Kind.STATUS, code="01")),
        (b"\n022022", Signal(kind=Kind.STATUS, code="20")),
        (b"\n03020308", Signal(kind=Kind.STATUS, code="02")),
        # Put together from what a program logged of a device.
        (b"\n0322052A", Signal(kind=Kind.HEARTBEAT, code="22.05")),
        (message("0301000100080200 089D81"), Signal(kind=Kind.HEARTBEAT, point="008", area="1", code="03")),
        (message("210100000500"), Signal(kind=Kind.HEARTBEAT, point="005", area="1", code="21.00")),
        # The example of a sum in the maker's paper: not a command there is.
        (b"\n037a9b18", Signal(kind=Kind.UNKNOWN, code="7A")),
        # Put together from the description.
        (
            HOLD_UP_5,
            Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="005", area="1", code="1.23"),
        ),
        (
            message("22020203 02 000060 01040000"),
            Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="096", area="2/3", code="1.4"),
        ),
        (message("22010100000503"), Signal(kind=Kind.STATUS, area="1", code="22.01.03")),
        (message("22020100"), Signal(kind=Kind.UNKNOWN, code="22.02")),
        (message("22"), Signal(kind=Kind.UNKNOWN, code="22")),
    ],
)
def test_messages(raw: bytes, wanted: Signal) -> None:
    assert told(raw) == replace(wanted, raw=raw)


@pytest.mark.parametrize(
    ("types", "kind", "cause", "trouble"),
    [
        ((1, 0), Kind.ALARM, Cause.OTHER, None),
        ((1, 1), Kind.ALARM, Cause.FIRE, None),
        ((1, 3), Kind.ALARM, Cause.PANIC, None),
        ((1, 4), Kind.ALARM, Cause.PANIC, None),
        ((2, 4), Kind.CANCEL, Cause.PANIC, None),
        ((3, 4), Kind.RESTORE, Cause.PANIC, None),
        ((1, 6), Kind.ALARM, Cause.MEDICAL, None),
        ((1, 8), Kind.ALARM, Cause.PANIC, None),
        ((1, 9), Kind.TAMPER, None, Trouble.SENSOR),
        ((3, 15), Kind.TAMPER_RESTORE, None, Trouble.KEYPAD),
        ((2, 9), Kind.CANCEL, Cause.OTHER, None),
        ((1, 16), Kind.ALARM, Cause.DURESS, None),
        ((1, 36), Kind.ALARM, Cause.INTRUSION, None),
        ((1, 99), Kind.ALARM, Cause.OTHER, None),
        ((4, 4), Kind.FAULT, None, Trouble.SUPERVISION),
        ((5, 4), Kind.FAULT_RESTORE, None, Trouble.SUPERVISION),
        ((6, 5), Kind.LOW_BATTERY, None, Trouble.SENSOR),
        ((7, 5), Kind.BATTERY_RESTORE, None, Trouble.SENSOR),
        ((6, 6), Kind.TAMPER, None, Trouble.SENSOR),
        ((6, 77), Kind.FAULT, None, None),
        ((8, 0), Kind.BYPASS, None, None),
        ((9, 0), Kind.UNBYPASS, None, None),
        ((10, 1), Kind.STATUS, None, None),
        ((12, 3), Kind.INFO, None, None),
        ((14, 0), Kind.TEST, None, None),
        ((15, 2), Kind.LOW_BATTERY, None, Trouble.BATTERY),
        ((15, 5), Kind.FAULT, None, Trouble.MAINS),
        ((16, 5), Kind.FAULT_RESTORE, None, Trouble.MAINS),
        ((15, 44), Kind.TAMPER, None, Trouble.BELL),
        ((18, 5), Kind.INFO, None, None),
        ((19, 1), Kind.UNKNOWN, None, None),
    ],
)
def test_types(types: tuple[int, int], kind: Kind, cause: Cause | None, trouble: Trouble | None) -> None:
    signal = told(event(*types))
    assert (signal.kind, signal.cause, signal.trouble) == (kind, cause, trouble)
    assert signal.code == f"{types[0]}.{types[1]}"


@pytest.mark.parametrize(
    ("source", "point"), [(0, "bus 300"), (1, "phone 300"), (2, "300"), (3, "system"), (4, "remote phone 300")]
)
def test_sources(source: int, point: str | None) -> None:
    assert told(event(1, 4, source=source, zone=300)).point == point


def test_a_message_is_acknowledged_with_its_signal() -> None:
    (step,) = driver().feed(HOLD_UP_5, 0.1)
    assert (step.reply, step.alive, len(step.signals)) == (ACK, True, 1)


def test_copies_that_piled_up_are_told_each_and_answered_once() -> None:
    (step,) = driver().feed(HOLD_UP_5 * 3, 0.1)
    assert step.reply == ACK
    assert [(signal.point, signal.again) for signal in step.signals] == [("005", False), ("005", True), ("005", True)]


def test_a_copy_is_known_by_coming_at_once_and_with_nothing_between() -> None:
    receiver = driver()
    heard = [
        signals(receiver.feed(raw, now))[0].again
        for raw, now in [(HOLD_UP_5, 1.0), (HOLD_UP_5, 3.1), (HOLD_UP_5, 7.0), (SIREN_SYNC, 8.0), (HOLD_UP_5, 9.0)]
    ]
    assert heard == [False, True, False, False, False]


def test_a_cancel_at_a_touchpad_means_the_area() -> None:
    assert [told(event(2, 4, source=source)).point for source in (0, 2, 3)] == [None, "005", None]


def test_an_unknown_command_is_acknowledged() -> None:
    (step,) = driver().feed(b"\n037a9b18", 0.1)
    assert step.reply == ACK


def test_a_wrong_sum_is_refused_until_it_has_come_three_times() -> None:
    receiver = driver()
    damaged = HOLD_UP_5[:-1] + b"0"
    for _copy in range(2):
        (step,) = receiver.feed(damaged, 0.1)
        assert (step.reply, step.alive) == (NAK, False)
        assert [signal.kind for signal in step.signals] == [Kind.REJECTED]
    (step,) = receiver.feed(damaged, 0.1)
    assert step.reply == ACK
    assert [(signal.kind, signal.raw) for signal in step.signals] == [(Kind.UNKNOWN, damaged)]
    assert (step.signals[0].reason or "").startswith("kept aside")


def test_text_of_another_protocol_is_not_answered() -> None:
    assert sent(driver().feed(b"ALARM KONTAKTRUM 2\r\n\r\n\r\n", 0.1)) == b""


@pytest.mark.parametrize("at", range(1, len(HOLD_UP_5)))
def test_an_answer_may_come_in_the_middle_of_a_message(at: int) -> None:
    receiver = driver()
    steps = receiver.feed(HOLD_UP_5[:at] + ACK + HOLD_UP_5[at:], 0.1)
    assert [signal.point for signal in signals(steps)] == ["005"]
    assert sent(steps) == ACK + REFRESH  # the first question, for the zones, is answered


@given(st.lists(st.sampled_from([HOLD_UP_5, SIREN_SYNC, event(3, 23), ACK]), min_size=1), st.data())
@settings(max_examples=60, deadline=None)
def test_cuts_change_nothing(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    one, other = driver(), driver()
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert signals([step for piece in pieces for step in one.feed(piece, 0.1)]) == signals(other.feed(stream, 0.1))


@given(st.binary(max_size=200), st.integers(0, len(HOLD_UP_5) - 1), st.integers(0, 7))
@settings(max_examples=80, deadline=None)
def test_after_anything_the_next_whole_message_is_read(noise: bytes, at: int, bit: int) -> None:
    flipped = bytearray(HOLD_UP_5)
    flipped[at] ^= 1 << bit
    receiver = driver()
    for damaged in (noise, bytes(flipped)):
        receiver.feed(damaged, 0.1)
        steps = receiver.feed(event(1, 16), 0.2)
        assert signals(steps)[-1].cause is Cause.DURESS
        assert steps[-1].reply == ACK


def test_a_message_that_was_cut_off_is_refused_after_a_while() -> None:
    receiver = driver()
    assert receiver.feed(HOLD_UP_5[:10], 0.1) == []
    (step,) = receiver.tick(1.2)
    assert (step.signals[0].kind, step.reply) == (Kind.REJECTED, NAK)


def test_the_zones_are_asked_for_first_and_then_what_is_not_normal() -> None:
    receiver = registry.make("concord", {})
    assert sent(receiver.opened(0.0)) == ZONES
    assert sent(receiver.feed(ACK, 0.1)) == REFRESH
    assert sent(receiver.feed(ACK + LIST_DONE, 0.2)) == ACK
    assert sent(receiver.opened(5.0)) == REFRESH  # the zones are known now


def test_a_question_is_asked_again_until_it_is_answered() -> None:
    receiver = registry.make("concord", {})
    receiver.opened(0.0)
    asked = [sent(receiver.tick(second / 2)) for second in range(1, 20)]
    assert asked.count(REFRESH) >= 8
    receiver.feed(ACK, 9.9)
    receiver.feed(ALL_OFF, 10.0)
    assert all(not sent(receiver.tick(10 + second)) for second in range(15))


def test_it_asks_again_and_again_as_a_sign_of_life() -> None:
    receiver = driver(poll_s=10)
    receiver.feed(ACK + ACK + LIST_DONE, 0.1)
    receiver.feed(ACK + ALL_OFF, 0.2)
    assert sent(receiver.tick(9.9)) == b""
    assert sent(receiver.tick(10.1)) == REFRESH
    (step,) = receiver.feed(ACK, 10.2)
    assert step.alive


@pytest.mark.parametrize("forgotten", [b"\n022022", b"\n020204"])
def test_a_panel_that_has_forgotten_is_asked_for_everything(forgotten: bytes) -> None:
    receiver = driver()
    receiver.feed(ACK + LIST_DONE, 0.1)
    receiver.feed(ACK, 0.2)
    assert sent(receiver.feed(forgotten, 1.0)) == ACK
    assert sent(receiver.tick(5.1)) == ZONES
    assert sent(receiver.feed(ACK, 5.2)) == REFRESH


def after_refresh(receiver: Driver, now: float, *said: bytes) -> list[Signal]:
    """What is told when a panel that was just asked says this."""
    while REFRESH not in sent(receiver.feed(ACK, now)):
        now += 0.1
        assert now < 100
    receiver.feed(ACK + b"".join(said), now)
    return signals(receiver.tick(now + 3.1))


def test_an_alarm_that_nobody_heard_is_found_once() -> None:
    receiver = driver()
    listed = message("0301000200050004") + LIST_DONE
    (found,) = after_refresh(receiver, 0.1, listed, zone_status(5, 5))
    assert (found.kind, found.cause, found.point, found.area) == (Kind.ALARM, Cause.HOLD_UP, "005", "1")
    assert found.found
    assert found.late
    assert zone_status(5, 5) in found.raw
    for gap in range(1, 3):
        receiver.opened(10.0 * gap)
        receiver.feed(ACK + zone_status(5, 5), 10.0 * gap + 0.1)
        assert signals(receiver.tick(10.0 * gap + 4)) == []


def test_what_was_told_as_it_happened_is_not_found_again_and_its_end_is() -> None:
    receiver = driver()
    receiver.feed(ACK + ACK + LIST_DONE, 0.1)
    receiver.feed(ACK, 0.2)
    receiver.feed(HOLD_UP_5, 0.5)
    receiver.feed(event(6, 5, zone=7), 0.6)
    receiver.opened(3.0)
    receiver.feed(ACK + zone_status(5, 4) + zone_status(7, 8), 3.1)
    assert signals(receiver.tick(6.2)) == []
    receiver.opened(7.0)
    receiver.feed(ACK + ALL_OFF, 7.1)
    ends = signals(receiver.tick(10.2))
    assert [(signal.kind, signal.point) for signal in ends] == [(Kind.RESTORE, "005"), (Kind.BATTERY_RESTORE, "007")]
    assert all(signal.found for signal in ends)


def polled(*, told: Sequence[bytes]) -> Driver:
    """A receiver that was told these, and has just asked for the zones that are not normal."""
    receiver = driver()
    receiver.feed(ACK + ACK + LIST_DONE, 0.1)
    receiver.feed(ACK + ALL_OFF, 0.2)
    for at, raw in enumerate(told):
        receiver.feed(raw, 10.0 + at)
    assert sent(receiver.tick(30.1)) == REFRESH
    assert signals(receiver.feed(ACK, 30.2)) == []
    return receiver


@pytest.mark.parametrize(
    ("said", "resent"),
    [
        pytest.param(zone_status(5, 4)[1:], zone_status(5, 4) + ALL_OFF, id="a line feed was lost"),
        pytest.param(zone_status(5, 4)[:-1], zone_status(5, 4) + ALL_OFF, id="a digit was lost"),
        pytest.param(zone_status(5, 4)[:-1] + b"0", zone_status(5, 4) + ALL_OFF, id="a digit was changed"),
        pytest.param(zone_status(5, 4)[1:], ALL_OFF, id="and nothing came again"),
        pytest.param(zone_status(5, 4)[:-1] + ALL_OFF, b"", id="a digit was lost among others"),
        pytest.param(b"", zone_status(5, 4) + ALL_OFF, id="the panel took its time"),
        pytest.param(b"", b"", id="the panel said nothing"),
    ],
)
def test_nothing_is_over_because_a_report_was_damaged(said: bytes, resent: bytes) -> None:
    receiver = polled(told=[HOLD_UP_5])
    told = signals(receiver.feed(said, 30.3))
    for tenth in range(1, 21):
        told += signals(receiver.tick(30.3 + tenth / 10))
    told += signals(receiver.feed(resent, 32.4))
    for tenth in range(1, 40):
        told += signals(receiver.tick(32.4 + tenth / 10))
    assert not [signal for signal in told if signal.kind in (Kind.ALARM, Kind.RESTORE)]


def test_a_damaged_report_is_asked_for_once_more_and_then_with_the_next_poll() -> None:
    receiver = polled(told=[HOLD_UP_5])
    receiver.feed(zone_status(5, 4)[:-1] + b"0" + ALL_OFF, 30.3)
    assert sent(receiver.tick(33.4)) == REFRESH
    receiver.feed(ACK + zone_status(5, 4)[:-1] + b"0" + ALL_OFF, 33.5)
    assert not any(sent(receiver.tick(36.0 + second)) for second in range(25))
    assert sent(receiver.tick(64.0)) == REFRESH
    receiver.feed(ACK + ALL_OFF, 64.1)
    assert [signal.kind for signal in signals(receiver.tick(67.2))] == [Kind.RESTORE]


def test_an_alarm_and_a_tamper_of_one_zone_end_each_for_itself() -> None:
    receiver = polled(told=[HOLD_UP_5, event(1, 9)])
    receiver.feed(ALL_OFF, 30.3)
    ends = signals(receiver.tick(33.4))
    assert {(signal.kind, signal.cause) for signal in ends} == {
        (Kind.RESTORE, Cause.HOLD_UP),
        (Kind.TAMPER_RESTORE, None),
    }
    receiver = polled(told=[HOLD_UP_5, event(1, 9), event(3, 9)])
    receiver.feed(zone_status(5, 4) + ALL_OFF, 30.3)
    assert signals(receiver.tick(33.4)) == []


def test_what_is_found_after_questions_without_an_answer_may_be_old() -> None:
    receiver = polled(told=[])
    receiver.feed(ALL_OFF, 30.3)
    receiver.tick(33.4)
    for second in range(60, 80):
        receiver.tick(float(second))
    receiver.feed(ACK + zone_status(5, 4), 80.0)
    assert [(signal.found, signal.late) for signal in signals(receiver.tick(83.1))] == [(True, True)]


def test_an_alarm_during_a_report_is_not_over_because_the_report_does_not_name_it() -> None:
    receiver = driver()
    receiver.feed(ACK, 0.1)
    receiver.feed(ACK, 0.2)
    receiver.feed(HOLD_UP_5, 0.3)
    assert signals(receiver.tick(2.0)) == []


def test_an_event_that_was_never_stored_is_found_when_the_panel_has_given_it_up() -> None:
    receiver = driver()
    receiver.feed(ACK, 0.1)
    receiver.feed(ACK, 0.2)
    receiver.feed(ALL_OFF, 0.3)
    assert signals(receiver.tick(3.4)) == []
    for time in range(4):
        receiver.feed(HOLD_UP_5, 4.0 + 2 * time)
    assert sent(receiver.tick(30.1)) == ZONES
    (found,) = after_refresh(receiver, 30.2, zone_status(5, 4))
    assert (found.point, found.found) == ("005", True)


@pytest.mark.parametrize(
    ("group", "cause"),
    [
        (0, Cause.PANIC),
        (3, Cause.HOLD_UP),
        (6, Cause.MEDICAL),
        (13, Cause.INTRUSION),
        (26, Cause.FIRE),
        (38, Cause.OTHER),
    ],
)
def test_a_found_alarm_has_the_cause_of_its_zones_group(group: int, cause: Cause) -> None:
    receiver = driver()
    (found,) = after_refresh(receiver, 0.1, message(f"030100{group:02x}00050004"))
    assert found.cause is cause


def test_an_alarm_of_an_unknown_zone_is_taken_for_a_person() -> None:
    (found,) = after_refresh(driver(), 0.1, zone_status(9, 4), LIST_DONE)
    assert found.cause is Cause.PANIC


def test_a_silent_button_is_a_hold_up() -> None:
    receiver = driver()
    assert signals(receiver.feed(event(1, 4), 0.1))[0].cause is Cause.PANIC
    receiver.feed(message("03010002000500 00"), 0.2)
    assert signals(receiver.feed(event(1, 4), 0.3))[0].cause is Cause.HOLD_UP


def test_bypassed_and_troubled_zones_are_found() -> None:
    found = after_refresh(driver(), 0.1, zone_status(7, 24))
    assert {signal.kind for signal in found} == {Kind.FAULT, Kind.BYPASS}


def test_the_arming_level_is_news_when_it_changes() -> None:
    receiver = driver()
    off, away = message("22010100000001"), message("22010100000103")
    kinds = [signals(receiver.feed(raw, 0.1))[0].kind for raw in (off, off, away, away)]
    assert kinds == [Kind.STATUS, Kind.HEARTBEAT, Kind.STATUS, Kind.HEARTBEAT]


def test_a_tap_says_nothing() -> None:
    tap = registry.make("concord", {"passive": True})
    assert not tap.transmits
    steps = [*tap.opened(0.0), *tap.feed(HOLD_UP_5 + ACK + HOLD_UP_5[:-1] + b"0", 0.1), *tap.tick(50.0)]
    assert sent(steps) == b""
    assert [signal.kind for signal in signals(steps)] == [Kind.ALARM, Kind.REJECTED]


CALLS = (Kind.ALARM, Kind.RESTORE, Kind.CANCEL)
SAID = [
    *(Signal(kind=kind, cause=cause, point="017") for kind in CALLS for cause in Cause),
    *(Signal(kind=kind, point="017") for kind in (Kind.BYPASS, Kind.UNBYPASS, Kind.TEST)),
    *(
        Signal(kind=kind, point="017", trouble=Trouble.SENSOR)
        for kind in (Kind.TAMPER, Kind.TAMPER_RESTORE, Kind.LOW_BATTERY, Kind.BATTERY_RESTORE)
    ),
    *(
        Signal(kind=kind, point="system", trouble=trouble)
        for kind in (Kind.FAULT, Kind.FAULT_RESTORE)
        for trouble in (Trouble.MAINS, Trouble.PHONE_LINE, Trouble.COMMUNICATION, Trouble.MODULE)
    ),
    Signal(kind=Kind.LOW_BATTERY, point="system", trouble=Trouble.BATTERY),
]


@pytest.mark.parametrize("passive", [False, True])
@pytest.mark.parametrize("said", SAID, ids=lambda said: f"{said.kind} {said.cause or said.trouble}")
def test_what_the_panel_says_is_read_back(said: Signal, passive: bool) -> None:
    conversation = Conversation("concord", {"passive": passive})
    conversation.panel.send(replace(said, area="2"))
    assert conversation.run(lambda: conversation.panel.idle and bool(conversation.heard(said.kind)), 5.0)
    (heard,) = conversation.heard(said.kind)
    assert (heard.cause, heard.point, heard.area, heard.trouble) == (said.cause, said.point, "2", said.trouble)


@pytest.mark.parametrize(
    "signal",
    [
        Signal(kind=Kind.STATUS, point="5"),
        Signal(kind=Kind.TAMPER, point="5", trouble=Trouble.PRINTER),
        Signal(kind=Kind.ALARM, point="0"),
        Signal(kind=Kind.ALARM, point="1000"),
        Signal(kind=Kind.ALARM, point="hall"),
        Signal(kind=Kind.ALARM, point="5", area="west"),
    ],
)
def test_what_a_panel_cannot_say(signal: Signal) -> None:
    with pytest.raises(ValueError, match="Concord"):
        registry.make_panel_side("concord", {}).send(signal)


def test_a_panel_tries_again_and_gives_up() -> None:
    panel = registry.make_panel_side("concord", {"tries": 3})
    panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="5"))
    said = b"".join(panel.tick(second / 2) for second in range(20))
    assert said.count(HOLD_UP_5) == 3
    assert (panel.acknowledged, panel.abandoned, panel.idle) == (0, 1, True)


def test_an_alarm_that_a_panel_gave_up_is_found_by_asking() -> None:
    conversation = Conversation("concord", {})
    assert conversation.run(lambda: conversation.alive > 3)
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="033"))
    for _turn in range(3000):
        conversation.now += 0.02
        conversation.panel.tick(conversation.now)  # into a cable that is out
    assert conversation.panel.abandoned == 1
    conversation.reopen()
    assert conversation.run(lambda: bool(conversation.heard(Kind.ALARM)), 5.0)
    conversation.run(lambda: False, 120.0)
    (alarm,) = conversation.heard(Kind.ALARM)
    assert (alarm.point, alarm.cause, alarm.found) == ("033", Cause.PANIC, True)


@pytest.mark.parametrize("options", [{"passive": "yes"}, {"poll_s": 1}, {"tries": 3}, {"zone": 5}])
def test_wrong_options(options: dict[str, object]) -> None:
    assert [mistake.key for mistake in registry.check_options("concord", options)] == list(options)
    with pytest.raises(OptionError):
        registry.make("concord", options)
    assert registry.defaults("concord", options).parity == "O"
