"""Alarm receivers (the boxes that alarm systems dial): their automation output, over a serial line.

Three makers' forms, which other receivers imitate: Sur-Gard (MLR2, MLR2000, System I to 5), Bosch/Radionics D6500 and
Ademco 685. A line of text for each event, none with a checksum; the computer answers each with one byte:

    receiver  line                       -> ACK, or NAK: the line comes again, three or four times in all
    receiver  heartbeat, every 30 s      -> ACK
    no answer: the computer is absent; events are kept until a heartbeat is acknowledged, then all come at once

As the acknowledgement does not say what it acknowledges, one too many would acknowledge an event that nobody has
stored: whatever has come together gets one answer.

`lines` finds and reads lines, `meaning` and `sia_block` turn them into signals, `session` answers, `panel` is the
other end.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import Driver, OptionError, PanelSide
from drivers.receiver.options import RECEIVER_KEYS, read_options
from drivers.registry import DriverDefaults


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """As a Sur-Gard MLR2000 or System comes from the factory. Three heartbeats of 30 s may be missed."""
    return DriverDefaults(repeat_s=0, supervision_s=90, baudrate=9600, bytesize=8, parity="N", stopbits=1, point="001")


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in the options."""
    return read_options(options, RECEIVER_KEYS)[1]


def make(options: Mapping[str, object]) -> Driver:
    """The computer that the receiver reports to, or a listener where `passive`; OptionError on the first mistake."""
    from drivers.receiver.session import Automation

    read, mistakes = read_options(options, RECEIVER_KEYS)
    if mistakes:
        raise mistakes[0]
    return Automation(read)


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A listener for the lines of this format."""
    return make({**options, "passive": True})


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The receiver; it takes `tries`, `lines`, `heartbeat_s` and `reply_timeout_s` too."""
    from drivers.receiver.panel import make_panel

    read, mistakes = read_options(options, RECEIVER_KEYS | {"tries", "lines", "heartbeat_s", "reply_timeout_s"})
    if mistakes:
        raise mistakes[0]
    return make_panel(read)
