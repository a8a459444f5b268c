"""`guardroom signals`: what the panels said, from the journal."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from db.journal import StorageError, read_entries
from guardroom.alarms.journalling import event_of
from guardroom.alarms.lines import signal_line
from guardroom.alarms.state import Received
from guardroom.config import load
from guardroom.language import _
from guardroom.listing.nothing import say_nothing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom signals [--config FILE] [--json]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument("--json", action="store_true", help=_("one JSON array"))


def run(args: argparse.Namespace) -> int:
    """List every signal of the journal, oldest first."""
    settings = load(args.config)
    try:
        lines = _lines(settings.journal) if settings.journal.exists() else []
    except StorageError as problem:
        print(_("The journal cannot be read: {detail}.").format(detail=problem.detail), file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(lines, ensure_ascii=False, indent=1))
        return 0
    if not lines:
        say_nothing(_("No signal is in the journal."), settings.journal)
    for line in lines:
        said = " ".join(str(line[key]) for key in ("kind", "cause", "point", "text") if line[key] is not None)
        marks = ((line["duplicate"], _("repeat")), (line["received_late"], _("received late")))
        said += "".join(f" ({mark})" for so, mark in marks if so)
        print(f"{line['number']} {line['received_at']} {line['panel']} {said}")
    return 0


def _lines(journal: Path) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = []
    for entry in read_entries(journal):
        event = event_of(entry)
        if isinstance(event, Received):
            facts: dict[str, object] = {"number": entry.number, "panel": event.panel, "received_at": entry.at}
            facts |= signal_line(event.signal, duplicate=event.duplicate)
            lines.append(facts | {"received_late": event.signal.late})
    return lines
