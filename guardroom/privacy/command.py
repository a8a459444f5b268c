"""`guardroom purge`: what is past its time leaves now; nobody's name is shown, nothing goes that would stay tonight."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.language import _
from guardroom.people.command_line import answer, station_of_commands

if TYPE_CHECKING:
    from guardroom.ground import Ground
    from guardroom.privacy.register import Kind


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom purge [--config FILE] [--dry-run] [--json]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument("--dry-run", action="store_true", help=_("only count what is due; change nothing"))
    parser.add_argument("--json", action="store_true", help=_("one JSON array"))


def run(args: argparse.Namespace) -> int:
    """Purge, or count what is due. Returns 1 where storage failed."""
    return answer(args.config, lambda ground: _run(args, ground))


def _run(args: argparse.Namespace, ground: Ground) -> int:
    from guardroom.privacy.purge import Purge
    from guardroom.privacy.station import StationPurge

    if args.dry_run:
        counts = dict(Purge(ground).due())
        for kind, count in StationPurge(ground.settings, ground.clock).due().items():
            counts[kind] = counts.get(kind, 0) + count
        _print(args, ground, counts, _("due"))
        return 0
    counts, cleaned, left = _purge(ground)
    _print(args, ground, counts, _("deleted"))
    if left:
        print(_("Something that is due is still there, as somebody wrote meanwhile: run it again."), file=sys.stderr)
    if not cleaned and not args.json:
        print(_("The monitor runs: it takes what is due out of its own files within a minute."))
    return 0


def _purge(ground: Ground) -> tuple[dict[Kind, int], bool, bool]:
    """Purge; also this PC's files where no monitor does so. What went, whether the files were ours, and whether
    something was left."""
    from guardroom.monitor_lock import MonitorLock
    from guardroom.privacy.now import purge_station
    from guardroom.privacy.purge import Purge

    lock = MonitorLock(ground.settings.journal)
    ours = ground.settings.journal.parent.is_dir() and lock.take()
    try:
        purge = Purge(ground, station_of_commands(ground.settings))
        counts = dict(purge.run())
        for kind, count in purge_station(ground).items() if ours else ():
            counts[kind] = counts.get(kind, 0) + count
        return counts, ours, purge.left
    finally:
        lock.release()


def _print(args: argparse.Namespace, ground: Ground, counts: Mapping[Kind, int], done: str) -> None:
    from guardroom.privacy.register import KINDS, unset
    from guardroom.privacy.words import kind as called

    without = unset(ground.settings.policy)
    if args.json:
        rows = [{"kind": kind, "count": counts.get(kind, 0), "set": kind not in without} for kind in KINDS]
        print(json.dumps(rows, indent=1))
        return
    for kind in KINDS:
        if kind in without:
            print(_("{kind}: not set how long it is kept; nothing is deleted").format(kind=called(kind)))
        elif counts.get(kind):
            print(f"{called(kind)}: {counts[kind]} {done}")
    if not any(counts.values()):
        print(_("Nothing is past its time."))
