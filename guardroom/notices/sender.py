"""Sends what lies in an outbox, in a thread of its own, until stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from db import outbox as stored
from db.errors import StorageError
from db.main import reading, writing
from db.outbox_tables import DeliveryRow, NoticeRow
from guardroom.clock import Clock, stamp
from guardroom.language import _
from guardroom.notices import outbox
from guardroom.notices.delivering import Result, again_after
from guardroom.notices.mail import MailLine, Unreachable, written
from guardroom.notices.notice import Notice
from guardroom.notices.webhook import Told, post
from guardroom.settings import Mail, Recipient, Settings

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""An outbox that others write to is looked at so often."""

_BATCH = 50
_TIMEOUT_S = 10.0
_MAILED = ("mail", "sms")
_POSTED = ("webhook",)
_FORGET_EVERY = timedelta(hours=6)
_CLAIMED = timedelta(minutes=2)
"""For so long nobody else tries a delivery that somebody has taken."""

_BREAKS = 2


class Sender:
    """Two threads over one outbox: a mail server that hangs keeps nothing from a web address, nor the other way.

    `may`: whether it is this monitor's turn; `shared`: others send from this outbox too, so that each delivery is taken
    before it is tried. `changed` is called after each round, with the code of why what became of something cannot be
    noted (that is remembered, and noted later) or of why a round was broken off, "" where all is well.
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        clock: Clock,
        changed: Callable[[str], None],
        may: Callable[[], bool] = lambda: True,
        *,
        shared: bool = False,
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self._changed = changed
        self._may = may
        self._shared = shared
        self._ended = threading.Event()
        self._forgot_at: datetime | None = None
        self._unkept: dict[int, tuple[Result, datetime]] = {}
        self._refused = ""
        used = {channel for one in settings.recipients for channel, _address in one.ways}
        self._news = {channels: threading.Event() for channels in (_MAILED, _POSTED) if not used.isdisjoint(channels)}
        self._broken: dict[tuple[str, ...], str] = dict.fromkeys(self._news, "")
        self._threads = [
            threading.Thread(target=self._run, args=(channels, news), name=f"notices {channels[0]}", daemon=True)
            for channels, news in self._news.items()
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Something was put in: look now."""
        for news in self._news.values():
            news.set()

    def stop(self, timeout: float = 2.0) -> None:
        """End. What is being sent is waited for, though not for long; the rest is sent when a monitor runs again."""
        self._ended.set()
        self.wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout)

    def _run(self, channels: tuple[str, ...], news: threading.Event) -> None:
        while not self._ended.is_set():
            news.clear()
            try:
                more = self._may() and self._round(channels)
                self._note_broken(channels, "")
                if more:
                    continue
            except StorageError as problem:
                log.warning("the outbox does not answer: %s", problem.code)
            except Exception as error:
                log.exception("notices cannot be sent")
                self._note_broken(channels, type(error).__name__)
            news.wait(LOOK_S)

    def _note_broken(self, channels: tuple[str, ...], why: str) -> None:
        """A round was broken off by something unforeseen; "": one went well."""
        if self._broken[channels] != why:
            self._broken[channels] = why
            self._tell()

    def _tell(self) -> None:
        try:
            self._changed(self._refused or next(filter(None, self._broken.values()), ""))
        except StorageError as problem:
            log.warning("what became of notices cannot be shown: %s", problem.code)
        except Exception:
            log.exception("what became of notices cannot be shown")

    def _round(self, channels: tuple[str, ...]) -> bool:
        """Try what is due. True where there may be more at once."""
        with reading(self._engine) as session:
            found = stored.due(session, self._clock.now(), channels, _BATCH + len(self._unkept))
        rows = [row for row in found if self._is_to_be_tried(row)]
        if not rows:
            self._forget()
            if found:
                self._tell()
            return False
        if channels == _MAILED:
            self._mail(rows)
        else:
            for row in rows:
                if self._taken(row):
                    self._keep(row, _posted(row.address, _notice_of(row.notice), row.notice.made_at))
        self._tell()
        return not self._ended.is_set() and self._may() and not self._refused

    def _is_to_be_tried(self, row: DeliveryRow) -> bool:
        """False for one that was tried while that could not be noted: it is noted now, or waits as long as it must."""
        if row.id not in self._unkept:
            return True
        result, again_at = self._unkept[row.id]
        self._keep(row, result)
        kept = row.id not in self._unkept
        if not kept:
            self._unkept[row.id] = result, again_at
        return not kept and result.kind != "sent" and self._clock.now() >= again_at

    def _taken(self, row: DeliveryRow) -> bool:
        """Whether it is this sender's to try now."""
        if self._ended.is_set() or not self._may():
            return False
        if not self._shared:
            return True
        with writing(self._engine) as session:
            return stored.claim(session, row.id, self._clock.now(), _CLAIMED)

    def _mail(self, rows: list[DeliveryRow]) -> None:
        """Hand over each in turn. One with which the line breaks is tried later, and the others over a new line; where
        it breaks twice together the server is left alone."""
        broke = 0
        while rows and broke < _BREAKS:
            try:
                with MailLine(self._settings.mail) as line:
                    while rows and self._mailed(line, rows):
                        broke = 0
            except Unreachable as why:
                self._put_off(rows, why)
                return
            broke += 1
        self._put_off(rows, Unreachable(_("the server has hung up")))

    def _mailed(self, line: MailLine, rows: list[DeliveryRow]) -> bool:
        """Hand over the first of these; False where the line is gone."""
        row = rows.pop(0)
        if not self._taken(row):
            return True
        try:
            result = _mailed(
                line, self._settings.mail, row.channel, row.address, _notice_of(row.notice), row.notice.made_at
            )
        except Unreachable as why:
            self._keep(row, Result("temporary", why.said))
            return False
        except Exception as error:
            # Whatever is wrong with one message, the others go.
            log.exception("a message cannot be made")
            result = Result("permanent", type(error).__name__)
        self._keep(row, result)
        return True

    def _put_off(self, rows: list[DeliveryRow], why: Unreachable) -> None:
        if rows:
            log.warning("the mail server: %s", why.said)
        for row in rows:
            if self._taken(row):
                self._keep(row, Result("temporary", why.said))

    def _keep(self, row: DeliveryRow, result: Result) -> None:
        now = self._clock.now()
        try:
            with writing(self._engine) as session:
                if result.kind == "sent":
                    outbox.sent(session, self._settings, row.id, now)
                else:
                    outbox.failed(session, self._settings, row.id, result, now)
        except Exception as problem:
            # Whatever it is: what was sent is not sent again for it.
            log.warning("what became of a notice cannot be noted", exc_info=not isinstance(problem, StorageError))
            self._unkept[row.id] = result, now + again_after(row.tries + 1, urgent=row.notice.urgent)
            self._refused = problem.code if isinstance(problem, StorageError) else type(problem).__name__
        else:
            self._unkept.pop(row.id, None)
            self._refused = ""

    def _forget(self) -> None:
        """Delete what is past its time, where this outbox is this station's alone: the main database has its purge."""
        now = self._clock.now()
        before = None if self._shared else outbox.kept_since(self._settings, now)
        if before is not None and (self._forgot_at is None or now - self._forgot_at > _FORGET_EVERY):
            self._forgot_at = now
            with writing(self._engine) as session:
                stored.forget(session, before)


def at_once(settings: Settings, notice: Notice, now: datetime) -> tuple[Recipient, ...]:
    """Tell this now and keep nothing of it anywhere; returns who was reached, each by one way at most."""
    return tuple(
        recipient
        for recipient in notice.recipients
        if any(told(settings, notice, channel, address, now).kind == "sent" for channel, address in recipient.ways)
    )


def told(settings: Settings, notice: Notice, channel: str, address: str, now: datetime) -> Result:
    """Tell one recipient by one way, now."""
    if channel in _POSTED:
        return _posted(address, notice, now)
    try:
        with MailLine(settings.mail) as line:
            return _mailed(line, settings.mail, channel, address, notice, now)
    except Unreachable as why:
        return Result("temporary", why.said)


def _mailed(line: MailLine, mail: Mail, channel: str, address: str, notice: Notice, made_at: datetime) -> Result:
    if channel == "sms":
        address = mail.sms.replace("{number}", address)
    return line.send(address, written(mail, address, notice.key, notice.subject, notice.body, made_at))


def _posted(url: str, notice: Notice, made_at: datetime) -> Result:
    body = Told(
        key=notice.key,
        occasion=notice.occasion,
        subject=notice.subject,
        body=notice.body,
        urgent=notice.urgent,
        at=stamp(made_at),
    )
    try:
        return post(url, body, _TIMEOUT_S)
    except Exception as error:
        # Whatever is wrong with one address, the others are told. Its words may show the address, which may hold a key.
        log.error("a web address cannot be called: %s", type(error).__name__)
        return Result("temporary", type(error).__name__)


def _notice_of(row: NoticeRow) -> Notice:
    return Notice(
        key=row.key,
        occasion=row.occasion,
        subject=row.subject,
        body=row.body,
        recipients=(),
        urgent=row.urgent,
        alarm=row.alarm,
    )
