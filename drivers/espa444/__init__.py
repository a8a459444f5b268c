"""ESPA 4.4.4 (November 1984): calls from an alarm or telephone system to a paging system, over a serial line.

A control station polls the line; whoever is polled may select another station and send it blocks:

    poll    control  <address> ENQ     the first after an EOT      -> EOT (nothing to send), or a select
    select  master   <address> ENQ     any later one               -> ACK, or <'2'> NAK (busy)
    block   master   SOH .. ETX BCC                                -> ACK, or <prefix> NAK
    end     master   EOT

`guardroom` can be the station that is selected, the control station, or a tap that only listens. Checked against
the specification and vendors' printed examples, not against captures of real devices.

`frames` reads and writes bytes, `charset` letters, `meaning` turns a call into a signal, `options` checks what the
configuration says; `station`, `control` and `tap` are the three receivers, `panel` the other end of the line.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import Driver, OptionError, PanelSide
from drivers.espa444.options import RECEIVER_KEYS, read_options
from drivers.registry import DriverDefaults


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """7E2, as the specification says. A caller repeats a call for as long as it stands, hence `repeat_s`; the control
    station polls or ends within 10 s, so 15 s without either is a dead line."""
    return DriverDefaults(
        repeat_s=120, supervision_s=15, baudrate=9600, bytesize=7, parity="E", stopbits=2, point="005", points=".{1,16}"
    )


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in a receiver's options."""
    return read_options(options, RECEIVER_KEYS)[1]


def make(options: Mapping[str, object]) -> Driver:
    """The receiver that `role` names; OptionError on the first mistake."""
    from drivers.espa444.control import ControlStation
    from drivers.espa444.station import Station
    from drivers.espa444.tap import Tap

    read, mistakes = read_options(options, RECEIVER_KEYS)
    if mistakes:
        raise mistakes[0]
    if read.role == "control":
        return ControlStation(read)
    if read.role == "tap":
        return Tap(read)
    return Station(read)


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A tap with these options, whatever their role: it reads every block it is given."""
    from drivers.espa444.tap import Tap

    read, mistakes = read_options(options, RECEIVER_KEYS)
    if mistakes:
        raise mistakes[0]
    return Tap(read)


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The other end of the line for a receiver with these options; it takes `tries` too."""
    from drivers.espa444.panel import make_panel

    read, mistakes = read_options(options, RECEIVER_KEYS | {"tries"})
    if mistakes:
        raise mistakes[0]
    return make_panel(read)
