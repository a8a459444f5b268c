"""Elk M1: lines of real panels and of the manufacturer's document, one alarm told once, state after a reconnect."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from harness.conversation import Conversation
from harness.every_driver import OF_A_ZONE
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.base import Cause, Driver, Kind, OptionError, Signal, Step, Trouble
from drivers.elk.frames import line
from drivers.registry import check_options, defaults, make, make_decoder

ACK = b"06ar0067\r\n"
XK = b"16XK0703106040222000007B"  # a real panel's
AS_ARMED = b"1EAS100000004111111100000000000A"  # a real panel's
AR_PRINTED = b"16AR12345611340100110085"
BAD_CHECK = b"0DCV01000990042"


def driver(**options: object) -> Driver:
    made = make("elk", options)
    made.opened(0.0)
    return made


def signals(steps: Sequence[Step]) -> list[Signal]:
    return [signal for step in steps for signal in step.signals]


def news(steps: Sequence[Step]) -> list[Signal]:
    return [signal for signal in signals(steps) if signal.kind not in (Kind.HEARTBEAT, Kind.STATUS)]


def report(code: str, point: str = "005", area: str = "01") -> bytes:
    return line("AR", f"001234{code}{area}{point}1")


def zones(**letters: str) -> bytes:
    return line("AZ", "".join(letters.get(f"z{zone}", "0") for zone in range(1, 209)))


def areas(*letters: str) -> bytes:
    return line("AS", "0" * 8 + "1" * 8 + "".join(letters).ljust(8, "0"))


def requests(steps: Sequence[Step]) -> bytes:
    return b"".join(step.request for step in steps)


def answered() -> Driver:
    """A receiver that knows the panel: nothing stands, all zones lie in area 1."""
    made = driver()
    for answer in (line("ZP", "1" * 208), zones(), areas(), line("SS", "0" * 34), line("ZD", "0" * 208)):
        made.feed(answer, 1.0)
    return made


def rung(made: Driver, said: bytes, now: float) -> list[Signal]:
    """What is told of it at once and when it has waited for its place."""
    return news([*made.feed(said, now), *made.tick(now + 2.5)])


def test_frames_of_real_panels_and_of_the_document() -> None:
    steps = make_decoder("elk", {}).feed(b"\r\n".join([XK, AS_ARMED, AR_PRINTED, BAD_CHECK, XK, b""]), 0.0)
    assert [signal.kind for signal in signals(steps)] == [
        Kind.HEARTBEAT,
        Kind.HEARTBEAT,
        Kind.ALARM,
        Kind.REJECTED,
        Kind.HEARTBEAT,
    ]
    assert signals(steps)[2] == Signal(
        kind=Kind.ALARM,
        cause=Cause.INTRUSION,
        point="001",
        area="01",
        code="1134",
        account="123456",
        raw=AR_PRINTED,
    )
    assert signals(steps)[3].raw == BAD_CHECK
    assert all(step.alive and not step.reply for step in steps)


def test_printed_system_troubles() -> None:
    made = make_decoder("elk", {})
    made.opened(0.0)
    mains = signals(made.feed(b"28SS1000000000000000000000000000000000002F\r\n", 1.0))
    assert [(s.kind, s.trouble, s.point, s.found) for s in mains] == [(Kind.FAULT, Trouble.MAINS, None, True)]
    fire = signals(made.feed(b"28SS000000000100000000000000000000010A001D\r\n", 2.0))
    assert [(s.kind, s.trouble, s.point) for s in fire] == [
        (Kind.FAULT_RESTORE, Trouble.MAINS, None),
        (Kind.FAULT, Trouble.BELL, None),
        (Kind.FAULT, Trouble.SENSOR, "017"),
    ]


def test_printed_zone_in_alarm() -> None:
    raw = b"D6AZ000000009" + b"0" * 199 + b"0082"
    box = signals(make_decoder("elk", {}).feed(raw + b"\r\n", 0.0))
    assert [(s.kind, s.point, s.code, s.raw) for s in box] == [(Kind.TAMPER, "009", "9", raw)]


@pytest.mark.parametrize(
    ("code", "kind", "cause"),
    [
        ("1120", Kind.ALARM, Cause.PANIC),
        ("1122", Kind.ALARM, Cause.HOLD_UP),
        ("3122", Kind.RESTORE, Cause.HOLD_UP),
        ("1123", Kind.ALARM, Cause.PANIC),
        ("1110", Kind.ALARM, Cause.FIRE),
        ("1601", Kind.TEST, None),
        ("1FFF", Kind.UNKNOWN, None),
    ],
)
def test_a_report_is_told_and_acknowledged_in_one_step(code: str, kind: Kind, cause: Cause | None) -> None:
    step = driver().feed(report(code), 1.0)[-1]
    assert [(s.kind, s.cause, s.point, s.area, s.code) for s in step.signals] == [(kind, cause, "005", "01", code)]
    assert (step.reply, step.alive) == (ACK, True)


def test_a_users_number_is_no_zone() -> None:
    (duress,) = signals(driver().feed(report("1121", "005"), 1.0))
    assert (duress.kind, duress.cause, duress.point, duress.by_user) == (Kind.ALARM, Cause.DURESS, "005", True)


def test_the_reporting_test_is_answered_and_a_heartbeat() -> None:
    steps = driver().feed(zones(z7="H") + b"07AT10073\r\n", 1.0)
    assert steps[-1].reply == b"06at0065\r\n"
    # What comes beside it nobody sends again: the answer does not wait for it to be stored.
    assert not steps[-1].signals
    assert [signal.kind for signal in signals(steps)] == [Kind.ALARM, Kind.HEARTBEAT]


def test_nothing_is_acknowledged_where_the_option_says_so() -> None:
    made = driver(acknowledge_reports=False)
    steps = [*made.feed(report("1122"), 1.0), *made.feed(report("1122"), 4.0), *made.feed(report("1122"), 60.0)]
    assert [step.reply for step in steps] == [b"", b"", b""]
    # The panel tries again by itself, which is no press; a minute later it is one.
    assert [signal.again for signal in signals(steps)] == [False, True, False]


def test_a_listener_never_transmits() -> None:
    made = make("elk", {"passive": True})
    steps = [*made.opened(0.0), *made.feed(report("1122") + areas("5"), 1.0)]
    for second in range(1, 60):
        steps += made.tick(float(second))
    assert not made.transmits
    assert not any(step.reply or step.request for step in steps)
    assert [s.kind for s in news(steps)] == [Kind.ALARM]


def test_copies_that_piled_up_get_one_reply_and_are_one_press() -> None:
    steps = driver().feed(report("1122") * 3, 1.0)
    assert [step.reply for step in steps] == [ACK]
    assert [signal.again for signal in news(steps)] == [False, True, True]


def test_what_is_found_beside_a_report_needs_no_answer_and_is_told_once() -> None:
    made = driver()
    beside, reported = made.feed(zones(z7="H") + report("1122"), 1.0)
    assert ([s.point for s in news([beside])], beside.reply) == (["007"], b"")
    assert ([s.point for s in news([reported])], reported.reply) == (["005"], ACK)
    assert [s.point for s in news(made.feed(report("1122"), 4.0))] == ["005"]


@pytest.mark.parametrize("late", [XK + b"\r\n", XK[:9], b"junk"])
def test_an_answer_that_was_put_off_for_what_came_behind_the_report_is_given_with_it(late: bytes) -> None:
    made = driver()
    assert made.feed(report("1122"), 1.0)[-1].reply == ACK
    step = made.feed(late, 1.0)[-1]
    assert ([(s.kind, s.point, s.again) for s in step.signals], step.reply) == ([(Kind.ALARM, "005", True)], ACK)
    assert not any(step.reply for step in [*made.feed(XK + b"\r\n", 1.1), *made.tick(1.1)])


def test_a_line_end_behind_a_report_gets_no_answer() -> None:
    made = driver()
    made.feed(report("1122")[:-2], 1.0)
    assert [step.reply for step in made.feed(b"\r", 2.0)] == [ACK]
    assert not any(step.reply for step in made.feed(b"\n", 2.0))


def test_a_report_that_can_never_be_read_does_not_block_the_panel() -> None:
    made = driver()
    damaged = report("1122")[:-4] + b"00\r\n"
    steps = [made.feed(damaged, float(second))[-1] for second in range(1, 4)]
    assert [step.reply for step in steps] == [b"", b"", ACK]
    assert [(s.kind, s.reason) for s in steps[-1].signals] == [(Kind.UNKNOWN, "kept aside: wrong checksum")]
    listener = make("elk", {"acknowledge_reports": False})
    listener.opened(0.0)
    # Who only listens may not hear it again: it sounds.
    (step,) = listener.feed(damaged, 1.0)
    assert ([s.kind for s in step.signals], step.reply) == ([Kind.REJECTED, Kind.UNKNOWN], b"")


def test_a_second_press_behind_the_zones_letter_is_a_press() -> None:
    made = answered()
    told = news(made.feed(report("1122"), 2.0)) + news(made.feed(zones(z5="H"), 2.5))
    told += news(made.feed(report("1122"), 12.0))
    assert [(s.point, s.found) for s in told] == [("005", False), ("005", True), ("005", False)]
    # The other way round: the letter, its report, another press.
    made = answered()
    told = news(made.feed(zones(z5="H"), 2.0)) + news(made.feed(report("1122"), 2.5))
    told += news(made.feed(report("1122"), 12.0))
    assert [(s.point, s.found) for s in told] == [("005", False), ("005", True), ("005", False)]


def test_copies_that_nobody_acknowledges_are_presses_again_after_half_a_minute() -> None:
    made = driver(acknowledge_reports=False)
    told = [s for second in range(0, 60, 10) for s in news(made.feed(report("1122"), 1.0 + second))]
    assert [s.again for s in told] == [False, True, True, True, False, True]


def test_a_zone_that_goes_on_standing_is_told_as_found_once() -> None:
    made = answered()
    told = [s for second in range(2, 60, 10) for s in news(made.feed(zones(z5="H"), float(second)))]
    assert [(s.point, s.found, s.late) for s in told] == [("005", False, False), ("005", True, False)]


def test_a_zone_that_its_report_has_ended_is_not_told_as_standing() -> None:
    made = answered()
    told = news(made.feed(zones(z5="H"), 2.0)) + news(made.feed(report("1122"), 2.5))
    told += news(made.feed(report("3122"), 4.0)) + news(made.feed(zones(z5="H"), 60.0))
    assert [(s.kind, s.found) for s in told] == [(Kind.ALARM, False), (Kind.ALARM, True), (Kind.RESTORE, False)]


def test_an_answer_that_was_put_off_goes_before_that_to_a_test() -> None:
    made = driver()
    made.feed(report("1122"), 1.0)
    assert [step.reply for step in made.feed(b"07AT10073\r\n", 1.0) if step.reply] == [ACK]


def test_a_users_number_says_nothing_of_a_zone() -> None:
    made = answered()
    made.feed(report("3121", "005"), 2.0)
    assert [s.point for s in news(made.feed(zones(z5="H"), 3.0))] == ["005"]
    (duress,) = news(made.feed(report("1121", "005"), 4.0))
    assert (duress.by_user, duress.found) == (True, False)
    (pressed,) = news(made.feed(report("1122", "005"), 5.0))
    assert pressed.found


def test_a_zone_that_was_quiet_since_its_restore_is_a_press() -> None:
    made = answered()
    made.feed(report("1122"), 2.0)
    made.feed(report("3122") + zones(), 3.0)
    assert [(s.point, s.found) for s in news(made.feed(zones(z5="H"), 9.0))] == [("005", False)]


def test_a_zone_whose_letter_means_something_else_now() -> None:
    made = answered()
    told = news(made.feed(zones(z5="<"), 2.0)) + news(made.feed(zones(z5=":"), 3.0))
    assert [(s.kind, s.cause) for s in told] == [
        (Kind.FAULT, None),
        (Kind.FAULT_RESTORE, None),
        (Kind.ALARM, Cause.FIRE),
    ]
    told = [s for at, letter in enumerate("rs") for s in news(made.feed(zones(z6=letter, z5=":"), 20.0 + at))]
    assert [(s.kind, s.code) for s in told if s.point == "006"] == [(Kind.UNKNOWN, "r"), (Kind.UNKNOWN, "s")]


def test_a_short_report_of_the_zones_ends_nothing_behind_it() -> None:
    made = answered()
    made.feed(zones(z100="H"), 2.0)
    assert not [s for s in news(made.feed(line("AZ", "0" * 80), 3.0)) if s.kind is Kind.RESTORE]
    assert [s.kind for s in news(made.feed(zones(), 4.0))] == [Kind.RESTORE]


def test_troubles_that_are_told_alike_end_with_the_last_of_them() -> None:
    made = answered()

    def troubles(*places: int) -> bytes:
        return line("SS", "".join("1" if at in places else "0" for at in range(34)))

    told = news(made.feed(troubles(11, 12), 2.0)) + news(made.feed(troubles(12), 3.0))
    assert [(s.kind, s.trouble) for s in told] == [(Kind.FAULT, Trouble.MODULE)]
    assert [s.kind for s in news(made.feed(troubles(), 4.0))] == [Kind.FAULT_RESTORE]


def test_a_trouble_behind_an_areas_alarm_is_not_over() -> None:
    made = answered()
    told = news(made.feed(areas("U"), 2.0)) + news(made.feed(areas("5"), 3.0)) + news(made.feed(areas("U"), 20.0))
    assert [s.kind for s in told] == [Kind.FAULT, Kind.ALARM, Kind.RESTORE]
    assert [s.kind for s in news(made.feed(areas(), 21.0))] == [Kind.FAULT_RESTORE]


def test_after_a_silence_with_the_port_open_the_state_is_asked_for_and_late() -> None:
    made = answered()
    made.feed(XK + b"\r\n", 5.0)
    for second in range(6, 200):
        made.tick(float(second))
    made.feed(XK + b"\r\n", 200.0)
    asked = b"".join(requests(made.tick(201.0 + 2.1 * at)) for at in range(4))
    assert b"06az" in asked
    assert [(s.point, s.late) for s in news(made.feed(zones(z5="H"), 210.0))] == [("005", True)]


@pytest.mark.parametrize("order", ["report first", "state first"])
def test_one_alarm_told_three_times_is_one_press(order: str) -> None:
    made = driver()
    state = areas("5") + zones(z5="H")
    said = [report("1122"), state] if order == "report first" else [state, report("1122")]
    told = [s for at, data in enumerate(said) for s in news(made.feed(data, 1.0 + at))]
    for second in range(3, 40):
        told += news(made.tick(float(second)))
    assert {(s.kind, s.cause, s.point) for s in told} == {(Kind.ALARM, Cause.HOLD_UP, "005")}
    assert [s.found for s in told].count(False) == (1 if order == "report first" else 0)


def test_the_area_asks_where_and_the_zone_answers() -> None:
    made = driver()
    made.feed(line("ZP", "1" * 208), 0.1)
    for _answer in range(5):
        made.feed(zones() + areas() + line("SS", "0" * 34) + line("ZD", "0" * 208), 0.2)
    steps = made.feed(areas("5"), 1.0)
    assert not news(steps)
    assert b"az" in requests(steps)
    found = news(made.feed(zones(z5="G"), 1.1))
    assert [(s.kind, s.cause, s.point, s.area, s.found) for s in found] == [
        (Kind.ALARM, Cause.PANIC, "005", "01", False)
    ]
    assert not news([*made.tick(4.0), *made.feed(areas("5"), 5.0), *made.tick(9.0)])
    over = news([*made.feed(areas(), 10.0), *made.feed(zones(), 10.1)])
    assert [(s.kind, s.cause, s.point) for s in over] == [(Kind.RESTORE, Cause.PANIC, "005")]


def test_an_area_alarm_that_no_zone_explains_is_told_after_two_seconds() -> None:
    made = driver()
    assert not news(made.feed(areas("0", "5") + zones(), 1.0))
    assert not news(made.tick(2.9))
    told = news(made.tick(3.1))
    assert [(s.kind, s.cause, s.point, s.area) for s in told] == [(Kind.ALARM, Cause.PANIC, None, "02")]
    assert [(s.kind, s.area) for s in news(made.feed(areas(), 5.0))] == [(Kind.RESTORE, "02")]


def test_an_area_alarm_told_without_its_place_gets_it_as_news() -> None:
    made = driver()
    made.feed(line("ZP", "1" * 208) + areas("5"), 1.0)
    assert [s.point for s in news(made.tick(4.0))] == [None]
    (placed,) = news(made.feed(zones(z5="H"), 5.0))
    assert (placed.point, placed.found) == ("005", False)


def test_another_alarm_of_an_area_does_not_end_the_one_before() -> None:
    made = driver()
    made.feed(areas("5"), 1.0)
    told = news(made.tick(4.0))
    told += news(made.feed(areas("3"), 5.0)) + news(made.tick(8.0))
    assert [(s.kind, s.cause) for s in told] == [(Kind.ALARM, Cause.PANIC), (Kind.ALARM, Cause.FIRE)]
    assert sorted(s.cause or "" for s in news(made.feed(areas(), 9.0)) if s.kind is Kind.RESTORE) == ["fire", "panic"]


def test_an_area_alarm_that_is_over_before_it_was_explained_is_told() -> None:
    made = answered()
    told = news(made.feed(areas("5") + areas(), 2.0))
    assert [(s.kind, s.cause, s.area) for s in told] == [
        (Kind.ALARM, Cause.PANIC, "01"),
        (Kind.RESTORE, Cause.PANIC, "01"),
    ]


def test_an_area_alarm_that_comes_back_behind_another_is_told_again() -> None:
    made = answered()
    told = [s for at, letter in enumerate("565") for s in rung(made, areas(letter), 10.0 * (at + 1))]
    assert [(s.kind, s.cause, s.found) for s in told] == [
        (Kind.ALARM, Cause.PANIC, False),
        (Kind.ALARM, Cause.INTRUSION, False),
        (Kind.ALARM, Cause.PANIC, False),
    ]


def test_a_zone_of_an_unknown_area_explains_one_area() -> None:
    made = driver()
    made.feed(zones() + areas(), 1.0)
    made.feed(zones(z5="H") + areas("5"), 2.0)
    assert not news(made.tick(5.0))
    assert [(s.point, s.area) for s in rung(made, zones(z5="H") + areas("5", "5"), 6.0) if s.point is None] == [
        (None, "02")
    ]


def test_an_area_that_tells_its_alarm_once_more_makes_the_driver_ask_for_its_zones() -> None:
    made = answered()
    made.feed(areas("5"), 2.0)
    made.feed(zones(z5="H"), 2.5)
    assert b"06az" in requests(made.feed(areas("5"), 3.0))
    assert [s.point for s in news(made.feed(zones(z5="H", z6="H"), 3.1)) if not s.found] == ["006"]


def test_what_an_area_told_before_the_program_began_only_the_desk_can_know() -> None:
    made = driver()
    assert [(s.found, s.late) for s in rung(made, areas("5"), 1.0)] == [(True, True)]
    made.feed(areas(), 10.0)
    made.opened(20.0)
    assert [(s.found, s.late) for s in rung(made, areas("5"), 21.0)] == [(False, True)]


def test_a_report_that_ended_is_no_press_for_the_panels_memory_of_it() -> None:
    made = driver()
    told = news(made.feed(report("1122"), 1.0)) + news(made.feed(report("3122"), 2.0))
    told += news(made.feed(zones(z5="H"), 3.0))
    assert [s.kind for s in told] == [Kind.ALARM, Kind.RESTORE]
    assert [s.kind for s in news(made.feed(report("1122"), 9.0))] == [Kind.ALARM]


def test_an_alarm_raised_while_the_cable_was_out_appears_once_and_late() -> None:
    conversation = Conversation("elk", {"acknowledge_reports": False})
    conversation.run(lambda: False, 20.0)
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="017"))
    conversation.panel.tick(conversation.now)  # lost: nobody hears it
    conversation.reopen()
    conversation.run(lambda: False, 60.0)
    (found,) = conversation.heard(Kind.ALARM)
    assert (found.cause, found.point, found.area, found.found, found.late) == (
        Cause.HOLD_UP,
        "017",
        "01",
        True,
        True,
    )
    conversation.reopen()
    conversation.run(lambda: False, 60.0)
    assert len(conversation.heard(Kind.ALARM)) == 1
    conversation.panel.send(Signal(kind=Kind.RESTORE, point="017"))
    assert conversation.run(lambda: bool(conversation.heard(Kind.RESTORE)))


def test_questions_are_asked_until_answered_one_at_a_time() -> None:
    made = make("elk", {})
    asked = [requests(made.opened(0.0))]
    for tenth in range(1, 400):
        asked.append(requests(made.tick(tenth / 10)))
    assert all(request.count(b"\r\n") <= 1 for request in asked)
    said = b"".join(asked)
    assert all(said.count(question) >= 2 for question in (b"06zp", b"06zd", b"06as", b"06az", b"06ss"))


def test_after_a_damaged_line_the_state_is_asked_for() -> None:
    made = driver()
    for answer in (line("ZP", "1" * 208), zones(), areas(), line("SS", "0" * 34), line("ZD", "0" * 208)):
        steps = made.feed(answer, 1.0)
    assert not requests(steps)
    steps = made.feed(areas("5").replace(b"1111", b"1101"), 2.0)
    assert [s.kind for s in signals(steps)] == [Kind.REJECTED]
    assert b"az" in requests(steps)


def test_a_pressed_button_makes_the_driver_ask_for_the_alarm() -> None:
    made = driver()
    for answer in (line("ZP", "1" * 208), zones(), areas(), line("SS", "0" * 34), line("ZD", "3G" * 104)):
        made.feed(answer, 1.0)
    assert not requests(made.feed(line("ZC", "0019"), 2.0))
    assert b"az" in requests(made.feed(line("ZC", "0029"), 2.0))


def test_a_wrong_code_typed_at_a_keypad_is_not_kept() -> None:
    (entered,) = signals(driver().feed(b"17IC00000000000000101007A\r\n", 1.0))
    assert (entered.kind, entered.raw) == (Kind.HEARTBEAT, b"")


@pytest.mark.parametrize("message", ["CC", "CS", "LW", "LD", "KC", "TC", "EE", "AM", "IE", "QQ"])
def test_other_messages_are_noted_and_harmless(message: str) -> None:
    (noted,) = signals(driver().feed(line(message, "0010"), 1.0))
    assert (noted.kind, noted.code) == (Kind.STATUS, message)


def test_a_line_without_its_end_is_read_when_nothing_follows() -> None:
    made = driver()
    assert not signals(made.feed(AR_PRINTED, 1.0))
    step = made.tick(2.1)[-1]
    assert ([s.kind for s in step.signals], step.reply) == ([Kind.ALARM], ACK)


@pytest.mark.parametrize("signal", OF_A_ZONE)
def test_the_simulated_panel_is_read_back(signal: Signal) -> None:
    conversation = Conversation("elk", {})
    conversation.panel.send(signal)
    assert conversation.run(lambda: conversation.panel.idle)
    assert conversation.panel.acknowledged == 1
    told = [(s.kind, s.cause, s.point) for s in conversation.signals]
    assert (signal.kind, signal.cause, signal.point) in told
    assert signal.trouble in (None, *(s.trouble for s in conversation.signals))


def test_what_it_cannot_say() -> None:
    panel = Conversation("elk", {}).panel
    for wrong in (
        Signal(kind=Kind.ALARM, point="5"),
        Signal(kind=Kind.INFO, point="005"),
        Signal(kind=Kind.ALARM, point="005", area="1"),
    ):
        with pytest.raises(ValueError, match=r"digits|reports no"):
            panel.send(wrong)


def test_a_report_that_was_not_stored_comes_again_and_is_given_up_in_the_end() -> None:
    conversation = Conversation("elk", {})
    conversation.stores = False
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="005"))
    conversation.run(lambda: conversation.panel.idle, 60.0)
    assert (conversation.panel.acknowledged, conversation.panel.abandoned) == (0, 1)
    # The panel has given up its report; its zone still stands, which nobody acknowledges.
    assert {(s.kind, s.point, s.found) for s in conversation.heard(Kind.ALARM)} == {(Kind.ALARM, "005", True)}


def test_options() -> None:
    assert [mistake.key for mistake in check_options("elk", {"passive": 1, "acknowledge_reports": "no", "x": 1})] == [
        "x",
        "passive",
        "acknowledge_reports",
    ]
    with pytest.raises(OptionError):
        make("elk", {"tries": 3})
    assert (defaults("elk", {}).baudrate, defaults("elk", {}).supervision_s) == (115200, 90)


LINES = [XK + b"\r\n", report("1122"), report("3122"), areas("5", "3"), areas(), zones(z5="H", z9="9"), zones()]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=6), st.data())
def test_cuts_change_nothing(lines: list[bytes], data: st.DataObject) -> None:
    said = b"".join(lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=8)))
    whole, cut = make_decoder("elk", {}), make_decoder("elk", {})
    pieces = [said[a:b] for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True)]
    assert [s for piece in pieces for s in signals(cut.feed(piece, 0.0))] == signals(whole.feed(said, 0.0))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(LINES), st.data())
def test_after_any_bytes_the_next_whole_line_is_read(junk: bytes, harmed: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(harmed) - 3))
    bad = bytearray(harmed)
    bad[at] ^= 1 << data.draw(st.integers(0, 7))
    made = driver()
    made.feed(junk + bytes(bad) + b"\r\n", 1.0)
    told = signals(made.feed(report("1120", "011"), 1.0))
    assert any((s.kind, s.cause, s.point) == (Kind.ALARM, Cause.PANIC, "011") for s in told)
