"""`guardroom takeover PANEL`: this station reads a panel on a network that another one has read."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from guardroom import line_words
from guardroom.alarms import words
from guardroom.alarms.acts import Act
from guardroom.alarms.view import BoardView, PanelView
from guardroom.config import load
from guardroom.config_table import choice, harmless
from guardroom.language import _
from guardroom.monitor_call import OtherVersion, act_of, view_of
from guardroom.settings import PanelSettings, Settings
from guardroom.stations.turns import ORDER_S
from guardroom.text import clean

_AGAIN_S = 0.2
_GRACE_S = 3.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom takeover PANEL [--config FILE]`."""
    parser.add_argument("panel", metavar="PANEL", help=_("the panel's name, as in guardroom.toml"))
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))


def run(args: argparse.Namespace) -> int:
    """Tell who reads the panel, have the running monitor take it, and tell what came of it. 1 where it was not taken,
    or where this station reads it already and not well; 2 where the panel cannot be read by several stations."""
    settings = load(args.config)
    panel = next((each for each in settings.panels if each.name == args.panel), None)
    if panel is None or not panel.stations:
        print(_cannot(settings, args.panel, panel), file=sys.stderr)
        return 2
    try:
        found = view_of(settings.journal)
    except OtherVersion as other:
        print(
            _("The monitor is another version of guardroom ({program}).").format(program=other.program), file=sys.stderr
        )
        return 1
    seen = _seen(found[1], panel) if found is not None else None
    if found is None or seen is None:
        print(_("No monitor runs here that knows this panel: start it first."), file=sys.stderr)
        return 1
    print(_found(seen, panel, found[1]))
    if seen.reader == settings.station:
        return 1 if _trouble(seen) else 0
    print(_warning(panel))
    sys.stdout.flush()
    reply = act_of(settings.journal, Act(kind="take_panel", detail=panel.name, station=settings.station))
    if reply is None or reply.refused:
        print(_("The monitor did not take the order."), file=sys.stderr)
        return 1
    return _outcome(settings, panel)


def _seen(view: BoardView, panel: PanelSettings) -> PanelView | None:
    return next((each for each in view.own_panels if each.name == panel.name and each.stations), None)


def _cannot(settings: Settings, name: str, panel: PanelSettings | None) -> str:
    if panel is not None:
        said = _("Panel {panel} has no other stations: `stations` under its [[panels]] names those that may read it.")
        return said.format(panel=panel.name)
    shared = [each.name for each in settings.panels if each.stations]
    if not shared:
        return _("No panel of this configuration may be read by several stations.")
    return _("No panel that several stations may read is called {name}; there is {panels}").format(
        name=clean(name, 60), panels=choice(shared)
    )


def _found(seen: PanelView, panel: PanelSettings, view: BoardView) -> str:
    """Who reads the panel now, and whether that station is heard."""
    where = harmless(panel.port)
    if not seen.reader:
        return _("{panel} ({port}): nobody is known to read it.").format(panel=panel.name, port=where)
    if seen.reader == view.station:
        said = _("{panel} ({port}): this station, {station}, reads it already.")
        if trouble := _trouble(seen):
            said = _("{panel} ({port}): this station, {station}, reads it already, but not well: {trouble}.")
        return said.format(panel=panel.name, port=where, station=view.station, trouble=trouble)
    silent = next((each for each in view.faults if (each.kind, each.place) == ("station_silent", seen.reader)), None)
    if silent is not None:
        said = _("{panel} ({port}): read by {station}, which was heard {seconds:.0f} s ago.")
        return said.format(panel=panel.name, port=where, station=clean(seen.reader), seconds=silent.age_s)
    said = _("{panel} ({port}): read by {station}, which is heard now and will let go of it.")
    return said.format(panel=panel.name, port=where, station=clean(seen.reader))


def _trouble(seen: PanelView) -> str:
    """What is wrong with its line; "" for one that is well or only just being opened."""
    if seen.well or (seen.state == "opening" and not seen.problem):
        return ""
    problem = line_words.problem(seen.problem, seen.detail, seen.driver)
    return ", ".join(filter(None, (words.panel_state(seen), problem)))


def _warning(panel: PanelSettings) -> str:
    if panel.one_client:
        return _(
            "Its device server admits one client only: as long as another holds the line, this station is refused."
        )
    return _(
        "Its device server admits several clients. If the other station still reads it, the two share its bytes, and"
        " each gets some of the alarms: make sure that it does not."
    )


def _outcome(settings: Settings, panel: PanelSettings) -> int:
    end = time.monotonic() + ORDER_S + _GRACE_S
    while time.monotonic() < end:
        time.sleep(_AGAIN_S)
        found = view_of(settings.journal)
        seen = _seen(found[1], panel) if found is not None else None
        if seen is not None and seen.reader == settings.station:
            print(_("{station} reads {panel} now.").format(station=settings.station, panel=panel.name))
            return 0
    print(
        _(
            "{panel} was not taken: the other station has not let go of it, or its device server refuses this one."
        ).format(panel=panel.name),
        file=sys.stderr,
    )
    return 1
