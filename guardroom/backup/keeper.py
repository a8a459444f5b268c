"""The monitor's backups: made as planned, by a process of its own, and a fault on the board where there is none.

A process of its own, because looking a copy through keeps a processor busy, and the panels' answers would wait for it.
"""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import tempfile
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

from db.schema import main_status, sqlite_path
from guardroom.alarms.desk import AlarmDesk
from guardroom.backup.asking import ask, is_answered
from guardroom.backup.keeping import GRACE, Kept, is_due, is_too_old, kept, newest, remove, superfluous
from guardroom.clock import Clock
from guardroom.days import written_in
from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.processes import command
from guardroom.settings import Settings
from guardroom.text import clean, one_line

log = logging.getLogger(__name__)

FAULT = "backup"
AGAIN_S = 900.0
"""How long after one that failed the next one is tried."""
LONGEST_S = GRACE.total_seconds()
"""How long one may take: it is ended then, as a folder on another computer may never answer."""
ANSWER_S = 3.0
"""How long the folder may take to say what is in it before it is said that it does not answer."""
_END_S = 3.0


class BackupKeeper:
    """Looks now and then whether a backup is due. For one thread."""

    def __init__(self, settings: Settings, desk: AlarmDesk, clock: Clock) -> None:
        self._settings = settings
        self._desk = desk
        self._clock = clock
        self._running: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._not_before = clock.monotonic()
        self._failed = ""
        self._failed_at: datetime | None = None
        self._since = clock.monotonic()
        self._begun = self._since
        self._last: datetime | None = None
        self._known = False
        """Whether the folder has answered yet: before that, that there is no backup is not known either."""
        self._seen = False
        """Whether the folder was there: it is not made anew then, where its disk was."""
        self._answer: Future[tuple[Kept, ...]] | None = None
        """What the folder will say, where it has been asked."""
        self._to_tidy = False
        self._tidying: Future[None] | None = None

    def look(self, *, leads: bool) -> None:
        """Begin what is due, see to what has ended, and say on the board how backups stand.

        `leads`: this monitor does what one does for all stations; where they share a server, its backup has the main
        database in it.
        """
        folder = self._settings.backup.folder
        if folder is None:
            return
        now = self._clock.now()
        if self._running is not None and not self._has_ended(self._running):
            # The folder is not looked at: it may be what keeps the copying waiting.
            self._tell(self._last, now)
            return
        plan, zone = self._settings.backup, self._settings.site.zone
        found = self._found(folder)
        if isinstance(found, str):
            self._tell(self._last, now, found)
            return
        self._tidy(found)
        if leads and plan.database:
            # One without the main database is not what is wanted of whoever leads.
            found = tuple(one for one in found if one.manifest.database)
        last = newest(found, now)
        self._last = at = None if last is None else last.manifest.at
        if at is not None and self._failed_at is not None and at > self._failed_at:
            # Somebody has made one by hand.
            self._failed = ""
        if self._clock.monotonic() >= self._not_before and is_due(plan, at, now, zone) and self._is_there():
            self._begin(leads=leads)
        self._tell(at, now)

    def close(self) -> None:
        """End what runs; nothing of it is left."""
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            try:
                self._running.wait(_END_S)
            except subprocess.TimeoutExpired:
                self._running.kill()
                # One that waits for a folder that never answers cannot even be killed.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._running.wait(_END_S)
        if self._said is not None:
            self._said.close()

    def _found(self, folder: Path) -> tuple[Kept, ...] | str:
        """The backups that there are, or what keeps it from being told. The folder is asked in a thread of its own: one
        on another computer may never answer, and other things wait for this one."""
        if self._answer is None:
            self._answer = ask(partial(kept, folder, self._settings.station))
        answer = self._answer
        if not is_answered(answer, ANSWER_S):
            return _("the folder of the backups does not answer")
        self._answer = None
        try:
            found = answer.result()
            self._seen = True
        except FileNotFoundError:
            if self._seen:
                return _("the folder of the backups is not there any more")
            found = ()
        except OSError as error:
            return _("the folder of the backups cannot be read: {reason}").format(reason=why_not(error))
        self._known = True
        return found

    def _tidy(self, found: tuple[Kept, ...]) -> None:
        """Begin to remove what is no longer kept, where a new one was made. It is not waited for, and what is being
        removed is no backup any more."""
        if self._tidying is not None and self._tidying.done():
            tidied, self._tidying = self._tidying, None
            tidied.result()
        if self._to_tidy and self._tidying is None:
            self._to_tidy = False
            self._tidying = ask(partial(self._remove_old, found))

    def _is_there(self) -> bool:
        """Whether the main database's file is ready: at a first start the projector makes it. A server is asked by the
        copying itself."""
        url = self._settings.database
        return sqlite_path(url) is None or main_status(url, thorough=False).standing in ("current", "older")

    def _begin(self, *, leads: bool) -> None:
        line = command("backup", self._settings.path)
        if sqlite_path(self._settings.database) is None and not leads:
            line.append("--without-database")
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.BELOW_NORMAL_PRIORITY_CLASS
        self._begun = self._clock.monotonic()
        self._not_before = self._begun + AGAIN_S
        try:
            # The monitor never waits for its words: they go into a file.
            self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process has ended
            self._running = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                creationflags=flags,
            )
        except OSError as error:
            self._fail(str(error))

    def _has_ended(self, running: subprocess.Popen[bytes]) -> bool:
        code = running.poll()
        late = self._clock.monotonic() - self._begun >= LONGEST_S
        if code is None:
            if late:
                self._fail(_("it was not done in {hours} hours, and was ended").format(hours=f"{LONGEST_S / 3600:g}"))
                running.kill()
            return False
        assert self._said is not None
        self._said.seek(0)
        words = self._said.read().decode("utf-8", "replace").strip().splitlines()
        self._said.close()
        self._running = self._said = None
        if code == 0:
            self._failed = ""
            log.info("a backup was made")
            # Only after a new one was looked through.
            self._to_tidy = True
        elif words or not late:
            self._fail(words[-1] if words else str(code))
        return True

    def _fail(self, why: str) -> None:
        self._failed, self._failed_at = one_line(clean(why, 300), 300), self._clock.now()

    def _remove_old(self, found: tuple[Kept, ...]) -> None:
        for one in superfluous(found, self._settings.backup.keep, self._clock.now()):
            try:
                remove(one)
            except OSError as error:
                log.warning("an old backup cannot be removed: %s", error)

    def _tell(self, last: datetime | None, now: datetime, trouble: str = "") -> None:
        """A fault while there is `trouble`, the last try has failed, or the last good backup is too old; or there has
        been none for as long as that."""
        waited = timedelta(seconds=self._clock.monotonic() - self._since)
        old = is_too_old(self._settings.backup, last or now - waited, now)
        if not trouble and not self._failed and not old:
            self._desk.trouble_over(FAULT)
            return
        if last is not None:
            since = _("the last good backup is from {when}").format(when=written_in(last, self._settings.site.zone))
        elif self._known:
            since = _("there is no backup yet")
        else:
            since = _("it is not known from when the last good backup is")
        self._desk.trouble(FAULT, FAULT, detail=since, text=trouble or self._failed)
