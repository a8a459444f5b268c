"""`guardroom stop`: ends the monitor of a configuration."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from guardroom.config import load
from guardroom.language import _
from guardroom.monitor_call import stop_monitor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom stop [--config FILE]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))


def run(args: argparse.Namespace) -> int:
    """Stop the monitor; 1 where none runs."""
    settings = load(args.config)
    if stop_monitor(settings.journal):
        print(_("The monitor has stopped. Alarms are no longer received here."))
        return 0
    print(_("No monitor runs for {path}.").format(path=settings.path), file=sys.stderr)
    return 1
