"""Modbus RTU (Modbus over Serial Line 1.02): dry-contact buttons on the inputs of modules on an RS-485 line.

`guardroom` is the master. It reads the inputs of one unit after the other; a contact that changes is a signal, a
unit that does not answer is a fault of the rooms whose buttons it has. Or it listens to another master (`passive`).

`frames` reads and writes bytes, `options` checks what the configuration says, `unit_state` turns readings into
signals; `poller` is the master, `tap` the listener, `panel` the units.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from drivers.base import Driver, OptionError, PanelSide
from drivers.modbus.options import PANEL_KEYS, RECEIVER_KEYS, Options, read_options
from drivers.registry import DriverDefaults

SUPERVISION_S = 5.0


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """The makers' usual 9600 8N1 (the standard says 8E1). Every answer is a sign of life; several rounds without
    one are a dead line. A contact that changes is told once."""
    read, _mistakes = read_options(options, RECEIVER_KEYS)
    unit = read.units[0]
    return DriverDefaults(
        repeat_s=0,
        supervision_s=max(SUPERVISION_S, 4 * read.longest_round_s),
        baudrate=9600,
        bytesize=8,
        parity="N",
        stopbits=1,
        point=unit.point(0),
        points="|".join(re.escape(each.point(place)) for each in read.units for place in range(len(each.contacts))),
    )


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in a receiver's options."""
    return read_options(options, RECEIVER_KEYS)[1]


def make(options: Mapping[str, object]) -> Driver:
    """The master, or with `passive` the listener; OptionError on the first mistake."""
    from drivers.modbus.poller import Poller
    from drivers.modbus.tap import make_tap

    read = _checked(options)
    return make_tap(read) if read.passive else Poller(read)


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A listener that believes every single reading and, without `units`, reads every unit."""
    from drivers.modbus.tap import make_reader

    return make_reader(_checked(options))


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The units that a receiver with these options asks; it takes `tries` and `hold_s` too."""
    from drivers.modbus.panel import make_panel

    read, mistakes = read_options(options, PANEL_KEYS)
    if mistakes:
        raise mistakes[0]
    return make_panel(read)


def _checked(options: Mapping[str, object]) -> Options:
    read, mistakes = read_options(options, RECEIVER_KEYS)
    if mistakes:
        raise mistakes[0]
    return read
