"""The thread that hears of changes in the main database and wakes whoever looks there.

A hint that is lost costs nothing but time: whoever is woken looks every second anyway.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from db.errors import StorageError
from db.schema import main_status
from guardroom.settings import Settings

log = logging.getLogger(__name__)

AGAIN_S = 1.0
"""After trouble with the database it is tried again so much later."""
_WAIT_S = 1.0
_END_S = 3.0


class Waking(threading.Thread):
    """Hears until stopped."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="waking", daemon=True)
        self._settings = settings
        self._ended = threading.Event()
        self._wake: list[Callable[[], None]] = []

    def on_change(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each change, from this thread: it must return at once. Said before the thread starts."""
        self._wake.append(wake)

    def stop(self) -> None:
        """End; a database that hangs is not waited for."""
        self._ended.set()
        if self.is_alive():
            self.join(_END_S)

    def run(self) -> None:
        """Hear, and begin again after trouble."""
        while not self._ended.is_set():
            try:
                self._hear()
            except StorageError as problem:
                log.debug("the main database does not tell of changes: %s", problem.code)
            except Exception as problem:
                log.error("changes could not be heard of: %s", type(problem).__name__)
            self._ended.wait(AGAIN_S)

    def _hear(self) -> None:
        # Not before the projector has made the database.
        if main_status(self._settings.database, thorough=False).standing != "current":
            return
        from db.waking import watch

        watched = watch(self._settings.database)
        try:
            # What came before it listened has been missed.
            self._tell()
            while not self._ended.is_set():
                if watched.wait(_WAIT_S):
                    self._tell()
        finally:
            watched.close()

    def _tell(self) -> None:
        for wake in self._wake:
            wake()
