"""The engine for a PostgreSQL server: nothing waits for ever for it, and one station writes at a time.

A server that hangs, or a cable that was pulled, must become a failure that can be told. The server's own limits help
against a slow question only, the system's against a line on which nothing is acknowledged any more; a server whose
processes stand still has its bytes acknowledged by its kernel, so that waiting has a limit of its own here.
"""

from __future__ import annotations

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Connection, Engine, create_engine, event, text

from db import server_password

GRACE_S = 5.0
"""How much longer the server's own refusal is waited for, before the connection is given up."""

_LOOK_S = 0.1
_IDLE_S = 10
"""How long a station may hold a transaction without saying anything: its PC sleeps, its cable was pulled."""
_WRITER = "SELECT pg_advisory_xact_lock(hashtext('guardroom writer'))"

_T = TypeVar("_T")


class NoAnswer(psycopg.OperationalError):
    """The server has taken a question and said nothing for too long."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that is closed when an answer takes longer than `patience` seconds. Raises NoAnswer then."""

    patience: float | None = None
    """None: as long as it takes."""

    def wait(self, gen: PQGen[_T], interval: float = _LOOK_S, timeout: float | None = None) -> _T:
        """Carry out one exchange with the server, within the time that it may take."""
        if timeout is not None or self.patience is None:
            return super().wait(gen, interval, timeout)
        began = time.monotonic()
        try:
            return super().wait(gen, interval, self.patience)
        except psycopg.Error as error:
            if time.monotonic() - began < self.patience:
                raise
            # Closed without a word: a cancellation would wait for the same server.
            self.pgconn.finish()
            raise NoAnswer("the server does not answer") from error


def server_engine(url: str, *, answer_s: float | None) -> Engine:
    """The engine for a server's database; it is first called by the first session.

    `answer_s`: how long one statement may take; None: as long as it takes, for a migration. Raises ArgumentError for a
    URL that is none, ImportError where the driver is not installed.
    """
    limit = 0 if answer_s is None else round(answer_s * 1000)
    options = {
        "statement_timeout": limit,
        "lock_timeout": limit // 2,
        "idle_in_transaction_session_timeout": 0 if answer_s is None else _IDLE_S * 1000,
        # The server's side of a line that was cut, so that it lets go of what a lost station held.
        "tcp_keepalives_idle": 5,
        "tcp_keepalives_interval": 3,
        "tcp_keepalives_count": 3,
    }
    engine = create_engine(
        url,
        pool_pre_ping=True,
        # No error repeats what was to be stored: names, reasons.
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "tcp_user_timeout": 10_000,
            "application_name": "guardroom",
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
    )
    patience = None if answer_s is None else answer_s + GRACE_S

    @event.listens_for(engine, "do_connect")
    def bounded(_dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> BoundedConnection:
        if (password := server_password.ask()) is not None:
            named["password"] = password
        connection = BoundedConnection.connect(*arguments, **named)
        connection.patience = patience
        return connection

    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # As on SQLite: whoever reads and then writes does so on what is so, and numbers, chains and rules hold.
    if connection.get_execution_options().get("writing", False):
        connection.execute(text(_WRITER))
