"""`guardroom status`: what runs for a configuration, in plain text or JSON."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import msgspec

from guardroom import line_words
from guardroom.alarms import fault_words, words
from guardroom.alarms.view import BoardView, in_order
from guardroom.config import load
from guardroom.language import _, said_number
from guardroom.monitor_call import OtherVersion, view_of
from guardroom.text import clean


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom status [--config FILE] [--json]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object"))


def run(args: argparse.Namespace) -> int:
    """Tell what runs. 0 when the monitor answers, every panel is alive and no fault stands; else 1."""
    settings = load(args.config)
    try:
        found = view_of(settings.journal)
    except OtherVersion as other:
        print(
            _("The monitor is another version of guardroom ({program}).").format(program=other.program), file=sys.stderr
        )
        return 1
    if args.json:
        print(json.dumps(_facts(found), ensure_ascii=False, indent=2))
    elif found is None:
        print(_("No monitor runs: alarms are not received here."))
    else:
        print("\n".join(_lines(*found)))
    return 0 if found is not None and _all_well(found[1]) else 1


def _all_well(view: BoardView) -> bool:
    return not view.faults and all(panel.state == "alive" for panel in view.panels)


def _facts(found: tuple[int, BoardView] | None) -> dict[str, object]:
    if found is None:
        return {"monitor": None, "panels": [], "alarms": [], "faults": []}
    pid, view = found
    return {
        "monitor": {"pid": pid, "program": view.program, "journal_number": view.number, "at": view.at},
        "station": view.station,
        "shift": list(view.shift),
        "panels": msgspec.to_builtins(view.panels),
        "alarms": msgspec.to_builtins(in_order(view.alarms)),
        "faults": msgspec.to_builtins(view.faults),
    }


def _lines(pid: int, view: BoardView) -> list[str]:
    lines = [_("Monitor: running (process {pid}), journal number {number}.").format(pid=pid, number=view.number)]
    for panel in view.panels:
        if panel.heard_age_s is not None:
            heard = _("heard {s} s ago").format(s=said_number(panel.heard_age_s, 1))
        else:  # its own station alone counts the seconds
            heard = _("when it was last heard is shown at its own station") if panel.owner else _("never heard")
        problem = line_words.problem(panel.problem, panel.detail, panel.driver)
        trouble = f" [{clean(problem)}]" if problem else ""
        name = f"{panel.name} ({clean(panel.owner)})" if panel.owner else panel.name
        if panel.stations and not panel.owner:
            by = _("read by {station}").format(station=clean(panel.reader)) if panel.reader else _("read by nobody")
            name = f"{name} [{by}]"
        lines.append(f"{name}: {words.panel_state(panel)}, {heard}, {clean(panel.port)}{trouble}")
    for alarm in in_order(view.alarms):
        there = f" ({clean(alarm.owner)})" if alarm.owner else ""
        lines.append(f"# {clean(alarm.place)}{there}: {words.state(alarm.state)}, {alarm.age_s:.0f} s")
    for fault in view.faults:
        lines.append(clean(": ".join((f"/ {fault_words.title(fault)}", *fault_words.facts(fault))), limit=1000))
    if not view.alarms and all(panel.state == "alive" for panel in view.panels):
        lines.append(_("No active alarms."))
    elif not view.alarms:
        lines.append(_("No active alarms known, but not every panel is heard: there may be some."))
    return lines
