"""Listening to another master: what its questions and the answers say, and whom it asks in vain or too seldom."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from harness.conversation import Conversation
from modbus_line import ASK_1, TWO, decoded, framed, inputs, signals

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.registry import make


def test_a_tap_hears_another_master_and_says_nothing() -> None:
    conversation = Conversation("modbus", TWO | {"passive": True})
    assert not conversation.driver.transmits
    conversation.panel.send(Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="2.4"))
    assert conversation.run(lambda: bool(conversation.heard(Kind.RESTORE)), 10)
    assert [(s.kind, s.point) for s in conversation.signals if s.point] == [
        (Kind.ALARM, "2.4"),
        (Kind.RESTORE, "2.4"),
    ]
    assert not conversation.heard(Kind.REJECTED)


def tapped(options: Mapping[str, object], *rounds: bytes, every_s: float = 0.1) -> list[Signal]:
    """What a listener tells of so many rounds of another master."""
    driver = make("modbus", {**options, "passive": True})
    steps = list(driver.opened(0.0))
    for turn, said in enumerate(rounds):
        steps += driver.feed(said, turn * every_s)
    return [signal for signal in signals(steps) if signal.kind is not Kind.HEARTBEAT]


def test_a_tap_tells_of_a_unit_that_is_asked_in_vain() -> None:
    away = ASK_1 + inputs(1, 0) + framed(2, 2, 0, 0, 0, 8)
    there = away + inputs(2, 0)
    told = tapped(TWO, *[there] * 2, *[away] * 3, *[there] * 2, *[away] * 9, *[there] * 2)
    assert [(s.kind, s.area, s.trouble) for s in told if s.trouble] == [
        (Kind.FAULT, "2", Trouble.UNIT),
        (Kind.FAULT_RESTORE, "2", Trouble.UNIT),
    ]


@pytest.mark.parametrize("units", [[1], [1, 2]])
def test_questions_in_vain_that_look_like_answers_are_none(units: list[int]) -> None:
    asked = b"".join(framed(unit, 2, 3, 0, 0, 24) for unit in units)
    table = [{"address": unit, "first": 0x300, "inputs": 24} for unit in units]
    told = tapped({"units": table}, *[asked] * 9)
    assert [(s.kind, s.area) for s in told] == [(Kind.FAULT, str(unit)) for unit in units]


def test_a_tap_tells_of_a_master_that_asks_too_seldom() -> None:
    said = ASK_1 + inputs(1, 0)
    assert Trouble.PACE in {s.trouble for s in tapped({}, *[said] * 20, every_s=1.5)}
    assert Trouble.PACE not in {s.trouble for s in tapped({}, *[said] * 20, every_s=0.9)}


@pytest.mark.parametrize("options", [{}, {"units": [{"address": 1, "first": 0x300, "inputs": 24}]}])
def test_a_master_that_asks_in_parts(options: Mapping[str, object]) -> None:
    first = 0x300 if options else 0
    half = framed(1, 2, *(first + 4).to_bytes(2, "big"), 0, 4)
    assert [s.point for s in decoded(half + framed(1, 2, 1, 0b0010), options)] == ["1.6"]
    assert [s.kind for s in decoded(half + framed(1, 2, 1, 0b10000), options)] == [Kind.HEARTBEAT]
