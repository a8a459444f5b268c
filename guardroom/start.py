"""The dashboard's process: the one place where the rules meet the screens."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from dataclasses import replace
from pathlib import Path

from guardroom.alive import teller
from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.feed import MonitorFeed
from guardroom.language import _, choose
from guardroom.memory import IdleCollector
from guardroom.processes import browser_log, dashboard_log
from guardroom.settings import Settings
from guardroom.sound import Annunciator
from guardroom.supervisor import no_terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom dashboard [--config FILE] [--window]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument("--window", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Show the dashboard until it is left. Returns its exit code."""
    settings = load(args.config)
    choose(settings.language, settings.policy.bans.word)
    if args.window:
        return _run_in_window(settings)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(no_terminal(), file=sys.stderr)
        return 2

    # Textual waits for the next of so many moments a second before it paints: an alarm shall not wait.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from screens.app import GuardroomApp
    from screens.crash import log_to
    from screens.terminal import SafeDriver, ring

    log = dashboard_log(settings)
    log_to(log)
    feed = MonitorFeed(settings.journal)
    # The sound has a thread of its own and hears the feed itself: a screen that is stuck does not mute it.
    sound = Annunciator(
        settings.player,
        bell=lambda: ring(app),
        on_problem=lambda problem: app.sound_problem(problem),
        folder=settings.journal.with_name(settings.journal.stem + "-sounds"),
    )
    clock = SystemClock()
    collector = IdleCollector(clock)
    tell_alive = teller()

    def turned(quiet_s: float) -> None:
        if tell_alive is not None:
            tell_alive()
        collector.turned(quiet_s)

    app = GuardroomApp(settings, feed, sound, clock, driver_class=SafeDriver, turned=turned)
    app.crash_log = log
    # What is loaded stays: the collector need not look through it while an alarm is painted.
    gc.freeze()
    sound.start()
    try:
        app.run()
    finally:
        sound.stop()
    return app.return_code or 0


def _run_in_window(settings: Settings) -> int:
    """Show the dashboard in a browser's window, for whomever `guardroom serve` says at the other end of the pipes."""
    from guardroom.people.secret import read_secret
    from guardroom.serve.house import WatchingFeed, browser_station, open_browser_house
    from guardroom.serve.ticket import LONGEST, NotATicket, new_challenge, redeem

    challenge = new_challenge()
    os.write(sys.stdout.fileno(), f"{challenge}\n".encode())
    line = bytearray()
    # One at a time: what follows the ticket is for the screen.
    while not line.endswith(b"\n") and len(line) < LONGEST and (byte := os.read(sys.stdin.fileno(), 1)):
        line += byte
    try:
        who = redeem(read_secret(settings.secret), challenge, bytes(line))
    except NotATicket:
        print(_("This is started by `guardroom serve`, not by people."), file=sys.stderr)
        return 2

    from screens.crash import log_to
    from screens.window import WindowApp

    log_to(browser_log(settings))
    clock = SystemClock()
    app = WindowApp(
        replace(settings, station=browser_station(settings)),
        WatchingFeed(MonitorFeed(settings.journal)),
        clock,
        who,
        open_house=lambda: open_browser_house(settings, clock, who),
        turned=IdleCollector(clock).turned,
    )
    app.run()
    return app.return_code or 0
