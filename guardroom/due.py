"""What the monitor looks at every minute: what our tables say is due now.

Of the monitors that share a database one does it for all: whoever has the lease. It holds for longer than a look is
apart, and passes on when its holder ends or has not looked for a while. Drills have a lease of their own, for a station
that has the button.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from db.errors import StorageError
from guardroom.alarms.desk import AlarmDesk
from guardroom.backup.keeper import BackupKeeper
from guardroom.clock import Clock, boot_id
from guardroom.databases import opened
from guardroom.people.secret import NoSecret, read_secret
from guardroom.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from guardroom.drills.keeper import DrillKeeper
    from guardroom.ground import Ground
    from guardroom.notices.sender import Sender
    from guardroom.privacy.clockwork import Clockwork

log = logging.getLogger(__name__)

FAULT = "due"
_MORNING = time(7)
_DUTIES = "duties"
_DRILLS = "drills"
_HELD = timedelta(seconds=150)
"""More than two looks: one that is late does not pass it on."""


class Due:
    """Everything that becomes due. Without the database or the secret it is looked at the next time. Without `purging`
    nothing is deleted."""

    def __init__(self, settings: Settings, desk: AlarmDesk, clock: Clock, purging: Clockwork | None = None) -> None:
        self._settings = settings
        self._desk = desk
        self._clock = clock
        self._purging = purging
        self._holder = f"{settings.station} {boot_id()} {os.getpid()}"
        self._held_until = 0.0
        self._engine: Engine | None = None
        self._ground: Ground | None = None
        self._drills: DrillKeeper | None = None
        self._done_on: date | None = None
        self._sender: Sender | None = None
        self._backups = BackupKeeper(settings, desk, clock)

    def look(self) -> bool:
        """Do what is due. False where the database does not answer, or is not there yet: the projector makes it."""
        try:
            return self._look()
        finally:
            # Also while the database's server is away: of what is on this station's disk.
            self._backups.look(leads=self._clock.monotonic() < self._held_until)

    def _look(self) -> bool:
        try:
            self._engine = self._engine or opened(self._settings)
            if self._engine is None:
                return False
            ground = self._on_ground(self._engine)
            ours = self._is_ours(self._engine, _DUTIES)
            if ground is not None:
                self._do(ground, ours=ours)
        except StorageError as problem:
            log.warning("the main database does not answer: %s", problem.code)
            return False
        return True

    def close(self) -> None:
        """Let go of the database, and let another monitor go on."""
        self._backups.close()
        if self._engine is None:
            return
        from db import outbox
        from db.main import writing

        if self._sender is not None:
            self._sender.stop()
        try:
            with writing(self._engine) as session:
                for lease in (_DUTIES, _DRILLS):
                    outbox.drop_lease(session, lease, self._holder)
        except StorageError as problem:
            log.warning("the lease runs out by itself: %s", problem.code)
        self._engine.dispose()

    def _do(self, ground: Ground, *, ours: bool) -> None:
        """Each step by itself: what goes wrong in one is a fault on the board, and the others are done all the same."""
        steps: dict[str, Callable[[Ground], None]] = {}
        if ours:
            steps = {"ended": self._tell_ended, "meetings": self._tell_meetings, "daily": self._daily}
        steps |= {"drills": self._keep_drills, "purge": partial(self._purge, ours=ours)}
        failed = [name for name, step in steps.items() if not _goes_well(name, partial(step, ground))]
        if failed:
            self._desk.trouble(FAULT, FAULT, detail=" ".join(failed), about=" ".join(failed))
        else:
            self._desk.trouble_over(FAULT)

    def _purge(self, ground: Ground, *, ours: bool) -> None:
        """What is past its time leaves: from the main database by one monitor for all, from its own files by each."""
        if self._purging is not None:
            self._purging.purge(ground, ours=ours)
            self._purging.clean(ground)

    def _tell_ended(self, ground: Ground) -> None:
        from db.main import writing
        from guardroom.duties.watching import ended

        with writing(ground.engine) as session:
            ended(session, self._settings, self._clock.now())

    def _tell_meetings(self, ground: Ground) -> None:
        from db.main import writing
        from guardroom.notices.meetings import tell_due

        with writing(ground.engine) as session:
            told = tell_due(session, self._settings, self._clock.now())
        if told and self._sender is not None:
            self._sender.wake()

    def _is_ours(self, engine: Engine, lease: str) -> bool:
        """Whether it is this monitor that does it, for the next while."""
        from db import outbox
        from db.main import writing

        with writing(engine) as session:
            ours = outbox.take_lease(session, lease, self._holder, self._clock.now(), _HELD)
        if lease == _DUTIES:
            self._held_until = self._clock.monotonic() + _HELD.total_seconds() if ours else 0.0
            if ours and self._sender is None:
                self._sender = self._sending(engine)
        return ours

    def _keep_drills(self, ground: Ground) -> None:
        """Its own drills are written down by each station; the plan is kept by one that has the room's button."""
        keeper = self._keeper(ground)
        keeper.write_down()
        if keeper.can_keep() and self._is_ours(ground.engine, _DRILLS):
            keeper.tick()

    def _sending(self, engine: Engine) -> Sender:
        from guardroom.notices.sender import Sender

        def changed(refused: str) -> None:
            if refused:
                self._desk.trouble("outbox:others", "notices", text=refused)
            else:
                self._desk.trouble_over("outbox:others")

        def may() -> bool:
            return self._clock.monotonic() < self._held_until

        sender = Sender(self._settings, engine, self._clock, changed, may, shared=True)
        sender.start()
        return sender

    def _on_ground(self, engine: Engine) -> Ground | None:
        """What every service stands on; None while there is no secret."""
        if self._ground is None:
            from guardroom.ground import Ground

            try:
                secret = read_secret(self._settings.secret)
            except NoSecret:
                return None
            self._ground = Ground(settings=self._settings, engine=engine, clock=self._clock, secret=secret)
        return self._ground

    def _keeper(self, ground: Ground) -> DrillKeeper:
        if self._drills is None:
            from guardroom.drills.keeper import DrillKeeper

            self._drills = DrillKeeper(self._settings, ground.engine, ground.secret, self._desk, self._clock)
        return self._drills

    def _daily(self, ground: Ground) -> None:
        """Once a day, from the morning on: what comes again, and word to whoever has something to see to. What was done
        today already is known by its keys, so that a PC that was off in the morning does it later, and none twice."""
        now = self._clock.now()
        here = now.astimezone(self._settings.site.zone)
        if here.time() < _MORNING or here.date() == self._done_on:
            return
        from db.main import writing
        from guardroom.followups import daily
        from guardroom.notices.telling import tell_buttons, tell_follow_ups

        with writing(ground.engine) as session:
            daily.due(session, ground, here.date())
            tell_follow_ups(session, self._settings, daily.digests_now(session, ground, now), now)
            tell_buttons(session, self._settings, self._desk.view().buttons, now)
        self._done_on = here.date()
        if self._sender is not None:
            self._sender.wake()


def _goes_well(name: str, step: Callable[[], None]) -> bool:
    """Do the step; whether it went well. Raises StorageError."""
    try:
        step()
    except StorageError:
        raise
    except Exception as problem:
        # Without its text, which may hold what must not be read in a log before its time.
        where = "".join(traceback.format_tb(problem.__traceback__))
        log.error("what is due went wrong: %s: %s\n%s", name, type(problem).__name__, where)
        return False
    return True
