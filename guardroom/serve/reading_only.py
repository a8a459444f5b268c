"""A main database that is read and not written, whichever service asks: what is refused is refused beneath them all.

What tells who looked at whom is written all the same, and so is a wrong code: looking is logged wherever it is done.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext

from guardroom.language import _
from guardroom.refusal import Refused

_LOGS = frozenset(("audit", "audit_head", "sign_in_failure"))
_READS = frozenset(("SELECT", "BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA", "SHOW", "SET"))
_WRITES = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)


def keep_from_writing(engine: Engine) -> None:
    """From now on every statement that would write elsewhere than in the logs raises Refused; its transaction is
    rolled back."""
    event.listen(engine, "before_cursor_execute", _look_at)


def read_only_sentence() -> str:
    """What is said to whoever wanted to write."""
    return _("In the browser records are only read: write at a station in the town hall. Nothing was saved.")


def _look_at(
    _connection: Connection,
    _cursor: DBAPICursor,
    statement: str,
    _parameters: object,
    _context: ExecutionContext | None,
    _many: bool,
) -> None:
    if not _only_reads(statement):
        raise Refused(read_only_sentence())


def _only_reads(statement: str) -> bool:
    words = statement.split(None, 1)
    if words and words[0].upper() in _READS:
        return True
    written = _WRITES.match(statement)
    return written is not None and written[1].lower() in _LOGS
