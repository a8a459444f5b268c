"""What the tests over all drivers share: the drivers in all their kinds, what their panels say, and how to harm it."""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Mapping
from types import FunctionType, ModuleType

import pytest

from drivers import registry
from drivers.base import Cause, Driver, Kind, Signal, Trouble
from harness.conversation import Conversation

VARIANTS: Mapping[str, tuple[Mapping[str, object], ...]] = {
    "espa444": ({}, {"role": "control"}, {"role": "tap"}),
    "it100": ({"hold_up_zones": ("005",)},),
    "receiver": ({}, {"format": "d6500"}, {"format": "ademco685"}, {"passive": True}),
    "modbus": ({}, {"passive": True}, {"units": (1, 2), "function": 4, "nc": True}),
    "nx584": ({}, {"mode": "binary"}, {"mode": "ascii"}),
    "galaxy": ({}, {"passive": True}),
    "satel": ({"hold_up_zones": ["005"]},),
    "line": (
        {"preset": "generic"},
        {"preset": "paradox-prt3", "hold_up_zones": ("005",)},
        {"preset": "jablotron-ja121t", "panic_zones": ("2",)},
        {"preset": "texecom-crestron", "panic_zones": ("005",)},
        {"preset": "galaxy-printer"},
    ),
}
"""Options under which a driver is another one. Without an entry: its defaults."""

CASES = [
    pytest.param(name, options, id=" ".join([name, *map(str, options.values())]))
    for name in registry.names()
    for options in VARIANTS.get(name, ({},))
]
CALLS: tuple[tuple[Kind, Cause | None], ...] = (
    *((Kind.ALARM, cause) for cause in (Cause.HOLD_UP, Cause.PANIC, Cause.DURESS, Cause.INTRUSION, Cause.FIRE)),
    (Kind.RESTORE, None),
    (Kind.TAMPER, None),
    (Kind.TAMPER_RESTORE, None),
    (Kind.FAULT, None),
    (Kind.LOW_BATTERY, None),
    (Kind.TEST, None),
)
OF_A_ZONE: tuple[Signal, ...] = (
    *(Signal(kind=Kind.ALARM, cause=cause, point="042") for cause in Cause),
    Signal(kind=Kind.RESTORE, cause=Cause.PANIC, point="042"),
    Signal(kind=Kind.TAMPER, point="042"),
    Signal(kind=Kind.TAMPER_RESTORE, point="042"),
    Signal(kind=Kind.FAULT, point="999"),
    Signal(kind=Kind.FAULT, trouble=Trouble.MAINS, point="000"),
    Signal(kind=Kind.FAULT_RESTORE, point="042"),
    Signal(kind=Kind.LOW_BATTERY, point="042"),
    Signal(kind=Kind.BATTERY_RESTORE, point="042"),
    Signal(kind=Kind.TEST, point="042"),
)
"""What a panel with Contact ID codes can say of a zone or module."""

THREAT = (Cause.HOLD_UP, Cause.PANIC, Cause.DURESS)


def call(name: str, options: Mapping[str, object], kind: Kind, cause: Cause | None) -> Signal:
    return Signal(kind=kind, cause=cause, point=registry.defaults(name, options).point)


def threat(name: str, options: Mapping[str, object]) -> Signal:
    """The alarm of a threatened person that this panel can raise."""
    for cause in THREAT:
        signal = call(name, options, Kind.ALARM, cause)
        try:
            registry.make_panel_side(name, options).send(signal)
        except ValueError:
            continue
        return signal
    raise AssertionError(f"{name} cannot raise an alarm for people")


def raise_alarm(name: str, options: Mapping[str, object], driver: Driver, begin: float, times: int = 1) -> Conversation:
    """The alarm goes out from a panel in order; returns when the driver has told of it."""
    conversation = Conversation(name, options, driver=driver, begin=begin)
    # A panel that is asked for its state shows first that nothing stands any more.
    conversation.run(lambda: False, 1.0)
    signal = threat(name, options)
    for _time in range(times):
        conversation.panel.send(signal)
    told = conversation.run(
        lambda: any((s.cause, s.point) == (signal.cause, signal.point) for s in conversation.heard(Kind.ALARM))
    )
    assert told, f"{signal.cause} {signal.point} was not told: {conversation.signals}"
    return conversation


def stream(name: str, options: Mapping[str, object]) -> bytes:
    """What a panel says in a session with everything in it that it can say."""
    key = f"{name} {options}"
    if key not in _streams:
        _streams[key] = _stream(name, options)
    return _streams[key]


_streams: dict[str, bytes] = {}


def _stream(name: str, options: Mapping[str, object]) -> bytes:
    conversation = Conversation(name, options)
    for kind, cause in CALLS:
        try:
            conversation.panel.send(call(name, options, kind, cause))
        except ValueError:
            continue
    assert conversation.run(lambda: conversation.panel.idle)
    conversation.run(lambda: False, 1.0)
    return b"".join(conversation.said)


def size_of(thing: object) -> int:
    """Bytes held by `thing` and everything it holds alone."""
    seen: dict[int, object] = {}
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen[id(one)] = one
        waiting += gc.get_referents(one)
    return sum(sys.getsizeof(one) for one in seen.values())


def damaged(said: bytes, dice: random.Random) -> bytes:
    """The stream after something has happened to it: cut, cut off, doubled, flipped, mixed, noise in between."""
    data = bytearray(said)
    for _time in range(dice.randint(1, 3)):
        begin = dice.randint(0, len(data))
        end = min(len(data), begin + dice.randint(0, 40))
        match dice.randrange(6):
            case 0:
                del data[begin:end]
            case 1:
                del data[end:]
            case 2:
                data[begin:begin] = data[begin:end]
            case 3 if data:
                data[min(begin, len(data) - 1)] ^= 1 << dice.randrange(8)
            case 4:
                other = dice.randint(0, len(said))
                data[begin:end] = bytes(b for pair in zip(data[begin:end], said[other:], strict=False) for b in pair)
            case _:
                data[begin:begin] = dice.randbytes(dice.randint(0, 40))
    return bytes(data)


def pieces(said: bytes, dice: random.Random) -> list[bytes]:
    """The stream as reads may bring it."""
    cuts = sorted(dice.choices(range(len(said) + 1), k=dice.randint(0, 20)))
    return [said[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(said)], strict=True)]
