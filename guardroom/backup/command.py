"""`guardroom backup`: a checked copy of main database, journal, alarms' notices and configuration in one folder."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.language import _, n_, said_number
from guardroom.text import clean

if TYPE_CHECKING:
    from guardroom.backup.making import Made

_GIVES_WAY = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom backup [--config FILE] [--to FOLDER] [--without-database]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument("--to", type=Path, metavar=_("FOLDER"), help=_("where to (left out: the folder of [backup])"))
    parser.add_argument(
        "--without-database",
        action="store_true",
        help=_("leave the main database out: one on a server that another station's backup has"),
    )


def run(args: argparse.Namespace) -> int:
    """Make a backup and say where it is. Returns 1 where there is none, 2 where nobody has said where to."""
    settings = load(args.config)
    to = args.to or settings.backup.folder
    if to is None:
        return _fail(_("where to? Give --to FOLDER, or set folder under [backup]"), 2)
    # Ended from outside it still takes its half copy away.
    signal.signal(signal.SIGTERM, _end)
    if hasattr(os, "nice"):
        # The panels are answered on the same computer.
        os.nice(_GIVES_WAY)
    # SQLAlchemy takes a quarter of a second to load: not for a wrong word on the command line.
    from guardroom.backup.making import NotMade, make

    try:
        made = make(settings, SystemClock(), to, database=settings.backup.database and not args.without_database)
    except NotMade as refused:
        return _fail(refused.sentence, 1)
    _say(made)
    return 0


def _say(made: Made) -> None:
    manifest = made.manifest
    said = _("{folder}: {size} MiB, looked through and sound; the journal up to entry {number}")
    size = said_number(made.size / (1 << 20), 1)
    print(clean(said.format(folder=made.folder, size=size, number=manifest.journal), limit=1000))
    if not manifest.database:
        print(_("The main database is not in it."))
    elif manifest.audit_break > 0:
        print(
            _("Note: the audit log's chain breaks at entry {number}, as it does in the database.").format(
                number=manifest.audit_break
            )
        )
    elif manifest.audit_break < 0:
        print(_("Note: there is no secret yet, so the audit log's chain could not be looked at."))
    if manifest.damaged:
        print(
            n_(
                "Note: {count} entry of the journal cannot be read, here as there.",
                "Note: {count} entries of the journal cannot be read, here as there.",
                manifest.damaged,
            ).format(count=manifest.damaged)
        )
    print(_("The house's secret is not in it, on purpose: keep a copy of that file by itself, at another place."))


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def _fail(sentence: str, code: int) -> int:
    print(f"guardroom backup: {clean(sentence, 600)}", file=sys.stderr)
    return code
