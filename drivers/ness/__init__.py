"""Ness D8x, D16x and D32x over their ASCII serial output (Ness document 3627S27, revision 16).

The panel sends one line an event and waits for no answer. That a line was lost is noticed by its sequence bit, and
the panel's state is asked for after a reconnect and every half minute, so that an alarm nobody heard appears.

`frames` reads and writes lines, `meaning` says what they mean, `receiver` asks and listens, `panel` is the other end.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import Driver, OptionError, PanelSide
from drivers.registry import DriverDefaults
from drivers.zone_causes import RECEIVER_KEYS, checked_zone_options, read_zone_options

_DIGITS = 2  # of a zone


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """9600 8N1, the panel's only setting, and three polls that go unanswered. A listener does not poll, and how often
    a panel sends its version by itself (P199E 7E) is not documented: no limit."""
    from drivers.ness.receiver import POLL_S

    supervision_s = 0.0 if options.get("passive") is True else 3 * POLL_S
    return DriverDefaults(
        repeat_s=0,
        supervision_s=supervision_s,
        baudrate=9600,
        bytesize=8,
        parity="N",
        stopbits=1,
        point="05",
        points="[0-9a-f]{2}",
    )


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in a receiver's options."""
    return read_zone_options(options, RECEIVER_KEYS, _DIGITS)[1]


def make(options: Mapping[str, object]) -> Driver:
    """A receiver that asks, or where `passive` is set one that only listens; OptionError on the first mistake."""
    from drivers.ness.receiver import Receiver

    read = checked_zone_options(options, RECEIVER_KEYS, _DIGITS)
    return Receiver(read.zones, asks=not read.passive)


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A listener, which passes over the requests in a capture."""
    from drivers.ness.receiver import Receiver

    return Receiver(checked_zone_options(options, RECEIVER_KEYS, _DIGITS).zones, asks=False)


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The panel that a receiver with these options listens to; it takes `tries` too, and never needs them."""
    from drivers.ness.panel import NessPanel

    return NessPanel(checked_zone_options(options, RECEIVER_KEYS | {"tries"}, _DIGITS).zones)
