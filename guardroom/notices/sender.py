"""Sends what lies in an outbox, in a thread of its own, until stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta

from sqlalchemy import Engine

from db import outbox as stored
from db.errors import StorageError
from db.main import reading, writing
from db.outbox_tables import DeliveryRow, NoticeRow
from guardroom.clock import Clock, stamp
from guardroom.notices import outbox
from guardroom.notices.delivering import Result
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


class Sender:
    """Two threads over one outbox: a mail server that hangs keeps nothing from a web address, nor the other way.

    `may`: whether it is this monitor's turn. `changed` is called after each delivery that was tried.
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        clock: Clock,
        changed: Callable[[], None],
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self._changed = changed
        self._may = may
        self._ended = threading.Event()
        self._forgot_at: datetime | None = None
        self._gone: set[int] = set()
        used = {channel for one in settings.recipients for channel, _address in one.ways}
        self._news = {channels: threading.Event() for channels in (_MAILED, _POSTED) if not used.isdisjoint(channels)}
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
                if self._may() and self._round(channels):
                    continue
            except StorageError as problem:
                log.warning("the outbox does not answer: %s", problem.code)
            except Exception:
                log.exception("notices cannot be sent")
            news.wait(LOOK_S)

    def _round(self, channels: tuple[str, ...]) -> bool:
        """Try what is due. True where there may be more at once."""
        with reading(self._engine) as session:
            rows = stored.due(session, self._clock.now(), channels, _BATCH)
        if not rows:
            self._forget()
            return False
        fresh = [row for row in rows if row.id not in self._gone]
        for row in rows:
            if row.id in self._gone:
                # It was sent while that could not be stored: it is not sent again.
                self._keep(row, Result("sent"))
        if channels == _MAILED:
            self._mail(fresh)
        else:
            for row in fresh:
                if self._ended.is_set():
                    break
                self._keep(row, _posted(row.address, _notice_of(row.notice), row.notice.made_at))
        self._changed()
        return True

    def _mail(self, rows: list[DeliveryRow]) -> None:
        mail = self._settings.mail
        try:
            with MailLine(mail) if rows else nullcontext() as line:
                while rows and line is not None and not self._ended.is_set():
                    row = rows[0]
                    result = _mailed(line, mail, row.channel, row.address, _notice_of(row.notice), row.notice.made_at)
                    rows.pop(0)
                    self._keep(row, result)
        except Unreachable as why:
            # Whoever comes after in the line would wait as long for the same.
            log.warning("the mail server: %s", why.said)
            for row in rows:
                self._keep(row, Result("temporary", why.said))

    def _keep(self, row: DeliveryRow, result: Result) -> None:
        now = self._clock.now()
        if result.kind == "sent":
            self._gone.add(row.id)
        with writing(self._engine) as session:
            if result.kind == "sent":
                outbox.sent(session, self._settings, row.id, now)
            else:
                outbox.failed(session, self._settings, row.id, result, now)
        self._gone.discard(row.id)

    def _forget(self) -> None:
        now = self._clock.now()
        if self._forgot_at is None or now - self._forgot_at > _FORGET_EVERY:
            self._forgot_at = now
            with writing(self._engine) as session:
                stored.forget(session, now - outbox.KEPT)


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
    return post(url, body, _TIMEOUT_S)


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
