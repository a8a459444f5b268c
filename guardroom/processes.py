"""The parts of the program as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from guardroom.private_folder import private_folder
from guardroom.settings import Settings


def command(name: str, config: Path) -> list[str]:
    """The command line that starts a part of this same program. `-P`: never import from the folder one stands in."""
    return [sys.executable, "-P", "-m", "guardroom", name, "--config", str(config)]


def monitor_log(settings: Settings) -> Path:
    """Where a monitor that was started in the background writes its log."""
    return settings.journal.with_name(settings.journal.stem + "-monitor.log")


def dashboard_log(settings: Settings) -> Path:
    """Where the dashboard writes what went wrong."""
    return settings.journal.with_name(settings.journal.stem + "-dashboard.log")


def browser_log(settings: Settings) -> Path:
    """Where the dashboards in browsers do."""
    return settings.journal.with_name(settings.journal.stem + "-browser.log")


def start_monitor(settings: Settings) -> subprocess.Popen[bytes]:
    """Start the monitor, detached from this terminal, so that it outlives it."""
    private_folder(settings.journal.parent)
    log = os.open(monitor_log(settings), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    try:
        return subprocess.Popen(
            command("monitor", settings.path),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            creationflags=flags,
            cwd=settings.journal.parent,
        )
    finally:
        os.close(log)
