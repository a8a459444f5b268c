"""GE / Interlogix / Caddx NetworX panels: the NX-584 module and the serial port of the NX-8E.

The panel tells of what happens by itself (log events, changed states) and answers questions about its state. A
message that wants it is acknowledged; what is not acknowledged within three seconds comes again.

`frames` reads and writes bytes, `messages` names their numbers, `events` says what they mean. `receiver` is the
driver: `log` knows which log events are missing, `shown` which alarms only a status shows. `panel` is the other end of
the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from drivers.base import Driver, OptionError, PanelSide
from drivers.nx584.options import RECEIVER_KEYS, Options, read_options
from drivers.registry import DriverDefaults


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """9600 8N1. The panel is polled every 10 s, so 45 s without an answer is a dead line; a listener is answered
    nothing and has no limit."""
    passive = read_options(options, RECEIVER_KEYS)[0].passive
    return DriverDefaults(
        repeat_s=0,
        supervision_s=0 if passive else 45,
        baudrate=9600,
        bytesize=8,
        parity="N",
        stopbits=1,
        point="005",
        points=r"\d{3}|keypad",
    )


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in the options."""
    return read_options(options, RECEIVER_KEYS)[1]


def make(options: Mapping[str, object]) -> Driver:
    """The receiver, or a listener beside another one; OptionError on the first mistake."""
    from drivers.nx584.receiver import Receiver

    return Receiver(_checked(options, RECEIVER_KEYS))


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A listener."""
    from drivers.nx584.receiver import Receiver

    return Receiver(replace(_checked(options, RECEIVER_KEYS), passive=True))


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The panel; it takes `tries` too."""
    from drivers.nx584.panel import Panel

    return Panel(_checked(options, RECEIVER_KEYS | {"tries"}))


def _checked(options: Mapping[str, object], keys: frozenset[str]) -> Options:
    read, mistakes = read_options(options, keys)
    if mistakes:
        raise mistakes[0]
    return read
