"""Interlogix (GE, UTC) Concord 4: the automation module's serial port.

Panel and receiver send each other messages in ASCII hex, and each is answered with ACK or NAK:

    LF  <length> <command> <data> <sum>      two hex digits a byte; the length counts what follows it

An event is one message (22h 02h): partition, source, and what happened as two numbers, a general and a specific type.
The panel can be asked which zones are not normal, and that is how an alarm shows that was raised while nobody
listened. Some panels say something every few seconds, all of them when their clock's minute changes.

`frames` reads and writes bytes, `meaning` knows the types, `receiver` is our end of the line, `panel` the other.
The facts are from public programs that talk to such panels and from the log of one; the maker's own paper on the
protocol was not at hand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from drivers.base import Driver, OptionError, PanelSide
from drivers.options import OptionReader
from drivers.registry import DriverDefaults

_RECEIVER_KEYS = frozenset({"passive", "poll_s"})
_PANEL_KEYS = _RECEIVER_KEYS | {"tries"}


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """9600 8O1. The limit is a little over three questions; for a tap, two and a half of the display's minutes."""
    passive, poll_s, _tries, _mistakes = _read(options, _PANEL_KEYS)
    return DriverDefaults(
        repeat_s=0,
        supervision_s=150 if passive else max(100, 3.5 * poll_s),
        baudrate=9600,
        bytesize=8,
        parity="O",
        stopbits=1,
        point="005",
        points=r"\d{3}|bus .+|(?:remote )?phone .+|system",
    )


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in a receiver's options."""
    return _read(options, _RECEIVER_KEYS)[3]


def make(options: Mapping[str, object]) -> Driver:
    """The receiver; OptionError on the first mistake."""
    from drivers.concord.receiver import Receiver

    passive, poll_s, _tries, mistakes = _read(options, _RECEIVER_KEYS)
    if mistakes:
        raise mistakes[0]
    return Receiver(passive=passive, poll_s=poll_s)


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A tap, whatever the options say."""
    return make({**options, "passive": True})


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The panel that a receiver with these options listens to; it takes `tries` too."""
    from drivers.concord.panel import Panel

    passive, _poll_s, tries, mistakes = _read(options, _PANEL_KEYS)
    if mistakes:
        raise mistakes[0]
    return Panel(tries, heard=not passive)


def _read(options: Mapping[str, object], keys: Collection[str]) -> tuple[bool, float, int, list[OptionError]]:
    reader = OptionReader(options, keys)
    passive = reader.flag("passive", False)
    poll_s = reader.seconds("poll_s", 5, 600, 30)
    return passive, poll_s, reader.count("tries", 5), reader.mistakes
