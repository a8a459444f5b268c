"""DSC PowerSeries by way of the IT-100 data interface module (IT-100 Developer's Guide 1.0 and 1.1).

The module sends one line an event and waits for no answer; it acknowledges what it is sent. Its acknowledgement of
a poll is the sign of life, and its status report after a reconnect shows what was raised while nobody listened.

`frames` reads and writes lines, `codes` says what they mean, `state` what a status report adds to that, `receiver`
asks and listens, `panel` is the other end. The Envisalink modules' line grammar (TPI) is the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import Driver, OptionError, PanelSide
from drivers.registry import DriverDefaults
from drivers.zone_causes import RECEIVER_KEYS, checked_zone_options, read_zone_options

_DIGITS = 3  # of a zone


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """9600 8N1, as the module is delivered, and three polls that go unanswered; a listener has nothing to rely on."""
    from drivers.it100.receiver import POLL_S

    supervision_s = 0.0 if options.get("passive") is True else 3 * POLL_S
    return DriverDefaults(
        repeat_s=0,
        supervision_s=supervision_s,
        baudrate=9600,
        bytesize=8,
        parity="N",
        stopbits=1,
        point="005",
        points=r"\d{1,4}",
    )


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in a receiver's options."""
    return read_zone_options(options, RECEIVER_KEYS, _DIGITS)[1]


def make(options: Mapping[str, object]) -> Driver:
    """A receiver that polls, or where `passive` is set one that only listens; OptionError on the first mistake."""
    from drivers.it100.receiver import Receiver

    read = checked_zone_options(options, RECEIVER_KEYS, _DIGITS)
    return Receiver(read.zones, asks=not read.passive)


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A listener, which passes over the commands in a capture."""
    from drivers.it100.receiver import Receiver

    return Receiver(checked_zone_options(options, RECEIVER_KEYS, _DIGITS).zones, asks=False)


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The module that a receiver with these options talks to; it takes `tries` too, and never needs them."""
    from drivers.it100.panel import It100

    return It100(checked_zone_options(options, RECEIVER_KEYS | {"tries"}, _DIGITS).zones)
