"""The drivers by name. A driver is a module (or package) under `drivers/` and one line in `_MODULES`.

Such a module offers what `DriverModule` says. It is imported when it is first asked for, so that a monitor loads
only the drivers of its own panels.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from drivers.base import Driver, OptionError, PanelSide

_MODULES: Mapping[str, str] = {
    "alarmdecoder": "drivers.alarmdecoder",
    "concord": "drivers.concord",
    "elk": "drivers.elk",
    "espa444": "drivers.espa444",
    "galaxy": "drivers.galaxy",
    "it100": "drivers.it100",
    "line": "drivers.line",
    "modbus": "drivers.modbus",
    "ness": "drivers.ness",
    "nx584": "drivers.nx584",
    "receiver": "drivers.receiver",
    "satel": "drivers.satel",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverDefaults:
    """What a panel with this driver gets where `guardroom.toml` says nothing.

    `repeat_s`: seconds within which the same call again is a repeat (0: the protocol sends each event once).
    `supervision_s`: seconds without a valid frame after which the panel is silent (0: it has no heartbeat).
    `point`: what a point of such a panel looks like ("005"). `points`: a pattern for all of every point that it can
    tell, "" where that cannot be said.
    """

    repeat_s: float
    supervision_s: float
    baudrate: int
    bytesize: int
    parity: str
    stopbits: float
    point: str
    points: str = ""


class DriverModule(Protocol):
    """What a driver's module offers."""

    def defaults(self, options: Mapping[str, object]) -> DriverDefaults:
        """Line settings and durations of a usual panel with these options. Never fails: a wrong option counts as
        not given."""
        ...

    def check_options(self, options: Mapping[str, object]) -> list[OptionError]:
        """All mistakes in `[panels.options]`; an empty list where there are none."""
        ...

    def make(self, options: Mapping[str, object]) -> Driver:
        """A driver for one port; OptionError on the first mistake."""
        ...

    def make_decoder(self, options: Mapping[str, object]) -> Driver:
        """A listener that reads a capture: single frames too, both directions mixed."""
        ...

    def make_panel_side(self, options: Mapping[str, object]) -> PanelSide:
        """The panel that a receiver with these options listens to."""
        ...


def names() -> tuple[str, ...]:
    """The names that `driver = "…"` may have, sorted."""
    return tuple(sorted(_MODULES))


def defaults(name: str, options: Mapping[str, object]) -> DriverDefaults:
    """The driver's usual line settings and durations with these options; KeyError for an unknown name."""
    return _module(name).defaults(options)


def check_options(name: str, options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in a panel's options; KeyError for an unknown driver."""
    return _module(name).check_options(options)


def make(name: str, options: Mapping[str, object]) -> Driver:
    """A new driver for one port; OptionError on wrong options, KeyError for an unknown name."""
    return _module(name).make(options)


def make_decoder(name: str, options: Mapping[str, object]) -> Driver:
    """A listener for captures; OptionError on wrong options, KeyError for an unknown name."""
    return _module(name).make_decoder(options)


def make_panel_side(name: str, options: Mapping[str, object]) -> PanelSide:
    """The panel's side, to a receiver with these options; OptionError and KeyError as above."""
    return _module(name).make_panel_side(options)


def _module(name: str) -> DriverModule:
    return cast(DriverModule, importlib.import_module(_MODULES[name]))
