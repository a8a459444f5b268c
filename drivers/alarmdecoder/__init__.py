"""AlarmDecoder AD2USB, AD2SERIAL and AD2PI: adapters on the keypad bus of Honeywell (Ademco) Vista panels.

What the panel tells its long range radio (`!LRR`) is where alarms come from: a silent one is shown on no keypad. The
lines of the keypad tell of alarms where the radio does not, and that the panel lives. Nothing carries a check and
nothing is acknowledged.

`frames` reads lines, `radio` and `keypad` say what they mean, `receiver` puts them together, `panel` is the other
end.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import Driver, OptionError, PanelSide
from drivers.registry import DriverDefaults
from drivers.zone_causes import RECEIVER_KEYS, checked_zone_options, read_zone_options

_DIGITS = 3  # of a zone


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """8N1 and the speed of an AD2SERIAL (an AD2USB: 115200). A keypad's line comes every 10 to 30 s: three of
    them."""
    return DriverDefaults(repeat_s=0, supervision_s=90, baudrate=19200, bytesize=8, parity="N", stopbits=1, point="005")


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in a receiver's options."""
    return read_zone_options(options, RECEIVER_KEYS, _DIGITS)[1]


def make(options: Mapping[str, object]) -> Driver:
    """A receiver that asks the adapter what it is, or where `passive` is set one that only listens; OptionError on
    the first mistake."""
    from drivers.alarmdecoder.receiver import Receiver

    read = checked_zone_options(options, RECEIVER_KEYS, _DIGITS)
    return Receiver(asks=not read.passive, causes=read.zones)


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A listener, which tells of each line at once."""
    from drivers.alarmdecoder.receiver import Receiver

    return Receiver(asks=False, causes=checked_zone_options(options, RECEIVER_KEYS, _DIGITS).zones, place_s=0.0)


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The adapter that a receiver with these options listens to; it takes `tries` too, and never needs them."""
    from drivers.alarmdecoder.panel import Panel

    checked_zone_options(options, RECEIVER_KEYS | {"tries"}, _DIGITS)
    return Panel()
