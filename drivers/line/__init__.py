"""Any panel that prints lines: bytes to lines, lines to own rules, and what is left to the words of a preset.

    paradox-prt3      Paradox EVO/Digiplex with an APR-PRT3: polled, its state is asked for after a reconnect
    jablotron-ja121t  Jablotron JA-100 with a JA-121T: asked where `code` is given
    texecom-crestron  Texecom Premier, COM port set to Crestron
    galaxy-printer    the printer port of a Honeywell Galaxy
    generic           any other printer port: Danish and English words

`lines` cuts and cleans, `rules` are the town hall's own, `driver` joins them; `dialect` is the seam to a preset;
`panel` plays the other end of the line.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import Driver, OptionError, PanelSide
from drivers.line.options import BAUDRATES, GALAXY, GENERIC, JABLOTRON, PRT3, TEXECOM, Options, read_options
from drivers.registry import DriverDefaults

_POINTS: Mapping[str, str] = {JABLOTRON: "2", GALAXY: "1005"}
_POLLS_LOST = 4
_JABLOTRON_S = 60.0  # it says OK and its devices' states every ten seconds by itself


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """The line settings of the preset; four polls may be lost. A panel that nobody asks and that has no sign of life
    of its own is not supervised."""
    read = read_options(options, {"tries"})[0]
    polled = not read.passive and (read.preset == PRT3 or bool(read.poll) or read.access_code is not None)
    supervision_s = _POLLS_LOST * read.poll_s if polled else 0.0
    if read.preset == JABLOTRON:
        supervision_s = max(supervision_s, _JABLOTRON_S)
    return DriverDefaults(
        repeat_s=0,
        supervision_s=supervision_s,
        baudrate=BAUDRATES[read.preset],
        bytesize=8,
        parity="N",
        stopbits=1,
        point=_POINTS.get(read.preset, "005"),
    )


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in a panel's options."""
    return read_options(options)[1]


def make(options: Mapping[str, object]) -> Driver:
    """A driver with these options; OptionError on the first mistake."""
    return _driver(_checked(options), listens=False)


def make_decoder(options: Mapping[str, object]) -> Driver:
    """The same, which never asks anything."""
    return _driver(_checked(options), listens=True)


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The panel that a receiver with these options listens to; it takes `tries` too."""
    from drivers.line.panel import make_panel

    return make_panel(_checked(options, further={"tries"}))


def _checked(options: Mapping[str, object], further: set[str] | None = None) -> Options:
    read, mistakes = read_options(options, further or ())
    if mistakes:
        raise mistakes[0]
    return read


def _driver(read: Options, *, listens: bool) -> Driver:
    from drivers.line.driver import LineDriver
    from drivers.line.jablotron import Jablotron
    from drivers.line.printer import GalaxyPrinter, Printer
    from drivers.line.prt3 import Prt3
    from drivers.line.texecom import Texecom

    dialects = {PRT3: Prt3, JABLOTRON: Jablotron, TEXECOM: Texecom, GALAXY: GalaxyPrinter, GENERIC: Printer}
    dialect = dialects[read.preset](read)
    return LineDriver(read, dialect, talks=dialect.talks and not listens)
