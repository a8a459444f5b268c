"""Elk M1 (Gold, EZ8) over its ASCII protocol (Elk "RS-232 Interface Specification", revision 1.79).

A panel that reports over serial port 0 waits for its report to be acknowledged; everything else it says once, and is
asked for: after a reconnect and every 15 s.

`frames` reads and writes lines, `meaning` has the tables, `state` and `areas` make one alarm of what is told several
times, `receiver` asks and listens, `panel` is the other end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from drivers.base import Driver, OptionError, PanelSide
from drivers.options import OptionReader
from drivers.registry import DriverDefaults

RECEIVER_KEYS: frozenset[str] = frozenset({"passive", "acknowledge_reports"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options, checked. `tries`: the simulated panel gives a report up after so many; 0: never."""

    passive: bool = False
    acknowledge_reports: bool = True
    tries: int = 5


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """8N1; the speed of an M1's main port as it comes. The panel shows itself every 30 s (XK), asked or not: three
    of them."""
    return DriverDefaults(
        repeat_s=0, supervision_s=90, baudrate=115200, bytesize=8, parity="N", stopbits=1, point="005", points=r"\d{3}"
    )


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in a receiver's options."""
    return _read(options, RECEIVER_KEYS)[1]


def make(options: Mapping[str, object]) -> Driver:
    """A receiver that asks, or where `passive` is set one that only listens; OptionError on the first mistake."""
    from drivers.elk.receiver import Receiver

    read = _checked(options, RECEIVER_KEYS)
    return Receiver(asks=not read.passive, acknowledges=read.acknowledge_reports)


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A listener, which tells of each line at once and passes over what a host says."""
    from drivers.elk.receiver import Receiver

    _checked(options, RECEIVER_KEYS)
    return Receiver(asks=False, acknowledges=False, place_s=0.0)


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The panel that a receiver with these options listens to; it takes `tries` too."""
    from drivers.elk.panel import Panel

    read = _checked(options, RECEIVER_KEYS | {"tries"})
    return Panel(read.tries, answered=read.acknowledge_reports and not read.passive)


def _checked(options: Mapping[str, object], keys: Collection[str]) -> Options:
    read, mistakes = _read(options, keys)
    if mistakes:
        raise mistakes[0]
    return read


def _read(options: Mapping[str, object], keys: Collection[str]) -> tuple[Options, list[OptionError]]:
    reader = OptionReader(options, keys)
    read = Options(
        passive=reader.flag("passive", False),
        acknowledge_reports=reader.flag("acknowledge_reports", True),
        tries=reader.count("tries", 5),
    )
    return read, reader.mistakes
