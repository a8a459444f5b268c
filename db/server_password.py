"""Where the password of a database server is asked for, at each connection: URLs hold none."""

from __future__ import annotations

from collections.abc import Callable


def nobody_knows() -> str | None:
    """Nothing has been said: the server's own client library looks it up (PGPASSWORD, PGPASSFILE, .pgpass)."""
    return None


ask: Callable[[], str | None] = nobody_knows
"""Answers with the password; None for the client library to look. May raise StorageError. Set by whoever reads the
configuration: a program speaks with one server."""
