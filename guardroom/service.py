"""What a service manager is told of the monitor: that it is armed, that it turns, that it ends.

systemd names a socket in NOTIFY_SOCKET for a service of `Type=notify`, and in WATCHDOG_USEC how long it waits for a
sign of life before it ends the service and starts it anew (sd_notify(3)). Elsewhere nothing is told to anybody.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)

_READY = "READY=1"
_ALIVE = "WATCHDOG=1"
_STOPPING = "STOPPING=1"


class ServiceManager:
    """Whoever has started the monitor as a service; nobody where the environment names no socket."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # A name that begins with @ lies in Linux' own space of names, not in a folder.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        meant = environment.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
        self._watches = environment.get("WATCHDOG_USEC", "0") != "0" and meant

    def ready(self) -> None:
        """The panels are heard."""
        self._tell(_READY)

    def alive(self) -> None:
        """The monitor's round has turned, and every panel has its thread. To be told every second or so."""
        if self._watches:
            self._tell(_ALIVE)

    def stopping(self) -> None:
        """It ends as it was told to."""
        self._tell(_STOPPING)

    def _tell(self, line: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
                # A manager that does not read must not hold up a round.
                told.setblocking(False)
                told.sendto(line.encode(), self._address)
        except OSError as error:
            log.warning("the service manager was not told %s: %s", line, error.strerror)
