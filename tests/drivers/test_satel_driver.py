"""Satel INTEGRA: its frames, what its states mean, and the panic button that is no zone."""

from __future__ import annotations

import pytest
from harness.conversation import Conversation
from hypothesis import given
from hypothesis import strategies as st

from drivers import registry
from drivers.base import Cause, Driver, Kind, Signal, Step, Trouble
from drivers.framing import WRONG_CHECK, Bad, Framer
from drivers.satel import (
    AREA_ALARM,
    AREA_FIRE,
    CLOCK,
    DEVICE,
    IN_ALARM,
    LONGEST,
    RESULT,
    SWEEP,
    TAMPER_ALARM,
    VERSION,
    VIOLATED,
    Message,
    Panel,
    build,
    check_word,
    look,
)

OPTIONS = {"hold_up_zones": ["005"], "panic_zones": ["006"]}


@pytest.mark.parametrize(("inside", "word"), [("09", 0xD7EB), ("E01234FFFF", 0x8A9B)])
def test_the_published_check_values(inside: str, word: int) -> None:
    assert check_word(bytes.fromhex(inside)) == word


def test_a_question_as_published() -> None:
    assert build("09").hex() == "fefe09d7ebfe0d"


@given(st.binary(max_size=40))
def test_any_data_is_read_back(data: bytes) -> None:
    frame = build("02", data)
    assert list(Framer(look, LONGEST).feed(b"\xfe" + frame))[-1] == Message(frame, "02", data)


def test_a_frame_with_a_wrong_check_is_rejected_and_the_next_one_read() -> None:
    good = build("02", bytes(16))
    found = list(Framer(look, LONGEST).feed(good[:4] + b"\x01" + good[5:] + good))
    assert found == [Bad(good[:4] + b"\x01" + good[5:], WRONG_CHECK), Message(good, "02", bytes(16))]


def bits(*zones: int, size: int = 16) -> bytes:
    return sum(1 << zone - 1 for zone in zones).to_bytes(size, "little")


def told(*answers: tuple[str, bytes]) -> list[list[Signal]]:
    driver = registry.make_decoder("satel", OPTIONS)
    driver.opened(0.0)
    return [
        [signal for step in driver.feed(build(command, data), 1.0) for signal in step.signals]
        for command, data in answers
    ]


def causes(signals: list[Signal]) -> list[tuple[Kind, Cause | None, str | None]]:
    return [(signal.kind, signal.cause, signal.point) for signal in signals]


def test_zones_in_alarm_by_what_they_are_for() -> None:
    first, same, over = told((IN_ALARM, bits(5, 6, 7)), (IN_ALARM, bits(5, 6, 7)), (IN_ALARM, bits(6, 7)))
    assert causes(first) == [
        (Kind.ALARM, Cause.HOLD_UP, "005"),
        (Kind.ALARM, Cause.PANIC, "006"),
        (Kind.ALARM, Cause.INTRUSION, "007"),
    ]
    assert all(signal.found and signal.late for signal in first)
    assert same == []
    assert causes(over) == [(Kind.RESTORE, Cause.HOLD_UP, "005")]


def test_a_button_counts_as_soon_as_its_contact_says_so() -> None:
    pressed, latched, released = told((VIOLATED, bits(5, 9)), (IN_ALARM, bits(5)), (VIOLATED, bits(9)))
    assert causes(pressed) == [(Kind.ALARM, Cause.HOLD_UP, "005")]
    assert latched == released == []


def test_a_button_that_is_pressed_again_while_its_alarm_stands_is_another_press() -> None:
    *_before, again = told(
        (IN_ALARM, bits(5)), (VIOLATED, bits(5)), (VIOLATED, bits()), (IN_ALARM, bits(5)), (VIOLATED, bits(5))
    )
    assert [(signal.point, signal.found) for signal in again] == [("005", False)]


class Integra:
    """A panel of three areas whose states the test sets; `area_of` tells where its zones are, None that it refuses."""

    def __init__(self, options: dict[str, object] | None = None, area_of: dict[int, int] | None = None) -> None:
        self.driver: Driver = registry.make("satel", OPTIONS if options is None else options)
        self.area_of = area_of
        self.states: dict[str, tuple[int, ...]] = {}
        self.refused: set[str] = set()
        self.deaf_to: list[str] = []
        self.large = False
        self.now = 0.0
        self.alive = 0
        self.asked: list[str] = []
        self._waiting: list[Step] = list(self.driver.opened(0.0))

    def opened(self) -> None:
        self._waiting = list(self.driver.opened(self.now))

    def rounds(self, count: int) -> list[Signal]:
        """What is told while so many rounds of questions are answered."""
        told: list[Signal] = []
        for _turn in range(count * (len(SWEEP) + 4)):
            self.now += 0.03
            requests = b"".join(step.request for step in self._waiting)
            questions = [each for each in Framer(look, LONGEST).feed(requests) if isinstance(each, Message)]
            self._waiting = [
                step for each in questions if (said := self._say(each)) for step in self.driver.feed(said, self.now)
            ]
            self._waiting += self.driver.tick(self.now)
            told += [signal for step in self._waiting for signal in step.signals if signal.kind is not Kind.STATUS]
            self.alive += sum(step.alive for step in self._waiting)
        return told

    def _say(self, question: Message) -> bytes:
        command = question.command
        self.asked.append(command)
        if command in self.deaf_to:
            self.deaf_to.remove(command)
            return b""
        if command in self.refused or (command == DEVICE and self.area_of is None):
            return build(RESULT, b"\x08")
        if command == VERSION:
            return build(VERSION, bytes([72 if self.large else 3]) + bytes(13))
        if command == CLOCK:
            return build(CLOCK, bytes(7) + bytes([sum(self.states.get(CLOCK, ())), 3]))
        if command == DEVICE and self.area_of is not None:
            area = self.area_of.get(question.data[1], 1)
            return build(DEVICE, question.data + b"\x00" + b" " * 16 + bytes([area]))
        if command in (AREA_ALARM, AREA_FIRE):
            return build(command, bits(*self.states.get(command, ()), size=4))
        size = 32 if question.data else 16
        return build(command, bits(*(n for n in self.states.get(command, ()) if n <= 8 * size), size=size))


def places(signals: list[Signal]) -> list[tuple[Kind, Cause | None, str | None]]:
    return [(s.kind, s.cause, s.point or s.area) for s in signals if s.kind in (Kind.ALARM, Kind.RESTORE)]


def started() -> Integra:
    """A panel at rest that has been asked for a while."""
    panel = Integra(area_of={5: 1, 6: 1, 7: 3})
    panel.rounds(5)
    return panel


def test_only_what_stood_before_anybody_looked_is_found() -> None:
    panel = started()
    panel.states = {VIOLATED: (5,)}
    (press,) = panel.rounds(1)
    panel.states = {IN_ALARM: (5,)}
    panel.rounds(5)
    panel.states = {}
    (over,) = panel.rounds(5)
    assert [(s.kind, s.point, s.found, s.late) for s in (press, over)] == [
        (Kind.ALARM, "005", False, False),
        (Kind.RESTORE, "005", False, False),
    ]
    panel.opened()
    panel.states = {VIOLATED: (6,), AREA_ALARM: (2,)}
    assert [(s.point or s.area, s.found, s.late) for s in panel.rounds(5)] == [("006", True, True), ("02", True, True)]


def test_what_a_panel_shows_that_was_silent_for_long_is_found_too() -> None:
    panel = started()
    panel.now += 60
    panel.states = {IN_ALARM: (5,)}
    assert [(s.point, s.found, s.late) for s in panel.rounds(2)] == [("005", True, True)]


def test_an_area_in_alarm_that_no_zone_explains_is_a_panic_button() -> None:
    panel = started()
    panel.states = {AREA_ALARM: (2,)}
    assert places(panel.rounds(5)) == [(Kind.ALARM, Cause.PANIC, "02")]


@pytest.mark.parametrize("area_of", [{5: 2}, None])
def test_an_area_whose_zone_is_in_alarm_is_no_second_alarm(area_of: dict[int, int] | None) -> None:
    panel = Integra(area_of=area_of)
    panel.rounds(5)
    panel.states = {AREA_ALARM: (2,)}
    panel.rounds(1)
    panel.states = {AREA_ALARM: (2,), IN_ALARM: (5,)}
    assert places(panel.rounds(10)) == [(Kind.ALARM, Cause.HOLD_UP, "005")]


@pytest.mark.parametrize(
    ("zone", "areas"),
    [
        ((IN_ALARM, 5), (1, 2)),
        ((IN_ALARM, 5), (2,)),
        ((VIOLATED, 5), (2,)),
        ((TAMPER_ALARM, 9), (2,)),
    ],
)
def test_a_panic_button_is_not_hidden_by_what_happens_in_another_area(
    zone: tuple[str, int], areas: tuple[int, ...]
) -> None:
    """Neither in the same second, nor when both stand already at the first look."""
    for before in (5, 0):
        panel = Integra(area_of={5: 1, 9: 1})
        panel.rounds(before)
        panel.states = {zone[0]: (zone[1],), AREA_ALARM: areas}
        assert (Kind.ALARM, Cause.PANIC, "02") in places(panel.rounds(6))
        assert (Kind.ALARM, Cause.PANIC, "01") not in places(panel.rounds(6))


def test_a_panel_that_does_not_tell_where_a_zone_is_hides_no_panic_button() -> None:
    panel = Integra(area_of=None)
    panel.rounds(5)
    panel.states = {IN_ALARM: (5,), AREA_ALARM: (1, 2)}
    assert (Kind.ALARM, Cause.PANIC, "02") in places(panel.rounds(6))
    panel.states = {IN_ALARM: (5, 6), AREA_ALARM: (1, 2, 3)}
    assert (Kind.ALARM, Cause.PANIC, "03") in places(panel.rounds(6))
    assert panel.asked.count(DEVICE) == 1, "it has refused to tell"


def test_an_area_in_alarm_for_a_zone_that_was_tampered_with_is_no_panic_button() -> None:
    panel = started()
    panel.states = {TAMPER_ALARM: (7,), AREA_ALARM: (3,)}
    assert [(s.kind, s.point) for s in panel.rounds(6)] == [(Kind.TAMPER, "007")]


def test_an_area_on_fire_is_no_panic_button() -> None:
    panel = started()
    panel.states = {AREA_ALARM: (2,), AREA_FIRE: (2,)}
    assert places(panel.rounds(6)) == [(Kind.ALARM, Cause.FIRE, "02")]


def test_a_panel_that_refuses_everything_is_no_panel_that_is_heard() -> None:
    panel = started()
    panel.refused = {*SWEEP, VERSION, DEVICE}
    panel.alive = 0
    (fault,) = panel.rounds(40)
    assert (fault.kind, fault.trouble, fault.point) == (Kind.FAULT, Trouble.PROGRAM, None)
    assert {"005", "007"} <= set(fault.unheard)
    assert panel.alive == 0
    panel.refused = set()
    assert [(s.kind, s.trouble) for s in panel.rounds(5)] == [(Kind.FAULT_RESTORE, Trouble.PROGRAM)]
    assert panel.alive


def test_zones_that_a_panel_tells_nothing_of_are_a_fault_however_lively_it_is() -> None:
    panel = started()
    panel.refused = {IN_ALARM}
    assert [s.trouble for s in panel.rounds(40)] == [Trouble.PROGRAM]
    panel.states = {CLOCK: (0x80,)}
    told = [(s.kind, s.code, bool(s.unheard)) for s in panel.rounds(5)]
    assert told == [(Kind.FAULT_RESTORE, None, True), (Kind.FAULT, "02 1A", True)]
    panel.refused = set()
    assert [(s.kind, s.code, s.unheard) for s in panel.rounds(5)][1:] == [(Kind.FAULT, "1A", ())]


@pytest.mark.parametrize("large", [True, False])
def test_what_panel_it_is_is_asked_until_it_is_known(large: bool) -> None:
    panel = Integra({"hold_up_zones": ["130", "005"]}, {})
    panel.large = large
    panel.deaf_to = [VERSION, VERSION]
    panel.states = {IN_ALARM: (130,)}
    told = panel.rounds(40)
    if large:
        assert [s.point for s in told if s.kind is Kind.ALARM] == ["130"]
    else:
        (fault,) = (s for s in told if s.kind is Kind.FAULT)
        assert (fault.trouble, fault.unheard) == (Trouble.PROGRAM, ("130",))
    assert panel.asked.count(VERSION) == 3


def test_a_fault_that_an_earlier_run_has_told_is_over_with_the_first_answer() -> None:
    panel = Integra()
    assert [(s.kind, s.trouble, s.found) for s in panel.rounds(5)] == [(Kind.FAULT_RESTORE, Trouble.PROGRAM, True)]


def test_troubles_tampers_and_bypasses_come_and_go() -> None:
    clock = bytes.fromhex("20261121103000")
    rounds = told(
        ("1A", clock + b"\x40\x03"), ("1A", clock + b"\x00\x03"), ("01", bits(5)), ("03", bits(5)), ("06", bits(6))
    )
    assert [(s.kind, s.point, s.trouble) for signals in rounds for s in signals] == [
        (Kind.FAULT, None, Trouble.MODULE),
        (Kind.FAULT_RESTORE, None, Trouble.MODULE),
        (Kind.TAMPER, "005", Trouble.SENSOR),
        (Kind.TAMPER, "005", Trouble.BOX),
        (Kind.BYPASS, "006", None),
    ]


def test_questions_between_the_answers_say_nothing() -> None:
    driver = registry.make_decoder("satel", OPTIONS)
    assert not [*driver.opened(0.0), *driver.feed(build("02") + build("7E") + build("02", b"\x00"), 0.0)]


def test_the_largest_panel_is_asked_for_all_its_zones() -> None:
    driver = registry.make("satel", OPTIONS)
    driver.opened(0.0)
    asked = b"".join(step.request for step in driver.feed(build("7E", bytes([72]) + bytes(13)), 0.0))
    assert asked == build(IN_ALARM, b"\x00")


def test_after_a_reconnect_only_what_is_new_is_told() -> None:
    conversation = Conversation("satel", OPTIONS)
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="005"))
    assert conversation.run(lambda: conversation.panel.idle)
    conversation.reopen()
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="006"))
    assert conversation.run(lambda: conversation.panel.idle)
    assert [signal.point for signal in conversation.heard(Kind.ALARM)] == ["005", "006"]


def test_questions_that_are_not_answered_are_asked_again() -> None:
    driver = registry.make("satel", {})
    asked = [step.request for step in driver.opened(0.0)]
    for tenth in range(1, 40):
        asked += [step.request for step in driver.tick(tenth / 10)]
    assert len([request for request in asked if request]) == 4


@pytest.mark.parametrize("point", ["5", "129", "000", "", "K2 "])
def test_a_zone_that_an_integra_does_not_have(point: str) -> None:
    panel = registry.make_panel_side("satel", OPTIONS)
    assert isinstance(panel, Panel)
    with pytest.raises(ValueError, match="zone"):
        panel.send(Signal(kind=Kind.ALARM, cause=Cause.INTRUSION, point=point))


def test_wrong_options() -> None:
    mistakes = registry.check_options("satel", {"poll_s": 0, "hold_up_zones": ["5"], "zones": 3})
    assert sorted(mistake.key for mistake in mistakes) == ["hold_up_zones", "poll_s", "zones"]
