"""What every driver must stand: whatever comes over a cable, cut, doubled, flipped or mixed, and go on with the next
good frame. A driver that is registered joins by itself; its own panel's side makes the frames."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pytest
from harness.conversation import Conversation, check_steps
from harness.every_driver import CALLS, CASES, call, damaged, pieces, raise_alarm, size_of, stream, threat
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import registry
from drivers.base import Cause, Driver, Kind, Signal

every_driver = pytest.mark.parametrize(("name", "options"), CASES)


def told(driver: Driver, *pieces: bytes) -> list[Signal]:
    steps = list(driver.opened(0.0))
    for piece in pieces:
        steps += check_steps(driver.feed(piece, 0.0))
    return [signal for step in steps for signal in step.signals]


def _idle(conversation: Conversation) -> Callable[[], bool]:
    return lambda: conversation.panel.idle


def _heard(conversation: Conversation, kind: Kind, cause: Cause | None) -> Callable[[], bool]:
    return lambda: any(s.kind is kind and cause in (None, s.cause) for s in conversation.signals)


def _alive(conversation: Conversation, times: int) -> Callable[[], bool]:
    return lambda: conversation.alive >= times


@every_driver
def test_what_a_panel_can_say_is_read_back(name: str, options: Mapping[str, object]) -> None:
    said = 0
    for kind, cause in CALLS:
        conversation = Conversation(name, options)
        try:
            conversation.panel.send(call(name, options, kind, cause))
        except ValueError:
            continue
        said += 1
        if kind in (Kind.RESTORE, Kind.TAMPER_RESTORE):
            continue  # these may need something that stands: the driver's own tests
        assert conversation.run(_idle(conversation)), f"{kind} {cause} was never acknowledged"
        assert conversation.run(_heard(conversation, kind, cause), 5.0), f"{kind} {cause}: {conversation.signals}"
        assert conversation.panel.acknowledged == 1
    assert said >= 2
    assert threat(name, options)


@every_driver
def test_a_panel_gives_signs_of_life_within_its_limit(name: str, options: Mapping[str, object]) -> None:
    limit = registry.defaults(name, options).supervision_s
    if not limit:
        pytest.skip("this panel has no heartbeat")
    conversation = Conversation(name, options)
    for period in range(1, 5):
        assert conversation.run(_alive(conversation, period), limit)


@every_driver
def test_an_alarm_comes_again_until_it_is_stored(name: str, options: Mapping[str, object]) -> None:
    """What a panel repeats because it got no answer must be told each time; what nobody acknowledges is kept."""
    conversation = Conversation(name, options)
    conversation.stores = False
    conversation.panel.send(threat(name, options))
    conversation.run(lambda: bool(conversation.heard(Kind.ALARM)), 10.0)
    conversation.stores = True
    assert conversation.run(lambda: bool(conversation.heard(Kind.ALARM)))


@every_driver
def test_how_bytes_are_cut_into_reads_changes_nothing(name: str, options: Mapping[str, object]) -> None:
    said = stream(name, options)
    whole = told(registry.make_decoder(name, options), said)
    assert any(signal.kind is Kind.ALARM for signal in whole)
    assert told(registry.make_decoder(name, options), *(bytes([byte]) for byte in said)) == whole
    for seed in range(5):
        assert told(registry.make_decoder(name, options), *pieces(said, random.Random(seed))) == whole


@every_driver
@settings(max_examples=40, deadline=None)
@given(dice=st.randoms(use_true_random=False))
def test_a_damaged_stream_is_survived(name: str, options: Mapping[str, object], dice: random.Random) -> None:
    said = stream(name, options)
    harmed = damaged(said, dice)
    for driver in (registry.make(name, options), registry.make_decoder(name, options)):
        steps = list(driver.opened(0.0))
        steps += check_steps(driver.feed(harmed, 0.5))
        for second in range(1, 20):
            steps += check_steps(driver.tick(float(second)))
    raise_alarm(name, options, registry.make(name, options), 0.0)


@every_driver
@settings(max_examples=40, deadline=None)
@given(dice=st.randoms(use_true_random=False))
def test_after_damage_the_next_alarm_arrives(name: str, options: Mapping[str, object], dice: random.Random) -> None:
    driver = registry.make(name, options)
    conversation = raise_alarm(name, options, driver, 0.0)
    said = stream(name, options)
    harm = dice.randbytes(dice.randint(0, 300)) if dice.random() < 0.3 else damaged(said, dice)
    check_steps(driver.feed(harm, conversation.now))
    # The frame behind the damage may be lost with it where the panel waits for no answer; the one after it never.
    raise_alarm(name, options, driver, conversation.now, times=2)


@every_driver
def test_memory_stays_bounded(name: str, options: Mapping[str, object]) -> None:
    said = stream(name, options)
    for make in (registry.make, registry.make_decoder):
        for junk in (
            said[:1],
            said[: len(said) // 3 or 1],
            b"\x00",
            b"A",
            b"\x7e",
            b"0" * 7,
            random.Random(2).randbytes(999),
        ):
            driver = make(name, options)
            driver.opened(0.0)
            sizes = []
            for _time in range(3):
                for _piece in range(3):
                    check_steps(driver.feed((junk * (1 + 2048 // len(junk)))[:2048], 1.0))
                sizes.append(size_of(driver))
            assert sizes[-1] <= sizes[0] + 2000, junk[:20]
