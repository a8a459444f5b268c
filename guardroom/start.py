"""The dashboard's process: the one place where the rules meet the screens."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path

from guardroom.alive import teller
from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.feed import MonitorFeed
from guardroom.language import _, choose
from guardroom.sound import Annunciator
from guardroom.supervisor import no_terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom dashboard [--config FILE]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))


def run(args: argparse.Namespace) -> int:
    """Show the dashboard until it is left. Returns its exit code."""
    settings = load(args.config)
    choose(settings.language)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(no_terminal(), file=sys.stderr)
        return 2

    # Textual waits for the next of so many moments a second before it paints: an alarm shall not wait.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from screens.app import GuardroomApp
    from screens.crash import log_to
    from screens.terminal import SafeDriver, ring

    log = settings.journal.with_name(settings.journal.stem + "-dashboard.log")
    log_to(log)
    feed = MonitorFeed(settings.journal)
    # The sound has a thread of its own and hears the feed itself: a screen that is stuck does not mute it.
    sound = Annunciator(
        settings.player,
        bell=lambda: ring(app),
        on_problem=lambda problem: app.sound_problem(problem),
        folder=settings.journal.with_name(settings.journal.stem + "-sounds"),
    )
    app = GuardroomApp(settings, feed, sound, SystemClock(), driver_class=SafeDriver, turned=teller())
    app.crash_log = log
    # What is loaded stays: the collector need not look through it while an alarm is painted.
    gc.freeze()
    sound.start()
    try:
        app.run()
    finally:
        sound.stop()
    return app.return_code or 0
