"""The dashboard's process: the one place where the rules meet the screens."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.feed import MonitorFeed
from guardroom.language import _, choose
from guardroom.sound import Annunciator
from guardroom.supervisor import ALIVE_PORT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom dashboard [--config FILE]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))


def run(args: argparse.Namespace) -> int:
    """Show the dashboard until it is left. Returns its exit code."""
    settings = load(args.config)
    choose(settings.language)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(_("The dashboard needs a terminal; `guardroom status` tells the same in plain text."), file=sys.stderr)
        return 2

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
    )
    app = GuardroomApp(settings, feed, sound, SystemClock(), driver_class=SafeDriver, turned=_tell_alive())
    app.crash_log = log
    sound.start()
    try:
        app.run()
    finally:
        sound.stop()
    return app.return_code or 0


class _Alive:
    """Tells the supervisor that the screen's loop turns; without a supervisor nobody needs to be told."""

    def __init__(self, port: int) -> None:
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._line.connect(("127.0.0.1", port))
        self._line.setblocking(False)
        self._word = str(os.getpid()).encode()

    def __call__(self) -> None:
        with suppress(OSError):
            self._line.send(self._word)


def _tell_alive() -> _Alive | None:
    port = os.environ.pop(ALIVE_PORT, "")
    return _Alive(int(port)) if port.isdigit() else None
