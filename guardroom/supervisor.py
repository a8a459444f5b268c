"""`guardroom`: starts the monitor and the dashboard as processes of their own and looks after both.

The dashboard owns nothing that must survive it: one that crashes or hangs is ended and started again, while the
monitor goes on taking alarms. A monitor that dies is started again too.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from db.errors import ForeignDatabase, NewerDatabase
from guardroom import alive
from guardroom.config import load
from guardroom.databases import refusal_sentence, refuse_unknown
from guardroom.language import _, choose
from guardroom.monitor_lock import is_running, was_stopped
from guardroom.processes import command, start_monitor
from guardroom.settings import Settings

HUNG = "GUARDROOM_HUNG_S"
"""The environment variable with the seconds of silence after which a dashboard is said to hang; 15 where not set."""
FIRST_SIGN_S = 15.0
LOOK_S = 0.25
MONITOR_LOOK_S = 1.0
SERVICE_S = 30.0
"""So long a service has to start its monitor again; then the dashboard starts one, for alarms come before order."""
CRASHES_BEFORE_PAUSE = 5
PAUSE_S = 5.0
HANGUP = 129
"""The dashboard's exit code when its terminal is gone: there is nothing to start it again on."""

_LEAVE_SCREEN = "\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[<u\x1b[0m"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom [--config FILE]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))


def run(args: argparse.Namespace) -> int:
    """Start both, stay until the dashboard is left; the monitor goes on."""
    settings = load(args.config)
    choose(settings.language, settings.policy.bans.word)
    try:
        refuse_unknown(settings)
    except (NewerDatabase, ForeignDatabase) as refused:
        print(refusal_sentence(refused), file=sys.stderr)
        return 1
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(no_terminal(), file=sys.stderr)
        return 2
    code = Supervisor(settings).run()
    if code == 0:
        print(_("The dashboard is closed. The monitor goes on taking alarms; `guardroom stop` ends it."))
    return code


def no_terminal() -> str:
    """The sentence for a start without a terminal."""
    return _("The dashboard needs a terminal; `guardroom status` tells the same in plain text.")


class Supervisor:
    """Keeps one monitor and one dashboard running."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._monitor: subprocess.Popen[bytes] | None = None
        self._dashboard: subprocess.Popen[bytes] | None = None
        self._looked_at_monitor = 0.0
        self._ran = time.monotonic()
        self._ended = False
        self._hung_s = float(os.environ.get(HUNG, "15"))
        self._alive = alive.Listener(LOOK_S)

    def run(self) -> int:
        """Run until the dashboard ends by itself. Returns its exit code."""
        self._look_after_monitor()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for name in ("SIGTERM", "SIGHUP"):
            if (number := getattr(signal, name, None)) is not None:
                signal.signal(number, self._pass_on)
        crashes: list[float] = []
        while True:
            code = self._run_dashboard()
            if code in (0, HANGUP) or self._ended or (code == 2 and not crashes):
                return code
            self._restore_terminal()
            now = time.monotonic()
            crashes = [crash for crash in crashes if now - crash < 60] + [now]
            print(_("The dashboard failed and is started again; alarms go on being received."), file=sys.stderr)
            # A configuration that was broken meanwhile (2) is tried again too: the alarms are still coming.
            if len(crashes) >= CRASHES_BEFORE_PAUSE or code == 2:
                self._pause()
            if self._ended:
                return 0

    def end_monitor(self) -> None:
        """End the monitor that this supervisor started."""
        if self._monitor is not None and self._monitor.poll() is None:
            self._monitor.terminate()
            self._monitor.wait(timeout=10)

    def _pause(self) -> None:
        until = time.monotonic() + PAUSE_S
        while not self._ended and time.monotonic() < until:
            time.sleep(LOOK_S)
            self._look_after_monitor()

    def _pass_on(self, _number: int, _frame: FrameType | None) -> None:
        self._ended = True
        if self._dashboard is not None:
            self._dashboard.terminate()

    def _run_dashboard(self) -> int:
        environment = os.environ | self._alive.environment()
        self._dashboard = subprocess.Popen(command("dashboard", self._settings.path), env=environment)
        # It has some seconds more until its first sign of life.
        heard = time.monotonic() + FIRST_SIGN_S
        while (code := self._dashboard.poll()) is None:
            if self._alive.hear(self._dashboard.pid):
                heard = time.monotonic()
            elif time.monotonic() - heard > self._hung_s:
                self._dashboard.kill()
                self._dashboard.wait()
                return 1
            self._look_after_monitor()
        return code

    def _look_after_monitor(self) -> None:
        now = time.monotonic()
        if self._monitor is not None and self._monitor.poll() is None:
            return
        if now - self._looked_at_monitor < MONITOR_LOOK_S and self._looked_at_monitor:
            return
        first, self._looked_at_monitor = not self._looked_at_monitor, now
        if not first and was_stopped(self._settings.journal):
            # Somebody has said `guardroom stop`: that holds until somebody starts it again.
            return
        if is_running(self._settings.journal):
            self._ran = now
        elif not self._settings.service or now - self._ran > SERVICE_S:
            self._monitor = start_monitor(self._settings)

    def _restore_terminal(self) -> None:
        if sys.stdout.isatty():
            sys.stdout.write(_LEAVE_SCREEN)
            sys.stdout.flush()
            if os.name == "posix":
                subprocess.run(["stty", "sane"], check=False, stderr=subprocess.DEVNULL)
